"""Stacks hold the page that is asked about, in any place, and are drawn by their key alone."""

from typing import Any

import numpy as np
import pytest
import torch

from vgym.envs.zoom.pages.source import StackSource
from vgym.envs.zoom.pages.stack import FEWEST, stack_at
from vgym.envs.zoom.pages.types import PagesConfig
from vgym.envs.zoom.sources.pages.desk import page_of
from vgym.envs.zoom.sources.pages.documents import HEIGHT, WIDTH, pages_of

SPLITS = ("train", "val", "test")


def source(**settings: Any) -> StackSource:
    return StackSource(PagesConfig(**settings))


@pytest.mark.parametrize("split", SPLITS)
def test_stacks_grow_with_difficulty_to_all_of_the_split(split: str) -> None:
    pages = pages_of(split)
    counts = [stack_at(difficulty, pages).pages for difficulty in (0.0, 0.3, 0.5, 1.0)]
    assert counts[0] == FEWEST and counts[-1] == len(pages) and counts == sorted(counts)


@pytest.mark.parametrize("difficulty", [0.0, 0.5, 1.0])
def test_pages_are_different_ones_of_the_split_in_any_order(difficulty: float) -> None:
    pages = pages_of("test")
    stack = stack_at(difficulty, pages)
    pictures = (np.arange(2000) * 256 + pages.start + np.arange(2000) % 37).astype(np.int64)
    found, place = stack.stacked(pictures)
    assert found.shape == (2000, stack.pages) and np.isin(found, pages).all()
    assert all(len(set(row)) == stack.pages for row in found.tolist())
    np.testing.assert_array_equal(found[np.arange(2000), place], page_of(pictures))
    often = np.bincount(place, minlength=stack.pages)
    assert often.min() > 0.5 * 2000 / stack.pages and often.max() < 1.7 * 2000 / stack.pages
    others = np.bincount(found.ravel() - pages.start, minlength=len(pages))
    assert others.min() > 0.8 * others.mean()
    again, _ = stack.stacked(pictures[1234:1235])
    np.testing.assert_array_equal(again[0], found[1234])


def test_no_number_of_a_picture_leads_out_of_the_stack() -> None:
    stack = stack_at(0.5, pages_of("val"))
    found, place = stack.stacked(np.array([-1, 0, 2**63 - 1, -(2**63), 94, 255]))
    assert np.isin(found, pages_of("val")).all() and (place < stack.pages).all()
    far = torch.tensor([[-1e9, 1e9], [1e9, -1e9], [0.0, 0.0]], dtype=torch.float64)
    assert ((stack.nearest(far) >= 0) & (stack.nearest(far) < stack.pages)).all()


def test_pages_lie_in_rows_apart_and_are_found_again_by_their_places() -> None:
    for difficulty in (0.0, 0.4, 1.0):
        stack = stack_at(difficulty, pages_of("train"))
        corners = stack.corners()
        x, y = corners.T
        apart = (abs(x[:, None] - x) > WIDTH) | (abs(y[:, None] - y) > HEIGHT)
        assert (apart | np.eye(stack.pages, dtype=bool)).all()
        assert (corners > 0).all() and (corners + np.array([WIDTH, HEIGHT]) < stack.size).all()
        assert 0.6 < stack.size[0] / stack.size[1] < 1.5
        for shift in ((0, 0), (WIDTH / 2, HEIGHT / 2), (WIDTH, HEIGHT)):
            places = torch.from_numpy(corners + np.array(shift))
            assert stack.nearest(places).tolist() == list(range(stack.pages))


@pytest.mark.parametrize("split", SPLITS)
def test_targets_lie_on_the_page_asked_about(split: str) -> None:
    made = source(split=split)
    asked = made.reset(np.arange(200, dtype=np.uint64))
    place = made.place(asked.picture.numpy())
    box = asked.target_boxes[:, 0].numpy() - np.tile(place, 2)
    assert (box >= 0).all() and (box[:, 2:] <= (WIDTH, HEIGHT)).all()
    number = made.stack.stacked(asked.picture.numpy())[1]
    assert made.stack.nearest(asked.target_boxes[:, 0, :2]).tolist() == number.tolist()
    for row in range(200):
        np.testing.assert_array_equal(box[row], made.questions[int(asked.question[row])].box)


def test_pages_kept_small_look_like_the_whole_ones() -> None:
    made = source(split="test", difficulty=1.0)
    asked = made.reset(np.arange(1, dtype=np.uint64))
    pages = made.laid(asked.picture.numpy())[0]
    rows = np.array([0])
    for _, x, y in pages[::5].tolist():
        shown = []
        # Just below and above the scale at which they are told apart.
        for scale in (7.99, 8.01):
            window = np.array([[x, y, x + 128 * scale, y + 128 * scale]])
            image = np.zeros((1, 128, 128, 3), np.uint8)
            made.paint(asked, rows, window, image)
            shown.append(image.astype(float))
        assert abs(shown[0] - shown[1]).mean() < 6
        assert np.corrcoef(shown[0].ravel(), shown[1].ravel())[0, 1] > 0.9
