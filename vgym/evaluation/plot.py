"""Plots as pixels: heat maps, curves and bars with axes, drawn by Pillow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

INK, FAINT, PAPER = (30, 30, 34), (214, 214, 220), (255, 255, 255)
# Okabe and Ito's colours for lines, told apart by colour-blind eyes too.
LINES = ((0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167))
# Viridis at even steps.
_VIRIDIS = np.array(
    [
        (68, 1, 84),
        (71, 44, 122),
        (59, 81, 139),
        (44, 113, 142),
        (33, 144, 141),
        (39, 173, 129),
        (92, 200, 99),
        (170, 220, 50),
        (253, 231, 37),
    ],
    dtype=np.float64,
)
_LEVELS = 128  # of a heat map: a palette of 256 has room for them and the letters
_FEW = 20  # points that are dotted
Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Axis:
    """One side of a plot; the values run from ``low`` to ``high``."""

    label: str
    low: float
    high: float
    ticks: Ticks

    def share(self, value: float) -> float:
        """Where a value lies, 0 at the low end and 1 at the high one."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Area:
    """The rectangle of a plot on the paper, in pixels."""

    left: int
    top: int
    width: int
    height: int


def even_axis(label: str, low: float, high: float) -> Axis:
    """An axis with about five round ticks; widened a little where there is no extent.

    >>> [text for _, text in even_axis("value", 0, 1).ticks]
    ['0', '0.2', '0.4', '0.6', '0.8', '1']
    """
    if high - low < 1e-9 * max(1.0, abs(low)):
        low, high = low - 0.5, high + 0.5
    raw = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(raw))
    step = float(min((m * power for m in (1, 2, 5, 10)), key=lambda s: abs(np.log(s / raw))))
    first = int(np.ceil(low / step - 1e-6))
    count = int(np.floor(high / step + 1e-6)) - first + 1
    return Axis(
        label, low, high, [(k * step, f"{k * step:.6g}") for k in range(first, first + count)]
    )


def colours(share: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Viridis: shares in [0, 1] of any shape to RGB with one more axis, in 128 levels."""
    share = np.round(share * (_LEVELS - 1)) / (_LEVELS - 1)
    place = np.linspace(0, 1, len(_VIRIDIS))
    channels = [np.interp(share, place, _VIRIDIS[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


class Sheet:
    """A white sheet to plot on.

    Args:
        size_hw: height and width in pixels.
        title: written at the top.
    """

    def __init__(self, size_hw: tuple[int, int], title: str) -> None:
        self._image = Image.new("RGB", (size_hw[1], size_hw[0]), PAPER)
        self._draw = ImageDraw.Draw(self._image)
        self.text((size_hw[1] / 2, 18), title, size=16)

    def pixels(self) -> NDArray[np.uint8]:
        """The sheet, (H, W, 3) uint8."""
        return np.asarray(self._image).copy()

    def text(self, xy: tuple[float, float], text: str, anchor: str = "mm", size: int = 12) -> None:
        """Write at a place; ``anchor`` as in Pillow."""
        self._draw.text(xy, text, fill=INK, font=ImageFont.load_default(size), anchor=anchor)

    def axes(self, area: Area, x: Axis, y: Axis, grid: bool = False) -> None:
        """Frame, ticks and labels; ``grid`` rules the area."""
        right, bottom = area.left + area.width, area.top + area.height
        for value, text in x.ticks:
            at = area.left + x.share(value) * area.width
            if grid:
                self._draw.line((at, area.top, at, bottom), FAINT)
            self._draw.line((at, bottom, at, bottom + 4), INK)
            self.text((at, bottom + 6), text, "mt")
        widest = 0.0
        for value, text in y.ticks:
            at = bottom - y.share(value) * area.height
            if grid:
                self._draw.line((area.left, at, right, at), FAINT)
            self._draw.line((area.left - 4, at, area.left, at), INK)
            self.text((area.left - 6, at), text, "rm")
            widest = max(widest, ImageFont.load_default(12).getlength(text))
        self._draw.rectangle((area.left - 1, area.top - 1, right, bottom), outline=INK)
        self.text((area.left + area.width / 2, bottom + 30), x.label)
        self._upright(int(area.left - widest - 20), area.top + area.height // 2, y.label)

    def heat(self, area: Area, values: NDArray[np.float64], low: float, high: float) -> None:
        """A heat map (rows, columns) that fills the area, row 0 on top."""
        tile = Image.fromarray(colours((values - low) / (high - low)))
        tile = tile.resize((area.width, area.height), Image.Resampling.NEAREST)
        self._image.paste(tile, (area.left, area.top))

    def colour_bar(self, area: Area, low: float, high: float) -> None:
        """What the colours of a heat map mean, with ticks on the right."""
        self.heat(area, np.linspace(high, low, area.height)[:, None], low, high)
        axis = even_axis("value", low, high)
        right, bottom = area.left + area.width, area.top + area.height
        for value, text in axis.ticks:
            at = bottom - axis.share(value) * area.height
            self._draw.line((right, at, right + 4, at), INK)
            self.text((right + 7, at), text, "lm")
        self._draw.rectangle((area.left - 1, area.top - 1, right, bottom), outline=INK)
        self.text((area.left, area.top - 12), axis.label, "lm")

    def box(self, corners: tuple[float, float, float, float]) -> None:
        """A white outline with a dark rim, seen on every colour."""
        x0, y0, x1, y1 = corners
        self._draw.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), outline=INK)
        self._draw.rectangle(corners, outline=PAPER)

    def cross(self, xy: tuple[float, float]) -> None:
        """A small white cross with a dark rim."""
        x, y = xy
        for width, ink in ((3, INK), (1, PAPER)):
            self._draw.line((x - 5, y, x + 5, y), ink, width)
            self._draw.line((x, y - 5, x, y + 5), ink, width)

    def curve(self, points: Sequence[tuple[float, float]], area: Area, axes: tuple[Axis, Axis],
              colour: int) -> None:  # fmt: skip
        """A line through data points, dotted where they are few; ``colour`` numbers `LINES`."""
        x, y = axes
        bottom = area.top + area.height
        placed = [
            (area.left + x.share(a) * area.width, bottom - y.share(b) * area.height)
            for a, b in points
        ]
        self._draw.line(placed, LINES[colour], 3, joint="curve")
        for a, b in placed if len(placed) <= _FEW else ():
            self._draw.ellipse((a - 4, b - 4, a + 4, b + 4), fill=LINES[colour])

    def key(self, xy: tuple[float, float], text: str, colour: int) -> None:
        """A line of the legend."""
        x, y = xy
        self._draw.line((x, y, x + 18, y), LINES[colour], 3)
        self.text((x + 24, y), text, "lm")

    def bar(self, corners: tuple[float, float, float, float], colour: int) -> None:
        """A filled bar."""
        self._draw.rectangle(corners, fill=LINES[colour])

    def rule(self, x: float, top: float, bottom: float) -> None:
        """A dark upright line."""
        self._draw.line((x, top, x, bottom), INK)

    def _upright(self, x: int, y: int, text: str) -> None:
        font = ImageFont.load_default(12)
        label = Image.new("RGB", (int(font.getlength(text)) + 4, 18), PAPER)
        ImageDraw.Draw(label).text((label.width / 2, 9), text, fill=INK, font=font, anchor="mm")
        turned = label.rotate(90, expand=True)
        self._image.paste(turned, (max(0, x - 9), y - turned.height // 2))
