"""A solving move: ask for the page as it is found best, open it, look closer, answer."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vgym.envs.zoom.metrics import IN_VIEW
from vgym.envs.zoom.moves import OPEN, SEARCH, MoveForm
from vgym.envs.zoom.oracle import solving_move
from vgym.envs.zoom.pages.source import StackSource
from vgym.envs.zoom.pages.types import QUERIES, RESULTS, PagesConfig, PagesState
from vgym.envs.zoom.sources.pages.documents import HEIGHT
from vgym.envs.zoom.windows import share_shown


def solving_page_move(
    state: PagesState, form: MoveForm, source: StackSource, gold: Tensor, config: PagesConfig
) -> Tensor:
    """(B, *shape of the space): the moves. Where no query finds the page, it is looked for by eye.

    Args:
        gold: (B,) the place in the stack of the page that holds the answer.
    """
    move = solving_move(state, form, config)
    high = state.window[:, 3] - state.window[:, 1]
    held = share_shown(state.target_boxes[:, 0], state.window) >= IN_VIEW
    open_now = held & (high <= HEIGHT * 1.5)
    looking = ~open_now & ((state.looks + 2) * config.view_pixels <= config.pixel_budget)
    here = state.results == gold[:, None]
    kind = torch.full_like(state.steps, OPEN)
    opening = form.choosing(kind, here.long().argmax(1), RESULTS)
    told = looking & here.any(1)
    query = _best_query(state, source, gold, looking & ~told)
    searching = form.choosing(torch.full_like(kind, SEARCH), query.clamp(min=0), QUERIES)
    ask = (query >= 0) & (state.searches == 0)
    move = torch.where(told[:, None], opening, move)
    return torch.where(ask[:, None], searching, move)


def _best_query(state: PagesState, source: StackSource, gold: Tensor, rows: Tensor) -> Tensor:
    """(B,) the first query that tells the page asked about, -1 for none, and for other rows."""
    chosen = torch.full_like(gold, -1)
    left = rows.cpu().numpy().nonzero()[0]
    picture, question, page = (each.cpu().numpy() for each in (state.picture, state.question, gold))
    for query in range(QUERIES):
        asked = np.full(len(left), query)
        found = source.found(picture[left], question[left], asked)[0][:, :RESULTS]
        tells = (found == page[left, None]).any(1)
        chosen[torch.from_numpy(left[tells]).to(chosen.device)] = query
        left = left[~tells]
    return chosen
