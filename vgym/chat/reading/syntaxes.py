"""The readers of syntaxes: text of an answer in, the places that stand in it out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from vgym.chat.reading.places import (
    MOST_PLACES,
    NUMBER,
    Found,
    first_of,
    keyed_places,
    written_places,
)


class Syntax(NamedTuple):
    """A reader.

    Args:
        places: finds all places in an answer, in order.
        listed: several places are written as one list, so that the last list is the answer;
            otherwise they may stand between words, and all of them are.
    """

    places: Callable[[str], list[Found]]
    listed: bool


_NAMED = re.compile(
    r"<(?:\|object_ref_start\||\|ref\||ref|phrase|p)>(?P<words>[^<>]{1,300})"
    r"<|<(?:point|point_box|polygon)\s[^<>]{0,20}mention=[\"'](?P<mention>[^\"'<>]{1,300})"
)
_LOCATIONS = re.compile(r"(?:<loc_?[0-9]{1,4}>\s{0,3}){2,400}")
_LOCATION = re.compile(r"<loc_?([0-9]{1,4})>")
_PATCHES = re.compile(r"<patch_index_([0-9]{1,4})>\s{0,3}<patch_index_([0-9]{1,4})>")
_POINTS = re.compile(r"<points?\s(?P<inside>[^<>]*+)>(?P<label>[^<>]{0,300})")
_ATTRIBUTES = re.compile(
    rf"\bx(?P<n>[0-9]{{0,4}})\s?=\s?[\"']?({NUMBER})[\"']?[\s,]{{1,3}}"
    rf"y(?P=n)\s?=\s?[\"']?({NUMBER})(?![\w.])"
)
_COORDINATES = re.compile(r"coords\s?=\s?[\"']([^\"'<>]*+)[\"']")
_ALT = re.compile(r"alt\s?=\s?[\"']([^\"'<>]{0,300})[\"']")
_A_NUMBER = re.compile(NUMBER)
_SIDE = 32  # cells of Kosmos-2


def labelled_places(said: str) -> list[Found]:
    """Places however written, each with the words that its tag or the tag before it mentions.

    >>> labelled_places("<ref>a cup</ref><box>[[1, 2, 3, 4]]</box>")[0].label
    'a cup'
    """
    found = written_places(said)
    if "<" not in said:
        return found
    names = [
        (each.end(), (each["words"] or each["mention"]).strip()) for each in first_of(_NAMED, said)
    ]
    if not names:
        return found
    ends = [end for end, _ in names]
    labelled = []
    for one in found:
        before = bisect_right(ends, one.end) - 1
        labelled.append(one._replace(label=names[before][1]) if before >= 0 else one)
    return labelled


def locations_after(said: str) -> list[Found]:
    """Florence-2's: words, then four locations."""
    return _locations(said, words_first=True)


def locations_before(said: str) -> list[Found]:
    """PaliGemma's: four locations, then words."""
    return _locations(said, words_first=False)


def _locations(said: str, words_first: bool) -> list[Found]:
    runs = list(first_of(_LOCATIONS, said))
    ends = [0, *(run.end() for run in runs)]
    starts = [*(run.start() for run in runs), len(said)]
    found = []
    for n, run in enumerate(runs):
        numbers = [float(each) for each in _LOCATION.findall(run[0])]
        words = said[ends[n] : starts[n]] if words_first else said[ends[n + 1] : starts[n + 1]]
        label = re.sub(r"<[^<>]{0,40}>", " ", words[-300:] if words_first else words[:300])
        size = 2 if len(numbers) == 2 else 4
        for at in range(0, len(numbers) - size + 1, size):
            place = tuple(numbers[at : at + size])
            found.append(Found(run.start(), run.end(), place, label=label.strip(" ;\n")))
    return found


def patches(said: str) -> list[Found]:
    """Kosmos-2's: the cells of a box's corners, counted row by row, as cells across and down.

    >>> patches("<object><patch_index_0044><patch_index_0863></object>")[0].numbers
    (12.0, 1.0, 31.0, 26.0)
    """
    found = []
    for match in first_of(_PATCHES, said):
        first, last = (min(int(each), _SIDE * _SIDE - 1) for each in match.groups())
        (y0, x0), (y1, x1) = divmod(first, _SIDE), divmod(last, _SIDE)
        found.append(Found(*match.span(), (float(x0), float(y0), float(x1), float(y1))))
    if not found:
        return found
    names = [
        (each.end(), each["words"].strip()) for each in first_of(_NAMED, said) if each["words"]
    ]
    ends = [end for end, _ in names]
    before = [bisect_right(ends, one.start) - 1 for one in found]
    return [
        one._replace(label=names[at][1]) if at >= 0 else one
        for one, at in zip(found, before, strict=True)
    ]


def point_tags(said: str) -> list[Found]:
    """Molmo's: `<point x= y= alt=>` and `<points x1= y1= ..>`, or `coords=` of Molmo2, in which a
    picture's number goes before its points and each point's before its x and y.

    >>> [each.numbers for each in point_tags('<points coords="1 1 123 456 2 30 40">cups</points>')]
    [(123.0, 456.0), (30.0, 40.0)]
    """
    found = []
    for match in first_of(_POINTS, said):
        inside = match["inside"]
        alt = _ALT.search(inside)
        label = alt[1] if alt is not None else match["label"].strip()
        listed = _COORDINATES.search(inside)
        if listed is None:
            pairs = [(float(x), float(y)) for _, x, y in _ATTRIBUTES.findall(inside)]
        else:
            pairs = [pair for part in re.split(r"[;\t]", listed[1]) for pair in _counted(part)]
        found += [Found(*match.span(), pair, label=label) for pair in pairs]
        if len(found) > MOST_PLACES:
            break
    return found


def _counted(part: str) -> list[tuple[float, float]]:
    """The points of one picture: its number, then number, x and y of each."""
    numbers = part.split()
    if len(numbers) < 4 or len(numbers) % 3 != 1:
        return []
    if not all(_A_NUMBER.fullmatch(each) for each in numbers):
        return []
    values = [float(each) for each in numbers[1:]]
    return list(zip(values[1::3], values[2::3], strict=True))


SYNTAXES = {
    "keys": Syntax(keyed_places, True),
    "brackets": Syntax(labelled_places, False),
    "names": Syntax(written_places, True),
    "named calls": Syntax(written_places, False),
    "locations, words first": Syntax(locations_after, False),
    "locations, words last": Syntax(locations_before, False),
    "patches": Syntax(patches, False),
    "point tags": Syntax(point_tags, False),
}
