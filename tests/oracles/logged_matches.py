"""What an answer of VGeoMatch came to: a place in a picture, as `logged_places`, and on the map."""

import math

import numpy as np
from oracles import logged_places
from recorded import Step

_WORLD_HW = (21_600, 43_200)  # pixels of the plate carree map
_RADIUS_M = 6_371_008.8


def facts(task, walk: list[Step]) -> list[dict]:
    """Of source "earth" and the form `continuous`."""
    height, width = task.config.size_hw
    told = logged_places.facts(task, walk)
    for step, fact in zip(walk, told, strict=True):
        tile, crop, stretch = (step.before[name] for name in ("tile", "crop", "stretch"))
        answers, truths = [], []
        for i, (x, y) in enumerate(fact["prediction_points"][:, 0].tolist()):
            middle_x, middle_y, wide, high = tile[i].tolist()
            across = (x / width - 0.5) * wide * float(stretch[i])
            answers.append(_lonlat(middle_x + across, middle_y + (y / height - 0.5) * high))
            truths.append(_lonlat(*crop[i, :2].tolist()))
        fact["prediction_lonlat"], fact["target_lonlat"] = np.array(answers), np.array(truths)
        away = [_haversine_m(a, b) for a, b in zip(answers, truths, strict=True)]
        fact["distance_m"] = np.array(away)
    return told


def _lonlat(x: float, y: float) -> tuple[float, float]:
    height, width = _WORLD_HW
    lon = x / width * 360 - 180
    return (lon + 180) % 360 - 180, 90 - y / height * 180


def _haversine_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    (lon_a, lat_a), (lon_b, lat_b) = ((math.radians(v) for v in place) for place in (a, b))
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * _RADIUS_M * math.asin(min(1.0, math.sqrt(half)))
