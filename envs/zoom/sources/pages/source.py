"""The source `"pages"`: documentation on a desk, and questions that are answered by reading it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.keys import below, sample_each, stream, uniform
from vgym.core.task import Limit
from vgym.core.text import Vocabulary, split_words
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.sources.pages.desk import desk_at, laid, paint_desk, picture_of
from vgym.envs.zoom.sources.pages.documents import Question, pages_of, questions_of, shelf
from vgym.envs.zoom.types import MOST_CHOICES, QUESTIONS, Asked, LookConfig

LEGIBLE_LINE = 10.0  # shown px of a line's height at which it is read
_PLACES = {
    "cell": "find what the table says of {0} for {1}",
    "label": "find {0} in the diagram of {1}",
    "phrase": "find the words “{0}”",
    "follower": "find the word that follows “{0}”",
}
_CHOICES = {
    "cell": "what does the table say of {0} for {1}?",
    "follower": "which word follows “{0}”?",
}
_KINDS = {"cell": "relation", "label": "locate", "phrase": "locate", "follower": "relation"}
_TEMPLATE, _ROW, _RIGHT = stream("template"), stream("row"), stream("place among choices")


class PagesSource(ZoomSource):
    """SQLite's documentation in pages of 1,240 x 1,754 px: text, tables, diagrams of its syntax.

    On the desk lie one page, two, or four, by difficulty, all of the split; one of them is asked
    about. What is asked stands nowhere else in the split. Splits share no document.
    """

    def __init__(self, config: LookConfig) -> None:
        self._desk = desk_at(config.difficulty)
        self.pages, self._pyramids = pages_of(config.split), shelf()
        self._chooses = config.answer == "choice"
        self._words = _CHOICES if self._chooses else _PLACES
        self.questions = self._askable(config.split)
        texts = [self.question(each) for each in self.questions]
        every = [
            self._told(each, 0)
            for split in ("train", "val", "test")
            for each in self._askable(split)
        ]
        numbers = map(str, range(1, MOST_CHOICES + 1))
        words = sorted({word for text in every for word in split_words(text)})
        self.vocabulary = Vocabulary([*words, ",", *numbers])
        self.length = max(len(split_words(text)) for text in every)
        self._tokens = np.stack([self.vocabulary.encode(text, self.length) for text in texts])
        kinds = [each.kind for each in self.questions]
        self._rows = [
            np.array([row for row, own in enumerate(kinds) if own == kind])
            for kind in self._words
            if kind in kinds
        ]
        # A rule of more questions is asked by more often, but not as often as it has more.
        shares = np.cumsum([len(rows) ** 0.5 for rows in self._rows])
        self._shares = shares / shares[-1]
        self._page = np.array([each.page for each in self.questions])
        self._box = np.stack([each.box for each in self.questions])
        self._line = np.array([each.line for each in self.questions])
        named = "read" if self._chooses else None
        self._kind = np.array([QUESTIONS.index(named or _KINDS[kind]) for kind in kinds])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole, px."""
        return self._desk.size

    def laid(self, pictures: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k, n, 3) the pages of pictures and where they lie, x and y."""
        return laid(pictures, self.pages.start, len(self.pages), self._desk)

    def place(self, pictures: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k, 2) where the page lies that is asked about."""
        return self.laid(pictures)[:, 0, 1:]

    def reset(self, keys: NDArray[np.uint64]) -> Asked:
        """Pages on a desk and a question about one of them, of each key."""
        chosen = np.array([self._drawn(key) for key in keys], np.int64)
        pictures = picture_of(keys, self._page[chosen])
        place = self.place(pictures)
        boxes = self._box[chosen] + np.concatenate([place, place], 1)
        shorter = (boxes[:, 2:] - boxes[:, :2]).min(1)
        tokens, right = self._tokens[chosen], np.zeros(len(keys), np.int64)
        if self._chooses:
            right = sample_each(keys, _RIGHT, MOST_CHOICES)
            for row, (question, true) in enumerate(zip(chosen, right.tolist(), strict=True)):
                said = self._told(self.questions[question], true)
                tokens[row] = self.vocabulary.encode(said, self.length)
        width, height = self.size
        return Asked(
            picture=torch.from_numpy(pictures),
            whole_hw=torch.tensor([[height, width]], dtype=torch.float64).repeat(len(keys), 1),
            question=torch.from_numpy(chosen),
            kind=torch.from_numpy(self._kind[chosen]),
            tokens=torch.from_numpy(tokens),
            target_boxes=torch.from_numpy(boxes[:, None]),
            legible_px=torch.from_numpy(shorter * LEGIBLE_LINE / self._line[chosen]).float(),
            choices=torch.full((len(keys),), MOST_CHOICES if self._chooses else 0),
            right=torch.from_numpy(right),
        )

    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """The desk, and of its pages what is in view."""
        pictures = asked.picture.cpu().numpy()[rows]
        for picture, pages, window, image in zip(
            pictures.tolist(), self.laid(pictures), windows, images, strict=True
        ):
            paint_desk(self._pyramids, picture, pages, window, image)

    def instructions(self, asked: Asked, rows: list[int]) -> list[str]:
        """The questions, with what may be chosen."""
        return [
            self._told(self.questions[int(asked.question[row])], int(asked.right[row]))
            for row in rows
        ]

    def limits(self, asked: Asked) -> Iterator[Limit]:
        """Questions that there are."""
        yield Limit("picture", -(2.0**63), 2.0**63)
        yield Limit("question", 0, len(self.questions) - 1)

    def _askable(self, split: str) -> list[Question]:
        offered = MOST_CHOICES - 1 if self._chooses else 0
        return [
            each
            for each in questions_of(split)
            if each.kind in self._words and len(each.others) >= offered
        ]

    def _drawn(self, key: np.uint64) -> int:
        rows = self._rows[int(np.searchsorted(self._shares, uniform(key, _TEMPLATE, 0), "right"))]
        return int(rows[below(key, _ROW, 0, len(rows))])

    def question(self, question: Question) -> str:
        """What is asked, without what may be chosen."""
        return self._words[question.kind].format(*question.ask)

    def _told(self, question: Question, right: int) -> str:
        if not self._chooses:
            return self.question(question)
        offer = list(question.others)
        offer.insert(right, question.answer)
        options = ", ".join(f"{number} {each}" for number, each in enumerate(offer, 1))
        return f"{self.question(question)} {options}"
