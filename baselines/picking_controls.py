"""A request -> one of the controls of a screen, without reading a word of the screen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.controls import (
    BUTTON,
    COLOURS,
    FIELD,
    ICON,
    KINDS,
    ROW,
    TEXT,
    TICK_BOX,
    Controls,
)
from vgym.baselines.screen_words import Request

# How well each kind of control that was found fits what it is called, 0 to 1.
_ANYTHING = {TEXT: 0.8, ICON: 0.6, BUTTON: 1.0, FIELD: 0.6, ROW: 0.4, TICK_BOX: 0.2}
_FIELDS = {FIELD: 1.0, ROW: 0.7, BUTTON: 0.3}
_SWITCHES = {TICK_BOX: 1.0, ICON: 0.6, BUTTON: 0.3}
_ENTRIES = {ROW: 1.0, FIELD: 0.9, TEXT: 0.8}
_HEADINGS = {TEXT: 1.0, BUTTON: 0.7, ROW: 0.3}
_FITS: dict[str, dict[int, float]] = {
    "icon": {ICON: 1.0, BUTTON: 0.5},
    "button": {BUTTON: 1.0, TEXT: 0.5, ICON: 0.5},
    "link": {TEXT: 1.0, BUTTON: 0.5, ICON: 0.4},
    "field": _FIELDS,
    "number field": _FIELDS,
    "list box": _FIELDS,
    "checkbox": _SWITCHES,
    "radio button": _SWITCHES,
    "switch": _SWITCHES,
    "row": _ENTRIES,
    "entry": _ENTRIES,
    "option": _ENTRIES,
    "menu entry": _ENTRIES,
    "cell": _HEADINGS,
    "tab": _HEADINGS,
    "column heading": _HEADINGS,
    "row heading": _HEADINGS,
}
_LETTER = 0.48  # width of a letter over the height of its run


def pick(controls: Controls, request: Request) -> int | None:
    """The control that fits a request best by kind, colour, size and usual place.

    Returns:
        Its number; None without controls.
    """
    return int(fitness(controls, request).argmax()) if len(controls) else None


def fitness(controls: Controls, request: Request) -> NDArray[np.float32]:
    """How well each control fits a request: (n,), the higher the better, about -2 to 4."""
    score = kind_fit(controls, request.kind)
    if request.colour:
        share = controls.coloured[:, list(COLOURS).index(request.colour)]
        wide, high = (controls.boxes[:, 2:] - controls.boxes[:, :2]).T
        says = (controls.kinds == BUTTON) & (wide > 1.4 * high)
        score = score + 3 * np.minimum(share / 0.4, 1) + 0.3 * (says & (request.kind == "button"))
    elif request.text:
        score = score - _misfit_of_length(controls, len(request.text))
    elif request.kind in ("", "icon"):
        # An icon that stands alone has a usual place; beside words it is where the words are.
        middle = (controls.boxes[:, :2] + controls.boxes[:, 2:]) / 2
        away = middle / np.array(controls.size_hw[::-1], np.float32) - np.array(request.place)
        score = score + 0.4 * controls.alone * (controls.kinds == ICON)
        score = score - 1.5 * np.hypot(*away.T)
    return score.astype(np.float32)


def kind_fit(controls: Controls, kind: str) -> NDArray[np.float32]:
    """How well each control's kind fits a word for it, ("" fits buttons and text best): 0 to 1."""
    fits = _FITS.get(kind, _ANYTHING)
    return np.array([fits.get(k, 0.0) for k in range(len(KINDS))], np.float32)[controls.kinds]


def _misfit_of_length(controls: Controls, letters: int) -> NDArray[np.float32]:
    """How much too long or too short each run is for words of so many letters: 0 to 2."""
    wide, high = (controls.boxes[:, 2:] - controls.boxes[:, :2]).T
    expected = np.maximum(_LETTER * letters * high, 1)
    misfit = np.abs(np.log(np.maximum(wide, 1) / expected))
    return np.where(controls.kinds == TEXT, np.minimum(misfit, 2), 1.5).astype(np.float32)
