"""The extractor in which words gate the picture, with Stable-Baselines3 and sb3-contrib."""

from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium import spaces
from rollouts import IDS, SMALL, make, small

import vgym

pytest.importorskip("stable_baselines3")
from stable_baselines3 import PPO
from stable_baselines3.common.preprocessing import preprocess_obs
from stable_baselines3.common.vec_env import (
    VecFrameStack,
    VecNormalize,
    VecTransposeImage,
    is_vecenv_wrapped,
)

from vgym.core.wrappers.sb3_policy import WordsOverPixels


def extracted(envs: Any, **settings: Any) -> torch.Tensor:
    """Features of a first observation, as a policy would read them."""
    if not is_vecenv_wrapped(envs, VecTransposeImage):
        envs = VecTransposeImage(envs)
    torch.manual_seed(0)
    extractor = WordsOverPixels(envs.observation_space, **settings)
    envs.seed(0)
    seen = {name: torch.as_tensor(value) for name, value in envs.reset().items()}
    features = extractor(preprocess_obs(seen, envs.observation_space))
    assert features.shape == (envs.num_envs, extractor.features_dim)
    assert features.isfinite().all()
    return features


@pytest.mark.parametrize("instruction", ["tokens", "bag"])
@pytest.mark.parametrize("env_id", IDS)
def test_every_id(env_id: str, instruction: str) -> None:
    envs = vgym.sb3_vec_env(env_id, num_envs=2, **small(env_id), instruction=instruction)
    assert extracted(envs).shape[1] < 5000
    kwargs = vgym.sb3_policy_kwargs(envs)
    assert kwargs == vgym.sb3_policy_kwargs(make(env_id, instruction=instruction))
    assert kwargs["features_extractor_class"] is WordsOverPixels


def test_tokens_and_bag_say_the_same() -> None:
    """Of words that occur once: a bag does not count."""
    both = [
        extracted(vgym.sb3_vec_env("VGroundPoint-v0", 16, instruction=form, **SMALL))
        for form in ("tokens", "bag")
    ]
    tokens = vgym.sb3_vec_env("VGroundPoint-v0", 16, **SMALL)
    tokens.seed(0)
    said = tokens.reset()["instruction"]
    once = [len(set(row[row > 0])) == (row > 0).sum() for row in said]
    assert sum(once) >= 4
    torch.testing.assert_close(both[0][once], both[1][once])


def test_words_gate_the_picture() -> None:
    space = spaces.Dict(
        {
            "image": spaces.Box(0, 255, (3, 64, 64), np.uint8),
            "instruction": spaces.Box(0, 9, (4,), np.int32),
        }
    )
    extractor = WordsOverPixels(space)
    image = torch.rand(1, 3, 64, 64).expand(3, -1, -1, -1)
    words = torch.tensor([[1, 2, 0, 0], [2, 1, 0, 0], [3, 1, 0, 0]], dtype=torch.float32)
    one, turned, other = extractor({"image": image, "instruction": words})
    torch.testing.assert_close(one, turned)
    assert not torch.allclose(one, other)
    padded = {"image": image[:1], "instruction": torch.zeros(1, 4)}
    assert extractor(padded).abs().sum() == 0  # nothing said, nothing let through


@pytest.mark.parametrize(
    "settings",
    [{"depth": True}, {"view": "dual"}, {"odometry": True}, {"image_size": (48, 96)}],
    ids=str,
)
def test_other_pictures_and_sensors(settings: dict[str, Any]) -> None:
    walk = {**small("VNavPoint-v0"), **settings}
    assert extracted(vgym.sb3_vec_env("VNavPoint-v0", num_envs=2, **walk)).shape[1] < 9000


def test_large_pictures_end_in_few_cells() -> None:
    space = spaces.Dict(
        {
            "image": spaces.Box(0, 255, (3, 800, 1280), np.uint8),
            "instruction": spaces.Box(0, 1, (30,), np.uint8),
        }
    )
    assert WordsOverPixels(space).features_dim <= 33 * 100


def test_stacked_frames_and_normalised_sensors() -> None:
    walk = small("VNavPoint-v0")
    stacked = VecFrameStack(vgym.sb3_vec_env("VNavPoint-v0", num_envs=2, **walk), 3)
    assert stacked.observation_space["image"].shape[-1] == 9
    extracted(stacked)
    normal = VecNormalize(
        vgym.sb3_vec_env("VNavPoint-v0", num_envs=2, **walk), norm_obs_keys=["goal"]
    )
    extracted(normal)
    every = VecNormalize(vgym.sb3_vec_env("VNavPoint-v0", num_envs=2, **walk))
    with pytest.raises(ValueError, match="norm_obs_keys"):
        vgym.sb3_policy_kwargs(every)


def test_what_it_cannot_read_is_refused() -> None:
    with pytest.raises(ValueError, match='instruction="bag"'):
        vgym.sb3_policy_kwargs(make("VGroundPoint-v0", instruction="text"))
    only_goal = gymnasium.wrappers.FilterObservation(make("VNavPoint-v0"), ["goal"])
    with pytest.raises(ValueError, match="no picture"):
        vgym.sb3_policy_kwargs(only_goal)


def test_what_sb3_does_not_train_on_names_what_it_does() -> None:
    with pytest.raises(TypeError) as said:
        vgym.sb3_policy_kwargs("VGroundPoint-v0")
    cure = "vgym.sb3_vec_env('VGroundPoint-v0', num_envs=64)"
    assert cure in str(said.value)
    kwargs = vgym.sb3_policy_kwargs(vgym.sb3_vec_env("VGroundPoint-v0", num_envs=64))
    batch = gymnasium.make_vec("VGroundPoint-v0", num_envs=2)
    for given in (batch, gymnasium.wrappers.vector.RecordEpisodeStatistics(batch)):
        with pytest.raises(TypeError, match=r'vgym\.sb3_vec_env\(BATCH\).*mode="SameStep"'):
            vgym.sb3_policy_kwargs(given)
    cured = gymnasium.make_vec("VGroundPoint-v0", num_envs=2, autoreset_mode="SameStep")
    assert vgym.sb3_policy_kwargs(vgym.sb3_vec_env(cured)) == kwargs
    for other in (None, 3):
        with pytest.raises(TypeError, match=r"vgym\.sb3_vec_env"):
            vgym.sb3_policy_kwargs(other)


def learned(algorithm: Any, policy: str, envs: Any, steps: int, **settings: Any) -> Any:
    """A model after some steps; every weight is a number."""
    model = algorithm(policy, envs, device="cpu", seed=0, **settings)
    model.learn(steps)
    assert model.num_timesteps >= steps
    assert all(weight.isfinite().all() for weight in model.policy.parameters())
    return model


ON_POLICY: dict[str, Any] = {"n_steps": 8, "batch_size": 16, "n_epochs": 1}


@pytest.mark.slow
@pytest.mark.parametrize("wrapped", [VecFrameStack, VecNormalize])
def test_ppo_over_wrapped_batches(wrapped: Any) -> None:
    envs = vgym.sb3_vec_env("VNavPoint-v0", num_envs=2, **small("VNavPoint-v0"))
    settings = {"n_stack": 2} if wrapped is VecFrameStack else {"norm_obs_keys": ["goal"]}
    envs = wrapped(envs, **settings)
    learned(
        PPO, "MultiInputPolicy", envs, 32, policy_kwargs=vgym.sb3_policy_kwargs(envs), **ON_POLICY
    )


@pytest.mark.slow
def test_plain_policies_over_wrapped_batches() -> None:
    for wrap in (lambda envs: VecFrameStack(envs, 2), VecNormalize):
        envs = wrap(vgym.sb3_vec_env("VNavPoint-v0", num_envs=2, **small("VNavPoint-v0")))
        learned(PPO, "MultiInputPolicy", envs, 16, **ON_POLICY)


@pytest.mark.slow
@pytest.mark.parametrize("env_id", ["VMaze-v0", "VNavPoint-v0"])
def test_recurrent_ppo(env_id: str) -> None:
    contrib = pytest.importorskip("sb3_contrib")
    envs = vgym.sb3_vec_env(env_id, num_envs=2, max_episode_steps=5, **small(env_id))
    model = learned(
        contrib.RecurrentPPO,
        "MultiInputLstmPolicy",
        envs,
        32,
        policy_kwargs={**vgym.sb3_policy_kwargs(envs), "lstm_hidden_size": 16},
        **ON_POLICY,
    )
    observation = envs.reset()
    action, memory = model.predict(observation, episode_start=np.ones(2, bool))
    assert action.shape == (2,) and memory is not None


@pytest.mark.slow
def test_qrdqn() -> None:
    contrib = pytest.importorskip("sb3_contrib")
    envs = vgym.sb3_vec_env("VNavPoint-v0", num_envs=2, **small("VNavPoint-v0"))
    learned(
        contrib.QRDQN,
        "MultiInputPolicy",
        envs,
        64,
        buffer_size=100,
        learning_starts=16,
        batch_size=8,
        policy_kwargs=vgym.sb3_policy_kwargs(envs),
    )


@pytest.mark.slow
@pytest.mark.parametrize("native", [True, False], ids=["native", "single"])
def test_maskable_ppo(native: bool) -> None:
    contrib = pytest.importorskip("sb3_contrib")
    plan = small("VNavPlan-v0")
    envs = vgym.sb3_vec_env("VNavPlan-v0", 4, **plan) if native else make("VNavPlan-v0")
    model = learned(
        contrib.MaskablePPO,
        "MultiInputPolicy",
        envs,
        32,
        policy_kwargs=vgym.sb3_policy_kwargs(envs),
        **ON_POLICY,
    )
    if native:
        observation = envs.reset()
        masks = np.stack(envs.env_method("action_masks"))
        action, _ = model.predict(observation, action_masks=masks)
        assert np.take_along_axis(masks, np.arange(36) * 11 + action, 1).all()
