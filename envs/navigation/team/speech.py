"""What a language model is told that is one robot of a team."""

from __future__ import annotations

from vgym.core.space_speech import speech_of_moves
from vgym.core.speech import Moment, Speech
from vgym.envs.navigation.speech import direction
from vgym.envs.navigation.team.robots import ROBOTS
from vgym.envs.navigation.team.types import TeamConfig

MOVES = ("wait", "forward", "turn left", "turn right", "interact")


def team_speech(config: TeamConfig) -> Speech:
    """How the team's mission is spoken of, to each of its robots."""
    able = [robot.name for robot in ROBOTS if robot.can_carry]
    brief = (
        f"You are one of {config.robots} robots that share a home and a task, and see through your "
        "own camera; the others see through theirs. All move at once, and robots that would bump "
        f"into one another stay where they are. Robots of the kinds {' and '.join(able)} can open "
        "doors and carry things, the others cannot. The task is done when the whole team has done "
        "its part."
    )
    does = (
        "Moves: forward goes one step, a turn is 30 degrees (45 for small robots), interact opens "
        "a door that is near, or takes what is to be brought."
    )
    return speech_of_moves(brief, MOVES, does, told=_told)


def _told(moment: Moment) -> str:
    """Where the robot's target is, if anybody has told it."""
    metres, cosine, sine = moment.observation["goal"].tolist()
    if not (metres or cosine or sine):
        return "Nobody has told you yet where it is."
    return f"Your target is {metres:.1f} m away as the crow flies, {direction(cosine, sine)}."
