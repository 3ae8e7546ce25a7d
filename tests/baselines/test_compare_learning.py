"""What the walker of the comparison sees, paid as before."""

from __future__ import annotations

from typing import Any

import numpy as np

import vgym
from vgym.baselines.compare_learning import FORMER, WALK, Rays, compass
from vgym.rewards.reward import Reward


def test_the_walker_sees_the_goal_and_the_nearest_depths() -> None:
    former = Reward(name="former", forms=(FORMER["VNavPoint-v0"],), source="vgym", doc="")
    walks: Any = vgym.sb3_vec_env(
        "VNavPoint-v0", num_envs=2, reward=former, **{**WALK, "worlds": 1}
    )
    envs: Any = Rays(walks)
    seen = envs.reset()
    assert seen.shape == (2, 43) and envs.observation_space.contains(seen[0])
    inner = walks.envs.unwrapped
    goal, depth = inner.task.sense(inner.state)["goal"], inner.state.depth
    np.testing.assert_allclose(seen[:, 0], goal[:, 0].clamp(max=5) / 5, rtol=1e-6)
    np.testing.assert_allclose(seen[:, -2:], goal[:, 1:], rtol=1e-6)
    np.testing.assert_allclose(seen[:, 1], depth[:, :6, :6].amin((1, 2)).clamp(max=5) / 5)
    moves = compass(np.tile(seen, 4))
    assert set(moves.tolist()) <= {1, 2, 3}
    assert envs.step(moves)[0].shape == (2, 43)
