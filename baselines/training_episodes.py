"""Episodes of the training split with the settings of a task, for agents that learn from them.

Their seeds are none that benchmarks count up to.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.core.keys import episode_keys

_FIRST_SEED = 1 << 40


def in_training(task: Any, **changes: Any) -> Any:
    """The same task with the training split, on the CPU.

    Args:
        task: a :class:`vgym.core.task.Task`. **changes: further settings that are to differ.
    """
    settings = {field.name: getattr(task.config, field.name) for field in fields(task.config)}
    return type(task)(**{**settings, "split": "train", "device": "cpu", **changes})


def keys_of(task: Any, episodes: int) -> NDArray[np.uint64]:
    """(episodes,) what a task is reset with."""
    seeds = np.arange(_FIRST_SEED, _FIRST_SEED + episodes, dtype=np.uint64)
    return episode_keys(task.salt, seeds, np.zeros(episodes, np.int64))
