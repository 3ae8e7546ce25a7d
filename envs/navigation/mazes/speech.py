"""What a language model is told of the paradigms: nothing of the place, nor of what pays."""

from __future__ import annotations

from vgym.core.space_speech import speech_of_moves
from vgym.core.speech import Speech
from vgym.envs.navigation.mazes.types import MazeConfig

MOVES = ("forward", "turn left", "turn right", "interact", "stay")
_BRIEF = (
    "You are in a maze and see it through your own eyes. An episode is a session of several trials "
    "in one place: you are put back to a start whenever a trial has ended. What pays is hidden and "
    "mostly stays where it is, so remember what you have found, and go straight there in the next "
    "trial. Later it may be hidden elsewhere."
)


def maze_speech(config: MazeConfig) -> Speech:
    """How sessions are spoken of."""
    does = (
        f"Moves: forward goes 0.25 m, a turn is {config.turn} degrees, interact presses what is "
        "within reach, stay waits."
    )
    return speech_of_moves(_BRIEF, MOVES, does)
