"""The floor: answers drawn at random, without a look at picture or phrase."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from gymnasium import spaces

from vgym.baselines.speaking import form_of, say, say_places
from vgym.core.action_forms import ActionForm
from vgym.core.spoken import Spoken
from vgym.envs.geolocation.answers import LonLats


class RandomAgent:
    """Uniform points; boxes between two uniform corners; a uniform number of boxes, none included;
    places that are uniform on the sphere; elsewhere uniform actions.

    An answer is a function of (the agent's seed, the row's seed, its episode, its step), so an
    episode meets the same answers in whatever batch it is played.
    """

    name = "random"

    def __init__(self) -> None:
        self._seed = 0

    def reset(self, seed: int) -> None:
        """Choose the stream of answers."""
        self._seed = seed

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """One random action a row."""
        batch = envs.unwrapped
        space = batch.single_action_space
        moments = batch.moments.tolist()
        if isinstance(space, LonLats | Spoken) and hasattr(batch.task, "saying"):
            guesses = [_place(self._draws(*moment)) for moment in moments]
            return say_places(envs, torch.tensor(guesses, dtype=torch.float64))
        if not isinstance(getattr(getattr(batch, "task", None), "form", None), ActionForm):
            return np.stack([_sample(space, self._draws(*m)) for m in moments])
        form = form_of(envs)
        fractions = np.empty((len(instructions), form.slots, form.numbers), np.float32)
        used = np.ones((len(instructions), form.slots), np.bool_)
        for row, moment in enumerate(moments):
            draws = self._draws(*moment)
            places = draws.random((form.slots, form.numbers))
            if form.numbers == 4:
                corners = np.sort(places.reshape(form.slots, 2, 2), axis=1)
                places = corners.reshape(form.slots, 4)
            fractions[row] = places
            if form.is_set:
                used[row] = np.arange(form.slots) < draws.integers(0, form.slots, endpoint=True)
        return say(envs, fractions, used)

    def _draws(self, seed: int, episode: int, step: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, seed, episode, step])


def _place(draws: np.random.Generator) -> tuple[float, float]:
    """Longitude and latitude of a place, as likely in each part of the sphere."""
    across, up = draws.random(2).tolist()
    return 360 * across - 180, math.degrees(math.asin(2 * up - 1))


def _sample(space: spaces.Space[Any], draws: np.random.Generator) -> Any:
    """A uniform action of a space of numbers, or of words for them."""
    if isinstance(space, Spoken):
        return space.written(_sample(space.numbers, draws))
    if isinstance(space, spaces.Discrete):
        return space.start + draws.integers(space.n)
    if isinstance(space, spaces.MultiDiscrete):
        return space.start + draws.integers(space.nvec)
    assert isinstance(space, spaces.Box)
    return draws.uniform(space.low, space.high).astype(space.dtype)
