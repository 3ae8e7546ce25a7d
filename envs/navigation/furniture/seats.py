"""Things to sit on."""

from __future__ import annotations

from vgym.envs.navigation.furniture.piece import (
    BLACK,
    CHROME,
    DARK_STEEL,
    Draw,
    cloth,
    hide,
    shell,
    steel,
    wood,
)
from vgym.envs.navigation.furniture.solids import Solid, box, cylinder, legs, pair, skin


def _armchair(model: int, colour: int) -> list[Solid]:
    cover = hide(colour) if model == 1 else cloth(colour)
    arm = 0.64 if model != 2 else 0.55
    width = (0.88, 0.94, 0.78)[model]
    side = (width - 0.16) / 2
    return [
        *legs(width - 0.06, 0.76, 0.12, 0.05, skin("walnut")),
        box(0, 0.03, width - 0.28, 0.74, 0.12, 0.44, cover),
        box(0, -0.32, width - 0.06, 0.20, 0.12, (0.92, 0.82, 1.08)[model], cover),
        *pair(side, 0.05, 0.16, 0.74, 0.12, arm, cover),
    ]


def _sofa(model: int, colour: int) -> list[Solid]:
    cover = hide(colour) if model == 1 else cloth(colour)
    width = (2.0, 1.7, 2.3)[model]
    arm = (0.62, 0.66, 0.50)[model]
    seats = (2, 2, 3)[model]
    seat = (width - 0.36) / seats - 0.02
    side = (width - 0.18) / 2
    solids = [
        *legs(width - 0.08, 0.78, 0.10, 0.05, skin("walnut")),
        box(0, 0, width - 0.02, 0.84, 0.10, 0.28, cover),
        box(0, -0.32, width - 0.04, 0.20, 0.28, (0.84, 0.80, 0.72)[model], cover),
        *pair(side, 0.03, 0.18, 0.86, 0.10, arm, cover),
    ]
    for i in range(seats):
        x = (i - (seats - 1) / 2) * (seat + 0.02)
        solids.append(box(x, 0.1, seat, 0.64, 0.28, 0.45, cover))
    return solids


def _dining_chair(model: int, colour: int) -> list[Solid]:
    frame = wood(colour, model)
    seat = cloth(colour) if model == 2 else frame
    back = [
        box(0, -0.21, 0.42, 0.03, 0.80, 0.92, frame),
        box(0, -0.21, 0.42, 0.03, 0.60, 0.68, frame),
    ]
    if model == 1:
        back = [box(x, -0.21, 0.05, 0.03, 0.45, 0.86, frame) for x in (-0.12, 0.0, 0.12)]
        back.append(box(0, -0.21, 0.42, 0.04, 0.86, 0.95, frame))
    if model == 2:
        back = [box(0, -0.20, 0.44, 0.06, 0.45, 0.98, seat)]
    posts = [box(x, -0.21, 0.04, 0.04, 0.45, 0.92, frame) for x in (-0.2, 0.2)]
    return [
        *legs(0.44, 0.46, 0.43, 0.04, frame),
        box(0, 0, 0.46, 0.48, 0.42, 0.47, seat),
        *posts,
        *back,
    ]


def _office_chair(model: int, colour: int) -> list[Solid]:
    cover = hide(colour, (40, 40, 42)) if model == 1 else cloth(colour, (60, 62, 66))
    top = (0.95, 1.18, 1.02)[model]
    solids = [
        box(0, 0, 0.62, 0.06, 0.0, 0.08, DARK_STEEL),
        box(0, 0, 0.06, 0.62, 0.0, 0.08, DARK_STEEL),
        cylinder(0, 0, 0.035, 0.08, 0.42, CHROME),
        box(0, 0.02, 0.50, 0.50, 0.42, 0.52, cover),
        box(0, -0.24, 0.08, 0.04, 0.42, 0.66, DARK_STEEL),
        box(0, -0.24, (0.44, 0.52, 0.40)[model], 0.08, 0.60, top, cover),
    ]
    if model != 2:
        for x in (-0.29, 0.29):
            solids += [
                box(x, 0.0, 0.05, 0.30, 0.68, 0.72, BLACK),
                box(x, -0.05, 0.04, 0.06, 0.44, 0.68, BLACK),
            ]
    return solids


def _bar_stool(model: int, colour: int) -> list[Solid]:
    if model == 0:
        return [
            cylinder(0, 0, 0.22, 0.0, 0.03, CHROME),
            cylinder(0, 0, 0.03, 0.03, 0.70, CHROME),
            cylinder(0, 0, 0.19, 0.70, 0.78, hide(colour)),
        ]
    frame = wood(colour, model) if model == 1 else DARK_STEEL
    seat = frame if model == 1 else shell(colour)
    solids = [
        *legs(0.36, 0.36, 0.70, 0.04, frame),
        box(0, 0, 0.34, 0.34, 0.24, 0.27, frame),
        box(0, 0, 0.38, 0.38, 0.70, 0.75, seat),
    ]
    if model == 2:
        solids.append(box(0, -0.17, 0.38, 0.04, 0.75, 1.0, seat))
    return solids


def _step_stool(model: int, colour: int) -> list[Solid]:
    stuff = shell(colour) if model == 1 else wood(colour, model)
    if model == 2:
        return [*legs(0.38, 0.38, 0.40, 0.05, stuff), cylinder(0, 0, 0.22, 0.40, 0.45, stuff)]
    return [
        box(0, -0.12, 0.42, 0.24, 0.0, 0.46, stuff),
        box(0, 0.12, 0.42, 0.24, 0.0, 0.23, stuff),
    ]


def _bench(model: int, colour: int) -> list[Solid]:
    seat = wood(colour, model)
    if model == 0:
        ends = [box(x, 0, 0.06, 0.36, 0.0, 0.40, seat) for x in (-0.55, 0.55)]
        return [*ends, box(0, 0, 1.3, 0.40, 0.40, 0.46, seat)]
    feet = legs(1.34, 0.40, 0.40, 0.06, DARK_STEEL)
    solids = [*feet, box(0, 0, 1.4, 0.44, 0.40, 0.46, seat)]
    if model == 2:
        solids += [
            box(0, -0.20, 1.4, 0.04, 0.56, 0.68, seat),
            box(0, -0.20, 1.4, 0.04, 0.74, 0.86, seat),
            *pair(0.6, -0.2, 0.05, 0.03, 0.46, 0.86, DARK_STEEL),
        ]
    return solids


def _bean_bag(model: int, colour: int) -> list[Solid]:
    cover = hide(colour) if model == 1 else cloth(colour)
    wide = (0.48, 0.42, 0.52)[model]
    return [
        cylinder(0, 0, wide * 0.92, 0.0, 0.10, cover),
        cylinder(0, 0, wide, 0.10, 0.28, cover),
        cylinder(0, -0.05, wide * 0.85, 0.28, 0.40, cover),
        cylinder(0, -0.12, wide * 0.62, 0.40, 0.54, cover),
        cylinder(0, -0.18, wide * 0.35, 0.54, (0.68, 0.72, 0.62)[model], cover),
    ]


def _ottoman(model: int, colour: int) -> list[Solid]:
    cover = hide(colour) if model == 1 else cloth(colour)
    if model == 0:
        return [*legs(0.5, 0.5, 0.12, 0.05, skin("oak")), box(0, 0, 0.56, 0.56, 0.12, 0.42, cover)]
    if model == 1:
        return [
            cylinder(0, 0, 0.26, 0.0, 0.06, skin("walnut")),
            cylinder(0, 0, 0.3, 0.06, 0.42, cover),
        ]
    return [*legs(0.84, 0.44, 0.14, 0.05, BLACK), box(0, 0, 0.9, 0.5, 0.14, 0.44, cover)]


def _rocking_chair(model: int, colour: int) -> list[Solid]:
    frame = wood(colour, model + 1)
    slats = [box(x, -0.24, 0.06, 0.03, 0.46, 1.02, frame) for x in (-0.16, 0.0, 0.16)]
    back = slats if model != 1 else [box(0, -0.24, 0.46, 0.04, 0.46, 1.02, frame)]
    solids = [*legs(0.54, 0.5, 0.42, 0.04, frame, 0.06), *back]
    for x in (-0.26, 0.26):
        solids += [
            box(x, 0.0, 0.05, 0.90, 0.0, 0.06, frame),
        ]
    solids += [
        box(0, 0, 0.54, 0.52, 0.40, 0.45, cloth(colour) if model == 2 else frame),
        box(0, -0.24, 0.54, 0.05, 1.02, 1.12, frame),
    ]
    return solids


def _high_chair(model: int, colour: int) -> list[Solid]:
    frame = steel(0) if model == 1 else wood(0, model)
    seat = shell(colour)
    return [
        *legs(0.50, 0.50, 0.56, 0.04, frame),
        box(0, 0, 0.40, 0.38, 0.54, 0.60, seat),
        box(0, -0.18, 0.40, 0.05, 0.60, (0.98, 1.04, 0.92)[model], seat),
        *pair(0.2, 0, 0.04, 0.36, 0.60, 0.74, seat),
        box(0, 0.22, 0.52, 0.24, 0.76, 0.79, seat if model == 2 else skin("plastic")),
    ]


SEATS: dict[str, Draw] = {
    "armchair": _armchair,
    "sofa": _sofa,
    "dining chair": _dining_chair,
    "office chair": _office_chair,
    "bar stool": _bar_stool,
    "step stool": _step_stool,
    "bench": _bench,
    "bean bag": _bean_bag,
    "ottoman": _ottoman,
    "rocking chair": _rocking_chair,
    "high chair": _high_chair,
}
