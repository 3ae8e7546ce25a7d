"""Questions about places on the world map, for one configuration."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.config import choice
from vgym.core.keys import sample_each, stream
from vgym.core.task import Limit
from vgym.core.text import Vocabulary, split_words
from vgym.data import earth
from vgym.data.earth.lonlats import WORLD_HW
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.sources.earth.choices import Choices, names
from vgym.envs.zoom.sources.earth.labels import draw_labels
from vgym.envs.zoom.sources.earth.questions import all_questions
from vgym.envs.zoom.types import MOST_CHOICES, QUESTIONS, Asked, ZoomConfig, nothing_asked

LEGIBLE_PX = 12.0
_IN_OVERVIEW_PX = LEGIBLE_PX / 2  # what a target's shorter side stays below there
_FINE = 1 << 40
_WHICH = stream("which question")
_MERIDIAN = stream("meridian of the map's edge")
_MARGIN_PX = WORLD_HW[1] // 16  # of the map, between its edge and a target: what is near it shows
_WHICH_TOWN = "which town is nearest to {}?"
LOCATE, RELATION = QUESTIONS.index("locate"), QUESTIONS.index("relation")


class Earth(ZoomSource):
    """One picture of 43,200 by 21,600 pixels in four layers, and places in it.

    Every key cuts the world at a meridian of its own, so that a target lies anywhere from west to
    east with the same chance: what was learnt by heart of a place tells how far north it is alone.

    Choices are of towns: which of six is nearest to the place.

    Raises:
        ValueError: no such layer.
    """

    def __init__(self, config: ZoomConfig) -> None:
        choice("layer", config.layer, earth.LAYERS)
        self._layer, self._labels = config.layer, config.labels
        self._questions = questions = all_questions()
        height, width = config.size_hw
        pixel = max(WORLD_HW[0] / height, WORLD_HW[1] / width)
        self._asked = questions.asked(config.split, config.layer, pixel, _IN_OVERVIEW_PX)
        chooses = config.answer == "choice"
        self._choices = _choices() if chooses else None
        if self._choices is not None:
            self._asked = self._asked[self._choices.possible[self._asked]]
        self.vocabulary, self.length = _words(chooses)
        # Kinds that hold many questions are asked more often, but not as many times as often.
        family = questions.family[self._asked]
        weight = np.bincount(family)[family] ** -0.5
        self._until = np.cumsum(weight) / weight.sum()

    def reset(self, keys: NDArray[np.uint64]) -> Asked:
        """A question for each key."""
        drawn = sample_each(keys, _WHICH, _FINE) / _FINE
        place = np.minimum(np.searchsorted(self._until, drawn, "right"), len(self._until) - 1)
        question, asked = self._asked[place], self._questions
        kind = np.where(asked.is_named[question], LOCATE, RELATION)
        fields = nothing_asked(len(keys), self.length)
        fields["picture"] = torch.from_numpy(keys.astype(np.int64))
        boxes = asked.box[question]
        boxes[:, 0::2] = (boxes[:, 0::2] - self._edges(keys, question)[:, None]) % WORLD_HW[1]
        if self._choices is not None:
            _, right = self._choices.drawn(keys, question)
            fields |= {
                "choices": torch.full((len(keys),), MOST_CHOICES),
                "right": torch.from_numpy(right),
            }
        texts = self._texts(fields["picture"].numpy(), question)
        tokens = [self.vocabulary.encode(text, self.length) for text in texts]
        fields |= {
            "whole_hw": torch.tensor(WORLD_HW, dtype=torch.float64).repeat(len(keys), 1),
            "question": torch.from_numpy(question),
            "kind": torch.from_numpy(kind),
            "tokens": torch.from_numpy(np.stack(tokens)),
            "target_boxes": torch.from_numpy(boxes[:, None]),
            "legible_px": torch.full((len(keys),), LEGIBLE_PX),
        }
        return Asked(**fields)

    def _edges(self, keys: NDArray[np.uint64], question: NDArray[np.int64]) -> NDArray[np.float64]:
        """(k,) where the maps begin in the west, whole pixels of the world east of 180 W."""
        west, east = np.floor(self._questions.box[question][:, 0::2]).T
        free = WORLD_HW[1] - 2 * _MARGIN_PX - (east - west + 1)
        drawn = np.floor(sample_each(keys, _MERIDIAN, _FINE) / _FINE * free)
        edges: NDArray[np.float64] = (west - _MARGIN_PX - drawn) % WORLD_HW[1]
        return edges

    def _texts(self, pictures: NDArray[np.int64], question: NDArray[np.int64]) -> list[str]:
        words = [self._questions.words[number] for number in question.tolist()]
        if self._choices is None:
            return [f"find {text}" for text in words]
        towns, _ = self._choices.drawn(pictures.astype(np.uint64), question)
        offers = [
            ", ".join(f"{i + 1} {name}" for i, name in enumerate(row))
            for row in names()[towns].tolist()
        ]
        asked = map(_WHICH_TOWN.format, words)
        return [f"{text} {offer}" for text, offer in zip(asked, offers, strict=True)]

    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """The layer, and names on it where they are asked for."""
        keys = asked.picture.numpy()[rows].astype(np.uint64)
        places = windows.copy()
        places[:, 0::2] += self._edges(keys, asked.question.numpy()[rows])[:, None]
        earth.painter(self._layer).paint(places, images)
        if self._labels:
            draw_labels(self._layer, places, images)

    def instructions(self, asked: Asked, rows: list[int]) -> list[str]:
        """What to find, or which town is nearest to it."""
        return self._texts(asked.picture[rows].cpu().numpy(), asked.question[rows].cpu().numpy())

    def limits(self, asked: Asked) -> Iterator[Limit]:
        """Of questions; a picture is the key by which the map is cut, and choices drawn."""
        yield Limit("picture", -(2.0**63), 2.0**63)
        yield Limit("question", 0, len(self._questions.words) - 1)


@cache
def _choices() -> Choices:
    return Choices(all_questions().box)


@cache
def _words(chooses: bool) -> tuple[Vocabulary, int]:
    """Every word of the instructions, and the most tokens of one."""
    longest, asked = 0, _WHICH_TOWN if chooses else "find {}"
    texts = [asked.format(words) for words in all_questions().words]
    if chooses:
        towns = [f"{MOST_CHOICES} {name}," for name in names().tolist()]
        longest = MOST_CHOICES * max(len(split_words(town)) for town in towns)
        texts += [*towns, *map(str, range(MOST_CHOICES))]
    words = [split_words(text) for text in texts]
    return Vocabulary(word for text in words for word in text), max(map(len, words)) + longest
