"""What agents compute the fast way is what the plain way says."""

from __future__ import annotations

import numpy as np
import pytest

from vgym.baselines.blobs import _counted, _sum
from vgym.baselines.controls import _EDGE, _changes
from vgym.baselines.recognising import _weighed
from vgym.core.opencv import cv2


@pytest.mark.parametrize("filled", [0, 1, 40, 300])
def test_looks_are_weighed_as_a_product_of_matrices(filled: int) -> None:
    draws = np.random.default_rng(filled)
    seen, looks = np.zeros(300, np.float32), draws.normal(size=(300, 70)).astype(np.float32)
    seen[draws.permutation(300)[:filled]] = draws.integers(1, 60, filled)
    wanted = seen.astype(np.float64) @ looks.astype(np.float64)
    np.testing.assert_allclose(_weighed(seen, looks), wanted, rtol=1e-5, atol=2e-3)


def test_channels_are_summed_to_the_last_bit() -> None:
    channels = np.random.default_rng(0).random((40, 50, 3), np.float32) * 255
    np.testing.assert_array_equal(_sum(channels), channels.sum(-1))
    length = np.sqrt(_sum(channels * channels))
    np.testing.assert_array_equal(length, np.linalg.norm(channels, axis=-1))


def test_edges_are_where_the_channel_that_changes_most_does() -> None:
    picture = np.random.default_rng(0).integers(0, 30, (40, 50, 3), np.uint8)
    for shape in ((3, 3), (2, 1), (1, 2)):
        change = cv2.morphologyEx(picture, cv2.MORPH_GRADIENT, np.ones(shape, np.uint8))
        np.testing.assert_array_equal(_changes(picture, shape), np.asarray(change).max(-1) > _EDGE)


def test_pixels_are_counted_by_label_and_mask() -> None:
    draws = np.random.default_rng(0)
    labels, masks = draws.integers(0, 5, 200, np.int32), draws.random((3, 200)) < 0.4
    wanted = [[int((mask & (labels == k)).sum()) for mask in masks] for k in range(6)]
    np.testing.assert_array_equal(_counted(labels, masks, 6), wanted)
