"""The frames that dialects write numbers in, and what is lost by writing whole numbers there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Frame:
    """What a number stands for.

    Args:
        name: for people.
        units: how many of them a side has; 0 for pixels of the picture that the model sees.
        step: numbers are written as multiples of it, units; 0 in full.
        top: the largest number that is written; infinite for no limit.
        floored: written numbers are rounded down and mean the middle of their bin.
        digits: numbers are written with so many at least, by zeros in front.
    """

    name: str
    units: float
    step: float = 1.0
    top: float = math.inf
    floored: bool = False
    digits: int = 0

    @property
    def decimals(self) -> int:
        """Digits behind the point, as many as the step has."""
        return max(0, round(-math.log10(self.step))) if self.step else 17

    def text(self, number: float) -> str:
        """A number as it is written; in full: with as many digits as tell it from all others."""
        if not self.step:
            return np.format_float_positional(number, trim="-")
        return f"{number:0{self.digits}.{self.decimals}f}"

    def to_fractions(
        self, numbers: NDArray[np.float64], size_hw: tuple[int, int]
    ) -> NDArray[np.float64]:
        """Numbers (..., 2 or 4), x first, as fractions of the picture that the model sees."""
        if self.units:
            return (numbers + self.step / 2 if self.floored else numbers) / self.units
        sides = np.array([size_hw[1], size_hw[0]] * (numbers.shape[-1] // 2), np.float64)
        fractions: NDArray[np.float64] = numbers / sides
        return fractions

    def written(
        self, fractions: NDArray[np.float64], size_hw: tuple[int, int]
    ) -> NDArray[np.float64]:
        """Fractions (..., 2 or 4), x first, as the numbers that are written: on steps, within the
        frame."""
        sides = np.array([size_hw[1], size_hw[0]] * (fractions.shape[-1] // 2), np.float64)
        if self.units:
            sides[:] = self.units
        numbers = fractions * sides
        if self.step:
            whole = numbers / self.step
            # A fraction that was computed lies next to its bin as often as in it.
            whole = np.floor(whole + 1e-9) if self.floored else np.round(whole)
            numbers = whole * self.step
        return np.clip(numbers, 0.0, np.minimum(self.top, sides))


def cells_of_corners(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kosmos-2's cells of a box's corners: the lower one is the last that the box reaches into.

    Args:
        fractions: (..., 4) x0, y0, x1, y1 of the sides.

    Returns:
        (..., 4) whole numbers from 0 to 31. Source: transformers, processing_kosmos2.py.
    """
    first = np.floor(fractions[..., :2] * 32 + 1e-9)
    last = np.ceil(fractions[..., 2:] * 32 - 1 - 1e-9)
    cells: NDArray[np.float64] = np.clip(np.concatenate((first, last), -1), 0, 31)
    return cells


def corners_of_cells(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """The box that two cells mean: whole cells where they share a row or a column, else from the
    middle of one to that of the other. The inverse of `cells_of_corners` but for rounding."""
    first, last = cells[..., :2], cells[..., 2:]
    whole = (first == last).any(-1, keepdims=True)
    return np.concatenate((first + 0.5 * ~whole, last + np.where(whole, 1.0, 0.5)), -1) / 32


PIXELS = Frame("pixels", 0)
FINE_PIXELS = Frame("pixels", 0, 0.1)
THOUSANDTHS = Frame("0-1000", 1000)
THOUSAND_CLIPPED = Frame("0-999", 1000, top=999)
THREE_DIGITS = Frame("0-999", 1000, top=999, digits=3)
OF_999 = Frame("0-999", 999)
THOUSAND_BINS = Frame("1000 bins", 1000, top=999, floored=True)
BINS_1024 = Frame("1024 bins", 1024, top=1023, digits=4)
CELLS_32 = Frame("32 cells", 32, top=31, floored=True)
PERCENT = Frame("percent", 100, 0.1)
THREE_DECIMALS = Frame("fraction", 1, 0.001)
TWO_DECIMALS = Frame("fraction", 1, 0.01)
