"""Mean and spread of all that has been seen, kept up as it comes."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class RunningMoments:
    """Mean and variance (D,) over all rows so far; what follows is told in those units.

    Source: Chan, Golub and LeVeque 1979, the parallel update.

    >>> moments = RunningMoments(1)
    >>> moments.add(torch.tensor([[1.0], [3.0]]))
    >>> moments.scaled(torch.tensor([[4.0]]))
    tensor([[2.]])
    """

    def __init__(self, size: int) -> None:
        self.count = torch.zeros((), dtype=torch.float64)
        self.mean = torch.zeros(size, dtype=torch.float64)
        self.variance = torch.ones(size, dtype=torch.float64)

    def add(self, rows: Tensor) -> None:
        """Count rows (k, D) in."""
        if not len(rows):
            return
        rows = rows.to(torch.float64)
        whole = self.count + len(rows)
        apart = rows.mean(0) - self.mean
        sums = self.variance * self.count + rows.var(0, unbiased=False) * len(rows)
        self.variance = (sums + apart.square() * self.count * len(rows) / whole) / whole
        self.mean = self.mean + apart * len(rows) / whole
        self.count = whole

    def scaled(self, values: Tensor, most: float = 5.0) -> Tensor:
        """(..., D) float32: in standard deviations from the mean, at most 5 of them; a number that
        never changed is 0 where it still has that value."""
        apart = (values.to(torch.float64) - self.mean) / self.variance.clamp(min=1e-8).sqrt()
        return apart.clamp(-most, most).nan_to_num(0.0).to(torch.float32)

    def state_dict(self) -> dict[str, Any]:
        """All of it."""
        return dict(vars(self))

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        for name, value in state.items():
            if value.shape != getattr(self, name).shape:
                raise ValueError(f"{name} of {tuple(value.shape)}; it must be {self.mean.shape}")
            setattr(self, name, value)
