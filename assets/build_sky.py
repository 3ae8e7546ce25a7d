"""Build the sky that VZoom shows: stars, figures, Messier's objects and the Milky Way.

Reads the data of npm `d3-celestial` 0.7.35 (BSD-3) and writes ``zoom/sky/sky.npz`` and
``zoom/sky/names.json``. Needs numpy, scipy, shapely and an installed vgym:

    npm pack d3-celestial@0.7.35 && tar xf d3-celestial-0.7.35.tgz
    python assets/build_sky.py package/data
"""

import argparse
import json
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from vgym.core.text import CHARSET

OUT = Path(__file__).parent / "zoom" / "sky"
ROWS, COLUMNS = 360, 720  # of the Milky Way: half a degree
FAINTEST_NAMED = 4.6  # magnitude: fainter ones carry names that hardly anybody knows
# How the catalogue's types are drawn.
SYMBOLS = {
    "galaxy": ("s", "e", "i"),
    "open cluster": ("oc",),
    "globular cluster": ("gc",),
    "nebula": ("sfr", "rn", "snr"),
    "planetary nebula": ("pn",),
}


def features(folder: Path, name: str) -> list[dict[str, Any]]:
    """The features of one file."""
    loaded = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return list(loaded["features"])


def directions(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit vectors (n, 3) of right ascension and declination (n, 2), degrees."""
    lon, lat = np.deg2rad(lonlat).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], 1)


def inside(border: NDArray[np.float64], lonlat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) which places lie within a border, by stereographic projection about its middle."""
    corners, places = directions(border), directions(lonlat)
    pole = corners.mean(0) / np.linalg.norm(corners.mean(0))
    east = np.cross([0.3, 0.5, 0.8], pole)
    east /= np.linalg.norm(east)
    axes = np.stack([east, np.cross(pole, east)], 1)
    polygon = shapely.Polygon(corners @ axes / (1 + corners @ pole)[:, None]).buffer(0)
    xy = places @ axes / np.maximum(1 + places @ pole, 0.2)[:, None]
    found: NDArray[np.bool_] = shapely.contains_xy(polygon, xy[:, 0], xy[:, 1])
    found &= places @ pole > 0.2
    return found


def milky_way(folder: Path) -> NDArray[np.uint8]:
    """(ROWS, COLUMNS) brightness by declination (north first) and right ascension (from 0).

    A place is within an outline when the way to the north pole, which is without, crosses it an odd
    number of times.
    """
    light = np.zeros((ROWS, COLUMNS))
    middles = (np.arange(COLUMNS) + 0.5) * 360 / COLUMNS + 1e-5  # never at a corner
    for outline in features(folder, "milkyway"):
        within = np.zeros((ROWS + 1, COLUMNS), np.int64)
        for ring in outline["geometry"]["coordinates"]:
            points = np.array([*ring, ring[0]])
            for (lon0, lat0), (lon1, lat1) in pairwise(points):
                span = (lon1 - lon0 + 180) % 360 - 180
                if span == 0:
                    continue
                part = ((middles - lon0 + 180) % 360 - 180) / span
                crossed = np.flatnonzero((part >= 0) & (part < 1))
                lat = lat0 + part[crossed] * (lat1 - lat0)
                np.add.at(within, (np.ceil((90 - lat) * ROWS / 180 - 0.5).astype(int), crossed), 1)
        light += np.cumsum(within, 0)[:ROWS] % 2
    blurred = gaussian_filter(light, 1.6, mode=("nearest", "wrap"))
    packed: NDArray[np.uint8] = np.round(blurred * 50).astype(np.uint8)
    return packed


def printable(name: str) -> bool:
    """Whether a name can be written in instructions, as one that people would say."""
    return all(letter in CHARSET for letter in name) and not name.endswith(("Star", "star"))


def plain(name: str) -> str:
    """A name with simple marks and spaces."""
    return unicodedata.normalize("NFC", " ".join(name.replace("´", "'").replace("’", "'").split()))  # noqa: RUF001


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder

    stars = sorted(features(folder, "stars.8"), key=lambda f: (f["properties"]["mag"], f["id"]))
    lonlat = np.array([f["geometry"]["coordinates"] for f in stars])
    magnitude = np.array([f["properties"]["mag"] for f in stars])
    colour = np.array([float(f["properties"]["bv"] or 0.6) for f in stars])
    known = json.loads((folder / "starnames.json").read_text("utf-8"))

    kinds = features(folder, "constellations")
    names = [plain(f["properties"]["name"]) for f in kinds]
    codes = [f["id"] for f in kinds]
    told = [known.get(str(f["id"]), {}).get("c") for f in stars]
    home = np.array([codes.index(c) if c in codes and c != "Ser" else -1 for c in told])
    borders = features(folder, "constellations.bounds")
    order = {code: [i for i, c in enumerate(codes) if c == code] for code in codes}
    for code in codes:  # the two parts of Serpens come in the same order: head, tail
        rings = [b["geometry"]["coordinates"][0] for b in borders if b["id"] == code]
        for number, ring in zip(order[code], rings, strict=True):
            home[(home < 0) & inside(np.array(ring), lonlat)] = number
    lost = np.flatnonzero(home < 0)
    print(len(lost), "stars on a border go with their neighbours")
    place = directions(lonlat)
    for i in lost.tolist():
        home[i] = home[np.argmax(np.where(home >= 0, place @ place[i], -2))]

    lines, line_home = [], []
    seen: dict[str, int] = {}
    for figure in features(folder, "constellations.lines"):
        number = order[figure["id"]][seen.get(figure["id"], 0)]
        seen[figure["id"]] = seen.get(figure["id"], 0) + 1
        for line in figure["geometry"]["coordinates"]:
            ends = [int(np.argmax(place @ p)) for p in directions(np.array(line))]
            for pair in pairwise(ends):
                lines.append(pair)
                line_home.append(number)

    objects = features(folder, "messier")
    symbol = [
        next((i for i, t in enumerate(SYMBOLS.values()) if f["properties"]["type"] in t), -1)
        for f in objects
    ]
    objects = [f for f, s in zip(objects, symbol, strict=True) if s >= 0]
    spot = np.array([f["geometry"]["coordinates"] for f in objects])
    near = np.argmax(directions(spot) @ place.T, 1)

    OUT.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        OUT / "sky.npz",
        star_lon=np.round(lonlat[:, 0] % 360 * 65536 / 360).astype(np.uint16),
        star_lat=np.round(lonlat[:, 1] * 32767 / 90).astype(np.int16),
        star_magnitude=np.round((magnitude + 2) * 100).astype(np.uint16),
        star_colour=np.round((np.clip(colour, -0.4, 2.1) + 0.4) * 100).astype(np.uint8),
        star_home=home.astype(np.uint8),
        lines=np.array(lines, np.uint16),
        line_home=np.array(line_home, np.uint8),
        object_lonlat=spot.astype(np.float32),
        object_home=home[near].astype(np.uint8),
        object_symbol=np.array([s for s in symbol if s >= 0], np.uint8),
        milky_way=milky_way(folder),
    )
    called = {}
    for n, star in enumerate(stars):
        name = plain(known.get(str(star["id"]), {}).get("name") or "")
        if name and magnitude[n] <= FAINTEST_NAMED and printable(name):
            called[name] = None if name in called else n  # two stars of one name: neither
    table = {
        "constellations": names,
        "stars": {name: i for name, i in called.items() if i is not None},
        "symbols": list(SYMBOLS),
        "objects": [
            [f["id"].replace("M", "Messier "), plain(f["properties"]["alt"])] for f in objects
        ],
    }
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":")).replace("],", "],\n")
    (OUT / "names.json").write_text(text + "\n", "utf-8")
    print(len(stars), "stars,", len(table["stars"]), "named,", len(lines), "lines")


if __name__ == "__main__":
    main()
