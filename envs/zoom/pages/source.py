"""The pages of a stack, what they say, and the questions about them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.core.shared_sources import shared
from vgym.data.page_index import PageIndex
from vgym.envs.zoom.pages.queries import Queries
from vgym.envs.zoom.pages.stack import stack_at
from vgym.envs.zoom.pages.types import PagesConfig
from vgym.envs.zoom.sources.pages.desk import paint_desk
from vgym.envs.zoom.sources.pages.documents import small_shelf, texts_of
from vgym.envs.zoom.sources.pages.source import PagesSource
from vgym.envs.zoom.types import Asked


class StackSource(PagesSource):
    """SQLite's documentation as a stack: the pages and questions of `PagesSource`.

    Of the split's pages there are 20 at a difficulty of 0, and all at 1. They are indexed together,
    so that a word counts the same whichever of them are in the stack.
    """

    def __init__(self, config: PagesConfig) -> None:
        super().__init__(config)
        self.stack = stack_at(config.difficulty, self.pages)
        self.queries = Queries(
            PageIndex(texts_of(self.pages)),
            [self.question(each) for each in self.questions],
            [" ".join(each.ask) for each in self.questions],
        )
        self._small = small_shelf()
        self.corners = self.stack.corners()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the sheet, px."""
        return self.stack.size

    def laid(self, pictures: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k, n, 3) the pages and where they lie, by their places in the stack."""
        pages = self.stack.stacked(pictures)[0]
        corners = np.broadcast_to(self.corners, (*pages.shape, 2))
        return np.concatenate([pages[..., None], corners], 2)

    def place(self, pictures: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k, 2) where the page lies that is asked about."""
        return self.corners[self.stack.stacked(pictures)[1]]

    def paint(
        self,
        asked: Asked,
        rows: NDArray[np.int64],
        windows: NDArray[np.float64],
        images: NDArray[np.uint8],
    ) -> None:
        """The sheet, and of its pages what is in view."""
        pictures = asked.picture.cpu().numpy()[rows]
        for picture, pages, window, image in zip(
            pictures.tolist(), self.laid(pictures), windows, images, strict=True
        ):
            paint_desk(self._pyramids, picture, pages, window, image, small=self._small)

    def found(
        self,
        pictures: NDArray[np.int64],
        questions: NDArray[np.int64],
        numbers: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """(k, n) the pages of stacks that queries find, the best first, by their places, and their
        scores; -1 and 0 where there are no more.

        Args:
            pictures, questions: (k,) of the episodes. numbers: (k,) of the queries.
        """
        ranked, scores = self.queries.ranked(questions, numbers)
        stack, rows = self.stack, np.arange(len(pictures))[:, None]
        slots = np.full((len(pictures), stack.count + 1), -1)  # the last is of no page
        slots[rows, stack.stacked(pictures)[0] - stack.first] = np.arange(stack.pages)
        found = slots[rows, ranked]
        order = np.argsort(found < 0, axis=1, kind="stable")[:, : stack.pages]
        found = np.take_along_axis(found, order, 1)
        return found, np.where(found >= 0, np.take_along_axis(scores, order, 1), 0)


def opened(config: PagesConfig) -> StackSource:
    """The source of those settings, made once."""
    key = ("zoom pages", config.split, config.difficulty, config.answer == "choice")
    return shared(key, lambda: StackSource(config))
