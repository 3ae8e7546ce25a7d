"""Slow references for the Earth recipes: one answer at a time, in plain Python."""

import math
from typing import Any

Row = dict[str, Any]


def haversine_km(a: list[float], b: list[float], radius: float = 6371.0) -> float:
    """Of (lon, lat) pairs in degrees, by the arcsine, clamped."""
    lon_a, lat_a, lon_b, lat_b = (math.radians(x) for x in (*a, *b))
    h = math.sin((lat_b - lat_a) / 2) ** 2
    h += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * radius * math.asin(math.sqrt(min(1.0, max(0.0, h))))


def _km(row: Row) -> float:
    if "prediction_lonlat" in row:
        return haversine_km(row["prediction_lonlat"], row["target_lonlat"])
    return row["distance_m"] / 1000


def geo_r(row: Row) -> float:
    d = _km(row)
    if d <= 750:
        return round(1.0 - 0.5 * d / 750, 4)
    if d <= 3000:
        return round(0.5 - 0.3 * (d - 750) / (3000 - 750), 4)
    if d <= 20000:
        return round(0.2 - 0.2 * (d - 3000) / (20000 - 3000), 4)
    return 0.0


def geoguessr(row: Row) -> float:
    return math.exp(-_km(row) / 1492.7)


def geovista(row: Row) -> float:
    city = row["city_correct"]
    region = row["region_correct"] or city
    country = row["country_correct"] or region
    return 4.0 if city else 2.0 if region else 1.0 if country else 0.0


def geovista_v1(row: Row) -> float:
    value = geovista(row)
    for _ in range(min(4, int(row["leaked_queries"]))):
        value -= 0.5
    if row["gold_in_results"]:
        value += 1 if row["city_correct"] else -1
    return value


def geovista_v3(row: Row) -> float:
    return 1.0 if row["country_correct"] else 0.0


def geovista_v4(row: Row) -> float:
    return 1.0 if row["city_correct"] else 0.0


def _globe_accuracy(row: Row) -> float:
    if row["country_correct"]:
        return 1.0 if row["city_correct"] else 0.2
    return 0.0


def globe(row: Row) -> float:
    value = _globe_accuracy(row) + 0.5 * row["localizability"] + 0.2 * row["visual_match"]
    return value + (1.0 if row["format_ok"] else 0.0)


def globe_sound(row: Row) -> float:
    if not row["format_ok"]:
        return 0.0
    return (
        _globe_accuracy(row) * (1 + 0.5 * row["localizability"] + 0.2 * row["visual_match"]) / 1.7
    )


def pigeon(row: Row) -> float:
    if "cell_distances_m" in row:
        chosen = row["cell_distances_m"][row["cell_index"]]
        nearest = min(row["cell_distances_m"])
    else:
        chosen, nearest = row["cell_distance_m"], row["nearest_cell_distance_m"]
    return math.exp(-(chosen - nearest) / 65_000)


def _fields(row: Row) -> tuple[float, float, float]:
    seen = row.get("answers_seen", 10**9)
    if seen < 100:
        country, region, city = 1.0, 0.0, 0.0
    elif seen < 300:
        country, region, city = 0.5, 0.0, 0.0
    elif seen < 600:
        country, region, city = 0.3, 0.4, 0.0
    elif seen < 1000:
        country, region, city = 0.2, 0.3, 0.3
    else:
        country, region, city = 0.15, 0.25, 0.4
    weights = [country, region, city, max(city, 0.5 * region)]
    gained = answered = 0.0
    for weight, tau, d, there in zip(
        weights,
        (2000, 500, 100, 25),
        row["field_distances_m"],
        row.get("field_answered", [True] * 4),
        strict=True,
    ):
        if there:
            gained += weight * math.exp(-d / 1000 / tau)
            answered += weight
    return gained, answered, sum(weights)


def vlm_gym(row: Row) -> float:
    gained, answered, _ = _fields(row)
    return gained / answered if answered else 0.0


def vlm_gym_sound(row: Row) -> float:
    gained, _, full = _fields(row)
    return gained / full


HALF_KM = math.pi * 6371.0088


def _own_km(row: Row) -> float:
    if "prediction_lonlat" in row:
        (lon_a, lat_a), (lon_b, lat_b) = row["prediction_lonlat"], row["target_lonlat"]
        a, b = (
            (
                math.cos(math.radians(lat)) * math.cos(math.radians(lon)),
                math.cos(math.radians(lat)) * math.sin(math.radians(lon)),
                math.sin(math.radians(lat)),
            )
            for lon, lat in ((lon_a, lat_a), (lon_b, lat_b))
        )
        apart = math.dist(a, b)
        together = math.dist(a, tuple(-x for x in b))
        return 2 * 6371.0088 * math.atan2(apart, together)
    return row["distance_m"] / 1000


def _nearness(km: float) -> float:
    left = math.log(1 + HALF_KM / 0.05) - math.log(1 + min(km, HALF_KM) / 0.05)
    return left / math.log(1 + HALF_KM / 0.05)


def dense_earth(row: Row) -> float:
    return _nearness(_own_km(row))


def hierarchical(row: Row) -> float:
    near = dense_earth(row)
    if row["city_correct"]:
        return 1 / 2 + near / 2
    if row["region_correct"]:
        return 1 / 4 + near / 4
    if row["country_correct"]:
        return 1 / 8 + near / 8
    return 1 / 16 + near / 16 if row["continent_correct"] else near / 16


def geo_r_sound(row: Row) -> float:
    d = min(_own_km(row), HALF_KM)
    if d <= 750:
        value = 1.0 - 0.5 * d / 750
    elif d <= 3000:
        value = 0.5 - 0.3 * (d - 750) / (3000 - 750)
    else:
        value = 0.2 - 0.2 * (d - 3000) / (HALF_KM - 3000)
    return value * _nearness(d)


def geoguessr_sound(row: Row) -> float:
    d = _own_km(row)
    return _nearness(d) * (1 + 4 * math.exp(-d / 1492.7)) / 5


def osv5m_geoscore(row: Row) -> float:
    return 5000 * geoguessr(row)


def geovista_sound(row: Row) -> float:
    value = 0.0
    if row["country_correct"]:
        value = 0.25
        if row["region_correct"]:
            value = 1.0 if row["city_correct"] else 0.5
    for _ in range(min(4, int(row.get("leaked_queries", 0)))):
        value -= 0.125 * (value > 0) * _whole(row)
    return value


def _whole(row: Row) -> float:
    """What the levels alone are worth."""
    return geovista_sound({key: fact for key, fact in row.items() if key != "leaked_queries"})


def pigeon_sound(row: Row) -> float:
    e = max(0.0, row["cell_distance_m"] - row["true_cell_distance_m"]) / 1000
    smooth = 0.75 * math.exp(-e / 65) + 0.25 * _nearness(e)
    return 0.75 * smooth + (0.25 if row["cell_correct"] else 0.0)
