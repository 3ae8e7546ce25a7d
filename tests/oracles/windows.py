"""Windows of VZoom in exact fractions, one at a time."""

from __future__ import annotations

from fractions import Fraction

Window = tuple[Fraction, Fraction, Fraction, Fraction]


def root(whole_hw: tuple[int, int], size_hw: tuple[int, int]) -> Window:
    """The smallest window of the picture's aspect around the whole."""
    scale = max(Fraction(whole_hw[0], size_hw[0]), Fraction(whole_hw[1], size_hw[1]))
    wide, high = size_hw[1] * scale, size_hw[0] * scale
    x, y = (whole_hw[1] - wide) / 2, (whole_hw[0] - high) / 2
    return (x, y, x + wide, y + high)


def to_whole(xy: tuple[float, float], window: Window) -> tuple[Fraction, Fraction]:
    """A fraction of a view as a place in the whole."""
    x0, y0, x1, y1 = window
    return x0 + Fraction(xy[0]) * (x1 - x0), y0 + Fraction(xy[1]) * (y1 - y0)


def moved(
    kind: str, numbers: list[float], window: Window, stack: list[Window], first: Window
) -> Window:
    """The window after a move; `stack` is changed."""
    a, b = to_whole((numbers[0], numbers[1]), window), to_whole((numbers[2], numbers[3]), window)
    wide = window[2] - window[0]
    middle = ((window[0] + window[2]) / 2, (window[1] + window[3]) / 2)
    if kind == "undo":
        return stack.pop() if stack else window
    if kind == "answer":
        return window
    if kind == "zoom":
        aspect = (first[3] - first[1]) / (first[2] - first[0])
        side = max(abs(b[0] - a[0]), abs(b[1] - a[1]) / aspect)
        there = _within(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), side, first)
    elif kind == "about":
        there = _within(a, wide / 2, first)
    elif kind == "pan":
        there = _within(a, wide, first)
    else:
        there = _within(middle, wide * 2, first)
    if there != window:
        stack.append(window)
    return there


def _within(centre: tuple[Fraction, Fraction], wide: Fraction, first: Window) -> Window:
    whole_wide, whole_high = first[2] - first[0], first[3] - first[1]
    least = Fraction(8) * whole_wide / min(whole_wide, whole_high)
    wide = min(max(wide, least), whole_wide)
    high = wide * whole_high / whole_wide
    x = min(max(centre[0] - wide / 2, first[0]), first[2] - wide)
    y = min(max(centre[1] - high / 2, first[1]), first[3] - high)
    return (x, y, x + wide, y + high)
