"""What wholes lie on: textures without seams, with their mip levels."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vgym.asset_files import picture_asset
from vgym.compiled import compiled
from vgym.core.keys import stream, uniform

SIDE = 512  # texels of a tile, one for each pixel of the whole
_OVERLAP = 64  # pixels of the photograph that are faded into its other end
_CALM = 0.5  # of its contrast stays, so that small things stand out
_LOWEST = 3  # waves a tile: what is slower is taken out, or the eye sees the tiles
ROUGH = 256  # side of the table of noise


class _Kind(NamedTuple):
    file: str
    word: str  # "on the ..."
    mean: tuple[int, int, int]  # colour from far: told apart in the overview


# As VGround's backgrounds, those of test are of textures that training never shows.
_KINDS = {
    False: (
        _Kind("grass", "grass", (104, 146, 72)),
        _Kind("gravel", "gravel", (150, 148, 146)),
        _Kind("sand", "sand", (222, 190, 130)),
        _Kind("plaster", "snow", (238, 240, 244)),
        _Kind("ceramic_tiles", "tiles", (150, 196, 196)),
        _Kind("leather", "leather", (120, 78, 62)),
    ),
    True: (
        _Kind("cork", "cork", (196, 148, 96)),
        _Kind("denim", "denim", (92, 112, 158)),
        _Kind("terrazzo", "terrazzo", (216, 212, 206)),
        _Kind("stucco", "stucco", (214, 168, 164)),
        _Kind("pasture", "dry grass", (112, 102, 62)),
    ),
}
WORDS = tuple(kind.word for kinds in _KINDS.values() for kind in kinds)  # train's, then test's


class Textures(NamedTuple):
    """The tiles of one split: G of them, at L levels, in one flat table."""

    texels: NDArray[np.uint32]  # red, green, blue from the low end
    offset: NDArray[np.int64]  # (G, L) of each level, SIDE >> level texels a side
    rough: NDArray[np.float64]  # (ROUGH, ROUGH) noise in [-1, 1]
    first_word: int  # of WORDS


@lru_cache(maxsize=2)
def load_textures(test: bool) -> Textures:
    """The tiles of a split.

    Raises:
        AssetError: a picture is missing or damaged; names the file.
    """
    blocks: list[NDArray[np.uint32]] = []
    offset: list[list[int]] = []
    start = 0
    for kind in _KINDS[test]:
        level = _tile(kind)
        offset.append([])
        while True:
            shift = np.array([0, 8, 16], np.uint32)
            packed = np.rint(level).astype(np.uint32) << shift
            blocks.append(np.bitwise_or.reduce(packed, axis=2, dtype=np.uint32).reshape(-1))
            offset[-1].append(start)
            start += blocks[-1].size
            if len(level) == 1:
                break
            level = level.reshape(len(level) // 2, 2, len(level) // 2, 2, 3).mean((1, 3))
    return Textures(
        np.concatenate(blocks),
        np.array(offset, np.int64),
        _rough(stream("zoom/rough")),
        len(_KINDS[False]) if test else 0,
    )


def _tile(kind: _Kind) -> NDArray[np.float64]:
    """(SIDE, SIDE, 3) of a photograph, of the kind's mean colour, that repeats without a seam."""
    image = picture_asset(f"backgrounds/{kind.file}.jpg", "RGB")
    pixels = np.asarray(image, np.float64)
    pixels -= pixels.mean((0, 1))
    for axis in (0, 1):
        pixels = _wrapped(pixels.swapaxes(0, axis)).swapaxes(0, axis)
    waves = np.fft.fft2(pixels, axes=(0, 1))
    cycles = np.fft.fftfreq(len(pixels), 1 / len(pixels))
    slow = np.hypot(cycles[:, None], cycles[None, :]) < _LOWEST
    pixels = np.fft.ifft2(np.where(slow[..., None], 0, waves), axes=(0, 1)).real
    low, span = pixels.min(), pixels.max() - pixels.min()
    scaled = Image.fromarray(np.rint((pixels - low) / span * 255).astype(np.uint8)).resize(
        (SIDE, SIDE), Image.Resampling.BICUBIC
    )
    calm = (np.asarray(scaled, np.float64) / 255 * span + low) * _CALM
    return np.clip(calm + np.array(kind.mean), 0, 255)


def _wrapped(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Its first rows faded into what follows its last; the contrast stays what it was."""
    length = len(pixels) - _OVERLAP
    share = ((np.arange(_OVERLAP) + 0.5) / _OVERLAP)[:, None, None]
    out = pixels[:length].copy()
    out[:_OVERLAP] = out[:_OVERLAP] * share + pixels[length:] * (1 - share)
    out[:_OVERLAP] /= np.sqrt(share**2 + (1 - share) ** 2)
    return out


@compiled
def _rough(name: np.uint64) -> NDArray[np.float64]:
    table = np.empty((ROUGH, ROUGH))
    for i in range(ROUGH):
        for j in range(ROUGH):
            table[i, j] = 2 * uniform(name, name, i * ROUGH + j) - 1
    return table


@compiled
def noise(rough: NDArray[np.float64], x: float, y: float) -> float:
    """Smooth noise in [-1, 1] at a point of the plane, of a wave of about two units."""
    column, row = np.floor(x), np.floor(y)
    fx, fy = x - column, y - row
    fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)
    j0, i0 = int(column) & (ROUGH - 1), int(row) & (ROUGH - 1)
    j1, i1 = (j0 + 1) & (ROUGH - 1), (i0 + 1) & (ROUGH - 1)
    above = rough[i0, j0] + fx * (rough[i0, j1] - rough[i0, j0])
    beneath = rough[i1, j0] + fx * (rough[i1, j1] - rough[i1, j0])
    return float(above + fy * (beneath - above))
