"""Keeps a wall to its left by depth, and stops at what looks like the goal."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.recognising import Wanted, last_named, likeness, wanted
from vgym.baselines.surface_colours import BANDS, BINS, band_of, colour_bin
from vgym.baselines.walking import move, navigation_config, on_cpu
from vgym.compiled import compiled
from vgym.envs.navigation.actions import STEP_M
from vgym.envs.navigation.render.camera import EYE_M
from vgym.envs.navigation.worlds.walkable import RADIUS

_ASIDE = 0.5  # metres from the wall that it keeps
_AHEAD = STEP_M + RADIUS + 0.1  # metres of free way that a step needs
_KERB, _HEAD = 0.03, 1.2  # metres: what is between these heights stands in the way
_CLOSE = 1.5  # metres within which it looks at things
_FILLED = 0.2  # share of the middle columns that they have to fill
_LOOKS = 60.0  # seen cells that such a look is worth
_SURE = 0.3  # likelihood from which on it stops
_TOP = 2.4  # metres: below the ceiling
_EYE = EYE_M  # compiled code keeps the value it was compiled with
_LEAST = 20  # steps before it believes its eyes: no goal is where an episode begins


class WallFollowerAgent:
    """The left hand on the wall, or on whatever it came to first: that may be an island in a room.

    What is near and looks like the thing that the words name, it takes for it.
    """

    name = "wall-follower"
    settings: ClassVar[dict[str, Any]] = {"depth": True, "odometry": True}

    def __init__(self) -> None:
        self._hands: list[_Hand] = []

    def reset(self, seed: int) -> None:
        """Forget everything: it draws no random numbers."""
        self._hands = []

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """The next move of every row.

        Raises:
            TypeError: the environments are not of the navigation family.
            ValueError: they observe no depth or odometry.
        """
        batch = envs.unwrapped
        config = navigation_config(batch)
        rows = len(instructions)
        moments = batch.moments
        fresh = moments[:, 2] == 0
        if len(self._hands) != rows:
            fresh[:] = True
            self._hands = [_Hand() for _ in range(rows)]
        sensed = on_cpu(observation)
        depth = sensed["depth"]
        bearing, ground = _obstacles(depth, config.fov)
        turns = np.zeros(rows, np.int64)
        stop = np.zeros(rows, np.bool_)
        for n, hand in enumerate(self._hands):
            if fresh[n]:
                hand.begin()
            turns[n] = hand.turns(bearing, ground[n], sensed["odometry"][n], config.turn)
            if config.goal == "point":
                stop[n] = sensed["goal"][n, 0] < 0.8 * config.reach_m
            elif moments[n, 2] >= _LEAST:
                named = last_named(instructions[n])
                stop[n] = named is not None and _is_there(
                    sensed["image"][n], depth[n], config.fov, wanted(*named)
                )
        return move(config, stop, turns, observation)


class _Hand:
    """One row's hand on the wall: what was beside the robot lately, where the eye no longer sees.

    The camera looks ahead, so the wall beside is remembered from a step or two before.
    """

    def begin(self) -> None:
        """A new episode: first straight on, to the nearest wall."""
        self._wall: NDArray[np.float64] = np.zeros((0, 2))
        self._touched = False
        self._before = np.full(4, np.nan)
        self._went = False
        self._turned = 0

    def turns(
        self,
        bearing: NDArray[np.float64],
        ground: NDArray[np.float64],
        odometry: NDArray[np.float32],
        turn: int,
    ) -> int:
        """By how many turns to the left to turn before the next step.

        Args:
            bearing: (W,) radians to the left of each column. ground: (W,) metres along the floor to
                what stands in the way there, inf for nothing.
            odometry: (4,). turn: degrees.
        """
        x, y, cos, sin = (float(v) for v in odometry)
        bumped = self._went and bool(np.hypot(*(odometry[:2] - self._before[:2])) < 0.9 * STEP_M)
        self._before = odometry.astype(np.float64)
        yaw = math.atan2(sin, cos)
        seen = np.isfinite(ground)
        angle = bearing[seen] + yaw
        points = np.stack((np.cos(angle), np.sin(angle)), 1) * ground[seen, None] + (x, y)
        if bumped:
            ahead = np.array([[x + (RADIUS + 0.05) * cos, y + (RADIUS + 0.05) * sin]])
            points = np.concatenate((points, ahead))
        self._wall = np.concatenate((self._wall, points))
        self._wall = self._wall[np.hypot(*(self._wall - (x, y)).T) < 1.5][-4000:]
        apart = self._wall - (x, y)
        step = math.radians(turn)
        # The first free direction from the left hand clockwise; without a wall beside, straight on.
        gap = np.hypot(*apart.T)
        self._touched = self._touched or bool((gap < _ASIDE + 0.2).any())
        left = round(math.pi / 2 / step) if self._touched else 0
        self._went = False
        for k in range(left, left - round(2 * math.pi / step), -1):
            if _is_free(apart, yaw + k * step):
                self._went = k == 0
                return self._patient(k)
        return self._patient(-1)

    def _patient(self, k: int) -> int:
        """Turning the same way and back for ever is no way to walk."""
        self._turned = 0 if k == 0 else self._turned + 1
        if self._turned > 24:
            self._wall, self._turned, self._touched = np.zeros((0, 2)), 0, False
        return k


def _is_free(apart: NDArray[np.float64], heading: float) -> bool:
    """Whether a step that way comes no nearer than it should to points (n, 2) around."""
    along = apart @ (math.cos(heading), math.sin(heading))
    aside = np.abs(apart @ (-math.sin(heading), math.cos(heading)))
    return not ((along > 0) & (along < _AHEAD) & (aside < RADIUS + 0.08)).any()


def _obstacles(
    depth: NDArray[np.float32], fov: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bearing of every column (W,), and how near along the floor something stands in it (B, W)."""
    height, width = depth.shape[1:]
    focal = width / 2 / math.tan(math.radians(fov) / 2)
    slope = (height / 2 - (np.arange(height) + 0.5)) / focal
    aside = (width / 2 - (np.arange(width) + 0.5)) / focal
    z = EYE_M + depth * slope[:, None]
    there = np.where((z > _KERB) & (z < _HEAD), depth, np.inf).min(1)
    return np.arctan(aside), there * np.hypot(1, aside)


def _is_there(
    image: NDArray[np.uint8], depth: NDArray[np.float32], fov: float, aim: Wanted
) -> bool:
    """Whether what fills the middle of the picture near by looks like what is wanted."""
    seen = _colours_near(image, depth, depth.shape[1] / 2 / math.tan(math.radians(fov) / 2))
    total = seen.sum()
    if total < _FILLED * depth.size / 2:
        return False
    return likeness(seen * (_LOOKS / total), aim) > _SURE


@compiled
def _colours_near(
    image: NDArray[np.uint8], depth: NDArray[np.float32], focal: float
) -> NDArray[np.float32]:
    """(BINS * BANDS,) pixels of each colour at each height in the middle columns, near by."""
    height, width = depth.shape
    seen = np.zeros(BINS * BANDS, np.float32)
    for r in range(height):
        slope = (height / 2 - (r + 0.5)) / focal
        for c in range(width // 4, 3 * width // 4):
            z = _EYE + depth[r, c] * slope
            if depth[r, c] < _CLOSE and _KERB < z < _TOP:
                hue = colour_bin(
                    float(image[r, c, 0]), float(image[r, c, 1]), float(image[r, c, 2])
                )
                seen[hue * BANDS + band_of(z)] += 1
    return seen
