"""What a language model is told of matching."""

from __future__ import annotations

from vgym.core.action_forms import ActionForm
from vgym.core.place_speech import speech_of_places
from vgym.core.speech import Speech

_BRIEF = (
    "You will be shown two pictures of the ground from above: a map, north up, and a patch, which "
    "shows a part of that map. The patch may be turned, enlarged or reduced, and of other colours, "
    "as of another season or another kind of map. Find where the patch lies in the map, and answer "
    "with the point of the map where the middle of the patch is."
)
_TITLES = {"overview": "The map:", "image": "The patch:"}


def match_speech(form: ActionForm) -> Speech:
    """How matching is spoken of."""
    return speech_of_places(
        form,
        _BRIEF,
        "the point of the map where the patch has its middle",
        description="Answers with the point.",
        first=_TITLES,
        then=_TITLES,
        ask="Where in the map is the middle of the patch?",
        answered_in="overview",
    )
