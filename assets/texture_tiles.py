"""The textures that repeat every metre. All but photographs are drawn on tiling fields."""

from collections.abc import Callable

import numpy as np

from vgym.assets.texture_sketch import (
    SIDE,
    Colour,
    Field,
    Look,
    Sketch,
    grey,
    grid,
    lit,
    mix,
    noise,
    paint,
    pale,
    seamless,
)


def plain(look: Look) -> Field:
    """An even surface with hardly a mottle."""
    return pale(noise(look.rng, look.pick(1.6, 0.6), finest=look.pick(6, 3)), 0.93, 0.010)


def painted(look: Look) -> Field:
    """A painted wall: the stipple of a roller, or strokes of a brush."""
    marks = noise(look.rng, 0.5, stretch=look.pick(1.0, 0.12), finest=4)
    return pale(marks + 0.7 * noise(look.rng, 2.0), 0.92, 0.018)


def plaster(look: Look) -> Field:
    """Plaster with trowel marks, or rough stucco."""
    if look.test:
        return pale(grey(seamless("backgrounds/stucco.jpg", (40, 60), 240)), 0.9, 0.055)
    return pale(grey(seamless("backgrounds/plaster.jpg", (30, 30), 320)), 0.9, 0.045)


def stripes(look: Look) -> Field:
    """Striped wallpaper."""
    x, _ = grid()
    if look.test:
        pattern = ((x % 8) < 1).astype(float) + 0.7 * ((x % 16) > 13)
    else:
        pattern = ((x % 16) < 8) + 0.5 * ((x % 16 > 9) & (x % 16 < 10))
    return pale(-pattern + 0.04 * noise(look.rng, 0.3), 0.9, 0.07)


def wrapped(
    draw: Callable[[Sketch, float, float], None], spots: list[tuple[float, float]]
) -> Field:
    """White ground with a motif at each spot, continued across the borders; luminance."""
    sketch = Sketch((255, 255, 255))
    for x, y in spots:
        for dx in (-64, 0, 64):
            for dy in (-64, 0, 64):
                draw(sketch, x + dx, y + dy)
    return grey(sketch.colours())


def flowers(look: Look) -> Field:
    """Wallpaper with flowers: scattered blossoms, or sprigs in a trellis."""

    def blossom(s: Sketch, x: float, y: float) -> None:
        s.line([(x, y), (x + 3, y + 9)], (165, 165, 165), 0.9)
        s.ellipse(x + 4.5, y + 6, 2.4, 1.2, (175, 175, 175))
        for k in range(5):
            a = 2 * np.pi * k / 5
            s.disc(x + 3 * np.cos(a), y + 3 * np.sin(a), 2.1, (190, 190, 190))
        s.disc(x, y, 1.6, (120, 120, 120))

    def sprig(s: Sketch, x: float, y: float) -> None:
        s.line([(x - 16, y), (x, y - 16), (x + 16, y), (x, y + 16), (x - 16, y)], (205,) * 3, 0.8)
        s.line([(x, y + 8), (x, y - 3)], (150, 150, 150), 1)
        for side in (-1, 1):
            s.poly([(x, y + 6), (x + 6 * side, y), (x + 5 * side, y + 5)], (170, 170, 170))
            s.poly([(x, y - 1), (x + 4 * side, y - 9), (x, y - 6)], (140, 140, 140))

    spots = look.pick(
        [(8.0, 6.0), (40.0, 8.0), (24.0, 24.0), (56.0, 28.0), (8.0, 42.0), (38.0, 46.0)],
        [(x + d, y + d) for d in (0.0, 16.0) for x in (0.0, 32.0) for y in (0.0, 32.0)],
    )
    return pale(wrapped(look.pick(blossom, sprig), spots), 0.91, 0.085)


def dots(look: Look) -> Field:
    """Dots in rows."""
    pitch, radius = look.pick((16.0, 4.0), (8.0, 1.7))
    count = int(64 / pitch)
    spots = [
        ((column + 0.5 * (row % 2)) * pitch + pitch / 4, (row + 0.5) * pitch)
        for row in range(count)
        for column in range(count)
    ]
    return pale(wrapped(lambda s, x, y: s.disc(x, y, radius, (0, 0, 0)), spots), 0.9, 0.08)


def fabric(look: Look) -> Field:
    """Woven cloth."""
    if look.test:
        return pale(grey(seamless("backgrounds/denim.jpg", (60, 60), 160)), 0.9, 0.05)
    return pale(grey(seamless("backgrounds/linen.jpg", (60, 60), 200)), 0.9, 0.055)


def check(look: Look) -> Field:
    """Checked cloth: gingham, or a tartan."""
    x, y = grid()
    if look.test:
        bands = [
            (v % 32 < 12) * 1.0 + (np.abs(v % 32 - 20) < 1) * 0.8 - (np.abs(v % 32 - 6) < 1) * 0.6
            for v in (x, y)
        ]
    else:
        bands = [(v % 16 < 8) * 1.0 for v in (x, y)]
    return pale(-(bands[0] + bands[1]) + 0.08 * noise(look.rng, 0.2), 0.88, 0.09)


def carpet(look: Look) -> Field:
    """Cut pile."""
    if look.test:
        return pale(noise(look.rng, 0.5, finest=5) + 0.5 * noise(look.rng, 1.6), 0.9, 0.045)
    felt = grey(seamless("backgrounds/felt.jpg", (60, 60), 150))
    return pale(felt + 0.03 * noise(look.rng, 0.2, finest=4), 0.9, 0.05)


def loop_carpet(look: Look) -> Field:
    """Rows of loops."""
    x, y = grid()
    if look.test:
        loops = np.sin(np.pi * x / 2) * np.sin(np.pi * y / 2)
    else:
        loops = np.abs(np.sin(np.pi * y / 4)) * (
            0.6 + 0.4 * np.cos(np.pi * x / 2 + np.pi * (y // 4 % 2))
        )
    return pale(loops + 0.3 * noise(look.rng, 0.4, finest=4), 0.9, 0.055)


def leather(look: Look) -> Field:
    """Grained leather."""
    if look.test:
        folds = -np.abs(noise(look.rng, 1.1, finest=7)) + 0.5 * noise(look.rng, 2.2)
        return pale(folds, 0.9, 0.045)
    return pale(grey(seamless("backgrounds/leather.jpg", (40, 40), 150)), 0.9, 0.045)


def plastic(look: Look) -> Field:
    """Smooth plastic: a fine grain, or soft moulded ribs."""
    x, _ = grid()
    if look.test:
        return pale(np.sin(np.pi * x / 8) + 0.2 * noise(look.rng, 0.5, finest=4), 0.93, 0.014)
    return pale(noise(look.rng, 0.1, finest=5), 0.93, 0.014)


def metal(look: Look) -> Field:
    """Brushed metal, across or up."""
    marks = noise(look.rng, 0.7, stretch=look.pick(24.0, 1 / 12), finest=1)
    return pale(marks + 0.4 * noise(look.rng, 2.0), 0.9, look.pick(0.045, 0.03))


def rug(look: Look) -> Field:
    """A woven rug: rows of medallions, or zigzags."""
    x, y = grid()
    if look.test:
        wave = (y + 2 * np.abs((x + 8) % 16 - 8)) % 32
        pattern = (wave < 6) * 1.0 + (np.abs(wave - 12) < 1.5) * 0.6 + (np.abs(wave - 22) < 4) * 0.5
    else:
        ring = np.abs(x % 32 - 16) + np.abs(y % 32 - 16)
        pattern = (ring < 4) * 1.0 + ((ring > 7) & (ring < 10)) * 0.7 + (ring > 13) * 0.5
        pattern += ((ring > 17) & (ring < 20)) * 0.5
    weave = 0.15 * np.sin(np.pi * y) + 0.12 * noise(look.rng, 0.2, finest=3)
    return pale(-pattern + weave, 0.885, 0.085)


def wicker(look: Look) -> Field:
    """Woven cane."""
    x, y = grid()
    if look.test:
        over = (np.floor(x / 4) + np.floor(y / 4)) % 4 < 2
        height = np.where(over, np.sin(np.pi * (y % 4) / 4), np.sin(np.pi * (x % 4) / 4))
    else:
        row = np.floor(y / 4)
        height = np.sin(np.pi * (y % 4) / 4) * (0.55 + 0.45 * np.cos(np.pi * (x / 8 + row)))
    return pale(np.sqrt(np.abs(height)) + 0.08 * noise(look.rng, 0.4), 0.88, 0.1)


def tile_edges(across: float, down: float, shift: float = 0.0) -> tuple[Field, Field]:
    """Distance to the nearest joint of a bond of tiles, and a number for each tile.

    Args:
        across, down: size of a tile; both divide 64.
        shift: what each row is moved on by, in tiles.
    """
    x, y = grid()
    row = np.floor(y / down)
    along = (x + shift * across * row) % 64
    u, v = along % across, y % down
    edge = np.minimum.reduce([u, across - u, v, down - v])
    return edge, (np.floor(along / across) + row * 64).astype(int)


def toned(look: Look, index: Field, spread: float) -> Field:
    """About 1, its own for every number."""
    return np.asarray((1 + spread * look.rng.standard_normal(4096))[index.astype(int)])


def tiles(look: Look) -> Field:
    """Wall or floor tiles: squares, or long ones in a bond."""
    edge, index = look.pick(tile_edges(16, 16), tile_edges(32, 16, 0.5))
    face = toned(look, index, 0.02) + 0.01 * noise(look.rng, 1.5)
    value = np.where(edge < 0.6, 0.62, face + 0.05 * (edge < 1.3))
    return pale(value, 0.915, 0.085)


def small_tiles(look: Look) -> Field:
    """Mosaic, or slim wall tiles."""
    edge, index = look.pick(tile_edges(8, 8), tile_edges(16, 64 / 9, 0.0))
    value = np.where(edge < 0.5, 0.6, toned(look, index, 0.045))
    return pale(value, 0.905, 0.085)


def boards(
    look: Look,
    colour: Colour,
    count: int,
    tone: float = 0.06,
    grain: float = 0.07,
    joint: float = 0.5,
    cuts: bool = True,
) -> Field:
    """Boards that run to the right, each with its own grain and tone.

    Args:
        look: which picture; gives the random generator.
        colour: RGB of the wood.
        count: boards a metre.
        tone: spread of brightness between boards.
        grain: strength of the grain.
        joint: how dark the joints are.
        cuts: joints where boards end, one in each row.
    """
    x, y = grid()
    pitch = 64 / count
    row = np.minimum((y / pitch).astype(int), count - 1)
    ends = look.rng.uniform(0, 64, count)[row]
    distance = np.abs((x - ends + 32) % 64 - 32)
    streaks = noise(look.rng, 0.9, stretch=14)
    slow = noise(look.rng, 1.8, stretch=6)
    rings = np.sin(
        2.5 * slow + 9 * streaks.mean() + y * 1.1 + 3 * look.rng.uniform(0, 6, count)[row]
    )
    # The grain of a board goes on from its neighbour's elsewhere.
    for board in range(count):
        inside = row[:, 0] == board
        move = int(look.rng.integers(SIDE))
        streaks[inside] = np.roll(streaks[inside], move, axis=1)
        slow[inside] = np.roll(slow[inside], move, axis=1)
    tones = (1 + tone * look.rng.standard_normal(count))[row]
    brightness = tones * (1 + grain * (0.75 * streaks + 0.35 * rings + 0.3 * slow))
    gap = np.minimum(y % pitch, pitch - y % pitch)
    brightness *= 1 - joint * np.exp(-((gap / 0.55) ** 2))
    if cuts:
        brightness *= 1 - joint * np.exp(-((distance / 0.5) ** 2))
    warm = paint(colour, brightness)
    warm[..., 2] *= 1 - 0.5 * grain * streaks
    return np.clip(warm, 0, 1)


def one_board(look: Look, colour: Colour, upright: bool) -> Field:
    """One board of wood as wide as the canvas."""
    board = boards(look, colour, 1, 0, 0.07, 0, cuts=False)
    return np.asarray(board.swapaxes(0, 1) if upright else board)


def oak(look: Look) -> Field:
    """Oak floor."""
    return boards(look, look.pick((196, 154, 104), (182, 146, 106)), look.pick(8, 6))


def walnut(look: Look) -> Field:
    """Walnut floor."""
    return boards(look, look.pick((112, 74, 50), (92, 62, 48)), look.pick(8, 6), 0.1, 0.1)


def pine(look: Look) -> Field:
    """Pine, pale and yellow, with knots."""
    wood = boards(look, look.pick((224, 184, 122), (230, 196, 146)), look.pick(6, 5), 0.04, 0.06)
    x, y = grid()
    for _ in range(5):
        kx, ky = look.rng.uniform(0, 64, 2)
        d = np.hypot((x - kx + 32) % 64 - 32, 1.6 * ((y - ky + 32) % 64 - 32))
        wood *= (1 - 0.42 * np.exp(-((d / 1.5) ** 2)))[..., None]
    return wood


def white_wood(look: Look) -> Field:
    """Painted or bleached boards."""
    colour = look.pick((232, 228, 220), (222, 222, 218))
    return boards(look, colour, look.pick(6, 8), 0.015, look.pick(0.025, 0.045), 0.25, look.test)


def parquet(look: Look) -> Field:
    """Herringbone, or squares of strips."""
    x, y = grid()
    i, j = np.floor(x / 4).astype(int), np.floor(y / 4).astype(int)
    if look.test:
        lying = (i // 4 + j // 4) % 2 == 0
        start = np.where(lying, i // 4 * 4, j // 4 * 4)
    else:
        back_i, back_j = (i - j) % 16, (j - i - 1) % 16
        lying = back_i < 8
        start = np.where(lying, (i - back_i) % 16, (j - back_j) % 16)
    index = np.where(lying, start * 64 + j, 2048 + start * 64 + i)
    u, v = x % 4, y % 4
    side = np.where(lying, np.minimum(v, 4 - v), np.minimum(u, 4 - u))
    grain = noise(look.rng, 0.9, stretch=12)
    grain = np.where(lying, grain, grain.T)
    brightness = toned(look, index, 0.1) * (1 + 0.05 * grain) * (1 - 0.45 * (side < 0.35))
    brightness *= np.where(lying, 1.05, 0.95)
    return paint(look.pick((188, 140, 88), (158, 108, 68)), brightness)


def laminate(look: Look) -> Field:
    """Wide greyed boards."""
    return boards(
        look, look.pick((190, 178, 160), (152, 142, 132)), look.pick(4, 5), 0.05, 0.05, 0.3
    )


def chequered(look: Look) -> Field:
    """Two colours of stone squares."""
    x, y = grid()
    side = look.pick(16, 32)
    dark = (x // side + y // side) % 2
    veins = 0.035 * np.abs(noise(look.rng, 1.7)) + 0.02 * noise(look.rng, 1.0)
    low, high = look.pick(((36, 36, 40), (228, 226, 220)), ((122, 52, 44), (226, 212, 184)))
    edge, _ = tile_edges(side, side)
    return np.where((edge < 0.35)[..., None], 0.5, mix(high, low, dark) * (1 - veins[..., None]))


def terracotta(look: Look) -> Field:
    """Clay floor tiles."""
    edge, index = look.pick(tile_edges(64 / 3, 64 / 3), tile_edges(16, 32, 0.5))
    brightness = toned(look, index, 0.07) * (1 + 0.06 * noise(look.rng, 1.5))
    clay = paint(look.pick((186, 104, 70), (166, 84, 62)), brightness * (0.9 + 0.1 * (edge > 1.6)))
    return mix((176, 160, 140), clay, np.clip((edge - 0.6) / 0.5, 0, 1))


def concrete(look: Look) -> Field:
    """Bare concrete: worn, or smooth with holes of the formwork."""
    if not look.test:
        return seamless("backgrounds/concrete.jpg", (20, 20), 380)
    x, y = grid()
    slab = paint((168, 166, 162), 1 + 0.05 * noise(look.rng, 1.9) + 0.025 * noise(look.rng, 0.3))
    hole = np.minimum.reduce([np.hypot(x - a, y - b) for a in (16, 48) for b in (16, 48)])
    slab *= (1 - 0.4 * (hole < 1.4))[..., None]
    edge, _ = tile_edges(64, 64)
    return np.asarray(slab * (1 - 0.3 * (edge < 0.5))[..., None])


def marble(look: Look) -> Field:
    """Polished marble, white or dark green, in slabs."""
    bend = noise(look.rng, 2.3)
    veins = np.exp(-np.abs(noise(look.rng, 2.0) + 0.6 * bend) * 9)
    fine = np.exp(-np.abs(noise(look.rng, 1.8) + 0.4 * bend) * 14)
    share = np.clip(0.9 * veins + 0.45 * fine + 0.07 * noise(look.rng, 1.8), 0, 1)
    low, high = look.pick(((232, 230, 226), (132, 134, 142)), ((52, 74, 64), (186, 200, 188)))
    edge, _ = look.pick(tile_edges(64, 64), tile_edges(32, 32))
    return np.asarray(mix(low, high, share * 0.8) * (1 - 0.22 * (edge < 0.4))[..., None])


def terrazzo(look: Look) -> Field:
    """Chips of stone in cement."""
    if look.test:
        return seamless("backgrounds/terrazzo.jpg", (60, 60), 250)
    sketch = Sketch((196, 190, 184))
    palette: tuple[Colour, ...] = (
        (120, 84, 72),
        (232, 226, 214),
        (84, 96, 104),
        (180, 140, 104),
        (60, 56, 56),
    )
    for _ in range(170):
        x, y = look.rng.uniform(0, 64, 2)
        radius = look.rng.uniform(0.8, 2.4)
        colour = palette[int(look.rng.integers(len(palette)))]
        angles = np.sort(look.rng.uniform(0, 2 * np.pi, 6))
        reach = radius * look.rng.uniform(0.7, 1.2, 6)
        for dx in (-64, 0, 64):
            for dy in (-64, 0, 64):
                sketch.poly(
                    [
                        (x + dx + r * np.cos(a), y + dy + r * np.sin(a))
                        for a, r in zip(angles, reach, strict=True)
                    ],
                    colour,
                )
    return sketch.colours()


def brick(look: Look) -> Field:
    """A wall of bricks."""
    edge, index = look.pick(tile_edges(16, 64 / 12, 0.5), tile_edges(16, 64 / 14, 0.5))
    colour, mortar = look.pick(((162, 78, 58), (196, 186, 172)), ((204, 186, 150), (150, 142, 132)))
    brightness = toned(look, index, 0.11) * (1 + 0.07 * noise(look.rng, 0.8))
    share = np.clip((edge + 0.12 * noise(look.rng, 1.0) - 0.45) / 0.4, 0, 1)
    return mix(paint(mortar, 1 + 0.05 * noise(look.rng, 0.4)), paint(colour, brightness), share)


def stone(look: Look) -> Field:
    """Rough stones: irregular flags, or rows of blocks."""
    if look.test:
        edge, index = tile_edges(64 / 3, 8, 0.37)
        edge = edge + 0.25 * noise(look.rng, 1.2)
        colour, gap = (186, 164, 128), (120, 106, 88)
    else:
        x, y = grid()
        spots = look.rng.uniform(0, 64, (26, 2))
        bend = 0.9 * noise(look.rng, 1.9)
        away = np.stack(
            [np.hypot((x + bend - a + 32) % 64 - 32, (y - b + 32) % 64 - 32) for a, b in spots]
        )
        index = away.argmin(axis=0)
        nearest = np.partition(away, 1, axis=0)
        edge = (nearest[1] - nearest[0]) / 2
        colour, gap = (146, 144, 140), (84, 82, 78)
    relief = lit(3 * np.minimum(edge, 1.5) + 0.8 * noise(look.rng, 1.2), 0.16)
    face = paint(colour, toned(look, index, 0.1) * relief * (1 + 0.05 * noise(look.rng, 0.8)))
    return mix(gap, face, np.clip((edge - 0.35) / 0.4, 0, 1))


def wood_panel(look: Look) -> Field:
    """Upright boards of a panelled wall."""
    colour = look.pick((168, 116, 72), (128, 92, 70))
    wood = boards(look, colour, look.pick(8, 5), 0.04, 0.07, 0.6, cuts=False)
    return np.asarray(wood.swapaxes(0, 1))


def cork(look: Look) -> Field:
    """Cork."""
    if look.test:
        return seamless("backgrounds/cork.jpg", (60, 60), 250)
    grains = noise(look.rng, 0.6, finest=5)
    specks = noise(look.rng, 0.4, finest=6) > 1.9
    return np.asarray(
        paint((172, 122, 78), 1 + 0.11 * grains + 0.04 * noise(look.rng, 1.8))
        * (1 - 0.35 * specks)[..., None]
    )


def linoleum(look: Look) -> Field:
    """Marbled linoleum, or one strewn with flecks."""
    if look.test:
        flecks = noise(look.rng, 0.3, finest=6)
        return mix(
            (122, 138, 152), (184, 192, 198), 0.4 + 0.25 * (flecks > 1) - 0.25 * (flecks < -1)
        )
    swirl = noise(look.rng, 1.7, stretch=2.5)
    return mix((128, 146, 112), (198, 204, 170), 0.5 + 0.2 * swirl)


DRAWERS: dict[str, Callable[[Look], Field]] = {
    "plain": plain,
    "paint": painted,
    **{f.__name__: f for f in (plaster, stripes, flowers, dots, fabric, check, carpet)},
    **{f.__name__: f for f in (loop_carpet, leather, plastic, metal, rug, wicker, tiles)},
    **{f.__name__: f for f in (small_tiles, oak, walnut, pine, white_wood, parquet, laminate)},
    **{f.__name__: f for f in (chequered, terracotta, concrete, marble, terrazzo, brick, stone)},
    **{f.__name__: f for f in (wood_panel, cork, linoleum)},
}
