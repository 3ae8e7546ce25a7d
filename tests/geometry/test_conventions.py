"""Coordinate conventions: names, both directions, errors."""

import pickle

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vgym.geometry.boxes import box_sort
from vgym.geometry.conventions import Convention, convention_alternatives

FRAMES = ["pixels", "fraction", "0-1000"]
ORDERS = ["xyxy", "yxyx", "xywh", "cxcywh", "xy", "yx"]
BOUNDARIES = ["inclusive", "half-open", "strict"]
every = st.builds(
    Convention, st.sampled_from(FRAMES), st.sampled_from(ORDERS), st.sampled_from(BOUNDARIES)
)


@settings(deadline=None)
@given(every)
def test_short_form_reads_back(convention: Convention) -> None:
    assert Convention.parse(str(convention)) == convention
    assert Convention.parse(convention) is convention
    assert pickle.loads(pickle.dumps(convention)) == convention


def test_parts_in_any_order() -> None:
    assert Convention.parse("yxyx/0-1000") == Convention("0-1000", "yxyx")
    assert Convention.parse("pixels") == Convention()
    assert str(Convention("0-1000", "yxyx", "half-open")) == "0-1000/yxyx/half-open"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pixel", r"unknown convention part 'pixel'; did you mean 'pixels'\? valid are pixels, fr"),
        ("0-1000/xyyx", r"did you mean '(xyxy|yxyx)'"),
        ("", "unknown convention part ''; valid are"),
        ("0-1/xywh", r"unknown convention part '0-1'; did you mean 'fraction'\?"),
        ("normalised", r"did you mean 'fraction'\?"),
        ("0-100", r"did you mean '0-1000'\?"),
        ("pixels/LTRB", r"did you mean 'xyxy'\?"),
        ("pixels/fraction", "names two frames"),
    ],
)
def test_unknown_names(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Convention.parse(text)


def test_unknown_names_in_the_constructor() -> None:
    with pytest.raises(ValueError, match="did you mean 'fraction'"):
        Convention("fractions")


@settings(deadline=None)
@given(every, st.lists(st.integers(0, 4000), min_size=4, max_size=4))
def test_pixels_there_and_back(convention: Convention, corners: list[int]) -> None:
    boxes = box_sort(torch.tensor(corners, dtype=torch.float64) / 4)
    size = torch.tensor([800.0, 1280.0], dtype=torch.float64)
    written = convention.from_pixels(boxes, size, "box")
    torch.testing.assert_close(convention.to_pixels(written, size, "box"), boxes)
    xy = boxes[:2]
    written = convention.from_pixels(xy, size, "point")
    torch.testing.assert_close(convention.to_pixels(written, size, "point"), xy)


def test_worked_numbers() -> None:
    box = torch.tensor([128.0, 400.0, 640.0, 800.0])
    size = (800, 1280)
    thousandths = Convention("0-1000", "yxyx").from_pixels(box, size, "box")
    torch.testing.assert_close(thousandths, torch.tensor([500.0, 100.0, 1000.0, 500.0]))
    fractions = Convention("fraction", "cxcywh").from_pixels(box, size, "box")
    torch.testing.assert_close(fractions, torch.tensor([0.3, 0.75, 0.4, 0.5]))


def test_a_size_for_each_row() -> None:
    values = torch.full((2, 3, 2), 0.5)
    size = torch.tensor([[10.0, 20.0], [100.0, 200.0]])
    pixels = Convention("fraction").to_pixels(values, size, "point")
    assert pixels[:, 1].tolist() == [[10.0, 5.0], [100.0, 50.0]]


def test_a_missing_size_is_named() -> None:
    with pytest.raises(ValueError, match=r"frame '0-1000' needs size_hw=\(height, width\)"):
        Convention("0-1000").to_pixels(torch.zeros(4), None, "box")
    assert Convention("pixels").to_pixels(torch.zeros(4), None, "box").tolist() == [0.0] * 4


def test_alternatives_differ() -> None:
    for kind, number in (("box", 12), ("point", 6)):
        alternatives = convention_alternatives(kind)
        assert len(set(alternatives)) == len(alternatives) == number
