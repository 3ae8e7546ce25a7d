"""Behaviour alignment: an auxiliary reward weighs as much as it has served the task's own."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium.vector import VectorEnv
from torch import Tensor

from vgym.core.config import whole_number
from vgym.core.wrappers.step_bonus import Function, Step, StepBonus, finite

_FEWEST = 16  # episodes before anything is said of them


class Alignment:
    """The weight of an auxiliary reward, moved by how its sums go with what the task pays.

    Args:
        num_envs: rows. weight: at first. most: the weight lies in [0, most]. rate: by how much an
            episode moves it where both go wholly together. episodes: of the last so many.
    """

    def __init__(
        self, num_envs: int, weight: float, most: float, rate: float, episodes: int
    ) -> None:
        self.most, self.rate = most, rate
        self.held = {
            "open": torch.zeros(num_envs, 2),  # what the task and the auxiliary have paid so far
            "ended": torch.zeros(episodes, 2),
            "kept": torch.zeros((), dtype=torch.int64),
            "weight": torch.tensor(float(weight)),
        }

    @property
    def weight(self) -> float:
        """As it is now."""
        return float(self.held["weight"])

    def begin(self, rows: Tensor) -> None:
        """Open episodes in rows (k,)."""
        self.held["open"][rows] = 0.0

    def step(self, primary: Tensor, auxiliary: Tensor, rows: Tensor) -> None:
        """Count rewards (B,) of both kinds in, of rows (B,) bool."""
        both = torch.stack([primary, auxiliary.nan_to_num(0.0, 0.0, 0.0)], 1)
        self.held["open"] += torch.where(rows[:, None], both, 0.0)

    def end(self, rows: Tensor) -> None:
        """The episodes of rows (k,) are over: move the weight."""
        held = self.held
        last = rows[-len(held["ended"]) :]
        held["kept"] += len(rows) - len(last)
        held["ended"][(held["kept"] + torch.arange(len(last))) % len(held["ended"])] = held["open"][
            last
        ]
        held["kept"] += len(last)
        if len(rows):
            moved = held["weight"] + self.rate * len(rows) * self.agreement()
            held["weight"] = moved.clamp(0.0, self.most)

    def agreement(self) -> float:
        """Correlation of both sums over the last episodes, -1 to 1; 0 where either never varied, or
        of too few episodes.

        >>> alignment = Alignment(16, weight=1.0, most=1.0, rate=0.01, episodes=64)
        >>> odd = torch.arange(16) % 2
        >>> alignment.step(odd.float(), 1.0 - odd, torch.ones(16, dtype=torch.bool))
        >>> alignment.end(torch.arange(16))
        >>> round(alignment.agreement(), 3), round(alignment.weight, 2)
        (-1.0, 0.84)
        """
        sums = self.held["ended"][: min(int(self.held["kept"]), len(self.held["ended"]))].double()
        if len(sums) < _FEWEST:
            return 0.0
        apart = sums - sums.mean(0)
        spread = apart.square().sum(0).prod().sqrt()
        return float(apart.prod(1).sum() / spread) if spread > 1e-12 else 0.0

    def state_dict(self) -> dict[str, Any]:
        """Sums and weight."""
        return self.held

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self.held = state


class AlignedBonus(StepBonus):
    """Adds an auxiliary reward by a weight that falls while it leads away from the task.

    Behaviour alignment (Gupta et al. 2023) weighs auxiliary rewards so that who follows the sum
    earns the most of the task's own reward: over two levels, by how that reward changes with the
    weights. A step of a policy's gradient changes it by the product of both rewards' gradients.
    This is a plain form of it that sees no policy: in place of the product stands the correlation
    of what the last episodes earned of either kind, and the weight goes up or down by it after
    each. Their implicit gradients, discount and state-wise weights are left out. Before any
    episode has solved the task there is nothing to go by, and the weight stays.

    ``info["aligned_bonus"]`` is what was added, ``info["alignment_weight"]`` by which weight. A new
    wrapper starts afresh; `state_dict` has weight and sums.

    Args:
        envs: a batch of one agent each, on the CPU.
        auxiliary: a function to (B,) float of where a step led. Not finite: it pays 0.
        weight: at first. most: it lies in [0, most].
        rate: by how much an episode moves the weight where both go wholly together.
        episodes: of the last so many.
        learning: False keeps the weight as it is.
        of: what `auxiliary` is given: the batched ``"observation"``, or the batch's ``"state"``,
            which under `SAME_STEP` is gone when an episode ends: that step pays none.

    Raises:
        ValueError: a number out of its range, an auxiliary reward of another shape.

    Source: Gupta, Chandak, Jordan, Thomas and da Silva 2023, Behavior alignment via reward function
    optimization, arXiv 2310.19007.

    >>> import gymnasium, vgym
    >>> envs = gymnasium.make_vec("VNavPoint-v0", num_envs=2, image_size=36, reward="sparse")
    >>> envs = AlignedBonus(envs, lambda seen: seen["goal"][:, 1], weight=0.5)
    >>> _ = envs.reset(seed=0)
    >>> envs.step([1, 1])[4]["alignment_weight"]
    array([0.5, 0.5], dtype=float32)
    """

    told: ClassVar[str] = "aligned_bonus"

    def __init__(
        self,
        envs: VectorEnv,
        auxiliary: Function,
        *,
        weight: float = 1.0,
        most: float = 1.0,
        rate: float = 0.005,
        episodes: int = 256,
        learning: bool = True,
        of: str = "observation",
    ) -> None:
        super().__init__(envs, of=of)
        self.auxiliary = auxiliary
        most = finite("most", most, 0)
        if not 0 <= finite("weight", weight) <= most:
            raise ValueError(f"weight={weight!r} must be from 0 to most={most:g}")
        whole_number("episodes", episodes, _FEWEST, 1_000_000)
        rate = finite("rate", rate, 0) if learning else 0.0
        self.book = Alignment(self.num_envs, weight, most, rate, int(episodes))
        self._weight = self.book.weight

    def read(self, moment: Any) -> Tensor:
        """(B,) the auxiliary reward."""
        return self._called("auxiliary", self.auxiliary, moment, wide=False)

    def begin(self, rows: Tensor, found: Tensor) -> None:
        """Open the rows' episodes."""
        self.book.begin(rows)

    def pay(self, found: Tensor, step: Step) -> Tensor:
        """The auxiliary reward by its weight, which then learns of the episodes that have ended."""
        added = torch.where(step.seen & found.isfinite(), found, 0.0)
        self._weight = self.book.weight
        self.book.step(step.reward, added, step.active)
        self.book.end(torch.nonzero(step.done & step.active)[:, 0])
        bonus: Tensor = self._weight * added
        return bonus

    def tell(self) -> dict[str, Any]:
        """By which weight."""
        return {"alignment_weight": np.full(self.num_envs, self._weight, np.float32)}
