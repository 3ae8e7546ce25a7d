"""What came of a run: its episodes in order, and what they took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.evaluation.episodes import Played, Shown


@dataclass(frozen=True)
class Effort:
    """What some episodes took; efforts add up.

    Attributes:
        steps: of the environment. seconds: that those took, resets included, the agent's own
            thinking and the warm-up excluded. thought_s: the agent's own.
        usage: what the agent says that it used, by name, see `vgym.evaluation.agent.Agent`.
    """

    steps: int = 0
    seconds: float = 0.0
    thought_s: float = 0.0
    usage: Mapping[str, float] = field(default_factory=dict)

    def __add__(self, other: Effort) -> Effort:
        return Effort(
            self.steps + other.steps,
            self.seconds + other.seconds,
            self.thought_s + other.thought_s,
            {
                name: self.usage.get(name, 0) + other.usage.get(name, 0)
                for name in dict.fromkeys((*self.usage, *other.usage))
            },
        )

    @property
    def steps_per_s(self) -> float:
        """Steps of all rows together, a second of the environment's."""
        return self.steps / max(self.seconds, 1e-9)


@dataclass(frozen=True, repr=False)
class EpisodeTable:
    """One entry an episode, in the order of their seeds.

    Attributes:
        played: each of the n episodes. gallery: the first ones with their picture.
        effort: what all of them took.
    """

    played: tuple[Played, ...]
    gallery: tuple[Shown, ...] = ()
    effort: Effort = Effort()

    @cached_property
    def seeds(self) -> NDArray[np.int64]:
        """(n,) what each was reset with."""
        return np.array([one.seed for one in self.played], np.int64)

    @cached_property
    def success(self) -> NDArray[np.bool_]:
        """(n,) whether each was solved."""
        return np.array([one.success for one in self.played], np.bool_)

    @cached_property
    def returns(self) -> NDArray[np.float32]:
        """(n,) sums of rewards."""
        return np.array([one.value for one in self.played], np.float32)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(n,) steps."""
        return np.array([one.steps for one in self.played], np.int64)

    @cached_property
    def metrics(self) -> dict[str, NDArray[np.float32]]:
        """By name (n,), at the last step; 0 where an episode has none."""
        names = dict.fromkeys(name for one in self.played for name in one.metrics)
        return {
            name: np.array([one.metrics.get(name, 0.0) for one in self.played], np.float32)
            for name in names
        }

    @property
    def steps_per_s(self) -> float:
        """See `Effort.steps_per_s`."""
        return self.effort.steps_per_s

    def __repr__(self) -> str:
        n = len(self.played)
        means: dict[str, NDArray[Any]] = {
            "success": self.success,
            "return": self.returns,
            **self.metrics,
        }
        said = "".join(f", {name} {float(values.mean()):.3f}" for name, values in means.items())
        return f"<EpisodeTable of {n} episode{'' if n == 1 else 's'}{said if n else ''}>"


def joined(tables: Iterable[EpisodeTable]) -> EpisodeTable:
    """Tables one behind the other, as one."""
    parts = list(tables)
    return EpisodeTable(
        tuple(one for part in parts for one in part.played),
        tuple(one for part in parts for one in part.gallery),
        sum((part.effort for part in parts), Effort()),
    )
