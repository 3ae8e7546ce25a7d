"""An answer that could not be read is a step of its row: nothing moves, and it is said why."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from rollouts import IDS, VARIANT_NAMES, VARIANTS, assert_same, make, make_vec, row

from vgym.core import state as states
from vgym.core.action_check import NoAnswer


@pytest.mark.parametrize(("env_id", "settings"), VARIANTS, ids=VARIANT_NAMES)
def test_a_single_environment(env_id: str, settings: dict[str, Any]) -> None:
    env = make(env_id, **settings)
    env.reset(seed=3)
    before = states.flatten(env.unwrapped.batch.state)
    observation, reward, terminated, truncated, info = env.step(NoAnswer("no box in the text"))
    assert observation in env.observation_space
    assert info["parse_error"] == "no box in the text"
    assert info["success"] is False
    assert np.isfinite(reward) and reward <= 0
    assert not bool(env.unwrapped.batch.facts["format_ok"][0])
    numbers = [value for value in info.values() if isinstance(value, float | int)]
    assert np.isfinite(numbers).all()
    after = states.flatten(env.unwrapped.batch.state)
    for name in ("pose", "vector", "path", "closed"):
        if name in before:
            assert (before[name] == after[name]).all(), name
    if not (terminated or truncated):
        assert "parse_error" not in env.step(env.unwrapped.oracle())[4]


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("mode", list(AutoresetMode), ids=lambda mode: mode.value)
def test_it_touches_no_other_row(env_id: str, mode: AutoresetMode) -> None:
    plain, marked = (make_vec(env_id, 4, autoreset_mode=mode) for _ in range(2))
    plain.reset(seed=7)
    marked.reset(seed=7)
    answers = plain.unwrapped.oracle()
    a = plain.step(answers)
    given = [NoAnswer("lost") if i == 2 else answer for i, answer in enumerate(answers)]
    b = marked.step(given)
    assert b[4]["parse_error"].tolist() == ["", "", "lost", ""]
    assert b[4]["_parse_error"].tolist() == [False, False, True, False]
    if mode is AutoresetMode.SAME_STEP and (b[2] | b[3])[2]:
        assert b[4]["final_info"]["parse_error"][2] == "lost"
    for i in (0, 1, 3):
        assert_same(row(a[0], i), row(b[0], i))
        assert [a[k][i] for k in (1, 2, 3)] == [b[k][i] for k in (1, 2, 3)]


@pytest.mark.parametrize("env_id", IDS)
def test_an_answer_that_was_read_says_nothing(env_id: str) -> None:
    envs = make_vec(env_id, 2)
    envs.reset(seed=0)
    assert "parse_error" not in envs.step(envs.unwrapped.oracle())[4]


@pytest.mark.parametrize("env_id", ["VGround-v0", "VGroundPoint-v0", "VGroundMany-v0", "VGui-v0"])
def test_attempts_are_used_up(env_id: str) -> None:
    env = make(env_id, attempts=3)
    env.reset(seed=0)
    assert env.step(NoAnswer())[1:3] == (0.0, False)
    assert env.step(NoAnswer())[1:3] == (0.0, False)
    _, reward, terminated, _, info = env.step(env.unwrapped.oracle())
    assert reward > 0.9 and info["success"] and terminated


def test_wrappers_pass_it_on() -> None:
    env = gymnasium.wrappers.TimeLimit(make("VNavPoint-v0"), 5)
    env.reset(seed=0)
    assert env.step(NoAnswer("?"))[4]["parse_error"] == "?"


def test_nothing_to_find_is_not_said_by_silence() -> None:
    """Of an empty set `no answer` is not the right one: somebody has to say that it is empty."""
    envs = make_vec("VGroundMany-v0", 64, difficulty=1)
    envs.reset(seed=0)
    empty = ~envs.unwrapped.state.target_mask.any(1).numpy()
    assert empty.any(), "no empty set was drawn: the test shows nothing"
    info = envs.step([NoAnswer()] * 64)[4]
    assert not info["success"].any() and not info["f1"].any()


def test_a_set_of_at_most_one_is_a_set() -> None:
    envs = make_vec("VGroundMany-v0", 64, difficulty=1, max_boxes=1)
    envs.reset(seed=0)
    empty = ~envs.unwrapped.state.target_mask.any(1).numpy()
    assert empty.any() and not empty.all(), "one of the two was not drawn: the test shows nothing"
    info = envs.step(envs.unwrapped.oracle())[4]
    assert info["success"].all() and (info["f1"] == 1).all()
    envs.reset(seed=0)
    nothing = np.zeros((64, *envs.single_action_space.shape), np.float32)
    np.testing.assert_array_equal(envs.step(nothing)[4]["success"], empty)
