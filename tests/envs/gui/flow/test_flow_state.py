"""Saving VGuiFlow in mid-episode: the tail is the same, however it is saved."""

import copy
import pickle

import cloudpickle
import numpy as np
import pytest

from vgym.core.vector_env import VectorEnv

TASK = "vgym.envs.gui.flow.task:FlowTask"
COPIES = {
    "pickle": lambda envs: pickle.loads(pickle.dumps(envs)),
    "cloudpickle": lambda envs: cloudpickle.loads(cloudpickle.dumps(envs)),
    "deepcopy": copy.deepcopy,
}


def middle():
    envs = VectorEnv(TASK, 6, image_size=(240, 320))
    envs.reset(seed=4)
    envs.action_space.seed(0)
    for n in range(5):
        envs.step(envs.oracle() if n % 2 else envs.action_space.sample())
    return envs


def tail(envs):
    returned = []
    rng = np.random.default_rng(0)
    for n in range(8):
        random = rng.integers(0, envs.single_action_space.nvec, (6, 4))
        returned.append(envs.step(envs.oracle() if n % 2 else random)[:4])
    return returned


def assert_same(one, other):
    for (a, *x), (b, *y) in zip(one, other, strict=True):
        np.testing.assert_array_equal(a["image"], b["image"])
        np.testing.assert_array_equal(a["instruction"], b["instruction"])
        for p, q in zip(x, y, strict=True):
            np.testing.assert_array_equal(p, q)


@pytest.mark.parametrize("kind", list(COPIES))
def test_copies_branch_alike(kind):
    envs = middle()
    twins = [COPIES[kind](envs) for _ in range(2)]
    want = tail(envs)
    for twin in twins:
        assert_same(tail(twin), want)


def test_the_state_dict_goes_into_a_fresh_batch():
    envs = middle()
    saved = pickle.loads(pickle.dumps(envs.state_dict()))
    want = tail(envs)
    other = VectorEnv(TASK, 6, image_size=(240, 320))
    other.load_state_dict(saved)
    assert_same(tail(other), want)


def test_other_templates_are_refused():
    saved = middle().state_dict()
    other = VectorEnv(TASK, 6, image_size=(240, 320), templates=("mail-reply",))
    with pytest.raises(ValueError, match="settings"):
        other.load_state_dict(saved)
