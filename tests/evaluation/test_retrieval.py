"""Recall at k of a gallery, against the plainest way to count it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vgym.evaluation import retrieval
from vgym.evaluation.retrieval import recall_at_k


def plainly(queries: Any, gallery: Any, right: Any, k: int, places: Any) -> float:
    """One query after the other, all of the gallery sorted."""
    hits = []
    for query, truth in zip(queries, right, strict=True):
        if not truth.any():
            continue
        best: dict[int, float] = {}
        for row, place in zip(gallery, places, strict=True):
            length = np.linalg.norm(query) * np.linalg.norm(row)
            likeness = float(query @ row / length) if length else 0.0
            best[place] = max(best.get(place, -np.inf), likeness)
        order = sorted(best, key=lambda place: (-round(best[place], 9), place))
        order += [place for place in range(len(truth)) if place not in best]
        hits.append(any(truth[place] for place in order[:k]))
    return float(np.mean(hits))


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 30), st.integers(1, 9))
@settings(max_examples=60)
def test_agrees_with_the_plainest_count(seed: int, asked: int, held: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    gallery = rng.normal(size=(held, 4))
    queries = rng.normal(size=(asked, 4))
    places = rng.integers(0, most, held)
    right = rng.random((asked, most)) < 0.3
    right[0, 0] = True
    found = recall_at_k(queries, gallery, right, k=(1, 3, 50), places=places)
    for k, share in found.items():
        assert share == pytest.approx(plainly(queries, gallery, right, k, places))
    assert found[50] == 1.0


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    queries, gallery = rng.normal(size=(70, 8)), rng.normal(size=(90, 8))
    right = rng.random((70, 90)) < 0.05
    whole = recall_at_k(queries, gallery, right)
    monkeypatch.setattr(retrieval, "_AT_ONCE", 200)
    assert recall_at_k(queries, gallery, right) == whole


def test_equal_likenesses_come_in_the_order_of_the_places() -> None:
    alike = np.ones((3, 2))
    right: NDArray[np.bool_] = np.array([[False, True, False], [True, False, True]])
    assert recall_at_k(np.ones((2, 2)), alike, right, k=(1, 2)) == {1: 0.5, 2: 1.0}


def test_what_is_like_nothing_is_found_last() -> None:
    right = np.array([[False, True]])
    spoilt = [[np.nan, 1.0], [1.0, 1.0]]
    assert recall_at_k([[1.0, 1.0]], spoilt, right, k=[1]) == {1: 1.0}
    huge = [[1e308, 1e308], [-1e308, 1e308]]
    assert recall_at_k([[-1.0, 1.0]], huge, right, k=[1]) == {1: 1.0}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"queries": [1.0, 2.0]}, "queries has the shape"),
        ({"gallery": np.ones((2, 3))}, "describe both alike"),
        ({"right": np.ones((2, 2))}, "bools of"),
        ({"right": np.zeros((2, 2), bool)}, "no query has a place"),
        ({"right": np.ones((2, 5), bool)}, "say which place each is of by places="),
        ({"k": (0,)}, "whole numbers from 1 on"),
        ({"places": [0, 2]}, "from 0 to 1"),
        ({"places": [0.0, 1.0]}, "2 whole numbers"),
    ],
)
def test_bad_input(change: dict[str, Any], why: str) -> None:
    fine = {"queries": np.eye(2), "gallery": np.eye(2), "right": np.eye(2, dtype=bool)}
    with pytest.raises(ValueError, match=why):
        recall_at_k(**(fine | change))
