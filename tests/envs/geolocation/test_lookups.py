"""Looking up by name: what is found, and which queries tell the answer."""

from typing import Any

import numpy as np
import torch
from rollouts import make_vec

from vgym.data import earth
from vgym.envs.geolocation.lookups import leaked_queries, look_up, results
from vgym.envs.geolocation.moves import FORMS, LOOKUP
from vgym.envs.geolocation.types import FOUND


def batch(rows: int = 4, **settings: Any) -> Any:
    envs = make_vec("VGeo-v0", rows, action="moves", **settings)
    envs.reset(seed=0)
    return envs


def number_of(name: str) -> int:
    return int(earth.gazetteer().named(name)[0])


def asking(*names: str) -> Any:
    """Actions that look names up."""
    count = len(earth.gazetteer())
    rows = [[(LOOKUP + 0.5) / 4, (number_of(name) + 0.5) / count, 0, 0, 0] for name in names]
    return np.array(rows, np.float32)


def test_a_query_finds_places_of_its_name() -> None:
    envs = batch()
    observed = envs.step(asking("Paris", "Nairobi", "Springfield", "Lima"))[0]["found"]
    assert observed.shape == (4, FOUND * 3) and observed in envs.observation_space["found"]
    places = observed.reshape(4, FOUND, 3)
    np.testing.assert_allclose(places[1, 0], [36.82, -1.29, 1], atol=0.1)
    np.testing.assert_allclose(places[3, 0], [-77.03, -12.04, 1], atol=0.1)
    assert (places[2, :, 2] == 1).all(), "there are several places called Springfield"
    again = envs.step(np.full((4, 5), 0.1, np.float32))[0]["found"]  # a look keeps what was found
    np.testing.assert_array_equal(again, observed)
    assert envs.unwrapped.state.lookups.tolist() == [1] * 4


def test_all_names_can_be_said_by_their_number() -> None:
    count = len(earth.gazetteer())
    form = FORMS["moves"](32, count)
    numbers = np.arange(count)
    share = ((numbers + 0.5) / count).astype(np.float32)
    action = np.zeros((count, 5), np.float32)
    action[:, 1] = share
    assert (form.decode(torch.from_numpy(action)).name.numpy() == numbers).all()


def test_queries_that_tell_the_answer_are_counted_once_each() -> None:
    envs = batch(max_episode_steps=9)
    state = envs.unwrapped.state
    words = earth.chain_words(earth.chain_of(state.place.numpy()).codes)
    countries = [chain[1] for chain in words]
    assert all(number_of(name) >= 0 for name in countries)
    foreign = ["Iceland" if name != "Iceland" else "Chad" for name in countries]
    for names in (countries, foreign, countries):
        info = envs.step(asking(*names))[4]
    assert not info["_leaked_queries"].any(), "whether a query leaks is told before the end"
    info = envs.step(envs.unwrapped.oracle())[4]
    assert info["leaked_queries"].tolist() == [1] * 4 and info["lookups"].tolist() == [3] * 4
    assert envs.unwrapped.facts["leaked_queries"].tolist() == [1] * 4


def test_more_lookups_than_are_remembered_do_no_harm() -> None:
    envs = batch(2, max_episode_steps=200)
    state = envs.unwrapped.state
    form = envs.unwrapped.task.form
    move = form.decode(torch.from_numpy(asking("Lima", "Oslo")))
    for _ in range(70):
        look_up(state, move, torch.tensor([True, False]))
    assert state.lookups.tolist() == [70, 0] and state.queries.shape[1] == 64
    assert (results(state)[1] == 0).all() and (leaked_queries(state)[1] == 0).all()
