"""Recall of places by their looks: is one of the k nearest of a gallery the right one?

Queries and gallery are descriptors, rows of numbers that are compared by their cosine. A place may
have several in the gallery, such as its pictures or the segments of one: it is found by the best of
them and counted once, as in "Revisit Anything" (Garg et al., ECCV 2024, arXiv 2409.18049).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

_AT_ONCE = 4_000_000  # likenesses held at a time
USUAL_K = (1, 5, 10)


def recall_at_k(
    queries: ArrayLike,
    gallery: ArrayLike,
    right: ArrayLike,
    *,
    k: Sequence[int] = USUAL_K,
    places: ArrayLike | None = None,
) -> dict[int, float]:
    """How many queries find a right place among the first k; visual place recognition's Recall@k.

    Args:
        queries: (Q, D) descriptors. gallery: (G, D) descriptors.
        right: (Q, P) bool, the places that count as right for each query, such as those within 25 m
            of it. Queries for which none is right are left out, as usual.
        k: how many places may be looked at, each at least 1; more than there are is all of them.
        places: (G,) which of the P places each of the gallery is of; by default each is its own.

    Returns:
        By k, a share in [0, 1]. Equal likenesses are taken in the order of the places. A descriptor
        of zeros, or with a number that is none, is like nothing: places are then found last.

    Raises:
        ValueError: shapes that do not fit, a bad k or place, or no query that could be right.

    >>> recall_at_k([[1, 0], [0, 1]], [[1, 0.1], [1, 1]], np.eye(2, dtype=bool), k=(1, 2))
    {1: 1.0, 2: 1.0}
    """
    asked, held = _unit(queries, "queries"), _unit(gallery, "gallery")
    if asked.shape[1] != held.shape[1]:
        raise ValueError(
            f"queries are of {asked.shape[1]} numbers and the gallery of {held.shape[1]}; "
            "describe both alike"
        )
    truth = np.asarray(right)
    if truth.dtype != np.bool_ or truth.ndim != 2 or len(truth) != len(asked):
        raise ValueError(
            f"right has the shape {truth.shape} and holds {truth.dtype}; bools of "
            f"({len(asked)}, places) are wanted"
        )
    number = _numbers(places, len(held), truth.shape[1])
    wanted = [int(each) for each in k]
    if not wanted or min(wanted) < 1:
        raise ValueError(f"k={tuple(k)!r} must be whole numbers from 1 on")
    usable = truth.any(1)
    if not usable.any():
        raise ValueError("no query has a place that is right; widen the radius")
    rank = first_right(asked[usable], held, truth[usable], number)
    return {each: float((rank < each).mean()) for each in wanted}


def first_right(
    queries: NDArray[np.float64],
    gallery: NDArray[np.float64],
    right: NDArray[np.bool_],
    places: NDArray[np.int64],
) -> NDArray[np.int64]:
    """(Q,) how many wrong places are found before the first right one.

    Args:
        queries, gallery: (Q, D), (G, D) of length 1, or of length 0 where they are like nothing.
        right: (Q, P), one of each row at least. places: (G,) numbers below P.
    """
    order = np.argsort(places, kind="stable")
    there, starts = np.unique(places[order], return_index=True)
    found = np.empty(len(queries), np.int64)
    step = max(1, _AT_ONCE // max(len(gallery), right.shape[1]))
    for start in range(0, len(queries), step):
        rows = slice(start, start + step)
        likeness = queries[rows] @ gallery[order].T
        best = np.full((len(likeness), right.shape[1]), -np.inf)
        best[:, there] = np.maximum.reduceat(likeness, starts, axis=1)
        truth = right[rows]
        nearest = np.where(truth, best, -np.inf).max(1, keepdims=True)
        # Of equals the lower number comes first.
        tied = (truth & (best == nearest)).argmax(1)[:, None]
        before = (best > nearest) | ((best == nearest) & (np.arange(best.shape[1]) < tied))
        found[rows] = (before & ~truth).sum(1)
    return found


def _unit(descriptors: ArrayLike, name: str) -> NDArray[np.float64]:
    """Rows of length 1; of zeros where there is nothing to compare."""
    rows = np.array(descriptors, np.float64)
    if rows.ndim != 2 or not rows.size:
        raise ValueError(f"{name} has the shape {rows.shape}; (rows, numbers) is wanted")
    rows[~np.isfinite(rows).all(1)] = 0.0
    largest = np.abs(rows).max(1, keepdims=True)
    rows /= np.where(largest > 0, largest, 1.0)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float64] = rows / np.where(length > 0, length, 1.0)
    return unit


def _numbers(places: ArrayLike | None, count: int, most: int) -> NDArray[np.int64]:
    if places is None:
        if count != most:
            raise ValueError(
                f"right tells of {most} places and the gallery has {count} descriptors; say which "
                "place each is of by places="
            )
        return np.arange(count)
    number = np.asarray(places)
    whole = number.shape == (count,) and number.dtype.kind in "iu"
    if not whole or number.min() < 0 or number.max() >= most:
        raise ValueError(f"places must be {count} whole numbers from 0 to {most - 1}")
    return number.astype(np.int64)
