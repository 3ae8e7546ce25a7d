"""The table of facts: complete, consistent, and what the check holds facts to."""

from itertools import product

import pytest
import torch

from vgym.rewards import recipe, recipes
from vgym.rewards.facts import FACTS, MASKS, check, describe, example_facts

DTYPES = {"float": torch.float32, "double": torch.float64, "bool": torch.bool, "int": torch.int64}
DECIDED = [name for name, fact in FACTS.items() if fact.wrong is not None]


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_every_fact_is_told_and_shown(fact) -> None:
    assert fact.text and fact.axes[0] == "B"
    for wrong in (False, True) if fact.wrong is not None else (False,):
        tensor = fact.example(3, wrong)
        assert tensor.dtype == DTYPES[fact.dtype] and tensor.isfinite().all()
        assert tensor.shape[0] == 3 and tensor.dim() == len(fact.axes)
        check({fact.name: tensor}, [fact.name])
    if fact.mask is not None:
        assert FACTS[fact.mask].axes == fact.axes[:2] and FACTS[fact.mask].dtype == "bool"


@pytest.mark.parametrize("wrong", [None, *DECIDED])
def test_the_example_is_one_consistent_answer(wrong: str | None) -> None:
    facts = example_facts(FACTS, 4, wrong)
    check(facts, list(FACTS))
    changed = [n for n in FACTS if not torch.equal(facts[n], FACTS[n].example(4))]
    assert changed == ([] if wrong is None else [wrong])


def test_what_the_answer_does_not_decide_has_no_wrong_value() -> None:
    with pytest.raises(ValueError, match="'size_hw' is not the answer's to decide"):
        example_facts(["size_hw"], wrong="size_hw")


@pytest.mark.parametrize("name", recipes())
def test_every_fact_that_a_recipe_reads_is_in_the_table(name: str) -> None:
    read = {fact for form in recipe(name).forms for fact in form.needs}
    assert read <= FACTS.keys() - set(MASKS.values())


def test_a_fact_in_a_few_words() -> None:
    assert describe("prediction_lonlat") == "prediction_lonlat (B, 2) double deg"
    assert describe("format_ok") == "format_ok (B,) bool"
    assert describe("distance_m") == "distance_m (B,) m"
    assert describe("my_own") == "my_own"


@pytest.mark.parametrize(
    ("name", "tensor", "message"),
    [
        ("distance_m", torch.zeros(2, 1), r"\(2, 1\); it must be one number a row, shape \(2,\)"),
        ("size_hw", torch.zeros(2, 3), r"has shape \(2, 3\); it must be \(B, 2\)"),
        ("target_lonlat", torch.zeros(2, 2), "is torch.float32, which resolves metres only"),
    ],
)
def test_what_is_not_as_the_table_says(name: str, tensor: torch.Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check({name: tensor}, [name])


def test_lengths_of_one_letter_agree() -> None:
    facts = example_facts(["prediction_boxes", "prediction_labels"])
    facts["prediction_labels"] = torch.zeros(2, 3)
    with pytest.raises(ValueError, match=r"'prediction_boxes' has 1 along M; they are \(B, M\)"):
        check(facts, list(facts))


TYPES = (torch.float16, torch.uint8, torch.bfloat16, torch.int16, torch.int32, torch.int64)


@pytest.mark.parametrize("types", [TYPES[:2], pytest.param(TYPES[2:], marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", recipes())
def test_every_recipe_takes_every_real_type(name: str, types: tuple[torch.dtype, ...]) -> None:
    """Facts of a type earn what the same numbers earn in the types of the table."""
    reward = recipe(name)
    for form, dtype in product(reward.forms, types):
        given = example_facts(form.needs)
        for fact in form.needs:
            row = FACTS[fact]
            if row.dtype == "double" and dtype.is_floating_point:
                continue  # places in halves are refused
            # What every one of the types holds.
            narrow = given[fact].clamp(0, 100)
            facts = {**given, fact: narrow.to(dtype)}
            same = {**given, fact: narrow.to(dtype).to(given[fact].dtype)}
            found, expected = reward(facts), reward(same)
            assert found.value.dtype in (torch.float32, torch.float64)
            torch.testing.assert_close(found.value, expected.value, check_dtype=False)
            assert torch.equal(found.flagged, expected.flagged)
            for term, value in found.terms.items():
                torch.testing.assert_close(value, expected.terms[term], check_dtype=False)


def test_all_facts_in_half_precision_together() -> None:
    for name in recipes():
        for form in recipe(name).forms:
            given = example_facts(form.needs)
            if any(FACTS[fact].dtype == "double" for fact in form.needs):
                continue
            halves = {fact: each.clamp(max=6e4).half() for fact, each in given.items()}
            same = {fact: each.to(given[fact].dtype) for fact, each in halves.items()}
            torch.testing.assert_close(
                recipe(name)(halves).value, recipe(name)(same).value, check_dtype=False
            )


def test_whole_degrees_are_exact_and_halves_are_not() -> None:
    whole = torch.tensor([[8, 47]])
    facts = {"prediction_lonlat": whole, "target_lonlat": whole}
    doubles = {name: places.double() for name, places in facts.items()}
    assert recipe("geoguessr")(facts).value == recipe("geoguessr")(doubles).value > 0
    for dtype in (torch.float16, torch.float32):
        facts = {"prediction_lonlat": whole.to(dtype), "target_lonlat": whole.double()}
        with pytest.raises(ValueError, match=r"resolves metres only; work in torch\.float64"):
            recipe("geoguessr")(facts)


def test_giou_in_halves_and_integers() -> None:
    boxes = torch.tensor([[[0, 0, 1280, 800]], [[0, 0, 640, 800]]])
    for dtype in (torch.float16, torch.bfloat16, torch.int32, torch.int64, torch.uint16):
        facts = {"prediction_boxes": boxes.to(dtype), "target_boxes": boxes[:1].expand(2, 1, 4)}
        assert recipe("giou")(facts).value.tolist() == [1.0, 0.5]
