"""English plurals of names of categories; what no rule gives is a row of ``plurals.toml``."""

from __future__ import annotations

import functools
import itertools
import re
import tomllib
import unicodedata
from pathlib import Path

# Runs of blanks and words are tried from where they begin alone, so that long ones are read once.
# A name up to what only describes it: "box | of popcorn", "mouse | (computer)".
_HEAD = re.compile(
    r"(?P<head>.+?)(?P<rest>"
    r"(?:(?<![\s_-])|(?<=\A.))(?:[\s_-]+"
    r"(?:of|with|without|in|on|at|for|from|by|to)[\s_-]+\S.*|[\s_-]*\Z)"
    r"|(?:(?<![\s_])|(?<=\A.))[\s_]*\(.*)",
    re.DOTALL | re.IGNORECASE,
)
_LAST_WORD = re.compile(r"(?<![^\s_-])[^\s_-]+$")
_OTHER_NAME = re.compile(r"((?:(?<!\s)\s+)?/\s*)")  # "cabinet/shelf" is either


def plural(name: str) -> str:
    """The plural of a name of one or several words, of which the head changes.

    Names that are plural already, or are not counted, stay as they are.

    >>> plural("wine glass"), plural("person"), plural("teddy bear")
    ('wine glasses', 'people', 'teddy bears')
    >>> plural("box of popcorn"), plural("Fire_hydrant"), plural("scissors")
    ('boxes of popcorn', 'Fire_hydrants', 'scissors')
    """
    return "".join(
        part if _OTHER_NAME.fullmatch(part) else _of_one_name(part)
        for part in _OTHER_NAME.split(name)
    )


def _of_one_name(name: str) -> str:
    found = _HEAD.fullmatch(name)
    word = _LAST_WORD.search(found["head"]) if found else None
    if found is None or word is None:
        return name
    head = found["head"]
    low = word[0].lower()
    table = _table()
    if low in table["words"]:
        return head[: word.start()] + _in_case(word[0], table["words"][low]) + found["rest"]
    for ending, made in table["endings"].items():
        if head.lower().endswith(ending):
            start = len(head) - len(ending)
            return head[:start] + _in_case(head[start:], made) + found["rest"]
    return head[: word.start()] + _in_case(word[0], _regular(low)) + found["rest"]


def _regular(word: str) -> str:
    """The plural of a word in lower case, by its ending."""
    if not unicodedata.name(word[-1], "").startswith(("LATIN", "DIGIT")):
        return word
    if word.endswith("s"):
        return _after_s(word)
    if word.endswith(("x", "z", "ch", "sh")):
        return f"{word}es"
    if re.search(r"(?:[^aeiou]|qu)y$", word):
        return f"{word[:-1]}ies"
    return f"{word}s"


def _after_s(word: str) -> str:
    """As :func:`_regular`, of a word in -s: many are plural already."""
    if word.endswith(("sis", "xis")):
        return f"{word[:-2]}es"
    return f"{word}es" if word.endswith(("ss", "us", "is")) else word


def _in_case(word: str, made: str) -> str:
    """``made`` in the capitals of the word that it is made from: TVs, Women, KNIVES."""
    same = (one == other for one, other in zip(word.lower(), made, strict=False))
    kept = sum(itertools.takewhile(bool, same))
    abbreviation = len(word) <= 3 and made == f"{word.lower()}s"
    more = made[kept:].upper() if word.isupper() and not abbreviation else made[kept:]
    return word[:kept] + more


@functools.cache
def _table() -> dict[str, dict[str, str]]:
    """Plurals by whole word, and by ending, the longest first."""
    file = Path(__file__).with_name("plurals.toml")
    rows = tomllib.loads(file.read_text(encoding="utf-8"))
    words: dict[str, str] = {
        **{word: word for words in rows["same"].values() for word in words.split()},
        **{word: f"{word}es" for word in rows["es"]["words"].split()},
        **rows["words"],
    }
    longest_first = sorted(rows["endings"].items(), key=lambda pair: -len(pair[0]))
    return {"words": words, "endings": dict(longest_first)}
