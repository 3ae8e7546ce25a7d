"""Homes and offices: what every one of them promises, judged by SciPy and Shapely."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy import ndimage
from shapely import LineString, STRtree, box

from vgym.core.keyed_sampler import KeyedSampler
from vgym.envs.navigation.furniture import KINDS, build
from vgym.envs.navigation.render.textures import NAMES
from vgym.envs.navigation.worlds.floor_plan import sample_plan
from vgym.envs.navigation.worlds.homes import make_home
from vgym.envs.navigation.worlds.room_kinds import ROOM_KINDS
from vgym.envs.navigation.worlds.world import (
    CEILING,
    CELL,
    COLOURS,
    SHAPE,
    TEXTURE,
    THING,
    TOGGLE,
    Z0,
    Z1,
    World,
)

SEEDS = 36
COUNTS = (4, 5, 8, 13, 21, 30)
EACH = [(rooms, kind) for rooms in COUNTS for kind in ("home", "office")]


@cache
def _worlds(rooms: int, kind: str) -> tuple[World, ...]:
    splits = ("train", "val", "test")
    seeds = SEEDS if rooms <= 13 else SEEDS // 4
    return tuple(make_home(np.uint64(s), rooms, splits[s % 3], kind) for s in range(seeds))


def _walkable(solid: np.ndarray, radius: float) -> np.ndarray:
    """Cells whose centre is at least the radius away from every solid cell; by brute force."""
    reach = 3
    padded = np.pad(solid, reach, constant_values=True)
    free = np.ones(solid.shape, bool)
    height, width = solid.shape
    for dr in range(-reach, reach + 1):
        for dc in range(-reach, reach + 1):
            near_x = max(abs(dc) - 0.5, 0) * CELL
            near_y = max(abs(dr) - 0.5, 0) * CELL
            if near_x**2 + near_y**2 < radius**2:
                shifted = padded[reach + dr :, reach + dc :][:height, :width]
                free &= ~shifted
    return free


def _stands(world: World) -> list[int]:
    """Things that block, by what their kind says; not by where they were put."""
    return [
        t
        for t, kind in enumerate(world.things.kind.tolist())
        if KINDS[kind].stands and world.things.box[t, 2] == 0 and build(kind, 0, 0).blocks
    ]


@pytest.mark.parametrize(("rooms", "kind"), EACH)
def test_arrays_are_as_declared(rooms: int, kind: str) -> None:
    for world in _worlds(rooms, kind):
        height, width = world.wall.shape
        assert height != width
        assert world.wall.dtype == world.solid.dtype == np.bool_
        assert world.room.dtype == np.int16 and world.room.shape == world.solid.shape == (
            height,
            width,
        )
        for edge in (world.wall[0], world.wall[-1], world.wall[:, 0], world.wall[:, -1]):
            assert edge.all()
        assert (world.solid | ~world.wall).all()
        assert ((world.room >= 0) == ~world.wall).all()
        assert set(np.unique(world.room)) == {-1, *range(rooms)}
        assert len(world.rooms.kind) == rooms
        assert world.rooms.kind.dtype == world.rooms.texture.dtype == np.int16
        assert world.rooms.texture.shape == (rooms, 3) and world.rooms.tint.shape == (rooms, 3, 3)
        assert 0 <= world.rooms.texture.min() and world.rooms.texture.max() < len(NAMES)
        assert world.rooms.tint.dtype == np.uint8
        parts, things = world.parts, world.things
        assert parts.geometry.dtype == np.float32 and parts.geometry.shape == (len(parts.code), 8)
        assert parts.code.dtype == np.int16 and parts.code.shape == (len(parts.code), 5)
        assert parts.tint.dtype == np.uint8 and parts.tint.shape == (len(parts.code), 3)
        assert np.isfinite(parts.geometry).all()
        assert (parts.geometry[:, Z0] < parts.geometry[:, Z1]).all()
        assert parts.geometry[:, Z0].min() >= 0 and parts.geometry[:, Z1].max() <= CEILING + 1e-6
        assert np.allclose(np.hypot(parts.geometry[:, 2], parts.geometry[:, 3]), 1, atol=1e-5)
        assert set(np.unique(parts.code[:, SHAPE])) <= {0, 1, 2}
        assert 0 <= parts.code[:, TEXTURE].min() and parts.code[:, TEXTURE].max() < len(NAMES)
        assert set(np.unique(parts.code[:, THING])) == {-1, *range(len(things.kind))}
        assert world.toggles == len(world.doors.cells)
        assert np.abs(parts.code[:, TOGGLE]).max(initial=0) == world.toggles
        assert things.box.dtype == np.float32 and things.box.shape == (len(things.kind), 6)
        assert things.kind.dtype == things.colour.dtype == things.room.dtype == np.int16
        assert (things.box[:, :3] < things.box[:, 3:]).all()
        for number, colour in zip(things.kind.tolist(), things.colour.tolist(), strict=True):
            assert colour == 0 or COLOURS[colour] in KINDS[number].colours


@pytest.mark.parametrize(("rooms", "kind"), EACH)
def test_rooms_are_rectangles_of_a_usual_size(rooms: int, kind: str) -> None:
    for world in _worlds(rooms, kind):
        doorway = np.zeros_like(world.wall)
        for x0, y0, x1, y1 in world.doors.cells.tolist():
            doorway[y0:y1, x0:x1] = True
        areas = []
        for number, at in enumerate(ndimage.find_objects(world.room + 1)):
            name = ROOM_KINDS[world.rooms.kind[number]]
            own = (world.room[at] == number) & ~doorway[at]
            # Openings without a leaf stick out of the rectangle by one cell.
            across, along = own.sum(1), own.sum(0)
            rows = int((across > 0.6 * across.max()).sum())
            columns = int((along > 0.6 * along.max()).sum())
            sides = sorted((rows * CELL, columns * CELL))
            areas.append(sides[0] * sides[1])
            if name in ("hallway", "corridor"):
                assert 1.25 <= sides[0] <= 1.75
            else:
                assert sides[0] >= 1.75
                assert sides[1] <= 2.6 * sides[0]
        assert 11.0 <= np.mean(areas) <= 20.0
        kinds = [ROOM_KINDS[k] for k in world.rooms.kind]
        if kind == "home":
            assert kinds[int(np.argmax(areas))] == "living room"


@pytest.mark.parametrize(("rooms", "kind"), EACH)
def test_doors_join_the_rooms_they_say(rooms: int, kind: str) -> None:
    for world in _worlds(rooms, kind):
        for (x0, y0, x1, y1), pair in zip(
            world.doors.cells.tolist(), world.doors.rooms.tolist(), strict=True
        ):
            assert sorted((x1 - x0, y1 - y0)) in ([1, 7], [1, 8])
            assert not world.wall[y0:y1, x0:x1].any()
            if x1 - x0 == 1:
                sides = world.room[y0:y1, x0 - 1], world.room[y0:y1, x1]
                ends = world.wall[y0 - 2 : y0, x0], world.wall[y1 : y1 + 2, x0]
            else:
                sides = world.room[y0 - 1, x0:x1], world.room[y1, x0:x1]
                ends = world.wall[y0, x0 - 2 : x0], world.wall[y0, x1 : x1 + 2]
            assert {int(side[0]) for side in sides} == set(pair)
            assert all((side == side[0]).all() for side in sides)
            assert all(end.all() for end in ends)


@pytest.mark.parametrize(("rooms", "kind"), EACH)
def test_the_widest_robot_gets_everywhere(rooms: int, kind: str) -> None:
    for world in _worlds(rooms, kind):
        for radius in (0.18, 0.25):
            free = _walkable(world.solid, radius)
            # No corner is cut: a diagonal move needs both straight ones, so these suffice.
            labels, count = ndimage.label(free)
            sizes = np.bincount(labels.ravel(), minlength=count + 1)
            sizes[0] = 0
            main = labels == sizes.argmax()
            assert main.sum() >= 0.85 * free.sum()
            assert set(range(rooms)) <= set(np.unique(world.room[main]))
            for x0, y0, x1, y1 in world.doors.cells.tolist():
                assert main[y0:y1, x0:x1].any()


@pytest.mark.parametrize(("rooms", "kind"), EACH)
def test_things_stand_apart_within_their_rooms(rooms: int, kind: str) -> None:
    for world in _worlds(rooms, kind):
        stands = _stands(world)
        boxes = world.things.box.astype(np.float64)
        shapes = [box(*boxes[t, [0, 1, 3, 4]]).buffer(-2e-3) for t in stands]
        for shape, t in zip(shapes, stands, strict=True):
            x0, y0, x1, y1 = (np.array(shape.bounds) / CELL).tolist()
            cells = world.room[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1]
            assert (cells == world.things.room[t]).all()
            middle = boxes[t, [1, 0]] / 2 + boxes[t, [4, 3]] / 2
            assert world.solid[tuple((middle / CELL).astype(int))]
        pairs = STRtree(shapes).query(shapes, predicate="intersects")
        assert (pairs[0] == pairs[1]).all()
        ways = []
        for x0, y0, x1, y1 in (world.doors.cells * CELL).tolist():
            along_x = x1 - x0 > y1 - y0
            ways.append(
                box(x0, y0 - 0.74, x1, y1 + 0.74) if along_x else box(x0 - 0.74, y0, x1 + 0.74, y1)
            )
        assert not STRtree(shapes).query(ways, predicate="intersects").size


@pytest.mark.parametrize(("rooms", "kind"), [(4, "home"), (8, "home"), (8, "office")])
def test_everything_on_the_floor_can_be_approached(rooms: int, kind: str) -> None:
    for world in _worlds(rooms, kind)[:10]:
        free = _walkable(world.solid, 0.25)
        labels, count = ndimage.label(free)
        sizes = np.bincount(labels.ravel(), minlength=count + 1)
        sizes[0] = 0
        rows, columns = np.nonzero(labels == sizes.argmax())
        centres = (np.stack((columns, rows), 1) + 0.5) * CELL
        room = world.room[rows, columns]
        for t in _stands(world):
            x0, y0, _, x1, y1, _ = world.things.box[t].astype(np.float64)
            nearest = np.clip(centres, (x0, y0), (x1, y1))
            near = (np.hypot(*(nearest - centres).T) <= 1.0) & (room == world.things.room[t])
            assert any(
                _sees(world.solid, tuple(a), tuple(b), (x0, y0, x1, y1))
                for a, b in zip(centres[near], nearest[near], strict=True)
            ), KINDS[world.things.kind[t]].name


def _sees(
    solid: np.ndarray,
    eye: tuple[float, float],
    point: tuple[float, float],
    own: tuple[float, float, float, float],
) -> bool:
    """Whether the straight line meets no solid cell but those that the thing itself covers."""
    line = LineString([eye, point])
    thing = box(*own)
    low = np.floor(np.minimum(eye, point) / np.float64(CELL)).astype(int)
    high = np.floor(np.maximum(eye, point) / np.float64(CELL)).astype(int)
    for row in range(low[1], high[1] + 1):
        for column in range(low[0], high[0] + 1):
            cell = box(column * CELL, row * CELL, (column + 1) * CELL, (row + 1) * CELL)
            hit = line.intersection(cell).length > 0.04
            if hit and solid[row, column] and not cell.intersection(thing).area > 0:
                return False
    return True


@pytest.mark.parametrize(("rooms", "kind"), [(8, "home"), (13, "office")])
def test_rooms_hold_what_belongs_there(rooms: int, kind: str) -> None:
    lacking = dict.fromkeys(("bedroom", "bathroom", "kitchen", "living room", "office"), 0)
    total = dict.fromkeys(lacking, 0)
    signs = {
        "bedroom": {"single bed", "double bed", "bunk bed"},
        "bathroom": {"toilet"},
        "kitchen": {"fridge", "oven", "kitchen counter"},
        "living room": {"sofa"},
        "office": {"office desk"},
    }
    for world in _worlds(rooms, kind):
        for number, room_kind in enumerate(world.rooms.kind):
            name = ROOM_KINDS[room_kind]
            held = [KINDS[k] for k in world.things.kind[world.things.room == number]]
            assert all(name in each.rooms for each in held)
            if name in signs:
                total[name] += 1
                lacking[name] += not signs[name] & {each.name for each in held}
        assert len(world.things.kind) >= 5 * rooms
    assert sum(total.values()) > 0
    assert all(lacking[name] <= 0.06 * total[name] for name in signs), (lacking, total)


def test_chairs_around_a_table_are_alike() -> None:
    for world in _worlds(8, "home"):
        chair = [k.name for k in KINDS].index("dining chair")
        table = [k.name for k in KINDS].index("dining table")
        for room in range(8):
            here = world.things.room == room
            if (here & (world.things.kind == table)).sum() == 1:
                assert len(set(world.things.colour[here & (world.things.kind == chair)])) <= 1


def test_what_stands_on_top_is_carried() -> None:
    carried = 0
    for world in _worlds(8, "home"):
        boxes = world.things.box
        for t, number in enumerate(world.things.kind.tolist()):
            if KINDS[number].where == "on_top":
                middle = (boxes[t, :2] + boxes[t, 3:5]) / 2
                under = [
                    u
                    for u, other in enumerate(world.things.kind.tolist())
                    if KINDS[other].name in KINDS[number].hosts
                    and (boxes[u, :2] <= middle).all()
                    and (middle <= boxes[u, 3:5]).all()
                    and abs(boxes[u, 5] - boxes[t, 2]) < 1e-5
                ]
                assert under
                carried += 1
    assert carried > SEEDS


def test_walls_are_not_hung_twice() -> None:
    for world in _worlds(8, "home") + _worlds(8, "office"):
        hung = [
            t
            for t, k in enumerate(world.things.kind.tolist())
            if KINDS[k].where in ("hung", "window")
        ]
        for a, b in combinations(hung, 2):
            p, q = world.things.box[a], world.things.box[b]
            assert not ((p[:3] < q[3:] - 1e-3) & (q[:3] < p[3:] - 1e-3)).all()


def _fingerprint(world: World) -> str:
    digest = hashlib.sha256()
    for array in (world.wall, world.solid, world.room, *world.rooms, *world.doors):
        digest.update(array.tobytes())
    for array in (*world.parts, *world.things):
        digest.update(array.tobytes())
    return digest.hexdigest()


@pytest.mark.slow
def test_the_same_in_any_process_and_order() -> None:
    code = (
        "import numpy as np;"
        "from vgym.envs.navigation.worlds.homes import make_home;"
        "make_home(np.uint64(3), 5, 'train');"
        "w = make_home(np.uint64(2**64 - 5), 9, 'test', 'office');"
        "import hashlib; d = hashlib.sha256();"
        "[d.update(a.tobytes()) for a in"
        " (w.wall, w.solid, w.room, *w.rooms, *w.doors, *w.parts, *w.things)];"
        "print(d.hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = make_home(np.uint64(2**64 - 5), 9, "test", "office")
    assert done.stdout.strip() == _fingerprint(here)
    assert _fingerprint(here) == _fingerprint(make_home(np.uint64(2**64 - 5), 9, "test", "office"))


def test_keys_splits_and_kinds_give_other_places() -> None:
    prints = {
        _fingerprint(make_home(np.uint64(seed), 8, split, kind))
        for seed in range(5)
        for split in ("train", "val", "test")
        for kind in ("home", "office")
    }
    assert len(prints) == 30


def test_either_kind_when_none_is_told() -> None:
    found = {
        bool({"corridor", "office", "open office"} & {ROOM_KINDS[k] for k in w.rooms.kind})
        for w in (make_home(np.uint64(s), 6, "train") for s in range(30))
    }
    assert found == {True, False}


def test_only_the_test_split_shows_its_models() -> None:
    sofa = [k.name for k in KINDS].index("sofa")
    sizes = {}
    for split in ("train", "val", "test"):
        sizes[split] = set()
        for seed in range(40):
            things = make_home(np.uint64(seed), 8, split, "home").things
            for t in np.flatnonzero(things.kind == sofa):
                low, high = things.box[t, :2], things.box[t, 3:5]
                sizes[split].add(round(float((high - low).max()), 3))
    models = KINDS[sofa].models
    assert sizes["test"] == {round(build(sofa, models, 0).size[0], 3)}
    assert (
        sizes["train"]
        == sizes["val"]
        == {round(build(sofa, m, 0).size[0], 3) for m in range(models)}
    )


@pytest.mark.parametrize("kind", ["home", "office"])
@pytest.mark.parametrize("rooms", range(4, 31))
def test_a_plan_of_any_number_of_rooms(rooms: int, kind: str) -> None:
    for seed in range(8):
        plan = sample_plan(KeyedSampler(np.uint64(1000 + seed), "layout"), rooms, kind)
        assert len(plan.kinds) == len(plan.rooms) == rooms
        joined = np.eye(rooms, dtype=bool)
        for opening in plan.openings:
            a, b = opening.rooms
            joined[a, b] = joined[b, a] = True
            assert {plan.kinds[a], plan.kinds[b]} != {"bathroom"}
        for _ in range(rooms):
            joined = joined @ joined
        assert joined.all()


@pytest.mark.parametrize("rooms", [3, 31, 0, -1, 8.0, "8"])
def test_other_numbers_of_rooms_are_refused(rooms: Any) -> None:
    with pytest.raises(ValueError, match=rf"rooms is {rooms!r}"):
        make_home(np.uint64(0), rooms, "train")


def test_other_splits_and_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="split is 'dev'"):
        make_home(np.uint64(0), 8, "dev")
    with pytest.raises(ValueError, match="kind is 'castle'"):
        make_home(np.uint64(0), 8, "train", "castle")
