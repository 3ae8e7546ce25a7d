"""The observation space of a batch is Gymnasium's, in next to no memory."""

import copy
import pickle

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.vector.utils import batch_space

import vgym  # noqa: F401  # registers the ids
from vgym.core.batched_space import batched_space

SINGLE = spaces.Dict(
    {
        "image": spaces.Box(0, 255, (6, 8, 3), np.uint8),
        "goal": spaces.Box(np.array([0, -np.inf]), np.array([np.inf, 3]), dtype=np.float64),
        "words": spaces.Text(9),
        "turns": spaces.Discrete(4),
    }
)


def test_it_is_what_gymnasium_makes() -> None:
    ours, theirs = batched_space(SINGLE, 5), batch_space(SINGLE, 5)
    assert ours == theirs and theirs == ours and repr(ours) == repr(theirs)
    for space in (ours, pickle.loads(pickle.dumps(ours)), copy.deepcopy(ours)):
        assert space == theirs
        space.seed(3)
        theirs.seed(3)
        told, expected = space.sample(), theirs.sample()
        assert theirs.contains(told) and space.contains(expected)
        for name in ("image", "goal", "turns"):
            assert (told[name] == expected[name]).all()
    for name in ("bounded_below", "bounded_above"):
        assert (getattr(ours["goal"], name) == getattr(theirs["goal"], name)).all()


def test_a_pickled_one_goes_on_where_it_was() -> None:
    space = batched_space(SINGLE["image"], 2)
    space.seed(1)
    space.sample()
    again = pickle.loads(pickle.dumps(space))
    assert (again.sample() == space.sample()).all()


@pytest.mark.parametrize("name", ["low", "high", "bounded_below", "bounded_above"])
def test_bounds_are_views_of_one(name: str) -> None:
    envs = gymnasium.make_vec("VGround-v0", num_envs=4096, image_size=256)
    bound = getattr(envs.observation_space["image"], name)
    assert bound.shape == (4096, 256, 256, 3) and bound.strides[0] == 0
    assert len(pickle.dumps(envs.observation_space)) < 2_000_000
