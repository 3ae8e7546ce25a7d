"""Bathrooms and restrooms."""

from __future__ import annotations

from vgym.envs.navigation.furniture.piece import (
    BLACK,
    CERAMIC,
    CHROME,
    STEEL,
    Draw,
    cloth,
    shell,
    wood,
)
from vgym.envs.navigation.furniture.solids import Solid, box, cylinder, legs, pair, skin

_GLASS = skin("plain", (185, 225, 235))


def _toilet(model: int, colour: int) -> list[Solid]:
    lid = wood(0, 1) if model == 2 and not colour else shell(colour, (248, 248, 250))
    tank = 0.80 if model != 1 else 0.95
    return [
        box(0, -0.24, 0.40, 0.18, 0.38 if model == 0 else 0.0, tank, CERAMIC),
        box(0, -0.24, 0.43, 0.20, tank, tank + 0.04, CERAMIC),
        box(0, -0.02, 0.22, 0.44, 0.0, 0.24, CERAMIC),
        box(0, -0.05, 0.36, 0.24, 0.24, 0.40, CERAMIC),
        cylinder(0, 0.10, 0.18, 0.20, 0.40, CERAMIC),
        cylinder(0, 0.10, 0.19, 0.40, 0.44, lid),
        box(0, -0.03, 0.38, 0.24, 0.40, 0.44, lid),
        cylinder(0, -0.24, 0.03, tank + 0.04, tank + 0.06, CHROME),
    ]


def _bathtub(model: int, colour: int) -> list[Solid]:
    side = (
        skin("small_tiles", shell(colour, (225, 232, 236)).tint)
        if model == 1
        else shell(colour, (246, 246, 248))
    )
    z = 0.12 if model == 2 else 0.0
    feet = legs(1.4, 0.56, 0.12, 0.08, CHROME) if model == 2 else []
    return [
        *feet,
        box(0, -0.34, 1.7, 0.08, z, 0.58, side),
        box(0, 0.34, 1.7, 0.08, z, 0.58, side),
        *pair(0.80, 0, 0.10, 0.62, z, 0.58, side),
        box(0, 0, 1.52, 0.62, z, 0.40, skin("plain", (120, 195, 225))),
        box(-0.80, 0, 0.04, 0.04, 0.58, 0.78, CHROME),
        box(-0.74, 0, 0.16, 0.04, 0.74, 0.78, CHROME),
    ]


def _shower(model: int, colour: int) -> list[Solid]:
    wide = (0.9, 0.9, 1.1)[model]
    half = wide / 2 - 0.02
    screen = (
        skin("curtain", shell(colour, (225, 235, 240)).tint) if model == 1 else skin("glass_door")
    )
    solids = [
        box(0, 0, wide, 0.9, 0.0, 0.12, CERAMIC),
        box(0, -0.44, wide, 0.02, 0.12, 2.05, skin("small_tiles", (150, 200, 220))),
        box(-half, 0, 0.02, 0.9, 0.12, 2.0, _GLASS),
        box(0, -0.40, 0.03, 0.03, 0.8, 2.1, CHROME),
        box(0, -0.28, 0.03, 0.26, 2.08, 2.11, CHROME),
        cylinder(0, -0.15, 0.11, 2.03, 2.08, CHROME),
        box(0, 0.44, wide, 0.03, 2.0, 2.04, CHROME),
        box(-wide * 0.25, 0.44, wide * 0.5, 0.02, 0.12, 2.0, screen),
    ]
    if model == 2:
        solids.append(box(half, 0, 0.02, 0.9, 0.12, 2.0, _GLASS))
    return solids


def _washbasin(model: int, colour: int) -> list[Solid]:
    tap = [
        cylinder(0, -0.16, 0.02, 0.86, 1.02, CHROME),
        box(0, -0.09, 0.03, 0.16, 1.0, 1.03, CHROME),
    ]
    if model == 0:
        return [
            cylinder(0, -0.08, 0.10, 0.0, 0.70, CERAMIC),
            box(0, 0, 0.56, 0.44, 0.70, 0.86, CERAMIC),
            box(0, 0.03, 0.46, 0.30, 0.86, 0.866, skin("sink", (235, 240, 245))),
            *tap,
        ]
    body = wood(colour, model)
    width = 0.7 if model == 1 else 1.2
    return [
        box(0, -0.01, width, 0.44, 0.10, 0.80, body),
        box(0, 0.218, width - 0.02, 0.016, 0.12, 0.79, skin("cupboard", body.tint)),
        box(0, -0.03, width - 0.06, 0.36, 0.0, 0.10, BLACK),
        box(0, 0, width + 0.02, 0.47, 0.80, 0.86, CERAMIC),
        box(0, 0.03, 0.46, 0.30, 0.86, 0.866, skin("sink", (235, 240, 245))),
        *tap,
    ]


def _towel_rail(model: int, colour: int) -> list[Solid]:
    towel = cloth(colour, (245, 245, 240))
    count = (4, 3, 5)[model]
    bars = [
        box(0, 0, 0.52, 0.03, 0.6 + 0.9 * i / (count - 1), 0.63 + 0.9 * i / (count - 1), CHROME)
        for i in range(count)
    ]
    return [
        *pair(0.26, 0, 0.03, 0.04, 0.5, 1.6, CHROME),
        *bars,
        box(0, 0.03, 0.42, 0.05, 0.85, 1.54, towel),
    ]


def _radiator(model: int, colour: int) -> list[Solid]:
    enamel = shell(colour, (240, 240, 238))
    body = skin("radiator", enamel.tint)
    width, height = ((1.0, 0.65), (0.7, 0.75), (1.4, 0.6))[model]
    return [
        box(0, 0, width, 0.10, 0.10, height, body),
        box(0, -0.02, width + 0.06, 0.05, height, height + 0.02, enamel),
        cylinder(-width / 2 - 0.04, 0, 0.02, 0.0, 0.22, CHROME),
        cylinder(width / 2 + 0.04, 0, 0.02, 0.0, 0.22, CHROME),
        cylinder(width / 2 + 0.04, 0, 0.035, 0.22, 0.32, CERAMIC),
    ]


def _urinal(model: int, colour: int) -> list[Solid]:
    return [
        box(0, -0.13, 0.38, 0.10, 0.0, (1.15, 1.05, 1.25)[model], CERAMIC),
        box(0, 0.0, 0.36, 0.28, 0.42, 0.62, CERAMIC),
        cylinder(0, 0.10, 0.17, 0.38, 0.60, CERAMIC),
        *pair(0.16, 0.0, 0.05, 0.24, 0.62, 1.0, CERAMIC),
        cylinder(0, -0.13, 0.025, 1.05, 1.38, CHROME),
    ]


def _hand_dryer(model: int, colour: int) -> list[Solid]:
    body = STEEL if model == 1 else shell(colour, (248, 248, 248))
    return [
        box(0, 0, 0.30, 0.18, 1.05, (1.32, 1.40, 1.30)[model], body),
        box(0, 0.03, 0.12, 0.10, 1.01, 1.05, BLACK),
        cylinder(0, 0.09, 0.035, 1.14, 1.20, CHROME),
    ]


def _bathroom_cabinet(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model)
    width = (0.35, 0.6, 0.4)[model]
    height = (1.7, 0.85, 1.9)[model]
    return [
        *legs(width, 0.30, 0.10, 0.04, CHROME),
        box(0, 0, width, 0.32, 0.10, height, body),
        box(0, 0.166, width - 0.02, 0.012, 0.12, height - 0.02, skin("cupboard", body.tint)),
    ]


def _scales(model: int, colour: int) -> list[Solid]:
    plate = shell(colour)
    return [
        box(0, 0, (0.32, 0.30, 0.36)[model], 0.32, 0.0, 0.05, plate),
        box(0, -0.10, 0.14, 0.06, 0.05, 0.055, BLACK),
        *([cylinder(0, 0.03, 0.10, 0.05, 0.054, STEEL)] if model else []),
    ]


def _bath_mat(model: int, colour: int) -> list[Solid]:
    pile = skin("carpet", cloth(colour, (240, 235, 225)).tint)
    width, depth = ((0.7, 0.45), (0.6, 0.6), (0.9, 0.5))[model]
    return [
        box(0, 0, width, depth, 0.0, 0.008, pile),
        box(0, 0, width - 0.1, depth - 0.1, 0.008, 0.012, pile),
    ]


BATH: dict[str, Draw] = {
    "toilet": _toilet,
    "bathtub": _bathtub,
    "shower": _shower,
    "washbasin": _washbasin,
    "towel rail": _towel_rail,
    "radiator": _radiator,
    "urinal": _urinal,
    "hand dryer": _hand_dryer,
    "bathroom cabinet": _bathroom_cabinet,
    "bathroom scales": _scales,
    "bath mat": _bath_mat,
}
