"""The painter's kernel over a program's commands, and its texts; called checked by the painter."""

from __future__ import annotations

import numpy as np
from numba import int64
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.letterbox import PADDING
from vgym.envs.gui.toolkit.glyphs import ADVANCE, HEIGHT, LEFT, START, TOP, WIDTH
from vgym.envs.gui.toolkit.pixels import block, put, spread
from vgym.envs.gui.toolkit.program import (
    CLIP,
    FILL,
    KIND,
    LINE,
    RGB,
    RING,
    SHADOW,
    TEXT,
    TRIANGLE,
    X0,
    X1,
    Y0,
    Y1,
    P,
    Q,
)  # fmt: skip
from vgym.envs.gui.toolkit.shapes import fill, line, ring, shadow, triangle


@compiled
def _text(
    pixels: NDArray[np.uint8],
    width: int,
    c: NDArray[np.int32],
    clip: NDArray[np.int32],
    alpha: int,
    letters: NDArray[np.int16],
    coverage: NDArray[np.uint8],
    table: NDArray[np.int32],
) -> None:
    flat = spread(int64(c[RGB]))
    pen, baseline = int64(c[X0]), int64(c[Y0])
    for n in range(int64(c[P]), int64(c[Q])):
        glyph = table[letters[n]]
        start, wide, high = int64(glyph[START]), int64(glyph[WIDTH]), int64(glyph[HEIGHT])
        x0, y0 = pen + glyph[LEFT], baseline + glyph[TOP]
        pen += glyph[ADVANCE]
        if x0 >= clip[2]:
            continue
        left, right = max(x0, clip[0]), min(x0 + wide, clip[2])
        top, bottom = max(y0, clip[1]), min(y0 + high, clip[3])
        for y in range(top, bottom):
            source = start + (y - y0) * wide + left - x0
            at = (y * width + left) * 3
            for _ in range(right - left):
                shown = int64(coverage[source])
                if alpha < 255:
                    shown = (shown * alpha + 127) // 255
                put(pixels, at, flat, shown)
                source += 1
                at += 3


@compiled
def paint_kernel(
    pixels: NDArray[np.uint8],
    width: int,
    commands: NDArray[np.int32],
    clips: NDArray[np.int32],
    letters: NDArray[np.int16],
    coverage: NDArray[np.uint8],
    glyphs: NDArray[np.int32],
    slots: NDArray[np.int32],
) -> None:
    """Draw commands over a picture in order; clips lie inside the picture, faces are loaded.

    Args:
        pixels: (H * W * 3,) uint8, drawn over.
        width: of the picture.
        commands: (n, COLUMNS) int32.
        clips: (m, 4) int32 xyxy.
        letters: the glyph numbers that texts slice.
        coverage: of the atlas.
        glyphs: of the atlas: a table for each face.
        slots: of the atlas: which table is whose.
    """
    for n in range(commands.shape[0]):
        c = commands[n]
        clip = clips[c[CLIP]]
        kind, alpha = int64(c[KIND]) & 255, int64(c[KIND]) >> 8
        if clip[0] >= clip[2] or clip[1] >= clip[3]:
            continue
        if kind == FILL:
            fill(pixels, width, c, clip, alpha)
        elif kind == TEXT:
            _text(pixels, width, c, clip, alpha, letters, coverage, glyphs[slots[c[X1]]])
        elif kind == RING:
            ring(pixels, width, c, clip, alpha)
        elif kind == LINE:
            line(pixels, width, c, clip, alpha)
        elif kind == SHADOW:
            shadow(pixels, width, c, clip, alpha)
        else:
            triangle(pixels, width, c, clip, alpha)


@compiled
def paint_rows_kernel(
    images: NDArray[np.uint8],
    rows: NDArray[np.int64],
    width: int,
    which: NDArray[np.int64],
    corners: NDArray[np.int64],
    sizes_hw: NDArray[np.int64],
    starts: NDArray[np.int64],
    cuts: NDArray[np.int64],
    covers: NDArray[np.bool_],
    commands: NDArray[np.int32],
    clips: NDArray[np.int32],
    letters: NDArray[np.int16],
    coverage: NDArray[np.uint8],
    glyphs: NDArray[np.int32],
    slots: NDArray[np.int32],
) -> None:
    """Draw pages of a pool, each into its own row of bytes.

    Args:
        images: (B, H * W * 3) uint8.
        rows: (k,) which images are drawn.
        width: of the picture.
        which: (k,) the page of each.
        corners: (k, 2) x, y where each page's upper left corner lies.
        sizes_hw: (P, 2) of the pages.
        starts: (P + 1,) where each page's commands start.
        cuts: (P + 1,) where each page's clips start.
        covers: (P,) bool: whether a page paints all of itself.
        commands: (n, COLUMNS) int32.
        clips: (m, 4) int32 xyxy.
        letters: the glyph numbers that texts slice.
        coverage: of the atlas.
        glyphs: of the atlas: a table for each face.
        slots: of the atlas: which table is whose.
    """
    for n in range(which.shape[0]):
        pixels, page = images[rows[n]], which[n]
        x, y = corners[n]
        high, wide = sizes_hw[page]
        if 3 * high * wide < pixels.shape[0]:
            pixels[:] = PADDING
        if not covers[page]:
            block(pixels, width, x, y, x + wide, y + high, 0, 255)
        drawn = commands[starts[page] : starts[page + 1]].copy()
        cut = clips[cuts[page] : cuts[page + 1]].copy()
        _move(drawn, cut, cuts[page], x, y)
        paint_kernel(pixels, width, drawn, cut, letters, coverage, glyphs, slots)


@compiled
def _move(
    commands: NDArray[np.int32], clips: NDArray[np.int32], first_clip: int, x: int, y: int
) -> None:
    """Move a page's own commands and clips in place; clips are numbered from its first one."""
    for n in range(clips.shape[0]):
        clips[n, 0] += x
        clips[n, 1] += y
        clips[n, 2] += x
        clips[n, 3] += y
    for n in range(commands.shape[0]):
        c = commands[n]
        kind = c[KIND] & 255
        c[CLIP] -= first_clip
        c[X0] += x
        c[Y0] += y
        if kind != TEXT:  # whose X1 names a face
            c[X1] += x
            c[Y1] += y
        if kind == TRIANGLE:
            c[P] += x
            c[Q] += y
