"""The textures with holes: things that stand on the floor, seen from the side."""

from collections.abc import Callable
from functools import partial

import numpy as np

from vgym.assets.texture_sketch import Colour, Look, Sketch, between, shade, sprite

WIDEST_STRETCH = 1.3  # A sprite is stretched by at most this to fill its cell.


def standing(name: str, turn: float = 0.0, mirror: bool = False) -> Sketch:
    """A sprite on the bottom of the cell, as large as it goes."""
    picture = sprite(name, turn, mirror)
    longest = max(picture.size)
    width, height = (min(64.0, side / longest * 64 * WIDEST_STRETCH) for side in picture.size)
    sketch = Sketch()
    # Round to whole pixels, so that the lowest row is not half covered.
    width, height = round(width), round(height)
    left = (64 - width) // 2
    sketch.sprite(picture, left, 64 - height, left + width, 64)
    return sketch


def either(train: Callable[[], Sketch], test: Callable[[], Sketch]) -> Callable[[Look], Sketch]:
    """A drawer of one sketch for training and one for the test split."""
    return lambda look: test() if look.test else train()


def pot(sketch: Sketch, look: Look, top: float, width: float) -> None:
    """A plant pot on the floor, from its top edge down."""
    colour = look.pick((176, 92, 58), (88, 98, 112))
    taper = look.pick(0.72, 1.0) * width
    sketch.poly([(32 - width, top), (32 + width, top), (32 + taper, 64), (32 - taper, 64)], colour)
    bright, dark = shade(colour, 1.2), shade(colour, 0.75)
    sketch.poly(
        [(32 + width * 0.4, top), (32 + width, top), (32 + taper, 64), (32 + taper * 0.4, 64)], dark
    )
    sketch.rect(32 - width - 1, top - 1, 32 + width + 1, top + 3, bright, 0.5)


def frond(
    sketch: Sketch,
    start: tuple[float, float],
    angle: float,
    length: float,
    colour: Colour,
    leaflet: float,
    droop: float,
) -> None:
    """A feathered leaf that bends down under its weight.

    Args:
        sketch: what to draw on.
        start: where it grows from.
        angle: first direction, radians from straight up, to the right.
        length: in units.
        colour: of the leaf.
        leaflet: length of the leaflets.
        droop: how much the angle grows towards the tip.
    """
    steps = 14
    x, y = start
    points = [start]
    for step in range(steps):
        turn = angle * (1 + droop * step / steps) + 0.25 * np.sign(angle) * droop * step / steps
        x += np.sin(turn) * length / steps
        y -= np.cos(turn) * length / steps
        points.append((x, y))
        reach = leaflet * np.sin(np.pi * min(1, (step + 2) / (steps + 1))) + 0.8
        for side in (-1, 1):
            lean = turn + side * 1.0
            tip = (x + np.sin(lean) * reach, y - np.cos(lean) * reach)
            tone = shade(colour, 1.0 + 0.16 * side)
            sketch.line([(x, y), tip], tone, 1.3)
    sketch.line(points, shade(colour, 0.8), 0.9)


def fern(look: Look) -> Sketch:
    """A fern in a pot."""
    sketch = Sketch()
    for angle in np.linspace(-1.5, 1.5, look.pick(13, 10)):
        tone = look.rng.uniform(0.75, 1.2)
        colour = shade(look.pick((62, 140, 56), (104, 158, 74)), tone)
        length = look.rng.uniform(30, 36) * (1 - 0.1 * abs(angle))
        frond(sketch, (32, 44), angle + 0.01, length, colour, look.pick(4.5, 3.2), 0.7)
    pot(sketch, look, 45, 10)
    return sketch


def palm(look: Look) -> Sketch:
    """A palm in a pot: feathered, or with fans."""
    sketch = Sketch()
    trunk = look.pick((128, 98, 66), (108, 90, 72))
    if look.test:
        for foot, top, y in ((30, 20, 22), (34, 44, 26), (32, 32, 12)):
            sketch.line([(foot, 52), (top, y)], trunk, 1.8)
            for angle in np.linspace(-2.1, 2.1, 13):
                tone = shade((70, 150, 80), look.rng.uniform(0.75, 1.2))
                tip = (top + 17 * np.sin(angle), y - 12 * np.cos(angle))
                side = (top + 9 * np.sin(angle + 0.12), y - 7 * np.cos(angle + 0.12))
                sketch.poly([(top, y), side, tip], tone)
                sketch.line([(top, y), tip], tone, 1.1)
    else:
        sketch.line([(32, 52), (31, 38), (32, 24)], trunk, 3.4)
        for angle in (-1.9, -1.3, -0.75, -0.25, 0.3, 0.8, 1.35, 1.95):
            tone = shade((54, 128, 58), look.rng.uniform(0.8, 1.2))
            frond(sketch, (32, 25), angle, 31, tone, 5.0, 0.75)
    pot(sketch, look, 50, 11)
    return sketch


def bush(look: Look) -> Sketch:
    """A dense plant in a pot: round leaves, or a ball of box."""
    sketch = Sketch()
    dark, bright = look.pick(((34, 84, 40), (116, 176, 78)), ((40, 92, 62), (132, 196, 130)))
    if look.test:
        sketch.line([(32, 54), (32, 36)], (110, 84, 58), 3)
    middle, reach = look.pick((24.0, 23.0), (20.0, 19.0))
    sketch.ellipse(32, middle, reach * look.pick(1.15, 1.0), reach * 0.92, dark)
    for _ in range(420):
        angle, away = look.rng.uniform(0, 2 * np.pi), np.sqrt(look.rng.uniform())
        x = 32 + reach * look.pick(1.2, 1.0) * away * np.cos(angle)
        y = middle + reach * 0.98 * away * np.sin(angle)
        light = np.clip(0.55 - (x - 32 + y - middle) / 70 + look.rng.normal(0, 0.2), 0, 1)
        size = look.pick(2.3, 1.2)
        sketch.ellipse(x, y, size, size * 0.7, between(dark, bright, float(light)))
    pot(sketch, look, look.pick(46, 50), look.pick(13, 10))
    return sketch


def cactus(look: Look) -> Sketch:
    """A cactus: a potted column with arms, or the sprite's."""
    if look.test:
        return standing("cactus", 0.04)
    sketch = Sketch()
    green = (74, 140, 84)
    for points in (
        [(32, 50), (32, 6)],
        [(32, 36), (14, 36), (14, 18)],
        [(32, 30), (49, 30), (49, 14)],
    ):
        thick = 13 if len(points) == 2 else 8
        sketch.line([(float(x), float(y)) for x, y in points], green, thick)
        for x, y in points:
            sketch.disc(x, y, thick / 2, green)
    for shift in (-4.0, -1.3, 1.3, 4.0):
        sketch.line([(32 + shift, 50), (32 + shift, 4)], shade(green, 0.75), 0.6)
    for across, y0, y1 in ((12.5, 36, 17), (15.5, 36, 17), (47.5, 30, 13), (50.5, 30, 13)):
        sketch.line([(across, y0), (across, y1)], shade(green, 0.75), 0.6)
    pot(sketch, look, 48, 12)
    return sketch


def fruit_bowl(look: Look) -> Sketch:
    """A bowl heaped with fruit."""
    sketch = Sketch()
    fruit = look.pick(
        ("banana", "pear", "bunch of grapes", "apple", "tangerine", "lemon"),
        ("pineapple", "mango", "kiwi", "peach", "melon", "lemon"),
    )
    spots = ((20, 2, 46, 28), (4, 12, 28, 36), (38, 10, 62, 36), (2, 22, 24, 44), (42, 22, 62, 44))
    for name, box in zip(fruit, spots, strict=False):
        sketch.sprite(sprite(name), *box)
    sketch.sprite(sprite(fruit[5]), 21, 20, 44, 42)
    colour = look.pick((74, 112, 160), (226, 220, 204))
    angles = np.linspace(0, np.pi, 24)
    rim = [(32 + 31.5 * np.cos(a), 38 + 24 * np.sin(a)) for a in angles]
    sketch.poly(rim, colour)
    sketch.poly([(x, y) for x, y in rim if x > 40] + [(44.0, 38.0)], shade(colour, 0.82))
    sketch.rect(0.5, 36.5, 63.5, 40, shade(colour, 1.18), 1)
    sketch.rect(20, 60, 44, 64, shade(colour, 0.75))
    return sketch


def drawn_robot(look: Look) -> Sketch:
    """A toy robot: the sprite's head, or a tin one with arms and legs."""
    if not look.test:
        return standing("robot")
    sketch = Sketch()
    body, trim = (196, 70, 58), (232, 200, 80)
    sketch.line([(32, 10), (32, 2)], (120, 120, 126), 1.2)
    sketch.disc(32, 3, 2.4, trim)
    sketch.bevel(20, 8, 44, 25, (150, 160, 172))
    for x in (26, 38):
        sketch.disc(x, 15, 3, (250, 246, 210))
        sketch.disc(x, 15, 1.3, (30, 40, 60))
    sketch.rect(26, 20.5, 38, 22.5, (60, 66, 76))
    sketch.bevel(16, 27, 48, 48, body)
    sketch.bevel(23, 31, 41, 42, trim)
    for x in (27, 32, 37):
        sketch.disc(x, 36.5, 1.7, (60, 110, 180))
    for x0 in (7, 50):
        sketch.bevel(x0, 28, x0 + 7, 45, (150, 160, 172))
        sketch.disc(x0 + 3.5, 46, 3.5, trim)
    for x0 in (19, 35):
        sketch.bevel(x0, 48, x0 + 10, 59, (150, 160, 172))
        sketch.bevel(x0 - 2, 58, x0 + 12, 64, body)
    return sketch


DRAWERS: dict[str, Callable[[Look], Sketch]] = {
    "fern": fern,
    "palm": palm,
    "bush": bush,
    "cactus": cactus,
    "bouquet": either(
        partial(standing, "bouquet"), partial(standing, "bouquet", turn=0.92, mirror=True)
    ),
    "teddy_bear": either(
        partial(standing, "teddy", turn=-0.03, mirror=True), partial(standing, "teddy", turn=0.8)
    ),
    "ball": either(partial(standing, "soccer ball"), partial(standing, "basketball")),
    "backpack": either(
        partial(standing, "backpack"), partial(standing, "backpack", turn=0.45, mirror=True)
    ),
    "guitar": either(
        partial(standing, "guitar"), partial(standing, "guitar", turn=0.6, mirror=True)
    ),
    "vase": either(partial(standing, "vase"), partial(standing, "vase", turn=0.55, mirror=True)),
    "fruit_bowl": fruit_bowl,
    "toy_car": either(partial(standing, "car"), partial(standing, "jeep", turn=0.3, mirror=True)),
    "robot_toy": drawn_robot,
    "umbrella": either(
        partial(standing, "umbrella"), partial(standing, "umbrella", turn=0.45, mirror=True)
    ),
    "bicycle": either(
        partial(standing, "bicycle"), partial(standing, "bicycle", turn=0.55, mirror=True)
    ),
    "cat": either(partial(standing, "cat"), partial(standing, "cat", turn=0.93, mirror=True)),
    "dog": either(partial(standing, "dog"), partial(standing, "poodle", mirror=True)),
    "balloon": either(
        partial(standing, "balloon"), partial(standing, "balloon", turn=0.6, mirror=True)
    ),
}
