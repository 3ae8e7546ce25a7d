"""What nearing the goal is worth: never more than once, so that no loop pays.

Where a page tells its plan (the shortest actions still to do), an episode's progress is the share
of the plan that is done, plus, for an action that points, how near it came to the plan's next
target. Only progress beyond the best so far is paid, so that over an episode it adds up to at
most 1, in whatever order and however often things are done and undone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vgym.envs.gui.web.actions import KEYS, KINDS, POINTING, WAIT, Action

# Half a target's side is one standard deviation, as in GUI-G2; this much of the picture is added,
# so that a target of a few pixels is felt from afar.
_REACH = 0.1
MAX_TEXT = 30_000  # escaped, it still is an action's text
_FARTHEST = 1e6  # pixels; not a number is no farther and no nearer
# The nearest miss is worth less than the step itself.
_NEAREST = 0.9


@dataclass(frozen=True)
class PlanStep:
    """One action that a page says is still to be done.

    Attributes:
        kind: one of ``actions.KINDS``.
        box: xyxy pixels of what it is done to; empty for what needs no place, or has none yet.
        to: x, y where a drag ends, or by how much a scroll scrolls.
        text: what is typed, or the key pressed, one of ``actions.KEYS``.

    Raises:
        ValueError: no such action can be done here; names the fault.
    """

    kind: str
    box: tuple[float, ...] = ()
    to: tuple[float, float] = (0.0, 0.0)
    text: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind={self.kind!r:.80} is none of {', '.join(KINDS)}")
        if self.kind == "key" and self.text not in KEYS:
            raise ValueError(f"key {self.text!r:.80} is none of {', '.join(KEYS)}")
        if len(self.text) > MAX_TEXT:
            raise ValueError(f"a text of {len(self.text)} characters, more than {MAX_TEXT}")
        numbers = (*self.box, *self.to)
        if len(numbers) not in (2, 6) or not all(abs(v) <= _FARTHEST for v in numbers):
            raise ValueError(f"box={self.box!r:.80}, to={self.to!r:.80} are no places of a page")

    @property
    def action(self) -> Action:
        """The step, done at the middle of its box; waiting where a place is needed, not told."""
        if not self.box:
            return WAIT if self.kind in POINTING else Action(self.kind, text=self.text)
        x0, y0, x1, y1 = self.box
        return Action(self.kind, (x0 + x1) / 2, (y0 + y1) / 2, *self.to, self.text)


def gaussian(x: float, y: float, box: Sequence[float], size_hw: tuple[int, int]) -> float:
    """How near a point is to the middle of a box.

    Args:
        x, y: pixels. box: xyxy pixels. size_hw: of the picture.

    Returns:
        1 at the middle, falling to 0; finite for a box without area.

    >>> gaussian(5, 5, (0, 0, 10, 10), (100, 100))
    1.0
    """
    height, width = size_hw
    x0, y0, x1, y1 = box
    sigma_x = abs(x1 - x0) / 2 + _REACH * width
    sigma_y = abs(y1 - y0) / 2 + _REACH * height
    away = ((x - (x0 + x1) / 2) / sigma_x) ** 2 + ((y - (y0 + y1) / 2) / sigma_y) ** 2
    return math.exp(-away / 2)


class Progress:
    """How far one episode has come, at its best.

    Args:
        plan: what is to be done at its start; empty where the page does not tell.
        size_hw: of the picture.
    """

    def __init__(self, plan: Sequence[PlanStep], size_hw: tuple[int, int]) -> None:
        self._total = len(plan)
        self._plan = tuple(plan)
        self._size = size_hw
        self.best = 0.0

    @property
    def told(self) -> bool:
        """Whether the page says what is to be done."""
        return self._total > 0

    def gain(self, action: Action, plan: Sequence[PlanStep], success: bool) -> float:
        """What an action brought.

        Args:
            action: what was done. plan: what is then still to be done; empty if over or unknown.
            success: whether the page called the task done well.

        Returns:
            in [0, 1], and over an episode at most 1 together; 0 where no plan was told.
        """
        if not self.told:
            return 0.0
        now = self._nearness(action)
        if plan:
            now = max(now, (self._total - len(plan)) / self._total)
            self._plan = tuple(plan)
        if success:
            now = 1.0
        gained = max(0.0, now - self.best)
        self.best = max(self.best, now)
        return gained

    def _nearness(self, action: Action) -> float:
        """Progress before the action, and a share of a step for how near it pointed."""
        if not self._plan:
            return 0.0
        step = self._plan[0]
        near = 0.0
        if action.points and action.kind == step.kind and step.box:
            near = gaussian(action.x, action.y, step.box, self._size)
            if step.kind == "drag":
                end = (*step.to, *step.to)
                near = near / 2 + gaussian(action.x2, action.y2, end, self._size) / 2
        return (self._total - len(self._plan) + _NEAREST * near) / self._total
