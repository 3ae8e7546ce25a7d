"""PPO of Stable-Baselines3 on a native batch of VGroundPoint: a small policy that sees pixels and
tokens, nothing else. `compare_learning` runs it and draws its curves.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback

import vgym
from vgym.baselines.measuring import one_thread
from vgym.rewards.reward import Reward

SETTINGS = {"image_size": 64, "difficulty": 0, "action": "grid", "grid": 8, "instruction": "bag"}


class Curve(BaseCallback):
    """Notes the share of solved episodes and the mean return of every rollout."""

    def __init__(self) -> None:
        super().__init__()
        self.points: list[dict[str, float]] = []
        self._solved: list[bool] = []
        self._returns: list[float] = []

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self._solved.append(info["is_success"])
                self._returns.append(info["episode"]["r"])
        return True

    def _on_rollout_end(self) -> None:
        self.points.append(
            {
                "steps": float(self.num_timesteps),
                "success": float(np.mean(self._solved)),
                "return": float(np.mean(self._returns)),
            }
        )
        self._solved.clear()
        self._returns.clear()


def train(reward: str | Reward, seed: int, steps: int, num_envs: int = 128) -> dict[str, Any]:
    """One run, on one thread.

    Returns:
        the learning curve, the success on unseen episodes (``split="val"``) and the time it took.
    """
    one_thread()
    vec_env = vgym.sb3_vec_env("VGroundPoint-v0", num_envs=num_envs, reward=reward, **SETTINGS)
    model = PPO(
        "MultiInputPolicy",
        vec_env,
        n_steps=8,
        batch_size=256,
        n_epochs=3,
        gamma=0.0,  # an episode is one answer
        gae_lambda=1.0,
        learning_rate=1e-3,
        ent_coef=0.01,
        # Rows of one seed are seed + i: seeds of different runs stay num_envs apart.
        seed=seed * num_envs,
        policy_kwargs={**vgym.sb3_policy_kwargs(vec_env), "net_arch": {"pi": [], "vf": [64]}},
        device="cpu",
    )
    curve = Curve()
    start = time.perf_counter()
    model.learn(steps, callback=curve)
    seconds = time.perf_counter() - start
    return {
        "reward": reward,
        "seed": seed,
        "curve": _smoothed(curve.points),
        "val_success": evaluate(model, num_envs),
        "seconds": round(seconds, 1),
    }


def _smoothed(points: list[dict[str, float]], width: int = 5) -> list[dict[str, float]]:
    """Means over ``width`` rollouts, stamped with the last one's steps."""
    groups = [points[i : i + width] for i in range(0, len(points), width)]
    return [
        {
            "steps": group[-1]["steps"],
            **{
                key: round(float(np.mean([point[key] for point in group])), 4)
                for key in ("success", "return")
            },
        }
        for group in groups
    ]


def evaluate(model: PPO, num_envs: int, rounds: int = 8) -> float:
    """Share of solved unseen episodes under the policy's best guess."""
    vec_env = vgym.sb3_vec_env("VGroundPoint-v0", num_envs=num_envs, split="val", **SETTINGS)
    vec_env.seed(10_000)
    observation: Any = vec_env.reset()
    solved = []
    for _ in range(rounds):
        action, _ = model.predict(observation, deterministic=True)
        observation, _, _, infos = vec_env.step(action)
        solved += [info["is_success"] for info in infos]
    return float(np.mean(solved))
