"""The agent that matches templates: finds what was cut out, turned and recoloured."""

import numpy as np
import pytest

from vgym.baselines.agents import plays
from vgym.baselines.template_agent import place_of
from vgym.core.opencv import cv2


def ground() -> np.ndarray:
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 255, (24, 24, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (256, 256), interpolation=cv2.INTER_CUBIC))


@pytest.mark.parametrize(("turn", "share"), [(0, 0.4), (50, 0.3), (180, 0.2)])
def test_a_turned_crop_is_found(turn: float, share: float) -> None:
    overview = ground()
    matrix = cv2.getRotationMatrix2D((150.0, 100.0), turn, 1 / share)
    matrix[:, 2] += 128 - np.array([150.0, 100.0])
    crop = cv2.warpAffine(overview, matrix, (256, 256), borderMode=cv2.BORDER_REFLECT)
    darker = (0.6 * crop[..., ::-1] + 20).astype(np.uint8)
    np.testing.assert_allclose(place_of(darker, overview) * 256, [150, 100], atol=6)


def test_nothing_to_compare_is_answered_all_the_same() -> None:
    blank = np.full((64, 96, 3), 90, np.uint8)
    found = place_of(blank, blank)
    assert np.isfinite(found).all() and (0 <= found).all() and (found <= 1).all()


def test_it_plays_its_family_alone() -> None:
    assert plays("template", "VGeoMatch-v0") and not plays("template", "VGround-v0")
