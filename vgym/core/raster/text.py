"""Text as ordinary draw slots: every glyph is a sprite whose alpha is painted in the text's colour.

Glyphs sit on whole pixels at their natural size, so they look as Pillow draws them; kerning is
ignored. Their pixels come from the installed FreeType and may differ between its versions.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from vgym.core.raster.bank import SpriteBank
from vgym.core.raster.draw_list import SILHOUETTE, DrawList
from vgym.core.raster.placement import FARTHEST

FIRST_CHARACTER, LAST_CHARACTER = " ", "~"


@dataclass(frozen=True)
class TextSlots:
    """The draw columns of one line of text, one slot a visible character."""

    sprite: Tensor  # (n,) int32
    params: Tensor  # (n, 8) int32
    bounds: Tensor  # (n, 4) int32, not clipped


@dataclass(frozen=True)
class GlyphBank:
    """Printable ASCII of one font at one size; made by `load_glyphs`."""

    bank: SpriteBank  # sprite k is chr(32 + k), white with the glyph's alpha
    advance: NDArray[np.float64]  # (95,) pixels to the next character
    bearing: NDArray[np.int64]  # (95, 2) left and top of the sprite from the pen, pixels
    line_height: int  # ascent + descent, pixels

    def text_size(self, text: str) -> tuple[int, int]:
        """Width and height in pixels of the line of text.

        Raises:
            ValueError: a character that is not printable ASCII.
        """
        return round(float(self.advance[_codes(text)].sum())), self.line_height

    def layout(self, text: str, xy: tuple[int, int], first_sprite: int = 0) -> TextSlots:
        """Place one line of text.

        Args:
            text: printable ASCII; blanks take room but no slot.
            xy: left end and top of the line (the ascender's height), whole pixels.
            first_sprite: index of the blank's sprite in the bank that is drawn from, where this
                bank was joined to others by `SpriteBank.concatenate`.

        Raises:
            ValueError: a character that is not printable ASCII, or text that is too far off.
        """
        codes = _codes(text)
        advances = self.advance[codes]
        pen = np.floor(np.cumsum(advances) - advances + 0.5).astype(np.int64)
        visible = codes > 0
        codes, pen = codes[visible], pen[visible]
        left = xy[0] + pen + self.bearing[codes, 0]
        top = xy[1] + self.bearing[codes, 1]
        if max(np.abs(left).max(initial=0), np.abs(top).max(initial=0)) > FARTHEST:
            raise ValueError(
                f"text at {xy} lies farther than {FARTHEST:.0f} pixels from the picture's corner"
            )
        height, width = self.bank.size_hw[torch.from_numpy(codes), 0].numpy().T
        params = np.zeros((len(codes), 8), np.int32)
        params[:, 0] = params[:, 4] = 1 << 16
        params[:, 2] = -left << 16
        params[:, 5] = -top << 16
        bounds = np.stack([left, top, left + width, top + height], -1).astype(np.int32)
        return TextSlots(
            torch.from_numpy((codes + first_sprite).astype(np.int32)),
            torch.from_numpy(params),
            torch.from_numpy(bounds),
        )

    def put_text(
        self,
        draws: DrawList,
        row: int,
        first_slot: int,
        text: str,
        xy: tuple[int, int],
        rgb: tuple[int, int, int],
        *,
        alpha: int = 255,
        first_sprite: int = 0,
    ) -> int:
        """Put one line of text into slots of one picture; the arguments are those of `layout`.

        Returns:
            The first slot after the text.

        Raises:
            ValueError: too few slots, or a character that is not printable ASCII.
        """
        slots = self.layout(text, xy, first_sprite)
        end = first_slot + len(slots.sprite)
        if end > draws.kind.shape[1]:
            raise ValueError(
                f"put_text: {text!r} from slot {first_slot} needs slots up to {end}; "
                f"the draw list has {draws.kind.shape[1]}"
            )
        where = (row, slice(first_slot, end))
        draws.kind[where] = SILHOUETTE
        draws.sprite[where] = slots.sprite.to(draws.sprite.device)
        draws.level[where] = 0
        draws.params[where] = slots.params.to(draws.params.device)
        draws.bounds[where] = slots.bounds.to(draws.bounds.device)
        draws.tint[where] = torch.tensor((*rgb, 0), dtype=torch.uint8, device=draws.tint.device)
        draws.alpha[where] = alpha
        return end


@cache
def load_glyphs(font_path: Path | None, size: int) -> GlyphBank:
    """Render a font's printable ASCII once; later calls return the same object.

    Args:
        font_path: a TrueType or OpenType file; None takes Aileron Regular, which Pillow bundles
            (by Sora Sagano, CC0: no rights reserved).
        size: height of the font, pixels.

    Raises:
        FileNotFoundError: there is no such font file.
        ValueError: the file is no font that Pillow can read, or the size is not positive.
    """
    if size <= 0:
        raise ValueError(f"load_glyphs: size is {size}; it must be positive")
    font = _load_font(font_path, size)
    ascent, descent = font.getmetrics()
    sprites, advance, bearing = [], [], []
    for code in range(ord(FIRST_CHARACTER), ord(LAST_CHARACTER) + 1):
        character = chr(code)
        left, top, right, bottom = (int(v) for v in font.getbbox(character))
        mask = Image.new("L", (max(right - left, 1), max(bottom - top, 1)))
        ImageDraw.Draw(mask).text((-left, -top), character, fill=255, font=font)
        alpha = np.asarray(mask)
        sprites.append(np.dstack([np.full((*alpha.shape, 3), 255, np.uint8), alpha]))
        advance.append(float(font.getlength(character)))
        bearing.append((left, top))
    return GlyphBank(
        SpriteBank.from_rgba(sprites), np.array(advance), np.array(bearing), ascent + descent
    )


def _load_font(font_path: Path | None, size: int) -> ImageFont.FreeTypeFont:
    if font_path is None:
        font = ImageFont.load_default(size)
        if not isinstance(font, ImageFont.FreeTypeFont):
            raise ValueError("load_glyphs: this Pillow has no FreeType; install a Pillow wheel")
        return font
    if not Path(font_path).is_file():
        raise FileNotFoundError(
            f"load_glyphs: no font file at {str(font_path)!r}; give a .ttf or .otf file, or None "
            "for Pillow's own font"
        )
    try:
        return ImageFont.truetype(str(font_path), size)
    except OSError as error:
        raise ValueError(f"load_glyphs: {str(font_path)!r} is not a readable font") from error


def _codes(text: str) -> NDArray[np.int64]:
    """Sprite index of each character."""
    for character in text:
        if not FIRST_CHARACTER <= character <= LAST_CHARACTER:
            raise ValueError(
                f"text {text!r} has the character {character!r}; only printable ASCII can be drawn"
            )
    return np.array([ord(c) for c in text], np.int64) - ord(FIRST_CHARACTER)
