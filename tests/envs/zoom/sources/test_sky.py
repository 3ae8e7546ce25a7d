"""The sky is charted as it is, and asked about where nothing tells the place by heart."""

from itertools import combinations

import numpy as np
import pytest

from vgym.envs.zoom.sources.sky import SkySource
from vgym.envs.zoom.sources.sky.catalogue import catalogue, split_of
from vgym.envs.zoom.sources.sky.chart import (
    MIDDLE,
    RIM,
    WIDTH,
    charted,
    direction,
    from_middle,
    is_front,
    turned,
)
from vgym.envs.zoom.sources.sky.painter import OVERVIEW
from vgym.envs.zoom.types import ZoomConfig

SPLITS = ("train", "val", "test")
KEYS = np.arange(200, dtype=np.uint64)


def sky(split: str = "train", answer: str = "box", image_size: int = 224) -> SkySource:
    return SkySource(ZoomConfig(source="sky", split=split, answer=answer, image_size=image_size))


def test_a_chart_is_a_rotation_seen_from_within() -> None:
    for key in KEYS[:20]:
        right, up, front = turned(key)
        assert np.allclose(turned(key) @ turned(key).T, np.eye(3))
        assert np.allclose(np.cross(front, up), right)


def test_places_are_charted_and_found_again() -> None:
    turn = turned(np.uint64(3))
    places = np.random.default_rng(0).normal(size=(100, 3))
    places /= np.linalg.norm(places, axis=1, keepdims=True)
    for place in places:
        x, y = charted(turn, place, is_front(turn, place))
        assert from_middle(x, y) <= RIM + 1e-6
        assert np.allclose(direction(turn, x, y), place, atol=1e-9)


def test_areas_are_equal() -> None:
    turn, side = turned(np.uint64(5)), 20.0
    for off in (0.0, 1500.0, 3000.0, 3900.0):
        corners = [(off + a, b) for a, b in ((0, 0), (side, 0), (0, side))]
        at = np.array([direction(turn, MIDDLE + u, MIDDLE + v) for u, v in corners])
        area = np.linalg.norm(np.cross(at[1] - at[0], at[2] - at[0]))
        assert area == pytest.approx((side / (RIM / 2**0.5)) ** 2, rel=0.01)


def test_known_stars_have_their_places_and_homes() -> None:
    every = catalogue("test", labels=False)
    numbers = {name: number for number, name in every.stars.items()}
    vega, polaris = every.sky.star[numbers["Vega"]], every.sky.star[numbers["Polaris"]]
    assert np.rad2deg(np.arcsin(vega[2])) == pytest.approx(38.78, abs=0.01)
    assert np.rad2deg(np.arctan2(vega[1], vega[0])) % 360 == pytest.approx(279.23, abs=0.01)
    assert np.rad2deg(np.arccos(polaris[2])) == pytest.approx(0.74, abs=0.02)
    homes = {"Vega": "Lyra", "Betelgeuse": "Orion", "Alpheratz": "Andromeda", "Spica": "Virgo"}
    for star, home in homes.items():
        assert every.constellations[every.home[numbers[star]]] == home


def test_training_shows_nothing_that_the_others_ask_about() -> None:
    asked = {split: catalogue(split, labels=False).asked for split in SPLITS}
    for one, other in combinations(SPLITS, 2):
        assert not (asked[one] & asked[other]).any()
    assert np.bincount(split_of(catalogue("test", labels=False).constellations)).tolist() == [
        63,
        13,
        13,
    ]
    train = catalogue("train", labels=False)
    joined = {i for figure in train.figures for pair in figure for i in pair}
    strangers = set(np.flatnonzero(~train.asked[train.home]).tolist())
    assert strangers <= joined  # only what a figure of its own ends in
    assert train.asked[train.thing_home].all()


@pytest.mark.parametrize("split", SPLITS)
def test_targets_are_fainter_than_the_overview_shows(split: str) -> None:
    """Also in a large overview: the limit goes with the window, not with the pixels."""
    source = sky(split, image_size=448)
    asked = source.reset(KEYS)
    middle = asked.target_boxes[:, 0].reshape(-1, 2, 2).mean(1).numpy()
    stars = source.sky.sky
    for picture, (x, y), text in zip(
        asked.picture.numpy().view(np.uint64),
        middle,
        source.instructions(asked, list(range(200))),
        strict=True,
    ):
        place = np.array(direction(turned(picture), x, y))
        near = np.linalg.norm(stars.star - place, axis=1) < 1e-6
        thing = np.linalg.norm(stars.thing - place, axis=1) < 1e-6
        assert (near | False).sum() + thing.sum() == 1, text
        assert (stars.magnitude[near] > OVERVIEW).all()
        assert from_middle(x, y) < 0.9 * RIM


@pytest.mark.parametrize("split", SPLITS)
def test_the_same_words_lead_all_over_the_chart(split: str) -> None:
    source = sky(split)
    asked = source.reset(np.arange(3000, dtype=np.uint64))
    middle = asked.target_boxes[:, 0].reshape(-1, 2, 2).mean(1).numpy()
    question = asked.question.numpy()
    often = np.bincount(question).argmax()
    there = middle[question == often]
    assert len(there) > 15
    assert 0.2 < (there[:, 0] < WIDTH / 2).mean() < 0.8
    assert (there.std(0) > 1500).all()


def test_rings_hold_as_many_stars_as_is_right() -> None:
    source = sky("val", "choice")
    asked = source.reset(KEYS[:12])
    texts = source.instructions(asked, list(range(12)))
    for i, text in enumerate(texts):
        turn = turned(asked.picture.numpy().view(np.uint64)[i])
        x0, y0, x1, y1 = asked.target_boxes[i, 0].tolist()
        x, y, radius = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2
        aside, above, ahead = turn @ source.sky.sky.star.T
        front = x < WIDTH / 2
        aside, ahead = (aside, ahead) if front else (-aside, -ahead)
        # The chart's distance from its middle is the chord of the angle from there.
        stretch = np.where(ahead > 0, np.sqrt(2 / (1 + ahead)) * RIM / 2**0.5, np.inf)
        at = np.stack([stretch * aside, -stretch * above])
        off = np.hypot(
            *(at - np.array([[x - (MIDDLE if front else WIDTH - MIDDLE)], [y - MIDDLE]]))
        )
        within = int((off < radius).sum())
        option = text.split(f"{int(asked.right[i]) + 1}: ")[1].split(",")[0]
        assert int(option) == within, text
    name = texts[0].split("near ")[1].split("?")[0]
    assert name in source.sky.stars.values()


def test_each_number_on_offer_is_right_as_often_as_the_others() -> None:
    asked = sky("train", "choice").reset(np.arange(240, dtype=np.uint64))
    assert np.bincount(asked.right.numpy()).min() > 40
    first = np.array([int(tokens[tokens > 0][-1]) for tokens in asked.tokens])
    for block in np.unique(first):
        assert np.bincount(asked.right.numpy()[first == block], minlength=4).min() > 12


def test_names_are_written_only_where_they_are_asked_for() -> None:
    plain, named = (
        SkySource(ZoomConfig(source="sky", labels=labels, split="test")) for labels in (False, True)
    )
    asked = plain.reset(KEYS[:6])
    middle = charted(
        turned(asked.picture.numpy().view(np.uint64)[0]),
        named.sky.sky.label[0],
        is_front(turned(asked.picture.numpy().view(np.uint64)[0]), named.sky.sky.label[0]),
    )
    window = np.array([[middle[0] - 224, middle[1] - 224, middle[0] + 224, middle[1] + 224]])
    images = np.zeros((2, 1, 224, 224, 3), np.uint8)
    for source, image in zip((plain, named), images, strict=True):
        source.paint(asked, np.array([0]), window, image)
    assert 200 < (images[0] != images[1]).any(-1).sum() < 10000
