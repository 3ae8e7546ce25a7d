"""The places of the nine paradigms, as worlds with spots and starts, all of equal use to a camera.

What pays is nowhere in them: worlds are drawn from the paradigm and the variant alone.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.envs.navigation.mazes.types import NAMES
from vgym.envs.navigation.render.textures import NUMBER
from vgym.envs.navigation.worlds.world import (
    BOX,
    CELL,
    CYLINDER,
    Parts,
    Rooms,
    World,
    no_doors,
    no_things,
)

_FLOORS = ("concrete", "oak", "linoleum", "terrazzo")
_WALLS = ("paint", "brick", "wood_panel", "stone")
_TINTS = ((225, 225, 215), (255, 255, 255), (255, 255, 255), (235, 235, 240))
# Cues tell the directions apart; each variant hangs them in another order.
_CUES = ("painting_1", "poster_1", "map", "clock", "painting_3", "poster_2", "painting_4", "mirror")
_LANE = 1.0  # metres: how wide corridors are
_ABOUT_THE_BOX = [
    (x, y, math.pi / 2) for x, y in ((0.0, -0.8), (-1.0, -0.8), (1.0, -0.8), (0.0, 0.0))
]


class Layout(NamedTuple):
    """A place and what matters in it."""

    world: World
    spots: NDArray[np.float32]  # (K, 2) metres
    starts: NDArray[np.float32]  # (S, 3) x, y, yaw; trials take them in turn


class _Plan:
    """Free floor, parts and points about a middle, turned into a world in the end."""

    def __init__(self, half: float) -> None:
        self.cells = 2 * math.ceil(half / CELL) + 4
        self.middle = self.cells * CELL / 2
        line = (np.arange(self.cells) + 0.5) * CELL - self.middle
        self.x, self.y = np.meshgrid(line, line)
        self.free = np.zeros((self.cells, self.cells), np.bool_)
        self.second = np.zeros_like(self.free)  # belongs to the other chamber
        self.geometry: list[tuple[float, ...]] = []
        self.code: list[tuple[int, ...]] = []
        self.tint: list[tuple[int, int, int]] = []

    def disc(self, radius: float) -> None:
        """Free floor around the middle."""
        self.free |= np.hypot(self.x, self.y) <= radius

    def rectangle(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Free floor."""
        self.free |= (self.x > x0) & (self.x < x1) & (self.y > y0) & (self.y < y1)

    def arm(self, angle: float, length: float) -> None:
        """Free floor from the middle outwards."""
        along = self.x * math.cos(angle) + self.y * math.sin(angle)
        across = self.y * math.cos(angle) - self.x * math.sin(angle)
        self.free |= (along > 0) & (along < length) & (np.abs(across) < _LANE / 2)

    def box(
        self,
        x: float,
        y: float,
        half: tuple[float, float],
        z: tuple[float, float],
        texture: str,
        angle: float = 0.0,
        tint: tuple[int, int, int] = (255, 255, 255),
        toggle: int = 0,
    ) -> None:
        """A box with its texture once over each side."""
        turn = (math.cos(angle), math.sin(angle))
        self.geometry.append((x + self.middle, y + self.middle, *turn, *half, *z))
        self.code.append((BOX, NUMBER[texture], 1, toggle, -1))
        self.tint.append(tint)

    def food(self, x: float, y: float, half: tuple[float, float]) -> None:
        """A tray on the wall, empty until toggle 0 fills it."""
        self.box(x, y, half, (0.4, 0.7), "plain", tint=(40, 40, 44), toggle=-1)
        self.box(x, y, half, (0.4, 0.7), "plain", tint=(230, 150, 60), toggle=1)

    def hole(self, x: float, y: float, radius: float) -> None:
        """A dark disc on the floor."""
        at = (x + self.middle, y + self.middle, 1.0, 0.0, radius, radius, 0.0, 0.01)
        self.geometry.append(at)
        self.code.append((CYLINDER, NUMBER["plain"], 0, 0, -1))
        self.tint.append((12, 12, 14))

    def cue(self, angle: float, distance: float, texture: str) -> None:
        """A picture at the end of a direction, facing the middle."""
        x, y = distance * math.cos(angle), distance * math.sin(angle)
        self.box(x, y, (0.45, 0.03), (1.0, 1.9), texture, angle + math.pi / 2)

    def layout(
        self,
        variant: int,
        spots: list[tuple[float, float]],
        starts: list[tuple[float, float, float]],
        toggles: int = 0,
        walls: tuple[str, str] | None = None,
    ) -> Layout:
        """The world, with points moved from the middle to its own frame."""
        wall = ~self.free
        wall[0] = wall[-1] = wall[:, 0] = wall[:, -1] = True
        names = walls or (_WALLS[variant % 4],) * 2
        texture = [(NUMBER[_FLOORS[variant % 4]], NUMBER[name], NUMBER["paint"]) for name in names]
        tint = np.full((2, 3, 3), 245, np.uint8)
        tint[:, 1] = _TINTS[variant % 4]
        parts = Parts(
            np.array(self.geometry, np.float32).reshape(-1, 8),
            np.array(self.code, np.int16).reshape(-1, 5),
            np.array(self.tint, np.uint8).reshape(-1, 3),
        )
        world = World(
            wall=wall,
            solid=wall.copy(),
            room=np.where(wall, -1, self.second.astype(np.int16)).astype(np.int16),
            rooms=Rooms(np.zeros(2, np.int16), np.array(texture, np.int16), tint),
            doors=no_doors(),
            parts=parts,
            things=no_things(),
            toggles=toggles,
        )
        middle = np.array([self.middle, self.middle, 0], np.float32)
        places = np.array([(*s, 0.0) for s in spots], np.float32) + middle
        return Layout(world, places[:, :2].copy(), np.array(starts, np.float32) + middle)


def make_layout(paradigm: int, variant: int) -> Layout:
    """The place of a paradigm."""
    name = NAMES[paradigm]
    makers = {
        "morris": _morris,
        "barnes": _barnes,
        "star": _star,
        "t_maze": _t_maze,
        "radial_arm": _radial,
        "dnms": _dnms,
        "operant": _operant,
        "shuttle_box": _shuttle_box,
        "cpp": _cpp,
    }
    return makers[name](variant)


def _round(plan: _Plan, variant: int, radius: float) -> None:
    """A round arena with pictures to the four sides."""
    plan.disc(radius)
    for n in range(4):
        plan.cue(n * math.pi / 2 + 0.2, radius - 0.12, _CUES[(n + 2 * variant) % len(_CUES)])


def _around(count: int, distance: float, turn: float = 0.0) -> list[tuple[float, float]]:
    angles = [turn + math.tau * n / count for n in range(count)]
    return [(distance * math.cos(a), distance * math.sin(a)) for a in angles]


def _morris(variant: int) -> Layout:
    plan = _Plan(2.6)
    _round(plan, variant, 2.5)
    # Starts at the rim between the platforms' quadrants, facing the middle.
    rim = _around(4, 2.0)
    starts = [(x, y, math.atan2(-y, -x)) for x, y in rim]
    return plan.layout(variant, _around(4, 1.35, math.pi / 4), starts)


def _barnes(variant: int) -> Layout:
    plan = _Plan(2.6)
    _round(plan, variant, 2.5)
    holes = _around(12, 1.9)
    for x, y in holes:
        plan.hole(x, y, 0.22)
    starts = [(0.0, 0.0, n * math.pi / 2) for n in range(4)]
    return plan.layout(variant, holes, starts)


def _arms(variant: int, count: int, hub: float, length: float) -> tuple[_Plan, list[float]]:
    plan = _Plan(length + 0.2)
    plan.disc(hub)
    angles = [math.tau * n / count for n in range(count)]
    for n, angle in enumerate(angles):
        plan.arm(angle, length)
        plan.cue(angle, length - 0.15, _CUES[(n + 2 * variant) % len(_CUES)])
    return plan, angles


def _star(variant: int) -> Layout:
    plan, angles = _arms(variant, 5, 0.9, 3.2)
    ends = [(2.5 * math.cos(a), 2.5 * math.sin(a)) for a in angles]
    return plan.layout(variant, ends, [(0.0, 0.0, a + math.pi / 5) for a in angles])


def _radial(variant: int) -> Layout:
    plan, angles = _arms(variant, 8, 1.4, 3.4)
    ends = [(2.7 * math.cos(a), 2.7 * math.sin(a)) for a in angles]
    return plan.layout(variant, ends, [(0.0, 0.0, a) for a in angles])


def _t_maze(variant: int) -> Layout:
    plan = _Plan(2.8)
    plan.rectangle(-_LANE / 2, -2.5, _LANE / 2, 1.5)
    plan.rectangle(-2.5, 0.5, 2.5, 1.5)
    plan.cue(0.38, 2.2, _CUES[variant % 8])
    for x, texture in ((-2.44, _CUES[(variant + 3) % 8]), (2.44, _CUES[(variant + 5) % 8])):
        plan.box(x, 1.0, (0.03, 0.4), (0.9, 1.8), texture)
    return plan.layout(variant, [(-2.0, 1.0), (2.0, 1.0)], [(0.0, -2.0, math.pi / 2)])


def _lights(plan: _Plan) -> None:
    """Two panels on the wall ahead, dark until toggles 0 and 1 light them."""
    for n, x in enumerate((-1.1, 1.1)):
        plan.box(x, 1.95, (0.3, 0.04), (0.9, 1.5), "plain", tint=(70, 70, 74), toggle=-(n + 1))
        plan.box(x, 1.95, (0.3, 0.04), (0.9, 1.5), "plain", tint=(255, 240, 120), toggle=n + 1)


def _dnms(variant: int) -> Layout:
    plan = _Plan(2.2)
    plan.rectangle(-2.0, -1.5, 2.0, 2.0)
    _lights(plan)
    return plan.layout(variant, [(-1.1, 1.5), (1.1, 1.5)], _ABOUT_THE_BOX, toggles=2)


def _operant(variant: int) -> Layout:
    plan = _Plan(2.2)
    plan.rectangle(-2.0, -1.5, 2.0, 2.0)
    for x in (-1.1, 1.1):
        plan.box(x, 1.9, (0.16, 0.08), (0.7, 0.78), "metal", tint=(210, 210, 215))
        plan.box(x, 1.97, (0.22, 0.02), (0.55, 0.95), "plain", tint=(120, 124, 130))
    plan.food(0.0, 1.97, (0.2, 0.02))
    return plan.layout(variant, [(-1.1, 1.5), (1.1, 1.5)], _ABOUT_THE_BOX, toggles=1)


def _chambers(
    variant: int,
    starts: list[tuple[float, float, float]],
    walls: tuple[str, str] | None = None,
) -> Layout:
    """Two chambers side by side, joined by an opening; of walls that differ, with food trays, else
    with lights."""
    plan = _Plan(2.7)
    plan.rectangle(-2.5, -1.25, -0.07, 1.25)
    plan.rectangle(0.07, -1.25, 2.5, 1.25)
    plan.rectangle(-0.2, -0.5, 0.2, 0.5)
    plan.second |= plan.x > 0
    for side in (-1, 1):
        if walls:
            plan.food(side * 2.47, 0.0, (0.02, 0.2))
            continue
        plan.box(side * 2.44, 0.0, (0.03, 0.3), (1.3, 1.9), "plain", tint=(60, 60, 64), toggle=-1)
        plan.box(side * 2.44, 0.0, (0.03, 0.3), (1.3, 1.9), "plain", tint=(255, 230, 90), toggle=1)
    return plan.layout(variant, [(-1.4, 0.0), (1.4, 0.0)], starts, 1, walls)


def _shuttle_box(variant: int) -> Layout:
    return _chambers(variant, [(-1.2, 0.0, 0.0), (1.2, 0.0, math.pi)])


def _cpp(variant: int) -> Layout:
    pairs = (("stripes", "dots"), ("brick", "check"), ("wood_panel", "flowers"), ("stone", "tiles"))
    starts = [(0.0, 0.0, math.pi / 2)]  # in neither chamber
    return _chambers(variant, starts, pairs[variant % 4])
