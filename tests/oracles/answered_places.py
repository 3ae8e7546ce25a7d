"""Slow references for metrics of many answered places: loops over answers, in plain Python."""

import math
from itertools import combinations

from oracles.sphere import RADIUS, vector

Place = tuple[float, float]
FARTHEST_KM = math.pi * RADIUS / 1000


def km(a: Place | None, b: Place | None) -> float:
    """As far as can be where there is none."""
    if a is None or b is None:
        return FARTHEST_KM
    u, v = vector(a), vector(b)
    return 2 * RADIUS / 1000 * math.atan2(math.dist(u, v), math.dist(u, -v))


def median(numbers: list[float]) -> float:
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def area_to_truth(regions: list[tuple[float, float, bool]]) -> float:
    """Of (score, area, holds), by walking down the list; equals stand as the mean of all orders."""
    inside = [region for region in regions if region[0] > 0]
    inside.sort(key=lambda region: (-region[0], region[1]))
    searched = 0.0
    while inside:
        alike = [region for region in inside if region[:2] == inside[0][:2]]
        if any(region[2] for region in alike):
            firsts, ways = 0, 0
            for held in combinations(range(len(alike)), sum(region[2] for region in alike)):
                firsts, ways = firsts + held[0] + 1, ways + 1
            return searched + firsts / ways * alike[0][1]
        searched += sum(region[1] for region in alike)
        inside = inside[len(alike) :]
    return math.inf


def consistency(answers: list[tuple[object, Place | None]]) -> tuple[float, float, int]:
    """Of (what it is about, answer): the means over places of kilometres and of nearness."""
    about: dict[object, list[Place | None]] = {}
    for place, answer in answers:
        about.setdefault(place, []).append(answer)
    apart, near = [], []
    for given in about.values():
        pairs = list(combinations(given, 2))
        if pairs:
            between = [km(a, b) for a, b in pairs]
            apart.append(sum(between) / len(between))
            near.append(sum(d <= 25 for d in between) / len(between))
    return sum(apart) / len(apart), sum(near) / len(near), len(apart)
