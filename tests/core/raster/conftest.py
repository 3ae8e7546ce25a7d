"""Random scenes that use every kind, placement and colour."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vgym.core.raster import (
    ELLIPSE,
    LINE,
    OUTLINE,
    QUAD,
    RECTANGLE,
    SILHOUETTE,
    SPRITE,
    DrawList,
    SpriteBank,
)

MakeDraws = Callable[..., DrawList]


@pytest.fixture(scope="session")
def sprites() -> list[NDArray[np.uint8]]:
    """Small pictures of several sizes, some texels transparent and some opaque."""
    rng = np.random.default_rng(5)
    out = []
    for h, w in [(9, 9), (16, 11), (1, 1), (7, 20)]:
        picture = rng.integers(0, 256, (h, w, 4), dtype=np.uint8)
        picture[rng.random((h, w)) < 0.3, 3] = 0
        picture[rng.random((h, w)) < 0.4, 3] = 255
        out.append(picture)
    return out


@pytest.fixture(scope="session")
def bank(sprites: list[NDArray[np.uint8]]) -> SpriteBank:
    return SpriteBank.from_rgba(sprites)


@pytest.fixture(scope="session")
def make_draws(bank: SpriteBank) -> MakeDraws:
    """A maker of random draw lists, objects partly or wholly outside the picture included."""

    def make(
        seed: int, batch: int, slots: int, size_hw: tuple[int, int], reach: float = 1.0
    ) -> DrawList:
        rng = np.random.default_rng(seed)
        draws = DrawList.empty(batch, slots)
        side = max(size_hw)

        def number(low: float, high: float, *shape: int) -> torch.Tensor:
            return torch.from_numpy(rng.uniform(low, high, (batch, *shape)))

        for n in range(slots):
            here = (slice(None), n)
            kind = int(rng.integers(0, 7))
            colour = torch.from_numpy(rng.integers(0, 256, (batch, 4), dtype=np.uint8))
            if rng.random() < 0.5:
                colour[:, 3] = int(rng.choice([0, 255]))
            alpha = torch.from_numpy(
                rng.choice(np.array([0, 1, 77, 254, 255, 255, 255], np.uint8), batch)
            )
            xy = number(-0.3 * side, 1.3 * side, 2)
            if rng.random() < 0.2:
                xy = torch.floor(xy)
            if kind in (SPRITE, SILHOUETTE):
                size = number(0, reach * side)
                draws.put_sprites(
                    here,
                    bank,
                    torch.from_numpy(rng.integers(0, bank.num_sprites, batch)),
                    xy,
                    torch.floor(size) if rng.random() < 0.2 else size,
                    number(-7, 7) * (rng.random() < 0.8),
                    number(0, 1) < 0.5,
                    size_hw,
                    tint=colour,
                    alpha=alpha,
                    silhouette=kind == SILHOUETTE,
                    softness=int(rng.integers(0, 4)),
                )
                continue
            rgb = colour[:, :3]
            half = number(-0.05 * side, 0.5 * reach * side, 2)
            box = torch.cat([xy - half, xy + half], -1)
            if kind == RECTANGLE:
                draws.put_rectangles(here, box, rgb, alpha)
            elif kind == OUTLINE:
                draws.put_outlines(here, box, number(0, 6), rgb, alpha)
            elif kind == ELLIPSE:
                draws.put_ellipses(here, xy, half, rgb, alpha)
            elif kind == LINE:
                end = xy if rng.random() < 0.2 else xy + 3 * half
                draws.put_lines(here, xy, end, number(0, 9), rgb, alpha)
            elif kind == QUAD:
                turn = torch.tensor([0.1, 1.4, 3.3, 4.5]) + number(-0.3, 0.3, 4)
                if rng.random() < 0.5:
                    turn = turn.flip(-1)
                spoke = torch.stack([torch.cos(turn), torch.sin(turn)], -1)
                draws.put_quads(here, xy[:, None] + spoke * half[:, None], rgb, alpha)
        draws.count[:] = torch.from_numpy(rng.integers(0, slots + 1, batch))
        draws.count[0] = slots
        return draws

    return make


@pytest.fixture(scope="session")
def make_pictures() -> Callable[..., torch.Tensor]:
    """A maker of pictures of random pixels."""

    def make(seed: int, *shape: int) -> torch.Tensor:
        rng = np.random.default_rng(seed)
        return torch.from_numpy(rng.integers(0, 256, (*shape, 3), dtype=np.uint8))

    return make
