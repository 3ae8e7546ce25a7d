"""Tables and desks."""

from __future__ import annotations

from vgym.envs.navigation.furniture.piece import (
    BLACK,
    CHROME,
    DARK_STEEL,
    STEEL,
    Draw,
    cloth,
    shell,
    steel,
    wood,
)
from vgym.envs.navigation.furniture.solids import Solid, box, cylinder, legs, pair, skin


def _coffee_table(model: int, colour: int) -> list[Solid]:
    top = wood(colour, model)
    if model == 1:
        return [
            cylinder(0, 0, 0.28, 0.0, 0.04, top),
            cylinder(0, 0, 0.07, 0.04, 0.38, top),
            cylinder(0, 0, 0.45, 0.38, 0.43, top),
        ]
    feet = DARK_STEEL if model == 2 else top
    return [
        *legs(1.0, 0.54, 0.36, 0.06, feet),
        box(0, 0, 0.94, 0.48, 0.12, 0.15, top),
        box(0, 0, 1.06, 0.6, 0.36, 0.42, top),
    ]


def _dining_table(model: int, colour: int) -> list[Solid]:
    top = wood(colour, model)
    if model == 1:
        return [
            cylinder(0, 0, 0.34, 0.0, 0.05, top),
            cylinder(0, 0, 0.09, 0.05, 0.70, top),
            cylinder(0, 0, 0.60, 0.70, 0.75, top),
        ]
    if model == 2:
        ends = [box(x, 0, 0.10, 0.70, 0.0, 0.70, top) for x in (-0.65, 0.65)]
        return [*ends, box(0, 0, 1.3, 0.05, 0.25, 0.35, top), box(0, 0, 1.8, 0.9, 0.70, 0.76, top)]
    return [
        *legs(1.42, 0.80, 0.70, 0.08, top),
        box(0, 0, 1.30, 0.70, 0.62, 0.70, top),
        box(0, 0, 1.55, 0.90, 0.70, 0.75, top),
    ]


def _writing_desk(model: int, colour: int) -> list[Solid]:
    top = wood(colour, model)
    drawers = skin("drawers", top.tint)
    solids = [box(0, 0, 1.2, 0.60, 0.70, 0.74, top)]
    if model == 1:
        for x in (-0.42, 0.42):
            solids += [
                box(x, -0.01, 0.34, 0.54, 0.0, 0.70, top),
                box(x, 0.268, 0.32, 0.015, 0.03, 0.68, drawers),
            ]
        return [*solids, box(0, -0.25, 0.5, 0.03, 0.2, 0.70, top)]
    return [
        *solids,
        *legs(1.14, 0.54, 0.70, 0.05, DARK_STEEL if model == 2 else top),
        box(0.3, 0, 0.5, 0.54, 0.56, 0.70, top),
        box(0.3, 0.278, 0.48, 0.015, 0.57, 0.69, skin("drawers_wide", top.tint)),
    ]


def _office_desk(model: int, colour: int) -> list[Solid]:
    top = wood(colour, model)
    solids = [
        box(0, 0, 1.5, 0.75, 0.70, 0.73, top),
        box(-0.70, 0, 0.05, 0.62, 0.0, 0.70, STEEL),
        box(0, -0.30, 1.35, 0.02, 0.30, 0.70, STEEL),
    ]
    if model == 2:
        return [*solids, box(0.70, 0, 0.05, 0.62, 0.0, 0.70, STEEL)]
    if model == 1:
        solids += [
            box(0.70, 0, 0.05, 0.62, 0.0, 0.70, STEEL),
            *pair(0.73, -0.02, 0.03, 0.70, 0.0, 0.70, top),
        ]
        return solids
    return [
        *solids,
        box(0.52, -0.02, 0.40, 0.62, 0.0, 0.70, STEEL),
        box(0.52, 0.298, 0.38, 0.015, 0.04, 0.68, skin("drawers", (190, 190, 195))),
    ]


def _side_table(model: int, colour: int) -> list[Solid]:
    top = wood(colour, model)
    if model == 1:
        return [
            cylinder(0, 0, 0.20, 0.0, 0.03, DARK_STEEL),
            cylinder(0, 0, 0.03, 0.03, 0.52, DARK_STEEL),
            cylinder(0, 0, 0.25, 0.52, 0.56, top),
        ]
    if model == 2:
        solids = [cylinder(x, y, 0.025, 0.0, 0.50, top) for x, y in ((-0.16, -0.1), (0.16, -0.1))]
        return [
            *solids,
            cylinder(0, 0.16, 0.025, 0.0, 0.50, top),
            cylinder(0, 0, 0.28, 0.50, 0.54, top),
        ]
    return [
        *legs(0.44, 0.44, 0.50, 0.04, top),
        box(0, 0, 0.40, 0.40, 0.16, 0.19, top),
        box(0, 0, 0.48, 0.48, 0.50, 0.54, top),
    ]


def _nightstand(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model)
    front = skin("drawers", body.tint)
    if model == 1:
        return [
            *legs(0.42, 0.36, 0.30, 0.04, body),
            box(0, 0, 0.46, 0.38, 0.30, 0.52, body),
            box(0, 0.198, 0.42, 0.015, 0.32, 0.50, skin("drawers_wide", body.tint)),
        ]
    height = (0.50, 0.5, 0.62)[model]
    return [
        box(0, -0.01, 0.44, 0.38, 0.0, height, body),
        box(0, 0.188, 0.40, 0.015, 0.04, height - 0.03, front),
        box(0, 0, 0.48, 0.42, height, height + 0.03, body),
    ]


def _dressing_table(model: int, colour: int) -> list[Solid]:
    top = wood(colour, model)
    width = (1.0, 0.9, 1.1)[model]
    solids = [
        *legs(width - 0.04, 0.40, 0.56, 0.05, top),
        box(0, 0, width, 0.44, 0.56, 0.74, top),
        box(0, 0.228, width - 0.06, 0.015, 0.58, 0.72, skin("drawers_wide", top.tint)),
        box(0, -0.20, width * 0.62, 0.03, 0.74, 1.42, top),
        box(0, -0.178, width * 0.54, 0.015, 0.80, 1.38, skin("mirror")),
    ]
    if model == 2:
        for x in (-width * 0.42, width * 0.42):
            solids.append(box(x, -0.18, width * 0.16, 0.03, 0.74, 1.25, skin("mirror")))
    return solids


def _console_table(model: int, colour: int) -> list[Solid]:
    top = wood(colour, model)
    feet = top if model != 1 else DARK_STEEL
    solids = [
        *legs(1.04, 0.28, 0.78, 0.05, feet),
        box(0, 0, 1.10, 0.34, 0.78, 0.83, top),
    ]
    if model == 0:
        solids.append(box(0, 0, 1.0, 0.26, 0.14, 0.18, top))
    else:
        solids.append(box(0, 0, 1.0, 0.26, 0.64, 0.78, top))
    return solids


def _meeting_table(model: int, colour: int) -> list[Solid]:
    top = wood(colour, model)
    if model == 1:
        return [
            cylinder(0, 0, 0.45, 0.0, 0.05, DARK_STEEL),
            cylinder(0, 0, 0.12, 0.05, 0.70, CHROME),
            cylinder(0, 0, 0.85, 0.70, 0.75, top),
        ]
    length = (2.4, 2.4, 2.8)[model]
    feet = [box(x, 0, 0.12, 0.70, 0.0, 0.70, BLACK) for x in (-length * 0.36, length * 0.36)]
    solids = [*feet, box(0, 0, length * 0.7, 0.06, 0.4, 0.6, BLACK)]
    if model == 0:
        return [*solids, box(0, 0, length, 1.1, 0.70, 0.75, top)]
    straight = box(0, 0, length - 1.1, 1.1, 0.70, 0.75, top)
    ends = [cylinder(x, 0, 0.55, 0.70, 0.75, top) for x in (-length / 2 + 0.55, length / 2 - 0.55)]
    return [*solids, straight, *ends]


def _reception_desk(model: int, colour: int) -> list[Solid]:
    front = skin("wood_panel") if not colour else wood(colour, model)
    width = (2.2, 1.8, 2.6)[model]
    solids = [
        box(0, 0.30, width, 0.10, 0.0, 1.08, front),
        box(0, 0.25, width + 0.08, 0.30, 1.08, 1.13, skin("marble") if model != 1 else STEEL),
        box(0, -0.08, width, 0.66, 0.70, 0.74, wood(0, model)),
        *pair(width / 2 - 0.04, -0.05, 0.08, 0.70, 0.0, 1.0, front),
    ]
    if model == 2:
        solids.append(cylinder(-width / 2, 0.05, 0.36, 0.0, 1.08, front))
    return solids


def _changing_table(model: int, colour: int) -> list[Solid]:
    frame = wood(colour, model)
    return [
        *legs(0.90, 0.52, 0.90, 0.05, frame),
        box(0, 0, 0.88, 0.50, 0.10, 0.13, frame),
        box(0, 0, 0.88, 0.50, 0.45, 0.48, frame),
        box(0, 0, 0.92, 0.56, 0.84, 0.88, frame),
        box(
            0,
            0,
            0.82,
            0.46,
            0.88,
            0.95,
            cloth(0, ((190, 225, 250), (255, 215, 225), (235, 240, 190))[model]),
        ),
        box(0, -0.26, 0.92, 0.03, 0.88, 1.02, frame),
        box(-0.2, 0.0, 0.30, 0.40, 0.13, 0.36, skin("wicker")),
    ]


def _pool_table(model: int, colour: int) -> list[Solid]:
    frame = wood(0, model + 1)
    felt = cloth(colour, (30, 130, 60))
    feet = legs(1.9, 0.96, 0.58, 0.14, frame)
    rails = [box(x, 0, 0.12, 1.16, 0.58, 0.86, frame) for x in (-1.0, 1.0)]
    rails += [box(0, y, 2.0, 0.12, 0.58, 0.86, frame) for y in (-0.52, 0.52)]
    balls = [
        cylinder(0.3, 0.1, 0.04, 0.82, 0.90, shell(0, (240, 240, 235))),
        cylinder(-0.3, -0.1, 0.04, 0.82, 0.90, shell(0, (200, 30, 30))),
    ]
    return [*feet, *rails, box(0, 0, 1.9, 0.96, 0.60, 0.82, felt), *balls]


def _workbench(model: int, colour: int) -> list[Solid]:
    frame = steel(colour, (70, 95, 130))
    solids = [
        *legs(1.4, 0.60, 0.82, 0.08, frame),
        box(0, 0, 1.36, 0.56, 0.18, 0.22, frame),
        box(0, 0, 1.5, 0.66, 0.82, 0.90, skin("pine")),
        box(0.5, 0.15, 0.16, 0.24, 0.90, 1.02, steel(0, (60, 90, 150))),
    ]
    if model != 1:
        solids.append(box(0, -0.31, 1.5, 0.03, 0.90, 1.45, skin("cork")))
        solids.append(box(-0.3, -0.28, 0.05, 0.03, 1.0, 1.3, skin("plastic", (210, 40, 30))))
    if model == 2:
        solids.append(box(-0.4, 0, 0.5, 0.54, 0.22, 0.62, skin("drawers", frame.tint)))
    return solids


TABLES: dict[str, Draw] = {
    "coffee table": _coffee_table,
    "dining table": _dining_table,
    "writing desk": _writing_desk,
    "office desk": _office_desk,
    "side table": _side_table,
    "nightstand": _nightstand,
    "dressing table": _dressing_table,
    "console table": _console_table,
    "meeting table": _meeting_table,
    "reception desk": _reception_desk,
    "changing table": _changing_table,
    "pool table": _pool_table,
    "workbench": _workbench,
}
