"""Progress attribution: what an episode earned in the end, shared out over the steps to it."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from gymnasium.vector import VectorEnv
from torch import Tensor, nn

from vgym.core.config import whole_number
from vgym.core.wrappers.coarse_features import coarse_features
from vgym.core.wrappers.running_moments import RunningMoments
from vgym.core.wrappers.step_bonus import Function, Step, StepBonus, finite

_WIDTH, _SAMPLE, _FITS = 64, 64, 4  # of the head; episodes a fit; fits after a step that ends some
_LONGEST = 512


class ProgressEstimator:
    """Contributions of steps, learnt so that those of an episode sum to what it earned.

    A small head says what a step contributes, of the features before it and of how it changed
    them. It is fitted to the last episodes by the square of what their sums miss. What the last
    step led to is not shown: who sees that the task is solved would credit that step alone.

    Args:
        num_envs: rows. size: D, of a feature. longest: steps of an episode that are told apart.
        episodes: how many are kept to fit. lr: of Adam. seed: of the head.
    """

    def __init__(
        self, num_envs: int, size: int, longest: int, episodes: int, lr: float, seed: int = 0
    ) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            said = nn.Linear(_WIDTH, 1, bias=False)
            self.head = nn.Sequential(nn.Linear(2 * size, _WIDTH), nn.Tanh(), said)
        nn.init.zeros_(said.weight)  # at first all is paid at the end, as it was
        self.optimizer = torch.optim.Adam(self.head.parameters(), lr=lr)
        self.usual = RunningMoments(size)
        self.longest, self._random = longest, torch.Generator().manual_seed(seed)
        self.held = {  # open episodes, then those that are kept
            "way": torch.zeros(num_envs, longest + 1, size),
            "steps": torch.zeros(num_envs, dtype=torch.int64),
            "ways": torch.zeros(episodes, longest + 1, size),
            "lengths": torch.zeros(episodes, dtype=torch.int64),
            "earned": torch.zeros(episodes),
            "kept": torch.zeros((), dtype=torch.int64),
        }

    def begin(self, rows: Tensor, features: Tensor) -> None:
        """Open episodes in rows (k,), at features (k, D)."""
        features = features.nan_to_num(0.0, 0.0, 0.0)
        self.held["way"][rows, 0] = features
        self.held["steps"][rows] = 0
        self.usual.add(features)

    def step(self, features: Tensor, rows: Tensor) -> Tensor:
        """(B,) contributions of steps to features (B, D), of rows (B,) bool; 0 of the others, and
        of steps beyond the longest."""
        held, features = self.held, features.nan_to_num(0.0, 0.0, 0.0)
        chosen = torch.nonzero(rows & (held["steps"] < self.longest))[:, 0]
        at = held["steps"][chosen] + 1
        held["way"][chosen, at] = features[chosen]
        held["steps"][chosen] = at
        self.usual.add(features[chosen])
        found = torch.zeros(len(rows))
        with torch.no_grad():
            found[chosen] = self._said(held["way"][chosen, at - 1], features[chosen])
        return found

    def end(self, rows: Tensor, earned: Tensor) -> None:
        """Keep the episodes of rows (k,), which earned (k,) in all, and fit the head."""
        held = self.held
        last = rows[-len(held["earned"]) :]
        held["kept"] += len(rows) - len(last)
        places = (held["kept"] + torch.arange(len(last))) % len(held["earned"])
        held["ways"][places] = held["way"][last]
        held["lengths"][places] = held["steps"][last]
        held["earned"][places] = earned[len(rows) - len(last) :]
        held["kept"] += len(last)
        if len(rows):
            for _ in range(_FITS):
                self._fit()

    def state_dict(self) -> dict[str, Any]:
        """The head, its optimiser, and the episodes."""
        return {
            "head": self.head.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "usual": self.usual.state_dict(),
            "held": self.held,
            "random": self._random.get_state(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        for name in ("head", "optimizer", "usual"):
            getattr(self, name).load_state_dict(state[name])
        self.held = state["held"]
        self._random.set_state(state["random"])

    def _fit(self) -> None:
        held = self.held
        kept = min(int(held["kept"]), len(held["earned"]))
        chosen = torch.randint(kept, (min(kept, _SAMPLE),), generator=self._random)
        ways, lengths = held["ways"][chosen], held["lengths"][chosen]
        most = int(lengths.max())
        made = torch.arange(most) < lengths[:, None]
        with torch.enable_grad():
            parts = self._said(ways[:, :most], ways[:, 1 : most + 1]) * made
            loss: Any = (parts.sum(1) - held["earned"][chosen]).square().mean()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def _said(self, before: Tensor, after: Tensor) -> Tensor:
        before, after = self.usual.scaled(before), self.usual.scaled(after)
        said: Tensor = self.head(torch.cat([before, after - before], -1))[..., 0]
        return said


class ProgressCredit(StepBonus):
    """Pays each step what an estimator says that it contributed to its episode's reward.

    As in SPA-RL a head on features is trained so that the contributions of an episode sum to what
    it earned, and they take the place of the rewards. As there, what the last step led to is not
    seen; it pays what the contributions before it miss, as in RUDDER, so whatever the head says,
    rewards of an episode still sum to what it earned.
    ``info["progress_bonus"]`` is the difference that this makes to a step's reward, and
    ``info["progress_credit"]`` the contribution. The head learns as episodes end, from those of
    this wrapper alone; it learns nothing before some earned more than others. A new wrapper starts
    afresh; `state_dict` has what it learnt.

    Args:
        envs: a batch of one agent each, on the CPU.
        features: a function of the batched observation to (B, D) float.
        episodes: how many of the last are kept to learn from.
        longest: steps of an episode that may contribute; by default as long as they may be, at most
            512.
        lr: of the head. seed: of the head.

    Raises:
        ValueError: a number out of its range, or features of another shape.

    Source: SPA-RL, code WangHanLinHenry/SPA-RL-Agent, prm; the last step's remainder: RUDDER,
    arXiv 1806.07857.

    >>> import gymnasium, vgym
    >>> envs = gymnasium.make_vec("VNavPoint-v0", num_envs=2, image_size=36, max_episode_steps=8)
    >>> envs = ProgressCredit(envs)
    >>> _ = envs.reset(seed=0)
    >>> envs.step([1, 1])[4]["progress_credit"]
    array([0., 0.], dtype=float32)
    """

    told: ClassVar[str] = "progress_bonus"

    def __init__(
        self,
        envs: VectorEnv,
        *,
        features: Function = coarse_features,
        episodes: int = 256,
        longest: int | None = None,
        lr: float = 3e-3,
        seed: int = 0,
    ) -> None:
        super().__init__(envs)
        if longest is None:
            longest = min(getattr(self.env.unwrapped, "step_limit", None) or _LONGEST, _LONGEST)
        whole_number("longest", longest, 1, 100_000)
        whole_number("episodes", episodes, 1, 1_000_000)
        self.features, self.episodes, self.longest = features, int(episodes), int(longest)
        self.lr, self.seed = finite("lr", lr, 0), seed
        self._earned, self._paid = torch.zeros(self.num_envs), torch.zeros(self.num_envs)
        self._credit = torch.zeros(self.num_envs)

    def read(self, moment: Any) -> Tensor:
        """(B, D) features."""
        return self._called("features", self.features, moment, wide=True)

    def begin(self, rows: Tensor, found: Tensor) -> None:
        """Open the rows' episodes; what of the last ones is open is dropped."""
        if self.book is None:
            self.book = ProgressEstimator(
                self.num_envs, found.shape[1], self.longest, self.episodes, self.lr, self.seed
            )
        self.book.begin(rows, found[rows])
        self._earned[rows] = self._paid[rows] = 0.0

    def pay(self, found: Tensor, step: Step) -> Tensor:
        """The contribution instead of the reward, and at the end what is left of all rewards."""
        done = step.done & step.active
        credit: Tensor = self.book.step(found, step.seen & ~done)
        self._earned += torch.where(step.active, step.reward, 0.0)
        credit = torch.where(done, self._earned - self._paid, credit)
        self._paid += credit
        self._credit = credit
        rows = torch.nonzero(done)[:, 0]
        self.book.end(rows, self._earned[rows])
        return credit - step.reward

    def tell(self) -> dict[str, Any]:
        """What each step contributed."""
        return {"progress_credit": self._credit.numpy().copy()}

    def state_dict(self) -> dict[str, Any]:
        """With what the open episodes earned, and were paid."""
        mine = {"earned": self._earned.clone(), "paid": self._paid.clone()}
        return {**super().state_dict(), **mine}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a `state_dict`; after a first reset."""
        super().load_state_dict(state)
        self._earned, self._paid = state["earned"].clone(), state["paid"].clone()
