"""The textures of doors, windows, and what hangs on walls: stretched once over a side."""

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
    down,
    mix,
    noise,
    paint,
    photo,
    shade,
    sprite,
    vivid,
)
from vgym.assets.texture_tiles import one_board

GREENS: tuple[Colour, ...] = ((44, 92, 40), (64, 120, 52), (92, 148, 66), (34, 72, 44))


def door(look: Look) -> Field:
    """A wooden door with panels and a handle."""
    colour = look.pick((164, 112, 68), (214, 210, 200))
    s = Sketch(one_board(look, colour, upright=True))
    rows = look.pick(((5, 26), (32, 59)), ((5, 18), (23, 36), (41, 59)))
    for y0, y1 in rows:
        for x0, x1 in look.pick(((7.0, 29.0), (35.0, 57.0)), ((8.0, 56.0),)):
            s.bevel(x0, y0, x1, y1, shade(colour, 0.72), raised=False, rim=1.3)
            s.bevel(x0 + 3, y0 + 2.5, x1 - 3, y1 - 2.5, shade(colour, 0.95))
    for x0, x1 in ((0, 1.5), (62.5, 64)):
        s.rect(x0, 0, x1, 64, shade(colour, 0.55))
    s.rect(0, 0, 64, 1, shade(colour, 0.55))
    metal = look.pick((224, 190, 96), (96, 98, 104))
    s.rect(57.5, 28, 61.5, 37, shade(metal, 0.75), 1)
    s.rect(50, 30.5, 60, 33, metal, 1)
    return s.colours()


def glass_door(look: Look) -> Field:
    """A framed glass door."""
    s = down((186, 210, 214), (132, 166, 172))
    for x in (8, 30, 38):
        s.poly([(x, 56), (x + 20, 8), (x + 26, 8), (x + 6, 56)], (206, 226, 228))
    frame = look.pick((84, 88, 94), (150, 104, 64))
    s.frame(frame, 7, 5)
    if look.test:
        s.rect(7, 30, 57, 32.5, frame)
        s.rect(7, 17, 57, 18.5, frame)
    s.rect(50, 24, 53, 42, (222, 224, 226), 1.4)
    return s.colours()


def clouds(look: Look) -> Sketch:
    """Sky from the photographs with clouds drawn in."""
    sky = look.pick("backgrounds/hazy_sky.jpg", "backgrounds/evening_sky.jpg")
    base = photo(sky, (0, 0, 512, 512))
    blue, white = look.pick(((96, 158, 222), WHITE), ((84, 108, 172), (250, 196, 160)))
    height = np.linspace(1, 0.1, 256)[:, None]
    base = mix(base, blue, 0.75 * height * np.ones((256, 256)))
    puffs = noise(look.rng, 1.5, stretch=1.8, finest=4)
    return Sketch(mix(base, white, np.clip((puffs - 0.2) * 0.9, 0, 0.95)))


def garden(look: Look) -> Sketch:
    """Trees and a lawn under the sky."""
    s = clouds(look)
    lawn, leaves = look.pick(("meadow", "foliage"), ("grass_blur", "dark_leaves"))
    for _ in range(look.pick(240, 160)):
        x = look.rng.uniform(-4, 68)
        crown = 20 + 6 * np.sin(x / look.pick(7, 11) + look.pick(0.0, 2.0))
        y = look.rng.uniform(crown, 44)
        tone = look.pick(GREENS, ((112, 132, 52), (76, 110, 60), (164, 140, 52), (52, 84, 50)))
        s.disc(x, y, look.rng.uniform(2, 4.5), shade(tone[int(look.rng.integers(4))], 1.1))
    hedge = photo(f"backgrounds/{leaves}.jpg", (60, 60, 460, 260), 256, 96)
    s.paste(hedge, 0, 38, 64, 45)
    grass = photo(f"backgrounds/{lawn}.jpg", (0, 60, 512, 360), 256, 96)
    s.paste(np.clip(grass * look.pick(1.15, 1.5), 0, 1), 0, 43, 64, 64)
    trunk, spot = (92, 68, 48), look.pick(46, 16)
    s.line([(spot, 48), (spot, 24)], trunk, 2.4)
    for _ in range(60):
        x, y = look.rng.normal(spot, 5.5), look.rng.normal(20, 4.5)
        blossom: Colour = look.pick((84, 150, 58), (206, 120, 140))
        s.disc(x, y, 2.2, shade(blossom, look.rng.uniform(0.7, 1.2)))
    return s


def city(look: Look) -> Sketch:
    """Towers with lit windows."""
    s = look.pick(
        partial(down, (126, 178, 228), (220, 232, 240)), partial(down, (38, 36, 82), (236, 140, 96))
    )()
    for depth in range(3):
        x = -3.0
        while x < 64:
            width = float(look.rng.integers(7, 13))
            top = float(look.rng.integers(10 + 10 * depth, 30 + 9 * depth))
            tone = 0.5 + 0.18 * depth
            hue = look.pick((170, 160, 152), (70, 70, 104))
            face = shade(hue, (1.45 - tone) * look.rng.uniform(0.85, 1.1))
            s.rect(x, top, x + width, 64, face)
            s.rect(x + width - 1.5, top, x + width, 64, shade(face, 0.8))
            for wy in np.arange(top + 2, 63, 3.0):
                for wx in np.arange(x + 1.2, x + width - 2.4, 2.4):
                    on = look.rng.uniform() < look.pick(0.25, 0.5)
                    pane = look.pick((208, 226, 240), (255, 214, 120)) if on else shade(face, 0.66)
                    s.rect(wx, wy, wx + 1.4, wy + 1.6, pane)
            x += width + float(look.rng.integers(0, 2 + depth))
    return s


def window(view: Callable[[Look], Sketch], look: Look) -> Field:
    """A view behind a window's frame."""
    s = view(look)
    frame = look.pick(WHITE, (122, 82, 52))
    bars: tuple[tuple[float, float, float, float], ...] = look.pick(
        ((30, 0, 34, 64), (4, 20, 60, 22.5)), ((20, 0, 22.5, 64), (41.5, 0, 44, 64))
    )
    for box in (*bars, (0, 0, 4.5, 64), (59.5, 0, 64, 64), (0, 0, 64, 4.5), (0, 59, 64, 64)):
        s.bevel(*box, frame)
    return s.colours()


def curtain(look: Look) -> Field:
    """Folded cloth hanging from a rail."""
    x = (np.arange(256) + 0.5) / 4
    bend = 0.8 * np.sin(x / 9 + look.pick(0, 2))
    folds = 0.82 + 0.2 * np.sin(2 * np.pi * (x + bend) / look.pick(6.4, 9.1))
    cloth = paint(look.pick((176, 62, 66), (78, 120, 128)), np.repeat(folds[None], 256, 0))
    if look.test:
        cloth[np.arange(256) % 40 < 8] *= 1.25
    s = Sketch(np.clip(cloth, 0, 1))
    s.rect(0, 0, 64, 3, look.pick((150, 110, 60), (60, 60, 64)))
    return s.colours()


def radiator(look: Look) -> Field:
    """Ribs of a radiator."""
    s = Sketch((120, 120, 118))
    pitch = look.pick(8.0, 64 / 14)
    for x in np.arange(0, 64 - 0.1, pitch):
        colour = look.pick(WHITE, (216, 212, 202))
        s.bevel(x + 0.6, look.pick(3, 0), x + pitch - 0.6, look.pick(61, 64), colour, rim=1)
    for y in look.pick((7, 53), (1, 59)):
        s.bevel(0, y, 64, y + 4, look.pick(WHITE, (216, 212, 202)))
    return s.colours()


# Pictures on walls.


def framed(picture: Sketch, frame: Colour, mat: bool) -> Field:
    """A picture in a frame, with or without a pale mat."""
    s = Sketch(frame)
    s.bevel(0, 0, 64, 64, frame, rim=1.2)
    s.bevel(4, 4, 60, 60, shade(frame, 0.8), raised=False)
    inset = 10 if mat else 5
    if mat:
        s.rect(5, 5, 59, 59, (244, 240, 230))
    s.paste(picture.colours(), inset, inset, 64 - inset, 64 - inset)
    return s.colours()


def landscape(look: Look) -> Field:
    """Painted mountains above a lake, or a sunset over the sea."""
    if look.test:
        s = down((70, 60, 120), (250, 150, 80))
        s.disc(40, 34, 9, (255, 226, 140))
        s.rect(0, 40, 64, 64, (60, 64, 112))
        for y in range(41, 64, 3):
            half = look.rng.uniform(4, 12)
            s.rect(40 - half, y, 40 + half, y + 1.2, (250, 190, 120))
        s.poly([(12, 46), (26, 46), (23, 50), (15, 50)], (40, 30, 34))
        s.poly([(19, 44), (19, 26), (29, 44)], (244, 236, 220))
        return framed(s, (70, 46, 34), mat=False)
    s = down((120, 176, 224), (250, 226, 190))
    for peak, top, tone in ((14, 20, (120, 128, 160)), (46, 14, (98, 110, 146))):
        s.poly([(peak - 30, 46), (peak, top), (peak + 30, 46)], tone)
        s.poly([(peak - 6, top + 9), (peak, top), (peak + 6, top + 9), (peak, top + 6)], WHITE)
    s.rect(0, 42, 64, 64, (86, 142, 172))
    s.poly([(0, 40), (20, 42), (36, 50), (0, 56)], (88, 130, 62))
    s.poly([(64, 46), (30, 58), (40, 64), (64, 64)], (108, 146, 66))
    for x in (4, 10, 16, 56):
        s.poly([(x - 4, 48), (x, 32), (x + 4, 48)], (40, 84, 50))
    return framed(s, (196, 156, 74), mat=False)


def portrait(look: Look) -> Field:
    """A painted head and shoulders."""
    back, coat, hair, skin = look.pick(
        ((72, 62, 48), (120, 36, 40), (64, 40, 26), (228, 184, 150)),
        ((64, 104, 116), (226, 196, 84), (28, 24, 26), (150, 100, 70)),
    )
    s = down(shade(back, 1.2), shade(back, 0.7))
    s.ellipse(32, 66, 26, 22, coat)
    s.poly([(24, 46), (40, 46), (32, 58)], WHITE)
    s.ellipse(32, 26, 15, look.pick(19, 15), hair)
    if not look.test:
        s.rect(17, 26, 47, 44, hair, 4)
    s.rect(27, 36, 37, 48, shade(skin, 0.88))
    s.ellipse(32, 29, 10.5, 13.5, skin)
    s.ellipse(32, 17, 12, 5.5, hair)
    for x in (27.5, 36.5):
        s.ellipse(x, 28, 1.6, 1.1, BLACK)
        s.rect(x - 2.2, 24.5, x + 2.2, 25.5, hair)
    s.line([(32, 29), (31, 33.5), (33, 33.5)], shade(skin, 0.75), 0.8)
    s.ellipse(32, 37.5, 3, 1, (166, 70, 66))
    return framed(s, look.pick((150, 112, 48), (230, 226, 216)), mat=False)


def abstract(look: Look) -> Field:
    """Blocks between black lines, or circles."""
    s = Sketch((240, 236, 224))
    if look.test:
        for x, y, r, hue in (
            (20, 22, 17, 0.58),
            (44, 38, 16, 0.05),
            (24, 48, 11, 0.13),
            (48, 14, 8, 0.36),
        ):
            s.disc(x, y, r, vivid(hue, 0.75, 0.85))
            s.disc(x, y, r * 0.6, vivid(hue + 0.08, 0.4, 0.96))
            s.disc(x, y, r * 0.25, DARK)
        return framed(s, DARK, mat=True)
    for box, colour in (
        ((20, 0, 64, 38), (204, 36, 34)),
        ((0, 38, 20, 64), (32, 72, 156)),
        ((52, 52, 64, 64), (242, 202, 48)),
        ((0, 0, 20, 16), (242, 202, 48)),
    ):
        s.rect(*box, colour)
    bars: tuple[tuple[float, float, float, float], ...] = (
        (18, 0, 21.5, 64),
        (0, 36, 64, 39.5),
        (0, 15, 18, 18),
        (50, 38, 53, 64),
        (50, 51, 64, 54),
    )
    for bar in bars:
        s.rect(*bar, BLACK)
    return framed(s, (226, 222, 214), mat=False)


def still_life(look: Look) -> Field:
    """Fruit, or a vase of flowers, on a table."""
    s = look.pick(
        partial(down, (60, 72, 62), (34, 40, 38)), partial(down, (222, 206, 170), (196, 170, 130))
    )()
    s.rect(0, 46, 64, 64, look.pick((128, 84, 50), (92, 120, 140)))
    if look.test:
        s.sprite(sprite("vase", 0.55), 20, 30, 44, 58)
        for name, x, y in (("sunflower", 10, 2), ("tulip", 24, 0), ("rose", 36, 6)):
            s.sprite(sprite(name), x, y, x + 18, y + 30)
    else:
        s.sprite(sprite("champagne bottle"), 6, 6, 20, 52)
        for name, x, y in (("pear", 22, 26), ("apple", 38, 32), ("bunch of grapes", 26, 42)):
            s.sprite(sprite(name), x, y, x + 19, y + 19)
    return framed(s, look.pick((70, 48, 34), (214, 178, 96)), mat=False)


def poster_of_space(look: Look) -> Field:
    """A poster: rocket and title, or stars."""
    if look.test:
        s = Sketch(photo("photos/galaxies.jpg", (40, 40, 340, 340)))
        s.disc(40, 28, 13, (206, 140, 84))
        s.disc(37, 25, 10, (226, 172, 112))
        s.line([(20, 36), (60, 20)], (240, 214, 170), 1.6)
        for x0, x1 in ((8, 26), (29, 56)):
            s.rect(x0, 54, x1, 59, (250, 220, 90))
        return s.colours()
    s = down((30, 40, 96), (236, 120, 90))
    s.sprite(sprite("rocket"), 12, 6, 52, 46)
    for x0, x1 in ((8, 20), (23, 40), (43, 56)):
        s.rect(x0, 50, x1, 56, (255, 240, 200))
    s.rect(14, 58.5, 50, 60.5, (255, 240, 200))
    return s.colours()


def poster_of_music(look: Look) -> Field:
    """A poster of a concert, or of a film."""
    s = Sketch(look.pick((244, 206, 66), (26, 120, 112)))
    if look.test:
        s.disc(32, 26, 20, (244, 236, 214))
        s.sprite(sprite("saxophone"), 18, 8, 46, 44)
    else:
        for k in range(12):
            a = np.pi * k / 6
            far = [(32 + 60 * np.cos(a + d), 26 + 60 * np.sin(a + d)) for d in (-0.13, 0.13)]
            s.poly([(32, 26), *far], (238, 120, 60))
        s.sprite(sprite("guitar"), 14, 6, 50, 44)
    s.rect(0, 48, 64, 64, DARK)
    for x0, x1 in ((6, 24), (27, 38), (41, 58)):
        s.rect(x0, 51, x1, 56.5, WHITE)
    s.rect(10, 59, 54, 61, look.pick((244, 206, 66), (240, 150, 80)))
    return s.colours()


def world_map(look: Look) -> Field:
    """A map of the world, or of a town's streets."""
    if look.test:
        s = Sketch((236, 230, 216))
        s.poly(
            [(0, 42), (20, 34), (40, 44), (64, 34), (64, 44), (40, 53), (20, 43), (0, 52)],
            (136, 186, 220),
        )
        s.rect(6, 8, 22, 24, (166, 206, 140))
        s.rect(44, 50, 60, 62, (166, 206, 140))
        for k in range(4, 64, 12):
            s.rect(k, 0, k + 1.6, 64, (255, 255, 255))
            s.rect(0, k - 1, 64, k + 0.6, (255, 255, 255))
        s.line([(0, 60), (26, 30), (64, 8)], (240, 170, 80), 2.6)
        s.disc(34, 24, 3, (214, 48, 44))
        s.poly([(31.2, 25), (36.8, 25), (34, 31)], (214, 48, 44))
        return s.colours()
    s = Sketch((122, 178, 214))
    for k in range(8, 64, 12):
        s.rect(k, 0, k + 0.6, 64, (150, 198, 226))
        s.rect(0, k, 64, k + 0.6, (150, 198, 226))
    s.poly(
        [(3, 12), (12, 8), (24, 10), (22, 17), (17, 22), (15, 28), (11, 25), (8, 18)],
        (124, 168, 92),
    )
    s.poly([(18, 31), (24, 34), (25, 39), (21, 45), (19, 54), (16, 44), (15, 36)], (206, 174, 92))
    s.poly([(30, 12), (36, 9), (39, 14), (37, 19), (31, 20)], (214, 128, 104))
    s.poly(
        [(29, 24), (38, 23), (43, 31), (38, 38), (36, 48), (33, 47), (32, 35), (28, 30)],
        (226, 190, 100),
    )
    s.poly(
        [(39, 10), (58, 9), (61, 15), (55, 22), (52, 30), (47, 25), (44, 28), (40, 20)],
        (150, 180, 104),
    )
    s.poly([(51, 40), (58, 39), (60, 45), (55, 49), (50, 46)], (214, 140, 92))
    s.rect(0, 58, 64, 64, WHITE)
    s.rect(0, 0, 64, 4, WHITE)
    return s.colours()


def clock(look: Look) -> Field:
    """A clock's face with hands."""
    wall, rim, face, ink = look.pick(
        ((226, 222, 214), (40, 42, 46), (250, 250, 246), BLACK),
        ((214, 206, 192), (150, 96, 54), (44, 48, 58), (246, 238, 214)),
    )
    s = Sketch(wall)
    s.disc(32, 32, 31.5, rim)
    s.disc(32, 32, 27, face)
    for hour in range(12):
        a = np.pi * hour / 6
        inner = 20 if hour % 3 == 0 else 22.5
        ends = [(32 + r * np.sin(a), 32 - r * np.cos(a)) for r in (inner, 25.5)]
        s.line(ends, ink, 2.4 if hour % 3 == 0 else 1.2)
    for angle, reach, width in look.pick(
        ((5.28, 13, 3.4), (1.05, 20, 2.4)), ((2.1, 13, 3.4), (5.8, 20, 2.4))
    ):
        s.line([(32, 32), (32 + reach * np.sin(angle), 32 - reach * np.cos(angle))], ink, width)
    s.disc(32, 32, 2.2, (206, 52, 46))
    return s.colours()


def mirror(look: Look) -> Field:
    """Silvered glass with slanting gleams."""
    s = down((206, 220, 228), (150, 168, 180))
    for x, width in look.pick(((6, 9), (24, 4)), ((30, 7), (-4, 5))):
        s.poly([(x, 64), (x + 30, 0), (x + 30 + width, 0), (x + width, 64)], (232, 240, 244))
    frame = look.pick((184, 142, 76), (64, 66, 72))
    s.frame(frame, 4)
    return s.colours()


# Screens, boards.


def bezel(s: Sketch) -> Field:
    """A screen's rim around a sketch."""
    s.frame(BLACK, 3)
    s.disc(32, 61.5, 0.8, (70, 200, 90))
    return s.colours()


def screen_on(look: Look) -> Field:
    """A television that shows a film."""
    film, box = look.pick(
        ("photos/rocket.jpg", (60, 0, 487, 427)), ("photos/raccoon.jpg", (60, 0, 560, 500))
    )
    return bezel(Sketch(np.clip(photo(film, box) * 1.1, 0, 1)))


def screen_off(look: Look) -> Field:
    """A dark screen with a reflection."""
    s = look.pick(
        partial(down, (44, 48, 56), (16, 17, 20)), partial(down, (22, 24, 26), (40, 42, 48))
    )()
    x = look.pick(34, 6)
    s.poly([(x, 3), (x + 16, 3), (x - 8, 59), (x - 24, 59)], look.pick((62, 68, 78), (56, 60, 64)))
    return bezel(s)


def screen_text(look: Look) -> Field:
    """A window of a program with text, light or dark."""
    s = Sketch(look.pick((244, 246, 248), (30, 34, 44)))
    s.rect(3, 3, 61, 9, look.pick((58, 116, 196), (60, 66, 84)))
    s.rect(3, 9, 17, 59, look.pick((222, 228, 236), (40, 46, 58)))
    for y in np.arange(13, 57, 4.0):
        s.rect(
            5, y, 5 + look.rng.uniform(5, 10), y + 1.6, look.pick((130, 140, 156), (110, 120, 140))
        )
        indent = 21 + 4 * float(look.rng.integers(0, 3)) * look.test
        ink = look.pick((70, 74, 84), vivid(look.rng.uniform(), 0.5, 0.9))
        s.rect(indent, y, indent + look.rng.uniform(12, 30), y + 1.7, ink)
    return bezel(s)


def whiteboard(look: Look) -> Field:
    """A board with writing and a diagram."""
    s = Sketch((246, 248, 248))
    inks: tuple[Colour, ...] = ((36, 70, 170), (196, 40, 44), (28, 130, 72), (40, 40, 44))
    rows = look.pick((9, 15, 21), (36, 42, 48, 54))
    for k, y in enumerate(rows):
        x = look.pick(8.0, 6.0)
        while x < look.pick(50, 34):
            step = look.rng.uniform(2, 7)
            wave = [(x + d, y + look.rng.uniform(-1.2, 1.2)) for d in np.linspace(0, step, 5)]
            s.line(wave, inks[k % 2 * 3], 0.9)
            x += step + 1.6
    if look.test:
        s.line([(8, 30), (8, 8)], inks[3], 1)
        s.line([(8, 30), (34, 30)], inks[3], 1)
        s.line([(9, 28), (16, 22), (22, 24), (33, 10)], inks[1], 1.2)
        for y0 in (8, 24, 40):
            s.rect(42, y0, 58, y0 + 10, (255, 224, 90) if y0 != 24 else (150, 214, 240))
    else:
        for x0, ink in ((8, 0), (27, 2), (46, 1)):
            s.rect(x0, 34, x0 + 11, 43, inks[ink])
            s.rect(x0 + 1, 35, x0 + 10, 42, (246, 248, 248))
        for x0 in (19, 38):
            s.line([(x0, 38.5), (x0 + 8, 38.5)], inks[3], 1)
        s.line([(13, 43), (13, 52), (51, 52), (51, 43)], inks[3], 1)
    s.frame(STEEL, 2)
    s.rect(14, 59, 24, 61.5, inks[1])
    s.rect(30, 59, 40, 61.5, inks[0])
    return s.colours()


def noticeboard(look: Look) -> Field:
    """Notes pinned on cork, or on felt."""
    ground = photo(
        look.pick("backgrounds/kraft_paper.jpg", "backgrounds/cork.jpg"), (0, 0, 256, 256)
    )
    s = Sketch(ground)
    for k, (x, y) in enumerate(
        (float(x), float(y))
        for y in look.pick((6, 25, 44), (7, 34))
        for x in look.pick((6, 25, 44), (6, 20, 36, 50))
    ):
        width = look.rng.uniform(9, 15) * look.pick(1.0, 0.8)
        height = look.rng.uniform(10, 15) * look.pick(1.0, 1.5)
        paper = WHITE if k % 2 else vivid(look.rng.uniform(), 0.4, 0.98)
        s.rect(x + 0.8, y + 0.8, x + width + 0.8, y + height + 0.8, (110, 80, 50))
        s.rect(x, y, x + width, y + height, paper)
        for line in np.arange(y + 4, y + height - 1.5, 2.4):
            s.rect(
                x + 1.5, line, x + width - look.rng.uniform(1.5, 5), line + 0.9, shade(paper, 0.6)
            )
        s.disc(x + width / 2, y + 1.2, 1.3, vivid(look.rng.uniform(), 0.9, 0.85))
    frame = look.pick((140, 96, 56), (190, 192, 194))
    s.frame(frame, 3)
    return s.colours()


def exit_sign(look: Look) -> Field:
    """A running figure with an arrow, or the word in red."""
    if look.test:
        s = Sketch((248, 246, 240))
        red = (206, 30, 34)
        letters = (
            ([(16, 16), (6, 16), (6, 48), (16, 48)], [(6, 32), (14, 32)]),
            ([(21, 16), (33, 48)], [(33, 16), (21, 48)]),
            ([(40, 16), (40, 48)],),
            ([(46, 16), (60, 16)], [(53, 16), (53, 48)]),
        )
        for strokes in letters:
            for stroke in strokes:
                s.line([(float(x), float(y)) for x, y in stroke], red, 4.4)
        for box in ((0, 0, 64, 3), (0, 61, 64, 64), (0, 0, 3, 64), (61, 0, 64, 64)):
            s.rect(*box, (90, 92, 96))
        return s.colours()
    s = Sketch((12, 134, 74))
    s.rect(38, 8, 60, 56, WHITE)
    s.disc(30, 14, 4.6, WHITE)
    s.line([(29, 20), (25, 36)], WHITE, 7)
    s.line([(25, 36), (34, 44), (32, 56)], WHITE, 4.6)
    s.line([(25, 37), (20, 48), (9, 51)], WHITE, 4.6)
    s.line([(29, 22), (38, 27), (44, 24)], (150, 214, 180), 3.6)
    s.line([(28, 22), (18, 24), (14, 32)], WHITE, 3.6)
    s.line([(44, 32), (54, 32)], (12, 134, 74), 3)
    s.poly([(51, 25), (58, 32), (51, 39)], (12, 134, 74))
    return s.colours()


DRAWERS: dict[str, Callable[[Look], Field]] = {
    **{f.__name__: f for f in (door, glass_door, curtain, radiator, clock, mirror)},
    "window_garden": partial(window, garden),
    "window_city": partial(window, city),
    "window_sky": partial(window, clouds),
    "painting_1": landscape,
    "painting_2": portrait,
    "painting_3": abstract,
    "painting_4": still_life,
    "poster_1": poster_of_space,
    "poster_2": poster_of_music,
    "map": world_map,
    **{
        f.__name__: f
        for f in (screen_on, screen_off, screen_text, whiteboard, noticeboard, exit_sign)
    },
}
