"""The machinery: forms, gates, combinations, custom functions and their errors."""

import pytest
import torch
from torch import Tensor

from vgym.rewards import Reward, Score, as_reward, recipe
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import IOU
from vgym.rewards.pointing import HIT
from vgym.rewards.recipes import recipes_for, refuse_unless_fits, sound, variant

FACTS = {
    "a": torch.tensor([0.0, 0.5, 1.0, torch.nan]),
    "b": torch.tensor([1.0, 1.0, 0.0, 1.0]),
    "gate": torch.tensor([1.0, 0.0, 1.0, 1.0]),
}
A = Term("a", lambda facts: facts["a"], ("a",), "the first")
B = Term("b", lambda facts: facts["b"], ("b",), "the second")
GATE = Term("gate", lambda facts: facts["gate"], ("gate",), "well formed")


def make(form: Form, **settings: object) -> Reward:
    return Reward(name="made", forms=(form,), source="here", doc="A test.", **settings)


def test_weighted_sum_and_gates() -> None:
    form = Form("answer", ((2.0, A), (1.0, B)), gates=(GATE,))
    score = make(form, range=(0.0, 3.0))(FACTS)
    assert score.value.tolist() == [1.0, 0.0, 2.0, 0.0]
    assert score.flagged.tolist() == [False, False, False, True]
    assert list(score.terms) == ["a", "b", "gate"]
    assert score.terms["b"].tolist() == [1.0, 1.0, 0.0, 0.0], "a flagged row's terms are floored"
    card = make(form).card()
    assert "value = (2 a + b) x gate" in card and "needs: a, b, gate" in card


def test_terms_that_are_paid_are_told_from_those_that_are_not() -> None:
    form = Form("answer", ((2.0, A), (0.01, B)), gates=(GATE,))
    reward, facts = make(form), {**FACTS, "a": torch.tensor([0.0, 0.5, 1.0, 0.5])}
    assert reward.made_of(facts, reward(facts).terms) == {"a", "gate"}
    rated = make(Form("answer", ((1.0, A), (1.0, B))), combination=lambda terms: terms["b"])
    assert rated.made_of(facts, rated(facts).terms) == {"b"}
    team = {name: term.reshape(2, 2) for name, term in rated(facts).terms.items()}
    assert rated.made_of(facts, team) == {"b"}
    function = as_reward(lambda facts: (facts["b"], {"a": facts["b"]}))
    assert function.made_of(facts, function(facts).terms) == set()


def product(terms: dict[str, Tensor]) -> Tensor:
    return terms["a"].nan_to_num(0.7) * terms["b"]


def test_a_combination_of_its_own() -> None:
    reward = make(
        Form("answer", ((1.0, A), (1.0, B))), combination=product, combination_text="a times b"
    )
    score = reward(FACTS)
    assert score.value.tolist() == [0.0, 0.5, 0.0, 0.0]
    assert score.flagged.tolist() == [False, False, False, True], "a term's NaN is not lost"
    assert "value = a times b" in reward.card()


def test_the_first_form_that_the_facts_allow() -> None:
    reward = Reward(
        name="two",
        forms=(Form("first", ((1.0, A),)), Form("second", ((1.0, B),))),
        source="",
        doc="",
    )
    assert list(reward(FACTS).terms) == ["a"]
    assert list(reward({"b": FACTS["b"]}).terms) == ["b"]


def test_missing_facts_are_listed() -> None:
    with pytest.raises(ValueError) as error:
        recipe("dense")({"prediction_points": torch.zeros(2, 1, 2), "size_hw": torch.ones(2, 2)})
    text = str(error.value)
    assert "prediction_boxes (B, M, 4) px, target_boxes (B, K, 4) px, size_hw (B, 2) px; or" in text
    assert "given ['prediction_points', 'size_hw']" in text
    assert "add ['prediction_boxes', 'target_boxes'] or ['target_boxes']" in text


def test_a_wrong_shape_is_named() -> None:
    boxes = torch.zeros(3, 4)
    with pytest.raises(
        ValueError, match=r"'prediction_boxes' has shape \(3, 4\); it must be \(B, M"
    ):
        recipe("iou")({"prediction_boxes": boxes, "target_boxes": boxes[:, None]})


def test_masks_and_rows_are_held_to_the_members() -> None:
    boxes = torch.zeros(3, 2, 4)
    facts = {"prediction_boxes": boxes, "target_boxes": boxes}
    with pytest.raises(
        ValueError, match=r"'target_mask' is torch.bool of shape \(3,\); it must be"
    ):
        recipe("iou")({**facts, "target_mask": torch.ones(3, dtype=torch.bool)})
    with pytest.raises(ValueError, match=r"'prediction_mask' is torch.float32"):
        recipe("iou")({**facts, "prediction_mask": torch.ones(3, 2)})
    with pytest.raises(
        ValueError, match=r"'target_boxes' has shape \(2, 2, 4\) where .* \(3,\) rows"
    ):
        recipe("iou")({**facts, "target_boxes": boxes[:2]})
    assert recipe("iou")({**facts, "prediction_boxes": boxes.long()}).value.dtype == torch.float32


def test_a_form_is_held_to_sense() -> None:
    with pytest.raises(ValueError, match="two terms of one name"):
        Form("answer", ((1.0, A), (1.0, A)))
    with pytest.raises(ValueError, match="read different predictions"):
        Form("answer", ((1.0, IOU), (1.0, HIT)))


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("name", ["dense", "gaussian", "giou", "iou", "sparse"])
def test_nothing_is_read_back_from_the_device(name: str, members: int) -> None:
    """The meta device holds no values: reading one would raise."""
    facts = {
        "prediction_boxes": torch.empty(4, members, 4, device="meta"),
        "prediction_mask": torch.empty(4, members, device="meta", dtype=torch.bool),
        "target_boxes": torch.empty(4, members, 4, device="meta"),
        "size_hw": torch.empty(4, 2, device="meta"),
    }
    assert recipe(name)(facts).value.shape == (4,)


def closeness(facts: Facts) -> Tensor:
    """Closer is better."""
    return 1 - facts["a"]


def test_functions_as_rewards() -> None:
    reward = as_reward(closeness)
    score = reward(FACTS)
    assert score.value.tolist() == [1.0, 0.5, 0.0, 0.0]
    assert score.flagged.tolist() == [False, False, False, True]
    assert reward.name == "closeness" and "Closer is better." in reward.card()
    with_terms = as_reward(lambda facts: (facts["b"], {"half": facts["b"] / 2}))
    assert with_terms(FACTS).terms["half"].tolist() == [0.5, 0.5, 0.0, 0.5]
    bad_term = as_reward(lambda facts: (facts["b"], {"a": facts["a"]}))(FACTS)
    assert bad_term.flagged[3] and bad_term.terms["a"].isfinite().all()
    assert as_reward(lambda facts: facts["b"] > 0)(FACTS).value.tolist() == [1.0, 1.0, 0.0, 1.0]
    assert as_reward(reward) is reward and as_reward("iou") is recipe("iou")


def test_functions_that_return_a_score() -> None:
    boxes = torch.tensor([[12.0, 8, 58, 44], [0, 0, 90, 90], [torch.nan] * 4])[:, None]
    facts = {"prediction_boxes": boxes, "target_boxes": boxes[:1].expand(3, -1, -1)}
    for name in ("iou", "giou"):  # the floor of one is 0, of the other -1
        published = recipe(name)(facts)
        own = as_reward(lambda facts, name=name: recipe(name)(facts))(facts)
        assert torch.equal(own.value, published.value)
        assert own.terms.keys() == published.terms.keys() == {name}
        assert torch.equal(own.terms[name], published.terms[name])
        assert own.flagged.tolist() == [False, False, True]


def test_a_score_of_ones_own_is_held_to_its_promises() -> None:
    value, none = torch.tensor([1.0, torch.nan, 2.0, 3.0]), torch.zeros(4, dtype=torch.bool)
    made = as_reward(lambda facts: Score(value, {"b": facts["b"]}, none))(FACTS)
    assert made.value.isfinite().all() and made.flagged[1]
    with pytest.raises(ValueError, match=r"shape \(2,\) as its flags"):
        as_reward(lambda facts: Score(value, {}, none[:2]))(FACTS)
    with pytest.raises(ValueError, match=r"shape \(1,\) as its value"):
        as_reward(lambda facts: Score(value[:1], {}, none))(FACTS)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (
            lambda facts: facts["b"][:, None],
            r"shape \(4, 1\) as its value for a batch of 4; return",
        ),
        (lambda facts: 1.0, r"shape \(\) as its value"),
        (lambda facts: None, r"returned NoneType as its value; return a tensor of shape \(4,\)"),
        (lambda facts: (facts["b"], {"t": facts["b"][:2]}), r"shape \(2,\) as its term 't'"),
    ],
)
def test_functions_that_return_something_else(function, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_reward(function)(FACTS)


def test_what_fits_is_told_by_the_facts_stated() -> None:
    boxes = {"prediction_boxes", "target_boxes"}
    assert recipe("iou").fits(boxes) and not recipe("iou").fits({"target_boxes"})
    assert as_reward(closeness).fits(set())
    fitting = recipes_for(boxes)
    assert fitting == sorted(fitting) and {"giou", "iou", "vlm-r1-odlength"} <= set(fitting)
    assert "spl" not in fitting and "dense" not in fitting, "dense reads the picture's size too"
    refuse_unless_fits(recipe("iou"), boxes, "VGround-v0")
    with pytest.raises(
        ValueError,
        match="'dense' cannot be paid here: it reads size_hw, which VGround-v0 does not state. "
        r"Recipes that fit: sparse, .*\bgiou.* \(the nearest first\)",
    ):
        refuse_unless_fits(recipe("dense"), boxes, "VGround-v0")


def test_a_variant_is_told_by_what_differs() -> None:
    other = Term("a", lambda facts: 1 - facts["a"], ("a",), "the other way round")
    shut = Term("gate", lambda facts: facts["a"], ("a",), "another gate")
    published = make(Form("answer", ((2.0, A), (1.0, B)), gates=(GATE,)), range=(0.0, 3.0))
    mended = sound(published, other, shut, doc="Mended.")
    (form,) = mended.forms
    assert form.terms == ((2.0, other), (1.0, B)) and form.gates == (shut,)
    assert (mended.name, mended.source, mended.doc) == ("made-sound", "vgym, after here", "Mended.")
    assert mended.range == published.range and published.forms[0].terms[0] == (2.0, A)
    assert variant(published, name="again").forms == published.forms
    with pytest.raises(ValueError, match=r"'made' has no terms \['iou'\]"):
        variant(published, IOU)


def test_not_a_reward() -> None:
    with pytest.raises(TypeError, match="a Reward or a function of the facts, not 3"):
        as_reward(3)
