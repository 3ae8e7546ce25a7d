"""A pool's slots are found once they are whole, whoever fills it, and stay what they are."""

import gc
import sys
import threading

import numpy as np
import pytest
import torch

from vgym.core.shared_sources import bytes_of
from vgym.envs.navigation.distance_fields import DistanceFields
from vgym.envs.navigation.mazes.layouts import make_layout
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.walkable import RADIUS, walkable_cells
from vgym.envs.navigation.worlds.world import World

WORLDS = [make_layout(paradigm, 0).world for paradigm in range(9)]  # of several sizes
COUNT = 90


def of_number(number: int) -> World:
    return WORLDS[number % len(WORLDS)]


def check(pool: WorldPool, number: int, slot: int) -> None:
    """All that is published of a slot is that world's, padded with wall."""
    world, walkable = of_number(number), pool.walkable
    height, width = world.wall.shape
    scenes, door = pool.scenes, pool.door
    assert pool.numbers[slot] == number and pool.worlds[slot] is world
    np.testing.assert_array_equal(
        walkable[slot, 0, :height, :width], walkable_cells(world.solid, RADIUS)
    )
    assert not walkable[slot, 0, height:].any() and not walkable[slot, 0, :, width:].any()
    np.testing.assert_array_equal(scenes.wall[slot, :height, :width], world.wall)
    assert scenes.wall[slot, height:].all() and scenes.wall[slot, :, width:].all()
    assert int(scenes.parts[slot]) == len(world.parts.code)
    assert door.shape[1] >= walkable.shape[2] and door.shape[2] >= walkable.shape[3]


def test_threads_find_whole_slots() -> None:
    pool = WorldPool(of_number, COUNT, torch.device("cpu"))
    failed: list[BaseException] = []

    def run(seed: int) -> None:
        try:
            for number in np.random.default_rng(seed // 2).permutation(COUNT).tolist():
                check(pool, number, int(pool.slots(np.array([number]))[0]))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(6)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert not failed
    assert sorted(pool.numbers) == list(range(COUNT)) and len(pool.worlds) == COUNT
    for number, slot in enumerate(pool.slots(np.arange(COUNT)).tolist()):
        check(pool, number, slot)


def test_what_was_begun_and_left_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a child that was forked while another thread of the parent was writing."""
    pool = WorldPool(of_number, COUNT, torch.device("cpu"))
    with monkeypatch.context() as broken:
        broken.setattr(pool, "_publish", lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            pool.slots(np.array([4, 7, 11]))
    for number in (5, 4, 11, 0):
        check(pool, number, int(pool.slots(np.array([number]))[0]))
    assert pool.numbers == [0, 5, 4, 11]


def test_fields_outlive_a_pool_that_grows_meanwhile() -> None:
    """Another environment may enlarge the pool between any two lines of this one."""
    pool = WorldPool(of_number, COUNT, torch.device("cpu"))
    grown = []

    def cells(slot: int, goal: int) -> np.ndarray:
        if not grown:  # a larger world comes in while a field is computed
            grown.extend(pool.slots(np.arange(9)).tolist())
        walkable = pool.walkable_in(slot)
        chosen = np.zeros_like(walkable)
        chosen[tuple(np.argwhere(walkable)[goal])] = True
        return chosen

    fields = DistanceFields(pool, 3, cells)
    small = int(np.argmin([world.wall.size for world in WORLDS]))
    keys = small * 3 + np.arange(3)
    height, width = WORLDS[small].wall.shape
    rows = fields.slots(keys)
    first = fields.array[rows, :height, :width].copy()
    assert grown and pool.walkable.shape[2:] != fields.array.shape[1:]
    fields.slots(np.array([3 * 8]))  # computed in the larger size, which drops the others
    assert fields.array.shape[1:] == pool.walkable.shape[2:]
    np.testing.assert_array_equal(fields.array[fields.slots(keys), :height, :width], first)


def test_fields_of_all_together_are_bounded_and_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for at once is there, whatever it takes; the rest shares the budget."""
    pool = WorldPool(of_number, COUNT, torch.device("cpu"))
    pool.slots(np.arange(COUNT))

    def cells(slot: int, goal: int) -> np.ndarray:
        walkable = pool.walkable_in(slot)
        chosen = np.zeros_like(walkable)
        chosen[tuple(np.argwhere(walkable)[goal])] = True
        return chosen

    one = DistanceFields(pool, 12, cells)
    rows = one.slots(np.arange(12 * COUNT))
    every = one.array[rows].copy()
    each = every[0].nbytes
    assert one.nbytes == 12 * COUNT * each == bytes_of([one])
    del one
    gc.collect()
    monkeypatch.setattr("vgym.envs.navigation.distance_fields.FIELD_BUDGET", 20 * each)
    several = [DistanceFields(pool, 12, cells) for _ in range(3)]
    drawn = np.random.default_rng(0)
    for _ in range(60):
        for fields in several:
            keys = drawn.integers(0, 12 * COUNT, 4)
            rows = fields.slots(keys)
            np.testing.assert_array_equal(fields.array[rows], every[keys])
    assert sum(fields.nbytes for fields in several) <= 20 * each
    keys = np.arange(12 * COUNT)  # more at once than may be kept
    rows = several[0].slots(keys)
    np.testing.assert_array_equal(several[0].array[rows], every)
