"""Slow references for spans and tubes, in plain numbers."""

from collections.abc import Mapping

from oracles import boxes


def iou(a: tuple[float, float], b: tuple[float, float]) -> float:
    if a[1] <= a[0] or b[1] <= b[0]:
        return 0.0
    shared = max(0.0, min(a[1], b[1]) - max(a[0], b[0]))
    return shared / ((a[1] - a[0]) + (b[1] - b[0]) - shared)


def tube_iou(a: Mapping[int, boxes.Box], b: Mapping[int, boxes.Box]) -> float:
    """Tubes as frame -> box."""
    frames = a.keys() | b.keys()
    return sum(boxes.iou(a[t], b[t]) for t in a.keys() & b.keys()) / len(frames) if frames else 0.0
