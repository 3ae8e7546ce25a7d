"""What is looked at is sharp, and what is not is blurred as an eye's resolution falls."""

import numpy as np
import pytest
import torch
from rollouts import make_vec

from vgym.envs.zoom.foveation import FIELD, HALVED, acuity, foveate
from vgym.envs.zoom.moves import MOVES


def test_acuity_is_halved_where_it_should_be() -> None:
    side = 200
    halved = torch.tensor(HALVED / FIELD * side)
    assert acuity(torch.stack((halved * 0, halved, halved * 3)), (100, side)).tolist() == (
        pytest.approx([1.0, 0.5, 0.25])
    )


def test_contrast_falls_from_the_fixation_on() -> None:
    stripes = np.zeros((1, 96, 192, 3), np.uint8)
    stripes[:, :, ::2] = 200
    foveate(stripes, np.array([[32.5, 48.5]]))
    assert set(np.unique(stripes[0, 48, 32])) <= {0, 200}
    contrast = [int(np.ptp(stripes[0, 48, x : x + 4].astype(int))) for x in (32, 40, 52, 90, 160)]
    assert contrast == sorted(contrast, reverse=True) and contrast[0] > 150 and contrast[-1] < 8


def test_brightness_is_kept_and_plain_pictures_stay_as_they_are() -> None:
    plain = np.full((2, 37, 51, 3), 133, np.uint8)
    foveate(plain, np.array([[-20.0, 5.0], [25.0, 1000.0]]))
    assert (plain == 133).all()
    noise = np.random.default_rng(0).integers(0, 256, (1, 128, 128, 3), dtype=np.uint8)
    before = noise.mean()
    foveate(noise, np.array([[64.0, 64.0]]))
    assert abs(noise.mean() - before) < 1.5


def test_a_saccade_in_the_whole_moves_what_is_sharp() -> None:
    envs = make_vec("VZoom-v0", 2, observation="foveated", image_size=128, expose="truth")
    first, _ = envs.reset(seed=0)
    np.testing.assert_array_equal(first["image"], first["overview"])
    pan = np.array([[(MOVES.index("pan") + 0.5) / 6, x, 0.2, 0, 0] for x in (0.1, 0.9)], np.float32)
    seen, _, _, _, info = envs.step(pan)
    np.testing.assert_array_equal(seen["view"], first["view"])
    np.testing.assert_array_equal(seen["image"], seen["overview"])
    assert not np.array_equal(seen["image"], first["image"])
    corner, side = first["view"][:, :2], first["view"][:, 2:] - first["view"][:, :2]
    looked_at = corner + side * np.array([[0.1, 0.2], [0.9, 0.2]])
    np.testing.assert_allclose(info["fixations"][:, 0], looked_at, atol=1e-6)
