"""PPO on two checkouts of vgym: do new episodes and rewards teach as fast as those before them?

Every arm is the same learner with the same budget and seeds, in a process of its own that imports
vgym from its checkout: before, now, and now with the reward of before, which tells the
reward's effect from that of the episodes. Beside them stands what is solved without reading, or
without looking: what is learnt is worth what it is above that. Writes learning curves (JSON and
PNG), beside those that are there; `docs/build_learning.py` makes the tables.

    python -m vgym.baselines.compare_learning --before ../vgym-before
    python -m vgym.baselines.compare_learning --before ../vgym-before --ids VNavPoint-v0 --seeds 0
    python -m vgym.baselines.compare_learning --arms now "now, paid as before" --out DIR
    python -m vgym.baselines.compare_learning --before ../vgym-before --seeds    nothing is learnt
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import VecEnv, VecEnvWrapper, VecFrameStack

import vgym
from vgym.baselines import train_sb3
from vgym.baselines.measuring import commit, one_thread
from vgym.baselines.train_sb3 import Curve
from vgym.evaluation.machine import machine, versions
from vgym.number_options import count, seed
from vgym.rewards.form import Form, Term
from vgym.rewards.path import CLEAN_SUCCESS, best_so_far_share
from vgym.rewards.pointing import HIT
from vgym.rewards.progress import POINT_LOCATION
from vgym.rewards.reward import Reward

RESULTS = Path(__file__).parent / "results"
BEFORE, NOW, AS_BEFORE = "before", "now", "now, paid as before"
COLOURS = {NOW: "#0072b2", AS_BEFORE: "#d55e00", BEFORE: "#999999"}
WALK = {
    "image_size": 36,
    "difficulty": 0,
    "depth": True,
    "odometry": True,
    "max_episode_steps": 150,
    "worlds": 64,
    "auto_stop": True,
}
_RAYS = 6  # a side: the depths that the walker is given, each the nearest of its part of the view
_FRAMES = 4  # the last so many observations: what has just been passed
_FAR = 5.0  # metres: depth and distance are told in shares of it, at most 1
_APPROACH = Term(
    "progress",
    best_so_far_share,
    ("best_distance_m", "distance_after_m", "start_distance_m"),
    "share of the starting distance by which this step beats the nearest so far",
)
# What `dense` was before it had a slope from everywhere, and before collisions cost.
FORMER = {
    "VGroundPoint-v0": Form("points", ((0.5, HIT), (0.5, POINT_LOCATION))),
    "VNavPoint-v0": Form("walk", ((0.5, _APPROACH), (0.5, CLEAN_SUCCESS))),
}
STEPS = {"VNavPoint-v0": 300_000, "VGroundPoint-v0": 20_000}  # of a run


class Rays(VecEnvWrapper):
    """Of a walk to a point: where it is, and what the camera measures, as one vector."""

    def __init__(self, venv: VecEnv) -> None:
        size = 7 + _RAYS * _RAYS
        super().__init__(venv, observation_space=spaces.Box(-1, 1, (size,), np.float32))

    def reset(self) -> NDArray[np.float32]:
        return self._seen(self.venv.reset())

    def step_wait(self) -> Any:
        observation, reward, done, infos = self.venv.step_wait()
        for row in done.nonzero()[0].tolist():
            last = infos[row]["terminal_observation"]
            batch = {name: np.asarray(last[name])[None] for name in ("goal", "depth", "odometry")}
            infos[row]["terminal_observation"] = self._seen(batch)[0]
        return self._seen(observation), reward, done, infos

    def _seen(self, observation: Any) -> NDArray[np.float32]:
        """(B, 43): metres to the goal, 6 x 6 nearest depths, the way come, directions of both."""
        goal, depth, come = (observation[name] for name in ("goal", "depth", "odometry"))
        batch, side, _ = depth.shape
        part = side // _RAYS
        nearest = depth.reshape(batch, _RAYS, part, _RAYS, part).min((2, 4)).reshape(batch, -1)
        metres = np.concatenate((goal[:, :1], nearest, come[:, :2]), 1) / _FAR
        return np.concatenate((metres.clip(-1, 1), come[:, 2:], goal[:, 1:]), 1)


def walker(reward: str | Reward, seed: int, steps: int, num_envs: int = 64) -> dict[str, Any]:
    """One run of PPO on VNavPoint, on one thread; as `train_sb3.train` returns it."""
    one_thread()
    walks = vgym.sb3_vec_env("VNavPoint-v0", num_envs=num_envs, reward=reward, **WALK)
    envs = VecFrameStack(Rays(walks), _FRAMES)
    model = PPO(
        "MlpPolicy",
        envs,
        n_steps=64,
        batch_size=512,
        n_epochs=4,
        gamma=0.99,
        learning_rate=7e-4,
        ent_coef=0.01,
        seed=seed * num_envs,
        device="cpu",
    )
    head: Any = model.policy.action_net
    with torch.no_grad():  # a policy that stops in one move of four sees little of a walk
        head.bias[0] = -3
    curve = Curve()
    start = time.perf_counter()
    model.learn(steps, callback=curve)
    return {
        "curve": curve.points,
        **_judged(lambda seen: model.predict(seen, deterministic=False)[0]),
        "seconds": round(time.perf_counter() - start, 1),
    }


def _judged(
    policy: Callable[[Any], Any], episodes: int = 512, num_envs: int = 128
) -> dict[str, float]:
    """Share of unseen walks (``split="val"``) that a policy of what `Rays` shows solves, the mean
    of their SPL (Anderson et al., 2018), and of those solved, their way over the shortest."""
    walks = vgym.sb3_vec_env("VNavPoint-v0", num_envs=num_envs, split="val", **WALK)
    envs = VecFrameStack(Rays(walks), _FRAMES)
    envs.seed(10_000)
    seen: Any = envs.reset()
    spl: list[list[float]] = [[] for _ in range(num_envs)]  # above 0 where solved
    # As many of each row, or those that end soon would count more often.
    while min(map(len, spl)) < episodes // num_envs:
        seen, _, done, infos = envs.step(policy(seen))
        for row in done.nonzero()[0].tolist():
            spl[row].append(infos[row]["spl"])
    judged = np.array([row[: episodes // num_envs] for row in spl])
    solved = judged > 0
    of_solved = float((1 / judged[solved]).mean()) if solved.any() else 0.0
    return {
        "val_success": float(solved.mean()),
        "val_spl": float(judged.mean()),
        "val_way": of_solved,
    }


def compass(seen: NDArray[np.float32]) -> NDArray[np.int64]:
    """Turns to the goal, goes on, and stops there: the sensor alone, without looking."""
    now = seen[:, -seen.shape[1] // _FRAMES :]
    metres, cosine, sine = now[:, 0] * _FAR, now[:, -2], now[:, -1]
    aside = cosine < np.cos(np.radians(20))
    move = np.where(aside, np.where(sine > 0, 2, 3), 1)
    return np.where(metres < 0.3, 0, move)


def detected(episodes: int = 1024) -> float:
    """Share of unseen episodes of VGroundPoint that are solved by who sees each thing, reads
    nothing and points to the middle of any."""
    settings: dict[str, Any] = {k: train_sb3.SETTINGS[k] for k in ("image_size", "difficulty")}
    envs: Any = gymnasium.make_vec("VGroundPoint-v0", num_envs=episodes, split="val", **settings)
    envs.reset(seed=10_000)
    scene, side = envs.unwrapped.state.scene, train_sb3.SETTINGS["image_size"]
    any_of_them = np.random.default_rng(0).integers(scene.count.numpy())
    boxes = scene.boxes.numpy()[np.arange(episodes), any_of_them]
    info = envs.step((boxes[:, :2] + boxes[:, 2:]) / 2 / side)[-1]
    return float(np.mean(info["success"]))


def unseeing(env_id: str) -> float:
    """What is solved of unseen episodes by `detected`, or by the `compass`."""
    return detected() if env_id == "VGroundPoint-v0" else _judged(compass)["val_success"]


def run(env_id: str, arm: str, seed: int, steps: int) -> dict[str, Any]:
    """One run of an arm, on the checkout that this process has imported."""
    former = Reward(name=AS_BEFORE, forms=(FORMER[env_id],), source="vgym", doc="")
    train = train_sb3.train if env_id == "VGroundPoint-v0" else walker
    told: dict[str, Any] = {"id": env_id, "arm": arm, "seed": seed, "commit": commit()}
    return {**train(former if arm == AS_BEFORE else "dense", seed, steps), **told, "reward": arm}


def plot(runs: list[dict[str, Any]], path: Path) -> None:
    """Success over steps, ids side by side: a thin line a seed, a thick one for an arm's mean."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    ids = list(dict.fromkeys(run["id"] for run in runs))
    figure, rows = pyplot.subplots(
        1, len(ids), figsize=(5.2 * len(ids), 3.8), layout="constrained", squeeze=False
    )
    for axes, env_id in zip(rows[0], ids, strict=True):
        for arm, colour in COLOURS.items():
            curves = [r["curve"] for r in runs if r["id"] == env_id and r["arm"] == arm]
            if not curves:
                continue
            steps = [point["steps"] for point in curves[0]]
            success = np.array([[point["success"] for point in curve] for curve in curves])
            axes.plot(steps, success.T, color=colour, alpha=0.3, linewidth=0.8)
            axes.plot(steps, success.mean(0), color=colour, linewidth=2, label=arm)
        axes.set(xlabel="steps", ylabel="success (training episodes)", ylim=(0, 1))
        axes.set_title(f"PPO on {env_id}, difficulty 0", fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(title="episodes and reward", frameon=False)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)


def main(arguments: list[str] | None = None) -> None:
    """Every arm with every seed, one after the other; the numbers are written after each run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--before", type=Path, help="a checkout (git worktree add DIR COMMIT)")
    parser.add_argument("--ids", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--seeds", nargs="*", type=seed, default=[0, 1, 2])
    parser.add_argument("--steps", type=count, help="of a run (by default each id's own)")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--arms", nargs="+", choices=COLOURS, default=list(COLOURS))
    parser.add_argument("--one", choices=COLOURS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        if options.one != AS_BEFORE:
            print(json.dumps({"unseeing": unseeing(options.ids[0])}), flush=True)
        for number in options.seeds:
            print(json.dumps(run(options.ids[0], options.one, number, options.steps)), flush=True)
        return
    if BEFORE in options.arms and not (options.before and (options.before / "vgym").is_dir()):
        parser.error("--before needs a folder that holds a checkout of vgym")
    options.out.mkdir(parents=True, exist_ok=True)
    results = options.out / "compare_learning.json"
    found = json.loads(results.read_text("utf-8")) if results.exists() else {"runs": []}
    for env_id, arm in itertools.product(options.ids, options.arms):
        steps = options.steps or STEPS[env_id]
        found["steps"] = {**found.get("steps", {}), env_id: steps}
        checkout = options.before if arm == BEFORE else Path(__file__).resolve().parents[1]
        arms = ["--one", arm, "--ids", env_id, "--steps", str(steps)]
        # Its own folder is not on the path: it holds modules of this checkout.
        with subprocess.Popen(
            [sys.executable, "-P", __file__, *arms, "--seeds", *map(str, options.seeds)],
            env={**os.environ, "PYTHONPATH": str(checkout.resolve())},
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            for line in child.stdout or ():
                if line.startswith("{"):
                    _note(found, env_id, arm, json.loads(line))
                    results.write_text(json.dumps(found) + "\n", "utf-8")
        if child.returncode:
            raise SystemExit(f"{env_id} {arm}: the run failed with exit code {child.returncode}")
    plot(found["runs"], options.out / "compare_learning.png")
    print(f"wrote {results} and .png")


def _note(found: dict[str, Any], env_id: str, arm: str, said: dict[str, Any]) -> None:
    """Put what a process said, of an arm or of one of its runs, in place of what was there."""
    found["settings"] = {"VGroundPoint-v0": train_sb3.SETTINGS, "VNavPoint-v0": WALK}
    found |= {"machine": machine(), "versions": versions()}
    if "unseeing" in said:
        found.setdefault("unseeing", {}).setdefault(env_id, {})[arm] = said["unseeing"]
        print(f"{env_id} {arm}: {said['unseeing']:.2f} without looking or reading", flush=True)
        return
    this = env_id, arm, said["seed"]
    found["runs"] = [r for r in found["runs"] if (r["id"], r["arm"], r["seed"]) != this] + [said]
    spl = f", SPL {said['val_spl']:.3f}" if "val_spl" in said else ""
    print(
        f"{env_id} {arm}, seed {said['seed']}: success on unseen episodes "
        f"{said['val_success']:.2f}{spl} after {said['seconds']:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
