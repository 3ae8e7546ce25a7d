"""What belongs in a room, how many of each, and in which order it is placed."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from vgym.core.keyed_sampler import KeyedSampler
from vgym.envs.navigation.furniture import KIND_NUMBER, KINDS, build
from vgym.envs.navigation.worlds.room_kinds import ROOM
from vgym.envs.navigation.worlds.room_pieces import Room
from vgym.envs.navigation.worlds.rooms import Placed, Space
from vgym.envs.navigation.worlds.world import CELL

# What is placed after what, by where it goes; a draw and the size of a kind order those of a stage.
_STAGE = {"wall": 10.0, "corner": 10.0, "centre": 10.0, "around": 40.0, "beside": 50.0}
_STAGE |= {"hung": 70.0, "on_top": 80.0}


def furnish(
    sampler: KeyedSampler, space: Space, solid: NDArray[np.bool_], unseen: bool
) -> list[Placed]:
    """Furnish one room.

    Args:
        sampler: where the randomness comes from.
        space: the room.
        solid: (H, W) the world so far; what is placed is added to it.
        unseen: whether the models are those of the test split.

    Returns:
        What was placed, in order. Everything that stands on the floor can be approached.
    """
    room = Room(sampler, space, solid, unseen)
    room.hang_windows()
    for number, count in _wanted(sampler, space):
        room.add(number, count)
        if space.kind in KINDS[number].one_of:
            # Where there is no room for one, there may be for another.
            names = _alternatives(space.kind)
            for other in names[::-1]:
                if room.find(names) is None:
                    room.add(KIND_NUMBER[other], 1)
    return room.placed


def _wanted(sampler: KeyedSampler, space: Space) -> list[tuple[int, int]]:
    """Kinds and how many, in the order of placing them."""
    room = space.kind
    x0, y0, x1, y1 = space.cells
    usual = ROOM[room].usual_m2
    more = min(max((x1 - x0) * (y1 - y0) * CELL**2 / usual, 0.6), 3.0) if usual else 1.0
    one_of = _alternatives(room)
    single = _weighted(sampler, one_of, room) if one_of else ""
    wanted = []
    for number in _candidates(room):
        kind = KINDS[number]
        weight = more * kind.rooms[room]
        if kind.name in one_of:
            count = int(kind.name == single)
        else:
            count = int(weight) + sampler.chance(weight % 1.0)
        if count:
            wanted.append((_turn(sampler, number, weight), number, count))
    return [(number, count) for _, number, count in sorted(wanted)]


@cache
def _candidates(room: str) -> tuple[int, ...]:
    """The kinds that a kind of room may get, other than at its windows."""
    return tuple(
        number
        for number, kind in enumerate(KINDS)
        if kind.rooms.get(room, 0.0) > 0 and kind.where not in ("window", "curtain")
    )


@cache
def _alternatives(room: str) -> tuple[str, ...]:
    """The kinds of which a kind of room gets exactly one."""
    kinds = [kind for kind in KINDS if room in kind.one_of]
    return tuple(kind.name for kind in sorted(kinds, key=lambda kind: kind.one_of[room]))


def _weighted(sampler: KeyedSampler, names: tuple[str, ...], room: str) -> str:
    """One of the kinds, as often as each is expected in the room."""
    weights = [KINDS[KIND_NUMBER[name]].rooms[room] for name in names]
    at = sampler.unit() * sum(weights)
    passed = 0.0
    for name, weight in zip(names, weights, strict=True):
        passed += weight
        if at < passed:
            return name
    return names[-1]


def _turn(sampler: KeyedSampler, number: int, weight: float) -> float:
    """When a kind is placed: what makes the room first, then the large, then what goes with it."""
    kind = KINDS[number]
    if kind.where == "centre" and kind.hosts:
        return 30.0
    stage = _STAGE.get(kind.where, 60.0)
    if kind.one_of:
        weight = 1.0
    width, depth, _ = build(number, 0, 0).size
    return stage + (0.0 if weight >= 1.0 else 10.0) - width * depth - sampler.unit()
