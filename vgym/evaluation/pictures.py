"""The blind test: an agent is played once more with pictures that tell nothing, or tell it through
noise; the environment, the truth and the rewards stay as they are.

- ``"masked"``: every picture is mid-grey, as where the paper gives blank ones. No pixel of what was
  there is left; who earns as much as before did not look.
- ``"perturbed"``: Gaussian noise lies over every picture, as after some steps of diffusion. People
  still see what it shows; who earns less than before leans on single pixels.

The noise is drawn by key, from the seed of the episode, the step and the name of the picture: the
same in any batch. Sensors and words are no pictures, and are handed on; a map of depths is one.

Source: Thinking with Deltas, Gao et al., arXiv 2601.06801: blind trials with the picture left out,
    black or white; training with patches masked at random, and with noise of diffusion. How strong
    was not found: ``NOISE`` is vgym's own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numba import uint64
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import bits, episode_keys, stream

SHOWN, MASKED, PERTURBED = "shown", "masked", "perturbed"
PICTURES = (SHOWN, MASKED, PERTURBED)
BLIND_TEST = {  # what each way tells, in words
    MASKED: "In place of every picture the agent sees mid-grey: what it still earns needs no "
    "looking.",
    PERTURBED: "Over every picture the agent sees noise, a twentieth of the variance: what it "
    "loses hung on single pixels.",
}
NOISE = 0.05  # of the variance: x in [-1, 1] becomes sqrt(1 - NOISE) x + sqrt(NOISE) z
_BITS, _DRAWS = 12, 5  # of a 64-bit draw: as many numbers of so many bits
_NORMAL = np.array(
    [NormalDist().inv_cdf((k + 0.5) / (1 << _BITS)) for k in range(1 << _BITS)], np.float32
)


def player(agent: str, pictures: str) -> str:
    """What tables call an agent that sees such pictures.

    >>> player("mine", "shown"), player("mine", "masked")
    ('mine', 'mine (masked)')
    """
    return agent if pictures == SHOWN else f"{agent} ({pictures})"


def in_place_of(
    pictures: str,
    observation: Mapping[str, Any],
    space: spaces.Space[Any],
    seeds: NDArray[np.int64],
    steps: NDArray[np.int64],
) -> dict[str, Any]:
    """The observation of a batch as an agent of the blind test sees it.

    Args:
        pictures: one of ``PICTURES``.
        observation: is not written to. What has two sides or more is a picture.
        space: of one row, a `Dict` whose pictures have finite bounds.
        seeds: (B,) of each row's episode. steps: (B,) how many it has made.

    Raises:
        ValueError: a picture without bounds, which has no grey.
    """
    seen = dict(observation)
    if pictures == SHOWN or not isinstance(space, spaces.Dict):
        return seen
    for name, one in space.spaces.items():
        if not isinstance(one, spaces.Box) or len(one.shape) < 2:
            continue
        low, high = float(one.low.min()), float(one.high.max())
        if not math.isfinite(low) or not math.isfinite(high):
            raise ValueError(f"{name!r} runs from {low} to {high}: it has no grey to be masked by")
        if pictures == MASKED:
            seen[name] = _grey(observation[name], (low + high) / 2)
        else:
            keys = episode_keys(stream(f"noise over {name}"), seeds.astype(np.uint64), steps)
            seen[name] = _noisy(observation[name], keys, low, high)
    return seen


def _grey(pictures: Any, level: float) -> Any:
    if isinstance(pictures, torch.Tensor):
        return torch.full_like(pictures, int(level) if pictures.dtype == torch.uint8 else level)
    return np.full_like(pictures, level)


def _noisy(pictures: Any, keys: NDArray[np.uint64], low: float, high: float) -> Any:
    if isinstance(pictures, torch.Tensor):
        noisy = _noisy(pictures.cpu().numpy(), keys, low, high)
        return torch.from_numpy(noisy).to(pictures.device)
    flat = np.ascontiguousarray(pictures).reshape(len(pictures), -1)
    out = np.empty_like(flat)
    rounding = 0.5 if flat.dtype.kind in "iu" else 0.0
    _add_noise(flat, keys, _NORMAL, np.float32(low), np.float32(high), np.float32(rounding), out)
    return out.reshape(pictures.shape)


@compiled
def _add_noise(
    pictures: NDArray[Any],
    keys: NDArray[np.uint64],
    normal: NDArray[np.float32],
    low: np.float32,
    high: np.float32,
    rounding: np.float32,
    out: NDArray[Any],
) -> None:
    """Write noisy pictures into ``out``; see ``NOISE``.

    Args:
        pictures, out: (B, n) of one type, from low to high. keys: (B,).
        normal: quantiles of the normal law. rounding: 0.5 of whole numbers, else 0.
    """
    middle, half = (low + high) / np.float32(2), (high - low) / np.float32(2)
    keep = np.float32(math.sqrt(1 - NOISE))
    spread = half * np.float32(math.sqrt(NOISE))
    last = normal.shape[0] - 1
    for i in range(pictures.shape[0]):
        for start in range(0, pictures.shape[1], _DRAWS):
            drawn = bits(keys[i], uint64(0), start)
            for j in range(start, min(start + _DRAWS, pictures.shape[1])):
                noise = normal[drawn & uint64(last)]
                drawn >>= uint64(_BITS)
                value = middle + keep * (np.float32(pictures[i, j]) - middle) + spread * noise
                out[i, j] = min(max(value, low), high) + rounding
