"""Metrics of one answer against one target a row: compiled loops over the rows on the CPU, in the
arithmetic of `place_metrics`, to the bit."""

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled_with
from vgym.geometry.boxes_numba import centre, distance, iou_and_giou, is_numbers


@compiled_with(error_model="numpy")
def metrics_kernel(
    answers: NDArray[np.float32],
    targets: NDArray[np.float32],
    sizes_hw: NDArray[np.float32],
    numbers: NDArray[np.float32],
    hit: NDArray[np.bool_],
) -> None:
    """Distance from the target's middle, and the overlap of boxes.

    Args:
        answers: (B, 2) xy or (B, 4) xyxy. targets: (B, 4). sizes_hw: (B, 2).
        numbers: (3, B) written: `distance_px`, `iou`, `giou`; of points the first alone.
        hit: (B,) written: whether the point, or the box's middle, is in the target.
    """
    boxes = answers.shape[1] == 4
    for b in range(len(answers)):
        x0, y0, x1, y1 = targets[b]
        x, y = answers[b, 0], answers[b, 1]
        if boxes:
            x, y = centre(x, answers[b, 2]), centre(y, answers[b, 3])
        hit[b] = x >= x0 and x <= x1 and y >= y0 and y <= y1
        away = distance(x - centre(x0, x1), y - centre(y0, y1))
        height, width = sizes_hw[b]
        numbers[0, b] = np.sqrt(height * height + width * width) if np.isnan(away) else away
        if boxes:
            iou, giou = np.float32(np.nan), np.float32(np.nan)
            a, t = answers[b], targets[b]
            if is_numbers(a) and is_numbers(t):
                iou, giou = iou_and_giou(a[0], a[1], a[2], a[3], t[0], t[1], t[2], t[3])
            numbers[1, b] = np.float32(0) if np.isnan(iou) else iou
            numbers[2, b] = np.float32(-1) if np.isnan(giou) else giou
