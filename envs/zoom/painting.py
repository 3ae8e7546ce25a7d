"""Pictures of windows: painted by the source on the CPU, grey where there is no whole."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.core.letterbox import PADDING
from vgym.core.row_pictures import put_pictures
from vgym.core.state import fields_of
from vgym.envs.zoom.foveation import foveate
from vgym.envs.zoom.metrics import fixation
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.types import LookConfig, State
from vgym.envs.zoom.windows import to_view
from vgym.row_threads import over_rows


class Painter:
    """Paints windows of wholes.

    Args:
        source: what paints them. config: of the pictures.
    """

    def __init__(self, source: ZoomSource, config: LookConfig) -> None:
        self.source = source
        self.config, self.size_hw = config, config.size_hw

    def paint(self, state: State, windows: Tensor, images: Tensor, rows: Tensor | None) -> None:
        """Paint windows (B, 4) of states into images (B, h, w, 3), all rows or the given."""
        if rows is None:
            rows = torch.arange(len(images), device=images.device)
        if not len(rows):
            return
        straight = images.device.type == "cpu" and len(rows) == len(images)
        straight = straight and images.is_contiguous() and bool((rows.diff() > 0).all())
        if straight:
            painted = images.numpy()
        else:
            painted = np.empty((len(rows), *self.size_hw, 3), np.uint8)
        self._views(_on_cpu(state), rows.cpu(), windows[rows].cpu(), painted)
        if not straight:
            put_pictures(images, rows, painted)

    def many(self, state: State, windows: Tensor) -> NDArray[np.uint8]:
        """Windows (n, 4) of the whole of a state of one row: (n, h, w, 3) uint8."""
        painted = np.empty((len(windows), *self.size_hw, 3), np.uint8)
        rows = torch.zeros(len(windows), dtype=torch.int64)
        self._views(_on_cpu(state), rows, windows.cpu(), painted)
        return painted

    def _views(
        self, state: State, rows: Tensor, windows: Tensor, images: NDArray[np.uint8]
    ) -> None:
        """Paint windows (k, 4) of the wholes of k rows into images (k, h, w, 3)."""
        numbers, places = rows.numpy(), windows.numpy()
        wholes = state.whole_hw.numpy()[numbers]

        def paint(part: slice) -> None:
            self.source.paint(state, numbers[part], places[part], images[part])
            _grey_beyond(places[part], wholes[part], images[part])

        if self.source.threaded:
            over_rows(paint, len(numbers), 2 * images.shape[1] * images.shape[2])
        else:
            paint(slice(0, len(numbers)))
        if self.config.observation == "foveated":
            height, width = self.size_hw
            looked = to_view(fixation(state, self.config)[rows], windows)
            foveate(images, (looked * torch.tensor([width, height])).numpy())


def _on_cpu(state: State) -> State:
    if state.picture.device.type == "cpu":
        return state
    return type(state)(**{name: tensor.cpu() for name, tensor in fields_of(state)})


@compiled
def _grey_beyond(
    windows: NDArray[np.float64], whole_hw: NDArray[np.float64], images: NDArray[np.uint8]
) -> None:
    """Paint grey every pixel whose middle lies beyond the whole."""
    height, width = images.shape[1], images.shape[2]
    for k in range(images.shape[0]):
        x0, y0, x1, y1 = windows[k]
        across, down = (x1 - x0) / width, (y1 - y0) / height
        if x0 >= 0 and y0 >= 0 and x1 <= whole_hw[k, 1] and y1 <= whole_hw[k, 0]:
            continue
        for i in range(height):
            y = y0 + (i + 0.5) * down
            beyond = y < 0 or y > whole_hw[k, 0]
            for j in range(width):
                x = x0 + (j + 0.5) * across
                if beyond or x < 0 or x > whole_hw[k, 1]:
                    for c in range(3):
                        images[k, i, j, c] = PADDING
