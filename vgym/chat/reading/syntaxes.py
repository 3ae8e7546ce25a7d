"""The readers of syntaxes: text of an answer in, the places that stand in it out."""

from collections.abc import Callable
from typing import NamedTuple

from vgym.chat.reading.places import Found, keyed_places, written_places


class Syntax(NamedTuple):
    """A reader.

    Args:
        places: finds all places in an answer, in order.
        listed: several places are written as one list, so that the last list is the answer;
            otherwise they may stand between words, and all of them are.
    """

    places: Callable[[str], list[Found]]
    listed: bool


SYNTAXES = {
    "keyed": Syntax(keyed_places, True),
    "written": Syntax(written_places, False),
}
