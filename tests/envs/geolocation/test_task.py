"""VGeo: what is shown, answered and told."""

from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium.error import InvalidAction
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode
from rollouts import assert_same, make, make_vec

from vgym.core.action_check import NoAnswer
from vgym.envs.geolocation.answers import FORMS
from vgym.geometry.cells import area_km2
from vgym.geometry.sphere import great_circle_distance

ONE = {"max_episode_steps": 1}
LEVELS = ("continent", "country", "region", "city")


def test_the_page_of_what_users_type() -> None:
    env = gymnasium.make("VGeo-v0", max_episode_steps=1)
    env.reset(seed=7)
    _, reward, terminated, truncated, info = env.step([2.35, 48.86])
    assert terminated and not truncated and 0 <= reward <= 1
    assert info["distance_km"] > 0 and isinstance(info["country"], str)
    assert info["truth"]["chain"][1] == info["country"]
    assert info["guess"]["chain"] == ("Europe", "France", "Paris", "Paris")
    assert info["guess"]["lonlat"] == (2.35, 48.86)


@pytest.mark.parametrize("form", FORMS)
def test_every_answer_ends_the_episode_whatever_the_turns(form: str) -> None:
    envs = make_vec("VGeo-v0", 3, action=form)
    envs.reset(seed=0)
    truth = envs.unwrapped.state.place.clone()
    _, _, terminated, _, info = envs.step(envs.unwrapped.oracle())
    assert terminated.all() and info["answer_read"].all()
    guess = torch.tensor(info["guess"]["lonlat"].tolist(), dtype=torch.float64)
    away = great_circle_distance(guess, truth) / 1000
    np.testing.assert_allclose(info["distance_km"], away, atol=1e-6)
    assert "found" not in envs.observation_space.spaces
    assert info["success"].all()


@pytest.mark.parametrize("form", ["text", "cell", "square", "moves-cells"])
def test_native_and_sync_agree_in_other_forms(form: str) -> None:
    mode = AutoresetMode.SAME_STEP
    native = make_vec("VGeo-v0", 3, action=form, autoreset_mode=mode)
    sync = make_vec("VGeo-v0", 3, "sync", action=form, vector_kwargs={"autoreset_mode": mode})
    assert native.single_action_space == sync.single_action_space
    assert_same(native.reset(seed=5)[0], sync.reset(seed=5)[0])
    native.action_space.seed(1)
    for _ in range(3):
        actions = native.action_space.sample()
        ours, theirs = native.step(actions), sync.step(actions)
        assert_same(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1].astype(np.float32))
        np.testing.assert_array_equal(ours[2], theirs[2])


def test_text_that_cannot_be_read_is_a_row_without_an_answer() -> None:
    env = make("VGeo-v0", action="text", **ONE)
    check_env(env.unwrapped)
    env.reset(seed=0)
    _, reward, terminated, truncated, info = env.step("somewhere warm")
    assert info["parse_error"] == "no place is called 'somewhere warm'"
    assert reward == 0 and truncated and not terminated and not info["success"]
    assert info["answer_read"] is False and info["guess"]["chain"] == (None,) * 4
    env.reset(seed=0)
    assert env.step(env.unwrapped.oracle())[4]["success"] is True


@pytest.mark.parametrize("wrong", [[2.35, 95.0], [540, 0], [-181, 0], [np.nan, 1], [48, 135.5]])
def test_what_is_no_place_moves_nothing(wrong: Any) -> None:
    envs = make_vec("VGeo-v0", 2, **ONE)
    envs.reset(seed=0)
    before = envs.unwrapped.state_dict()["state"]
    with pytest.raises(InvalidAction, match=r"action\[1\]"):
        envs.step([[0.0, 0.0], wrong])
    assert_same(envs.unwrapped.state_dict()["state"], before)


@pytest.mark.parametrize("place", [[180.0, 0.0], [-180.0, 0.0], [0.0, 90.0], [77.0, -90.0]])
def test_the_date_line_and_the_poles_are_places(place: list[float]) -> None:
    envs = make_vec("VGeo-v0", 2, **ONE)
    envs.reset(seed=0)
    info = envs.step([place, place])[4]
    assert np.isfinite(info["distance_km"]).all()


def test_the_open_sea_has_no_country_and_is_never_right() -> None:
    env = make("VGeo-v0", success_km=20_000, **ONE)
    env.reset(seed=0)
    info = env.step([-30.0, 0.0])[4]
    assert info["guess"]["chain"] == (None,) * 4 and info["answer_read"] is True
    assert not any(info[f"{level}_correct"] for level in LEVELS)


def test_swapped_numbers_are_hinted_at() -> None:
    env = make("VGeo-v0", **ONE)
    for seed in range(20):
        env.reset(seed=seed)
        lon, lat = env.unwrapped.oracle().tolist()
        if abs(lon) < 89 and abs(lon - lat) > 5:
            break
    assert env.step([lat, lon])[4]["convention_hint"] == "0 km away as latitude, longitude"
    env.reset(seed=seed)
    assert env.step([lon, lat])[4]["convention_hint"] == ""


def test_words_come_with_the_end_or_with_the_truth() -> None:
    envs = make_vec("VGeo-v0", 3, autoreset_mode=AutoresetMode.SAME_STEP)
    envs.reset(seed=0)
    look = np.full((3, 5), 0.1, np.float32)
    assert "country" not in envs.step(look)[4]
    mixed = look.copy()
    mixed[1] = envs.unwrapped.oracle()[1]
    info = envs.step(mixed)[4]
    assert info["_country"].tolist() == [False, True, False]
    assert info["country"][0] is None and isinstance(info["country"][1], str)
    assert info["truth"]["_chain"].tolist() == [False, True, False]
    assert info["truth"]["lonlat"][0] is None and len(info["truth"]["lonlat"][1]) == 2
    assert info["final_info"]["truth"]["chain"][1] == info["truth"]["chain"][1]
    told = make("VGeo-v0", expose="truth")
    told.reset(seed=0)
    info = told.step(look[0])[4]
    assert info["truth"]["chain"][1] == info["country"] and info["guess"]["lonlat"] is None


def test_the_cross_marks_the_place() -> None:
    settings = {"image_size": 224, "layer": "relief", **ONE}
    envs = make_vec("VGeo-v0", 8, **settings)
    observed, _ = envs.reset(seed=0)
    task, state = envs.unwrapped.task, envs.unwrapped.state
    from vgym.envs.geolocation.looking import seen_at

    xy, inside = seen_at(state, task.config)
    assert inside.all()
    for picture, (x, y) in zip(observed["image"], xy.long().tolist(), strict=True):
        arm = picture[y, x + 3 : x + 7]
        assert (arm == 255).all(), "an arm of the cross to the right of the place"


def test_unread_rows_pay_nothing_and_end_with_the_turns() -> None:
    envs = make_vec("VGeo-v0", 2, max_episode_steps=2)
    envs.reset(seed=0)
    guess = envs.unwrapped.oracle()[1]
    first = envs.step([NoAnswer("?"), guess])
    assert first[1][0] == 0 and first[2].tolist() == [False, True]
    _, reward, terminated, truncated, _ = envs.step([NoAnswer("?"), guess])
    assert reward[0] == 0 and truncated[0] and not terminated[0]


@pytest.mark.parametrize("settings", [{"question": 2}, {"question": 5, "compass": False}])
def test_paraphrases_ask_of_the_same_view(settings: dict[str, Any]) -> None:
    plain, other = make_vec("VGeo-v0", 4), make_vec("VGeo-v0", 4, **settings)
    a, b = plain.reset(seed=3)[0], other.reset(seed=3)[0]
    np.testing.assert_array_equal(a["image"], b["image"])
    assert len(set(other.unwrapped.instructions())) == 1
    assert ("compass" in b) == settings.get("compass", True)


def test_upright_views_are_of_the_same_places() -> None:
    envs = {upright: make_vec("VGeo-v0", 8, upright=upright) for upright in (False, True)}
    for each in envs.values():
        each.reset(seed=1)
    turned, upright = (envs[each].unwrapped.state for each in (False, True))
    assert (upright.place == turned.place).all() and (upright.view.layer == turned.view.layer).all()
    assert (upright.view.heading_deg == 0).all() and (upright.view.tilt_deg == 0).all()
    assert len(turned.view.heading_deg.unique()) == 8 and (turned.view.tilt_deg > 0).any()


def test_the_area_that_is_searched_until_the_place_is_found() -> None:
    envs = make_vec("VGeo-v0", 2, action="scores", level=2)
    envs.reset(seed=0)
    best = envs.step(envs.unwrapped.oracle())[4]["area_to_truth_km2"]
    np.testing.assert_allclose(best, area_km2(2))
    flat = envs.step(np.full((2, 192), 0.5, np.float32))[4]["area_to_truth_km2"]
    # Of cells that are alike, the mean of all orders.
    np.testing.assert_allclose(flat, 193 / 2 * area_km2(2))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"level": 3}, "level=3: action='moves' has no level"),
        ({"action": "cell", "level": 13}, "level=13"),
        ({"draw": "populatoin"}, "did you mean 'population'"),
        ({"layer": "nite"}, "did you mean 'night'"),
        ({"projection": "mercator"}, "orthographic, gnomonic"),
        ({"compass": 1}, "compass=1"),
        ({"upright": "yes"}, "upright='yes' must be True or False"),
        ({"question": 8}, "question=8 must be a whole number from 0 to 7"),
        ({"success_km": 0}, "success_km=0"),
        ({"grid": 7, "action": "moves-cells"}, "grid=7"),
        ({"grid": 16, "action": "moves"}, "grid=16: .* or choose action='moves-cells'"),
        ({"action": "lonlatt"}, "did you mean 'lonlat'"),
    ],
)
def test_bad_settings_are_named(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make("VGeo-v0", **settings)


def test_the_protocol_says_what_is_measured() -> None:
    protocol = make("VGeo-v0", draw="area", **ONE).unwrapped.task.config.protocol
    for words in ("by area", "train", "707 km", "one guess (lonlat)", "<= 200 km", "north is told"):
        assert words in protocol


def test_pictures_for_people() -> None:
    env = make("VGeo-v0", render_mode="rgb_array", **ONE)
    env.reset(seed=0)
    before = env.render()
    env.step([2.35, 48.86])
    after = env.render()
    assert before.shape == after.shape and before.dtype == np.uint8
    assert (before != after).any()
