"""Numbers beside the picture that tell what is right are told; those that do not are not."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from evaluation.audit.board import telling

from vgym.evaluation.audit.attack import Finding
from vgym.evaluation.audit.readings import READINGS, logistic
from vgym.evaluation.audit.subject import Effort, Subject

Boards = Callable[[str], Subject]
(TOLD,) = READINGS
EFFORT = Effort("brief", judged=256, chosen=8, fitted=1024, walked=1.0)


def told(fault: str = "", **settings: object) -> dict[str, Finding]:
    subject = Subject("VBoard-v0", {"fault": fault, **settings}, EFFORT)
    return {finding.by.split(" is told by ")[1]: finding for finding in TOLD.run(subject)}


@pytest.mark.parametrize(
    ("fault", "by"), [("sensor", "the sensor wind"), ("padding", "how many words there are")]
)
def test_what_tells_is_named_and_nothing_else(fault: str, by: str) -> None:
    found = told(fault)
    assert found.pop(by).above(0.25)
    assert found and not any(finding.above(0.25) for finding in found.values())


@pytest.mark.parametrize("fault", ["", "own"])
def test_nothing_tells_in_a_sound_world_nor_what_was_done(fault: str) -> None:
    found = told(fault)
    assert {"the sensor wind", "info at the reset", "how many words there are"} <= {*found}
    for finding in found.values():
        assert not finding.above(0.1), finding.by
        for share in finding.shares.values():
            assert abs(share.mean) < 4 * share.error or share.mean == 0


@pytest.mark.parametrize("leak", ["a metric of every step", "a term that pays next to nothing"])
def test_what_is_told_and_not_paid_is_named(leak: str) -> None:
    found = told("across") if "metric" in leak else told(reward=telling(1e-3))
    named = {by for by, finding in found.items() if finding.above(0.25)}
    assert "info after 3 steps" in named
    assert {"the sensor wind", "info at the reset"}.isdisjoint(named)


def test_what_is_paid_is_left_to_attacks_that_measure_what_it_earns() -> None:
    found = told(reward=telling(0.5))
    assert found and not any(finding.above(0.1) for finding in found.values())


def test_a_view_that_is_told_at_the_reset_tells_where_its_target_lies() -> None:
    found = TOLD.run(Subject("VTiles-v0", {"fault": "moved"}, EFFORT))
    (at_reset,) = (each for each in found if each.by.endswith("info at the reset"))
    assert at_reset.above(0.25)


def test_the_regression_is_that_of_its_definition() -> None:
    """Its slope is zero where it ends: what is left is the ridge."""
    draws = np.random.default_rng(0)
    terms = torch.from_numpy(draws.normal(size=(200, 3)))
    truth = terms[:, 0] + torch.from_numpy(draws.normal(size=200)) > 0.3
    weights = logistic(terms, truth)
    missing = truth.double() - torch.sigmoid(terms @ weights)
    torch.testing.assert_close(terms.T @ missing / 200, 1e-2 * weights, atol=1e-8, rtol=1e-6)
    assert weights[0] > 3 * weights[1:].abs().max()
