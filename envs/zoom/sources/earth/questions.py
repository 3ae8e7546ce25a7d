"""The questions about the world map: words, the box that answers them, and their split.

The world is shared out by blocks of equal area, about 890 km a side: a target belongs to the split
of the block that its middle lies in, so that no place is asked for in two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vgym.asset_files import reading
from vgym.core.config import SPLITS
from vgym.core.keys import stream
from vgym.data.earth.lonlats import WORLD_HW

FIRST_SHARES = (0.70, 0.85)  # of blocks: train below the first, val below the second, test above
_BLOCKS = (16, 40)  # rows of equal area, and columns
_LONGEST = 16  # times which a box may be longer than wide: views hold all of it
_NIGHT = "night"  # the kind of question that only the layer of that name answers
# Of these the name alone tells what is meant; of others a relation does.
_NAMED = ("island", "lake", "town", "capital", "gloss", "mouth")


@dataclass(frozen=True)
class Questions:
    """Questions, one a row.

    Attributes:
        words: phrases, of a place. family: (N,) what kind of question, into `families`.
        box: (N, 4) float64 xyxy, pixels of the world. split: (N,) into `SPLITS`.
    """

    words: tuple[str, ...]
    families: tuple[str, ...]
    family: NDArray[np.int64]
    box: NDArray[np.float64]
    split: NDArray[np.int64]

    @property
    def is_named(self) -> NDArray[np.bool_]:
        """(N,) whether it is asked for by name or definition, not by a relation."""
        named = np.array([family in _NAMED for family in self.families])
        return named[self.family]

    def asked(self, split: str, layer: str, pixel: float, legible_px: float) -> NDArray[np.int64]:
        """The numbers of those that may be asked.

        Args:
            split: of `SPLITS`. layer: the map's. pixel: of the overview, in pixels of the world.
            legible_px: shorter side, in the overview, that targets must stay below.
        """
        sides = self.box[:, 2:] - self.box[:, :2]
        fits = (self.split == SPLITS.index(split)) & (sides.min(1) < legible_px * pixel)
        fits &= sides.max(1) < _LONGEST * sides.min(1)
        if layer != _NIGHT and _NIGHT in self.families:
            fits &= self.family != self.families.index(_NIGHT)
        return np.flatnonzero(fits)


@cache
def all_questions() -> Questions:
    """Every question that ships."""
    with reading("earth/questions.npz") as file, file.open("rb") as content:
        with np.load(content, allow_pickle=False) as arrays:
            words = arrays["words"].tobytes().decode("ascii").split("\n")
            families = tuple(arrays["families"].tolist())
            family, box = arrays["family"].astype(np.int64), arrays["box"] / 4
    return Questions(tuple(words), families, family, box, splits_of(box))


def splits_of(box: NDArray[np.float64]) -> NDArray[np.int64]:
    """(N,) the split of each box (N, 4), by the block that its middle lies in."""
    rows, columns = _BLOCKS
    drawn = np.array(
        [float(stream(f"block of the Earth {k}")) / 2.0**64 for k in range(rows * columns)]
    )
    return np.searchsorted(FIRST_SHARES, drawn[blocks_of(box)], side="right")


def blocks_of(box: NDArray[np.float64]) -> NDArray[np.int64]:
    """(N,) the number of the block of equal area that the middle of each box (N, 4) lies in."""
    rows, columns = _BLOCKS
    x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    # The share of the Earth north of it.
    south = (1 - np.sin(np.radians(90 - 180 * y / WORLD_HW[0]))) / 2
    row = np.clip((south * rows).astype(np.int64), 0, rows - 1)
    column = np.clip((x / WORLD_HW[1] * columns).astype(np.int64), 0, columns - 1)
    return row * columns + column
