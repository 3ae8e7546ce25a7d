"""What teams are asked to do: that who knows does it, and that work is paid to who did it, once."""

from typing import Any

import numpy as np
import pytest
import torch
from gymnasium.vector import AutoresetMode
from teams import SMALL, batch, small, state_of, wild

from vgym.core.vector_env import VectorEnv
from vgym.envs.navigation import team_v0
from vgym.envs.navigation.team.robots import ROBOTS
from vgym.envs.navigation.team.rules import standing
from vgym.envs.navigation.team.task import TeamTask
from vgym.envs.navigation.team.types import TASK_NAMES
from vgym.registration import row_of
from vgym.rewards.recipes import recipes_for


def test_nobody_starts_where_the_team_is_to_meet() -> None:
    envs = team_v0.vector_env(400, 4, "meet", image_size=36, rooms=5, worlds=12)
    envs.reset(seed=0)
    success = envs.envs.task.step(envs.envs.state, torch.zeros(400, 4, dtype=torch.int64)).success
    assert not success.any()


def play(envs: Any, policy: Any, steps: int = 400) -> tuple[Any, Any, Any]:
    """What every robot earned, its work, and success, of each row's first episode: (B, R), (B,)."""
    envs.task.draw = lambda state, images, rows=None: None  # nobody looks
    envs.reset(seed=0)
    robots = len(envs.task.team)
    alive, solved = np.ones(envs.num_envs, bool), np.zeros(envs.num_envs, bool)
    total = np.zeros((envs.num_envs, robots))
    work = total.copy()
    for _ in range(steps):
        _, reward, terminated, truncated, info = envs.step(policy(envs))
        total += np.where(alive[:, None], reward, 0)
        work = np.where(alive[:, None], info["progress"], work)
        solved |= alive & terminated
        alive &= ~(over := terminated | truncated)
        if not alive.any():
            break
        if over.any():
            envs.reset(options={"reset_mask": over})
    return total, work, solved


def team(task: str, num_envs: int, robots: int = 4, **settings: Any) -> Any:
    return VectorEnv(
        row_of("VNavTeam-v0").task,
        num_envs,
        mission=task,
        robots=robots,
        autoreset_mode="Disabled",
        expose="truth",
        **{**SMALL, **settings},
    )


def knows(envs: Any) -> Any:
    return np.asarray(envs.oracle())


def replaced(robot: int) -> Any:
    """The team that knows, but for one robot that does anything."""
    draws = np.random.default_rng(1)

    def policy(envs: Any) -> Any:
        actions = knows(envs)
        actions[:, robot] = draws.integers(0, 5, len(actions))
        return actions

    return policy


def shuffled() -> Any:
    """What each should do is done by any of them."""
    draws = np.random.default_rng(2)
    return lambda envs: draws.permuted(knows(envs), axis=1)


def wander() -> Any:
    draws = np.random.default_rng(3)

    def policy(envs: Any) -> Any:
        anything = draws.integers(0, 5, (envs.num_envs, len(envs.task.team)))
        return np.where(draws.random(anything.shape) < 0.5, 1, anything)

    return policy


@pytest.mark.parametrize(
    "robots", [2, *(pytest.param(count, marks=pytest.mark.slow) for count in (5, 8))]
)
@pytest.mark.parametrize("task", TASK_NAMES)
def test_no_robot_is_paid_beyond_the_range_whatever_it_does(task: str, robots: int) -> None:
    kinds = tuple(("wheeled", "tall", "small", "drone")[n % 4] for n in range(robots))
    steps = 50 if robots < 8 else 200
    for number, policy in enumerate((knows, shuffled(), wander())):
        envs = team(task, 4, robots, kinds=kinds, team_share=0, max_episode_steps=steps)
        total, work, solved = play(envs, policy, steps)
        assert (total >= 0).all() and (total <= 1 + 1e-4).all()
        assert (work >= 0).all() and (work <= 1 + 1e-4).all()
        np.testing.assert_allclose(total, 0.5 * work + 0.5 * (total > 0.5 * work + 0.1), atol=1e-4)
        if task in ("carry", "fetch"):  # one work for all, and the whole of it with success
            assert (work.sum(1) <= 1 + 1e-4).all()
            np.testing.assert_allclose(work[solved].sum(1), 1, atol=1e-4)
        elif solved.any():
            np.testing.assert_allclose(total[solved].max(), 1, atol=1e-4)
        assert work.any() or number == 2


@pytest.mark.parametrize("task", ["carry", "fetch"])
def test_who_is_not_needed_earns_nothing(task: str) -> None:
    """However it walks about, and with success too."""
    kinds = ("small", "wheeled", "tall", "drone")
    draws = np.random.default_rng(0)

    def walk_about(envs: Any) -> Any:
        actions = knows(envs)
        actions[:, [0, 3]] = draws.integers(1, 4, (len(actions), 2))
        return actions

    envs = team(task, 5, kinds=kinds, team_share=0, max_episode_steps=120)
    total, _, solved = play(envs, walk_about, 120)
    assert solved.any()
    assert (total[:, [0, 3]] == 0).all()
    assert (total[solved].max(1) > 0.6).all()


def test_what_one_has_done_another_is_not_paid_for() -> None:
    """In `fetch`, who comes after another to where that has been earns nothing by it."""
    envs = team("fetch", 8, 2, kinds=("wheeled", "tall"), team_share=0)
    envs.reset(seed=0)
    state: Any = envs.state
    state.best[:, 0] = 0.0  # the wheeled one has been there
    paid = np.zeros(8)
    for _ in range(40):
        actions = knows(envs)
        actions[:, 0] = 0
        actions[actions == 4] = 1
        _, reward, *_ = envs.step(actions)
        paid += reward.sum(1)
    assert (paid == 0).all()
    assert (state.best[:, 1] < state.leg[:, 1]).any()


@pytest.mark.slow
@pytest.mark.parametrize("task", TASK_NAMES)
def test_a_team_that_knows_solves_its_task_and_no_random_robot_does_better(task: str) -> None:
    total, _, solved = play(team(task, 48, rooms=5, worlds=12), knows)
    assert solved.mean() >= 0.97
    assert (total <= 1 + 1e-4).all() and (total >= 0).all()
    for robot in (0, 3):
        other, *_ = play(team(task, 48, rooms=5, worlds=12), replaced(robot))
        gain = other.mean(1) - total.mean(1)
        assert gain.mean() <= 2 * gain.std() / len(gain) ** 0.5
    lucky = play(team(task, 48, rooms=5, worlds=12), wander(), 100)[2]
    assert lucky.mean() <= 0.25


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
        after = torch.minimum(best, now).clamp(min=2.5)  # its reach
        own = 0.5 * (best.clamp(min=2.5) - after) / (start - 2.5) + 0.5 * solved[:, None]
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
