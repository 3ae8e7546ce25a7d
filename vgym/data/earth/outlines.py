"""Islands and lakes with names, what they belong to, and outlines; after NCAR's Earth..4."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from vgym.data.earth.lines import packed_lines, text_lines, unpacked_lines


class Outlines:
    """The table of outlines.

    Attributes:
        corner: outlines, each (C, 2) float64 lonlat, closed.
        box: (N, 4) float64 west, north, east, south. Of an island in the sea it is the box of the
            land that the coast's mask shows; of others, of the outline.
        lake: (N,) whether it is a lake; the others are islands.
        name: (N,). other: (N,) another name of it, or what it lies in; "" where there is none.
        within: (N,) what it belongs to, the nearest first: ("Indonesia", "Asia").
    """

    def __init__(self, arrays: Any) -> None:
        self.corner = unpacked_lines("outline", arrays)
        self.box: NDArray[np.float64] = arrays["box"] / 1e4
        self.lake: NDArray[np.bool_] = arrays["lake"]
        self.name = text_lines(arrays["names"])
        self.other = text_lines(arrays["other"])
        self.within = [tuple(line.split(";")) for line in text_lines(arrays["within"]).tolist()]

    def __len__(self) -> int:
        return len(self.name)

    @cached_property
    def shape(self) -> NDArray[Any]:
        """(N,) polygons, lonlat."""
        shapes: NDArray[Any] = np.array([shapely.Polygon(line) for line in self.corner])
        return shapes

    def lakes(self) -> NDArray[Any]:
        """(L,) polygons of lakes alone, lonlat."""
        lakes: NDArray[Any] = np.array(
            [shapely.Polygon(self.corner[k]) for k in np.flatnonzero(self.lake).tolist()]
        )
        return lakes


def packed_outlines(shapes: Sequence[Any]) -> dict[str, Any]:
    """Arrays of the outer rings of polygons."""
    return packed_lines("outline", [np.asarray(shape.exterior.coords) for shape in shapes])
