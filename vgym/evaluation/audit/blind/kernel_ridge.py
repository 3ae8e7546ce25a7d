"""Ridge regression in its dual form: many features, few thousand examples."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Fit:
    """A fitted regression: called with features (m, d) for predictions (m, width)."""

    known: Tensor  # (n, d)
    weights: Tensor  # (n, width)
    mean: Tensor  # (width,)
    degree: int

    def __call__(self, features: Tensor) -> Tensor:
        return _kernel(features, self.known, self.degree) @ self.weights + self.mean


def fit_ridge(features: Tensor, targets: Tensor, degree: int, ridge: float) -> Fit:
    """Regress targets on features.

    Args:
        features: (n, d) float32, of length about 1.
        targets: (n, width) float32.
        degree: 1 for a linear model; above it also products of so many features.
        ridge: above 0: how much large weights cost.

    Source: Saunders, Gammerman and Vovk, Ridge regression learning algorithm in dual variables
    (ICML 1998).

    >>> x = torch.eye(4)
    >>> fit_ridge(x, x, degree=1, ridge=1e-4)(x).round(decimals=2).equal(x)
    True
    """
    kernel = _kernel(features, features, degree)
    kernel.diagonal().add_(ridge)
    mean = targets.mean(0)
    weights = torch.linalg.solve_ex(kernel, targets - mean).result
    return Fit(features, weights, mean, degree)


def _kernel(a: Tensor, b: Tensor, degree: int) -> Tensor:
    alike = a @ b.T
    return alike if degree == 1 else ((1 + alike) ** degree - 1) / (2**degree - 1)
