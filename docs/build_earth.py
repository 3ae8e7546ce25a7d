"""Makes earth_checks.md: distances and countries held against other programs and tables.

python docs/build_earth.py
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.data import earth
from vgym.geometry.sphere import (
    EARTH_RADIUS,
    geodesic_distance_wgs84,
    great_circle_distance,
    normalise_lonlat,
)

PAGE = Path(__file__).parent / "earth_checks.md"
PAIRS, TOWNS = 20_000, 2_000  # of each kind; drawn

Places = NDArray[np.float64]

INTRODUCTION = """# What the Earth's numbers are held against

Made by `docs/build_earth.py`. [The Earth as data](earth.md) says what the numbers are.
"""
DISTANCES = """
## Distances

{count:,} pairs, and the worst difference of each kind in nanometres (the longest distance is
2 x 10^16). `great_circle_distance` is held against PROJ (by pyproj) on the same sphere;
`geodesic_distance_wgs84` against PROJ and against geographiclib, every pair.

| pairs | great circle, PROJ | WGS84, PROJ | WGS84, geographiclib |
| --- | ---: | ---: | ---: |
"""
COUNTRIES = """
## Countries of towns

{count:,} towns drawn from the {all:,} of the table, and the country that
`country_of` says of each against the one that GeoNames states. {unlike} differ:

| town | longitude, latitude | GeoNames | here | why |
| --- | --- | --- | --- | --- |
"""
# Disagreements about land, not about outlines: as GeoNames and Natural Earth count it.
OVERSEAS = {"GF", "GP", "MQ", "RE", "YT"}
KNOWN = {
    ("UA", "RU"): "Crimea: held by Russia",
    ("IL", "PS"): "between Israel and Palestine",
    ("PS", "IL"): "between Israel and Palestine",
    ("EH", "MA"): "Western Sahara: held by Morocco",
    ("MA", "EH"): "Western Sahara",
}


def uniform(draws: np.random.Generator, count: int) -> Places:
    """(count, 2) places, uniform on the sphere."""
    square = draws.random((count, 2))
    return np.stack([360 * square[:, 0] - 180, np.degrees(np.arcsin(2 * square[:, 1] - 1))], 1)


def pairs(count: int = PAIRS) -> dict[str, tuple[Places, Places]]:
    """Pairs of places of each kind, ``count`` of each."""
    draws = np.random.default_rng(15)

    def near(places: Places, most: float) -> Places:
        """Places up to so many degrees off, most of them far nearer."""
        steps = draws.choice([-1.0, 1.0], places.shape) * most
        moved = places + steps * 10 ** draws.uniform(-9, 0, places.shape)
        return normalise_lonlat(torch.from_numpy(moved)).numpy()

    def poles() -> Places:
        at = uniform(draws, count)
        at[:, 1] = draws.choice([-90.0, 90.0], count)
        at[: count // 2] = near(at[: count // 2], 1.0)
        return at

    start = uniform(draws, count)
    opposite = start * [1, -1] + [180, 0]
    line = np.stack([draws.choice([-180.0, 180.0], count), start[:, 1]], 1)
    return {
        "uniform on the sphere": (start, uniform(draws, count)),
        "antipodes and up to 3 degrees from them": (
            start,
            np.concatenate([opposite[: count // 10], near(opposite[count // 10 :], 3.0)]),
        ),
        "poles and up to a degree from them": (poles(), poles()),
        "on either side of the date line": (near(line, 5.0), near(line, 5.0)),
        "up to a degree apart, and identical": (
            start,
            np.concatenate([start[: count // 10], near(start[count // 10 :], 1.0)]),
        ),
    }


def differences(a: Places, b: Places, geographiclib: int | None = None) -> list[float]:
    """The worst differences in metres: great circle and WGS84 from PROJ's, WGS84 from
    geographiclib's of the first so many pairs (all)."""
    from geographiclib.geodesic import Geodesic
    from pyproj import Geod

    ends = torch.from_numpy(a), torch.from_numpy(b)
    on_sphere, on_wgs84 = great_circle_distance(*ends), geodesic_distance_wgs84(*ends)
    found = []
    for ours, shape in (
        (on_sphere, Geod(a=EARTH_RADIUS, b=EARTH_RADIUS)),
        (on_wgs84, Geod(ellps="WGS84")),
    ):
        theirs = np.asarray(shape.inv(*a.T, *b.T)[2])
        found.append(float(np.abs(ours.numpy() - theirs).max()))
    inverse = Geodesic.WGS84.Inverse
    some = zip(a[:geographiclib].tolist(), b[:geographiclib].tolist(), strict=True)
    exact = np.array([inverse(p[1], p[0], q[1], q[0])["s12"] for p, q in some])
    found.append(float(np.abs(on_wgs84.numpy()[: len(exact)] - exact).max()))
    return found


def distances() -> str:
    """The table of distances; every row is printed too."""
    rows = []
    for name, ends in pairs().items():
        worst = [f"{1e9 * metres:,.1f}" for metres in differences(*ends)]
        rows.append(f"| {name} | {' | '.join(worst)} |\n")
        print(rows[-1], end="")
    return DISTANCES.format(count=len(rows) * PAIRS) + "".join(rows)


def countries() -> str:
    """The towns whose country is another one here."""
    towns = earth.towns()
    chosen = np.sort(np.random.default_rng(5).choice(len(towns), TOWNS, replace=False))
    every = np.arange(len(towns))
    here = [None if each is None else each.code for each in earth.country_of(towns.lonlat)]
    unlike = [k for k in every.tolist() if towns.code[k] != here[k]]
    rows = [row(k, here[k]) for k in sorted(set(unlike) & set(chosen.tolist()))]
    kinds = Counter(why(k, here[k], exactly=False) for k in unlike)
    listed = "; ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return (
        COUNTRIES.format(count=TOWNS, all=len(towns), unlike=len(rows))
        + "".join(rows)
        + f"\nOf all {len(towns):,} towns {len(unlike)} differ, {len(unlike) / len(towns):.2%}: "
        + f"{listed}.\n"
    )


def row(town: int, here: str | None) -> str:
    """One town in the table."""
    towns = earth.towns()
    lon, lat = towns.lonlat[town].tolist()
    code = here or "the sea"
    cells = (towns.name[town], f"{lon:.2f}, {lat:.2f}", towns.code[town], code, why(town, here))
    return f"| {' | '.join(cells)} |\n"


def why(town: int, here: str | None, exactly: bool = True) -> str:
    """What the disagreement is about; of a border how far off it is, too."""
    code = str(earth.towns().code[town])
    if code in OVERSEAS and here == "FR":
        return "overseas: a region of France here"
    if (code, here) in KNOWN:
        return KNOWN[code, here or ""]
    km = off_km(town, code)
    if km is None:
        return "a country that Natural Earth's outlines do not have"
    kind = "at sea here" if here is None else "beside a border"
    return f"{kind}, {km:.1f} km off" if exactly else kind


def off_km(town: int, code: str) -> float | None:
    """How far a town is from the outline of the country of that code; None without one."""
    import shapely

    borders = earth.borders()
    numbers = [k for k, country in enumerate(borders.countries) if country.code == code]
    of_regions = np.flatnonzero(np.isin(borders.country_number, numbers))
    if not len(of_regions):
        return None
    lon, lat = earth.towns().lonlat[town].tolist()
    place = shapely.Point(lon, lat)
    nearest = min(
        (shapely.shortest_line(place, borders.outlines[k]) for k in of_regions.tolist()),
        key=lambda line: line.length,
    )
    ends = torch.from_numpy(shapely.get_coordinates(nearest))
    return float(geodesic_distance_wgs84(ends[0], ends[-1])) / 1000


def main() -> None:
    """Write the page."""
    PAGE.write_text(INTRODUCTION + distances() + countries(), encoding="utf-8")


if __name__ == "__main__":
    main()
