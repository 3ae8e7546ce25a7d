"""Pages say what is asked of them: answers are read anew from the packed words."""

import json
from functools import cache
from importlib import resources
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from vgym.envs.zoom.sources.pages import PagesSource
from vgym.envs.zoom.sources.pages.desk import DESKS, Desk, laid, page_of
from vgym.envs.zoom.sources.pages.documents import HEIGHT, WIDTH, pages_of, questions_of
from vgym.envs.zoom.types import ZoomConfig

SPLITS = ("train", "val", "test")
FOLDER = resources.files("vgym.assets").joinpath("zoom", "pages")
TEXT, HEAD, CELL, LABEL = 0, 3, 4, 5  # kinds of blocks
Answer = tuple[int, list[str], np.ndarray]  # page, words, box


def pages(split: str = "train", answer: str = "box", difficulty: float = 0.5) -> PagesSource:
    return PagesSource(
        ZoomConfig(source="pages", split=split, answer=answer, difficulty=difficulty)
    )


class Reader:
    """Reads the packed pages of a split, block by block, with no help from what made questions."""

    def __init__(self, split: str) -> None:
        with FOLDER.joinpath("words.npz").open("rb") as content:
            packed = dict(np.load(content))
        words = bytes(packed["words"]).decode().split("\n")
        table = json.loads(FOLDER.joinpath("documents.json").read_text())["documents"]
        self.blocks: list[tuple[int, int, tuple[str, int, int, int], list[str], np.ndarray]] = []
        self.diagrams: dict[tuple[str, int], str] = {}
        rows = packed["blocks"].tolist()
        for row, after in zip(rows, [*rows[1:], [0, 0, 0, 0, 0, len(words)]], strict=True):
            page, kind, group, line, column, first = row
            owner = max((d for d in table if d["page"] <= page), key=lambda d: d["page"])
            if owner["split"] != split:
                continue
            said, boxes = words[first : after[5]], packed["boxes"][first : after[5]]
            where = (owner["name"], group, line, column)
            self.blocks.append((page, kind, where, said, boxes))
            if kind == LABEL:
                self.diagrams[owner["name"], group] = owner["diagrams"][group]
        self.text = "\n".join(" " + " ".join(block[3]).lower() + " " for block in self.blocks)

    def runs(self, phrase: str) -> list[tuple[int, list[str], np.ndarray, int]]:
        """Where words stand, whatever their capitals: page, words and boxes of the block, place."""
        wanted, found = f" {phrase.lower()} ", []
        at = self.text.find(wanted)
        while at >= 0:
            number = self.text.count("\n", 0, at)
            page, _, _, said, boxes = self.blocks[number]
            before = self.text[self.text.rfind("\n", 0, at) + 1 : at + 1]
            found.append((page, said, boxes, before.count(" ") - 1))
            at = self.text.find(wanted, at + 1)
        return found

    def phrase(self, phrase: str) -> Answer:
        ((page, said, boxes, at),) = self.runs(phrase)
        count = len(phrase.split())
        return page, said[at : at + count], boxes[at : at + count]

    def follower(self, phrase: str) -> Answer:
        ((page, said, boxes, at),) = self.runs(phrase)
        after = at + len(phrase.split())
        return page, said[after : after + 1], boxes[after : after + 1]

    def label(self, text: str, name: str) -> Answer:
        (found,) = (
            (page, said, boxes)
            for page, kind, (document, group, _, _), said, boxes in self.blocks
            if kind == LABEL
            and self.diagrams[document, group] == name
            and " ".join(said).lower() == text.lower()
        )
        return found

    def cell(self, column: str, row: str) -> Answer:
        grid: dict[tuple[str, int, int, int], tuple[int, list[str]]] = {}
        for _, kind, where, said, _ in self.blocks:
            if kind in (HEAD, CELL):
                grid[where] = (kind, [*grid.get(where, (0, []))[1], *said])
        found = []
        for page, kind, (document, table, line, place), said, boxes in self.blocks:
            if kind == CELL and line > 0 and place > 0:
                head = grid.get((document, table, 0, place), (CELL, []))
                side = grid.get((document, table, line, 0), (CELL, []))
                if head[0] == HEAD and " ".join(head[1]) == column and " ".join(side[1]) == row:
                    found.append((page, said, boxes))
        (only,) = found
        return only


@cache
def reader(split: str) -> Reader:
    return Reader(split)


@pytest.mark.parametrize("split", SPLITS)
def test_an_independent_reader_finds_the_same_answers(split: str) -> None:
    every = questions_of(split)
    for question in every:
        page, said, boxes = getattr(reader(split), question.kind)(*question.ask)
        assert page == question.page and page in pages_of(split)
        assert " ".join(said).rstrip(".,;:") == question.answer
        hull = [*boxes[:, :2].min(0), *boxes[:, 2:].max(0)]
        np.testing.assert_array_equal(hull, question.box)
    assert {each.kind for each in every} >= {"cell", "label", "phrase", "follower"}


def test_there_are_over_two_thousand_questions() -> None:
    assert sum(len(questions_of(split)) for split in SPLITS) > 2000
    for split in SPLITS:
        assert len(questions_of(split)) > 200
        assert len(pages(split, "choice").questions) > 100


def test_splits_share_no_document_and_no_question() -> None:
    table = json.loads(FOLDER.joinpath("documents.json").read_text())["documents"]
    assert len({document["name"] for document in table}) == len(table)
    for one, other in combinations(SPLITS, 2):
        assert not set(pages_of(one)) & set(pages_of(other))
        asked = [
            {(each.kind, each.ask, each.answer) for each in questions_of(split)}
            for split in (one, other)
        ]
        assert not asked[0] & asked[1]


def test_choices_are_distinct_and_each_is_right_as_often() -> None:
    source = pages(answer="choice")
    for question in source.questions:
        offered = {word.lower() for word in (question.answer, *question.others)}
        assert len(offered) == 6, question
    right = source.reset(np.arange(2000, dtype=np.uint64)).right.numpy()
    assert np.bincount(right, minlength=6).min() > 270


def test_the_words_of_an_answer_are_inked_on_its_page() -> None:
    for question in questions_of("val")[::50]:
        file = FOLDER.joinpath(f"page{question.page:03}.webp")
        with file.open("rb") as content:
            grey = np.asarray(Image.open(content).convert("L"))
        x0, y0, x1, y1 = question.box.astype(int)
        assert 0 <= x0 < x1 <= WIDTH and 0 <= y0 < y1 <= HEIGHT
        inside = grey[y0:y1, x0:x1]
        assert 0.03 < (inside < 150).mean() < 0.6, question
        assert (grey[y0:y1, x0 - 3 : x0 - 1] > 120).all() or question.kind in ("cell", "label")


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: str(desk.pages))
def test_pages_lie_on_the_desk_apart_and_anywhere(desk: Desk) -> None:
    own = pages_of("val")
    pictures = (np.arange(500) * 256 + own[3]).astype(np.int64)
    places = laid(pictures, own.start, len(own), desk)
    assert (page_of(pictures) == own[3]).all() and (places[:, 0, 0] == own[3]).all()
    assert np.isin(places[:, :, 0], own).all()
    for row in places:
        assert len(set(row[:, 0].tolist())) == desk.pages
        for (_, x, y), (_, u, v) in combinations(row.tolist(), 2):
            assert abs(x - u) >= WIDTH or abs(y - v) >= HEIGHT
    far = places[:, :, 1:] + np.array([WIDTH, HEIGHT])
    assert (places[:, :, 1:] > 0).all() and (far < np.array(desk.size)).all()
    assert (places[:, 0, 1:].std(0) > 150).all()


def test_a_page_is_painted_where_it_lies() -> None:
    source = pages("test", difficulty=1.0)
    asked = source.reset(np.arange(6, dtype=np.uint64))
    boxes = asked.target_boxes[:, 0].numpy()
    for row, box in enumerate(boxes):
        question = source.questions[int(asked.question[row])]
        with FOLDER.joinpath(f"page{question.page:03}.webp").open("rb") as content:
            page = np.asarray(Image.open(content).convert("L")).astype(float)
        window = np.array([[box[0], box[1], box[0] + 64, box[1] + 64]])
        image = np.zeros((1, 64, 64, 3), np.uint8)
        source.paint(asked, np.array([row]), window, image)
        x, y = question.box[:2].astype(int)
        cut = page[y : y + 64, x : x + 64]
        shown = image[0, : cut.shape[0], : cut.shape[1]].mean(2)
        assert np.corrcoef(cut.ravel(), shown.ravel())[0, 1] > 0.999
