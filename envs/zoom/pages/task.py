"""VZoomPages: search a stack of documentation, open a page, look closer, answer."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from torch import Tensor

from vgym.core.attempts import FAR
from vgym.core.config import Config
from vgym.core.speech import Moment, Speech
from vgym.core.task import Facts, Limit
from vgym.envs.zoom.looking import LookTask
from vgym.envs.zoom.moves import OPEN, PAGE_MOVES, SEARCH, ZOOM, Move
from vgym.envs.zoom.pages.facts import PAGE_FACTS, page_facts, page_metrics
from vgym.envs.zoom.pages.solving import solving_page_move
from vgym.envs.zoom.pages.source import StackSource, opened
from vgym.envs.zoom.pages.speech import pages_speech
from vgym.envs.zoom.pages.types import QUERIES, RESULTS, PagesConfig, PagesState
from vgym.envs.zoom.sources.pages.documents import HEIGHT, WIDTH
from vgym.envs.zoom.types import Asked
from vgym.envs.zoom.viewing import first_view
from vgym.envs.zoom.windows import to_view

_MOST_SCORE = 1e6


class PagesTask(LookTask[PagesState]):
    """## Description
    A stack of 20 to 70 pages of documentation lies before you as one contact sheet, in which
    nothing can be read, and a question is answered in a cell of a table, a sentence or a diagram of
    one of them. Search the words of the pages, open one, look closer, and answer.

    ## Action Space
    Eight moves: those of `VZoom` (`zoom`, `about`, `pan`, `out`, `undo`, `answer`), `search` and
    `open`. `search` asks a BM25 index of the pages (SQLite's FTS5) and is told the ten best: query
    0 is the whole question, query k of up to 7 its k-th key word, in its order: words that stand on
    some pages, but not on over half of them. `open` shows one of the ten, as `zoom` to its place
    would; others are zoomed to in the sheet. A number is the first corner's x, in as many equal
    parts: of 8 queries, of 10 results, of 6 choices. `action="continuous"`: `Box(0, 1, (5,))`, the
    move (of eight equal parts of [0, 1]) and two corners; `"cells"`:
    `MultiDiscrete([8, g, g, g, g])`, the move and two cells, as of `VZoom`.

    ## Observation Space
    A `Dict` of `image` (the current view) and `overview` (the sheet), both
    `Box(0, 255, (H, W, 3), uint8)`, `view` (the corners of the window as fractions of the sheet),
    `budget` (turns and pixels left, as shares), `results` (`(40,)` float32, four numbers for each
    page of the last search: its score as a share of the best, its middle as fractions of the sheet,
    and 1 if it was opened; zeros where there are no more) and `instruction`.

    ## Rewards
    `dense` by default, as of `VZoom`: 0.4 for the view, 0.6 for the answer, less 0.1 for pixels;
    but the view counts on the printed part of the page that holds the answer: to search and to open
    pays nothing of itself, as both can be done without looking. `vrag` and `unidoc` as published
    (pages in the order in which searches told them, each once) and their `-sound` siblings are paid
    at the end, as are all recipes of whole episodes.

    ## Starting State
    A function of (split, difficulty, answer, seed, number of the episode). Which pages there are
    and their order are drawn anew: 20 at a difficulty of 0, all of the split (70, 25, 37) at 1. The
    sheet is in view, nothing was searched. Splits share no document.

    ## Episode End
    Terminates with the answer. Truncates after `max_episode_steps` turns. A turn without an answer
    that could be read, a look for which no pixels are left, or a result that there is not, changes
    nothing and takes a turn.

    ## Arguments
    `image_size=448`, `reward="dense"`, `difficulty=0.5`, `split="train"`, `source="sqlite"`,
    `instruction`, `action="continuous"` (`"cells"`), `device="cpu"`, `max_episode_steps=8`,
    `expose="end"`, `answer="box"` (`"point"`, `"choice"`), `grid=None` (16, at least 10),
    `pixels=None`, `observation="crops"` (`"foveated"`), as of `VZoom`.

    ## Metrics
    Those of `VZoom`; `searches` and `pages_opened` (at every step), `page_rank` (best rank in which
    a search told the page that holds the answer, from 1; 11 if none did), `page_found` (it was
    opened).

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "zoom-pages"
    config_class: ClassVar[type[Config]] = PagesConfig
    config: PagesConfig
    source: StackSource
    moved_by = PAGE_MOVES
    told = LookTask.told | {"searches", "pages_opened"}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.sensors = MappingProxyType(
            {**self.sensors, "results": spaces.Box(0.0, 1.0, (RESULTS * 4,), np.float32)}
        )

    @property
    def stated(self) -> frozenset[str]:
        """Beside those of looking, the pages."""
        return super().stated | PAGE_FACTS

    def opened(self) -> StackSource:
        """The stack, and what its pages say."""
        return opened(self.config)

    def begun(self, asked: Asked) -> PagesState:
        """The sheet is in view, nothing was searched."""
        state = first_view(asked, self.config)
        rows, pages = len(state.steps), self.source.stack.pages
        none = torch.full((rows, RESULTS), -1)
        number = torch.zeros(rows, dtype=torch.int64)
        return PagesState(
            **vars(state),
            results=none,
            scores=torch.zeros(rows, RESULTS),
            told_as=none[:, :1].repeat(1, pages),
            opened=torch.zeros(rows, pages, dtype=torch.bool),
            searches=number,
            best_rank=number + RESULTS,
            selections=number.clone(),
            well_selected=number.clone(),
        )

    def led(self, state: PagesState, move: Move, read: Tensor) -> tuple[Move, Tensor, Tensor]:
        """Search, and zoom to what is opened."""
        gold = self._gold(state)
        self._search(state, move, read & (move.kind == SEARCH), gold)
        result = move.number(RESULTS)
        page = state.results.gather(1, result[:, None])[:, 0]
        opens = read & (move.kind == OPEN)
        failed, opens = opens & (page < 0), opens & (page >= 0)
        affordable = (state.looks + 1) * self.config.view_pixels <= self.config.pixel_budget
        self._note_opened(state, page, result, gold, opens & affordable)
        corner = self._corners(page.clamp(min=0))
        box = torch.cat((corner, corner + corner.new_tensor([WIDTH, HEIGHT])), 1)
        shown = torch.where(opens[:, None], to_view(box, state.window), move.box)
        further = move.kind >= SEARCH
        kind = torch.where(further, ZOOM, move.kind)
        return Move(kind, shown, move.point), read & (opens | ~further), failed

    def facts(self, state: PagesState, before: Tensor, spent: Tensor) -> Facts:
        """What happened, after a move."""
        gold = self._gold(state)
        corner = self._corners(gold)
        own = page_facts(state, before, corner, gold, self.config)
        return super().facts(state, before, spent) | own

    def metrics(self, state: PagesState) -> dict[str, Tensor]:
        """How the episode stands."""
        return super().metrics(state) | page_metrics(state, self._gold(state))

    def sense(self, state: PagesState) -> dict[str, Tensor]:
        """The view, what is left, and the results."""
        there = state.results >= 0
        page = state.results.clamp(min=0)
        extent = torch.tensor([WIDTH, HEIGHT], dtype=torch.float64, device=self.device)
        middle = self._corners(page) + extent / 2
        place = middle / state.whole_hw.flip(1)[:, None]
        share = state.scores / state.scores[:, :1].clamp(min=1e-30)
        was_opened = state.opened.gather(1, page)
        told = torch.cat((share[..., None], place, was_opened[..., None]), 2)
        results = torch.where(there[..., None], told, 0.0).clamp(0, 1).float().flatten(1)
        return super().sense(state) | {"results": results}

    def oracle(self, state: PagesState) -> Tensor:
        """Search, open the page, zoom until the target is legible, answer."""
        gold = self._gold(state)
        return solving_page_move(state, self.moves, self.source, gold, self.config)

    def speech(self) -> Speech:
        """Looks, one answer, and what is done with pages."""
        return pages_speech(self.moves, self.config, self._queries)

    def limits(self, state: PagesState) -> Iterator[Limit]:
        """Of looking, then of pages."""
        yield from super().limits(state)
        last = self.source.stack.pages - 1
        yield Limit("results", -1, last)
        yield Limit("scores", 0, _MOST_SCORE)
        yield Limit("told_as", -1, last)
        order = state.told_as.sort(1, descending=True).values
        told = (order >= 0).sum(1, keepdim=True)
        wanted = told - 1 - torch.arange(last + 1, device=self.device)
        if not bool((order == wanted.clamp(min=-1)).all()):
            raise ValueError("state_dict['told_as'] does not number the pages that were told")
        yield Limit("searches", 0, FAR)
        yield Limit("best_rank", 0, RESULTS)
        yield Limit("selections", 0, FAR)
        yield Limit("well_selected", 0, state.selections)

    def _queries(self, moment: Moment) -> list[str]:
        """What can be searched for in a row."""
        return self.source.queries.of(int(moment.state.question[moment.row]))

    def _gold(self, state: PagesState) -> Tensor:
        """(B,) the place in the stack of the page that holds the answer."""
        target = state.target_boxes[:, 0, :2]
        return self.source.stack.nearest(target)

    def _corners(self, pages: Tensor) -> Tensor:
        """(..., 2) float64 where pages of those places lie."""
        return torch.from_numpy(self.source.corners).to(self.device)[pages].double()

    def _search(self, state: PagesState, move: Move, rows: Tensor, gold: Tensor) -> None:
        """Ask the index for those rows, and write down what it tells."""
        index = rows.nonzero()[:, 0]
        if not len(index):
            return
        number = move.number(QUERIES)[index]
        asked = (state.picture[index], state.question[index], number)
        found, scores = self.source.found(*(each.cpu().numpy() for each in asked))
        best = torch.from_numpy(found[:, :RESULTS]).to(self.device)
        state.results = state.results.index_put((index,), best)
        told = torch.from_numpy(np.ascontiguousarray(scores[:, :RESULTS])).to(self.device)
        state.scores = state.scores.index_put((index,), told.float())
        state.searches = state.searches + rows.long()
        self._note_told(state, index, best)
        here = best == gold[index, None]
        rank = torch.where(here.any(1), here.long().argmax(1), RESULTS)
        rank = torch.minimum(rank, state.best_rank[index])
        state.best_rank = state.best_rank.index_put((index,), rank)

    def _note_told(self, state: PagesState, index: Tensor, found: Tensor) -> None:
        """Number the pages (k, RESULTS) that rows were told and had not been told before."""
        before = state.told_as[index]
        new = (found >= 0) & (before.gather(1, found.clamp(min=0)) < 0)
        order = (before >= 0).sum(1, keepdim=True) + new.long().cumsum(1) - 1
        after = torch.cat((before, before[:, :1]), 1)  # the last is of no page
        after.scatter_(1, torch.where(new, found, before.shape[1]), order)
        state.told_as = state.told_as.index_put((index,), after[:, :-1])

    def _note_opened(
        self, state: PagesState, page: Tensor, result: Tensor, gold: Tensor, rows: Tensor
    ) -> None:
        """Write down that those rows open results."""
        opened = torch.zeros_like(state.opened).scatter_(1, page.clamp(min=0)[:, None], 1)
        state.opened = state.opened | (opened & rows[:, None])
        among = (state.results == gold[:, None]).any(1)
        well = torch.where(among, page == gold, result == 0)
        state.selections = state.selections + rows.long()
        state.well_selected = state.well_selected + (rows & well).long()
