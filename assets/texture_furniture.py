"""The textures of furniture and small things: stretched once over a side."""

from collections.abc import Callable

import numpy as np

from vgym.assets.texture_sketch import (
    BLACK,
    DARK,
    FINE,
    STEEL,
    WHITE,
    Colour,
    Field,
    Look,
    Sketch,
    between,
    lit,
    noise,
    paint,
    shade,
    vivid,
)
from vgym.assets.texture_tiles import one_board


def cover(look: Look) -> Colour:
    """A colour that books are bound in."""
    hues = look.pick(
        (0.0, 0.03, 0.08, 0.13, 0.38, 0.58, 0.62), (0.02, 0.1, 0.15, 0.48, 0.55, 0.6, 0.9)
    )
    hue = hues[int(look.rng.integers(len(hues)))]
    return vivid(hue, look.rng.uniform(0.3, 0.8), look.rng.uniform(0.4, 0.92))


def spines(s: Sketch, look: Look, x0: float, x1: float, top: float, floor: float) -> None:
    """A row of books standing on a shelf."""
    x = x0
    while x < x1 - 1.5:
        width = min(look.rng.uniform(2, 4.6), x1 - x)
        high = top + look.rng.uniform(0, 0.35) * (floor - top)
        colour = cover(look)
        s.rect(x, high, x + width, floor, shade(colour, 0.7))
        s.rect(x, high, x + width - 0.5, floor, colour)
        s.rect(x, high + 2, x + width - 0.5, high + 3, between(colour, (255, 240, 190), 0.6))
        x += width


def bookshelf(look: Look) -> Field:
    """Books on shelves."""
    colour = look.pick((150, 104, 64), (222, 220, 214))
    s = Sketch(shade(colour, 0.4))
    shelves = look.pick(4, 5)
    pitch = 61 / shelves
    for row in range(shelves):
        y = 2.5 + row * pitch
        gap = look.rng.uniform(30, 50) if row % 2 else 61
        spines(s, look, 3, gap, y + 1, y + pitch - 2)
        if gap < 55:
            s.ellipse(gap + 6, y + pitch - 5.5, 3.4, 3.6, vivid(look.rng.uniform(), 0.4, 0.85))
        s.bevel(0, y + pitch - 2, 64, y + pitch, colour, rim=0.4)
    for x in (0, 61):
        s.bevel(x, 0, x + 3, 64, colour)
    s.bevel(0, 0, 64, 2.5, colour)
    return s.colours()


def fronts(look: Look, colour: Colour, columns: int, rows: int, knobs: str, metal: Colour) -> Field:
    """Fronts of drawers or doors side by side and above one another.

    Args:
        look: which picture; gives the grain.
        colour: of the wood.
        columns: fronts side by side.
        rows: fronts above one another.
        knobs: "middle" of each front, "inner" edges of a pair of doors, or "bar" along the top.
        metal: colour of the knobs.
    """
    s = Sketch(one_board(look, colour, upright=rows == 1))
    face = s.image.copy()
    s.rect(0, 0, 64, 64, shade(colour, 0.45))
    width, height = 62 / columns, 62 / rows
    for column in range(columns):
        for row in range(rows):
            x0, y0 = 1 + column * width + 0.7, 1 + row * height + 0.7
            x1, y1 = x0 + width - 1.4, y0 + height - 1.4
            s.bevel(x0, y0, x1, y1, colour)
            left, top = round(FINE * (x0 + 0.8)), round(FINE * (y0 + 0.8))
            inner = (left, top, round(FINE * (x1 - 0.8)), round(FINE * (y1 - 0.8)))
            s.image.paste(face.crop(inner), (left, top))
            if rows == 1 or knobs == "inner":
                s.bevel(x0 + 3, y0 + 3, x1 - 3, y1 - 3, shade(colour, 0.92), raised=False)
                s.rect(x0 + 4.2, y0 + 4.2, x1 - 4.2, y1 - 4.2, shade(colour, 1.04))
            middle = (x0 + x1) / 2
            if knobs == "middle":
                for x in (middle,) if width < 40 or height > 22 else (x0 + 14, x1 - 14):
                    s.disc(x + 0.4, (y0 + y1) / 2 + 0.6, 2, shade(colour, 0.5))
                    s.disc(x, (y0 + y1) / 2, 1.9, metal)
            elif knobs == "bar":
                s.rect(middle - width / 5, y0 + 3.2, middle + width / 5, y0 + 5, metal, 0.8)
            else:
                x = x1 - 2 if column % 2 == 0 else x0 + 2
                s.rect(x - 0.9, (y0 + y1) / 2 - 4, x + 0.9, (y0 + y1) / 2 + 4, metal, 0.8)
    return s.colours()


def furniture(
    columns: tuple[int, int],
    rows: tuple[int, int],
    knobs: tuple[str, str],
    colours: tuple[Colour, Colour],
) -> Callable[[Look], Field]:
    """A drawer of fronts; each argument for train and for test."""

    def draw(look: Look) -> Field:
        metal = look.pick((212, 208, 196), (74, 70, 66))
        return fronts(
            look,
            look.pick(*colours),
            look.pick(*columns),
            look.pick(*rows),
            look.pick(*knobs),
            metal,
        )

    return draw


def piano_keys(look: Look) -> Field:
    """White keys with groups of two and three black ones."""
    s = Sketch(look.pick((250, 248, 240), (240, 230, 206)))
    count = look.pick(14, 10)
    pitch = 64 / count
    for k in range(count + 1):
        s.rect(k * pitch - 0.35, 0, k * pitch + 0.35, 64, (110, 106, 100))
        if k % 7 not in (2, 6):
            x = (k + 1) * pitch
            s.rect(x - pitch * 0.3, 0, x + pitch * 0.3, 40, BLACK)
            s.rect(x - pitch * 0.12, 2, x + pitch * 0.12, 36, (60, 60, 64))
    s.rect(0, 0, 64, 2, look.pick((120, 30, 34), (40, 30, 24)))
    return s.colours()


def fire(look: Look) -> Field:
    """Flames over logs in a hearth."""
    surround = look.pick((150, 82, 62), (214, 208, 198))
    s = Sketch(surround)
    if look.test:
        s.bevel(0, 0, 64, 9, surround, rim=1.5)
        s.bevel(2, 9, 12, 64, surround, rim=1.2)
        s.bevel(52, 9, 62, 64, surround, rim=1.2)
    else:
        for row in range(11):
            for x in np.arange(-8 + 6 * (row % 2), 64, 12.0):
                tone = shade(surround, look.rng.uniform(0.85, 1.15))
                s.rect(x + 0.4, row * 6 + 0.4, x + 11.6, row * 6 + 5.6, tone)
    s.rect(12, 14, 52, 62, (26, 18, 16), look.pick(6, 0))
    s.rect(12, 40, 52, 62, (40, 22, 16))
    for colour, width, height in (
        ((226, 74, 26), 1.0, 34),
        ((248, 150, 36), 0.72, 25),
        ((255, 228, 120), 0.4, 15),
    ):
        for x, share in look.pick(
            ((22, 0.7), (32, 1.0), (42, 0.75)), ((20, 0.9), (29, 0.7), (38, 1.0), (45, 0.6))
        ):
            half, top = 8 * width, 56 - height * share
            lean = 2.5 * np.sin(x)
            s.poly(
                [
                    (x - half, 56),
                    (x - half * 0.8, 56 - height * share * 0.4),
                    (x + lean, top),
                    (x + half * 0.8, 56 - height * share * 0.5),
                    (x + half, 56),
                ],
                colour,
            )
    s.line([(15, 60), (48, 54)], (92, 58, 36), 4.5)
    s.line([(16, 54), (49, 60)], (112, 72, 44), 4.5)
    s.disc(49, 60, 2.2, (196, 152, 100))
    return s.colours()


def cloth(look: Look, colour: Colour, strength: float) -> Sketch:
    """Cloth with soft folds."""
    folds = lit(9 * noise(look.rng, 2.4, finest=8), strength)
    return Sketch(np.clip(paint(colour, folds), 0, 1))


def pillow(look: Look) -> Field:
    """A plump cushion: piped, or with stripes."""
    colour = look.pick((236, 234, 228), (206, 214, 226))
    s = cloth(look, colour, 0.12)
    if look.test:
        for x in (12, 24, 36, 48):
            s.rect(x, 0, x + 4, 64, (120, 146, 188))
    y, x = np.mgrid[-1:1:256j, -1:1:256j]
    s.shaded(1.04 - 0.3 * np.maximum(np.abs(x) ** 4, np.abs(y) ** 4) - 0.08 * (x + y))
    s.frame(look.pick((190, 186, 176), (84, 108, 152)), 1.4)
    return s.colours()


def blanket(look: Look) -> Field:
    """A plaid, or a quilt of patches."""
    s = Sketch(look.pick((170, 56, 60), (226, 214, 196)))
    if look.test:
        for row in range(4):
            for column in range(4):
                hue = (0.02, 0.1, 0.36, 0.56, 0.9)[(row * 3 + column * 2) % 5]
                x, y = 16 * column, 16 * row
                s.rect(x, y, x + 16, y + 16, vivid(hue, 0.42, 0.85))
                if (row + column) % 2:
                    s.poly(
                        [(x + 8, y + 2), (x + 14, y + 8), (x + 8, y + 14), (x + 2, y + 8)],
                        vivid(hue + 0.4, 0.25, 0.95),
                    )
    else:
        for k in range(0, 64, 16):
            s.rect(k, 0, k + 6, 64, (120, 30, 44))
        for k in range(0, 64, 16):
            for x in range(0, 64, 16):
                s.rect(x + 6, k, x + 16, k + 6, (120, 30, 44))
                s.rect(x, k, x + 6, k + 6, (60, 18, 34))
            s.rect(0, k + 10, 64, k + 11, (244, 214, 150))
            s.rect(k + 10, 0, k + 11, 64, (244, 214, 150))
    s.shaded(lit(7 * noise(look.rng, 2.4, finest=8), 0.12))
    return s.colours()


def box_card(look: Look) -> Field:
    """A cardboard box with tape and marks."""
    colour = look.pick((190, 148, 102), (166, 126, 86))
    s = Sketch(np.clip(paint(colour, 1 + 0.03 * noise(look.rng, 1.4)), 0, 1))
    tape = look.pick((222, 196, 150), (206, 216, 220))
    s.rect(26, 0, 38, 64 if look.test else 18, tape)
    if look.test:
        s.rect(0, 30, 64, 31, shade(colour, 0.7))
        s.rect(42, 38, 60, 54, WHITE)
        for y in (41, 45, 49):
            s.rect(44, y, 56, y + 1.6, DARK)
    else:
        s.rect(4, 50, 20, 60, shade(colour, 0.9))
        for x in (44, 52):
            s.line([(x + 2, 58), (x + 2, 46)], DARK, 1.4)
            s.poly([(x - 1, 49), (x + 2, 44), (x + 5, 49)], DARK)
        s.rect(42, 59, 58, 60.4, DARK)
    s.frame(shade(colour, 0.62), 1)
    return s.colours()


def suitcase(look: Look) -> Field:
    """A leather case with straps, or a ribbed shell."""
    colour = look.pick((140, 84, 48), (40, 120, 140))
    s = Sketch(colour)
    s.bevel(0, 0, 64, 64, colour, rim=2)
    if look.test:
        for x in np.arange(6, 58, 8.0):
            s.bevel(x, 4, x + 5.5, 60, shade(colour, 1.1), rim=0.9)
        s.rect(22, 2, 42, 6, DARK, 2)
        s.rect(28, 30, 36, 36, STEEL, 1)
    else:
        for x in (12, 46):
            s.rect(x, 0, x + 6, 64, shade(colour, 0.6))
            s.bevel(x - 1, 22, x + 7, 30, (222, 186, 90))
        s.rect(24, 5, 40, 9, shade(colour, 0.45), 2)
        for x, y in ((0, 0), (54, 0), (0, 54), (54, 54)):
            s.rect(x, y, x + 10, y + 10, shade(colour, 0.7), 2)
        s.bevel(28, 24, 36, 32, (222, 186, 90))
    return s.colours()


def books(look: Look) -> Field:
    """A stack of books, their spines to the front."""
    s = Sketch((50, 44, 40))
    y = 64.0
    while y > 2:
        high = min(look.rng.uniform(*look.pick((7, 11), (9, 15))), y)
        colour = cover(look)
        s.bevel(0, y - high, 64, y, colour, rim=0.8)
        for x in (6, 56):
            s.rect(x, y - high, x + 2, y, between(colour, (255, 230, 160), 0.6))
        left = look.rng.uniform(14, 22)
        s.rect(
            left, y - high * 0.62, left + look.rng.uniform(16, 28), y - high * 0.38, (246, 236, 206)
        )
        y -= high
    return s.colours()


def lamp_shade(look: Look) -> Field:
    """Lit cloth of a lamp: pleated, or plain between bands."""
    x = np.linspace(-1, 1, 256)
    glow = (0.78 + 0.24 * np.exp(-(((x - 0.1) / 0.6) ** 2)))[:, None] * np.ones(256)
    if not look.test:
        glow = glow * (0.95 + 0.05 * np.sin(np.linspace(0, 32 * np.pi, 256)))
    s = Sketch(np.clip(paint(look.pick((255, 236, 190), (255, 206, 150)), glow), 0, 1))
    for y in (0, 61.5):
        s.rect(0, y, 64, y + 2.5, look.pick((206, 172, 110), (140, 70, 50)))
    return s.colours()


def safe(look: Look) -> Field:
    """A steel safe with a dial and a wheel, or with a keypad."""
    body = look.pick((86, 92, 98), (50, 66, 60))
    s = Sketch(body)
    s.bevel(0, 0, 64, 64, body, rim=2)
    s.bevel(6, 6, 58, 58, shade(body, 1.15), rim=1.4)
    for y in (14, 44):
        s.bevel(2, y, 8, y + 8, STEEL)
    if look.test:
        s.rect(14, 14, 34, 42, BLACK, 1)
        s.rect(16, 16, 32, 21, (110, 230, 120))
        for y in (24, 30, 36):
            for x in (17, 22.4, 27.8):
                s.rect(x, y, x + 3.8, y + 4, (206, 208, 208))
        s.rect(42, 20, 47, 44, STEEL, 2)
    else:
        s.disc(24, 32, 9, BLACK)
        for k in range(12):
            a = np.pi * k / 6
            s.disc(24 + 7.4 * np.cos(a), 32 + 7.4 * np.sin(a), 0.8, WHITE)
        s.disc(24, 32, 4.6, STEEL)
        for k in range(3):
            a = np.pi * k / 3 + 0.4
            far = [(46 + r * np.cos(a), 32 + r * np.sin(a)) for r in (-9, 9)]
            s.line(far, (208, 212, 216), 2.4)
        s.disc(46, 32, 3.4, (208, 212, 216))
    return s.colours()


DRAWERS: dict[str, Callable[[Look], Field]] = {
    "drawers": furniture((1, 1), (4, 5), ("middle", "bar"), ((176, 124, 76), (216, 210, 200))),
    "drawers_wide": furniture((2, 3), (3, 3), ("middle", "bar"), ((132, 88, 56), (196, 152, 104))),
    "cupboard": furniture((2, 2), (1, 2), ("inner", "inner"), ((190, 146, 96), (122, 86, 62))),
    "wardrobe": furniture((2, 3), (1, 1), ("inner", "inner"), ((142, 98, 62), (206, 184, 150))),
    "kitchen_front": furniture((2, 3), (1, 1), ("bar", "bar"), ((226, 224, 214), (96, 122, 112))),
    **{f.__name__: f for f in (bookshelf, piano_keys, fire, pillow, blanket, box_card, suitcase)},
    **{f.__name__: f for f in (books, lamp_shade, safe)},
}
