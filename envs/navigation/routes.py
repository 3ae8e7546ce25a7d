"""Routes that are described: rooms left and entered, turns taken, things passed, where to stop.

A route is drawn by the episode's key, and its words are made with it: a kernel writes tokens, from
tables of what things and rooms of a place are called.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import bits, stream
from vgym.core.text import Vocabulary, split_words
from vgym.envs.navigation.furniture import KINDS
from vgym.envs.navigation.goals import Goal, object_goals
from vgym.envs.navigation.worlds.room_kinds import ROOM_KINDS
from vgym.envs.navigation.worlds.world import CELL, COLOURS, World

TOKENS = 128  # most of a description
PLACES = 24  # to which routes of one place lead: a field of distances is kept for each
_BESIDE = 1.5  # metres from the path within which a thing is passed
_TURN = math.radians(40)  # what is called a turn
_LOOK = 6  # points of the path, a quarter of a metre apart, that a heading is read from
_CELL = CELL  # compiled code keeps the value it was compiled with
_SAID: tuple[str, ...] = (
    "enter the",
    "turn left into the",
    "turn right into the",
    "walk past the",
    "on your left .",
)
_SAID += ("on your right .", "leave the", "stop at", ".")
_ENTER, _INTO_LEFT, _INTO_RIGHT, _PAST, _ON_LEFT, _ON_RIGHT, _LEAVE, _STOP, _END = range(9)

_KIND_NAMES = tuple(kind.name for kind in KINDS)

_GOAL = stream("route/goal")


class Lexicon(NamedTuple):
    """Tokens of what is said, a row each, padded with 0: (n, words) int32."""

    said: NDArray[np.int32]  # rows as `_SAID`
    kinds: NDArray[np.int32]  # of furniture
    colours: NDArray[np.int32]
    rooms: NDArray[np.int32]


class Places(NamedTuple):
    """What can be said of places, by slot of the pool; -1 where there is no more."""

    kind: NDArray[np.int16]  # (S, T) of furniture
    colour: NDArray[np.int16]  # (S, T)
    room: NDArray[np.int16]  # (S, T), -1 too for what is not alone of its name in its room
    middle: NDArray[np.float64]  # (S, T, 2) metres
    rooms: NDArray[np.int16]  # (S, R) their kinds
    goal: NDArray[np.int16]  # (S, PLACES) the thing that each goal is
    phrase: NDArray[np.int32]  # (S, PLACES, words) tokens of the goals' phrases


_TYPES = (np.int16, np.int16, np.int16, np.float64, np.int16, np.int16, np.int32)


def route_goals(world: World, walkable: NDArray[np.bool_], key: np.uint64) -> list[Goal]:
    """Things of a place that have a phrase to themselves, at most `PLACES` of them.

    Args:
        walkable: (H, W) where a robot can be. key: of the place.
    """
    goals = [goal for goal in object_goals(world, walkable) if len(goal.things) == 1]
    order = np.argsort([bits(key, _GOAL, n) for n in range(len(goals))])
    return [goals[n] for n in order[:PLACES].tolist()]


class RouteWords:
    """Describes routes in the places of a pool, whose tables are made when first needed."""

    def __init__(self) -> None:
        self.vocabulary = _vocabulary()
        self._lexicon = Lexicon(
            *(self._rows(texts) for texts in (_SAID, _KIND_NAMES, COLOURS, ROOM_KINDS))
        )
        self._known: set[int] = set()
        self._tables: list[NDArray[Any]] = [
            np.zeros((0,) * axes, kind)
            for axes, kind in zip((2, 2, 2, 3, 2, 2, 3), _TYPES, strict=True)
        ]

    def knows(self, slot: int) -> bool:
        """Whether the tables have the place."""
        return slot in self._known

    def learn(self, slot: int, world: World, goals: list[Goal]) -> None:
        """Take a place and its goals into the tables."""
        things = world.things
        row: list[NDArray[Any]] = [
            things.kind,
            things.colour,
            np.where(_alone(world), things.room, -1).astype(np.int16),
            (things.box[:, :2].astype(np.float64) + things.box[:, 3:5]) / 2,
            world.rooms.kind,
            np.array([goal.things[0] for goal in goals], np.int16),
            self._rows([goal.phrase for goal in goals]),
        ]
        both = zip(self._tables, row, strict=True)
        self._tables = [_with_row(table, slot, new) for table, new in both]
        self._known.add(slot)

    def describe(
        self,
        room: NDArray[np.int16],
        slots: NDArray[np.int64],
        goals: NDArray[np.int64],
        path: NDArray[np.float32],
        counts: NDArray[np.int64],
        yaw: NDArray[np.float32],
    ) -> NDArray[np.int32]:
        """Routes in words, for one who starts facing along them: (B, TOKENS).

        Args:
            room: (S, H, W) room of each cell. slots, goals: (B,).
            path: (B, M, 2) metres, the way from start to goal, points a quarter of a metre apart;
            counts: (B,) how many.
            yaw: (B,) radians, written: along the path.
        """
        tokens = np.zeros((len(slots), TOKENS), np.int32)
        places = Places(*self._tables)
        _describe(self._lexicon, places, room, slots, goals, path, counts, yaw, tokens)
        return tokens

    def _rows(self, texts: tuple[str, ...] | list[str]) -> NDArray[np.int32]:
        length = max([len(split_words(text)) for text in texts], default=0)
        return np.array([self.vocabulary.encode(text, length) for text in texts], np.int32).reshape(
            len(texts), length
        )


def _alone(world: World) -> NDArray[np.bool_]:
    """(T,) things of which "the red chair" is the only one in their room."""
    things = world.things
    named = np.stack((things.room, things.kind, things.colour), 1)
    _, which, times = np.unique(named, axis=0, return_inverse=True, return_counts=True)
    nameable = np.array([KINDS[kind].nameable for kind in things.kind.tolist()], np.bool_)
    # What has no colour that one would name is called by its kind, and so is what has one.
    kinds, of_kind = np.unique(named[:, :2], axis=0, return_inverse=True)
    fit = np.bincount(of_kind.ravel(), minlength=len(kinds))[of_kind.ravel()]
    alone: NDArray[np.bool_] = np.where(things.colour > 0, times[which.ravel()], fit) == 1
    return alone & nameable


def _with_row(table: NDArray[Any], slot: int, row: NDArray[Any]) -> NDArray[Any]:
    """The table with a row, larger where it does not fit; padded with -1, words with 0."""
    sizes = tuple(max(pair) for pair in zip(table.shape[1:], row.shape, strict=True))
    padding = 0 if table.ndim == 3 else -1
    if slot >= len(table) or sizes != table.shape[1:]:
        grown = np.full((max(2 * len(table), slot + 1, 8), *sizes), padding, table.dtype)
        grown[tuple(slice(size) for size in table.shape)] = table
        table = grown
    table[slot] = padding
    part: tuple[Any, ...] = (slot, *(slice(size) for size in row.shape))
    table[part] = row
    return table


@lru_cache
def _vocabulary() -> Vocabulary:
    """Every word that descriptions hold."""
    texts = (*_SAID, "the in", *_KIND_NAMES, *COLOURS, *ROOM_KINDS)
    return Vocabulary(sorted({word for text in texts for word in text.split()}))


@compiled
def _describe(
    lexicon: Lexicon,
    places: Places,
    room: NDArray[np.int16],
    slots: NDArray[np.int64],
    goals: NDArray[np.int64],
    path: NDArray[np.float32],
    counts: NDArray[np.int64],
    yaw: NDArray[np.float32],
    tokens: NDArray[np.int32],
) -> None:
    """Write tokens (B, TOKENS) and yaw (B,)."""
    for b in range(slots.shape[0]):
        slot, way, words = slots[b], path[b, : counts[b]], tokens[b]
        kinds, colours, rooms = places.kind[slot], places.colour[slot], places.rooms[slot]
        yaw[b] = _heading(way, 0, _LOOK)
        end = len(way)
        passed = [int(places.goal[slot, goals[b]])]
        n = 0
        first, stretch = 0, 0
        while first < end:
            here = _room_at(room[slot], way[first])
            last = _stretch_end(room[slot], way, first)
            name = lexicon.rooms[rooms[here]]
            if stretch > 0:
                turn = _turn_at(way, first)
                into = _ENTER if turn == 0 else (_INTO_LEFT if turn > 0 else _INTO_RIGHT)
                n = _say(words, n, lexicon.said[into])
                n = _say(words, n, name)
                n = _say(words, n, lexicon.said[_END])
            thing, side = _passed(places, slot, way[first:last], here, passed)
            if thing >= 0:
                passed.append(thing)
                n = _say(words, n, lexicon.said[_PAST])
                n = _say(words, n, lexicon.colours[colours[thing]])
                n = _say(words, n, lexicon.kinds[kinds[thing]])
                n = _say(words, n, lexicon.said[_ON_LEFT if side > 0 else _ON_RIGHT])
            if stretch == 0 and last < end:
                n = _say(words, n, lexicon.said[_LEAVE])
                n = _say(words, n, name)
                n = _say(words, n, lexicon.said[_END])
            first, stretch = last, stretch + 1
        n = _say(words, n, lexicon.said[_STOP])
        n = _say(words, n, places.phrase[slot, goals[b]])
        n = _say(words, n, lexicon.said[_END])


@compiled
def _say(tokens: NDArray[np.int32], count: int, words: NDArray[np.int32]) -> int:
    """Append words to tokens, of which there are ``count``; how many there are then."""
    for word in words:
        if word == 0 or count == len(tokens):
            break
        tokens[count] = word
        count += 1
    return count


@compiled
def _room_at(room: NDArray[np.int16], xy: NDArray[np.float32]) -> int:
    return int(room[int(xy[1] / _CELL), int(xy[0] / _CELL)])


@compiled
def _stretch_end(room: NDArray[np.int16], path: NDArray[np.float32], first: int) -> int:
    """Where the stretch in one room that begins at a point ends; through a corner of another of
    one or two points it goes on."""
    here, end = _room_at(room, path[first]), len(path)
    at = first + 1
    while at < end:
        there, after = _room_at(room, path[at]), at + 1
        while after < end and _room_at(room, path[after]) == there:
            after += 1
        if there != here and there >= 0 and (after - at > 2 or after == end):
            return at
        at = after
    return end


@compiled
def _turn_at(path: NDArray[np.float32], at: int) -> int:
    """What one does at a doorway: 1 to turn left, -1 right, 0 for straight on."""
    last = len(path) - 1
    before = _heading(path, max(at - _LOOK, 0), at)
    after = _heading(path, min(at + 1, last - 1), min(at + 1 + _LOOK, last))
    turn = (after - before + math.pi) % (2 * math.pi) - math.pi
    return 0 if abs(turn) < _TURN else (1 if turn > 0 else -1)


@compiled
def _heading(path: NDArray[np.float32], a: int, b: int) -> float:
    b = min(b, len(path) - 1)
    return math.atan2(path[b, 1] - path[a, 1], path[b, 0] - path[a, 0])


@compiled
def _passed(
    places: Places, slot: int, path: NDArray[np.float32], room: int, said: list[int]
) -> tuple[int, int]:
    """The thing nearest to a stretch of the path beside its middle, -1 for none; and on which side
    it is: 1 for the left, -1 for the right."""
    best, found, side = _BESIDE, -1, 0
    inner = len(path) - 2
    if inner < 2:
        return found, side
    for thing in range(places.room.shape[1]):
        if places.room[slot, thing] != room or thing in said:
            continue
        x, y = places.middle[slot, thing]
        gap, at = np.inf, 0
        for n in range(inner):
            apart = math.hypot(path[n + 1, 0] - x, path[n + 1, 1] - y)
            if apart < gap:
                gap, at = apart, n
        # The nearest point of the stretch is not its end: the thing is passed, not walked towards.
        if gap >= best or at == 0 or at == inner - 1:
            continue
        along_x, along_y = path[at + 2, 0] - path[at, 0], path[at + 2, 1] - path[at, 1]
        cross = along_x * (y - path[at + 1, 1]) - along_y * (x - path[at + 1, 0])
        if abs(cross) < 0.1 * math.hypot(along_x, along_y):
            continue
        best, found, side = gap, thing, 1 if cross > 0 else -1
    return found, side
