"""Described routes: drawn by the episode's key, and told as a plain reading of the way does."""

from __future__ import annotations

import math
import re
from itertools import groupby

import numpy as np
import pytest
import torch

from vgym.envs.navigation.episodes import Episodes
from vgym.envs.navigation.furniture import KINDS
from vgym.envs.navigation.goals import object_goals
from vgym.envs.navigation.types import NavigationConfig
from vgym.envs.navigation.worlds.room_kinds import ROOM_KINDS
from vgym.envs.navigation.worlds.world import CELL, COLOURS, World

PAST = re.compile(r"walk past the (.+) on your (left|right)")


def drawn(count: int, **settings: object) -> tuple[Episodes, dict[str, np.ndarray], list[str]]:
    """Episodes, what they are, and their words."""
    config = NavigationConfig(**{"goal": "route", "rooms": 8, "worlds": 4, **settings})  # type: ignore[arg-type]
    episodes = Episodes(config, torch.device("cpu"))
    found = episodes.sample(np.arange(count, dtype=np.uint64))
    return episodes, found, [episodes.vocabulary.decode(row) for row in found["tokens"]]


def rooms_entered(world: World, path: np.ndarray) -> list[tuple[int, int]]:
    """(room, first point) of each stretch of the way, without corners of one or two points."""
    cells = (path / CELL).astype(int)
    runs = [(k, len(list(g))) for k, g in groupby(world.room[cells[:, 1], cells[:, 0]].tolist())]
    stretches: list[tuple[int, int]] = []
    at = 0
    for n, (room, length) in enumerate(runs):
        corner = 0 < n < len(runs) - 1 and length <= 2
        if not corner and (not stretches or stretches[-1][0] != room):
            stretches.append((room, at))
        at += length
    return stretches


def called(world: World, room: int, name: str) -> int:
    """How many things of a room a name fits: "the chair" fits a red one too."""
    things = world.things
    names = []
    for n in np.flatnonzero(things.room == room).tolist():
        kind, colour = KINDS[things.kind[n]].name, COLOURS[things.colour[n]]
        names.append((kind, f"{colour} {kind}"))
    return sum(name in each for each in names)


def test_words_say_the_rooms_and_things_on_the_way() -> None:
    episodes, found, texts = drawn(64)
    passed = 0
    for i, words in enumerate(texts):
        world = episodes.pool.worlds[int(episodes.pool.slots(found["world"][i : i + 1])[0])]
        path = found["reference"][i, : found["reference_count"][i]]
        stretches = rooms_entered(world, path)
        said = re.findall(r"(?:^|\. )(?:enter|turn left into|turn right into) the ([^.]+)", words)
        assert said == [ROOM_KINDS[world.rooms.kind[room]] for room, _ in stretches[1:]], words
        turns = re.findall(r"(enter|left into|right into) the", words)
        assert ("leave the" in words) == (len(stretches) > 1)
        for turn, (_, first) in zip(turns, stretches[1:], strict=True):
            if 6 <= first < len(path) - 8:
                before, after = path[first] - path[first - 6], path[first + 7] - path[first + 1]
                angle = math.atan2(
                    before[0] * after[1] - before[1] * after[0], float(before @ after)
                )
                side = "left into" if angle > 0 else "right into"
                assert turn == (side if abs(angle) >= math.radians(40) else "enter")
        # "the red chair" is one thing of the room where it is said.
        rooms = [stretches[0][0]]
        for sentence in words.split(". "):
            if re.match("enter|turn", sentence):
                rooms.append(stretches[len(rooms)][0])
            if match := PAST.match(sentence):
                passed += 1
                assert called(world, rooms[-1], match[1]) == 1, words
    assert passed > 32


@pytest.mark.parametrize("difficulty", [0.0, 1.0])
def test_routes_are_whole_and_nobody_has_two_alike(difficulty: float) -> None:
    _, found, texts = drawn(200, difficulty=difficulty, rooms=None)
    assert len(set(texts)) >= 170  # of four places
    assert all(words.endswith(".") and "<unknown>" not in words for words in texts)
    starts = np.concatenate((found["world"][:, None], found["start"][:, :2]), 1)
    assert len(np.unique(starts, axis=0)) >= 190
    ahead = (found["reference"][:, 6] - found["reference"][:, 0]).T
    askew = np.angle(np.exp(1j * (found["start"][:, 2] - np.arctan2(ahead[1], ahead[0]))))
    assert (np.abs(askew) <= math.radians(10) + 1e-3).all() and askew.std() > math.radians(4)


def test_where_to_stop_is_one_thing() -> None:
    episodes, found, texts = drawn(60)
    for i, words in enumerate(texts):
        slot = int(episodes.pool.slots(found["world"][i : i + 1])[0])
        world = episodes.pool.worlds[slot]
        phrase = words[words.index("stop at ") + len("stop at ") : -1]
        meant = [
            g for g in object_goals(world, episodes.pool.walkable_in(slot)) if g.phrase == phrase
        ]
        assert [goal.things for goal in meant] == [(int(found["things"][i, 0]),)]
