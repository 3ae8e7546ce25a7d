"""Gymnasium's info of a batch, ``{"iou": (B,), "_iou": (B,) mask}``, as one dict a row."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor


def info_rows(info: dict[str, Any], num_envs: int) -> list[dict[str, Any]]:
    """What each row's environment alone would have said.

    Args:
        info: of a batch: arrays or tensors with B rows, dicts of them, and masks of the rows that
            have them under the same name with a leading underscore; no mask means every row.
        num_envs: B.

    Returns:
        B dicts: plain Python numbers where a row holds one number, arrays where it holds several.
    """
    rows: list[dict[str, Any]] = [{} for _ in range(num_envs)]
    for name, value in info.items():
        if name.startswith("_"):
            continue
        column = info_rows(value, num_envs) if isinstance(value, dict) else _column(value)
        mask = info.get(f"_{name}")
        held = [True] * num_envs if mask is None else _column(mask)
        for row, given, has in zip(rows, column, held, strict=True):
            if has if isinstance(has, bool) else has.any():  # of a team, a mask of robots
                row[name] = given
    return rows


def row_of_batch(value: Any, row: int) -> Any:
    """Row of a batched observation or info: of a dict, of every value in it; None stays None."""
    if value is None:
        return None
    if isinstance(value, dict):
        return {name: row_of_batch(inner, row) for name, inner in value.items()}
    return as_numpy(value)[row]


def as_numpy(value: Any) -> Any:
    """Tensors as arrays, dicts of them too; anything else as it is."""
    if isinstance(value, dict):
        return {name: as_numpy(inner) for name, inner in value.items()}
    return value.cpu().numpy() if isinstance(value, Tensor) else value


def _column(value: Any) -> list[Any]:
    value = as_numpy(value)
    if isinstance(value, np.ndarray) and value.ndim == 1:
        plain: list[Any] = value.tolist()
        return plain
    return list(value)
