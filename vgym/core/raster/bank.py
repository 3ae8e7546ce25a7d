"""Sprites and their mip pyramids in one flat table of premultiplied texels, shared by all pictures.

Every level of every sprite is stored inside a ring of one transparent texel, so that bilinear
sampling never has to ask whether a neighbour exists: the row stride is `width + 2`, and `offset`
is the address of the texel (0, 0) inside the ring. Texel (i, j) of level l covers the texels
`2**l * i ... 2**l * (i + 1)` of level 0, also where a side is odd.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class SpriteBank:
    """All sprites of a scene at all mip levels; built once, never changed.

    See the module's text for the layout.
    """

    texels: Tensor  # (T, 4) uint8 premultiplied RGBA, rings included
    offset: Tensor  # (S, L) int64, address of texel (0, 0) of sprite s at level l
    size_hw: Tensor  # (S, L, 2) int32, height and width in texels, ring not counted

    @property
    def num_sprites(self) -> int:
        """Number of sprites S."""
        return self.offset.shape[0]

    @property
    def num_levels(self) -> int:
        """Number of mip levels L; the last one of the largest sprite is 1x1."""
        return self.offset.shape[1]

    @classmethod
    def from_rgba(cls, sprites: Sequence[Bytes] | Bytes) -> "SpriteBank":
        """Build a bank from pictures with straight (not premultiplied) alpha.

        Args:
            sprites: an (S, h, w, 4) uint8 array, or a list of (h, w, 4) uint8 arrays of any sizes.

        Returns:
            A bank on the CPU. Each level halves the one before by an exact 2x2 mean of
            premultiplied values, rounded; odd sides are padded with transparent texels.

        Raises:
            ValueError: no sprite, an empty one, or one that is not (h, w, 4) uint8.
        """
        pictures = list(sprites)
        if not pictures:
            raise ValueError("SpriteBank.from_rgba: no sprites given; give at least one")
        groups: dict[tuple[int, int], list[int]] = {}
        for s, picture in enumerate(pictures):
            shape = np.shape(picture)
            if len(shape) != 3 or shape[2] != 4 or 0 in shape or picture.dtype != np.uint8:
                raise ValueError(
                    f"SpriteBank.from_rgba: sprite {s} is {picture.dtype} {shape}; "
                    "every sprite must be a non-empty (h, w, 4) uint8 array"
                )
            groups.setdefault((shape[0], shape[1]), []).append(s)
        num_levels = max(_levels_to_one(max(shape)) for shape in groups)
        offset = np.zeros((len(pictures), num_levels), np.int64)
        size_hw = np.zeros((len(pictures), num_levels, 2), np.int32)
        blocks: list[Bytes] = []
        start = 0
        for members in groups.values():
            level_texels = _premultiplied(np.stack([pictures[s] for s in members]))
            for level in range(num_levels):
                if level:
                    level_texels = _halved(level_texels)
                _, h, w, _ = level_texels.shape
                ringed = np.pad(level_texels, ((0, 0), (1, 1), (1, 1), (0, 0)))
                cell = (h + 2) * (w + 2)
                offset[members, level] = start + cell * np.arange(len(members)) + (w + 2) + 1
                size_hw[members, level] = (h, w)
                blocks.append(ringed.reshape(-1, 4))
                start += cell * len(members)
        texels = np.concatenate(blocks)
        return cls(torch.from_numpy(texels), torch.from_numpy(offset), torch.from_numpy(size_hw))

    def to(self, device: torch.device | str) -> "SpriteBank":
        """The same bank on another device."""
        return SpriteBank(self.texels.to(device), self.offset.to(device), self.size_hw.to(device))


def _levels_to_one(side: int) -> int:
    """Number of levels from `side` texels down to one, each the half rounded up."""
    return (side - 1).bit_length() + 1


def _premultiplied(rgba: Bytes) -> Bytes:
    """Colour times alpha / 255, rounded to nearest; alpha unchanged."""
    scaled = rgba[..., :3].astype(np.uint32)
    scaled *= rgba[..., 3:]
    scaled += 128
    scaled *= 257
    scaled >>= 16
    out = rgba.copy()
    out[..., :3] = scaled
    return out


def _halved(texels: Bytes) -> Bytes:
    """Exact 2x2 means of (S, h, w, 4), rounded half up; odd sides padded with zeros."""
    _, h, w, _ = texels.shape
    even = np.pad(texels, ((0, 0), (0, h % 2), (0, w % 2), (0, 0))).astype(np.uint16)
    total = even[:, 0::2, 0::2] + even[:, 1::2, 0::2] + even[:, 0::2, 1::2] + even[:, 1::2, 1::2]
    return ((total + 2) >> 2).astype(np.uint8)
