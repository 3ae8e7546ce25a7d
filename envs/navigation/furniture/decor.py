"""Lamps, plants, pictures, toys and other things that are not for sitting, eating or storing."""

from __future__ import annotations

from vgym.envs.navigation.furniture.piece import (
    BLACK,
    CHROME,
    DARK_STEEL,
    Draw,
    cloth,
    shell,
    wood,
)
from vgym.envs.navigation.furniture.solids import (
    Solid,
    billboard,
    box,
    cylinder,
    globe,
    legs,
    pair,
    skin,
)

_POTS = ((190, 95, 60), (235, 235, 230), (70, 95, 120))


def _floor_lamp(model: int, colour: int) -> list[Solid]:
    shade = skin("lamp_shade", cloth(colour, (255, 240, 205)).tint)
    pole = DARK_STEEL if model != 1 else wood(0, 0)
    low, high = ((1.30, 1.62), (1.25, 1.65), (1.4, 1.6))[model]
    return [
        cylinder(0, 0, 0.16, 0.0, 0.03, pole),
        cylinder(0, 0, 0.02, 0.03, low, pole),
        cylinder(0, 0, (0.20, 0.26, 0.16)[model], low, high, shade),
    ]


def _table_lamp(model: int, colour: int) -> list[Solid]:
    shade = skin("lamp_shade", cloth(colour, (255, 240, 205)).tint)
    return [
        cylinder(0, 0, 0.08, 0.0, 0.02, DARK_STEEL),
        cylinder(0, 0, (0.02, 0.06, 0.04)[model], 0.02, 0.24, CHROME),
        cylinder(0, 0, (0.14, 0.17, 0.12)[model], 0.24, 0.44, shade),
    ]


def _picture(face: str, width: float, height: float, frame: tuple[int, int, int]) -> list[Solid]:
    z = 1.5 - height / 2
    return [
        box(0, 0, width, 0.03, z, z + height, skin("oak", frame)),
        box(0, 0.018, width - 0.08, 0.012, z + 0.04, z + height - 0.04, skin(face)),
    ]


def _painting(model: int, colour: int) -> list[Solid]:
    face = ("painting_1", "painting_2", "painting_3", "painting_4")[model]
    width, height = ((0.9, 0.7), (0.7, 0.9), (1.2, 0.8), (0.8, 0.8))[model]
    return _picture(face, width, height, (190, 150, 80))


def _poster(model: int, colour: int) -> list[Solid]:
    return _picture(
        ("poster_1", "poster_2", "poster_1")[model], 0.6, (0.85, 0.85, 1.0)[model], (60, 60, 60)
    )


def _wall_map(model: int, colour: int) -> list[Solid]:
    return _picture("map", (1.2, 1.4, 1.0)[model], 0.8, (110, 75, 45))


def _mirror(model: int, colour: int) -> list[Solid]:
    return _picture("mirror", (0.6, 0.8, 0.5)[model], (0.8, 0.7, 1.2)[model], (220, 200, 150))


def _wall_clock(model: int, colour: int) -> list[Solid]:
    size = (0.36, 0.44, 0.3)[model]
    return [
        box(0, 0, size, 0.04, 1.75, 1.75 + size, shell(colour, (50, 50, 55))),
        box(0, 0.024, size - 0.04, 0.012, 1.77, 1.73 + size, skin("clock")),
    ]


def _grandfather_clock(model: int, colour: int) -> list[Solid]:
    case = wood(0, model + 1)
    return [
        box(0, 0, 0.50, 0.30, 0.0, 0.45, case),
        box(0, 0, 0.36, 0.24, 0.45, 1.45, case),
        box(0, 0, 0.50, 0.30, 1.45, 1.95, case),
        box(0, 0.154, 0.40, 0.012, 1.5, 1.90, skin("clock")),
        box(0, 0.124, 0.22, 0.012, 0.55, 1.38, skin("plain", (60, 40, 30))),
        cylinder(0, 0.12, 0.07, 0.62, 0.76, skin("metal", (250, 205, 80))),
        box(0, 0, 0.30, 0.2, 1.95, (2.05, 2.1, 2.0)[model], case),
    ]


def _window(model: int, colour: int) -> list[Solid]:
    width = (1.2, 1.6, 1.0)[model]
    return [
        box(0, 0, width, 0.03, 0.9, 2.05, skin("white_wood")),
        box(
            0,
            0.018,
            width - 0.1,
            0.012,
            0.95,
            2.0,
            skin(("window_garden", "window_city", "window_sky")[model]),
        ),
        box(0, 0.05, width + 0.1, 0.10, 0.87, 0.90, skin("white_wood")),
    ]


def _curtain(model: int, colour: int) -> list[Solid]:
    drape = skin("curtain", cloth(colour).tint)
    half = (0.75, 0.9, 0.6)[model]
    return [
        box(0, 0, half * 2 + 0.3, 0.03, 2.2, 2.23, DARK_STEEL),
        *pair(half, 0, 0.3, 0.06, 0.1, 2.2, drape),
    ]


def _rug(model: int, colour: int) -> list[Solid]:
    pile = skin("rug", cloth(colour, (215, 190, 165)).tint)
    if model == 1:
        return [
            cylinder(0, 0, 0.9, 0.0, 0.008, skin("carpet")),
            cylinder(0, 0, 0.8, 0.008, 0.012, pile),
        ]
    width, depth = ((2.0, 1.4), (0.0, 0.0), (2.4, 1.6))[model]
    return [
        box(0, 0, width, depth, 0.0, 0.008, skin("carpet", pile.tint)),
        box(0, 0, width - 0.2, depth - 0.2, 0.008, 0.012, pile),
    ]


def _plant(face: str, width: float, height: float) -> Draw:
    def draw(model: int, colour: int) -> list[Solid]:
        pot = skin("terracotta" if model == 0 else "plastic", _POTS[model])
        grow = (1.0, 0.85, 1.15)[model]
        radius = min(0.17, width * 0.32)
        return [
            cylinder(0, 0, radius, 0.0, 0.30, pot),
            cylinder(0, 0, radius + 0.02, 0.26, 0.30, pot),
            billboard(width * grow, 0.26, 0.26 + height * grow, skin(face)),
        ]

    return draw


def _standing(face: str, width: float, height: float, depth: float | None = None) -> Draw:
    """A picture with holes on a small foot."""

    def draw(model: int, colour: int) -> list[Solid]:
        grow = (1.0, 0.85, 1.15)[model]
        return [
            box(0, 0, width * 0.3, min(width, depth or width) * 0.3, 0.0, 0.01, BLACK),
            billboard(width * grow, 0.0, height * grow, skin(face), depth),
        ]

    return draw


def _ball(model: int, colour: int) -> list[Solid]:
    size = (0.30, 0.24, 0.5)[model]
    if colour:
        return globe(size / 2, 0.0, shell(colour))
    return [cylinder(0, 0, 0.05, 0.0, 0.01, BLACK), billboard(size, 0.0, size, skin("ball"))]


def _balloon(model: int, colour: int) -> list[Solid]:
    size = (0.4, 0.34, 0.48)[model]
    string = [
        cylinder(0, 0, 0.06, 0.0, 0.06, DARK_STEEL),
        cylinder(0, 0, 0.008, 0.06, 1.1, skin("plain")),
    ]
    if colour:
        return [*string, *globe(size / 2, 1.08, shell(colour))]
    return [*string, billboard(size, 1.05, 1.05 + size * 1.2, skin("balloon"))]


def _umbrella_stand(model: int, colour: int) -> list[Solid]:
    stand = skin("wicker") if model == 1 else DARK_STEEL
    return [
        cylinder(0, 0, (0.13, 0.15, 0.12)[model], 0.0, 0.50, stand),
        cylinder(0.03, 0, 0.04, 0.50, 0.80, cloth(colour, (30, 60, 130))),
        cylinder(-0.05, 0.02, 0.035, 0.50, 0.74, cloth(0, (190, 40, 50))),
        cylinder(0.03, 0, 0.015, 0.80, 0.92, wood(0, 1)),
    ]


def _piano(model: int, colour: int) -> list[Solid]:
    case = wood(colour, 1) if colour else shell(0, (28, 26, 26))
    return [
        box(0, -0.16, 1.45, 0.28, 0.0, (1.20, 1.10, 1.28)[model], case),
        box(0, 0.10, 1.45, 0.34, 0.60, 0.70, case),
        box(0, 0.13, 1.30, 0.20, 0.70, 0.725, skin("piano_keys")),
        *pair(0.68, 0.22, 0.08, 0.08, 0.0, 0.60, case),
        box(0, 0.0, 0.6, 0.03, 0.78, 1.02, skin("plain")),
    ]


def _fireplace(model: int, colour: int) -> list[Solid]:
    stone = skin(("brick", "marble", "stone")[model])
    return [
        box(0, -0.08, 1.4, 0.24, 0.0, 1.05, stone),
        *pair(0.58, 0.06, 0.26, 0.10, 0.0, 1.05, stone),
        box(0, 0.05, 0.86, 0.02, 0.06, 0.75, skin("fire")),
        box(0, 0, 1.55, 0.42, 1.05, 1.13, wood(0, model)),
    ]


def _aquarium(model: int, colour: int) -> list[Solid]:
    width = (0.9, 0.7, 1.2)[model]
    water = skin("window_sky", (70, 175, 225))
    return [
        box(0, 0, width, 0.40, 0.0, 0.68, wood(0, model + 1)),
        box(0, 0, width - 0.02, 0.38, 0.68, 0.74, skin("cork")),
        box(0, 0, width - 0.02, 0.38, 0.74, 1.08, water),
        box(0, 0, width + 0.02, 0.42, 1.08, 1.14, BLACK),
        box(-0.2, 0.19, 0.14, 0.015, 0.84, 0.90, skin("plain", (255, 120, 20))),
        box(0.15, 0.19, 0.10, 0.015, 0.94, 0.99, skin("plain", (255, 225, 40))),
        box(0.3, 0.19, 0.05, 0.015, 0.74, 0.98, skin("plain", (40, 150, 70))),
    ]


def _speaker(model: int, colour: int) -> list[Solid]:
    cone = skin("plain", (150, 150, 155))
    return [
        box(0, 0, 0.26, 0.30, 0.0, (1.0, 0.8, 1.2)[model], wood(colour, 1)),
        box(0, 0.155, 0.22, 0.01, 0.10, 0.72, BLACK),
        box(0, 0.165, 0.14, 0.01, 0.18, 0.32, cone),
        box(0, 0.165, 0.10, 0.01, 0.50, 0.60, cone),
    ]


def _ladder(model: int, colour: int) -> list[Solid]:
    rail = wood(0, 2) if model == 1 else skin("metal", (215, 218, 222))
    top = (1.7, 1.5, 1.9)[model]
    rungs = [box(0, 0.12, 0.42, 0.05, z, z + 0.04, rail) for z in (0.3, 0.6, 0.9, 1.2)]
    back = [box(x, -0.20, 0.04, 0.03, 0.0, top - 0.05, rail) for x in (-0.2, 0.2)]
    front = [box(x, 0.12, 0.05, 0.05, 0.0, top, rail) for x in (-0.22, 0.22)]
    return [*rungs, *back, *front, box(0, -0.04, 0.5, 0.38, top - 0.06, top, rail)]


def _treadmill(model: int, colour: int) -> list[Solid]:
    return [
        box(0, 0.1, 0.70, 1.5, 0.0, 0.14, DARK_STEEL),
        box(0, 0.14, 0.46, 1.40, 0.14, 0.15, BLACK),
        *pair(0.33, -0.55, 0.06, 0.08, 0.14, 1.2, DARK_STEEL),
        box(0, -0.58, 0.72, 0.14, 1.1, (1.35, 1.3, 1.4)[model], BLACK),
        box(0, -0.505, 0.3, 0.012, 1.15, 1.28, skin("screen_on")),
    ]


def _statue(model: int, colour: int) -> list[Solid]:
    stone = skin(("marble", "concrete", "stone")[model])
    return [
        box(0, 0, 0.44, 0.44, 0.0, 0.75, stone),
        box(0, 0, 0.50, 0.50, 0.75, 0.80, stone),
        box(0, 0, 0.40, 0.20, 0.80, 1.02, stone),
        cylinder(0, 0, 0.06, 1.02, 1.10, stone),
        cylinder(0, 0, 0.11, 1.10, 1.34, stone),
    ]


def _rocking_horse(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model)
    return [
        *pair(0.14, 0, 0.05, 0.9, 0.0, 0.06, body),
        *legs(0.30, 0.50, 0.36, 0.05, body, 0.06),
        box(0, 0, 0.24, 0.60, 0.34, 0.54, body),
        box(0, 0.25, 0.12, 0.16, 0.54, 0.80, body),
        box(0, 0.34, 0.13, 0.32, 0.74, (0.90, 0.88, 0.94)[model], body),
        box(0, -0.32, 0.06, 0.08, 0.25, 0.52, skin("fabric", (90, 60, 35))),
    ]


def _dolls_house(model: int, colour: int) -> list[Solid]:
    walls = shell(colour, (250, 225, 190))
    roof = skin("stripes", (190, 60, 50))
    return [
        box(0, 0, 0.70, 0.36, 0.0, 0.56, walls),
        box(0, 0, 0.78, 0.42, 0.56, 0.64, roof),
        box(0, 0, 0.56, 0.38, 0.64, 0.72, roof),
        box(0, 0, 0.30, 0.36, 0.72, (0.80, 0.84, 0.78)[model], roof),
        box(0, 0.184, 0.14, 0.012, 0.0, 0.24, skin("door")),
        *[
            box(x, 0.184, 0.16, 0.012, z, z + 0.14, skin("window_sky"))
            for x in (-0.22, 0.22)
            for z in (0.08, 0.34)
        ],
    ]


DECOR: dict[str, Draw] = {
    "floor lamp": _floor_lamp,
    "table lamp": _table_lamp,
    "painting": _painting,
    "poster": _poster,
    "wall map": _wall_map,
    "mirror": _mirror,
    "wall clock": _wall_clock,
    "grandfather clock": _grandfather_clock,
    "window": _window,
    "curtain": _curtain,
    "rug": _rug,
    "fern": _plant("fern", 0.6, 0.6),
    "palm tree": _plant("palm", 0.9, 1.35),
    "potted bush": _plant("bush", 0.6, 0.7),
    "cactus": _plant("cactus", 0.4, 0.6),
    "vase": _standing("vase", 0.24, 0.36),
    "bunch of flowers": _standing("bouquet", 0.32, 0.42),
    "teddy bear": _standing("teddy_bear", 0.45, 0.5),
    "toy car": _standing("toy_car", 0.5, 0.4),
    "toy robot": _standing("robot_toy", 0.36, 0.46),
    "ball": _ball,
    "balloon": _balloon,
    "backpack": _standing("backpack", 0.38, 0.5),
    "guitar": _standing("guitar", 0.42, 1.05),
    "cat": _standing("cat", 0.42, 0.42),
    "dog": _standing("dog", 0.7, 0.65),
    "bicycle": _standing("bicycle", 1.5, 1.05, 0.5),
    "umbrella stand": _umbrella_stand,
    "piano": _piano,
    "fireplace": _fireplace,
    "aquarium": _aquarium,
    "loudspeaker": _speaker,
    "ladder": _ladder,
    "treadmill": _treadmill,
    "statue": _statue,
    "rocking horse": _rocking_horse,
    "doll's house": _dolls_house,
}
