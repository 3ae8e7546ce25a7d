"""What a language model is told of a stack of pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from vgym.core.speech import Call, Moment, Parameter, Speech, Tool, Unusable
from vgym.envs.zoom.moves import OPEN, SEARCH, MoveForm
from vgym.envs.zoom.pages.types import QUERIES, RESULTS, PagesConfig
from vgym.envs.zoom.speech import call_of, zoom_speech

_BRIEF = (
    "You will be shown a stack of pages of documentation, laid out side by side on one sheet and "
    "reduced so far that nothing on them can be read, and asked a question. One page holds the "
    "answer. Search the words of the pages, open a page that was found, and look closer until you "
    "can read it; every look shows a part of the sheet at the size of the whole. {asked} Answering "
    "ends the task, so answer only once you have read it. Places are always places in the view "
    "that you were shown last."
)


def pages_speech(
    moves: MoveForm, config: PagesConfig, queries: Callable[[Moment], Sequence[str]]
) -> Speech:
    """How a stack of pages is spoken of.

    Args:
        queries: what can be searched for in a moment: the whole question, and its key words.
    """
    looking = zoom_speech(moves, config, _BRIEF, "sheet")

    def number(kind: int, value: int, of: int) -> Any:
        return moves.choosing(torch.tensor([kind]), torch.tensor([value]), of)[0].numpy()

    def search(given: Mapping[str, Any], moment: Moment) -> Any:
        words, asked = _plain(given["words"]), queries(moment)
        for query, text in enumerate(asked):
            if text and words == _plain(text):
                return number(SEARCH, query, QUERIES)
        keys = ", ".join(f'"{word}"' for word in asked[1:] if word)
        raise Unusable(f"the index takes the whole question, or one of {keys}")

    def open_page(given: Mapping[str, Any], moment: Moment) -> Any:
        return number(OPEN, given["result"] - 1, RESULTS)

    def said(action: Any, moment: Moment) -> Call:
        move = moves.decode(torch.as_tensor(np.asarray(action))[None])
        if int(move.kind[0]) == SEARCH:
            return Call("search", {"words": queries(moment)[int(move.number(QUERIES)[0])]})
        if int(move.kind[0]) == OPEN:
            return Call("open", {"result": int(move.number(RESULTS)[0]) + 1})
        return call_of(move, config.answer)

    def told(moment: Moment) -> str:
        keys = ", ".join(f'"{word}"' for word in queries(moment)[1:] if word)
        search_for = f"You can search for the whole question, or for {keys}." if keys else ""
        return "\n".join(
            words for words in (looking.told(moment), _results(moment), search_for) if words
        )

    further = (
        Tool(
            "search",
            f"Ranks the pages by how well they fit, and tells the {RESULTS} best.",
            search,
            {"words": Parameter("text", "the whole question, or one of its key words")},
        ),
        Tool(
            "open",
            "Shows one of the pages that the last search found.",
            open_page,
            {"result": Parameter("integer", "its number among the results", low=1, high=RESULTS)},
        ),
    )
    return dataclasses.replace(looking, tools=(*further, *looking.tools), said=said, told=told)


def _results(moment: Moment) -> str:
    """What the last search found, a line each; "" where nothing was."""
    found = np.asarray(moment.observation["results"]).reshape(RESULTS, 4)
    lines = [
        f"{number}. at {100 * x:.0f} %, {100 * y:.0f} %: fits {100 * share:.0f} %"
        f"{', was opened' if opened else ''}"
        for number, (share, x, y, opened) in enumerate(found.tolist(), 1)
        if share > 0
    ]
    title = "The last search found these pages (where on the sheet, from its left and its top):"
    return "\n".join([title, *lines]) if lines else ""


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).strip(" \"'?.“”")
