"""Hill climbing: on a number of `info`, or on the last reward, and on nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vgym.core import state as states
from vgym.evaluation.audit.blind.lessons import Lessons
from vgym.evaluation.audit.floor import ORACLE
from vgym.evaluation.audit.playing import Moment, Policy, a_row, play
from vgym.evaluation.audit.subject import Subject

_EPISODES = 32  # that are looked at to learn what moves and what ends
_STEPS = 64
_TURNS = 6  # times at most that something else is done before moving again
REWARD = "the last reward"


@dataclass(frozen=True)
class Moves:
    """What the actions of a space are good for, as seen in what the oracle does.

    Attributes:
        mover: the action that goes on. turners: those that do not, one of which is done some times
            when going on does not help.
        last: the action that ends an episode with success; -1 for none.
        near: what `info` held before that at most, by name; at least, for what grows.
        falls: by name, -1 for what falls on the way and 1 for what grows.
    """

    mover: int
    turners: tuple[int, ...]
    last: int
    near: dict[str, float]
    falls: dict[str, int]


def climbers(subject: Subject) -> list[list[Policy]]:
    """For each number that falls or grows along the oracle's way, and for the reward, the ways to
    climb on it."""
    moves = _moves(subject)
    if moves is None:
        return []
    return [
        [Policy(f"climbs on {name}, {way}", _climb(moves, name, turn)) for way, turn in _WAYS]
        for name in (*moves.falls, REWARD)
    ]


_Turn = Callable[[Moment, Moves, NDArray[np.bool_]], NDArray[np.int64]]


def _climb(moves: Moves, name: str, turn: _Turn) -> Callable[[Moment], NDArray[np.int64]]:
    """Go on while it gets better, else do as ``turn`` says; stop where it is near."""
    sign = moves.falls.get(name, 0)

    def act(moment: Moment) -> NDArray[np.int64]:
        value = _value(moment, name)
        before = moment.memory.get("before", value)
        better = value > 1e-6 if sign == 0 else sign * (value - before) > 1e-4
        moment.memory["before"] = value
        actions = turn(moment, moves, better)
        if moves.last >= 0 and name in moves.near:
            actions = np.where(sign * (value - moves.near[name]) >= 0, moves.last, actions)
        return actions

    return act


def _turning(moment: Moment, moves: Moves, better: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where going on does not help, do one other thing some times, and go on."""
    memory, rows = moment.memory, moment.rows
    left = memory.get("left", np.zeros(rows, np.int64))  # turns still to be done
    stuck = memory.get("moved", np.zeros(rows, np.bool_)) & ~better
    chosen = moment.draws.choice(moves.turners, rows)
    memory["turn"] = np.where(stuck, chosen, memory.get("turn", chosen))
    left = np.where(stuck, moment.draws.integers(1, _TURNS + 1, rows), left)
    memory["moved"] = left == 0
    memory["left"] = np.maximum(left - 1, 0)
    actions: NDArray[np.int64] = np.where(left == 0, moves.mover, memory["turn"])
    return actions


def _trying(moment: Moment, moves: Moves, better: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where the last action did not help, do any."""
    anything = moment.draws.choice((moves.mover, *moves.turners), moment.rows)
    last = moment.memory.get("last", anything)
    moment.memory["last"] = np.where(better, last, anything)
    found: NDArray[np.int64] = moment.memory["last"]
    return found


_WAYS: tuple[tuple[str, _Turn], ...] = (
    ("turning where it does not help", _turning),
    ("trying anything where it does not help", _trying),
)


def _value(moment: Moment, name: str) -> NDArray[np.float64]:
    if moment.reward is None:
        return np.full(moment.rows, np.nan)
    return a_row(moment.reward if name == REWARD else moment.info[name])


def _moves(subject: Subject) -> Moves | None:
    """What the oracle's ways in some training episodes show; None where actions are no choices."""
    space = subject.space
    if not isinstance(space, spaces.Discrete) or space.n < 3:
        return None
    done, told = _watched(subject)
    over = np.array([len(actions) for actions in done])
    ends = [int(actions[-1]) for actions, n in zip(done, over, strict=True) if n < _STEPS]
    last = max(set(ends), key=ends.count) if ends else -1
    inner = np.concatenate([actions[:-1] for actions in done] or [np.zeros(0, np.int64)])
    if last >= 0 and (inner == last).mean() > 0.02:  # it is done on the way too
        last = -1
    falls, near = {}, {}
    for name in told[0] if told else ():
        ways = [one[name] for one in told if len(one[name]) > 3]
        slopes = [np.corrcoef(np.arange(len(way)), way)[0, 1] for way in ways if np.ptp(way) > 0]
        if len(slopes) < len(told) / 2:
            continue
        if abs(np.mean(slopes)) > 0.8:
            falls[name] = 1 if np.mean(slopes) > 0 else -1
            final = [way[-1] for way in ways]
            near[name] = float(max(final) if falls[name] < 0 else min(final))
    counts = np.bincount(inner, minlength=int(space.n))
    mover = int(counts.argmax())
    turners = tuple(k for k in range(int(space.n)) if k not in (mover, last) and counts[k] > 0)
    return Moves(mover, turners or (mover,), last, near, falls)


def _watched(subject: Subject) -> tuple[list[NDArray[Any]], list[dict[str, NDArray[Any]]]]:
    """What the oracle does in some training episodes, and what `info` held before each action."""
    lessons = Lessons(subject, most=_EPISODES)
    actions: list[NDArray[Any]] = []
    told: list[dict[str, NDArray[np.float64]]] = []

    def act(moment: Moment) -> Any:
        chosen = ORACLE.act(moment)
        actions.append(chosen.cpu().numpy())
        told.append({name: _value(moment, name) for name in moment.info})
        return chosen

    earned = play(subject.task(), lessons.start, Policy("watched", act), most=_STEPS)
    rows = states.rows_of(lessons.start)
    done = [np.array([each[row] for each in actions[: earned.steps[row]]]) for row in range(rows)]
    names = told[1] if len(told) > 1 else {}
    found = [
        {
            name: np.array([each[name][row] for each in told[1 : earned.steps[row]]])
            for name in names
        }
        for row in range(rows)
    ]
    return done, found
