"""Small made-up pictures for cards, albums and maps, drawn from the canvas's own shapes."""

from __future__ import annotations

import numpy as np

from vgym.core.keys import below, stream, uniform
from vgym.envs.gui.toolkit.canvas import Box, Canvas
from vgym.envs.gui.toolkit.themes import Colour, mix

_KIND, _WHERE, _COLOUR = stream("thumb kind"), stream("thumb where"), stream("thumb colour")
_SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((64, 128, 214), (190, 222, 250)),
    ((250, 140, 90), (255, 222, 170)),
    ((30, 32, 80), (120, 90, 150)),
    ((110, 180, 200), (230, 244, 240)),
)
_LANDS: tuple[Colour, ...] = ((52, 110, 70), (120, 92, 60), (60, 70, 110), (196, 160, 100))
_INKS: tuple[Colour, ...] = (
    *((214, 70, 70), (196, 116, 10), (62, 138, 82), (50, 110, 200)),
    *((130, 80, 180), (24, 136, 146), (206, 90, 146), (90, 96, 110)),
)


def thumbnail(canvas: Canvas, box: Box, key: np.uint64) -> None:
    """A landscape, discs, stripes or a face of a record; the key says which and how."""
    kind = below(key, _KIND, 0, 4)
    with canvas.clipped(box):
        (_landscape, _discs, _stripes, _record)[kind](canvas, box, key)


def ink(key: np.uint64, number: int) -> Colour:
    """A strong colour, as for an avatar or a bar of a chart."""
    return _INKS[below(key, _COLOUR, number, len(_INKS))]


def avatar(canvas: Canvas, box: Box, letters: str, key: np.uint64) -> None:
    """A disc with a person's initials."""
    colour = ink(key, 0)
    canvas.fill(box, colour, radius=(box[3] - box[1]) // 2)
    px = max(6, (box[3] - box[1]) * 2 // 5)
    canvas.text_in(box, letters, (255, 255, 255), align="centre", px=min(px, 200), bold=True)


def street_map(canvas: Canvas, box: Box, key: np.uint64) -> None:
    """Streets, a park and water, seen from above."""
    dark = canvas.theme.dark
    ground, road = ((38, 44, 54), (74, 82, 96)) if dark else ((238, 236, 228), (255, 255, 255))
    width, height = box[2] - box[0], box[3] - box[1]

    def at(number: int) -> tuple[int, int]:
        x = box[0] + int(width * uniform(key, _WHERE, 2 * number))
        return x, box[1] + int(height * uniform(key, _WHERE, 2 * number + 1))

    with canvas.clipped(box):
        canvas.fill(box, ground)
        green = (40, 74, 56) if dark else (200, 226, 188)
        blue = (34, 62, 92) if dark else (170, 211, 230)
        for number, colour in ((0, green), (1, blue), (2, green)):
            x, y = at(number)
            canvas.fill(
                (x - width // 8, y - height // 7, x + width // 8, y + height // 7), colour,
                radius=height // 20,
            )  # fmt: skip
        thick = max(2, min(width, height) // 50)
        for number in range(5):
            y = box[1] + height * (2 * number + 1) // 10
            bend = int(height * 0.1 * uniform(key, _WHERE, 20 + number))
            canvas.line((box[0], y), (box[2], y + bend), road, thick)
            x = box[0] + width * (2 * number + 1) // 10
            bend = int(width * 0.1 * uniform(key, _WHERE, 30 + number))
            canvas.line((x, box[1]), (x + bend, box[3]), road, thick)
        canvas.line(at(8), at(9), (250, 190, 90), thick * 1.5)


def _landscape(canvas: Canvas, box: Box, key: np.uint64) -> None:
    low, high = _SKIES[below(key, _COLOUR, 1, len(_SKIES))]
    land = _LANDS[below(key, _COLOUR, 2, len(_LANDS))]
    width, height = box[2] - box[0], box[3] - box[1]
    canvas.fill(box, low, to=high)
    x = box[0] + int(width * (0.2 + 0.6 * uniform(key, _WHERE, 0)))
    canvas.disc((x, box[1] + height // 3), max(1, height // 9), (255, 246, 214))
    for number in range(3):
        peak = box[0] + int(width * uniform(key, _WHERE, 1 + number))
        top = box[1] + int(height * (0.3 + 0.25 * uniform(key, _WHERE, 5 + number)))
        reach = int(width * (0.35 + 0.3 * uniform(key, _WHERE, 9 + number)))
        colour = mix(land, high, 0.5 - 0.25 * number)
        canvas.triangle((peak, top), (peak + reach, box[3]), (peak - reach, box[3]), colour)
    canvas.fill((box[0], box[3] - height // 6, box[2], box[3]), mix(land, (0, 0, 0), 0.15))


def _discs(canvas: Canvas, box: Box, key: np.uint64) -> None:
    canvas.fill(box, mix(ink(key, 3), (255, 255, 255), 0.75))
    width, height = box[2] - box[0], box[3] - box[1]
    for number in range(5):
        x = box[0] + int(width * uniform(key, _WHERE, 2 * number))
        y = box[1] + int(height * uniform(key, _WHERE, 2 * number + 1))
        size = max(1, int(height * (0.1 + 0.2 * uniform(key, _WHERE, 20 + number))))
        canvas.disc((x, y), size, ink(key, 4 + number))


def _stripes(canvas: Canvas, box: Box, key: np.uint64) -> None:
    count = 3 + below(key, _WHERE, 40, 4)
    for number in range(count):
        x0 = box[0] + (box[2] - box[0]) * number // count
        x1 = box[0] + (box[2] - box[0]) * (number + 1) // count
        colour = ink(key, 10 + number)
        canvas.fill((x0, box[1], x1, box[3]), colour, to=mix(colour, (0, 0, 0), 0.35))


def _record(canvas: Canvas, box: Box, key: np.uint64) -> None:
    canvas.fill(box, ink(key, 20), to=mix(ink(key, 21), (0, 0, 0), 0.3))
    x, y = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    size = max(3, min(box[2] - box[0], box[3] - box[1]) * 2 // 5)
    for share, colour in ((1.0, (24, 24, 28)), (0.42, ink(key, 22)), (0.08, (240, 240, 240))):
        canvas.disc((x, y), max(1, int(size * share)), colour)
