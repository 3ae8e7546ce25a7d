"""What every source of VZoom keeps: its episodes, its pictures, and what the overview hides.

A source is a row of `CASES`; nothing here knows of any.
"""

from dataclasses import fields
from functools import cache

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.sources import open_source
from vgym.envs.zoom.types import Asked, ZoomConfig
from vgym.registration import ZOOM_SOURCES

SIZE = 224
KEYS = np.arange(1, 17, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
CLEARLY = 2.0  # times smaller than legible in the overview
# Sources, the answers that they ask for, and splits that share nothing.
CASES = [(source, answer) for source in ZOOM_SOURCES for answer in ("box", "choice")]


@cache
def opened(source: str, answer: str, split: str = "train") -> ZoomSource:
    return open_source(ZoomConfig(source=source, answer=answer, split=split, image_size=SIZE))


@cache
def asked_of(source: str, answer: str) -> Asked:
    return opened(source, answer).reset(KEYS)


def roots(asked: Asked) -> NDArray[np.float64]:
    """(B, 4) the windows of the overviews."""
    height, width = asked.whole_hw.numpy().T
    half = np.maximum(height, width)[:, None] / 2
    middle = np.stack([width / 2, height / 2], 1)
    return np.concatenate([middle - half, middle + half], 1)


def about_targets(asked: Asked, scale: float) -> NDArray[np.float64]:
    """(B, 4) windows of a scale about the targets, pixels of the whole in one of the image."""
    boxes = asked.target_boxes[:, 0].numpy()
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    return np.concatenate([middle - scale * SIZE / 2, middle + scale * SIZE / 2], 1)


def painted(
    case: tuple[str, str], rows: NDArray[np.int64], windows: NDArray[np.float64], fill: int = 0
) -> NDArray[np.uint8]:
    images = np.full((len(rows), SIZE, SIZE, 3), fill, np.uint8)
    opened(*case).paint(asked_of(*case), rows, windows, images)
    return images


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_an_episode_is_a_function_of_its_key(case: tuple[str, str]) -> None:
    source, batch = opened(*case), asked_of(*case)
    alone = source.reset(KEYS[5:6])
    for field in fields(Asked):
        assert torch.equal(getattr(batch, field.name)[5:6], getattr(alone, field.name)), field.name
    assert source.instructions(batch, [5]) == source.instructions(alone, [0])


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_words_are_told(case: tuple[str, str]) -> None:
    source, asked = opened(*case), asked_of(*case)
    texts = source.instructions(asked, list(range(len(KEYS))))
    for text, tokens, choices in zip(texts, asked.tokens.numpy(), asked.choices, strict=True):
        if source.closed:
            assert np.array_equal(source.vocabulary.encode(text, source.length), tokens), text
        assert all(f"{i + 1}" in text for i in range(int(choices)))
    assert bool(((asked.choices > 0) == (case[1] == "choice")).all())
    assert bool(((asked.right >= 0) & (asked.right < asked.choices.clamp(min=1))).all())


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_targets_are_inside_and_illegible_in_the_overview(case: tuple[str, str]) -> None:
    asked = asked_of(*case)
    boxes, whole = asked.target_boxes[:, 0], asked.whole_hw.flip(1)
    assert bool((boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= whole).all())
    sides = boxes[:, 2:] - boxes[:, :2]
    assert bool((sides > 0).all())
    shown = sides.amin(1) / whole.amax(1) * SIZE
    assert bool((CLEARLY * shown < asked.legible_px).all())
    # And legible in some view that holds all of it.
    assert bool((sides.amin(1) / sides.amax(1) * SIZE >= asked.legible_px).all())


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_every_window_is_painted_whole_and_in_halves(case: tuple[str, str]) -> None:
    asked, rows = asked_of(*case), np.arange(4)
    beyond = roots(asked)[rows] + roots(asked)[rows, 2:3] * 0.4
    windows = [roots(asked)[rows], beyond]
    windows += [about_targets(asked, scale)[rows] for scale in (8 / SIZE, 1.0, 4.0, 20.0)]
    for window in windows:
        images = painted(case, rows, window)
        assert np.array_equal(images, painted(case, rows, window, fill=255))
        middle = (window[:, 1] + window[:, 3]) / 2
        top, bottom = window.copy(), window.copy()
        top[:, 3], bottom[:, 1] = middle, middle
        halves = np.empty_like(images)
        for half, part in ((top, halves[:, : SIZE // 2]), (bottom, halves[:, SIZE // 2 :])):
            image = np.zeros(part.shape, np.uint8)
            opened(*case).paint(asked, rows, half, image)
            part[:] = image
        difference = np.abs(images.astype(int) - halves)
        assert np.quantile(difference, 0.999) <= 6 and difference.mean() < 0.5


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_views_are_of_their_own_rows(case: tuple[str, str]) -> None:
    windows = about_targets(asked_of(*case), 2.0)
    together = painted(case, np.arange(len(KEYS)), windows)
    for row in (0, 7, 15):
        assert np.array_equal(
            painted(case, np.array([row]), windows[row : row + 1])[0], together[row]
        )
    assert len({image.tobytes() for image in together}) > 1
