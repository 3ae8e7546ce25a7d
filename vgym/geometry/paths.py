"""Paths as padded batches `(..., T, d)`: length, alignment, similarity, resampling.

A path is a list of points in the order they were visited, in any dimension and unit (metres, when a
threshold keeps its default). Paths of a batch that are shorter than the tensor say so by `lengths`,
`(...)` integers: only the first `lengths` points count, whatever stands behind them; None means
all. For a mask of leading True use `mask.sum(-1)`. Leading axes broadcast.

Nothing here reads a value back from the device, so lengths outside [0, T] are not refused: they
count as 0 and T. Finite points give finite values except where "inf" is written. Coordinates beyond
5e17 count as 5e17.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real
from vgym.geometry.boxes import LONGEST
from vgym.geometry.points import point_distance

THRESHOLD_M = 3.0
"""The success distance of Room-to-Room, in metres: Anderson et al., CVPR 2018, arXiv 1711.07280."""


def path_length(points: Tensor, lengths: Tensor | None = None) -> Tensor:
    """Sum of the Euclidean steps of paths.

    Args:
        points: `(..., T, d)`.
        lengths: `(...)` points that count; all when None.

    Returns:
        `(...)`, at least 0; 0 for a path of one point or none.

    Raises:
        ValueError: fewer than two axes.

    >>> path_length(torch.tensor([[0.0, 0.0], [3.0, 4.0], [3.0, 5.0]]))
    tensor(6.)
    """
    held, _ = _hold_last(as_real(points), lengths)
    return point_distance(held[..., 1:, :], held[..., :-1, :]).sum(-1)


@torch.no_grad()
def dtw(
    a: Tensor, b: Tensor, a_lengths: Tensor | None = None, b_lengths: Tensor | None = None
) -> Tensor:
    """Dynamic time warping: the least sum of distances over the monotone alignments of two paths.

    Exact (no window, no coarsening as in fastdtw). The loop runs over the N + M - 1 anti-diagonals,
    all cells of one for the whole batch at once.

    Args:
        a: `(..., N, d)`.
        b: `(..., M, d)`.
        a_lengths: `(...)` points of a that count.
        b_lengths: `(...)` points of b that count.

    Returns:
        `(...)`, at least 0, without gradient; 0 for two empty paths, inf where one alone is empty.

    Raises:
        ValueError: fewer than two axes, or points of different dimensions.

    >>> dtw(torch.tensor([[0.0], [1.0], [3.0]]), torch.tensor([[0.0], [3.0]]))
    tensor(1.)
    """
    return _align(a, b, a_lengths, b_lengths, torch.add)


def ndtw(
    path: Tensor,
    reference: Tensor,
    path_lengths: Tensor | None = None,
    reference_lengths: Tensor | None = None,
    threshold: float = THRESHOLD_M,
) -> Tensor:
    """Normalised DTW: `exp(-dtw / (points of the reference * threshold))`.

    The published code drops repeated positions of the path first; here every given point counts.

    Args:
        path: `(..., N, d)`, metres.
        reference: `(..., M, d)`, metres.
        path_lengths: `(...)` points of the path that count.
        reference_lengths: `(...)` points of the reference that count.
        threshold: metres, the success distance.

    Returns:
        `(...)` in [0, 1]; 1 for identical paths and for two empty ones, 0 where one alone is empty.

    Raises:
        ValueError: as `dtw`, and for a threshold that is not positive.

    Source: Ilharco et al. 2019, arXiv 1907.05446; VLN-CE, habitat_extensions/measures.py.

    >>> ndtw(torch.tensor([[0.0, 3.0]]), torch.tensor([[0.0, 0.0]]))
    tensor(0.3679)
    """
    _check_threshold(threshold)
    path, reference = as_real(path, reference)
    total = dtw(path, reference, path_lengths, reference_lengths)
    count = _count(reference, reference_lengths).to(total.dtype)
    return torch.exp(-total / (count.clamp(min=1) * threshold))


def sdtw(
    path: Tensor,
    reference: Tensor,
    success: Tensor,
    path_lengths: Tensor | None = None,
    reference_lengths: Tensor | None = None,
    threshold: float = THRESHOLD_M,
) -> Tensor:
    """Success-weighted nDTW: `ndtw` where the episode succeeded, 0 elsewhere.

    Args:
        path: `(..., N, d)`, metres.
        reference: `(..., M, d)`, metres.
        success: `(...)` bool.
        path_lengths: `(...)` points of the path that count.
        reference_lengths: `(...)` points of the reference that count.
        threshold: metres, the success distance.

    Returns:
        `(...)` in [0, 1].

    Raises:
        ValueError: as `ndtw`.

    Source: Ilharco et al. 2019, arXiv 1907.05446.

    >>> sdtw(torch.zeros(1, 2), torch.zeros(1, 2), torch.tensor(False))
    tensor(0.)
    """
    similarity = ndtw(path, reference, path_lengths, reference_lengths, threshold)
    return torch.where(success.bool(), similarity, 0.0)


def cls_score(
    path: Tensor,
    reference: Tensor,
    path_lengths: Tensor | None = None,
    reference_lengths: Tensor | None = None,
    threshold: float = THRESHOLD_M,
) -> Tensor:
    """Coverage weighted by length score, CLS: how much of the reference is met, and how tersely.

    Coverage is the mean over reference points of `exp(-distance to the path / threshold)`. The
    length expected is coverage times the length of the reference, and the length score
    `expected / (expected + |expected - length of the path|)`.

    Args:
        path: `(..., N, d)`, metres.
        reference: `(..., M, d)`, metres.
        path_lengths: `(...)` points of the path that count.
        reference_lengths: `(...)` points of the reference that count.
        threshold: metres, the success distance.

    Returns:
        `(...)` in [0, 1]; 0 where either path is empty. Where neither path has length, published
        code divides 0 by 0; here the length score is 1 there, so that identical paths score 1.

    Raises:
        ValueError: as `dtw`, and for a threshold that is not positive.

    Source: Jain et al., ACL 2019, arXiv 1905.12255.

    >>> there = torch.tensor([[0.0, 0.0], [4.0, 0.0]])
    >>> cls_score(there, there), cls_score(there[:1], there[:1])
    (tensor(1.), tensor(1.))
    """
    _check_threshold(threshold)
    path, reference = as_real(path, reference)
    _check_pair(path, reference)
    held, counted = _hold_last(reference, reference_lengths)
    walked, present = _hold_last(path, path_lengths)
    if not walked.shape[-2]:
        walked = walked.new_zeros((*walked.shape[:-2], 1, walked.shape[-1]))
    closeness = torch.exp(-_distances(held, walked).amin(-1) / threshold)
    closeness = torch.where(counted & present.any(-1, keepdim=True), closeness, 0.0)
    coverage = closeness.sum(-1) / counted.sum(-1).clamp(min=1)
    expected = coverage * path_length(held)
    excess = (expected - path_length(path, path_lengths)).abs()
    whole = expected + excess
    score = torch.where(whole > 0, expected / torch.where(whole > 0, whole, 1.0), 1.0)
    return coverage * torch.where(whole.isnan(), whole, score)


@torch.no_grad()
def discrete_frechet(
    a: Tensor, b: Tensor, a_lengths: Tensor | None = None, b_lengths: Tensor | None = None
) -> Tensor:
    """Discrete Frechet distance: as `dtw`, with the largest distance of an alignment for the sum.

    Args:
        a: `(..., N, d)`.
        b: `(..., M, d)`.
        a_lengths: `(...)` points of a that count.
        b_lengths: `(...)` points of b that count.

    Returns:
        `(...)`, at least 0, without gradient; 0 for two empty paths, inf where one alone is empty.

    Raises:
        ValueError: as `dtw`.

    Source: Eiter and Mannila 1994, TU Wien CD-TR 94/64.

    >>> discrete_frechet(torch.tensor([[0.0], [1.0], [3.0]]), torch.tensor([[0.0], [3.0]]))
    tensor(1.)
    """
    return _align(a, b, a_lengths, b_lengths, torch.maximum)


def hausdorff(
    a: Tensor, b: Tensor, a_lengths: Tensor | None = None, b_lengths: Tensor | None = None
) -> Tensor:
    """Hausdorff distance: the farthest that a point of either path is from the other path's points.

    The larger of scipy's two `directed_hausdorff`. Uses memory for all N * M distances.

    Args:
        a: `(..., N, d)`.
        b: `(..., M, d)`.
        a_lengths: `(...)` points of a that count.
        b_lengths: `(...)` points of b that count.

    Returns:
        `(...)`, at least 0; 0 for two empty paths, inf where one alone is empty.

    Raises:
        ValueError: as `dtw`.

    >>> hausdorff(torch.tensor([[0.0], [1.0]]), torch.tensor([[0.0], [5.0]]))
    tensor(4.)
    """
    a, b = as_real(a, b)
    _check_pair(a, b)
    # Padding repeats the last point, which adds no distance to either maximum.
    (held_a, counted_a), (held_b, counted_b) = _hold_last(a, a_lengths), _hold_last(b, b_lengths)
    empty_a, empty_b = ~counted_a.any(-1), ~counted_b.any(-1)
    if held_a.shape[-2] and held_b.shape[-2]:
        distance = _distances(held_a, held_b)
        there, back = distance.amin(-1).amax(-1), distance.amin(-2).amax(-1)
        farthest = torch.maximum(there, back)
    else:
        farthest = held_a.new_zeros(())
    farthest = torch.where(empty_a | empty_b, torch.inf, farthest)
    return torch.where(empty_a & empty_b, 0.0, farthest)


def resample(points: Tensor, count: int, lengths: Tensor | None = None) -> Tensor:
    """Points at equal arc length along paths.

    Args:
        points: `(..., T, d)`.
        count: how many points to give, at least 1; 1 gives the start.
        lengths: `(...)` points that count; all when None.

    Returns:
        `(..., count, d)`, the first and last exactly those of the path; one point again and again
        for a path without length, zeros for an empty one.

    Raises:
        ValueError: fewer than two axes, or a count below 1.

    >>> resample(torch.tensor([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0]]), 3)
    tensor([[0., 0.],
            [2., 0.],
            [2., 2.]])
    """
    if count < 1:
        raise ValueError(f"resample to {count} points; ask for at least 1")
    held, _ = _hold_last(as_real(points), lengths)
    if held.shape[-2] < 2:
        padding = held.new_zeros((*held.shape[:-2], 1, held.shape[-1]))
        held = torch.cat((held, held if held.shape[-2] else padding), -2)
        return held[..., :1, :].expand(*held.shape[:-2], count, held.shape[-1]).clone()
    travelled = point_distance(held[..., 1:, :], held[..., :-1, :]).cumsum(-1)
    share = torch.linspace(0, 1, count, dtype=held.dtype, device=held.device)
    wanted = share * travelled[..., -1:]
    # The first step that ends at or behind the wanted length holds the point.
    step = torch.searchsorted(travelled.contiguous(), wanted).clamp(max=travelled.shape[-1] - 1)
    end = travelled.gather(-1, step)
    start = torch.where(step > 0, travelled.gather(-1, (step - 1).clamp(min=0)), 0.0)
    long = end > start
    within = torch.where(long, (wanted - start) / torch.where(long, end - start, 1.0), 0.0)
    index = step.unsqueeze(-1).expand(*step.shape, held.shape[-1])
    # lerp is exact at both ends.
    return torch.lerp(held.gather(-2, index), held.gather(-2, index + 1), within.unsqueeze(-1))


def _check_path(points: Tensor) -> None:
    if points.ndim < 2:
        raise ValueError(f"a path has the shape {tuple(points.shape)}; it must be (..., T, d)")


def _check_pair(a: Tensor, b: Tensor) -> None:
    _check_path(a)
    _check_path(b)
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(
            f"paths of points in {a.shape[-1]} and {b.shape[-1]} dimensions; give both the same"
        )


def _check_threshold(threshold: float) -> None:
    if not 0 < threshold < float("inf"):
        raise ValueError(f"threshold is {threshold}; it must be a positive number of metres")


def _count(points: Tensor, lengths: Tensor | None) -> Tensor:
    """Points of each path that count, `(...)` int64."""
    size = points.shape[-2]
    if lengths is None:
        return torch.full((), size, device=points.device)
    return lengths.to(torch.int64).clamp(0, size)


def _hold_last(points: Tensor, lengths: Tensor | None) -> tuple[Tensor, Tensor]:
    """The points, the last repeated over the padding (0 if there is none), and which ones count."""
    _check_path(points)
    limit = LONGEST / 2
    points = points.clamp(-limit, limit)
    size, dimensions = points.shape[-2:]
    place = torch.arange(size, device=points.device)
    if lengths is None:
        return points, torch.ones_like(place, dtype=torch.bool).expand(points.shape[:-1])
    count = _count(points, lengths).unsqueeze(-1)
    counted = place < count
    index = torch.minimum(place, (count - 1).clamp(min=0)).unsqueeze(-1)
    batch = np.broadcast_shapes(points.shape[:-2], index.shape[:-2])
    index = index.expand(*batch, size, dimensions)
    held = points.expand(*batch, size, dimensions).gather(-2, index)
    return torch.where(count.unsqueeze(-1) > 0, held, 0.0), counted.expand(*batch, size)


def _distances(a: Tensor, b: Tensor) -> Tensor:
    """Distances of all pairs, (..., N, M), by differences: as exact as `pairwise_distance`."""
    mode = "donot_use_mm_for_euclid_dist"
    distances: Tensor = torch.cdist(a, b, compute_mode=mode)
    return distances


def _align(
    a: Tensor,
    b: Tensor,
    a_lengths: Tensor | None,
    b_lengths: Tensor | None,
    extend: Callable[[Tensor, Tensor], Tensor],
) -> Tensor:
    """Best alignment of two paths: `extend(distance, best of the three cells before)`, at the end.

    Points are laid out (d, time, batch): the cells (i, k - i) of anti-diagonal k then pair a slice
    of a with a slice of b reversed, contiguous both.
    """
    a, b = as_real(a, b)
    _check_pair(a, b)
    n, m, dimensions = a.shape[-2], b.shape[-2], a.shape[-1]
    a_count, b_count = _count(a, a_lengths), _count(b, b_lengths)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2], a_count.shape, b_count.shape)
    a_count, b_count = a_count.expand(batch).flatten(), b_count.expand(batch).flatten()
    best = torch.full((a_count.shape[0],), torch.inf, dtype=a.dtype, device=a.device)
    limit = LONGEST / 2
    columns, rows = (
        each.clamp(-limit, limit)
        .expand(*batch, *each.shape[-2:])
        .reshape(best.shape[0], each.shape[-2], dimensions)
        .permute(2, 1, 0)
        for each in (a, b)
    )
    columns, rows = columns.contiguous(), rows.flip(1)
    # Row i + 1 of a diagonal holds cell (i, k - i); row 0 and cells outside the table stay inf.
    older, old, new = best.new_full((3, n + 1, best.shape[0]), torch.inf)
    older[0] = 0.0
    last, end = a_count + b_count - 2, a_count.unsqueeze(0)
    for k in range(n + m - 1 if n and m else 0):
        low, high = max(0, k - m + 1), min(n - 1, k) + 1
        shift = m - 1 - k
        distance = _norms(columns[:, low:high], rows[:, low + shift : high + shift])
        before = torch.minimum(old[low:high], old[low + 1 : high + 1])
        torch.minimum(before, older[low:high], out=before)
        new[low + 1 : high + 1] = extend(distance, before)
        if k == 0:
            older[0] = torch.inf
        best = torch.where(last == k, new.gather(0, end)[0], best)
        older, old, new = old, new, older
    empty_a, empty_b = a_count == 0, b_count == 0
    best = torch.where(empty_a | empty_b, torch.inf, best)
    return torch.where(empty_a & empty_b, 0.0, best).reshape(batch)


def _norms(a: Tensor, b: Tensor) -> Tensor:
    """Euclidean lengths of the differences along the first axis."""
    if not a.shape[0]:
        return a.new_zeros(a.shape[1:])
    step = a[0] - b[0]
    if a.shape[0] == 1:
        return step.abs_()
    total = step.mul_(step)
    for one, other in zip(a[1:], b[1:], strict=True):
        step = one - other
        total.addcmul_(step, step)
    return total.sqrt_()
