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

    def __init__(self, place: Place, kind: str, pose: np.ndarray, target: int) -> None:
        self.place, self.pose = place, pose
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
        }


class Team:
    """One episode of one row."""

    def __init__(self, task, place: Place, state: dict, row: int) -> None:
        self.config, self.place = task.config, place
        self.hands, self.steps = HANDS.get(self.config.mission, 0), 0
        self.thing, self.goals = int(state["thing"][row]), state["goals"][row].tolist()
        self.reach = REACH[self.config.mission]
        kinds = [name.rsplit("_", 1)[0] for name in task.agents]
        self.able = [i for i, kind in enumerate(kinds) if self.hands and ROBOTS[kind][2]]
        self.holding: list[int] = []
        self.taken, self.done = False, 0.0
        self.robots = [
            Robot(
                place,
                kind,
                state["pose"][row, i],
                self.thing if i in self.able else self.goals[i],
            )
            for i, kind in enumerate(kinds)
        ]

    def step(self, poses: np.ndarray, actions: list[int]) -> dict:
        """What came of the actions that led to the poses."""
        before = [robot.best for robot in self.robots]
        came = [r.go(p, a) for r, p, a in zip(self.robots, poses, actions, strict=True)]
        work = self.common(before) if self.hands else self.own(before)
        just_taken = bool(self.hands) and not self.taken and self.take(actions)
        self.steps += 1
        there = [robot.metres <= self.reach for robot in self.robots]
        success = self.taken and all(there[i] for i in self.holding) if self.hands else all(there)
        if self.hands:
            self.done += sum(work)
            if success or just_taken:  # the rest is of those who have it in hand
                rest = max(0.0, (1.0 if success else 0.5) - self.done)
                self.done += rest
                for i in self.holding:
                    work[i] += rest / self.hands
            for robot in came:
                for name in [name for name in robot if name.endswith("_m")]:
                    del robot[name]
        limit = self.config.max_episode_steps
        return {
            "success": success,
            "episode_over": success or self.steps >= limit,
            "steps": self.steps,
            "max_steps": limit,
            "robot_progress": work,
            "had_part": [
                not self.hands or (self.taken and i in self.holding) for i in range(len(came))
            ],
            **{name: [robot[name] for robot in came] for name in came[0]},
        }

    def own(self, before: list[float]) -> list[float]:
        """The share of its own way, up to the reach of its pole, that each went."""
        work = []
        for robot, best in zip(self.robots, before, strict=True):
            whole = robot.leg - self.reach
            went = max(0.0, best - self.reach) - max(0.0, robot.best - self.reach)
            work.append(went / whole if whole > 0 else 0.0)
        return work

    def common(self, before: list[float]) -> list[float]:
        """The share of the team's way that each went, of as many as it takes, nearest first."""
        who = self.holding if self.taken else self.able
        less = self.reach if self.taken else 0.0

        def least(metres: dict[int, float]) -> float:
            return sum(sorted(metres.values())[: self.hands])

        old = {i: max(0.0, before[i] - less) for i in who}
        new = {i: max(0.0, self.robots[i].best - less) for i in who}
        whole = least({i: max(0.0, self.robots[i].leg - less) for i in who})
        first = sorted(who, key=lambda i: new[i])[: self.hands]
        went = {i: old[i] - new[i] for i in first}
        total, work = sum(went.values()), [0.0] * len(self.robots)
        for i in first if total > 0 and whole > 0 else ():
            work[i] = 0.5 * (least(old) - least(new)) / whole * went[i] / total
        return work

    def take(self, actions: list[int]) -> bool:
        """Whoever can takes it, first come; it is taken once as many hold it as it takes."""
        lying = self.place.points[self.thing]
        near = [i for i in self.able if math.dist(self.robots[i].pose[:2], lying) <= GRASP]
        kept = [i for i in self.holding if i in near]
        more = [i for i in near if actions[i] == INTERACT and i not in kept]
        self.holding = sorted(kept + more[: self.hands - len(kept)])
        ends = [self.robots[i].pose[:2] for i in self.holding]
        self.taken = len(ends) == self.hands and math.dist(ends[0], ends[-1]) <= PLANK
        if self.taken:
            for robot, goal in zip(self.robots, self.goals, strict=True):
                robot.head_for(goal)
        return self.taken


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
