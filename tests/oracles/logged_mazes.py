"""What each step of a maze session came to: the nine protocols played again, one row at a time.

From the poses at which steps begin, the actions, what the place hides and its walls.
"""

import math
from functools import cache
from itertools import combinations

import numpy as np
from oracles.floors import CELL, Floor
from recorded import Step

NAMES = (
    *("morris", "barnes", "star", "t_maze", "radial_arm"),
    *("dnms", "operant", "shuttle_box", "cpp"),
)
SEARCHES = NAMES[:4]
LEGS = {"radial_arm": 4, "dnms": 2}  # targets of a trial, one after the other; else 1
REACH = dict(zip(NAMES, (0.45, 0.3, 0.6, 0.6, 0.6, 0.9, 0.9, 1.0, 1.0), strict=True))
RUN = {"dnms": 6}  # successful trials in a row that meet the criterion; else 3
REVERSED = (*SEARCHES, "operant")  # once met, hidden elsewhere, and to be met again
FOUR = list(combinations(range(8), 4))  # arms with food
FORWARD, LEFT, RIGHT, PRESS, STAY = range(5)


class Place:
    """One layout: its floor, its spots, and how far it is to each."""

    def __init__(self, layout) -> None:
        self.floor = Floor(layout.world.solid)
        self.spots = layout.spots.tolist()

    def distance(self, spot: int | None, x: float, y: float) -> float:
        if spot is None:
            return 0.0
        return self.floor.distance((self.floor.nearest(*self.spots[spot]),), x, y)


class Session:
    """One row's session."""

    def __init__(self, place: Place, state: dict, row: int) -> None:
        self.place = place
        self.name = NAMES[int(state["paradigm"][row])]
        self.trials, self.limit = int(state["trials"][row]), int(state["trial_limit"][row])
        tests = max(1, self.trials // 3) if self.name == "cpp" else self.trials
        self.run = min(tests, RUN.get(self.name, 3))
        self.stages = 2 if self.name in REVERSED and self.trials >= 2 * self.run else 1
        block = min(self.trials, 3) if self.name == "cpp" else 1
        self.needed = self.run * self.stages * block
        self.trial, self.streak, self.stage, self.steps, self.collisions = -1, 0, 0, 0, 0
        self.furthest = 0
        self.begin(state, row)

    def begin(self, state: dict, row: int) -> None:
        """The next trial: where it starts, what it hides, and how long the rest will be."""
        self.pose, self.hidden = state["pose"][row], int(state["hidden"][row])
        self.trial, self.taken = self.trial + 1, set()
        self.age = self.phase = self.earned = self.slips = 0
        self.timer = int(state["timer"][row])
        self.on = self.spot()
        self.aim(None, anew=True)

    def spot(self) -> int | None:
        """The spot that one stands on."""
        gaps = [math.dist(self.pose[:2], spot) for spot in self.place.spots]
        at = int(np.argmin(gaps))
        return at if gaps[at] <= REACH[self.name] else None

    def target(self) -> int | None:
        """Where one who knew would go."""
        if self.name == "radial_arm":
            return min(self.baits() - self.taken, default=None)
        if self.name == "dnms" and self.phase > 0:
            return 1 - self.hidden
        return None if self.name == "shuttle_box" and self.phase == 0 else self.hidden

    def baits(self) -> set[int]:
        return set(FOUR[self.hidden])

    def aim(self, old: int | None, anew: bool) -> None:
        """Begin a leg where the target is another one."""
        self.aimed_at = self.target()
        metres = self.place.distance(self.aimed_at, *self.pose[:2].tolist())
        if anew or self.aimed_at != old:
            self.leg = self.nearest = metres
            self.leg_done = False
        self.nearest = min(self.nearest, metres)

    def step(self, action: int, turn: float, logged: np.ndarray) -> dict:
        """Act; what came of it, and whether the trial and the session are over.

        Args:
            action: of the five. turn: radians. logged: the pose after the step, which is that of
                the next trial's start where the trial has ended.
        """
        yaw = float(self.pose[2]) + turn * ((action == LEFT) - (action == RIGHT))
        ahead = 0.25 * (action == FORWARD)
        start = self.pose[:2].tolist()
        x, y, bumped = self.place.floor.go(*start, yaw, ahead)
        self.pose = np.array([x, y, yaw])
        if _but_for_a_border(self.pose, logged):
            self.pose, bumped = logged, math.dist(start, logged[:2]) < ahead - 1e-4
        if _same(self.pose, logged):
            self.pose = logged
        self.steps, self.age = self.steps + 1, self.age + 1
        self.collisions += bumped
        here = self.spot()
        pay, found, ended, solved = self.judge(here, action == PRESS, bumped)
        self.on = here
        old, whole, nearest, done = self.aimed_at, self.leg, self.nearest, self.leg_done
        self.leg_done = done or found
        self.aim(old, anew=found and self.name == "radial_arm")
        gained = 0.0
        if found and not done:
            gained = nearest  # a target has some width: the rest of the way to its middle
        elif self.aimed_at == old and not done:
            gained = max(0.0, nearest - self.nearest)
        if self.trial >= self.needed:
            gained = 0.0
        ended = ended or self.age >= self.limit
        late = (
            self.name == "morris"
            and self.age > whole / 0.25 / math.cos(turn / 2) + math.pi / turn + 4
        )
        further, criterion = self.count(ended, solved and not self.slips and not late)
        whole *= self.needed * LEGS.get(self.name, 1)
        return {
            "success": criterion,
            "format_ok": True,
            "invalid_action": False,
            "steps": self.steps,
            "session_progress": 0.1 * (gained / whole if whole > 0 else gained) + 0.9 * further,
            "collisions": self.collisions,
            "trial_reward": pay,
            "ended": ended,
            "over": criterion or (ended and self.trial + 1 >= self.trials),
        }

    def testing(self) -> bool:
        """Whether the trial is one of those of the criterion: of cpp every third."""
        return (
            self.name != "cpp"
            or self.trial % 3 == 2
            or (self.trials < 3 and self.trial + 1 >= self.trials)
        )

    def count(self, ended: bool, solved: bool) -> tuple[float, bool]:
        """By which share of the criterion the session is further than ever; whether it is met."""
        if not ended or not self.testing():
            return 0.0, False
        self.streak = (self.streak + 1) * solved
        done = self.stage * self.run + self.streak
        further = max(0, done - self.furthest)
        self.furthest += further
        met = self.streak >= self.run
        if met:
            self.stage, self.streak = self.stage + 1, 0
        return further / (self.run * self.stages), met and self.stage == self.stages

    def judge(self, here: int | None, pressed: bool, bumped: bool):
        """The protocol: pay, the leg's target found, trial over, trial solved but for errors."""
        entered = here is not None and here != self.on
        pay, found, ended, solved = -0.01, False, False, False
        at_hidden = here == self.hidden
        if bumped and self.name in (*SEARCHES, "radial_arm"):
            pay = -0.05 if self.name == "morris" else -0.1
        if self.name in SEARCHES:
            if at_hidden:
                pay, found, ended, solved = 1.0, True, True, True
            elif here is not None and self.name == "barnes":
                pay -= 0.2
            elif entered and self.name == "t_maze":
                pay = -0.5
            self.slips += entered and not at_hidden and self.name != "morris"
        elif self.name == "radial_arm":
            if entered:
                self.slips += here in self.taken or here not in self.baits()
                if here in self.baits() - self.taken:
                    pay, found = 0.5, True
                    if self.baits() - self.taken == {here}:
                        pay, ended, solved = 1.5, True, True
                self.taken.add(here)
        elif self.name == "dnms":
            pay, found, ended, solved = self.match_not(here, pressed, pay)
        elif self.name == "operant":
            if pressed:
                pay = -0.05 if here is None else 1.0 if at_hidden else -0.2
                self.slips += here is not None and not at_hidden
                if at_hidden:
                    found = self.earned == 0
                    self.earned += 1
                    ended = solved = self.earned >= 10
        elif self.name == "shuttle_box":
            pay, found, ended, solved = self.shuttle(here, pay)
        else:
            pay, found, ended, solved = self.prefer(at_hidden, pay)
        return pay, found, ended, solved

    def match_not(self, here: int | None, pressed: bool, pay: float):
        """Press the sample; ten steps later press the other one."""
        found = ended = solved = False
        self.timer += 1
        if self.phase == 0 and pressed and here is not None:
            found = here == self.hidden
            self.slips += not found
            if found:
                self.phase, self.timer = 1, 0
        elif self.phase == 1 and self.timer >= 10:
            self.phase, self.timer = 2, 0
        elif self.phase == 2 and pressed and here is not None:
            ended = True
            found = solved = here != self.hidden
            pay = 1.0 if solved else -0.5
        return pay, found, ended, solved

    def shuttle(self, here: int | None, pay: float):
        """Fifteen steps of rest, less those it starts with, fifteen of light, ten of shock; over to
        the other side, not before the light."""
        found = ended = solved = False
        self.timer += 1
        if self.phase > 0 and here == self.hidden:
            found = ended = True
            solved = self.phase == 1
            pay = 1.0 if solved else 0.5
        elif self.phase == 2:
            pay, ended = -0.5, self.timer >= 10
        if self.phase == 0:
            self.slips += here == self.hidden
            self.hidden = self.hidden if here is None else 1 - here
        if self.timer >= (15, 15, 99)[self.phase]:
            self.phase, self.timer = self.phase + 1, 0
        return pay, found, ended, solved

    def prefer(self, paired: bool, pay: float):
        """Two trials in which one chamber pays; then it must be liked for its own sake."""
        found = paired and self.earned == 0
        if paired:
            pay = 0.0 if self.testing() else 0.1
            self.earned += 1
        ended = self.age >= self.limit
        solved = self.testing() and ended and self.age >= 20 and self.earned > 0.55 * self.age
        return pay, found, ended, solved


def facts(task, walk: list[Step]) -> list[dict]:
    """Facts of every step, and that the poses played again are those of the log."""
    place = cache(lambda number: Place(task.places.layouts[number]))
    turn = math.radians(task.config.turn)
    rows: list[Session] = [None] * len(walk[0].over)
    told = []
    for step in walk:
        came = []
        for row in range(len(rows)):
            if step.first[row]:
                rows[row] = Session(place(int(step.before["world"][row])), step.before, row)
            session = rows[row]
            logged = step.after["pose"][row]
            fact = session.step(int(step.action[row]), turn, logged)
            ended, over = fact.pop("ended"), fact.pop("over")
            fact["max_steps"] = task.config.max_episode_steps
            came.append(fact)
            if ended and not over:
                session.begin(step.after, row)
            else:
                assert _same(session.pose, logged), (session.name, session.pose, logged)
        told.append({name: np.array([c[name] for c in came]) for name in came[0]})
    return told


def _same(pose: np.ndarray, other: np.ndarray) -> bool:
    turned = math.remainder(float(pose[2]) - float(other[2]), math.tau)
    return math.dist(pose[:2], other[:2]) < 1e-4 and abs(turned) < 1e-4


def _but_for_a_border(pose: np.ndarray, other: np.ndarray) -> bool:
    """On a border of cells the last bit decides whether a step ends there or an eighth before."""
    off = np.abs(pose[:2] / CELL - np.round(pose[:2] / CELL)).min()
    return bool(off < 1e-4) and math.dist(pose[:2], other[:2]) < 0.25 / 8 + 1e-4
