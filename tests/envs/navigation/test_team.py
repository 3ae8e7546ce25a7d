"""Teams by PettingZoo and on the loop: its own tests, batches, copies, seeds, pictures."""

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from gymnasium.error import ClosedEnvironmentError, ResetNeeded
from gymnasium.vector import AutoresetMode
from rollouts import assert_same
from teams import SMALL, batch, small, state_of, wild

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of PettingZoo about its own examples
    from pettingzoo.test import (
        api_test,
        max_cycles_test,
        parallel_api_test,
        parallel_seed_test,
        render_test,
    )

from vgym.core.vector_env import VectorEnv
from vgym.envs.navigation import team_v0
from vgym.envs.navigation.team.types import TASK_NAMES
from vgym.registration import row_of


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


def test_render() -> None:
    # PettingZoo's test makes a "human" environment, which it never draws; there is none here.
    def make(render_mode: str) -> Any:
        mode = None if render_mode == "human" else render_mode
        return team_v0.env(3, "fetch", render_mode=mode, **SMALL)

    render_test(make)
    assert small().render() is None


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
        "poses": [25.0798, 32.939, 49.8603],
        "reward": [0.8294, 0.8186, 0.8118],
        "colours": [181.581, 142.3814, 168.5259],
    },
    "cover": {
        "poses": [29.7496, 34.3664, 31.7702],
        "reward": [1.2163, 1.3713, 0.6776],
        "colours": [144.0449, 133.9815, 165.3315],
    },
    "carry": {
        "poses": [37.5697, 39.3144, 32.3172],
        "reward": [0.456, 0.105, 0.0765],
        "colours": [138.8919, 177.1706, 174.7499],
    },
    "open": {
        "poses": [36.7432, 25.4688, 37.249],
        "reward": [1.369, 1.5534, 0.559],
        "colours": [119.3373, 132.9303, 136.7478],
    },
    "fetch": {
        "poses": [23.8859, 43.8434, 19.3749],
        "reward": [0.0805, 0.301, 0.1805],
        "colours": [124.0833, 156.8481, 148.2404],
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
