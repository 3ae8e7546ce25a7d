"""The source `"sky"`: charts of the whole sky, 16,384 x 8,192 px, each turned its own way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.shared_sources import shared
from vgym.core.task import Limit
from vgym.core.text import Vocabulary, split_words
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.sources.sky.asking import FEWEST, NUMBERS, draw_questions
from vgym.envs.zoom.sources.sky.catalogue import Catalogue, catalogue
from vgym.envs.zoom.sources.sky.chart import HEIGHT, WIDTH
from vgym.envs.zoom.sources.sky.painter import SYMBOL, paint_views
from vgym.envs.zoom.sources.sky.questions import count_questions, place_questions
from vgym.envs.zoom.types import QUESTIONS, Asked, ZoomConfig

_STAR_PX, _OBJECT_PX = 8.0, 10.0  # shorter sides at which they are told from others
_RING_ROOM = 0.75  # of the image's shorter side: a ring larger than that does not fit well
_MOST_COUNTED = 60


class SkySource(ZoomSource):
    """Stars, figures and Messier's objects, asked for where a view of the whole shows none of them.

    The chart of a key is a rotation of the sky, so no question has a place of its own. There are
    89 constellations (the head and the tail of Serpens are two), shared out to the splits. With
    `answer` "choice" it is asked how many stars are in a ring that is drawn near a named one.
    """

    threaded = True

    def __init__(self, config: ZoomConfig) -> None:
        counts = config.answer == "choice"
        key = ("zoom sky", config.split, config.labels)
        self.sky: Catalogue = shared(key, lambda: catalogue(config.split, config.labels))
        ask = count_questions if counts else place_questions
        self.questions = shared((*key, ask.__name__), lambda: ask(self.sky))
        height, width = config.size_hw
        self._most_legible = _RING_ROOM * min(height, width)
        self._widest = max(WIDTH / width, HEIGHT / height)
        self._asked = self.sky.asked[self.sky.home], self.sky.asked[self.sky.thing_home]
        marks = [f"{i + 1}:" for i in range(NUMBERS)] if counts else []
        numbers = [str(i) for i in range(_MOST_COUNTED)] if marks else []
        words = sorted({word for text in self.questions.texts for word in split_words(text)})
        self.vocabulary = Vocabulary([*words, ",", *marks, *numbers])
        longest = max(len(split_words(text)) for text in self.questions.texts)
        self.length = longest + 3 * len(marks)
        self._tokens = np.stack(
            [self.vocabulary.encode(text, self.length) for text in self.questions.texts]
        )
        self._kinds = np.array([QUESTIONS.index(kind) for kind in self.questions.kinds])

    def reset(self, keys: NDArray[np.uint64]) -> Asked:
        """A chart and a question of each key."""
        rows = self.questions.rows
        pictures, chosen, places, counts = draw_questions(self.sky.sky, rows, *self._asked, keys)
        if (chosen < 0).any():
            raise RuntimeError("no question of the sky fits any chart of a key")
        middle, half = places[:, :2], places[:, 2:]
        boxes = np.concatenate([middle - half, middle + half], 1)
        asked_for = np.where(places[:, 2] == SYMBOL / 2, _OBJECT_PX, _STAR_PX)
        ringed = np.minimum(2 * places[:, 2] / 1.5, self._most_legible)
        right = np.where(counts > 0, (counts - FEWEST) % NUMBERS, 0)
        tokens = self._tokens[chosen]
        for row in np.flatnonzero(counts):
            options = self._options(int(counts[row] - right[row]))
            start = int((tokens[row] != 0).sum())
            words = self.vocabulary.encode(options, self.length - start)
            tokens[row, start:] = words
        return Asked(
            picture=torch.from_numpy(pictures.view(np.int64)),
            whole_hw=torch.tensor([[HEIGHT, WIDTH]], dtype=torch.float64).repeat(len(keys), 1),
            question=torch.from_numpy(chosen),
            kind=torch.from_numpy(self._kinds[chosen]),
            tokens=torch.from_numpy(tokens),
            target_boxes=torch.from_numpy(boxes[:, None]),
            legible_px=torch.from_numpy(np.where(counts > 0, ringed, asked_for)).float(),
            choices=torch.from_numpy(np.where(counts > 0, NUMBERS, 0)),
            right=torch.from_numpy(right),
        )

    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """Draw windows of the charts; the ring too, where stars are counted."""
        boxes = asked.target_boxes.cpu().numpy()[rows, 0]
        radius = np.where(asked.choices.cpu().numpy()[rows] > 0, boxes[:, 2] - boxes[:, 0], 0) / 2
        middle = (boxes[:, :2] + boxes[:, 2:]) / 2
        rings = np.concatenate([middle, radius[:, None]], 1)
        pictures = asked.picture.cpu().numpy()[rows].view(np.uint64)
        whole = np.ascontiguousarray(windows, np.float64)
        paint_views(self.sky.sky, pictures, rings, whole, images, self._widest)

    def instructions(self, asked: Asked, rows: list[int]) -> list[str]:
        """The questions, with what may be chosen."""
        texts = []
        for row in rows:
            number = int(asked.question[row])
            text = self.questions.texts[number]
            if asked.choices[row] > 0:
                start = int((self._tokens[number] != 0).sum())
                options = self.vocabulary.decode(asked.tokens[row, start:].tolist())
                text = f"{text} {options}"
            texts.append(text)
        return texts

    def limits(self, asked: Asked) -> Iterator[Limit]:
        """Questions that there are."""
        yield Limit("picture", -(2.0**63), 2.0**63)
        yield Limit("question", 0, len(self.questions.texts) - 1)

    def _options(self, first: int) -> str:
        """What may be chosen: a block of numbers."""
        return ", ".join(f"{i + 1}: {first + i}" for i in range(NUMBERS))
