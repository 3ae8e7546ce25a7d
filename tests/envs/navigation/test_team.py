"""Teams: PettingZoo's own tests, what robots may do, and that who knows solves every task."""

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium.error import ClosedEnvironmentError, Error, InvalidAction, ResetNeeded
from gymnasium.vector import AutoresetMode
from rollouts import assert_same

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of PettingZoo about its own examples
    from pettingzoo.test import (
        api_test,
        max_cycles_test,
        parallel_api_test,
        parallel_seed_test,
        render_test,
    )

from vgym.core.action_check import NoAnswer
from vgym.core.vector_env import VectorEnv
from vgym.envs.navigation import team_v0
from vgym.envs.navigation.team.robots import ROBOTS
from vgym.envs.navigation.team.rules import standing
from vgym.envs.navigation.team.task import TeamTask
from vgym.envs.navigation.team.types import TASK_NAMES, TeamState
from vgym.registration import row_of
from vgym.rewards.recipes import recipes_for

SMALL: dict[str, Any] = {"image_size": 36, "rooms": 4, "worlds": 3}


def small(task: str = "meet", robots: int = 3, **settings: Any) -> team_v0.TeamParallelEnv:
    return team_v0.parallel_env(robots, task, **{**SMALL, **settings})


def batch(num_envs: int, task: str = "meet", robots: int = 3, **settings: Any) -> Any:
    return team_v0.vector_env(num_envs, robots, task, **{**SMALL, **settings})


def state_of(env: Any) -> TeamState:
    envs = env.batch.envs if isinstance(env, team_v0.TeamParallelEnv) else env.envs
    state: TeamState = envs.state
    return state


def copied(value: Any) -> Any:
    """Returns as they are now: what is handed out with copy=False is written to again."""
    return copy.deepcopy(value)


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
    success = envs.envs.task.step(envs.envs.state, torch.zeros(400, 4, dtype=torch.int64)).success
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
    first = envs.agents[0]
    done, solved = np.zeros(24, bool), np.zeros(24, bool)
    total = np.zeros((24, 4))
    for _ in range(300):
        _, rewards, over, cut, _ = envs.step(envs.oracle())
        earned = np.stack([rewards[agent] for agent in envs.agents], 1)
        total += np.where(done[:, None], 0, earned)
        solved |= over[first] & ~done
        done |= over[first] | cut[first]
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
    inner, state = envs.envs.task, state_of(envs)
    near = inner.team.radius[:, None] + inner.team.radius - 1e-4
    draws = np.random.default_rng(1)
    for _ in range(80):
        xy = state.pose[..., :2]
        apart = (xy[:, :, None] - xy[:, None]).norm(dim=-1) + 9 * torch.eye(5)
        assert (apart >= near).all()
        assert standing(inner.pool, inner.episodes.slots_of(state), inner.team, state).all()
        actions = inner.oracle(state)
        wild = torch.from_numpy(draws.integers(0, 5, actions.shape))
        inner.step(state, torch.where(torch.rand(actions.shape) < 0.5, actions, wild))


def test_others_are_seen() -> None:
    env = small("meet", 2, kinds=("wheeled", "tall"), image_size=96)
    env.reset(seed=1)
    x, y, _ = state_of(env).pose[0, 0].tolist()
    for yaw in np.linspace(0, 6.2, 24):
        there = [x + 0.8 * np.cos(yaw), y + 0.8 * np.sin(yaw), 0]
        try:
            seen, _ = env.reset(seed=1, options={"poses": [[x, y, yaw], there]})
            break
        except ValueError:
            continue
    else:
        pytest.fail("no free place beside the robot")
    np.testing.assert_allclose(state_of(env).pose[0, 1, :2], there[:2], rtol=1e-6)
    state_of(env).pose[0, 1, :2] += 100.0
    empty = env.batch.observe()["wheeled_0"]["image"][0]
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


# -- what the one loop gives ----------------------------------------------------------------


def wild(envs: Any, steps: int, seed: int = 0) -> list[dict[str, Any]]:
    """Actions of every robot of a batch, mostly onwards, the same for the same seed."""
    draws = np.random.default_rng(seed)
    shape = (steps, len(envs.agents), envs.num_envs)
    plan = np.where(draws.random(shape) < 0.5, 1, draws.integers(0, 5, shape))
    return [dict(zip(envs.agents, step, strict=True)) for step in plan]


def golden(task: str) -> dict[str, list[float]]:
    """Poses, rewards and mean colours of three teams after twenty steps of the oracle."""
    envs = team_v0.vector_env(3, 4, task, **SMALL)
    envs.reset(seed=100)
    paid = np.zeros(3)
    for _ in range(20):
        observed, rewards, *_ = envs.step(envs.oracle())
        paid += sum(rewards.values())
    colours = np.stack([observed[agent]["image"] for agent in envs.agents]).mean((0, 2, 3, 4))
    return {
        "poses": state_of(envs).pose.sum((1, 2)).tolist(),
        "reward": paid.tolist(),
        "colours": colours.tolist(),
    }


GOLDEN: dict[str, dict[str, list[float]]] = {
    "meet": {
        "poses": [23.4585, 31.3737, 40.7431],
        "reward": [0.8009, 0.4808, 0.3626],
        "colours": [175.5595, 155.6632, 163.8537],
    },
    "cover": {
        "poses": [25.7967, 34.3664, 31.944],
        "reward": [0.6943, 1.4605, 0.6275],
        "colours": [139.9411, 133.9815, 168.3186],
    },
    "carry": {
        "poses": [30.7814, 38.1321, 26.7751],
        "reward": [0.5157, 0.1527, 0.0602],
        "colours": [139.8793, 177.195, 159.7272],
    },
    "open": {
        "poses": [37.0736, 29.5385, 34.8462],
        "reward": [0.8044, 0.6404, 0.4637],
        "colours": [120.6483, 141.2091, 147.438],
    },
    "fetch": {
        "poses": [21.6969, 48.0769, 19.3749],
        "reward": [0.0809, 0.1699, 0.1805],
        "colours": [136.5225, 175.3544, 148.2404],
    },
}


@pytest.mark.parametrize("task", TASK_NAMES)
def test_golden(task: str) -> None:
    """Episodes may not move: that would be another version of the id."""
    for name, found in golden(task).items():
        atol = {"poses": 1e-2, "colours": 0.3, "reward": 2e-4}[name]
        np.testing.assert_allclose(found, GOLDEN[task][name], atol=atol, err_msg=name)


COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda env: pickle.loads(pickle.dumps(env)),
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("kind", list(COPIES))
@pytest.mark.parametrize("num_envs", [0, 3], ids=["one", "batch"])
def test_copies_branch_alike(num_envs: int, kind: str) -> None:
    def one(envs: Any, actions: dict[str, Any]) -> Any:
        if num_envs:
            return copied(envs.step(actions))
        if not envs.agents:
            envs.reset()
        return envs.step({agent: int(given[0]) for agent, given in actions.items()})

    env = batch(3, "carry", max_cycles=6) if num_envs else small("carry", max_cycles=6)
    env.reset(seed=4)
    plan = wild(env if num_envs else env.batch, 12)
    for actions in plan[:3]:
        one(env, actions)
    twin = COPIES[kind](env)
    saved = env.state_dict()
    want = [one(env, actions) for actions in plan]
    assert_same([one(twin, actions) for actions in plan], want)
    other = batch(3, "carry", max_cycles=6) if num_envs else small("carry", max_cycles=6)
    other.load_state_dict(saved)
    assert_same([one(other, actions) for actions in plan], want)


@pytest.mark.parametrize("kind", list(COPIES))
def test_copies_of_turns_and_of_what_was_not_reset_or_is_closed(kind: str) -> None:
    env = small(robots=2)
    assert not COPIES[kind](env).agents
    assert_same(COPIES[kind](env).reset(seed=2), env.reset(seed=2))
    env.close()
    with pytest.raises(ClosedEnvironmentError):
        COPIES[kind](env).reset()
    turns = team_v0.env(2, "meet", **SMALL)
    turns.reset(seed=2)
    turns.step(1)
    twin = COPIES[kind](turns)
    for each in (turns, twin):
        each.step(1)
        each.step(2)
    assert turns.agent_selection == twin.agent_selection
    assert_same(twin.last(), turns.last())


@pytest.mark.parametrize("mode", list(AutoresetMode), ids=lambda mode: mode.value)
def test_autoreset(mode: AutoresetMode) -> None:
    """Every mode plays the same episodes and pays the same; each has its own way between them."""
    envs = batch(2, "meet", max_cycles=3, autoreset_mode=mode)
    assert envs.metadata["autoreset_mode"] is mode
    envs.reset(seed=8)
    plan = wild(envs, 3)
    returned = [copied(envs.step(actions)) for actions in plan]
    one = small("meet", max_cycles=3)
    one.reset(seed=9)
    played = [one.step({agent: int(a[1]) for agent, a in actions.items()}) for actions in plan]
    first = envs.agents[0]
    assert returned[-1][3][first].all() and not one.agents
    for agent in envs.agents:
        assert [r[1][agent][1] for r in returned] == [p[1][agent] for p in played]
    (last,), (after, _) = played[-1:], one.reset()
    if mode is AutoresetMode.SAME_STEP:
        info = returned[-1][4]
        for agent in envs.agents:
            assert info[agent]["_final_obs"].all()
            for name, seen in last[0][agent].items():
                np.testing.assert_array_equal(info[agent]["final_obs"][name][1], seen)
            final = info[agent]["final_info"]
            assert final["distance"][1] == np.float32(last[4][agent]["distance"])
        observed = returned[-1][0]
    elif mode is AutoresetMode.NEXT_STEP:
        np.testing.assert_array_equal(returned[-1][0][first]["image"][1], last[0][first]["image"])
        anything = {agent: [99, 99] for agent in envs.agents}
        observed, rewards, *_ = envs.step(anything)
        assert not any(reward.any() for reward in rewards.values())
    else:
        with pytest.raises(ResetNeeded, match="reset_mask"):
            envs.step(plan[0])
        mask = np.array([False, True])
        before = copied(returned[-1][0])
        observed, _ = envs.reset(options={"reset_mask": mask})
        np.testing.assert_array_equal(observed[first]["image"][0], before[first]["image"][0])
    for agent in envs.agents:
        for name, seen in after[agent].items():
            np.testing.assert_array_equal(observed[agent][name][1], seen)


def test_seeds_of_a_batch() -> None:
    envs = batch(3)
    again, _ = copied(envs.reset(seed=5))
    going_on = copied(envs.reset())[0]
    first = envs.agents[0]
    assert (going_on[first]["goal"] != again[first]["goal"]).any(1).all()
    listed, _ = envs.reset(seed=[5, None, 7])
    for row, other in ((0, again), (2, again)):
        np.testing.assert_array_equal(listed[first]["goal"][row], other[first]["goal"][row])
    assert (listed[first]["goal"][1] != going_on[first]["goal"][1]).any()  # its next episode
    with pytest.raises(ValueError, match="2 seeds"):
        envs.reset(seed=[1, 2])
    unseeded = batch(3).reset()[0]
    assert (unseeded[first]["goal"] != again[first]["goal"]).any()


def test_buffers_of_copy_false() -> None:
    plain, lent = batch(2, "cover"), batch(2, "cover", copy=False)
    assert_same(lent.reset(seed=1), plain.reset(seed=1))
    for actions in wild(plain, 6):
        assert_same(lent.step(actions), plain.step(actions))


def test_a_batch_is_drawn_and_closed() -> None:
    envs = batch(2, "fetch", render_mode="rgb_array")
    with pytest.raises(ResetNeeded):
        envs.render()
    envs.reset(seed=0)
    frames = envs.render()
    assert len(frames) == 2 and frames[0].shape == (384, 384, 3)
    one = small("fetch", render_mode="rgb_array")
    one.reset(seed=1)
    np.testing.assert_array_equal(one.render(), frames[1])
    envs.close()
    envs.close()
    with pytest.raises(ClosedEnvironmentError):
        envs.step({})
    assert batch(1).render() is None


def test_pictures_are_drawn_where_something_changed() -> None:
    envs = batch(6, "open", robots=4)
    envs.reset(seed=0)
    for actions in wild(envs, 25):
        observed = copied(envs.step(actions)[0])
        assert_same(observed, copied(envs.observe()))


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


# -- rewards --------------------------------------------------------------------------------


def test_what_the_team_shares() -> None:
    """`dense` from positions alone: shares of the own way beyond the nearest so far."""
    share = 0.25
    envs = batch(4, "meet", team_share=share, autoreset_mode=AutoresetMode.DISABLED)
    envs.reset(seed=2)
    inner, state = envs.envs.task, state_of(envs)
    start = inner.episodes.way(state, state.goals)
    best = start.clone()
    for _ in range(12):
        _, rewards, over, _, _ = envs.step(envs.oracle())
        solved = torch.from_numpy(over[envs.agents[0]])
        now = inner.episodes.way(state, state.goals)
        own = 0.5 * (best - now).clamp(min=0) / start + 0.5 * solved[:, None]
        best = torch.minimum(best, now)
        paid = np.stack([rewards[agent] for agent in envs.agents], 1)
        want = (1 - share) * own + share * own.mean(1, keepdim=True)
        np.testing.assert_allclose(paid, want, atol=1e-5)
        if solved.any():
            break
    assert paid.any()


@pytest.mark.parametrize("task", ["meet", "carry"])
def test_every_recipe_that_fits_pays_every_robot(task: str) -> None:
    fitting = recipes_for(TeamTask(mission=task, worlds=1, rooms=4).stated)
    assert {"dense-team", "sparse"} <= set(fitting)
    assert ("habitat" in fitting) == (task == "meet")  # a plank's carrier changes its target
    for reward in fitting:
        envs = batch(2, task, reward=reward, worlds=1)
        envs.reset(seed=0)
        for actions in wild(envs, 4):
            _, rewards, _, _, infos = envs.step(actions)
            for agent in envs.agents:
                assert rewards[agent].shape == (2,) and np.isfinite(rewards[agent]).all()
                assert not infos[agent]["reward_flagged"].any()
                for term in infos[agent]["reward_terms"].values():
                    assert term.shape == (2,)


def test_a_function_of_the_facts_pays_each_robot() -> None:
    def steps(facts: Any) -> torch.Tensor:
        return facts["path_length_m"]

    envs = batch(2, "meet", reward=steps, team_share=0)
    envs.reset(seed=0)
    for actions in wild(envs, 3):
        rewards = envs.step(actions)[1]
    paid = np.stack([rewards[agent] for agent in envs.agents], 1)
    np.testing.assert_array_equal(paid, state_of(envs).path_length)
    assert paid.any()


def test_on_the_loop_itself() -> None:
    """Without PettingZoo: one row a team, an axis of robots."""
    row = row_of("VNavTeam-v0")
    envs = VectorEnv(row.task, 2, robots=3, **SMALL)
    observed, _ = envs.reset(seed=0)
    assert observed in envs.observation_space
    assert observed["image"].shape == (2, 3, 36, 36, 3) and observed["goal"].shape == (2, 3, 3)
    _, reward, terminated, _, info = envs.step(envs.oracle())
    assert reward.shape == (2, 3) and terminated.shape == (2,)
    assert info["progress"].shape == (2, 3) and info["success"].shape == (2,)
    text = VectorEnv(row.task, 2, robots=2, instruction="text", **SMALL)
    assert text.reset(seed=0)[0]["instruction"] == ("meet at the red pole",) * 2


def test_who_takes_what_another_was_sent_for_earns_its_way_once() -> None:
    """The tall one has been at the pole already when it goes for the teddy, and brings it there."""
    settings: dict[str, Any] = {"mission": "fetch", "robots": 2, "kinds": ("wheeled", "tall")}
    envs = VectorEnv(row_of("VNavTeam-v0").task, 12, autoreset_mode="Disabled", **settings, **SMALL)
    envs.reset(seed=0)
    alive, progress = np.ones(12, np.bool_), np.zeros((12, 2))
    for step in range(160):
        state: TeamState = envs.state
        sent, waiting = state.worker, state.phase == 0
        if step >= 60:  # as if the tall one had been sent
            tall = torch.tensor([False, True])
            state.worker = torch.where(waiting[:, None], tall, sent)
        actions = envs.oracle()
        state.worker = sent
        actions[:, 0] = 0  # the wheeled one, which was, only waits
        _, _, terminated, truncated, info = envs.step(actions)
        progress = np.where(alive[:, None], info["progress"], progress)
        alive &= ~(over := terminated | truncated)
        if over.any():
            envs.reset(options={"reset_mask": over})
    assert (~alive).sum() >= 6  # they brought it
    assert progress.max() <= 1 + 1e-4
    assert (progress[~alive, 1] > 0.5).all()
