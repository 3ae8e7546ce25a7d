"""What a step costs on a card, and that it comes to the same: on a pretended one.

Launches and syncs are held to what was counted, so that neither grows unseen.
"""

from typing import Any

import numpy as np
import pytest
import torch
from pretend_card import CARD, PretendCard, on_card
from rollouts import make_vec

# Launches, syncs, and copies of masks and the like to the card, of one step of 16 rows at most,
# in which some end.
MOST: dict[str, tuple[int, int, int]] = {
    "VNav-v0": (620, 11, 70),
}


def _on_cpu(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _on_cpu(each) for name, each in value.items()}
    assert on_card(value), "what is handed out lies on the card"
    with torch._C.DisableTorchFunction():
        return value.numpy().copy()


def _same(given: Any, expected: Any) -> None:
    if isinstance(expected, dict):
        assert given.keys() == expected.keys()
        for name, each in expected.items():
            _same(given[name], each)
    else:
        np.testing.assert_array_equal(given, expected)


@pytest.mark.parametrize("env_id", MOST)
def test_steps_are_the_same_and_cost_no_more_than_was_counted(env_id: str) -> None:
    plain = make_vec(env_id, 16, instruction="tokens", max_episode_steps=12)
    expected = plain.reset(seed=4)[0]
    actions = [plain.action_space.sample() for _ in range(14)]
    steps = [plain.step(action) for action in actions]
    with PretendCard() as card:
        batch = make_vec(env_id, 16, instruction="tokens", max_episode_steps=12, device="cuda")
        given = batch.reset(seed=4)[0]
        _same(_on_cpu(given), expected)
        for action, step in zip(actions, steps, strict=True):
            card.counts.clear()
            results = batch.step(torch.as_tensor(action).to(CARD))
            counts = tuple(sum(c.values()) for c in card.counts.all)
            print(env_id, "launches, syncs, copies:", counts)
            for mine, other in zip(results[:4], step[:4], strict=True):
                _same(_on_cpu(mine), other)
            assert all(np.array(counts) <= MOST[env_id]), counts
