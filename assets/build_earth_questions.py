"""Build the questions that VZoom asks about the world map, and the boxes that answer them.

Reads what `build_earth.py` and `build_earth_atlas.py` wrote, by an installed vgym:

    python assets/build_earth_questions.py

Words are plain letters (Reykjavik), each phrase belongs to one place only, and none names what it
asks for but where the name is the question.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from vgym.assets import earth_relations as relations
from vgym.assets.earth_relations import Row, spot, titled
from vgym.data import earth
from vgym.data.earth.lettering import plain_letters
from vgym.data.earth.lonlats import WORLD_HW, world_xy

OUT = Path(__file__).parent / "earth" / "questions.npz"
MOST_WORDS = 36
# What the atlas draws otherwise than it is: the water below a meeting bears the name of the river
# that ends there, a line leads upstream or out of the other, or a name ends at another's water.
# "" is the sea.
NOT_SO = {
    *{("Amapari", ""), ("Apure", "Cojedes"), ("Argun (Ergun)", "Hailar"), ("Kelkit", "")},
    *{("Beni", "Madre de Dios"), ("Casiquiare", "Orinoco"), ("Cedar", "Mississippi")},
    *{("Cojedes", "Orinoco"), ("Congaree", "Cooper"), ("Danube", "Bratul Chillia")},
    *{("Drau", "Mur"), ("Glomma (Glåma)", "Vorma"), ("Guainía", "Orinoco"), ("Mur", "Danube")},
    *{("Heilong Jiang (Amur)", "Argun (Ergun)"), ("IJssel", "Nederrijn"), ("Kong", "Srepok")},
    *{("Kotto", "Uele"), ("Kwango", "Kwilu"), ("Lachlan", "Murray"), ("Mamoré", "Guaporé")},
    *{("Rhine", "Waal"), ("Sprague", "Klamath"), ("Xiang", "Yuan")},
}
NEAR = 0.05  # degrees
SMALLEST, LARGEST = 10, 1150  # pixels of the world, the shorter side of a box


def islands() -> list[tuple[int, str]]:
    """Number and phrase of all islands whose name and country no other has."""
    found = earth.outlines()
    phrases = {}
    for number in np.flatnonzero(~found.lake).tolist():
        name, other = found.name[number], found.other[number]
        group = re.search(r" (Islands|Cays|Rocks|Group|Shoto|Gunto|Archipelago|Keys)\b", f" {name}")
        if group or " and " in name or len(found.within[number]) < 2:
            continue
        where = found.within[number][0]
        known = f" ({other})" if other and "Lake" not in other else ""
        inside = f" in {other}" if "Lake" in other else f", {where}"
        phrases[number] = f"{titled(name)}{known}{inside}"
    times = Counter(phrases.values())
    return [(number, phrase) for number, phrase in phrases.items() if times[phrase] == 1]


def box_of(number: int) -> NDArray[np.float64]:
    """Of an outline, in pixels of the world."""
    return world_xy(earth.outlines().box[number].reshape(2, 2)).ravel()


def named() -> Iterator[Row]:
    """Islands, lakes, towns and capitals by their names."""
    found, sites = earth.outlines(), earth.sites()
    for number, phrase in islands():
        yield "island", phrase, box_of(number)
    for number in np.flatnonzero(found.lake).tolist():
        name = found.name[number]
        if " and " not in name:
            known = re.search("Lake|Lago|Ozero|Sea|Hayk|Reservoir|Vodo", name)
            yield "lake", name if known else f"the lake {name}", box_of(number)
    for k in range(len(sites)):
        name, country, box = sites.name[k], sites.country[k], spot(world_xy(sites.lonlat[k]))
        parts = [part for part in (sites.region[k], country) if part and part != name]
        yield "town", f"the town of {', '.join([name, *dict.fromkeys(parts)])}", box
        if sites.is_capital[k]:
            yield "capital", f"the capital of {country.split(' (')[0]}", box


def rivers() -> tuple[dict[str, NDArray[np.float64]], list[Row]]:
    """Where each river of a name comes to the sea, if at one place; and where rivers meet."""
    lines = earth.lines()
    parts: dict[str, list[NDArray[np.float64]]] = {}
    for name, line in zip(lines.name.tolist(), lines.river, strict=True):
        if name and not name[0].islower() and not name.isdigit():
            parts.setdefault(name, []).append(line)
    tree = shapely.STRtree([shapely.LineString(line) for line in lines.river])
    owner = lines.name.tolist()
    mouths: dict[str, NDArray[np.float64]] = {}
    meetings: dict[tuple[str, str], NDArray[np.float64]] = {}
    for name, all_parts in parts.items():
        ends = np.array([part[-1] for part in all_parts])
        starts = np.array([part[0] for part in all_parts])
        # The last corner of a part that no other part goes on from.
        last = [end for end in ends if np.abs(starts - end).max(1).min() > 0.02]
        if len(last) != 1:
            continue
        end = last[0]
        if at_sea(end):
            if (name, "") not in NOT_SO:
                mouths[name] = end
            continue
        near = tree.query(shapely.Point(end), "dwithin", 0.02)
        others = {owner[k] for k in near.tolist()} - {name, ""}
        if len(others) == 1:
            other = others.pop()
            passes = parts.get(other, [])
            if comes_by(end, passes) and not re.search("Lake|Lago|Canal", other):
                meetings[name, other] = end
    # A line that leads out of a lake may be drawn into it; who flows into each other is one river.
    found = earth.outlines()
    lakes = shapely.union_all(found.shape[found.lake])
    kept = [
        ("meeting", f"where the river {name} flows into the {other}", spot(world_xy(end)))
        for (name, other), end in meetings.items()
        if (other, name) not in meetings
        and (name, other) not in NOT_SO
        and not lakes.contains(shapely.Point(end))
    ]
    return mouths, kept


def comes_by(end: NDArray[np.float64], parts: list[NDArray[np.float64]]) -> bool:
    """Whether a river is near a place and comes from further up: one that begins there is the same
    water under another name."""
    near = [np.abs(part - end).max(1).argmin() for part in parts]
    apart = [np.abs(part[at] - end).max() for part, at in zip(parts, near, strict=True)]
    return any(at > 0 and far < NEAR for at, far in zip(near, apart, strict=True))


def at_sea(end: NDArray[np.float64]) -> bool:
    """Whether a good part of the land's mask about a place is sea."""
    x, y = world_xy(end).astype(int)
    return float(earth.coast().cells(y - 4, x - 4, 9, 9).mean()) < 0.85


def said(mouths: dict[str, NDArray[np.float64]]) -> Iterator[Row]:
    """By WordNet's definitions, of what has a name that no other of its kind has."""
    found, sites = earth.outlines(), earth.sites()
    places: dict[tuple[str, str], list[tuple[NDArray[np.float64], str]]] = {}
    for number, _ in islands():
        for name in (found.name[number], found.other[number]):
            places.setdefault(("island", name), []).append((box_of(number), ""))
    for number in np.flatnonzero(found.lake).tolist():
        places.setdefault(("lake", found.name[number]), []).append((box_of(number), ""))
    for name, end in mouths.items():
        places.setdefault(("river", name), []).append((spot(world_xy(end)), ""))
    for k in range(len(sites)):
        places.setdefault(("town", sites.name[k]), []).append(
            (spot(world_xy(sites.lonlat[k])), sites.country[k])
        )
    for row in earth.glosses():
        names = {variant for name in row["names"] for variant in variants(name)}
        for name in names:
            candidates = places.get((row["kind"], name), [])
            if row["kind"] == "town":
                around = " ".join([*row["in"], row["gloss"]])
                candidates = [
                    place for place in candidates if place[1].replace(" of America", "") in around
                ]
            if len(candidates) == 1:
                kind = "mouth of the river" if row["kind"] == "river" else row["kind"]
                gloss = row["gloss"].replace(";", ",").replace("`", "'")
                yield "gloss", f"the {kind}: {gloss}", candidates[0][0]
                break


def variants(name: str) -> set[str]:
    """A name with and without what kind of thing it is."""
    return {
        name,
        re.sub(r"^(Lake|Isle of|Island of) | (Lake|Island|River)$", "", name),
        f"Lake {name}",
        f"{name} Island",
    }


def areas() -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """Phrase and outline of regions, and of countries."""
    borders = earth.borders()
    regions = [
        (f"{region.name}, {region.country.name}", shape)
        for region, shape in zip(borders.regions, borders.outlines, strict=True)
        if region.name != region.country.name
    ]
    by_country: dict[str, list[Any]] = {}
    for region, shape in zip(borders.regions, borders.outlines, strict=True):
        by_country.setdefault(region.country.name, []).append(shape)
    countries = [
        (name, shapely.MultiPolygon(list(shapely.get_parts(np.array(shapes)))))
        for name, shapes in by_country.items()
    ]
    times = Counter(phrase for phrase, _ in regions)
    return [row for row in regions if times[row[0]] == 1], countries


def all_rows() -> Iterator[Row]:
    """Every question."""
    yield from named()
    mouths, meetings = rivers()
    for name, end in mouths.items():
        yield "mouth", f"the mouth of the river {name}", spot(world_xy(end))
    yield from meetings
    yield from said(mouths)
    known, shapes = islands(), earth.outlines().shape
    yield from relations.coasts(known)
    regions, countries = areas()
    isles = [(phrase, shapes[number]) for number, phrase in known]
    yield from relations.peaks([*isles, *regions, *countries])
    yield from relations.lights([*regions, *countries])
    yield from relations.meetings()
    yield from relations.large_islands()


def shows_land(box: NDArray[np.float64]) -> bool:
    """Whether the mask has land, or a lake, in a box: it lacks atolls, and a few towns are placed
    at sea."""
    left, top, right, bottom = np.floor(box).astype(int).tolist()
    return bool(earth.coast().cells(top, left, bottom - top + 1, right - left + 1).any())


def main() -> None:
    """Write the table of questions."""
    rows = [(family, plain_letters(words), box) for family, words, box in all_rows()]
    times = Counter(words for _, words, _ in rows)
    kept = []
    for family, words, box in rows:
        side = min(box[2] - box[0], box[3] - box[1])
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= WORLD_HW[1] and box[3] <= WORLD_HW[0]
        few = len(words.split()) <= MOST_WORDS and words.isascii() and "?" not in words
        if times[words] == 1 and few and inside and side <= LARGEST and shows_land(box):
            grow = max(0.0, (SMALLEST - side) / 2)
            kept.append((family, words, box + np.array([-grow, -grow, grow, grow])))
    families = list(dict.fromkeys(family for family, _, _ in kept))
    np.savez_compressed(
        OUT,
        families=np.array(families),
        family=np.array([families.index(family) for family, _, _ in kept], np.uint8),
        box=np.round(np.array([box for _, _, box in kept]) * 4).astype(np.int32),
        words=np.frombuffer("\n".join(words for _, words, _ in kept).encode(), np.uint8),
    )
    print(Counter(family for family, _, _ in kept), f"{OUT.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
