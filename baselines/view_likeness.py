"""How alike two views of the ground are, whichever way either of them is turned.

A view is described by how often things occur in the disc about its middle, which turning does not
change: colours, brightnesses (on a map of heights, heights), strengths of edges, and the angles
that edges make with each other.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate, normalize

SIDE = 64  # pixels that views are shrunk to
_COLOURS = 16  # steps of each channel
_BRIGHTNESSES, _STRENGTHS, _ANGLES = 16, 12, 18
_STRONGEST = 0.5  # slope from which on all edges count alike, in brightness over two pixels


def describe(images: Tensor) -> Tensor:
    """Descriptions of views, whose products say how alike they are.

    Args:
        images: (N, H, W, 3) uint8, of any size.

    Returns:
        (N, D) float32 of unit length: square roots of shares, so that the product of two is the
        mean of Bhattacharyya's coefficients of their histograms, 1 for the same.
    """
    shown = interpolate(images.permute(0, 3, 1, 2).float() / 255, (SIDE, SIDE), mode="area")
    steps = (torch.arange(SIDE) + 0.5) * (2 / SIDE) - 1
    inside = torch.hypot(steps[:, None], steps[None]) < 1
    pixels = shown[:, :, inside].sqrt()  # (N, 3, P); what is dark is told apart as finely
    colour = _cut(pixels, _COLOURS) * torch.tensor([_COLOURS**2, _COLOURS, 1])[None, :, None]
    across, down = _slopes(shown.mean(1))
    strength = torch.hypot(across, down)[:, inside]
    angle = torch.atan2(down, across)[:, inside] / (2 * torch.pi) % 1
    once = torch.ones_like(strength)
    angles = _histogram(_cut(angle, _ANGLES), strength, _ANGLES)
    histograms = (
        _histogram(colour.sum(1), once, _COLOURS**3),
        _histogram(_cut(pixels.mean(1), _BRIGHTNESSES), once, _BRIGHTNESSES),
        _histogram(_cut((strength / _STRONGEST).sqrt(), _STRENGTHS), once, _STRENGTHS),
        torch.fft.rfft(angles, dim=1).abs().square(),  # keeps angles between edges, not which way
    )
    parts = [normalize(histogram.sqrt(), dim=1) for histogram in histograms]
    described: Tensor = torch.cat(parts, 1) / len(parts) ** 0.5
    return described


def _slopes(grey: Tensor) -> tuple[Tensor, Tensor]:
    """(N, H, W) to the right and down, 0 at edges of the picture."""
    across, down = torch.zeros_like(grey), torch.zeros_like(grey)
    across[:, :, 1:-1] = grey[:, :, 2:] - grey[:, :, :-2]
    down[:, 1:-1] = grey[:, 2:] - grey[:, :-2]
    return across, down


def _cut(share: Tensor, steps: int) -> Tensor:
    """Numbers of [0, 1] as one of so many steps."""
    return (share * steps).long().clamp(0, steps - 1)


def _histogram(bins: Tensor, weights: Tensor, n: int) -> Tensor:
    """(N, n) sums of weights (N, P) by bin (N, P)."""
    return torch.zeros(len(bins), n).scatter_add_(1, bins, weights)
