"""The value of a reward around the example answer, and what every landscape has written on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from vgym.evaluation.plot import Sheet
from vgym.rewards import Reward
from vgym.rewards.facts import FACTS, example_facts
from vgym.rewards.form import Form

SIZE_HW = (400, 640)
# The example's scene.
PICTURE_HW: list[float] = FACTS["size_hw"].right
TARGET: list[float] = FACTS["target_boxes"].right
CLICK: list[float] = FACTS["prediction_points"].right
_LONGEST_NOTE = 100  # characters


def values_around(
    reward: Reward, form: Form, moved: Mapping[str, Tensor], wrong: str | None = None
) -> NDArray[np.float64]:
    """The value of every row of the moved facts `(N, ...)`, all others as in the example: `(N,)`.

    Args:
        reward: what pays.
        form: the form whose facts are given.
        moved: facts that replace the example's; none for the example alone, one row.
        wrong: the fact that takes its wrong value.
    """
    rows = next(iter(moved.values())).shape[0] if moved else 1
    facts = example_facts(form.needs, rows, wrong)
    value: NDArray[np.float64] = reward({**facts, **moved}).value.double().numpy()
    return value


def is_flat(*values: NDArray[np.float64]) -> bool:
    """Whether nothing varies, so that there is nothing to show."""
    return bool(max(v.max() for v in values) - min(v.min() for v in values) < 1e-9)


def title_of(reward: Reward) -> str:
    """The heading: name and range."""
    low, high = reward.range
    return f"{reward.name}: value in [{low:g}, {high:.4g}]"


def note_others(sheet: Sheet, form: Form, moved: Collection[str]) -> None:
    """At the foot, which other facts of the answer are held right."""
    others = [n for n in form.needs if n not in moved and FACTS[n].wrong is not None]
    if others:
        text = f"held right: {', '.join(others)}"
        cut = text if len(text) <= _LONGEST_NOTE else f"{text[: _LONGEST_NOTE - 3]}..."
        sheet.text((12, SIZE_HW[0] - 12), cut, "lm")
