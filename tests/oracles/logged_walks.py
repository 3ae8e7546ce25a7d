"""What each step of a walk came to, from the poses, the actions and the place alone."""

import math
from functools import cache

import numpy as np
from oracles.floors import CELL, Floor
from oracles.grids import line_of_sight
from recorded import Step

REACH = {"object": 0.1, "point": 0.36, "route": 0.1}  # metres from the goal's cells
BESIDE = 1.0  # metres from a thing, in its room, that count as being at it
FARTHEST = 10.0  # metres that one sees


class Place:
    """One world and its goals, as the robots of a task find them."""

    def __init__(self, task, number: int) -> None:
        slot = int(task.pool.slots(np.array([number]))[0])
        self.world = task.pool.worlds[slot]
        self.floor = Floor(self.world.solid)
        self.goals = task.episodes.goals(slot)
        self.kind = task.config.goal
        self.cells = cache(self._cells)
        self.clear = cache(self._clear)

    def _cells(self, goal: int, end: tuple[float, float]) -> tuple[tuple[int, int], ...]:
        """Where the goal is reached: about the things that the words mean, or at the point."""
        if self.kind == "point":
            return ((math.floor(end[1] / CELL), math.floor(end[0] / CELL)),)
        found = set()
        for thing in self.goals[goal].things:
            x0, y0, _, x1, y1, _ = self.world.things.box[thing].tolist()
            room = self.world.things.room[thing]
            for row, column in np.argwhere(self.floor.free & (self.world.room == room)).tolist():
                x, y = (column + 0.5) * CELL, (row + 0.5) * CELL
                aside = max(x0 - x, 0, x - x1), max(y0 - y, 0, y - y1)
                if math.hypot(*aside) <= BESIDE:
                    found.add((row, column))
        return tuple(sorted(found))

    def _clear(self, here: tuple[int, int], there: tuple[int, int]) -> bool:
        """Whether no wall is between two cells (column, row)."""
        corner = np.minimum(here, there)
        far = np.maximum(here, there) + 1
        walls = self.world.wall[corner[1] : far[1], corner[0] : far[0]]
        a, b = (tuple((np.array(cell) - corner).tolist()) for cell in (here, there))
        return line_of_sight(walls, a, b)

    def sees(self, pose: np.ndarray, targets: np.ndarray, fov: float) -> bool:
        """Whether a target is in the field of view, near, and not behind a wall."""
        x, y, yaw = pose.tolist()
        for tx, ty in {tuple(t) for t in targets.tolist()}:
            off = math.remainder(math.atan2(ty - y, tx - x) - yaw, math.tau)
            if math.hypot(tx - x, ty - y) <= FARTHEST and abs(off) <= math.radians(fov) / 2:
                cells = [
                    (math.floor(a / CELL), math.floor(b / CELL)) for a, b in ((x, y), (tx, ty))
                ]
                if self.clear(*cells):
                    return True
        return False


class Walk:
    """One episode of one row."""

    def __init__(self, place: Place, state: dict, row: int, fov: float) -> None:
        self.place, self.fov = place, fov
        self.targets = state["targets"][row]
        self.cells = place.cells(int(state["goal"][row]), tuple(self.targets[0].tolist()))
        self.pose = state["pose"][row]
        self.start = self.best = self.metres = self.distance(self.pose)
        self.seen = place.sees(self.pose, self.targets, fov)
        self.length, self.steps, self.collisions = 0.0, 0, 0

    def distance(self, pose: np.ndarray) -> float:
        return self.place.floor.distance(self.cells, float(pose[0]), float(pose[1]))

    def step(self, pose: np.ndarray, ahead: float, stop: bool, config) -> dict:
        """What came of going so many metres ahead, and being there."""
        made = math.dist(pose[:2], self.pose[:2])
        bumped = ahead > 0 and made < ahead * (1 - 1 / 16)
        before, best, seen = self.metres, self.best, self.seen
        self.length, self.steps = self.length + made, self.steps + 1
        self.collisions += bumped
        self.pose, self.metres = pose, self.distance(pose)
        self.best = min(best, self.metres)
        self.seen = self.place.sees(pose, self.targets, self.fov)
        arrived = self.metres < REACH[self.place.kind]
        ends = stop or (config.auto_stop and arrived)
        return {
            "success": ends and arrived,
            "episode_over": ends or self.steps >= config.max_episode_steps,
            "format_ok": True,
            "invalid_action": False,
            "actions_executed": int(not bumped),
            "steps": self.steps,
            "max_steps": config.max_episode_steps,
            "distance_before_m": before,
            "distance_after_m": self.metres,
            "best_distance_m": best,
            "start_distance_m": self.start,
            "path_length_m": self.length,
            "shortest_path_m": self.start,
            "collisions": self.collisions,
            "newly_visible": self.seen and not seen,
        }


def facts(task, walk: list[Step]) -> list[dict]:
    """Of both forms of action; without sliding along walls."""
    config = task.config
    assert not config.slide
    place = cache(lambda number: Place(task, number))
    rows: list[Walk] = [None] * len(walk[0].over)
    told = []
    for step in walk:
        came = []
        for row in range(len(rows)):
            if step.first[row]:
                place_of = place(int(step.before["world"][row]))
                rows[row] = Walk(place_of, step.before, row, config.fov)
            action = step.action[row]
            if config.action == "discrete":
                stop, ahead = action == 0, 0.25 * (action == 1)
            else:
                stop = bool(action[2] > 0.5)
                ahead = 0.0 if stop else 0.25 * float(action[0])
            came.append(rows[row].step(step.after["pose"][row], ahead, bool(stop), config))
        told.append({name: np.array([c[name] for c in came]) for name in came[0]})
    return told
