"""What a language model is told of clicking."""

from __future__ import annotations

from vgym.core.action_forms import ActionForm
from vgym.core.place_speech import speech_of_places
from vgym.core.speech import Speech

_BRIEFS = {
    "point": (
        "You will be shown a screenshot and told what somebody wants to do there. Exactly one "
        "control does it. Answer with the point to click, near the middle of that control."
    ),
    "box": (
        "You will be shown a screenshot and told what somebody wants to do there. Exactly one "
        "control does it. Answer with the box that fits tightly around that control."
    ),
}


def click_speech(form: ActionForm) -> Speech:
    """How clicking is spoken of, by the kind of answer that the form gives."""
    if form.answer == "point":
        what, tool, does = "where to click", "click", "Clicks there."
    else:
        what, tool, does = "the box around the control", "answer", "Answers with the box."
    return speech_of_places(form, _BRIEFS[form.answer], what, tool=tool, description=does)
