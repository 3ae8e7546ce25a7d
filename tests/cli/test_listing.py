"""`vgym list` says spaces short."""

from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from vgym.cli.listing import _space_in_words
from vgym.envs.geolocation.answers import LonLats

FIVE = np.arange(-5, 0).astype(np.float32)


@pytest.mark.parametrize(
    ("space", "words"),
    [
        (LonLats(), "2 numbers in [-180, 180] x [-90, 90]"),
        (spaces.Box(0, 1, (4,)), "4 numbers in [0, 1]"),
        (spaces.Box(FIVE, -FIVE), "5 numbers in [-5, 5]"),
        (spaces.Box(0, 255, (6, 8, 3), np.uint8), "6x8x3"),
        (spaces.MultiDiscrete([4, 11]), "2 choices of 11"),
    ],
)
def test_a_space_in_words(space: spaces.Space[Any], words: str) -> None:
    assert _space_in_words(space) == words
