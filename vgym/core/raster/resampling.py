"""The CPU path of zoom windows: a part of one picture at another size, between pixels exactly.

Lines are mixed whole, many pixels in one instruction; pixels within a line are fetched one by one,
which takes longest. So where a picture is shrunk its lines are mixed first, fewer being left; where
it is enlarged they are mixed last, fewer being there yet.
"""

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled


@compiled
def resample(
    source: NDArray[np.uint8],
    window: NDArray[np.float64],
    limits: NDArray[np.int64],
    antialias: bool,
    out: NDArray[np.uint8],
) -> None:
    """Show a window of a picture.

    Args:
        source: (H, W, 3), contiguous.
        window: (4,) start x, start y, width, height: pixels of ``source``; sides above 0.
        limits: (4,) first and last column, first and last row that may be read, within the picture;
            what lies beyond shows the nearest of them.
        antialias: average over what is shrunk by triangles as wide as the shrinking asks; without,
            mix the two nearest pixels each way.
        out: (h, w, 3), written.
    """
    height, width = out.shape[0], out.shape[1]
    left, across = _taps(window[0], window[2], limits[0], limits[1], width, antialias)
    top, down = _taps(window[1], window[3], limits[2], limits[3], height, antialias)
    lines = source.reshape(source.shape[0], -1)
    if across.shape[1] == 2:
        begin = 3 * left[0]
        places, share = _each_channel(left, across, begin)
        length = places[-1] + np.uint64(4)  # one pixel more, whose share is 0 where there is none
        end = min(begin + np.int64(length), 3 * limits[1] + 3)
        rows = top[height - 1] + 2 - top[0]
        if down.shape[1] == 2 and rows < height:
            _enlarge(lines[:, begin:end], top, down, limits[3], places, share, rows, out)
        else:
            mixed = np.zeros(length, np.float32)
            for y in range(height):
                _mix_lines(lines[:, begin:end], top[y], down[y], limits[3], mixed)
                _mix_pairs(mixed, places, share, out[y].reshape(-1))
    else:
        begin = 3 * left[0]
        end = 3 * min(left[width - 1] + across.shape[1], limits[1] + 1)
        mixed = np.zeros(end - begin + 3 * across.shape[1], np.float32)
        for y in range(height):
            _mix_lines(lines[:, begin:end], top[y], down[y], limits[3], mixed)
            _mix_columns(mixed, 3 * left - begin, across, out[y].reshape(-1))


@compiled
def _taps(
    start: float, side: float, first: int, last: int, count: int, antialias: bool
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Along one axis: the first source pixel (count,) and the weights from it on (count, n)."""
    scale = side / count
    reach = max(scale, 1.0) if antialias else 1.0
    taps = 2 if reach == 1.0 else int(np.ceil(2 * reach)) + 1
    begin = np.empty(count, np.int64)
    weights = np.zeros((count, taps), np.float32)
    for k in range(count):
        centre = min(max(start + (k + 0.5) * scale, first + 0.5), last + 0.5)
        begin[k] = max(int(np.floor(centre + 0.5 - reach)), first)
        total = 0.0
        for t in range(taps):
            pixel = begin[k] + t
            if pixel <= last:
                weight = max(0.0, 1.0 - abs(pixel + 0.5 - centre) / reach)
                weights[k, t] = weight
                total += weight
        for t in range(taps):
            weights[k, t] /= total
    return begin, weights


@compiled
def _each_channel(
    left: NDArray[np.int64], across: NDArray[np.float32], begin: int
) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    """For each value of a shown line: where it is fetched, and the share of the pixel after it."""
    # Without a sign: numba would look at each whether it counts from the end.
    places = np.empty(3 * len(left), np.uint64)
    share = np.empty(3 * len(left), np.float32)
    for x in range(len(left)):
        for c in range(3):
            places[3 * x + c] = 3 * left[x] - begin + c
            share[3 * x + c] = across[x, 1]
    return places, share


@compiled
def _enlarge(
    lines: NDArray[np.uint8],
    top: NDArray[np.int64],
    down: NDArray[np.float32],
    last: int,
    places: NDArray[np.uint64],
    share: NDArray[np.float32],
    rows: int,
    out: NDArray[np.uint8],
) -> None:
    wide = np.empty((rows, len(places)), np.float32)
    line = np.zeros(lines.shape[1] + 3, np.float32)
    for row in range(rows):
        source, target = lines[min(top[0] + row, last)], wide[row]
        for n in range(len(source)):
            line[n] = source[n]
        for n in range(len(places)):
            near, far = line[places[n]], line[places[n] + np.uint64(3)]
            target[n] = near + (far - near) * share[n]
    for y in range(len(top)):
        first, second = wide[top[y] - top[0]], wide[top[y] - top[0] + 1]
        shown, weight = out[y].reshape(-1), down[y, 1]
        for n in range(len(shown)):
            mix = first[n] + (second[n] - first[n]) * weight
            # By way of int32: of a float itself the processor makes a byte in more steps.
            shown[n] = np.uint8(np.int32(mix + np.float32(0.5)))


@compiled
def _mix_lines(
    lines: NDArray[np.uint8],
    top: int,
    weights: NDArray[np.float32],
    last: int,
    mixed: NDArray[np.float32],
) -> None:
    length = lines.shape[1]
    first, second = lines[top], lines[min(top + 1, last)]
    one, two = weights[0], weights[1]
    for n in range(length):
        mixed[n] = np.float32(first[n]) * one + np.float32(second[n]) * two
    for t in range(2, weights.shape[0]):
        if weights[t] != 0:
            line, weight = lines[min(top + t, last)], weights[t]
            for n in range(length):
                mixed[n] += np.float32(line[n]) * weight


@compiled
def _mix_pairs(
    mixed: NDArray[np.float32],
    places: NDArray[np.uint64],
    share: NDArray[np.float32],
    line: NDArray[np.uint8],
) -> None:
    for n in range(line.shape[0]):
        near, far = mixed[places[n]], mixed[places[n] + np.uint64(3)]
        line[n] = np.uint8(np.int32(near + (far - near) * share[n] + np.float32(0.5)))


@compiled
def _mix_columns(
    mixed: NDArray[np.float32],
    places: NDArray[np.int64],
    across: NDArray[np.float32],
    line: NDArray[np.uint8],
) -> None:
    half, most = np.float32(0.5), np.float32(255)
    for x in range(across.shape[0]):
        place = np.uint64(places[x])
        red = green = blue = half
        for t in range(across.shape[1]):
            weight = across[x, t]
            red += mixed[place] * weight
            green += mixed[place + np.uint64(1)] * weight
            blue += mixed[place + np.uint64(2)] * weight
            place += np.uint64(3)
        line[3 * x] = np.uint8(np.int32(min(red, most)))
        line[3 * x + 1] = np.uint8(np.int32(min(green, most)))
        line[3 * x + 2] = np.uint8(np.int32(min(blue, most)))
