"""Stable-Baselines3: its checker, its training, and its VecEnv contract over the native batch."""

from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from rollouts import ATTEMPT_IDS, FORM_CASES, IDS, SMALL, assert_same, make, row, small

import vgym

pytest.importorskip("stable_baselines3")
from stable_baselines3 import PPO
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor


@pytest.mark.filterwarnings("ignore:We recommend you to use a symmetric and normalized Box")
# Degrees are float64, of which float32 has metres; "square" is float32.
@pytest.mark.filterwarnings("ignore:Your action space has dtype float64")
@pytest.mark.parametrize(("env_id", "form"), FORM_CASES)
def test_checker(env_id: str, form: str) -> None:
    check_env(make(env_id, action=form))


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_symmetric_actions_leave_it_nothing_to_recommend(env_id: str) -> None:
    check_env(make(env_id, action="symmetric"))


def _trained(envs: Any) -> PPO:
    policy = "MultiInputPolicy"
    model = PPO(policy, envs, n_steps=32, batch_size=16, n_epochs=1, seed=0, device="cpu")
    before = [weights.clone() for weights in model.policy.parameters()]
    model.learn(64)
    moved = zip(before, model.policy.parameters(), strict=True)
    assert any(not torch.equal(old, new) for old, new in moved)
    assert all(weights.isfinite().all() for weights in model.policy.parameters())
    return model


@pytest.mark.slow
@pytest.mark.parametrize("env_id", IDS)
def test_ppo_takes_the_environment_as_it_is(env_id: str) -> None:
    env = gymnasium.make(env_id, **{**SMALL, "max_episode_steps": 4})
    model = _trained(env)
    assert len(model.ep_info_buffer) > 0 and len(model.ep_success_buffer) > 0


@pytest.mark.slow
@pytest.mark.parametrize("env_id", IDS)
def test_ppo_takes_the_native_batch(env_id: str) -> None:
    envs = vgym.sb3_vec_env(env_id, num_envs=4, **{**SMALL, "max_episode_steps": 4})
    model = _trained(envs)
    assert len(model.ep_info_buffer) > 0 and len(model.ep_success_buffer) > 0


def _variants(env_id: str) -> list[dict[str, Any]]:
    if env_id not in ATTEMPT_IDS:
        return [{"max_episode_steps": 2}]
    return [{}, {"attempts": 3}, {"attempts": 5, "max_episode_steps": 2}]


@pytest.mark.parametrize("env_id", IDS)
def test_equal_to_dummy_vec_env(env_id: str) -> None:
    for settings in _variants(env_id):
        native = vgym.sb3_vec_env(env_id, num_envs=3, **{**small(env_id), **settings})
        dummy = DummyVecEnv([lambda s=settings: make(env_id, **s)] * 3)
        assert native.observation_space == dummy.observation_space
        assert native.action_space == dummy.action_space
        for envs in (native, dummy):
            envs.seed(40)
        assert_same(native.reset(), dict(dummy.reset()))
        native.action_space.seed(0)
        finished = 0
        for _ in range(7):
            actions = np.stack([native.action_space.sample() for _ in range(3)])
            ours, theirs = native.step(actions), dummy.step(actions)
            assert_same(ours[0], dict(theirs[0]))
            np.testing.assert_array_equal(ours[1], theirs[1])
            np.testing.assert_array_equal(ours[2], theirs[2])
            for i in range(3):
                mine, yours = dict(ours[3][i]), dict(theirs[3][i])
                yours.pop("convention_hint", None)  # it takes long: env_method gives it
                if ours[2][i]:
                    finished += 1
                    assert set(mine.pop("episode")) == {"r", "l", "t"}
                assert set(mine) == set(yours)
                assert_same(mine, {name: yours[name] for name in mine})
                assert_same(native.reset_infos[i], dummy.reset_infos[i])
        assert finished >= 6


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_what_infos_hold_at_an_end(env_id: str) -> None:
    for limit in (None, 2):
        envs = vgym.sb3_vec_env(env_id, num_envs=2, attempts=3, max_episode_steps=limit, **SMALL)
        envs.reset()
        envs.action_space.seed(0)
        total = np.zeros(2)
        for number in range(1, (limit or 3) + 1):
            actions = np.stack([envs.action_space.sample() for _ in range(2)])
            observation, reward, done, infos = envs.step(actions)
            assert reward.dtype == np.float32 and done.dtype == np.bool_ and len(infos) == 2
            total += reward
            if number < (limit or 3):
                assert not done.any() and not any("episode" in info for info in infos)
        assert done.all()
        for i, info in enumerate(infos):
            assert info["TimeLimit.truncated"] is False
            assert info["episode"]["r"] == pytest.approx(total[i])
            assert info["episode"]["l"] == (limit or 3) and info["episode"]["t"] >= 0
            assert set(info["terminal_observation"]) == set(observation)
            last = info["terminal_observation"]["image"]
            assert not np.array_equal(last, row(observation, i)["image"])
            assert type(info["is_success"]) is bool


def test_the_other_calls_of_a_vec_env() -> None:
    envs = vgym.sb3_vec_env("VGround-v0", num_envs=3, render_mode="rgb_array", **SMALL)
    envs.seed(1)
    first = envs.reset()
    envs.reset()
    envs.seed(1)
    assert_same(envs.reset(), first)
    assert envs.get_attr("num_envs", indices=[0, 2]) == [3, 3]
    assert envs.env_is_wrapped(VecMonitor) == [False] * 3
    frames = envs.get_images()
    assert len(frames) == 3 and frames[0].ndim == 3
    assert envs.render().ndim == 3
    monitored = VecMonitor(envs)
    monitored.reset()
    infos = monitored.step(np.stack([envs.action_space.sample()] * 3))[3]
    assert all("episode" in info for info in infos)
    envs.close()
    envs.close()
