"""Result rows made by hand, for tests of what is written from them."""

from __future__ import annotations

import numpy as np

from vgym.evaluation.episode_table import Effort, EpisodeTable
from vgym.evaluation.episodes import Played, Shown
from vgym.evaluation.picture import encode_picture
from vgym.evaluation.results import Row, summarise


def episode(phrase: str = "the teapot", seed: int = 0) -> Shown:
    return Shown(
        seed=seed,
        picture=encode_picture(np.full((40, 60, 3), 128, np.uint8)),
        size_hw=(40, 60),
        phrase=phrase,
        target_boxes=np.array([[10, 10, 30, 30]], np.float32),
        answer_boxes=np.array([[12, 8, 40, 30]], np.float32),
        answer_points=np.zeros((0, 2), np.float32),
        reward_terms={"iou": 0.5, "location": 0.25},
        value=0.375,
        success=True,
    )


def played(seed: int = 0, success: bool = False, value: float = 0.0) -> Played:
    return Played(
        seed=seed,
        record=None,
        instruction=f"thing {seed}",
        answer=[0.1, 0.2, 0.3, 0.4],
        why="",
        steps=1,
        value=value,
        success=success,
        terms={"iou": value},
        metrics={"iou": value},
    )


def row(env: str = "VGround-v0", agent: str = "random", phrase: str = "the teapot") -> Row:
    table = EpisodeTable(
        tuple(played(3 + j, j < 2, float(v)) for j, v in enumerate(np.linspace(0, 1, 8))),
        (episode(phrase, seed=3),),
        Effort(steps=8, seconds=8 / 1234.56),
    )
    return summarise(
        table, env=env, id="VGround-v0", agent=agent, seed=3, split="val", settings={"attempts": 1}
    )
