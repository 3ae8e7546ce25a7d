"""Episodes over pictures that exist: captured screens, and data sets of screenshots."""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.config import torch_device
from vgym.core.drawn_again import drawn_usable
from vgym.core.keys import sample_each, stream
from vgym.core.letterbox import fitted_hw
from vgym.core.picture_bank import PictureBank
from vgym.core.place_source import PlaceSource
from vgym.core.shared_sources import shared
from vgym.core.task import Candidates, Limit
from vgym.core.text import Vocabulary, legible, split_words
from vgym.data import DataError, Summary, load
from vgym.data.picture_reader import PictureReader
from vgym.envs.gui.click.controls import Controls, seen
from vgym.envs.gui.click.screens import Screen, Screens, holds_screens, load_screens, read_screen
from vgym.envs.gui.click.types import SCREENS, GuiConfig, State, empty_state
from vgym.envs.gui.click.views import PART_HW, moved
from vgym.envs.gui.elements import Page
from vgym.envs.gui.referring.expressions import Expression, expressions_of
from vgym.envs.gui.referring.queries import Queries
from vgym.geometry.boxes import box_iou

MAX_WORDS = 64
_RECORD = stream("gui record")
_VAL_EVERY = 5  # of the phrasings about training pages, one in five is for validation
_MOST_ALIKE = 2  # screens about which the same words ask for the same place; templates repeat much
_SAME_PLACE = 0.5  # IoU from which two controls of screens of one size are in the same place
_NEAR = 4  # pixels within which two places are the same


_Found = tuple[int, Page, Expression]  # a screen's number, its page, what is asked of it


class ShownPages(PlaceSource[State]):
    """The source of episodes over pictures, for one configuration.

    Attributes:
        closed: whether its words are a closed vocabulary.
        records: where each query of a data set stands; None for captured screens, of which the
            difficulty and the level say what is asked.
        bank: the pictures at the shown size; of captured screens one for the whole process.
    """

    def __init__(self, config: GuiConfig) -> None:
        self.config = config
        self.closed = config.source == SCREENS or holds_screens(config.source)
        if self.closed:
            if config.convention is not None:
                raise ValueError(
                    f"convention={config.convention!r}: captured screens have boxes in pixels; "
                    "leave it out"
                )
            screens = load_screens(config.source)
            _warn_of(config.source, screens.summary)
            kept, split, frame = screens.edition, config.split, (config.size_hw, config.device)
            library = shared(("screens", kept), lambda: _of_screens(config.source, screens))
            self._mine, self._tokens = shared(
                ("screens asked about", kept, split),
                lambda: _asked(library, config.source, screens, split),
            )
            self.bank, self._shown_hw = shared(
                ("screens shown", kept, frame), lambda: _shown(library, *frame, PART_HW)
            )
        else:
            library = _of_data(config)
            self._mine, self._tokens = library.queries, _encoded(library, library.queries)
            self.bank, self._shown_hw = _shown(library, config.size_hw, config.device, None)
        self._size_hw = np.array(library.sizes, np.float32)
        self.vocabulary, self.length = library.vocabulary, library.length
        self._reader, self._loaded = library.reader, library.summary
        self.records, self._pages = library.records, library.pages

    @property
    def summary(self) -> Summary:
        """What was read, and what was left out, also what has been found damaged since."""
        return self._reader.less(self._loaded)

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """The episodes of the keys, on the CPU."""
        chosen = drawn_usable(keys, self._drawn, self.playable)
        if self.records is not None:
            return self.reset_records(chosen)
        return self._at(chosen, self._moved(keys, chosen))

    def _moved(self, keys: NDArray[np.uint64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k, 2) where the keys have the screens of those queries lie."""
        page = self._mine.page[chosen]
        scale = self._scale(page)
        keep, target = self._mine.keep[chosen] * scale, self._mine.box[chosen] * scale
        return moved(keys, self._shown_hw[page], keep, target, *self.config.size_hw)

    def _drawn(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """(k,) queries: of captured screens as the difficulty has it, of a data set any."""
        if self.records is not None:
            return sample_each(keys, _RECORD, len(self.records))
        return self._mine.draw(keys, self.config.difficulty)

    def playable(self, chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) whether the pictures of those queries can be read."""
        readable = self.bank.readable(self._mine.page[chosen])
        self._reader.warn()
        return readable

    def reset_records(self, chosen: NDArray[np.int64]) -> State:
        """The episodes of those queries, on the CPU, each picture in the middle of the frame."""
        free = np.array(self.config.size_hw) - self._shown_hw[self._mine.page[chosen]]
        return self._at(chosen, (free // 2)[:, ::-1])

    def _at(self, chosen: NDArray[np.int64], corners: NDArray[np.int64]) -> State:
        """The episodes of queries, their pictures' upper left corners there: (k, 2) x, y.

        Of a control that is larger than the frame the part within it is the target.
        """
        state = empty_state(len(chosen), self.length)
        page = self._mine.page[chosen]
        scale = self._scale(page)
        boxes = self._mine.box[chosen] * scale + np.tile(corners, 2).astype(np.float32)
        height, width = self.config.size_hw
        boxes = boxes.clip(0, np.array([width, height, width, height], np.float32))
        state.page[:] = torch.from_numpy(page)
        state.query[:] = torch.from_numpy(chosen)
        state.level[:] = torch.from_numpy(self._mine.level[chosen])
        state.letterbox[:, :2] = torch.from_numpy(scale[:, :2])
        state.letterbox[:, 2:] = torch.from_numpy(corners.copy())
        state.tokens[:] = torch.from_numpy(self._tokens[chosen])
        state.target_boxes[:, 0] = torch.from_numpy(boxes)
        return state

    def _scale(self, page: NDArray[np.int64]) -> NDArray[np.float32]:
        """(k, 4) from pixels of a page to shown ones: x, y, x, y."""
        scale = (self._shown_hw[page] / self._size_hw[page])[:, [1, 0, 1, 0]]
        return scale.astype(np.float32)

    def limits(self, state: State) -> Iterator[Limit]:
        """Of the query, and of the page that it is about."""
        yield Limit("query", 0, len(self._mine) - 1)
        page = torch.from_numpy(self._mine.page)[state.query.cpu()].to(state.page.device)
        yield Limit("page", page, page)

    def candidates(self, state: State) -> Candidates | None:
        """What shows of the controls of captured screens; of a data set nobody listed them."""
        pages = self._pages
        if pages is None:
            return None
        return seen(state, lambda page: Controls.of(pages[page]), self.config.size_hw)

    def draw(self, state: State, images: Tensor, rows: Tensor) -> None:
        """The pictures of the given rows."""
        corners = state.letterbox[rows, 2:].cpu().numpy().astype(np.int64)
        self.bank.draw(state.page[rows].cpu().numpy(), images, rows, corners)
        self._reader.warn()

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """The instructions of the given rows."""
        return [self._mine.words[query] for query in state.query[rows].tolist()]


@dataclass(frozen=True, eq=False)
class Library:
    """What a source holds: queries, their words, and pictures by number with their sizes; of a data
    set where each query stands, of captured screens what is on them."""

    queries: Queries
    vocabulary: Vocabulary
    length: int
    reader: PictureReader
    sizes: tuple[tuple[int, int], ...]
    records: tuple[str, ...] | None
    summary: Summary
    pages: tuple[Page, ...] | None = None


def _of_screens(source: str, of: Screens) -> Library:
    """All queries about captured screens, and their words; the same for every split."""
    screens = of.usable
    found = [(i, s.page, e) for i, s in enumerate(screens) for e in expressions_of(s.page)]
    if not found:
        raise DataError(f"source={source!r}: no control of its screens can be told from others")
    found = _without_repeats(found, screens)
    controls = {i: Controls.of(screens[i].page) for i in sorted({i for i, _, _ in found})}
    looks, often = _looks(found, controls)
    sizes_on = {i: on.middling_size for i, on in controls.items()}
    queries = Queries(
        page=np.array([i for i, _, _ in found], np.int64),
        box=np.array([page.elements[e.element].box for _, page, e in found], np.float32),
        keep=np.array([_kept(page, e) for _, page, e in found], np.float32),
        level=np.array([e.level for _, _, e in found], np.int64),
        words=[e.words for _, _, e in found],
        crowd=np.array([len(page.elements) for _, page, _ in found], np.int64),
        size=np.array([sizes_on[i] for i, _, _ in found], np.float64),
        looks=looks,
        often=often,
    )
    vocabulary, length = _vocabulary(queries.words)
    sizes = tuple(screen.page.size_hw for screen in screens)
    reader = PictureReader(lambda i: read_screen(screens[i]), [[s.record] for s in screens])
    pages = tuple(screen.page for screen in screens)
    return Library(queries, vocabulary, length, reader, sizes, None, of.summary, pages)


def _looks(
    found: list[_Found], controls: Mapping[int, Controls]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(N,) of each query a number for the look of its control, another on every page, and how many
    controls of the page have it."""
    numbers, counts, first = {}, {}, 0
    for i, on in controls.items():
        looks = on.looks()
        count = np.bincount(looks)
        for element, look in zip(on.elements.tolist(), looks.tolist(), strict=True):
            numbers[i, element], counts[i, element] = first + look, float(count[look])
        first += len(count)
    asked = [(i, e.element) for i, _, e in found]
    return np.array([numbers[a] for a in asked]), np.array([counts[a] for a in asked])


def _without_repeats(found: list[_Found], screens: Sequence[Screen]) -> list[_Found]:
    """Of queries whose words ask for one place on many screens a few, always the same ones."""
    order = [stream(f"{screens[i].record} {e.words}") for i, _, e in found]
    alike: Counter[tuple[object, ...]] = Counter()
    kept = []
    for n in np.argsort(np.array(order)).tolist():
        _, page, e = found[n]
        near = tuple(round(side / _NEAR) for side in page.elements[e.element].box)
        alike[page.size_hw, e.words, near] += 1
        if alike[page.size_hw, e.words, near] <= _MOST_ALIKE:
            kept.append(n)
    return [found[n] for n in sorted(kept)]


def _kept(page: Page, expression: Expression) -> NDArray[np.float32]:
    """(4,) around a control and the one beside which the words place it."""
    named = [expression.element, *([] if expression.beside is None else [expression.beside])]
    boxes = np.array([page.elements[i].box for i in named], np.float32)
    return np.concatenate([boxes[:, :2].min(0), boxes[:, 2:].max(0)])


def _asked(
    library: Library, source: str, of: Screens, split: str
) -> tuple[Queries, NDArray[np.int32]]:
    """The queries of a split about captured screens, and their tokens.

    Raises:
        DataError: there are none.
    """
    of_test = np.array([screen.split == "test" for screen in of.usable])[library.queries.page]
    number = np.arange(len(of_test))
    words = library.queries.words
    held = np.array([stream(f"gui phrasing {said}") % _VAL_EVERY == 0 for said in words])
    train = ~of_test & ~held
    chosen = {"train": train, "val": ~of_test & held, "test": of_test}[split]
    if split == "test":
        chosen &= ~_told_by(library, number[train])
    if not chosen.any():
        raise DataError(f"source={source!r} has no screens for split={split!r}")
    queries = library.queries.take(number[chosen])
    assert queries.by_level  # kept by the queries, so made before they are shared
    return queries, _encoded(library, queries)


def _told_by(library: Library, known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(N,) queries of which others have the same words and the same place on the screen."""
    queries, places = library.queries, defaultdict(list)
    asked = [(library.sizes[p], w) for p, w in zip(queries.page, queries.words, strict=True)]
    for n in known.tolist():
        places[asked[n]].append(n)
    told = np.zeros(len(queries), np.bool_)
    for n, what in enumerate(asked):
        if what in places:
            one, others = torch.from_numpy(queries.box[[n]]), torch.from_numpy(queries.box)
            told[n] = bool((box_iou(one, others[places[what]]) >= _SAME_PLACE).any())
    return told


def _encoded(library: Library, queries: Queries) -> NDArray[np.int32]:
    """The tokens of queries: (n, length)."""
    return np.stack([library.vocabulary.encode(t, library.length) for t in queries.words])


def _of_data(config: GuiConfig) -> Library:
    """The records of a data set that have exactly one box."""
    items = load(config.source, split=config.split, convention=config.convention)
    _warn_of(config.source, items.summary)
    fits = [i for i, item in enumerate(items) if len(item.boxes) == 1]
    if not fits:
        raise DataError(
            f"source={config.source!r} has no record for answers of one place: {items.summary}; a "
            "record needs exactly one box"
        )
    paths = list(dict.fromkeys(items[i].image for i in fits))
    number = {path: n for n, path in enumerate(paths)}
    first = {number[items[i].image]: i for i in reversed(fits)}
    sizes = tuple(items[first[n]].size_hw for n in range(len(paths)))
    page = np.array([number[items[i].image] for i in fits], np.int64)
    boxes = np.stack([items[i].boxes[0] for i in fits])
    queries = Queries(
        page=page,
        box=boxes,
        keep=boxes,
        level=np.full(len(fits), -1, np.int64),
        words=[legible(items[i].expression) for i in fits],
        crowd=np.ones(len(fits), np.int64),
        size=np.ones(len(fits)),
        looks=np.arange(len(fits)),
        often=np.ones(len(fits)),
    )
    vocabulary, length = _vocabulary(queries.words)
    records = tuple(items[i].record for i in fits)
    of_picture: list[list[str]] = [[] for _ in paths]
    for i in fits:
        of_picture[number[items[i].image]].append(items[i].record)
    unfit = [item.record for item in items if len(item.boxes) != 1]
    return Library(
        queries,
        vocabulary,
        length,
        PictureReader(lambda n: items.image(first[n]), of_picture),
        sizes,
        records,
        items.summary.without(unfit, "not one box"),
    )


def _shown(
    library: Library, size_hw: tuple[int, int], device: str, part_hw: tuple[int, int] | None
) -> tuple[PictureBank, NDArray[np.int64]]:
    """The pictures at a size, of larger ones no more than a part at once, and their sizes there:
    (n, 2)."""
    sizes, where = library.sizes, torch_device(device)
    bank = PictureBank(library.reader, len(sizes), size_hw, where, enlarge=False, part_hw=part_hw)
    shown = [fitted_hw(size, size_hw, enlarge=False, part_hw=part_hw) for size in sizes]
    return bank, np.array(shown, np.int64)


def _warn_of(source: str, summary: Summary) -> None:
    if summary.complaint:
        warnings.warn(f"{source}: {summary.complaint}", stacklevel=2)


def _vocabulary(texts: Sequence[str]) -> tuple[Vocabulary, int]:
    split = [split_words(text) for text in texts]
    words = sorted({word for some in split for word in some})
    return Vocabulary(words), min(max(map(len, split)), MAX_WORDS)
