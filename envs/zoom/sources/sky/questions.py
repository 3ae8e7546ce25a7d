"""What can be asked about the sky, as tables of rows, template by template.

The stars asked for are fainter than a view of the whole shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.envs.zoom.sources.sky.catalogue import Catalogue
from vgym.envs.zoom.sources.sky.painter import OVERVIEW

FAINT_ENOUGH = OVERVIEW + 0.1
# How a row's answer is found on its chart.
FIXED, NEAREST, EXTREME, COUNT = range(4)
_DIRECTIONS = ("topmost", "lowest", "leftmost", "rightmost")
_NTH = ("brightest", "second brightest", "third brightest")
_MARGIN = 0.3  # magnitudes, or B - V, to the next


class Rows(NamedTuple):
    """Every question of a split, template by template."""

    start: NDArray[np.int64]  # (t + 1,) of each template's rows
    way: NDArray[np.int64]  # (t,) FIXED, NEAREST, EXTREME or COUNT
    of_stars: NDArray[np.bool_]  # (t,) whether stars or objects are asked for
    needs_lines: NDArray[np.bool_]  # (t,)
    anchor: NDArray[np.int64]  # (q,) the star that is named, or -1
    side: NDArray[np.int64]  # (q,) into _DIRECTIONS
    first: NDArray[np.int64]  # (q + 1,) of its candidates; a FIXED row has one
    candidate: NDArray[np.int64]  # (c,) stars or objects


@dataclass(frozen=True)
class Questions:
    """The rows, their words, and of which kind each is."""

    rows: Rows
    texts: list[str]
    kinds: list[str]


class _Builder:
    """Collects rows, template by template."""

    def __init__(self) -> None:
        self.start, self.texts, self.kinds = [0], list[str](), list[str]()
        self.ways: list[tuple[int, bool, bool]] = []
        self.asked: list[tuple[int, int]] = []
        self.lists: list[list[int]] = []

    def add(
        self, text: str, candidates: list[int], anchor: int = -1, side: int = 0, *, kind: str
    ) -> None:
        """One row of the template that comes to be closed next."""
        self.texts.append(text)
        self.kinds.append(kind)
        self.asked.append((anchor, side))
        self.lists.append(candidates)

    def close(self, way: int, *, stars: bool, lines: bool = False) -> None:
        """The rows since the last one are a template; none where there are none."""
        if len(self.texts) > self.start[-1]:
            self.start.append(len(self.texts))
            self.ways.append((way, stars, lines))

    def done(self) -> Questions:
        """All of it as arrays."""
        way, stars, lines = np.array(self.ways).T
        anchor, side = np.array(self.asked).T
        rows = Rows(
            np.array(self.start),
            way.astype(np.int64),
            stars.astype(np.bool_),
            lines.astype(np.bool_),
            anchor.copy(),
            side.copy(),
            np.cumsum([0, *map(len, self.lists)]),
            np.array([i for each in self.lists for i in each]),
        )
        return Questions(rows, self.texts, self.kinds)


def place_questions(sky: Catalogue) -> Questions:
    """Those that are answered with a place."""
    build = _Builder()
    _by_brightness(sky, build)
    _in_figures(sky, build)
    _objects(sky, build)
    _nearest(sky, build)
    return build.done()


def count_questions(sky: Catalogue) -> Questions:
    """Those that are answered with a number."""
    build = _Builder()
    near = sky.sky.star @ sky.sky.star[sorted(sky.stars)].T > np.cos(np.deg2rad(8))
    for column, star in enumerate(sorted(sky.stars)):
        if sky.asked[sky.home[star]]:
            others = np.flatnonzero(near[:, column]).tolist()
            text = f"How many stars are in the green ring near {sky.stars[star]}?"
            build.add(text, others, star, kind="count")
    build.close(COUNT, stars=True)
    return build.done()


def _by_brightness(sky: Catalogue, build: _Builder) -> None:
    """The brightest stars of constellations that have no bright ones."""
    magnitude = sky.sky.magnitude
    for home in np.flatnonzero(sky.asked).tolist():
        stars = np.flatnonzero(sky.home == home)
        stars = stars[np.argsort(magnitude[stars])][: len(_NTH) + 1].tolist()
        for n, word in enumerate(_NTH[: len(stars) - 1]):
            gaps = np.diff(magnitude[stars])[max(n - 1, 0) : n + 1]
            if magnitude[stars[n]] >= FAINT_ENOUGH and gaps.min() >= _MARGIN:
                text = f"The {word} star of {sky.constellations[home]}"
                build.add(text, [stars[n]], kind="locate")
    build.close(FIXED, stars=True)


def _in_figures(sky: Catalogue, build: _Builder) -> None:
    """Stars told by their place, light or colour among those that a figure's lines join."""
    asked = np.flatnonzero(sky.asked).tolist()
    figures = {home: sorted({i for pair in sky.figures[home] for i in pair}) for home in asked}
    for home, stars in figures.items():
        for side, word in enumerate(_DIRECTIONS):
            if len(stars) >= 3:
                text = f"The {word} star in the figure of {sky.constellations[home]}"
                build.add(text, stars, side=side, kind="relation")
    build.close(EXTREME, stars=True, lines=True)
    for word, value in (("faintest", sky.sky.magnitude), ("reddest", sky.sky.colour)):
        for home, stars in figures.items():
            order = sorted(stars, key=lambda i: value[i])
            if len(order) < 3 or sky.sky.magnitude[order[-1]] < FAINT_ENOUGH:
                continue
            if value[order[-1]] - value[order[-2]] >= _MARGIN:
                text = f"The {word} star in the figure of {sky.constellations[home]}"
                build.add(text, [order[-1]], kind="attribute")
        build.close(FIXED, stars=True, lines=True)


def _objects(sky: Catalogue, build: _Builder) -> None:
    """Messier's objects by number, by name, and by kind where a constellation has one of it."""
    asked = np.flatnonzero(sky.asked[sky.thing_home]).tolist()
    for i in asked:
        for name in filter(None, sky.things[i]):
            build.add(name, [i], kind="locate")
    build.close(FIXED, stars=False)
    whose = [(int(sky.thing_home[i]), int(sky.sky.symbol[i])) for i in asked]
    for i, (home, symbol) in zip(asked, whose, strict=True):
        if whose.count((home, symbol)) == 1:
            text = f"The {sky.symbols[symbol]} in {sky.constellations[home]}"
            build.add(text, [i], kind="attribute")
    build.close(FIXED, stars=False)


def _nearest(sky: Catalogue, build: _Builder) -> None:
    """What is nearest to a star that has a name: another star, an object of some kind."""
    asked = [star for star in sorted(sky.stars) if sky.asked[sky.home[star]]]
    for star in asked:
        near = sky.sky.star @ sky.sky.star[star] > np.cos(np.deg2rad(3))
        near[star] = False
        others = np.flatnonzero(near).tolist()
        if len(others) >= 2:
            text = f"The star nearest to {sky.stars[star]}"
            build.add(text, others, star, kind="relation")
    build.close(NEAREST, stars=True)
    for symbol, name in enumerate(sky.symbols):
        things = np.flatnonzero(sky.sky.symbol == symbol)
        for star in asked:
            near = sky.sky.thing[things] @ sky.sky.star[star] > np.cos(np.deg2rad(40))
            if near.sum() >= 2:
                text = f"The {name} nearest to {sky.stars[star]}"
                build.add(text, things[near].tolist(), star, kind="relation")
    build.close(NEAREST, stars=False)
