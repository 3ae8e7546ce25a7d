"""Random scenes that use every kind, placement and colour."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sprite_lists import put_sprites

from vgym.core.raster import OUTLINE, SILHOUETTE, SPRITE, DrawList, SpriteBank

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

        for n in range(slots):
            kind = int(rng.choice([SPRITE, SILHOUETTE, OUTLINE]))
            colour = rng.integers(0, 256, (batch, 4), dtype=np.uint8)
            if rng.random() < 0.5:
                colour[:, 3] = int(rng.choice([0, 255]))
            alpha = rng.choice(np.array([0, 1, 77, 254, 255, 255, 255], np.uint8), batch)
            xy = rng.uniform(-0.3 * side, 1.3 * side, (batch, 2))
            if rng.random() < 0.2:
                xy = np.floor(xy)
            if kind == OUTLINE:
                half = rng.uniform(-0.05 * side, 0.5 * reach * side, (batch, 2))
                box = torch.from_numpy(np.concatenate([xy - half, xy + half], -1))
                rgb = (int(colour[0, 0]), int(colour[0, 1]), int(colour[0, 2]))
                draws.put_outlines((slice(None), n), box, float(rng.uniform(0, 6)), rgb)
                draws.alpha[:, n] = torch.from_numpy(alpha)
                continue
            size = rng.uniform(0, reach * side, batch)
            put_sprites(
                draws,
                n,
                bank,
                size_hw,
                sprite=rng.integers(0, bank.num_sprites, batch),
                xy=xy,
                size=np.floor(size) if rng.random() < 0.2 else size,
                angle=rng.uniform(-7, 7, batch) * (rng.random() < 0.8),
                flip=rng.random(batch) < 0.5,
                tint=colour,
                alpha=alpha,
                silhouette=kind == SILHOUETTE,
                softness=int(rng.integers(0, 4)),
            )
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
