"""Beds."""

from __future__ import annotations

from functools import partial

from vgym.envs.navigation.furniture.piece import (
    LINEN,
    Draw,
    cloth,
    hide,
    wood,
)
from vgym.envs.navigation.furniture.solids import Solid, box, legs, skin

_QUILT = (150, 170, 195)


def _bed(widths: tuple[float, float, float], model: int, colour: int) -> list[Solid]:
    width = widths[model]
    frame = hide(0, (70, 60, 55)) if model == 2 else wood(0, model)
    cover = cloth(colour, _QUILT)
    pillows = (0.0,) if width < 1.2 else (-width / 4, width / 4)
    solids = [
        box(0, 0.02, width, 2.0, 0.08 if model == 1 else 0.0, 0.28, frame),
        box(0, 0.02, width - 0.06, 1.94, 0.28, 0.46, LINEN),
        box(0, 0.30, width + 0.02, 1.44, 0.20, 0.52, cover),
        box(0, -1.01, width + 0.06, 0.07, 0.0, (0.95, 0.80, 1.15)[model], frame),
    ]
    solids += [box(x, -0.75, 0.56, 0.34, 0.46, 0.58, LINEN) for x in pillows]
    if model == 1:
        solids += [box(0, 1.04, width + 0.06, 0.05, 0.0, 0.62, frame)]
    return solids


def _bunk_bed(model: int, colour: int) -> list[Solid]:
    frame = skin("metal", (120, 125, 135)) if model == 1 else wood(0, model)
    cover = cloth(colour, _QUILT)
    rungs = [box(0.30, 1.03, 0.36, 0.03, z, z + 0.05, frame) for z in (0.45, 0.75, 1.05)]
    return [
        *legs(1.0, 2.04, 1.75, 0.07, frame),
        box(0, 0, 0.96, 1.98, 0.22, 0.30, frame),
        box(0, 0, 0.90, 1.94, 0.30, 0.46, cover),
        box(0, 0, 0.96, 1.98, 1.22, 1.30, frame),
        box(0, 0, 0.90, 1.94, 1.30, 1.46, cover),
        *rungs,
    ]


def _crib(model: int, colour: int) -> list[Solid]:
    frame = wood(colour, model)
    bars = [
        box(x, y, 0.04, 0.03, 0.30, 0.86, frame) for y in (-0.31, 0.31) for x in (-0.36, 0.0, 0.36)
    ]
    return [
        box(-0.62, 0, 0.05, 0.66, 0.0, (1.0, 0.94, 1.1)[model], frame),
        box(0.62, 0, 0.05, 0.66, 0.0, 0.94, frame),
        box(0, 0, 1.20, 0.60, 0.26, 0.30, frame),
        box(0, 0, 1.18, 0.58, 0.30, 0.42, LINEN),
        *bars,
        box(0, -0.31, 1.22, 0.04, 0.86, 0.91, frame),
        box(0, 0.31, 1.22, 0.04, 0.86, 0.91, frame),
    ]


def _cradle(model: int, colour: int) -> list[Solid]:
    basket = skin("wicker") if model == 1 else wood(0, model)
    return [
        *legs(0.80, 0.44, 0.30, 0.04, basket),
        box(0, 0, 0.84, 0.46, 0.28, 0.58, basket),
        box(0.08, 0, 0.70, 0.42, 0.58, 0.63, cloth(colour, (250, 250, 250))),
        box(-0.36, 0, 0.14, 0.50, 0.50, (0.92, 0.86, 1.0)[model], cloth(colour, (250, 250, 250))),
    ]


BEDS: dict[str, Draw] = {
    "single bed": partial(_bed, (0.95, 0.95, 0.95)),
    "double bed": partial(_bed, (1.5, 1.6, 1.8)),
    "bunk bed": _bunk_bed,
    "crib": _crib,
    "cradle": _cradle,
}
