"""Worked numbers of the published grounding rewards, and each published flaw shown beside the form
that mends it."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from vgym.geometry.intervals import interval_iou
from vgym.rewards import recipe, score
from vgym.rewards.average_precision import average_precision
from vgym.rewards.published.edits import turned
from vgym.rewards.published.evidence import patch_f1
from vgym.rewards.published.transit import route_detail, route_detail_of_segments

BOX = [100.0, 100.0, 140.0, 120.0]
FAR = [5000.0, 5000.0, 5010.0, 5010.0]
SAID = {"format_ok": [1.0], "answer_score": [1.0]}


def value(name: str, **facts: Any) -> float:
    ready = {
        key: fact if isinstance(fact, Tensor) else torch.tensor([fact])
        for key, fact in facts.items()
    }
    result = recipe(name)(ready)
    assert not result.flagged.any()
    return float(result.value[0])


def boxes(*members: list[float]) -> list[list[float]]:
    return list(members)


# Referring ---------------------------------------------------------------------------------------


def test_vlm_r1_does_not_see_small_overlaps_or_fractions() -> None:
    pixel, fractions = [5.0, 5.0, 6.0, 6.0], [0.1, 0.1, 0.9, 0.9]
    for box in (pixel, fractions):
        facts = {"prediction_boxes": [box], "target_boxes": [box], "format_ok": 1.0}
        assert value("vlm-r1", **facts) == 1.0, "the format alone"
        assert value("vlm-r1-sound", **facts) == 1.0
    one_pixel = [139.0, 100.0, 179.0, 120.0]
    facts = {"prediction_boxes": [one_pixel], "target_boxes": [BOX], "format_ok": 0.0}
    assert value("vlm-r1", **facts) == value("vlm-r1-sound", **facts) == 0.0
    facts["format_ok"] = 1.0
    assert value("vlm-r1-sound", **facts) == pytest.approx(20 / (1600 - 20))


def test_perception_r1_is_the_square() -> None:
    half = [100.0, 100.0, 120.0, 120.0]
    assert value("perception-r1", prediction_boxes=[half], target_boxes=[BOX]) == 0.25
    thousandths = [
        [v * 1000 / side for v, side in zip(b, (640, 480) * 2, strict=True)] for b in (half, BOX)
    ]
    assert value(
        "perception-r1", prediction_boxes=[thousandths[0]], target_boxes=[thousandths[1]]
    ) == pytest.approx(0.25)
    assert score("perception-r1", prediction_boxes=half, target_boxes=BOX).value == 0.25


def test_the_first_present_box_counts() -> None:
    facts = {"prediction_boxes": [FAR, BOX], "target_boxes": [BOX]}
    assert value("perception-r1", **facts) == 0.0
    assert value("perception-r1", **facts, prediction_mask=[False, True]) == 1.0
    assert value("perception-r1", **facts, prediction_mask=[False, False]) == 0.0


def test_surds_pays_the_whole_picture_for_an_object_near_its_middle() -> None:
    """Offsets that give sqrt((1 - dx)(1 - dy)) = 0.905, as for a 20 x 30 object in 1600 x 900."""
    dx = dy = 1 - 0.905
    x, y = 800 + dx * 800, 450 + dy * 450
    target = [x - 10, y - 15, x + 10, y + 15]
    facts = {
        "prediction_boxes": [[0.0, 0.0, 1600.0, 900.0]],
        "target_boxes": [target],
        "prediction_labels": [3],
        "target_labels": [3],
        **{key: 0.0 for key in ("format_ok", "answer_score", "logic_ok")},
    }
    assert value("surds-centre", **facts) == 1.0
    assert value("surds-centre-sound", **facts) == 0.0
    assert value("surds", **facts) == 0.0


# Detection ---------------------------------------------------------------------------------------


def test_coco_average_precision() -> None:
    predictions = torch.tensor([[BOX, FAR, [0.0, 0.0, 9.0, 9.0]]])
    targets = torch.tensor([[BOX, [300.0, 300.0, 340.0, 340.0]]])
    ones, names = torch.ones(1, 3, dtype=torch.bool), torch.zeros(1, 3, dtype=torch.int64)

    def ap(order: list[int], thresholds: tuple[float, ...]) -> float:
        chosen = predictions[:, order]
        n = len(order)
        both = average_precision(
            chosen, ones[:, :n], names[:, :n], targets, ones[:, :2], names[:, :2], thresholds
        )
        return float(both)

    # Half of the recall at precision 1: the recalls 0, 0.01 .. 0.50 are 51 of 101.
    assert ap([0], (0.5,)) == pytest.approx(51 / 101)
    assert ap([0, 1, 2], (0.5,)) == ap([0], (0.5,)), "false boxes at the end are free"
    assert ap([1, 0], (0.5,)) == pytest.approx(51 / 101 / 2), "at the front they are not"


def test_odlength_cuts_the_free_boxes() -> None:
    targets = boxes(BOX, [300.0, 300.0, 340.0, 340.0])
    right = value("vlm-r1-odlength", prediction_boxes=targets, target_boxes=targets)
    assert right == 1.0
    more = value("vlm-r1-odlength", prediction_boxes=[*targets, FAR, FAR], target_boxes=targets)
    assert more == pytest.approx(2 / 4)
    one = value("vlm-r1-odlength", prediction_boxes=[BOX], target_boxes=targets)
    guessed = value("vlm-r1-odlength", prediction_boxes=[BOX, FAR], target_boxes=targets)
    assert guessed == one, "a free guess up to the number of targets"
    turned_round = value("vlm-r1-odlength", prediction_boxes=[FAR, BOX], target_boxes=targets)
    assert turned_round < guessed, "the order ranks"


def visual_rft(name: str, predictions: list[list[float]], scores: list[float]) -> float:
    return value(
        name,
        prediction_boxes=predictions,
        prediction_scores=scores,
        target_boxes=[BOX],
        format_ok=float(name.endswith("sound")),
    )


def test_visual_rft_confidence_can_be_farmed() -> None:
    assert visual_rft("visual-rft", [FAR], [0.0]) == 1.0, "wrong and sure to be"
    assert visual_rft("visual-rft-sound", [FAR], [0.0]) == 0.0
    wild = visual_rft("visual-rft", [BOX, FAR, [0.0, 0.0, 5.0, 5.0]], [1e3, 1.0, 1.0])
    assert wild == pytest.approx(1 / 3 + 1)
    mended = visual_rft("visual-rft-sound", [BOX, FAR, [0.0, 0.0, 5.0, 5.0]], [1e3, 1.0, 1.0])
    assert mended == pytest.approx(1 / 3), "1 - 1 - 1 is cut at 0"
    assert visual_rft("visual-rft", [BOX, BOX], [0.9, 0.2]) == pytest.approx(1.9), "repeats go"


def test_visual_rft_does_not_pay_for_rightly_naming_nothing() -> None:
    facts = {
        "prediction_boxes": torch.zeros(1, 0, 4),
        "prediction_scores": torch.zeros(1, 0),
        "target_boxes": torch.zeros(1, 0, 4),
        "format_ok": 1.0,
    }
    assert value("visual-rft", **facts) == 1.0
    assert value("visual-rft-sound", **facts) == 2.0


def vision_r1(name: str, predictions: list[list[float]], **more: Any) -> dict[str, float]:
    facts = {"prediction_boxes": predictions, "target_boxes": [BOX], "format_ok": 1.0, **more}
    terms = recipe(name)({key: torch.tensor([fact]) for key, fact in facts.items()}).terms
    return {key: round(float(term[0]), 5) for key, term in terms.items()}


def test_vision_r1_thresholds_rise_with_training() -> None:
    most = [100.0, 100.0, 132.0, 120.0]  # GIoU 0.8
    three_fifths = [100.0, 100.0, 124.0, 120.0]  # GIoU 0.6
    half = [100.0, 100.0, 120.0, 120.0]  # GIoU 0.5
    plain = {"precision": 0.8, "recall": 1.0, "format": 1.0}
    assert vision_r1("vision-r1", [most]) == plain
    assert vision_r1("vision-r1", [half])["recall"] == 0.5, "exactly at the bar stays as it is"
    early, late = {"training_step": 1499}, {"training_step": 1500}
    assert vision_r1("vision-r1", [most], **early) == {**plain, "precision": 1.0}
    assert vision_r1("vision-r1", [most], **late) == plain
    assert vision_r1("vision-r1", [three_fifths], **early) == {**plain, "precision": 0.6}
    assert vision_r1("vision-r1", [three_fifths], **late) == {
        "precision": 0.0,
        "recall": 0.0,
        "format": 1.0,
    }


def test_vision_r1_surplus_boxes_are_free() -> None:
    spam = [[10.0 * i, 5.0, 10.0 * i + 8, 30.0] for i in range(8)]
    assert vision_r1("vision-r1", [BOX, *spam]) == vision_r1("vision-r1", [BOX])
    assert vision_r1("vision-r1-sound", [BOX, *spam])["precision"] == pytest.approx(1 / 9, abs=1e-5)


def test_vision_r1_matches_a_repeat_with_a_target_that_overlaps() -> None:
    targets = boxes(BOX, [100.0, 100.0, 140.0, 126.0])
    for name in ("vision-r1", "vision-r1-sound"):
        facts = {"target_boxes": targets, "format_ok": 1.0}
        once = value(name, prediction_boxes=[BOX], **facts)
        assert value(name, prediction_boxes=[BOX, BOX], **facts) > once


def test_vision_r1_turns_the_format_round_where_there_is_nothing() -> None:
    nothing = {"prediction_boxes": torch.zeros(1, 0, 4), "target_boxes": torch.zeros(1, 0, 4)}
    assert value("vision-r1", **nothing, format_ok=1.0) == 2.0
    assert value("vision-r1", **nothing, format_ok=0.0) == 3.0
    assert value("vision-r1-sound", **nothing, format_ok=1.0) == 2.0
    assert value("vision-r1-sound", **nothing, format_ok=0.0) == 0.0


def test_vision_r1_labels_sway_the_matching_alone() -> None:
    wrong = {"prediction_labels": [1], "target_labels": [2]}
    assert vision_r1("vision-r1", [BOX], **wrong) == vision_r1("vision-r1", [BOX])


def test_visionreasoner_at_its_thresholds() -> None:
    facts = {
        "prediction_points": [[120.0, 110.0]],
        "target_boxes": [BOX],
        "target_points": [[120.0, 110.0]],
        **{key: 0.0 for key in ("format_ok", "item_format_ok", "not_repetitive")},
    }
    assert value("visionreasoner", prediction_boxes=[BOX], **facts) == 3.0
    ten_off = [110.0, 90.0, 150.0, 130.0]
    assert value("visionreasoner", prediction_boxes=[ten_off], **facts) == 1.0, "10 is not less"
    for away, expected in ((29.0, 3.0), (30.0, 2.0)):
        aside = {**facts, "target_points": [[120.0, 110.0 + away]]}
        assert value("visionreasoner", prediction_boxes=[BOX], **aside) == expected
    extra = {**facts, "prediction_points": [[120.0, 110.0], [0.0, 0.0]]}
    assert value("visionreasoner", prediction_boxes=[BOX, FAR], **extra) == 1.5
    with pytest.raises(ValueError, match="give every box its point"):
        value("visionreasoner", prediction_boxes=[BOX, BOX], **facts)


# Evidence ----------------------------------------------------------------------------------------


def test_treevgr_repeats_are_free() -> None:
    targets = boxes(BOX, [300.0, 300.0, 340.0, 340.0])
    once = value("treevgr", prediction_boxes=[BOX], target_boxes=targets, **flat())
    many = value("treevgr", prediction_boxes=[BOX] * 5, target_boxes=targets, **flat())
    assert once == many == 0.75
    good_and_bad = value("treevgr", prediction_boxes=[BOX, FAR], target_boxes=targets, **flat())
    padded = value("treevgr", prediction_boxes=[BOX] * 4 + [FAR], target_boxes=targets, **flat())
    assert padded > good_and_bad, "repeats drown a wrong box"
    formed = {**flat(), "format_ok": 1.0}
    sound = [
        value("treevgr-sound", prediction_boxes=[BOX] * n, target_boxes=targets, **formed)
        for n in (1, 2, 5)
    ]
    assert sound == pytest.approx([0.75, 0.5, 0.35])


def flat() -> dict[str, float]:
    return {"answer_score": 0.0, "format_ok": 0.0}


def test_patchcue() -> None:
    cells = torch.tensor([[0.0, 0.0, 55.0, 27.0], [28.0, 0.0, 83.0, 27.0], [0.0, 0.0, 56.0, 27.0]])
    assert patch_f1(cells[0], cells[1]) == 0.5, "two cells each, one shared"
    assert patch_f1(cells[0], cells[2]) == pytest.approx(0.8), "the edge owns the next cell"
    facts = {"target_boxes": [cells[0].tolist()], **flat()}
    assert value("patchcue", prediction_boxes=[cells[1].tolist()], **facts) == 1.0
    assert value("patchcue", prediction_boxes=cells[:2].tolist(), **facts) == 0.0, "one too many"


def test_grit_never_looks_where_the_boxes_are() -> None:
    made_up = boxes(FAR, [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0])
    truth = boxes(BOX, [0.0, 0.0, 50.0, 50.0], [200.0, 200.0, 230.0, 260.0])
    facts = {"target_boxes": truth, "target_count": 3, **flat()}
    assert value("grit", prediction_boxes=made_up, **facts) == 1.5
    facts["format_ok"] = 1.0
    assert value("grit-sound", prediction_boxes=made_up, **facts) == 0.0
    assert value("grit-sound", prediction_boxes=truth[::-1], **facts) == 1.5
    many = [*truth, *made_up]
    assert value("grit-sound", prediction_boxes=many, **facts) == pytest.approx(0.5 * 6 / 9)


def test_vigorl_pays_half_for_any_coordinate() -> None:
    facts = {"prediction_points": [[0.0, 0.0]], "target_boxes": [BOX], "format_ok": 1.0}
    anywhere, on_target = [[1.0, 2.0]], [[120.0, 110.0]]
    assert value("vigorl", **facts, thought_points=anywhere) == 0.5
    assert value("vigorl-sound", **facts, thought_points=anywhere) == 0.0
    assert value("vigorl-sound", **facts, thought_points=on_target) == 0.5
    assert value("vigorl-sound", **facts, thought_points=on_target + anywhere) == 0.0, "the last"
    none = torch.zeros(1, 0, 2)
    assert value("vigorl", **facts, thought_points=none) == 0.0
    edge = {**facts, "prediction_points": [[140.0, 120.0]]}
    assert value("vigorl", **edge) == 1.0, "edges are inside"


def test_grip_and_dip_r1_weigh_their_targets() -> None:
    targets = boxes(BOX, [300.0, 300.0, 340.0, 340.0])
    facts = {"prediction_boxes": [BOX], "target_boxes": targets}
    assert value("grip", **facts, target_salience=[3.0, 1.0]) == pytest.approx((0.75 + 1) / 2)
    assert value("grip", **facts, target_salience=[0.0, 0.0]) == pytest.approx((0.5 + 1) / 2)
    looks = {
        **facts,
        "look_boxes": [[90.0, 90.0, 150.0, 130.0]],
        "target_uncertainty": [3.0, 1.0],
        "size_hw": [400.0, 400.0],
        "format_ok": 1.0,
    }
    expected = 0.2 + 0.3 * 0.75 + 0.5 * (0.75 + 1) / 2
    assert value("dip-r1", **looks) == pytest.approx(expected)
    everything = {**looks, "look_boxes": [[0.0, 0.0, 400.0, 400.0]]}
    assert value("dip-r1", **everything) == pytest.approx(expected - 0.3 * 0.25), "half of all"
    assert value("dip-r1-sound", **looks) == pytest.approx(expected - 0.2)
    share = 4 * (40 * 20 + 40 * 40) / 400**2
    assert value("dip-r1-sound", **everything) == pytest.approx(
        expected - 0.2 - 0.3 * (0.75 - share)
    )
    assert value("dip-r1-sound", **{**looks, "format_ok": 0.0}) == 0.0


# Video -------------------------------------------------------------------------------------------


def test_interval_iou() -> None:
    assert interval_iou(torch.tensor([2.0, 6.0]), torch.tensor([4.0, 8.0])) == pytest.approx(1 / 3)
    assert interval_iou(torch.tensor([6.0, 2.0]), torch.tensor([2.0, 6.0])) == 0
    assert interval_iou(torch.tensor([0.0, 1.0]), torch.tensor([2.0, 3.0])) == 0


def zoom_zero(name: str, **changes: Any) -> float:
    facts = {
        "answer_score": 1.0,
        "zoom_answer_score": 0.0,
        "zoom_answer_given": True,
        "format_ok": 1.0,
        "prediction_spans": [[0.0, 5.0]],
        "target_spans": [[0.0, 10.0]],
    }
    return value(name, **(facts | changes))


def test_zoom_zero() -> None:
    assert zoom_zero("zoom-zero") == pytest.approx(0.666667, abs=1e-6)
    assert zoom_zero("zoom-zero", zoom_answer_given=False) == pytest.approx(0.833333, abs=1e-6)
    assert zoom_zero("zoom-zero-sound", zoom_answer_given=False) == pytest.approx(0.5)
    twice = zoom_zero("zoom-zero", prediction_spans=[[0.0, 5.0], [2.0, 5.0]])
    assert twice == pytest.approx(2 / 3), "unions do not count twice"


def tubes(first: int, last: int, tube: Tensor, name: str) -> float:
    target = torch.tensor([[BOX]]).repeat(1, 10, 1)
    frames = torch.arange(10)[None]
    given = (frames >= first) & (frames <= last)
    return value(
        name,
        prediction_tube=tube,
        prediction_tube_mask=given,
        thought_tube=tube,
        thought_tube_mask=given,
        target_tube=target,
        prediction_frames=[first, last],
        target_frames=[2, 7],
        size_hw=[480.0, 640.0],
        format_ok=1.0,
    )


def test_stvg_o1_pays_one_frame_as_much_place_as_all() -> None:
    truth = torch.tensor([[BOX]]).repeat(1, 10, 1)
    assert tubes(2, 7, truth, "stvg-o1") == tubes(2, 7, truth, "stvg-o1-sound") + 1 == 5.0
    assert tubes(4, 4, truth, "stvg-o1") == pytest.approx(5 - 5 / 6)
    assert tubes(4, 4, truth, "stvg-o1-sound") == pytest.approx(4 - 5 / 6 - 2 * (6 * 5 / 6))
    shifted = truth + 300.0
    assert tubes(8, 9, shifted, "stvg-o1") > tubes(2, 7, shifted, "stvg-o1"), "miss it altogether"
    assert tubes(8, 9, shifted, "stvg-o1-sound") < tubes(2, 7, shifted, "stvg-o1-sound")


def test_stvg_o1_places_are_no_worse_than_minus_five_a_frame() -> None:
    truth = torch.tensor([[BOX]]).repeat(1, 10, 1)
    # All four coordinates off by 0.5 or 0.75 pictures: 0.5 + 0.75 twice, and GIoU next to -1.
    aside = truth + torch.tensor([320.0, 360.0, 320.0, 360.0])
    giou = -1 + 2 * 800 / (360 * 380)
    assert tubes(2, 7, aside, "stvg-o1") == pytest.approx(3 + 2 * (giou - 2.5), abs=1e-4)
    assert tubes(2, 7, truth + 1e6, "stvg-o1") == pytest.approx(3 - 10, abs=1e-4)


def test_stvg_o1_sandbagging_does_not_pay() -> None:
    truth = torch.tensor([[BOX]]).repeat(1, 10, 1)
    facts = {
        "prediction_tube": truth,
        "target_tube": truth,
        "prediction_frames": [0, 9],
        "target_frames": [0, 9],
        "size_hw": [480.0, 640.0],
        "format_ok": 1.0,
    }
    honest = value("stvg-o1", thought_tube=truth, **facts)
    assert value("stvg-o1", thought_tube=truth + 20, **facts) < honest


def test_visioncoach() -> None:
    facts = {
        "answer_score": 0.0,
        "format_ok": 0.0,
        "prediction_span": [0.0, 1.0],
        "target_span": [50.0, 60.0],
        "prediction_boxes": [FAR],
        "target_boxes": [BOX],
        "keyframe_boxes": [BOX],
        "keyframe_labels": [1],
        "keyframe_times": [5.0],
    }
    one = {"claim_boxes": [BOX], "claim_labels": [1], "claim_times": [6.0]}
    near = {step: math.exp(-1 / (2 * s * s)) for step, s in ((0.0, 4.0), (0.5, 2.0), (0.9, 1.0))}
    for progress, expected in near.items():
        found = value("visioncoach", **facts, **one, training_progress=progress)
        assert found == pytest.approx(expected + 1, abs=1e-6)
    hours_off = {
        "claim_boxes": [BOX, FAR],
        "claim_labels": [1, 1],
        "claim_times": [6.0, 9000.0],
    }
    ready = {key: torch.tensor([f]) for key, f in {**facts, **hours_off}.items()}
    ready["training_progress"] = torch.tensor([1.0])
    assert recipe("visioncoach")(ready).terms["places"] == 1.0, "the hallucinated claim is free"
    assert recipe("visioncoach-sound")(ready).terms["places"] == 0.5


# Changes, edits, maps, puzzles -------------------------------------------------------------------


def test_star_r1() -> None:
    truth = [[0, 1, 2], [3, 0, 1]]
    facts = {"target_changes": truth, "format_ok": 1.0}
    assert value("star-r1", prediction_changes=truth, **facts) == 11.0
    assert value("star-r1", prediction_changes=[[0, 1, 9], [3, 9, 1]], **facts) == 1.5 + 0.5 + 1
    everything = [[o, a, v] for o in range(5) for a in range(3) for v in range(3)]
    assert value("star-r1", prediction_changes=everything, **facts) == 10 - 43 + 1
    assert value("star-r1", prediction_changes=truth[:1], **facts) == 5 - 1 + 1
    assert value("star-r1", prediction_changes=[truth[0]] * 2, **facts) == 5 - 1 + 1, "one to one"


def move(name: str, by: float) -> float:
    before = [100.0, 100.0, 150.0, 150.0]
    after = [before[0] + by, 100.0, before[2] + by, 150.0]
    further = {"asked_distance_px": 50.0} if name.endswith("sound") else {}
    return value(name, box_before=before, box_after=after, asked_direction=[1.0, 0.0], **further)


def test_talk2move_pays_for_going_too_far() -> None:
    assert move("talk2move", 50) == pytest.approx(0.8)
    assert move("talk2move", 300) == pytest.approx(0.9667, abs=1e-4)
    assert move("talk2move", -50) == move("talk2move", 5) == move("talk2move", 0) == 0
    assert move("talk2move-sound", 50) == 1, "just as far as asked, dead zone or not"
    assert move("talk2move-sound", 300) == move("talk2move-sound", 0) == 0


def resize(name: str, after: list[float], scale: float) -> float:
    return value(name, box_before=[0.0, 0.0, 50.0, 50.0], box_after=after, asked_scale=scale)


def test_talk2move_resizing_has_no_lower_bound() -> None:
    assert resize("talk2move", [0.0, 0.0, 100.0, 100.0], 2.0) == 1.0
    assert resize("talk2move", [0.0, 0.0, 50.0, 50.0], 2.0) == 0.5
    assert resize("talk2move", [0.0, 0.0, 25.0, 25.0], 0.5) == 1.0
    speck = [0.0, 0.0, 0.01, 0.01]
    assert resize("talk2move", speck, 0.5) < -2000
    assert resize("talk2move-sound", speck, 0.5) == 0
    assert resize("talk2move-sound", [0.0, 0.0, 50.0, 50.0], 2.0) == 0, "nothing was done"
    assert resize("talk2move-sound", [0.0, 0.0, 50.0, 50.0], 1.0) == 1, "nothing was asked"
    assert resize("talk2move-sound", [0.0, 0.0, 100.0, 100.0], 2.0) == pytest.approx(1)
    assert resize("talk2move", [0.0, 0.0, 0.0, 0.0], 0.5) == 0, "not found"


@pytest.mark.parametrize(
    ("measured", "asked", "expected"),
    [
        ([0.0, 90.0, 0.0], [0.0, 90.0, 0.0], 2 / 3),
        ([0.0, 9.0, 0.0], [0.0, 90.0, 0.0], 0.0),
        ([0.0, -90.0, 0.0], [0.0, 90.0, 0.0], 1 / 3),
        ([0.0, -180.0, 0.0], [0.0, 180.0, 0.0], 2 / 3),
        ([90.0, 20.0, 0.0], [0.0, 90.0, 0.0], 1 / 3),
    ],
)
def test_talk2move_turns(measured: list[float], asked: list[float], expected: float) -> None:
    facts = {"turned_deg": torch.tensor([measured]), "asked_turn_deg": torch.tensor([asked])}
    assert turned(facts).item() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("transfers", "published", "mended"), [(0, 1, 6), (1, 4, 9), (2, 8, 10), (3, 10, 10)]
)
def test_rewardmap_charges_the_last_segment(transfers: int, published: int, mended: int) -> None:
    """Perfect routes; the published numbers are the catalogue's."""
    places = torch.arange(4)[None]
    facts = {
        "route_ends_ok": torch.tensor([True]),
        "segment_line_ok": torch.ones(1, 4, dtype=torch.bool),
        "segment_direct": torch.tensor([[transfers == 0] * 4]),
        "segment_joins": places < transfers,
        "segment_mask": places <= transfers,
        "transfers": torch.tensor([transfers]),
    }
    assert route_detail(facts).item() == published
    assert route_detail_of_segments(facts).item() == mended
    rest = {"answer_score": torch.ones(1), "map_difficulty": torch.tensor([2])}
    weight = 2.0 if transfers else 1.5
    total = recipe("rewardmap")({**facts, **rest}).value.item()
    assert total == pytest.approx(weight * (10 + 0.5 * published))


def test_ssl4rl_pays_a_quarter_for_one_piece_everywhere() -> None:
    facts = {"target_order": [2, 0, 3, 1]}
    assert value("ssl4rl", predicted_order=[1, 1, 1, 1], **facts) == 0.25
    assert value("ssl4rl-sound", predicted_order=[1, 1, 1, 1], **facts) == 0.0
    assert value("ssl4rl-sound", predicted_order=[2, 0, 1, 3], **facts) == 0.5
    assert value("ssl4rl", predicted_order=[2, 0], **facts) == 0.5, "missing places are wrong"
    assert value("ssl4rl", predicted_order=[3], target_order=[3]) == 1.0


def test_mixed_reads_the_row_of_its_own_kind() -> None:
    facts = {
        "task_kind": torch.tensor([0, 1, 2, 3]),
        "answer_score": torch.full((4,), 0.3),
        "answer_value": torch.full((4,), 104.9),
        "target_value": torch.full((4,), 100.0),
        "prediction_boxes": torch.tensor([[[100.0, 100.0, 120.0, 120.0]]]).repeat(4, 1, 1),
        "target_boxes": torch.tensor([[BOX]]).repeat(4, 1, 1),
        "text_similarity": torch.full((4,), 0.7),
    }
    found = recipe("mixed")(facts).value
    torch.testing.assert_close(found, torch.tensor([0.3, 1.0, 0.5, 0.7]))


def test_shapes_are_held_to_each_other() -> None:
    facts = {
        "prediction_boxes": torch.zeros(1, 2, 4),
        "prediction_scores": torch.zeros(1, 3),
        "target_boxes": torch.zeros(1, 1, 4),
        "format_ok": torch.ones(1),
    }
    with pytest.raises(
        ValueError, match=r"'prediction_scores' has shape \(1, 3\) where .* 2 along M"
    ):
        recipe("visual-rft")(facts)
    with pytest.raises(
        ValueError, match=r"'target_salience' has shape \(1,\); it must be \(B, K\)"
    ):
        recipe("grip")({**facts, "target_salience": torch.zeros(1)})
    scored = score(
        "visual-rft", prediction_boxes=[[BOX]], target_boxes=[[BOX]], prediction_scores=[[0.9]],
        format_ok=[1.0], size_hw=(480, 640),
    )  # fmt: skip
    assert scored.value.item() == pytest.approx(2.9) and scored.hint == [None]
    as_fractions = [[v / side for v, side in zip(BOX, (640, 480) * 2, strict=True)]]
    hinted = score(
        "visual-rft", prediction_boxes=[as_fractions], target_boxes=[[BOX]],
        prediction_scores=[[0.9]], format_ok=[0.0], size_hw=(480, 640),
    )  # fmt: skip
    assert hinted.hint == ["1.90 as fraction"]
