"""First-person pictures on the CPU, a column at a time, in one thread; `cuda_path` has them on the
card, by the same functions."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.compiled_arrays import copy_into
from vgym.envs.navigation.render.numba_columns import begin_column, hide_behind
from vgym.envs.navigation.render.numba_paint import paint_column
from vgym.envs.navigation.render.numba_parts import note_parts, queue_parts
from vgym.envs.navigation.render.numba_rays import (
    lens_of,
    look_along_row,
    march_to_wall,
    note_deepest,
)
from vgym.envs.navigation.render.optics import ZERO
from vgym.envs.navigation.render.scenes import PYRAMID


@compiled
def _look(
    height: int,
    lens: Any,
    plan: Any,
    rooms: int,
    rows_f: Any,
    rows_i: Any,
    columns_f: Any,
    columns_i: Any,
) -> None:
    wall, gap, room = plan
    for r in range(height):
        look_along_row(r, height, lens, rows_f, rows_i)
    for c in range(columns_f.shape[1]):
        march_to_wall(c, lens, wall, gap, room, rooms, columns_f, columns_i)


@compiled
def _draw(
    outputs: Any,
    extras: Any,
    camera: Any,
    plan: Any,
    look: Any,
    furniture: Any,
    toggles: Any,
    own: Any,
    texels: Any,
    tables: Any,
    notes: Any,
    queued: Any,
) -> None:
    """One picture. What is done for each column is written in here: called, with all its arrays, it
    made the whole a fifth slower."""
    rows_f, rows_i, columns_f, columns_i, wall_most, front, winner = tables
    parts, faces, lights = notes
    counts, queues = queued
    tile, depths, labels = outputs
    room, (room_texture, room_tint) = plan[2], look
    height, width = tile.shape[0], tile.shape[1]
    lens = lens_of(camera, height, width)
    _look(height, lens, plan, room_texture.shape[0], rows_f, rows_i, columns_f, columns_i)
    note_deepest(columns_f, wall_most)
    textures = texels.shape[0] // PYRAMID
    number = note_parts(
        lens, width, textures, furniture, own, toggles, wall_most, parts, faces, lights
    )
    queue_parts(number, parts, faces, columns_f, counts, queues)
    for c in range(width):
        slope, wall_t = columns_f[0, c], columns_f[3, c]
        begin_column(c, height, lens, rows_f, columns_f, front, winner)
        for waiting in range(counts[c]):
            hide_behind(
                queues[c, waiting], slope, wall_t, lens, height, rows_f, texels, parts, faces,
                lights, front, winner,
            )  # fmt: skip
        paint_column(
            c, tile, depths, labels, extras, lens, room, room_texture, room_tint, texels, rows_f,
            rows_i, columns_f, columns_i, parts, faces, lights, front, winner,
        )  # fmt: skip


@compiled
def render_kernel(
    scenes: tuple[NDArray[Any], ...],
    texels: NDArray[np.uint32],
    views: tuple[NDArray[Any], ...],
    images: NDArray[np.uint8],
    rows: NDArray[np.int64],
    depth: NDArray[np.float32],
    labels: NDArray[np.int16],
) -> None:
    """Draw `rows` of `views` into `images`.

    Args:
        scenes: the fields of `Scenes`.
        texels: (T * 5461,) RGBA as one number.
        views: the fields of `Views`.
        images: (B, h, w, 3), written.
        rows: (n,) which to draw.
        depth: (B, h, w) written, or empty.
        labels: (B, h, w) written, or empty.
    """
    (wall, gap, room, room_texture, room_tint, geometry, code, tint, _, circle, span, groups) = (
        scenes
    )
    (scene, pose, pitch, eye, fov, toggles, own_geometry, own_code, own_tint, own_count) = views
    height, width = images.shape[1], images.shape[2]
    most = geometry.shape[1] + own_geometry.shape[1] + 1
    want_depth, want_labels = depth.size > 0, labels.size > 0
    depth_tile = np.empty((height, width), np.float32)
    label_tile = np.empty((height, width), np.int16)
    camera = np.empty(6, np.float32)
    rows_f, rows_i = np.empty((5, height), np.float32), np.empty((2, height), np.int32)
    columns_f, columns_i = np.empty((7, width), np.float32), np.empty((2, width), np.int64)
    wall_most = np.empty((width + 7) // 8 + 1, np.float32)
    parts, faces = np.empty((most, 11), np.float32), np.empty((most, 9), np.int32)
    lights = np.empty((most, 6), np.float32)
    front, winner = np.empty(height, np.float32), np.empty(height, np.int32)
    extras = want_depth or want_labels
    tables = rows_f, rows_i, columns_f, columns_i, wall_most, front, winner
    counts, queues = np.empty(width, np.int64), np.empty((width, most), np.int32)
    notes, queued = (parts, faces, lights), (counts, queues)
    for n in rows:
        slot, tile = scene[n], images[n]
        outputs = tile, depth_tile, label_tile
        camera[0], camera[1], camera[2] = pose[n, 0], pose[n, 1], pose[n, 2]
        camera[3], camera[4], camera[5] = pitch[n], eye[n], fov[n]
        if slot < 0 or slot >= wall.shape[0] or not np.isfinite(camera).all():
            tile[:] = 0
            depth_tile[:] = ZERO
            label_tile[:] = -1
        else:
            plan = wall[slot], gap[slot], room[slot]
            look = room_texture[slot], room_tint[slot]
            models = geometry[slot], code[slot], tint[slot]
            furniture = (*models, circle[slot], span[slot], groups[slot])
            own_parts = min(own_count[n], own_geometry.shape[1])
            own = own_geometry[n], own_code[n], own_tint[n], own_parts
            _draw(
                outputs, extras, camera, plan, look, furniture, toggles[n], own, texels, tables,
                notes, queued,
            )  # fmt: skip
        if want_depth:
            for y in range(height):
                copy_into(depth[n, y], depth_tile[y])
        if want_labels:
            for y in range(height):
                copy_into(labels[n, y], label_tile[y])
