"""Make `fonts/outlines.npz`, what interfaces draw their letters and icons from, of the fonts here.

An outline is kept as it is in the font: closed paths of straight lines and quadratic curves, in
half units, so that the points which TrueType implies are whole numbers too. Needs fonttools.

    python assets/build_outlines.py

For each font, such as `inter`, the file holds int arrays:

- `inter/metrics`: units per em, ascent, descent (positive) and height of an x, half units.
- `inter/advances`: (glyphs,) how far the pen moves, half units.
- `inter/points`: (2 n, 2) x and y upwards: start, control point, start, control point, ... of the
  n pieces of all paths. A straight piece has its start as its control point.
- `inter/pieces`: (paths,) how many pieces each path has.
- `inter/paths`: (glyphs,) how many paths each glyph has.
"""

from pathlib import Path
from typing import Any

import numpy as np
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from numpy.typing import NDArray

from vgym.envs.gui.toolkit.characters import FILES, ICON_FONT, characters_of

ASSETS = Path(__file__).parent
Point = tuple[float, float]


class Pieces(BasePen):  # type: ignore[misc]  # fonttools carries no types
    """Takes a glyph's outline as pieces of (start, control point), path by path."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.paths: list[list[Point]] = []

    def _moveTo(self, to: Point) -> None:
        self.paths.append([])
        self._first = to

    def _closePath(self) -> None:
        self._lineTo(self._first)

    def _lineTo(self, to: Point) -> None:
        start = self._getCurrentPoint()
        if start != to:
            self.paths[-1] += [start, start]

    def _qCurveToOne(self, control: Point, to: Point) -> None:
        self.paths[-1] += [self._getCurrentPoint(), control]


def outlines(file: Path, characters: str) -> dict[str, NDArray[np.int16]]:
    """The arrays of one font."""
    font = TTFont(file)
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    points: list[Point] = []
    pieces, paths, advances = [], [], []
    for character in characters:
        # Inter lacks one sign: it shows what the font shows for what it lacks.
        glyph = glyphs[names.get(ord(character), ".notdef")]
        pen = Pieces(glyphs)
        glyph.draw(pen)
        drawn = [path for path in pen.paths if path]
        points += [point for path in drawn for point in path]
        pieces += [len(path) // 2 for path in drawn]
        paths.append(len(drawn))
        advances.append(2 * glyph.width)
    head, line = font["head"], font["hhea"]
    x_height = getattr(font["OS/2"], "sxHeight", 0)
    doubled = 2 * np.array(points, np.float64).reshape(-1, 2)
    assert (doubled == np.round(doubled)).all(), file
    metrics = [2 * v for v in (head.unitsPerEm, line.ascent, -line.descent, x_height)]
    return {
        "metrics": np.array(metrics, np.int16),
        "advances": np.array(advances, np.int16),
        "points": doubled.astype(np.int16),
        "pieces": np.array(pieces, np.int16),
        "paths": np.array(paths, np.int16),
    }


def main() -> None:
    arrays: dict[str, Any] = {}
    for name in FILES:
        folder = "icons/bootstrap-icons" if name == ICON_FONT else f"fonts/{name}"
        for part, values in outlines(ASSETS / f"{folder}.ttf", characters_of(name)).items():
            arrays[f"{name}/{part}"] = values
    np.savez_compressed(ASSETS / "fonts" / "outlines.npz", **arrays)


if __name__ == "__main__":
    main()
