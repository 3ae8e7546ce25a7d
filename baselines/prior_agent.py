"""Without a look: the one place that pays most on average, of places that training shows.

What it earns is knowledge of where places are drawn, and nothing that was seen: an agent that looks
is to be held against it, and not against answers at random.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from vgym.baselines.best_constant import best_constant, mean_by_distance
from vgym.baselines.speaking import say_places
from vgym.baselines.training_episodes import in_training, keys_of
from vgym.core import state as states
from vgym.envs.geolocation.task import GeoTask

_PLACES = 4096  # of training, that the mean is over
_TRIED = 1024  # of them, as answers, where a reward reads more than the distance: each is given
_FIRST, _KEPT = 512, 64  # in so many episodes, and in all of them those that were paid most


class PriorAgent:
    """Always the same place: the best of all for the reward that is paid."""

    name = "prior"
    families = ("geolocation", "geo-photo")

    def __init__(self) -> None:
        self._task: Any = None  # whose the answer is
        self._place = torch.zeros(2, dtype=torch.float64)

    def reset(self, seed: int) -> None:
        """Nothing to choose: it draws no random numbers."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """The place, in every row."""
        task = envs.unwrapped.task
        if self._task is not task:
            self._task, self._place = task, place_without_looking(task)
        return say_places(envs, self._place.expand(len(instructions), -1))


def place_without_looking(task: Any) -> Tensor:
    """(2,) lonlat of what is best answered to the training episodes of a task's settings; where
    these are photographs, of which few have a training split, to those of `VGeo-v0`."""
    if isinstance(task, GeoTask):
        trained = in_training(task)
    else:
        trained = GeoTask(max_episode_steps=1, reward=task.config.reward)
    places = trained.reset(keys_of(trained, _PLACES)).place
    reward = trained.reward
    if reward.fits({"distance_m", "format_ok"}):

        def value(metres: Tensor) -> Tensor:
            read = torch.ones_like(metres, dtype=torch.bool)
            paid: Tensor = reward({"distance_m": metres, "format_ok": read}).value
            return paid

        return best_constant(mean_by_distance(value, places), places[:_TRIED]).lonlat
    return _best_played(trained, places[:_TRIED])


def _best_played(task: Any, answers: Tensor) -> Tensor:
    """The answer that is paid most where it is given in all episodes."""
    first = task.reset(keys_of(task, _PLACES))
    some = _paid(task, first, answers, _FIRST)
    kept = answers[some.topk(min(_KEPT, len(answers))).indices]
    return kept[_paid(task, first, kept, _PLACES).argmax()]


def _paid(task: Any, first: Any, answers: Tensor, episodes: int) -> Tensor:
    """(A,) the mean reward of each answer, given in the first of so many episodes."""
    at_once = max(1, _PLACES // episodes)
    found = []
    for some in torch.split(answers, at_once):
        row = torch.arange(episodes).repeat(len(some))
        action = task.saying(some.repeat_interleave(episodes, 0))
        reward = task.step(states.take(first, row), action).reward
        found.append(reward.double().view(len(some), episodes).mean(1))
    return torch.cat(found)
