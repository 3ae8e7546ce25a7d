"""Episodes over synthetic screens: a pool of pages, made when first needed, painted each time."""

from __future__ import annotations

import threading
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.keys import below, stream, subkey
from vgym.core.raster.compiled import compiled
from vgym.core.text import Vocabulary, split_words
from vgym.envs.gui.asking import Ask, ask_all
from vgym.envs.gui.asking_words import FUNCTIONS, ICONS, KINDS
from vgym.envs.gui.drawing.pool import Programs, paint_rows
from vgym.envs.gui.drawing.program import Program
from vgym.envs.gui.elements import Page
from vgym.envs.gui.synthetic import make_page
from vgym.envs.gui.synthetic.words import every_text
from vgym.envs.gui.types import GuiConfig, State, empty_state

MAX_WORDS = 24
_PAGE, _LEVEL, _ASK = stream("gui page"), stream("gui page level"), stream("gui page ask")
_TRIES = 16


class MadePages:
    """The source of episodes over synthetic pages, for one configuration."""

    def __init__(self, config: GuiConfig) -> None:
        self.config = config
        self.length = MAX_WORDS
        self.vocabulary = _vocabulary()
        self._pool = _pool(config.size_hw, float(config.difficulty), config.split)

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """The episodes of the keys, on the CPU."""
        state = empty_state(len(keys), self.length)
        numbers = _choose_pages(keys, self.config.pages)
        pages = [self._pool.page(number) for number in numbers.tolist()]
        starts = np.array([page.starts for page in pages], np.int64)
        asks = _choose_asks(keys, starts)
        state.page[:] = torch.from_numpy(numbers)
        state.ask[:] = torch.from_numpy(asks)
        chosen = list(zip(pages, asks.tolist(), strict=True))
        state.level[:] = torch.tensor([page.asks[n].level for page, n in chosen])
        state.tokens[:] = torch.from_numpy(np.stack([page.tokens[n] for page, n in chosen]))
        boxes = np.stack([page.boxes[n] for page, n in chosen])
        state.target_boxes[:, 0] = torch.from_numpy(boxes)
        return state

    def draw(self, state: State, images: Tensor, rows: Tensor) -> None:
        """Paint the pages of the given rows."""
        numbers = state.page[rows].cpu().numpy()
        if images.device.type == "cpu":
            self._pool.paint(numbers, images.numpy(), rows.numpy())
            return
        painted = np.empty((len(rows), *images.shape[1:]), np.uint8)
        self._pool.paint(numbers, painted, np.arange(len(rows)))
        images[rows] = torch.from_numpy(painted).to(images.device)

    def words(self, state: State, row: int) -> str:
        """The instruction of a row."""
        return self._pool.page(int(state.page[row])).asks[int(state.ask[row])].words


class _MadePage:
    """One page with its questions, level by level.

    Attributes:
        starts: (5,) where the questions of each level start among ``asks``.
    """

    def __init__(self, program: Program, page: Page, asks: list[Ask]) -> None:
        self.program = program
        self.asks = sorted(asks, key=lambda ask: ask.level)
        self.boxes = np.array([page.elements[a.element].box for a in self.asks], np.float32)
        levels = np.array([ask.level for ask in self.asks])
        self.starts = np.searchsorted(levels, np.arange(5)).astype(np.int64)
        vocabulary = _vocabulary()
        self.tokens = np.stack([vocabulary.encode(a.words, MAX_WORDS) for a in self.asks])


class _Pool:
    """Pages by number, shared by the environments of the process; any page is the same in each."""

    def __init__(self, size_hw: tuple[int, int], difficulty: float, split: str) -> None:
        self._make = size_hw, difficulty, "test" if split == "test" else "train"
        self._key = stream(f"gui pages of {split}")
        self._pages: dict[int, _MadePage] = {}
        self._programs: list[Program] = []
        self._place: dict[int, int] = {}
        self._flat: Programs | None = None
        self._growing = threading.RLock()  # environments of several threads share a pool

    def page(self, number: int) -> _MadePage:
        """A page, made if it is not there yet; one of which nothing can be asked is passed over."""
        if number not in self._pages:
            key = subkey(self._key, number)
            for attempt in range(_TRIES):
                program, page = make_page(subkey(key, attempt), *self._make)
                asks = ask_all(page)
                if asks:
                    break
            else:
                raise RuntimeError(f"{_TRIES} pages of {self._make} in a row with nothing to ask")
            self._pages[number] = _MadePage(program, page, asks)
        return self._pages[number]

    def paint(
        self, numbers: NDArray[np.int64], images: NDArray[np.uint8], rows: NDArray[np.int64]
    ) -> None:
        """Paint pages into rows of a batch."""
        with self._growing:
            missing = [n for n in dict.fromkeys(numbers.tolist()) if n not in self._place]
            for number in missing:
                self._programs.append(self.page(number).program)
                self._place[number] = len(self._programs) - 1
            if missing or self._flat is None:
                self._flat = Programs.of(self._programs)
            flat = self._flat
        places = np.array([self._place[n] for n in numbers.tolist()], np.int64)
        paint_rows(flat, places, images, rows)


@lru_cache(maxsize=8)
def _pool(size_hw: tuple[int, int], difficulty: float, split: str) -> _Pool:
    return _Pool(size_hw, difficulty, split)


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    """Every word of a page and of a question; what is put together of them counts as unknown."""
    asked = "click tick open choose flip the field list box switch slider tab column row heading"
    asked += " just to the right of left below above with a an control “ ”"
    texts = [asked, *every_text(), *KINDS.values(), *FUNCTIONS, *FUNCTIONS.values()]
    texts += [text for pair in ICONS.values() for text in pair]
    colours = ("red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink")
    words = {word for text in (*texts, *colours) for word in split_words(text)}
    return Vocabulary(sorted(words))


@compiled
def _choose_pages(keys: NDArray[np.uint64], pages: int) -> NDArray[np.int64]:
    chosen = np.empty(keys.shape[0], np.int64)
    for i in range(keys.shape[0]):
        chosen[i] = below(keys[i], _PAGE, 0, pages)
    return chosen


@compiled
def _choose_asks(keys: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """A level of those that the page has, then one of its questions."""
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
                    chosen[i] = starts[i, level] + below(keys[i], _ASK, 0, count)
                wanted -= 1
    return chosen
