"""Hints name the convention that an answer was written in; what merely strays gets few."""

import pytest
import torch
from torch import Tensor

from vgym.geometry.conventions import Convention, Kind
from vgym.rewards import recipe, score
from vgym.rewards.hints import convention_hint

ROWS = 600
SIZES = [(256, 256), (800, 1280), (2160, 3840)]
MISTAKES = [  # written in, read in
    ("0-1000", "pixels"),
    ("fraction", "pixels"),
    ("pixels", "fraction"),
    ("pixels", "0-1000"),
    ("fraction", "0-1000"),
    ("0-1000", "fraction"),
    ("pixels/xywh", "pixels"),
    ("fraction/xywh", "fraction"),
    ("pixels/yxyx", "pixels"),
    ("0-1000/yxyx", "0-1000"),
    ("0-1000/yxyx", "pixels"),
]


def targets(size_hw: tuple[int, int]) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    picture = torch.tensor(size_hw[::-1], dtype=torch.float32)
    size = (torch.rand(ROWS, 2, generator=generator) * 0.25 + 0.02) * picture
    low = torch.rand(ROWS, 2, generator=generator) * (picture - size)
    return torch.cat((low, low + size), -1)


def truth(boxes: Tensor, kind: Kind) -> Tensor:
    return boxes if kind == "box" else (boxes[:, :2] + boxes[:, 2:]) / 2


@pytest.mark.parametrize("kind", ["box", "point"])
@pytest.mark.parametrize("size_hw", SIZES, ids=str)
@pytest.mark.parametrize(("written", "read"), MISTAKES)
def test_mistakes_are_named(written: str, read: str, size_hw: tuple[int, int], kind: Kind) -> None:
    convention = Convention.parse(written)
    if kind == "point":
        if convention.order == "xywh":
            return  # of a point these are the same two numbers
        convention = Convention(convention.frame, "yx" if "yx" in written else "xyxy")
    boxes = targets(size_hw)
    size = torch.tensor([size_hw], dtype=torch.float32).expand(ROWS, 2)
    values = convention.from_pixels(truth(boxes, kind), size, kind)[:, None]
    for reward in ("dense", "iou", "giou") if kind == "box" else ("dense", "sparse"):
        hints = convention_hint(values, boxes[:, None], size, read, reward=reward)
        misread = Convention.parse(read).to_pixels(values, size, kind)[:, 0]
        centre = misread if kind == "point" else (misread[:, :2] + misread[:, 2:]) / 2
        missed = ((centre < boxes[:, :2]) | (centre > boxes[:, 2:])).any(-1).tolist()
        heard = [hint for hint, miss in zip(hints, missed, strict=True) if miss]
        assert len(heard) > 300
        named = [hint for hint in heard if hint == f"1.00 as {convention}"]
        assert len(named) > 0.92 * len(heard), (reward, len(named), len(heard))


@pytest.mark.parametrize("kind", ["box", "point"])
@pytest.mark.parametrize("size_hw", SIZES, ids=str)
@pytest.mark.parametrize("strays_by", [0.02, 0.06, 0.15])
def test_what_strays_gets_few(size_hw: tuple[int, int], strays_by: float, kind: Kind) -> None:
    boxes = targets(size_hw)
    size = torch.tensor([size_hw], dtype=torch.float32).expand(ROWS, 2)
    generator = torch.Generator().manual_seed(1)
    shift = torch.randn(ROWS, 2, generator=generator) * strays_by * max(size_hw)
    values = truth(boxes, kind) + (shift if kind == "point" else shift.repeat(1, 2))
    for reward in ("dense", "giou" if kind == "box" else "sparse"):
        hints = convention_hint(values[:, None], boxes[:, None], size, "pixels", reward=reward)
        assert sum(hint is not None for hint in hints) <= 0.1 * ROWS


def test_a_wide_range_does_not_hide_a_miss() -> None:
    facts = {"target_boxes": [200, 100, 260, 160], "size_hw": (400, 600)}
    found = score("giou", prediction_boxes=[200, 100, 60, 60], **facts)
    assert found.value > -0.6 and found.hint == "1.00 as pixels/xywh"
    # The recipe's own score is told, not the judge's.
    found = score("gui-g2", prediction_boxes=[200, 100, 60, 60], **facts)
    assert found.hint == "3.00 as pixels/xywh"


def test_a_function_of_ones_own_is_told_what_the_default_would_pay() -> None:
    facts = {"target_boxes": [200, 100, 260, 160], "size_hw": (400, 600)}
    found = score(lambda f: recipe("iou")(f), prediction_boxes=[200, 100, 60, 60], **facts)
    assert found.value == 0 and found.hint == "1.00 as pixels/xywh"


def test_sets_are_told_too() -> None:
    boxes = [[100, 50, 200, 150], [300, 200, 380, 390]]
    thousandths = Convention("0-1000").from_pixels(torch.tensor(boxes), (400, 600), "box").tolist()
    found = score(
        "iou", prediction_boxes=[thousandths, boxes], target_boxes=[boxes] * 2, size_hw=(400, 600)
    )
    assert found.hint == ["1.00 as 0-1000", None]
