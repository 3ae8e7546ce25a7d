"""Plans of places, beside one that paints sample after sample in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from vgym.envs.navigation.render.texture_bank import LEVEL_START, load_textures
from vgym.envs.navigation.render.top_down import map_picture
from vgym.envs.navigation.worlds.homes import make_home
from vgym.envs.navigation.worlds.maze import make_maze
from vgym.envs.navigation.worlds.world import CELL, World


def _painted(world: World, texels: np.ndarray, size: int) -> np.ndarray:
    rows, columns = world.wall.shape
    scale = (size - 2) / (max(rows, columns) * CELL)
    at = (np.arange(3 * size) + 0.5) / 3
    x = (at - (size - columns * CELL * scale) / 2) / scale
    y = ((size + rows * CELL * scale) / 2 - at) / scale
    column, row = np.floor(x / CELL).astype(int), np.floor(y / CELL).astype(int)
    inside = ((row >= 0) & (row < rows))[:, None] & ((column >= 0) & (column < columns))
    cells = np.ix_(row.clip(0, rows - 1), column.clip(0, columns - 1))
    room = world.room[cells].clip(0)
    texel = (np.floor(-y * 8) % 8)[:, None] * 8 + np.floor(x * 8) % 8
    tiles = texels[:, LEVEL_START[3] : LEVEL_START[4], :3]
    canvas = tiles[world.rooms.texture[room, 0], texel.astype(int)].astype(np.float32)
    canvas *= world.rooms.tint[room, 0] / np.float32(255)
    canvas[world.wall[cells]] = (58, 60, 68)
    canvas[~inside] = (24, 25, 28)
    geometry, code, tint = world.parts
    parts = [n for n in range(len(code)) if geometry[n, 7] < 2.2 and code[n, 3] <= 0]
    for n in sorted(parts, key=lambda n: geometry[n, 7]):
        px, py, cos, sin, half_x, half_y, _, top = geometry[n].astype(np.float64)
        dx, dy = x - px, y[:, None] - py
        if code[n, 0] == 0:
            along = np.abs(dx * cos + dy * sin) / max(half_x, 1e-6)
            far = np.maximum(along, np.abs(dy * cos - dx * sin) / max(half_y, 1e-6))
        else:
            far = np.hypot(dx, dy) / max(half_x, 1e-6) * (1.0 if code[n, 0] == 1 else 1.2)
        colour = texels[code[n, 1], LEVEL_START[6], :3].astype(np.float32)
        colour = colour * (tint[n] / np.float32(255)) * np.float32(0.7 + 0.3 * top / 2.2)
        canvas[far <= 1] = colour
        canvas[(far <= 1) & (far > 0.88)] = colour * np.float32(0.7)
    mean = canvas.reshape(size, 3, size, 3, 3).mean((1, 3))
    return np.asarray(mean.round().astype(np.uint8))


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("size", [64, 101])
def test_plans_are_painted_sample_by_sample(split: str, size: int) -> None:
    texels = load_textures(split).texels
    for world in (make_home(np.uint64(3), 9, split), make_maze(np.uint64(2), 6, split)):
        picture = map_picture(world, texels, size).picture
        np.testing.assert_array_equal(picture, _painted(world, texels, size))
        assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20
