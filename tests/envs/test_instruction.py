"""An instruction in three forms: tokens and a bag of words, which are numbers, and text."""

from __future__ import annotations

import warnings
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.utils.env_checker import check_env
from rollouts import IDS, make, make_vec


@pytest.mark.parametrize("env_id", IDS)
def test_numbers_are_a_box_that_a_network_takes_as_it_is(env_id: str) -> None:
    task: Any = make_vec(env_id, 1).unwrapped.task
    told: Any = make_vec(env_id, 1, instruction="tokens").single_observation_space["instruction"]
    assert isinstance(told, spaces.Box) and told.dtype == np.int32
    assert told.shape == (task.instruction_length,)
    assert (told.low == 0).all() and (told.high == len(task.vocabulary) - 1).all()
    bagged: Any = make_vec(env_id, 1, instruction="bag").single_observation_space["instruction"]
    assert isinstance(bagged, spaces.Box) and bagged.dtype == np.uint8
    assert bagged.shape == (len(task.vocabulary),)


@pytest.mark.parametrize("env_id", IDS)
def test_a_bag_holds_the_words_of_the_tokens(env_id: str) -> None:
    """After a reset, after a step, and in the last observation of an episode."""
    settings = {"max_episode_steps": 2}
    tokens = make_vec(env_id, 3, instruction="tokens", **settings)
    bags = make_vec(env_id, 3, instruction="bag", **settings)
    tokens.action_space.seed(0)
    seen = [(tokens.reset(seed=4)[0], bags.reset(seed=4)[0])]
    for _ in range(2):
        action = tokens.action_space.sample()
        one, other = tokens.step(action), bags.step(action)
        seen.append((one[0], other[0]))
        if "final_obs" in one[4]:
            seen.append((one[4]["final_obs"], other[4]["final_obs"]))
    assert len(seen) >= 4
    for with_tokens, with_bags in seen:
        assert (with_tokens["image"] == with_bags["image"]).all()
        for row in range(3):
            words = set(with_tokens["instruction"][row].tolist()) - {0}
            assert set(np.flatnonzero(with_bags["instruction"][row]).tolist()) == words


def test_a_bag_passes_the_checker_and_wrappers_that_want_numbers() -> None:
    env = make("VGroundPoint-v0", instruction="bag")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env.unwrapped, skip_render_check=True)
    flat = gymnasium.wrappers.FlattenObservation(env)
    assert flat.reset(seed=0)[0].shape == flat.observation_space.shape


def test_words_are_no_bag() -> None:
    with pytest.raises(ValueError, match=r"unknown instruction 'bags'; did you mean 'bag'\?"):
        make("VGround-v0", instruction="bags")
