"""Slow references for the published zoom rewards: one sample at a time, from their formulas."""

import math

Box = list[float]
Point = list[float]


def distinct(points: list[Point]) -> int:
    kept: list[Point] = []
    for p in points:
        if all(math.dist(p, q) >= 10 for q in kept):
            kept.append(p)
    return len(kept)


def vigorl(right: float, good: bool, points: list[Point]) -> float:
    u = distinct(points)
    f = (1 + 0.2 * (u - 1) if u > 1 else 1.0) if good else 0.0
    return 0.6 * right + 0.4 * f


def vigorl_sound(right: float, good: bool, points: list[Point]) -> float:
    return right if good else 0.0


def deepeyes(right: float, good: bool, calls: int) -> float:
    return 0.8 * right + 0.2 * (0 if good else -1) + (1.2 if right > 0.5 and calls >= 1 else 0)


def area(b: Box) -> float:
    return max(b[2] - b[0], 0) * max(b[3] - b[1], 0)


def shared(a: Box, b: Box) -> float:
    return area([max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])])


def cut(b: Box, height: float, width: float) -> Box:
    x = [min(max(v, 0.0), width) for v in (b[0], b[2])]
    y = [min(max(v, 0.0), height) for v in (b[1], b[3])]
    return [x[0], y[0], x[1], y[1]]


def shows(zoom: Box, target: Box, height: float, width: float) -> bool:
    z = cut(zoom, height, width)
    cx, cy = (target[0] + target[2]) / 2, (target[1] + target[3]) / 2
    return (
        z[0] <= cx <= z[2]
        and z[1] <= cy <= z[3]
        and shared(z, target) >= 0.5 * area(target)
        and area(z) <= max(0.25 * height * width, area(target))
    )


def curiosity(calls: int, share: float, divisor: float) -> float:
    if calls < 1:
        return 0.0
    bonus = max(0.3 - share, 0) / divisor / share * 0.25 if share > 0 else 0.0
    return bonus - 0.05 * (calls - 1)


def curiosity_sound(right: float, calls: int, share: float) -> float:
    if calls < 1:
        return 0.0
    return right * 0.5 * max(0.3 - share, 0) - 0.05 * min(calls - 1, 3)


def ndcg(retrieved: list[int], gold: list[int], once: bool = False) -> float:
    if not gold:
        return 0.0
    gained, seen = 0.0, set()
    for i, page in enumerate(retrieved, 1):
        rel = page in gold and not (once and page in seen)
        gained += (2 ** int(rel) - 1) / math.log2(i + 1)
        seen.add(page)
    return gained / sum(1 / math.log2(i + 1) for i in range(1, len(gold) + 1))


def vrag(judge: float, good: bool, value: float) -> float:
    return 0.7 * judge + 0.1 + 0.2 * value if good else 0.0


def vrag_sound(judge: float, good: bool, value: float) -> float:
    return 0.8 * judge + 0.2 * value if good else 0.0


def iou(a: Box, b: Box) -> float:
    union = area(a) + area(b) - shared(a, b)
    return shared(a, b) / union if union > 0 else 0.0


def region_f1(predictions: list[Box], targets: list[Box]) -> float:
    if not predictions and not targets:
        return 1.0
    if not predictions or not targets:
        return 0.0
    found = sum(max(iou(p, t) for p in predictions) >= 0.5 for t in targets)
    recall, precision = found / len(targets), found / len(predictions)
    return 2 * precision * recall / (precision + recall + 1e-8)


def unidoc(judge: float, value: float, rerank: float, region: float, grade: float) -> float:
    if grade > 0.5:
        return 0.6 * judge + 0.1 * value + 0.1 * rerank + 0.1 * region + 0.1 * grade
    return 0.1 * (value + rerank + region + grade) if grade > 0 else 0.0


def ergo(
    right: float, zoom_only: float, zooms: list[Box], good: bool, height: float, width: float
) -> float:
    seen = sum(area(cut(z, height, width)) for z in zooms) / (height * width) if zooms else 1.0
    economy = zoom_only if seen <= 0.5 else 0.0
    return 0.4 * right + 0.3 * zoom_only + 0.2 * economy + 0.1 * good


def last_view(zooms: list[Box], target: Box, height: float, width: float) -> float:
    if not zooms:
        return 0.0
    zoom = cut(zooms[-1], height, width)
    if area(zoom) == 0 or area(target) == 0:
        return 0.0
    image = height * width
    full = math.log(image / area(target))
    depth = math.log(image / area(zoom)) / full if full > 0 else 1.0
    return min(shared(zoom, target) / area(target), 1.0) * min(max(depth, 0.0), 1.0)
