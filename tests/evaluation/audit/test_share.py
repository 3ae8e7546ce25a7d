"""Shares of what the truth earns, with their standard errors."""

import numpy as np
import pytest

from vgym.evaluation.audit.share import Earned, Share, share_of


def earned(returns: np.ndarray) -> Earned:
    n = len(returns)
    return Earned(returns, np.zeros(n, bool), np.ones(n, int), np.ones(n, bool))


def test_the_error_is_that_of_repeated_audits() -> None:
    draws = np.random.default_rng(0)
    found = []
    for _ in range(400):
        hard = draws.random(200)  # episodes differ, and random answers fare by it too
        random = earned(0.2 * hard * draws.random(200))
        attack = earned(0.5 * hard + 0.1 * draws.random(200))
        found.append(share_of(attack, random, earned(0.6 + hard)))
    spread = np.std([share.mean for share in found])
    told = np.mean([share.error for share in found])
    assert told == pytest.approx(spread, rel=0.15)
    assert found[0].episodes == 200


def test_no_share_where_there_is_nothing_to_earn() -> None:
    flat = earned(np.ones(8))
    with pytest.raises(ValueError, match="nothing to have a share of"):
        share_of(flat, flat, flat)
    with pytest.raises(ValueError, match="the same episodes"):
        share_of(earned(np.ones(7)), flat, earned(np.full(8, 2.0)))


def test_a_share_is_above_when_its_interval_is() -> None:
    assert Share(0.3, 0.02, 100).surely_above(0.25)
    assert not Share(0.3, 0.05, 100).surely_above(0.25)
