"""STARC on walks: what shaping and scale cannot change, what a step is worth, who is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from evaluation.audit.worlds import RoomTask, nearest, nearing, solved
from torch import Tensor

from vgym.core.keys import episode_keys, stream
from vgym.evaluation.reward_distances import distances_between
from vgym.evaluation.walk_distances import DISCOUNT, canonical_values, walk_distances
from vgym.rewards.facts import Facts
from vgym.rewards.recipes import as_reward

WALKS = 24


def shaped(facts: Facts) -> Tensor:
    """Three times the plain one, shifted by a potential that falls with the way that is left."""
    before, after = (3.0 - 0.7 * facts[name] for name in ("before", "after"))
    return 3 * solved(facts) + DISCOUNT * after * ~facts["over"] - before


def opposite(facts: Facts) -> Tensor:
    return -solved(facts)


def nothing(facts: Facts) -> Tensor:
    return 0 * solved(facts)


class Room(RoomTask):
    """The same, which says when an episode ends."""

    def step(self, state, action, unread=None):  # type: ignore[no-untyped-def]
        outcome = super().step(state, action, unread)
        outcome.facts["over"] = outcome.terminated
        return outcome


def forms(*rewards: Callable[[Facts], Tensor], sure: float = 0.8, rollouts: int = 3) -> Tensor:
    task = Room()
    seeds = np.arange(WALKS, dtype=np.uint64)
    start = task.reset(episode_keys(stream("room"), seeds, np.zeros(WALKS, np.int64)))
    draws = np.random.default_rng(0)
    return canonical_values(task, start, [*map(as_reward, rewards)], rollouts, draws, sure)


def test_shaping_and_scale_change_nothing() -> None:
    canonical = forms(solved, shaped, opposite, nearest, nearing, nothing)
    names = ["solved", "shaped", "opposite", "nearest", "nearing", "nothing"]
    found = distances_between("room", "STARC", dict(zip(names, canonical, strict=True)))
    apart = dict(zip(found.names, found.values[0], strict=True))
    assert found.names[:2] == ("solved", "shaped") and found.names[-1] == "opposite"
    assert apart["shaped"] < 1e-6 and apart["opposite"] == pytest.approx(1)
    assert 0.05 < apart["nearest"] < 0.5 and 0.05 < apart["nearing"] < 0.7
    assert apart["nothing"] == pytest.approx(0.5**0.5)


def test_who_knows_the_way_loses_a_step_by_every_other_one() -> None:
    """With a sure policy the value of a state is the discount to the power of the steps left."""
    (canonical,) = forms(solved, sure=1.0, rollouts=1)
    best = canonical.max(0).values
    assert best.abs().max() < 1e-12, "no action is better than the policy's own"
    stop, stay = canonical[-1], canonical[-2]
    value = -stop  # of stopping short of the goal: all is lost; at the goal: nothing
    short = value > 1e-9
    assert short.sum() > WALKS / 2
    torch.testing.assert_close(stay[short], (DISCOUNT - 1) * value[short])
    left = torch.log(value[short]) / np.log(DISCOUNT)
    torch.testing.assert_close(left, left.round())


def test_what_is_no_discrete_walk_is_refused() -> None:
    with pytest.raises(ValueError, match="walks of Box actions are not compared"):
        walk_distances("VNavPoint-v0", ["sparse"], {"image_size": 36, "action": "continuous"}, 2)


@pytest.mark.slow
def test_recipes_of_a_walk() -> None:
    names = ["dense-walk", "sparse", "eb-nav", "habitat", "seenav"]
    found = walk_distances("VNav-v0", names, {"image_size": 36, "difficulty": 0}, 8, 1)
    apart = dict(zip(found.names, found.values[0], strict=True))
    assert found.kind == "STARC" and np.allclose(found.values, found.values.T)
    assert apart["sparse"] == apart["eb-nav"] > 0, "success is all that either pays"
    assert max(apart.values()) < 0.7, "they all want the same"
