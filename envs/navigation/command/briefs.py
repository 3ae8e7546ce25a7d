"""Briefs: a team and marks in a place, and then what is asked of them.

Whom to send is never a matter of taste: each job needs a kind of robot, and of those who can, the
nearest by the way they would go; the next nearest is farther by a margin, and no robot is the
nearest for two jobs. It takes the words and the picture to know. By the words alone all robots are
alike, for of all who can do a job there is one more than it takes, and who has which number, and
what marks look like, is drawn apart. By the picture alone all answers are alike, for it is drawn
first: what is asked is then chosen so that each set of robots that could be meant is as likely.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, fold, stream, uniform
from vgym.envs.navigation.command.types import (
    FETCH,
    FLY,
    HAUL,
    JOBS,
    LEGS,
    MARKS,
    NOTHING,
    PARCEL,
    PLANK,
    SPECIALIST,
)
from vgym.envs.navigation.command.wording import COLOURS, SHAPES
from vgym.envs.navigation.team.robots import RADII, ROBOTS

_KINDS = len(ROBOTS)
_RADIUS = np.array([RADII.index(robot.radius) for robot in ROBOTS])
# Who can do a job, by its kind and the robot's.
_ABLE = np.array(
    [
        [
            robot.can_carry if job in (FETCH, HAUL) else robot.name == SPECIALIST[job]
            for robot in ROBOTS
        ]
        for job in range(FLY + 1)
    ]
)
_LOOKS, _COLOURS = len(COLOURS) * len(SHAPES), len(COLOURS)
# As shares of the picture's side, for what is to be told apart is to be seen:
_APART = 0.14  # between robots and marks, less where there is no room
_MARGIN = 0.07  # by which the nearest robot is nearer than the next
_SHORTEST = 0.15  # of a way to draw
_FURTHER = 0.2  # of its way by which the nearest robot is nearer than the next, too
_TRIES, _CROWDED, _LENIENT = 512, 40, 0.75
_POINT, _TEAM, _NUMBER, _THING = (stream(f"brief/{n}") for n in ("point", "team", "no", "thing"))
_CHEST, _ANSWER, _ORDER, _MARK = (
    stream(f"brief/{n}") for n in ("chest", "answer", "order", "mark")
)
_LEG, _END, _LOOK, _YAW = (stream(f"brief/{n}") for n in ("leg", "end", "look", "yaw"))


class Briefs(NamedTuple):
    """What is drawn, B briefs of R robots, K marks and J jobs: rows of a `State`, and points."""

    kind: NDArray[np.int64]  # (B, R)
    point: NDArray[np.int64]  # (B, K + R) of the place: where the marks are, and then the robots
    yaw: NDArray[np.float32]  # (B, R)
    look: NDArray[np.int64]  # (B, K, 2)
    lies: NDArray[np.int64]  # (B, K)
    chest: NDArray[np.bool_]  # (B, K)
    jobs: NDArray[np.int64]  # (B, J, 3)
    crew: NDArray[np.bool_]  # (B, J, R)
    legs: NDArray[np.int64]  # (B, 2, 2)


def empty_briefs(batch: int, team: int) -> Briefs:
    """Briefs that nobody has drawn."""
    return Briefs(
        kind=np.zeros((batch, team), np.int64),
        point=np.zeros((batch, MARKS + team), np.int64),
        yaw=np.zeros((batch, team), np.float32),
        look=np.zeros((batch, MARKS, 2), np.int64),
        lies=np.full((batch, MARKS), NOTHING, np.int64),
        chest=np.zeros((batch, MARKS), np.bool_),
        jobs=np.full((batch, JOBS, 3), -1, np.int64),
        crew=np.zeros((batch, JOBS, team), np.bool_),
        legs=np.zeros((batch, LEGS, 2), np.int64),
    )


@compiled
def draw_briefs(
    keys: NDArray[np.uint64],
    place: NDArray[np.int64],
    xy: NDArray[np.float32],
    ways: NDArray[np.float32],
    side: NDArray[np.float32],
    count: int,
    drawn: Briefs,
) -> int:
    """Draw briefs.

    Args:
        keys: (B,). place: (B,) which of the S places.
        xy: (S, P, 2), ways: (S, K, P, P), side: (S,) as of `Places`.
        count: jobs of a brief. drawn: written; as `empty_briefs` gives them.

    Returns:
        Of how many keys no fair brief was found; not seen in practice.
    """
    failed = 0
    for b in range(keys.shape[0]):
        found = False
        for attempt in range(_TRIES):
            key, p = fold(keys[b], np.uint64(attempt)), place[b]
            share = 1 - attempt / _TRIES
            apart = _APART * side[p] * max(1 - attempt / _CROWDED, 0.8 if share > 0.5 else 0.5)
            found = _stand(key, xy[p], apart, drawn.point[b]) and _fair(
                key, ways[p], share * side[p], share, count, b, drawn
            )
            if found:
                break
        failed += not found
        looks = _shuffled(keys[b], _LOOK, _LOOKS)
        for mark in range(MARKS):
            drawn.look[b, mark, 0] = looks[mark] % _COLOURS
            drawn.look[b, mark, 1] = looks[mark] // _COLOURS
        for robot in range(drawn.yaw.shape[1]):
            drawn.yaw[b, robot] = (uniform(keys[b], _YAW, robot) * 2 - 1) * math.pi
    return failed


@compiled
def _stand(key: np.uint64, xy: NDArray[np.float32], apart: float, point: NDArray[np.int64]) -> bool:
    """Points that are apart from one another, at random; whether there are enough."""
    found = 0
    for candidate in _shuffled(key, _POINT, len(xy)):
        near = False
        for n in range(found):
            dx, dy = xy[candidate] - xy[point[n]]
            near = near or math.hypot(dx, dy) <= apart
        if not near:
            point[found] = candidate
            found += 1
            if found == len(point):
                return True
    return False


@compiled
def _fair(
    key: np.uint64,
    ways: NDArray[np.float32],
    side: float,
    share: float,
    count: int,
    b: int,
    drawn: Briefs,
) -> bool:
    """Who stands and what lies at the points, and what is asked; whether that is fair.

    Args:
        ways: (K, P, P). side: metres, of which ways differ by shares.
        share: of the answers that the picture should leave open.
    """
    kind, point = drawn.kind[b], drawn.point[b]
    team = len(kind)
    # In pairs, for nobody is needed who is the only one of a kind.
    for n, robot in enumerate(_shuffled(key, _NUMBER, team)):
        kind[robot] = below(key, _TEAM, min(n // 2, team // 2 - 1), _KINDS)
    far = np.empty((team, MARKS))
    for robot in range(team):
        for mark in range(MARKS):
            far[robot, mark] = ways[_RADIUS[kind[robot]], point[MARKS + robot], point[mark]]
    if not np.isfinite(far).all():
        return False
    things = _shuffled(key, _THING, MARKS)
    for mark in range(MARKS):
        drawn.lies[b, mark] = things[mark] % 3
        shut = below(key, _CHEST, mark, 2) == 1
        drawn.chest[b, mark] = drawn.lies[b, mark] == PARCEL and shut
    what, at, crew = _possible(kind, drawn.lies[b], far, _MARGIN * side)
    chosen = _chosen(key, at, crew, count, team, share)
    if len(chosen) == 0:
        return False
    free = _shuffled(key, _MARK, MARKS)
    used = 0
    for job, n in enumerate(chosen):
        drawn.jobs[b, job] = (what[n], at[n], -1)
        if what[n] == FETCH or what[n] == HAUL:
            while (at[chosen] == free[used]).any():
                used += 1
            drawn.jobs[b, job, 2] = free[used]
            used += 1
        for robot in range(team):
            drawn.crew[b, job, robot] = crew[n] >> robot & 1
    robots, ends = _shuffled(key, _LEG, team), _shuffled(key, _END, MARKS)
    for leg in range(LEGS):
        drawn.legs[b, leg, 0], drawn.legs[b, leg, 1] = robots[leg], ends[leg]
        if far[robots[leg], ends[leg]] < _SHORTEST * side:
            return False
    return True


@compiled
def _possible(
    kind: NDArray[np.int64], lies: NDArray[np.int64], far: NDArray[np.float64], margin: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """All jobs that could be asked: the kind of each, its mark, and who should do it, as bits."""
    what = np.empty((FLY + 1) * MARKS, np.int64)
    at, crew = np.empty_like(what), np.empty_like(what)
    count = 0
    for job in range(FLY + 1):
        for mark in range(MARKS):
            if (job == FETCH and lies[mark] != PARCEL) or (job == HAUL and lies[mark] != PLANK):
                continue
            sent = _crew(job, kind, far[:, mark], margin)
            if sent > 0:
                what[count], at[count], crew[count] = job, mark, sent
                count += 1
    return what[:count], at[:count], crew[:count]


@compiled
def _crew(what: int, kind: NDArray[np.int64], far: NDArray[np.float64], margin: float) -> int:
    """Who should do a job, as bits: the nearest who can; 0 if not clear or if nobody is to spare.

    Args:
        far: (R,) metres of each robot to the job's mark.
    """
    wanted = 2 if what == HAUL else 1
    crew, last = 0, 0.0
    for taken in range(wanted + 1):
        best, nearest = -1, np.inf
        for robot in range(len(kind)):
            if _ABLE[what, kind[robot]] and not crew >> robot & 1 and far[robot] < nearest:
                best, nearest = robot, far[robot]
        if best < 0:
            return 0
        if taken == wanted:
            return crew if nearest - last >= max(margin, _FURTHER * last) else 0
        crew |= 1 << best
        last = nearest
    return 0


@compiled
def _chosen(
    key: np.uint64,
    at: NDArray[np.int64],
    crew: NDArray[np.int64],
    count: int,
    team: int,
    share: float,
) -> NDArray[np.int64]:
    """Which jobs are asked, in any order; none where the picture leaves too little open.

    Jobs are together that have neither marks nor robots in common, and leave somebody out. The
    picture should leave it open who of the team goes, and so many sets of robots as there are
    robots, of six and more twice as many for several jobs.

    Args:
        at, crew: as of `_possible`. count: of jobs, 1 to 3. team: of robots.
        share: of what the picture should leave open.
    """
    n, everybody = len(at), (1 << team) - 1
    most = (n, n * (n - 1) // 2, n * (n - 1) * (n - 2) // 6)[count - 1]
    together = np.empty((most, JOBS), np.int64)
    sent = np.empty(most, np.int64)
    found = 0
    # Of fewer jobs, the others stand for none.
    for i in range(n):
        for j in range(i + 1, n) if count > 1 else range(i, i + 1):
            if j != i and (at[i] == at[j] or crew[i] & crew[j]):
                continue
            for k in range(j + 1, n) if count > 2 else range(j, j + 1):
                if k != j and (at[k] == at[i] or at[k] == at[j] or (crew[i] | crew[j]) & crew[k]):
                    continue
                robots = crew[i] | crew[j] | crew[k]
                if robots != everybody:
                    together[found] = (i, j, k)
                    sent[found] = robots
                    found += 1
    answers = np.unique(sent[:found])
    least = share * team * min(count, team // 3)
    anybody = 0
    for answer in answers:
        anybody |= answer
    if len(answers) < max(least, 2.0) or (share > _LENIENT and anybody != everybody):
        return np.empty(0, np.int64)
    answer = answers[below(key, _ANSWER, 0, len(answers))]
    fitting = np.flatnonzero(sent[:found] == answer)
    jobs = together[fitting[below(key, _ANSWER, 1, len(fitting))], :count]
    return jobs[_shuffled(key, _ORDER, count)]


@compiled
def _shuffled(key: np.uint64, name: np.uint64, count: int) -> NDArray[np.int64]:
    """The numbers 0 to count - 1 in an order drawn from the key."""
    order = np.arange(count)
    for n in range(count - 1, 0, -1):
        other = below(key, name, n, n + 1)
        order[n], order[other] = order[other], order[n]
    return order
