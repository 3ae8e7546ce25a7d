"""What comes in at ``step``: numbers of the action space, or no answer at all.

A number that the space does not hold is misuse of the interface: it raises, and nothing has moved.
An answer that could not be read, as of a language model, is an event of the episode: the row gets
a step in which it does nothing, and ``info["parse_error"]`` says why.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from gymnasium.error import InvalidAction
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.spoken import Spoken, texts_of
from vgym.rewards.hidden import why_hidden

_NONE = '; for no answer send vgym.NoAnswer("why") in the row\'s place'
WHY_LENGTH = 500  # characters that are kept of a reason


@dataclass(frozen=True)
class NoAnswer:
    """Stands where an action would: the answer was not given, or could not be read.

    Args:
        why: what ``info["parse_error"]`` says.

    >>> NoAnswer("no box in the text")
    NoAnswer(why='no box in the text')
    """

    why: str = "no answer was given"

    def __post_init__(self) -> None:
        if not isinstance(self.why, str) or not self.why:
            raise ValueError(f"why={self.why!r} must be words")
        object.__setattr__(self, "why", self.why[:WHY_LENGTH])


class Explained(spaces.Box):
    """A `Box` that says itself what is wrong with a value, and what would help."""

    def why_not(self, value: NDArray[Any]) -> str:
        """What is wrong with a value (*shape) that it does not hold."""
        raise NotImplementedError


@dataclass(frozen=True)
class Actions:
    """A checked batch.

    Attributes:
        values: (B, *shape) legal actions; anything legal where there was no answer.
        unread: (B,) bool, or (B, R) for a team: where there was none. None if all were read.
        why: (B,) or (B, R) of str, "" where the answer was read. None if all were read.
    """

    values: Tensor
    unread: Tensor | None = None
    why: NDArray[np.object_] | None = None


def check_actions(
    actions: Any,
    space: spaces.Space[Any],
    num_envs: int,
    device: torch.device,
    *,
    active: NDArray[np.bool_] | None = None,
    agents: int = 0,
    forms: Collection[str] = (),
) -> Actions:
    """A batch of actions on ``device``, or an error that names the row.

    Args:
        actions: anything array-like of shape ``(num_envs, *space.shape)``, texts where the space
            is of words; a list or tuple may hold `NoAnswer` in place of a row's action, or of one
            robot's in it.
        space: the single environment's action space.
        num_envs: the batch size B.
        device: where the task lives.
        active: (B,) bool, the rows that count, or None for all; the others may hold anything (they
            are about to be reset) and come back as a legal value.
        agents: how many robots R a team's action has one entry for; 0 for no team.
        forms: action forms that the environment could be made with instead, for errors.

    Raises:
        gymnasium.error.InvalidAction: not numeric, wrong shape, not finite, or out of bounds.
    """
    unread = why = None
    actions = _as_lists(actions)
    if isinstance(space, Spoken):
        actions, space = _heard(actions, space, num_envs, active), space.numbers
    if _holds_none(actions, agents):
        actions, why = _apart(actions, space, num_envs, agents)
        mask = why != ""
        if active is not None:
            mask &= active.reshape(-1, *([1] * (mask.ndim - 1)))
        if mask.any():
            unread = torch.from_numpy(mask).to(device)
            why = np.where(mask, why, "")
        else:
            why = None
    values = check_values(actions, space, num_envs, active, forms)
    return Actions(torch.from_numpy(np.ascontiguousarray(values)).to(device), unread, why)


def check_values(
    actions: Any,
    space: spaces.Space[Any],
    num_envs: int,
    active: NDArray[np.bool_] | None = None,
    forms: Collection[str] = (),
) -> NDArray[Any]:
    """A batch of numeric actions as one array: of the space's own type for a ``Box``, else int64.

    Args:
        actions: anything array-like of shape ``(num_envs, *space.shape)``.
        space: the single environment's action space.
        num_envs: the batch size.
        active, forms: see `check_actions`.

    Raises:
        gymnasium.error.InvalidAction: not numeric, wrong shape, not finite, or out of bounds.
    """
    array = as_array(actions)
    shape = (num_envs, *(space.shape or ()))
    if array.shape != shape:
        if num_envs == 1 and array.shape[:1] == (1,):
            raise InvalidAction(
                f"the action has shape {array.shape[1:]}, expected {shape[1:]}: {space}"
            )
        raise InvalidAction(
            f"actions have shape {array.shape}, expected {shape}: one action of "
            f"{space} for each of the {num_envs} environments"
        )
    if isinstance(space, spaces.Box):
        if array.dtype.kind not in "fiu":
            raise InvalidAction(f"actions are {array.dtype}, expected numbers for {space}")
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large is out of bounds
            values = array.astype(space.dtype)
        legal = np.isfinite(values) & (values >= space.low) & (values <= space.high)
        if values.dtype.kind in "iu":  # nothing is rounded, nothing wraps
            legal &= values == array
    else:
        if array.dtype.kind not in "iu":
            raise InvalidAction(f"actions are {array.dtype}, expected integers for {space}")
        start, count = _integer_bounds(space)
        legal = (array >= start) & (array < start + count)
        values = np.where(legal, array, start).astype(np.int64)
    if active is not None:
        inactive = ~active.reshape(-1, *([1] * (array.ndim - 1)))
        values = np.where(inactive, _filler(space), values)
        legal = legal | inactive
    if not legal.all():
        raise InvalidAction(_explain(array, legal, space, forms))
    return values


def as_batch_of_one(action: Any) -> Any:
    """A single action with a batch axis in front; InvalidAction where it is no array."""
    return [action] if isinstance(action, NoAnswer) else as_array(action)[None]


def as_array(action: Any) -> NDArray[Any]:
    """Numbers as an array on the CPU.

    Raises:
        gymnasium.error.InvalidAction: no regular array of numbers.
    """
    if why := why_hidden(action):
        raise InvalidAction(f"action {action!r:.200} {why}{_NONE}")
    try:
        if isinstance(action, Tensor):
            # NumPy has no bfloat16; wider numbers must stay as wide as they are.
            half = action.dtype == torch.bfloat16
            array = (action.float() if half else action).detach().cpu().numpy()
        else:
            array = np.asanyarray(action)
    except (ValueError, TypeError, OverflowError, RuntimeError) as error:
        raise InvalidAction(f"action {action!r:.200} is not an array of numbers: {error}") from None
    if why := why_hidden(array):  # what an object gives may be so too
        raise InvalidAction(f"action {action!r:.200} {why}{_NONE}")
    if array.dtype.kind not in "fiub":
        raise InvalidAction(
            f"action {action!r:.200} is not numeric (it is {type(action).__name__}){_NONE}"
        )
    return np.asarray(array)


def _heard(
    actions: Any, space: Spoken, num_envs: int, active: NDArray[np.bool_] | None
) -> list[Any]:
    """What texts say, and `NoAnswer` with the reason where one says nothing."""
    heard: list[Any] = []
    for i, text in enumerate(texts_of(actions, space, num_envs)):
        if isinstance(text, NoAnswer):
            heard.append(text)
        elif active is not None and not active[i]:
            heard.append(_filler(space.numbers))
        elif isinstance(text, str):
            said = space.heard(text)
            heard.append(NoAnswer(said) if isinstance(said, str) else said)
        else:
            raise InvalidAction(
                f"action[{i}] = {text!r:.200} is {type(text).__name__}; actions are words here"
                f"{_NONE}"
            )
    return heard


def _holds_none(actions: Any, agents: int) -> bool:
    """Whether a `NoAnswer` is among the actions."""
    if not isinstance(actions, list | tuple):
        return False
    if any(isinstance(row, NoAnswer) for row in actions):
        return True
    return bool(agents) and any(
        isinstance(row, list | tuple) and any(isinstance(one, NoAnswer) for one in row)
        for row in actions
    )


def _as_lists(actions: Any) -> Any:
    """Arrays of objects as lists; what is anything else as it is."""
    if isinstance(actions, np.ndarray) and actions.dtype == object:
        return actions.tolist()
    if isinstance(actions, list | tuple) and any(
        isinstance(row, np.ndarray) and row.dtype == object for row in actions
    ):
        return [_as_lists(row) for row in actions]
    return actions


def _apart(
    actions: Any, space: spaces.Space[Any], num_envs: int, agents: int
) -> tuple[Any, NDArray[np.object_]]:
    """The actions with legal numbers where there is no answer, and why there is none."""
    why = np.full((num_envs, agents) if agents else num_envs, "", object)
    filler = _filler(space)
    filled: list[NDArray[Any] | None] = []
    rows = list(actions)
    if len(rows) != num_envs:
        raise InvalidAction(f"{len(rows)} actions for {num_envs} environments")
    for i, row in enumerate(rows):
        if isinstance(row, NoAnswer):
            why[i] = row.why
            filled.append(None)
        elif agents and isinstance(row, list | tuple):
            entries = list(row)
            for j, one in enumerate(entries[:agents]):
                if isinstance(one, NoAnswer):
                    why[i, j], entries[j] = one.why, filler[j]
            filled.append(as_array(entries))
        else:
            filled.append(as_array(row))
    # In the type of those that were read, so that it changes nothing about them.
    dtype = np.result_type(*(row for row in filled if row is not None), np.bool_)
    if dtype == np.bool_ and all(row is None for row in filled):
        dtype = filler.dtype
    return [filler.astype(dtype) if row is None else row for row in filled], why


def _filler(space: spaces.Space[Any]) -> NDArray[Any]:
    """A legal action."""
    if isinstance(space, spaces.Box):
        nought = np.clip(np.zeros_like(space.low), space.low, space.high)
        return np.where(np.isfinite(space.low), space.low, nought)
    start, _ = _integer_bounds(space)
    return np.asarray(start, np.int64)


def _integer_bounds(space: spaces.Space[Any]) -> tuple[Any, Any]:
    if isinstance(space, spaces.Discrete):
        return int(space.start), int(space.n)
    assert isinstance(space, spaces.MultiDiscrete)
    return space.start, space.nvec


def _explain(
    array: NDArray[Any], legal: NDArray[np.bool_], space: spaces.Space[Any], forms: Collection[str]
) -> str:
    row = int(np.argwhere(~legal)[0][0])
    value = array[row].tolist()
    if isinstance(space, Explained):
        return f"action[{row}] = {value}: {space.why_not(array[row])}"
    if isinstance(space, spaces.Box):
        low, high = float(space.low.min()), float(space.high.max())
        if not np.isfinite(np.asarray(value, np.float64)).all():
            return f"action[{row}] = {value} is not finite; it must lie in [{low:g}, {high:g}]"
        places = (
            ', send pixels with action="pixel", or divide thousandths (0-1000) by 1000'
            if "pixel" in forms and (low, high) == (0, 1)
            else ""
        )
        return (
            f"action[{row}] = {value} is outside [{low:g}, {high:g}]; wrap the environment in "
            f"gymnasium.wrappers.ClipAction (a batch: gymnasium.wrappers.vector.ClipAction){places}"
        )
    start, count = _integer_bounds(space)
    last = np.asarray(start + count - 1).tolist()
    return f"action[{row}] = {value} is outside [{np.asarray(start).tolist()}, {last}] of {space}"
