"""What VZoom asks of a source: episodes by key, and any window of a picture at any size."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.core.task import Limit
from vgym.core.text import Vocabulary
from vgym.envs.zoom.types import Asked


class ZoomSource(ABC):
    """Large pictures and questions about them, for one configuration; all on the CPU.

    No whole is ever held or drawn at full size, and the cost of a window does not grow with the
    size of the whole.

    Attributes:
        vocabulary: every word of the instructions.
        length: the most tokens of one.
        closed: whether any instruction to come is of those words; a data set's are not.
        records: where each record of a data set stands; None where episodes are drawn by key.
        outlines: (N, V, 2) float64 corners around the target of each question, pixels of the whole,
            where a data set tells them finer than by upright boxes; None where none does.
        sizes: how large the box about something is that is a point, to be told to who answers with
            boxes; "" where boxes fit around what is asked for.
        threaded: whether threads share the windows of a batch: where compiled code paints them with
            hardly any Python between, which threads would wait for.
    """

    vocabulary: Vocabulary
    length: int
    closed: bool = True
    records: Sequence[str] | None = None
    outlines: NDArray[np.float64] | None = None
    sizes: str = ""
    threaded: bool = False

    @property
    def summary(self) -> Any:
        """What was read of a data set, and what was left out and why; None without one."""
        return None

    @abstractmethod
    def reset(self, keys: NDArray[np.uint64]) -> Asked:
        """The episodes of the keys (k,): each a function of its key alone.

        Targets are smaller than `legible_px` in the overview, and their words true of them alone.
        """

    def reset_records(self, records: NDArray[np.int64]) -> Asked:
        """The episodes about the records (k,) of those numbers."""
        raise NotImplementedError(f"{type(self).__name__} has no records")

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) those whose picture can be read."""
        return np.ones(len(records), np.bool_)

    @abstractmethod
    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """Paint windows of the wholes, shrunk with antialiasing or enlarged smoothly.

        The same window gives the same pixels, whatever was painted before or beside it.

        Args:
            asked: of B rows, or a state that holds its fields.
            rows: (k,) whose whole is looked at.
            windows: (k, 4) xyxy, pixels of the whole, of the same aspect as the images; from a few
                pixels to more than the whole. They may reach beyond it: what is painted there is
                painted over afterwards.
            images: (k, h, w, 3) to be written, every pixel.
        """

    @abstractmethod
    def instructions(self, asked: Asked, rows: list[int]) -> list[str]:
        """The instructions of the given rows; those with choices end in them, numbered from 1."""

    def limits(self, asked: Asked) -> Iterator[Limit]:
        """What a loaded state may say of the source's own numbers (`picture`, `question`)."""
        yield from ()
