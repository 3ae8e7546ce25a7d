"""No kernel reads a value back from its device: the meta device holds none and would raise."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from vgym.geometry import boxes, gaussians, intervals, matching, points, polygons

BOX = torch.empty(5, 4, device="meta")
XY = torch.empty(5, 2, device="meta")
MASK = torch.empty(5, 3, device="meta", dtype=torch.bool)
QUAD = torch.empty(5, 4, 2, device="meta")
TURNED = torch.empty(5, 5, device="meta")
COUNT = torch.empty(5, device="meta", dtype=torch.int64)
MASK4 = torch.empty(5, 4, device="meta", dtype=torch.bool)

CALLS: list[Callable[[], Tensor]] = [
    lambda: boxes.box_iou(BOX, BOX),
    lambda: boxes.box_giou(BOX, BOX),
    lambda: boxes.box_ciou(BOX, BOX),
    lambda: boxes.box_iou_variant(BOX, BOX, "half-inclusive"),
    lambda: boxes.box_clip(BOX, torch.empty(5, 2, device="meta")),
    lambda: boxes.box_convert(BOX, "xyxy", "cxcywh"),
    lambda: points.point_in_box(XY, BOX),
    lambda: points.pairwise_distance(XY, XY),
    lambda: gaussians.gaussian_point(XY, BOX),
    lambda: gaussians.bhattacharyya(BOX, BOX),
    lambda: gaussians.prob_iou(BOX, BOX),
    lambda: gaussians.kl_divergence(BOX, BOX),
    lambda: polygons.polygon_iou(QUAD, QUAD, COUNT, COUNT),
    lambda: polygons.polygon_area(QUAD, COUNT),
    lambda: polygons.rotated_box_iou(TURNED, TURNED),
    lambda: polygons.rotated_box_corners(TURNED),
    lambda: polygons.points_in_polygon(XY, QUAD),
    lambda: intervals.interval_iou(XY, XY),
    lambda: intervals.tube_iou(
        BOX[:, None].expand(5, 4, 4), MASK4, BOX[:, None].expand(5, 4, 4), MASK4
    ),
    lambda: points.collinear(QUAD, 1.0, MASK4),
    lambda: points.voting_grid(BOX[:, None], (8, 9)),
    lambda: matching.match(torch.empty(5, 3, 3, device="meta"), MASK, MASK),
    lambda: matching.match(torch.empty(5, 3, 2, device="meta"), MASK, MASK[:, :2]),
]


@pytest.mark.parametrize("call", CALLS)
def test_stays_on_its_device(call: Callable[[], Tensor]) -> None:
    result = call()
    assert result.device.type == "meta" and result.shape[0] == 5
    with pytest.raises((RuntimeError, NotImplementedError)):
        result.sum().item()
