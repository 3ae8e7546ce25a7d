"""Places answered as a set of regions with scores: how much of the Earth is searched to the truth.

Regions are looked through from the highest score on, and their areas added up until one holds the
truth (recall against area, arXiv 2407.13862). Of equal scores the smaller region is first; those of
one score and one size stand in any order, and the mean of all orders counts. Regions are disjoint,
as cells of one level are, so that the area of their union is the sum.
"""

import math

import torch
from torch import Tensor

from vgym.geometry.cells import area_km2, cell_of
from vgym.geometry.sphere import EARTH_RADIUS

SPHERE_KM2 = 4 * math.pi * (EARTH_RADIUS / 1000) ** 2
LEAST_KM2 = math.pi  # about that of all places within a kilometre


def area_to_truth(scores: Tensor, areas_km2: Tensor, holds: Tensor) -> Tensor:
    """Area that is searched until a region holds the truth.

    Args:
        scores: `(..., K)` of the regions; what has none, or 0 and less, is not in the set.
        areas_km2: `(..., K)` or one for all.
        holds: `(..., K)` bool: whether the truth lies in a region.

    Returns:
        `(...)` float64 square kilometres; infinite where no region of the set holds the truth.

    >>> scores = torch.tensor([0.2, 0.5, 0.3])
    >>> area_to_truth(scores, torch.tensor([10.0, 20.0, 40.0]), torch.tensor([False, False, True]))
    tensor(60., dtype=torch.float64)
    """
    scores = scores.double()
    areas = areas_km2.double().expand_as(scores)
    found = holds & (scores > 0)
    top = torch.where(found, scores, -torch.inf).amax(-1, keepdim=True)
    first = found & (scores == top)
    size = torch.where(first, areas, torch.inf).amin(-1, keepdim=True)
    before = (scores > top) | ((scores == top) & (areas < size))
    alike = (scores == top) & (areas == size)
    # Of n in any order, of which h hold the truth, the first of these is at (n + 1) / (h + 1).
    rank = (alike.sum(-1) + 1) / ((alike & first).sum(-1) + 1)
    searched = torch.where(before, areas, 0.0).sum(-1)
    return torch.where(found.any(-1), searched + rank * size[..., 0], torch.inf)


def area_of_cells(scores: Tensor, lonlat: Tensor, level: int) -> Tensor:
    """`area_to_truth` of a distribution over all cells of a level.

    Args:
        scores: `(..., 12 * 4 ** level)`. lonlat: `(..., 2)` the truth, degrees.
        level: of `vgym.geometry.cells`.

    Returns:
        `(...)` float64 square kilometres.

    Raises:
        ValueError: for a number of scores that is not the level's.
    """
    count = 12 * 4**level
    if scores.shape[-1] != count:
        raise ValueError(f"level {level} has {count} cells; {scores.shape[-1]} scores are given")
    holds = torch.arange(count, device=scores.device) == cell_of(lonlat, level)[..., None]
    return area_to_truth(scores, scores.new_tensor(area_km2(level), dtype=torch.float64), holds)


def log_area_share(areas_km2: Tensor) -> Tensor:
    """What an answer adds to the area under the curve of recall over the logarithm of the area.

    The mean of the shares is that area, between `LEAST_KM2` and the whole sphere, divided by its
    width: recall is a staircase of which each answer is a step.

    Args:
        areas_km2: `(...)` as `area_to_truth` has them.

    Returns:
        `(...)` in [0, 1]: 1 for `LEAST_KM2` and less, 0 for the whole sphere, and where the truth
        was not held.

    >>> log_area_share(torch.tensor([1.0, 5.2e8, torch.inf])).tolist()
    [1.0, 0.0, 0.0]
    """
    width = math.log(SPHERE_KM2 / LEAST_KM2)
    return 1 - (areas_km2.double() / LEAST_KM2).log().clamp(0.0, width) / width
