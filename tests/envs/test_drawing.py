"""What a picture shows is drawn, whatever stood in its memory before; other rows are left alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from rollouts import IDS, config_class, make_vec, takes

SHAPES = ((64, 150), (150, 65))  # margins at the sides, above and below
BEFORE = (0, 255, 17)
NOTHING_TO_NAME = {("VNav-v0", "maze"), ("VNavInstruction-v0", "maze")}  # refused when made


def cases() -> Iterator[Any]:
    for env_id in IDS:
        for source in config_class(env_id).sources:
            if (env_id, source) in NOTHING_TO_NAME:
                continue
            views = ("first", "top", "dual") if takes(env_id, "view") else ("",)
            for view in views:
                settings = {"source": source, **({"view": view} if view else {})}
                yield pytest.param(env_id, settings, id=f"{env_id}-{source}-{view}".rstrip("-"))


@pytest.mark.parametrize(
    "size", [SHAPES[0], pytest.param(SHAPES[1], marks=pytest.mark.slow)], ids=str
)
@pytest.mark.parametrize(("env_id", "settings"), list(cases()))
def test_every_pixel_of_a_row_is_drawn(env_id: str, settings: dict[str, Any], size: Any) -> None:
    envs = make_vec(env_id, 3, image_size=size, **settings)
    envs.action_space.seed(0)
    envs.reset(seed=1)
    batch = envs.unwrapped
    for _ in range(2):
        for name, picture in batch.task.pictures.items():
            drawn = []
            for value in BEFORE:
                images = torch.full((3, *picture.shape), value, dtype=torch.uint8)
                picture.draw(batch.state, images, None)
                drawn.append(images.numpy())
                one = torch.full((3, *picture.shape), value, dtype=torch.uint8)
                picture.draw(batch.state, one, torch.tensor([1]))
                assert np.array_equal(one[1].numpy(), images[1].numpy()), name
                assert (one[[0, 2]] == value).all(), f"{name}: other rows are touched"
            assert all(np.array_equal(drawn[0], each) for each in drawn[1:]), name
        envs.step(envs.action_space.sample())
