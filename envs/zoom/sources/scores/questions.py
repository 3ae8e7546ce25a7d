"""What can be asked about pages of music: made by rule from the signs that stand on them.

A question is drawn by its template, then a stratum of that, then a row: no value that is offered
is right more often than another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vgym.envs.zoom.sources.scores.signs import (
    ACCIDENTAL,
    ARTICULATION,
    DYNAMIC,
    HAIRPIN,
    NOTE,
    ORNAMENT,
    PAGES,
    REST,
    WORD,
    Signs,
)

NUMBERS = 4  # on offer
BAR = "<bar>"  # where the number of the bar is said
LETTERS = "CDEFGAB"
DYNAMICS = ("pp", "p", "mp", "mf", "f", "ff", "sf")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_HAIRPINS = {"cres": "crescendo", "dim": "diminuendo"}
_ROOM = 14.0  # px about what is counted
_WIDEST = 420.0  # px of a bar of which a view shows all the notes large enough


@dataclass
class Questions:
    """One row a question."""

    text: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    page: list[int] = field(default_factory=list)
    bar: list[int] = field(default_factory=list)
    box: list[NDArray[np.float64]] = field(default_factory=list)
    answer: list[int] = field(default_factory=list)  # a letter, a dynamic, a count; -1 for a place
    strata: dict[str, dict[tuple[str, int], list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )  # rows, by template and stratum


class _Bars:
    """The signs of a page's bars and staves."""

    def __init__(self, signs: Signs, split: str) -> None:
        self.signs = signs
        self.held: dict[tuple[int, int, int], dict[int, list[int]]] = {}
        rows = np.flatnonzero(np.isin(signs.page, list(PAGES[split])))
        keys = np.stack([signs.page, signs.bar, signs.staff, signs.sign], 1)[rows].tolist()
        for row, (page, bar, staff, sign) in zip(rows.tolist(), keys, strict=True):
            self.held.setdefault((page, bar, staff), {}).setdefault(sign, []).append(row)
        self.each_bar = Counter[tuple[int, int, int, int]]()  # of page, bar, sign and value
        self.each_page = Counter[tuple[int, int, int]]()
        for row, (page, bar, _, sign) in zip(rows.tolist(), keys, strict=True):
            self.each_bar[page, bar, sign, int(signs.value[row])] += 1
            self.each_page[page, sign, int(signs.value[row])] += 1

    def __iter__(self) -> Iterator[tuple[int, int, str, dict[int, list[int]]]]:
        """Page, bar, name of the staff, rows by sign."""
        for (page, bar, staff), rows in self.held.items():
            yield page, bar, self.signs.staves[page][staff], rows


def place_questions(signs: Signs, split: str) -> Questions:
    """Those that are answered with a place."""
    bars, asked = _Bars(signs, split), Questions()

    def add(template: str, stratum: tuple[str, int], kind: str, text: str, row: int) -> None:
        asked.strata[template][stratum].append(len(asked.text))
        asked.text.append(text)
        asked.kind.append(kind)
        asked.page.append(int(signs.page[row]))
        asked.bar.append(int(signs.bar[row]))
        asked.box.append(signs.box[row])
        asked.answer.append(-1)

    for page, bar, staff, held in bars:
        where = f"bar {BAR} in the {staff}"
        notes, rests = held.get(NOTE, []), held.get(REST, [])
        for row in notes[: len(_ORDINALS)]:
            n = int(signs.order[row])
            add("nth note", ("", n), "locate", f"The {_ORDINALS[n]} note of {where}", row)
        for row in rests:
            n = int(signs.order[row])
            if len(rests) > 1:
                add("nth rest", ("", n), "locate", f"The {_ORDINALS[n]} rest of {where}", row)
            else:
                add("nth rest", ("only", 0), "locate", f"The rest in {where}", row)
        for word, sign in (("highest", 1), ("lowest", -1)):
            best = sorted(notes, key=lambda row: -sign * int(signs.value[row]))
            if len(best) > 2 and signs.value[best[0]] != signs.value[best[1]]:
                add("extreme", (word, 0), "attribute", f"The {word} note of {where}", best[0])
        best = sorted(notes, key=lambda row: -int(signs.length[row]))
        if len(best) > 2 and signs.length[best[0]] > signs.length[best[1]]:
            add("longest", ("", 0), "attribute", f"The longest note of {where}", best[0])
        for row in held.get(ORNAMENT, []):
            name = signs.words[signs.value[row]]
            if bars.each_bar[page, bar, ORNAMENT, int(signs.value[row])] == 1:
                note = notes[int(signs.order[row])]
                add("ornament", (name, 0), "locate", f"The {name} sign in bar {BAR}", row)
                add(
                    "under",
                    (name, 0),
                    "relation",
                    f"The note under the {name} sign in bar {BAR}",
                    note,
                )
        for row in held.get(DYNAMIC, []):
            name = signs.words[signs.value[row]]
            if bars.each_bar[page, bar, DYNAMIC, int(signs.value[row])] == 1:
                add("dynamic", (name, 0), "locate", f"The mark {name} in bar {BAR}", row)
            if bars.each_page[page, DYNAMIC, int(signs.value[row])] == 1:
                add("only mark", (name, 0), "locate", f"The only mark {name} on the page", row)
        for row in held.get(HAIRPIN, []):
            name = _HAIRPINS[signs.words[signs.value[row]]]
            if bars.each_bar[page, bar, HAIRPIN, int(signs.value[row])] == 1:
                add("hairpin", (name, 0), "locate", f"The {name} hairpin in bar {BAR}", row)
        for row in held.get(ARTICULATION, []):
            value = int(signs.value[row])
            if signs.words[value] == "acc" and bars.each_bar[page, bar, ARTICULATION, value] == 1:
                add("accent", ("", 0), "locate", f"The accent in bar {BAR}", row)
        for row in held.get(ACCIDENTAL, []):
            value = int(signs.value[row])
            if signs.words[value] == "n" and bars.each_bar[page, bar, ACCIDENTAL, value] == 1:
                add("natural", ("", 0), "locate", f"The natural sign in bar {BAR}", row)
        for row in held.get(WORD, []):
            name = signs.words[signs.value[row]]
            if bars.each_page[page, WORD, int(signs.value[row])] == 1:
                note = notes[int(signs.order[row])]
                add("word", ("", 0), "locate", f"The word {name} of the song", row)
                add("sung", ("", 0), "relation", f"The note that the word {name} is sung to", note)
    return asked


def choice_questions(signs: Signs, split: str) -> Questions:
    """Those that are answered with one of some numbers, letters or marks."""
    bars, asked = _Bars(signs, split), Questions()

    def add(
        template: str, stratum: tuple[str, int], kind: str, text: str, rows: list[int], answer: int
    ) -> None:
        boxes = signs.box[rows]
        room = _ROOM if kind == "count" else 0.0
        box = np.concatenate([boxes[:, :2].min(0) - room, boxes[:, 2:].max(0) + room])
        if box[2] - box[0] > _WIDEST:
            return
        asked.strata[template][stratum].append(len(asked.text))
        asked.text.append(text)
        asked.kind.append(kind)
        asked.page.append(int(signs.page[rows[0]]))
        asked.bar.append(int(signs.bar[rows[0]]))
        asked.box.append(box)
        asked.answer.append(answer)

    for _, _, staff, held in bars:
        where = f"bar {BAR} in the {staff}"
        notes = held.get(NOTE, [])
        if notes:
            text = f"How many notes are in {where}?"
            every = [row for rows in held.values() for row in rows]
            add("count", (staff, len(notes)), "count", text, every, len(notes))
        for row in notes[: len(_ORDINALS)]:
            n, letter = int(signs.order[row]), int(signs.value[row]) % 7
            text = f"Which letter names the {_ORDINALS[n]} note of {where}?"
            add("letter", ("", letter), "read", text, [row], letter)
        marks = held.get(DYNAMIC, [])
        if len(marks) == 1:
            name = signs.words[signs.value[marks[0]]]
            text = f"Which mark of loudness is in {where}?"
            add("dynamic", (name, 0), "read", text, marks, DYNAMICS.index(name))
    counts = asked.strata["count"]
    for staff, count in list(counts):
        first = (count - 1) // NUMBERS * NUMBERS + 1
        # Each of the numbers on offer is right as often as the others, for any staff.
        if not all((staff, first + i) in counts for i in range(NUMBERS)):
            del counts[staff, count]
    return asked


def options(question: str, answer: int, place: int) -> list[str]:
    """What may be chosen: the answer stands at that place, a number in its block of numbers."""
    if question.startswith("How many"):
        first = (answer - 1) // NUMBERS * NUMBERS + 1
        return [str(first + i) for i in range(NUMBERS)]
    every = LETTERS if question.startswith("Which letter") else DYNAMICS
    return [every[(answer - place + i) % len(every)] for i in range(NUMBERS)]
