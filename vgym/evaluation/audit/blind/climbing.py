"""Hill climbing on a number: of `info`, the last reward, or what a sensor reads."""

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
_PATIENCE = 12  # steps without a record after which a detour is made, and steps of a detour

Read = Callable[[Moment], dict[str, NDArray[np.float64]]]


@dataclass(frozen=True)
class Moves:
    """What the actions of a space are good for, as seen in what the oracle does.

    Attributes:
        mover: the action that goes on. turners: those that do not, one of which is done some times
            when going on does not help.
        last: the action that ends an episode with success; -1 for none.
        near: what was read before that at most, by name; at least, for what grows.
        falls: by name, -1 for what falls on the way and 1 for what grows.
    """

    mover: int
    turners: tuple[int, ...]
    last: int
    near: dict[str, float]
    falls: dict[str, int]


@dataclass(frozen=True)
class Climbers:
    """The ways to climb on numbers, in an id whose actions are choices.

    Attributes:
        moves: what its actions are good for. read: the numbers.
    """

    moves: Moves
    read: Read

    @classmethod
    def of(cls, subject: Subject, read: Read) -> Climbers | None:
        """Those of a subject; None where its actions are no choices."""
        moves = _moves(subject, read)
        return None if moves is None else cls(moves, read)

    def on(self, name: str) -> list[Policy]:
        """The ways to climb on a number."""
        return [
            Policy(f"climbs on {name}, {way}", _climb(self.moves, self.read, name, turn))
            for way, turn in _WAYS
        ]

    def around(self, policy: Policy, name: str) -> Policy:
        """A policy, but for a detour where a number has not become better for some time."""
        sign = self.moves.falls[name]

        def act(moment: Moment) -> NDArray[np.int64]:
            memory, rows = moment.memory, moment.rows
            value = sign * self.read(moment).get(name, np.full(rows, np.nan))
            best = memory.get("record", np.full(rows, -np.inf))
            waited = np.where(value > best + 1e-4, 0, memory.get("waited", np.zeros(rows)) + 1)
            memory["record"] = np.fmax(best, value)
            memory["waited"] = np.where(waited >= 2 * _PATIENCE, 0, waited)
            begun = waited == _PATIENCE
            turns = moment.draws.integers(0, _TURNS, rows)
            memory["until"] = np.where(begun, _PATIENCE + turns, memory.get("until", turns))
            turner = moment.draws.choice(self.moves.turners, rows)
            memory["turner"] = np.where(begun, turner, memory.get("turner", turner))
            detour = np.where(waited < memory["until"], memory["turner"], self.moves.mover)
            chosen = np.asarray(policy.act(moment))
            astray = (waited >= _PATIENCE) & (chosen != self.moves.last)
            return np.where(astray, detour, chosen)

        return Policy(f"{policy.name}, with detours", act)


def told(moment: Moment) -> dict[str, NDArray[np.float64]]:
    """What `info` and the reward said of the last step, by name; nothing at the first."""
    if moment.reward is None:
        return {}
    return {name: a_row(number) for name, number in {**moment.info, REWARD: moment.reward}.items()}


_Turn = Callable[[Moment, Moves, NDArray[np.bool_]], NDArray[np.int64]]


def _climb(
    moves: Moves, read: Read, name: str, turn: _Turn
) -> Callable[[Moment], NDArray[np.int64]]:
    """Go on while it gets better, else do as ``turn`` says; stop where it is near."""
    sign = moves.falls.get(name, 0)

    def act(moment: Moment) -> NDArray[np.int64]:
        value = read(moment).get(name, np.full(moment.rows, np.nan))
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


def _moves(subject: Subject, read: Read) -> Moves | None:
    """What the oracle's ways in some training episodes show; None where actions are no choices."""
    space = subject.space
    if not isinstance(space, spaces.Discrete) or space.n < 3:
        return None
    done, seen = _watched(subject, read)
    ended = [len(actions) < _STEPS for actions in done]
    ends = [int(actions[-1]) for actions, over in zip(done, ended, strict=True) if over]
    last = max(set(ends), key=ends.count) if ends else -1
    inner = np.concatenate([actions[:-1] for actions in done])
    if last >= 0 and (inner == last).mean() > 0.02:  # it is done on the way too
        last = -1
    falls, near = {}, {}
    for name in seen[0]:
        ways = [one[name] for one in seen if len(one[name]) > 3 and np.ptp(one[name]) > 0]
        slopes = [np.corrcoef(np.arange(len(way)), way)[0, 1] for way in ways]
        if len(slopes) < len(seen) / 2 or abs(np.mean(slopes)) < 0.8:
            continue
        falls[name] = 1 if np.mean(slopes) > 0 else -1
        last_read = [
            one[name][-1] for one, over in zip(seen, ended, strict=True) if over and len(one[name])
        ]
        if last_read:
            near[name] = float(max(last_read) if falls[name] < 0 else min(last_read))
    counts = np.bincount(inner, minlength=int(space.n))
    mover = int(counts.argmax())
    turners = tuple(k for k in range(int(space.n)) if k not in (mover, last) and counts[k] > 0)
    return Moves(mover, turners or (mover,), last, near, falls)


def _watched(
    subject: Subject, read: Read
) -> tuple[list[NDArray[Any]], list[dict[str, NDArray[Any]]]]:
    """What the oracle does in some training episodes, and what was read before each action but the
    first."""
    lessons = Lessons(subject, most=_EPISODES)
    actions: list[NDArray[Any]] = []
    seen: list[dict[str, NDArray[np.float64]]] = []

    def act(moment: Moment) -> Any:
        chosen = ORACLE.act(moment)
        actions.append(chosen.cpu().numpy())
        seen.append(read(moment))
        return chosen

    earned = play(subject.task(), lessons.start, Policy("watched", act), most=_STEPS)
    rows = states.rows_of(lessons.start)
    steps = earned.steps.tolist()
    done = [np.array([each[row] for each in actions[: steps[row]]]) for row in range(rows)]
    names = seen[1] if len(seen) > 1 else {}
    found = [
        {name: np.array([each[name][row] for each in seen[1 : steps[row]]]) for name in names}
        for row in range(rows)
    ]
    return done, found
