"""Points, boxes and sets of boxes that do not depend on the question."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.evaluation.audit.attack import Attack, best_of
from vgym.evaluation.audit.degenerate.constant import Gesture, constant
from vgym.evaluation.audit.playing import Policy
from vgym.evaluation.audit.subject import Subject

Boxes = NDArray[np.float64]  # (k, 4) xyxy fractions of the picture

_SIDES = (0.02, 0.05, 0.1, 0.2, 0.35)  # of boxes, as shares of the picture's
_POINTS = 5  # a side of the raster of points
_MOST_GRID = 16  # boxes a side


def _square(side: float, x: float = 0.5, y: float = 0.5) -> list[float]:
    half = side / 2
    return [x - half, y - half, x + half, y + half]


def _points(subject: Subject) -> list[Policy]:
    """A raster of points; or of boxes of several sizes at its places."""
    assert subject.form is not None
    raster = [(k + 0.5) / _POINTS for k in range(_POINTS)]
    places = [(x, y) for y in raster for x in raster]
    if subject.form.numbers == 2:
        return [_said(subject, f"({x:g}, {y:g})", np.array([[x, y]])) for x, y in places]
    boxes = [(side, x, y) for side in (0.2, 0.4, 0.6) for x, y in places]
    return [
        _said(subject, f"a box of {side:g} at ({x:g}, {y:g})", np.array([_square(side, x, y)]))
        for side, x, y in boxes
    ]


def _centre(subject: Subject) -> list[Policy]:
    assert subject.form is not None
    answer = [[0.5, 0.5]] if subject.form.numbers == 2 else [[0.25, 0.25, 0.75, 0.75]]
    return [_said(subject, "the centre", np.array(answer))]


def _whole(subject: Subject) -> list[Policy]:
    return [_said(subject, "the whole picture", np.array([[0.0, 0, 1, 1]]))]


def _tiny(subject: Subject) -> list[Policy]:
    return [
        _said(subject, f"a box of {side:g} in the middle", np.array([_square(side)]))
        for side in _SIDES
    ]


def _inverted(subject: Subject) -> list[Policy]:
    return [
        _said(subject, "the whole picture, inverted", np.array([[1.0, 1, 0, 0]])),
        _said(subject, "half the picture, inverted", np.array([[0.75, 0.75, 0.25, 0.25]])),
    ]


def _grids(subject: Subject) -> list[Policy]:
    """As many as a set holds; and several sizes at once."""
    assert subject.form is not None
    found = []
    for across in range(1, _MOST_GRID + 1):
        for down in range(1, _MOST_GRID + 1):
            if 1 < across * down <= subject.form.slots and abs(across - down) < 3:
                named = f"a grid of {across} by {down} boxes"
                found.append(_said(subject, named, _grid(across, down)))
    sizes = np.array([_square(side) for side in np.geomspace(0.05, 1, subject.form.slots)])
    return [*found, _said(subject, "boxes within boxes", sizes)]


def _grid(across: int, down: int) -> Boxes:
    cells = [(x, y) for y in range(down) for x in range(across)]
    return np.array([[x / across, y / down, (x + 1) / across, (y + 1) / down] for x, y in cells])


def _repeats(subject: Subject) -> list[Policy]:
    """One box in every slot, exactly or nearly."""
    assert subject.form is not None
    slots = subject.form.slots
    found = []
    for side in (0.1, 0.3, 0.6, 1.0):
        same = np.tile(np.array([_square(side)]), (slots, 1))
        near = same + 0.002 * np.arange(slots)[:, None] * np.array([1, 1, -1, -1])
        found.append(_said(subject, f"a box of {side:g} repeated", same))
        found.append(_said(subject, f"a box of {side:g} nearly repeated", near))
    return found


def _abstain(subject: Subject) -> list[Policy]:
    return [_said(subject, "no box at all", np.zeros((0, 4)))]


def _said(subject: Subject, name: str, places: NDArray[np.float64]) -> Policy:
    """The same places in the subject's own form, (k, 2) or (k, 4) fractions, k at most its slots;
    corners are kept in their order where the form can tell."""
    form = subject.form
    assert form is not None
    fractions = np.zeros((1, form.slots, form.numbers), np.float32)
    fractions[0, : len(places)] = np.round(places, 4)  # as a program has them
    used = np.arange(form.slots)[None] < len(places)
    action = form.encode(torch.from_numpy(fractions), torch.from_numpy(used))[0].numpy()
    return constant(Gesture(name, action))


def _asks(*answers: str) -> Callable[[Subject], str]:
    def unfit(subject: Subject) -> str:
        if subject.form is None:
            return "no place in a picture is asked for"
        asked = _ASKED[subject.form.answer]
        fits = subject.form.answer in answers
        return "" if fits else f"{asked} is asked for"

    return unfit


_ASKED = {"point": "a point", "box": "a box", "boxes": "a set of boxes"}
_ANY, _BOX, _SET = ("point", "box", "boxes"), ("box", "boxes"), ("boxes",)

PLACES = tuple(
    Attack(name, "degenerate", doc, best_of(policies), _asks(*answers))
    for name, doc, policies, answers in (
        ("centre", "The middle of the picture is near what is asked for.", _centre, _ANY),
        (
            "fixed place",
            "What is asked for is mostly there, or a large box pays.",
            _points,
            _ANY,
        ),
        ("whole picture", "A box of everything is paid.", _whole, _BOX),
        ("tiny box", "A box is paid for its middle, or for being inside.", _tiny, _BOX),
        ("inverted corners", "A box whose corners are swapped is paid.", _inverted, _BOX),
        ("grid of boxes", "Boxes everywhere are paid for those that fit.", _grids, _SET),
        ("repeated box", "One box is counted as several.", _repeats, _SET),
        ("abstaining", "No box is paid where there is something.", _abstain, _SET),
    )
)
