"""Slow references for boxes: shapely for continuous overlaps, plain numbers for pixel rules."""

import math

from shapely.geometry import MultiPolygon
from shapely.geometry import box as shapely_box

Box = list[float]


def area(b: Box) -> float:
    return 0.0 if b[2] <= b[0] or b[3] <= b[1] else shapely_box(*b).area


def intersection(a: Box, b: Box) -> float:
    if area(a) == 0 or area(b) == 0:
        return 0.0
    return float(shapely_box(*a).intersection(shapely_box(*b)).area)


def iou(a: Box, b: Box) -> float:
    shared = intersection(a, b)
    union = area(a) + area(b) - shared
    return shared / union if union > 0 else 0.0


def giou(a: Box, b: Box) -> float:
    """For boxes that are not inverted."""
    hull = MultiPolygon([shapely_box(*a), shapely_box(*b)]).envelope.area
    union = area(a) + area(b) - intersection(a, b)
    return iou(a, b) - (hull - union) / hull if hull > 0 else 0.0


def diou(a: Box, b: Box) -> float:
    """For boxes that are not inverted."""
    ca = ((a[0] + a[2]) / 2, (a[1] + a[3]) / 2)
    cb = ((b[0] + b[2]) / 2, (b[1] + b[3]) / 2)
    width = max(a[2], b[2]) - min(a[0], b[0])
    height = max(a[3], b[3]) - min(a[1], b[1])
    diagonal = math.hypot(width, height)
    return iou(a, b) - (math.dist(ca, cb) / diagonal) ** 2 if diagonal > 0 else iou(a, b)


def ciou(a: Box, b: Box) -> float:
    """For boxes of positive area."""
    angles = [math.atan((c[2] - c[0]) / (c[3] - c[1])) for c in (a, b)]
    v = 4 / math.pi**2 * (angles[0] - angles[1]) ** 2
    alpha = v / (1 - iou(a, b) + v + 1e-7)
    return diou(a, b) - alpha * v


def iou_half_inclusive(a: Box, b: Box) -> float:
    """VLM-R1's rule: last pixels, a strict comparison, then one added back."""
    x0, y0 = max(a[0], b[0]), max(a[1], b[1])
    x1, y1 = min(a[2] - 1, b[2] - 1), min(a[3] - 1, b[3] - 1)
    shared = (x1 - x0 + 1) * (y1 - y0 + 1) if x0 < x1 and y0 < y1 else 0.0
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union if union else 0.0


def iou_inclusive(a: Box, b: Box) -> float:
    """VisionReasoner's rule: both end pixels count."""
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]) + 1)
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]) + 1)
    shared = width * height
    union = (a[2] - a[0] + 1) * (a[3] - a[1] + 1) + (b[2] - b[0] + 1) * (b[3] - b[1] + 1) - shared
    return shared / union if union else 0.0
