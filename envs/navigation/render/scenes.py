"""What the renderer is given: scenes in padded arrays, and where each picture is taken from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.opencv import cv2
from vgym.envs.navigation.worlds.world import BOX, HALF_X, HALF_Y, SHAPE, THING, World, X, Y

PYRAMID = 5461  # texels of a texture: 64 * 64 + 32 * 32 + ... + 1
LEVEL_START = (0, 4096, 5120, 5376, 5440, 5456, 5460)


class Scenes(NamedTuple):
    """Worlds in S slots, padded to one size; the padding of a grid is wall.

    Parts that belong to one thing lie next to each other, and such a run is a group with a circle
    around it, so that most things are passed over by one test.
    """

    wall: Tensor  # (S, H, W) bool
    gap: Tensor  # (S, H, W) uint8 cells to the nearest wall, see `gap_of`
    room: Tensor  # (S, H, W) int16, -1 in walls
    room_texture: Tensor  # (S, R, 3) int16: floor, wall, ceiling
    room_tint: Tensor  # (S, R, 3, 3) uint8
    geometry: Tensor  # (S, P, 8) float32, see `world.Parts`
    code: Tensor  # (S, P, 5) int16
    tint: Tensor  # (S, P, 3) uint8
    parts: Tensor  # (S,) int64 how many of the P there are
    circle: Tensor  # (S, G, 3) float32 x, y, radius around each group; metres
    span: Tensor  # (S, G, 2) int32 its first part and the one after its last
    groups: Tensor  # (S,) int64 how many of the G there are


class Views(NamedTuple):
    """Where B pictures are taken, and what each sees besides its scene."""

    scene: Tensor  # (B,) int64 slot
    pose: Tensor  # (B, 3) float32 x, y, yaw; metres and radians
    pitch: Tensor  # (B,) float32 radians, up; moves the picture plane, uprights stay upright
    eye: Tensor  # (B,) float32 metres above the floor
    fov: Tensor  # (B,) float32 radians from left to right
    toggles: Tensor  # (B, K) bool
    geometry: Tensor  # (B, E, 8) float32 parts of this row only, as in `Scenes`
    code: Tensor  # (B, E, 5) int16
    tint: Tensor  # (B, E, 3) uint8
    movers_count: Tensor  # (B,) int64 how many of the E there are


def gap_of(wall: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Chebyshev distance of each cell to the nearest wall, in cells; what lies outside is wall.

    Args:
        wall: `(H, W)` bool.

    Returns:
        `(H, W)`, 0 in walls, at most 255.

    >>> gap_of(np.array([[False, False, False]] * 3))[1].tolist()
    [1, 2, 1]
    """
    free = np.pad(~wall, 1).astype(np.uint8)
    distance = cv2.distanceTransform(free, cv2.DIST_C, 3)[1:-1, 1:-1]
    return np.minimum(distance, 255).astype(np.uint8)


def scene_arrays(world: World) -> dict[str, NDArray[Any]]:
    """What one slot of `Scenes` holds, by the names of its fields and not padded.

    Parts are in another order than in the world, those of one thing together; `parts` and `groups`
    are arrays without axes.
    """
    thing = world.parts.code[:, THING].astype(np.int64)
    order = np.argsort(thing, kind="stable")
    thing = thing[order]
    geometry, code, tint = (each[order] for each in world.parts)
    # Parts of no thing are groups of one.
    starts = np.flatnonzero((thing == -1) | (np.diff(thing, prepend=-2) != 0))
    ends = np.append(starts[1:], len(thing))[: len(starts)]
    box = code[:, SHAPE] == BOX
    reach = np.where(box, np.hypot(geometry[:, HALF_X], geometry[:, HALF_Y]), geometry[:, HALF_X])
    circle = np.zeros((len(starts), 3), np.float32)
    if len(starts):
        middles, radii = geometry[:, [X, Y]].astype(np.float64), reach[:, None]
        low = np.minimum.reduceat(middles - radii, starts)
        middle = (low + np.maximum.reduceat(middles + radii, starts)) / 2
        distance = np.hypot(*(middles - np.repeat(middle, ends - starts, axis=0)).T)
        circle[:, :2] = middle
        circle[:, 2] = np.maximum.reduceat(distance + reach, starts) + 1e-3
    return {
        "wall": world.wall,
        "gap": gap_of(world.wall),
        "room": world.room,
        "room_texture": world.rooms.texture,
        "room_tint": world.rooms.tint,
        "geometry": geometry,
        "code": code,
        "tint": tint,
        "parts": np.array(len(thing)),
        "circle": circle,
        "span": np.stack((starts, ends), -1).astype(np.int32).reshape(-1, 2),
        "groups": np.array(len(starts)),
    }


def stack_worlds(worlds: Sequence[World]) -> Scenes:
    """Worlds as the slots of one `Scenes` on the CPU.

    Raises:
        ValueError: no worlds.
    """
    if not worlds:
        raise ValueError("there are no worlds; give at least one")
    arrays = [scene_arrays(world) for world in worlds]
    fields = {}
    for name in Scenes._fields:
        each = [array[name] for array in arrays]
        shape = np.max([a.shape for a in each], axis=0, initial=0).astype(int)
        padding = {"wall": True, "room": -1}.get(name, 0)
        whole = np.full((len(each), *shape), padding, each[0].dtype)
        for slot, array in enumerate(each):
            whole[slot : slot + 1][(slice(None), *map(slice, array.shape))] = array
        fields[name] = torch.from_numpy(whole)
    return Scenes(**fields)
