"""Agents answer in the convention that they declare, or not at all."""

import re
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from vgym.core.action_check import NoAnswer
from vgym.core.action_forms import FORMS
from vgym.evaluation.agent import AgentError, AgentRaised
from vgym.evaluation.answers import act, refusals_named
from vgym.evaluation.runner import run
from vgym.evaluation.voting import Voting
from vgym.geometry.conventions import Convention

CONVENTIONS = ("pixels", "fraction/yx", "0-1000", "0-1000/yxyx", "pixels/xywh", "fraction/cxcywh")
SIZE_HW = (60, 90)


class Told:
    """Says what it is given, in a convention."""

    name = "told"

    def __init__(self, convention: str | None, *answers: Any) -> None:
        self.convention, self.answers = convention, answers

    def reset(self, seed: int) -> None:
        pass

    def act(self, observation: Any, instructions: list[str], envs: Any) -> Any:
        return list(self.answers)


class Knowing:
    """Reads the truth, and writes it in its convention."""

    name = "knowing"

    def __init__(self, convention: str, silent: int = 0) -> None:
        self.convention, self.silent = convention, silent

    def reset(self, seed: int) -> None:
        pass

    def act(self, observation: Any, instructions: list[str], envs: Any) -> Any:
        task, state = envs.unwrapped.task, envs.unwrapped.state
        convention = Convention.parse(self.convention)
        answers: list[Any] = []
        for boxes, mask in zip(state.target_boxes, state.target_mask, strict=True):
            kind = "point" if task.config.answer == "point" else "box"
            places = (boxes[:, :2] + boxes[:, 2:]) / 2 if kind == "point" else boxes
            said = convention.from_pixels(places, task.config.size_hw, kind)[mask]
            answers.append(said.numpy() if task.config.answer == "boxes" else said[0].numpy())
        return [NoAnswer("busy") if i < self.silent else one for i, one in enumerate(answers)]


def made(env_id: str, rows: int, **settings: Any) -> Any:
    envs = gymnasium.make_vec(
        env_id, rows, image_size=SIZE_HW, autoreset_mode=AutoresetMode.DISABLED, **settings
    )
    envs.reset(seed=0)
    return envs


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("form", [form for form in FORMS if form != "grid"])
@pytest.mark.parametrize("env_id", ["VGroundPoint-v0", "VGround-v0", "VGroundMany-v0"])
def test_the_truth_solves_in_every_convention_and_form(
    env_id: str, form: str, convention: str
) -> None:
    envs = made(env_id, 16, action=form)
    actions = act(Knowing(convention), {}, [""] * 16, envs)
    assert actions.shape == envs.action_space.shape
    assert envs.step(actions)[4]["success"].mean() >= 0.9  # small things, whole pixels


@pytest.mark.parametrize(
    ("env_id", "convention", "answer", "fractions"),
    [
        ("VGroundPoint-v0", "0-1000/yx", [500, 250], [0.25, 0.5]),
        ("VGroundPoint-v0", "pixels", (45, 15), [0.5, 0.25]),
        ("VGroundPoint-v0", "0-1000", [1000, 0], [1, 0]),
        ("VGround-v0", "pixels/xywh", [45, 15, 9, 6], [0.5, 0.25, 0.6, 0.35]),
        ("VGround-v0", "0-1000/yxyx", [100, 200, 300, 400], [0.2, 0.1, 0.4, 0.3]),
        ("VGround-v0", "0-1000", [400, 300, 200, 100], [0.2, 0.1, 0.4, 0.3]),  # sorted
        ("VGround-v0", "pixels", [-9, 30, 45, 90], [0, 0.5, 0.5, 1]),  # cut to the picture
    ],
)
def test_numbers_become_fractions(
    env_id: str, convention: str, answer: Any, fractions: list[float]
) -> None:
    envs = made(env_id, 1)
    (action,) = act(Told(convention, answer), {}, [""], envs)
    np.testing.assert_allclose(action, fractions, atol=1e-6)


@pytest.mark.parametrize(
    ("env_id", "convention", "answer", "why"),
    [
        ("VGroundPoint-v0", "fraction", [512, 300], "lies outside the picture of 90x60"),
        ("VGroundPoint-v0", "0-1000", [np.nan, 3], "lies outside"),
        ("VGround-v0", "pixels", [91, 0, 100, 9], "lies outside"),
        ("VGround-v0", "pixels", [1, 2, np.inf, 9], "lies outside"),
        ("VGround-v0", "pixels", NoAnswer("no idea"), "no idea"),
        ("VGroundMany-v0", "pixels", None, "no answer was given"),
        ("VGroundMany-v0", "pixels", [[200, 200, 300, 300]], "lies outside"),
    ],
)
def test_what_is_no_answer_is_a_malformed_row(
    env_id: str, convention: str, answer: Any, why: str
) -> None:
    envs = made(env_id, 2)
    sound = [0, 0, 30, 30][: 2 if "Point" in env_id else 4]
    other = [sound] if "Many" in env_id else sound
    info = envs.step(act(Told(convention, other, answer), {}, ["", ""], envs))[4]
    assert info["parse_error"][0] == "" and why in info["parse_error"][1]


@pytest.mark.parametrize(
    ("env_id", "answers", "message"),
    [
        ("VGroundPoint-v0", [[1, 2, 3, 4]], "a point, two numbers, is asked for"),
        ("VGroundPoint-v0", ["(1, 2)"], "vgym.NoAnswer"),
        ("VGround-v0", [[1, 2]], "a box, four numbers"),
        ("VGroundMany-v0", [[1, 2, 3, 4]], "a list of boxes"),
        ("VGround-v0", [[1, 2, 3, 4]] * 2, "gave 2 answers for 1 rows"),
    ],
)
def test_an_answer_of_another_kind_is_misuse(env_id: str, answers: list[Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        act(Told("pixels", *answers), {}, [""], made(env_id, 1))


def test_none_and_many_boxes() -> None:
    envs = made("VGroundMany-v0", 3)
    slots = envs.single_action_space.shape[0]
    box = [0, 0, 9, 6]
    actions = act(Told("pixels", [], [box], [box] * (slots + 5)), {}, [""] * 3, envs)
    assert (actions[..., 4] > 0.5).sum(1).tolist() == [0, 1, slots]


def test_no_convention_and_no_place_leave_actions_as_they_are() -> None:
    answers = ([0.5, 0.5], NoAnswer("later"))
    assert act(Told(None, *answers), {}, ["", ""], made("VGroundPoint-v0", 2)) == list(answers)
    walking = gymnasium.make_vec("VNav-v0", 2, image_size=36, worlds=2, rooms=4)
    assert act(Told("0-1000", 1, NoAnswer("lost")), {}, ["", ""], walking) == [1, NoAnswer("lost")]


def test_a_run_counts_what_was_not_answered() -> None:
    settings = {"image_size": SIZE_HW}
    table = run("VGroundPoint-v0", Knowing("0-1000/yx", 2), 8, num_envs=8, settings=settings)
    assert table.success.tolist() == [False] * 2 + [True] * 6
    settings = {"image_size": (400, 600)}  # where few targets lie nearer to an edge than a vote
    voted = run(
        "VGroundPoint-v0", Voting(Knowing("0-1000/yx", 2), 3), 8, num_envs=8, settings=settings
    )
    assert voted.success.tolist()[:2] == [False] * 2 and voted.success.sum() >= 5


def stepped(env_id: str, answers: Any, convention: str | None = None, **settings: Any) -> Any:
    envs = made(env_id, len(answers), **settings)
    agent = Told(convention, *answers)
    with refusals_named(agent, answers, envs):
        return envs.step(act(agent, {}, [""] * len(answers), envs))


@pytest.mark.parametrize(
    ("env_id", "answers", "convention"),
    [
        ("VGroundPoint-v0", [[3, 4], [80, 50]], "pixels/xy"),
        ("VGroundPoint-v0", [[3, 4], NoAnswer("x")], "pixels/xy"),
        ("VGroundPoint-v0", [[3, 4], [800, 50]], "0-1000/xy"),
        ("VGround-v0", [[3, 4, 20, 30], [1, 2, 3, 4]], "pixels"),
        ("VGroundMany-v0", [[[3, 4, 20, 30]], []], "pixels"),
        ("VGroundMany-v0", [[[0.1, 0.2, 0.3, 0.4]], []], "fraction"),
    ],
)
def test_the_convention_that_numbers_suggest_is_said_and_works(
    env_id: str, answers: list[Any], convention: str
) -> None:
    with pytest.raises(AgentError, match="agent 'told' answered") as caught:
        stepped(env_id, answers)
    (said,) = re.findall(r'convention = "([^"]+)"', str(caught.value))
    assert said == convention and "\n" not in str(caught.value)
    stepped(env_id, answers, said)


@pytest.mark.parametrize("answers", [["left", "up"], [[-3, 4], [5, 6]], [[np.nan, 4], [5, 6]]])
def test_nothing_is_suggested_where_nothing_fits(answers: list[Any]) -> None:
    with pytest.raises(AgentError, match="agent 'told'") as caught:
        stepped("VGroundPoint-v0", answers)
    assert "convention =" not in str(caught.value)


@pytest.mark.parametrize("convention", [None, "pixels"])
def test_none_in_a_row_is_no_answer(convention: str | None) -> None:
    info = stepped("VGroundPoint-v0", [None, None], convention)[4]
    assert info["parse_error"].tolist() == ["no answer was given"] * 2


class Whole(Told):
    def act(self, observation: Any, instructions: list[str], envs: Any) -> Any:
        return self.answers[0]


@pytest.mark.parametrize("answer", [None, 3, np.float32(1), (n for n in range(2))])
def test_what_has_no_rows_is_said(answer: Any) -> None:
    with pytest.raises(AgentError, match=r"agent 'told' gave .* for 2 rows"):
        act(Whole("pixels", answer), {}, ["", ""], made("VGroundPoint-v0", 2))


@pytest.mark.parametrize("env_id", ["VGroundPoint-v0", "VGroundMany-v0"])
def test_any_object_is_refused_by_name(env_id: str) -> None:
    with pytest.raises(AgentError, match="agent 'told' answered <object"):
        act(Told("pixels", object()), {}, [""], made(env_id, 1))


def test_what_an_agent_raises_is_told_from_faults_of_ours() -> None:
    class Broken(Told):
        def act(self, observation: Any, instructions: list[str], envs: Any) -> Any:
            raise ValueError("no weights")

    for agent in (Broken(None), Voting(Broken(None), 3)):
        with pytest.raises(AgentRaised, match="agent 'told' raised ValueError: no weights") as got:
            act(agent, {}, [""], made("VGroundPoint-v0", 1))
        assert isinstance(got.value.__cause__, ValueError)
    pixels = Told(None, [30, 20])
    with pytest.raises(AgentError, match='convention = "pixels/xy"') as got:
        act(Voting(pixels, 3), {}, [""], made("VGroundPoint-v0", 1))
    assert not isinstance(got.value, AgentRaised)


@pytest.mark.parametrize("answer", [["1_0", "12"], ["\u0661", "2"], ["nan", "1"], [True, False]])
def test_texts_are_no_numbers(answer: list[Any]) -> None:
    envs = made("VGroundPoint-v0", 1)
    with pytest.raises(AgentError, match="where a point, two numbers, is asked for"):
        act(Told("pixels", answer), {}, [""], envs)
    told = Told(None, answer)
    with pytest.raises(AgentError) as caught, refusals_named(told, [answer], envs):
        envs.step([answer])
    assert "set convention" not in str(caught.value)


def test_numbers_beyond_float32_lie_outside_the_picture() -> None:
    (answer,) = act(Told("pixels", [1e300, 5.0]), {}, [""], made("VGroundPoint-v0", 1))
    assert isinstance(answer, NoAnswer) and "outside the picture" in answer.why
