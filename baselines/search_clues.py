"""What words tell of where a thing is, and where in a picture that may be.

"the frog just left of the jar" sends the eye to the left of whatever looks like a jar, before any
frog shows. A clue is such a jar, or a fence, where it was seen; places are weighed by the clues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.rings import PLAIN, SIDES, find_rings
from vgym.baselines.sprite_likeness import SIDES as THING_SIDES
from vgym.baselines.sprite_likeness import SMALLEST_SURE, likely_places, things_named

Box = NDArray[np.float64]  # (4,) xyxy, fractions of the whole

INSIDE, BESIDE, NEAR = "inside", "beside", "near"
_FENCE = re.compile(r"\b(\w+) fence\b")
_WAYS = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "above": (0.0, -1.0), "below": (0.0, 1.0)}
_BESIDE = re.compile(rf"\bjust (?:to the )?({'|'.join(_WAYS)})\b")
_NEAR = re.compile(r"\b(?:nearest|closest) to\b")
_CLUES = 3  # of one view, the likeliest
_SEEN = 0.2  # how likely a fence must be at least
_FENCE_SIDE = 12  # pixels from which on a fence can be told
_ROOM = 1.25  # of a fence's sides: the view of it
_PIECE = 0.95  # of a clue's longer side: the views about it
_LEAST = 0.2  # of the sides of such a view: what must lie in the whole
_FAR = 0.85  # how likely the second ring of views about a clue is, beside the first
_SLACK = 0.25  # of a clue's side: how far off a place may be and still be beside it
_NOT = 0.15  # what likeness counts where no clue speaks for it


@dataclass(frozen=True)
class Wish:
    """What words ask for.

    Attributes:
        thing: colour ("" for none) and name, None where it names nothing of the atlas.
        how: INSIDE, BESIDE, NEAR, or None where its place is not told so.
        of: colour and name of what it lies beside or near; the colour of a fence, and "".
        way: of BESIDE, which way.
    """

    thing: tuple[str, str] | None
    how: str | None = None
    of: tuple[str, str] = ("", "")
    way: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Clue:
    """Something that words name, where it may be: in the whole, and how likely."""

    box: Box
    score: float


@lru_cache(maxsize=1024)
def understood(words: str) -> Wish:
    """What an instruction asks for.

    >>> understood("find the purple frog just left of the parasol")
    Wish(thing=('purple', 'frog'), how='beside', of=('', 'parasol'), way=(-1.0, 0.0))
    """
    named = things_named(words)
    thing = named[0] if named else None
    fence, beside = _FENCE.search(words), _BESIDE.search(words)
    if fence is not None and fence[1] in PLAIN:
        return Wish(thing, INSIDE, (fence[1], ""))
    if len(named) > 1 and beside is not None:
        return Wish(thing, BESIDE, named[-1], _WAYS[beside[1]])
    if len(named) > 1 and _NEAR.search(words):
        return Wish(thing, NEAR, named[-1])
    return Wish(thing)


def clues_in(image: NDArray[np.uint8], view: Box, wish: Wish, first: bool) -> list[Clue]:
    """What a view shows of what the words name beside the thing itself.

    Args:
        image: (H, W, 3) uint8. view: where it lies. wish: of the words.
        first: whether it is the whole: landmarks are told there, fences in nearer views alone.
    """
    corner, size = np.tile(view[:2], 2), np.tile(view[2:] - view[:2], 2)
    clues: list[Clue] = []
    if wish.how == INSIDE and not first:
        rings = find_rings(image, wish.of[0], tuple(s for s in SIDES if s >= _FENCE_SIDE))
        clues = [
            Clue(corner + box * size, float(score))
            for box, score in zip(rings.boxes, rings.score, strict=True)
            if score >= _SEEN
        ]
    elif wish.how in (BESIDE, NEAR) and first:
        sides = tuple(side for side in THING_SIDES if SMALLEST_SURE <= side <= image.shape[1] // 6)
        found = likely_places(image, *wish.of, sides)
        clues = [
            Clue(corner + box * size, float(score))
            for box, score in zip(found.boxes, found.score, strict=True)
        ]
    return apart(clues)[:_CLUES]


def apart(clues: list[Clue]) -> list[Clue]:
    """Of clues that are one thing, the likeliest; the likeliest first."""
    kept: list[Clue] = []
    for clue in sorted(clues, key=lambda clue: -clue.score):
        middle = (clue.box[:2] + clue.box[2:]) / 2
        if not any(
            (middle > other.box[:2]).all() and (middle < other.box[2:]).all() for other in kept
        ):
            kept.append(clue)
    return kept


def worth_a_look(wish: Wish, clues: list[Clue], view: Box) -> bool:
    """Whether the thing may be told in a view: anywhere, or where a clue points to."""
    if wish.how is None or (wish.how != INSIDE and not clues):
        return True
    for clue in clues:
        for _, box in _about(wish, clue):
            low, high = np.maximum(box[:2], view[:2]), np.minimum(box[2:], view[2:])
            if (high > low).all():
                return True
    return False


def small_fences(image: NDArray[np.uint8], view: Box, wish: Wish) -> list[Clue]:
    """Fences that are too small in a view to be told, but may be there."""
    if wish.how != INSIDE:
        return []
    corner, size = np.tile(view[:2], 2), np.tile(view[2:] - view[:2], 2)
    rings = find_rings(image, wish.of[0], tuple(s for s in SIDES if s < _FENCE_SIDE))
    return [
        Clue(corner + box * size, float(score))
        for box, score in zip(rings.boxes, rings.score, strict=True)
    ]


def fits(wish: Wish, clues: list[Clue], box: Box) -> float:
    """How well a place is where the words say, 0.15 to 1; 1 where they say nothing of places."""
    if wish.how is None:
        return 1.0
    best = max((clue.score for clue in clues), default=0.0)
    told = max((clue.score / best * _fit(wish, clue.box, box) for clue in clues), default=0.0)
    return _NOT + (1 - _NOT) * told


def _fit(wish: Wish, clue: Box, box: Box) -> float:
    """0 to 1, as if a clue were sure."""
    side = (clue[2:] - clue[:2]).max()
    middle = (box[:2] + box[2:]) / 2
    if wish.how == INSIDE:
        return float((middle > clue[:2]).all() and (middle < clue[2:]).all())
    if wish.how == BESIDE:
        off = _beyond(_strip(clue, wish.way), box)
        return float(max(0.0, 1 - off / (_SLACK * side)))
    gap = np.maximum(np.maximum(clue[:2] - box[2:], box[:2] - clue[2:]), 0)
    return float(np.exp(-np.hypot(*gap) / side))


def _strip(clue: Box, way: tuple[float, float]) -> Box:
    """What is just on that side of a thing."""
    side = (clue[2:] - clue[:2]).max()
    low, high = clue[:2].copy(), clue[2:].copy()
    for axis in (0, 1):
        if way[axis] < 0:
            low[axis], high[axis] = clue[axis] - 0.95 * side, clue[axis] + 0.05 * side
        elif way[axis] > 0:
            low[axis], high[axis] = clue[axis + 2] - 0.05 * side, clue[axis + 2] + 0.95 * side
    return np.concatenate((low, high))


def _beyond(outer: Box, box: Box) -> float:
    """How far the middle of a box lies outside another."""
    middle = (box[:2] + box[2:]) / 2
    return float(np.maximum(np.maximum(outer[:2] - middle, middle - outer[2:]), 0).max())


def places_about(wish: Wish, clue: Clue, whole: Box) -> Iterator[tuple[float, Box]]:
    """Where in a whole to look for what a clue tells of: how likely, and a box."""
    for score, box in _about(wish, clue):
        within = np.concatenate((np.maximum(box[:2], whole[:2]), np.minimum(box[2:], whole[2:])))
        if (within[2:] - within[:2] > _LEAST * (box[2:] - box[:2])).all():
            yield score, within


def _about(wish: Wish, clue: Clue) -> Iterator[tuple[float, Box]]:
    middle, size = (clue.box[:2] + clue.box[2:]) / 2, clue.box[2:] - clue.box[:2]
    side = size.max()
    if wish.how == INSIDE:
        yield clue.score, _square(middle, _ROOM * side)
    elif wish.how == BESIDE:
        strip = _strip(clue.box, wish.way)
        yield clue.score, _square((strip[:2] + strip[2:]) / 2, 1.1 * side)
    elif wish.how == NEAR:
        step = size / 2 + 0.38 * _PIECE * side
        for far, times in ((1.0, 1), (_FAR, 2)):
            for x, y in product(range(-times, times + 1), repeat=2):
                if max(abs(x), abs(y)) == times:
                    way = np.array([x, y], np.float64)
                    reach = np.sign(way) * step + (way - np.sign(way)) * _PIECE * side
                    off = 0.02 * float(np.hypot(x, y))
                    yield clue.score * (far - off), _square(middle + reach, _PIECE * side)


def _square(middle: NDArray[np.float64], side: float) -> Box:
    return np.concatenate((middle - side / 2, middle + side / 2))
