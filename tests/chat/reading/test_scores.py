"""Boxes that are written in any dialect are paid the same, to the dialect's own rounding."""

from typing import Any

import gymnasium
import numpy as np

import vgym  # noqa: F401  registers the ids
from vgym.chat import dialect, dialects

ROWS = 16


def overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU of boxes side by side, by hand."""
    low, high = np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), 1)
    areas = [np.prod(each[:, 2:] - each[:, :2], 1) for each in (a, b)]
    return np.asarray(shared / (areas[0] + areas[1] - shared))


def test_the_same_boxes_in_every_dialect() -> None:
    envs: Any = gymnasium.make_vec("VGround-v0", num_envs=ROWS, image_size=256, difficulty=0.5)
    size_hw = (256, 256)
    envs.reset(seed=5)
    truth = np.sort(envs.unwrapped.oracle().reshape(ROWS, 2, 2), 1).reshape(ROWS, 4) * 256.0
    sides = truth[:, 2:] - truth[:, :2]
    shift = np.random.default_rng(0).uniform(-0.2, 0.2, (ROWS, 4)) * np.tile(sides, 2)
    boxes = np.clip(truth + shift, 0, 256)
    exact = overlap(boxes, truth)
    assert 0.3 < exact.mean() < 0.9
    compared = 0
    for name in dialects():
        row = dialect(name, resize="qwen2.5-vl") if name == "mimo-vl" else dialect(name)
        if row.box is None:
            continue
        read = [row.read(row.write(box, size_hw=size_hw), size_hw=size_hw) for box in boxes]
        assert not any(each.error for each in read), name
        found = np.concatenate([each.boxes for each in read])
        envs.reset(seed=5)
        info = envs.step((np.clip(found, 0, 256) / 256).astype(np.float32))[4]
        iou = np.asarray(info["final_info"]["iou"] if "final_info" in info else info["iou"])
        np.testing.assert_allclose(iou, overlap(found, truth), atol=1e-4, err_msg=name)
        # A side that misses by d of s costs at most about d / s, twice for two sides of it.
        unit = row.frame.step * 256 / (row.frame.units or row.shown_size(size_hw)[0])
        assert (np.abs(iou - exact) <= 2 * (unit / sides).sum(1) + 1e-3).all(), name
        compared += 1
    assert compared > 20
    envs.close()
