"""Agents that search by looking: what they recognise, where they look next, what they answer."""

import gymnasium
import numpy as np
import pytest

from vgym.baselines.agents import make_agent
from vgym.baselines.rings import find_rings
from vgym.baselines.search_agents import BestFirstAgent, GridSweepAgent, Place, Search
from vgym.baselines.search_clues import Clue, fits, places_about, understood
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
    assert agent.wanted(search, None, 5) is near
    assert len(search.queue) == 1
    assert agent.wanted(search, Place(0.9, near, close=False), 5) is not None
    assert agent.wanted(search, Place(0.9, near, close=True), 5) is None


def test_nobody_looks_on_who_could_not_come_back_to_what_was_found():
    agent = BestFirstAgent()
    search = Search(stack=[ROOT, np.array([0.5, 0.5, 0.6, 0.6])])
    search.queue = [Place(0.9, np.array([0.52, 0.52, 0.54, 0.54]))]
    found = Place(0.3, np.array([0.1, 0.1, 0.2, 0.2]))  # not in this view
    assert agent.wanted(search, found, 4) is None
    assert agent.wanted(search, found, 5) is not None


def test_a_sweep_looks_at_every_cell_once_and_then_at_what_was_likeliest():
    agent, search = GridSweepAgent(), Search(stack=[ROOT])
    likely = np.array([0.4, 0.4, 0.45, 0.45])
    search.queue = [Place(0.9, likely)]
    cells = []
    for turn in range(10, 2, -2):
        cell = agent.wanted(search, None, turn)
        cells.append(cell)
        search.stack.append(cell)
        if turn > 4:
            assert agent.wanted(search, None, turn - 1) is ROOT
        search.stack.pop()
    assert len({tuple(cell) for cell in cells}) == 4
    seen = np.zeros((50, 50), bool)
    for x0, y0, x1, y1 in (np.array(cells) * 50).round().astype(int):
        seen[y0:y1, x0:x1] = True
    assert seen.all()
    assert agent.wanted(search, None, 4) is likely


@pytest.mark.parametrize(
    ("words", "inside", "outside"),
    [
        ("the frog just left of the jar", (0.35, 0.45, 0.37, 0.47), (0.6, 0.45, 0.62, 0.47)),
        ("the frog closest to the jar", (0.51, 0.45, 0.53, 0.47), (0.9, 0.45, 0.92, 0.47)),
        ("the frog inside the red fence", (0.45, 0.45, 0.47, 0.47), (0.6, 0.45, 0.62, 0.47)),
    ],
)
def test_places_are_weighed_by_what_the_words_say(words, inside, outside):
    wish, clue = understood(words), Clue(np.array([0.4, 0.4, 0.5, 0.5]), 0.7)
    well, badly = (fits(wish, [clue], np.array(box)) for box in (inside, outside))
    assert well > 0.9 and badly < 0.2
    assert fits(wish, [], np.array(inside)) == pytest.approx(0.15)
    views = [box for _, box in places_about(wish, clue, ROOT)]
    assert any((view[:2] < inside[:2]).all() and (view[2:] > inside[2:]).all() for view in views)


def test_a_fence_of_one_colour_is_found_by_its_four_bars():
    ground = np.full((120, 120, 3), (90, 120, 70), np.uint8)
    cv2.rectangle(ground, (40, 50), (63, 73), (44, 92, 214), 1)
    cv2.rectangle(ground, (80, 10), (103, 33), (206, 40, 40), 1)
    cv2.line(ground, (5, 100), (110, 100), (44, 92, 214), 2)
    found = find_rings(ground, "blue", (20, 24, 29))
    assert found.side[0] == 24 and found.score[0] > 0.8
    assert np.abs(found.boxes[0] * 120 - (40, 50, 64, 74)).max() <= 1.01
    assert found.score[1] < 0.3


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
