"""`score` takes what users hold, and says what is wrong with what it cannot take."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vgym.rewards import recipe, score
from vgym.rewards.hints import convention_hint

BOX, TARGET, SIZE = [10, 10, 60, 40], [12, 8, 58, 44], (800, 1280)
IOU = 1380 / 1776


def test_the_documented_example() -> None:
    found = score("dense", prediction_boxes=[BOX], target_boxes=[TARGET], size_hw=SIZE)
    assert found.value.shape == (1,) and found.terms["iou"].item() == pytest.approx(IOU)
    assert found.hint == [None]


def test_one_box_gives_a_scalar() -> None:
    found = score("dense", prediction_boxes=BOX, target_boxes=TARGET, size_hw=SIZE)
    assert found.value.shape == found.flagged.shape == found.terms["iou"].shape == ()
    assert float(found.terms["iou"]) == pytest.approx(IOU)
    assert found.hint is None
    point = score("sparse", prediction_points=[20, 20], target_boxes=TARGET)
    assert point.value == 1


@pytest.mark.parametrize("make", [list, np.array, torch.tensor, lambda rows: np.array(rows, "f8")])
def test_batches_of_any_type(make) -> None:
    rows = [BOX, TARGET, [0, 0, 1, 1]]
    found = score("iou", prediction_boxes=make(rows), target_boxes=make([TARGET] * 3))
    torch.testing.assert_close(found.value, torch.tensor([IOU, 1.0, 0.0]))
    one_target = score("iou", prediction_boxes=make(rows), target_boxes=make(TARGET))
    assert torch.equal(one_target.value, found.value)


def test_float64_tensors_stay_so() -> None:
    boxes = torch.tensor([BOX], dtype=torch.float64)
    assert score("iou", prediction_boxes=boxes, target_boxes=[TARGET]).value.dtype == torch.float64


def test_sets_of_different_sizes() -> None:
    predictions = [[BOX, TARGET], [], [[0, 0, 5, 5]], []]
    targets = [[TARGET, BOX], [], [[0, 0, 5, 5], [7, 7, 9, 9]], [BOX]]
    found = score("iou", prediction_boxes=predictions, target_boxes=targets)
    torch.testing.assert_close(found.value, torch.tensor([1.0, 1.0, 2 / 3, 0.0]))
    tensors = [torch.tensor(row, dtype=torch.float32).reshape(-1, 4) for row in predictions]
    assert torch.equal(
        score("iou", prediction_boxes=tensors, target_boxes=targets).value, found.value
    )
    padded = torch.zeros(4, 2, 4)
    mask = torch.zeros(4, 2, dtype=torch.bool)
    for number, row in enumerate(tensors):
        padded[number, : len(row)], mask[number, : len(row)] = row, True
    masked = score("iou", prediction_boxes=padded, prediction_mask=mask, target_boxes=targets)
    assert torch.equal(masked.value, found.value)


def test_points_in_sets() -> None:
    points = [[[20, 20], [100, 100]], [[0, 0]]]
    targets = [[TARGET, [90, 90, 110, 110]], [TARGET]]
    assert score("sparse", prediction_points=points, target_boxes=targets).value.tolist() == [1, 0]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.lists(st.lists(st.floats(-1e4, 1e4), min_size=4, max_size=4), max_size=3),
        min_size=1,
        max_size=4,
    )
)
def test_any_ragged_list_of_boxes(rows: list[list[list[float]]]) -> None:
    found = score("iou", prediction_boxes=rows, target_boxes=[[TARGET]] * len(rows))
    assert found.value.shape == (len(rows),) and not found.flagged.any()


@pytest.mark.parametrize(
    ("written", "convention"),
    [
        ([12 / 1.28, 10, 58 / 1.28, 55], "0-1000"),
        ([10, 12 / 1.28, 55, 58 / 1.28], "0-1000/yxyx"),
        ([12 / 1280, 8 / 800, 58 / 1280, 44 / 800], "fraction"),
        ([12, 8, 46, 36], "pixels/xywh"),
        ([35, 26, 46, 36], "pixels/cxcywh"),
    ],
)
def test_conventions_and_hints(written: list[float], convention: str) -> None:
    facts = {"prediction_boxes": written, "target_boxes": [12, 8, 58, 44], "size_hw": SIZE}
    found = score("dense", **facts, convention=convention)
    assert found.value.item() == pytest.approx(1, abs=1e-4) and found.hint is None
    misread = "0-1000" if convention == "fraction" else "fraction"
    wrong = score("dense", **facts, convention=misread)
    assert wrong.value < 0.3
    assert wrong.hint == f"1.00 as {convention}"


def test_hints_are_for_rows_that_failed() -> None:
    size = (1000, 2000)
    rows = [[100, 100, 200, 200], [50, 100, 100, 200], [900, 900, 950, 950]]
    found = score("iou", prediction_boxes=rows, target_boxes=rows[0], size_hw=size)
    assert found.hint == [None, "1.00 as 0-1000", None]
    assert score("iou", prediction_boxes=rows, target_boxes=rows[0]).hint is None
    target = [290, 40, 310, 60]
    swapped = score("sparse", prediction_points=[[50, 300]], target_boxes=target, size_hw=size)
    assert swapped.hint == ["1.00 as pixels/yx"]


def test_no_hint_for_what_did_well_already() -> None:
    found = score("dense", prediction_boxes=[12, 8, 46, 36], target_boxes=TARGET, size_hw=SIZE)
    assert 0.5 < found.value < 1, "although it would earn 1.00 as pixels/xywh"
    assert found.hint is None


def test_hints_for_environments() -> None:
    values = torch.tensor([[[0.25, 0.5]], [[500.0, 500.0]]])
    target = torch.tensor([[[40.0, 40.0, 60.0, 60.0]]]).expand(2, 1, 4)
    size = torch.tensor([[100.0, 200.0]]).expand(2, 2)
    assert convention_hint(values, target, size, "pixels", reward="sparse") == [
        "1.00 as fraction",
        None,
    ]
    nan = torch.full((2, 1, 2), torch.nan)
    assert convention_hint(nan, target, size, "pixels") == [None, None]
    with pytest.raises(ValueError, match="values have 3 numbers each"):
        convention_hint(values.new_zeros(2, 1, 3), target, size, "pixels")


def test_functions_and_their_facts() -> None:
    found = score(lambda facts: 1 - facts["distance_rel"], distance_rel=[0.25, 1.0])
    assert found.value.tolist() == [0.75, 0.0]
    assert score(lambda facts: facts["ok"], ok=[True, False]).value.tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="ok = 'yes' is not a regular array"):
        score(lambda facts: facts["ok"], ok="yes")
    assert score(lambda facts: facts["ok"], ok=True).value.item() == 1.0
    with pytest.raises(ValueError, match="other has 3 rows where the others have 2"):
        score(lambda facts: facts["ok"], ok=[1.0, 0.0], other=[1.0, 2.0, 3.0])


GOOD = {"prediction_boxes": [BOX], "target_boxes": [TARGET]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prediction_boxes": "10 10 60 40"}, "prediction_boxes = '10 10 60 40' is not numeric"),
        ({"prediction_boxes": np.zeros((1, 3))}, r"prediction_boxes has shape \(1, 3\); give one"),
        ({"prediction_boxes": [1, 2, 3]}, r"prediction_boxes has shape \(3,\); give one box"),
        ({"prediction_boxes": [True] * 4}, r"prediction_boxes = \[True, .* is not numeric"),
        ({"prediction_boxes": []}, r"prediction_boxes has shape \(0,\); give one box"),
        ({"prediction_boxes": np.array([[True] * 4])}, "not numeric"),
        ({"prediction_boxes": torch.zeros(1, 4, dtype=torch.complex64)}, "give real numbers"),
        ({"prediction_boxes": [BOX, BOX]}, "target_boxes has 1 rows where the predictions have 2"),
        ({"target_boxes": None}, r"needs the facts .* add \['target_boxes'\]"),
        ({"convention": "0-1000"}, r"frame '0-1000' needs size_hw=\(height, width\)"),
        ({"convention": "0-1000/xyyx"}, "did you mean"),
        ({"convention": "pixels/strict"}, "leave the boundary out"),
        ({"size_hw": (0, 10)}, r"size_hw = \[0.0, 10.0\]; heights and widths must be positive"),
        ({"size_hw": (5, 6, 7)}, r"size_hw has shape \(3,\); give \(height, width\)"),
        ({"prediction_mask": [[1]]}, r"prediction_mask is torch.int64 .* bool of shape \(1, 1\)"),
        ({"prediction_points_mask": [[True]]}, "given without prediction_points"),
        ({"target_box": [TARGET]}, "does not read 'target_box'; did you mean 'target_boxes'"),
    ],
)
def test_what_cannot_be_scored(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score("iou", **{**GOOD, **changes})


def test_a_mask_beside_lists_of_different_lengths() -> None:
    ragged = {"prediction_boxes": [[BOX], []], "target_boxes": [BOX, BOX]}
    with pytest.raises(ValueError, match="they are the mask; leave it out"):
        score("iou", prediction_mask=[[True], [False]], **ragged)


def test_nothing_and_unknown() -> None:
    with pytest.raises(ValueError, match="nothing to score: give prediction_boxes"):
        score("iou")
    with pytest.raises(ValueError, match="unknown reward 'iuo'; did you mean 'iou'"):
        score("iuo", **GOOD)
    with pytest.raises(ValueError, match=r"reward 'dense' needs .*add \['size_hw'\]"):
        score("dense", **GOOD)


def test_nan_is_flagged() -> None:
    found = score("giou", prediction_boxes=[[float("nan")] * 4, TARGET], target_boxes=TARGET)
    assert found.value.tolist() == [-1.0, 1.0]
    assert found.flagged.tolist() == [True, False]


def test_numbers_count_as_well_formed_unless_said_otherwise() -> None:
    facts = {"prediction_boxes": [12, 8, 58, 44], "target_boxes": [12, 8, 58, 44]}
    assert score("gui-g2", **facts).value.item() == pytest.approx(3)
    assert score("gui-g2", **facts, format_ok=False).value.item() == pytest.approx(2)


def test_numbers_alone_are_one_row() -> None:
    one = score("minigrid", success=True, steps=10, max_steps=100)
    many = score("minigrid", success=[True, False], steps=[10, 20], max_steps=100)
    assert one.value.item() == pytest.approx(1 - 0.9 * 0.1) and one.value.dim() == 0
    assert many.value.tolist() == pytest.approx([0.91, 0])


def test_whole_numbers_are_worked_on_as_floating_ones() -> None:
    assert score("vlm-gym", field_distances_m=[[0, 0, 0, 0]]).value.item() == pytest.approx(1)
    half = torch.tensor([[12.0, 8.0, 58.0, 44.0]], dtype=torch.float16)
    assert score("iou", prediction_boxes=half, target_boxes=half).value.item() == 1


def test_broken_targets_are_errors() -> None:
    for broken in ([float("nan"), 0, 1, 1], [500, 300, 80, 20]):
        with pytest.raises(
            ValueError, match=r"is not a box: corners .* target_convention='pixels/xywh'"
        ):
            score("iou", prediction_boxes=BOX, target_boxes=broken)


def test_a_convention_reaches_only_the_plain_predictions() -> None:
    facts = {"prediction_boxes": [BOX], "target_boxes": [TARGET], "zoom_boxes": [[BOX]]}
    with pytest.raises(ValueError, match="convert zoom_boxes to pixels"):
        score("geovis", **facts, size_hw=(100, 100), convention="0-1000")


def test_no_rows_are_no_error() -> None:
    nothing = torch.zeros(0, 3, 4)
    facts = {"prediction_boxes": nothing, "target_boxes": nothing}
    assert recipe("vlm-r1-odlength")(facts).value.shape == (0,)


def test_a_reward_that_reads_what_is_not_there_says_what_is() -> None:
    with pytest.raises(ValueError, match="reads 'distance_rel', which is not among the facts"):
        score(lambda facts: facts["distance_rel"], prediction_boxes=BOX, target_boxes=TARGET)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"prediction_boxes": np.ma.array([[10.0, 10, 60, 40]], mask=[[0, 1, 0, 0]])}, "masked"),
        ({"prediction_boxes": torch.tensor([[10.0, 10, 60, 40]]).to_sparse()}, "to_dense"),
        ({"prediction_boxes": [torch.ones(4).to_sparse()]}, "sparse"),
        ({"prediction_boxes": torch.empty(1, 4, device="meta")}, "meta device"),
        ({"prediction_boxes": [np.ma.array([10, 10, 60, 40], mask=[1, 0, 0, 0])]}, "masked"),
    ],
)
def test_numbers_that_do_not_stand_there_are_refused(facts: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=rf"^prediction_boxes is .*{why}"):
        score("iou", target_boxes=[10, 10, 60, 40], **facts)
    whole = np.ma.array([[10.0, 10, 60, 40]])
    assert score("iou", prediction_boxes=whole, target_boxes=whole[0]).value.tolist() == [1.0]
