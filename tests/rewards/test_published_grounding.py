"""The published grounding rewards against their formulas, sample by sample, and as a table of what
each one promises and where it does not."""

import math

import pytest
import torch
from oracles import published_grounding as oracle
from rewards.grounding_facts import Maker, sample
from torch import Tensor

from vgym.rewards import Reward, recipe, recipes

NAMES = (
    *("vlm-r1", "vlm-r1-sound", "vlm-r1-odlength", "perception-r1"),
    *("visual-rft", "visual-rft-sound", "vision-r1", "vision-r1-sound"),
    *("seg-zero", "visionreasoner", "surds", "surds-centre", "surds-centre-sound"),
    *("treevgr", "treevgr-sound", "patchcue", "grit", "grit-sound", "vigorl", "vigorl-sound"),
    *(
        "grip",
        "dip-r1",
        "dip-r1-sound",
        "stvg-o1",
        "stvg-o1-sound",
        "visioncoach",
        "visioncoach-sound",
    ),
    *("zoom-zero", "zoom-zero-sound", "star-r1", "talk2move", "talk2move-sound"),
    *("rewardmap", "rewardmap-sound", "ssl4rl", "ssl4rl-sound", "mixed"),
)
FORMS = [(name, form) for name in NAMES for form in recipe(name).needs]


def needs_of(name: str, form: str) -> tuple[str, ...]:
    return recipe(name).needs[form]


def in_range(reward: Reward, value: Tensor) -> bool:
    low, high = reward.range
    return bool(((value >= low - 1e-6) & (value <= high + 1e-6)).all())


def test_they_are_all_registered() -> None:
    assert set(NAMES) <= set(recipes())
    for name in NAMES:
        reward = recipe(name)
        assert reward.source and reward.doc and reward.space
        if name.endswith("-sound"):
            assert name.removesuffix("-sound") in NAMES
            assert reward.source.startswith("vgym, after")


@pytest.mark.parametrize("lengths", [{}, {"M": 1, "P": 1, "K": 1, "Q": 1}, {"M": 2, "P": 2}])
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_against_the_formula_row_by_row(name: str, form: str, lengths: dict[str, int]) -> None:
    rows = 60
    maker = Maker(7, rows, lengths)
    facts = maker.facts(needs_of(name, form))
    if name == "seg-zero":
        facts = {key: fact for key, fact in facts.items() if key != "prediction_points_mask"}
    score = recipe(name)(facts)
    assert recipe(name).form_for(facts).name == form
    reference = getattr(oracle, name.replace("-", "_"))
    for row in range(rows):
        plain = sample(facts, row)
        if name == "seg-zero":
            plain["target_points"] = facts["target_points"][row].tolist()
        expected = reference(plain)
        assert score.value[row].item() == pytest.approx(expected, abs=1e-5), (row, plain)
    assert not score.flagged.any() and in_range(recipe(name), score.value)
    assert rows < 2 or score.value.unique().numel() > 1, "the facts are too dull to tell"


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_finite_and_in_range(name: str, form: str, dtype: torch.dtype) -> None:
    reward = recipe(name)
    facts = {
        key: fact.to(dtype) if fact.is_floating_point() else fact
        for key, fact in Maker(1, 500).facts(needs_of(name, form)).items()
    }
    score = reward(facts)
    assert score.value.isfinite().all() and in_range(reward, score.value)
    for term in reward.form_for(facts).parts:
        low, high = term.range
        values = score.terms[term.name]
        assert values.shape == (500,) and values.isfinite().all()
        assert ((values >= low - 1e-5) & (values <= high + 1e-5)).all(), term.name


ODD = torch.tensor(
    [
        [0, 0, 0, 0],
        [5, 5, 1, 1],
        [3, 3, 3, 9],
        [-1e7, -1e7, 1e7, 1e7],
        [1e-6, 1e-6, 2e-6, 2e-6],
        [3e38, 3e38, 3e38, 3e38],
        [20, 20, 30, 40],
    ]
)


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_finite_for_degenerate_boxes(name: str, form: str) -> None:
    reward = recipe(name)
    facts = Maker(2, 49).facts(needs_of(name, form), masked=False)
    facts = {k: f.float() if f.is_floating_point() else f for k, f in facts.items()}
    for key, fact in facts.items():
        if fact.shape[-1] == 4 and fact.is_floating_point():
            odd = ODD.repeat(7, 1) if key.startswith("target") else ODD.repeat_interleave(7, 0)
            facts[key] = odd.reshape(49, *[1] * (fact.dim() - 2), 4).expand_as(fact)
    score = reward(facts)
    assert score.value.isfinite().all()
    # Differences beyond float32 are flagged; all others are scored.
    assert in_range(reward, score.value) or not math.isfinite(reward.range[0])
    assert (~score.flagged).sum() >= 20


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_not_finite_earns_the_floor_and_is_flagged(name: str, form: str, bad: float) -> None:
    reward = recipe(name)
    needs = needs_of(name, form)
    answers = [key for key in needs if key.startswith(("prediction", "answer", "box_after"))]
    clean = Maker(3, 4).facts(needs, masked=False)
    tried = 0
    for key in answers:
        if not clean[key].is_floating_point():
            continue
        tried += 1
        broken = clean[key].clone()
        broken[1].reshape(-1)[-1:].fill_(bad) if broken.dim() > 1 else broken[1:2].fill_(bad)
        score = reward({**clean, key: broken})
        assert score.flagged.tolist() == [False, True, False, False], key
        assert score.value[1] == reward.floor
        assert all(term.isfinite().all() for term in score.terms.values())
    assert tried or name.startswith(("star", "ssl4rl", "rewardmap", "talk2move"))


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_padding_may_hold_anything(name: str, form: str) -> None:
    from vgym.rewards.facts import MASKS

    facts = Maker(4, 40).facts(needs_of(name, form))
    value = recipe(name)(facts).value
    for key, mask in MASKS.items():
        if key in facts and mask in facts:
            wide = facts[mask].reshape(*facts[mask].shape, *[1] * (facts[key].dim() - 2))
            junk = torch.nan if facts[key].is_floating_point() else 1
            facts[key] = torch.where(wide, facts[key], torch.tensor(junk, dtype=facts[key].dtype))
    score = recipe(name)(facts)
    assert not score.flagged.any()
    torch.testing.assert_close(score.value, value)


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_missing_facts_are_listed(name: str, form: str) -> None:
    if form != next(iter(recipe(name).needs)):
        return
    with pytest.raises(ValueError) as error:
        recipe(name)({"unheard_of": torch.zeros(2)})
    for fact in recipe(name).needs[form]:
        assert fact in str(error.value)


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_nothing_is_read_back_from_the_device(name: str, form: str) -> None:
    """The meta device holds no values: reading one would raise."""
    facts = Maker(5, 4).facts(needs_of(name, form))
    assert recipe(name)({k: f.to("meta") for k, f in facts.items()}).value.shape == (4,)


@pytest.mark.parametrize("lengths", [{"M": 0, "P": 0, "N": 0, "U": 0}, {"K": 0, "Q": 0, "V": 0}])
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_sets_of_no_members(name: str, form: str, lengths: dict[str, int]) -> None:
    facts = Maker(6, 8, lengths).facts(needs_of(name, form))
    score = recipe(name)(facts)
    assert score.value.shape == (8,) and in_range(recipe(name), score.value)
    no_rows = {key: fact[:0] for key, fact in facts.items()}
    assert recipe(name)(no_rows).value.shape == (0,)


# Order, shift, truth, extras, repeats ------------------------------------------------------------

# Whose parsers read the first box alone; in whose lists the order ranks, or the first of two equal
# boxes (Visual-RFT) or the last of two equal names (SURDS) counts.
FIRST = {"vlm-r1", "vlm-r1-sound", "perception-r1", "seg-zero", "mixed", "vigorl", "vigorl-sound"}
FIRST |= {"visioncoach", "visioncoach-sound"}
BY_ORDER = {
    "vlm-r1-odlength",
    "visual-rft",
    "visual-rft-sound",
    "surds",
    "surds-centre",
    "surds-centre-sound",
}
SETS = [
    (name, form)
    for name, form in FORMS
    if {"prediction_boxes", "target_boxes"} <= set(needs_of(name, form)) and name not in FIRST
]
PER_PREDICTION = ("prediction_boxes", "prediction_mask", "prediction_scores", "prediction_labels")
PER_PREDICTION += ("prediction_points", "prediction_points_mask")
PER_TARGET = ("target_boxes", "target_mask", "target_labels", "target_points")
PER_TARGET += ("target_salience", "target_uncertainty")


@pytest.mark.parametrize(("name", "form"), SETS)
def test_order_does_not_matter(name: str, form: str) -> None:
    facts = Maker(8, 100).facts(needs_of(name, form))
    if "target_labels" in facts:  # a name is asked for once
        facts["target_labels"] = torch.arange(3).expand(100, 3)
    moved = dict(facts)
    for keys, order in ((PER_PREDICTION, [2, 0, 3, 1]), (PER_TARGET, [1, 2, 0])):
        if keys is PER_PREDICTION and name in BY_ORDER:
            continue
        moved |= {key: facts[key][:, order] for key in keys if key in facts}
    torch.testing.assert_close(recipe(name)(moved).value, recipe(name)(facts).value)


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_a_shift_of_everything_does_not_matter(name: str, form: str) -> None:
    facts = Maker(9, 100).facts(needs_of(name, form))
    # By whole patches of 28 pixels, which PatchCue counts in.
    shift = torch.tensor([56.0, 84.0], dtype=torch.float64)
    spatial = ("_boxes", "_points", "_tube", "box_before", "box_after")
    moved = {
        key: fact + shift.repeat(fact.shape[-1] // 2) if key.endswith(spatial) else fact
        for key, fact in facts.items()
    }
    torch.testing.assert_close(recipe(name)(moved).value, recipe(name)(facts).value)


def truth(name: str, form: str, rows: int) -> dict[str, Tensor]:
    """Facts of an answer that is right in everything."""
    maker = Maker(10, rows, {"M": 3, "P": 3, "I": 2, "N": 3, "Y": 3, "U": 3, "L": 3})
    needs = needs_of(name, form)
    facts = maker.facts(needs, masked=False)
    same = {
        "prediction_boxes": "target_boxes",
        "prediction_points": "target_points",
        "prediction_spans": "target_spans",
        "prediction_span": "target_span",
        "prediction_frames": "target_frames",
        "prediction_tube": "target_tube",
        "thought_tube": "target_tube",
        "prediction_changes": "target_changes",
        "predicted_order": "target_order",
        "answer_value": "target_value",
        "turned_deg": "asked_turn_deg",
        "claim_boxes": "keyframe_boxes",
        "claim_labels": "keyframe_labels",
        "look_boxes": "target_boxes",
    }
    if "target_labels" in facts:
        facts["target_labels"] = torch.arange(3).expand(rows, 3)
        facts["prediction_labels"] = facts["target_labels"]
    for mine, theirs in same.items():
        if mine in facts and theirs in facts:
            facts[mine] = facts[theirs].clone()
    if "target_boxes" in facts:
        centres = (facts["target_boxes"][..., :2] + facts["target_boxes"][..., 2:]) / 2
        for key in ("target_points", "prediction_points", "thought_points"):
            if key in facts:
                facts[key] = centres.clone()
    if name == "seg-zero":  # two points, both in the one box
        inner = centres[:, :1].repeat(1, 3, 1)
        facts |= {"target_points": inner, "prediction_points": inner.flip(1)}
    if "target_frames" in facts:
        frames = torch.arange(9).expand(rows, 9)
        span = facts["target_frames"]
        within = (frames >= span[:, :1]) & (frames <= span[:, 1:])
        facts |= {"prediction_tube_mask": within, "thought_tube_mask": within}
    if "keyframe_times" in facts:
        times = torch.arange(3.0, dtype=torch.float64).expand(rows, 3) * 5
        facts |= {"keyframe_times": times, "claim_times": times.clone()}
        facts["target_span"] = torch.tensor([[0.0, 10.0]], dtype=torch.float64).repeat(rows, 1)
        facts["prediction_span"] = facts["target_span"]
    if "target_changes" in facts:
        facts["target_changes"][..., 0] = torch.arange(3)
        facts["prediction_changes"] = facts["target_changes"].clone()
    if "target_count" in facts:
        facts["target_count"] = torch.full((rows,), 3)
    if "box_before" in facts:
        box = torch.tensor([[100.0, 100.0, 150.0, 150.0]], dtype=torch.float64).repeat(rows, 1)
        middle, half = (box[:, :2] + box[:, 2:]) / 2, (box[:, 2:] - box[:, :2]) / 2
        if "asked_scale" in facts:
            half = half * facts["asked_scale"][:, None]
        if "asked_direction" in facts and "asked_scale" not in facts:
            middle = middle + facts["asked_direction"] * facts.get(
                "asked_distance_px", torch.full((rows,), 1e6)
            )[:, None].to(box)
        facts |= {"box_before": box, "box_after": torch.cat((middle - half, middle + half), -1)}
    if "edit_kind" in facts:
        facts["edit_kind"] = torch.full((rows,), 2)
    if "segment_line_ok" in facts:
        facts |= {
            key: torch.ones(rows, 4, dtype=torch.bool)
            for key in ("segment_line_ok", "segment_joins", "segment_direct", "segment_mask")
        }
        facts["transfers"], facts["route_ends_ok"] = torch.full((rows,), 3), torch.ones(rows)
    if "map_difficulty" in facts:
        facts["map_difficulty"] = torch.full((rows,), 2)
    for key in ("answer_score", "format_ok", "item_format_ok", "not_repetitive", "logic_ok"):
        if key in facts:
            facts[key] = torch.ones(rows)
    for key in ("zoom_answer_score", "zoom_answer_given", "text_similarity"):
        if key in facts:
            facts[key] = torch.ones(rows)
    if "prediction_scores" in facts:
        facts["prediction_scores"] = torch.ones(rows, 3, dtype=torch.float64)
    return facts


# The most that a right answer earns, where it is not the top of the range.
LESS_THAN_THE_TOP = {
    ("grit", "boxes"): 2.5,
    ("grit-sound", "boxes"): 1.5,
    ("talk2move", "turn"): 2 / 3,
    ("rewardmap", "question"): 15.0,
    ("rewardmap-sound", "question"): 15.0,
    ("star-r1", "changes"): 16.0,
}


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_truth_earns_the_most(name: str, form: str) -> None:
    facts = truth(name, form, 30)
    value = recipe(name)(facts).value
    most = LESS_THAN_THE_TOP.get((name, form), recipe(name).range[1])
    tolerance = 1e-3 if name == "talk2move" else 1e-5
    torch.testing.assert_close(
        value.double(), torch.full_like(value, most).double(), atol=tolerance, rtol=0
    )


def appended(facts: dict[str, Tensor], box: Tensor, label: int) -> dict[str, Tensor]:
    """One prediction more: a box `(B, 1, 4)`, of confidence 0 and the given label."""
    more = {
        "prediction_boxes": box,
        "prediction_mask": torch.ones_like(box[..., 0], dtype=torch.bool),
        "prediction_scores": torch.zeros_like(box[..., 0]),
        "prediction_labels": torch.full_like(box[..., 0], label, dtype=torch.int64),
        "prediction_points": (box[..., :2] + box[..., 2:]) / 2,
        "prediction_points_mask": torch.ones_like(box[..., 0], dtype=torch.bool),
    }
    return {
        key: torch.cat((fact, more[key]), 1) if key in more else fact for key, fact in facts.items()
    }


# Published flaws: these pay for a false box more. The tests below show each.
PAYS_FALSE = {"visual-rft", "grit"}
# These pay for a repeat of a box.
PAYS_REPEAT = {"treevgr", "grit"}
# These match it with a further target that overlaps; a test below shows it.
SECOND_TARGET = {"vision-r1", "vision-r1-sound"}


@pytest.mark.parametrize(("name", "form"), SETS)
def test_a_false_box_more_never_pays(name: str, form: str) -> None:
    facts = Maker(11, 300).facts(needs_of(name, form))
    facts["target_mask"] |= ~facts["target_mask"].any(1, keepdim=True)
    elsewhere = torch.tensor([5000.0, 5000.0, 5010.0, 5010.0], dtype=torch.float64)
    more = appended(facts, elsewhere.expand(300, 1, 4), label=9)
    gain = recipe(name)(more).value - recipe(name)(facts).value
    assert (gain.max() > 1e-6) == (name in PAYS_FALSE), gain.max()


@pytest.mark.parametrize(("name", "form"), SETS)
def test_a_repeat_never_pays(name: str, form: str) -> None:
    facts = Maker(12, 300).facts(needs_of(name, form), masked=False)
    if name.startswith("surds"):  # of two boxes of one name the last counts
        facts["prediction_labels"] = torch.arange(4).expand(300, 4)
    again = appended(facts, facts["prediction_boxes"][:, :1], label=9)
    for key in ("prediction_labels", "prediction_scores", "prediction_points"):
        if key in facts:
            again[key] = torch.cat((facts[key], facts[key][:, :1]), 1)
    gain = recipe(name)(again).value - recipe(name)(facts).value
    if name in SECOND_TARGET:
        assert (gain > 1e-6).float().mean() < 0.02
        return
    assert (gain.max() > 1e-6) == (name in PAYS_REPEAT), gain.max()
