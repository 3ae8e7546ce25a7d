"""How a query is said in English: wordings for each part, as token tables that kernels can read.

A query (see :mod:`vgym.envs.grounding.referring.queries`) is a head noun with modifiers. Each part
has several wordings; which is used is a keyed draw. Adding a line here adds a way to say something.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from vgym.core.atlas import COLOURS, load_atlas
from vgym.core.text import Vocabulary
from vgym.core.wordings import Wordings, word_tables

# Order matters: the numbers are what scenes and queries hold. 0 is "none said".
POSES = ("unclear", "upright", "tilted left", "tilted right", "on its side", "upside down")
LOCATIONS = (
    "anywhere",
    *("left", "right", "top", "bottom"),
    *("top left", "top right", "bottom left", "bottom right", "centre"),
)
RELATIONS = ("none", "left of", "right of", "above", "below")
SELECTORS = (
    "none",
    *("leftmost", "rightmost", "topmost", "bottommost", "largest", "smallest"),
    *("from left", "from right", "from top", "from bottom"),
    *("closest", "farthest"),
)
MAX_TOKENS = 28


def _pose_post(itself: str, that: str) -> list[list[str]]:
    """Wordings of a pose after the noun; ``itself`` agrees in number, ``that`` is "that is"."""
    return [
        [],
        ["standing upright", f"{that} upright"],
        ["tilted to the left", f"{that} tilted to the left", "leaning to the left"],
        ["tilted to the right", f"{that} tilted to the right", "leaning to the right"],
        [f"lying on {itself}", f"{that} lying on {itself}"],
        [f"{that} upside down", "turned upside down"],
    ]


def _not_post(itself: str, that: str, is_not: str) -> list[list[str]]:
    """Wordings of what a thing is not: colours, then poses, locations and relations."""
    poses = ["upright", "tilted to the left", "tilted to the right", f"lying on {itself}"]
    locations = [
        *("on the left", "on the right", "at the top", "at the bottom"),
        *("in the top left corner", "in the top right corner"),
        *("in the bottom left corner", "in the bottom right corner"),
    ]
    relations = ["to the left of", "to the right of", "above", "below"]
    said = [*COLOURS[1:], *poses, "upside down", *locations, "in the middle", *relations]
    return [[f"{that} not {words}", f"{is_not} {words}"] for words in said]


_CARRIERS = [
    *[""] * 9,
    *("find", "locate", "point to", "show me", "look for", "where is", "can you find"),
]
FIRST_QUESTION = len(_CARRIERS) - 2  # carriers from here on end in a question mark
_CARRIERS_MANY = [*[""] * 6, "find", "locate", "show me", "mark", "point out"]
_SELECTOR_PRE = [
    *([], ["leftmost"], ["rightmost"], ["highest", "topmost"], ["lowest"]),
    *(["largest", "biggest"], ["smallest"]),
]
_PLAIN_SIZE = [["large", "big"], ["small", "little"]]
_PAIR = [["larger", "bigger"], ["smaller"]]
_ORDINALS = [["first"], ["second"], ["third"], ["fourth"]]
_FROM = [["from the left"], ["from the right"], ["from the top"], ["from the bottom"]]
_NEAR = [
    ["closest to", "nearest to", "nearest"],
    ["farthest from", "furthest from"],
]
_LOCATION = [  # "of the picture" comes last: see LOCATION_BEFORE_THAT
    [],
    ["on the left", "on the left side", "on the left-hand side", "in the left part of the picture"],
    [
        *("on the right", "on the right side", "on the right-hand side"),
        "in the right part of the picture",
    ],
    ["at the top", "near the top", "in the upper part of the picture"],
    ["at the bottom", "near the bottom", "in the lower part of the picture"],
    ["in the top left corner", "in the upper left corner", "at the top left"],
    ["in the top right corner", "in the upper right corner", "at the top right"],
    ["in the bottom left corner", "in the lower left corner", "at the bottom left"],
    ["in the bottom right corner", "in the lower right corner", "at the bottom right"],
    ["in the middle", "in the centre", "in the middle of the picture"],
]
# The share of its wordings that "that is not ..." may follow: not those that end in a noun.
LOCATION_BEFORE_THAT = 0.66
_RELATION = [
    [],
    ["to the left of", "left of", "on the left of"],
    ["to the right of", "right of", "on the right of"],
    ["above", "higher up than"],
    ["below", "lower down than"],
]
_ALL = ["all the", "all", "the", "every", "each"]  # the last two take the singular
FIRST_SINGULAR_ALL = 3


class Lexicon(NamedTuple):
    """The wordings, and the first slot of each block."""

    tables: Wordings
    singular: int
    plural: int
    carrier: int
    carrier_many: int
    the: int
    of_the_two: int
    question: int
    comma: int
    quantifier: int
    colour: int
    selector: int
    plain_size: int
    pair: int
    ordinal: int
    from_side: int
    near: int
    location: int
    relation: int
    pose: int
    pose_plural: int
    exclusion: int
    exclusion_plural: int


@lru_cache(maxsize=1)
def load_lexicon() -> tuple[Lexicon, Vocabulary]:
    """The token tables of all wordings over the atlas, and the closed vocabulary they use."""
    atlas = load_atlas()
    blocks: dict[str, list[list[str]]] = {
        "singular": [[name] for name in atlas.names],
        "plural": [[name] for name in atlas.plurals],
        "carrier": [_CARRIERS],
        "carrier_many": [_CARRIERS_MANY],
        "the": [["the"]],
        "of_the_two": [["of the two"]],
        "question": [["?"]],
        "comma": [[","]],
        "quantifier": [_ALL],
        "colour": [[], *([colour] for colour in COLOURS[1:])],
        "selector": _SELECTOR_PRE,
        "plain_size": _PLAIN_SIZE,
        "pair": _PAIR,
        "ordinal": _ORDINALS,
        "from_side": _FROM,
        "near": _NEAR,
        "location": _LOCATION,
        "relation": _RELATION,
        "pose": _pose_post("its side", "that is"),
        "pose_plural": _pose_post("their sides", "that are"),
        "exclusion": _not_post("its side", "that is", "which is not"),
        "exclusion_plural": _not_post("their sides", "that are", "which are not"),
    }
    tables, first, vocabulary = word_tables(blocks)
    return Lexicon(tables=tables, **first), vocabulary
