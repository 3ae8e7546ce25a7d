"""Where episodes come from: keys in, states out. Worlds, goals, starts, and the way between."""

from __future__ import annotations

import math
import os
from collections.abc import Hashable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.core.config import choice
from vgym.core.keys import below, sample_each, stream, subkey, uniform, uniform_each
from vgym.core.shared_sources import shared
from vgym.data.editions import edition
from vgym.envs.navigation.actions import STEP_M
from vgym.envs.navigation.distance_fields import DistanceFields
from vgym.envs.navigation.goals import (
    MOST,
    SHORTEST,
    Goal,
    object_goals,
    order,
    point_goals,
    vocabulary,
)
from vgym.envs.navigation.maps.load import load_map, map_files
from vgym.envs.navigation.path_following import way_down
from vgym.envs.navigation.routes import TOKENS, RouteWords, route_goals
from vgym.envs.navigation.types import DOORS_MOST, REFERENCE, TARGETS, NavigationConfig
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.homes import make_home
from vgym.envs.navigation.worlds.maze import make_maze
from vgym.envs.navigation.worlds.world import CELL, World

_WORLD, _GOAL = stream("place"), stream("goal")
_START, _YAW = stream("start"), stream("yaw")
_TRIES = 256
_ASKEW = math.radians(10)  # most that the robot is turned off its described route at first
# Of one episode: another is drawn where no start was found that is wanted.
_GOALS = {"point": 8, "object": 1, "route": 8}

# Metres of the shortest way, of the longest at difficulty 0, and by how much more it may be at 1.
# What is described has to be long enough for it, and is as long at any difficulty.
_WAYS = {"point": (SHORTEST, 4.0, 56.0), "object": (SHORTEST, 3.0, 57.0), "route": (4.0, 28.0, 0.0)}
# To a point, whose direction is told, the way is at least so many times as long as the straight
# line, and so much more at difficulty 1: who heads straight for it is led into a corner. After the
# episodes of Habitat, which keeps few below 1.1 (facebookresearch/habitat-lab,
# pointnav_generator.py).
_BENT = {"point": (1.3, 0.4), "object": (0.0, 0.0), "route": (0.0, 0.0)}


class Episodes:
    """The source of episodes for one configuration.

    Attributes:
        pool, fields: the worlds, and the distance fields in them.
    """

    def __init__(self, config: NavigationConfig, device: torch.device) -> None:
        self.config = config
        split = config.split
        self.pool, self._key, kind = _pool(
            config.source, config.room_count, split, config.worlds, device
        )
        self._goals: dict[int, list[Goal]] = {}
        self._words = RouteWords() if config.goal == "route" else None
        self.fields = DistanceFields(self.pool, MOST, self._cells)
        self.vocabulary = self._words.vocabulary if self._words else vocabulary()
        self.tokens = TOKENS if self._words else 16
        # A toy policy can find what is near: the farthest start grows with difficulty.
        shortest, near, further = _WAYS[config.goal]
        straight, bent = _BENT[config.goal]
        self._ways = (
            shortest,
            near + further * config.difficulty**2,
            straight + bent * config.difficulty,
        )
        # A source with nothing to go to is refused when it is chosen, by its first place.
        shared(
            ("goals", kind, config.goal, config.doors),
            lambda: len(self.goals(int(self.pool.slots(np.zeros(1, np.int64))[0]))),
        )

    def goals(self, slot: int) -> list[Goal]:
        """The goals of the place in a slot, made when first asked for.

        Raises:
            ValueError: nothing in the place has a name.
        """
        number = self.pool.numbers[slot]
        if number not in self._goals:
            world, walkable = self.pool.worlds[slot], self.pool.walkable_in(slot)
            if self.config.doors == "closed" and len(world.doors.cells) > DOORS_MOST:
                raise ValueError(
                    f'the place has {len(world.doors.cells)} doors, doors="closed" takes '
                    f"{DOORS_MOST}; use doors='open'"
                )
            key = subkey(self._key, number)
            if self.config.goal == "point":
                goals = point_goals(walkable, key)
            elif self.config.goal == "route":
                goals = route_goals(world, walkable, key)
            else:
                goals = object_goals(world, walkable)
            if not goals:
                raise ValueError(
                    f"source={self.config.source!r} has nothing to go to by name; homes and "
                    "offices have, and VNavPoint-v0 goes to points of any map"
                )
            self._goals[number] = goals
        return self._goals[number]

    def _cells(self, slot: int, goal: int) -> NDArray[np.bool_]:
        return self.goals(slot)[goal].cells(self.pool.worlds[slot], self.pool.walkable_in(slot))

    def sample(self, keys: NDArray[np.uint64]) -> dict[str, NDArray[np.generic]]:
        """One episode for each key: what `State` needs of it, by the names of its fields."""
        n = len(keys)
        worlds = sample_each(keys, _WORLD, self.pool.count)
        slots = self.pool.slots(worlds)
        goals = self._drawn_goals(keys, slots, 0)
        start = np.zeros((n, 3), np.float32)
        reference = np.zeros((n, REFERENCE, 2), np.float32)
        counts = np.zeros(n, np.int64)
        self._choose_starts(keys, worlds, slots, goals, start)
        rows = self.fields.slots(worlds * MOST + goals)
        way_down(self.fields.array, rows, start[:, :2], STEP_M, reference, counts)
        if self._words:
            tokens = self._described(self._words, slots, goals, reference, counts, keys, start)
        else:
            texts = [
                order(self.goals(slot)[goal].phrase, key)
                for key, slot, goal in zip(keys, slots.tolist(), goals.tolist(), strict=True)
            ]
            tokens = np.stack([self.vocabulary.encode(text, self.tokens) for text in texts])
        targets = np.zeros((n, TARGETS, 2), np.float32)
        things = np.full((n, TARGETS), -1, np.int64)
        for i, (slot, goal) in enumerate(zip(slots.tolist(), goals.tolist(), strict=True)):
            chosen = self.goals(slot)[goal]
            middles = np.array(chosen.targets, np.float32)[:TARGETS]
            targets[i] = np.resize(middles, (TARGETS, 2))
            things[i, : len(chosen.things)] = chosen.things[:TARGETS]
        return {
            "world": worlds,
            "goal": goals,
            "field": worlds * MOST + goals,
            "targets": targets,
            "things": things,
            "start": start,
            "tokens": tokens,
            "reference": reference,
            "reference_count": counts,
        }

    def _described(
        self,
        words: RouteWords,
        slots: NDArray[np.int64],
        goals: NDArray[np.int64],
        path: NDArray[np.float32],
        counts: NDArray[np.int64],
        keys: NDArray[np.uint64],
        start: NDArray[np.float32],
    ) -> NDArray[np.int32]:
        """Tokens of the ways from starts (B, 3), whose yaw is written: about along the way."""
        for slot in np.unique(slots).tolist():
            if not words.knows(slot):
                words.learn(slot, self.pool.worlds[slot], self.goals(slot))
        yaw = np.zeros(len(slots), np.float32)
        tokens = words.describe(self.pool.room_array, slots, goals, path, counts, yaw)
        start[:, 2] = yaw + (uniform_each(keys, _YAW) * 2 - 1) * _ASKEW
        return tokens

    def _drawn_goals(
        self, keys: NDArray[np.uint64], slots: NDArray[np.int64], index: int
    ) -> NDArray[np.int64]:
        """The goal that each key draws at the index, of those of its place: (k,)."""
        drawn = [
            below(key, _GOAL, index, len(self.goals(slot)))
            for key, slot in zip(keys, slots.tolist(), strict=True)
        ]
        return np.array(drawn, np.int64)

    def _choose_starts(
        self,
        keys: NDArray[np.uint64],
        worlds: NDArray[np.int64],
        slots: NDArray[np.int64],
        goals: NDArray[np.int64],
        start: NDArray[np.float32],
    ) -> None:
        """Write a start for each goal, and other goals (k,) where there was none as wanted."""
        left = np.arange(len(keys))
        for index in range(_GOALS[self.config.goal]):
            if index:
                goals[left] = self._drawn_goals(keys[left], slots[left], index)
            rows = self.fields.slots(worlds[left] * MOST + goals[left])
            # The place's own size, not that of the pool, which grows as others come.
            sizes = np.array([self.pool.worlds[s].wall.shape for s in slots[left]], np.int64)
            aims = [
                self.goals(slot)[goal].targets[0]
                for slot, goal in zip(slots[left].tolist(), goals[left].tolist(), strict=True)
            ]
            drawn, wanted = np.zeros((len(left), 3), np.float32), np.zeros(len(left), np.bool_)
            _sample_starts(
                keys[left],
                self.fields.array,
                rows,
                sizes,
                np.array(aims),
                self._ways,
                drawn,
                wanted,
            )
            start[left] = drawn
            left = left[~wanted]
            if not len(left):
                break

    def slots_of(self, world: Tensor) -> Tensor:
        """The slots of worlds, as a tensor on the device."""
        slots = self.pool.slots(world.cpu().numpy())
        return torch.from_numpy(slots).to(world.device)

    def fields_of(self, field: Tensor) -> Tensor:
        """The rows of distance fields, as a tensor on the device."""
        keys = field.cpu().numpy()
        for number in np.unique(keys // MOST).tolist():
            self.goals(int(self.pool.slots(np.array([number]))[0]))
        return torch.from_numpy(self.fields.slots(keys)).to(field.device)


def _pool(
    source: str, rooms: int, split: str, count: int, device: torch.device
) -> tuple[WorldPool, np.uint64, Hashable]:
    """The worlds of a source, everybody's who plays in them; the key of what is drawn there, and
    what they are shared by.

    Raises:
        ValueError: neither a known source nor a map file.
    """
    if source not in NavigationConfig.sources:
        if "." not in source and not os.path.exists(source):
            choice("source", source, (*NavigationConfig.sources, "a map file"))
        files = ("map", edition(map_files(source)), device)
        pool = shared(files, lambda: WorldPool(partial(_only, load_map(source)), 1, device))
        # What a file is called is its name alone, so that it plays the same wherever it lies.
        return pool, stream(Path(source).name), files
    key = stream(f"navigation/{source}/{rooms}/{split}")

    def make(number: int) -> World:
        if source == "maze":
            return make_maze(subkey(key, number), rooms, split)
        kind = None if source == "synthetic" else source
        return make_home(subkey(key, number), rooms, split, kind)

    kind = ("worlds", source, rooms, split, count, device)
    return shared(kind, lambda: WorldPool(make, count, device)), key, kind


def _only(world: World, number: int) -> World:
    return world


@compiled
def _sample_starts(
    keys: NDArray[np.uint64],
    metres: NDArray[np.float32],
    fields: NDArray[np.int64],
    sizes: NDArray[np.int64],
    aims: NDArray[np.float64],
    limits: tuple[float, float, float],
    start: NDArray[np.float32],
    wanted: NDArray[np.bool_],
) -> None:
    """x, y, yaw (B, 3): a cell from which the way is as wanted; else the best that was found.

    Every cell with a finite distance is walkable, so no start is cut off from its goal.

    Args:
        aims: (B, 2) metres, the goals.
        limits: metres of the shortest and longest way, and how many times as long as the straight
            line it has to be. Where only the last is not found, the most bent of the tries.
        start, wanted: (B, 3) and (B,) written: whether it is as wanted.
    """
    low, high, bent = limits
    for b in range(keys.shape[0]):
        field = metres[fields[b]]
        height, width = sizes[b]
        cells = height * width
        # How far from as wanted: up to 1 for too straight, above it metres too near or too far.
        chosen, closest = -1, np.inf
        # In a small place, or one of few cells: all of them, from a random one on.
        first = below(keys[b], _START, _TRIES, cells)
        for n in range(_TRIES + cells):
            if n >= _TRIES and closest <= 1:
                break
            at = below(keys[b], _START, n, cells) if n < _TRIES else (first + n - _TRIES) % cells
            distance = field[at // width, at % width]
            if not np.isfinite(distance) or distance == 0:
                continue
            off = max(low - distance, distance - high, 0.0)
            if off > 0:
                off += 1
            else:
                dx = (at % width + 0.5) * CELL - aims[b, 0]
                dy = (at // width + 0.5) * CELL - aims[b, 1]
                off = min(max(bent * math.hypot(dx, dy) / distance - 1, 0.0), 1.0)
            if off < closest:
                closest, chosen = off, at
            if off == 0:
                break
        wanted[b] = closest == 0
        if chosen < 0:  # the goal is everywhere: start on it
            for at in range(cells):
                if np.isfinite(field[at // width, at % width]):
                    chosen = at
                    break
        start[b, 0] = (chosen % width + 0.5) * CELL
        start[b, 1] = (chosen // width + 0.5) * CELL
        start[b, 2] = (uniform(keys[b], _YAW, 0) * 2 - 1) * math.pi
