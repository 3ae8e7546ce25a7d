"""The pictures of the textures with their mip levels, read once a process."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.asset_files import picture_asset
from vgym.core.shared_sources import shared
from vgym.envs.navigation.render.textures import NAMES, SIZE

COLUMNS = 12  # cells side by side on a sheet
LEVELS = SIZE.bit_length()  # 64, 32, 16, 8, 4, 2, 1
LEVEL_SIZE = tuple(SIZE >> level for level in range(LEVELS))
# Where each level begins among the texels of a texture, and where the last one ends.
LEVEL_START = tuple(sum(size * size for size in LEVEL_SIZE[:level]) for level in range(LEVELS + 1))
_SHEETS = {"train": "train", "val": "train", "test": "test"}


class TextureBank(NamedTuple):
    """Every texture, in the order of ``textures.NAMES``.

    Attributes:
        texels: (N, 5461, 4) uint8 RGBA, levels of 64x64 to 1x1 one after another, each row by row
            from the top. Read-only. Alpha is 255 but for cut-outs; colour is not multiplied by it.
    """

    texels: NDArray[np.uint8]

    def level(self, level: int) -> NDArray[np.uint8]:
        """One mip level of every texture: (N, size, size, 4), a view; 0 is the finest."""
        size = LEVEL_SIZE[level]
        part = self.texels[:, LEVEL_START[level] : LEVEL_START[level + 1]]
        return part.reshape(len(self.texels), size, size, 4)


@lru_cache(maxsize=2)
def _load_sheet(sheet: str) -> TextureBank:
    name = f"textures/{sheet}.webp"
    image = picture_asset(name, "RGBA")
    rows = -(-len(NAMES) // COLUMNS)
    if image.size != (COLUMNS * SIZE, rows * SIZE):
        raise ValueError(
            f"{name} is {image.size[0]}x{image.size[1]}, but {len(NAMES)} textures need "
            f"{COLUMNS * SIZE}x{rows * SIZE}; run assets/build_textures.py"
        )
    cells = np.asarray(image).reshape(rows, SIZE, COLUMNS, SIZE, 4).swapaxes(1, 2)
    texels = pyramid(cells.reshape(-1, SIZE, SIZE, 4)[: len(NAMES)])
    texels.setflags(write=False)
    return TextureBank(texels)


def load_textures(split: str) -> TextureBank:
    """The textures that worlds of a split show.

    Args:
        split: "train", "val" (looks like train) or "test" (pictures that training never shows).

    Raises:
        ValueError: there is no such split, or the sheet has not one cell for each name.
        AssetError: the sheet is missing or damaged; names the file.
    """
    if split not in _SHEETS:
        raise ValueError(f"no textures for the split {split!r}; use one of {sorted(_SHEETS)}")
    return _load_sheet(_SHEETS[split])


def texels_on(device: torch.device, split: str) -> Tensor:
    """The texels of a split on a device, as the renderer takes them: everybody's, as they are.

    Args:
        device: where to. split: as of `load_textures`.
    """
    bank = load_textures(split)
    return shared(
        ("texels", _SHEETS[split], device), lambda: torch.from_numpy(bank.texels.copy()).to(device)
    )


def halved(texels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each 2x2 block of pictures in linear light with premultiplied alpha.

    Args:
        texels: (..., 2 h, 2 w, 4).

    Returns:
        (..., h, w, 4).
    """
    height, width = texels.shape[-3] // 2, texels.shape[-2] // 2
    blocks = texels.reshape(*texels.shape[:-3], height, 2, width, 2, 4)
    mean: NDArray[np.float64] = blocks.mean(axis=(-4, -2))
    return mean


def linear(rgba: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Bytes as linear light in 0..1, colour multiplied by alpha.

    Light is taken as the square of the byte: near to sRGB, and the root undoes it exactly.
    """
    share = rgba / 255
    light: NDArray[np.float64] = np.concatenate(
        [share[..., :3] ** 2 * share[..., 3:], share[..., 3:]], -1
    )
    return light


def encoded(light: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The inverse of `linear`; where alpha is 0 the colour is black."""
    alpha = light[..., 3:]
    colour = np.sqrt(
        np.divide(light[..., :3], alpha, out=np.zeros_like(alpha + light[..., :3]), where=alpha > 0)
    )
    return np.rint(np.concatenate([colour, alpha], -1).clip(0, 1) * 255).astype(np.uint8)


def pyramid(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """All mip levels of square pictures.

    Texels that nothing of a cut-out covers take the colour of the next coarser level, so that
    sampling between texels gives its rim no dark fringe.

    Args:
        cells: (N, 64, 64, 4) RGBA.

    Returns:
        (N, 5461, 4), laid out as in `TextureBank`.
    """
    light = linear(cells)
    levels = []
    for _ in range(LEVELS):
        levels.append(encoded(light))
        if light.shape[-2] > 1:
            light = halved(light)
    levels[0] = cells.copy()
    for fine, coarse in zip(levels[-2::-1], levels[:0:-1], strict=True):
        empty = fine[..., 3] == 0
        fine[empty, :3] = coarse.repeat(2, axis=1).repeat(2, axis=2)[empty, :3]
    return np.concatenate([level.reshape(len(cells), -1, 4) for level in levels], axis=1)
