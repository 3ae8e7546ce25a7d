"""A few steps of training or collecting with each trainer that people bring, on small environments.

Each function imports what it needs, and says in words what ran; it raises where something did not.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import torch

import vgym

POINT: dict[str, Any] = {"image_size": 36, "difficulty": 0}
WALK: dict[str, Any] = {"image_size": 36, "rooms": 4, "worlds": 2, "max_episode_steps": 8}
PLAN: dict[str, Any] = {"image_size": 48, "worlds": 2, "rooms": 4}
ON_POLICY: dict[str, Any] = {"n_steps": 8, "batch_size": 8, "n_epochs": 2}
OFF_POLICY: dict[str, Any] = {"buffer_size": 200, "learning_starts": 16, "batch_size": 8}


def sb3_ppo() -> str:
    """A single environment as it is, and a native batch with words gating the picture."""
    from stable_baselines3 import PPO

    _learned(PPO, gymnasium.make("VGroundPoint-v0", **POINT), **ON_POLICY)
    return "PPO: VGroundPoint-v0 single; " + _learned_batch(PPO, "VNavPoint-v0", WALK, **ON_POLICY)


def sb3_a2c() -> str:
    """A native batch of walks."""
    from stable_baselines3 import A2C

    return "A2C: " + _learned_batch(A2C, "VNavPoint-v0", WALK)


def sb3_dqn() -> str:
    """A native batch of walks."""
    from stable_baselines3 import DQN

    return "DQN: " + _learned_batch(DQN, "VNavPoint-v0", WALK, **OFF_POLICY)


def sb3_sac() -> str:
    """Places as continuous numbers."""
    from stable_baselines3 import SAC

    settings = {**POINT, "action": "symmetric"}
    return "SAC: " + _learned_batch(SAC, "VGroundPoint-v0", settings, **OFF_POLICY)


def sb3_recurrent_ppo() -> str:
    """Mazes that ask for memory, and walks to a point."""
    from sb3_contrib import RecurrentPPO

    settings = {**ON_POLICY, "policy": "MultiInputLstmPolicy"}
    maze = _learned_batch(RecurrentPPO, "VMaze-v0", {"image_size": 36}, **settings)
    return f"RecurrentPPO: {maze}; " + _learned_batch(
        RecurrentPPO, "VNavPoint-v0", WALK, **settings
    )


def sb3_qrdqn() -> str:
    """A native batch of walks."""
    from sb3_contrib import QRDQN

    return "QRDQN: " + _learned_batch(QRDQN, "VNavPoint-v0", WALK, **OFF_POLICY)


def sb3_maskable_ppo() -> str:
    """Plans, whose impossible orders are masked."""
    from sb3_contrib import MaskablePPO

    return "MaskablePPO: " + _learned_batch(MaskablePPO, "VNavPlan-v0", PLAN, **ON_POLICY)


def torchrl_gym_env() -> str:
    """By its id; TorchRL's own check of specs, and a rollout."""
    from torchrl.envs import GymEnv
    from torchrl.envs.utils import check_env_specs

    env = GymEnv("VNavPoint-v0", **WALK)
    check_env_specs(env)
    rollout = env.rollout(6, break_when_any_done=False)
    return f"GymEnv('VNavPoint-v0'): specs checked, rollout of {rollout.batch_size[0]} steps"


def torchrl_gym_wrapper() -> str:
    """Around an environment that was made before."""
    from torchrl.envs import GymWrapper
    from torchrl.envs.utils import check_env_specs

    env = GymWrapper(gymnasium.make("VGroundPoint-v0", **POINT))
    check_env_specs(env)
    rollout = env.rollout(6, break_when_any_done=False)
    return f"GymWrapper(VGroundPoint-v0): specs checked, rollout of {rollout.batch_size[0]} steps"


def tianshou() -> str:
    """DQN on a vector of single environments."""
    from tianshou.algorithm import DQN
    from tianshou.algorithm.modelfree.dqn import DiscreteQLearningPolicy
    from tianshou.algorithm.optim import AdamOptimizerFactory
    from tianshou.data import Collector, VectorReplayBuffer
    from tianshou.env import DummyVectorEnv

    def made() -> Any:
        return gymnasium.wrappers.FlattenObservation(gymnasium.make("VNavPoint-v0", **WALK))

    one, envs = made(), DummyVectorEnv([made, made])
    policy = DiscreteQLearningPolicy(
        model=_Values(one), action_space=one.action_space, observation_space=one.observation_space
    )
    algorithm = DQN(policy=policy, optim=AdamOptimizerFactory(lr=1e-3))
    collector = Collector(algorithm, envs, VectorReplayBuffer(100, 2))
    collector.reset()
    collected = collector.collect(n_step=24)
    with policy_is_training(algorithm):
        algorithm.update(buffer=collector.buffer, sample_size=8)
    return f"DQN: VNavPoint-v0, flattened, {collected.n_collected_steps} steps and an update"


def rllib() -> str:
    """PPO of the new API stack, pictures and words flattened."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray
    from ray.rllib.algorithms.ppo import PPOConfig
    from ray.tune.registry import register_env

    def made(config: dict[str, Any]) -> Any:
        return gymnasium.wrappers.FlattenObservation(gymnasium.make("vgym:VNavPoint-v0", **WALK))

    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    try:
        register_env("vgym_walk", made)
        config = PPOConfig().environment("vgym_walk").env_runners(num_env_runners=0)
        config = config.training(train_batch_size_per_learner=32, minibatch_size=16, num_epochs=1)
        algorithm = config.build_algo()
        result = algorithm.train()
        algorithm.stop()
    finally:
        ray.shutdown()
    steps = int(result["num_env_steps_sampled_lifetime"])
    return f"PPO: VNavPoint-v0, flattened, {steps} steps"


def skrl() -> str:
    """A2C on a native batch, and the wrapper of single environments."""
    from skrl.agents.torch.a2c import A2C, A2C_CFG
    from skrl.agents.torch.base import ExperimentCfg
    from skrl.envs.wrappers.torch import wrap_env
    from skrl.memories.torch import RandomMemory
    from skrl.trainers.torch import SequentialTrainer, SequentialTrainerCfg

    alone = wrap_env(gymnasium.make("VGroundPoint-v0", **POINT), verbose=False)
    alone.reset()
    alone.step(torch.full((1, 2), 0.5))
    batch = gymnasium.make_vec(
        "VNavPoint-v0", num_envs=2, autoreset_mode="NextStep", action="discrete", **WALK
    )
    envs = wrap_env(batch, verbose=False)
    agent = A2C(
        models=skrl_models(envs),
        memory=RandomMemory(memory_size=8, num_envs=2, device="cpu"),
        observation_space=envs.observation_space,
        action_space=envs.action_space,
        device="cpu",
        # It writes a folder of checkpoints into the current one otherwise.
        cfg=A2C_CFG(rollouts=8, experiment=ExperimentCfg(write_interval=0, checkpoint_interval=0)),
    )
    trainer = SequentialTrainer(
        env=envs,
        agents=agent,
        cfg=SequentialTrainerCfg(timesteps=16, headless=True, disable_progressbar=True),
    )
    trainer.train()
    return "VGroundPoint-v0 single; A2C: VNavPoint-v0 native batch, 32 steps"


def supersuit() -> str:
    """Two teams by PettingZoo as one vector of robots."""
    import supersuit

    from vgym.envs.navigation import team_v0

    team = team_v0.parallel_env(2, "meet", image_size=36, rooms=4, worlds=2, max_cycles=6)
    one = supersuit.pettingzoo_env_to_vec_env_v1(team)
    envs = supersuit.concat_vec_envs_v1(one, 2, num_cpus=0, base_class="gymnasium")
    envs.reset(seed=0)
    for _ in range(8):
        seen, *_ = envs.step(np.ones(4, np.int64))
    return f"VNavTeam-v0: two teams of two, 8 steps, pictures {seen['image'].shape}"


CONSUMERS: dict[str, tuple[Callable[[], str], tuple[str, ...]]] = {
    "SB3 PPO": (sb3_ppo, ("stable-baselines3",)),
    "SB3 A2C": (sb3_a2c, ("stable-baselines3",)),
    "SB3 DQN": (sb3_dqn, ("stable-baselines3",)),
    "SB3 SAC": (sb3_sac, ("stable-baselines3",)),
    "SB3 RecurrentPPO": (sb3_recurrent_ppo, ("stable-baselines3", "sb3-contrib")),
    "SB3 QRDQN": (sb3_qrdqn, ("stable-baselines3", "sb3-contrib")),
    "SB3 MaskablePPO": (sb3_maskable_ppo, ("stable-baselines3", "sb3-contrib")),
    "TorchRL GymEnv": (torchrl_gym_env, ("torchrl", "tensordict")),
    "TorchRL GymWrapper": (torchrl_gym_wrapper, ("torchrl", "tensordict")),
    "Tianshou": (tianshou, ("tianshou",)),
    "RLlib": (rllib, ("ray",)),
    "skrl": (skrl, ("skrl",)),
    "SuperSuit": (supersuit, ("supersuit", "pettingzoo")),
}


def skrl_models(envs: Any) -> dict[str, Any]:
    """A policy and a value of one layer each."""
    from skrl.models.torch import CategoricalMixin, DeterministicMixin, Model

    class Policy(CategoricalMixin, Model):  # type: ignore[misc]  # skrl may not be installed
        def __init__(self) -> None:
            Model.__init__(
                self, observation_space=envs.observation_space, action_space=envs.action_space
            )
            CategoricalMixin.__init__(self)
            self.layer = torch.nn.Linear(self.num_observations, self.num_actions)

        def compute(self, inputs: Any, role: str = "") -> tuple[Any, dict[str, Any]]:
            return self.layer(inputs["observations"].float()), {}

    class Value(DeterministicMixin, Model):  # type: ignore[misc]  # skrl may not be installed
        def __init__(self) -> None:
            Model.__init__(
                self, observation_space=envs.observation_space, action_space=envs.action_space
            )
            DeterministicMixin.__init__(self)
            self.layer = torch.nn.Linear(self.num_observations, 1)

        def compute(self, inputs: Any, role: str = "") -> tuple[Any, dict[str, Any]]:
            return self.layer(inputs["observations"].float()), {}

    return {"policy": Policy(), "value": Value()}


def policy_is_training(algorithm: Any) -> Any:
    """Tianshou's mark that weights may change."""
    from tianshou.utils.torch_utils import policy_within_training_step

    return policy_within_training_step(algorithm.policy)


class _Values(torch.nn.Module):
    """Values of actions from a flat observation, as Tianshou calls it."""

    def __init__(self, env: Any) -> None:
        super().__init__()
        size = gymnasium.spaces.flatdim(env.observation_space)
        self.layers = torch.nn.Linear(size, int(env.action_space.n))

    def forward(self, obs: Any, state: Any = None, info: Any = None) -> tuple[Any, Any]:
        return self.layers(torch.as_tensor(np.asarray(obs), dtype=torch.float32)), state


def _learned(algorithm: Any, envs: Any, policy: str = "MultiInputPolicy", **settings: Any) -> int:
    model = algorithm(policy, envs, device="cpu", seed=0, **settings)
    model.learn(48)
    if not all(weight.isfinite().all() for weight in model.policy.parameters()):
        raise ArithmeticError(f"{algorithm.__name__}: weights are not finite")
    return int(model.num_timesteps)


def _learned_batch(algorithm: Any, env_id: str, made: dict[str, Any], **settings: Any) -> str:
    envs = vgym.sb3_vec_env(env_id, num_envs=2, **made)
    steps = _learned(algorithm, envs, policy_kwargs=vgym.sb3_policy_kwargs(envs), **settings)
    return f"{env_id} native batch, {steps} steps"
