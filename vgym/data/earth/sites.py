"""Towns, capitals and stations that a map names, after Natural Earth 1:10m."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.data.earth.lines import text_lines


class Sites:
    """The table of sites, the most populous first.

    Attributes:
        lonlat: (N, 2) float64 degrees. population: (N,) people, 0 where it is not known.
        is_capital: (N,) of a country. rank: (N,) from 0, what even a map of the world names, to 10.
        name, region, country: (N,); a region may be "".
    """

    def __init__(self, arrays: Any) -> None:
        self.lonlat: NDArray[np.float64] = arrays["lonlat"] / 1e4
        self.population: NDArray[np.int64] = np.maximum(arrays["population"].astype(np.int64), 0)
        self.is_capital: NDArray[np.bool_] = arrays["capital"]
        self.rank: NDArray[np.int64] = arrays["rank"].astype(np.int64)
        self.name = text_lines(arrays["names"])
        self.region = text_lines(arrays["regions"])
        self.country = text_lines(arrays["countries"])

    def __len__(self) -> int:
        return len(self.lonlat)
