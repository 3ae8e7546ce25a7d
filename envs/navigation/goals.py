"""What one can be asked to go to in a place: things by name, colour and room, and points.

A phrase denotes every thing that it fits: whichever is reached counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

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
    """One goal of a place: the phrase for it, where it is, and the cells on which it is reached."""

    phrase: str
    targets: tuple[tuple[float, float], ...]  # metres: the point, or the middle of each thing
    things: tuple[int, ...]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]

    def cells(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """(H, W) bool."""
        mask = np.zeros(shape, np.bool_)
        mask[self.rows, self.columns] = True
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
    reached = {n: _around(world, walkable, n) for n in nameable}
    goals = []
    for members, phrase in plainest.items():
        cells = reached[members[0]]
        if len(members) > 1:
            cells = np.unique(np.concatenate([reached[n] for n in members]))
        if len(cells) == 0:
            continue
        middles = (things.box[list(members), :2] + things.box[list(members), 3:5]) / 2
        targets = tuple((x, y) for x, y in middles.tolist())
        goals.append(Goal(phrase, targets, members, *np.divmod(cells, walkable.shape[1])))
    return goals[:MOST]


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
        goals.append(Goal("the goal", (xy,), (), rows[at : at + 1], columns[at : at + 1]))
    return goals


def _around(world: World, walkable: NDArray[np.bool_], thing: int) -> NDArray[np.int64]:
    """(n,) the walkable cells of its room near a thing, counted row by row."""
    x0, y0, _, x1, y1, _ = world.things.box[thing].tolist()
    low_row, low_column = (max(int((v - REACH) / CELL), 0) for v in (y0, x0))
    part = (
        slice(low_row, int((y1 + REACH) / CELL) + 1),
        slice(low_column, int((x1 + REACH) / CELL) + 1),
    )
    rows, columns = np.nonzero(walkable[part] & (world.room[part] == world.things.room[thing]))
    rows, columns = rows + low_row, columns + low_column
    y, x = (rows + 0.5) * CELL, (columns + 0.5) * CELL
    gap = np.hypot(
        np.maximum(np.maximum(x0 - x, x - x1), 0), np.maximum(np.maximum(y0 - y, y - y1), 0)
    )
    return (rows * walkable.shape[1] + columns)[gap <= REACH]


@lru_cache
def vocabulary() -> Vocabulary:
    """Every word of the orders and phrases."""
    texts = [text.format("") for text in _ORDERS] + ["the in goal"]
    texts += [kind.name for kind in KINDS] + list(COLOURS) + list(ROOM_KINDS)
    return Vocabulary(sorted({word for text in texts for word in text.split()}))
