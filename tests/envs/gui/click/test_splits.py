"""What the splits of VGui share: of captured screens no page, layout, or words with their place."""

from collections import defaultdict

import numpy as np
import pytest
import torch

from vgym.envs.gui.click.screens import Screen, load_screens
from vgym.envs.gui.click.shown_pages import ShownPages
from vgym.envs.gui.click.types import GuiConfig
from vgym.envs.gui.referring.queries import Queries
from vgym.geometry.boxes import box_iou

SPLITS = ("train", "val", "test")
Places = dict[tuple[tuple[int, int], str], list[np.ndarray]]


def _queries(split: str) -> Queries:
    return ShownPages(GuiConfig(image_size=64, split=split))._mine


def _screens(split: str) -> list[Screen]:
    usable = load_screens("screens").usable
    return [usable[i] for i in np.unique(_queries(split).page)]


def _places(split: str) -> Places:
    """Where words ask for, by the size of the screen and the words."""
    usable, found, queries = load_screens("screens").usable, defaultdict(list), _queries(split)
    for page, words, box in zip(queries.page, queries.words, queries.box, strict=True):
        found[usable[page].page.size_hw, words].append(box)
    return found


def test_test_shares_no_page_with_train() -> None:
    pages = {split: {screen.name for screen in _screens(split)} for split in SPLITS}
    assert pages["val"] <= pages["train"]
    assert not pages["test"] & pages["train"]
    assert min(len(_queries(split)) for split in SPLITS) > 500


def _layout(screen: Screen) -> set[tuple[int, ...]]:
    """Where its controls are, to 3 pixels."""
    return {tuple(round(side / 3) for side in element.box) for element in screen.page.elements}


def test_test_shares_no_layout_with_train() -> None:
    """Of no test screen a quarter of the controls lie where those of one training screen do."""
    train = [(screen.page.size_hw, _layout(screen)) for screen in _screens("train")]
    for screen in _screens("test"):
        mine = _layout(screen)
        shared = [len(mine & other) for size, other in train if size == screen.page.size_hw]
        assert max(shared) < 0.25 * len(mine), screen.record


@pytest.mark.parametrize("split", ["val", "test"])
def test_no_words_ask_for_the_place_that_they_have_in_train(split: str) -> None:
    train, mine = _places("train"), _places(split)
    if split == "val":
        assert not {words for _, words in train} & {words for _, words in mine}
    for asked in train.keys() & mine.keys():
        one, other = (torch.from_numpy(np.stack(found[asked])) for found in (train, mine))
        pairs = box_iou(one[:, None], other[None])
        assert float(pairs.max()) < 0.5, asked


def test_few_screens_are_asked_for_one_place_in_the_same_words() -> None:
    for boxes in _places("train").values():
        places = np.round(np.stack(boxes) / 4)
        assert np.unique(places, axis=0, return_counts=True)[1].max() <= 2
