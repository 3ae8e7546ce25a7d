"""What ``reset`` of a batch is called with: seeds, and a mask of the rows to start."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import torch
from gymnasium.utils import seeding
from numpy.typing import NDArray

from vgym.core.config import choice


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


def reset_mask(options: dict[str, Any] | None, num_envs: int) -> NDArray[np.bool_]:
    """The rows to start anew, (B,): those of ``options["reset_mask"]``, or all.

    Raises:
        TypeError, ValueError: an unknown option, or no bool array of B with at least one True.
    """
    if options is not None and not isinstance(options, dict):
        raise TypeError(f"options must be a dict or None, got {options!r}")
    # Read, never popped: wrappers outside still need it.
    for name in options or {}:
        choice("option", name, ("reset_mask",))
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
