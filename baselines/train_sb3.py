"""PPO of Stable-Baselines3 on a native batch: does it learn, and what does the reward change?

Trains the same small policy with each reward and seed, and writes learning curves (JSON and PNG)
under baselines/results. The policy sees pixels and tokens, nothing else.

    python -m vgym.baselines.train_sb3
    python -m vgym.baselines.train_sb3 --rewards dense --seeds 0 --steps 100000 --out curves
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import Progress
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback

import vgym
from vgym.evaluation.machine import machine, versions
from vgym.number_options import count, seed
from vgym.rewards.reward import Reward

RESULTS = Path(__file__).parent / "results"
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
    torch.set_num_threads(1)
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


def plot(runs: list[dict[str, Any]], path: Path) -> None:
    """Success over steps: one thin line a seed, a thick line for each reward's mean."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 3.8), layout="constrained")
    colours = {"dense": "#0072b2", "sparse": "#d55e00"}
    for reward in dict.fromkeys(run["reward"] for run in runs):
        curves = [run["curve"] for run in runs if run["reward"] == reward]
        steps = [point["steps"] for point in curves[0]]
        success = np.array([[point["success"] for point in curve] for curve in curves])
        colour = colours.get(reward)
        axes.plot(steps, success.T, color=colour, alpha=0.25, linewidth=0.8)
        axes.plot(steps, success.mean(0), color=colour, linewidth=2, label=reward)
    axes.set(xlabel="episodes", ylabel="success (training episodes)", ylim=(0, 1))
    axes.set_title("PPO on VGroundPoint-v0, 64 px, difficulty 0", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(title="reward", frameon=False)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)


def main(arguments: list[str] | None = None) -> None:
    """Train every reward with every seed, some at a time; write the curves after each run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rewards", nargs="+", default=["dense", "sparse"])
    parser.add_argument("--seeds", nargs="+", type=seed, default=[0, 1, 2])
    parser.add_argument(
        "--steps", type=count, default=150_000, help="answers a run (default 150000)"
    )
    parser.add_argument("--processes", type=count, default=2, help="runs at once, one thread each")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    for name in options.rewards:
        vgym.rewards.recipe(name)  # an unknown one fails here, not in every worker
    options.out.mkdir(parents=True, exist_ok=True)
    jobs = [(reward, seed, options.steps) for seed in options.seeds for reward in options.rewards]
    runs: list[dict[str, Any]] = []
    start = time.perf_counter()
    # Fresh processes, not forks: a fork after torch has used its threads can hang.
    with (
        ProcessPoolExecutor(options.processes, get_context("spawn")) as pool,
        Progress() as progress,
    ):
        bar = progress.add_task(f"{len(jobs)} runs", total=len(jobs))
        for future in as_completed([pool.submit(train, *job) for job in jobs]):
            run = future.result()
            runs.append(run)
            progress.advance(bar)
            progress.console.print(
                f"reward={run['reward']:6s} seed={run['seed']}: success on unseen episodes "
                f"{run['val_success']:.2f} after {run['seconds']:.0f} s"
            )
            result = {
                "environment": "VGroundPoint-v0",
                "settings": SETTINGS,
                "steps": options.steps,
                "processes": options.processes,
                "seconds": round(time.perf_counter() - start, 1),
                "runs": sorted(runs, key=lambda r: (r["reward"], r["seed"])),
                "machine": machine(),
                "versions": versions(),
            }
            (options.out / "train_sb3.json").write_text(json.dumps(result) + "\n", "utf-8")
    plot(runs, options.out / "train_sb3.png")
    print(f"wrote {options.out / 'train_sb3.json'} and {options.out / 'train_sb3.png'}")


if __name__ == "__main__":
    main()
