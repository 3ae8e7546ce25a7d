"""Letters and icons from their outlines, against Pillow's large letters made small."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vgym.asset_files import asset
from vgym.envs.gui.toolkit.characters import FILES, ICON_FONT, NUMBERS, characters_of
from vgym.envs.gui.toolkit.glyphs import ADVANCE, HEIGHT, LEFT, START, TOP, WIDTH, face
from vgym.envs.gui.toolkit.outlines import Drawn, outlines_of, rasterise

LARGE = 16  # times as large Pillow's hints move an edge by next to nothing


def shown(drawn: Drawn, number: int, room: int) -> NDArray[np.int64]:
    """A glyph in a square of twice `room`, its pen in the middle."""
    glyph = drawn.glyphs[number]
    picture = np.zeros((2 * room, 2 * room), np.int64)
    top, left = room + glyph[TOP], room + glyph[LEFT]
    height, width = glyph[HEIGHT], glyph[WIDTH]
    block = drawn.coverage[glyph[START] : glyph[START] + height * width]
    picture[top : top + height, left : left + width] = block.reshape(height, width)
    return picture


def by_pillow(font: str, px: int, character: str, room: int) -> NDArray[np.int64]:
    """The same, drawn large by Pillow and made smaller; higher or lower by what an x is."""
    name = "icons/bootstrap-icons" if font == ICON_FONT else f"fonts/{font}"
    file = io.BytesIO(asset(f"{name}.ttf").read_bytes())
    large = ImageFont.truetype(file, px * LARGE, layout_engine=ImageFont.Layout.BASIC)
    o = outlines_of(font)
    exact = o.x_height * px / o.em
    stretch = max(1, np.floor(exact + 0.75)) / exact if exact else 1.0
    side = 4 * room * LARGE
    picture = Image.new("L", (side, side), 0)
    ImageDraw.Draw(picture).text((side // 2, side // 2), character, 255, large, anchor="ls")
    reach_x, reach_y = room * LARGE, room * LARGE / stretch
    middle = side / 2
    box = (middle - reach_x, middle - reach_y, middle + reach_x, middle + reach_y)
    return np.asarray(picture.resize((2 * room, 2 * room), Image.Resampling.BOX, box), np.int64)


@pytest.mark.parametrize(("font", "px"), [(f, (9, 13, 24)[n % 3]) for n, f in enumerate(FILES)])
def test_letters_are_what_pillow_draws_large(font: str, px: int) -> None:
    drawn, room = rasterise(font, px), 2 * px
    for character in "Agé€@" if font != ICON_FONT else characters_of(font)[::60]:
        number = characters_of(font).index(character)
        off = np.abs(shown(drawn, number, room) - by_pillow(font, px, character, room))
        assert off.max() <= 48, character  # Pillow hints even large letters, by a pixel of theirs
        assert off.sum() <= 0.1 * shown(drawn, number, room).sum(), character


def test_a_box_is_exact() -> None:
    """The minus of a font is a box: its coverage is its area, and no more."""
    o, px = outlines_of("inter"), 100
    glyph = NUMBERS["\u2212"]
    drawn = rasterise("inter", px)
    area = shown(drawn, glyph, 2 * px).sum() / 255
    first = 2 * int(o.pieces[: o.paths[:glyph].sum()].sum())
    corners = o.points[first : first + 8 : 2]
    size = (corners.max(0) - corners.min(0)) * px / o.em
    stretch = np.floor(o.x_height * px / o.em + 0.75) / (o.x_height * px / o.em)
    assert abs(area - size.prod() * stretch) <= size[0] / 16  # a sample row more or less


@pytest.mark.parametrize("font", FILES)
def test_widths_and_heights_are_the_fonts_own(font: str) -> None:
    o = outlines_of(font)
    for px in (9, 13, 40):
        drawn = rasterise(font, px)
        assert (np.abs(drawn.glyphs[:, ADVANCE] - o.advances * px / o.em) <= 0.5).all()
        assert drawn.ascent == -(-o.ascent * px // o.em)
        blank = drawn.glyphs[:, WIDTH] == 0
        assert set(np.array(list(characters_of(font)))[blank]) <= {" ", "\xa0"}
        if font != ICON_FONT:
            # An x stands on the line and fills whole rows of pixels.
            x = drawn.glyphs[NUMBERS["x"]]
            assert x[TOP] + x[HEIGHT] == 0


def test_no_version_of_pillow_has_a_say(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a letter was asked of Pillow")

    monkeypatch.setattr(ImageFont, "truetype", refused)
    monkeypatch.setattr(ImageFont, "FreeTypeFont", refused)
    assert face("noto-serif", 37).width("Create report") == sum(
        rasterise("noto-serif", 37).glyphs[[NUMBERS[c] for c in "Create report"], ADVANCE]
    )
