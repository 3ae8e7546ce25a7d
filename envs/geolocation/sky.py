"""What lies between a camera and the ground: the sun's light, clouds, and haze towards the limb.

All are soft, so they are worked out at the nodes of a view (clouds at four times as many) and lie
between them: of each colour what part of the ground's is seen, and what is added.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled_with
from vgym.envs.geolocation.lattice import CELL, EAST, shown

# The height of the sun (its sine) from which night begins to give way, and from which it is day.
_DARK, _DAY = -0.16, 0.12
_NIGHT = (0.34, 0.38, 0.52)  # of light that is left: a person must still tell where it is
_LOW_SUN = 0.3  # the sine of its height to which it is warmer
_WARM = (1.0, 0.86, 0.68)  # at the horizon
_CLOUD = (240.0, 243.0, 247.0)
_DENSE = 0.78  # how much a cloud hides at most
_HAZE = (150.0, 182.0, 222.0)
_AIR = 0.012  # Earth radii in which the glow beyond the limb fades
_OCTAVE_KM, _FINEST_PX = 1000.0, 12.0  # the largest clouds, and what the smallest are apart
_CLOUDY = 4  # parts of a cell, each way, between which clouds lie
_PERSISTS = 0.68  # how strong clouds of half the size are


@compiled_with(error_model="numpy")
def _light(height: float) -> tuple[float, float, float]:
    """How much of each colour is left under a sun of that height (its sine)."""
    day = min(max((height - _DARK) / (_DAY - _DARK), 0.0), 1.0)
    day = day * day * (3 - 2 * day)
    low = 1 - min(max(height / _LOW_SUN, 0.0), 1.0)
    red = _NIGHT[0] + (1 + (_WARM[0] - 1) * low - _NIGHT[0]) * day
    green = _NIGHT[1] + (1 + (_WARM[1] - 1) * low - _NIGHT[1]) * day
    blue = _NIGHT[2] + (1 + (_WARM[2] - 1) * low - _NIGHT[2]) * day
    return red, green, blue


@compiled_with(error_model="numpy")
def _hash(key: np.uint64, octave: int, x: int, y: int, z: int) -> float:
    """In [0, 1), of a corner of a lattice in space."""
    word = key ^ np.uint64(octave * 0x9E3779B1)
    word = (word ^ np.uint64(x & 0xFFFF)) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(29)) ^ np.uint64(y & 0xFFFF)) * np.uint64(0x94D049BB133111EB)
    word = (word ^ (word >> np.uint64(31)) ^ np.uint64(z & 0xFFFF)) * np.uint64(0x9E3779B97F4A7C15)
    word ^= word >> np.uint64(32)
    return float(word >> np.uint64(40)) / (1 << 24)


@compiled_with(error_model="numpy")
def _noise(key: np.uint64, octave: int, x: float, y: float, z: float) -> float:
    """Smooth noise in space, in [0, 1)."""
    i, j, k = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
    a, b, c = x - i, y - j, z - k
    a, b, c = a * a * (3 - 2 * a), b * b * (3 - 2 * b), c * c * (3 - 2 * c)
    total = 0.0
    for corner in range(8):
        right, up, near = corner & 1, corner >> 1 & 1, corner >> 2
        weight = (a if right else 1 - a) * (b if up else 1 - b) * (c if near else 1 - c)
        total += weight * _hash(key, octave, i + right, j + up, k + near)
    return total


@compiled_with(error_model="numpy")
def cover(key: np.uint64, clouds: float, octaves: int, x: float, y: float, z: float) -> float:
    """How much a cloud hides of a place on the unit sphere, from 0 to `_DENSE`.

    Args:
        key: which clouds. clouds: how much of the sky they cover. octaves: sizes of clouds.
    """
    if clouds <= 0:
        return 0.0
    total = square = 0.0
    weight, often = 1.0, 6371.0 / _OCTAVE_KM
    for octave in range(octaves):
        total += weight * (_noise(key, octave, x * often, y * often, z * often) - 0.5)
        square += weight * weight
        weight, often = weight * _PERSISTS, often * 2.03
        x, y, z = 0.8 * x - 0.6 * y, 0.6 * x + 0.8 * y, z
        y, z = 0.8 * y - 0.6 * z, 0.6 * y + 0.8 * z
    # About normal: 0.16 is the deviation of one octave.
    total /= 0.16 * np.sqrt(square)
    most = min(clouds, 0.999)
    from_here = 0.6 * np.log((1 - most) / most)
    share = min(max((total - from_here) / 1.2 + 0.15, 0.0), 1.0)
    return float(_DENSE * share * share * (3 - 2 * share))


@compiled_with(error_model="numpy")
def _veil(
    east: float,
    north: float,
    pole: float,
    facing: float,
    sun: NDArray[np.float64],
    key: np.uint64,
    clouds: float,
    octaves: int,
    found: NDArray[np.float64],
) -> None:
    """Write what part of the ground's colours is seen at a place, and what is added to each.

    Args:
        sun: (4,) where it is straight above, and whether its light counts.
    """
    hidden = cover(key, clouds, octaves, east, north, pole)
    haze = 1 - facing
    haze = 0.75 * haze * haze * haze
    red = green = blue = 1.0
    if sun[3] != 0:
        red, green, blue = _light(east * sun[0] + north * sun[1] + pole * sun[2])
    seen = (1 - hidden) * (1 - haze)
    found[0], found[1], found[2] = seen * red, seen * green, seen * blue
    hidden *= 1 - haze
    found[3] = (_CLOUD[0] * hidden + _HAZE[0] * haze) * red
    found[4] = (_CLOUD[1] * hidden + _HAZE[1] * haze) * green
    found[5] = (_CLOUD[2] * hidden + _HAZE[2] * haze) * blue


@compiled_with(error_model="numpy")
def _divided(
    frame: NDArray[np.float64], nodes: NDArray[np.float64], parts: int, width: int, height: int
) -> NDArray[np.float64]:
    """(rows + 1, columns + 1, 4) the unit vector at so many times as many nodes each way, and how
    squarely it is seen; NaN beyond the globe."""
    rows, columns = (nodes.shape[0] - 1) * parts, (nodes.shape[1] - 1) * parts
    found = np.empty((rows + 1, columns + 1, 4))
    for i in range(rows + 1):
        row = min(i // parts, nodes.shape[0] - 2)
        down = i / parts - row
        for j in range(columns + 1):
            column = min(j // parts, nodes.shape[1] - 2)
            over = j / parts - column
            for k in range(4):
                a, b = nodes[row, column, EAST + k], nodes[row, column + 1, EAST + k]
                c, d = nodes[row + 1, column, EAST + k], nodes[row + 1, column + 1, EAST + k]
                found[i, j, k] = (a + (b - a) * over) * (1 - down) + (c + (d - c) * over) * down
            if np.isnan(found[i, j, 0]):
                step = CELL / parts
                at = shown(frame, j * step / width - 0.5, (0.5 * height - i * step) / width)
                for k in range(4):
                    found[i, j, k] = at[EAST + k]
    return found


@compiled_with(error_model="numpy")
def veil(
    frame: NDArray[np.float64],
    nodes: NDArray[np.float64],
    sun: NDArray[np.float64],
    key: np.uint64,
    clouds: float,
    image: NDArray[np.uint8],
) -> None:
    """Put the sky before the ground of a view, and its glow beyond the limb.

    Args:
        frame, nodes: of the view; see `lattice`.
        sun: (4,) where it is straight above, a unit vector; and 1 if its light counts, else 0.
        key: which clouds. clouds: how much of the sky they cover. image: (h, w, 3).
    """
    height, width = image.shape[0], image.shape[1]
    finest = frame[11] * 6371.0 / width * _FINEST_PX
    octaves = max(1, int(np.log2(_OCTAVE_KM / finest)) + 1)
    parts = _CLOUDY if clouds > 0 else 1
    cell = CELL // parts
    nodes = _divided(frame, nodes, parts, width, height)
    rows, columns = -(-height // cell), -(-width // cell)
    veils = np.full((rows + 1, columns + 1, 6), np.nan)
    for i in range(rows + 1):
        for j in range(columns + 1):
            at = nodes[i, j]
            if not np.isnan(at[0]):
                _veil(at[0], at[1], at[2], at[3], sun, key, clouds, octaves, veils[i, j])
    one = np.empty(6)
    for row in range(rows):
        top, bottom = row * cell, min(row * cell + cell, height)
        for column in range(columns):
            left, right = column * cell, min(column * cell + cell, width)
            a, b = veils[row, column], veils[row, column + 1]
            c, d = veils[row + 1, column], veils[row + 1, column + 1]
            if np.isnan(a[0] + b[0] + c[0] + d[0]):
                for i in range(top, bottom):
                    for j in range(left, right):
                        x, y = (j + 0.5) / width - 0.5, (0.5 * height - i - 0.5) / width
                        at = shown(frame, x, y)
                        if np.isnan(at[0]):
                            _glow(frame, x, y, sun, image[i, j])
                        else:
                            _veil(at[2], at[3], at[4], at[5], sun, key, clouds, octaves, one)
                            for k in range(3):
                                value = image[i, j, k] * one[k] + one[3 + k]
                                image[i, j, k] = np.uint8(min(value + 0.5, 255.0))
                continue
            least = 1.0
            most = 0.0
            for k in range(3):
                least = min(least, min(min(a[k], b[k]), min(c[k], d[k])))
                most = max(most, max(max(a[3 + k], b[3 + k]), max(c[3 + k], d[3 + k])))
            if least > 0.998 and most < 0.5:
                continue
            for i in range(top, bottom):
                down = np.float32((i + 0.5 - top) / cell)
                line = image[i]
                for k in range(3):
                    gain0 = np.float32(a[k]) + np.float32(c[k] - a[k]) * down
                    gain1 = np.float32(b[k]) + np.float32(d[k] - b[k]) * down
                    more0 = np.float32(a[3 + k]) + np.float32(c[3 + k] - a[3 + k]) * down
                    more1 = np.float32(b[3 + k]) + np.float32(d[3 + k] - b[3 + k]) * down
                    gain_step = (gain1 - gain0) * np.float32(1 / cell)
                    more_step = (more1 - more0) * np.float32(1 / cell)
                    for j in range(right - left):
                        over = np.float32(j) + np.float32(0.5)
                        value = np.float32(line[left + j, k]) * (gain0 + gain_step * over)
                        value += more0 + more_step * over + np.float32(0.5)
                        line[left + j, k] = np.uint8(min(value, np.float32(255)))


@compiled_with(error_model="numpy")
def _glow(
    frame: NDArray[np.float64],
    x: float,
    y: float,
    sun: NDArray[np.float64],
    found: NDArray[np.uint8],
) -> None:
    """Write the colour of the air just beyond the limb; nothing is beyond a pinhole's horizon."""
    cos, sin, width = frame[9], frame[10], frame[11]
    right, raised = x * width, y * width + sin
    far = np.sqrt(right * right + raised * raised)
    thick = 0.75 * np.exp((1 - far) / _AIR)
    if frame[13] != 0 or thick < 0.002:
        return
    right, raised = right / far, raised / far
    ahead, height = raised * cos, raised * sin
    red = green = blue = 1.0
    if sun[3] != 0:
        lit = 0.0
        for k in range(3):
            axis = right * frame[k] + ahead * frame[3 + k] + height * frame[6 + k]
            lit += axis * sun[k]
        red, green, blue = _light(lit)
    found[0] = np.uint8(_HAZE[0] * red * thick)
    found[1] = np.uint8(_HAZE[1] * green * thick)
    found[2] = np.uint8(_HAZE[2] * blue * thick)
