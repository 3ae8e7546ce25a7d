"""Masks of whole-number actions: what they leave out never does what it says."""

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box, Discrete
from rollouts import FORM_CASES, make, make_vec

from vgym.core import state as states
from vgym.envs.navigation.command.plans import carry_out


def chosen(space: object, masks: np.ndarray, actions: np.ndarray) -> np.ndarray:
    """(B, numbers) bool: what the masks say of the actions."""
    sizes = np.array([space.n]) if isinstance(space, Discrete) else space.nvec.ravel()
    first = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    return np.take_along_axis(masks, first + actions.reshape(len(masks), -1), 1)


@pytest.mark.parametrize(("env_id", "form"), FORM_CASES)
def test_masks_allow_what_solves(env_id: str, form: str) -> None:
    envs = make_vec(env_id, 4, action=form).unwrapped
    envs.reset(seed=0)
    if isinstance(envs.single_action_space, Box):
        with pytest.raises(ValueError, match="whole numbers alone"):
            envs.action_masks()
        return
    masks, space = envs.action_masks(), envs.single_action_space
    assert masks.dtype == np.bool_ and masks.shape[0] == 4
    assert chosen(space, masks, np.asarray(envs.oracle())).all()
    alone = make(env_id, action=form)
    alone.reset(seed=1)
    np.testing.assert_array_equal(alone.unwrapped.action_masks(), masks[1])


def test_orders_that_are_masked_are_never_carried_out() -> None:
    envs = make_vec("VNavPlan-v0", 64).unwrapped
    envs.reset(seed=0)
    masks = envs.action_masks()
    assert not masks.all() and masks.reshape(64, -1, 11).any(2).all()
    possible = torch.from_numpy(masks).reshape(64, 6, 6, 11)
    # Each in the plan that solves the episode, in place of one order of it.
    state = states.take(envs.state, torch.arange(64))
    draws = np.random.default_rng(0)
    tried = 0
    for _ in range(60):
        plan = envs.state.reference.clone()
        t, robot, order = (int(draws.integers(n)) for n in (6, 6, 11))
        plan[:, t, robot] = order
        state.plan = plan
        forbidden = ~possible[:, t, robot, order]
        tried += int(forbidden.sum())
        assert not (carry_out(state).feasible & forbidden).any()
    assert tried > 100
