"""The same action for ever, and the few actions that stand for a whole space."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vgym.evaluation.audit.playing import Moment, Policy, literal
from vgym.evaluation.audit.subject import Subject

_CORNERED = 4  # numbers of a Box whose corners are all tried
_ALL = 64  # actions of a space of which each is tried
_CHOICES = 12  # values of a number that are all tried


class Gesture(NamedTuple):
    """An action that stands for others: its name in words, and what `step` takes for a row."""

    name: str
    action: NDArray[Any]

    @property
    def code(self) -> str:
        """An expression for it."""
        return literal(self.action)


def constant(gesture: Gesture) -> Policy:
    """The same whatever is seen and asked."""

    def act(moment: Moment) -> Any:
        return np.broadcast_to(gesture.action, (moment.rows, *gesture.action.shape))

    dtype = gesture.action.dtype.name
    code = f"actions = np.array([{gesture.code}] * n, np.{dtype})"
    return Policy(f"always {gesture.name}", act, code)


def gestures(subject: Subject) -> list[Gesture]:
    """Each action of a small space of whole numbers; of a large one the choices of its first
    number, or of all its numbers alike; the middle and the corners of a `Box`; all robots of a team
    alike."""
    space = subject.space
    if isinstance(space, spaces.Discrete):
        return [Gesture(str(k), np.array(k)) for k in range(space.start, space.start + space.n)]
    if isinstance(space, spaces.MultiDiscrete):
        return _of_numbers(space, bool(subject.team))
    assert isinstance(space, spaces.Box)
    middle = ((space.low.astype(np.float64) + space.high) / 2).astype(space.dtype)
    found = [Gesture("the middle", middle)]
    if space.low.size <= _CORNERED:
        for ends in product((0, 1), repeat=space.low.size):
            high = np.array(ends, bool).reshape(space.shape)
            action = np.where(high, space.high, space.low)
            found.append(Gesture(f"{np.round(action, 2).tolist()}", action))
        return found
    return [*found, Gesture("the least", space.low), Gesture("the most", space.high)]


def _of_numbers(space: spaces.MultiDiscrete, team: bool) -> list[Gesture]:
    if not team and np.prod(space.nvec, dtype=np.float64) <= _ALL:
        every = product(
            *(range(start, start + n) for start, n in zip(space.start, space.nvec, strict=True))
        )
        return [Gesture(str(list(action)), np.array(action)) for action in every]
    most = int(space.nvec.max())
    together = [
        Gesture(f"{k} for all", space.start + np.minimum(k, space.nvec - 1))
        for k in range(min(most, _CHOICES))
    ]
    if team or space.nvec[0] > _CHOICES or (space.nvec == space.nvec[0]).all():
        return together
    middle = space.start + space.nvec // 2
    first = [np.concatenate([[space.start[0] + k], middle[1:]]) for k in range(space.nvec[0])]
    return [Gesture(str(action.tolist()), action) for action in first]
