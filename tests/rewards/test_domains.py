"""Facts are held to the numbers that they may be, row by row; declared ranges are then true."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch

from vgym.evaluation.audit.recipes.ranges import outside
from vgym.rewards import Score, recipe, recipes, score
from vgym.rewards.facts import FACTS, example_facts
from vgym.rewards.form import Form

FORMS = [(name, form) for name in recipes() for form in recipe(name).forms]
NAMES = [f"{name}-{form.name}" for name, form in FORMS]


@pytest.mark.parametrize(("name", "form"), FORMS, ids=NAMES)
def test_no_facts_are_found_that_leave_the_declared_range(name: str, form: Form) -> None:
    assert outside(recipe(name), form) == []


@pytest.mark.parametrize(
    ("name", "range"),
    [("gui-g1", (0.0, 1.375)), ("vrag", (0.0, 1.0)), ("unidoc", (0.0, 1.0)), ("iou", (0.1, 0.9))],
)
def test_false_ranges_are_found(name: str, range: tuple[float, float]) -> None:
    reward = replace(recipe(name), range=range)
    assert outside(reward, reward.forms[0])[0].startswith(" in ")


def beyond(fact: str) -> list[Any]:
    """Numbers that a fact cannot be, in the example answer."""
    row = FACTS[fact]
    numbers: list[Any] = [math.nan, math.inf, -math.inf]
    if row.whole:
        numbers += [0.5]
    if row.dtype == "bool":
        return [*numbers, 2, -1, 18.8]
    if row.range is not None:
        numbers += [row.range[0] - 1]
        if not (isinstance(row.range[1], float) and math.isinf(row.range[1])):
            numbers += [10_000_000]
    return numbers


# Each fact of one number a row, with a recipe that reads it.
READ = {
    fact: (name, form)
    for name, form in reversed(FORMS)
    for fact in form.needs
    if FACTS[fact].axes == ("B",)
}


@pytest.mark.parametrize("fact", READ)
def test_a_row_with_a_number_that_cannot_be_earns_the_floor_alone(fact: str) -> None:
    name, form = READ[fact]
    reward, numbers = recipe(name), beyond(fact)
    right = example_facts(form.needs, rows=1)
    facts = example_facts(form.needs, rows=1 + len(numbers))
    facts[fact] = torch.tensor([float(right[fact]), *numbers], dtype=torch.float32)
    found = reward(facts)
    assert found.flagged.tolist() == [False] + [True] * len(numbers)
    assert found.value[0] == reward(right).value and found.value[0].isfinite()
    assert found.value[1:].tolist() == pytest.approx([reward.floor] * len(numbers))


@pytest.mark.parametrize("fact", [name for name in READ if FACTS[name].dtype == "bool"])
def test_true_and_false_in_any_type_are_what_they_are(fact: str) -> None:
    name, form = READ[fact]
    facts = example_facts(form.needs, rows=2)
    facts[fact] = torch.tensor([True, False])
    expected = recipe(name)(facts)
    for dtype in (torch.float32, torch.float64, torch.int32, torch.uint8):
        found = recipe(name)({**facts, fact: facts[fact].to(dtype)})
        torch.testing.assert_close(found.value, expected.value, check_dtype=False)
        assert not found.flagged.any()


def test_the_values_of_the_report() -> None:
    """Bools of any size paid any sum; a cell that is not there raised for the batch."""
    for name in ("deepeyes", "gui-r1", "spl", "habitat", "minigrid"):
        form = recipe(name).forms[0]
        for fact in (fact for fact in form.needs if FACTS[fact].dtype == "bool"):
            facts = example_facts(form.needs)
            facts[fact] = torch.tensor([100.0, 1.0])
            assert recipe(name)(facts).flagged.tolist() == [True, False]
    metres = torch.tensor([[3e4, 1.5e5, 4e6]]).expand(5, 3)
    cells = recipe("pigeon")(
        {"cell_index": torch.tensor([0, 3, -1, 2**40, 1]), "cell_distances_m": metres}
    )
    assert cells.flagged.tolist() == [False, True, True, True, False]
    assert cells.value[[0, 1, 2, 3]].tolist() == [1, 0, 0, 0] and 0 < cells.value[4] < 1
    with pytest.raises(ValueError, match="'cell_index' counts along C, of which there are none"):
        recipe("pigeon")({"cell_index": torch.zeros(1), "cell_distances_m": torch.zeros(1, 0)})


def test_gaps_in_lists_of_numbers_are_rows_that_could_not_be_read() -> None:
    found = score("pigeon", cell_index=[0, None, "1", 1], cell_distances_m=[[0.0, 1e5]] * 4)
    assert found.flagged.tolist() == [False, True, True, False]
    assert found.value[0] == 1 and found.value[1:3].tolist() == [0, 0]
    solved = score(
        "spl", success=[True, None], shortest_path_m=[2.0, 2.0], path_length_m=[4.0, 4.0]
    )
    assert solved.value.tolist() == [0.5, 0] and solved.flagged.tolist() == [False, True]
    with pytest.raises(ValueError, match="shortest_path_m"):  # the task's own
        score("spl", success=[True], shortest_path_m=[None], path_length_m=[4.0])


def test_what_float32_puts_beyond_the_end_is_at_the_end() -> None:
    over = torch.tensor([1.0 + 1e-6, 1.0 + 1e-3, -1e-7], dtype=torch.float64)
    facts = {"answer_score": over, "map_difficulty": torch.zeros(3)}
    found = recipe("rewardmap")(facts)
    assert found.value.tolist() == [10, 0, 0] and found.flagged.tolist() == [False, True, False]


def test_no_fact_passes_the_one_that_bounds_it() -> None:
    def earned(steps: list[int], **given: Any) -> Score:
        rows = torch.ones(len(steps), dtype=torch.bool)
        return recipe("minigrid")({"success": rows, "steps": torch.tensor(steps), **given})

    found = earned([10, 11, 1], max_steps=torch.tensor([10, 10, 10]))
    assert found.value.tolist() == pytest.approx([0.1, 0, 0.91])
    assert found.flagged.tolist() == [False, True, False]


def test_what_is_masked_may_be_anything() -> None:
    facts = example_facts(["field_distances_m", "field_answered"], rows=2)
    facts["field_distances_m"] = torch.tensor([[0.0, -5.0, 0.0, 0.0]]).expand(2, 4)
    facts["field_answered"] = torch.tensor([[True, False, True, True], [True] * 4])
    assert recipe("vlm-gym")(facts).flagged.tolist() == [False, True]


def test_what_cannot_be_is_not_written_into_the_facts() -> None:
    facts = {"answer_score": torch.tensor([18.0, -3.0]), "map_difficulty": torch.zeros(2)}
    recipe("rewardmap")(facts)
    assert facts["answer_score"].tolist() == [18, -3]
