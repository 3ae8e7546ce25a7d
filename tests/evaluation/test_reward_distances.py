"""EPIC and STARC: the worked numbers of two states and two actions, and recipes on an id."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from vgym.evaluation.reward_distances import (
    answer_distances,
    epic_canonical,
    epic_distance,
    pearson_distance,
    starc_canonical,
    starc_distance,
)

HALF = torch.full((2,), 0.5, dtype=torch.float64)
EVEN = torch.ones(2, 2, 2, dtype=torch.float64)
# Action a moves to state a.
MOVES = torch.eye(2, dtype=torch.float64).expand(2, 2, 2)
GAMMA = 0.9


def table(of: str) -> Tensor:
    s, a, t = torch.meshgrid(*[torch.arange(2)] * 3, indexing="ij")
    return {
        "there": (s == 0) & (t == 1),
        "acted": a == 1,
        "back": (s == 1) & (t == 0),
        "in 1": t == 1,
    }[of].double()


def shaped(reward: Tensor, scale: float = 2.0) -> Tensor:
    potential = torch.tensor([0.3, -1.7], dtype=torch.float64)
    return reward + scale * (GAMMA * potential[None, None] - potential[:, None, None])


def epic(a: Tensor, b: Tensor) -> float:
    return epic_distance(a, b, HALF, HALF, GAMMA, EVEN)


def starc(a: Tensor, b: Tensor) -> float:
    return starc_distance(a, b, MOVES, GAMMA)


def test_epic_worked_numbers() -> None:
    there = epic_canonical(table("there"), HALF, HALF, GAMMA)
    assert there[0, 0].tolist() == pytest.approx([-0.275, 0.275])
    assert there[1, 0].tolist() == pytest.approx([0.225, -0.225])
    arrived = epic_canonical(table("in 1"), HALF, HALF, GAMMA)
    assert arrived[:, :, 1].unique().tolist() == pytest.approx([0.5])
    nothing = epic_canonical(shaped(torch.zeros_like(EVEN)), HALF, HALF, GAMMA)
    assert nothing.abs().max() < 1e-14
    assert epic(table("there"), shaped(table("there"))) == pytest.approx(0, abs=1e-7)
    assert epic(table("there"), -table("there")) == 1
    assert epic(table("there"), table("acted")) == pytest.approx(0.70710678)
    both = table("there") + table("acted")
    assert epic(table("there"), both) == pytest.approx(0.52488316)
    assert epic(table("there"), table("back")) == pytest.approx(0.09950372)


def test_starc_worked_numbers() -> None:
    """The published distance, which is not halved, is twice as large."""
    canonical = starc_canonical(table("there"), MOVES, GAMMA)
    assert canonical.flatten().tolist() == pytest.approx([-0.275, 0.275, 0.225, -0.225])
    assert starc(table("there"), shaped(table("there"))) == pytest.approx(0, abs=1e-7)
    assert starc(table("there"), -table("there")) == 1
    assert starc(table("there"), table("acted")) == pytest.approx(1.34201064 / 2)
    assert starc(table("there"), table("back")) == pytest.approx(0.19900744 / 2)
    both = table("there") + table("acted")
    assert starc(table("there"), both) == pytest.approx(0.98220377 / 2)
    assert starc(table("in 1"), table("acted")) == pytest.approx(0, abs=1e-7), "the same moves"
    assert epic(table("in 1"), table("acted")) == pytest.approx(0.70710678), "EPIC knows no moves"


def test_constants() -> None:
    flat, steep = torch.ones(4), torch.arange(4.0)
    assert pearson_distance(flat, flat * 3) == 0
    assert pearson_distance(flat, steep) == pytest.approx(1 / math.sqrt(2))


@pytest.mark.slow
def test_recipes_on_an_id() -> None:
    names = ["dense", "iou", "giou", "sparse", "gui-g1-sound"]
    found = answer_distances("VGround-v0", names, {"image_size": 36}, questions=16, answers=16)
    assert found.names[0] == "dense" and set(found.names) == {*names}
    assert np.allclose(found.values, found.values.T) and np.allclose(found.values.diagonal(), 0)
    assert ((found.values >= 0) & (found.values < 0.7)).all(), "they all want the same"
    assert (np.diff(found.values[0]) >= 0).all(), "the nearest first"
    assert found.picture().shape[2] == 3


def test_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="are no single places"):
        answer_distances("VGroundPoint-v0", ["dense"], {"image_size": 36, "action": "grid"})
