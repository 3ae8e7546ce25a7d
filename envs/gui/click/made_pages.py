"""Episodes over synthetic screens: a pool of pages, made when first needed, painted each time.

A page is a window, smaller than the picture by its number, and lies elsewhere in every episode:
what its words name has no place of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.core.keys import below, sample_each, stream, subkey, uniform
from vgym.core.place_source import PlaceSource
from vgym.core.row_pictures import put_pictures
from vgym.core.shared_sources import SourceLock, bytes_of, make_room, shared
from vgym.core.task import Candidates, Limit
from vgym.core.text import Vocabulary, split_words
from vgym.envs.gui.click.controls import Controls, seen
from vgym.envs.gui.click.types import GuiConfig, State, empty_state
from vgym.envs.gui.elements import Page
from vgym.envs.gui.referring.expressions import Expression, expressions_of
from vgym.envs.gui.referring.words import FUNCTIONS, ICONS, KINDS
from vgym.envs.gui.synthetic import make_page
from vgym.envs.gui.synthetic.pages import SMALLEST_SIDE
from vgym.envs.gui.synthetic.words import every_text
from vgym.envs.gui.toolkit.pool import Programs, paint_rows
from vgym.envs.gui.toolkit.program import Program

MAX_WORDS = 24
_PAGE, _LEVEL, _EXPRESSION = stream("gui page"), stream("gui page level"), stream("gui page ask")
_SIZE, _PLACE = stream("gui page window"), stream("gui page place")
_TRIES = 16
# A window's sides, as shares of the picture's: what is left is where it can be moved to.
_SMALLEST_WINDOW, _LARGEST_WINDOW = 0.6, 0.8


class MadePages(PlaceSource[State]):
    """The source of episodes over synthetic pages, for one configuration."""

    def __init__(self, config: GuiConfig) -> None:
        self.config = config
        self.length = MAX_WORDS
        self.vocabulary = _vocabulary()
        self._pool = _pool(config.size_hw, float(config.difficulty), config.split)

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """The episodes of the keys, on the CPU."""
        state = empty_state(len(keys), self.length)
        numbers = sample_each(keys, _PAGE, self.config.pages)
        pages = self._pool.pages(numbers)
        places = pages.place[numbers]
        expressions = _choose_expressions(keys, pages.starts[places])
        chosen = pages.first[places] + expressions
        corners = _moved(keys, pages.programs.sizes_hw[places], *self.config.size_hw)
        boxes = pages.boxes[chosen] + np.tile(corners, 2).astype(np.float32)
        state.page[:] = torch.from_numpy(numbers)
        state.query[:] = torch.from_numpy(expressions)
        state.level[:] = torch.from_numpy(pages.levels[chosen])
        state.tokens[:] = torch.from_numpy(pages.tokens[chosen])
        state.letterbox[:, 2:] = torch.from_numpy(corners)
        state.target_boxes[:, 0] = torch.from_numpy(boxes)
        return state

    def limits(self, state: State) -> Iterator[Limit]:
        """Of the page, and of its own queries."""
        yield Limit("page", 0, self.config.pages - 1)
        numbers = state.page.cpu().numpy()
        pages = self._pool.pages(numbers)
        queries = pages.starts[pages.place[numbers], -1]
        yield Limit("query", 0, torch.from_numpy(queries - 1).to(state.query.device))
        free = np.array(self.config.size_hw) - pages.programs.sizes_hw[pages.place[numbers]]
        most = np.concatenate([np.ones_like(free), free[:, ::-1]], 1)
        least = torch.tensor([1.0, 1.0, 0.0, 0.0], device=state.letterbox.device)
        yield Limit("letterbox", least, torch.from_numpy(most).to(state.letterbox.device))

    def candidates(self, state: State) -> Candidates:
        """All controls of the pages."""
        return seen(state, self._pool.controls, self.config.size_hw)

    def draw(self, state: State, images: Tensor, rows: Tensor) -> None:
        """Paint the pages of the given rows."""
        numbers = state.page[rows].cpu().numpy()
        corners = state.letterbox[rows, 2:].cpu().numpy().astype(np.int64)
        if images.device.type == "cpu":
            self._pool.paint(numbers, images.numpy(), rows.numpy(), corners)
            return
        painted = np.empty((len(rows), *images.shape[1:]), np.uint8)
        self._pool.paint(numbers, painted, np.arange(len(rows)), corners)
        put_pictures(images, rows, painted)

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """The instructions of the given rows."""
        asked = zip(state.page[rows].tolist(), state.query[rows].tolist(), strict=True)
        return [self._pool.words(page, query) for page, query in asked]


class _MadePage:
    """One page with its queries, level by level.

    Attributes:
        starts: (5,) where the queries of each level start among ``expressions``.
    """

    def __init__(self, program: Program, page: Page, expressions: list[Expression]) -> None:
        self.program = program
        self.controls = Controls.of(page)
        self.expressions = sorted(expressions, key=lambda expression: expression.level)
        self.boxes = np.array([page.elements[a.element].box for a in self.expressions], np.float32)
        self.levels = np.array([expression.level for expression in self.expressions], np.int64)
        self.starts = np.searchsorted(self.levels, np.arange(5)).astype(np.int64)
        vocabulary = _vocabulary()
        self.tokens = np.stack([vocabulary.encode(a.words, MAX_WORDS) for a in self.expressions])


class _MadePages(NamedTuple):
    """Pages as arrays; P of them with n queries in all.

    Attributes:
        place: where a page lies among the P, by its number; -1 for those not made.
        starts: (P, 5) where the queries of each level start among the page's own.
        first: (P,) where the page's queries start among the n.
        levels: (n,). tokens: (n, length). boxes: (n, 4).
    """

    programs: Programs
    place: NDArray[np.int64]
    starts: NDArray[np.int64]
    first: NDArray[np.int64]
    levels: NDArray[np.int64]
    tokens: NDArray[np.int32]
    boxes: NDArray[np.float32]

    @classmethod
    def of(cls, made: dict[int, _MadePage]) -> _MadePages:
        numbers, pages = list(made), list(made.values())
        place = np.full(max(numbers) + 1, -1, np.int64)
        place[numbers] = np.arange(len(pages))
        return cls(
            Programs.of([page.program for page in pages]),
            place,
            np.stack([page.starts for page in pages]),
            np.cumsum([0, *(len(page.expressions) for page in pages[:-1])], dtype=np.int64),
            np.concatenate([page.levels for page in pages]),
            np.concatenate([page.tokens for page in pages]),
            np.concatenate([page.boxes for page in pages]),
        )


class _Pool:
    """Pages by number, shared by the environments of the process; any page is the same in each."""

    def __init__(self, size_hw: tuple[int, int], difficulty: float, split: str) -> None:
        self._size_hw, self._difficulty = size_hw, difficulty
        self._words = "test" if split == "test" else "train"
        self._key = stream(f"gui pages of {split}")
        self._made: dict[int, _MadePage] = {}
        self._pages: _MadePages | None = None
        self._growing = SourceLock()
        self._counted = 0  # pages when room was made last

    def pages(self, numbers: NDArray[np.int64]) -> _MadePages:
        """All pages so far, those of the given numbers among them."""
        pages = self._pages
        if pages is not None and numbers.max(initial=-1) < len(pages.place):
            if (pages.place[numbers] >= 0).all():
                return pages
        with self._growing:
            for number in np.unique(numbers).tolist():
                if number not in self._made:
                    self._made[number] = self._new(number)
            self._pages = pages = _MadePages.of(self._made)
            if len(self._made) >= 2 * self._counted:
                self._counted = len(self._made)
                make_room(bytes_of(pages))
        return pages

    def words(self, number: int, expression: int) -> str:
        """The words of a query about a page."""
        self.pages(np.array([number]))
        return self._made[number].expressions[expression].words

    def controls(self, number: int) -> Controls:
        """All that can be clicked on a page."""
        self.pages(np.array([number]))
        return self._made[number].controls

    def paint(
        self,
        numbers: NDArray[np.int64],
        images: NDArray[np.uint8],
        rows: NDArray[np.int64],
        corners: NDArray[np.int64],
    ) -> None:
        """Paint pages into rows of a batch, their upper left corners there: (k, 2) x, y."""
        pages = self.pages(numbers)
        paint_rows(pages.programs, pages.place[numbers], images, rows, corners)

    def _new(self, number: int) -> _MadePage:
        """A page; one of which nothing can be asked is passed over."""
        key = subkey(self._key, number)
        for attempt in range(_TRIES):
            program, page = make_page(
                subkey(key, attempt), self._window(key), self._difficulty, self._words
            )
            expressions = expressions_of(page)
            if expressions:
                return _MadePage(program, page, expressions)
        raise RuntimeError(
            f"{_TRIES} pages of size_hw {self._size_hw} and difficulty {self._difficulty} in a row "
            "with nothing to ask"
        )

    def _window(self, key: np.uint64) -> tuple[int, int]:
        """The size of a page: by its key, no smaller than a page may be."""
        width_of = _LARGEST_WINDOW - _SMALLEST_WINDOW
        shares = [_SMALLEST_WINDOW + width_of * uniform(key, _SIZE, n) for n in range(2)]
        height, width = (
            max(SMALLEST_SIDE, round(share * side))
            for share, side in zip(shares, self._size_hw, strict=True)
        )
        return height, width


def _pool(size_hw: tuple[int, int], difficulty: float, split: str) -> _Pool:
    return shared((_Pool, size_hw, difficulty, split), lambda: _Pool(size_hw, difficulty, split))


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    """Every word of a page and of a query; what is put together of them counts as unknown."""
    asked = "click tick open choose flip the field list box switch slider tab column row heading"
    asked += " just to the right of left below above with a an control “ ”"
    texts = [asked, *every_text(), *KINDS.values(), *FUNCTIONS, *FUNCTIONS.values()]
    texts += [text for pair in ICONS.values() for text in pair]
    colours = ("red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink")
    words = {word for text in (*texts, *colours) for word in split_words(text)}
    return Vocabulary(sorted(words))


@compiled
def _moved(
    keys: NDArray[np.uint64], sizes_hw: NDArray[np.int64], height: int, width: int
) -> NDArray[np.int64]:
    """(k, 2) x, y of the upper left corners of windows that lie anywhere in the picture."""
    corners = np.empty((keys.shape[0], 2), np.int64)
    for i in range(keys.shape[0]):
        corners[i, 0] = below(keys[i], _PLACE, 0, width - sizes_hw[i, 1] + 1)
        corners[i, 1] = below(keys[i], _PLACE, 1, height - sizes_hw[i, 0] + 1)
    return corners


@compiled
def _choose_expressions(keys: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """A level of those that the page has, then one of its queries."""
    chosen = np.empty(keys.shape[0], np.int64)
    for i in range(keys.shape[0]):
        levels = 0
        for level in range(starts.shape[1] - 1):
            levels += starts[i, level + 1] > starts[i, level]
        wanted = below(keys[i], _LEVEL, 0, levels)
        for level in range(starts.shape[1] - 1):
            count = starts[i, level + 1] - starts[i, level]
            if count > 0:
                if wanted == 0:
                    chosen[i] = starts[i, level] + below(keys[i], _EXPRESSION, 0, count)
                wanted -= 1
    return chosen
