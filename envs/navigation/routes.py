"""Routes that are described: rooms left and entered, turns taken, things passed, where to stop."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.keys import below, stream
from vgym.core.text import Vocabulary
from vgym.envs.navigation.actions import STEP_M
from vgym.envs.navigation.furniture import KINDS
from vgym.envs.navigation.goals import Goal, object_goals
from vgym.envs.navigation.path_following import way_down
from vgym.envs.navigation.types import REFERENCE
from vgym.envs.navigation.worlds.room_kinds import ROOM_KINDS
from vgym.envs.navigation.worlds.world import CELL, COLOURS, World
from vgym.geometry.grids import geodesic_field

ROUTES = 24  # of a place
SHORTEST, LONGEST = 4.0, 28.0  # metres
_BESIDE = 1.5  # metres from the path within which a thing is passed
_TURN = math.radians(40)  # what is called a turn
_LOOK = 6  # points of the path, a quarter of a metre apart, that a heading is read from

_GOAL, _START = stream("route/goal"), stream("route/start")


@dataclass(frozen=True)
class Route:
    """One described route.

    Attributes:
        goal: where it ends; its phrase is the whole description.
        start: (2,) metres; yaw: radians, along the path.
        path: (n, 2) float32 metres, the shortest way, points a step apart.
    """

    goal: Goal
    start: tuple[float, float]
    yaw: float
    path: NDArray[np.float32]


def make_routes(
    world: World, walkable: NDArray[np.bool_], key: np.uint64, most: int
) -> list[Route]:
    """Routes to things of a place, from where the way is long enough to be described.

    Args:
        walkable: (H, W) where a robot can be. key: of the place. most: how many at most.
    """
    routes: list[Route] = []
    goals = [goal for goal in object_goals(world, walkable) if len(goal.things) == 1]
    rows, columns = np.nonzero(walkable)
    blocked = torch.from_numpy(~walkable)
    for n in range(min(most, ROUTES) if goals else 0):
        goal = goals[below(key, _GOAL, n, len(goals))]
        cells = torch.from_numpy(goal.cells(walkable.shape))
        metres = geodesic_field(blocked, cells, CELL).numpy()
        ways = metres[rows, columns]
        far = np.flatnonzero((ways >= SHORTEST) & (ways <= LONGEST))
        if len(far) == 0:
            continue
        at = far[below(key, _START, n, len(far))]
        start = np.array([[(columns[at] + 0.5) * CELL, (rows[at] + 0.5) * CELL]], np.float32)
        path = np.zeros((1, REFERENCE, 2), np.float32)
        count = np.zeros(1, np.int64)
        way_down(metres[None], np.zeros(1, np.int64), start, STEP_M, path, count)
        walked = path[0, : count[0]]
        end = tuple(float(v) for v in walked[-1])
        column, row = int(end[0] / CELL), int(end[1] / CELL)
        description = describe(world, walked, goal)
        routes.append(
            Route(
                goal=Goal(
                    description,
                    goal.targets,
                    goal.things,
                    np.array([row]),
                    np.array([column]),
                ),
                start=(float(start[0, 0]), float(start[0, 1])),
                yaw=_heading(walked, 0, _LOOK),
                path=walked,
            )
        )
    return routes


def describe(world: World, path: NDArray[np.float32], goal: Goal) -> str:
    """A route in words, for one who starts facing along it.

    Args:
        path: (n, 2) metres. goal: what it ends at.
    """
    cells = (path / CELL).astype(np.int64)
    rooms = world.room[cells[:, 1], cells[:, 0]]
    changes = [0, *(np.flatnonzero(np.diff(rooms)) + 1).tolist(), len(path)]
    stretches = [(a, b) for a, b in pairwise(changes) if b > a]
    stretches = [s for n, s in enumerate(stretches) if s[1] - s[0] > 2 or n == 0] or stretches
    sentences = []
    passed: set[int] = set(goal.things)
    for n, (first, last) in enumerate(stretches):
        room = ROOM_KINDS[world.rooms.kind[rooms[first]]]
        if n > 0:
            turn = _turn_at(path, first)
            sentences.append(f"{turn} into the {room}" if turn else f"enter the {room}")
        thing = _passed(world, path[first:last], int(rooms[first]), passed)
        if thing is not None:
            number, side = thing
            passed.add(number)
            sentences.append(f"walk past {_named(world, number)} on your {side}")
        if n == 0 and len(stretches) > 1:
            sentences.append(f"leave the {room}")
    sentences.append(f"stop at {goal.phrase}")
    return ". ".join(sentences) + "."


def _turn_at(path: NDArray[np.float32], at: int) -> str:
    """What one does at a doorway: "" for straight on."""
    before = _heading(path, max(at - _LOOK, 0), at)
    after = _heading(path, min(at + 1, len(path) - 2), min(at + 1 + _LOOK, len(path) - 1))
    turn = math.remainder(after - before, math.tau)
    if abs(turn) < _TURN:
        return ""
    return "turn left" if turn > 0 else "turn right"


def _heading(path: NDArray[np.float32], a: int, b: int) -> float:
    dx, dy = path[min(b, len(path) - 1)] - path[a]
    return math.atan2(float(dy), float(dx))


def _passed(
    world: World, path: NDArray[np.float32], room: int, said: set[int]
) -> tuple[int, str] | None:
    """The thing nearest to a stretch of the path beside its middle, and on which side it is."""
    if len(path) < 4:
        return None
    inner = path[1:-1]
    best, found = _BESIDE, None
    for number in np.flatnonzero(world.things.room == room).tolist():
        if number in said or not KINDS[world.things.kind[number]].nameable:
            continue
        box = world.things.box[number]
        middle = (box[:2] + box[3:5]) / 2
        gaps = np.hypot(*(inner - middle).T)
        at = int(gaps.argmin())
        # The nearest point of the stretch is not its end: the thing is passed, not walked towards.
        if gaps[at] >= best or at in (0, len(inner) - 1):
            continue
        along, aside = path[at + 2] - path[at], middle - path[at + 1]
        cross = float(along[0] * aside[1] - along[1] * aside[0])
        if abs(cross) < 0.1 * float(np.hypot(*along)):
            continue
        best, found = float(gaps[at]), (number, "left" if cross > 0 else "right")
    return found


def _named(world: World, thing: int) -> str:
    colour = COLOURS[world.things.colour[thing]]
    noun = KINDS[world.things.kind[thing]].name
    return f"the {colour} {noun}" if colour else f"the {noun}"


@lru_cache
def route_vocabulary() -> Vocabulary:
    """Every word that descriptions hold."""
    texts = ["turn left right into enter the walk past on your leave stop at in . ,"]
    texts += [kind.name for kind in KINDS] + list(COLOURS) + list(ROOM_KINDS)
    return Vocabulary(sorted({word for text in texts for word in text.split()}))
