"""The kinds of robots: how they move, what they see, what they can do, what they look like."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch

from vgym.envs.navigation.render.textures import NUMBER
from vgym.envs.navigation.worlds.world import BOX, CYLINDER


class Robot(NamedTuple):
    """One kind. Lengths in metres, angles in degrees."""

    name: str
    radius: float
    step: float
    turn: int
    eye: float
    fov: float
    can_open: bool
    can_carry: bool
    # Upright solids, from the middle: shape, half x, half y, bottom, top, colour.
    body: tuple[tuple[int, float, float, float, float, tuple[int, int, int]], ...]


ROBOTS: tuple[Robot, ...] = (
    Robot(
        "wheeled", 0.18, 0.25, 30, 1.25, 90, True, True,
        (
            (CYLINDER, 0.18, 0.18, 0.05, 0.45, (40, 90, 200)),
            (BOX, 0.05, 0.05, 0.45, 1.2, (90, 90, 95)),
            (BOX, 0.08, 0.12, 1.2, 1.35, (235, 235, 240)),
        ),
    ),
    Robot(
        "small", 0.15, 0.2, 45, 0.45, 90, False, False,
        (
            (CYLINDER, 0.15, 0.15, 0.03, 0.25, (235, 120, 30)),
            (CYLINDER, 0.08, 0.08, 0.25, 0.42, (30, 30, 34)),
        ),
    ),
    Robot(
        "tall", 0.24, 0.2, 30, 1.65, 75, True, True,
        (
            (BOX, 0.2, 0.2, 0.05, 0.5, (60, 150, 80)),
            (BOX, 0.1, 0.16, 0.5, 1.5, (225, 225, 228)),
            (BOX, 0.09, 0.09, 1.5, 1.75, (30, 30, 34)),
        ),
    ),
    Robot(
        "drone", 0.18, 0.35, 30, 1.9, 100, False, False,
        (
            (BOX, 0.18, 0.18, 1.8, 1.84, (40, 40, 44)),
            (CYLINDER, 0.07, 0.07, 1.76, 1.9, (230, 40, 60)),
        ),
    ),
)  # fmt: skip
NAMES = tuple(robot.name for robot in ROBOTS)
RADII = tuple(sorted({robot.radius for robot in ROBOTS}))
BODY = max(len(robot.body) for robot in ROBOTS)
PLAIN = NUMBER["plastic"]


class Team:
    """The robots of one team, R of them: tensors (R,) on a device.

    Args:
        numbers: the kind of each, by its place in `ROBOTS`. device: where the tensors live.

    Attributes:
        names: such as "wheeled_0".
        radius: metres; radius_index: among `RADII`.
        step, turn: metres of a step, radians of a turn.
        eye, fov: metres above the floor, radians from left to right.
        can_open, can_carry: bool.
    """

    def __init__(self, numbers: tuple[int, ...], device: torch.device) -> None:
        self.kinds = [ROBOTS[number] for number in numbers]
        self.names = tuple(f"{kind.name}_{i}" for i, kind in enumerate(self.kinds))
        kinds = self.kinds
        self.radius = torch.tensor([kind.radius for kind in kinds], device=device)
        self.radius_index = torch.tensor([RADII.index(k.radius) for k in kinds], device=device)
        self.step = torch.tensor([kind.step for kind in kinds], device=device)
        self.turn = torch.tensor([math.radians(kind.turn) for kind in kinds], device=device)
        self.eye = torch.tensor([kind.eye for kind in kinds], device=device)
        self.fov = torch.tensor([math.radians(kind.fov) for kind in kinds], device=device)
        self.can_open = torch.tensor([kind.can_open for kind in kinds], device=device)
        self.can_carry = torch.tensor([kind.can_carry for kind in kinds], device=device)

    def __len__(self) -> int:
        return len(self.kinds)
