"""What one can be asked to go to in a place: things by name, colour and room, and points.

A phrase denotes every thing that it fits: whichever is reached counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from vgym.core.keys import below, stream
from vgym.core.text import Vocabulary
from vgym.envs.navigation.furniture import KINDS
from vgym.envs.navigation.worlds.room_kinds import ROOM_KINDS
from vgym.envs.navigation.worlds.world import CELL, COLOURS, World

MOST = 64  # goals of a place
REACH = 1.0  # metres from a thing within which one has come to it, in its room
SHORTEST = 0.75  # metres of the least way from a start to where one has come to it

_POINT, _ORDER = stream("navigation/point"), stream("order")
_ORDERS = ("go to {}", "walk to {}", "find {}", "move to {}", "look for {}", "head for {}")


@dataclass(frozen=True)
class Goal:
    """One goal of a place: the phrase for it and where it is."""

    phrase: str
    targets: tuple[tuple[float, float], ...]  # metres: the point, or the middle of each thing
    things: tuple[int, ...]
    cell: int = -1  # of a point: counted row by row

    def cells(self, world: World, walkable: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(H, W) bool: where it is reached.

        Args:
            world: its place. walkable: (H, W) where a robot can be.
        """
        mask = np.zeros(walkable.shape, np.bool_)
        if self.cell >= 0:
            mask.flat[self.cell] = True
        for thing in self.things:
            near, part = _around(world, walkable, thing)
            mask[part] |= near
        return mask


def order(phrase: str, key: np.uint64) -> str:
    """An instruction to go to what the phrase says."""
    return _ORDERS[below(key, _ORDER, 0, len(_ORDERS))].format(phrase)


def object_goals(world: World, walkable: NDArray[np.bool_]) -> list[Goal]:
    """Every set of things that a phrase denotes, the plainest phrase for each.

    Args:
        world: the place. walkable: (H, W) where a robot can be.

    Returns:
        At most ``MOST`` goals that can be reached, by phrase; none where nothing has a name.
    """
    things = world.things
    nameable = [n for n, k in enumerate(things.kind.tolist()) if KINDS[k].nameable]
    denoted: dict[str, list[int]] = {}
    for n in nameable:
        noun = KINDS[things.kind[n]].name
        room = ROOM_KINDS[world.rooms.kind[things.room[n]]]
        denoted.setdefault(f"the {noun}", []).append(n)
        if things.colour[n]:
            denoted.setdefault(f"the {COLOURS[things.colour[n]]} {noun}", []).append(n)
        if room != "room":
            denoted.setdefault(f"the {noun} in the {room}", []).append(n)
    plainest: dict[tuple[int, ...], str] = {}
    for phrase in sorted(denoted, key=lambda p: (len(p.split()), p)):
        plainest.setdefault(tuple(denoted[phrase]), phrase)
    reached = cache(lambda thing: _around(world, walkable, thing)[0].any())
    goals: list[Goal] = []
    for members, phrase in plainest.items():
        if len(goals) == MOST:
            break
        if not any(reached(thing) for thing in members):
            continue
        middles = (things.box[list(members), :2] + things.box[list(members), 3:5]) / 2
        targets = tuple((x, y) for x, y in middles.tolist())
        goals.append(Goal(phrase, targets, members))
    return goals


def point_goals(walkable: NDArray[np.bool_], key: np.uint64) -> list[Goal]:
    """Random walkable cells, each a goal.

    Args:
        walkable: (H, W). key: of the place.
    """
    rows, columns = np.nonzero(walkable)
    goals = []
    for n in range(min(MOST, len(rows))):
        at = below(key, _POINT, n, len(rows))
        xy = float(columns[at] + 0.5) * CELL, float(rows[at] + 0.5) * CELL
        cell = int(rows[at]) * walkable.shape[1] + int(columns[at])
        goals.append(Goal("the goal", (xy,), (), cell))
    return goals


def _around(
    world: World, walkable: NDArray[np.bool_], thing: int
) -> tuple[NDArray[np.bool_], tuple[slice, slice]]:
    """The walkable cells of its room near a thing: a part of all cells, and which part that is."""
    x0, y0, _, x1, y1, _ = world.things.box[thing].tolist()
    low_row, low_column = (max(int((v - REACH) / CELL), 0) for v in (y0, x0))
    part = (
        slice(low_row, int((y1 + REACH) / CELL) + 1),
        slice(low_column, int((x1 + REACH) / CELL) + 1),
    )
    near = walkable[part] & (world.room[part] == world.things.room[thing])
    y = (np.arange(low_row, low_row + near.shape[0]) + 0.5) * CELL
    x = (np.arange(low_column, low_column + near.shape[1]) + 0.5) * CELL
    aside = np.maximum(np.maximum(x0 - x, x - x1), 0)
    ahead = np.maximum(np.maximum(y0 - y, y - y1), 0)
    near &= np.hypot(aside, ahead[:, None]) <= REACH
    return near, part


@lru_cache
def vocabulary() -> Vocabulary:
    """Every word of the orders and phrases."""
    texts = [text.format("") for text in _ORDERS] + ["the in goal"]
    texts += [kind.name for kind in KINDS] + list(COLOURS) + list(ROOM_KINDS)
    return Vocabulary(sorted({word for text in texts for word in text.split()}))
