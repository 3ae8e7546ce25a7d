"""Result rows made by hand, for tests of what is written from them."""

from __future__ import annotations

import numpy as np

from vgym.evaluation.picture import encode_picture
from vgym.evaluation.results import Row, summarise
from vgym.evaluation.runner import Episode, EpisodeTable


def episode(phrase: str = "the teapot", seed: int = 0) -> Episode:
    return Episode(
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


def row(env: str = "VGround-v0", agent: str = "random", phrase: str = "the teapot") -> Row:
    table = EpisodeTable(
        seeds=np.arange(8),
        success=np.arange(8) < 2,
        returns=np.linspace(0, 1, 8, dtype=np.float32),
        lengths=np.ones(8, np.int64),
        metrics={"iou": np.linspace(0, 1, 8, dtype=np.float32)},
        gallery=(episode(phrase),),
        steps_per_s=1234.56,
    )
    return summarise(
        table, env=env, id="VGround-v0", agent=agent, seed=3, split="val", settings={"attempts": 1}
    )
