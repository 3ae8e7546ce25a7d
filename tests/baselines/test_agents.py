"""The agents: legal answers in every form, no privileged state, and better than nothing."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest

from vgym.baselines.agents import AGENTS, make_agent, plays
from vgym.baselines.blobs import find_blobs
from vgym.baselines.plain_words import read
from vgym.baselines.saliency_agent import locate
from vgym.registration import registered

IDS = [row.id for row in registered() if "Ground" in row.id]
PLACERS = [name for name in AGENTS if plays(name, IDS[0])]
FORMS = ("continuous", "symmetric", "grid", "pixel")


def batch(id: str, rows: int = 6, **settings: Any) -> tuple[Any, dict[str, Any]]:
    envs = gymnasium.make_vec(id, num_envs=rows, **settings)
    observation, _ = envs.reset(seed=11)
    return envs, observation


def answer(name: str, envs: Any, observation: dict[str, Any], seed: int = 0) -> Any:
    agent = make_agent(name)
    assert agent.name == name
    agent.reset(seed)
    return agent.act(observation, envs.unwrapped.instructions(), envs)


@pytest.mark.parametrize("name", PLACERS)
@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("form", FORMS)
def test_every_agent_speaks_every_form(name: str, id: str, form: str) -> None:
    grid = {"grid": 48} if form == "grid" else {}
    envs, observation = batch(id, image_size=96, action=form, **grid)
    actions = answer(name, envs, observation)
    assert all(action in envs.single_action_space for action in np.asarray(actions))
    _, _, _, _, info = envs.step(actions)
    if name == "oracle" and form != "grid":
        assert info["success"].all()


@pytest.mark.parametrize("name", PLACERS)
def test_photographs_and_their_words_are_answered_too(name: str) -> None:
    envs, observation = batch("VGround-v0", source="photos", image_size=96)
    envs.step(answer(name, envs, observation))


def test_the_centre_is_the_centre() -> None:
    envs, observation = batch("VGround-v0", image_size=64)
    np.testing.assert_allclose(answer("centre", envs, observation)[0], [0.25, 0.25, 0.75, 0.75])
    envs, observation = batch("VGroundMany-v0", image_size=64)
    assert (answer("centre", envs, observation)[:, :, 4] > 0.5).sum(1).tolist() == [1] * 6


def test_random_follows_its_seed_and_differs_by_row_episode_and_step() -> None:
    envs, observation = batch("VGroundPoint-v0", image_size=64, attempts=2)
    first = answer("random", envs, observation, seed=1)
    state = np.random.get_state()[1].copy()
    np.testing.assert_array_equal(first, answer("random", envs, observation, seed=1))
    np.testing.assert_array_equal(np.random.get_state()[1], state)
    assert (first != answer("random", envs, observation, seed=2)).any(1).all()
    assert len(np.unique(first, axis=0)) == 6
    observation = envs.step(first)[0]
    second = answer("random", envs, observation, seed=1)
    assert (first != second).any(1).all()
    observation = envs.step(second)[0]
    assert (first != answer("random", envs, observation, seed=1)).any(1).all()


def test_random_is_uniform_and_its_corners_are_in_order() -> None:
    envs, observation = batch("VGroundMany-v0", rows=400, image_size=36)
    boxes = answer("random", envs, observation)
    used = (boxes[..., 4] > 0.5).sum(1)
    assert used.min() == 0 and used.max() == 8
    assert used.mean() == pytest.approx(4.0, abs=0.4)
    shown = boxes[boxes[..., 4] > 0.5]
    assert (shown[:, :2] <= shown[:, 2:4]).all()
    assert shown[:, :2].mean() == pytest.approx(1 / 3, abs=0.03)
    assert shown[:, 2:4].mean() == pytest.approx(2 / 3, abs=0.03)


class OnlyTheForm:
    """A batch with nothing to look at but its action form."""

    def __init__(self, envs: Any) -> None:
        self.unwrapped = self
        self.task = type("Task", (), {"form": envs.task.form, "device": envs.task.device})()


def test_saliency_needs_nothing_but_picture_and_words() -> None:
    envs, observation = batch("VGround-v0", image_size=128)
    agent = make_agent("saliency")
    phrases = envs.unwrapped.instructions()
    blind = agent.act({"image": observation["image"]}, phrases, OnlyTheForm(envs.unwrapped))
    np.testing.assert_array_equal(blind, agent.act(observation, phrases, envs))


@pytest.mark.parametrize(
    ("difficulty", "margin"), [(0.0, 0.2), pytest.param(0.5, 0.08, marks=pytest.mark.slow)]
)
def test_saliency_beats_random_and_centre(difficulty: float, margin: float) -> None:
    envs, observation = batch("VGround-v0", rows=150, difficulty=difficulty)
    success, reward = {}, {}
    for name in ("random", "centre", "saliency"):
        observation, _ = envs.reset(seed=11)
        _, earned, _, _, info = envs.step(answer(name, envs, observation))
        success[name], reward[name] = info["success"].mean(), earned.mean()
    for floor in ("random", "centre"):
        assert success["saliency"] > success[floor] + margin
        assert reward["saliency"] > reward[floor] + margin


def scene(*boxes: tuple[tuple[int, int, int, int], tuple[int, int, int]]) -> Any:
    picture = np.full((200, 200, 3), (150, 150, 140), np.uint8)
    for (x0, y0, x1, y1), colour in boxes:
        picture[y0:y1, x0:x1] = colour
    return picture


RED, BLUE = (220, 30, 30), (40, 100, 230)
LEFT, RIGHT = ((20, 60, 60, 100), RED), ((140, 60, 190, 110), RED)
BELOW = ((90, 150, 130, 190), BLUE)


def pixels(picture: Any, phrase: str, many: bool = False) -> list[list[int]]:
    boxes = locate(picture, read(phrase), many) * 200
    return [[round(v) for v in box] for box in boxes.tolist()]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("the blue thing", BELOW),
        ("the thing on the left", LEFT),
        ("the thing in the right part of the picture", RIGHT),
        ("the lowest red thing", RIGHT),
        ("the largest red thing", RIGHT),
        ("the smaller red thing", LEFT),
        ("the second red thing from the left", RIGHT),
        ("the blue thing right of the red one", BELOW),
    ],
)
def test_plain_words_pick_the_right_blob(phrase: str, expected: Any) -> None:
    (found,) = pixels(scene(LEFT, RIGHT, BELOW), phrase)
    np.testing.assert_allclose(found, expected[0], atol=4)


def test_all_of_a_colour_are_found() -> None:
    found = sorted(pixels(scene(LEFT, RIGHT, BELOW), "all the red things", many=True))
    np.testing.assert_allclose(found, [LEFT[0], RIGHT[0]], atol=4)


def test_nothing_that_stands_out_gives_the_middle() -> None:
    assert len(find_blobs(scene())) == 0
    assert pixels(scene(), "the teapot") == [[50, 50, 150, 150]]


def test_the_bars_of_a_letterbox_are_no_blobs() -> None:
    picture = scene(LEFT)
    picture[:40] = picture[-40:] = 114
    (found,) = pixels(picture, "the thing")
    np.testing.assert_allclose(found, LEFT[0], atol=4)


def test_an_unknown_agent_is_named_with_its_nearest() -> None:
    with pytest.raises(ValueError, match="unknown agent 'oracel'; did you mean 'oracle'"):
        make_agent("oracel")
