"""Several setups in one run: how often each is drawn, from the first episode to the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from vgym.chat.env import ChatEnv
from vgym.integrations.episodes import Setup
from vgym.integrations.tickets import Ticket
from vgym.registration import row_of


@dataclass(frozen=True)
class Mixture:
    """Setups with weights, which may change on the way.

    Args:
        setups: what is played, each with its own recipe, settings and split.
        weights: (K,) how often each is drawn, in any scale.
        later: (K,) the weights that are reached after ``over`` episodes, evenly: a curriculum.
            None keeps the first ones.
        over: episodes until then.

    Which setup an episode is of is a function of (weights, seed, its number).

    Raises:
        ValueError: no setup; weights of another number, below 0, or all 0; ``over`` below 1.

    Source: Mixed-R1 trains on one mixture of tasks with a reward for each; the curriculum is ours.
    """

    setups: tuple[Setup, ...]
    weights: tuple[float, ...]
    later: tuple[float, ...] | None = None
    over: int = 10_000

    def __post_init__(self) -> None:
        if not self.setups:
            raise ValueError("a mixture has at least one setup")
        if self.over < 1:
            raise ValueError(f"over={self.over!r} must be a number of episodes, at least 1")
        for weights in (self.weights, self.later):
            if weights is None:
                continue
            if len(weights) != len(self.setups):
                raise ValueError(f"{len(weights)} weights were given for {len(self.setups)} setups")
            if not all(np.isfinite(w) and w >= 0 for w in weights) or not sum(weights) > 0:
                raise ValueError(f"weights {weights} must be numbers of at least 0, not all 0")

    @classmethod
    def of(
        cls,
        setups: Sequence[Setup],
        weights: Sequence[float] | None = None,
        later: Sequence[float] | None = None,
        over: int = 10_000,
    ) -> Mixture:
        """The same from any sequences; without weights all are drawn alike."""
        given = [1.0] * len(setups) if weights is None else weights
        return cls(tuple(setups), tuple(given), None if later is None else tuple(later), over)

    def choices(self, episodes: int, seed: int = 0) -> NDArray[np.int64]:
        """(N,) which setup each of the first episodes is of."""
        first = np.array(self.weights) / sum(self.weights)
        last = first if self.later is None else np.array(self.later) / sum(self.later)
        share = np.minimum(np.arange(episodes) / self.over, 1)[:, None]
        edges = np.cumsum((1 - share) * first + share * last, axis=1)
        drawn = np.random.default_rng([seed, len(self.setups)]).random(episodes)
        chosen: NDArray[np.int64] = (drawn[:, None] >= edges).sum(axis=1)
        return chosen.clip(max=len(self.setups) - 1)

    def tickets(self, episodes: int, seed: int = 0) -> list[Ticket]:
        """Those of the first episodes; each setup's own seeds count from ``seed``. A finite source
        begins anew when all its records were drawn.

        Raises:
            ValueError: a setup cannot be played.
        """
        choices = self.choices(episodes, seed)
        counts = np.bincount(choices, minlength=len(self.setups)).tolist()
        texts = [setup.as_json() for setup in self.setups]
        starts = [
            setup.starts(count, seed) if count else []
            for setup, count in zip(self.setups, counts, strict=True)
        ]
        used = [0] * len(self.setups)
        found = []
        for k in choices.tolist():
            turn, place = divmod(used[k], len(starts[k]))
            start = starts[k][place]
            found.append(Ticket(texts[k], start.seed + turn * len(starts[k]), start.record))
            used[k] += 1
        return found


class _Drawn:
    """Which setup the next episode is of."""

    def __init__(self, mixture: Mixture) -> None:
        self._mixture, self._seed, self._number = mixture, 0, 0
        self._choices = mixture.choices(1)

    def next(self, seed: int | None) -> int:
        """Of episode 0 of that seed, or of the episode after the last."""
        if seed is not None:
            self._seed, self._number = seed, 0
            self._choices = self._mixture.choices(1, seed)
        elif self._number >= len(self._choices):
            self._choices = self._mixture.choices(2 * self._number + 1, self._seed)
        self._number += 1
        return int(self._choices[self._number - 1])


class MixedChatEnv:
    """A `vgym.chat.ChatEnv` whose episodes are of several setups.

    Args:
        mixture: which ones.

    Attributes:
        setup: of the present episode.

    Raises:
        ValueError: a setup cannot be played.
    """

    def __init__(self, mixture: Mixture) -> None:
        self._envs = [setup.chat_env() for setup in mixture.setups]
        self._setups, self._drawn = mixture.setups, _Drawn(mixture)
        self._env: ChatEnv = self._envs[0]
        self.setup = mixture.setups[0]

    @property
    def tools(self) -> list[dict[str, Any]]:
        """What can be done in the present episode."""
        return self._env.tools

    @property
    def messages(self) -> Any:
        """The conversation so far."""
        return self._env.messages

    def reset(self, seed: int | None = None) -> tuple[Any, Any]:
        """Start an episode; its setup is ``info["setup"]``, in JSON."""
        k = self._drawn.next(seed)
        self._env, self.setup = self._envs[k], self._setups[k]
        messages, info = self._env.reset(seed)
        return messages, {**info, "setup": self.setup.as_json()}

    def step(self, answer: Any) -> tuple[Any, Any, Any, Any, Any]:
        """As `ChatEnv.step`."""
        return self._env.step(answer)

    def oracle(self, calls: Any = None) -> Any:
        """As `ChatEnv.oracle`."""
        return self._env.oracle(calls)

    def close(self) -> None:
        """Let all go."""
        for env in self._envs:
            env.close()


class MixedEnv(gymnasium.Env[Any, Any]):
    """A Gymnasium environment whose episodes are of several setups with the same spaces.

    Args:
        mixture: which ones; dialects are not looked at.

    Raises:
        ValueError: a setup cannot be made, or spaces differ.
    """

    def __init__(self, mixture: Mixture) -> None:
        self._drawn = _Drawn(mixture)
        self.envs: list[Any] = []
        for setup in mixture.setups:
            row = row_of(setup.env.removeprefix("vgym:"))
            split = setup.split or row.family.splits[0]
            self.envs.append(gymnasium.make(f"vgym:{row.id}", split=split, **setup.settings))
        first = self.envs[0]
        self.observation_space, self.action_space = first.observation_space, first.action_space
        for setup, env in zip(mixture.setups, self.envs, strict=True):
            for what in ("observation_space", "action_space"):
                mine, its = getattr(self, what), getattr(env, what)
                if mine != its:
                    raise ValueError(
                        f"{setup.env} has another {what} than {mixture.setups[0].env} "
                        f"({its!s:.80}, not {mine!s:.80}); give both one image_size, action form "
                        'and instruction="text", or mix them in words by MixedChatEnv'
                    )
        self._env = first

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode; which setup it is of is ``info["mixture"]``, a number."""
        super().reset(seed=seed)
        k = self._drawn.next(seed)
        self._env = self.envs[k]
        observation, info = self._env.reset(seed=seed, options=options)
        return observation, {**info, "mixture": k}

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """As the environment of the present episode."""
        found: tuple[Any, Any, bool, bool, dict[str, Any]] = self._env.step(action)
        return found

    def render(self) -> Any:
        """As the environment of the present episode."""
        return self._env.render()

    def close(self) -> None:
        """Let all go."""
        for env in self.envs:
            env.close()
