"""The closed vocabulary of flow instructions, and their token form."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from vgym.core.text import Vocabulary, split_words
from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.files.store import TOPS
from vgym.envs.gui.flow.apps.settings.tree import TREE

TOKENS = 48  # length of the token form; the longest instruction has fewer

_SAID = (
    "In the settings , turn on off set under to and . Archive Delete Star every mail from that is "
    "in inbox Write a with subject text Reply Put calendar at event Move Take out of cart cheapest "
    "nothing else Order delivery payment for Make folder Rename Sign up newsletter Send contact "
    'form : name topic message without copy me " @ example'
)


@cache
def vocabulary() -> Vocabulary:
    """Every word and mark that an instruction can hold."""
    tables = (
        *(words.FIRST, words.LAST, words.SUBJECTS, words.MESSAGES, words.MEETINGS, words.MAKES),
        *(words.COLOURS, words.DELIVERIES, words.PAYMENTS, words.STREETS, words.CITIES),
        *(words.FOLDERS, words.FILES, words.ENDINGS, words.TOPICS, words.RHYTHMS, words.MONTHS),
        *(TOPS, TREE.titles),
        [thing for _, _, things in words.WARES for thing in things],
        [word for leaf in range(len(TREE.leaves)) for word in _entry_words(leaf)],
        [str(number) for number in range(100)],
        [words.clock(slot) for slot in range(24)],
    )
    lines = [_SAID, *(line for table in tables for line in table)]
    return Vocabulary(word for line in lines for word in _words(line))


def encode(sentence: str) -> NDArray[np.int32]:
    """Tokens of an instruction, padded with 0: (TOKENS,) int32."""
    return vocabulary().encode(_apart(sentence), TOKENS)


def _entry_words(leaf: int) -> tuple[str, ...]:
    entry = TREE.entry(leaf)
    return (entry.text, *entry.options)


def _words(line: str) -> list[str]:
    return split_words(_apart(line))


def _apart(line: str) -> str:
    """Marks that the vocabulary does not part by itself; times such as 14:30 stay whole."""
    for mark in ('"', "@", ": "):
        line = line.replace(mark, f" {mark} ")
    return line
