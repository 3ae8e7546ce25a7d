"""Boards of many small coloured shapes, of which one alone has the asked shape and colour."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, stream, uniform
from vgym.core.task import Limit
from vgym.core.text import Vocabulary
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.types import MOST_CHOICES, Asked, ZoomConfig, nothing_asked

SHAPE_NAMES = ("circle", "square", "triangle", "cross")
COLOUR_NAMES = ("red", "green", "blue", "yellow", "purple", "white")
_COLOURS = np.array(
    [(220, 40, 40), (40, 170, 60), (50, 80, 220), (235, 205, 40), (150, 50, 180), (250, 250, 250)],
    np.float32,
)
_CELL = 128.0  # pixels of the whole; each cell holds one shape
_LEGIBLE_PX = 10.0
_TARGET, _SIDE, _SHAPE = stream("target"), stream("side"), stream("shape")
_COLOUR, _SIZE, _X, _Y = stream("colour"), stream("size"), stream("x"), stream("y")
_WHERE, _GROUND = stream("where"), stream("ground")


class Shapes(ZoomSource):
    """Boards of 4,096 to 8,192 pixels a side; each is a function of its key."""

    def __init__(self, config: ZoomConfig) -> None:
        self.config = config
        self.chooses = config.answer == "choice"
        texts = [_text(s, c, self.chooses) for s in range(4) for c in range(6)]
        words = [text.replace("?", " ?").replace(",", " ,").split() for text in texts]
        self.vocabulary = Vocabulary(word for each in words for word in each)
        self.length = max(map(len, words))
        self.texts = texts
        self._tokens = np.stack([self.vocabulary.encode(t, self.length) for t in texts])

    def reset(self, keys: NDArray[np.uint64]) -> Asked:
        """A board and a question for each key."""
        whole, boxes, drawn = _boards(keys)
        shape, colour = drawn[:, 0], drawn[:, 1]
        question = shape * 6 + colour
        fields = nothing_asked(len(keys), self.length)
        fields |= {
            "picture": torch.from_numpy(keys.astype(np.int64)),
            "whole_hw": torch.from_numpy(np.repeat(whole[:, None], 2, 1)),
            "question": torch.from_numpy(question),
            "tokens": torch.from_numpy(self._tokens[question]),
            "target_boxes": torch.from_numpy(boxes[:, None]),
            "legible_px": torch.full((len(keys),), _LEGIBLE_PX),
        }
        if self.chooses:
            fields["choices"] = torch.full((len(keys),), MOST_CHOICES)
            fields["right"] = torch.from_numpy(colour)
            fields["kind"] = torch.full((len(keys),), 2)
        return Asked(**fields)

    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """Cell by cell, from the key alone."""
        keys = asked.picture.numpy()[rows].astype(np.uint64)
        _paint(keys, asked.whole_hw.numpy()[rows, 0], windows, images, _COLOURS)

    def instructions(self, asked: Asked, rows: list[int]) -> list[str]:
        """What to find."""
        return [self.texts[question] for question in asked.question[rows].tolist()]

    def limits(self, asked: Asked) -> Iterator[Limit]:
        """Of questions; any number is a board."""
        yield Limit("picture", -(2.0**63), 2.0**63)
        yield Limit("question", 0, len(self.texts) - 1)


def _text(shape: int, colour: int, chooses: bool) -> str:
    if not chooses:
        return f"find the {COLOUR_NAMES[colour]} {SHAPE_NAMES[shape]}"
    options = ", ".join(f"{i + 1} {name}" for i, name in enumerate(COLOUR_NAMES))
    return f"what colour is the only {SHAPE_NAMES[shape]}? {options}"


@compiled
def _side(key: np.uint64) -> float:
    return _CELL * (32 + below(key, _SIDE, 0, 33))


@compiled
def _thing(key: np.uint64, cells: int, column: int, row: int) -> tuple[float, ...]:
    """Shape, colour, middle and half side of the thing in a cell."""
    index = row * cells + column
    target = below(key, _WHERE, 0, cells * cells)
    shape, colour = below(key, _TARGET, 0, 4), below(key, _TARGET, 1, 6)
    half = 4.0 + 8.0 * uniform(key, _SIZE, index)
    x = (column + 0.2 + 0.6 * uniform(key, _X, index)) * _CELL
    y = (row + 0.2 + 0.6 * uniform(key, _Y, index)) * _CELL
    if index != target:
        shape = (shape + 1 + below(key, _SHAPE, index, 3)) % 4
        colour = below(key, _COLOUR, index, 6)
    return float(shape), float(colour), x, y, half


@compiled
def _boards(
    keys: NDArray[np.uint64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Sides (k,), target boxes (k, 4), and shape and colour (k, 2)."""
    whole = np.empty(len(keys))
    boxes = np.empty((len(keys), 4))
    drawn = np.empty((len(keys), 2), np.int64)
    for i in range(len(keys)):
        whole[i] = _side(keys[i])
        cells = int(whole[i] / _CELL)
        index = below(keys[i], _WHERE, 0, cells * cells)
        shape, colour, x, y, half = _thing(keys[i], cells, index % cells, index // cells)
        boxes[i] = (x - half, y - half, x + half, y + half)
        drawn[i] = (int(shape), int(colour))
    return whole, boxes, drawn


@compiled
def _paint(
    keys: NDArray[np.uint64],
    sides: NDArray[np.float64],
    windows: NDArray[np.float64],
    images: NDArray[np.uint8],
    colours: NDArray[np.float32],
) -> None:
    height, width = images.shape[1], images.shape[2]
    for k in range(len(keys)):
        cells = int(sides[k] / _CELL)
        x0, y0, x1, y1 = windows[k]
        scale = (x1 - x0) / width
        ground = 70.0 + 40.0 * uniform(keys[k], _GROUND, 0)
        images[k] = int(ground)
        first_column, last_column = max(0, int(x0 / _CELL)), min(cells - 1, int(x1 / _CELL))
        first_row, last_row = max(0, int(y0 / _CELL)), min(cells - 1, int(y1 / _CELL))
        for row in range(first_row, last_row + 1):
            for column in range(first_column, last_column + 1):
                shape, colour, x, y, half = _thing(keys[k], cells, column, row)
                left, right = int((x - half - x0) / scale) - 1, int((x + half - x0) / scale) + 1
                top, bottom = int((y - half - y0) / scale) - 1, int((y + half - y0) / scale) + 1
                for i in range(max(0, top), min(height - 1, bottom) + 1):
                    for j in range(max(0, left), min(width - 1, right) + 1):
                        cover = 0.0
                        for si in range(4):
                            for sj in range(4):
                                u = (x0 + (j + (sj + 0.5) / 4) * scale - x) / half
                                v = (y0 + (i + (si + 0.5) / 4) * scale - y) / half
                                cover += _inside(int(shape), u, v)
                        share = cover / 16
                        for c in range(3):
                            mixed = images[k, i, j, c] * (1 - share)
                            mixed += colours[int(colour), c] * share
                            images[k, i, j, c] = int(mixed + 0.5)


@compiled
def _inside(shape: int, u: float, v: float) -> float:
    if abs(u) > 1 or abs(v) > 1:
        return 0.0
    if shape == 0:
        return 1.0 if u * u + v * v <= 1 else 0.0
    if shape == 1:
        return 1.0
    if shape == 2:
        return 1.0 if abs(u) <= (v + 1) / 2 else 0.0
    return 1.0 if abs(u) <= 0.3 or abs(v) <= 0.3 else 0.0
