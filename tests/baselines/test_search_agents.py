"""Agents that search by looking: what they recognise, where they look next, what they answer."""

import gymnasium
import numpy as np
import pytest

from vgym.baselines.agents import make_agent
from vgym.baselines.search_agents import BestFirstAgent, GridSweepAgent, Place, Search
from vgym.baselines.sprite_likeness import _picture, likely_places, things_named
from vgym.core.opencv import cv2

ROOT = np.array([0.0, 0.0, 1.0, 1.0])


def test_a_thing_is_found_where_it_was_pasted():
    ground = np.full((160, 160, 3), (90, 120, 70), np.uint8)
    picture = cv2.resize(_picture("teapot"), None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA)
    high, wide = picture.shape[:2]
    part = ground[40 : 40 + high, 100 : 100 + wide]
    part[:] = picture[..., :3] + part * (1 - picture[..., 3:] / 255)
    found = likely_places(ground, "", "teapot")
    x0, y0, x1, y1 = found.boxes[0] * 160
    assert abs((x0 + x1) / 2 - (100 + wide / 2)) < 3 and abs((y0 + y1) / 2 - (40 + high / 2)) < 3
    assert found.score[0] > likely_places(ground, "", "banana").score[0] + 0.05


def test_names_are_read_longest_first_with_their_colour():
    assert things_named("the red magnifying glass nearest to the sofa") == [
        ("red", "magnifying glass"),
        ("", "sofa"),
    ]
    assert things_named("the river between two countries") == []


def test_the_best_place_of_all_views_is_next_and_a_sure_one_ends_it():
    agent, search = BestFirstAgent(), Search(stack=[ROOT])
    near = np.array([0.1, 0.1, 0.2, 0.2])
    search.queue = [Place(0.6, np.array([0.5, 0.5, 0.6, 0.6])), Place(0.9, near)]
    assert agent.wanted(search, 5) is near
    assert len(search.queue) == 1
    search.answers = [Place(0.9, near, sure=False)]
    assert agent.wanted(search, 5) is not None
    search.answers = [Place(0.9, near, sure=True)]
    assert agent.wanted(search, 5) is None


def test_a_sweep_looks_at_every_cell_once_and_comes_back_between():
    agent, search = GridSweepAgent(), Search(stack=[ROOT])
    cells = []
    for turn in range(10, 2, -2):
        cell = agent.wanted(search, turn)
        cells.append(cell)
        search.stack.append(cell)
        back = agent.wanted(search, turn - 1)
        assert back is ROOT if turn > 4 else back is None
        search.stack.pop()
    assert sum(np.prod(cell[2:] - cell[:2]) for cell in cells) == pytest.approx(1.0)
    assert len({tuple(cell) for cell in cells}) == 4


@pytest.mark.slow
@pytest.mark.parametrize("name", ["grid-sweep", "best-first"])
@pytest.mark.parametrize("settings", [{"action": "cells"}, {"answer": "point"}, {"source": "sky"}])
def test_every_form_and_source_is_played_to_the_end(name, settings):
    envs = gymnasium.make_vec("VZoom-v0", num_envs=2, **settings)
    agent = make_agent(name)
    agent.reset(0)
    observation, _ = envs.reset(seed=3)
    ended = np.zeros(2, bool)
    for _ in range(6):
        action = agent.act(observation, envs.unwrapped.instructions(), envs)
        observation, _, terminated, truncated, _ = envs.step(action)
        assert not truncated.any()
        ended |= terminated
    assert ended.all()
    envs.close()
