"""Many programs as one set of flat arrays: any of them are painted by one compiled call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vgym.envs.gui.toolkit.glyphs import atlas_with
from vgym.envs.gui.toolkit.kernels import paint_rows_kernel
from vgym.envs.gui.toolkit.program import CLIP, COLUMNS, KIND, TEXT, P, Program, Q, covers_all


@dataclass(frozen=True, eq=False)
class Programs:
    """A pool of programs of one size.

    Attributes:
        size_hw: height and width of every page, pixels.
        starts: (n + 1,) int64: where each program's commands start; the last is their end.
        covers: (n,) bool: whether the program's first command paints the whole picture.
        commands: (m, 10) int32, of all programs; clips and glyphs are numbered through the pool.
        clips: (k, 4) int32.
        glyphs: (g,) int16.
        faces: numbers of the faces that any of them needs.
    """

    size_hw: tuple[int, int]
    starts: NDArray[np.int64]
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
        arrays = (self.starts, self.covers, self.commands, self.clips, self.glyphs)
        return sum(array.nbytes for array in arrays)

    @classmethod
    def of(cls, programs: Sequence[Program]) -> Programs:
        """Join programs; their order gives their numbers.

        Raises:
            ValueError: no programs, or programs of several sizes.
        """
        sizes = {program.size_hw for program in programs}
        if len(sizes) != 1:
            raise ValueError(f"a pool needs programs of one size; got sizes {sorted(sizes)}")
        pieces, clips, glyphs = [], 0, 0
        for program in programs:
            moved = program.commands.copy()
            moved[:, CLIP] += clips
            texts = moved[:, KIND] & 255 == TEXT
            moved[np.ix_(texts, [P, Q])] += glyphs
            pieces.append(moved)
            clips += len(program.clips)
            glyphs += len(program.glyphs)
        lengths = [len(piece) for piece in pieces]
        return cls(
            sizes.pop(),
            np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64),
            np.array([covers_all(program) for program in programs]),
            np.concatenate(pieces).reshape(-1, COLUMNS),
            np.concatenate([program.clips for program in programs]),
            np.concatenate([program.glyphs for program in programs]),
            tuple(sorted({number for program in programs for number in program.faces})),
        )


def paint_rows(
    programs: Programs,
    which: NDArray[np.int64],
    out: NDArray[np.uint8],
    rows: NDArray[np.int64] | None = None,
) -> None:
    """Paint pages of a pool over pictures, in one compiled call that holds no lock.

    Args:
        programs: the pool.
        which: (n,) int64: the number of the page for each picture.
        out: (m, height, width, 3) uint8, contiguous; overwritten where painted.
        rows: (n,) int64: the picture for each of ``which``; None if they are all, in order.

    Raises:
        ValueError: pictures of another shape or type than the pool needs.
        IndexError: a page that the pool does not have, or a picture that is not there.
    """
    shape = (len(which) if rows is None else len(out), *programs.size_hw, 3)
    if not (out.shape == shape and out.dtype == np.uint8 and out.flags.c_contiguous):
        raise ValueError(
            f"paint_rows: {len(which)} pages of size_hw {programs.size_hw} need contiguous uint8 "
            f"pictures of shape {shape}, not {out.dtype} {out.shape}"
        )
    if len(which) == 0:
        return
    numbers = np.asarray(which, np.int64)
    low, high = int(numbers.min()), int(numbers.max())
    if low < 0 or high >= len(programs):
        raise IndexError(f"paint_rows: pages {low}..{high} of a pool of {len(programs)}")
    places = np.arange(len(numbers)) if rows is None else np.asarray(rows, np.int64)
    if places.shape != numbers.shape or places.min() < 0 or places.max() >= len(out):
        raise IndexError(f"paint_rows: rows {places} of {len(out)} pictures, {len(numbers)} pages")
    atlas = atlas_with(programs.faces)
    paint_rows_kernel(
        out.reshape(len(out), -1),
        places,
        programs.size_hw[1],
        numbers,
        programs.starts,
        programs.covers,
        programs.commands,
        programs.clips,
        programs.glyphs,
        atlas.coverage,
        atlas.glyphs,
        atlas.slots,
    )
