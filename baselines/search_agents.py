"""Search by looking: agents of VZoom that rate what a view shows, and choose the next by it.

They see what a learner sees: the view, where it lies, what is left, and the words. `best-first`
keeps a queue of places over all views, the likeliest first, as SEAL's search does (V*, arXiv
2312.14135): a cue that the words name is looked for before the thing itself shows. `grid-sweep`
looks at the cells of a grid one by one, and answers where the thing was likeliest.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.baselines.blobs import COLOURS, find_blobs
from vgym.baselines.plain_words import read
from vgym.baselines.sprite_likeness import SMALLEST_SURE, Likely, likely_places, things_named
from vgym.envs.zoom.moves import ANSWER, UNDO, ZOOM

Box = NDArray[np.float64]  # (4,) xyxy

_SURE = 0.6  # likeness from which on the search ends
_WORTH = 0.35  # likeness below which nothing is looked at more closely
_UNSURE = 0.5  # what likeness counts of what is too small to be told
_ABOUT_THING = 6.0  # a thing's sides that the next view shows
_ABOUT_CUE = 3.0  # likewise of what it lies beside, or in
_CUE = 0.8  # what a cue's likeness counts, beside that of the thing itself
_CUE_PX = 9  # pixels from which on a cue can be told
_BESIDE = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "above": (0.0, -1.0), "below": (0.0, 1.0)}
_FENCE = re.compile(r"\b(\w+) fence\b")
_PART = 0.3  # likeness of a part of a view that nothing is known of
_PIECE, _LESS = 0.36, 0.97  # how wide a piece of a view is, and how likely beside the view
_CLOSE = 0.12  # of the whole: the width of views that are not taken to pieces
_SAME = 0.8  # of a view's width: a narrower box is another view


@dataclass(order=True)
class Place:
    """Somewhere to look or to answer: a box in fractions of the whole, and how likely it is."""

    score: float
    box: Box = field(compare=False)
    sure: bool = field(compare=False, default=False)  # large enough to be told when it was seen


@dataclass
class Search:
    """What is remembered of one episode.

    Attributes:
        stack: the views that undoing leads back to, the current one last, fractions of the whole.
        promise: how likely the place was that was gone to last.
        queue: where to look, not yet looked at.
        answers: where the thing may be.
        cell: of a sweep, the next.
    """

    stack: list[Box] = field(default_factory=list)
    promise: float = 0.0
    queue: list[Place] = field(default_factory=list)
    answers: list[Place] = field(default_factory=list)
    cell: int = 0


class SearchAgent(ABC):
    """Rates every view, and answers with the likeliest place of all."""

    families = ("zoom",)

    def __init__(self) -> None:
        self._searches: list[Search] = []

    def reset(self, seed: int) -> None:
        """Nothing to choose: it draws no random numbers."""
        self._searches = []

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """A move a row."""
        views, images, budgets = (
            each if isinstance(each, np.ndarray) else each.cpu().numpy()
            for each in (observation["view"], observation["image"], observation["budget"])
        )
        if len(self._searches) != len(views):
            self._searches = [Search() for _ in views]
        task = envs.unwrapped.task
        kinds = np.empty(len(views), np.int64)
        boxes = np.empty((len(views), 4))
        for row, words in enumerate(instructions):
            if budgets[row, 0] >= 1.0:  # the first turn of an episode
                self._searches[row] = Search()
            turns = round(float(budgets[row, 0]) * task.config.max_episode_steps)
            view = views[row].astype(np.float64)
            kinds[row], boxes[row] = self._move(
                self._searches[row], view, images[row], words, turns
            )
        kind, box = torch.from_numpy(kinds), torch.from_numpy(boxes)
        answer = kind == ANSWER
        action = torch.where(
            answer[:, None],
            task.moves.at_box(kind, box, cover=False),
            task.moves.at_box(kind, box, cover=True),
        )
        if task.config.answer == "point":
            middle = (box[:, :2] + box[:, 2:]) / 2
            action = torch.where(answer[:, None], task.moves.at_point(kind, middle), action)
        return action.numpy() if task.device.type == "cpu" else action.to(task.device)

    @abstractmethod
    def wanted(self, search: Search, turns: int) -> Box | None:
        """Where to look next, a box in fractions of the whole; None to answer.

        Args:
            search: so far. turns: left, the answer's included.
        """

    def _move(
        self, search: Search, view: Box, image: NDArray[np.uint8], words: str, turns: int
    ) -> tuple[int, Box]:
        """The move, and a box in fractions of the view."""
        if not search.stack or not np.allclose(search.stack[-1], view, atol=1e-6):
            known = [n for n, each in enumerate(search.stack) if np.allclose(each, view, atol=1e-6)]
            search.stack = search.stack[: known[0] + 1] if known else [*search.stack, view]
            if not known:
                rate(search, view, image, words, turns)
        best = max(search.answers, default=None)
        where = None if turns <= 1 else self.wanted(search, turns)
        if where is None:
            # The answer must lie in the view: one that was left is gone back to.
            where = None if best is None or _holds(view, best.box) or turns <= 1 else best.box
            if where is None:
                box = view if best is None else best.box
                return ANSWER, _in_view(box, view).clip(0, 1)
        if not _holds(view, where) and len(search.stack) > 1:
            return UNDO, np.array([0.0, 0.0, 1.0, 1.0])
        return ZOOM, _in_view(where, view).clip(0, 1)


class BestFirstAgent(SearchAgent):
    """The likeliest place of all views next."""

    name = "best-first"

    def wanted(self, search: Search, turns: int) -> Box | None:
        """The best of the queue, unless the thing has been found."""
        best = max(search.answers, default=None)
        if best is not None and best.sure and best.score >= _SURE:
            return None
        view = search.stack[-1]
        reach = [place for place in search.queue if turns > 2 or _holds(view, place.box)]
        if not reach:
            return None
        chosen = max(reach)
        if _holds(view, chosen.box):
            search.promise = chosen.score
            search.queue = [place for place in search.queue if place is not chosen]
        return chosen.box


class GridSweepAgent(SearchAgent):
    """Every cell of a grid in its order, as fine as the turns allow."""

    name = "grid-sweep"

    def wanted(self, search: Search, turns: int) -> Box | None:
        """The next cell: two turns each, there and back."""
        if len(search.stack) > 1:
            return search.stack[0] if turns > 3 else None
        if not search.queue:
            search.queue = [Place(0.0, box) for box in _grid(search.stack[0], turns)]
        if search.cell >= len(search.queue) or turns <= 2:
            return None
        search.cell += 1
        return search.queue[search.cell - 1].box


def rate(search: Search, view: Box, image: NDArray[np.uint8], words: str, turns: int) -> None:
    """Add what a view shows to where to look next, and to what to answer.

    What is asked for shows in no picture of the whole, so in the first view only cues are looked
    for.
    """
    named = things_named(words)
    first = len(search.stack) == 1
    thing = likely_places(image, *named[0]) if named else _standing_out(image, words)
    told = [
        (float(score), bool(side >= SMALLEST_SURE))
        for score, side in zip(thing.score, thing.side, strict=True)
    ]
    for (score, sure), box in zip(told, thing.boxes, strict=True):
        known = score if sure and not first else _UNSURE * score
        search.answers.append(Place(known, _in_whole(box, view), sure))
        if score >= _WORTH and not first and not sure:
            _queue(search, view, box, score, _ABOUT_THING)
    if first:
        _cues(search, view, image, words)
        _parts(search, view, turns)
    elif view[2] - view[0] > _CLOSE and not any(sure and score >= _SURE for score, sure in told):
        _pieces(search, view)


def _cues(search: Search, view: Box, image: NDArray[np.uint8], words: str) -> None:
    """Look beside what the words name last, or into the fence that they name."""
    named, fence = things_named(words), _FENCE.search(words)
    shift = next((_BESIDE[word] for word in words.split() if word in _BESIDE), (0.0, 0.0))
    if fence is not None and fence[1] in COLOURS:
        cue = _standing_out(image, fence[1])
    elif len(named) > 1:
        cue = likely_places(image, *named[-1])
    else:
        return
    for score, side, box in zip(cue.score, cue.side, cue.boxes, strict=True):
        if side >= _CUE_PX:
            beside = box + np.tile((box[2:] - box[:2]) * shift, 2)
            _queue(search, view, beside, _CUE * float(score), _ABOUT_CUE)


def _parts(search: Search, view: Box, turns: int) -> None:
    """Parts of the whole, if nothing better is known."""
    search.queue += [Place(_PART, box) for box in _grid(view, turns)]


def _pieces(search: Search, view: Box) -> None:
    """Nine pieces of a view in which nothing was sure, that overlap; the middle ones first."""
    side = 1 - _PIECE
    for x, y in product((0.0, side / 2, side), repeat=2):
        box = np.array([x, y, x + _PIECE, y + _PIECE])
        off = float(np.hypot(x - side / 2, y - side / 2))
        search.queue.append(Place(search.promise * (_LESS - 0.01 * off), _in_whole(box, view)))


def _grid(view: Box, turns: int) -> list[Box]:
    """Equal parts of what a view shows of the whole, row by row, as many as there are turns for:
    two each, there and back."""
    side = max(1, int(((turns - 2) / 2) ** 0.5))
    x0, y0, x1, y1 = view.clip(0, 1)
    across, down = (list(pairwise(np.linspace(*ends, side + 1))) for ends in ((x0, x1), (y0, y1)))
    return [np.array([left, top, right, low]) for top, low in down for left, right in across]


def _standing_out(image: NDArray[np.uint8], words: str) -> Likely:
    """What stands out, of the colour that the words say, where they name nothing of the atlas."""
    blobs = find_blobs(image, read(words).colour)
    side = (blobs.boxes[:, 2:] - blobs.boxes[:, :2]).max(1, initial=0) * max(image.shape[:2])
    return Likely(blobs.boxes.astype(float), 0.5 * blobs.weight.astype(float), side.astype(float))


def _queue(search: Search, view: Box, box: Box, score: float, times: float) -> None:
    """Look about a box of the view, so many of its sides wide, if that is closer than the view."""
    middle, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]).max() * times / 2
    if 2 * half < _SAME:
        about = np.concatenate((middle - half, middle + half)).clip(0, 1)
        search.queue.append(Place(score, _in_whole(about, view)))


def _in_whole(box: Box, view: Box) -> Box:
    corner, side = view[:2], view[2:] - view[:2]
    return np.concatenate((corner + box[:2] * side, corner + box[2:] * side))


def _in_view(box: Box, view: Box) -> Box:
    corner, side = view[:2], view[2:] - view[:2]
    return np.concatenate(((box[:2] - corner) / side, (box[2:] - corner) / side))


def _holds(view: Box, box: Box) -> bool:
    """Whether a view shows all of a box, but for a rounding."""
    slack = 1e-4 * (view[2:] - view[:2])
    return bool((box[:2] >= view[:2] - slack).all() and (box[2:] <= view[2:] + slack).all())
