"""The pictures of a split's things: the atlas, and signs with a word."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vgym.asset_files import reading
from vgym.core.atlas import CELL, EXTENT, TINTS, load_atlas
from vgym.core.raster import SpriteBank
from vgym.envs.zoom.sources.scenes.grounds import load_textures
from vgym.envs.zoom.sources.scenes.layout import Cast
from vgym.envs.zoom.sources.scenes.painting import Look
from vgym.envs.zoom.sources.scenes.wording import sign_words

_SLIM = 0.55  # of its longer side: a thing's shorter side is no less, so that it can be told
_FONTS = {False: "fonts/inter-bold.ttf", True: "fonts/humanist-bold.ttf"}
_BOARDS = {False: ((250, 250, 245), (24, 28, 36)), True: ((252, 236, 150), (40, 24, 12))}
_BOARD = (2, 27, 98, 73)  # xyxy within the cell, texels
_DRAWN = 4  # times as large, then halved twice
# The colours of FENCE_COLOURS, and of their edges.
_RAILS = (
    ((246, 246, 242), (150, 150, 146)),
    ((206, 40, 40), (110, 20, 20)),
    ((246, 214, 40), (140, 116, 10)),
    ((44, 92, 214), (20, 44, 110)),
    ((36, 36, 40), (96, 96, 100)),
    ((240, 136, 30), (136, 70, 10)),
)


@lru_cache(maxsize=2)
def load_sprites(test: bool) -> tuple[Cast, Look]:
    """Which classes a split has, and what they look like.

    Raises:
        AssetError: a file is missing or damaged; names it.
    """
    atlas = load_atlas()
    textures = load_textures(test)
    words = sign_words()[test]
    signs = np.stack([_sign(word, test) for word in words])
    bank = _with_signs(atlas.bank, signs)
    box = (
        np.array([-1, -1, 1, 1])
        * np.array([_BOARD[2] - _BOARD[0], _BOARD[3] - _BOARD[1]] * 2)
        / (2 * EXTENT)
    )
    extents = np.concatenate([atlas.hull.min(1), atlas.hull.max(1)], axis=1, dtype=np.float64)
    sides = extents[:, 2:] - extents[:, :2]
    broad = sides.min(1) >= _SLIM * sides.max(1)
    cast = Cast(
        pool=np.flatnonzero((atlas.test == test) & broad).astype(np.int64),
        kin=atlas.kin,
        tintable=atlas.tintable,
        extents=np.concatenate([extents, np.tile(box, (len(words), 1))]),
        sign=len(atlas.names),
        signs=len(words),
        grounds=len(textures.offset),
        rough=textures.rough,
    )
    look = Look(
        texels=bank.texels.numpy().view(np.dtype("<u4"))[:, 0],
        offset=bank.offset.numpy(),
        size_hw=bank.size_hw.numpy(),
        mean=_means(bank),
        cell=CELL / EXTENT,
        tints=np.array(TINTS, np.uint8),
        rails=np.array([[_lanes((*rgb, 255)) for rgb in pair] for pair in _RAILS], np.int64),
    )
    return cast, look


def _with_signs(bank: SpriteBank, signs: NDArray[np.uint8]) -> SpriteBank:
    """A bank of the same size of cell with signs behind its sprites."""
    more = SpriteBank.from_rgba(signs)
    return SpriteBank(
        texels=torch.cat([bank.texels, more.texels]),
        offset=torch.cat([bank.offset, more.offset + len(bank.texels)]),
        size_hw=torch.cat([bank.size_hw, more.size_hw]),
    )


def _sign(word: str, test: bool) -> NDArray[np.uint8]:
    """(CELL, CELL, 4) straight RGBA: a board with a word."""
    side = CELL * _DRAWN
    picture = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(picture)
    ground, ink = _BOARDS[test]
    board = [edge * _DRAWN for edge in _BOARD]
    pen.rounded_rectangle(board, radius=6 * _DRAWN, fill=ground, outline=ink, width=3 * _DRAWN)
    with reading(_FONTS[test]) as file, file.open("rb") as content:
        font = ImageFont.truetype(content, 10 * _DRAWN)
        room = (_BOARD[2] - _BOARD[0] - 14) * _DRAWN, (_BOARD[3] - _BOARD[1] - 10) * _DRAWN
        box = font.getbbox(word)
        size = 10 * _DRAWN * min(room[0] / (box[2] - box[0]), room[1] / (box[3] - box[1]))
        content.seek(0)
        font = ImageFont.truetype(content, int(size))
        pen.text((side / 2, side / 2), word, fill=ink, font=font, anchor="mm")
    return np.asarray(picture.resize((CELL, CELL), Image.Resampling.BOX))


def _means(bank: SpriteBank) -> NDArray[np.int64]:
    """(S,) the premultiplied mean of each sprite's cell, as lanes."""
    size = bank.size_hw[:, 0].long()
    means = np.empty(bank.num_sprites, np.int64)
    for s in range(bank.num_sprites):
        height, width = size[s].tolist()
        first = int(bank.offset[s, 0])
        rows = bank.texels[first : first + (width + 2) * height].view(height, width + 2, 4)
        means[s] = _lanes(tuple(rows[:, :width].float().mean((0, 1)).round().int().tolist()))
    return means


def _lanes(rgba: tuple[int, ...]) -> int:
    """Red, blue, green, alpha as 16-bit lanes, as the kernels of `raster` have them."""
    red, green, blue, alpha = rgba
    return red | blue << 16 | green << 32 | alpha << 48
