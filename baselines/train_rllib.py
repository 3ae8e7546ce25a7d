"""PPO of RLlib on any id, on native batches, with the encoder of pictures and words of `ppo.py`.

    python -m vgym.baselines.train_rllib --env VGroundPoint-v0 --difficulty 0 --action grid
    python -m vgym.baselines.train_rllib --env VNavPoint-v0 --image-size 36 --runners 2

RLlib wants another Gymnasium than `constraints.txt` has: it goes into an environment of its own, by
`pip install -e '.[rllib]'`. Every runner steps one native batch. At the end episodes of ``val`` are
played, each action the likeliest one.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium import spaces

from vgym.core.extras import missing
from vgym.number_options import count, number, seed
from vgym.registration import row_of


def config_of(options: argparse.Namespace) -> Any:
    """RLlib's configuration of a run.

    Raises:
        ImportError: RLlib is not installed; how to.
    """
    try:
        from ray.rllib.algorithms.ppo import PPOConfig
        from ray.rllib.core.rl_module.rl_module import RLModuleSpec
    except ImportError as error:
        raise missing("RLlib", "rllib", error, alone=True) from error
    from vgym.baselines.rllib_module import Seer

    return (
        PPOConfig()
        .environment(f"vgym:{options.env}", env_config=settings_of(options))
        .env_runners(
            num_env_runners=options.runners,
            num_envs_per_env_runner=options.num_envs,
            gym_env_vectorize_mode="vector_entry_point",
        )
        .rl_module(rl_module_spec=RLModuleSpec(module_class=Seer))
        .training(
            lr=options.lr,
            gamma=options.gamma,
            lambda_=0.95,
            entropy_coeff=0.01,
            train_batch_size_per_learner=options.batch,
            minibatch_size=max(1, options.batch // 4),
            num_epochs=options.epochs,
        )
        .debugging(seed=options.seed)
    )


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """The environment's settings that were said; words as a bag, which the encoder gates by."""
    said = {"reward": options.reward, "image_size": options.image_size}
    said |= {"difficulty": options.difficulty, "action": options.action, "grid": options.grid}
    return {"instruction": "bag", **{k: v for k, v in said.items() if v is not None}}


def solved(module: Any, options: argparse.Namespace, split: str, episodes: int = 256) -> float:
    """The share of episodes of a split that the policy solves, by its likeliest actions."""
    rows = min(episodes, 64)
    envs: Any = gymnasium.make_vec(
        f"vgym:{options.env}", num_envs=rows, split=split, **settings_of(options)
    )
    space = envs.single_action_space
    observation, _ = envs.reset(seed=1_000_000)
    left, came = episodes, 0
    while left > 0:
        seen = {name: torch.as_tensor(value) for name, value in observation.items()}
        with torch.no_grad():
            told = module.forward_inference({"obs": seen})["action_dist_inputs"]
        actions = module.get_inference_action_dist_cls().from_logits(told).to_deterministic()
        chosen = np.asarray(actions.sample())
        if isinstance(space, spaces.Box):  # RLlib learns them from -1 to 1
            chosen = space.low + (np.clip(chosen, -1, 1) + 1) * (space.high - space.low) / 2
        chosen = chosen.reshape(rows, *space.shape).astype(space.dtype)
        observation, _, terminated, truncated, info = envs.step(chosen)
        over = np.flatnonzero(terminated | truncated)[:left]
        came += int(info["success"][over].sum())
        left -= len(over)
    envs.close()
    return came / episodes


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--env", default="VGroundPoint-v0")
    parser.add_argument("--reward", help='of the environment: "sparse", a recipe ("dense")')
    parser.add_argument("--image-size", type=count, help="pixels")
    parser.add_argument("--difficulty", type=number, help="0 to 1")
    parser.add_argument("--action", help="form of the answers")
    parser.add_argument("--grid", type=count, help='cells a side, of --action "grid"')
    parser.add_argument("--steps", type=count, default=100_000, help="of all rows (100,000)")
    parser.add_argument("--num-envs", type=count, default=64, help="rows of a native batch (64)")
    parser.add_argument("--runners", type=int, default=0, help="processes beside this one (0)")
    parser.add_argument("--batch", type=count, default=1024, help="steps between updates (1,024)")
    parser.add_argument("--epochs", type=count, default=4)
    parser.add_argument("--lr", type=number, default=1e-3)
    parser.add_argument("--gamma", type=number, default=0.99)
    parser.add_argument("--seed", type=seed, default=0)
    parser.add_argument("--out", type=Path, help="a folder for RLlib's checkpoint")
    options = parser.parse_args(arguments)
    options.env = options.env.removeprefix("vgym:")
    if row_of(options.env).made_by:
        parser.error(f"{options.env} is a team's: vgym.integrations.rllib registers it")
    return options


def main(arguments: list[str] | None = None) -> float:
    """Train, tell of it, and say what is solved of ``val``."""
    options = options_of(arguments)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    algorithm = config_of(options).build_algo()
    try:
        steps = 0
        while steps < options.steps:
            result = algorithm.train()
            steps = int(result["num_env_steps_sampled_lifetime"])
            earned = result["env_runners"].get("episode_return_mean", float("nan"))
            print(f"{steps:>10,} steps, return {earned:.3f}", flush=True)
        if options.out is not None:
            print(f"wrote {algorithm.save_to_path(str(options.out.resolve()))}")
        splits = row_of(options.env).family.splits
        share = solved(algorithm.get_module(), options, "val" if "val" in splits else splits[-1])
        print(f"solved: {share:.1%}")
    finally:
        algorithm.stop()
    return share


if __name__ == "__main__":
    main()
