"""Makes the pictures of docs/navigation.md: what robots see, and strips of whole episodes.

python docs/build_walks.py           writes docs/pictures/vnav_*.jpg
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from PIL import Image
from sheets import SHOWN, sheet

import vgym  # noqa: F401  registers the ids
from vgym.baselines.agents import make_agent
from vgym.core.captions import HEAD
from vgym.envs.navigation import team_v0
from vgym.envs.navigation.mazes.types import NAMES
from vgym.envs.navigation.team.types import TASK_NAMES
from vgym.envs.navigation.viewer import film_strip

PICTURES = Path(__file__).parent / "pictures"
FARTHEST = 8.0  # metres: white in pictures of depth


def views(view: str, count: int, steps: int, **settings: Any) -> tuple[dict[str, Any], list[str]]:
    """Observations of as many episodes, some of the oracle's steps in; and what is asked there."""
    envs: Any = gymnasium.make_vec(
        "VNav-v0", num_envs=count, image_size=192, view=view, worlds=64, **settings
    )
    observed, _ = envs.reset(seed=20)
    for _ in range(steps):
        observed = envs.step(envs.unwrapped.oracle())[0]
    return dict(observed), envs.unwrapped.instructions()


def viewed(view: str, count: int, columns: int, steps: int, **settings: Any) -> NDArray[np.uint8]:
    """A sheet of them."""
    observed, words = views(view, count, steps, **settings)
    return sheet(list(observed["image"]), columns, words)


def strip(name: str, seed: int, frames: int = 18, **settings: Any) -> NDArray[np.uint8]:
    """One episode of an agent, from the same place as every agent's, evenly sampled."""
    agent = make_agent(name)
    envs: Any = gymnasium.make_vec(
        "VNav-v0",
        num_envs=1,
        image_size=128,
        view="first",
        rooms=8,
        autoreset_mode=AutoresetMode.DISABLED,
        **{**getattr(agent, "settings", {}), **settings},
    )
    batch: Any = envs.unwrapped
    observed, _ = envs.reset(seed=seed)
    agent.reset(seed)
    words = envs.unwrapped.instructions()
    pictures, captions = [observed["image"][0]], [words[0]]
    ended = False
    while not ended:
        observed, _, terminated, truncated, info = envs.step(agent.act(observed, words, envs))
        ended = bool(terminated[0] or truncated[0])
        pictures.append(observed["image"][0])
        captions.append(f"{len(pictures) - 1}: {batch.state.distance[0]:.1f} m to go")
    captions[-1] = f"{len(pictures) - 1}: {'there' if info['success'][0] else 'gave up'}"
    chosen = np.unique(np.linspace(0, len(pictures) - 1, frames).round().astype(int))
    return film_strip([pictures[i] for i in chosen], [captions[i][:24] for i in chosen])


def team_views() -> list[NDArray[np.uint8]]:
    """What each of four robots sees, one row a task, some steps in."""
    frames = []
    for task in TASK_NAMES:
        env = team_v0.parallel_env(4, task, image_size=192, rooms=5)
        observed, _ = env.reset(seed=2)
        for _ in range(14):
            if not env.agents:
                break
            observed = env.step(env.oracle())[0]
        frames += [observed[agent]["image"] for agent in env.possible_agents]
    return frames


def briefs() -> NDArray[np.uint8]:
    """A brief of each level of command, with its words; of the last with the ways drawn."""
    pictures, words = [], []
    for name, seed in (("Activate", 3), ("Plan", 4), ("Trajectory", 5)):
        env = gymnasium.make(f"VNav{name}-v0", render_mode="rgb_array", difficulty=0.7)
        words.append(env.reset(seed=seed)[1]["instruction"])
        portrait = np.asarray(env.render())
        pictures.append(portrait[HEAD : HEAD + portrait.shape[1]])
    return sheet(pictures, 3, words, 2 * SHOWN)


def main() -> int:
    """Write the pictures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    made = {
        "first": viewed("first", 12, 4, 6),
        "test": viewed("first", 8, 4, 6, split="test"),
        "top": viewed("top", 8, 4, 14),
        "dual": viewed("dual", 4, 2, 8),
    }
    seen, words = views("first", 4, 6, depth=True)
    grey = (255 * (seen["depth"] / FARTHEST).clip(0, 1)).astype(np.uint8)
    pairs = [
        np.concatenate((p, np.stack([g] * 3, -1)), 1)
        for p, g in zip(seen["image"], grey, strict=True)
    ]
    made["depth"] = sheet(pairs, 2, words)
    mazes = gymnasium.make_vec("VNavPoint-v0", num_envs=4, image_size=192, source="maze")
    made["maze"] = sheet(list(mazes.reset(seed=1)[0]["image"]), 4)
    paradigms = [
        gymnasium.make("VMaze-v0", image_size=192, paradigm=name).reset(seed=4)[0]["image"]
        for name in NAMES  # starts face anywhere: in this one all look at something
    ]
    made["paradigms"] = sheet(paradigms, 3, NAMES)
    made["team"] = sheet(team_views(), 4)
    made["command"] = briefs()
    for agent in ("oracle", "frontier"):
        made[f"strip_{agent}"] = strip(agent, seed=7)
    for name, picture in made.items():
        Image.fromarray(picture).save(PICTURES / f"vnav_{name}.jpg", quality=86)
        print(f"wrote vnav_{name}.jpg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
