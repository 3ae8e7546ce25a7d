"""VGeoMatch: where the crop lies is where the tile shows it; metres are those of the ground."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from pyproj import Geod, Transformer

from vgym.core.keys import episode_keys
from vgym.core.task import load_task
from vgym.data.earth.lonlats import WORLD_HW, world_lonlat
from vgym.envs.geolocation.match import source as sources
from vgym.envs.geolocation.match.distinct import distinct
from vgym.envs.geolocation.match.frames import UPRIGHT, Frame
from vgym.envs.geolocation.match.sampling import AS_IT_IS, curve, fetch
from vgym.envs.geolocation.match.seasons import NAMES, SEASONS, tint
from vgym.geometry.cells import cell_of
from vgym.registration import row_of

SOURCES = ("earth", "aerial")


def task_of(**settings: Any) -> Any:
    return load_task(row_of("VGeoMatch-v0").task, settings)


def started(task: Any, count: int) -> Any:
    seeds = np.arange(count, dtype=np.uint64)
    return task.reset(episode_keys(task.salt, seeds, np.zeros(count, np.int64)))


def views(task: Any, state: Any) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    images = torch.zeros(len(state.picture), *task.picture_hw, 3, dtype=torch.uint8)
    crops, tiles = images.clone(), images.clone()
    task.draw(state, crops)
    task.draw_answered(state, tiles)
    return crops.numpy(), tiles.numpy()


def frame_of(state: Any, row: int, which: str, turn: NDArray[np.float64] = UPRIGHT) -> Frame:
    place = getattr(state, which)[row].numpy()
    return Frame(place[:2], place[2:], turn, float(state.stretch[row]))


def blocks(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Means of eight by eight pixels."""
    height, width = image.shape[:2]
    cut = image.reshape(height // 8, 8, width // 8, 8, 3)
    means: NDArray[np.float64] = cut.mean((1, 3), dtype=np.float64)
    return means


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("size_hw", [(128, 128), (96, 160)])
def test_every_pixel_of_a_plain_crop_is_where_the_tile_shows_it(
    source: str, size_hw: tuple[int, int]
) -> None:
    task = task_of(source=source, difficulty=0, image_size=size_hw)
    state = started(task, 3)
    crops, tiles = views(task, state)
    for row in range(3):
        to_tile = np.vstack((frame_of(state, row, "tile").ahead(size_hw), [0, 0, 1]))
        to_crop = np.vstack((frame_of(state, row, "crop").ahead(size_hw), [0, 0, 1]))
        fetched = np.empty_like(crops[row])
        fetch(
            tiles[row], (np.linalg.inv(to_tile) @ to_crop)[:2].copy(), AS_IT_IS, curve(1.0), fetched
        )
        # The crop is finer than the tile, and otherwise the same.
        away = np.abs(blocks(fetched) - blocks(crops[row]))
        assert away.mean() < 5
        shifted = np.abs(np.roll(blocks(fetched), 1, 0) - blocks(crops[row]))
        assert shifted.mean() > 1.5 * away.mean()


def test_a_turned_crop_is_turned_about_its_middle() -> None:
    quarter = Frame(np.array([50.0, 40.0]), np.array([20.0, 20.0]), np.array([0.0, 1.0]), 1.0)
    ahead = quarter.ahead((20, 20))
    np.testing.assert_allclose(ahead @ [10, 10, 1], [50, 40])
    np.testing.assert_allclose(ahead @ [20, 10, 1], [50, 50])  # its right is the picture's down
    stretched = quarter._replace(stretch=2.0, turn=UPRIGHT)
    np.testing.assert_allclose(stretched.bounds(), [30, 30, 70, 50])
    np.testing.assert_allclose(stretched.ahead((20, 20)) @ [0, 0, 1], [30, 30])


@pytest.mark.parametrize("source", SOURCES)
def test_the_truth_is_the_crop_s_middle_and_lies_in_the_tile(source: str) -> None:
    task = task_of(source=source, difficulty=1, image_size=(100, 160))
    state = started(task, 12)
    box = state.target_boxes[:, 0].double()
    middle = (box[:, :2] + box[:, 2:]) / 2
    for row in range(12):
        ahead = frame_of(state, row, "tile").ahead((100, 160))
        found = ahead @ [*middle[row].tolist(), 1]
        np.testing.assert_allclose(found, state.crop[row, :2].numpy(), atol=1e-2)
        outer = frame_of(state, row, "tile").bounds()
        inner = frame_of(state, row, "crop", state.turn[row].numpy()).bounds()
        assert (inner[:2] >= outer[:2] - 2.5).all() and (inner[2:] <= outer[2:] + 2.5).all()
    np.testing.assert_allclose(box[:, 2:] - box[:, :2], torch.tensor([[16.0, 10.0]] * 12), atol=0.1)


@pytest.mark.parametrize("size_hw", [(36, 576), (144, 36)])
def test_a_long_tile_is_within_its_limits_and_holds_its_crop(size_hw: tuple[int, int]) -> None:
    task = task_of(image_size=size_hw, difficulty=1)
    state = started(task, 8)
    (limit,) = [each for each in task.limits(state) if each.field == "tile"]
    assert (state.tile >= limit.least).all() and (state.tile <= limit.most).all()
    assert (state.tile[:, 2:].amax(1) > sources.LARGEST).all()
    for row in range(8):
        outer = frame_of(state, row, "tile").bounds()
        inner = frame_of(state, row, "crop", state.turn[row].numpy()).bounds()
        assert (inner[:2] >= outer[:2] - 2.5).all() and (inner[2:] <= outer[2:] + 2.5).all()
        assert outer[2] - outer[0] < WORLD_HW[1] and outer[3] - outer[1] < WORLD_HW[0]


def test_metres_on_the_world_map_are_those_of_the_great_circle() -> None:
    task = task_of(difficulty=0.5)
    state = started(task, 16)
    action = torch.rand(16, 2, generator=torch.Generator().manual_seed(0))
    outcome = task.step(state, action)
    geod = Geod(a=6_371_008.8, b=6_371_008.8)
    for row in range(16):
        ahead = frame_of(state, row, "tile").ahead((256, 256))
        said = world_lonlat(ahead @ [*(action[row].double() * 256).tolist(), 1])
        truth = world_lonlat(state.crop[row, :2].numpy())
        metres = geod.inv(*said, *truth)[2]
        assert float(outcome.metrics["distance_m"][row]) == pytest.approx(metres, rel=1e-4)
    pixels = outcome.metrics["distance_px"] * outcome.metrics["metres_per_px"]
    near = outcome.metrics["distance_m"] < 3e5
    torch.testing.assert_close(
        pixels[near].double(), outcome.metrics["distance_m"][near], rtol=0.15, atol=0
    )


def test_metres_of_pictures_are_those_of_their_utm_grid() -> None:
    task = task_of(source="aerial", difficulty=0)
    state = started(task, 16)
    outcome = task.step(state, torch.full((16, 2), 0.5))
    geod = Geod(ellps="WGS84")
    seen = set()
    for row in range(16):
        entry = task.source.entries[int(state.picture[row])]
        grid = entry["utm"]
        to_earth = Transformer.from_crs(f"EPSG:{32600 + grid['zone']}", "EPSG:4326", always_xy=True)
        places = []
        for xy in (state.tile[row, :2].numpy(), state.crop[row, :2].numpy()):
            east, north = grid["corner"] + xy * grid["metres"] * (1, -1)
            places.append(to_earth.transform(east, north))
        metres = geod.inv(*places[0], *places[1])[2]
        seen.add(entry["picture"])
        assert float(outcome.metrics["distance_m"][row]) == pytest.approx(metres, rel=1e-4)
        assert outcome.facts["target_lonlat"][row].tolist() == pytest.approx(places[1], abs=1e-9)
    assert seen == {"itaipu.webp", "yellowstone.webp"}


def test_the_dam_lies_where_maps_have_it() -> None:
    """Itaipu's dam, 25.408 S 54.589 W, by its box in the annotations."""
    task = task_of(source="aerial")
    entry = next(e for e in task.source.entries if e["picture"] == "itaipu.webp")
    box = next(t["box"] for t in entry["things"] if "Itaipu dam" in t["name"])
    number = torch.tensor([task.source.entries.index(entry)])
    middle = torch.tensor([[(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]]).double()
    lon, lat = task.source.lonlat(number, middle)[0].tolist()
    assert lon == pytest.approx(-54.589, abs=0.04) and lat == pytest.approx(-25.408, abs=0.04)


def test_recall_counts_pixels_of_the_tile() -> None:
    task = task_of(difficulty=0, image_size=100)
    state = started(task, 4)
    box = state.target_boxes[:, 0]
    truth = (box[:, :2] + box[:, 2:]) / 2
    off = torch.tensor([[0.0, 0.0], [4.9, 0.0], [0.0, 5.1], [30.0, 0.0]])
    away = torch.where(truth + off > 100, truth - off, truth + off)
    metrics = task.step(state, away / 100).metrics
    assert metrics["recall_at_1px"].tolist() == [True, False, False, False]
    assert metrics["recall_at_5px"].tolist() == [True, True, False, False]
    assert metrics["recall_at_10px"].tolist() == [True, True, True, False]
    assert metrics["recall_at_25px"].tolist() == [True, True, True, False]
    assert metrics["hit"].tolist() == [True, True, False, False], "5 % of 100 pixels"


def test_an_unread_answer_is_a_diagonal_away() -> None:
    task = task_of(difficulty=0)
    state = started(task, 2)
    outcome = task.step(state, torch.full((2, 2), 0.5), torch.tensor([True, False]))
    metrics = outcome.metrics
    assert not metrics["hit"][0] and metrics["distance_px"][0] == pytest.approx(2**0.5 * 256)
    expected = 2**0.5 * 256 * float(metrics["metres_per_px"][0])
    assert float(metrics["distance_m"][0]) == pytest.approx(expected)
    assert float(outcome.reward[0]) <= 0 < float(outcome.reward[1])


@pytest.mark.parametrize("source", SOURCES)
def test_difficulty_turns_rescales_and_recolours(source: str) -> None:
    states = {d: started(task_of(source=source, difficulty=d), 12) for d in (0, 1)}
    plain, hard = states[0], states[1]
    assert (plain.turn == torch.tensor([1.0, 0.0])).all()
    assert (plain.tint == torch.eye(3, 4)).all() and (plain.bend == 1).all()
    assert (plain.layers[:, 0] == plain.layers[:, 1]).all()
    assert (plain.suns[:, 0] == plain.suns[:, 1]).all()
    assert (hard.tint != torch.eye(3, 4)).flatten(1).any(1).all()
    assert (hard.turn[:, 0] < 0).any(), "more than a right angle"
    share = {d: state.crop[:, 2] / state.tile[:, 2] for d, state in states.items()}
    assert share[0].std() == 0 and share[1].std() > 0
    assert share[1].max() < share[0].min()
    if source == "earth":
        assert (hard.layers[:, 0] != hard.layers[:, 1]).all()
        assert (hard.suns[:, 0] != hard.suns[:, 1]).any()


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("difficulty", [0, 1])
def test_every_crop_can_be_told_from_the_rest_of_its_tile(
    source: str, difficulty: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []

    def noted(*given: Any) -> float:
        found.append(distinct(*given))
        return found[-1]

    monkeypatch.setattr(sources, "distinct", noted)
    task = task_of(source=source, difficulty=difficulty, split="test")
    last = []
    for seed in range(12):
        task.reset(episode_keys(task.salt, np.array([seed], np.uint64), np.zeros(1, np.int64)))
        last.append(found[-1])
    assert min(last) > 0, "none was taken for want of a better"


def test_flat_crops_and_repeated_ones_are_refused() -> None:
    rng = np.random.default_rng(0)
    ground = np.kron(rng.random((24, 24)), np.ones((3, 3))).astype(np.float32)
    middle = np.array([20.0, 20.0])
    assert distinct(ground, middle, 14, 0.05) > 0
    flat = ground.copy()
    flat[:40, :40] = 0.5
    assert distinct(flat, middle, 14, 0.05) < 0
    half = ground.copy()
    half[:40, 18:40] = 0.5  # a strip of something at the edge of nothing
    half[:40, :17] = 0.5
    assert distinct(half, middle, 14, 0.5) < 0
    twice = ground.copy()
    twice[40:56, 40:56] = np.rot90(ground[12:28, 12:28])
    assert distinct(twice, middle, 14, 0.05) < 0, "the same, turned by a quarter"
    assert np.isfinite(distinct(np.zeros((72, 72), np.float32), middle, 14, 0.05))


def test_splits_share_no_square_of_the_map() -> None:
    squares = []
    for split in ("train", "val", "test"):
        ground = task_of(split=split).source
        squares.append({tuple(c) for c in [*ground._coasts, *ground._mountains]})
        assert len(squares[-1]) > 300
    cells = [
        {int(cell_of(torch.tensor(corner, dtype=torch.float64) + 0.5, 3)) for corner in each}
        for each in squares
    ]
    assert not cells[0] & cells[1] and not cells[1] & cells[2] and not cells[0] & cells[2]


def test_splits_share_no_part_of_a_picture() -> None:
    for split in ("train", "val", "test"):
        task = task_of(source="aerial", split=split)
        state = started(task, 24)
        parts = dict(task.source._parts)
        for row in range(24):
            left, top, right, bottom = frame_of(state, row, "tile").bounds()
            x0, y0, x1, y1 = parts[int(state.picture[row])]
            assert x0 <= left and y0 <= top and right <= x1 and bottom <= y1


def test_colours_of_seasons() -> None:
    assert all(each.shape == (3, 4) for each in SEASONS.values())
    grey = tint(NAMES.index("grey"), 1.0)
    image = np.empty((1, 1, 3), np.uint8)
    red = np.array([[[255, 0, 0]]], np.uint8)
    fetch(red, np.eye(2, 3), grey, curve(1.0), image)
    assert image.tolist() == [[[76, 76, 76]]] or image.tolist() == [[[77, 77, 77]]]
    fetch(red, np.eye(2, 3), tint(0, 0.0), curve(2.0), image)
    assert image.tolist() == [[[255, 0, 0]]]
    bright = np.array([[900.0, 0, 0, 0], [0, 0, 0, -50], [0, 0, 0, 300]], np.float32)
    fetch(red, np.eye(2, 3), bright, curve(1.0), image)
    assert image.tolist() == [[[255, 0, 255]]]


def test_a_grid_must_say_where_the_truth_is() -> None:
    with pytest.warns(UserWarning, match="take grid=10"):
        task_of(action="grid", grid=4)
    task = task_of(action="grid", difficulty=0)
    state = started(task, 8)
    assert task.step(state, task.oracle(state)).success.all()


def test_the_protocol_says_what_a_hit_is() -> None:
    assert "within 5% of the tile's sides" in task_of().config.protocol
    assert "WGS84" in task_of(source="aerial").config.protocol


def test_only_points_are_answered() -> None:
    with pytest.raises(ValueError, match="answer"):
        task_of(answer="box")
