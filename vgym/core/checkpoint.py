"""A saved moment of a batch, read and checked whole before any of it is taken.

States come from files that anybody may have written. Compiled loops look up by what they hold, so
every field is held to what its task says that it may be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.task import Task

_ROWS: dict[str, Any] = {
    "seeds": np.uint64,
    "episodes": np.int64,
    "elapsed": np.int64,
    "done": np.bool_,
}
_MOST_COUNTED = 2**62  # leaves room to count on from
_PARTS = ("settings", "state", *_ROWS, "np_random")


class Moment(NamedTuple):
    """What a state dict holds: a state, or None before the first reset; (B,) each of `_ROWS`, by
    name; and the state of a generator."""

    state: Any
    rows: dict[str, NDArray[Any]]
    np_random: Any


def read_moment(task: Task[Any], num_envs: int, saved: Any) -> Moment:
    """The moment that a state dict holds.

    Raises:
        ValueError: it is none, was made with other settings or another number of environments, or
            holds something that is not as the task's own states are, by name.
    """
    if not isinstance(saved, Mapping):
        raise ValueError(f"a state_dict is a dict, as state_dict() returns it; got {saved!r:.100}")
    missing = [name for name in _PARTS if name not in saved]
    if missing:
        raise ValueError(f"the state_dict has no {missing}; it was made by something else")
    _check_settings(task, saved["settings"])
    rows = {name: _row_numbers(name, saved[name], num_envs) for name in _ROWS}
    np_random = generator_state("np_random", saved["np_random"])
    if not isinstance(saved["state"], Mapping):
        raise ValueError(f"state_dict['state'] must be a dict by field, got {saved['state']!r:.60}")
    if not saved["state"]:
        return Moment(None, rows, np_random)
    fresh = task.reset(np.zeros(num_envs, np.uint64))
    states.restore(fresh, saved["state"])
    _check_limits(task, fresh)
    return Moment(fresh, rows, np_random)


def generator_state(name: str, saved: Any) -> Any:
    """The state of a generator as Gymnasium makes them, if it is one.

    Raises:
        ValueError: it is none.
    """
    try:
        generator = np.random.PCG64()
        generator.state = saved
        state: Any = generator.state
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(
            f"state_dict[{name!r}] is no state of a random generator: {error}"
        ) from None
    return state


def _check_settings(task: Task[Any], settings: Any) -> None:
    mine = task.config.of_episodes
    if not isinstance(settings, Mapping):
        raise ValueError(f"state_dict['settings'] must be a dict, got {settings!r:.60}")
    other = {k: v for k, v in settings.items() if k not in mine or mine[k] != v}
    if other:
        raise ValueError(
            f"the state_dict was made with the settings {other}; this environment has "
            f"{ {k: mine.get(k) for k in other} }"
        )


def _row_numbers(name: str, given: Any, num_envs: int) -> NDArray[Any]:
    """One number a row, (B,), of the type of `_ROWS`."""
    try:
        array = np.asarray(given)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.ndim == 1 and len(array) != num_envs:
        raise ValueError(
            f"the state_dict holds {len(array)} environments, this batch has {num_envs}"
        )
    dtype = np.dtype(_ROWS[name])
    whole = array.dtype.kind in ("b" if dtype.kind == "b" else "iu")
    if array.shape != (num_envs,) or not whole:
        raise ValueError(
            f"state_dict[{name!r}] is {array.dtype} {array.shape}; it must be {dtype} ({num_envs},)"
        )
    most = np.iinfo(dtype).max if name == "seeds" else _MOST_COUNTED
    if dtype.kind != "b" and ((array < 0) | (array > most)).any():
        raise ValueError(f"state_dict[{name!r}] = {array.tolist()!s:.100} must be in [0, {most}]")
    return array.astype(dtype)


def _check_limits(task: Task[Any], state: Any) -> None:
    """Hold the fields of a state to what the task says that they may be, in its order."""
    fields = states.live(state)
    for limit in task.limits(state):
        value = fields[limit.field]
        good = (value >= limit.least) & (value <= limit.most)
        if limit.nan:
            good = good | value.isnan()
        if bool(good.all()):
            continue
        place = torch.nonzero(~good)[0].tolist()
        least, most = (_at(bound, value, place) for bound in (limit.least, limit.most))
        raise ValueError(
            f"state_dict['state'][{limit.field!r}] holds {value[tuple(place)].item()} in row "
            f"{place[0]}; it must be in [{least:g}, {most:g}]"
        )


def _at(bound: float | Tensor, value: Tensor, place: list[int]) -> float:
    """A bound, where it differs from place to place at one."""
    if isinstance(bound, Tensor):
        return float(bound.expand_as(value)[tuple(place)])
    return float(bound)
