"""Data sets of one's own as wholes: each record is asked about in its picture as it is."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.drawn_again import drawn_usable
from vgym.core.keys import sample_each, stream
from vgym.core.letterbox import PADDING
from vgym.core.task import Limit
from vgym.core.text import Vocabulary, legible, split_words
from vgym.core.windows import PyramidShelf
from vgym.data import DataError, Item, ItemSource, Summary, load
from vgym.data.picture_reader import PictureReader
from vgym.envs.zoom.source import ZoomSource
from vgym.envs.zoom.types import QUESTIONS, Asked, ZoomConfig, nothing_asked

MAX_WORDS = 256
LEGIBLE_PX = 16.0  # shorter side at which anything is taken to be legible; or its own

_ITEM = stream("item")


class Files(ZoomSource):
    """The records of a data set that have one box or, for choices, a question with options.

    What must be seen to answer a question is the smallest box around all of its record's. Nothing
    is known of what the overview shows of it.

    Attributes:
        items: the usable records, by number.
    """

    closed = False

    def __init__(self, config: ZoomConfig) -> None:
        self.config = config
        self.chooses = config.answer == "choice"
        self.data: ItemSource = load(
            config.source, split=config.split, convention=config.convention
        )
        summary = self.data.summary
        if summary.complaint:
            warnings.warn(f"{config.source}: {summary.complaint}", stacklevel=2)
        fits = [i for i, item in enumerate(self.data) if self._fits(item)]
        needed = "a question with options" if self.chooses else "exactly one box"
        if not fits:
            raise DataError(
                f"source={config.source!r} has no record for answer={config.answer!r}, "
                f"split={config.split!r}: {summary}; it needs records of {needed}"
            )
        self.items = [self.data[i] for i in fits]
        self.records = tuple(item.record for item in self.items)
        left_out = [item.record for item in self.data if not self._fits(item)]
        self._loaded = summary.without(left_out, f"not {needed}")
        self.texts = [self._text(item) for item in self.items]
        self.vocabulary = Vocabulary(
            sorted({word for text in self.texts for word in split_words(text)})
        )
        self.outlines = _outlines(self.items)
        self.length = min(max(len(split_words(text)) for text in self.texts), MAX_WORDS)
        paths = sorted({item.image for item in self.items})
        number = {path: i for i, path in enumerate(paths)}
        self._picture_of = np.array([number[item.image] for item in self.items], np.int64)
        first = {int(p): fits[i] for i, p in reversed(list(enumerate(self._picture_of)))}
        of_picture: list[list[str]] = [[] for _ in paths]
        for item, picture in zip(self.items, self._picture_of.tolist(), strict=True):
            of_picture[picture].append(item.record)
        self._reader = PictureReader(lambda picture: self.data.image(first[picture]), of_picture)
        self.shelf = PyramidShelf(self._reader)
        self._readable: dict[int, bool] = {}

    @property
    def summary(self) -> Summary:
        """What was read, and what was left out and why."""
        return self._reader.less(self._loaded)

    def reset(self, keys: NDArray[np.uint64]) -> Asked:
        """A record for each key."""
        count = len(self.items)
        return self.reset_records(
            drawn_usable(keys, lambda keys: sample_each(keys, _ITEM, count), self.playable)
        )

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) whether the pictures of those records can be read."""
        pictures = self._picture_of[records].tolist()
        for picture in pictures:
            if picture not in self._readable:
                self._readable[picture] = self.shelf[picture] is not None
        self._reader.warn()
        return np.array([self._readable[picture] for picture in pictures], np.bool_)

    def reset_records(self, records: NDArray[np.int64]) -> Asked:
        """The episodes about those of the usable records."""
        fields = nothing_asked(len(records), self.length)
        items = [self.items[i] for i in records.tolist()]
        fields["question"] = torch.from_numpy(records.astype(np.int64))
        fields["picture"] = torch.from_numpy(self._picture_of[records])
        for row, (record, item) in enumerate(zip(records.tolist(), items, strict=True)):
            boxes = item.boxes.astype(np.float64)
            target = np.concatenate([boxes[:, :2].min(0), boxes[:, 2:].max(0)])
            shorter = float((target[2:] - target[:2]).min())
            tokens = self.vocabulary.encode(self.texts[record], self.length)
            fields["whole_hw"][row] = torch.tensor(item.size_hw, dtype=torch.float64)
            fields["target_boxes"][row, 0] = torch.from_numpy(target)
            fields["legible_px"][row] = max(min(LEGIBLE_PX, shorter), 1e-3)
            fields["tokens"][row] = torch.from_numpy(tokens)
            if self.chooses and item.choice is not None:
                fields["kind"][row] = QUESTIONS.index("attribute")
                fields["choices"][row] = len(item.choice.options)
                fields["right"][row] = item.choice.right
        return Asked(**fields)

    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """From the pyramid of each row's picture; grey where it can be read no more."""
        for picture, window, image in zip(
            asked.picture.numpy()[rows].tolist(), windows, images, strict=True
        ):
            pyramid = self.shelf[picture]
            if pyramid is None:
                image[:] = PADDING
            else:
                pyramid.paint(window, image)
        self._reader.warn()

    def instructions(self, asked: Asked, rows: list[int]) -> list[str]:
        """The expressions, or questions and options."""
        return [self.texts[record] for record in asked.question[rows].tolist()]

    def limits(self, asked: Asked) -> Iterator[Limit]:
        """Of records and pictures."""
        yield Limit("question", 0, len(self.items) - 1)
        yield Limit("picture", 0, int(self._picture_of.max()))

    def _fits(self, item: Item) -> bool:
        return item.choice is not None if self.chooses else len(item.boxes) == 1

    def _text(self, item: Item) -> str:
        if not self.chooses or item.choice is None:
            return legible(item.expression)
        options = ", ".join(f"{k} {text}" for k, text in enumerate(item.choice.options, 1))
        return legible(f"{item.choice.question} {options}")


def _outlines(items: Sequence[Item]) -> NDArray[np.float64] | None:
    """(N, 4, 2) the corners of oriented boxes, as of DOTA; None unless every record has its own."""
    found = [_outline(item.extra.get("corners")) for item in items]
    known = [each for each in found if each is not None]
    return np.stack(known) if len(known) == len(items) else None


def _outline(corners: object) -> NDArray[np.float64] | None:
    # A file of somebody's own may call anything so.
    try:
        outline = np.asarray(corners, np.float64)
    except (TypeError, ValueError):
        return None
    return outline[0] if outline.shape == (1, 4, 2) and np.isfinite(outline).all() else None
