"""The source `"scores"`: pages of music on a desk of 4,096 px a side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, sample_each, stream
from vgym.core.shared_sources import shared
from vgym.core.task import Limit
from vgym.core.text import Vocabulary, split_words
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.sources.scores.painter import (
    DESK,
    MOST_FIRST,
    digits,
    page_of,
    paint_page,
    picture_of,
    placed,
    shelf,
)
from vgym.envs.zoom.sources.scores.questions import (
    BAR,
    DYNAMICS,
    LETTERS,
    NUMBERS,
    Questions,
    choice_questions,
    options,
    place_questions,
)
from vgym.envs.zoom.sources.scores.signs import PAGES, all_signs
from vgym.envs.zoom.types import QUESTIONS, Asked, ZoomConfig

_SMALLEST, _LARGEST = 4.0, 8.0  # px: shorter sides at which signs are told from others
_COUNTED = 2.2  # px of the page in one of a view in which notes are counted
_MOST_BARS = 60
_TEMPLATE, _STRATUM, _ROW = stream("template"), stream("stratum"), stream("row")
_RIGHT = stream("place among choices")


class ScoresSource(ZoomSource):
    """Piano pieces, string quartets and songs, composed and engraved for this.

    The page lies somewhere on the desk, and its bars are numbered from wherever the key says: the
    number of a system's first bar stands before it. Splits have pages of their own, `test` also
    fonts of its own.
    """

    def __init__(self, config: ZoomConfig) -> None:
        chooses = config.answer == "choice"
        self.signs, self._pyramids, self._digits = all_signs(), shelf(), digits()
        ask = choice_questions if chooses else place_questions
        key = ("zoom scores", config.split, chooses)
        self.questions: Questions = shared(key, lambda: ask(self.signs, config.split))
        self._chooses = chooses
        texts = self.questions.text
        marks = [f"{i + 1}:" for i in range(NUMBERS)] if chooses else []
        offered = [*LETTERS.lower(), *DYNAMICS] if chooses else []
        numbers = [str(i) for i in range(1, MOST_FIRST + _MOST_BARS)]
        words = sorted({word for text in texts for word in split_words(text)} - {BAR})
        self.vocabulary = Vocabulary([*words, ",", *marks, *offered, *numbers, BAR])
        self.length = max(len(split_words(text)) for text in texts) + 3 * len(marks)
        rows = [self.vocabulary.encode(text, self.length) for text in texts]
        self._tokens = np.stack(rows)
        self._number = np.array([self.vocabulary[str(i)] for i in range(1, len(numbers) + 1)])
        self._page, self._bar = np.array(self.questions.page), np.array(self.questions.bar)
        self._box, self._answer = np.stack(self.questions.box), np.array(self.questions.answer)
        self._kind = np.array([QUESTIONS.index(kind) for kind in self.questions.kind])
        strata = [list(each.values()) for each in self.questions.strata.values() if each]
        self._rows = np.array([row for each in strata for rows in each for row in rows])
        self._starts = np.cumsum([0, *(len(rows) for each in strata for rows in each)])
        self._templates = np.cumsum([0, *map(len, strata)])
        self._systems = [
            np.ascontiguousarray(self.signs.systems[self.signs.systems[:, 0] == page, 1:])
            for page in range(max(PAGES["test"]) + 1)
        ]

    def reset(self, keys: NDArray[np.uint64]) -> Asked:
        """A page on a desk and a question of each key."""
        chosen = self._rows[_drawn(keys, self._templates, self._starts)]
        pictures = picture_of(keys, self._page[chosen])
        place = placed(pictures)
        boxes = self._box[chosen] + np.concatenate([place[:, :2]] * 2, 1)
        shorter = (boxes[:, 2:] - boxes[:, :2]).min(1)
        bars = place[:, 2] + self._bar[chosen]
        tokens = self._tokens[chosen]
        number = self._number[bars - 1][:, None]
        tokens = np.where(tokens == self.vocabulary[BAR], number, tokens).astype(np.int32)
        right = np.zeros(len(keys), np.int64)
        if self._chooses:
            right = sample_each(keys, _RIGHT, NUMBERS)
            counts = self._kind[chosen] == QUESTIONS.index("count")
            right = np.where(counts, (self._answer[chosen] - 1) % NUMBERS, right)
            for row, question in enumerate(chosen.tolist()):
                start = int((tokens[row] != 0).sum())
                offer = self._offer(question, int(right[row]))
                tokens[row, start:] = self.vocabulary.encode(offer, self.length - start)
            legible = np.where(counts, shorter / _COUNTED, _legible(shorter))
        else:
            legible = _legible(shorter)
        return Asked(
            picture=torch.from_numpy(pictures),
            whole_hw=torch.full((len(keys), 2), float(DESK), dtype=torch.float64),
            question=torch.from_numpy(chosen),
            kind=torch.from_numpy(self._kind[chosen]),
            tokens=torch.from_numpy(tokens),
            target_boxes=torch.from_numpy(boxes[:, None]),
            legible_px=torch.from_numpy(legible).float(),
            choices=torch.full((len(keys),), NUMBERS if self._chooses else 0),
            right=torch.from_numpy(right),
        )

    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """Pages by their pyramids, the numbers of their bars, and the desk."""
        pictures = asked.picture.cpu().numpy()[rows]
        pages = page_of(pictures)
        for picture, page, window, image in zip(pictures, pages, windows, images, strict=True):
            paint_page(self._pyramids, picture, window, self._systems[page], self._digits, image)

    def instructions(self, asked: Asked, rows: list[int]) -> list[str]:
        """The questions, with what may be chosen."""
        first = placed(asked.picture.cpu().numpy())[:, 2]
        texts = []
        for row in rows:
            question = int(asked.question[row])
            bar = first[row] + self._bar[question]
            text = self.questions.text[question].replace(BAR, str(bar))
            if self._chooses:
                text = f"{text} {self._offer(question, int(asked.right[row]))}"
            texts.append(text)
        return texts

    def limits(self, asked: Asked) -> Iterator[Limit]:
        """Questions and pages that there are."""
        yield Limit("picture", -(2.0**63), 2.0**63)
        yield Limit("question", 0, len(self.questions.text) - 1)
        pages = page_of(asked.picture.cpu().numpy())
        if (pages < 0).any() or (pages >= len(self._systems)).any():
            raise ValueError(
                f"state_dict['picture'] names pages that there are not, of {len(self._systems)}"
            )

    def _offer(self, question: int, right: int) -> str:
        told = options(self.questions.text[question], int(self._answer[question]), right)
        return ", ".join(f"{i + 1}: {each}" for i, each in enumerate(told))


def _legible(shorter: NDArray[np.float64]) -> NDArray[np.float64]:
    """At half its size on the page, or as large as letters, a sign is told from others."""
    return np.clip(shorter / 2, _SMALLEST, _LARGEST)


@compiled
def _drawn(
    keys: NDArray[np.uint64], templates: NDArray[np.int64], starts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(k,) places among the rows that are in order of template and stratum."""
    found = np.empty(len(keys), np.int64)
    for i in range(len(keys)):
        template = below(keys[i], _TEMPLATE, 0, len(templates) - 1)
        first, end = templates[template], templates[template + 1]
        stratum = first + below(keys[i], _STRATUM, 0, end - first)
        first, end = starts[stratum], starts[stratum + 1]
        found[i] = first + below(keys[i], _ROW, 0, end - first)
    return found
