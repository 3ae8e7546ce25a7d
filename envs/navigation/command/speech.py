"""What a language model is told that commands a team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vgym.core.speech import Call, Moment, Parameter, Speech, Tool
from vgym.envs.navigation.command.types import LEGS, MARKS, STEPS, WAYPOINTS, CommandConfig

ORDERS = ("wait", *(f"go to {n}" for n in range(1, MARKS + 1)), "open", "grasp", "place", "look")
_TEAM = (
    "You command a team of numbered robots in a home, which you see from above, with numbered "
    "marks in it. Wheeled (blue) and tall (green) robots open chests and carry things, tall ones "
    "also reach up high, small ones (orange) look under things, and drones (black) look down from "
    "above. A parcel is brought by one robot, a plank by two together; a mark with a thick rim is "
    "a closed chest, which has to be opened before its parcel can be taken. Each job is for the "
    "nearest robots that can do it, by the way that they would have to go. "
)
_BRIEFS = {
    "activate": "You are told what is wanted. Answer with the robots that should go, and with "
    "no others.",
    "plan": "You are told what is wanted. Answer with the shortest plan: in each of "
    f"{STEPS} steps an order to every robot. Whoever has nothing to do waits.",
    "trajectory": f"You are told where {LEGS} robots should go. Draw the way of each as "
    f"{WAYPOINTS} points in equal distances along the shortest way: not where it starts, but where "
    "it ends.",
}
_WAYS = ("first_way", "second_way")


def command_speech(config: CommandConfig) -> Speech:
    """How commanding is spoken of, by its level."""
    tool, said = {"activate": _sending, "plan": _planning, "trajectory": _drawing}[config.level](
        config.robots
    )
    return Speech(_TEAM + _BRIEFS[config.level], (tool,), said, turns=1)


def _sending(robots: int) -> tuple[Tool, Any]:
    def act(given: Mapping[str, Any], moment: Moment) -> Any:
        action = np.zeros(robots, np.int64)
        action[given["robots"]] = 1
        return action

    def said(action: Any, moment: Moment) -> Call:
        return Call("send", {"robots": np.flatnonzero(np.asarray(action)).tolist()})

    which = Parameter("integers", "the numbers of the robots", low=0, high=robots - 1, most=robots)
    return Tool(
        "send", "Sends those robots, and leaves the others where they are.", act, {"robots": which}
    ), said


def _planning(robots: int) -> tuple[Tool, Any]:
    def act(given: Mapping[str, Any], moment: Moment) -> Any:
        plan = np.zeros((STEPS, robots), np.int64)
        orders = [[ORDERS.index(order) for order in step] for step in given["steps"]]
        plan[: len(orders)] = orders
        return plan.ravel()

    def said(action: Any, moment: Moment) -> Call:
        plan = np.asarray(action).reshape(STEPS, robots).tolist()
        return Call("plan", {"steps": [[ORDERS[order] for order in step] for step in plan]})

    steps = Parameter(
        "table",
        f"one list for each step, of {robots} orders each, to robot 0 first; steps that are left "
        "out are waited",
        choices=ORDERS,
        least=1,
        most=STEPS,
        columns=robots,
    )
    return Tool("plan", "Gives the orders.", act, {"steps": steps}), said


def _drawing(robots: int) -> tuple[Tool, Any]:
    def act(given: Mapping[str, Any], moment: Moment) -> Any:
        return np.array([given[name] for name in _WAYS], np.float32)

    def said(action: Any, moment: Moment) -> Call:
        ways = np.asarray(action, np.float64).tolist()
        return Call("draw", {n: [tuple(p) for p in w] for n, w in zip(_WAYS, ways, strict=True)})

    ways = {
        name: Parameter(
            "points", f"the {which} robot's {WAYPOINTS} points", least=WAYPOINTS, most=WAYPOINTS
        )
        for name, which in zip(_WAYS, ("first", "second"), strict=True)
    }
    return Tool("draw", "Draws both ways.", act, ways), said
