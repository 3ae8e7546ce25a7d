"""Painting a window of a whole: its ground, and the things of the cells that it reaches."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.raster import place_sprite
from vgym.core.raster.numba_path import (
    blend,
    over_255,
    paint_outline,
    paint_sprite,
    recoloured,
    wide,
)
from vgym.envs.zoom.sources.scenes.ground_painting import paint_ground
from vgym.envs.zoom.sources.scenes.grounds import Textures
from vgym.envs.zoom.sources.scenes.knobs import Knobs
from vgym.envs.zoom.sources.scenes.layout import COARSE, FENCED, Cast, Layout, lay_out
from vgym.envs.zoom.sources.scenes.things import (
    FENCE_WIDTH,
    Thing,
    fenced_thing,
    larger_thing,
    small_thing,
)

_SPECK = 2.5  # shown pixels: smaller things are squares of their mean colour
_UNSEEN = 0.12  # shown pixels: such a square would not change a grey level
_SHADOW = (0.035, 0.05)  # right and down, in sizes
_SHADOW_ALPHA, _SHADOW_FROM = 90, 8.0  # shown pixels at which shadows begin
_FAR = 100000.0  # shown pixels: edges farther off are moved here


class Look(NamedTuple):
    """The pictures of a split's sprites."""

    texels: NDArray[np.uint32]
    offset: NDArray[np.int64]
    size_hw: NDArray[np.int32]
    mean: NDArray[np.int64]  # (S,) premultiplied mean of the cell as lanes
    cell: float  # side of a sprite's cell, its longer side being 1
    tints: NDArray[np.uint8]  # (7, 4) of COLOURS
    rails: NDArray[np.int64]  # (6, 2) of FENCE_COLOURS, and their edges, as lanes


class Canvas(NamedTuple):
    """One window as it is shown."""

    image: NDArray[np.uint8]  # (h, w, 3)
    pixels: NDArray[np.uint8]  # the same, flat
    params: NDArray[np.int32]  # (8,) to work in
    bounds: NDArray[np.int32]  # (4,)
    x0: float  # its corner, pixels of the whole
    y0: float
    scale: float  # shown pixels of one of them


@compiled
def paint_windows(
    keys: NDArray[np.uint64],
    cast: Cast,
    knobs: Knobs,
    textures: Textures,
    look: Look,
    windows: NDArray[np.float64],
    images: NDArray[np.uint8],
) -> None:
    """Paint a window of the whole of each key.

    Args:
        keys: (k,) of the wholes.
        cast, knobs, textures, look: of the source.
        windows: (k, 4) xyxy, pixels of the whole.
        images: (k, h, w, 3) written.
    """
    params, bounds = np.empty(8, np.int32), np.empty(4, np.int32)
    for k in range(keys.shape[0]):
        layout = lay_out(keys[k], cast, knobs)
        image = images[k]
        x0, y0 = windows[k, 0], windows[k, 1]
        scale = image.shape[1] / (windows[k, 2] - x0)
        paint_ground(layout, cast, textures, x0, y0, scale, image)
        canvas = Canvas(image, image.reshape(-1), params, bounds, x0, y0, scale)
        _paint_things(layout, cast, knobs, look, canvas)


@compiled
def _paint_things(layout: Layout, cast: Cast, knobs: Knobs, look: Look, canvas: Canvas) -> None:
    cells = layout.cells
    height, width = canvas.image.shape[0] / canvas.scale, canvas.image.shape[1] / canvas.scale
    square_h, square_w = COARSE * cells.cell_h, COARSE * cells.cell_w
    # Shadows fall a little beyond their cells.
    beyond = 0.1 * square_w
    first_row = max(math.floor((canvas.y0 - beyond) / square_h), 0)
    first_column = max(math.floor((canvas.x0 - beyond) / square_w), 0)
    end_row = min(math.ceil((canvas.y0 + height) / square_h), -(-cells.rows // COARSE))
    end_column = min(math.ceil((canvas.x0 + width) / square_w), -(-cells.columns // COARSE))
    for i in range(layout.landmark.shape[0]):
        x, y, size = layout.landmark_xyr[i]
        _paint_thing(layout.landmark[i], 0, x, y, size, False, look, canvas)
    for f in range(layout.fence_box.shape[0]):
        box = layout.fence_box[f]
        if box[0] < canvas.x0 + width and box[2] > canvas.x0:
            if box[1] < canvas.y0 + height and box[3] > canvas.y0:
                _paint_fence(layout, look, canvas, f)
                for spot in range(FENCED * FENCED):
                    _paint(fenced_thing(cells, cast, box, f, spot), look, canvas)
    for big_row in range(first_row, end_row):
        for big_column in range(first_column, end_column):
            beside, clear = larger_thing(cells, cast, big_row, big_column)
            _paint(beside, look, canvas)
            top, left = COARSE * big_row, COARSE * big_column
            for row in range(top, min(top + COARSE, cells.rows)):
                y = row * cells.cell_h - canvas.y0
                if y - 0.1 * cells.cell_h > height or y + 1.2 * cells.cell_h < 0:
                    continue
                for column in range(left, min(left + COARSE, cells.columns)):
                    x = column * cells.cell_w - canvas.x0
                    if x - 0.1 * cells.cell_w > width or x + 1.2 * cells.cell_w < 0:
                        continue
                    thing = small_thing(cells, cast, knobs, row, column, beside, clear)
                    _paint(thing, look, canvas)


@compiled
def _paint(thing: Thing, look: Look, canvas: Canvas) -> None:
    if thing.sprite >= 0:
        x, y, size = thing.x, thing.y, thing.size
        _paint_thing(thing.sprite, thing.colour, x, y, size, thing.mirrored, look, canvas)


@compiled
def _paint_thing(
    sprite: int,
    colour: int,
    x: float,
    y: float,
    size: float,
    mirrored: bool,
    look: Look,
    canvas: Canvas,
) -> None:
    shown = size * canvas.scale
    x, y = (x - canvas.x0) * canvas.scale, (y - canvas.y0) * canvas.scale
    # Bounds alone take as long as a small sprite takes to paint.
    reach = 0.62 * shown * look.cell + 2
    height, width = canvas.image.shape[0], canvas.image.shape[1]
    if x < -reach or y < -reach or x > width + reach or y > height + reach:
        return
    if shown < _SPECK:
        if shown > _UNSEEN:
            _paint_speck(sprite, colour, x, y, shown * look.cell, look, canvas)
        return
    cell = shown * look.cell
    dark = int(_SHADOW_ALPHA * min((shown - _SHADOW_FROM) / 16.0, 1.0))
    if dark > 0:
        right, down = x + _SHADOW[0] * shown, y + _SHADOW[1] * shown
        _paint_sprite(sprite, 0, right, down, cell, mirrored, dark, True, look, canvas)
    _paint_sprite(sprite, colour, x, y, cell, mirrored, 255, False, look, canvas)


@compiled
def _paint_sprite(
    sprite: int,
    colour: int,
    x: float,
    y: float,
    size: float,
    mirrored: bool,
    opacity: int,
    silhouette: bool,
    look: Look,
    canvas: Canvas,
) -> None:
    height, width = canvas.image.shape[0], canvas.image.shape[1]
    level = place_sprite(
        canvas.params,
        canvas.bounds,
        look.size_hw[sprite],
        x,
        y,
        size,
        0.0,
        mirrored,
        1 if silhouette else 0,
        height,
        width,
    )
    if canvas.bounds[0] < canvas.bounds[2]:
        paint_sprite(
            canvas.pixels,
            0,
            width,
            look.texels,
            look.offset[sprite, level],
            wide(look.size_hw[sprite, level, 0]),
            wide(look.size_hw[sprite, level, 1]),
            canvas.params,
            wide(canvas.bounds[0]),
            wide(canvas.bounds[1]),
            wide(canvas.bounds[2]),
            wide(canvas.bounds[3]),
            look.tints[colour],
            opacity,
            silhouette,
        )


@compiled
def _paint_speck(
    sprite: int, colour: int, x: float, y: float, side: float, look: Look, canvas: Canvas
) -> None:
    """A square of the sprite's mean colour, each pixel by the share that it covers."""
    lanes = look.mean[sprite]
    if colour > 0:
        tint = look.tints[colour]
        lanes = recoloured(lanes, wide(tint[0]), wide(tint[1]), wide(tint[2]), wide(tint[3]))
    height, width = canvas.image.shape[0], canvas.image.shape[1]
    left, top, right, bottom = x - side / 2, y - side / 2, x + side / 2, y + side / 2
    for row in range(max(math.floor(top), 0), min(math.ceil(bottom), height)):
        tall = min(bottom, row + 1.0) - max(top, float(row))
        for column in range(max(math.floor(left), 0), min(math.ceil(right), width)):
            broad = min(right, column + 1.0) - max(left, float(column))
            share = int(tall * broad * 255.0 + 0.5)
            if share > 0:
                blend(canvas.pixels, (row * width + column) * 3, over_255(lanes * share))


@compiled
def _paint_fence(layout: Layout, look: Look, canvas: Canvas, fence: int) -> None:
    """A broad rail with darker edges."""
    height, width = canvas.image.shape[0], canvas.image.shape[1]
    box, colour = layout.fence_box[fence], layout.fence_colour[fence]
    rail = FENCE_WIDTH * (box[2] - box[0])
    for part in range(3):
        inset = 0.8 * rail if part == 2 else 0.0
        thick = (rail if part == 0 else 0.2 * rail) * canvas.scale
        for edge in range(4):
            start = canvas.y0 if edge % 2 == 1 else canvas.x0
            at = box[edge] + (inset if edge < 2 else -inset)
            shown = min(max((at - start) * canvas.scale, -_FAR), _FAR)
            canvas.params[edge] = math.floor(shown * 256.0 + 0.5)
        canvas.params[4] = math.floor(min(thick, _FAR) * 256.0 + 0.5)
        flat = look.rails[colour, 0 if part == 0 else 1]
        paint_outline(canvas.pixels, 0, width, canvas.params, 0, 0, width, height, flat, 255)
