"""Pictures of VGeoMatch for people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.core.captions import PAPER

_GAP = 6  # pixels


def beside(answered: NDArray[np.uint8], crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The crop to the left of the answered tile.

    Args:
        answered: (H, W, 3). crop: (h, w, 3), at most as high.

    Returns:
        (H, w + W + a gap, 3) uint8.
    """
    height, width = crop.shape[:2]
    canvas = np.empty((len(answered), width + _GAP + answered.shape[1], 3), np.uint8)
    canvas[:] = PAPER
    canvas[:height, :width] = crop
    canvas[:, width + _GAP :] = answered
    return canvas
