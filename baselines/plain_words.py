"""Phrase -> wish: the few plain words that the saliency agent understands.

Only what stands before the anchor is read ("the teapot | to the left of the red umbrella").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vgym.baselines.blobs import COLOURS

# Colours that things usually have: common knowledge, one colour a thing.
USUAL_COLOURS = {
    "red": "apple cherry strawberry tomato heart rose ladybird lobster car lipstick extinguisher",
    "orange": "basketball orange tangerine carrot pumpkin fox tiger",
    "yellow": "banana lemon sun star duck chick bee cheese giraffe taxi bell trumpet padlock",
    "green": "frog cactus leaf tree broccoli pear cucumber turtle snake crocodile plant lettuce",
    "blue": "bucket jeans whale dolphin water sky lake sea",
    "purple": "umbrella aubergine grapes violet",
    "pink": "pig flamingo octopus brain blossom tongue petal nose",
    "brown": "parcel box bear bread monkey log horse chestnut cookie violin guitar coffee",
    "white": "snowman egg milk ghost swan rabbit sheep cloud paper tooth bone saucer",
    "black": "hat penguin spider bomb crow camera bat coat glove",
    "grey": "elephant mouse rhino wolf koala rock stone coin gear anchor moon",
}
_COLOUR_OF = {word: colour for colour, words in USUAL_COLOURS.items() for word in words.split()}

_ANCHOR = re.compile(
    r"\b(?:to the |on the )?(?:left|right) of\b|\babove\b|\bbelow\b|\bhigher up than\b"
    r"|\blower down than\b|\b(?:closest|nearest|farthest|furthest)\b"
    r"|\b(?:that|which) (?:is|are) not\b|\bunder\b|\bnext to\b|\bbehind\b"
)
_POSE = re.compile(r"\b(?:tilted|leaning) to the (?:left|right)\b|\bupside down\b")
_ORDER = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
# Where a word pulls to: (x, y), each 0 to 1, None for either.
_SIDES = {
    "left": (0.0, None),
    "right": (1.0, None),
    "top": (None, 0.0),
    "upper": (None, 0.0),
    "bottom": (None, 1.0),
    "lower": (None, 1.0),
    "middle": (0.5, 0.5),
    "centre": (0.5, 0.5),
    "center": (0.5, 0.5),
}
# Axis to sort by (0 x, 1 y, 2 size) and whether the largest comes first.
_EXTREMES = {
    "leftmost": (0, False),
    "rightmost": (0, True),
    "topmost": (1, False),
    "highest": (1, False),
    "bottommost": (1, True),
    "lowest": (1, True),
    **dict.fromkeys(("largest", "biggest", "larger", "bigger", "large", "big"), (2, True)),
    **dict.fromkeys(("smallest", "smaller", "small", "little", "tiny"), (2, False)),
}
_FROM = {"left": (0, False), "right": (0, True), "top": (1, False), "bottom": (1, True)}
_ALL = ("all", "every", "each")


@dataclass(frozen=True)
class Wish:
    """What a phrase asks for, as far as it was understood.

    Attributes:
        colour: a colour that is said, or None.
        usual: the colour that the thing named usually has, or None.
        order: axis (0 x, 1 y, 2 size), descending, rank; None without ordinal or superlative.
        place: where to look, (x or None, y or None), fractions of the picture.
        every: whether all of a kind are meant.
    """

    colour: str | None = None
    usual: str | None = None
    order: tuple[int, bool, int] | None = None
    place: tuple[float | None, float | None] = (None, None)
    every: bool = False


def read(phrase: str) -> Wish:
    """The wish in a phrase; an empty one where nothing was understood.

    >>> read("the second red teapot from the left")
    Wish(colour='red', usual=None, order=(0, False, 1), place=(None, None), every=False)
    >>> read("find the banana at the top right").place
    (1.0, 0.0)
    """
    text = _POSE.sub(" ", phrase.lower())
    every = any(word in _ALL for word in re.findall(r"[a-z]+", text)[:4])
    head = _ANCHOR.split(text)[0]
    words = re.findall(r"[a-z]+", head)
    colour = next((w for w in words if w in COLOURS), None)
    usual = next(
        (_COLOUR_OF[s] for w in reversed(words) for s in _stems(w) if s in _COLOUR_OF), None
    )
    counted = re.search(r"\bfrom the (left|right|top|bottom)\b", head)
    order = None
    if counted:
        rank = next((_ORDER[w] for w in words if w in _ORDER), 0)
        order = (*_FROM[counted[1]], rank)
        words = words[: words.index("from")]
    else:
        extreme = next((_EXTREMES[w] for w in words if w in _EXTREMES), None)
        order = None if extreme is None else (*extreme, 0)
    x, y = None, None
    for word in words:
        side = _SIDES.get(word)
        if side is not None:
            x = side[0] if x is None else x
            y = side[1] if y is None else y
    return Wish(colour, usual, order, (x, y), every)


def _stems(word: str) -> tuple[str, ...]:
    """The word, and without a plural ending."""
    return (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y")
