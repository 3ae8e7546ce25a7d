"""What is where, by its name: countries, regions, towns, islands, lakes and rivers; no network.

Names are compared without case, accents, points and apostrophes; hyphens are blanks, and "St",
"Ste", "Mt" and "Ft" are written out. "Paris, Texas" and "Paris Texas" ask for the one of that
region or country. Every place has a number, the most populous first, so of places that share a
name the most populous is meant.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.data.earth.lettering import plain_letters
from vgym.data.earth.lines import Lines
from vgym.data.earth.lonlats import unit_vectors
from vgym.data.earth.outlines import Outlines
from vgym.data.earth.places import Places
from vgym.data.earth.regions import Borders
from vgym.data.earth.sites import Sites

KINDS = ("country", "region", "town", "site", "island", "lake", "river")
LONGEST = 100  # characters of a query
_MOST_WORDS = 8  # that are tried as a name and where it lies
_LAST = "\U0010ffff"
_DROPPED = ".'`"
_WRITTEN_OUT = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_SHORT = re.compile(rf"\b(?:{'|'.join(_WRITTEN_OUT)})\b")
_SAME_SITE = 0.5  # degrees within which a site is the town whose name is its own or begins so


class _Rows(NamedTuple):
    """Places of one kind, and further names of them by their row."""

    kind: str
    name: list[str]
    lonlat: NDArray[np.float64]
    country: NDArray[np.int64]
    region: NDArray[np.int64]
    population: NDArray[np.int64]
    others: list[tuple[int, str]]


class Gazetteer:
    """Places with names.

    Args:
        borders, towns, sites, outlines, lines: what has names.
        aliases: further names of countries, by their names in ``borders``.

    Attributes:
        kind: (N,) of each place its number in `KINDS`. name: (N,).
        lonlat: (N, 2) degrees. Of a country or region it is its town of the same name, else the one
            nearest to the middle of its people, or without towns the middle of its largest outline;
            of a river the middle of its longest piece.
        country, region: (N,) numbers in `Borders`, -1 for none.
        population: (N,) people; of countries and regions those of their cities (`Places.city`);
            else 0.
    """

    def __init__(
        self,
        borders: Borders,
        towns: Places,
        sites: Sites,
        outlines: Outlines,
        lines: Lines,
        aliases: Mapping[str, Sequence[str]],
    ) -> None:
        of_towns, of_sites = _settled(borders, towns, sites)
        kinds = [
            *_inhabited(borders, towns, of_towns, aliases),
            of_towns,
            of_sites,
            *_outlined(borders, outlines),
            _rivers(borders, lines),
        ]
        population = np.concatenate([rows.population for rows in kinds])
        order = np.argsort(-population, kind="stable")
        kind = np.concatenate([np.full(len(r.name), KINDS.index(r.kind), np.int8) for r in kinds])
        self.kind: NDArray[np.int8] = kind[order]
        self.lonlat: NDArray[np.float64] = np.concatenate([rows.lonlat for rows in kinds])[order]
        self.country = np.concatenate([rows.country for rows in kinds])[order]
        self.region = np.concatenate([rows.region for rows in kinds])[order]
        self.population: NDArray[np.int64] = population[order]
        self.name = np.array([name for rows in kinds for name in rows.name], np.object_)[order]
        number = np.empty(len(order), np.int64)
        number[order] = np.arange(len(order))
        starts = np.cumsum([0, *(len(rows.name) for rows in kinds)]).tolist()
        others = [
            (int(number[start + row]), name)
            for start, rows in zip(starts, kinds, strict=False)
            for row, name in rows.others
        ]
        self._index(others)
        self._within = self._containers()

    def __len__(self) -> int:
        return len(self.kind)

    def search(self, queries: str | Sequence[str], k: int = 10) -> NDArray[np.int64]:
        """(Q, k) the numbers of the places that each query may mean, padded with -1.

        First those of that very name, then those whose name begins so, then those that have the
        query's words within their name; of each the most populous first. More than 100 characters
        mean nothing.
        """
        queries = [queries] if isinstance(queries, str) else queries
        found = np.full((len(queries), k), -1, np.int64)
        for row, query in enumerate(queries):
            numbers = self._found(query, k, exact=False)
            found[row, : len(numbers)] = numbers
        return found

    def named(self, queries: str | Sequence[str]) -> NDArray[np.int64]:
        """(Q,) the most populous place of that very name; -1 where there is none."""
        queries = [queries] if isinstance(queries, str) else queries
        numbers = [self._found(query, 1, exact=True) for query in queries]
        return np.array([number[0] if number else -1 for number in numbers], np.int64)

    def _found(self, query: str, k: int, exact: bool) -> list[int]:
        if len(query) > LONGEST or k < 1:
            return []
        first, *rest = query.split(",")
        if any(part.strip() for part in rest):
            where = [folded(part) for part in rest]
            return self._matches(folded(first), [name for name in where if name], k, exact)
        words = folded(query).split()
        found = self._matches(" ".join(words), [], k, exact)
        for tail in range(1, min(len(words), _MOST_WORDS)):
            if found:
                break
            head = " ".join(words[:-tail])
            found = self._matches(head, [" ".join(words[-tail:])], k, True)
        return found

    def _matches(self, name: str, where: list[str], k: int, exact: bool) -> list[int]:
        """The best k places of a name, all of whose containers are in ``where``."""
        if not name:
            return []
        length = len(name)
        low = bisect_left(self._order, name, key=self._key)
        same = bisect_right(self._order, name, low, key=self._key)
        classes = [self._owner[low:same][self._whole[low:same]]]
        if not exact:
            high = bisect_right(self._order, name, same, key=lambda at: self._key(at)[:length])
            begins = self._whole[same:high]
            word = bisect_right(self._order, f"{name} {_LAST}", same, high, key=self._key)
            classes.append(self._owner[same:high][begins])
            classes.append(self._owner[low:word][~self._whole[low:word]])
        found: dict[int, None] = {}
        for owners in classes:
            for name_of in where:
                owners = owners[self._lies_in(owners, name_of)]
            if len(owners) > 8 * k + 64:  # a name or two are owned more than once
                owners = np.partition(owners, 8 * k + 63)[: 8 * k + 64]
            found.update(dict.fromkeys(np.unique(owners).tolist()))
            if len(found) >= k:
                break
        return [*found][:k]

    def _lies_in(self, numbers: NDArray[np.int64], name: str) -> NDArray[np.bool_]:
        countries, regions = self._within.get(name, ([], []))
        return np.isin(self.country[numbers], countries) | np.isin(self.region[numbers], regions)

    def _index(self, others: list[tuple[int, str]]) -> None:
        """Every name from each of its words on, in order: as places in one text."""
        names = [*self.name.tolist(), *(name for _, name in others)]
        owner = [*range(len(self)), *(number for number, _ in others)]
        lines = _folded_all(names)
        self._text = "\n".join(lines)
        # Not lists, whose numbers leave holes in the memory.
        starts, ends, owners, whole = (array("i") for _ in range(4))
        at = 0
        for line, number in zip(lines, owner, strict=True):
            for word in re.finditer(r"[^ ]+", line):
                starts.append(at + word.start())
                ends.append(at + len(line))
                owners.append(number)
                whole.append(word.start() == 0)
            at += len(line) + 1
        order = sorted(range(len(starts)), key=lambda k: self._text[starts[k] : ends[k]])
        self._order = range(len(order))
        self._start = np.array(starts, np.int32)[order]
        self._end = np.array(ends, np.int32)[order]
        self._owner = np.array(owners, np.int64)[order]
        self._whole = np.array(whole, np.bool_)[order]

    def _key(self, at: int) -> str:
        return self._text[self._start[at] : self._end[at]]

    def _containers(self) -> dict[str, tuple[list[int], list[int]]]:
        """The numbers of countries and of regions that names have."""
        found: dict[str, tuple[list[int], list[int]]] = {}
        kinds = [KINDS.index("country"), KINDS.index("region")]
        for at in np.flatnonzero(np.isin(self.kind[self._owner], kinds) & self._whole).tolist():
            number = self._owner[at]
            row = found.setdefault(self._key(at), ([], []))
            if self.kind[number] == kinds[0]:
                row[0].append(int(self.country[number]))
            else:
                row[1].append(int(self.region[number]))
        return found


def folded(text: str) -> str:
    """Text as it is compared: small plain letters, digits and single blanks; lines stay lines.

    >>> folded("St. John's, São-Luís")
    'saint johns sao luis'
    """
    letters = {ord(letter): _letter(letter) for letter in {*text}}
    plain = _SHORT.sub(lambda found: _WRITTEN_OUT[found[0]], text.translate(letters))
    return "\n".join(" ".join(line.split()) for line in plain.split("\n"))


def _folded_all(names: Sequence[str]) -> list[str]:
    return folded("\n".join(names)).split("\n")


def leaks(query: str, names: Iterable[str | None]) -> bool:
    """Whether a query holds one of these names, as whole words; empty ones are in none.

    >>> leaks("hotels in Saint-Malo, France", ["St. Malo"]), leaks("Yorkshire", ["York"])
    (True, False)
    """
    words = f" {folded(query)} ".replace("\n", " ")
    plain = (folded(name) for name in names if name)
    return any(name and f" {name} " in words for name in plain)


@lru_cache(4096)
def _letter(letter: str) -> str:
    plain = plain_letters(plain_letters(letter.casefold())).casefold()
    if letter == "\n":
        return "\n"
    kept = (c if c.isalnum() else " " for c in plain if c not in _DROPPED)
    return "".join(kept)


def _inhabited(
    borders: Borders, towns: Places, of_towns: _Rows, aliases: Mapping[str, Sequence[str]]
) -> tuple[_Rows, _Rows]:
    """Countries and regions."""
    called: dict[str, list[int]] = {}
    rows_of = [*range(len(of_towns.name)), *(row for row, _ in of_towns.others)]
    all_names = _folded_all([*of_towns.name, *(name for _, name in of_towns.others)])
    for row, name in zip(rows_of, all_names, strict=True):
        called.setdefault(name, []).append(row)
    region_of = towns.region_number
    country_of = borders.country_number[region_of]
    vectors = unit_vectors(towns.lonlat)
    people = np.where(towns.city == np.arange(len(towns)), towns.population, 0)
    middles, area = borders.middles()
    home = borders.country_number[:-1]
    rows = []
    for kind, of_town, of_region, names in (
        ("country", country_of, home, [country.name for country in borders.countries]),
        ("region", region_of, np.arange(len(home)), [region.name for region in borders.regions]),
    ):
        count = len(names)
        inside = of_town >= 0
        total = np.bincount(of_town[inside], people[inside], count)
        middle = np.stack(
            [np.bincount(of_town[inside], (people * v)[inside], count) for v in vectors.T], 1
        )
        # The last of towns that are nearer and nearer to the middle.
        near = (vectors * middle[of_town]).sum(1)
        order = np.argsort(near, kind="stable")
        town = np.full(count, -1)
        town[of_town[order][inside[order]]] = order[inside[order]]
        for number, name in enumerate(_folded_all(names)):
            same = [row for row in called.get(name, []) if of_town[row] == number]
            town[number] = min(same, default=town[number])  # the most populous is the first
        largest = np.full(count, -1)
        by_area = np.argsort(area, kind="stable")
        largest[of_region[by_area]] = by_area
        lonlat = np.where((town >= 0)[:, None], towns.lonlat[town], middles[largest])
        own = np.arange(count)
        rows.append(
            _Rows(
                kind=kind,
                name=names,
                lonlat=lonlat,
                country=own if kind == "country" else home,
                region=np.full(count, -1) if kind == "country" else own,
                population=np.round(total).astype(np.int64),
                others=[],
            )
        )
    number_of = {country.name: k for k, country in reversed([*enumerate(borders.countries)])}
    for name, others in aliases.items():
        rows[0].others.extend((number_of[name], other) for other in others)
    return rows[0], rows[1]


def _settled(borders: Borders, towns: Places, sites: Sites) -> tuple[_Rows, _Rows]:
    """Towns, and the sites that are not among them."""
    rows = _Rows(
        kind="town",
        name=towns.name.tolist(),
        lonlat=towns.lonlat,
        country=borders.country_number[towns.region_number],
        region=towns.region_number,
        population=towns.population,
        others=[],
    )
    begins: dict[str, list[int]] = {}
    for number, name in enumerate(_folded_all(rows.name)):
        words = name.split()
        for count in range(1, len(words) + 1):
            begins.setdefault(" ".join(words[:count]), []).append(number)
    kept = []
    for row, name in enumerate(_folded_all(sites.name.tolist())):
        away = towns.lonlat[begins.get(name, [])] - sites.lonlat[row]
        near = np.flatnonzero(np.abs(away).max(1, initial=0) < _SAME_SITE)
        if len(near):
            rows.others.append((begins[name][near[0]], str(sites.name[row])))
        else:
            kept.append(row)
    return rows, _placed(
        borders, "site", sites.name[kept].tolist(), sites.lonlat[kept], sites.population[kept]
    )


def _outlined(borders: Borders, outlines: Outlines) -> list[_Rows]:
    """Islands and lakes."""
    import shapely

    inside = shapely.get_coordinates(shapely.point_on_surface(outlines.shape))
    rows = []
    for kind, chosen in (("island", ~outlines.lake), ("lake", outlines.lake)):
        found = _placed(borders, kind, outlines.name[chosen].tolist(), inside[chosen])
        found.others.extend(
            (row, other) for row, other in enumerate(outlines.other[chosen].tolist()) if other
        )
        rows.append(found)
    return rows


def _rivers(borders: Borders, lines: Lines) -> _Rows:
    """One place for each name."""
    longest: dict[str, NDArray[np.float64]] = {}
    for name, line in zip(lines.name.tolist(), lines.river, strict=True):
        if name and (name not in longest or len(line) > len(longest[name])):
            longest[name] = line
    middles = np.array([line[len(line) // 2] for line in longest.values()])
    return _placed(borders, "river", [*longest], middles)


def _placed(
    borders: Borders,
    kind: str,
    names: list[str],
    lonlat: NDArray[np.float64],
    population: NDArray[np.int64] | None = None,
) -> _Rows:
    """Places whose country is that of their outline."""
    region = borders.region_numbers(lonlat)
    people = np.zeros(len(names), np.int64) if population is None else population
    return _Rows(kind, names, lonlat, borders.country_number[region], region, people, [])
