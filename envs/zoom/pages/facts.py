"""What searches and opened pages come to, as facts and as metrics.

Views are judged on the page that holds the answer, where it is printed: a page is found by words
alone, and whoever looks at a part of it without reading must gain nothing on average.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.core.task import Facts
from vgym.envs.zoom.metrics import shorter_side
from vgym.envs.zoom.pages.stack import PRINTED
from vgym.envs.zoom.pages.types import RESULTS, PagesConfig, PagesState
from vgym.envs.zoom.windows import share_shown

PAGE_FACTS = frozenset({"gold_pages", "retrieved_pages", "selection_share", "format_grade"})


def page_facts(
    state: PagesState, before: Tensor, corner: Tensor, gold: Tensor, config: PagesConfig
) -> Facts:
    """What happened, after a move, beside what `facts_of` says or in its place.

    Args:
        state: after it. before: (B, 4) the window before it.
        corner: (B, 2) where the page lies that holds the answer. gold: (B,) its place in the stack.
    """
    edges = torch.tensor(PRINTED, dtype=torch.float64, device=corner.device)
    printed = corner.repeat(1, 2) + edges
    area = (edges[2:] - edges[:2]).prod()
    scale = shorter_side(state) / state.legible_px
    told = state.told_as >= 0
    places = torch.arange(told.shape[1], device=corner.device)
    grade = torch.where(state.answered, 1.0, torch.where(state.searches > 0, 0.5, 0.0))
    return {
        "view_share_before": share_shown(printed, before),
        "view_share_after": share_shown(printed, state.window),
        "legible_share": (config.view_pixels * scale.square() / area).clamp(max=1.0),
        "gold_pages": gold[:, None],
        # In the order of telling, and behind them those that were not told.
        "retrieved_pages": torch.where(told, state.told_as, len(places) + places).argsort(1),
        "retrieved_mask": places < told.sum(1, keepdim=True),
        "selection_share": state.well_selected / state.selections.clamp(min=1),
        "format_grade": grade,
    }


def page_metrics(state: PagesState, gold: Tensor) -> dict[str, Tensor]:
    """(B,) each.

    Args:
        gold: (B,) the place in the stack of the page that holds the answer.
    """
    return {
        "searches": state.searches.clone(),
        "pages_opened": state.opened.sum(1),
        "page_rank": torch.where(state.best_rank < RESULTS, state.best_rank + 1, RESULTS + 1),
        "page_found": state.opened.gather(1, gold[:, None])[:, 0],
    }
