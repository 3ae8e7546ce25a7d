"""The agents of VGeo: what is known without looking, what likeness finds, what chance comes to."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from sampling import one_in

from vgym.baselines import view_likeness
from vgym.baselines.agents import AGENTS, make_agent, plays
from vgym.baselines.prior_agent import place_without_looking
from vgym.baselines.random_agent import RandomAgent
from vgym.baselines.retrieval_agent import RetrievalAgent
from vgym.baselines.training_episodes import in_training, keys_of
from vgym.core import state as states
from vgym.envs.geolocation.answers import to_square
from vgym.envs.geolocation.task import GeoTask
from vgym.geometry.sphere import great_circle_distance

ID = "VGeo-v0"
FORMS = ("lonlat", "square", "cell", "scores", "text", "moves", "moves-cells")
SMALL: dict[str, Any] = {"image_size": 36, "max_episode_steps": 1}


def batch(rows: int = 6, **settings: Any) -> tuple[Any, dict[str, Any]]:
    envs = gymnasium.make_vec(ID, num_envs=rows, **{**SMALL, **settings})
    observation, _ = envs.reset(seed=11)
    return envs, observation


@pytest.mark.parametrize("form", FORMS)
def test_every_agent_speaks_every_form(form: str) -> None:
    steps = 2 if form.startswith("moves") else 1
    for name in (name for name in AGENTS if plays(name, ID)):
        envs, observation = batch(action=form, max_episode_steps=steps)
        agent = RetrievalAgent(views=24) if name == "retrieval" else make_agent(name)
        assert agent.name == name
        agent.reset(0)
        actions = agent.act(observation, envs.unwrapped.instructions(), envs)
        assert all(action in envs.single_action_space for action in actions)
        info = envs.step(actions)[-1]
        if name == "oracle" and form != "scores":
            assert info["success"].all()


def test_photographs_are_answered_with_the_place_where_most_people_live() -> None:
    envs: Any = gymnasium.make_vec("VGeoPhoto-v0", num_envs=3, image_size=64)
    observation, _ = envs.reset(seed=0)
    answers = make_agent("prior").act(observation, envs.unwrapped.instructions(), envs)
    assert (answers == answers[0]).all() and 70 < answers[0, 0] < 130 and 10 < answers[0, 1] < 45
    envs.step(answers)


def test_agents_of_places_play_where_there_are_places() -> None:
    assert plays("prior", ID) and plays("retrieval", ID) and not plays("saliency", ID)
    assert plays("prior", "VGeoPhoto-v0") and not plays("retrieval", "VGeoPhoto-v0")
    assert not plays("prior", "VGround-v0") and not plays("retrieval", "VNav-v0")


def paid_on_average(task: GeoTask, *places: Any, episodes: int = 2000) -> list[float]:
    """What each place earns as the one answer to the same episodes."""
    begun, paid = task.reset(keys_of(task, episodes)), []
    for lonlat in places:
        state = states.take(begun, torch.arange(episodes))
        answers = torch.as_tensor(lonlat, dtype=torch.float64).expand(episodes, 2)
        paid.append(float(task.step(state, task.saying(answers)).reward.mean()))
    return paid


@pytest.mark.parametrize(
    ("draw", "reward"), one_in(5, ["population", "area", "country"], ["dense", "geoguessr"])
)
def test_no_other_constant_is_paid_more_in_training(draw: str, reward: str) -> None:
    task = GeoTask(max_episode_steps=1, draw=draw, reward=reward)
    others = [(116.4, 39.9), (77.2, 28.6), (2.35, 48.86), (-74.0, 40.7), (20.0, 5.0), (100.0, 60.0)]
    best, *paid = paid_on_average(task, place_without_looking(task), *others)
    assert best > max(paid)


def test_a_crowded_cell_is_the_best_constant_of_a_reward_of_cells() -> None:
    task = GeoTask(max_episode_steps=1, reward="pigeon")
    cities = [
        (121.5, 31.2),
        (116.4, 39.9),
        (77.2, 28.6),
        (90.4, 23.8),
        (139.7, 35.7),
        (-99.1, 19.4),
    ]
    best, *paid = paid_on_average(task, place_without_looking(task), *cities)
    assert best > 0.02 and best >= max(paid)


def test_a_reward_of_levels_has_its_best_constant_in_a_country_of_many_people() -> None:
    task = GeoTask(max_episode_steps=1, reward="geovista-v3")
    best, open_sea = paid_on_average(task, place_without_looking(task), (-30.0, 0.0))
    assert 0.1 < best < 0.5 and open_sea == 0


def test_the_place_without_looking_is_the_same_in_every_split_and_at_every_size() -> None:
    told = [
        place_without_looking(
            GeoTask(max_episode_steps=1, reward="geo-r", split=split, image_size=s)
        )
        for split, s in (("train", 36), ("test", 64))
    ]
    assert told[0].tolist() == told[1].tolist()


def test_training_episodes_are_of_the_training_split_and_none_that_benchmarks_play() -> None:
    test = GeoTask(max_episode_steps=1, split="test")
    trained = in_training(test, image_size=48)
    assert trained.config.split == "train" and trained.config.size_hw == (48, 48)
    assert {**vars(trained.config), "split": "test", "image_size": 224} == vars(test.config)
    counted = trained.reset(keys_of(trained, 8)).place
    envs, _ = batch(rows=8, split="train")
    assert not torch.isin(counted, envs.unwrapped.state.place).any()


def test_turning_a_view_changes_no_description_and_another_view_does() -> None:
    draws = torch.Generator().manual_seed(0)
    coarse = torch.rand(8, 3, 6, 6, generator=draws)
    views = torch.nn.functional.interpolate(coarse, (96, 96), mode="bicubic").clamp(0, 1)
    views = (views * 255).byte().permute(0, 2, 3, 1)
    described = view_likeness.describe(views)
    assert torch.allclose(described.norm(dim=1), torch.ones(8), atol=1e-5)
    for turns in (1, 2, 3):
        alike = described @ view_likeness.describe(views.rot90(turns, (1, 2))).T
        assert (alike.diag() > 0.99).all() and (alike.argmax(1) == torch.arange(8)).all()


def test_views_of_one_colour_and_of_the_smallest_size_are_described() -> None:
    views = torch.zeros(2, 36, 36, 3, dtype=torch.uint8)
    views[1] = 255
    black, white = view_likeness.describe(views)
    assert black.isfinite().all() and white.isfinite().all()
    assert black @ white < black @ black


def test_retrieval_finds_the_very_views_of_its_gallery() -> None:
    envs, _ = batch(rows=16, image_size=64)
    task = envs.unwrapped.task
    seeds = [(1 << 40) + k for k in range(16)]
    observation, _ = envs.reset(seed=seeds)
    agent = RetrievalAgent(views=16)
    answers = torch.from_numpy(agent.act(observation, envs.unwrapped.instructions(), envs))
    assert great_circle_distance(answers, envs.unwrapped.state.place).max() < 1.0
    assert task.reset(keys_of(task, 16)).place.equal(envs.unwrapped.state.place)


def test_retrieval_compares_no_views_of_different_layers() -> None:
    envs, observation = batch(rows=4)
    agent = RetrievalAgent(views=40)
    phrases = envs.unwrapped.instructions()
    agent.act(observation, phrases, envs)
    places, layers = agent._places, agent._layers
    for layer in range(3):
        shown = np.zeros_like(observation["layer"])
        shown[:, layer] = 1
        answers = agent.act({**observation, "layer": shown}, phrases, envs)
        for answer in answers:
            assert int(layers[(places == torch.from_numpy(answer)).all(1)][0]) == layer


def test_the_gallery_is_made_once_for_settings_and_anew_for_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []
    agent = RetrievalAgent(views=8)
    collect = agent._collect

    def counted(task: Any) -> None:
        made.append(task)
        collect(task)

    monkeypatch.setattr(agent, "_collect", counted)
    for settings in ({}, {"split": "test"}, {"image_size": 48}, {"difficulty": 0.0}):
        envs, observation = batch(rows=2, **settings)
        agent.act(observation, envs.unwrapped.instructions(), envs)
    assert len(made) == 2


class Moments:
    """A batch with nothing but a task and the moments of its rows."""

    def __init__(self, task: Any, rows: int) -> None:
        self.unwrapped, self.task, self.single_action_space = self, task, task.action_space
        self.moments = np.stack([np.arange(rows), np.zeros(rows), np.zeros(rows)], 1).astype(int)


def guesses_at_random(task: GeoTask, rows: int) -> Any:
    agent = RandomAgent()
    agent.reset(5)
    return agent.act({}, [""] * rows, Moments(task, rows))


def test_random_guesses_are_uniform_on_the_sphere() -> None:
    guesses = torch.from_numpy(guesses_at_random(GeoTask(max_episode_steps=1), 4000))
    square = to_square(guesses).sort(0).values
    steps = (torch.arange(4000) + 0.5)[:, None] / 4000
    # Kolmogorov and Smirnov's distance; 1.63 / sqrt(n) is passed once in a hundred.
    assert (square - steps).abs().max() < 1.95 / 4000**0.5


@pytest.mark.slow
def test_uniform_guessing_comes_to_what_theory_says() -> None:
    task, n = GeoTask(max_episode_steps=1, reward="geo-r"), 20_000
    state = task.reset(keys_of(task, n))
    guesses = torch.from_numpy(guesses_at_random(task, n))
    outcome = task.step(states.take(state, torch.arange(n)), guesses)
    theory = {"geo_score": 130.09, "acc_at_2500km": 0.0380}
    found = {name: outcome.metrics[name].double() for name in theory}
    found["geo-r"], theory["geo-r"] = outcome.reward.double(), 0.12468
    for name, values in found.items():
        error = float(values.std()) / n**0.5
        assert abs(float(values.mean()) - theory[name]) < 3 * error, name
        assert error < 0.05 * theory[name]
