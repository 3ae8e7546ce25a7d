"""Rectangles on a floor, in metres, along the walls."""

from __future__ import annotations

Rect = tuple[float, float, float, float]  # x0, y0, x1, y1; metres


def footprint(x: float, y: float, width: float, depth: float, quarter: int) -> Rect:
    """The rectangle of a piece.

    Args:
        x: metres, its middle.
        y: metres, its middle.
        width: metres along its own x.
        depth: metres along its own y.
        quarter: quarters that it is turned by.
    """
    if quarter % 2:
        width, depth = depth, width
    return x - width / 2, y - depth / 2, x + width / 2, y + depth / 2


def front(rect: Rect, quarter: int, deep: float) -> Rect:
    """The strip of that depth before the side that a piece turns to."""
    x0, y0, x1, y1 = rect
    return (
        (x0, y1, x1, y1 + deep),
        (x0 - deep, y0, x0, y1),
        (x0, y0 - deep, x1, y0),
        (x1, y0, x1 + deep, y1),
    )[quarter]


def overlap(a: Rect, b: Rect) -> bool:
    """Whether two rectangles share more than an edge."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def inside(inner: Rect, outer: Rect) -> bool:
    """Whether one lies in the other, edges included."""
    return (
        inner[0] >= outer[0]
        and inner[1] >= outer[1]
        and inner[2] <= outer[2]
        and inner[3] <= outer[3]
    )


def grown(rect: Rect, by: float) -> Rect:
    """Larger by as much on every side."""
    return rect[0] - by, rect[1] - by, rect[2] + by, rect[3] + by
