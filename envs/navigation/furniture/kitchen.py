"""Kitchen and laundry."""

from __future__ import annotations

from functools import partial

from vgym.envs.navigation.furniture.piece import (
    BLACK,
    CERAMIC,
    CHROME,
    DARK_STEEL,
    STEEL,
    Draw,
    cloth,
    shell,
    steel,
    wood,
)
from vgym.envs.navigation.furniture.solids import (
    Solid,
    Surface,
    billboard,
    box,
    cylinder,
    legs,
    pair,
    skin,
)

_TOPS = ("marble", "oak", "terrazzo")


def _fridge(model: int, colour: int) -> list[Solid]:
    body = steel(colour, (225, 228, 230))
    width, height = ((0.62, 1.80), (0.90, 1.85), (0.56, 1.35))[model]
    solids = [
        box(0, -0.02, width, 0.60, 0.0, height, body),
        box(0, 0.29, width - 0.02, 0.018, 0.04, height - 0.02, skin("fridge", body.tint)),
    ]
    if model == 1:
        solids += [
            box(0, 0.30, 0.02, 0.02, 0.04, height - 0.02, BLACK),
            *pair(0.06, 0.32, 0.03, 0.03, 0.7, 1.4, CHROME),
        ]
    else:
        solids += [
            box(0, 0.30, width - 0.02, 0.02, height * 0.62, height * 0.635, BLACK),
            box(width * 0.38, 0.32, 0.03, 0.03, height * 0.68, height * 0.88, CHROME),
        ]
    return solids


def _oven(model: int, colour: int) -> list[Solid]:
    body = steel(colour, (215, 217, 220))
    width = (0.60, 0.60, 0.90)[model]
    solids = [
        box(0, 0, width, 0.58, 0.0, 0.88, body),
        box(0, 0.298, width - 0.02, 0.016, 0.06, 0.86, skin("oven", body.tint)),
        box(0, 0, width, 0.60, 0.88, 0.90, BLACK),
        box(0, 0, width - 0.06, 0.52, 0.90, 0.905, skin("hob")),
        box(0, 0.32, width * 0.7, 0.03, 0.62, 0.65, CHROME),
    ]
    if model == 1:
        solids.append(box(0, 0.31, width, 0.05, 0.78, 0.87, BLACK))
    return solids


def _counter(width: float, model: int, colour: int, top: str, depth: float = 0.6) -> list[Solid]:
    body = wood(colour, model)
    return [
        box(0, -0.03, width - 0.04, depth - 0.12, 0.0, 0.10, BLACK),
        box(0, -0.01, width, depth - 0.02, 0.10, 0.86, body),
        box(0, depth / 2 - 0.01, width - 0.02, 0.018, 0.12, 0.85, skin("kitchen_front", body.tint)),
        box(0, 0.01, width, depth + 0.02, 0.86, 0.90, skin(top)),
    ]


def _kitchen_counter(model: int, colour: int) -> list[Solid]:
    return _counter((1.0, 1.4, 1.8)[model], model, colour, _TOPS[model])


def _kitchen_island(model: int, colour: int) -> list[Solid]:
    body = wood(colour, model)
    width = (1.5, 1.8, 1.3)[model]
    return [
        box(0, -0.05, width - 0.2, 0.60, 0.0, 0.10, BLACK),
        box(0, -0.05, width - 0.1, 0.66, 0.10, 0.86, body),
        box(0, -0.388, width - 0.14, 0.016, 0.12, 0.84, skin("kitchen_front", body.tint)),
        box(0, 0.0, width, 0.95, 0.86, 0.91, skin(_TOPS[model])),
    ]


def _sink(model: int, colour: int) -> list[Solid]:
    solids = _counter((0.8, 1.0, 1.2)[model], model, colour, _TOPS[(model + 1) % 3])
    return [
        *solids,
        box(0, 0.03, 0.56, 0.42, 0.90, 0.906, skin("sink")),
        cylinder(0, -0.22, 0.02, 0.90, 1.18, CHROME),
        box(0, -0.12, 0.03, 0.22, 1.16, 1.19, CHROME),
    ]


def _appliance(face: str, model: int, colour: int) -> list[Solid]:
    body = shell(colour, ((245, 245, 247), (200, 203, 208), (235, 235, 232))[model])
    return [
        box(0, -0.01, 0.60, 0.56, 0.0, 0.84, body),
        box(0, 0.28, 0.58, 0.018, 0.02, 0.83, skin(face, body.tint)),
        box(0, 0, 0.61, 0.60, 0.84, (0.87, 0.85, 0.90)[model], body if model else skin("plain")),
    ]


def _microwave(model: int, colour: int) -> list[Solid]:
    body = shell(colour, (60, 62, 66))
    height = (0.28, 0.32, 0.25)[model]
    return [
        box(0, -0.01, 0.50, 0.34, 0.0, height, body),
        box(0, 0.17, 0.48, 0.016, 0.01, height - 0.01, skin("microwave")),
    ]


def _coffee_machine(model: int, colour: int) -> list[Solid]:
    body = shell(colour, (45, 45, 48))
    height = (0.36, 0.42, 0.34)[model]
    return [
        box(0, -0.08, 0.30, 0.20, 0.0, height, body),
        box(0, 0.02, 0.30, 0.36, height - 0.12, height, body),
        box(0, 0.04, 0.30, 0.34, 0.0, 0.04, body),
        box(0, 0.03, 0.24, 0.012, 0.05, height - 0.12, skin("coffee_machine")),
        cylinder(0, 0.09, 0.045, 0.04, 0.13, CERAMIC),
    ]


def _kettle(model: int, colour: int) -> list[Solid]:
    body = steel(colour)
    return [
        cylinder(0, 0, 0.09, 0.0, 0.03, BLACK),
        cylinder(0, 0, 0.085, 0.03, 0.16, body),
        cylinder(0, 0, 0.065, 0.16, (0.23, 0.25, 0.21)[model], body),
        cylinder(0, 0, 0.02, 0.21, 0.28, BLACK),
        box(0.12, 0, 0.03, 0.03, 0.05, 0.22, BLACK),
        box(0.10, 0, 0.06, 0.03, 0.19, 0.22, BLACK),
        box(-0.10, 0, 0.06, 0.03, 0.15, 0.19, body),
    ]


def _toaster(model: int, colour: int) -> list[Solid]:
    body = steel(colour)
    bread = skin("cork", (235, 190, 120))
    width = (0.30, 0.34, 0.26)[model]
    return [
        box(0, 0, width, 0.18, 0.02, 0.19, body),
        box(0, 0, width - 0.03, 0.15, 0.0, 0.02, BLACK),
        box(0, -0.04, width - 0.12, 0.025, 0.19, 0.25, bread),
        box(0, 0.04, width - 0.12, 0.025, 0.19, 0.25, bread),
        box(width / 2 + 0.01, 0, 0.03, 0.04, 0.11, 0.14, BLACK),
    ]


def _cooking_pot(model: int, colour: int) -> list[Solid]:
    body = steel(colour)
    return [
        cylinder(0, 0, 0.14, 0.0, (0.16, 0.12, 0.20)[model], body),
        cylinder(0, 0, 0.145, (0.16, 0.12, 0.20)[model], (0.18, 0.14, 0.22)[model], body),
        cylinder(0, 0, 0.025, 0.12, (0.22, 0.18, 0.26)[model], BLACK),
        box(0, 0, 0.38, 0.05, 0.09, 0.11, BLACK),
    ]


def _cooker_hood(model: int, colour: int) -> list[Solid]:
    body = steel(colour)
    return [
        box(0, 0, 0.60, 0.46, 1.55, 1.63, body),
        box(0, -0.04, 0.44, 0.36, 1.63, 1.72, body),
        box(0, -0.10, (0.24, 0.30, 0.20)[model], 0.24, 1.72, 2.45, body),
    ]


def _chest_freezer(model: int, colour: int) -> list[Solid]:
    body = shell(colour, (246, 247, 248))
    width = (1.1, 0.85, 1.4)[model]
    return [
        box(0, 0, width, 0.62, 0.04, 0.78, body),
        box(0, 0, width + 0.02, 0.66, 0.80, 0.88, body),
        box(0, 0, width - 0.02, 0.60, 0.78, 0.80, BLACK),
        box(0, 0.34, 0.22, 0.03, 0.80, 0.84, CHROME),
        box(width * 0.35, 0.315, 0.14, 0.01, 0.10, 0.22, BLACK),
        box(0, 0, width - 0.1, 0.54, 0.0, 0.04, BLACK),
    ]


def _ironing_board(model: int, colour: int) -> list[Solid]:
    cover = cloth(colour, (170, 190, 215))
    legs_ = [box(x, 0, 0.04, 0.36, 0.0, 0.84, STEEL) for x in (-0.30, 0.25)]
    return [
        *legs_,
        box(0, 0, 0.60, 0.03, 0.40, 0.44, STEEL),
        box(-0.08, 0, 1.0, 0.36, 0.84, 0.88, cover),
        cylinder(0.42, 0, 0.18, 0.84, 0.88, cover),
        box(-0.30, 0, 0.24, 0.12, 0.88, 0.92, STEEL),
        box(-0.33, 0, 0.16, 0.08, 0.92, (1.0, 1.02, 0.98)[model], shell(0, (60, 110, 210))),
    ]


def _drying_rack(model: int, colour: int) -> list[Solid]:
    washing = cloth(colour, (245, 245, 245))
    height = (0.95, 1.05, 0.90)[model]
    rails = [box(0, y, 1.1, 0.02, height - 0.02, height, CHROME) for y in (-0.28, 0.0, 0.28)]
    return [
        *legs(1.12, 0.60, height, 0.03, CHROME),
        *rails,
        box(-0.25, 0.28, 0.40, 0.03, height - 0.50, height, washing),
        box(0.25, 0.0, 0.44, 0.03, height - 0.65, height, cloth(0, (120, 160, 220))),
        box(0.1, -0.28, 0.60, 0.03, height - 0.40, height, washing),
    ]


def _water_heater(model: int, colour: int) -> list[Solid]:
    body = shell(0, (244, 244, 246))
    height = (1.5, 1.25, 1.7)[model]
    return [
        cylinder(0, 0, 0.28, 0.05, height, body),
        cylinder(0, 0, 0.24, 0.0, 0.05, BLACK),
        cylinder(0, 0, 0.29, height * 0.5, height * 0.5 + 0.03, STEEL),
        box(0, 0.28, 0.18, 0.03, 0.25, 0.45, DARK_STEEL),
        cylinder(-0.10, 0, 0.025, height, 2.3, skin("metal", (205, 120, 70))),
        cylinder(0.10, 0, 0.025, height, 2.3, skin("metal", (205, 120, 70))),
    ]


def _vacuum_cleaner(model: int, colour: int) -> list[Solid]:
    body = shell(colour, (210, 40, 40))
    return [
        box(0, -0.14, 0.28, 0.36, 0.04, 0.24, body),
        cylinder(0, -0.16, 0.12, 0.24, (0.32, 0.36, 0.28)[model], BLACK),
        box(0, -0.14, 0.34, 0.12, 0.0, 0.12, BLACK),
        box(0, 0.16, 0.05, 0.30, 0.10, 0.14, BLACK),
        cylinder(0, 0.30, 0.025, 0.04, 1.0, CHROME),
        box(0, 0.34, 0.30, 0.14, 0.0, 0.05, BLACK),
    ]


def _fruit_bowl(model: int, colour: int) -> list[Solid]:
    size = (0.34, 0.30, 0.38)[model]
    return [
        cylinder(0, 0, 0.10, 0.0, 0.02, _BOWL),
        billboard(size, 0.02, 0.02 + size, skin("fruit_bowl")),
    ]


_BOWL: Surface = skin("terracotta")

KITCHEN: dict[str, Draw] = {
    "fridge": _fridge,
    "oven": _oven,
    "kitchen counter": _kitchen_counter,
    "kitchen island": _kitchen_island,
    "sink": _sink,
    "dishwasher": partial(_appliance, "dishwasher"),
    "washing machine": partial(_appliance, "washer"),
    "tumble dryer": partial(_appliance, "dryer"),
    "microwave": _microwave,
    "coffee machine": _coffee_machine,
    "kettle": _kettle,
    "toaster": _toaster,
    "cooking pot": _cooking_pot,
    "cooker hood": _cooker_hood,
    "chest freezer": _chest_freezer,
    "ironing board": _ironing_board,
    "drying rack": _drying_rack,
    "water heater": _water_heater,
    "vacuum cleaner": _vacuum_cleaner,
    "fruit bowl": _fruit_bowl,
}
