"""Pages of music say what was composed: answers are read anew from the MEI, not from the table."""

import re
import xml.etree.ElementTree as ET
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from vgym.assets.score_composer import compose, ensemble, kind_of
from vgym.envs.zoom.sources.scores import ScoresSource
from vgym.envs.zoom.sources.scores.painter import DESK, page_of, placed
from vgym.envs.zoom.sources.scores.questions import BAR
from vgym.envs.zoom.sources.scores.signs import HEIGHT, PAGES, WIDTH, all_signs
from vgym.envs.zoom.types import ZoomConfig

SPLITS = ("train", "val", "test")
MEI = "{http://www.music-encoding.org/ns/mei}"
ID = "{http://www.w3.org/XML/1998/namespace}id"
NTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
LENGTHS = {"16": 1.0, "8": 2.0, "4": 4.0, "2": 8.0, "1": 16.0}


def scores(split: str = "train", answer: str = "box") -> ScoresSource:
    return ScoresSource(ZoomConfig(source="scores", split=split, answer=answer))


class Reader:
    """Reads a piece, bar by bar, with no help from what packed it."""

    def __init__(self, page: int) -> None:
        self.measures = list(ET.fromstring(compose(page)).iter(f"{MEI}measure"))
        self.names = [staff.name for staff in ensemble(kind_of(page)).staves]
        signs = all_signs()
        self.shown = int(signs.bar[signs.page == page].max()) + 1

    def staff(self, bar: int, name: str) -> ET.Element:
        wanted = str(self.names.index(name) + 1)
        return next(s for s in self.measures[bar].iter(f"{MEI}staff") if s.get("n") == wanted)

    def of(self, bar: int, name: str, tag: str) -> list[ET.Element]:
        return list(self.staff(bar, name).iter(MEI + tag))

    def marks(self, bar: int, tag: str) -> list[ET.Element]:
        return list(self.measures[bar].iter(MEI + tag))


@cache
def reader(page: int) -> Reader:
    return Reader(page)


def height(note: ET.Element) -> int:
    return int(note.get("oct", "")) * 7 + "cdefgab".index(note.get("pname", ""))


def length(note: ET.Element) -> float:
    return LENGTHS[note.get("dur", "")] * (1.5 if note.get("dots") else 1.0)


def only(items: list[Any]) -> Any:
    (item,) = items
    return item


def meant(page: int, bar: int, text: str) -> tuple[str, int, str, int]:
    """What a question means: tag, bar, staff (or ""), and which of its like in bar and staff."""
    piece = reader(page)
    if found := re.fullmatch(r"The (\w+) note of bar <bar> in the (.+)", text):
        word, staff = found.groups()
        notes = piece.of(bar, staff, "note")
        if word in NTH:
            return "note", bar, staff, NTH.index(word)
        measure = {"highest": height, "lowest": lambda n: -height(n), "longest": length}[word]
        best = [n for n in notes if measure(n) == max(map(measure, notes))]
        return "note", bar, staff, notes.index(only(best))
    if found := re.fullmatch(r"The (?:(\w+) rest of|rest in) bar <bar> in the (.+)", text):
        word, staff = found.groups()
        rests = piece.of(bar, staff, "rest")
        assert word or len(rests) == 1
        return "rest", bar, staff, NTH.index(word or "first")
    if found := re.fullmatch(r"The note under the (\w+) sign in bar <bar>", text):
        sign = only(piece.marks(bar, found[1]))
        staff = piece.names[int(sign.get("staff")) - 1]
        ids = [
            dict(n.attrib)["{http://www.w3.org/XML/1998/namespace}id"]
            for n in piece.of(bar, staff, "note")
        ]
        return "note", bar, staff, ids.index(sign.get("startid")[1:])
    if found := re.fullmatch(r"The (\w+) sign in bar <bar>", text):
        if found[1] == "natural":
            accidentals = [
                (name, i)
                for name in piece.names
                for i, a in enumerate(piece.of(bar, name, "accid"))
                if a.get("accid") == "n"
            ]
            return "accid", bar, *only(accidentals)
        sign = only(piece.marks(bar, found[1]))
        return found[1], bar, piece.names[int(sign.get("staff")) - 1], 0
    if found := re.fullmatch(r"The mark (\w+) in bar <bar>", text):
        sign = only([m for m in piece.marks(bar, "dynam") if m.text == found[1]])
        return "dynam", bar, piece.names[int(sign.get("staff")) - 1], 0
    if found := re.fullmatch(r"The only mark (\w+) on the page", text):
        every = [
            (b, m)
            for b in range(piece.shown)
            for m in piece.marks(b, "dynam")
            if m.text == found[1]
        ]
        at, sign = only(every)
        return "dynam", at, piece.names[int(sign.get("staff")) - 1], 0
    if found := re.fullmatch(r"The (\w+) hairpin in bar <bar>", text):
        form = {"crescendo": "cres", "diminuendo": "dim"}[found[1]]
        sign = only([m for m in piece.marks(bar, "hairpin") if m.get("form") == form])
        return "hairpin", bar, piece.names[int(sign.get("staff")) - 1], 0
    if text == "The accent in bar <bar>":
        accents = [
            (name, i)
            for name in piece.names
            for i, a in enumerate(piece.of(bar, name, "artic"))
            if a.get("artic") == "acc"
        ]
        return "artic", bar, *only(accents)
    found = re.fullmatch(r"The (note that the )?word (\w+) (?:of the song|is sung to)", text)
    assert found, text
    places = [
        (b, i)
        for b in range(piece.shown)
        for i, note in enumerate(piece.of(b, "voice", "note"))
        if only(list(note.iter(f"{MEI}syl"))).text == found[2]
    ]
    at, place = only(places)
    return "note" if found[1] else "word", at, "voice", place


def row_of(page: int, tag: str, bar: int, staff: str, place: int) -> int:
    """The packed row of a sign that was found in the MEI, by counting rows."""
    signs = all_signs()
    number = signs.staves[page].index(staff)
    names = {"note": 0, "rest": 1, "dynam": 2, "hairpin": 3, "artic": 5, "accid": 6, "word": 7}
    of = (signs.page == page) & (signs.bar == bar) & (signs.staff == number)
    rows = np.flatnonzero(of & (signs.sign == names.get(tag, 4)))
    if tag not in names:
        rows = rows[[signs.words[signs.value[r]] == tag for r in rows]]
    return int(rows[place])


@pytest.mark.parametrize("split", SPLITS)
def test_places_are_those_of_the_piece(split: str) -> None:
    asked = scores(split).questions
    every = range(0, len(asked.text), 97 if split == "train" else 29)
    for row in every:
        page, bar = asked.page[row], asked.bar[row]
        found = row_of(page, *meant(page, bar, asked.text[row]))
        assert np.array_equal(all_signs().box[found], asked.box[row]), asked.text[row]
    assert len(every) > 100


@pytest.mark.parametrize("split", SPLITS)
def test_choices_are_those_of_the_piece(split: str) -> None:
    source = scores(split, "choice")
    asked = source.reset(np.arange(60, dtype=np.uint64))
    texts = source.instructions(asked, list(range(60)))
    first = placed(asked.picture.numpy())[:, 2]
    pages = page_of(asked.picture.numpy())
    for text, page, start, right in zip(texts, pages, first, asked.right, strict=True):
        question, offer = text.split("?")
        number, staff = re.search(r"bar (\d+) in the (.+)", question).groups()  # type: ignore[union-attr]
        piece, bar = reader(int(page)), int(number) - int(start)
        if question.startswith("How many"):
            truth = str(len(piece.of(bar, staff, "note")))
        elif question.startswith("Which letter"):
            word = question.split("names the ")[1].split()[0]
            truth = piece.of(bar, staff, "note")[NTH.index(word)].get("pname", "").upper()
        else:
            n = str(piece.names.index(staff) + 1)
            truth = only([m for m in piece.marks(bar, "dynam") if m.get("staff") == n]).text
        told = dict(re.findall(r"(\d): (\w+)", offer))
        assert told[str(int(right) + 1)] == truth, text
        assert len(set(told.values())) == len(told) == 4


def test_each_choice_is_right_as_often_as_the_others() -> None:
    asked = scores("train", "choice").reset(np.arange(2000, dtype=np.uint64))
    assert np.bincount(asked.right.numpy(), minlength=4).min() > 400


def test_splits_share_no_page() -> None:
    for one, other in combinations(SPLITS, 2):
        assert not set(PAGES[one]) & set(PAGES[other])
    for split in SPLITS:
        asked = scores(split).reset(np.arange(100, dtype=np.uint64))
        assert set(page_of(asked.picture.numpy()).tolist()) <= set(PAGES[split])
    assert len({compose(page) for page in (0, 3, 42, 51)}) == 4


def test_there_are_tens_of_thousands_of_questions() -> None:
    assert len(scores("train").questions.text) > 10_000
    assert len(scores("train", "choice").questions.text) > 5_000


def test_boxes_hold_ink_and_little_else_beside() -> None:
    """The box of a note's head is dark, and so is every other sign somewhere."""
    source, signs = scores("val"), all_signs()
    for page in (42, 43, 44):
        pyramid = source._pyramids[page // 3]
        assert pyramid is not None
        ink = pyramid.levels[0][:, :, page % 3] < 128
        for row in np.flatnonzero(signs.page == page)[::5]:
            x0, y0, x1, y1 = np.round(signs.box[row]).astype(int)
            assert 0 <= x0 < x1 <= WIDTH and 0 <= y0 < y1 <= HEIGHT
            share = ink[y0:y1, x0:x1].mean()
            assert share > (0.4 if signs.sign[row] == 0 and signs.length[row] < 8 else 0.01)


def test_the_same_words_lead_all_over_the_desk() -> None:
    source = scores()
    asked = source.reset(np.arange(4000, dtype=np.uint64))
    texts = np.array([source.questions.text[q] for q in asked.question.tolist()])
    middle = asked.target_boxes[:, 0].reshape(-1, 2, 2).mean(1).numpy()
    word = "The first note of bar <bar> in the right hand"
    assert BAR in word and (texts == word).sum() > 8
    assert (middle[texts == word].std(0) > 300).all()
    bars = placed(asked.picture.numpy())[:, 2]
    assert bars.min() < 20 and bars.max() > 380
    assert (middle > 0).all() and (middle < DESK).all()
