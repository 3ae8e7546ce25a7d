"""VGeoPhoto: photographs that ship and one's own, each asked about by its pixels alone."""

import json
import math
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from PIL import Image
from rollouts import make, make_vec

from vgym.core.action_check import NoAnswer
from vgym.core.letterbox import letterbox
from vgym.data.errors import DataError
from vgym.data.geotagged import load
from vgym.envs.geolocation.photo.types import QUESTIONS
from vgym.evaluation.runner import run

ID = "VGeoPhoto-v0"
GPS: dict[int, object] = {1: "S", 2: (33.0, 51.0, 24.48), 3: "E", 4: (151.0, 12.0, 55.08)}
PLACE = [151.2153, -33.8568]


def photograph(path: Path, gps: dict[int, object] | None = None, shade: int = 90) -> None:
    """A noisy picture whose EXIF says where it is."""
    noise = np.random.default_rng(shade).integers(0, 255, (32, 48, 3), np.uint8)
    exif = Image.Exif()
    if gps is not None:
        exif[0x8825] = gps
    Image.fromarray(noise).save(path, exif=exif.tobytes())


@pytest.fixture
def holiday(tmp_path: Path) -> Path:
    folder = tmp_path / "holiday"
    folder.mkdir()
    for number in range(3):
        photograph(folder / f"{number}.jpg", {**GPS, 4: (number * 10.0, 0.0, 0.0)}, number)
    return folder


def test_each_photograph_is_shown_letterboxed_and_asked_about_in_turn() -> None:
    photographs = load("places")
    envs = make_vec(ID, 9, image_size=(40, 72))
    shown, _ = envs.reset(options={"record": np.arange(9), "reset_mask": np.ones(9, np.bool_)})
    for number in range(9):
        expected, view = letterbox(photographs.image(number), (40, 72))
        np.testing.assert_array_equal(shown["image"][number], expected)
        np.testing.assert_array_equal(envs.unwrapped.state.letterbox[number].numpy(), view)
    asked = envs.unwrapped.instructions()
    assert asked[:8] == list(QUESTIONS) and asked[8] == asked[0]


def test_the_oracle_is_right_in_every_form() -> None:
    for action, most_km in (("lonlat", 1e-6), ("square", 0.1), ("cell", 150), ("scores", 1800)):
        envs = make_vec(ID, 24, action=action)
        envs.reset(seed=3)
        _, reward, terminated, truncated, info = envs.step(envs.unwrapped.oracle())
        assert terminated.all() and not truncated.any()
        assert (info["distance_km"] <= most_km).all(), action
        assert (reward > 0).all()


def test_distances_are_those_of_the_places(holiday: Path) -> None:
    env = make(ID, source=holiday, action="lonlat")
    env.reset(options={"record": 2})
    away = math.radians(1) * 6371.0088
    _, _, _, _, info = env.step(np.array([20.0, -32.8568]))
    assert info["distance_km"] == pytest.approx(away, abs=1e-6) and info["success"]
    env.reset(options={"record": 2})
    _, _, terminated, _, info = env.step(NoAnswer("I do not know"))
    assert terminated and not info["success"] and info["parse_error"] == "I do not know"
    assert info["distance_km"] == pytest.approx(20015.115, abs=1e-3)


def test_the_truth_and_the_guess_are_told_in_words_at_the_end() -> None:
    env = make(ID)
    env.reset(options={"record": 8})
    info = env.step(np.array([13.4, 52.52]))[4]
    assert info["country"] == "France"
    assert info["truth"]["chain"][:3] == ("Europe", "France", "Paris")
    assert info["guess"]["chain"][:3] == ("Europe", "Germany", "Berlin")
    assert info["guess"]["lonlat"] == (13.4, 52.52)
    assert not info["country_correct"] and info["continent_correct"]


def test_swapped_answers_are_hinted_at() -> None:
    env = make(ID)
    env.reset(options={"record": 8})
    info = env.step(np.array([48.8584, 2.2945]))[4]
    assert info["convention_hint"] == "0 km away as latitude, longitude"


def test_answers_in_words() -> None:
    envs = make_vec(ID, 3, action="text")
    envs.reset(options={"record": np.array([8, 8, 8]), "reset_mask": np.ones(3, np.bool_)})
    info = envs.step(["48.86 N, 2.29 E", "Paris", "somewhere"])[4]
    assert info["success"].tolist() == [True, True, False]
    assert info["parse_error"][2] and not info["parse_error"][0]


def test_scores_say_how_much_of_the_earth_is_to_be_searched() -> None:
    envs = make_vec(ID, 3, action="scores", level=0)
    envs.reset(options={"record": np.array([8, 8, 8]), "reset_mask": np.ones(3, np.bool_)})
    truth = int(envs.unwrapped.oracle()[0].argmax())
    scores = np.full((3, 12), 0.5, np.float32)
    scores[0, truth], scores[1, truth] = 1.0, 0.25
    info = envs.step([*scores[:2], NoAnswer()])[4]
    sphere_km2 = 4 * math.pi * 6371.0088**2
    shares = info["area_to_truth_km2"] / sphere_km2
    assert shares[0] == pytest.approx(1 / 12) and shares[1:] == pytest.approx([1, 1])
    assert info["recall_area"][0] > info["recall_area"][1] == info["recall_area"][2] == 0


def test_an_empty_folder_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no photographs: put \.jpg.*EXIF says"):
        make(ID, source=str(tmp_path))


def test_photographs_are_kept_until_their_files_change(holiday: Path) -> None:
    first, second = (make(ID, source=str(holiday)).unwrapped.task.source for _ in range(2))
    assert first is second
    assert make(ID, source=str(holiday), image_size=64).unwrapped.task.source is not first
    photograph(holiday / "0.jpg", {**GPS, 4: (1.0, 0.0, 0.0)}, 0)
    assert make(ID, source=str(holiday)).unwrapped.task.source is not first


def test_what_counts_as_right_can_be_said() -> None:
    for success_km, right in ((110.0, False), (112.0, True)):
        env = make(ID, success_km=success_km)
        env.reset(options={"record": 0})
        lon, lat = load("places")[0].lonlat
        answer = np.array([lon, lat + 1])
        assert env.step(answer)[4]["success"] is right
    for wrong in (0, -1, 30_000, "near", True, math.nan):
        with pytest.raises(ValueError, match="success_km"):
            make(ID, success_km=wrong)


def test_what_ships_is_a_test_split_and_says_so() -> None:
    assert make(ID).unwrapped.task.config.split == "test"
    for split in ("train", "val"):
        with pytest.raises(ValueError, match=r"split='test' alone.*name a data set of yours"):
            make(ID, split=split)


def test_one_wording_or_all(holiday: Path) -> None:
    for source in ("places", str(holiday)):
        envs = make_vec(ID, 64, source=source)
        envs.reset(seed=0)
        assert len(set(envs.unwrapped.instructions())) == len(QUESTIONS)
        fixed = make_vec(ID, 64, source=source, question=3)
        fixed.reset(seed=0)
        assert set(fixed.unwrapped.instructions()) == {QUESTIONS[3]}
        assert (fixed.unwrapped.state.photograph == envs.unwrapped.state.photograph).all()
    with pytest.raises(ValueError, match="question=8 must be a whole number from 0 to 7"):
        make(ID, question=8)


def test_levels_are_of_cells() -> None:
    assert make(ID, action="cell", level=1).action_space.n == 48
    with pytest.raises(ValueError, match="level=1: action='lonlat' has no level; leave it out"):
        make(ID, level=1)


def numbers_in(value: Any) -> list[float]:
    """Every number in nested dicts and arrays that is no pixel."""
    if isinstance(value, dict):
        return [number for inner in value.values() for number in numbers_in(inner)]
    if isinstance(value, np.ndarray | torch.Tensor) and "uint8" not in str(value.dtype):
        return [float(number) for number in np.asarray(value, np.float64).ravel()]
    return [float(value)] if isinstance(value, float | int) else []


def test_nothing_that_is_handed_out_before_the_answer_says_the_place(tmp_path: Path) -> None:
    """Not in numbers, in words, or in the bytes of pixels."""
    folder = tmp_path / "geo"
    folder.mkdir()
    photograph(folder / "a.jpg", GPS)
    plain = tmp_path / "plain"
    plain.mkdir()
    photograph(plain / "a.jpg")
    pixels = np.asarray(Image.open(plain / "a.jpg"))
    for instruction in ("tokens", "bag", "text"):
        env = make(ID, source=str(folder), instruction=instruction, image_size=(36, 54))
        observation, info = env.reset(seed=0)
        np.testing.assert_array_equal(observation["image"], letterbox(pixels, (36, 54))[0])
        for number in numbers_in({"observation": observation, "info": info}):
            assert all(abs(abs(number) - abs(said)) > 1e-3 for said in PLACE)
        said = repr({**observation, "image": None, **info})
        assert "151" not in said and "33.8" not in said and "a.jpg" not in said


def test_benchmarks_play_each_photograph_once(holiday: Path) -> None:
    class Best:
        name = "best"

        def reset(self, seed: int) -> None:
            pass

        def act(self, observations: Any, instructions: Any, envs: Any) -> Any:
            return envs.unwrapped.oracle()

    table = run(ID, Best(), 100, num_envs=2, settings={"source": str(holiday), "image_size": 48})
    assert len(table.success) == 3 and table.success.all()
    assert run(ID, Best(), 100, settings={"image_size": 48}).success.shape == (72,)


def test_records_are_named_and_precision_is_told(tmp_path: Path) -> None:
    photograph(tmp_path / "a.png")
    lines = [
        {"image": "a.png", "lonlat": PLACE, "precision_km": 2.5},
        {"image": "a.png", "lat": 95, "lon": 2},
        {"image": "a.png", "lonlat": PLACE},
    ]
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.warns(UserWarning, match=r"1 skipped \(swapped place: 1\).*mine\.jsonl:2"):
        envs = make_vec(ID, 2, source=str(path), split="train")
    assert envs.unwrapped.task.records == ("mine.jsonl:1", "mine.jsonl:3")
    envs.reset(options={"record": np.arange(2), "reset_mask": np.ones(2, np.bool_)})
    info = envs.step(envs.unwrapped.oracle())[4]
    assert info["precision_km"].tolist() == [2.5, 0.0]


def test_a_photograph_that_is_damaged_later_is_drawn_no_more(holiday: Path) -> None:
    envs = make_vec(ID, 16, source=str(holiday))
    content = (holiday / "1.jpg").read_bytes()
    (holiday / "1.jpg").write_bytes(content[:400])
    with pytest.warns(UserWarning, match=r"1\.jpg.*skipped from now on"):
        envs.reset(seed=0)
    assert set(envs.unwrapped.state.photograph.tolist()) == {0, 2}
    assert envs.unwrapped.task.summary.skipped == 1
    assert envs.unwrapped.task.playable(np.arange(3)).tolist() == [True, False, True]


def test_paths_are_made_by_gymnasium_too(holiday: Path) -> None:
    env = gymnasium.make(ID, source=holiday, split="train", image_size=64)
    observation, info = env.reset(seed=1)
    assert observation["image"].shape == (64, 64, 3)
    assert info["instruction"] in QUESTIONS
    with pytest.raises(ValueError, match=r"plaices.*neither 'places' nor a file"):
        gymnasium.make(ID, source="plaices")
