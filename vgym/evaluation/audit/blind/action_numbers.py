"""Actions as numbers that can be predicted, and back; and constants among which to choose."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

_MOST_CHOICES = 64  # a whole number with more of them is predicted as a number


class ActionNumbers:
    """How actions of a space are predicted: numbers as they are, choices by one number each.

    Args:
        space: `Box`, `Discrete` or `MultiDiscrete`.

    Attributes:
        width: numbers that are predicted of an action.
        choices: of each of an action's numbers how many columns vote on it; 1 for a number.

    >>> numbers = ActionNumbers(spaces.MultiDiscrete([2, 3]))
    >>> numbers.targets(np.array([[1, 0]]))
    tensor([[0., 1., 1., 0., 0.]])
    >>> numbers.actions(torch.tensor([[0.2, 0.7, 0.1, 0.0, 0.4]]))
    array([[1, 2]])
    """

    def __init__(self, space: spaces.Space[Any]) -> None:
        assert isinstance(space, spaces.Box | spaces.Discrete | spaces.MultiDiscrete)
        self.space = space
        self.shape = tuple(space.shape or ())
        if isinstance(space, spaces.Box):
            low, high, whole = space.low, space.high, False
        else:
            low = np.asarray(space.start)
            count = space.n if isinstance(space, spaces.Discrete) else space.nvec
            high, whole = low + np.asarray(count) - 1, True
        self.low = np.asarray(low, np.float64).reshape(-1)
        self.high = np.asarray(high, np.float64).reshape(-1)
        many = self.high - self.low + 1
        self.choices = [int(m) if whole and m <= _MOST_CHOICES else 1 for m in many]
        self.width = sum(self.choices)

    def targets(self, actions: NDArray[Any]) -> Tensor:
        """(n, width) float32 of actions (n, *shape)."""
        flat = torch.as_tensor(np.asarray(actions, np.float64).reshape(len(actions), -1))
        columns = []
        for i, count in enumerate(self.choices):
            if count == 1:
                columns.append(flat[:, i : i + 1])
            else:
                chosen = (flat[:, i] - self.low[i]).long()
                columns.append(torch.nn.functional.one_hot(chosen, count).double())
        return torch.cat(columns, 1).float()

    def actions(self, predicted: Tensor) -> NDArray[Any]:
        """(n, *shape) legal actions nearest to what was predicted (n, width)."""
        flat = np.empty((len(predicted), len(self.choices)))
        start = 0
        for i, count in enumerate(self.choices):
            columns = predicted[:, start : start + count].double().numpy()
            start += count
            flat[:, i] = columns[:, 0] if count == 1 else self.low[i] + columns.argmax(1)
        flat = np.clip(np.nan_to_num(flat), self.low, self.high)
        dtype = self.space.dtype
        if not isinstance(self.space, spaces.Box):
            flat = np.rint(flat)
        return flat.reshape(len(flat), *self.shape).astype(dtype)

    def constants(self, recorded: NDArray[Any], most: int = 96) -> NDArray[Any]:
        """(K, *shape) actions that stand for all: of numbers a lattice and middles of clusters of
        the recorded ones, of choices the most frequent.

        Args:
            recorded: (n, *shape) right answers. most: how many at most.
        """
        flat = np.asarray(recorded, np.float64).reshape(len(recorded), -1)
        if not isinstance(self.space, spaces.Box):
            rows, counts = np.unique(flat, axis=0, return_counts=True)
            found = rows[np.argsort(-counts, kind="stable")[:most]]
        else:
            found = _clusters(flat, most // 2)
            if flat.shape[1] == 2:
                side = int((most - len(found)) ** 0.5)
                steps = (np.arange(side) + 0.5) / side
                lattice = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
                found = np.concatenate([found, self.low + lattice * (self.high - self.low)])
            found = np.concatenate([np.median(flat, 0)[None], found])
        return found.reshape(len(found), *self.shape).astype(self.space.dtype)


def _clusters(points: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """(k, d) middles of clusters, by Lloyd's rounds from points that are spread out."""
    draws = np.random.default_rng(0)
    points = points[draws.permutation(len(points))[:2048]]
    middles = points[:1]
    gap = np.full(len(points), np.inf)
    while len(middles) < min(most, len(points)):
        gap = np.minimum(gap, ((points - middles[-1]) ** 2).sum(1))
        if not gap.max() > 0:
            break
        chosen = draws.choice(len(points), p=gap / gap.sum())
        middles = np.concatenate([middles, points[chosen : chosen + 1]])
    for _ in range(4):
        apart = ((points[:, None] - middles[None]) ** 2).sum(-1)
        nearest = apart.argmin(1)
        held = nearest[:, None] == np.arange(len(middles))
        counts = held.sum(0)[:, None]
        middles = np.where(counts > 0, held.T @ points / np.maximum(counts, 1), middles)
    return middles
