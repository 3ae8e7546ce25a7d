"""Average precision of one image's list of boxes, as COCO's evaluation counts it."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_iou
from vgym.rewards.greedy import greedy_match

COCO_THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_MOST_DETECTIONS = 100


def average_precision(
    prediction: Tensor,
    prediction_mask: Tensor,
    prediction_labels: Tensor,
    target: Tensor,
    target_mask: Tensor,
    target_labels: Tensor,
    thresholds: tuple[float, ...] = COCO_THRESHOLDS,
) -> Tensor:
    """Mean over thresholds and the target's categories of the 101-point average precision.

    Predictions rank in the order of the list, which is what equal scores give. Categories that no
    target has are left out, so predictions of them cost nothing. 100 predictions of a category
    count.

    Args:
        prediction: `(B, M, 4)` xyxy.
        prediction_mask: `(B, M)` bool.
        prediction_labels: `(B, M)` int.
        target: `(B, K, 4)` xyxy.
        target_mask: `(B, K)` bool.
        target_labels: `(B, K)` int.
        thresholds: least IoU of a match.

    Returns:
        `(B,)` float64 in [0, 1]; 0 where there are no predictions or no targets.

    Source: pycocotools `COCOeval`, area "all"; its 2.2e-16 in the precision's divisor is left out.
    """
    batch, m = prediction.shape[:2]
    k = target.shape[1]
    device = prediction.device
    if m == 0 or k == 0:
        return torch.zeros(batch, dtype=torch.float64, device=device)
    levels = torch.tensor(thresholds, dtype=torch.float64, device=device)
    iou = box_iou(prediction.double()[:, :, None], target.double()[:, None])
    same = prediction_labels[:, :, None] == target_labels[:, None]
    same = same & prediction_mask[:, :, None] & target_mask[:, None]
    listed = same.transpose(1, 2)  # (B, K, M): of the target's category
    listed = listed & (listed.cumsum(-1) <= _MOST_DETECTIONS)
    allowed = listed.transpose(1, 2)[:, None] & (
        iou[:, None] >= levels[:, None, None]
    )  # (B, T, M, K)
    sets = batch * len(thresholds)
    wide = iou[:, None].expand_as(allowed).reshape(sets, m, k)
    found = greedy_match(wide, allowed.reshape(sets, m, k))
    found = found.reshape(batch, len(thresholds), m) >= 0

    # Each target stands for its category if it is the first of it.
    alike = (target_labels[:, :, None] == target_labels[:, None]) & target_mask[:, None]
    first = target_mask & ~alike.tril(-1).any(-1)
    members = alike.sum(-1)[:, None, :, None].double()  # (B, 1, K, 1)
    hits = (found[:, :, None] & listed[:, None]).cumsum(-1).double()  # (B, T, K, M)
    shown = listed[:, None].cumsum(-1).clamp(min=1).double()
    precision = (hits / shown).flip(-1).cummax(-1).values.flip(-1)
    recall = hits / members.clamp(min=1)
    # How many of the recalls 0, 0.01 .. 1 are reached at each place of the list for the first time.
    grid = torch.arange(101, dtype=torch.float64, device=device) * 0.01
    reached = torch.bucketize(recall.contiguous(), grid, right=True)
    newly = torch.diff(reached, dim=-1, prepend=torch.zeros_like(reached[..., :1]))
    each = (precision * newly).sum(-1) / 101  # (B, T, K)
    categories = first.sum(-1).clamp(min=1)
    return (each * first[:, None]).sum((1, 2)) / (len(thresholds) * categories)
