"""Many programs as one set of flat arrays: any of them are painted by one compiled call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vgym.envs.gui.toolkit.glyphs import atlas_with
from vgym.envs.gui.toolkit.kernels import paint_rows_kernel
from vgym.envs.gui.toolkit.program import CLIP, COLUMNS, KIND, TEXT, P, Program, Q, covers_all
from vgym.row_threads import over_rows


@dataclass(frozen=True, eq=False)
class Programs:
    """A pool of programs.

    Attributes:
        sizes_hw: (n, 2) int64: height and width of every page, pixels.
        starts: (n + 1,) int64: where each program's commands start; the last is their end.
        cuts: (n + 1,) int64: where each program's clips start.
        covers: (n,) bool: whether the program's first command paints the whole page.
        commands: (m, 10) int32, of all programs; clips and glyphs are numbered through the pool.
        clips: (k, 4) int32.
        glyphs: (g,) int16.
        faces: numbers of the faces that any of them needs.
    """

    sizes_hw: NDArray[np.int64]
    starts: NDArray[np.int64]
    cuts: NDArray[np.int64]
    covers: NDArray[np.bool_]
    commands: NDArray[np.int32]
    clips: NDArray[np.int32]
    glyphs: NDArray[np.int16]
    faces: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.covers)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, bytes."""
        where = (self.sizes_hw, self.starts, self.cuts, self.covers)
        drawn = (self.commands, self.clips, self.glyphs)
        return sum(array.nbytes for array in (*where, *drawn))

    @classmethod
    def of(cls, programs: Sequence[Program]) -> Programs:
        """Join programs; their order gives their numbers.

        Raises:
            ValueError: no programs.
        """
        if not programs:
            raise ValueError("a pool needs at least one program")
        pieces, clips, glyphs = [], 0, 0
        for program in programs:
            moved = program.commands.copy()
            moved[:, CLIP] += clips
            texts = moved[:, KIND] & 255 == TEXT
            moved[np.ix_(texts, [P, Q])] += glyphs
            pieces.append(moved)
            clips += len(program.clips)
            glyphs += len(program.glyphs)
        return cls(
            np.array([program.size_hw for program in programs], np.int64),
            _starts([len(piece) for piece in pieces]),
            _starts([len(program.clips) for program in programs]),
            np.array([covers_all(program) for program in programs]),
            np.concatenate(pieces).reshape(-1, COLUMNS),
            np.concatenate([program.clips for program in programs]),
            np.concatenate([program.glyphs for program in programs]),
            tuple(sorted({number for program in programs for number in program.faces})),
        )


def _starts(lengths: Sequence[int]) -> NDArray[np.int64]:
    """(n + 1,) where each of n pieces starts, and where the last ends."""
    return np.cumsum([0, *lengths], dtype=np.int64)


def paint_rows(
    programs: Programs,
    which: NDArray[np.int64],
    out: NDArray[np.uint8],
    rows: NDArray[np.int64] | None = None,
    corners: NDArray[np.int64] | None = None,
) -> None:
    """Paint pages of a pool over pictures, rows shared by threads (`vgym.threads`).

    Args:
        programs: the pool.
        which: (n,) int64: the number of the page for each picture.
        out: (m, height, width, 3) uint8, contiguous; overwritten where painted.
        rows: (n,) int64: the picture for each of ``which``; None if they are all, in order.
        corners: (n, 2) int64: x, y of each page's upper left corner, the page being whole in its
            picture, with the grey of letterboxes around it; None: a page is as large as a picture.

    Raises:
        ValueError: pictures of another shape or type than the pages need.
        IndexError: a page that the pool does not have, or a picture that is not there.
    """
    numbers = np.asarray(which, np.int64)
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < len(programs):
        low, high = int(numbers.min()), int(numbers.max())
        raise IndexError(f"paint_rows: pages {low}..{high} of a pool of {len(programs)}")
    of_pages = out.ndim == 4 and out.shape[3] == 3 and out.dtype == np.uint8
    if not (of_pages and out.flags.c_contiguous and (rows is not None or len(out) == len(which))):
        raise ValueError(
            f"paint_rows: {len(which)} pages need contiguous uint8 pictures of shape (n, height, "
            f"width, 3), not {out.dtype} {out.shape}"
        )
    if len(numbers) == 0:
        return
    places = np.arange(len(numbers)) if rows is None else np.asarray(rows, np.int64)
    if places.shape != numbers.shape or places.min() < 0 or places.max() >= len(out):
        raise IndexError(f"paint_rows: rows {places} of {len(out)} pictures, {len(numbers)} pages")
    sizes, frame = programs.sizes_hw[numbers], np.array(out.shape[1:3])
    at = np.zeros_like(sizes) if corners is None else np.asarray(corners, np.int64)
    free = frame - at[:, ::-1] - sizes
    if (at < 0).any() or (free < 0).any() or (corners is None and free.any()):
        raise ValueError(
            f"paint_rows: pages of size_hw {sizes.min(0)} to {sizes.max(0)} do not fit contiguous "
            f"uint8 pictures of {frame} there"
        )
    atlas = atlas_with(programs.faces)
    pictures, width = out.reshape(len(out), -1), out.shape[2]

    def paint(part: slice) -> None:
        paint_rows_kernel(
            pictures,
            places[part],
            width,
            numbers[part],
            at[part],
            programs.sizes_hw,
            programs.starts,
            programs.cuts,
            programs.covers,
            programs.commands,
            programs.clips,
            programs.glyphs,
            atlas.coverage,
            atlas.glyphs,
            atlas.slots,
        )

    over_rows(paint, len(numbers), out.shape[1] * width // 2)  # most of a page is of one colour
