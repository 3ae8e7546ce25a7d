"""What each step of a team came to, from the poses, the actions and the place alone."""

import math
from functools import cache

import numpy as np
from oracles.floors import CELL, Floor
from recorded import Step

FORWARD, INTERACT = 1, 4
# name: radius, metres a step, whether it can open doors and carry
ROBOTS = {
    "wheeled": (0.18, 0.25, True),
    "small": (0.15, 0.2, False),
    "tall": (0.24, 0.2, True),
    "drone": (0.18, 0.35, False),
}
REACH = {"meet": 2.5, "cover": 1.0, "carry": 2.25, "open": 2.5, "fetch": 1.0}  # metres by the way
HANDS = {"carry": 2, "fetch": 1}  # how many bring something
GRASP, PLANK = 1.9, 2.6  # metres from which it is taken; between the ends of a plank


class Place:
    """One world, as robots of each size can walk it."""

    def __init__(self, task, number: int) -> None:
        slot = int(task.pool.slots(np.array([number]))[0])
        world = task.pool.worlds[slot]
        self.points = [point.targets[0] for point in task.episodes.points(slot)]
        self.floor = cache(lambda radius: Floor(world.solid, radius))

    def metres(self, radius: float, point: int, pose: np.ndarray) -> float:
        """The way of a robot of that radius to a point."""
        x, y = self.points[point]
        cell = math.floor(y / CELL), math.floor(x / CELL)
        return self.floor(radius).distance((cell,), float(pose[0]), float(pose[1]))


class Robot:
    """One robot of one episode, and its way to where it should be."""

    def __init__(self, place: Place, kind: str, pose: np.ndarray, target: int, legs: int) -> None:
        self.place, self.pose, self.legs, self.progress = place, pose, legs, 0.0
        self.radius, self.stride, self.able = ROBOTS[kind]
        self.length, self.collisions = 0.0, 0
        self.head_for(target)

    def head_for(self, target: int) -> None:
        """Begin a leg of the way here."""
        self.target = target
        self.leg = self.best = self.metres = self.place.metres(self.radius, target, self.pose)

    def go(self, pose: np.ndarray, action: int) -> dict:
        """What came of an action that led there, but for what all did together."""
        made = math.dist(pose[:2], self.pose[:2])
        bumped = action == FORWARD and made < self.stride * (1 - 1 / 16)
        before, best = self.metres, self.best
        self.pose, self.length = pose, self.length + made
        self.collisions += bumped
        self.metres = self.place.metres(self.radius, self.target, pose)
        self.best = min(best, self.metres)
        return {
            "format_ok": True,
            "invalid_action": False,
            "actions_executed": int(not bumped),
            "collisions": self.collisions,
            "distance_before_m": before,
            "distance_after_m": self.metres,
            "best_distance_m": best,
            "start_distance_m": self.leg,
            "path_length_m": self.length,
            "shortest_path_m": self.leg,
            "robot_progress": self.earn(best - self.best),
        }

    def earn(self, metres: float) -> float:
        """The share of its way that so many metres nearer are; no more than all of it together."""
        share = metres / self.leg / self.legs if self.leg else 0.0
        share = min(share, max(0.0, 1 - self.progress))
        self.progress += share
        return share


class Team:
    """One episode of one row."""

    def __init__(self, task, place: Place, state: dict, row: int) -> None:
        self.config, self.place = task.config, place
        self.hands, self.steps = HANDS.get(self.config.mission, 0), 0
        self.thing, self.goals = int(state["thing"][row]), state["goals"][row].tolist()
        kinds = [name.rsplit("_", 1)[0] for name in task.agents]
        self.bringing = [i for i, kind in enumerate(kinds) if ROBOTS[kind][2]][: self.hands]
        self.holding: set[int] = set()
        self.taken = False
        self.robots = [
            Robot(
                place,
                kind,
                state["pose"][row, i],
                self.thing if i in self.bringing else self.goals[i],
                2 if i in self.bringing else 1,
            )
            for i, kind in enumerate(kinds)
        ]

    def step(self, poses: np.ndarray, actions: list[int]) -> dict:
        """What came of the actions that led to the poses."""
        came = [r.go(p, a) for r, p, a in zip(self.robots, poses, actions, strict=True)]
        if self.hands and not self.taken:
            self.take({i for i, action in enumerate(actions) if action == INTERACT}, came)
        self.steps += 1
        there = [robot.metres <= REACH[self.config.mission] for robot in self.robots]
        if self.hands:
            success = self.taken and all(there[i] for i in self.bringing)
            for robot in came:
                for name in [name for name in robot if name.endswith("_m")]:
                    del robot[name]
        else:
            success = all(there)
        limit = self.config.max_episode_steps
        return {
            "success": success,
            "episode_over": success or self.steps >= limit,
            "steps": self.steps,
            "max_steps": limit,
            **{name: [robot[name] for robot in came] for name in came[0]},
        }

    def take(self, pressing: set[int], came: list[dict]) -> None:
        """Whoever is to bring it takes it; it is taken once all have."""
        lying = self.place.points[self.thing]
        near = {i for i, r in enumerate(self.robots) if math.dist(r.pose[:2], lying) <= GRASP}
        sent = self.bringing
        if self.hands == 1:  # anybody who can
            first = [i for i in sorted(pressing & near) if self.robots[i].able][:1]
            self.holding, self.bringing = set(first), first or sent
        else:
            self.holding = (self.holding | pressing) & near & set(sent)
        ends = [self.robots[i].pose[:2] for i in self.bringing]
        if self.holding != set(self.bringing) or math.dist(ends[0], ends[-1]) > PLANK:
            return
        self.taken = True
        for i in {*self.bringing, *sent}:
            robot = self.robots[i]
            if i in self.bringing:  # with it in hand, the whole way there has been made
                robot.legs = 2
                came[i]["robot_progress"] += robot.earn(robot.best)
            else:
                robot.legs = 1
            robot.head_for(self.goals[i])


def facts(task, walk: list[Step]) -> list[dict]:
    """Of each robot; what is the team's, once a row."""
    place = cache(lambda number: Place(task, number))
    rows: list[Team] = [None] * len(walk[0].over)
    told = []
    for step in walk:
        came = []
        for row in range(len(rows)):
            if step.first[row]:
                rows[row] = Team(task, place(int(step.before["world"][row])), step.before, row)
            actions = np.asarray(step.action[row]).tolist()
            came.append(rows[row].step(step.after["pose"][row], actions))
        told.append({name: np.array([c[name] for c in came]) for name in came[0]})
    return told
