"""Rows of nested states: taken, put, saved and restored."""

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from vgym.core import state as states


@dataclass
class Inner:
    boxes: Tensor  # (B, 2)


@dataclass
class Outer:
    count: Tensor  # (B,)
    inner: Inner


def _state(batch: int, start: int = 0) -> Outer:
    numbers = torch.arange(start, start + batch)
    return Outer(numbers, Inner(numbers[:, None].float().repeat(1, 2)))


def test_take_copies() -> None:
    state = _state(5)
    taken = states.take(state, torch.tensor([3, 1]))
    assert taken.count.tolist() == [3, 1] and taken.inner.boxes[:, 0].tolist() == [3, 1]
    taken.count[:] = 99
    assert state.count.tolist() == [0, 1, 2, 3, 4]


def test_a_part_is_in_the_same_memory() -> None:
    state = _state(5)
    part = states.part(state, slice(1, 3))
    assert part.count.tolist() == [1, 2] and part.inner.boxes[:, 0].tolist() == [1, 2]
    part.inner.boxes[:] = 99
    assert state.inner.boxes[:, 1].tolist() == [0, 99, 99, 3, 4]
    assert states.part(state, slice(0, 5)) is state


def test_put_writes_those_rows_alone() -> None:
    state = _state(5)
    states.put(state, torch.tensor([4, 0]), _state(2, start=10))
    assert state.count.tolist() == [11, 1, 2, 3, 10]
    assert state.inner.boxes[:, 1].tolist() == [11, 1, 2, 3, 10]


def test_flatten_names_and_clones() -> None:
    state = _state(3)
    flat = states.flatten(state)
    assert list(flat) == ["count", "inner.boxes"]
    state.count[:] = 7
    assert flat["count"].tolist() == [0, 1, 2]


def test_restore() -> None:
    state, other = _state(3), _state(3, start=50)
    states.restore(state, states.flatten(other))
    assert state.count.tolist() == [50, 51, 52] and state.inner.boxes[0, 0] == 50
    flat = states.flatten(other)
    flat["count"][:] = 0
    assert state.count.tolist() == [50, 51, 52]


def test_restore_refuses_what_does_not_fit() -> None:
    state = _state(3)
    flat = states.flatten(state)
    with pytest.raises(ValueError, match=r"'inner\.boxes'"):
        states.restore(state, {"count": flat["count"]})
    with pytest.raises(ValueError, match=r"'count'.*\(4,\).*\(3,\)"):
        states.restore(state, states.flatten(_state(4)))
    with pytest.raises(ValueError, match="int32"):
        states.restore(state, {**flat, "count": flat["count"].int()})


def test_to_keeps_the_type() -> None:
    moved = states.to(_state(2), torch.device("cpu"))
    assert isinstance(moved, Outer) and isinstance(moved.inner, Inner)
