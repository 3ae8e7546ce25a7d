"""The floor: answers drawn at random, without a look at picture or phrase."""

from __future__ import annotations

from typing import Any

import numpy as np

from vgym.baselines.speaking import form_of, say


class RandomAgent:
    """Uniform points; boxes between two uniform corners; a uniform number of boxes, none included.

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
        form = form_of(envs)
        now = envs.unwrapped.state_dict()
        moments = np.stack([now[name].astype(np.uint64) for name in ("seeds", "episodes")])
        fractions = np.empty((len(instructions), form.slots, form.numbers), np.float32)
        used = np.ones((len(instructions), form.slots), np.bool_)
        for row, (seed, episode) in enumerate(moments.T.tolist()):
            draws = np.random.default_rng([self._seed, seed, episode, int(now["elapsed"][row])])
            places = draws.random((form.slots, form.numbers))
            if form.numbers == 4:
                corners = np.sort(places.reshape(form.slots, 2, 2), axis=1)
                places = corners.reshape(form.slots, 4)
            fractions[row] = places
            if form.is_set:
                used[row] = np.arange(form.slots) < draws.integers(0, form.slots, endpoint=True)
        return say(envs, fractions, used)
