"""How a place on Earth is answered: five forms, one table.

Whatever the form, an answer becomes a place, `lonlat` in float64.

| form     | space                                  | place                                        |
| -------- | -------------------------------------- | -------------------------------------------- |
| `lonlat` | Box([-180, -90], [180, 90]), float64   | as it is                                     |
| `square` | Box(0, 1, (2,)), float32               | of the equal-area square, see `to_square`    |
| `cell`   | Discrete(12 * 4 ** level)              | the middle of a cell, see `geometry.cells`   |
| `scores` | Box(0, 1, (12 * 4 ** level,)), float32 | the middle of the cell that is scored most   |
| `text`   | words                                  | coordinates, or a place's name               |

Scores are also a distribution over cells, once they are divided by their sum.
"""

from __future__ import annotations

import copy
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.action_check import Explained
from vgym.core.spoken import Spoken
from vgym.data import earth
from vgym.data.earth.coordinates import read_place
from vgym.geometry import cells

LOWEST, HIGHEST = (-180.0, -90.0), (180.0, 90.0)  # lonlat, degrees
# Levels of cells where nothing is asked for: of 102 km a side for one cell, of 204 km for scores,
# the coarsest whose middles are within 200 km of all but a few places.
LEVELS: Mapping[str, int] = {"cell": 6, "scores": 5}
MOST_LEVELS: Mapping[str, int] = {"cell": 12, "scores": 5}  # 13 km and 204 km
_RAD = math.pi / 180
# How programs print what is not a number; a town of Thailand is called Nan.
_NOT_A_NUMBER = frozenset({"nan", "NaN", "NAN"})


class LonLats(Explained):
    """Longitude and latitude, degrees, float64; what lies beyond is told apart from what is swapped
    or only needs to be wrapped. Samples are uniform on the sphere, and so fewer by the poles.

    Args:
        count: how many places a value holds, (count, 2); None for one, (2,).
    """

    def __init__(self, count: int | None = None) -> None:
        shape = (2,) if count is None else (count, 2)
        low, high = (np.broadcast_to(bounds, shape).copy() for bounds in (LOWEST, HIGHEST))
        super().__init__(low, high, dtype=np.float64)

    def sample(self, mask: Any = None, probability: Any = None) -> NDArray[np.float64]:
        """Places, each part of the sphere as likely as any other of its area.

        Raises:
            gymnasium.error.Error: a mask or probabilities, which no `Box` takes.
        """
        if mask is not None or probability is not None:
            return super().sample(mask, probability).astype(np.float64)
        return from_square(torch.from_numpy(self.np_random.random(self.shape))).numpy()

    def why_not(self, value: NDArray[Any]) -> str:
        """Which of the two is wrong, and what would mend it.

        >>> LonLats().why_not(np.array([48.86, 95.0]))
        'the latitude 95 is outside [-90, 90]; is the latitude first? Send [longitude, latitude]'
        """
        lon, lat = (float(number) for number in value)
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return "it is not finite, and no place; for no answer send vgym.NoAnswer('why')"
        if abs(lat) > 90:
            swapped = abs(lon) <= 90 and abs(lat) <= 180
            cure = "is the latitude first? Send" if swapped else "send"
            return f"the latitude {lat:g} is outside [-90, 90]; {cure} [longitude, latitude]"
        same = (lon + 180) % 360 - 180
        return (
            f"the longitude {lon:g} is outside [-180, 180]; send {same:.10g}, which is the same "
            "meridian: (longitude + 180) % 360 - 180"
        )


@batch_space.register(LonLats)
def _batch_of_lonlats(space: LonLats, n: int = 1) -> LonLats:
    """Of a batch, whose samples are uniform on the sphere too."""
    many = LonLats(n)
    many.seed(int(copy.deepcopy(space.np_random).integers(2**63)))
    return many


@dataclass(frozen=True)
class AnswerForm(ABC):
    """One form of an answer.

    Args:
        level: of cells, where they are answered; see `vgym.geometry.cells`.
    """

    level: int = 0

    @abstractmethod
    def space(self) -> spaces.Space[Any]:
        """The action space of one environment; see the table of the module."""

    @abstractmethod
    def decode(self, action: Tensor) -> Tensor:
        """(B, 2) float64 lonlat of a checked batch of actions."""

    @abstractmethod
    def encode(self, lonlat: Tensor) -> Tensor:
        """The actions that are read as the nearest to places (B, 2): what oracles answer with."""

    def shares(self, action: Tensor) -> Tensor | None:
        """(B, cells) float64, how likely each cell is, summing to 1; None where a form says no
        more than one place."""
        return None


class LonLat(AnswerForm):
    """Longitude and latitude."""

    def space(self) -> spaces.Space[Any]:
        """Degrees."""
        return LonLats()

    def decode(self, action: Tensor) -> Tensor:
        """As they are."""
        return action.double()

    def encode(self, lonlat: Tensor) -> Tensor:
        """As they are."""
        return lonlat.double()


class Square(AnswerForm):
    """The equal-area square, for learners: each part of it is as likely for a place at random."""

    def space(self) -> spaces.Space[Any]:
        """Numbers of [0, 1]."""
        return spaces.Box(0.0, 1.0, (2,), np.float32)

    def decode(self, action: Tensor) -> Tensor:
        """The place of a point."""
        return from_square(action)

    def encode(self, lonlat: Tensor) -> Tensor:
        """The point of a place, to 2.4 m of longitude at the equator."""
        return to_square(lonlat).float()


class Cell(AnswerForm):
    """One cell of the sphere."""

    def space(self) -> spaces.Space[Any]:
        """The numbers of all cells of the level."""
        return spaces.Discrete(count_of(self.level))

    def decode(self, action: Tensor) -> Tensor:
        """Its middle."""
        return cells.centre(action, self.level)

    def encode(self, lonlat: Tensor) -> Tensor:
        """The cell that holds the place."""
        return cells.cell_of(lonlat, self.level)


class Scores(AnswerForm):
    """A score for every cell."""

    def space(self) -> spaces.Space[Any]:
        """Numbers of [0, 1], one a cell."""
        return spaces.Box(0.0, 1.0, (count_of(self.level),), np.float32)

    def decode(self, action: Tensor) -> Tensor:
        """The middle of the cell of the highest score, the first of several."""
        return cells.centre(action.argmax(1), self.level)

    def encode(self, lonlat: Tensor) -> Tensor:
        """1 for the cell that holds the place."""
        cell = cells.cell_of(lonlat, self.level)
        return torch.nn.functional.one_hot(cell, count_of(self.level)).float()

    def shares(self, action: Tensor) -> Tensor | None:
        """Scores by their sum; all alike where every one is 0."""
        scores = action.double()
        total = scores.sum(1, keepdim=True)
        return torch.where(total > 0, scores / total.clamp(min=1e-300), 1 / count_of(self.level))


class Words(LonLat):
    """Coordinates in words, or a name; see `read_answer`."""

    def space(self) -> spaces.Space[Any]:
        """Text."""
        return Spoken(LonLats(), read_answer, written)


FORMS: dict[str, type[AnswerForm]] = {
    "lonlat": LonLat,
    "square": Square,
    "cell": Cell,
    "scores": Scores,
    "text": Words,
}


def read_answer(text: str) -> NDArray[np.float64] | str:
    """The place that a text means, lonlat, or why it means none.

    Coordinates come first (see `vgym.data.earth.coordinates`), then names of the gazetteer, of
    which the most populous place is meant.

    >>> read_answer("48.86 N, 2.35 E").tolist(), read_answer("Lilliput")
    ([2.35, 48.86], "no place is called 'Lilliput'")
    """
    reading = read_place(text)
    if reading.lonlat is not None:
        return np.array(reading.lonlat)
    words = re.findall(r"[^\W\d_]+", text)
    if words and _NOT_A_NUMBER.issuperset(words):
        return "NaN is no place; the town is 'Nan, Thailand'"
    if words:
        number = int(earth.gazetteer().named(text)[0])
        if number >= 0:
            found: NDArray[np.float64] = earth.gazetteer().lonlat[number].copy()
            return found
        if not any(letter.isdigit() for letter in text):
            return f"no place is called {text.strip()!r:.60}"
    return reading.error


def written(lonlat: NDArray[np.float64]) -> str:
    """A place as text that is read as it, to a hundredth of a millimetre.

    >>> written(np.array([-2.5, 48.86]))
    '48.86 N, 2.5 W'
    """
    lon, lat = lonlat.tolist()
    return f"{_plain(abs(lat))} {'NS'[lat < 0]}, {_plain(abs(lon))} {'EW'[lon < 0]}"


def _plain(number: float) -> str:
    return f"{number:.10f}".rstrip("0").rstrip(".")


def cells_in_words(level: int, success_km: float) -> str:
    """Which cells are answered, and whether their middles are too few for some places.

    >>> cells_in_words(6, 200.0)
    'cells of level 6'
    >>> cells_in_words(0, 200.0)
    'cells of level 0, whose middles are up to 5,358 km off: some places none is right for'
    """
    words, off_km = f"cells of level {level}", cells.farthest_corner(level) / 1000
    if off_km <= success_km:
        return words
    return f"{words}, whose middles are up to {off_km:,.0f} km off: some places none is right for"


def count_of(level: int) -> int:
    """How many cells a level has.

    >>> count_of(2)
    192
    """
    return 12 << 2 * level


def to_square(lonlat: Tensor) -> Tensor:
    """Places as points of the equal-area square, Lambert's cylinder: x eastwards from 180 W, y
    northwards from the south pole.

    Args:
        lonlat: (..., 2) degrees.

    Returns:
        (..., 2) float64 in [0, 1].

    >>> to_square(torch.tensor([0.0, 30.0]))
    tensor([0.5000, 0.7500], dtype=torch.float64)
    """
    lon, lat = lonlat.double().unbind(-1)
    square = torch.stack(((lon + 180) / 360, ((lat * _RAD).sin() + 1) / 2), -1)
    return square.clamp(0, 1)


def from_square(square: Tensor) -> Tensor:
    """Undoes `to_square`.

    >>> from_square(torch.tensor([0.5, 0.75]))
    tensor([ 0.0000, 30.0000], dtype=torch.float64)
    """
    x, y = square.double().unbind(-1)
    return torch.stack((x * 360 - 180, (2 * y - 1).clamp(-1, 1).asin() / _RAD), -1)
