"""How tasks speak that are answered with a point, a box or several boxes in a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from vgym.core.action_forms import ActionForm, Continuous
from vgym.core.speech import Call, Kind, Moment, Parameter, Speech, Tool

KINDS: Mapping[str, Kind] = {"point": "point", "box": "box", "boxes": "boxes"}


def speech_of_places(
    form: ActionForm,
    brief: str,
    what: str,
    *,
    tool: str = "answer",
    description: str = "Gives the answer.",
    **more: Any,
) -> Speech:
    """One tool, whose argument is the place.

    Args:
        form: of actions. brief: what is to be found. what: the place, as a phrase.
        tool, description: of the tool. **more: of `Speech`.
    """
    kind = KINDS[form.answer]
    parameter = Parameter(kind, what, most=form.slots if form.is_set else None)

    def act(given: Mapping[str, Any], moment: Moment) -> Any:
        return _action(form, given[kind])

    def said(action: Any, moment: Moment) -> Call:
        return Call(tool, {kind: _places(form, action)})

    answer = Tool(tool, description, act, {kind: parameter})
    return Speech(brief, (answer,), said, plain=(tool, kind), **more)


def _action(form: ActionForm, given: Any) -> Any:
    """The action of a place, or of several, in fractions."""
    if type(form) is Continuous and not form.is_set:
        return np.array(given, np.float32)  # what `encode` comes to, at a hundredth of its cost
    places = np.zeros((1, form.slots, form.numbers), np.float32)
    used = np.zeros((1, form.slots), np.bool_)
    rows = list(given)[: form.slots] if form.is_set else [given]
    for slot, row in enumerate(rows):
        places[0, slot], used[0, slot] = row, True
    return form.encode(torch.from_numpy(places), torch.from_numpy(used))[0].numpy()


def _places(form: ActionForm, action: Any) -> Any:
    """An action as a place, or as several, in fractions."""
    fractions, used = form.decode(torch.as_tensor(np.asarray(action))[None])
    rows = [tuple(row) for row in fractions[0][used[0]].double().tolist()]
    return rows if form.is_set else rows[0]
