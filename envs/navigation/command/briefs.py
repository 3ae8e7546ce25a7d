"""Briefs: a place, a team in it, marks, and jobs that one set of robots should do.

Whom to send is never a matter of taste: each job needs a kind of robot, and of those who can, the
nearest by the way they would go; the next nearest is farther by a margin, and no robot is the
nearest for two jobs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vgym.core.keys import below, stream, subkey
from vgym.core.text import Vocabulary
from vgym.envs.navigation.command.plans import reference_plan
from vgym.envs.navigation.command.types import (
    CRAWL,
    FETCH,
    FLY,
    HAUL,
    JOBS,
    LEGS,
    MARKS,
    NOTHING,
    PARCEL,
    PLANK,
    REACH,
    SPECIALIST,
    STEPS,
    CommandConfig,
)
from vgym.envs.navigation.team.robots import NAMES, ROBOTS

COLOURS = {
    "red": (214, 40, 40),
    "yellow": (250, 205, 30),
    "green": (40, 160, 70),
    "blue": (40, 95, 215),
    "purple": (150, 60, 175),
    "white": (245, 245, 245),
}
SHAPES = ("disc", "square", "triangle", "diamond")
TOKENS = 96
_MARGIN_M = 0.75  # by which the nearest robot is nearer than the next
_SHORTEST_M = 2.0  # of a way to draw
_TRIES = 64
_SAYS = {
    FETCH: "bring the parcel from the {} to the {}",
    HAUL: "carry the plank from the {} to the {}",
    REACH: "reach up at the {}",
    CRAWL: "look under the {}",
    FLY: "look down on the {}",
}
_TEAM, _LOOK, _JOB, _MARK, _CHEST, _COUNT, _LEG = (
    stream(f"brief/{n}") for n in ("team", "look", "job", "mark", "chest", "count", "leg")
)

# Metres from every robot to every mark, (R, K), for the team of these kinds.
Ways = Callable[[NDArray[np.int64]], NDArray[np.float32]]


@dataclass(frozen=True)
class Brief:
    """One brief, as rows of a `State`."""

    kind: NDArray[np.int64]  # (R,)
    look: NDArray[np.int64]  # (K, 2)
    lies: NDArray[np.int64]  # (K,)
    chest: NDArray[np.bool_]  # (K,)
    jobs: NDArray[np.int64]  # (J, 3)
    needed: NDArray[np.bool_]  # (R,)
    reference: NDArray[np.int64]  # (T, R)
    legs: NDArray[np.int64]  # (2, 2)
    words: str


def make_brief(key: np.uint64, config: CommandConfig, ways_of: Ways) -> Brief:
    """The brief of a key, for a team that stands where it stands.

    Raises:
        RuntimeError: no fair brief was found for the place; not seen in practice.
    """
    for attempt in range(_TRIES):
        brief = _attempt(subkey(key, attempt), config, ways_of, _MARGIN_M * (1 - attempt / _TRIES))
        if brief is not None:
            return brief
    raise RuntimeError("no brief in which the robots' ways differ was found for this place")


def _attempt(key: np.uint64, config: CommandConfig, ways_of: Ways, margin: float) -> Brief | None:
    team = config.robots
    kind = np.array([below(key, _TEAM, n, len(ROBOTS)) for n in range(team)], np.int64)
    ways = ways_of(kind)
    if not np.isfinite(ways).all():
        return None
    looks = _shuffled(key, _LOOK, len(COLOURS) * len(SHAPES))[:MARKS]
    look = np.stack((looks % len(COLOURS), looks // len(COLOURS)), 1)
    marks = _shuffled(key, _MARK, MARKS).tolist()
    jobs: list[tuple[int, int, int]] = []
    for n in range(1 + below(key, _COUNT, 0, config.most_jobs)):
        what = below(key, _JOB, n, 5)
        source = marks.pop()
        jobs.append((what, source, marks.pop() if what in (FETCH, HAUL) else -1))
    crews = [_crew(what, source, kind, ways, margin) for what, source, _ in jobs]
    sent = [robot for crew in crews for robot in crew]
    if not all(crews) or len(set(sent)) < len(sent):
        return None
    lies = np.full(MARKS, NOTHING, np.int64)
    chest = np.zeros(MARKS, np.bool_)
    for what, source, _ in jobs:
        if what in (FETCH, HAUL):
            lies[source] = PARCEL if what == FETCH else PLANK
            chest[source] = what == FETCH and below(key, _CHEST, source, 2) == 1
    legs = _legs(key, ways)
    if legs is None:
        return None
    needed = np.zeros(team, np.bool_)
    needed[sent] = True
    plan = reference_plan(jobs, crews, chest.tolist(), (STEPS, team))
    padded = np.full((JOBS, 3), -1, np.int64)
    padded[: len(jobs)] = jobs
    words = _words(config.level, kind, look, jobs, legs)
    return Brief(kind, look, lies, chest, padded, needed, np.array(plan), legs, words)


def _crew(
    what: int, source: int, kind: NDArray[np.int64], ways: NDArray[np.float32], margin: float
) -> list[int]:
    """Who should do a job: the nearest who can; nobody where that is too close to call."""
    if what in SPECIALIST:
        able = [r for r, k in enumerate(kind.tolist()) if NAMES[k] == SPECIALIST[what]]
    else:
        able = [r for r, k in enumerate(kind.tolist()) if ROBOTS[k].can_carry]
    wanted = 2 if what == HAUL else 1
    able.sort(key=lambda r: float(ways[r, source]))
    if len(able) < wanted:
        return []
    if len(able) > wanted:
        gap = float(ways[able[wanted], source] - ways[able[wanted - 1], source])
        if gap < margin:
            return []
    return sorted(able[:wanted])


def _legs(key: np.uint64, ways: NDArray[np.float32]) -> NDArray[np.int64] | None:
    """Two robots and two marks, neither near already: (2, 2); None where there are none."""
    robots = _shuffled(key, _LEG, len(ways))[:LEGS]
    marks = _shuffled(subkey(key, 1), _LEG, MARKS)[:LEGS]
    if float(ways[robots, marks].min()) < _SHORTEST_M:
        return None
    return np.stack((robots, marks), 1)


def _words(
    level: str,
    kind: NDArray[np.int64],
    look: NDArray[np.int64],
    jobs: list[tuple[int, int, int]],
    legs: NDArray[np.int64],
) -> str:
    """The brief as the agent reads it."""
    named = [f"{list(COLOURS)[c]} {SHAPES[s]}" for c, s in look.tolist()]
    team = " , ".join(f"{n} {NAMES[k]}" for n, k in enumerate(kind.tolist())) + " . "
    if level == "trajectory":
        drawn = " , ".join(f"robot {r} to the {named[k]}" for r, k in legs.tolist())
        return f"team {team}draw the shortest ways . {drawn}".replace(" ,", ",").replace(" .", ".")
    told = []
    for what, source, target in jobs:
        places = [named[source]] + ([named[target]] if target >= 0 else [])
        told.append(_SAYS[what].format(*places))
    ask = "who should go" if level == "activate" else "plan it . send the nearest who can"
    marks = ""
    if level == "plan":
        marks = "marks " + " , ".join(f"{n + 1} {name}" for n, name in enumerate(named)) + " . "
    text = f"team {team}{marks}" + " , ".join(told) + f" . {ask}"
    text += "?" if level == "activate" else "."
    return text.replace(" ,", ",").replace(" .", ".")


def _shuffled(key: np.uint64, name: np.uint64, count: int) -> NDArray[np.int64]:
    """The numbers 0 to count - 1 in an order drawn from the key."""
    order = np.arange(count)
    for n in range(count - 1, 0, -1):
        other = below(key, name, n, n + 1)
        order[[n, other]] = order[[other, n]]
    return order


@lru_cache
def vocabulary() -> Vocabulary:
    """Every word of the briefs."""
    texts = [text.format("", "") for text in _SAYS.values()]
    texts += ["team marks draw the shortest ways robot to who should go plan it send nearest can"]
    texts += [*NAMES, *COLOURS, *SHAPES, *(str(n) for n in range(10))]
    words = {word for text in texts for word in text.split()}
    return Vocabulary([*sorted(words), ",", ".", "?"])
