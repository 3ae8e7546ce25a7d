"""Shaping: what is added to a stream of rewards, or done to it, step by step.

State is a batch of tensors, one row an episode. Every class starts rows anew with `reset`, takes a
step for all rows with `step`, and gives its whole state to `state_dict`, which `load_state_dict`
takes back. Rows that a number that is not finite reaches earn 0 in that step and keep their state.
"""

from typing import Literal

import torch
from torch import Tensor

State = dict[str, Tensor]


def potential_shaping(before: Tensor, after: Tensor, terminated: Tensor, gamma: float) -> Tensor:
    """`gamma after - before`: added to the reward it leaves the best policies as they are.

    The potential of a state that ends the task is taken as 0, whatever is given for it. At a time
    limit the potential stays, and the learner bootstraps the value as it does without shaping.
    Over an episode that terminates the discounted sum is minus the first potential, whatever was
    done.

    Args:
        before: `(...)` potential of the state before the step.
        after: `(...)` potential of the state after it.
        terminated: `(...)` bool: the task ended; False at a time limit.
        gamma: the learner's own discount.

    Source: Ng, Harada and Russell, ICML 1999.

    >>> potential_shaping(torch.tensor(0.5), torch.tensor(1.0), torch.tensor(False), 0.9)
    tensor(0.4000)
    """
    return gamma * torch.where(terminated, 0.0, after) - before


class PotentialShaping:
    """`potential_shaping` over a batch of episodes, which remembers the last potentials.

    Args:
        num_envs: rows.
        gamma: the learner's own discount, in (0, 1].

    Raises:
        ValueError: for a discount outside (0, 1].
    """

    def __init__(self, num_envs: int, gamma: float, device: str = "cpu") -> None:
        if not 0 < gamma <= 1:
            raise ValueError(f"gamma = {gamma!r}; give the learner's discount, in (0, 1]")
        self.gamma = gamma
        self._state: State = {"potential": torch.zeros(num_envs, device=device)}

    def reset(self, rows: Tensor, potential: Tensor) -> None:
        """Start the rows `(k,)` anew at the potentials `(k,)` of their first states."""
        self._state["potential"][rows] = potential.to(self._state["potential"])

    def step(self, potential: Tensor, terminated: Tensor) -> Tensor:
        """The bonus `(B,)` for the step to states of these potentials `(B,)`; see
        `potential_shaping`."""
        before = self._state["potential"]
        after = potential.to(before)
        known = after.isfinite() | terminated
        after = torch.where(known, after, before)
        self._state["potential"] = torch.where(terminated, 0.0, after)
        return torch.where(known, potential_shaping(before, after, terminated, self.gamma), 0.0)

    def state_dict(self) -> State:
        """The state, copied."""
        return _copied(self._state)

    def load_state_dict(self, state: State) -> None:
        """Go on from a state of `state_dict`."""
        self._state = _fitting(state, self._state)


class BestSoFar:
    """Pays by how much a distance beats the least one of the episode; no metre is paid twice."""

    def __init__(self, num_envs: int, device: str = "cpu") -> None:
        self._state: State = {"best": torch.full((num_envs,), torch.inf, device=device)}

    def reset(self, rows: Tensor, distance: Tensor) -> None:
        """Start the rows `(k,)` anew at the distances `(k,)`."""
        self._state["best"][rows] = distance.to(self._state["best"])

    def step(self, distance: Tensor) -> Tensor:
        """The progress `(B,)`, at least 0, of a step to these distances `(B,)`."""
        best = self._state["best"]
        reached = torch.where(distance.isfinite(), distance.to(best), best)
        self._state["best"] = torch.minimum(best, reached)
        # A row that began at no finite distance has nothing to beat in its first step.
        return (best - reached).clamp(min=0.0).nan_to_num(0.0, posinf=0.0)

    def state_dict(self) -> State:
        """The state, copied."""
        return _copied(self._state)

    def load_state_dict(self, state: State) -> None:
        """Go on from a state of `state_dict`."""
        self._state = _fitting(state, self._state)


def hop_progress(progress: Tensor, hop: Tensor) -> Tensor:
    """Progress in [0, 1] after a relative hop: up by that share of what is left, or down by that
    share of what there is.

    Args:
        progress: `(...)` in [0, 1].
        hop: `(...)` in [-1, 1], clamped to it; NaN, as of an answer that cannot be read, is 0.

    Source: Robo-Dopamine, arXiv 2512.23703; code FlagOpen/Robo-Dopamine, examples/inference.py.

    >>> hop_progress(torch.tensor(0.5), torch.tensor([0.5, -0.5]))
    tensor([0.7500, 0.2500])
    """
    hop = hop.nan_to_num(nan=0.0).clamp(-1.0, 1.0)
    return progress + torch.where(hop >= 0, 1 - progress, progress) * hop


def krc(components: Tensor) -> Tensor:
    """Kinesthetic reward combination: geometric mean of the sizes, positive only if all are.

    Args:
        components: `(..., n)`.

    Returns:
        `(...)`; 0 if any component is 0, the size's negative if any is negative. Its slope at a
        zero is infinite for n of 2 and more, and two wrongs stay a wrong.

    Source: Lucy-SKG, arXiv 2305.15801, equations 2 and 3, as re-implemented by others.

    >>> krc(torch.tensor([[0.25, 1.0], [-0.25, 1.0]]))
    tensor([ 0.5000, -0.5000])
    """
    size = components.abs().prod(-1) ** (1 / components.shape[-1])
    positive = (components > 0).all(-1)
    return torch.where(positive | (size == 0), size, -size)


def krc_distance(
    distance: Tensor, scale: float, dispersion: float = 1.0, density: float = 1.0
) -> Tensor:
    """Lucy-SKG's distance component, `exp(-0.5 d / (scale dispersion)) ^ (1 / density)`: `(...)`.

    Args:
        distance: `(...)` at least 0.
        scale: the distance that counts as near, in the same unit.
        dispersion: above 1 widens the slope.
        density: above 1 lifts the values.

    Source: Lucy-SKG, arXiv 2305.15801, as re-implemented by others.
    """
    return torch.exp(-0.5 * distance / (scale * dispersion)) ** (1 / density)


class CountBonus:
    """Pays for visiting what was rarely visited, by a key of the state.

    Args:
        num_envs: rows.
        keys: number of different keys; they are the integers below it.
        scope: `"episodic"` counts anew in every episode; `"global"` counts over all rows and for
            good, and fades.
        pays: `"inverse-root"` 1 / sqrt(n) at the n-th visit; `"first-visit"` 1 at the first.
            The former pays revisits without bound, 2 sqrt(n) in all.
        device: where the counts lie.

    Rows that visit a key in the same step all count in a global n.

    Raises:
        ValueError: for an unknown scope or pay.
    """

    def __init__(
        self,
        num_envs: int,
        keys: int,
        scope: Literal["episodic", "global"] = "episodic",
        pays: Literal["inverse-root", "first-visit"] = "inverse-root",
        device: str = "cpu",
    ) -> None:
        if scope not in ("episodic", "global"):
            raise ValueError(f"unknown scope {scope!r}; use 'episodic' or 'global'")
        if pays not in ("inverse-root", "first-visit"):
            raise ValueError(f"unknown pays {pays!r}; use 'inverse-root' or 'first-visit'")
        self.scope, self.pays = scope, pays
        books = num_envs if scope == "episodic" else 1
        self._book = torch.arange(num_envs, device=device) if scope == "episodic" else None
        self._state: State = {"counts": torch.zeros(books, keys, dtype=torch.int64, device=device)}

    def reset(self, rows: Tensor) -> None:
        """Start the rows `(k,)` anew; a global count goes on."""
        if self.scope == "episodic":
            self._state["counts"][rows] = 0

    def step(self, keys: Tensor, rows: Tensor | None = None) -> Tensor:
        """The bonus `(B,)` in [0, 1] for visiting these keys `(B,)` int.

        Args:
            keys: `(B,)`.
            rows: `(B,)` bool: those that visit theirs; the others earn 0 and keep their state.

        Raises:
            ValueError: for a key that is not among those declared.
        """
        counts = self._state["counts"]
        if keys.numel() and not 0 <= int(keys.min()) <= int(keys.max()) < counts.shape[1]:
            raise ValueError(
                f"keys from {int(keys.min())} to {int(keys.max())}; they must be 0 to "
                f"{counts.shape[1] - 1}: declare more keys, or hash into them"
            )
        book = torch.zeros_like(keys) if self._book is None else self._book
        visits = torch.ones_like(keys) if rows is None else rows.to(keys.dtype)
        before = counts[book, keys]
        counts.index_put_((book, keys), visits, accumulate=True)
        if self.pays == "first-visit":
            return ((before == 0) * visits).to(torch.float32)
        return counts[book, keys].clamp(min=1).to(torch.float32).rsqrt() * visits

    def state_dict(self) -> State:
        """The state, copied."""
        return _copied(self._state)

    def load_state_dict(self, state: State) -> None:
        """Go on from a state of `state_dict`."""
        self._state = _fitting(state, self._state)


def elliptical_bonus(inverse: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
    """How new features are against those seen: `h^T C^-1 h`, and the inverse with them added.

    The bonus reads the inverse from before; the update is Sherman and Morrison's for `C + h h^T`,
    made symmetric again.

    Args:
        inverse: `(..., D, D)` of the matrix C, symmetric and positive, best in float64.
        features: `(..., D)`.

    Returns:
        The bonus `(...)`, at least 0, and the new inverse `(..., D, D)`.

    Source: E3B, arXiv 2210.05805; code facebookresearch/e3b, src/utils.py.
    """
    moved = (inverse @ features[..., None])[..., 0]
    bonus = (features * moved).sum(-1).clamp(min=0.0)
    outer = moved[..., :, None] * moved[..., None, :]
    updated = inverse - outer / (1 + bonus)[..., None, None]
    return bonus, (updated + updated.mT) / 2


class EllipticalBonus:
    """E3B: `elliptical_bonus` over each episode's features; 0 in an episode's first step.

    Args:
        num_envs: rows.
        features: D, the length of a feature.
        ridge: C starts as this times the identity.
    """

    def __init__(
        self, num_envs: int, features: int, ridge: float = 0.1, device: str = "cpu"
    ) -> None:
        if not ridge > 0:
            raise ValueError(f"ridge = {ridge!r}; it must be above 0, or C has no inverse")
        self._fresh = torch.eye(features, dtype=torch.float64, device=device) / ridge
        self._state: State = {
            "inverse": self._fresh.repeat(num_envs, 1, 1),
            "started": torch.zeros(num_envs, dtype=torch.bool, device=device),
        }

    def reset(self, rows: Tensor) -> None:
        """Start the rows `(k,)` anew."""
        self._state["inverse"][rows] = self._fresh
        self._state["started"][rows] = False

    def step(self, features: Tensor, rows: Tensor | None = None) -> Tensor:
        """The bonus `(B,)`, at least 0, for these features `(B, D)`.

        Args:
            features: `(B, D)`.
            rows: `(B,)` bool: those that step; the others earn 0 and keep their state.
        """
        inverse, started = self._state["inverse"], self._state["started"]
        known = features.isfinite().all(-1)
        if rows is not None:
            known = known & rows
        usable = torch.where(known[:, None], features, 0.0).to(inverse)
        bonus, self._state["inverse"] = elliptical_bonus(inverse, usable)
        self._state["started"] = started | known
        return torch.where(started, bonus, 0.0).to(torch.float32)

    def state_dict(self) -> State:
        """The state, copied."""
        return _copied(self._state)

    def load_state_dict(self, state: State) -> None:
        """Go on from a state of `state_dict`."""
        self._state = _fitting(state, self._state)


def difficulty_scaled(
    reward: Tensor, difficulty: Tensor, factors: tuple[float, ...] = (1.0, 1.2, 1.5)
) -> Tensor:
    """A reward that weighs more for harder episodes: `(...)`.

    Args:
        reward: `(...)`.
        difficulty: `(...)` in [0, 1], clamped to it.
        factors: at difficulties spread evenly from 0 to 1, straight lines between; at least two.

    Source: RewardMap's factors for easy, middle and hard maps; the lines between are vgym's.

    >>> difficulty_scaled(torch.tensor(2.0), torch.tensor([0.0, 0.25, 1.0]))
    tensor([2.0000, 2.2000, 3.0000])
    """
    if len(factors) < 2:
        raise ValueError(f"factors = {factors!r}; give at least those of the easiest and hardest")
    table = torch.tensor(factors, dtype=reward.dtype, device=reward.device)
    place = difficulty.to(reward.dtype).clamp(0.0, 1.0) * (len(factors) - 1)
    low = place.floor().clamp(max=len(factors) - 2).nan_to_num(nan=0.0).long()
    return reward * torch.lerp(table[low], table[low + 1], place - low)


def gated(reward: Tensor, *gates: Tensor) -> Tensor:
    """The reward times every gate, `(...)`; a gate of 0 closes on anything, NaN too."""
    for gate in gates:
        factor = gate.to(reward.dtype)
        reward = torch.where(factor == 0, 0.0, reward * factor)
    return reward


def _copied(state: State) -> State:
    return {name: tensor.clone() for name, tensor in state.items()}


def _fitting(state: State, current: State) -> State:
    """A copy of a given state on the current one's device.

    Raises:
        ValueError: for other names or shapes.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in current.items()}
    given = {name: tuple(tensor.shape) for name, tensor in state.items()}
    if given != wanted:
        raise ValueError(f"state of shapes {given}; it must have {wanted}")
    return {name: state[name].to(tensor, copy=True) for name, tensor in current.items()}
