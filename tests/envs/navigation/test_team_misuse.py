"""Teams used wrongly: told in words, with the robot's name, and nothing has moved."""

from typing import Any

import numpy as np
import pytest
import torch
from gymnasium.error import ClosedEnvironmentError, Error, InvalidAction, ResetNeeded
from rollouts import assert_same
from teams import SMALL, batch, small, state_of

from vgym.core.action_check import NoAnswer
from vgym.envs.navigation import team_v0


def test_bad_actions_move_nothing() -> None:
    env = small(robots=2)
    with pytest.raises(ResetNeeded):
        env.step({})
    env.reset(seed=0)
    one, two = env.agents
    before = state_of(env).pose.clone()
    for actions, error, message in (
        ({one: 1}, ValueError, two),
        ({one: 1, two: None}, ValueError, two),
        ({one: 1, two: 1, "tall_9": 1}, ValueError, "tall_9"),
        ({one: 1, two: np.nan}, InvalidAction, two),
        ({one: 1, two: 5}, InvalidAction, two),
        ({one: -1, two: 1}, InvalidAction, one),
        ({one: 1.0, two: 1}, InvalidAction, one),
        ({one: "left", two: 1}, InvalidAction, one),
        ({one: [1, 2], two: 1}, InvalidAction, one),
    ):
        with pytest.raises(error, match=message):
            env.step(actions)
        assert torch.equal(before, state_of(env).pose)
    env.close()
    env.close()
    with pytest.raises(ClosedEnvironmentError):
        env.step({one: 1, two: 1})


def test_a_bad_action_is_told_at_its_turn_and_does_not_stick() -> None:
    turns, plain = (team_v0.env(3, "meet", **SMALL) for _ in range(2))
    for env in (turns, plain):
        env.reset(seed=0)
    for robot, good in zip(list(turns.agents), (1, 2, 1), strict=True):
        assert turns.agent_selection == robot
        for bad, error in ((7, InvalidAction), (np.nan, InvalidAction), (None, ValueError)):
            with pytest.raises(error, match=robot):
                turns.step(bad)
            assert turns.agent_selection == robot
        turns.step(good)
        plain.step(good)
    for robot in turns.agents:
        assert_same(turns.observe(robot), plain.observe(robot))
    assert turns.agent_selection == plain.agent_selection == turns.agents[0]


def test_calls_in_the_wrong_order() -> None:
    turns = team_v0.env(2, "meet", render_mode="rgb_array", **SMALL)
    calls = (
        lambda: turns.step(1),
        lambda: turns.observe("wheeled_0"),
        turns.state,
        turns.render,
        turns.agent_iter,
    )
    for call in calls:
        with pytest.raises(ResetNeeded):
            call()
    turns.reset(seed=0)
    for call in calls:
        call()
    with pytest.raises(ValueError, match="did you mean 'wheeled_0'"):
        turns.observe("wheeled_1")
    turns.close()
    for call in (*calls, turns.reset):
        with pytest.raises(ClosedEnvironmentError):
            call()


def test_arguments_of_the_wrong_kind() -> None:
    env, envs = small(robots=2), batch(2, robots=2)
    env.reset(seed=0)
    envs.reset(seed=0)
    for each in (env, envs):
        for actions in (None, [1, 1], 1):
            with pytest.raises(TypeError, match="dict by robot"):
                each.step(actions)
        for space in (each.observation_space, each.action_space):
            with pytest.raises(ValueError, match="Valid: wheeled_0, small_1"):
                space("nobody")
    with pytest.raises(ValueError, match="did you mean 'poses'"):
        env.reset(options={"pose": [[0, 0, 0]] * 2})
    with pytest.raises(TypeError, match="dict"):
        env.reset(options=[1])
    for seed in (-1, "a", [1]):
        with pytest.raises(Error, match="Seed"):
            env.reset(seed=seed)


def test_actions_for_robots_that_have_finished() -> None:
    env = small(robots=2, max_cycles=1)
    env.reset(seed=0)
    one, two = env.agents
    _, _, _, truncated, _ = env.step({one: 0, two: 0})
    assert truncated == {one: True, two: True} and env.agents == []
    assert env.step({}) == ({}, {}, {}, {}, {})


def test_poses_that_cannot_be() -> None:
    env = small(robots=2)
    env.reset(seed=0)
    pose = state_of(env).pose[0].tolist()
    overlapping = [pose[0], [pose[0][0] + 0.1, *pose[0][1:]]]
    with pytest.raises(ValueError, match=r"wheeled_0 and small_1 overlap"):
        env.reset(seed=0, options={"poses": overlapping})
    with pytest.raises(ValueError, match=r"\['small_1'\] in a wall"):
        env.reset(seed=0, options={"poses": [pose[0], [0.05, 0.05, 0]]})
    with pytest.raises(ValueError, match="finite"):
        env.reset(seed=0, options={"poses": [[np.nan] * 3] * 2})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"robots": 1}, "robots=1"),
        ({"robots": 9}, "robots=9"),
        ({"task": "mete"}, "did you mean 'meet'"),
        ({"kinds": ("wheeled", "smal", "tall")}, "did you mean 'small'"),
        ({"kinds": ("wheeled",)}, "names 1 robots"),
        ({"team_share": 2}, "team_share"),
        ({"max_cycle": 3}, "unknown keyword 'max_cycle'"),
        ({"render_mode": "human"}, "render_mode"),
        ({"reward": "iou"}, r"VNavTeam-v0 does not state\. Recipes that fit: "),
        ({"task": "carry", "reward": "habitat"}, "distance_before_m"),
        ({"source": "photos"}, "source"),
        ({"copy": False}, "vector_env"),
        ({"mission": "carry"}, "did you mean 'task'"),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small(**settings)
    with pytest.raises(ValueError, match="num_envs"):
        team_v0.vector_env(0)


def test_who_has_no_answer_waits() -> None:
    envs, plain = batch(2, "meet"), batch(2, "meet")
    for each in (envs, plain):
        each.reset(seed=6)
    one, two, three = envs.agents
    answers = {one: np.array([2, 2]), two: [NoAnswer("lost"), 2], three: [2, 2]}
    waits = {**answers, two: [0, 2]}
    got, want = envs.step(answers), plain.step(waits)
    assert_same(got[0], want[0])
    assert_same(got[1], want[1])
    infos = got[4]
    assert infos[two]["parse_error"].tolist() == ["lost", ""]
    assert infos[two]["_parse_error"].tolist() == [True, False]
    assert not infos[one]["_parse_error"].any()
    assert envs.envs.facts["format_ok"].tolist() == [[True, False, True], [True, True, True]]
    assert "parse_error" not in envs.step(waits)[4][one]
    env = small("meet")
    env.reset(seed=6)
    _, _, _, _, infos = env.step({one: 2, two: NoAnswer("lost"), three: 2})
    assert infos[two]["parse_error"] == "lost"
    assert "parse_error" not in infos[one] and "parse_error" not in infos[three]


def test_a_bad_action_of_a_batch_names_the_robot() -> None:
    envs = batch(2, robots=2)
    with pytest.raises(ResetNeeded):
        envs.step({})
    envs.reset(seed=0)
    one, two = envs.agents
    before = state_of(envs).pose.clone()
    for actions, error in (
        ({one: [1, 1]}, ValueError),
        ({one: [1, 1], two: [1]}, InvalidAction),
        ({one: [1, 1], two: [1, 5]}, InvalidAction),
        ({one: [1, 1], two: [1.0, 1.0]}, InvalidAction),
    ):
        with pytest.raises(error, match=two):
            envs.step(actions)
    with pytest.raises(ValueError, match="tall_9"):
        envs.step({one: [1, 1], two: [1, 1], "tall_9": [1, 1]})
    assert torch.equal(before, state_of(envs).pose)


def test_a_bad_action_is_told_at_its_own_turn() -> None:
    env = team_v0.env(2, "meet", max_cycles=1, **SMALL)
    env.reset(seed=0)
    one = env.agent_selection
    for action, error in ((9, InvalidAction), ("left", InvalidAction), (None, ValueError)):
        with pytest.raises(error, match=one):
            env.step(action)
        assert env.agent_selection == one
    env.step(1)
    env.step(NoAnswer("lost"))
    assert env.truncations[one]
    with pytest.raises(ValueError, match="has finished"):
        env.step(1)
    env.step(None)
