"""What ``reset`` of a batch is called with: seeds, a mask of the rows to start, records to play."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from gymnasium import error
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from vgym.core.action_check import NoAnswer
from vgym.core.config import choice


def autoreset_mode_of(given: AutoresetMode | str) -> AutoresetMode:
    """The mode of that name, as Gymnasium writes it: ``"NEXT_STEP"`` or ``"NextStep"``.

    Raises:
        ValueError: there is none, with the nearest.
    """
    if isinstance(given, AutoresetMode):
        return given
    modes = {name: mode for mode in AutoresetMode for name in (mode.value, mode.name)}
    choice("autoreset_mode", given, tuple(modes))
    return modes[given]


def seed_list(seed: Any, num_envs: int) -> list[int | None]:
    """The seed of every row: int ``s`` seeds row i with ``s + i``, a list row by row.

    Raises:
        ValueError: seeds of another number. gymnasium.error.Error: what is no seed.
    """
    if seed is None:
        return [None] * num_envs
    if not isinstance(seed, list | tuple | np.ndarray):
        seeding.np_random(seed)  # refuses what is no seed
        return [int(seed) + i for i in range(num_envs)]
    seeds = [None if s is None else operator.index(s) for s in seed]
    if len(seeds) != num_envs:
        raise ValueError(f"{len(seeds)} seeds were given for {num_envs} environments")
    for value in seeds:
        if value is not None:
            seeding.np_random(value)
    return seeds


def resting_actions(actions: Any, ended: NDArray[np.bool_]) -> list[Any]:
    """The actions of a batch of which some rows have ended, and rest: None in their place.

    Args:
        actions: as they were given. ended: (B,).

    Raises:
        gymnasium.error.ResetNeeded: one that has ended is to act.
    """
    listed = isinstance(actions, list | tuple) and len(actions) == len(ended)
    acting = [i for i in np.flatnonzero(ended).tolist() if not listed or actions[i] is not None]
    if acting:
        raise error.ResetNeeded(
            f"environments {acting[:8]} have ended; reset them with "
            'options={"reset_mask": mask} before stepping, or let them rest: a list of actions, '
            "None in their place"
        )
    return [NoAnswer() if given is None else given for given in actions]


def reset_mask(
    options: dict[str, Any] | None, num_envs: int, further: tuple[str, ...] = ()
) -> NDArray[np.bool_]:
    """The rows to start anew, (B,): those of ``options["reset_mask"]``, or all.

    Args:
        options: as they were given. num_envs: B. further: the other options that there are.

    Raises:
        TypeError, ValueError: an unknown option, or no bool array of B with at least one True.
    """
    if options is not None and not isinstance(options, dict):
        raise TypeError(f"options must be a dict or None, got {options!r}")
    # Read, never popped: wrappers outside still need it.
    for name in options or {}:
        choice("option", name, ("reset_mask", *further))
    mask = (options or {}).get("reset_mask")
    if mask is None:
        return np.ones(num_envs, np.bool_)
    if isinstance(mask, torch.Tensor):
        mask = mask.cpu().numpy()
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
        raise TypeError(f"options['reset_mask'] must be a bool array, got {mask!r:.100}")
    if mask.shape != (num_envs,):
        raise ValueError(f"options['reset_mask'] has shape {mask.shape}, expected ({num_envs},)")
    if not mask.any():
        raise ValueError("options['reset_mask'] must hold at least one True")
    return mask.copy()


def record_numbers(
    options: dict[str, Any] | None, mask: NDArray[np.bool_], count: int | None
) -> NDArray[np.int64] | None:
    """The record that each row is to play, (B,): ``options["record"]``; None where it is not given.

    Args:
        options: as they were given: ``"record"`` is one number for all rows, or (B,) of them.
        mask: (B,) the rows that start; the numbers of the others are not looked at.
        count: how many records there are, or None where episodes are made without end.

    Raises:
        TypeError, ValueError: no whole numbers, of another shape, or of no record.
    """
    given = (options or {}).get("record")
    if given is None:
        return None
    if count is None:
        raise ValueError(
            "options['record'] is for sources with records, such as a data set; episodes of this "
            "one are made without end: choose them by seed"
        )
    numbers = np.asarray(given.cpu() if isinstance(given, torch.Tensor) else given)
    if numbers.dtype.kind not in "iu":
        raise TypeError(f"options['record'] must be whole numbers, got {given!r:.100}")
    if numbers.shape not in ((), mask.shape):
        raise ValueError(
            f"options['record'] has shape {numbers.shape}, expected one number or {mask.shape}"
        )
    wanted = np.where(mask, numbers, 0).astype(np.int64)
    bad = np.flatnonzero((wanted < 0) | (wanted >= count))
    if len(bad):
        raise ValueError(
            f"options['record'] is {wanted[bad[0]]} for row {bad[0]}; the source has records 0 to "
            f"{count - 1}"
        )
    return wanted


def refuse_unplayable(
    records: NDArray[np.int64],
    mask: NDArray[np.bool_],
    known: Sequence[str],
    playable: NDArray[np.bool_],
) -> None:
    """Refuse records that were asked for and cannot be played.

    Args:
        records, mask: (B,) as of `record_numbers`. known: where each record stands.
        playable: (k,) of the rows that start.

    Raises:
        ValueError: by row, number and place.
    """
    if playable.all():
        return
    row = np.flatnonzero(mask)[~playable][0]
    raise ValueError(
        f"options['record'] is {records[row]} for row {row}: {known[records[row]]}, whose picture "
        "is damaged or gone; envs.unwrapped.task.playable(records) says which can be played"
    )
