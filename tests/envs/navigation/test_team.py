"""Teams: PettingZoo's own tests, what robots may do, and that who knows solves every task."""

import warnings
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium.error import ClosedEnvironmentError, InvalidAction, ResetNeeded

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of PettingZoo about its own examples
    from pettingzoo.test import (
        api_test,
        max_cycles_test,
        parallel_api_test,
        parallel_seed_test,
        render_test,
    )

from vgym.envs.navigation import team_v0
from vgym.envs.navigation.team.engine import TeamEngine
from vgym.envs.navigation.team.robots import ROBOTS
from vgym.envs.navigation.team.types import TASK_NAMES, TeamState

SMALL: dict[str, Any] = {"image_size": 36, "rooms": 4, "worlds": 3}


def small(task: str = "meet", robots: int = 3, **settings: Any) -> team_v0.TeamParallelEnv:
    return team_v0.parallel_env(robots, task, **{**SMALL, **settings})


def state_of(engine: TeamEngine) -> TeamState:
    assert engine.state is not None
    return engine.state


@pytest.mark.parametrize("task", TASK_NAMES)
def test_parallel_api(task: str) -> None:
    parallel_api_test(small(task, max_cycles=40), num_cycles=80)


def test_seeds() -> None:
    parallel_seed_test(lambda: small("cover", max_cycles=30), num_cycles=60)


@pytest.mark.filterwarnings("ignore:Observation is not a NumPy array")  # it is a Dict of them
@pytest.mark.filterwarnings("ignore:Observation space for each agent probably should be")
def test_turn_by_turn() -> None:
    api_test(team_v0.env(3, "meet", max_cycles=20, **SMALL), num_cycles=60)


def test_cycles() -> None:
    max_cycles_test(team_v0)


def test_nobody_starts_where_the_team_is_to_meet() -> None:
    envs = team_v0.vector_env(400, 4, "meet", image_size=36, rooms=5, worlds=12)
    envs.reset(seed=0)
    wait = np.zeros((400, 4), np.int64)
    _, success, _ = envs.engine.step(torch.from_numpy(wait))
    assert not success.any()


def test_render() -> None:
    # PettingZoo's test makes a "human" environment, which it never draws; there is none here.
    def make(render_mode: str) -> Any:
        mode = None if render_mode == "human" else render_mode
        return team_v0.env(3, "fetch", render_mode=mode, **SMALL)

    render_test(make)
    assert small().render() is None


@pytest.mark.slow
@pytest.mark.parametrize("task", TASK_NAMES)
def test_a_team_that_knows_solves_its_task(task: str) -> None:
    envs = team_v0.vector_env(24, 4, task, image_size=36, rooms=5, worlds=12)
    envs.reset(seed=0)
    engine, first = envs.engine, envs.agents[0]
    done, solved = np.zeros(24, bool), np.zeros(24, bool)
    total = np.zeros((24, 4))
    for _ in range(300):
        reward, success, _ = engine.step(engine.oracle())
        total += np.where(done[:, None], 0, reward.numpy())
        solved |= success.numpy() & ~done
        done |= success.numpy()
    assert solved.mean() >= 0.9
    assert (total <= 1 + 1e-4).all() and (total >= 0).all()
    envs.reset(seed=0)
    lucky = np.zeros(24, bool)
    draws = np.random.default_rng(0)
    for _ in range(100):
        actions = {a: draws.integers(0, 5, 24) for a in envs.agents}
        lucky |= envs.step(actions)[2][first]
    assert lucky.mean() <= 0.25


def test_a_batch_plays_what_single_teams_play() -> None:
    envs = team_v0.vector_env(5, 3, "fetch", max_cycles=12, **SMALL)
    observed, _ = envs.reset(seed=40)
    draws = np.random.default_rng(0)
    plan = [{a: draws.integers(0, 5, 5) for a in envs.agents} for _ in range(30)]
    played = [(observed, None)] + [(r[0], r) for r in map(envs.step, plan)]
    for i in (0, 3):
        one = small("fetch", max_cycles=12)
        single, _ = one.reset(seed=40 + i)
        for step, (batched, returned) in enumerate(played):
            if returned is not None:
                actions = {a: plan[step - 1][a][i] for a in one.agents}
                single, reward, over, cut, infos = one.step(actions)
                for agent in infos:
                    assert reward[agent] == returned[1][agent][i]
                    assert over[agent] == returned[2][agent][i]
                    assert cut[agent] == returned[3][agent][i]
                    assert infos[agent]["collisions"] == returned[4][agent]["collisions"][i]
                if not one.agents:
                    single, _ = one.reset()
            for agent in one.possible_agents:
                for name in single[agent]:
                    np.testing.assert_array_equal(single[agent][name], batched[agent][name][i])


@pytest.mark.parametrize("task", TASK_NAMES)
def test_no_two_robots_overlap(task: str) -> None:
    envs = team_v0.vector_env(8, 5, task, **SMALL)
    envs.reset(seed=3)
    engine = envs.engine
    size = torch.tensor([kind.radius for kind in engine.kinds])
    near = size[:, None] + size[None] - 1e-4
    draws = np.random.default_rng(1)
    for _ in range(80):
        xy = state_of(engine).pose[..., :2]
        apart = (xy[:, :, None] - xy[:, None]).norm(dim=-1) + 9 * torch.eye(5)
        assert (apart >= near).all()
        assert engine.standing().all()
        actions = engine.oracle()
        wild = torch.from_numpy(draws.integers(0, 5, actions.shape))
        engine.step(torch.where(torch.rand(actions.shape) < 0.5, actions, wild))


def test_others_are_seen() -> None:
    env = small("meet", 2, kinds=("wheeled", "tall"), image_size=96)
    env.reset(seed=1)
    x, y, _ = state_of(env.engine).pose[0, 0].tolist()
    for yaw in np.linspace(0, 6.2, 24):
        there = [x + 0.8 * np.cos(yaw), y + 0.8 * np.sin(yaw), 0]
        try:
            seen, _ = env.reset(seed=1, options={"poses": [[x, y, yaw], there]})
            break
        except ValueError:
            continue
    else:
        pytest.fail("no free place beside the robot")
    alone = state_of(env.engine).pose.clone()
    alone[0, 1, :2] += 100.0
    state_of(env.engine).pose = alone
    empty = env.engine.observe()["image"][0, 0].numpy()
    assert (seen["wheeled_0"]["image"] != empty).mean() > 0.05


def test_kinds_differ_and_have_the_abilities_that_tasks_need() -> None:
    assert len({(r.radius, r.step, r.eye, r.fov, r.can_open, r.can_carry) for r in ROBOTS}) == 4
    for task, kinds in (("carry", ("wheeled", "small")), ("open", ("small", "drone"))):
        with pytest.raises(ValueError, match="needs"):
            small(task, 2, kinds=kinds)


def test_bad_actions_move_nothing() -> None:
    env = small(robots=2)
    with pytest.raises(ResetNeeded):
        env.step({})
    env.reset(seed=0)
    one, two = env.agents
    before = state_of(env.engine).pose.clone()
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
        assert torch.equal(before, state_of(env.engine).pose)
    env.close()
    env.close()
    with pytest.raises(ClosedEnvironmentError):
        env.step({one: 1, two: 1})


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
    pose = state_of(env.engine).pose[0].tolist()
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
        ({"reward": "habitat"}, "reward"),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small(**settings)
    with pytest.raises(ValueError, match="num_envs"):
        team_v0.vector_env(0)
