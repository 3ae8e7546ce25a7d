"""The action forms: decoding by hand, and encoding as its inverse."""

from typing import Any

import numpy as np
import pytest
import torch
from gymnasium import spaces
from hypothesis import given
from hypothesis import strategies as st

from vgym.core.action_check import as_batch_of_one, check_actions
from vgym.core.action_forms import ANSWERS, FORMS, ActionForm

CPU = torch.device("cpu")
SIZE_HW = (60, 100)
SHARES = st.floats(0, 1, width=32)


def _form(name: str, answer: str) -> ActionForm:
    return FORMS[name](answer, SIZE_HW, slots=3 if answer == "boxes" else 1, grid=10)


CASES = [(name, answer) for name in FORMS for answer in ANSWERS]


def test_spaces_are_those_of_the_table() -> None:
    w, h = 100, 60
    box = spaces.Box
    f32 = np.float32
    expected = {
        ("continuous", "point"): box(0, 1, (2,), f32),
        ("continuous", "box"): box(0, 1, (4,), f32),
        ("continuous", "boxes"): box(0, 1, (3, 5), f32),
        ("symmetric", "point"): box(-1, 1, (2,), f32),
        ("symmetric", "box"): box(-1, 1, (4,), f32),
        ("symmetric", "boxes"): box(-1, 1, (3, 5), f32),
        ("grid", "point"): spaces.Discrete(100),
        ("grid", "box"): spaces.MultiDiscrete([100, 100]),
        ("grid", "boxes"): spaces.MultiDiscrete([100, 100, 2] * 3),
        ("pixel", "point"): spaces.MultiDiscrete([w, h]),
        ("pixel", "box"): spaces.MultiDiscrete([w + 1, h + 1, w + 1, h + 1]),
        ("pixel", "boxes"): spaces.MultiDiscrete([w + 1, h + 1, w + 1, h + 1, 2] * 3),
    }
    assert set(expected) == set(CASES)
    for (name, answer), space in expected.items():
        assert _form(name, answer).space() == space


def _decoded(name: str, answer: str, action: object) -> list[float]:
    form = _form(name, answer)
    batch = check_actions(as_batch_of_one(action), form.space(), 1, CPU).values
    fractions, used = form.decode(batch)
    assert used.all() and used.shape == fractions.shape[:2]
    return [round(v, 5) for v in fractions.flatten().tolist()]


def test_decoding_by_hand() -> None:
    assert _decoded("continuous", "point", [0.25, 0.5]) == [0.25, 0.5]
    assert _decoded("symmetric", "point", [-1.0, 0.5]) == [0.0, 0.75]
    assert _decoded("grid", "point", 37) == [0.75, 0.35]  # row 3, column 7: the cell's centre
    assert _decoded("pixel", "point", [0, 59]) == [0.005, round(59.5 / 60, 5)]
    assert _decoded("continuous", "box", [0.1, 0.2, 0.3, 0.4]) == [0.1, 0.2, 0.3, 0.4]
    assert _decoded("symmetric", "box", [-1, 0, 1, 0.5]) == [0.0, 0.5, 1.0, 0.75]
    assert _decoded("grid", "box", [12, 34]) == [0.2, 0.1, 0.5, 0.4]
    assert _decoded("grid", "box", [34, 12]) == [0.2, 0.1, 0.5, 0.4]  # corners in any order
    assert _decoded("grid", "box", [14, 32]) == [0.2, 0.1, 0.5, 0.4]
    assert _decoded("grid", "box", [99, 99]) == [0.9, 0.9, 1.0, 1.0]
    assert _decoded("pixel", "box", [0, 30, 100, 60]) == [0.0, 0.5, 1.0, 1.0]


@pytest.mark.parametrize(
    ("name", "off", "on"), [("continuous", 0.5, 0.51), ("symmetric", 0.0, 0.01)]
)
def test_a_slot_is_used_above_half_of_its_range(name: str, off: float, on: float) -> None:
    action = np.zeros((1, 3, 5), np.float32)
    action[0, 0, 4], action[0, 1, 4], action[0, 2, 4] = off, on, 1
    _, used = _form(name, "boxes").decode(torch.from_numpy(action))
    assert used.tolist() == [[False, True, True]]


@given(st.lists(st.tuples(SHARES, SHARES, SHARES, SHARES), min_size=3, max_size=3))
@pytest.mark.parametrize(("name", "answer"), CASES)
def test_encoding_is_legal_and_near(
    name: str, answer: str, corners: list[tuple[float, ...]]
) -> None:
    form = _form(name, answer)
    given_boxes = torch.tensor(corners)[None]
    low = torch.minimum(given_boxes[..., :2], given_boxes[..., 2:])
    high = torch.maximum(given_boxes[..., :2], given_boxes[..., 2:])
    wanted = torch.cat([low, high], -1)[:, : form.slots]
    if answer == "point":
        wanted = wanted[..., :2]
    used = torch.tensor([[True, False, True]])[:, : form.slots]
    action = form.encode(wanted, used)
    space = form.space()
    plain = action[0].numpy().astype(space.dtype)
    assert (int(plain) if plain.ndim == 0 else plain) in space
    decoded, decoded_used = form.decode(check_actions(action, space, 1, CPU).values)
    assert torch.equal(decoded_used, used)
    # Half a step of the form; a box of the grid may have to grow to a whole cell.
    step = {"continuous": 1e-6, "symmetric": 1e-6, "pixel": 0.5 / 60, "grid": 0.1}[name]
    assert ((decoded - wanted).abs()[used] <= step + 1e-5).all()


@given(st.data())
@pytest.mark.parametrize(("name", "answer"), CASES)
def test_decoded_fractions_lie_in_the_picture(name: str, answer: str, data: st.DataObject) -> None:
    form = _form(name, answer)
    space = form.space()
    space.seed(data.draw(st.integers(0, 10_000)))
    action = as_batch_of_one(space.sample())
    fractions, _ = form.decode(check_actions(action, space, 1, CPU).values)
    assert fractions.shape == (1, form.slots, form.numbers)
    assert (fractions >= 0).all() and (fractions <= 1).all()


def test_a_form_that_lacks_a_part_cannot_be_made() -> None:
    class Halves(ActionForm):
        def space(self) -> spaces.Space[Any]:
            return spaces.Discrete(2)

        def decode(self, action: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return action, action

    with pytest.raises(TypeError, match=r"abstract method '?encode"):
        Halves("point", (36, 36))
