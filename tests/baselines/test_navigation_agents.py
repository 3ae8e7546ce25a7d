"""The agents that walk: better than chance, by their senses alone, in every action form."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from sampling import one_in

from vgym.baselines.agents import AGENTS, make_agent, plays
from vgym.baselines.depth_map import FREE, HIT, SIDE, DepthMaps, cell_of
from vgym.baselines.map_planning import FAR, cost_field, frontier, next_turns
from vgym.baselines.recognising import catalogue, find, last_named, wanted
from vgym.baselines.surface_colours import BANDS, BINS, colour_bin
from vgym.envs.navigation.furniture import KIND_NUMBER, KINDS
from vgym.envs.navigation.worlds.world import CELL
from vgym.evaluation.runner import run

WALKERS = ("frontier", "wall-follower")
SMALL: dict[str, Any] = {"rooms": 4, "worlds": 4, "image_size": 64}


def batch(id: str = "VNavPoint-v0", rows: int = 4, **settings: Any) -> Any:
    known = {**SMALL, "depth": True, "odometry": True, **settings}
    return gymnasium.make_vec(id, num_envs=rows, **known)


class OnlyWhatIsPublic:
    """A batch with nothing to look at but its settings and how far its episodes are."""

    def __init__(self, envs: Any) -> None:
        self.unwrapped = self
        self.task = type("Task", (), {"config": envs.unwrapped.task.config})()
        self.moments = envs.unwrapped.moments


def walk(name: str, envs: Any, steps: int, public: bool = False) -> list[Any]:
    agent = make_agent(name)
    agent.reset(0)
    observation, _ = envs.reset(seed=3)
    actions = []
    for _ in range(steps):
        seen = OnlyWhatIsPublic(envs) if public else envs
        action = agent.act(observation, envs.unwrapped.instructions(), seen)
        assert envs.action_space.contains(action)
        actions.append(action)
        observation, *_ = envs.step(action)
    return actions


@pytest.mark.slow
def test_frontier_finds_points_and_random_does_not() -> None:
    success = {
        name: run("VNavPoint-v0", make_agent(name), 16, num_envs=8, settings=SMALL).success.mean()
        for name in ("random", "frontier")
    }
    assert success["frontier"] >= 0.8
    assert success["random"] < 0.3


@pytest.mark.slow
def test_frontier_finds_things_by_their_names() -> None:
    settings = {**SMALL, "difficulty": 0.2}
    found = run("VNav-v0", make_agent("frontier"), 16, num_envs=8, settings=settings).success
    assert found.mean() >= 0.3


@pytest.mark.parametrize(
    ("id", "name"), one_in(3, ["VNavPoint-v0", "VNav-v0", "VNavInstruction-v0"], WALKERS)
)
def test_no_state_is_read(id: str, name: str) -> None:
    blind = walk(name, batch(id), 8, public=True)
    np.testing.assert_array_equal(blind, walk(name, batch(id), 8))


@pytest.mark.parametrize("name", WALKERS)
@pytest.mark.parametrize(
    "settings",
    one_in(
        4,
        [
            {"action": "continuous"},
            {"action": "continuous", "look": True, "doors": "closed"},
            {"look": True, "doors": "closed", "turn": 15},
            {"view": "dual", "image_size": (48, 64), "fov": 120.0},
        ],
    ),
)
def test_actions_are_legal_in_every_form(name: str, settings: dict[str, Any]) -> None:
    walk(name, batch(**settings), 5)


@pytest.mark.parametrize("name", WALKERS)
def test_an_episode_is_walked_alike_whatever_came_before_it(name: str) -> None:
    """Rows end at different times; what is left of the last episode must not steer the next."""
    envs = batch(rows=3, max_episode_steps=15)
    agent = make_agent(name)
    agent.reset(0)
    observation, _ = envs.reset(seed=5)
    begun = np.zeros(3, np.int64)
    for _ in range(40):
        words = envs.unwrapped.instructions()
        action = agent.act(observation, words, envs)
        first = envs.unwrapped.moments[:, 2] == 0
        unburdened = make_agent(name).act(observation, words, envs)
        np.testing.assert_array_equal(action[first], unburdened[first])
        begun += first
        observation, *_ = envs.step(action)
    assert begun.min() >= 3


@pytest.mark.parametrize("name", WALKERS)
def test_an_agent_may_take_over_in_the_middle_of_an_episode(name: str) -> None:
    envs = batch()
    envs.reset(seed=0)
    observation, *_ = envs.step(np.ones(4, np.int64))
    action = make_agent(name).act(observation, envs.unwrapped.instructions(), envs)
    assert envs.action_space.contains(action)


@pytest.mark.parametrize("name", WALKERS)
def test_agents_that_walk_say_what_they_need(name: str) -> None:
    assert not plays(name, "VGround-v0") and plays(name, "VNav-v0")
    assert name in AGENTS
    envs: Any = gymnasium.make_vec("VNavPoint-v0", num_envs=1, **SMALL)
    observation, _ = envs.reset(seed=0)
    agent = make_agent(name)
    with pytest.raises(ValueError, match="depth=False"):
        agent.act(observation, envs.unwrapped.instructions(), envs)
    ground: Any = gymnasium.make_vec("VGround-v0", num_envs=1, image_size=64)
    observation, _ = ground.reset(seed=0)
    with pytest.raises(TypeError, match="GroundingConfig"):
        agent.act(observation, ground.unwrapped.instructions(), ground)


def wall_at(metres: float, side: int = 64) -> np.ndarray:
    """What a camera 1.25 m up sees of a floor and a wall across."""
    slope = (side / 2 - (np.arange(side) + 0.5)) / (side / 2)
    floor = np.where(slope < 0, 1.25 / np.maximum(-slope, 1e-6), np.inf)
    return np.repeat(np.minimum(floor, metres)[:, None], side, 1).astype(np.float32)


def test_a_wall_is_mapped_where_it_is() -> None:
    maps = DepthMaps(1)
    image = np.full((64, 64, 3), 200, np.uint8)
    maps.see(0, np.array([0.5, 0, 0, 1], np.float32), wall_at(2.0), image, 90.0)
    for aside in (-1.0, 0.0, 1.0):
        assert maps.flags[0][cell_of(0.5 - aside, 2.06)] & HIT
        for ahead in (0.9, 1.4, 1.7):
            if abs(aside) < ahead:
                flag = maps.flags[0][cell_of(0.5 - aside, ahead)]
                assert flag & FREE and not flag & HIT
    assert not maps.flags[0][cell_of(0.5, 2.5)]
    assert len(frontier(maps.flags[0], maps.box[0]))


def test_ways_lead_round_what_is_in_the_way() -> None:
    maps = DepthMaps(1)
    flags, box = maps.flags[0], maps.box[0]
    flags[140:180, 140:180] = FREE
    flags[140:170, 160] = HIT
    box[:] = 140, 179, 140, 179
    goal = np.array([150 * SIDE + 170])
    x, y = (150.5 - SIDE // 2) * CELL, (150.5 - SIDE // 2) * CELL
    cost = cost_field(flags, box, goal, x, y, False)
    assert cost[150, 150] * CELL / 5 > 20 * CELL * 1.5
    turns, left = next_turns(
        flags, cost, np.array([x, y, 1.0, 0.0]), np.pi / 6, 0.25, np.zeros((0, 2))
    )
    assert turns in (2, 3) and np.isfinite(left)  # up, to where the wall ends
    flags[140:180, 160] = HIT
    assert cost_field(flags, box, goal, x, y, False)[150, 150] == FAR


def test_the_last_thing_named_is_meant() -> None:
    assert last_named("go to the blue armchair") == ("blue", "armchair")
    assert last_named("walk past the bin on your left. stop at the doll's house.") == (
        "",
        "doll's house",
    )
    assert last_named("head for the office chair in the office") == ("", "office chair")
    for kind in KINDS:
        assert last_named(f"find the {kind.name}") == ("", kind.name)


def test_colours_have_bins_of_their_own() -> None:
    vivid = [(220, 20, 20), (20, 160, 40), (30, 80, 220), (250, 220, 40), (128, 128, 128)]
    bins = [colour_bin(*map(float, colour)) for colour in vivid]
    assert len(set(bins)) == len(bins)
    draws = np.random.default_rng(0).integers(0, 400, (2000, 3))
    assert all(0 <= colour_bin(*map(float, colour)) < BINS for colour in draws)


def test_a_thing_as_in_the_catalogue_is_recognised() -> None:
    known = catalogue()
    looks = np.flatnonzero(known.kind == KIND_NUMBER["fern"])
    likeliest = known.looks[:, looks[0]].reshape(BINS, BANDS)
    colours = np.zeros((SIDE, SIDE, BANDS), np.uint8)
    for band in range(3):
        colours[198:202, 148:152, band] = likeliest[:, band].argmax() + 1
    box = np.array([120, 220, 120, 220])
    sure, row, column = find(colours, box, wanted("", "fern"))
    assert sure > 0.3 and abs(row - 200) <= 2 and abs(column - 150) <= 2
    assert find(colours, box, wanted("", "fridge"))[0] < 0.1
    assert find(np.zeros_like(colours), box, wanted("", "fern")) == (0.0, 0, 0)
