"""Ways of moving that look at nothing, in episodes of many steps."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vgym.evaluation.audit.attack import Attack, best_of
from vgym.evaluation.audit.degenerate.constant import Gesture, constant, gestures
from vgym.evaluation.audit.playing import Moment, Policy, literal
from vgym.evaluation.audit.subject import Subject

_RUNS = (1, 2, 4, 8)  # steps of one gesture before one of another
_TURNS = (1, 3)  # steps of another gesture where the first leads nowhere
_MOST = 6  # gestures of which pairs are tried


def _held(subject: Subject) -> list[Policy]:
    return [constant(gesture) for gesture in gestures(subject)]


def _patterns(subject: Subject) -> list[Policy]:
    return [
        cycle(f"{run} times {a.name}, then {b.name}", [a] * run + [b])
        for a, b in _pairs(subject)
        for run in _RUNS
        if run > 1 or a.name < b.name
    ]


def _bouncing(subject: Subject) -> list[Policy]:
    return [_bounce(a, b, turns) for a, b in _pairs(subject) for turns in _TURNS]


def _wandering(subject: Subject) -> list[Policy]:
    """Uniform among all gestures but one, evenly or mostly one of them; and that one at last."""
    some = gestures(subject)[: 2 * _MOST]
    found = []
    for left_out in some:
        others = [gesture for gesture in some if gesture is not left_out]
        if not others:
            continue
        found.append(_wander(subject, others, None))
        if len(some) <= _MOST:
            found += [_wander(subject, others, main) for main in others]
        for at in (subject.limit // 8, subject.limit - 1):
            found.append(_wander(subject, others, None, (at, left_out)))
    return found


def _pairs(subject: Subject) -> list[tuple[Gesture, Gesture]]:
    return list(permutations(gestures(subject)[:_MOST], 2))


def cycle(name: str, plan: list[Gesture]) -> Policy:
    """These moves, one after another, again and again."""
    table = np.stack([gesture.action for gesture in plan])

    def act(moment: Moment) -> Any:
        action = table[moment.step % len(table)]
        return np.broadcast_to(action, (moment.rows, *action.shape))

    cases = ", ".join(gesture.code for gesture in plan)
    code = f"plan = np.array([{cases}], np.{table.dtype.name})\n"
    code += "actions = np.stack([plan[step % len(plan)]] * n)"
    return Policy(name, act, code)


def blocked(moment: Moment) -> NDArray[np.bool_]:
    """(B,) bool: rows that the last step ran into something; where nothing counts that, rows whose
    picture it did not change."""
    bumps = moment.info.get("collisions")
    if bumps is None:
        return ~moment.changed
    before = moment.memory.get("bumps", np.zeros(bumps.shape))
    now = moment.memory["bumps"] = bumps.cpu().numpy()
    return np.asarray((now > before).reshape(moment.rows, -1).any(1))


def _bounce(a: Gesture, b: Gesture, turns: int) -> Policy:
    """One gesture until it leads nowhere, then some of another."""

    def act(moment: Moment) -> Any:
        left = moment.memory.setdefault("left", np.zeros(moment.rows, np.int64))
        left[:] = np.where(blocked(moment) & (left == 0), turns, np.maximum(left - 1, 0))
        pick = (left > 0).reshape(-1, *[1] * a.action.ndim)
        return np.where(pick, b.action, a.action)

    code = (
        f"a, b = np.array({a.code}), np.array({b.code})\n"
        "seen = info.get('collisions', 0 if step == 0 else None)\n"
        "if seen is None:\n"
        "    seen = observation['image'].reshape(n, -1)\n"
        "    hit = (seen == keep.get('seen', -1)).all(1)\n"
        "else:\n"
        "    seen = np.asarray(seen) + np.zeros((n, 1)) if step == 0 else seen.reshape(n, -1)\n"
        "    hit = (seen > keep.get('seen', 0)).any(1)\n"
        "left = keep.get('left', np.zeros(n, int))\n"
        f"left = np.where(hit & (left == 0), {turns}, np.maximum(left - 1, 0))\n"
        "keep.update(left=left, seen=seen)\n"
        "actions = np.where((left > 0).reshape(-1, *[1] * a.ndim), b, a)"
    )
    return Policy(f"{a.name} until blocked, then {turns} times {b.name}", act, code)


def _wander(
    subject: Subject,
    some: list[Gesture],
    main: Gesture | None,
    end: tuple[int, Gesture] | None = None,
) -> Policy:
    """A gesture at random at every step; of a `MultiDiscrete` that is no team's the numbers behind
    the first are uniform."""
    table = np.stack([gesture.action for gesture in some])
    weights = np.array([gesture is main for gesture in some], float) if main else 0.0
    odds = weights + np.ones(len(some)) / len(some)
    rough = np.round(odds / odds.sum(), 4)  # as a program has them
    odds = rough / rough.sum()
    space = subject.space
    loose = isinstance(space, spaces.MultiDiscrete) and not subject.team
    shape = table.shape[1:]
    if subject.team:  # each robot for itself
        table = table[:, 0]

    def act(moment: Moment) -> Any:
        if end is not None and moment.step == end[0]:
            return np.broadcast_to(end[1].action, (moment.rows, *shape))
        size = (moment.rows, *shape) if subject.team else moment.rows
        actions = table[moment.draws.choice(len(some), size, p=odds)]
        if loose:
            assert isinstance(space, spaces.MultiDiscrete)
            rest = moment.draws.integers(space.start, space.start + space.nvec, actions.shape)
            actions[:, 1:] = rest[:, 1:]
        return actions

    name = "at random " + " or ".join(gesture.name for gesture in some)
    name += f", mostly {main.name}" if main else ""
    name += f"; {end[1].name} at step {end[0]}" if end else ""
    return Policy(name, act, _wander_code(table, rough, loose, bool(subject.team), end))


def _wander_code(
    table: NDArray[Any],
    odds: NDArray[np.float64],
    loose: bool,
    team: bool,
    end: tuple[int, Gesture] | None,
) -> str:
    size = "(n, *envs.unwrapped.single_action_space.shape)" if team else "n"
    even = np.allclose(odds, odds[0])
    lines = [
        f"some = np.array({literal(table)}, np.{table.dtype.name})",
        "draws = np.random.default_rng([seed, step])",
        f"actions = some[draws.choice(len(some), {size}, p=odds / odds.sum())]",
    ]
    if even:
        lines[2] = f"actions = some[draws.choice(len(some), {size}, p=[1 / len(some)] * len(some))]"
    else:
        lines.insert(0, f"odds = np.array({odds.tolist()})")
    if loose:
        lines += [
            "space = envs.unwrapped.single_action_space",
            "rest = draws.integers(space.start, space.start + space.nvec, actions.shape)",
            "actions[:, 1:] = rest[:, 1:]",
        ]
    if end is not None:
        lines.append(f"if step == {end[0]}:\n    actions = np.array([{end[1].code}] * n)")
    return "\n".join(lines)


def _moving(subject: Subject) -> str:
    return "an episode is one answer" if subject.answered else ""


MOVES = (
    Attack(
        "one move for ever",
        "degenerate",
        "Standing still, spinning, running, answering at once or calling one tool is paid.",
        best_of(_held),
        _moving,
    ),
    Attack(
        "to and fro",
        "degenerate",
        "A fixed rhythm of two moves is paid.",
        best_of(_patterns),
        _moving,
    ),
    Attack(
        "run and bounce",
        "degenerate",
        "Running until something is in the way, then turning, is paid.",
        best_of(_bouncing),
        _moving,
    ),
    Attack(
        "wandering",
        "degenerate",
        "Moves at random are paid, once the one that ends an episode is left out or comes last.",
        best_of(_wandering),
        _moving,
    ),
)
