"""What a language model is told of one robot's walks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gymnasium import spaces

from vgym.core.space_speech import speech_of_moves, speech_of_space
from vgym.core.speech import Moment, Speech
from vgym.envs.navigation.actions import NAMES
from vgym.envs.navigation.types import NavigationConfig

_GOALS = {
    "object": "You are told to find a thing. Go there and, once you stand next to it, stop.",
    "point": "You are told to go to a point, and in each turn how far away it is and in which "
    "direction. Go there and, once you have reached it, stop.",
    "route": "You are told a way to go. Follow it and, once you are where it ends, stop.",
}
_VIEWS = {
    "first": "You see through its camera.",
    "top": "You see the place from above.",
    "dual": "You see through its camera on the left, and the place from above on the right.",
}


def walk_speech(config: NavigationConfig, known: Sequence[int], space: spaces.Space[Any]) -> Speech:
    """How walking is spoken of.

    Args:
        config: what is asked for, and what is seen. known: the moves that there are, into `NAMES`.
        space: of actions.
    """
    brief = (
        f"You steer a robot through rooms. {_VIEWS[config.view]} {_GOALS[config.goal]} To stop "
        "ends the task, wherever you are, so do not stop before. The robot cannot go through "
        "walls, furniture or closed doors, and does not slide along them."
    )
    if config.slide:
        brief = brief.replace(", and does not slide along them", ", but slides along them")
    if config.action == "continuous":
        order = "forward from 0 to 1 (times 0.25 m), turn from -1 to 1 (left is positive), stop"
        order += ", look from -1 to 1" if config.look else ""
        order += ", open doors" if config.doors == "closed" else ""
        return speech_of_space(space, f"{brief} An action is: {order} (yes above a half).")
    moves = [NAMES[number] for number in known]
    does = f"Moves the robot: forward goes 0.25 m, a turn is {config.turn} degrees"
    does += ", looking up or down tilts the camera 15 degrees" if config.look else ""
    does += ", interact opens a door that is near" if config.doors == "closed" else ""
    return speech_of_moves(brief, moves, f"{does}.", told=_told)


def direction(cosine: float, sine: float) -> str:
    """A direction in words, as it is seen from a robot.

    >>> direction(0.0, 1.0), direction(1.0, 0.0)
    ('90 degrees to the left', 'straight ahead')
    """
    degrees = math.degrees(math.atan2(sine, cosine))
    if abs(degrees) < 2:
        return "straight ahead"
    if abs(degrees) > 178:
        return "straight behind you"
    return f"{abs(degrees):.0f} degrees to the {'left' if degrees > 0 else 'right'}"


def _told(moment: Moment) -> str:
    """Where the goal is, and where the robot has come to, as far as it senses them."""
    seen, lines = moment.observation, []
    if "goal" in seen:
        metres, cosine, sine = seen["goal"].tolist()
        lines.append(
            f"The goal is {metres:.1f} m away as the crow flies, {direction(cosine, sine)}."
        )
    if "odometry" in seen:
        ahead, left, cosine, sine = seen["odometry"].tolist()
        turned = math.degrees(math.atan2(sine, cosine))
        lines.append(
            f"Seen from your start you are {ahead:.2f} m ahead and {left:.2f} m to the left, and "
            f"you have turned {turned:.0f} degrees to the left (negative: to the right)."
        )
    return "\n".join(lines)
