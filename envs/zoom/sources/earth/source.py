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
from vgym.envs.zoom.sources.earth.choices import FramedTowns, frame_about, names
from vgym.envs.zoom.sources.earth.labels import draw_labels
from vgym.envs.zoom.sources.earth.questions import all_questions
from vgym.envs.zoom.sources.red_frames import draw_frame
from vgym.envs.zoom.types import MOST_CHOICES, QUESTIONS, Asked, ZoomConfig, nothing_asked

LEGIBLE_PX = 12.0
_IN_OVERVIEW_PX = LEGIBLE_PX / 2  # what a target's shorter side stays below there
_FINE = 1 << 40
_WHICH = stream("which question")
_MERIDIAN = stream("meridian of the map's edge")
_MARGIN_PX = WORLD_HW[1] // 16  # of the map, between its edge and a target: what is near it shows
_WHICH_TOWN = "which town is in the red frame?"
LOCATE, RELATION, ATTRIBUTE = map(QUESTIONS.index, ("locate", "relation", "attribute"))


class Earth(ZoomSource):
    """One picture of 43,200 by 21,600 pixels in four layers, and places in it.

    Every key cuts the world at a meridian of its own, so that a target lies anywhere from west to
    east with the same chance: what was learnt by heart of a place tells how far north it is alone.

    Choices are of towns: about which of six a red frame is drawn.

    Raises:
        ValueError: no such layer.
    """

    threaded = True
    sizes = (
        "Towns, mouths and meetings of rivers, borders that meet, and outermost or highest points "
        "are boxes 18 km a side about the place, brightest lights 33 km; the map is 360 degrees of "
        "longitude wide and 180 of latitude high, and a degree of latitude is 111 km."
    )

    def __init__(self, config: ZoomConfig) -> None:
        self._layer = earth.LAYERS[0] if config.layer is None else config.layer
        choice("layer", self._layer, earth.LAYERS)
        self._labels = config.labels
        self._questions = questions = all_questions()
        height, width = config.size_hw
        pixel = max(WORLD_HW[0] / height, WORLD_HW[1] / width)
        self._asked = questions.asked(config.split, self._layer, pixel, _IN_OVERVIEW_PX)
        self._towns = FramedTowns(config.split) if config.answer == "choice" else None
        self.vocabulary, self.length = _words(self._towns is not None)
        # Kinds that hold many questions are asked more often, but not as many times as often.
        family = questions.family[self._asked]
        weight = np.bincount(family)[family] ** -0.5
        self._until = np.cumsum(weight) / weight.sum()

    def reset(self, keys: NDArray[np.uint64]) -> Asked:
        """A question for each key."""
        fields = nothing_asked(len(keys), self.length)
        if self._towns is None:
            drawn = sample_each(keys, _WHICH, _FINE) / _FINE
            place = np.minimum(np.searchsorted(self._until, drawn, "right"), len(self._until) - 1)
            question = self._asked[place]
            kind = np.where(self._questions.is_named[question], LOCATE, RELATION)
        else:
            offer = self._towns.drawn(keys)
            question = np.take_along_axis(offer.towns, offer.right[:, None], 1)[:, 0]
            kind = np.full(len(keys), ATTRIBUTE)
            fields |= {
                "choices": torch.full((len(keys),), MOST_CHOICES),
                "right": torch.from_numpy(offer.right),
            }
        fields["picture"] = torch.from_numpy(keys.astype(np.int64))
        boxes = self._places(question)
        boxes[:, 0::2] = (boxes[:, 0::2] - self._edges(keys, boxes)[:, None]) % WORLD_HW[1]
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

    def _places(self, question: NDArray[np.int64]) -> NDArray[np.float64]:
        """(k, 4) xyxy what is looked for, pixels of the world."""
        if self._towns is None:
            return self._questions.box[question]
        return frame_about(question)

    def _edges(self, keys: NDArray[np.uint64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """(k,) where the maps begin in the west, whole pixels of the world east of 180 W."""
        west, east = np.floor(boxes[:, 0::2]).T
        free = WORLD_HW[1] - 2 * _MARGIN_PX - (east - west + 1)
        drawn = np.floor(sample_each(keys, _MERIDIAN, _FINE) / _FINE * free)
        edges: NDArray[np.float64] = (west - _MARGIN_PX - drawn) % WORLD_HW[1]
        return edges

    def _texts(self, pictures: NDArray[np.int64], question: NDArray[np.int64]) -> list[str]:
        if self._towns is None:
            return [f"find {self._questions.words[number]}" for number in question.tolist()]
        towns = self._towns.drawn(pictures.astype(np.uint64)).towns
        return [
            f"{_WHICH_TOWN} {', '.join(f'{i} {name}' for i, name in enumerate(row, 1))}"
            for row in names()[towns].tolist()
        ]

    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """The layer, names on it where they are asked for, and a frame where a town is."""
        keys = asked.picture.numpy()[rows].astype(np.uint64)
        places = windows.copy()
        boxes = self._places(asked.question.numpy()[rows])
        places[:, 0::2] += self._edges(keys, boxes)[:, None]
        earth.painter(self._layer).paint(places, images)
        if self._labels:
            draw_labels(self._layer, places, images)
        if self._towns is not None:
            for frame, window, image in zip(
                asked.target_boxes.numpy()[rows, 0], windows, images, strict=True
            ):
                draw_frame(frame, window, image)

    def instructions(self, asked: Asked, rows: list[int]) -> list[str]:
        """What to find, or which town is framed."""
        return self._texts(asked.picture[rows].cpu().numpy(), asked.question[rows].cpu().numpy())

    def limits(self, asked: Asked) -> Iterator[Limit]:
        """Of questions; a picture is the key by which the map is cut, and choices drawn."""
        yield Limit("picture", -(2.0**63), 2.0**63)
        of = self._questions.words if self._towns is None else names()
        yield Limit("question", 0, len(of) - 1)


@cache
def _words(chooses: bool) -> tuple[Vocabulary, int]:
    """Every word of the instructions, and the most tokens of one."""
    if chooses:
        towns = [split_words(f"{MOST_CHOICES} {name},") for name in names().tolist()]
        words = [split_words(_WHICH_TOWN), *towns, list(map(str, range(1, MOST_CHOICES)))]
        longest = len(words[0]) + MOST_CHOICES * max(map(len, towns))
    else:
        words = [split_words(f"find {text}") for text in all_questions().words]
        longest = max(map(len, words))
    return Vocabulary(word for text in words for word in text), longest
