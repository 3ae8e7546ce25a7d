"""The photographs of a source as episodes: letterboxed, asked about in one of several wordings."""

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
from vgym.core.shared_sources import shared
from vgym.core.task import Limit
from vgym.core.text import Vocabulary, split_words
from vgym.data import Summary
from vgym.data.geotagged import SHIPPED, Photographs, load
from vgym.data.picture_reader import PictureReader
from vgym.envs.geolocation.facts import chain_of
from vgym.envs.geolocation.photo.types import QUESTIONS, GeoPhotoConfig, State

VOCABULARY = Vocabulary(word for question in QUESTIONS for word in split_words(question))
LENGTH = max(len(split_words(question)) for question in QUESTIONS)

_RECORD, _QUESTION = stream("geo photograph"), stream("geo question")


def shown_photographs(config: GeoPhotoConfig) -> ShownPhotographs:
    """The source that the settings name, one for all environments that show the same photographs
    at the same size."""
    size_hw, device = config.size_hw, config.device
    if (config.source, config.split) == (SHIPPED, "test"):
        return shared(
            (ShownPhotographs, SHIPPED, size_hw, device),
            lambda: ShownPhotographs(load(SHIPPED), size_hw, device),
        )
    photographs = load(config.source, split=config.split)
    if photographs.summary.complaint:
        warnings.warn(f"{config.source}: {photographs.summary.complaint}", stacklevel=2)
    return shared(
        (ShownPhotographs, photographs.edition(), size_hw, device),
        lambda: ShownPhotographs(photographs, size_hw, device),
    )


class ShownPhotographs:
    """Photographs at one size, on one device.

    Args:
        photographs: of `vgym.data.geotagged.load`. size_hw: shown at. device: where the batch is.

    Attributes:
        photographs: as given. records: where each of them stands.
        lonlats: (N, 2) float64 where they were taken. chains: (N, 4) int64 of these places.
        precision_km: (N,) float64 how exactly that is known.
    """

    def __init__(self, photographs: Photographs, size_hw: tuple[int, int], device: str) -> None:
        self.photographs = photographs
        self._loaded = photographs.summary
        self.records = tuple(each.record for each in self.photographs)
        self.lonlats = torch.from_numpy(self.photographs.lonlats())
        self.chains = chain_of(self.lonlats)
        precisions = [each.precision_km for each in self.photographs]
        self.precision_km = torch.tensor(precisions, dtype=torch.float64)
        views = [letterbox_view(each.size_hw, size_hw) for each in self.photographs]
        self._views = torch.from_numpy(np.stack(views))
        encoded = [VOCABULARY.encode(question, LENGTH) for question in QUESTIONS]
        self._tokens = torch.from_numpy(np.stack(encoded))
        self._reader = PictureReader(self.photographs.image, [[each] for each in self.records])
        self.bank = PictureBank(self._reader, len(self.records), size_hw, torch_device(device))

    @property
    def summary(self) -> Summary:
        """What was read, and what was left out, also what has been found damaged since."""
        return self._reader.less(self._loaded)

    def reset(self, keys: NDArray[np.uint64], question: int | None) -> State:
        """The episodes of the keys, on the CPU.

        Args:
            keys: (k,). question: which wording; None for one of each key's own.
        """
        count = len(self.records)
        records = drawn_usable(keys, lambda keys: sample_each(keys, _RECORD, count), self.playable)
        asked = sample_each(keys, _QUESTION, len(QUESTIONS))
        return self._asked(records, asked if question is None else np.full(len(keys), question))

    def reset_records(self, records: NDArray[np.int64], question: int | None) -> State:
        """The episodes about those records (k,), on the CPU; without a wording they take turns."""
        asked = records % len(QUESTIONS) if question is None else np.full(len(records), question)
        return self._asked(records, asked)

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) whether those photographs can be read."""
        readable = self.bank.readable(records)
        self._reader.warn()
        return readable

    def draw(self, state: State, images: Tensor, rows: Tensor) -> None:
        """The photographs of the given rows."""
        self.bank.draw(state.photograph[rows].cpu().numpy(), images, rows)
        self._reader.warn()

    def limits(self, state: State) -> Iterator[Limit]:
        """Of the photograph, and of what is known of it."""
        yield Limit("photograph", 0, len(self.records) - 1)
        at, device = state.photograph.cpu(), state.photograph.device
        known = {"place": self.lonlats, "chain": self.chains, "letterbox": self._views}
        for name, values in known.items():
            held = values[at].to(device)
            yield Limit(name, held, held)

    def _asked(self, records: NDArray[np.int64], questions: NDArray[np.int64]) -> State:
        rows = len(records)
        photograph = torch.from_numpy(records.astype(np.int64))
        return State(
            photograph=photograph,
            tokens=self._tokens[torch.from_numpy(questions)],
            letterbox=self._views[photograph],
            place=self.lonlats[photograph],
            chain=self.chains[photograph],
            answered=torch.zeros(rows, dtype=torch.bool),
            answer=torch.zeros(rows, 2, dtype=torch.float64),
        )
