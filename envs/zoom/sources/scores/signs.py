"""The signs that stand on the pages, as they were packed, and which pages a split shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vgym.asset_files import reading

WIDTH, HEIGHT = 2100, 2970  # px of a page
# Pages of train, val and test; those of test are engraved in fonts of their own.
PAGES = {"train": range(42), "val": range(42, 51), "test": range(51, 60)}
SIGNS = ("note", "rest", "dynam", "hairpin", "ornament", "artic", "accid", "word")
NOTE, REST, DYNAMIC, HAIRPIN, ORNAMENT, ARTICULATION, ACCIDENTAL, WORD = range(len(SIGNS))


@dataclass(frozen=True)
class Signs:
    """One row a sign, in order of page, bar and staff; bars count from 0 on each page."""

    page: NDArray[np.int64]  # (n,)
    bar: NDArray[np.int64]  # (n,)
    staff: NDArray[np.int64]  # (n,) from the top
    sign: NDArray[np.int64]  # (n,) into SIGNS
    order: NDArray[np.int64]  # (n,) among its like in the bar and staff; of an ornament, its note's
    value: NDArray[np.int64]  # (n,) steps above C0, or into `words`
    length: NDArray[np.int64]  # (n,) sixteenths
    box: NDArray[np.float64]  # (n, 4) xyxy, px of the page
    systems: NDArray[np.int64]  # (m, 4) page, first bar, where the first staff begins: x, y
    words: list[str]
    staves: list[list[str]]  # of each page


@cache
def all_signs() -> Signs:
    """Those of every page."""
    with reading("zoom/scores/signs.npz") as file, file.open("rb") as content:
        with np.load(content, allow_pickle=False) as arrays:
            packed = dict(arrays)
    names = ("page", "bar", "staff", "sign", "order", "value", "length")
    columns = dict(zip(names, packed["signs"].astype(np.int64).T, strict=True))
    return Signs(
        **columns,
        box=packed["boxes"] / 4,
        systems=packed["systems"].astype(np.int64),
        words=packed["words"].tolist(),
        staves=[[name for name in row if name] for row in packed["staves"].tolist()],
    )
