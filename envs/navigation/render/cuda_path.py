"""First-person pictures on a CUDA card, in three launches: what each row and column looks along,
the parts that each picture may show, and the columns themselves. The functions are the CPU's; what
they note of a picture lies in the card's memory between the launches.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import torch
from torch import Tensor

from vgym.card_kernels import CardKernel
from vgym.compiled import compiled
from vgym.envs.navigation.render.numba_columns import begin_column, hide_behind
from vgym.envs.navigation.render.numba_paint import paint_column
from vgym.envs.navigation.render.numba_parts import note_parts
from vgym.envs.navigation.render.numba_rays import (
    lens_of,
    look_along_row,
    march_to_wall,
    note_deepest,
)
from vgym.envs.navigation.render.scenes import Scenes, Views

BUDGET = 1 << 30  # bytes that are noted at once: thousands of pictures


@CardKernel
def _look(
    i: int,
    sizes: Any,
    rows: Any,
    where: Any,
    plan: Any,
    rooms: int,
    lenses: Any,
    number: Any,
    tables: Any,
) -> None:
    """A column's wall, or a row's floor and ceiling: `i` counts both, picture by picture."""
    height, width = sizes
    k, c = i // (width + height), i % (width + height)
    scene, pose, pitch, eye, fov = where
    wall, gap, room = plan
    rows_f, rows_i, columns_f, columns_i = tables
    n = rows[k]
    if n < 0 or n >= scene.shape[0]:
        number[k] = -2
        return
    slot = scene[n]
    camera = pose[n, 0], pose[n, 1], pose[n, 2], pitch[n], eye[n], fov[n]
    seen = slot >= 0 and slot < wall.shape[0]
    for value in camera:
        seen = seen and math.isfinite(value)
    number[k] = 0 if seen else -1  # all threads of a picture write the same
    if not seen:
        return
    lens = lens_of(camera, height, width)
    if c == 0:
        for j, value in enumerate(lens):
            lenses[k, j] = value
    if c < width:
        march_to_wall(c, lens, wall[slot], gap[slot], room[slot], rooms, columns_f[k], columns_i[k])
    else:
        look_along_row(c - width, height, lens, rows_f[k], rows_i[k])


@CardKernel
def _note(
    k: int,
    rows: Any,
    views: Any,
    textures: int,
    scenes: Any,
    lenses: Any,
    number: Any,
    columns_f: Any,
    wall_most: Any,
    notes: Any,
) -> None:
    """The parts that picture `k` may show."""
    if number[k] < 0:
        return
    scene, toggles, own_geometry, own_code, own_tint, own_count = views
    geometry, code, tint, circle, span, groups = scenes
    parts, faces, lights = notes
    n = rows[k]
    slot = scene[n]
    note_deepest(columns_f[k], wall_most[k])
    models = geometry[slot], code[slot], tint[slot], circle[slot], span[slot], groups[slot]
    own_parts = min(own_count[n], own_geometry.shape[1])
    own = own_geometry[n], own_code[n], own_tint[n], own_parts
    number[k] = note_parts(
        _lens(lenses, k), columns_f.shape[2], textures, models, own, toggles[n], wall_most[k],
        parts[k], faces[k], lights[k],
    )  # fmt: skip


@CardKernel
def _paint(
    i: int,
    rows: Any,
    scene: Any,
    outputs: Any,
    extras: bool,
    looks: Any,
    texels: Any,
    lenses: Any,
    number: Any,
    tables: Any,
    notes: Any,
    front: Any,
    winner: Any,
) -> None:
    """One column of a picture: `i` counts them picture by picture."""
    images, depths, labels = outputs
    rows_f, rows_i, columns_f, columns_i = tables
    height, width = images.shape[1], images.shape[2]
    k, c = i // width, i % width
    n = rows[k]
    if number[k] == -2:
        return
    if number[k] == -1:
        for r in range(height):
            for channel in range(3):
                images[n, r, c, channel] = 0
            if extras:
                depths[n, r, c], labels[n, r, c] = 0, -1
        return
    room, room_texture, room_tint = looks
    slot, lens = scene[n], _lens(lenses, k)
    parts, faces, lights = notes[0][k], notes[1][k], notes[2][k]
    nearest, chosen = front[k, :, c], winner[k, :, c]
    slope, wall_t = columns_f[k, 0, c], columns_f[k, 3, c]
    begin_column(c, height, lens, rows_f[k], columns_f[k], nearest, chosen)
    for part in range(number[k]):
        if faces[part, 0] <= c and c < faces[part, 1] and parts[part, 10] < wall_t:
            hide_behind(
                part, slope, wall_t, lens, height, rows_f[k], texels, parts, faces, lights,
                nearest, chosen,
            )  # fmt: skip
    paint_column(
        c, images[n], depths[n], labels[n], extras, lens, room[slot], room_texture[slot],
        room_tint[slot], texels, rows_f[k], rows_i[k], columns_f[k], columns_i[k], parts, faces,
        lights, nearest, chosen,
    )  # fmt: skip


@compiled
def _lens(lenses: Any, k: int) -> Any:
    """What `lens_of` gave for picture `k`."""
    return (
        lenses[k, 0], lenses[k, 1], lenses[k, 2], lenses[k, 3], lenses[k, 4],
        lenses[k, 5], lenses[k, 6], lenses[k, 7], lenses[k, 8], lenses[k, 9],
    )  # fmt: skip


def render_on_card(
    scenes: Scenes,
    texels: Tensor,
    views: Views,
    images: Tensor,
    rows: Tensor,
    depth: Tensor | None,
    labels: Tensor | None,
) -> None:
    """Draw `rows` of `views` into `images`; rows that there are not are passed over.

    Args:
        scenes: the worlds.
        texels: (T, 5461, 4) uint8.
        views: B places to look from.
        images: (B, h, w, 3) uint8, written.
        rows: (n,) int64.
        depth: (B, h, w) float32, written, or None.
        labels: (B, h, w) int16, written, or None.
    """
    device = images.device
    batch, height, width = images.shape[:3]
    most = scenes.geometry.shape[1] + views.geometry.shape[1] + 1
    extras = depth is not None or labels is not None
    shape = (batch, height, width) if extras else (batch, 0, 0)
    depth = torch.empty(shape, device=device) if depth is None else depth
    labels = torch.empty(shape, dtype=torch.int16, device=device) if labels is None else labels
    rgba = texels.contiguous().view(torch.int32).reshape(-1)
    plan = scenes.wall, scenes.gap, scenes.room
    where = views.scene, views.pose, views.pitch, views.eye, views.fov
    own = views.scene, views.toggles, *views[6:]
    models = (*scenes[5:8], *scenes[9:])
    looks = scenes.room, scenes.room_texture, scenes.room_tint
    chunk = max(1, BUDGET // (8 * height * width + 104 * most + 28 * (height + width)))
    whole = torch.int32
    for some in torch.split(rows, chunk):
        count = len(some)
        noted = partial(_noted, device, count)
        lenses, number = noted(10), noted(dtype=whole)
        rows_f, rows_i = noted(5, height), noted(2, height, dtype=whole)
        columns_f, columns_i = noted(7, width), noted(2, width, dtype=whole)
        tables = rows_f, rows_i, columns_f, columns_i
        wall_most = noted((width + 7) // 8 + 1)
        notes = noted(most, 11), noted(most, 9, dtype=whole), noted(most, 6)
        _look.launch(
            count * (width + height), device,
            (height, width), some, where, plan, looks[1].shape[1], lenses, number, tables,
        )  # fmt: skip
        _note.launch(
            count, device,
            some, own, len(texels), models, lenses, number, columns_f, wall_most, notes,
        )  # fmt: skip
        _paint.launch(
            count * width, device,
            some, views.scene, (images, depth, labels), extras, looks, rgba, lenses, number, tables,
            notes, noted(height, width), noted(height, width, dtype=whole),
        )  # fmt: skip


def _noted(
    device: torch.device, count: int, *sizes: int, dtype: torch.dtype = torch.float32
) -> Tensor:
    return torch.empty(count, *sizes, dtype=dtype, device=device)
