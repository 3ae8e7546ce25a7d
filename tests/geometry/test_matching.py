"""The batched assignment against scipy's, item by item."""

import pytest
import torch
from oracles import sets as oracle
from torch import Tensor

from vgym.geometry import matching
from vgym.geometry.matching import match

SHAPES = [(1, 1), (1, 6), (6, 1), (2, 2), (3, 7), (7, 3), (8, 8), (16, 16), (16, 9)]


def hold_to_scipy(cost: Tensor, mask_a: Tensor, mask_b: Tensor) -> None:
    partner = match(cost, mask_a, mask_b)
    assert partner.dtype == torch.int64 and partner.shape == mask_a.shape
    for i in range(cost.shape[0]):
        least, pairs = oracle.best_cost(cost[i].numpy(), mask_a[i].numpy(), mask_b[i].numpy())
        chosen = [(a, b) for a, b in enumerate(partner[i].tolist()) if b >= 0]
        assert len(chosen) == pairs
        assert len({b for _, b in chosen}) == pairs
        assert all(mask_a[i, a] and mask_b[i, b] for a, b in chosen)
        total = sum(cost[i, a, b].item() for a, b in chosen)
        assert total == pytest.approx(least, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("kind", ["random", "ties", "negative", "huge"])
@pytest.mark.parametrize(("n", "m"), SHAPES)
def test_agrees_with_scipy(n: int, m: int, kind: str) -> None:
    generator = torch.Generator().manual_seed(n * 100 + m)
    cost = torch.rand(40, n, m, generator=generator)
    if kind == "ties":
        cost = (cost * 3).floor()
    elif kind == "negative":
        cost = cost - 5
    elif kind == "huge":
        cost = (cost * 64).floor() * 2.0**60
    mask_a = torch.rand(40, n, generator=generator) > 0.2
    mask_b = torch.rand(40, m, generator=generator) > 0.2
    hold_to_scipy(cost, mask_a, mask_b)
    hold_to_scipy(cost, torch.ones_like(mask_a), torch.ones_like(mask_b))


def test_a_thousand_sixteen_by_sixteen() -> None:
    generator = torch.Generator().manual_seed(5)
    cost = torch.rand(1000, 16, 16, generator=generator)
    present = torch.ones(1000, 16, dtype=torch.bool)
    hold_to_scipy(cost, present, present)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(("n", "m"), [*SHAPES, (20, 20)])
def test_the_path_of_other_devices_costs_as_little(n: int, m: int, ties: bool) -> None:
    generator = torch.Generator().manual_seed(n * 100 + m)
    cost = torch.rand(60, n, m, generator=generator, dtype=torch.float64)
    cost = (cost * 4).floor() if ties else cost
    here = torch.rand(60, n, generator=generator) > 0.2
    there = torch.rand(60, m, generator=generator) > 0.2
    totals = []
    for solve in (match, matching._all_at_once):
        column = solve(cost, here, there)
        paired = column >= 0
        assert torch.equal(paired.sum(1), torch.minimum(here.sum(1), there.sum(1)))
        assert not (paired & ~here).any()
        assert all(
            len(set(row)) == len(row) for row in ([c for c in r if c >= 0] for r in column.tolist())
        )
        paid = cost.gather(2, column.clamp(min=0)[..., None]).squeeze(2)
        totals.append((paid * paired).sum(1))
    torch.testing.assert_close(totals[0], totals[1], rtol=0, atol=1e-12)


def test_the_costs_are_left_alone() -> None:
    cost = torch.rand(3, 4, 4, dtype=torch.float64)
    before = cost.clone()
    present = torch.ones(3, 4, dtype=torch.bool)
    present[0, 0] = False
    match(cost, present, present)
    assert torch.equal(cost, before)


def test_an_item_does_not_depend_on_its_batch() -> None:
    generator = torch.Generator().manual_seed(6)
    cost = (torch.rand(50, 5, 6, generator=generator) * 4).floor()
    mask_a, mask_b = (torch.rand(50, n, generator=generator) > 0.3 for n in (5, 6))
    together = match(cost, mask_a, mask_b)
    for i in range(50):
        alone = match(cost[i : i + 1], mask_a[i : i + 1], mask_b[i : i + 1])
        assert torch.equal(alone[0], together[i])


def test_costs_that_are_not_finite_come_last() -> None:
    nan, inf = torch.nan, torch.inf
    present = torch.ones(1, 2, dtype=torch.bool)
    cost = torch.tensor([[[nan, 1e30], [1e30, inf]]])
    assert match(cost, present, present).tolist() == [[1, 0]]
    # Two members want the one finite column; both are still matched.
    cost = torch.tensor([[[nan, 1.0], [nan, 2.0]]])
    assert match(cost, present, present).tolist() == [[1, 0]]
    # A column that is absent is further away still.
    absent = torch.tensor([[False, True]])
    assert match(torch.tensor([[[0.0, nan]]]), present[:, :1], absent).tolist() == [[1]]
    assert sorted(match(torch.full((1, 2, 2), nan), present, present)[0].tolist()) == [0, 1]


def test_absent_members_and_empty_sets() -> None:
    none, two = torch.zeros(1, 2, dtype=torch.bool), torch.ones(1, 2, dtype=torch.bool)
    cost = torch.rand(1, 2, 2)
    assert match(cost, none, two).tolist() == [[-1, -1]]
    assert match(cost, two, none).tolist() == [[-1, -1]]
    assert match(cost[:, :, :0], two, two[:, :0]).tolist() == [[-1, -1]]
    assert match(cost[:, :0], two[:, :0], two).shape == (1, 0)
    assert match(cost[:0], two[:0], two[:0]).shape == (0, 2)
    # What stands in the padding never matters.
    cost[0, 0] = -torch.inf
    mask = torch.tensor([[False, True]])
    assert match(cost, mask, mask).tolist() == [[-1, 1]]
