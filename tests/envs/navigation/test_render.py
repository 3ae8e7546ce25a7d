"""First-person pictures against rays in space, the two paths against each other, awkward views."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from card_bodies import launch_in_turn
from numpy.typing import NDArray
from oracles import first_person as oracle
from torch import Tensor

from vgym.card_kernels import CardKernel
from vgym.envs.navigation.render import Scenes, Views, cuda_path, gap_of, render, stack_worlds
from vgym.envs.navigation.worlds.world import (
    BILLBOARD,
    BOX,
    CEILING,
    CELL,
    CYLINDER,
    THING,
    TOGGLE,
    Parts,
    Rooms,
    World,
    no_doors,
    no_parts,
    no_things,
)

TEXTURES = 10
HOLES = 9  # the cut-out among them
# Quarters of every texture: left top, right top, left bottom, right bottom.
HUES = np.random.default_rng(5).uniform(60, 255, (TEXTURES, 2, 2, 3)).astype(np.uint8)


def quarters() -> Tensor:
    """Textures of four colours; the cut-out is solid in its left three quarters."""
    levels = []
    for size in (64, 32, 16, 8, 4, 2):
        half = size // 2
        level = np.full((TEXTURES, size, size, 4), 255, np.uint8)
        level[..., :3] = HUES.repeat(half, 1).repeat(half, 2)
        level[HOLES, :, max(size * 3 // 4, 1) :, 3] = 0
        levels.append(level.reshape(TEXTURES, -1, 4))
    last = np.full((TEXTURES, 1, 4), 255, np.uint8)
    last[:, 0, :3] = HUES.mean((1, 2))
    return torch.from_numpy(np.concatenate((*levels, last), 1))


TEXELS = quarters()


def world(seed: int, parts: int, toggles: int = 0) -> World:
    """Four rooms of 2.4 m and up with openings, and solids anywhere."""
    g = np.random.default_rng(seed)
    height, width = int(g.integers(38, 50)), int(g.integers(38, 50))
    wall = np.zeros((height, width), bool)
    wall[[0, -1]], wall[:, [0, -1]] = True, True
    row, column = height // 2, width // 2
    wall[row], wall[:, column] = True, True
    for start in (4, row + 4):
        wall[start : start + 8, column] = False
    for start in (4, column + 4):
        wall[row, start : start + 8] = False
    r, c = np.mgrid[:height, :width]
    room = np.where(wall, -1, 2 * (r > row) + (c > column)).astype(np.int16)
    geometry = np.zeros((parts, 8), np.float32)
    geometry[:, 0] = g.uniform(0.5, width * CELL - 0.5, parts)
    geometry[:, 1] = g.uniform(0.5, height * CELL - 0.5, parts)
    angle = g.uniform(0, 7, parts)
    geometry[:, 2], geometry[:, 3] = np.cos(angle), np.sin(angle)
    geometry[:, 4:6] = g.uniform(0.05, 0.5, (parts, 2))
    geometry[:, 6] = g.choice([0, 0.4, 1.4, 2.0], parts)
    geometry[:, 7] = geometry[:, 6] + g.uniform(0.03, 0.8, parts)
    code = np.zeros((parts, 5), np.int16)
    code[:, 0] = g.choice([BOX, BOX, CYLINDER, BILLBOARD], parts)
    code[:, 1] = np.where(code[:, 0] == BILLBOARD, HOLES, g.integers(0, HOLES, parts))
    code[:, 2] = g.integers(0, 2, parts)
    code[:, TOGGLE] = g.integers(-toggles, toggles + 1, parts)
    code[:, THING] = g.integers(-1, max(parts // 3, 1), parts)
    rooms = Rooms(
        np.zeros(4, np.int16),
        g.integers(0, HOLES, (4, 3)).astype(np.int16),
        np.full((4, 3, 3), 255, np.uint8),
    )
    solids = Parts(geometry, code, np.full((parts, 3), 255, np.uint8))
    return World(wall, wall.copy(), room, rooms, no_doors(), solids, no_things(), toggles)


def somewhere(
    worlds: list[World], count: int, seed: int, movers: int = 0, toggles: int = 0
) -> Views:
    """Views from free cells of the worlds in turn."""
    g = np.random.default_rng(seed)
    scene = np.arange(count) % len(worlds)
    pose = np.zeros((count, 3), np.float32)
    for n, slot in enumerate(scene):
        cells = np.argwhere(gap_of(worlds[slot].wall) > 1)
        row, column = cells[g.integers(len(cells))]
        pose[n] = *((np.array([column, row]) + g.uniform(0, 1, 2)) * CELL), g.uniform(-4, 4)
    extra = [world(seed + n, movers, toggles).parts for n in range(count)]
    return Views(
        torch.from_numpy(scene),
        torch.from_numpy(pose),
        torch.from_numpy(g.uniform(-0.5, 0.5, count).astype(np.float32)),
        torch.from_numpy(g.uniform(0.3, 2.2, count).astype(np.float32)),
        torch.from_numpy(g.uniform(0.7, 2.2, count).astype(np.float32)),
        torch.from_numpy(g.random((count, toggles)) < 0.5),
        torch.from_numpy(np.stack([e.geometry for e in extra])),
        torch.from_numpy(np.stack([e.code for e in extra])),
        torch.from_numpy(np.stack([e.tint for e in extra])),
        torch.from_numpy(g.integers(0, movers + 1, count)),
    )


def pictures(views: Views, height: int, width: int) -> tuple[Tensor, Tensor, Tensor]:
    count = len(views.scene)
    return (
        torch.full((count, height, width, 3), 7, dtype=torch.uint8),
        torch.full((count, height, width), -7.0),
        torch.full((count, height, width), -7, dtype=torch.int16),
    )


def there(parts: Parts, toggles: NDArray[np.bool_]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    kept = []
    for geometry, code in zip(parts.geometry, parts.code, strict=True):
        toggle = int(code[TOGGLE])
        if toggle == 0 or toggles[abs(toggle) - 1] == (toggle > 0):
            kept.append((geometry.astype(float), code.astype(int)))
    return kept


@pytest.mark.parametrize(("height", "width"), [(48, 48), (30, 61), (57, 26)])
def test_pictures_are_those_of_rays_in_space(height: int, width: int) -> None:
    worlds = [world(seed, 30, 3) for seed in range(4)]
    views = somewhere(worlds, 12, height, movers=3, toggles=3)
    images, depth, labels = pictures(views, height, width)
    render(stack_worlds(worlds), TEXELS, views, images, depth=depth, labels=labels)
    solid = {HOLES: np.tile(np.arange(64) < 48, (64, 1))}
    wrong_depth, wrong_label, wrong_hue, pixels, hues = 0, 0, 0, 0, 0
    for n in range(12):
        place = worlds[int(views.scene[n])]
        on = views.toggles[n].numpy()
        count = int(views.movers_count[n])
        own = Parts(*(v[n, :count].numpy() for v in (views.geometry, views.code, views.tint)))
        seen = oracle.look(
            place.wall,
            place.room,
            place.rooms.texture,
            there(place.parts, on) + there(own, on),
            solid,
            (*views.pose[n, :2].tolist(), float(views.eye[n]), float(views.pose[n, 2])),
            (height, width, float(views.pitch[n]), float(views.fov[n])),
        )
        right = np.abs(depth[n].numpy() / seen.depth - 1) < 1e-3
        pixels += height * width
        wrong_depth += (~right).sum()
        wrong_label += (labels[n].numpy() != seen.label).sum()
        # Well within a quarter, the hue is that quarter's, whatever the light.
        inner = np.minimum(np.abs(seen.u % 0.5 - 0.25), np.abs(seen.v % 0.5 - 0.25)) >= 0
        inner &= np.maximum(np.abs(seen.u % 0.5 - 0.25), np.abs(seen.v % 0.5 - 0.25)) < 0.15
        inner &= right & (labels[n].numpy() == seen.label) & (seen.depth < 2.5)
        column, row = (seen.u[inner] >= 0.5).astype(int), (seen.v[inner] >= 0.5).astype(int)
        wanted = HUES[seen.texture[inner], row, column].astype(float)
        shown = images[n].numpy()[inner].astype(float)
        light = (shown * wanted).sum(-1) / (wanted * wanted).sum(-1)
        assert light.min(initial=1) > 0.15 and light.max(initial=0) <= 1.01
        wrong_hue += (np.abs(shown - wanted * light[:, None]).max(-1) > 4).sum()
        hues += inner.sum()
    # Silhouettes and the rims of holes, where a coarser level is read, may fall to either side.
    assert wrong_depth < 0.01 * pixels
    assert wrong_label < 0.01 * pixels
    assert hues > 0.1 * pixels
    assert wrong_hue < 0.01 * hues


def test_a_part_without_wall_behind_it_is_exact_to_the_pixel() -> None:
    wall = np.zeros((34, 34), bool)
    wall[[0, -1]], wall[:, [0, -1]] = True, True
    room = np.where(wall, -1, 0).astype(np.int16)
    rooms = Rooms(
        np.zeros(1, np.int16), np.zeros((1, 3), np.int16), np.full((1, 3, 3), 255, np.uint8)
    )
    geometry = np.array([[3.125, 2.125, 1, 0, 0.5, 0.5, 0.625, 1.875]], np.float32)
    code = np.array([[BOX, 1, 1, 0, 4]], np.int16)
    parts = Parts(geometry, code, np.full((1, 3), 255, np.uint8))
    empty = World(wall, wall, room, rooms, no_doors(), parts, no_things(), 0)
    views = somewhere([empty], 1, 0)
    views.pose[0] = torch.tensor([1.375, 2.125, 0.0])
    views.pitch[0], views.eye[0], views.fov[0] = 0.0, 1.25, math.pi / 2
    images, depth, labels = pictures(views, 20, 20)
    render(stack_worlds([empty]), TEXELS, views, images, depth=depth, labels=labels)
    # The face is 1 m wide and 1.25 m high at 1.25 m: 8 by 10 pixels of a focal length of 10.
    assert (labels[0] == 4).nonzero().amin(0).tolist() == [5, 6]
    assert (labels[0] == 4).nonzero().amax(0).tolist() == [14, 13]
    assert (depth[0][labels[0] == 4] == 1.25).all()
    left_top, right_bottom = images[0, 6, 7].float(), images[0, 13, 12].float()
    for shown, wanted in ((left_top, HUES[1, 0, 0]), (right_bottom, HUES[1, 1, 1])):
        assert torch.allclose(
            shown / shown.sum(), torch.from_numpy(wanted / wanted.sum()).float(), atol=0.01
        )


@pytest.mark.parametrize("budget", [1 << 30, 1 << 18])
@pytest.mark.parametrize(("height", "width"), [(64, 64), (31, 50), (40, 23)])
def test_the_threads_of_a_card_draw_the_same_bytes(
    height: int, width: int, budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CardKernel, "launch", launch_in_turn)
    monkeypatch.setattr(cuda_path, "BUDGET", budget)
    worlds = [world(seed, 40, 2) for seed in range(3)]
    scenes, views = stack_worlds(worlds), somewhere(worlds, 24, 3, movers=4, toggles=2)
    views.pose[5, 0] = math.nan
    views.pose[6, :2] = 0.01  # within a wall
    views.pose[7, :2] = -50
    views.scene[8] = 99
    one, other = pictures(views, height, width), pictures(views, height, width)
    texels = torch.randint(0, 256, TEXELS.shape, generator=torch.Generator().manual_seed(0))
    texels = texels.to(torch.uint8)
    rows = torch.tensor([7, *range(7), *range(8, 23)])
    render(scenes, texels, views, one[0], rows=rows, depth=one[1], labels=one[2])
    beside = torch.cat((rows, torch.tensor([-1, 24, 999])))  # there are no such rows
    cuda_path.render_on_card(scenes, texels, views, other[0], beside, other[1], other[2])
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert one[0][6].any() and not one[0][5].any() and (one[0][23] == 7).all()
    alone = pictures(views, height, width)[0]
    cuda_path.render_on_card(scenes, texels, views, alone, rows, None, None)
    assert torch.equal(alone, one[0])


def test_a_row_is_the_same_in_any_batch() -> None:
    worlds = [world(seed, 20) for seed in range(3)]
    scenes, views = stack_worlds(worlds), somewhere(worlds, 9, 1)
    images, _, _ = pictures(views, 24, 24)
    render(scenes, TEXELS, views, images)
    order = torch.tensor([8, 0, 3])
    again = torch.full_like(images, 7)
    render(scenes, TEXELS, views, again, rows=order)
    assert torch.equal(again[order], images[order])
    assert (again[[1, 2, 4, 5, 6, 7]] == 7).all()


def test_a_panel_of_a_wider_picture() -> None:
    worlds = [world(0, 20)]
    views = somewhere(worlds, 3, 1)
    images, _, _ = pictures(views, 24, 24)
    wide = torch.full((3, 24, 60, 3), 9, dtype=torch.uint8)
    render(stack_worlds(worlds), TEXELS, views, images)
    render(stack_worlds(worlds), TEXELS, views, wide[:, :, 30:54])
    assert torch.equal(wide[:, :, 30:54], images)
    assert (wide[:, :, :30] == 9).all() and (wide[:, :, 54:] == 9).all()


def test_movers_look_as_parts_of_the_scene() -> None:
    full = world(4, 8)
    bare = World(
        full.wall, full.solid, full.room, full.rooms, full.doors, no_parts(), full.things, 0
    )
    views = somewhere([full], 6, 2)
    moved = views._replace(
        **{
            name: torch.from_numpy(getattr(full.parts, name)).expand(6, -1, -1)
            for name in Parts._fields
        },
        movers_count=torch.full((6,), 8),
    )
    one, other = pictures(views, 32, 32), pictures(views, 32, 32)
    render(stack_worlds([full]), TEXELS, views, one[0], depth=one[1], labels=one[2])
    render(stack_worlds([bare]), TEXELS, moved, other[0], depth=other[1], labels=other[2])
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert (one[2] >= 0).any()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e30, -1e30])
@pytest.mark.parametrize("field", ["pose", "pitch", "eye", "fov", "geometry"])
def test_numbers_that_are_none_give_a_picture(field: str, value: float) -> None:
    worlds = [world(0, 20)]
    for column in range(getattr(somewhere(worlds, 1, 1, movers=2), field)[0:1].shape[-1]):
        views = somewhere(worlds, 1, 1, movers=2)
        views.movers_count[:] = 2
        getattr(views, field)[..., column if field in ("pose", "geometry") else 0] = value
        images, depth, labels = pictures(views, 16, 16)
        render(stack_worlds(worlds), TEXELS, views, images, depth=depth, labels=labels)
        assert depth.isfinite().all() and (labels >= -1).all()
        if field != "geometry" and not math.isfinite(value):
            assert not images.any() and not depth.any()


def test_bad_shapes_are_named() -> None:
    worlds = [world(0, 3)]
    scenes: Scenes = stack_worlds(worlds)
    views = somewhere(worlds, 2, 1)
    images, depth, _ = pictures(views, 16, 16)
    with pytest.raises(ValueError, match=r"views\.pose"):
        render(scenes, TEXELS, views._replace(pose=views.pose[:1]), images)
    with pytest.raises(ValueError, match="depth"):
        render(scenes, TEXELS, views, images, depth=depth.double())
    with pytest.raises(ValueError, match="texels"):
        render(scenes, TEXELS[:, :100], views, images)
    with pytest.raises(ValueError, match="rows go from 0 to 2"):
        render(scenes, TEXELS, views, images, rows=torch.tensor([0, 2]))


def test_gap_is_the_distance_to_the_nearest_wall() -> None:
    wall = np.random.default_rng(0).random((20, 30)) < 0.03
    padded = np.pad(wall, 40, constant_values=True)
    for row, column in np.ndindex(wall.shape):
        reach = 0
        while not padded[
            row + 40 - reach : row + 41 + reach, column + 40 - reach : column + 41 + reach
        ].any():
            reach += 1
        assert gap_of(wall)[row, column] == reach


def test_lintels_hang_from_the_ceiling() -> None:
    wall = np.zeros((18, 34), bool)
    wall[[0, -1]], wall[:, [0, -1]] = True, True
    room = np.where(wall, -1, 0).astype(np.int16)
    rooms = Rooms(
        np.zeros(1, np.int16), np.zeros((1, 3), np.int16), np.full((1, 3, 3), 255, np.uint8)
    )
    geometry = np.array([[2.0, 1.125, 1, 0, 0.0625, 2.0, 2.0, CEILING]], np.float32)
    parts = Parts(geometry, np.array([[BOX, 1, 0, 0, 3]], np.int16), np.full((1, 3), 255, np.uint8))
    hall = World(wall, wall, room, rooms, no_doors(), parts, no_things(), 0)
    views = somewhere([hall], 1, 0)
    views.pose[0] = torch.tensor([0.9375, 1.125, 0.0])
    views.pitch[0], views.eye[0], views.fov[0] = 0.0, 1.25, math.pi / 2
    images, depth, labels = pictures(views, 64, 64)
    render(stack_worlds([hall]), TEXELS, views, images, depth=depth, labels=labels)
    column = (labels[0, :, 32] == 3).nonzero().flatten()
    # Its face spans slopes 0.75 to 1.25 at 1 m, and its underside goes on to 0.75 / 1.125.
    assert column.tolist() == list(range(0, 11))
    assert depth[0, 7, 32] == 1.0 and 1 < depth[0, 10, 32] <= 1.125
