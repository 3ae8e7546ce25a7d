"""What compiled loops say of one answer against one target is what the tensors' terms say."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from vgym.core import place_metrics
from vgym.geometry.conventions import Convention, Kind, convention_alternatives, read_in_all
from vgym.rewards import Reward, Score, reward
from vgym.rewards.recipes import recipe, variant

ROWS = 4000
LAST_BIT = {"rtol": 3e-7, "atol": 1e-12}


def facts(kind: Kind) -> dict[str, Tensor]:
    """Answers far and near, exact, empty, inverted, huge, tiny and none; and such targets."""
    generator = torch.Generator().manual_seed(0)

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    picture = torch.tensor([640.0, 400.0])
    one, other = uniform(ROWS, 2) * picture, uniform(ROWS, 2) * picture
    targets = torch.cat((torch.minimum(one, other), torch.maximum(one, other)), -1)
    strayed = targets + (uniform(ROWS, 4) - 0.5) * uniform(ROWS, 1) * 80
    answers = torch.where(uniform(ROWS, 1) < 0.5, strayed, uniform(ROWS, 4) * 640)
    size_hw = picture.flip(0).repeat(ROWS, 1)
    case = torch.arange(ROWS) % 30
    answers[case == 0] = targets[case == 0]
    answers[case == 1, 2] = answers[case == 1, 0]
    answers[case == 2] = answers[case == 2].flip(-1)
    targets[case == 3, 2:] = targets[case == 3, :2]
    for number, (nan_or_not, scale) in enumerate(
        [(torch.nan, 1), (torch.inf, 1), (1, 1e18), (1, 3e38), (1, 1e-20), (1, 0)], start=4
    ):
        answers[case == number, 1] *= nan_or_not
        answers[case == number] *= scale
        targets[case == number + 10, 0] *= nan_or_not
        targets[case == number + 10] *= scale
    size_hw[case == 20] = 0
    size_hw[case == 21, 1] = torch.nan
    if kind == "point":
        answers = torch.where(
            case[:, None] == 0, (answers[:, :2] + answers[:, 2:]) / 2, answers[:, :2]
        )
    name = "prediction_boxes" if kind == "box" else "prediction_points"
    return {name: answers[:, None], "target_boxes": targets[:, None], "size_hw": size_hw}


@pytest.fixture
def by_terms(monkeypatch: pytest.MonkeyPatch) -> Callable[[Reward, dict[str, Tensor]], Score]:
    """A reward's score by its terms alone, whose compiled way must have been open."""

    def scored(judge: Reward, of: dict[str, Tensor]) -> Score:
        form = judge.form_for(of)
        assert reward.earned_at_once(form, judge.floor, of) is not None
        with monkeypatch.context() as patched:
            patched.setattr(reward, "earned_at_once", lambda *_: None)
            return judge(of)

    return scored


@pytest.mark.parametrize("kind", ["box", "point"])
def test_scores_are_those_of_the_terms(
    kind: Kind, by_terms: Callable[[Reward, dict[str, Tensor]], Score]
) -> None:
    of = facts(kind)
    for judge in (recipe("dense"), variant(recipe("dense"), range=(-0.25, 1.0))):
        found, expected = judge(of), by_terms(judge, of)
        assert torch.equal(found.flagged, expected.flagged)
        torch.testing.assert_close(found.value, expected.value, **LAST_BIT)
        torch.testing.assert_close(found.terms, expected.terms, **LAST_BIT)
        # Nearly all to the bit; how many depends on torch's vector unit: 0.987 on one machine.
        assert (found.value == expected.value).float().mean() > 0.9
        for row in range(40):  # alone as in a batch
            alone = judge({name: fact[row : row + 1] for name, fact in of.items()})
            assert alone.value[0] == found.value[row]


@pytest.mark.parametrize("kind", ["box", "point"])
def test_what_is_no_single_answer_goes_by_the_terms(kind: Kind) -> None:
    of = facts(kind)
    judge, name = recipe("dense"), next(iter(of))
    form = judge.form_for(of)
    others: list[dict[str, Any]] = [
        {name: of[name].double()},
        {name: of[name].clone().requires_grad_()},
        {name: of[name].repeat(1, 2, 1)},
        {"target_mask": torch.ones(ROWS, 1, dtype=torch.bool)},
    ]
    for other in others:
        assert reward.earned_at_once(form, 0.0, {**of, **other}) is None
    changed = variant(judge, combination=lambda terms: terms["near"])
    torch.testing.assert_close(changed(of).value, judge(of).terms["near"])


@pytest.mark.parametrize("kind", ["box", "point"])
def test_metrics_are_those_of_tensors(kind: Kind) -> None:
    of = facts(kind)
    found, expected = place_metrics.metrics_of(of), place_metrics.metrics_with_torch(of)
    assert found.keys() == expected.keys()
    for name, values in found.items():
        assert values.dtype == expected[name].dtype
        torch.testing.assert_close(values, expected[name], equal_nan=True, **LAST_BIT)


@pytest.mark.parametrize("kind", ["box", "point"])
def test_answers_are_read_alike_in_every_convention(kind: Kind) -> None:
    of = facts(kind)
    values, sizes = next(iter(of.values())), of["size_hw"]
    conventions = (Convention("0-1000", "cxcywh"), *convention_alternatives(kind))
    found = read_in_all(values, sizes, kind, conventions)
    for each, pixels in zip(conventions, found, strict=True):
        expected = each.to_pixels(values, sizes, kind)
        torch.testing.assert_close(pixels, expected, rtol=0, atol=0, equal_nan=True)
