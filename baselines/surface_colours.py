"""Colours of lit surfaces as few bins, and heights as bands: what pixels are compared by."""

from __future__ import annotations

from vgym.compiled import compiled

GREYS, HUES = 8, 18
BINS = GREYS + HUES * 2 * 3
BANDS = 10
BAND_M = 0.25

_GREY = 0.18  # saturation below which a colour has no hue


@compiled
def colour_bin(red: float, green: float, blue: float) -> int:
    """The bin of a colour, of 0 to 255 or more: 0 to BINS - 1."""
    most, least = max(red, green, blue), min(red, green, blue)
    spread = most - least
    if most <= 30 or spread < _GREY * most:
        return min(int(most * GREYS / 256), GREYS - 1)
    if most == red:
        hue = (green - blue) / spread % 6
    elif most == green:
        hue = (blue - red) / spread + 2
    else:
        hue = (red - green) / spread + 4
    sector = min(int(hue * HUES / 6), HUES - 1)
    vivid = 1 if spread > 0.5 * most else 0
    light = min(int(most * 3 / 256), 2)
    return GREYS + (sector * 2 + vivid) * 3 + light


@compiled
def band_of(height: float) -> int:
    """The band of a height in metres: 0 to BANDS - 1."""
    return min(max(int(height * 4), 0), BANDS - 1)
