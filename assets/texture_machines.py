"""The textures of machines: stretched once over a side, most over the front."""

from collections.abc import Callable
from functools import partial

import numpy as np

from vgym.assets.texture_sketch import (
    BLACK,
    DARK,
    STEEL,
    WHITE,
    Colour,
    Field,
    Look,
    Sketch,
    noise,
    paint,
    shade,
    sprite,
    vivid,
)


def panel(s: Sketch, y0: float, y1: float, colour: Colour) -> None:
    """A strip of controls: a dial, a display and buttons."""
    s.bevel(1, y0, 63, y1, colour)
    middle = (y0 + y1) / 2
    s.disc(48, middle, (y1 - y0) * 0.33, shade(colour, 0.6))
    s.rect(47.6, middle - (y1 - y0) * 0.3, 48.6, middle, WHITE)
    s.rect(26, y0 + 2.5, 38, y1 - 2.5, BLACK)
    s.rect(28, middle - 1, 35, middle + 1, (90, 220, 150))
    for x in (55, 59):
        s.disc(x, middle, 1, shade(colour, 0.55))


def fridge(look: Look) -> Field:
    """A fridge with its freezer above or below, or two doors."""
    body = look.pick((224, 228, 230), (150, 154, 160))
    s = Sketch(enamel(look, body))
    if look.test:
        s.rect(31.3, 0, 32.7, 64, shade(body, 0.4))
        for x in (27, 35):
            s.bevel(x, 16, x + 2.4, 48, shade(body, 0.6))
        s.rect(8, 20, 20, 34, BLACK, 1)
        s.rect(10, 22, 18, 25, (110, 200, 240))
    else:
        s.rect(0, 21, 64, 22.6, shade(body, 0.4))
        s.bevel(5, 10, 8, 19, shade(body, 0.55))
        s.bevel(5, 25, 8, 42, shade(body, 0.55))
        for x, y, hue in ((26, 30, 0.0), (34, 34, 0.15), (30, 40, 0.6)):
            s.rect(x, y, x + 5, y + 4, vivid(hue, 0.6, 0.9))
    s.frame(shade(body, 0.5), 1)
    return s.colours()


def enamel(look: Look, colour: Colour) -> Field:
    """Brushed metal or enamel."""
    return np.clip(paint(colour, 1 + 0.02 * noise(look.rng, 0.8, stretch=20)), 0, 1)


def oven(look: Look) -> Field:
    """An oven: knobs above a window with a handle."""
    body = look.pick((198, 200, 204), (52, 54, 58))
    s = Sketch(enamel(look, body))
    s.rect(0, 0, 64, 14, look.pick((60, 62, 66), (186, 188, 190)))
    for x in look.pick((8, 18, 46, 56), (7, 15, 23, 31, 39)):
        s.disc(x, 7, 3.6, look.pick((208, 210, 212), (40, 42, 46)))
        s.rect(x - 0.6, 4, x + 0.6, 7, look.pick(BLACK, WHITE))
    s.rect(*look.pick((26, 3, 38, 11), (46, 3, 60, 11)), BLACK)
    s.rect(
        *look.pick((28, 5.5, 36, 8.5), (48, 5.5, 57, 8.5)),
        look.pick((110, 230, 120), (250, 120, 60)),
    )
    s.bevel(6, 17, 58, 20, look.pick((236, 238, 240), (206, 208, 210)))
    s.bevel(7, 24, 57, 55, (20, 20, 22), raised=False)
    s.rect(11, 28, 53, 51, look.pick((62, 44, 30), (34, 36, 42)))
    for y in (35, 43):
        s.rect(11, y, 53, y + 1, (130, 120, 108))
    s.poly([(38, 28), (46, 28), (34, 51), (26, 51)], look.pick((92, 68, 48), (58, 62, 70)))
    s.rect(0, 59, 64, 60, shade(body, 0.5))
    return s.colours()


def drum(look: Look, dryer: bool) -> Field:
    """A washing machine or a dryer: a round door below a strip of controls."""
    body = look.pick((240, 240, 238), (112, 118, 126))
    if dryer:
        body = look.pick((226, 228, 226), (156, 164, 172))
    s = Sketch(body)
    s.bevel(0, 0, 64, 64, body)
    panel(s, 1, 13, shade(body, 0.86))
    s.rect(3, 3, 21, 11, shade(body, 0.78 if dryer else 1.0), 1)
    y = 38
    s.disc(32, y, 22, shade(body, 0.72))
    s.disc(32, y, 20.5, look.pick((196, 200, 204), (58, 60, 64)) if not dryer else shade(body, 1.2))
    if dryer:
        # The door of a dryer is opaque but for a small pane.
        s.disc(32, y, 18, shade(body, 0.9))
        s.rect(18, y - 7, 46, y + 7, (70, 76, 84), 5)
        for x in np.arange(21, 44, 4.0):
            s.rect(x, 59.5, x + 2.4, 62, shade(body, 0.5))
    else:
        s.disc(32, y, 16, (44, 58, 74))
        s.ellipse(32, y + 6, 13.5, 8, look.pick((120, 160, 200), (180, 120, 130)))
        s.ellipse(28, y + 4, 6, 4, look.pick((214, 90, 80), (240, 226, 200)))
        s.poly([(24, y - 12), (31, y - 14), (24, y + 2), (19, y - 4)], (132, 152, 172))
    s.rect(52, y - 5, 55, y + 5, shade(body, 0.5), 1)
    return s.colours()


def dishwasher(look: Look) -> Field:
    """A dishwasher: a plain front with a handle and buttons."""
    body = look.pick((188, 192, 196), (240, 240, 236))
    s = Sketch(enamel(look, body))
    s.rect(0, 0, 64, 12, look.pick((46, 48, 52), (206, 208, 206)))
    for x in np.arange(6, 28, 5.0):
        s.disc(x, 6, 1.4, look.pick((210, 212, 214), (90, 94, 98)))
    s.rect(44, 3, 58, 9, BLACK)
    s.rect(46, 5, 54, 7, (100, 190, 250))
    s.bevel(10, 16, 54, 20, shade(body, 0.75))
    s.rect(12, 20, 52, 21.5, shade(body, 0.5))
    s.frame(shade(body, 0.5), 1.2)
    s.rect(0, 58, 64, 59, shade(body, 0.5))
    s.sprite(sprite("dinner plate"), 24, 32, 40, 44)
    return s.colours()


def microwave(look: Look) -> Field:
    """A microwave oven: a window, a display and buttons."""
    body = look.pick((58, 60, 64), (230, 230, 226))
    s = Sketch(body)
    s.bevel(0, 0, 64, 64, body)
    s.bevel(3, 6, 42, 58, BLACK, raised=False)
    s.rect(8, 13, 37, 51, (52, 46, 38))
    s.ellipse(22.5, 44, 12, 3.6, (120, 116, 104))
    s.poly([(24, 13), (32, 13), (20, 51), (12, 51)], (80, 74, 64))
    s.rect(42.5, 10, 45, 54, STEEL, 1)
    s.rect(48, 8, 61, 17, BLACK)
    s.rect(50, 10.5, 59, 14.5, look.pick((80, 240, 180), (250, 150, 70)))
    for y in (21, 28, 35, 42):
        for x in (48, 52.6, 57.2):
            s.rect(x, y, x + 3.6, y + 4.6, shade(body, look.pick(1.9, 0.72)))
    s.rect(48, 50, 61, 56, look.pick((70, 160, 90), (206, 80, 70)), 1)
    return s.colours()


def coffee_machine(look: Look) -> Field:
    """A coffee machine with a cup under its spout."""
    body = look.pick((44, 46, 50), (188, 52, 46))
    s = Sketch(body)
    s.bevel(0, 0, 64, 64, body)
    s.bevel(4, 3, 60, 20, shade(body, 1.35))
    s.rect(8, 6, 28, 17, look.pick((70, 160, 210), (20, 22, 26)))
    for x in (36, 44, 52):
        s.disc(x, 11.5, 3, look.pick((214, 216, 218), (246, 236, 214)))
    s.rect(10, 22, 54, 56, shade(body, 0.45))
    s.rect(24, 20, 40, 29, STEEL, 1)
    for x in (27, 35):
        s.rect(x, 29, x + 2.4, 33, (96, 98, 100))
        s.rect(x + 0.6, 33, x + 1.8, 40, (92, 56, 34))
    s.poly([(23, 39), (41, 39), (38, 52), (26, 52)], WHITE)
    s.ellipse(32, 39.5, 9, 1.8, (92, 56, 34))
    s.line([(41, 42), (45, 43), (44, 47), (40, 48)], WHITE, 1.5)
    s.rect(8, 53, 56, 60, STEEL)
    for slot in np.arange(10, 55, 3.0):
        s.rect(slot, 54.5, slot + 1.3, 58.5, (90, 92, 96))
    return s.colours()


def hob(look: Look) -> Field:
    """Four rings seen from above: glowing on glass, or gas burners."""
    s = Sketch(look.pick((28, 29, 32), (188, 190, 194)))
    s.bevel(0, 0, 64, 64, look.pick((28, 29, 32), (188, 190, 194)), rim=1.5)
    for x, y, r in ((18, 17, 11), (46, 17, 9), (18, 43, 9), (46, 43, 11)):
        if look.test:
            s.disc(x, y, r, (62, 64, 68))
            s.disc(x, y, r * 0.62, (150, 152, 156))
            s.disc(x, y, r * 0.4, (34, 36, 40))
            for dx, dy in ((1, 0), (0, 1)):
                s.rect(
                    x - dx * 12 - dy, y - dy * 12 - dx, x + dx * 12 + dy, y + dy * 12 + dx, BLACK
                )
        else:
            for share, colour in (
                (1, (120, 122, 126)),
                (0.9, (28, 29, 32)),
                (0.72, (206, 66, 40)),
                (0.52, (64, 26, 24)),
                (0.36, (206, 66, 40)),
                (0.2, (40, 26, 26)),
            ):
                s.disc(x, y, r * share, colour)
    for knob in (20, 28, 36, 44):
        s.disc(knob, 59, 2.1, look.pick((170, 172, 176), (40, 42, 46)))
    return s.colours()


def sink(look: Look) -> Field:
    """A basin seen from above with its tap."""
    rim = look.pick((196, 200, 204), (242, 242, 238))
    s = Sketch(enamel(look, rim))
    if look.test:
        s.ellipse(32, 36, 27, 24, shade(rim, 0.72))
        s.ellipse(32.6, 37, 25.6, 22.4, shade(rim, 0.93))
    else:
        s.bevel(5, 14, 59, 60, shade(rim, 0.62), raised=False, rim=2)
        s.rect(9, 18, 55, 56, shade(rim, 0.78), 4)
    s.disc(32, 38, 4, (90, 94, 98))
    s.disc(32, 38, 2.4, (36, 38, 42))
    tap = look.pick((232, 236, 240), (168, 172, 178))
    s.rect(29.2, 4, 35.4, 29, shade(tap, 0.55), 2)
    s.rect(29.6, 4, 34.4, 28, tap, 2)
    for x, hue in ((20, 0.0), (44, 0.6)):
        s.disc(x, 7, 3.6, shade(tap, 0.55))
        s.disc(x, 6.6, 3, tap)
        s.disc(x, 6.6, 1, vivid(hue, 0.8, 0.8))
    return s.colours()


def vending(look: Look) -> Field:
    """A vending machine: rows of goods behind glass."""
    body = look.pick((196, 36, 40), (34, 84, 168))
    s = Sketch(body)
    s.bevel(0, 0, 64, 64, body)
    s.rect(3, 3, 61, 9, WHITE)
    s.rect(12, 4.4, 40, 7.6, body)
    s.rect(3, 11, 46, 51, (226, 236, 240))
    for y in (12, 22, 32, 42):
        for x in np.arange(5, 43, 5.0):
            hue, can = look.rng.uniform(), look.rng.uniform() < look.pick(0.8, 0.3)
            colour = vivid(hue, 0.75, 0.85)
            s.rect(x, y + (1.5 if can else 0.5), x + 3.6, y + 8, colour, 0.8)
            s.rect(x, y + 4, x + 3.6, y + 5.4, WHITE)
        s.rect(3, y + 8, 46, y + 9.4, (120, 124, 130))
    s.rect(49, 14, 60, 20, BLACK)
    s.rect(50.5, 15.5, 58, 18.5, (90, 230, 130))
    for y in (24, 28, 32):
        for x in (49, 53, 57):
            s.rect(x, y, x + 3, y + 3, WHITE)
    s.rect(52, 38, 57, 46, STEEL)
    s.rect(53.8, 39, 55, 44, BLACK)
    s.bevel(8, 54, 42, 61, DARK, raised=False)
    return s.colours()


def copier(look: Look) -> Field:
    """A copier: lid, controls, a page coming out, and trays of paper."""
    body = look.pick((222, 222, 216), (176, 182, 190))
    s = Sketch(body)
    s.rect(0, 0, 64, 7, look.pick((70, 74, 80), (236, 236, 232)))
    s.bevel(0, 7, 64, 16, body)
    s.rect(36, 8.5, 50, 14.5, look.pick((70, 140, 200), (60, 190, 150)))
    for x in (53, 57, 61):
        s.disc(x, 11.5, 1.2, (70, 180, 90) if x == 61 else (90, 94, 100))
    s.rect(3, 18, 61, 28, DARK)
    s.rect(14, 23, 46, 26.5, WHITE)
    s.rect(6, 26.5, 58, 28, shade(body, 0.8))
    for y in (30, 41, 52):
        s.bevel(2, y, 62, y + 10, body)
        s.rect(24, y + 3, 40, y + 5.4, shade(body, 0.45), 1)
        s.rect(54, y + 3, 59, y + 7, look.pick((90, 130, 190), WHITE))
    return s.colours()


def locker(look: Look) -> Field:
    """Metal lockers with slots and locks."""
    body = look.pick((92, 120, 148), (118, 148, 112))
    s = Sketch(shade(body, 0.5))
    columns, rows = look.pick((3, 1), (2, 2))
    width, height = 64 / columns, 64 / rows
    for column in range(columns):
        for row in range(rows):
            x0, y0 = column * width + 0.6, row * height + 0.6
            s.bevel(x0, y0, x0 + width - 1.2, y0 + height - 1.2, body, rim=1)
            for y in (0, 3, 6):
                s.rect(x0 + 5, y0 + 5 + y, x0 + width - 6, y0 + 6.2 + y, shade(body, 0.4))
            s.rect(x0 + 6, y0 + 14, x0 + width - 7, y0 + 17, WHITE)
            if rows == 1:
                for y in (48, 51, 54):
                    s.rect(x0 + 5, y, x0 + width - 6, y + 1.2, shade(body, 0.4))
            s.rect(x0 + width - 6, y0 + height / 2, x0 + width - 3, y0 + height / 2 + 6, STEEL, 0.8)
    return s.colours()


def server(look: Look) -> Field:
    """A rack of computers with lights."""
    s = Sketch((30, 32, 36))
    pitch = look.pick(6.0, 8.6)
    for y in np.arange(2, 62 - pitch + 1, pitch):
        face = look.pick((62, 66, 72), (40, 44, 56))
        s.bevel(5, y, 59, y + pitch - 0.8, face, rim=0.4)
        for x in np.arange(8, 34, 2.0):
            s.rect(x, y + 1.3, x + 1, y + pitch - 2.2, (22, 24, 28))
        for x in (40, 44, 48, 52, 56):
            hue = look.pick((0.35, 0.35, 0.12, 0.58), (0.58, 0.5, 0.0, 0.35))[
                int(look.rng.integers(4))
            ]
            lamp = vivid(hue, 0.85, 1.0) if look.rng.uniform() < 0.75 else BLACK
            s.rect(x - 1, y + pitch / 2 - 1.4, x + 1, y + pitch / 2 + 0.6, lamp)
    for x0, x1 in ((0, 4), (60, 64)):
        s.bevel(x0, 0, x1, 64, look.pick((88, 90, 96), (30, 32, 40)))
    return s.colours()


def water_cooler(look: Look) -> Field:
    """A water cooler: a blue bottle above two taps."""
    wall = look.pick((236, 238, 238), (70, 74, 80))
    s = Sketch(wall)
    s.rect(0, 0, 64, 28, look.pick((206, 214, 218), (188, 196, 200)))
    s.rect(10, 1, 54, 25, (96, 172, 224), 6)
    s.rect(14, 2, 22, 24, (176, 218, 244), 3)
    for y in (8, 16):
        s.rect(10, y, 54, y + 1.2, (66, 138, 198))
    s.rect(24, 24, 40, 29, (66, 138, 198))
    s.bevel(0, 28, 64, 64, wall)
    s.rect(10, 32, 54, 50, shade(wall, 0.55), 1)
    for x, colour in ((20, (208, 50, 46)), (40, (44, 100, 200))):
        s.rect(x, 34, x + 6, 38, colour)
        s.rect(x + 1.5, 38, x + 4.5, 42, WHITE)
    s.rect(12, 48, 52, 51, (70, 74, 78))
    return s.colours()


def keyboard(look: Look) -> Field:
    """A computer's keyboard from above."""
    body, key = look.pick(((34, 36, 40), (74, 78, 84)), ((196, 198, 200), (244, 244, 242)))
    s = Sketch(body)
    for row, y in enumerate(np.arange(4, 48, 11.2)):
        shift = (0.0, 1.4, 2.0, 3.2)[row]
        for x in np.arange(2 + shift, 59, 5.1):
            s.bevel(x, y, x + 4.2, y + 9, key, rim=0.5)
    for x0, x1 in ((2, 10), (12, 46), (48, 62)):
        s.bevel(x0, 50, x1, 60, key, rim=0.5)
    return s.colours()


DRAWERS: dict[str, Callable[[Look], Field]] = {
    "washer": partial(drum, dryer=False),
    "dryer": partial(drum, dryer=True),
    **{f.__name__: f for f in (fridge, oven, dishwasher, microwave, coffee_machine, hob, sink)},
    **{f.__name__: f for f in (vending, copier, locker, server, water_cooler, keyboard)},
}
