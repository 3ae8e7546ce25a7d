"""What is what on a map of colours: places compared with every thing that the catalogue knows.

The catalogue of furniture and its training textures are public, as what an armchair looks like is
common knowledge; where one stands in a place is not, and is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.surface_colours import BAND_M, BANDS, BINS, colour_bin
from vgym.compiled import compiled
from vgym.envs.navigation.furniture import KIND_NUMBER, KINDS, build
from vgym.envs.navigation.render.texture_bank import load_textures
from vgym.envs.navigation.render.textures import NUMBER
from vgym.envs.navigation.worlds.world import BOX, CEILING, CELL, COLOURS, CYLINDER

_NOUNS = sorted(KIND_NUMBER, key=len, reverse=True)
_NAMED = re.compile(
    rf"\bthe (?:({'|'.join(c for c in COLOURS if c)}) )?({'|'.join(map(re.escape, _NOUNS))})\b"
)
_SHADES = (0.6, 0.72, 0.85, 0.95, 1.0)  # how bright surfaces look by which way they face
_DOUBT = 0.3  # share of what is seen in a thing's place that is of something else
_ALIKE = 2.0  # seen cells that say as much as one independent look
_STANDING = 0.75  # metres: how high what stands on top of something begins
_FEWEST = 3  # seen cells without which nothing is recognised
_LEVEL = 3  # of the textures' pyramids: 8 x 8
_CANDIDATES = 16
_WALLS = ("plain", "paint", "plaster", "stripes", "flowers", "dots", "tiles", "small_tiles")
_WALL_TINTS = ((255, 255, 255), (240, 232, 215), (215, 228, 238), (222, 236, 218), (240, 220, 215))
_OTHER_FACES = ("door", "window_garden", "window_city", "window_sky", "curtain")


@dataclass(frozen=True)
class Catalogue:
    """What everything looks like, C looks: a look is a model in a colour.

    Attributes:
        looks: (BINS * BANDS, C) float32: log of how much likelier a colour at a height is there
            than anywhere.
        kind: (C,) int64 into KINDS, -1 for walls, doors and windows.
        colour: (C,) int64 into COLOURS.
        share: (C,) float32 log of the share of its kind's looks that it is.
    """

    looks: NDArray[np.float32]
    kind: NDArray[np.int64]
    colour: NDArray[np.int64]
    share: NDArray[np.float32]


@dataclass(frozen=True)
class Wanted:
    """What to look out for.

    Attributes:
        ratios: (BINS, BANDS) float32, the catalogue's looks of it, all in one.
        looks: (C,) bool which of the catalogue's it has.
        across: metres, the side of a square as large as its footprint.
    """

    ratios: NDArray[np.float32]
    looks: NDArray[np.bool_]
    across: float


def last_named(instruction: str) -> tuple[str, str] | None:
    """Colour ("" for none) and noun of the last thing that an instruction names; None for none.

    >>> last_named("leave the office. walk past the bin on your left. stop at the pink single bed.")
    ('pink', 'single bed')
    >>> last_named("find the goal") is None
    True
    """
    found: list[tuple[str, str]] = _NAMED.findall(instruction)
    return found[-1] if found else None


@lru_cache(maxsize=1024)
def wanted(colour: str, noun: str) -> Wanted:
    """What a thing of a colour ("" for whatever it comes in) looks like.

    Raises:
        KeyError: the catalogue has no such noun.
    """
    number, known = KIND_NUMBER[noun], catalogue()
    looks = known.kind == number
    if colour and (looks & (known.colour == COLOURS.index(colour))).any():
        looks = looks & (known.colour == COLOURS.index(colour))
    ratios = np.log(np.exp(known.looks[:, looks]).mean(1)).reshape(BINS, BANDS)
    sizes = np.array([build(number, m, 0).size for m in range(KINDS[number].models)])
    width, depth, _ = sizes.mean(0)
    return Wanted(ratios.astype(np.float32), looks, float(np.sqrt(width * depth)))


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The looks of everything, made at the first call."""
    seen, kinds, colours, shares = [], [], [], []
    for number, kind in enumerate(KINDS):
        names = ("", *kind.colours)
        for model in range(kind.models):
            for name in names:
                seen.append(_seen_of_model(number, model, COLOURS.index(name)))
                kinds.append(number)
                colours.append(COLOURS.index(name))
                shares.append(-np.log(len(names) * kind.models))
    for texture in (*_WALLS, *_OTHER_FACES):
        for tint in _WALL_TINTS:
            counts = np.zeros((BINS, BANDS))
            fits = texture in _OTHER_FACES
            _add_side(counts, _texels(NUMBER[texture]), np.array(tint), fits, 0.0, CEILING, 1.0)
            seen.append(counts)
            kinds.append(-1)
            colours.append(0)
            shares.append(-1.0)
    looks = np.stack([(s / s.sum()).ravel() for s in seen], 1)
    kind_of, share = np.array(kinds), np.array(shares, np.float32)
    things = looks[:, kind_of >= 0] @ np.exp(share[kind_of >= 0]) / len(KINDS)
    rest = 1 / (BINS * BANDS)
    anywhere = (0.5 * things + 0.4 * looks[:, kind_of < 0].mean(1) + 0.1 * rest)[:, None]
    ratio = np.log((1 - _DOUBT) * looks / anywhere + _DOUBT)
    return Catalogue(ratio.astype(np.float32), kind_of, np.array(colours), share)


def _seen_of_model(kind: int, model: int, colour: int) -> NDArray[np.float64]:
    """m² of each colour at each height that a model shows, all round and from above."""
    parts = build(kind, model, colour).parts
    raised = _STANDING if KINDS[kind].where == "on_top" else 0.0
    seen = np.zeros((BINS, BANDS))
    for shape, code, tint in zip(parts.geometry, parts.code, parts.tint, strict=True):
        half_x, half_y, low, high = (float(v) for v in shape[4:8])
        low, high = low + raised, high + raised
        texels, fit = _texels(int(code[1])), bool(code[2])
        around = {BOX: 4 * (half_x + half_y), CYLINDER: 6.3 * half_x}.get(int(code[0]), 4 * half_x)
        _add_side(seen, texels, tint, fit, low, high, around * (high - low) / 2)
        if code[0] in (BOX, CYLINDER) and high < 1.2:
            _add_side(seen, texels, tint, False, high - 0.01, high, 2 * half_x * half_y)
    return seen


@lru_cache(maxsize=256)
def _texels(texture: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(load_textures("train").level(_LEVEL)[texture])


@compiled
def _add_side(
    seen: NDArray[np.float64],
    texels: NDArray[np.uint8],
    tint: NDArray[np.integer],
    fit: bool,
    low: float,
    high: float,
    area: float,
) -> None:
    """Count a surface from `low` to `high` metres; a texture that fits has its top at the top."""
    rows, columns = texels.shape[:2]
    slices = max(1, round((high - low) / 0.08))
    for n in range(slices):
        height = low + (n + 0.5) * (high - low) / slices
        band = min(max(int(height / BAND_M), 0), BANDS - 1)
        first, last = 0, rows
        if fit:
            first = rows * (slices - 1 - n) // slices
            last = max(first + 1, rows * (slices - n) // slices)
        share = area / slices / ((last - first) * columns) / len(_SHADES)
        for r in range(first, last):
            for c in range(columns):
                if texels[r, c, 3] < 128:
                    continue
                for shade in _SHADES:
                    light = shade / 255
                    hue = colour_bin(
                        texels[r, c, 0] * tint[0] * light,
                        texels[r, c, 1] * tint[1] * light,
                        texels[r, c, 2] * tint[2] * light,
                    )
                    seen[hue, band] += share


def find(
    colours: NDArray[np.uint8],
    box: NDArray[np.int64],
    aim: Wanted,
    held: tuple[int, int] | None = None,
) -> tuple[float, int, int]:
    """Where on a map what is wanted most likely is.

    Args:
        colours: (SIDE, SIDE, BANDS), see `DepthMaps`. box: (4,) the same.
        held: row and column of what it was taken to be: that is kept to while it is at least half
            as likely as the best, so that nobody goes to and fro between two.

    Returns:
        how sure that is, 0 to 1; row and column of its middle. (0, 0, 0) on an empty map.
    """
    side = max(2, round(aim.across / CELL))
    places = _candidates(colours, box, aim.ratios, side)
    rated = [(_sure_of(colours, r, c, side, aim), r, c) for r, c in places.tolist()]
    best = max(rated, default=(0.0, 0, 0))
    if held is not None:
        still = _sure_of(colours, *held, side, aim)
        if still > 0 and still >= 0.5 * best[0]:
            return (still, *held)
    return best


def _sure_of(colours: NDArray[np.uint8], row: int, column: int, side: int, aim: Wanted) -> float:
    """How likely what is in a square about a cell is what is wanted: 0 to 1."""
    seen = _histogram(colours, row, column, side)
    if seen.sum() < _FEWEST:
        return 0.0
    return likeness(seen, aim)


def likeness(seen: NDArray[np.float32], aim: Wanted) -> float:
    """How likely what is seen is what is wanted, of all that the catalogue has: 0 to 1.

    Args:
        seen: (BINS * BANDS,) in how many cells of 12 cm each colour was seen at each height.
    """
    known = catalogue()
    said = _weighed(seen, known.looks) / _ALIKE + known.share
    said = np.exp(said - said.max())
    return float(said[aim.looks].sum() / said.sum())


@compiled
def _weighed(seen: NDArray[np.float32], looks: NDArray[np.float32]) -> NDArray[np.float32]:
    """``seen @ looks``, of which most entries of ``seen`` are 0 and cost nothing."""
    said = np.zeros(looks.shape[1], np.float32)
    for i in range(len(seen)):
        if seen[i] != 0:
            for c in range(looks.shape[1]):
                said[c] += seen[i] * looks[i, c]
    return said


@compiled
def _histogram(colours: NDArray[np.uint8], row: int, column: int, side: int) -> NDArray[np.float32]:
    """(BINS * BANDS,) how often each colour is at each height in a square about a cell."""
    seen = np.zeros(BINS * BANDS, np.float32)
    for r in range(max(row - side // 2, 0), min(row - side // 2 + side, colours.shape[0])):
        for c in range(
            max(column - side // 2, 0), min(column - side // 2 + side, colours.shape[1])
        ):
            for band in range(BANDS):
                if colours[r, c, band]:
                    seen[(colours[r, c, band] - 1) * BANDS + band] += 1
    return seen


@compiled
def _candidates(
    colours: NDArray[np.uint8], box: NDArray[np.int64], ratios: NDArray[np.float32], side: int
) -> NDArray[np.int64]:
    """(n, 2) rows and columns of the squares that speak most for a thing, the most first.

    What speaks for it around a square counts against it: a wall of the same colour goes on.
    """
    ring = 2
    margin = side + ring
    height, width = box[3] - box[2] + 1 + 2 * margin, box[1] - box[0] + 1 + 2 * margin
    total = np.zeros((height + 1, width + 1))
    for r in range(height):
        line = 0.0
        for c in range(width):
            row, column = r + box[2] - margin, c + box[0] - margin
            if 0 <= row < colours.shape[0] and 0 <= column < colours.shape[1]:
                for band in range(BANDS):
                    if colours[row, column, band]:
                        line += ratios[colours[row, column, band] - 1, band]
            total[r + 1, c + 1] = total[r, c + 1] + line
    score = np.full((height, width), -np.inf)
    for r in range(ring, height - side - ring):
        for c in range(ring, width - side - ring):
            inner = _sum(total, r, c, side)
            outer = _sum(total, r - ring, c - ring, side + 2 * ring)
            score[r, c] = inner - 0.5 * max(outer - inner, 0.0)
    found = np.empty((_CANDIDATES, 2), np.int64)
    for n in range(_CANDIDATES):
        at = score.argmax()
        r, c = at // width, at % width
        if score[r, c] <= 0:
            return found[:n]
        found[n, 0] = r + box[2] - margin + side // 2
        found[n, 1] = c + box[0] - margin + side // 2
        apart = max(2, side // 2)
        score[max(r - apart, 0) : r + apart + 1, max(c - apart, 0) : c + apart + 1] = -np.inf
    return found


@compiled
def _sum(total: NDArray[np.float64], row: int, column: int, side: int) -> float:
    return float(
        total[row + side, column + side]
        - total[row, column + side]
        - total[row + side, column]
        + total[row, column]
    )
