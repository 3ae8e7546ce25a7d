"""Machines, screens and boards."""

from __future__ import annotations

from vgym.envs.navigation.furniture.piece import (
    BLACK,
    CERAMIC,
    DARK_STEEL,
    STEEL,
    Draw,
    cloth,
    shell,
    steel,
    wood,
)
from vgym.envs.navigation.furniture.solids import Solid, box, cylinder, legs, pair, skin


def _copier(model: int, colour: int) -> list[Solid]:
    body = shell(0, (228, 228, 230))
    width = (0.62, 0.9, 0.56)[model]
    return [
        box(0, -0.01, width, 0.60, 0.0, 0.92, body),
        box(0, 0.30, width - 0.02, 0.018, 0.02, 0.90, skin("copier")),
        box(0, 0, width, 0.60, 0.98, 1.10, DARK_STEEL),
        box(0, -0.05, width - 0.1, 0.40, 0.92, 0.98, body),
        box(-width / 2 - 0.12, 0, 0.24, 0.36, 0.60, 0.63, STEEL),
    ]


def _server_rack(model: int, colour: int) -> list[Solid]:
    height = (2.0, 1.6, 2.2)[model]
    return [
        box(0, -0.01, 0.62, 0.90, 0.05, height, BLACK),
        box(0, 0.45, 0.56, 0.018, 0.08, height - 0.04, skin("server")),
        box(0, 0, 0.56, 0.8, 0.0, 0.05, DARK_STEEL),
    ]


def _board(face: str, model: int, frame: tuple[int, int, int]) -> list[Solid]:
    width = (1.5, 2.0, 1.2)[model]
    rim = skin("metal", frame)
    return [
        box(0, 0, width, 0.03, 0.9, 1.9, rim),
        box(0, 0.018, width - 0.06, 0.012, 0.93, 1.87, skin(face)),
        box(0, 0.04, width * 0.6, 0.06, 0.88, 0.91, rim),
    ]


def _whiteboard(model: int, colour: int) -> list[Solid]:
    return _board("whiteboard", model, (190, 192, 196))


def _noticeboard(model: int, colour: int) -> list[Solid]:
    return _board("noticeboard", model, (140, 95, 55))[:2]


def _water_cooler(model: int, colour: int) -> list[Solid]:
    bottle = skin("plastic", (110, 175, 235))
    return [
        box(0, -0.01, 0.32, 0.32, 0.0, 0.95, CERAMIC),
        box(0, 0.155, 0.30, 0.014, 0.05, 0.93, skin("water_cooler")),
        cylinder(0, 0, 0.08, 0.95, 1.02, bottle),
        cylinder(0, 0, 0.14, 1.02, (1.36, 1.30, 1.42)[model], bottle),
    ]


def _vending_machine(model: int, colour: int) -> list[Solid]:
    body = steel(colour, (60, 62, 68))
    width = (0.95, 0.75, 1.15)[model]
    return [
        box(0, -0.01, width, 0.78, 0.05, 1.85, body),
        box(0, 0.39, width - 0.04, 0.018, 0.10, 1.82, skin("vending")),
        box(0, 0, width - 0.04, 0.7, 0.0, 0.05, BLACK),
    ]


def _monitor(model: int, colour: int) -> list[Solid]:
    width = (0.54, 0.62, 0.8)[model]
    return [
        box(0, 0, 0.22, 0.18, 0.0, 0.015, BLACK),
        box(0, -0.02, 0.05, 0.04, 0.015, 0.2, BLACK),
        box(0, 0, width, 0.04, 0.12, 0.48, BLACK),
        box(0, 0.022, width - 0.03, 0.01, 0.135, 0.465, skin("screen_text")),
    ]


def _laptop(model: int, colour: int) -> list[Solid]:
    body = steel(colour)
    return [
        box(0, 0.06, 0.34, 0.24, 0.0, 0.02, body),
        box(0, 0.05, 0.30, 0.12, 0.02, 0.025, skin("keyboard")),
        box(0, -0.07, 0.34, 0.02, 0.02, (0.25, 0.27, 0.24)[model], body),
        box(0, -0.058, 0.32, 0.01, 0.03, (0.24, 0.26, 0.23)[model], skin("screen_on")),
    ]


def _television(model: int, colour: int) -> list[Solid]:
    width = (1.0, 1.2, 0.8)[model]
    top = 0.08 + width * 0.58
    return [
        box(0, 0, width * 0.4, 0.22, 0.0, 0.02, BLACK),
        box(0, -0.02, 0.10, 0.05, 0.02, 0.1, BLACK),
        box(0, 0, width, 0.06, 0.08, top, BLACK),
        box(0, 0.034, width - 0.04, 0.01, 0.10, top - 0.02, skin("screen_on")),
    ]


def _flip_chart(model: int, colour: int) -> list[Solid]:
    frame = wood(0, 2) if model == 1 else STEEL
    return [
        box(0, -0.25, 0.04, 0.04, 0.0, 1.75, frame),
        *pair(0.34, 0.1, 0.04, 0.04, 0.0, 1.80, frame),
        box(0, 0.08, 0.72, 0.03, 0.85, 1.85, frame),
        box(0, 0.102, 0.68, 0.014, 0.88, 1.82, skin("map" if model == 2 else "whiteboard")),
    ]


def _partition(model: int, colour: int) -> list[Solid]:
    feet = [box(x, 0, 0.08, 0.40, 0.0, 0.05, DARK_STEEL) for x in (-0.5, 0.5)]
    return [
        *feet,
        box(0, 0, 1.3, 0.05, 0.05, (1.4, 1.6, 1.25)[model], cloth(colour, (150, 160, 170))),
        box(0, 0, 1.34, 0.07, (1.4, 1.6, 1.25)[model], (1.43, 1.63, 1.28)[model], STEEL),
    ]


def _shredder(model: int, colour: int) -> list[Solid]:
    return [
        box(0, 0, 0.36, 0.26, 0.0, 0.44, skin("plastic", (120, 125, 130))),
        box(0, 0, 0.40, 0.30, 0.44, (0.58, 0.62, 0.55)[model], BLACK),
        box(0, 0, 0.26, 0.04, 0.50, 0.72, skin("plain")),
        box(0, 0.132, 0.24, 0.012, 0.08, 0.36, skin("stripes")),
    ]


def _extinguisher(model: int, colour: int) -> list[Solid]:
    red = skin("plastic", (215, 25, 25))
    return [
        cylinder(0, 0, 0.09, 0.0, 0.46, red),
        cylinder(0, 0, 0.06, 0.46, 0.52, red),
        cylinder(0, 0, 0.025, 0.52, (0.60, 0.62, 0.58)[model], BLACK),
        box(0.07, 0, 0.16, 0.03, 0.55, 0.58, BLACK),
        box(0, 0.09, 0.10, 0.01, 0.18, 0.34, skin("plain")),
    ]


def _phone_booth(model: int, colour: int) -> list[Solid]:
    body = cloth(colour, (90, 100, 115))
    return [
        box(0, -0.46, 1.0, 0.08, 0.0, 2.1, body),
        *pair(0.46, 0, 0.08, 0.96, 0.0, 2.1, body),
        box(0, 0, 1.04, 1.04, 2.1, 2.2, body),
        box(0, 0.46, 0.84, 0.03, 0.0, 2.1, skin("glass_door")),
        box(0, -0.30, 0.6, 0.24, (0.95, 1.0, 0.9)[model], (1.0, 1.05, 0.95)[model], skin("oak")),
    ]


def _projector_screen(model: int, colour: int) -> list[Solid]:
    width = (1.8, 2.2, 1.5)[model]
    return [
        box(0, 0, width + 0.1, 0.10, 2.1, 2.22, STEEL),
        box(0, 0, width, 0.02, 0.95, 2.1, skin("screen_text")),
        box(0, 0, width, 0.04, 0.92, 0.95, BLACK),
    ]


def _trolley(model: int, colour: int) -> list[Solid]:
    tray = shell(colour, (150, 155, 160))
    tiers = [box(0, 0, 0.8, 0.46, z, z + 0.06, tray) for z in (0.12, 0.48, 0.82)]
    wheels = legs(0.76, 0.42, 0.12, 0.06, BLACK)
    posts = legs(0.80, 0.46, (0.98, 1.05, 0.9)[model], 0.03, DARK_STEEL, 0.12)
    return [*wheels, *tiers, *posts]


OFFICE: dict[str, Draw] = {
    "copier": _copier,
    "server rack": _server_rack,
    "whiteboard": _whiteboard,
    "noticeboard": _noticeboard,
    "water cooler": _water_cooler,
    "vending machine": _vending_machine,
    "computer monitor": _monitor,
    "laptop": _laptop,
    "television": _television,
    "flip chart": _flip_chart,
    "partition": _partition,
    "shredder": _shredder,
    "fire extinguisher": _extinguisher,
    "phone booth": _phone_booth,
    "projector screen": _projector_screen,
    "trolley": _trolley,
}
