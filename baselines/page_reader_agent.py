"""Search, then read: the pages that BM25 finds are read by OCR, the best first, until one answers.

It sees what a learner sees: the pictures, where the view lies, the results, and the words. A page
is read in two views, for which they must have some 448 pixels a side, and places be fractions:
views that are said in cells are wider, and too small to read. Of the second only what the first did
not show is handed to the engine, which takes nearly all of the time; lines of both answer together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.baselines.page_reading import (
    Place,
    Wanted,
    choose,
    find_answer,
    moved,
    tightened,
    wanted,
)
from vgym.baselines.screen_reading import Text, load_engine, read_screen
from vgym.core.opencv import cv2
from vgym.envs.zoom.moves import ANSWER, OPEN, PAN, SEARCH, ZOOM
from vgym.envs.zoom.pages.types import QUERIES, RESULTS

Box = NDArray[np.float64]  # (4,) xyxy

# Of the view of a page, as wide as it is printed: what is read of it at first.
_UPPER = np.array([0.19, 0.05, 0.81, 0.67])
_BELOW = np.array([0.5, 0.95])  # of that view: what is in the middle of the second one
_SURE = 0.97  # from which on nothing else is read
_ENLARGED = 2  # times: letters of ten pixels are small for the engine
_CUT = 20  # pixels: lines nearer to the edge of a view may be cut, and are read in the next again
_ABOUT = 4  # heights of an answer that are shown about it when it is looked at once more
_TURNS = 3  # that opening and reading another page takes, the answer after it included


@dataclass
class Reading:
    """What is remembered of one episode.

    Attributes:
        want: what is asked for.
        step: what comes next: "search", "open", "upper" and "lower" of a page, the "next" page, or
            to "check" the answer.
        opened: results so far. place: the likeliest answer, in fractions of the whole.
        lines: of the view that was read last, in its pixels. view: that view.
    """

    want: Wanted | None = None
    step: str = "search"
    opened: int = 0
    place: Place | None = None
    lines: list[Text] = field(default_factory=list)
    view: Box = field(default_factory=lambda: np.zeros(4))


class PageReaderAgent:
    """BM25 finds pages, OCR reads them.

    Raises:
        ImportError: without rapidocr-onnxruntime.
    """

    name = "page-reader"
    families = ("pages",)

    def __init__(self) -> None:
        load_engine()
        self._readings: list[Reading] = []

    def reset(self, seed: int) -> None:
        """Nothing to choose: it draws no random numbers."""
        self._readings = []

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """A move a row."""
        views, images, budgets, results = (
            each if isinstance(each, np.ndarray) else each.cpu().numpy()
            for each in (observation[name] for name in ("view", "image", "budget", "results"))
        )
        if len(self._readings) != len(views):
            self._readings = [Reading() for _ in views]
        task = envs.unwrapped.task
        actions = []
        for row, words in enumerate(instructions):
            if budgets[row, 0] >= 1.0:  # the first turn of an episode
                self._readings[row] = Reading(wanted(words))
            turns = round(float(budgets[row, 0]) * task.config.max_episode_steps)
            view = views[row].astype(np.float64)
            found = int((results[row].reshape(-1, 4)[:, 0] > 0).sum())
            move = self._move(self._readings[row], view, images[row], found, turns)
            actions.append(_said(task, *move))
        action = torch.cat(actions)
        return action.numpy() if task.device.type == "cpu" else action.to(task.device)

    def _move(
        self, reading: Reading, view: Box, image: NDArray[np.uint8], found: int, turns: int
    ) -> tuple[int, Any]:
        """A move, and what it names: a number, a point or a box in fractions of the view."""
        if reading.step == "search":
            reading.step = "open"
            return SEARCH, 0
        if reading.step in ("lower", "next", "check"):
            self._read(reading, view, image)
        if reading.step == "check":
            return self._answer(reading, view)
        sure = reading.place is not None and reading.place.sure >= _SURE
        if sure or turns <= 1:
            if turns <= 1 or reading.place is None or reading.want is None:
                return self._answer(reading, view)
            reading.step = "check"
            return ZOOM, _in_view(_widened(reading.place.box), view).clip(0, 1)
        if reading.step == "next":
            reading.step = "open"
        if reading.step == "open":
            if reading.opened >= min(found, RESULTS) or turns < _TURNS:
                return self._answer(reading, view)
            reading.opened += 1
            reading.step = "upper"
            return OPEN, reading.opened - 1
        if reading.step == "upper":
            reading.step = "lower"
            return ZOOM, _UPPER
        reading.step = "next"
        return PAN, _BELOW

    def _read(self, reading: Reading, view: Box, image: NDArray[np.uint8]) -> None:
        """Read what is new in a view, and keep what answers best."""
        if reading.want is None:
            return
        height, width = image.shape[:2]
        pixel = (view[2:] - view[:2]) / np.array([width, height])
        known, top = [], 0
        if reading.step == "next":  # the view before reaches into this one from above
            right, down = ((view[:2] - reading.view[:2]) / pixel).tolist()
            known = [_shifted(line, -right, -down) for line in reading.lines]
            top = int(np.clip(height - down - _CUT, 0, height - 1))
        reading.lines, reading.view = known + _lines(image, top), view
        place = find_answer(reading.want, reading.lines)
        if place is None:
            return
        if place.box[1] >= 0:
            place = Place(tightened(place.box, image), place.words, place.sure)
        placed = moved(place, view[:2], pixel)
        before = -1.0 if reading.place is None else reading.place.sure
        # Of equally likely places a closer look's counts, and else that which was seen first.
        if placed.sure > before or (reading.step == "check" and placed.sure == before):
            reading.place = placed

    def _answer(self, reading: Reading, view: Box) -> tuple[int, Any]:
        """The choice that is most like what was read, or where it stands."""
        place = reading.place
        if reading.want is not None and reading.want.options:
            return ANSWER, -1 if place is None else choose(reading.want.options, place.words)
        if place is None:
            return ANSWER, np.array([0.4, 0.4, 0.6, 0.6])
        return ANSWER, _in_view(place.box, view).clip(0, 1)


def _said(task: Any, kind: int, what: Any) -> torch.Tensor:
    """(1, *shape of the space): the action."""
    kinds = torch.tensor([kind])
    if isinstance(what, int):
        of = {SEARCH: QUERIES, OPEN: RESULTS, ANSWER: 6}[kind]
        said: torch.Tensor = task.moves.choosing(kinds, torch.tensor([max(what, 0)]), of)
        return said
    places = torch.from_numpy(np.asarray(what, np.float64))[None]
    point = kind == PAN or (kind == ANSWER and task.config.answer == "point")
    if point:
        if places.shape[1] == 4:
            places = (places[:, :2] + places[:, 2:]) / 2
        said = task.moves.at_point(kinds, places)
    else:
        said = task.moves.at_box(kinds, places, cover=kind == ZOOM)
    return said


def _lines(image: NDArray[np.uint8], top: int) -> list[Text]:
    """What a view says from a row on, in pixels of the view."""
    large = cv2.resize(image[top:], None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
    read = read_screen(np.asarray(large, np.uint8))
    boxes = [[edge / _ENLARGED for edge in line.box] for line in read]
    return [
        Text((x0, y0 + top, x1, y1 + top), line.words)
        for line, (x0, y0, x1, y1) in zip(read, boxes, strict=True)
    ]


def _shifted(line: Text, right: float, down: float) -> Text:
    x0, y0, x1, y1 = line.box
    return Text((x0 + right, y0 + down, x1 + right, y1 + down), line.words)


def _widened(box: Box) -> Box:
    """A box with what stands about it."""
    margin = _ABOUT * (box[3] - box[1])
    wide: Box = box + np.array([-margin, -margin, margin, margin])
    return wide


def _in_view(box: Box, view: Box) -> Box:
    corner, side = np.tile(view[:2], 2), np.tile(view[2:] - view[:2], 2)
    inside: Box = (box - corner) / side
    return inside
