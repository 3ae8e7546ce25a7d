"""Names of the colours of controls, given only where nobody would say another."""

from __future__ import annotations

import colorsys

_LEAST_SATURATION, _LEAST_VALUE = 0.45, 0.45
# Hue in degrees: name, from, to; between the spans people disagree.
_SPANS = (
    ("red", -12, 8),
    ("orange", 20, 40),
    ("yellow", 46, 62),
    ("green", 85, 160),
    ("turquoise", 170, 186),
    ("blue", 200, 236),
    ("purple", 256, 292),
    ("pink", 318, 340),
)
_DOUBT = 14  # degrees beyond a span in which a colour may still be called by its name


def surely(colour: tuple[int, int, int]) -> str:
    """The name of a clear colour, "" for grey, pale, dark and doubtful ones.

    >>> surely((220, 30, 40)), surely((13, 110, 253)), surely((240, 240, 245))
    ('red', 'blue', '')
    """
    hue, saturation, value = _hsv(colour)
    if saturation < _LEAST_SATURATION + 0.1 or value < _LEAST_VALUE + 0.1:
        return ""
    return next((name for name, start, end in _SPANS if _within(hue, start, end)), "")


def perhaps(colour: tuple[int, int, int]) -> frozenset[str]:
    """Every name that somebody might give the colour."""
    hue, saturation, value = _hsv(colour)
    if saturation < _LEAST_SATURATION - 0.25 or value < _LEAST_VALUE - 0.25:
        return frozenset()
    return frozenset(
        name for name, start, end in _SPANS if _within(hue, start - _DOUBT, end + _DOUBT)
    )


def _within(hue: float, start: float, end: float) -> bool:
    return (hue - start) % 360 <= end - start


def _hsv(colour: tuple[int, int, int]) -> tuple[float, float, float]:
    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))
    return hue * 360, saturation, value
