"""The floor and the ceiling: uniform answers, and the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray

from vgym.core.action_forms import ActionForm
from vgym.evaluation.audit.playing import Moment, Policy


def _uniform(moment: Moment) -> Any:
    form = getattr(moment.task, "form", None)
    if isinstance(form, ActionForm):
        return _places(form, moment.rows, moment.draws)
    return uniform_actions(moment.task.action_space, moment.rows, moment.draws)


def uniform_actions(
    space: spaces.Space[Any], rows: int, draws: np.random.Generator
) -> NDArray[Any]:
    """(rows, *shape) uniform actions of a space of numbers."""
    shape = (rows, *(space.shape or ()))
    if isinstance(space, spaces.Discrete):
        return draws.integers(space.start, space.start + space.n, shape)
    if isinstance(space, spaces.MultiDiscrete):
        return draws.integers(space.start, space.start + space.nvec, shape)
    assert isinstance(space, spaces.Box)
    return draws.uniform(space.low, space.high, shape).astype(space.dtype)


def _places(form: ActionForm, rows: int, draws: np.random.Generator) -> Any:
    """Uniform points; boxes between two uniform corners; a uniform number of boxes, none among
    them."""
    places = draws.random((rows, form.slots, form.numbers // 2, 2))
    places = np.sort(places, 2).reshape(rows, form.slots, form.numbers)
    used = np.ones((rows, form.slots), np.bool_)
    if form.is_set:
        used = np.arange(form.slots) < draws.integers(0, form.slots, (rows, 1), endpoint=True)
    return form.encode(torch.from_numpy(places).float(), torch.from_numpy(used))


UNIFORM = Policy("uniform answers", _uniform, "actions = envs.action_space.sample()")
ORACLE = Policy(
    "the oracle",
    lambda moment: moment.task.oracle(moment.state),
    "actions = envs.unwrapped.oracle()",
)
