"""Questions about annotated pictures that ship: places, names, and what red frames hold."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.asset_files import picture_asset
from vgym.core.keys import below, stream, uniform
from vgym.core.shared_sources import shared
from vgym.core.task import Limit
from vgym.core.text import Vocabulary, split_words
from vgym.core.windows import PyramidShelf
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.sources.pictures.annotated import Annotated, Thing, annotated
from vgym.envs.zoom.sources.pictures.fences import (
    CORNERS,
    FEWEST,
    LARGEST,
    NEAREST,
    Fences,
    fences_of,
)
from vgym.envs.zoom.sources.pictures.wholes import Whole
from vgym.envs.zoom.sources.red_frames import draw_frame
from vgym.envs.zoom.types import MOST_CHOICES, QUESTIONS, Asked, ZoomConfig, nothing_asked

_SMALLEST_WHOLE = 2048.0  # pixels a side, where the part of a picture has them
_SMALLEST_SHARE = 0.75  # of a part's sides, where it is smaller
_BLANK_SHARE = 0.4  # of a side of a whole, the most that may lie beyond the picture
_ILLEGIBLE = 2.1  # how many times too small a target is to be told in the overview
_PLANS = 8192  # that are remembered
_CORNER_NAMES = {
    (0.0, 0.0): "top left",
    (1.0, 0.0): "top right",
    (0.0, 1.0): "bottom left",
    (1.0, 1.0): "bottom right",
}
_NUMBERS = ("two", "three", "four", "five", "six", "seven")  # from FEWEST to MOST
_TOPIC, _ROW, _CORNER, _SIZE = map(stream, ("topic", "row", "corner", "size"))
_TURN, _RIGHT, _OTHERS, _COUNT = map(stream, ("turn", "right", "others", "count"))


@dataclass(frozen=True, eq=False)
class Plan:
    """An episode: what its key says."""

    picture: int
    whole: Whole
    kind: int  # of QUESTIONS
    target: NDArray[np.float64]  # (4,) of the whole
    frame: NDArray[np.float64] | None  # (4,) of the whole, drawn red
    legible_px: float
    words: str
    choices: int = 0
    right: int = 0


@dataclass(frozen=True, eq=False)
class _Topic:
    """What episodes are made of: the things of a picture, or the frames about its crowd."""

    picture: int
    things: tuple[Thing, ...] = ()
    fences: Fences | None = None


class AnnotatedPictures(ZoomSource):
    """Wholes are parts of the pictures, drawn by key: each split has parts of its own.

    They are shifted so that a target may lie anywhere in its whole, which is blank where it reaches
    beyond the part; where a picture is as true turned and mirrored, it is.

    Args:
        config: of it the split, the size of views, and what is answered.
    """

    asset: ClassVar[str]
    verb: ClassVar[str] = "find"  # what is to be done with a thing
    noun: ClassVar[str] = "of these"  # what is asked for that a frame holds
    kind: ClassVar[str] = "attribute"  # of QUESTIONS, that question
    legible_share: ClassVar[float]  # of a thing's own shorter side, shown pixels
    legible_most: ClassVar[float]  # pixels at which anything can be told

    def __init__(self, config: ZoomConfig) -> None:
        self.config = config
        self.chooses = config.answer == "choice"
        self.pictures = annotated(self.asset, config.split)
        self.topics = list(self._topics())
        self.shelf = shared((PyramidShelf, self.asset, config.split), self._shelf)
        texts = list(self._texts())
        self.vocabulary = Vocabulary(word for text in texts for word in split_words(text))
        lengths = sorted(len(split_words(text)) for text in texts)
        self.length = lengths[-1]
        if self.chooses:  # the question, and six options with a number and a comma each
            self.length = lengths[-1] + sum(length + 2 for length in lengths[-MOST_CHOICES:])
        self._plans: OrderedDict[int, Plan] = OrderedDict()

    def reset(self, keys: NDArray[np.uint64]) -> Asked:
        """A whole and a question for each key."""
        numbers = keys.astype(np.int64)
        plans = [self._plan(number) for number in numbers.tolist()]
        fields = nothing_asked(len(keys), self.length)
        tokens = [self.vocabulary.encode(plan.words, self.length) for plan in plans]
        if plans:
            fields |= {
                "whole_hw": torch.tensor([plan.whole.size_hw for plan in plans]).double(),
                "kind": torch.tensor([plan.kind for plan in plans]),
                "tokens": torch.from_numpy(np.stack(tokens)),
                "target_boxes": torch.from_numpy(np.stack([p.target for p in plans])[:, None]),
                "legible_px": torch.tensor([plan.legible_px for plan in plans]),
                "choices": torch.tensor([plan.choices for plan in plans]),
                "right": torch.tensor([plan.right for plan in plans]),
            }
        fields["picture"], fields["question"] = torch.from_numpy(numbers), torch.from_numpy(numbers)
        return Asked(**fields)

    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """From the pyramid of each row's picture."""
        for number, window, image in zip(
            asked.picture.numpy()[rows].tolist(), windows, images, strict=True
        ):
            plan = self._plan(number)
            pyramid = self.shelf[plan.picture]
            assert pyramid is not None  # an asset that cannot be read has raised
            plan.whole.paint(pyramid, window, image)
            if plan.frame is not None:
                draw_frame(plan.frame, window, image)

    def instructions(self, asked: Asked, rows: list[int]) -> list[str]:
        """What is asked."""
        return [self._plan(number).words for number in asked.question[rows].tolist()]

    def limits(self, asked: Asked) -> Iterator[Limit]:
        """Any number is a key."""
        yield Limit("picture", -(2.0**63), 2.0**63)
        yield Limit("question", -(2.0**63), 2.0**63)

    def _shelf(self) -> PyramidShelf:
        parts = [(picture.file, picture.part) for picture in self.pictures]

        def read(number: int) -> NDArray[np.uint8]:
            file, part = parts[number]
            return np.array(picture_asset(file, "RGB").crop(part))

        return PyramidShelf(read)

    def _topics(self) -> Iterator[_Topic]:
        for number, picture in enumerate(self.pictures):
            if picture.crowd is not None:
                fences = shared((Fences, picture.file, self.config.split), _fences(picture))
                if len(fences.counted if self.chooses else fences.related):
                    yield _Topic(number, fences=fences)
            things = tuple(
                thing
                for thing in picture.things
                if (thing.alone or not self.chooses) and self._hides(thing, picture)
            )
            if len(things) >= (MOST_CHOICES if self.chooses else 1):
                yield _Topic(number, things=things)

    def _hides(self, thing: Thing, picture: Annotated) -> bool:
        """Whether the overview of the whole part does not show what a thing is."""
        box = np.array(thing.box)
        return self._least_side(box, self._legible(box)) <= max(picture.room)

    def _texts(self) -> Iterator[str]:
        """Every text that words may be taken from, of all splits."""
        for split in ("train", "val", "test"):
            for picture in annotated(self.asset, split):
                yield from (f"{self.verb} {thing.name}" for thing in picture.things)
                if picture.crowd is not None:
                    one, many = picture.crowd.one, picture.crowd.many
                    yield f"how many {many} have their middle in the red frame?"
                    yield f"find the largest {one} in the red frame"
                    yield f"find the {one} nearest to the middle of the red frame"
                    for corner in _CORNER_NAMES.values():
                        yield f"find the {one} nearest to the {corner} corner of the red frame"
        yield f"which {self.noun} is in the red frame?"
        yield from _NUMBERS
        yield from map(str, range(1, MOST_CHOICES + 1))

    def _plan(self, number: int) -> Plan:
        found = self._plans.get(number)
        if found is None:
            found = self._planned(np.uint64(number % 2**64))
            self._plans[number] = found
            if len(self._plans) > _PLANS:
                self._plans.popitem(last=False)
        return found

    def _planned(self, key: np.uint64) -> Plan:
        topic = self.topics[below(key, _TOPIC, 0, len(self.topics))]
        if topic.things:
            return self._about_thing(key, topic)
        assert topic.fences is not None
        return self._about_crowd(key, topic, topic.fences)

    def _about_thing(self, key: np.uint64, topic: _Topic) -> Plan:
        chosen = below(key, _ROW, 0, len(topic.things))
        thing = topic.things[chosen]
        box = np.array(thing.box)
        if not self.chooses:
            legible = self._legible(box)
            whole = self._whole(key, topic.picture, box, legible / _shorter(box))
            words = f"{self.verb} {thing.name}"
            target = whole.of_picture(box)
            return Plan(
                topic.picture, whole, QUESTIONS.index("locate"), target, None, legible, words
            )
        margin = 2 + 0.1 * (box[2:] - box[:2]).min()
        frame = box + np.array([-margin, -margin, margin, margin])
        legible = self._legible(box) * _shorter(frame) / _shorter(box)
        whole = self._whole(key, topic.picture, frame, legible / _shorter(frame))
        others = [other for k, other in enumerate(topic.things) if k != chosen]
        draws = [uniform(key, _OTHERS, k) for k in range(len(others))]
        names = [others[k].name for k in np.argsort(draws)[: MOST_CHOICES - 1]]
        right = below(key, _RIGHT, 0, MOST_CHOICES)
        names.insert(right, thing.name)
        placed = whole.of_picture(frame)
        words = f"which {self.noun} is in the red frame? {_options(names)}"
        kind = QUESTIONS.index(self.kind)
        return Plan(topic.picture, whole, kind, placed, placed, legible, words, MOST_CHOICES, right)

    def _about_crowd(self, key: np.uint64, topic: _Topic, fences: Fences) -> Plan:
        crowd = self.pictures[topic.picture].crowd
        assert crowd is not None
        scale = crowd.legible_scale
        if self.chooses:
            # Every number as often as any other, whatever the crowd's own are.
            numbers = np.unique(fences.counts)
            count = int(numbers[below(key, _COUNT, 0, len(numbers))])
            those = np.flatnonzero(fences.counts == count)
            frame = fences.counted[those[below(key, _ROW, 0, len(those))]]
            whole = self._whole(key, topic.picture, frame, scale)
            right = count - FEWEST
            question = f"how many {crowd.many} have their middle in the red frame?"
            placed = whole.of_picture(frame)
            words = f"{question} {_options(_NUMBERS)}"
            kind, legible = QUESTIONS.index("count"), scale * _shorter(frame)
            return Plan(
                topic.picture, whole, kind, placed, placed, legible, words, MOST_CHOICES, right
            )
        row = below(key, _ROW, 0, len(fences.related))
        frame, target = fences.related[row], fences.targets[row]
        whole = self._whole(key, topic.picture, frame, scale)
        relation = int(fences.relations[row])
        if relation == LARGEST:
            words = f"find the largest {crowd.one} in the red frame"
        elif relation == NEAREST:
            words = f"find the {crowd.one} nearest to the middle of the red frame"
        else:
            corner = _CORNER_NAMES[whole.direction(CORNERS[relation - 2])]
            words = f"find the {crowd.one} nearest to the {corner} corner of the red frame"
        return Plan(
            topic.picture,
            whole,
            QUESTIONS.index("relation"),
            whole.of_picture(target),
            whole.of_picture(frame),
            scale * _shorter(target),
            words,
        )

    def _legible(self, box: NDArray[np.float64]) -> float:
        return min(self.legible_most, self.legible_share * _shorter(box))

    def _least_side(self, box: NDArray[np.float64], legible: float) -> float:
        """Longer side of a whole in whose overview the box is too small to be told."""
        return float(_ILLEGIBLE * _shorter(box) / legible * min(self.config.size_hw))

    def _whole(self, key: np.uint64, number: int, held: NDArray[np.float64], scale: float) -> Whole:
        """A crop that holds a box somewhere, too large for that scale to be shown in overview."""
        picture = self.pictures[number]
        room = picture.room
        least = np.where(room < _SMALLEST_WHOLE, _SMALLEST_SHARE * room, _SMALLEST_WHOLE)
        longest = int(np.argmax(room))
        needed = _ILLEGIBLE / scale * min(self.config.size_hw)
        least[longest] = min(max(least[longest], needed), room[longest])
        size, corner = np.empty(2), np.empty(2)
        for axis in range(2):
            low = max(least[axis], held[2 + axis] - held[axis])
            size[axis] = np.floor(low + uniform(key, _SIZE, axis) * (room[axis] - low))
            first = max(-_BLANK_SHARE * size[axis], held[2 + axis] - size[axis])
            last = min(held[axis], room[axis] - (1 - _BLANK_SHARE) * size[axis])
            corner[axis] = np.floor(first + uniform(key, _CORNER, axis) * (last - first))
        turn = below(key, _TURN, 0, 8) if picture.turned else 0
        return Whole((corner[0], corner[1]), (size[0], size[1]), turn)


class Aerial(AnnotatedPictures):
    """Forests and birds from drones, Paris from a tower, Itaipu from Landsat."""

    asset = "zoom/aerial/aerial.json"
    legible_share = 0.8
    legible_most = 20.0


class OldMap(AnnotatedPictures):
    """A map of the world of 1689 and the names in it."""

    asset = "zoom/oldmap/oldmap.json"
    verb, noun, kind = "find the name", "name", "read"
    legible_share = 0.8
    legible_most = 1000.0


def _fences(picture: Annotated) -> Callable[[], Fences]:
    def build() -> Fences:
        assert picture.crowd is not None
        return fences_of(picture.crowd)

    return build


def _shorter(box: NDArray[np.float64]) -> float:
    return float((box[2:] - box[:2]).min())


def _options(names: Iterable[str]) -> str:
    return ", ".join(f"{number} {name}" for number, name in enumerate(names, 1))
