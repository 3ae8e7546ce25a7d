"""A canvas that records: shapes and texts become commands, controls become `Element`s.

Coordinates are whole pixels of the page, y down; boxes are x0, y0, x1, y1 with x1 and y1 outside.
Sizes given to `px` are design pixels, of an interface whose text is 13 pixels high.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from vgym.envs.gui.elements import Element, Page
from vgym.envs.gui.toolkit import program as columns
from vgym.envs.gui.toolkit.characters import ICON_FONT, glyph_number, icon_number
from vgym.envs.gui.toolkit.glyphs import Face, face, face_numbered
from vgym.envs.gui.toolkit.program import COLUMNS, Program
from vgym.envs.gui.toolkit.themes import Colour, Theme

Box = tuple[int, int, int, int]
ELLIPSIS = "…"
LARGEST_SIDE = 8192
FARTHEST = 16383  # no coordinate lies farther off: products of three fit 64 bits
DESIGN_TEXT_PX = 13
SMALLEST_TARGET = 4


class Control(NamedTuple):
    """A control on the canvas: the element, and the commands that draw it."""

    element: Element
    commands: tuple[int, int]


class Canvas:
    """Records a page. Later drawing lies over earlier drawing.

    Args:
        size_hw: height and width of the page, pixels.
        theme: the look that widgets draw themselves in.
        text_px: size of ordinary text, pixels; widgets scale with it.
        smallest: what shows less of itself than this many pixels of either side is no control.

    Raises:
        ValueError: a side that is not in 1..8192, or text that is not in 4..200.
    """

    def __init__(
        self,
        size_hw: tuple[int, int],
        theme: Theme,
        text_px: int = 13,
        smallest: int = SMALLEST_TARGET,
    ) -> None:
        if not all(1 <= side <= LARGEST_SIDE for side in size_hw):
            raise ValueError(f"Canvas: size_hw {size_hw}; both sides must be 1..{LARGEST_SIDE}")
        if not 4 <= text_px <= 200:
            raise ValueError(f"Canvas: text_px is {text_px}; it must be 4..200")
        self.size_hw = (int(size_hw[0]), int(size_hw[1]))
        self.theme = theme
        self.text_px = int(text_px)
        self.smallest = smallest
        self.clip: Box = (0, 0, self.size_hw[1], self.size_hw[0])
        self.controls: list[Control] = []
        self._commands = array("i")
        self._glyphs = array("h")
        self._clips: dict[Box, int] = {}
        self._faces: set[int] = set()

    # -- the page ------------------------------------------------------------------------------

    @property
    def elements(self) -> tuple[Element, ...]:
        """The controls recorded so far, each with its visible box."""
        return tuple(control.element for control in self.controls)

    def program(self) -> Program:
        """What was drawn, for `vgym.envs.gui.toolkit.painter.paint`."""
        return Program(
            self.size_hw,
            np.array(self._commands, np.int32).reshape(-1, COLUMNS),
            np.array(list(self._clips), np.int32).reshape(-1, 4),
            np.array(self._glyphs, np.int16),
            tuple(sorted(self._faces)),
        )

    def page(self, title: str = "") -> Page:
        """The controls as a `Page` of the theme's platform."""
        theme = self.theme
        look = "dark" if theme.dark else "light"
        return Page(self.size_hw, self.elements, title, theme.platform, look)

    def px(self, design: float) -> int:
        """Design pixels in pixels of this page: at least 1.

        >>> from vgym.envs.gui.toolkit.themes import theme_named
        >>> Canvas((100, 100), theme_named("flat-light"), text_px=26).px(8)
        16
        """
        return max(1, round(design * self.text_px / DESIGN_TEXT_PX))

    @property
    def radius(self) -> int:
        """The theme's corner radius in pixels of this page, perhaps 0."""
        return round(self.theme.radius * self.text_px / DESIGN_TEXT_PX)

    # -- clipping and controls -----------------------------------------------------------------

    @contextmanager
    def clipped(self, box: Box) -> Iterator[None]:
        """Draw inside a rectangle only; also cuts the boxes of the controls made inside.

        Nested ones intersect.
        """
        outer = self.clip
        self.clip = intersect(outer, box)
        try:
            yield
        finally:
            self.clip = outer

    @contextmanager
    def control(
        self,
        box: Box,
        role: str,
        name: str,
        *,
        text: str = "",
        icon: str = "",
        enabled: bool = True,
        colour: Colour | None = None,
    ) -> Iterator[None]:
        """A control: what is drawn inside is clipped to its box, which becomes an `Element`.

        One that shows less than `smallest` pixels of either side inside the present clip is no
        element, but is drawn. Controls are not nested.

        Args:
            box: where it is.
            role: as in ARIA.
            name: what it is called.
            text: what is written on it.
            icon: the name of its icon.
            enabled: whether a click does anything.
            colour: its surface; None takes the theme's surface.
        """
        first = len(self._commands) // COLUMNS
        with self.clipped(box):
            yield
            seen = self.clip
        if min(seen[2] - seen[0], seen[3] - seen[1]) < self.smallest:
            return
        surface = self.theme.surface if colour is None else colour
        element = Element(seen, role, name, text, enabled, icon, surface)
        self.controls.append(Control(element, (first, len(self._commands) // COLUMNS)))

    def cover(self, box: Box) -> None:
        """Tell that something opaque is about to be drawn there: controls under it shrink or go.

        A control keeps the largest rectangle that still shows and holds its label, where that is
        at least 35 % of it and not smaller than a control may be; otherwise it is no element any
        more.
        """
        self.controls = [
            left for control in self.controls if (left := self._beside(control, box)) is not None
        ]

    def _beside(self, control: Control, cover: Box) -> Control | None:
        """What is left of a control that a box covers."""
        x0, y0, x1, y1 = (int(edge) for edge in control.element.box)
        if cover[0] >= x1 or cover[2] <= x0 or cover[1] >= y1 or cover[3] <= y0:
            return control
        parts = [
            (x0, y0, min(x1, cover[0]), y1),
            (max(x0, cover[2]), y0, x1, y1),
            (x0, y0, x1, min(y1, cover[1])),
            (x0, max(y0, cover[3]), x1, y1),
        ]
        label = self._label(control)
        enough = 0.35 * (x1 - x0) * (y1 - y0)
        best, size = None, 0
        for part in parts:
            width, height = part[2] - part[0], part[3] - part[1]
            if min(width, height) < self.smallest or width * height < max(enough, size + 1):
                continue
            if label is None or intersect(label, part) == label:
                best, size = part, width * height
        if best is None:
            return None
        return Control(replace(control.element, box=best), control.commands)

    def _label(self, control: Control) -> Box | None:
        """Where a control's widest word or icon shows; None for one without."""
        widest: Box | None = None
        for at in range(control.commands[0] * COLUMNS, control.commands[1] * COLUMNS, COLUMNS):
            kind, x, baseline, number, width = self._commands[at : at + 5]
            if kind & 255 == columns.TEXT and (not widest or width > widest[2] - widest[0]):
                letters = face_numbered(number)
                widest = (x, baseline - letters.capital, x + width, baseline)
        if widest is None:
            return None
        x0, y0, x1, y1 = (int(edge) for edge in control.element.box)
        return intersect(widest, (x0, y0, x1, y1))

    def backdrop(self, colour: Colour = (0, 0, 0), alpha: int = 110) -> None:
        """Dim everything drawn so far and take its controls away: a modal dialog follows."""
        self.controls = []
        height, width = self.size_hw
        self.fill((0, 0, width, height), colour, alpha=alpha)

    # -- shapes --------------------------------------------------------------------------------

    def fill(
        self, box: Box, colour: Colour, *, radius: int = 0, alpha: int = 255,
        to: Colour | None = None,
    ) -> None:  # fmt: skip
        """A filled box with round corners; `to` makes it a gradient, from top to bottom.

        Args:
            box: xyxy, pixels.
            colour: red, green and blue.
            radius: of the corners, pixels.
            alpha: 255 for opaque.
            to: the colour at the foot of a gradient; None for none.
        """
        self._add(columns.FILL, box, colour, colour if to is None else to, radius, 0, alpha)

    def ring(
        self, box: Box, colour: Colour, *, width: int = 1, radius: int = 0, alpha: int = 255
    ) -> None:
        """The outline of a box, inside it, with round corners.

        Args:
            box: xyxy, pixels.
            colour: red, green and blue.
            width: of the line, pixels.
            radius: of the corners, pixels.
            alpha: 255 for opaque.
        """
        if 2 * width >= min(box[2] - box[0], box[3] - box[1]):
            self.fill(box, colour, radius=radius, alpha=alpha)
            return
        self._add(columns.RING, box, colour, colour, radius, width, alpha)

    def bordered(self, box: Box, colour: Colour, border: Colour, radius: int, width: int) -> None:
        """A filled box with a border of another colour, inside it.

        Args:
            box: xyxy, pixels.
            colour: red, green and blue.
            border: its colour.
            radius: of the corners, pixels.
            width: of the line, pixels.
        """
        self.fill(box, border, radius=radius)
        inner = (box[0] + width, box[1] + width, box[2] - width, box[3] - width)
        self.fill(inner, colour, radius=max(0, radius - width))

    def disc(self, centre: tuple[int, int], radius: int, colour: Colour) -> None:
        """A filled circle."""
        x, y = centre
        self.fill((x - radius, y - radius, x + radius, y + radius), colour, radius=radius)

    def line(
        self, start: tuple[int, int], end: tuple[int, int], colour: Colour, width: float = 1.0
    ) -> None:
        """A straight line between two pixels' centres, with round ends."""
        thick = max(1, round(width * 16))
        self._add(columns.LINE, (*start, *end), colour, colour, thick, 0, 255)

    def triangle(
        self, a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], colour: Colour
    ) -> None:
        """A filled triangle between three corners of pixels."""
        self._add(columns.TRIANGLE, (*a, *b), colour, colour, c[0], c[1], 255)

    def shadow(self, box: Box, *, radius: int = 0, blur: int = 12, alpha: int = 90) -> None:
        """A soft black shadow around a box that is drawn next; nothing inside the box."""
        self._add(columns.SHADOW, box, (0, 0, 0), (0, 0, 0), radius, blur, alpha)

    # -- text and icons ------------------------------------------------------------------------

    def face(self, *, px: int | None = None, bold: bool = False, font: str | None = None) -> Face:
        """The face that `text` would draw in: its `width`, `ascent`, `descent` and `height`.

        Sizes over 16 pixels are rounded down in steps of about a tenth, so that faces stay few.
        """
        name = self.theme.font if font is None else font
        size = self.text_px if px is None else px
        return face(name + "-bold" if bold else name, _stepped(size))

    def text_width(
        self, text: str, *, px: int | None = None, bold: bool = False, font: str | None = None
    ) -> int:
        """Width of a line of text, pixels."""
        return self.face(px=px, bold=bold, font=font).width(text)

    def fit_text(
        self, text: str, room: int, *, px: int | None = None, bold: bool = False,
        font: str | None = None,
    ) -> str:  # fmt: skip
        """The text, cut and ended by an ellipsis if it is wider than `room` pixels; may be "".

        Args:
            text: one line.
            room: pixels.
            px: size of the letters; None takes the canvas's.
            bold: whether they are bold.
            font: one of `FONTS`; None takes the theme's.
        """
        letters = self.face(px=px, bold=bold, font=font)
        if letters.width(text) <= room:
            return text
        keep = len(text)
        while keep and letters.width(text[:keep].rstrip() + ELLIPSIS) > room:
            keep -= 1
        return text[:keep].rstrip() + ELLIPSIS if keep else ""

    def text(
        self, xy: tuple[int, int], text: str, colour: Colour, *, px: int | None = None,
        bold: bool = False, font: str | None = None, alpha: int = 255,
    ) -> int:  # fmt: skip
        """One line of text from its left end and baseline.

        Characters outside Latin-1 are drawn as "?".

        Args:
            xy: left end and baseline.
            text: one line.
            colour: red, green and blue.
            px: size of the letters; None takes the canvas's.
            bold: whether they are bold.
            font: one of `FONTS`; None takes the theme's.
            alpha: 255 for opaque.

        Returns:
            Its width, pixels.
        """
        letters = self.face(px=px, bold=bold, font=font)
        return self._glyph_run(xy, letters, [glyph_number(c) for c in text], colour, alpha)

    def text_in(
        self, box: Box, text: str, colour: Colour, *, align: str = "left", px: int | None = None,
        bold: bool = False, font: str | None = None, padding: int = 0,
    ) -> str:  # fmt: skip
        """One line in a box, centred vertically, cut by an ellipsis where it is too long.

        Args:
            box: xyxy, pixels.
            text: one line.
            colour: red, green and blue.
            align: "left", "centre" or "right".
            px: size of the letters; None takes the canvas's.
            bold: whether they are bold.
            font: one of `FONTS`; None takes the theme's.
            padding: pixels kept free at the left and right ends.

        Returns:
            What was drawn.
        """
        letters = self.face(px=px, bold=bold, font=font)
        left, right = box[0] + padding, box[2] - padding
        shown = self.fit_text(text, right - left, px=px, bold=bold, font=font)
        slack = right - left - letters.width(shown)
        x = left + {"left": 0, "centre": slack // 2, "right": slack}[align]
        y = (box[1] + box[3] + letters.capital) // 2
        self.text((x, y), shown, colour, px=px, bold=bold, font=font)
        return shown

    def icon(
        self, centre: tuple[int, int], name: str, colour: Colour, *, px: int | None = None
    ) -> None:
        """An icon, centred; `px` is its height and width, by default the text's size and a fifth.

        Raises:
            ValueError: no icon of that name ships; lists near ones.
        """
        size = max(6, round(self.text_px * 1.2)) if px is None else px
        letters = face(ICON_FONT, _stepped(size))
        number = icon_number(name)
        left, top, right, bottom = letters.bounds(number)
        xy = (centre[0] - (left + right) // 2, centre[1] - (top + bottom) // 2)
        self._glyph_run(xy, letters, [number], colour, 255)

    # -- recording -----------------------------------------------------------------------------

    def _glyph_run(
        self, xy: tuple[int, int], letters: Face, numbers: list[int], colour: Colour, alpha: int
    ) -> int:
        first = len(self._glyphs)
        self._glyphs.extend(numbers)
        self._faces.add(letters.number)
        width = letters.run_width(numbers)
        box = (xy[0], xy[1], letters.number, width)
        self._add(columns.TEXT, box, colour, colour, first, len(self._glyphs), alpha)
        return width

    def _add(
        self, kind: int, box: Box, colour: Colour, end: Colour, p: int, q: int, alpha: int
    ) -> None:
        x0, y0, x1, y1 = box
        if not (abs(x0) <= FARTHEST >= abs(x1) and abs(y0) <= FARTHEST >= abs(y1)):
            raise ValueError(f"Canvas: {box} lies farther than {FARTHEST} pixels off; move it")
        clip = self._clips.setdefault(self.clip, len(self._clips))
        rgb = colour[0] << 16 | colour[1] << 8 | colour[2]
        rgb_end = rgb if end is colour else end[0] << 16 | end[1] << 8 | end[2]
        self._commands.extend((kind | alpha << 8, x0, y0, x1, y1, clip, rgb, rgb_end, p, q))


def intersect(a: Box, b: Box) -> Box:
    """The rectangle inside both; one of no size where they do not meet.

    >>> intersect((0, 0, 10, 10), (4, 6, 20, 8))
    (4, 6, 10, 8)
    """
    x0, y0 = max(a[0], b[0]), max(a[1], b[1])
    return x0, y0, max(x0, min(a[2], b[2])), max(y0, min(a[3], b[3]))


def _stepped(px: int) -> int:
    """The size a face is made in."""
    step = 1 if px <= 16 else 2 if px <= 32 else 4 if px <= 64 else 8
    return min(px, 255) // step * step
