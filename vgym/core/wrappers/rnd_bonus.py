"""Random network distillation: what a network can foretell yet has been seen often enough."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from gymnasium.vector import VectorEnv
from torch import Tensor, nn

from vgym.core.wrappers.coarse_features import coarse_features
from vgym.core.wrappers.running_moments import RunningMoments
from vgym.core.wrappers.step_bonus import Function, Step, StepBonus, finite

_WIDTH, _OUT = 128, 64


class RandomNetwork:
    """A fixed random network, and one that learns to foretell what it says of features.

    Args:
        num_envs: rows. size: D, of a feature. lr: of Adam. gamma: of the bonuses' own discounted
            sums, by whose spread they are divided. seed: of both networks.
    """

    def __init__(
        self, num_envs: int, size: int, lr: float = 1e-3, gamma: float = 0.99, seed: int = 0
    ) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.target = _network(size, 1)
            self.predictor = _network(size, 2)
        self.optimizer = torch.optim.Adam(self.predictor.parameters(), lr=lr)
        self.gamma = gamma
        self.seen, self.sums = RunningMoments(size), RunningMoments(1)
        self._sum = torch.zeros(num_envs)

    def note(self, features: Tensor) -> None:
        """Count features (k, D) into what is usual."""
        self.seen.add(features[features.isfinite().all(1)])

    def step(self, features: Tensor, rows: Tensor) -> Tensor:
        """(B,) the error of what is foretold of features (B, D), then a step of learning.

        Args:
            features: those that are not finite earn 0 and teach nothing.
            rows: (B,) bool: those that step; the others earn 0.
        """
        known = rows & features.isfinite().all(1)
        if not known.any():
            return torch.zeros(len(features))
        shown = self.seen.scaled(features)
        with torch.no_grad():
            wanted = self.target(shown)
        with torch.enable_grad():
            error = (self.predictor(shown) - wanted).square().mean(1)
            self.optimizer.zero_grad()
            error[known].mean().backward()
            self.optimizer.step()
        error = torch.where(known, error.detach(), 0.0)
        self.note(features[known])
        self._sum = torch.where(known, self.gamma * self._sum + error, self._sum)
        self.sums.add(self._sum[known][:, None])
        return error / self.sums.variance.sqrt().clamp(min=1e-8).to(torch.float32)

    def state_dict(self) -> dict[str, Any]:
        """Networks, optimiser, and what is usual."""
        return {
            "target": self.target.state_dict(),
            "predictor": self.predictor.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "seen": self.seen.state_dict(),
            "sums": self.sums.state_dict(),
            "sum": self._sum,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        for name in ("target", "predictor", "optimizer", "seen", "sums"):
            getattr(self, name).load_state_dict(state[name])
        self._sum = state["sum"]


class RandomNetworkBonus(StepBonus):
    """Adds RND's bonus: by how much a network errs that learns, of all rows and for good, what a
    fixed random one says of each observation. ``info["rnd_bonus"]`` tells it.

    Features are whitened by all that were seen and cut at 5 standard deviations; bonuses are
    divided by the spread of their discounted sums: as in the paper. There, values of the bonus are
    learnt apart and go on over episodes; here bonus and reward are one stream, as any learner takes
    it, so an episode's end is the bonus's end too. A new wrapper starts afresh; `state_dict` has
    what it learnt.

    Args:
        envs: a batch of one agent each, on the CPU.
        scale: what a bonus of 1 adds to the reward.
        features: a function of the batched observation to (B, D) float.
        lr: of the network that learns, once a step.
        gamma: of the bonuses' own discounted sums.
        seed: of both networks.

    Raises:
        ValueError: a number out of its range, or features of another shape.

    Source: Burda et al. 2018, Exploration by random network distillation, arXiv 1810.12894.

    >>> import gymnasium, vgym
    >>> envs = gymnasium.make_vec("VNav-v0", num_envs=2, image_size=36, rooms=4, worlds=1)
    >>> envs = RandomNetworkBonus(envs)
    >>> _ = envs.reset(seed=0)
    >>> bool((envs.step([1, 1])[4]["rnd_bonus"] > 0).all())
    True
    """

    told: ClassVar[str] = "rnd_bonus"

    def __init__(
        self,
        envs: VectorEnv,
        scale: float = 0.01,
        *,
        features: Function = coarse_features,
        lr: float = 1e-3,
        gamma: float = 0.99,
        seed: int = 0,
    ) -> None:
        super().__init__(envs, scale)
        self.features, self.seed = features, seed
        self.lr, self.gamma = finite("lr", lr, 0), finite("gamma", gamma, 0, 1)

    def read(self, moment: Any) -> Tensor:
        """(B, D) features."""
        return self._called("features", self.features, moment, wide=True)

    def begin(self, rows: Tensor, found: Tensor) -> None:
        """Starts pay nothing, and teach only what is usual."""
        if self.book is None:
            self.book = RandomNetwork(self.num_envs, found.shape[1], self.lr, self.gamma, self.seed)
        self.book.note(found[rows])

    def pay(self, found: Tensor, step: Step) -> Tensor:
        """The errors."""
        bonus: Tensor = self.book.step(found, step.seen)
        return bonus


def _network(size: int, hidden: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for _ in range(hidden):
        layers += [nn.Linear(size, _WIDTH), nn.ReLU()]
        size = _WIDTH
    layers.append(nn.Linear(size, _OUT))
    for part in layers:
        if isinstance(part, nn.Linear):
            nn.init.orthogonal_(part.weight, 2**0.5)
            nn.init.zeros_(part.bias)
    return nn.Sequential(*layers)
