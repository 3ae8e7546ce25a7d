"""Questions about the world map: where their answers lie, what splits share, what shows when."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from geopy.distance import geodesic

from vgym.core.config import SPLITS
from vgym.data import earth
from vgym.data.earth import _coasts
from vgym.data.earth.lonlats import WORLD_HW, world_lonlat, world_xy
from vgym.envs.zoom.sources.earth import Earth
from vgym.envs.zoom.sources.earth.choices import FramedTowns, names
from vgym.envs.zoom.sources.earth.questions import all_questions, blocks_of, splits_of
from vgym.envs.zoom.sources.earth.source import LEGIBLE_PX
from vgym.envs.zoom.sources.red_frames import FRAME_COLOUR
from vgym.envs.zoom.types import ZoomConfig


def source(**settings: object) -> Earth:
    return Earth(ZoomConfig(source="earth", **settings))  # type: ignore[arg-type]


def keys(number: int) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 2**63, number).astype(np.uint64)


# Phrases of the table, and where each is known to be.
KNOWN = {
    "the island of Sicily, Italy": (14.0, 37.5),
    "the island of Elba, Italy": (10.25, 42.77),
    "Lake Titicaca": (-69.4, -15.8),
    "the capital of Mongolia": (106.9, 47.92),
    "the town of Leipzig, Sachsen, Germany": (12.4, 51.34),
    "the mouth of the river Vistula": (18.95, 54.35),
    "where the river Kentucky flows into the Ohio": (-85.19, 38.68),
    "where Austria, Italy and Switzerland meet": (10.47, 46.86),
    "where Belize, Guatemala and Mexico meet": (-89.15, 17.82),
    "where the border of Kuwait and Saudi Arabia comes to the sea": (48.43, 28.53),
    "the northernmost point of the island of Bornholm, Denmark": (14.76, 55.3),
}


def test_what_is_on_land_shows_land() -> None:
    found, dry = all_questions(), _coasts()[1]
    for words, box in zip(found.words, np.floor(found.box).astype(int).tolist(), strict=True):
        left, top, right, bottom = box
        land = dry.cells(max(top, 0), max(left, 0), bottom - top, right - left)
        meet_in_a_lake = words.endswith(" meet") and earth.is_land(
            world_lonlat(np.array([(left + right) / 2, (top + bottom) / 2]))[None]
        )
        assert land.any() or meet_in_a_lake, words


@pytest.mark.parametrize("words", KNOWN)
def test_answers_are_where_they_are_known_to_be(words: str) -> None:
    found = all_questions()
    box = found.box[found.words.index(words)]
    x, y = world_xy(KNOWN[words])
    assert box[0] - 4 <= x <= box[2] + 4 and box[1] - 4 <= y <= box[3] + 4


def test_no_block_of_the_world_is_in_two_splits() -> None:
    found = all_questions()
    assert len(set(found.words)) == len(found.words)
    middle = np.stack([found.box[:, [0, 2]].mean(1), found.box[:, [1, 3]].mean(1)], 1)
    rows = np.floor((1 - np.sin(np.radians(90 - middle[:, 1] / 120))) / 2 * 16)
    columns = np.floor(middle[:, 0] / WORLD_HW[1] * 40)
    split_of: dict[tuple[float, float], int] = {}
    for place, split in zip(zip(rows, columns, strict=True), found.split.tolist(), strict=True):
        assert split_of.setdefault(place, split) == split
    shares = np.bincount(found.split) / len(found.split)
    assert np.abs(shares - [0.7, 0.15, 0.15]).max() < 0.08
    for split in range(3):
        assert set(found.family[found.split == split]) == set(range(len(found.families)))


def test_blocks_are_of_equal_area() -> None:
    """Uniform places on the sphere fall into splits by their shares of blocks."""
    draws = np.random.default_rng(8)
    lat = np.degrees(np.arcsin(draws.uniform(-1, 1, 20000)))
    xy = world_xy(np.stack([draws.uniform(-180, 180, 20000), lat], 1))
    shares = np.bincount(splits_of(np.concatenate([xy, xy], 1)), minlength=3) / 20000
    assert np.abs(shares - [0.7, 0.15, 0.15]).max() < 0.04


@pytest.mark.parametrize("side", [36, 224, 1000])
def test_targets_are_too_small_in_the_overview(side: int) -> None:
    asked = source(image_size=side).reset(keys(3000))
    box = asked.target_boxes[:, 0].numpy()
    shorter = np.minimum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
    assert (shorter * side / WORLD_HW[1] < LEGIBLE_PX / 2).all()
    assert (box[:, :2] >= 0).all() and (box[:, 2:] <= WORLD_HW[::-1]).all()


def test_every_kind_is_asked_and_lights_at_night_alone() -> None:
    found = all_questions()
    for layer in ("day", "night"):
        asked = source(layer=layer, split="test").reset(keys(4000))
        numbers = asked.question.numpy()
        kinds = Counter(found.families[k] for k in found.family[numbers].tolist())
        assert ("night" in kinds) == (layer == "night")
        assert len(kinds) >= len(found.families) - 1 and max(kinds.values()) < 1600
        assert (found.split[numbers] == SPLITS.index("test")).all()


def test_names_are_drawn_only_where_they_are_asked_for() -> None:
    asked = source().reset(keys(1))
    box, place = asked.target_boxes[0].numpy(), all_questions().box[int(asked.question[0])]
    middle = box.reshape(2, 2).mean(0)
    windows = np.concatenate([middle - 600, middle + 600])[None]
    plain, named, painted = (np.zeros((1, 224, 224, 3), np.uint8) for _ in range(3))
    source().paint(asked, np.zeros(1, np.int64), windows, plain)
    source(labels=True).paint(asked, np.zeros(1, np.int64), windows, named)
    earth.painter("day").paint(windows + (place - box)[0, 0] * np.array([1, 0, 1, 0]), painted)
    np.testing.assert_array_equal(plain, painted)
    assert 0.01 < (plain != named).any(-1).mean() < 0.4


def test_a_place_lies_anywhere_from_west_to_east_and_looks_as_it_does() -> None:
    """Each map is cut at another meridian, never near its target, and joined elsewhere."""
    found = source()
    asked = found.reset(keys(4000))
    box, place = asked.target_boxes[:, 0].numpy(), all_questions().box[asked.question.numpy()]
    np.testing.assert_array_equal(box[:, 1::2], place[:, 1::2])
    west, wide = box[:, 0], (box - place)[:, 2] - (box - place)[:, 0]
    assert np.isin(wide, [0, WORLD_HW[1]]).all() and (box[:, 2] - west < 4000).all()
    assert west.min() >= WORLD_HW[1] / 16 and box[:, 2].max() <= WORLD_HW[1] * 15 / 16
    where = np.histogram(west, 7, (WORLD_HW[1] / 16, WORLD_HW[1] * 15 / 16))[0] / 4000
    assert np.abs(where - 1 / 7).max() < 0.04
    assert abs(np.corrcoef(west, place[:, 0])[0, 1]) < 0.06
    rows = np.flatnonzero(np.bincount(asked.question.numpy())[asked.question.numpy()] > 3)[:4]
    windows = np.concatenate([box[rows, :2] - 500, box[rows, :2] + 500], 1)
    at = np.concatenate([place[rows, :2] - 500, place[rows, :2] + 500], 1)
    seen, known = (np.zeros((len(rows), 64, 64, 3), np.uint8) for _ in range(2))
    found.paint(asked, rows, windows, seen)
    earth.painter("day").paint(at, known)
    assert np.abs(seen.astype(int) - known).max() <= 1


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="layer"):
        source(layer="dya")


def test_the_framed_town_is_one_of_six_of_a_block_and_far_from_the_others() -> None:
    """By distances on the ellipsoid; any of the six is framed as often as another."""
    found, sites = source(answer="choice", split="val"), earth.sites()
    asked = found.reset(keys(2000))
    assert np.bincount(asked.right.numpy(), minlength=6).min() > 270
    towns = FramedTowns("val").drawn(keys(2000)).towns
    framed = towns[np.arange(2000), asked.right.numpy()]
    np.testing.assert_array_equal(framed, asked.question.numpy())
    xy = world_xy(sites.lonlat[towns.reshape(-1)])
    place = np.concatenate([xy, xy], 1)
    assert (splits_of(place) == SPLITS.index("val")).all()
    block = blocks_of(place).reshape(-1, 6)
    assert (block == block[:, :1]).all() and len(np.unique(block)) > 10
    texts = found.instructions(asked, list(range(200)))
    for text, row in zip(texts, towns.tolist(), strict=False):
        assert [part[2:] for part in text.split("? ")[1].split(", ")] == names()[row].tolist()
        lat_lon = sites.lonlat[row, ::-1].tolist()
        assert len(set(names()[row])) == 6
        assert min(geodesic(a, b).km for a, b in combinations(lat_lon, 2)) > 49
    # What is framed is the first half as often as the second, however far a town is from the rest.
    middle = xy.reshape(-1, 6, 2)
    away = np.linalg.norm(middle - middle.mean(1, keepdims=True), axis=2)
    rank = np.take_along_axis(away.argsort(1).argsort(1), asked.right.numpy()[:, None], 1)
    assert np.bincount(rank[:, 0], minlength=6).min() > 270


def test_a_frame_is_drawn_about_the_town_wherever_the_map_is_cut() -> None:
    found = source(answer="choice")
    asked = found.reset(keys(3))
    box = asked.target_boxes[:, 0].numpy()
    windows = np.concatenate([box[:, :2] - 102, box[:, 2:] + 102], 1)
    images = np.zeros((3, 224, 224, 3), np.uint8)
    found.paint(asked, np.arange(3), windows, images)
    red = (images == FRAME_COLOUR).all(-1)
    for one in red:
        rows, columns = np.nonzero(one)
        assert (rows.min(), rows.max(), columns.min(), columns.max()) == (100, 123, 100, 123)
        assert not one[102:122, 102:122].any()
