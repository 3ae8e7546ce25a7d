"""Episodes from real pictures: records of a data set, letterboxed to the picture's size."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.config import torch_device
from vgym.core.drawn_again import drawn_usable
from vgym.core.keys import sample_each, stream
from vgym.core.letterbox import letterbox_view
from vgym.core.picture_bank import PictureBank
from vgym.core.place_source import PlaceSource
from vgym.core.shared_sources import shared
from vgym.core.task import Limit
from vgym.core.text import Vocabulary, legible, split_words
from vgym.data import DataError, Item, ItemSource, Summary, load
from vgym.data.picture_reader import PictureReader
from vgym.envs.grounding.types import GroundingConfig, State, empty_state

BANK_BYTES = 384 * 2**20  # letterboxed pictures kept ready to be drawn
MAX_WORDS = 64

_ITEM = stream("item")


class Photographs(PlaceSource[State]):
    """The source of episodes over a data set, for one configuration.

    A box or point answer uses the records of exactly one box; a "boxes" answer those of up to
    ``max_boxes``, none included. The built-in ``"photos"`` are split by picture and phrase; a file
    of your own is one split already, and is used whole.

    Attributes:
        items: the usable records, by number. records: where each of them stands.
        vocabulary: every word of the data set.
    """

    closed = False

    def __init__(self, config: GroundingConfig) -> None:
        self.config = config
        self.source: ItemSource = load(
            config.source, split=config.split, convention=config.convention
        )
        summary = self.source.summary
        if summary.complaint:
            warnings.warn(f"{config.source}: {summary.complaint}", stacklevel=2)
        self._pictures = sorted({item.image for item in self.source})
        number = {path: i for i, path in enumerate(self._pictures)}
        self._picture_of = np.array([number[item.image] for item in self.source], np.int64)
        fits = [
            i
            for i, item in enumerate(self.source)
            if _in_split(i, int(self._picture_of[i]), config) and _answerable(item, config)
        ]
        if not fits:
            raise DataError(
                f"source={config.source!r} has no record for answer={config.answer!r}, "
                f"split={config.split!r}: {summary}; a box or point answer needs records of "
                "exactly one box, VGroundMany-v0 takes several or none"
            )
        self.items = np.array(fits, np.int64)
        self._loaded = summary.without(
            [item.record for item in self.source if not _answerable(item, config)],
            f"over {config.max_boxes} boxes" if config.answer == "boxes" else "not one box",
        )
        self.records = tuple(self.source[i].record for i in fits)
        self.texts = [legible(text) for text in self.source.texts()]
        words = sorted({word for text in self.texts for word in split_words(text)})
        self.vocabulary = Vocabulary(words)
        lengths = [len(split_words(text)) for text in self.texts]
        self.length = min(max(lengths), MAX_WORDS)
        self._tokens = np.stack([self.vocabulary.encode(t, self.length) for t in self.texts])
        self._slots = config.slots
        first: dict[int, int] = {}
        for i, picture in enumerate(self._picture_of.tolist()):
            first.setdefault(picture, i)
        of_picture: list[list[str]] = [[] for _ in self._pictures]
        for i in fits:
            of_picture[self._picture_of[i]].append(self.source[i].record)
        self._views, self._boxes, self._masks = self._frames()
        self._reader = PictureReader(
            lambda picture: self.source.image(first[picture]),
            of_picture,
        )
        self.bank = PictureBank(
            self._reader,
            len(self._pictures),
            config.size_hw,
            torch_device(config.device),
            most_bytes=BANK_BYTES,
        )

    @property
    def summary(self) -> Summary:
        """What was read, and what was left out: what cannot be used, what the answer cannot say,
        and what has been found damaged since."""
        return self._reader.less(self._loaded)

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """The episodes of the keys, on the CPU."""
        count = len(self.items)
        return self.reset_records(
            drawn_usable(keys, lambda keys: sample_each(keys, _ITEM, count), self.playable)
        )

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) whether the pictures of those of the usable records can be read."""
        readable = self.bank.readable(self._picture_of[self.items[records]])
        self._reader.warn()
        return readable

    def reset_records(self, records: NDArray[np.int64]) -> State:
        """The episodes about those of the usable records, on the CPU."""
        state = empty_state(len(records), 0, self._slots, self.length)
        item = self.items[records]
        state.item[:] = torch.from_numpy(item)
        state.picture[:] = torch.from_numpy(self._picture_of[item])
        state.letterbox[:] = torch.from_numpy(self._views[item])
        state.tokens[:] = torch.from_numpy(self._tokens[item])
        state.target_boxes[:] = torch.from_numpy(self._boxes[item])
        state.target_mask[:] = torch.from_numpy(self._masks[item])
        return state

    def limits(self, state: State) -> Iterator[Limit]:
        """Of records and pictures; there is no scene."""
        yield Limit("item", 0, len(self.texts) - 1)
        yield Limit("picture", 0, len(self._pictures) - 1)

    def draw(self, state: State, images: Tensor, rows: Tensor) -> None:
        """The photographs of the given rows."""
        self.bank.draw(state.picture[rows].cpu().numpy(), images, rows)
        self._reader.warn()

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """The phrases of the given rows."""
        return [self.texts[i] for i in state.item[rows].tolist()]

    def _frames(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
        """Each record's view, and its boxes in pixels of the shown picture."""
        count = len(self.source)
        views = np.zeros((count, 4), np.float32)
        boxes = np.zeros((count, self._slots, 4), np.float32)
        masks = np.zeros((count, self._slots), np.bool_)
        for i, item in enumerate(self.source):
            scale_x, scale_y, x, y = view = letterbox_view(item.size_hw, self.config.size_hw)
            views[i] = view
            k = min(len(item.boxes), self._slots)
            scale = np.array([scale_x, scale_y, scale_x, scale_y], np.float32)
            boxes[i, :k] = item.boxes[:k] * scale + np.array([x, y, x, y], np.float32)
            masks[i, :k] = True
        return views, boxes, masks


def load_photographs(config: GroundingConfig) -> Photographs:
    """The source for a configuration; that of the photographs that ship is shared, as no file of
    theirs can change."""
    if config.source != "photos":
        return Photographs(config)
    kind = (config.split, config.answer, config.slots, config.size_hw, config.device)
    return shared((Photographs, *kind), lambda: Photographs(config))


def _in_split(record: int, picture: int, config: GroundingConfig) -> bool:
    """Of the built-in photographs every third is for testing, of the others' phrases every fourth
    for validation."""
    if config.source != "photos":
        return True
    split = "test" if picture % 3 == 0 else "val" if record % 4 == 3 else "train"
    return config.split == split


def _answerable(item: Item, config: GroundingConfig) -> bool:
    if config.answer == "boxes":
        return len(item.boxes) <= config.max_boxes
    return len(item.boxes) == 1
