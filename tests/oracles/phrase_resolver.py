"""A reader of English: which things of a picture a phrase denotes, and if anyone could doubt it.

Written from English alone. It knows no word list, no margin and no number of the package: it takes
the text, finds the noun in a dictionary of names and plurals, and reads what stands around it.

A phrase is read several times, by the plain reading (centres) and by others that a careful person
might hold: where "on the left" ends, whether "leftmost" goes by the middle or by the left edge,
whether "closest" goes by centres or by the room between. If any two of them differ, it is in doubt.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

Box = tuple[float, float, float, float]

_CARRIER = re.compile(
    r"(?:can you find|where (?:is|are)|find|locate|point to|point out|show me|look for|mark) "
)
_COLOURS = ("red", "yellow", "green", "blue", "purple", "pink")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_MOST = {
    **dict.fromkeys(("largest", "biggest"), "largest"),
    **{"smallest": "smallest"},
    **{"leftmost": "left", "rightmost": "right"},
    **dict.fromkeys(("topmost", "highest"), "top"),
    **{"lowest": "bottom"},
}
_PLAIN_SIZE = {"large": "largest", "big": "largest", "small": "smallest", "little": "smallest"}
_COMPARED = {"larger": "largest", "bigger": "largest", "smaller": "smallest"}


@dataclass(frozen=True)
class Thing:
    """One object of a picture, as a person would list it."""

    name: str
    plural: str
    colour: str  # "natural" when it shows none of the six colours by intent
    pose: str  # "unclear" when it has no clear way up
    size: float  # pixels, longest side
    box: Box  # xyxy, pixels

    @property
    def centre(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True)
class Phrase:
    """What was read, before looking at any picture."""

    noun: str = ""
    plural: bool = False  # the noun's form
    every: bool = False  # asks for all that fit rather than for one
    colour: str = ""
    pose: str = ""
    location: str = ""
    relation: str = ""
    negated: str = ""  # which of the four properties above is denied
    most: str = ""  # largest, smallest, left, right, top, bottom, closest, farthest
    rank: int = 0  # 1.. for "second from the left"
    among: int = 0  # how many there are said to be: "of the two", or "the big one" of two
    anchor: str = ""
    anchor_colour: str = ""

    @property
    def kinds(self) -> set[str]:
        """The kinds of thing that are said of the noun."""
        said = {n for n in ("colour", "pose", "location", "relation") if getattr(self, n)}
        kinds = {"exclusion"} if self.negated else set()
        kinds |= {"compound"} if len(said) > 1 else set()
        kinds |= said - {self.negated}
        if self.most in ("closest", "farthest"):
            kinds.add("distance")
        elif self.rank:
            kinds.add("ordinal")
        elif self.most:
            kinds.add("size" if self.most in ("largest", "smallest") else "extreme")
        return kinds or {"category"}


@dataclass(frozen=True)
class Answer:
    """What a phrase denotes by the plain reading, and why it might be doubted."""

    indices: frozenset[int]
    doubts: tuple[str, ...]
    phrase: Phrase


class NotEnglish(ValueError):
    """The text could not be read to its end, or its words do not agree."""


# -- reading ------------------------------------------------------------------------------------


def parse(text: str, dictionary: Mapping[str, str]) -> Phrase:
    """Read a phrase.

    Args:
        text: the English.
        dictionary: singular to plural of every noun that there is.

    Raises:
        NotEnglish: a word is unknown, misplaced or does not agree in number.
    """
    rest = text.lower().strip()
    if "<" in rest or "  " in rest:
        raise NotEnglish(f"not words: {text!r}")
    carrier = _CARRIER.match(rest)
    asks = bool(carrier) and carrier[0].startswith(("can", "where")) if carrier else False
    if rest.endswith("?") != asks:
        raise NotEnglish(f"question mark: {text!r}")
    rest = rest[carrier.end() if carrier else 0 :].rstrip("?")
    determiner = re.match(r"(all the|all|every|each|the) ", rest)
    if not determiner:
        raise NotEnglish(f"no determiner: {text!r}")
    rest = rest[determiner.end() :]
    phrase = Phrase(every=determiner[1] != "the")
    needs_plural = determiner[1].startswith("all")

    first, _, after = rest.partition(" ")
    if first in _MOST:
        phrase, rest = replace(phrase, most=_MOST[first]), after
    elif first in _PLAIN_SIZE:
        phrase, rest = replace(phrase, most=_PLAIN_SIZE[first], among=2), after
    elif first in _ORDINALS:
        phrase, rest = replace(phrase, rank=_ORDINALS[first]), after
    elif first in _COMPARED:
        if not after.startswith("of the two "):
            raise NotEnglish(f"comparison of how many? {text!r}")
        phrase, rest = replace(phrase, most=_COMPARED[first], among=2), after[11:]
        needs_plural = True
    colour, rest = _take_colour(rest)
    noun, is_plural, rest = _take_noun(rest, dictionary, text)
    invariant = dictionary[noun] == noun
    if determiner[1] == "the" and phrase.among == 0 and is_plural and not invariant:
        phrase = replace(phrase, every=True)  # "the cups"
        needs_plural = True
    if not invariant and is_plural != needs_plural:
        raise NotEnglish(f"number of {noun!r} in {text!r}")
    phrase = replace(phrase, noun=noun, colour=colour, plural=needs_plural)
    while rest:
        phrase, rest = _take_modifier(phrase, rest, dictionary, text, invariant)
    if phrase.rank and not phrase.most:
        raise NotEnglish(f"an ordinal without a side: {text!r}")
    return phrase


def _take_colour(rest: str) -> tuple[str, str]:
    first = re.match(rf"({'|'.join(_COLOURS)})\b ?", rest)
    return (first[1], rest[first.end() :]) if first else ("", rest)


def _take_noun(rest: str, dictionary: Mapping[str, str], text: str) -> tuple[str, bool, str]:
    """The longest noun that the text starts with."""
    words = rest.replace(",", " ,").split(" ")
    plurals = {plural: name for name, plural in dictionary.items()}
    for length in range(min(len(words), 8), 0, -1):
        said = " ".join(words[:length])
        if said in dictionary or said in plurals:
            tail = rest[len(said) :].lstrip(" ")
            return plurals.get(said, said), said not in dictionary, tail
    raise NotEnglish(f"no noun at {rest!r} of {text!r}")


_POSES: tuple[tuple[str, str], ...] = (
    (r"(?:standing )?upright", "upright"),
    (r"(?:turned )?upside down", "upside down"),
    (r"(?:tilted|leaning) to the left", "tilted left"),
    (r"(?:tilted|leaning) to the right", "tilted right"),
    (r"lying on (?P<whose>its side|their sides)", "on its side"),
)
_RELATIONS: tuple[tuple[str, str], ...] = (
    (r"(?:(?:to|on) the )?left of(?= the )", "left"),
    (r"(?:(?:to|on) the )?right of(?= the )", "right"),
    (r"above|higher up than", "above"),
    (r"below|lower down than", "below"),
)
_DISTANCES: tuple[tuple[str, str], ...] = (
    (r"(?:closest|nearest) to|nearest", "closest"),
    (r"(?:farthest|furthest) from", "farthest"),
)
_OF = r"(?: of the picture)?"
_LOCATIONS: tuple[tuple[str, str], ...] = (
    (r"(?:in the (?:top|upper) left corner|at the top left)", "top left"),
    (r"(?:in the (?:top|upper) right corner|at the top right)", "top right"),
    (r"(?:in the (?:bottom|lower) left corner|at the bottom left)", "bottom left"),
    (r"(?:in the (?:bottom|lower) right corner|at the bottom right)", "bottom right"),
    (r"(?:on the left(?:(?:-hand)? side)?|in the left part of the picture)", "left"),
    (r"(?:on the right(?:(?:-hand)? side)?|in the right part of the picture)", "right"),
    (r"(?:at the top|near the top|in the upper part of the picture)", "top"),
    (r"(?:at the bottom|near the bottom|in the lower part of the picture)", "bottom"),
    (rf"in the (?:middle|centre){_OF}", "middle"),
)


def _take_modifier(
    phrase: Phrase, rest: str, dictionary: Mapping[str, str], text: str, invariant: bool
) -> tuple[Phrase, str]:
    """One modifier off the front of what follows the noun."""
    rest = rest.removeprefix(", ")
    side = re.match(r"from the (left|right|top|bottom)\b ?", rest)
    if side and phrase.rank and not phrase.most:
        return replace(phrase, most=side[1]), rest[side.end() :]
    clause = re.match(r"(?:that|which) (is|are) (not )?", rest)
    if clause:
        if not invariant and (clause[1] == "are") != phrase.plural:
            raise NotEnglish(f"{clause[1]!r} does not agree in {text!r}")
        rest = rest[clause.end() :]
        if clause[2]:
            if phrase.negated:
                raise NotEnglish(f"denied twice: {text!r}")
            colour, after = _take_colour(rest)
            if colour:
                return _with(phrase, "colour", colour, True, text), after
    negated = bool(clause and clause[2])
    for name, table in (
        ("pose", _POSES),
        ("relation", _RELATIONS),
        ("location", _LOCATIONS),
        ("distance", _DISTANCES),
    ):
        for pattern, meaning in table:
            found = re.match(rf"(?:{pattern})(?= |,|$)", rest)
            if not found:
                continue
            whose = found.groupdict().get("whose")
            if whose and not invariant and (whose == "their sides") != phrase.plural:
                raise NotEnglish(f"{whose!r} does not agree in {text!r}")
            rest = rest[found.end() :].removeprefix(" ")
            if name in ("relation", "distance"):
                if phrase.anchor or not rest.startswith("the "):
                    raise NotEnglish(f"{meaning} of what? {text!r}")
                colour, rest = _take_colour(rest[4:])
                noun, plural, rest = _take_noun(rest, dictionary, text)
                if plural:
                    raise NotEnglish(f"{meaning} of several: {text!r}")
                phrase = replace(phrase, anchor=noun, anchor_colour=colour)
            if name == "distance":
                if phrase.most or phrase.rank or negated:
                    raise NotEnglish(f"two superlatives: {text!r}")
                return replace(phrase, most=meaning), rest
            return _with(phrase, name, meaning, negated, text), rest
    raise NotEnglish(f"cannot read {rest!r} in {text!r}")


def _with(phrase: Phrase, name: str, value: str, negated: bool, text: str) -> Phrase:
    if getattr(phrase, name):
        raise NotEnglish(f"{name} said twice: {text!r}")
    values = {name: value, **({"negated": name} if negated else {})}
    return replace(phrase, **values)


# -- understanding ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Manner:
    """One way to read words of place; distances are shares of the picture's side."""

    side: float = 0.5
    corner: float = 0.5
    middle: float = 0.2
    cone: bool = False  # "above" only if more above than beside
    by_edges: bool = False  # "leftmost" by left edges, "closest" by the room between


PLAIN = Manner()
MANNERS = (
    Manner(side=0.42, corner=0.4, middle=0.16, cone=True),
    Manner(side=0.5, corner=0.45, middle=0.24),
    Manner(by_edges=True),
)


@dataclass
class _Reader:
    things: Sequence[Thing]
    width: float
    height: float
    manner: Manner
    doubts: list[str] = field(default_factory=list)

    def denoted(self, phrase: Phrase) -> frozenset[int]:
        anchor = self._anchor(phrase)
        fits = []
        for i, thing in enumerate(self.things):
            if thing.name != phrase.noun:
                continue
            truths = []
            for name in ("colour", "pose", "location", "relation"):
                said = getattr(phrase, name)
                if said:
                    truth = self._holds(name, said, thing, anchor)
                    truths.append(truth if truth is None else truth != (phrase.negated == name))
            if None in truths and False not in truths:
                self.doubts.append(f"is that {thing.name} what is meant? {thing}")
            if all(truths):
                fits.append(i)
        if not phrase.most:
            if not phrase.every and len(fits) != 1:
                self.doubts.append(f'"the" of {len(fits)}')
            return frozenset(fits)
        return self._pick(phrase, fits, anchor)

    def _anchor(self, phrase: Phrase) -> Thing | None:
        if not phrase.anchor:
            return None
        said = phrase.anchor_colour
        found = [t for t in self.things if t.name == phrase.anchor]
        if said and any(t.colour == "natural" for t in found):
            self.doubts.append(f"which {phrase.anchor} is {said}?")
        found = [t for t in found if not said or t.colour == said]
        if len(found) != 1:
            raise NotEnglish(f"{len(found)} things are the {said} {phrase.anchor}")
        return found[0]

    def _holds(self, name: str, said: str, thing: Thing, anchor: Thing | None) -> bool | None:
        """Whether it is so; None where nobody can tell."""
        if name == "colour":
            return None if thing.colour == "natural" else thing.colour == said
        if name == "pose":
            return None if thing.pose == "unclear" else thing.pose == said
        x, y = thing.centre
        if name == "location":
            return self._at_location(said, x / self.width, y / self.height)
        assert anchor is not None
        dx, dy = x - anchor.centre[0], y - anchor.centre[1]
        along = {"left": -dx, "right": dx, "above": -dy, "below": dy}[said]
        across = dy if said in ("left", "right") else dx
        return along > 0 and (not self.manner.cone or along > abs(across))

    def _at_location(self, said: str, u: float, v: float) -> bool:
        if said == "middle":
            return max(abs(u - 0.5), abs(v - 0.5)) < self.manner.middle
        limit = self.manner.corner if " " in said else self.manner.side
        near: dict[str, float] = {"left": u, "right": 1 - u, "top": v, "bottom": 1 - v}
        return all(near[word] < limit for word in said.split())

    def _pick(self, phrase: Phrase, fits: list[int], anchor: Thing | None) -> frozenset[int]:
        rank = phrase.rank or 1
        if len(fits) < max(2, rank):
            self.doubts.append(f"number {rank} by {phrase.most} of {len(fits)}")
            return frozenset()
        if phrase.among and len(fits) != phrase.among:
            self.doubts.append(f"{phrase.among} are spoken of, there are {len(fits)}")
        score = self._score(phrase.most, anchor)
        order = sorted(fits, key=lambda i: score(self.things[i]))
        values = [score(self.things[i]) for i in order]
        if not self.manner.by_edges:
            least = {"largest": math.log(1.2), "smallest": math.log(1.2)}.get(phrase.most, 0.03)
            if anchor is not None:
                least = math.log(1.2)
            for k in range(min(rank, len(order) - 1)):
                if values[k + 1] - values[k] < least:
                    self.doubts.append(
                        f"{phrase.most}: {values[k]:.3f} against {values[k + 1]:.3f}"
                    )
        return frozenset([order[rank - 1]])

    def _score(self, most: str, anchor: Thing | None) -> Callable[[Thing], float]:
        """What the one asked for has least of."""
        edges, width, height = self.manner.by_edges, self.width, self.height
        if most in ("largest", "smallest"):
            sign = -1 if most == "largest" else 1
            return lambda t: sign * math.log(t.size)
        if most in ("closest", "farthest"):
            assert anchor is not None
            there = anchor
            sign = 1 if most == "closest" else -1
            if edges:
                return lambda t: sign * _room(t.box, there.box)
            return lambda t: sign * math.log(max(math.dist(t.centre, there.centre), 1e-6))
        return {
            "left": lambda t: (t.box[0] if edges else t.centre[0]) / width,
            "right": lambda t: -(t.box[2] if edges else t.centre[0]) / width,
            "top": lambda t: (t.box[1] if edges else t.centre[1]) / height,
            "bottom": lambda t: -(t.box[3] if edges else t.centre[1]) / height,
        }[most]


def _room(a: Box, b: Box) -> float:
    """Empty distance between two boxes; of those that touch, nearly 0 and less the nearer."""
    dx = max(a[0], b[0]) - min(a[2], b[2])
    dy = max(a[1], b[1]) - min(a[3], b[3])
    between = math.hypot(max(dx, 0.0), max(dy, 0.0))
    centres = math.hypot(a[0] + a[2] - b[0] - b[2], a[1] + a[3] - b[1] - b[3]) / 2
    return between + 1e-6 * centres


def resolve(
    text: str, things: Sequence[Thing], width: float, height: float, dictionary: Mapping[str, str]
) -> Answer:
    """Which things a phrase denotes by the plain reading, and what could be doubted.

    Raises:
        NotEnglish: it cannot be read, or speaks of an anchor that is not one thing.
    """
    phrase = parse(text, dictionary)
    plain = _Reader(things, width, height, PLAIN)
    denoted = plain.denoted(phrase)
    doubts = list(dict.fromkeys(plain.doubts))
    for manner in MANNERS:
        other = _Reader(things, width, height, manner).denoted(phrase)
        if other != denoted:
            doubts.append(f"{sorted(denoted)}, but {sorted(other)} by {manner}")
    return Answer(denoted, tuple(doubts), phrase)
