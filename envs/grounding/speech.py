"""What a language model is told of grounding."""

from __future__ import annotations

from vgym.core.action_forms import ActionForm
from vgym.core.place_speech import speech_of_places
from vgym.core.speech import Speech

_BRIEFS = {
    "box": (
        "You will be shown a picture, and a phrase that names exactly one thing in it. Find that "
        "thing and answer with the box that fits tightly around it. Where something else hides a "
        "part of it, the box goes around the whole thing all the same."
    ),
    "point": (
        "You will be shown a picture, and a phrase that names exactly one thing in it. Find that "
        "thing and answer with a point on it, near its middle."
    ),
    "boxes": (
        "You will be shown a picture, and a phrase that names things of one sort. Find all of them "
        "and answer with one box for each, tightly around it; where something else hides a part, "
        "the box goes around the whole thing all the same. There may be one, several or none: if "
        "there is none, answer with an empty list. A box too many counts against you, as does one "
        "too few."
    ),
}
_WHAT = {
    "box": "the box around the thing",
    "point": "a point on the thing",
    "boxes": "a box around each thing",
}
_DOES = {
    "box": "Answers with the box.",
    "point": "Answers with the point.",
    "boxes": "Answers with all the boxes.",
}


def grounding_speech(form: ActionForm) -> Speech:
    """How grounding is spoken of, by the kind of answer that the form gives."""
    kind = form.answer
    return speech_of_places(form, _BRIEFS[kind], _WHAT[kind], description=_DOES[kind])
