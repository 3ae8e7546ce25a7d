"""Search by looking: agents of VZoom that rate what a view shows, and choose the next by it.

They see what a learner sees: the view, where it lies, what is left, and the words. `best-first`
keeps a queue of places over all views, the likeliest first, as SEAL's search does (V*, arXiv
2312.14135): a clue that the words name is looked for before the thing itself shows. `grid-sweep`
looks at the cells of a grid one by one, then with the turns that are left at what was likeliest.
Both know the same things by sight, and weigh what they saw by the same clues.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.baselines.blobs import find_blobs
from vgym.baselines.plain_words import read
from vgym.baselines.search_clues import (
    Clue,
    Wish,
    apart,
    clues_in,
    fits,
    places_about,
    small_fences,
    understood,
    worth_a_look,
)
from vgym.baselines.sprite_likeness import SIDES, SMALLEST_SURE, Likely, likely_places
from vgym.envs.zoom.moves import ANSWER, UNDO, ZOOM

Box = NDArray[np.float64]  # (4,) xyxy

_SURE = 0.48  # likeness in a close look from which on the search ends
_UNCLOSE = 0.8  # what likeness counts that no close look has told
_WORTH = 0.2  # likeness below which nothing is looked at more closely
_UNSURE = 0.5  # what likeness counts of what is too small to be told
_PLAIN_PX = 24  # pixels of a thing's side from which on no closer look tells more
_ABOUT_THING = 4.0  # a thing's sides that the next view shows
_CLUE = 1.5  # what a clue's likeness counts, beside that of the thing itself
_LIKE = 3.0  # what the thing's own likeness counts, where a closer look can tell more
_WIDEST_SEEN = 12  # pixels: what is asked for is no larger in a picture of the whole
_PART = 0.3  # likeness of a part of a view that nothing is known of
_ELSEWHERE = 0.1  # likewise where a clue points to another
_HINT = 0.1  # what a fence counts there that is too small to be told
_SHARED = 0.08  # of a part's sides: how far it reaches into the next
_PIECE, _LESS = 0.36, 0.97  # how wide a piece of a view is, and how likely beside the view
_CLOSE = 0.12  # of the whole: the width of views that are not taken to pieces
_SAME = 0.8  # of a view's width: a narrower box is another view
_ALL = np.array([0.0, 0.0, 1.0, 1.0])


@dataclass(order=True)
class Place:
    """Somewhere to look or to answer: a box in fractions of the first view, and how likely."""

    score: float
    box: Box = field(compare=False)
    close: bool = field(compare=False, default=False)  # so large that no nearer look tells more


@dataclass
class Search:
    """What is remembered of one episode; boxes are fractions of the first view.

    Attributes:
        first: the first view, fractions of the whole.
        whole: where in it the whole lies.
        stack: the views that undoing leads back to, the current one last.
        promise: how likely the place was that was gone to last.
        queue: where to look, not yet looked at.
        answers: where the thing may be: how like it, the clues apart.
        clues: what the words name beside it, where it was seen.
        cells: of a sweep, those that are left; None before it.
    """

    first: Box = field(default_factory=_ALL.copy)
    whole: Box = field(default_factory=_ALL.copy)
    stack: list[Box] = field(default_factory=list)
    promise: float = 0.0
    queue: list[Place] = field(default_factory=list)
    answers: list[Place] = field(default_factory=list)
    clues: list[Clue] = field(default_factory=list)
    cells: list[Box] | None = None

    def answer(self, wish: Wish) -> Place | None:
        """The likeliest of all, by how like it is and how well it lies."""
        rated = [
            Place(
                place.score
                * fits(wish, self.clues, place.box)
                * (1.0 if place.close else _UNCLOSE),
                place.box,
                place.close,
            )
            for place in self.answers
        ]
        return max(rated, default=None)


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
            view, search = views[row].astype(np.float64), self._searches[row]
            if budgets[row, 0] >= 1.0:  # the first turn of an episode
                search = self._searches[row] = Search(whole=_in_view(_ALL, view), first=view)
            turns = round(float(budgets[row, 0]) * task.config.max_episode_steps)
            shown = _in_view(view, search.first)
            kinds[row], boxes[row] = self._move(search, shown, images[row], words, turns)
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
    def wanted(self, search: Search, best: Place | None, turns: int) -> Box | None:
        """Where to look next, a box in fractions of the first view; None to answer.

        Args:
            search: so far. best: of the answers. turns: left, the answer's included.
        """

    def _move(
        self, search: Search, view: Box, image: NDArray[np.uint8], words: str, turns: int
    ) -> tuple[int, Box]:
        """The move, and a box in fractions of the view."""
        if not search.stack or not np.allclose(search.stack[-1], view, atol=1e-5):
            known = [n for n, each in enumerate(search.stack) if np.allclose(each, view, atol=1e-5)]
            search.stack = search.stack[: known[0] + 1] if known else [*search.stack, view]
            if not known:
                rate(search, view, image, words, turns)
        best = search.answer(understood(words))
        where = None if turns <= 1 else self.wanted(search, best, turns)
        if where is None:
            # The answer must lie in the view: one that was left is gone back to.
            where = None if best is None or _holds(view, best.box) or turns <= 1 else best.box
            if where is None:
                box = view if best is None else best.box
                return ANSWER, _in_view(box, view).clip(0, 1)
        if not _holds(view, where) and len(search.stack) > 1:
            return UNDO, _ALL
        return ZOOM, _in_view(where, view).clip(0, 1)


class BestFirstAgent(SearchAgent):
    """The likeliest place of all views next."""

    name = "best-first"

    def wanted(self, search: Search, best: Place | None, turns: int) -> Box | None:
        """The best of the queue, unless the thing has been found."""
        return _likeliest(search, best, turns)


class GridSweepAgent(SearchAgent):
    """Every cell of a grid in its order, as fine as the turns allow; then the likeliest places."""

    name = "grid-sweep"

    def wanted(self, search: Search, best: Place | None, turns: int) -> Box | None:
        """The next cell: two turns each, there and back."""
        if search.cells is None:
            cells = _grid(search.whole, turns)
            search.cells = cells if len(cells) > 1 else []
        if search.cells and turns > 2:
            return search.stack[0] if len(search.stack) > 1 else search.cells.pop(0)
        return _likeliest(search, best, turns)


def _likeliest(search: Search, best: Place | None, turns: int) -> Box | None:
    """The best of the queue that there are turns for; None once the thing has been found."""
    view = search.stack[-1]
    if best is not None:
        left = sum(not _holds(each, best.box) for each in search.stack)
        # There and back from a next look, a look at what is answered, and the answer.
        if (best.close and best.score >= _SURE) or turns < left + 4:
            return None
    reach = [place for place in search.queue if turns > 2 or _holds(view, place.box)]
    if not reach:
        return None
    chosen = max(reach)
    if _holds(view, chosen.box):
        search.promise = chosen.score
        search.queue = [place for place in search.queue if place is not chosen]
    return chosen.box


def rate(search: Search, view: Box, image: NDArray[np.uint8], words: str, turns: int) -> None:
    """Add what a view shows to where to look next, and to what to answer.

    What is asked for shows in no picture of the whole, so in the first view only clues are looked
    for.
    """
    wish, first = understood(words), len(search.stack) == 1
    fresh = clues_in(image, view, wish, first)
    search.clues = apart(search.clues + fresh)
    for clue in fresh:
        search.queue += [
            Place(_CLUE * score, box)
            for score, box in places_about(wish, clue, search.whole)
            if _new(box, view)
        ]
    if first:
        part = _ELSEWHERE if fresh else _PART
        small = small_fences(image, view, wish)
        for box in _grid(search.whole, turns):
            seen = (clue.score for clue in small if _holds(box, clue.box))
            search.queue.append(Place(part + _HINT * max(seen, default=0.0), box))
    if wish.thing is not None and (first or not worth_a_look(wish, search.clues, view)):
        return
    widest = _WIDEST_SEEN / float((view[2:] - view[:2]).max())
    sides = tuple(side for side in SIDES if side <= max(widest, SMALLEST_SURE))
    named = wish.thing is not None
    shown = likely_places(image, *wish.thing, sides) if wish.thing else _standing_out(image, words)
    # A nearer look at a place takes the place of those before.
    search.answers = [place for place in search.answers if not _holds(view, place.box)]
    found = False
    for score, side, inside in zip(shown.score, shown.side, shown.boxes, strict=True):
        sure, box = bool(side >= SMALLEST_SURE), _in_whole(inside, view)
        likeness = float(score) if sure and not first else _UNSURE * float(score)
        search.answers.append(Place(likeness, box, bool(side >= _PLAIN_PX)))
        weighed = float(score) * fits(wish, search.clues, box)
        found |= bool(side >= _PLAIN_PX) and weighed >= _SURE
        if not first and side < _PLAIN_PX and score >= _WORTH:
            about = _around(box, _ABOUT_THING)
            if _new(about, view):
                worth = _LIKE * float(score) * fits(wish, search.clues, box) ** 0.5
                search.queue.append(Place(worth, about))
    if not first and not found and view[2] - view[0] > _CLOSE and (wish.how is None or not named):
        _pieces(search, view)


def _pieces(search: Search, view: Box) -> None:
    """Nine pieces of a view in which nothing was sure, that overlap; the middle ones first."""
    side = 1 - _PIECE
    for x, y in product((0.0, side / 2, side), repeat=2):
        box = np.array([x, y, x + _PIECE, y + _PIECE])
        off = float(np.hypot(x - side / 2, y - side / 2))
        search.queue.append(Place(search.promise * (_LESS - 0.01 * off), _in_whole(box, view)))


def _grid(whole: Box, turns: int) -> list[Box]:
    """Equal parts of the whole, row by row, as many as there are turns for: two each, there and
    back. They reach a little into each other, so that nothing is cut in two."""
    most = max(1, (turns - 2) // 2)
    wide, high = whole[2:] - whole[:2]
    # The fewest, and the squarest, of those whose longer side is the least.
    columns, rows = min(
        ((c, r) for c in range(1, most + 1) for r in range(1, most // c + 1)),
        key=lambda cr: (round(max(wide / cr[0], high / cr[1]), 6), cr[0] * cr[1]),
    )
    across = list(pairwise(np.linspace(whole[0], whole[2], columns + 1)))
    down = list(pairwise(np.linspace(whole[1], whole[3], rows + 1)))
    more = _SHARED * np.array([wide / columns, high / rows]) / 2
    cells = [np.array([x0, y0, x1, y1]) for y0, y1 in down for x0, x1 in across]
    return [(cell + np.concatenate((-more, more))).clip(0, 1) for cell in cells]


def _standing_out(image: NDArray[np.uint8], words: str) -> Likely:
    """What stands out, of the colour that the words say, where they name nothing of the atlas."""
    blobs = find_blobs(image, read(words).colour)
    side = (blobs.boxes[:, 2:] - blobs.boxes[:, :2]).max(1, initial=0) * max(image.shape[:2])
    return Likely(blobs.boxes.astype(float), 0.5 * blobs.weight.astype(float), side.astype(float))


def _around(box: Box, times: float) -> Box:
    """A square about a box, so many of its sides wide."""
    middle, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]).max() * times / 2
    return np.concatenate((middle - half, middle + half)).clip(0, 1)


def _new(box: Box, view: Box) -> bool:
    """Whether a box is a nearer view than that."""
    return bool((box[2:] - box[:2]).max() < _SAME * (view[2:] - view[:2]).max())


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
