"""Where tasks that are answered with a place take their episodes from, and such tasks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.place_task import PlaceTask
from vgym.core.place_types import PlaceState
from vgym.core.task import Candidates, Limit
from vgym.core.text import Vocabulary

P = TypeVar("P", bound=PlaceState)


class PlaceSource(ABC, Generic[P]):
    """Episodes about pictures, made or read, for one configuration; states are on the CPU.

    Attributes:
        vocabulary: every word of the instructions.
        length: the most tokens of one.
        closed: whether any instruction to come is of those words; a data set's are not.
        records: where each record of a data set stands; None where episodes are made.
    """

    vocabulary: Vocabulary
    length: int
    closed: bool = True
    records: Sequence[str] | None = None

    @property
    def summary(self) -> Any:
        """What was read of a data set, and what was left out and why (`vgym.data.Summary`); None
        without one."""
        return None

    @abstractmethod
    def reset(self, keys: NDArray[np.uint64]) -> P:
        """The episodes of the keys (k,)."""

    def reset_records(self, records: NDArray[np.int64]) -> P:
        """The episodes about the records (k,) of those numbers."""
        raise NotImplementedError(f"{type(self).__name__} has no records")

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) those whose picture can be read."""
        return np.ones(len(records), np.bool_)

    def candidates(self, state: P) -> Candidates | None:
        """Everything that could be meant, see `Task.candidates`; None where it is not known."""
        return None

    @abstractmethod
    def draw(self, state: P, images: Tensor, rows: Tensor) -> None:
        """Draw what is asked about into ``images``, the given rows."""

    @abstractmethod
    def instructions(self, state: P, rows: list[int]) -> list[str]:
        """The instructions of the given rows."""

    @abstractmethod
    def limits(self, state: P) -> Iterator[Limit]:
        """What a loaded state may say of the pictures and the questions."""


class SourcedPlaceTask(PlaceTask[P]):
    """A place task that plays what its source has. Families say which source."""

    source: PlaceSource[P]

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.source = self.open_source()
        self.vocabulary = self.source.vocabulary
        self.instruction_length = self.source.length

    @abstractmethod
    def open_source(self) -> PlaceSource[P]:
        """The source that the settings name."""

    @property
    def text_instruction(self) -> bool:
        """Words for data sets, whose vocabulary is open; tokens otherwise, unless asked."""
        return (self.config.instruction or ("tokens" if self.source.closed else "text")) == "text"

    @property
    def summary(self) -> Any:
        """What was read of a data set, and what was left out and why (`vgym.data.Summary`); None
        without one."""
        return self.source.summary

    @property
    def records(self) -> Sequence[str] | None:
        """Those of data sets; what is made or captured is asked about at random."""
        return self.source.records

    def reset(self, keys: NDArray[np.uint64]) -> P:
        """New episodes, one for each key."""
        return states.to(self.source.reset(keys), self.device)

    def reset_records(self, records: NDArray[np.int64]) -> P:
        """New episodes about those records."""
        return states.to(self.source.reset_records(records), self.device)

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) those whose picture can be read."""
        return self.source.playable(records)

    def limits(self, state: P) -> Iterator[Limit]:
        """Also of what the picture shows and what is asked, which the source knows."""
        yield from super().limits(state)
        yield from self.source.limits(state)

    def candidates(self, state: P) -> Candidates | None:
        """As far as the source knows."""
        return self.source.candidates(state)

    def draw_scene(self, state: P, images: Tensor, rows: Tensor) -> None:
        """The scene, photograph or screen."""
        self.source.draw(state, images, rows)

    def instructions(self, state: P, rows: list[int]) -> list[str]:
        """The instructions of the given rows."""
        return self.source.instructions(state, rows)
