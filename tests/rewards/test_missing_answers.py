"""A row of answers that cannot be read earns the floor, flagged, and never ends the batch."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vgym.rewards import recipe, score

BOX, TARGET = [12, 8, 58, 44], [12, 8, 58, 44]
UNREADABLE: list[Any] = [
    [],
    None,
    [None, 1, 2, 3],
    [1, 2, 3],
    [1, 2, 3, 4, 5],
    ["12", "8", "58", "44"],
    [math.nan, 8, 58, 44],
    [math.inf, 8, 58, 44],
    [10**400, 8, 58, 44],
    [1e300, 8, 58, 44],
    [[12], 8, 58, 44],
    "12, 8, 58, 44",
    {"bbox_2d": BOX},
    7,
    torch.zeros(3),
    np.zeros((2, 2, 2)),
    torch.zeros(4, dtype=torch.complex64),
]


def told(row: Any) -> str:
    return str(row)[:30]


@pytest.mark.parametrize("row", UNREADABLE, ids=told)
@pytest.mark.parametrize("first", [True, False])
def test_among_boxes(row: Any, first: bool) -> None:
    rows = [row, BOX] if first else [BOX, row]
    found = score("giou", prediction_boxes=rows, target_boxes=TARGET)
    assert found.value.tolist() == ([-1, 1] if first else [1, -1])
    assert found.flagged.tolist() == [first, not first]
    # No share of the marks for a good form either.
    assert score("gui-g2", prediction_boxes=rows, target_boxes=TARGET).value.min() == 0


@pytest.mark.parametrize("row", UNREADABLE[1:], ids=told)
def test_among_sets(row: Any) -> None:
    found = score(
        "iou",
        prediction_boxes=[[BOX, [70, 70, 80, 80]], row, [], [BOX, None], [[1, 2], BOX]],
        target_boxes=[[TARGET], [TARGET], [], [TARGET], [TARGET]],
    )
    torch.testing.assert_close(found.value, torch.tensor([2 / 3, 0, 1, 0, 0]))
    assert found.flagged.tolist() == [False, True, False, True, True]


@pytest.mark.parametrize("row", UNREADABLE[:2], ids=told)
def test_points_places_and_spans(row: Any) -> None:
    points = score("sparse", prediction_points=[[20, 20], row], target_boxes=TARGET)
    assert points.value.tolist() == [1, 0] and points.flagged.tolist() == [False, True]
    zurich = [8.55, 47.37]
    places = score("geoguessr", prediction_lonlat=[zurich, row], target_lonlat=zurich)
    assert places.value.tolist() == [1, 0] and places.flagged.tolist() == [False, True]
    spans = score(
        lambda facts: facts["prediction_span"][:, 1] * facts["format_ok"],
        prediction_span=[[10, 20], row],
    )
    assert spans.value.tolist() == [20, 0] and spans.flagged.tolist() == [False, True]


def test_a_batch_of_nothing_but_gaps() -> None:
    gaps: tuple[Any, ...] = ([None], [None, None], [[None, 1, 2, 3]], [[1, 2]], [[], None])
    texts: tuple[Any, ...] = (["nothing", "1, 2"], [{"bbox_2d": BOX}, None], ["1", "2", "3", "4"])
    for rows in (*gaps, *texts, *map(np.array, (["a", "b"], [["1", "2"]], [[b"a"] * 4]))):
        found = score("dense", prediction_boxes=rows, target_boxes=TARGET, size_hw=(80, 90))
        assert found.value.tolist() == [0] * len(rows) and found.flagged[-1]
        assert found.hint == [None] * len(rows)
    one = score("iou", prediction_boxes=[None, 1, 2, 3], target_boxes=TARGET)
    assert one.value.shape == () and one.value == 0 and one.flagged


def test_an_empty_set_is_an_answer_and_a_gap_is_none() -> None:
    nothing = {"prediction_boxes": [[], None], "target_boxes": [[], []]}
    assert score("iou", **nothing).value.tolist() == [1, 0]
    assert score("iou", **nothing).flagged.tolist() == [False, True]


def test_format_is_not_ok() -> None:
    def heard(facts: dict[str, torch.Tensor]) -> torch.Tensor:
        return facts["format_ok"].float() + 0 * facts["prediction_boxes"].nan_to_num().sum((1, 2))

    seen = []

    def listening(facts: dict[str, torch.Tensor]) -> torch.Tensor:
        seen.append(facts["format_ok"].tolist())
        return heard(facts)

    rows = [BOX, None, [math.nan] * 4]
    score(listening, prediction_boxes=rows, target_boxes=TARGET)
    score(listening, prediction_boxes=rows, target_boxes=TARGET, format_ok=[False, True, True])
    score(listening, prediction_boxes=rows, target_boxes=TARGET, format_ok=[0.5, 0.5, 1.0])
    assert seen == [[True, False, False], [False, False, False], [0.5, 0, 0]]


def test_masked_members_may_hold_anything() -> None:
    boxes = torch.tensor([[BOX, [math.nan] * 4]], dtype=torch.float32)
    mask = torch.tensor([[True, False]])
    found = score("gui-g2", prediction_boxes=boxes, prediction_mask=mask, target_boxes=[[TARGET]])
    assert found.value.tolist() == [3] and not found.flagged.any()


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([TARGET, []], r"target_boxes\[1\] = \[\] is not 4 numbers"),
        ([None, TARGET], r"target_boxes\[0\] = None is not 4 numbers"),
        ([TARGET, [1, 2]], r"target_boxes\[1\] = \[1, 2\] is not"),
        ([[TARGET], None], r"target_boxes\[1\] = None .* an empty one: \[\[box\], \[\]\]"),
        ([[TARGET], [[1, 2]]], r"target_boxes\[1\] = \[\[1, 2\]\] is not"),
        ([TARGET, [math.nan] * 4], r"target_boxes\[1\]\[0\] = \[nan, .* is not a box"),
    ],
)
def test_targets_must_be_there(targets: list[Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score("iou", prediction_boxes=[BOX, BOX], target_boxes=targets)
    # The cure that is named.
    assert score("iou", prediction_boxes=[BOX, BOX], target_boxes=[[TARGET], []]).value[1] == 0


def test_a_true_place_must_be_there() -> None:
    with pytest.raises(ValueError, match=r"target_lonlat\[1\] = None is not 2 numbers"):
        score("geoguessr", prediction_lonlat=[[8, 47], [8, 47]], target_lonlat=[[8, 47], None])


def test_other_rows_earn_what_they_earn_alone() -> None:
    for name in ("iou", "giou", "gaussian", "sparse", "gui-g2", "vlm-r1"):
        alone = score(name, prediction_boxes=[[10, 10, 60, 40]], target_boxes=TARGET).value
        among = score(name, prediction_boxes=[None, [10, 10, 60, 40], []], target_boxes=TARGET)
        assert among.value[1] == alone[0]
        assert among.value[0] == among.value[2] == recipe(name).floor


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=4)
    | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(st.lists(junk, min_size=1, max_size=4))
def test_no_row_ends_the_batch(rows: list[Any]) -> None:
    found = score("iou", prediction_boxes=[*rows, BOX], target_boxes=TARGET)
    assert found.value.shape == (len(rows) + 1,) and found.value.isfinite().all()
    assert found.value[-1] == 1 or any(isinstance(row, list) for row in rows)


def test_targets_may_have_a_convention_too() -> None:
    xywh = [12, 8, 46, 36]
    found = score(
        "iou", prediction_boxes=[BOX], target_boxes=[xywh], target_convention="pixels/xywh"
    )
    assert found.value.tolist() == [1]
    thousandths = [12 / 1.28, 10, 58 / 1.28, 55]
    found = score(
        "dense",
        prediction_boxes=[thousandths],
        target_boxes=[thousandths],
        size_hw=(800, 1280),
        convention="0-1000",
        target_convention="0-1000",
    )
    assert found.value.item() == pytest.approx(1)
    # Whatever the convention of the predictions, targets are in pixels unless theirs is said.
    found = score(
        "iou",
        prediction_boxes=[thousandths],
        target_boxes=[TARGET],
        size_hw=(800, 1280),
        convention="0-1000",
    )
    assert found.value.item() == pytest.approx(1, abs=1e-5)
    with pytest.raises(
        ValueError, match=r"target_convention 'pixels/strict': .* leave the boundary"
    ):
        score("iou", prediction_boxes=BOX, target_boxes=TARGET, target_convention="pixels/strict")
    with pytest.raises(ValueError, match="needs size_hw"):
        score("iou", prediction_boxes=BOX, target_boxes=TARGET, target_convention="fraction")
