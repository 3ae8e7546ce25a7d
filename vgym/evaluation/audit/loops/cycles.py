"""Cycles: moves after which everything looks as it did, and which pay once more.

Every short rhythm of two moves, and going somewhere, turning, and going back, is tried for three
laps. A lap is closed where the picture is what it was a lap before; a first lap may be paid for
what is new in it, later ones must not.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core import state as states
from vgym.core.task import Task
from vgym.evaluation.audit.attack import Finding, judged
from vgym.evaluation.audit.degenerate.constant import Gesture, gestures
from vgym.evaluation.audit.degenerate.moves import cycle
from vgym.evaluation.audit.playing import a_row
from vgym.evaluation.audit.subject import FITTED, KEPT, Subject

LAPS = 3
_TURNS = (1, 2, 3, 4, 6, 8, 12)  # of the second move, there and back
_ASTRAY = 3  # moves at random before the first lap
_GREY = 16  # levels that a rounded place may change of a pixel
_LIKE = 0.0005  # of a picture that may change by more
_PAID = 1e-4  # of a lap
_LOOKED_AT = 24  # plans whose pictures are drawn
_MOST = 6  # moves of which pairs are tried

Plan = tuple[Gesture, ...]


def paying_cycles(subject: Subject) -> Iterator[Finding]:
    """The cycle whose second and third laps pay most."""
    task = subject.task()
    start = subject.start(None, KEPT, FITTED - KEPT)
    going = [gesture for gesture in gestures(subject) if not _ends(task, start, gesture)]
    tried = plans(going[:_MOST])
    if not tried:
        yield Finding("there is no move that does not end an episode")
        return
    # Pictures take long: they are drawn of those alone that pay at all.
    paid = later_laps(task, start, tried, subject.seed, look=False).mean(1)
    some = [tried[k] for k in np.argsort(-paid)[:_LOOKED_AT] if paid[k] > _PAID]
    if some:
        laps = later_laps(task, start, some, subject.seed, look=True)
    best = int(laps.mean(1).argmax()) if some else 0
    if not some or laps[best].mean() <= _PAID:
        yield Finding(f"none of {len(tried)} rhythms pays where it has come back")
        return
    words = ", ".join(gesture.name for gesture in some[best])
    found = judged(subject, cycle(f"again and again {words}", list(some[best])), subject.splits[:1])
    often = float((laps[best] > _PAID).mean())
    lap = f"a lap of {len(some[best])} moves pays {laps[best].mean():.3g} again"
    yield dataclasses.replace(found, fault=f"{lap}, in {often:.0%} of episodes")


def plans(some: list[Gesture]) -> list[Plan]:
    """Each move alone, each two in turn, and each there and back with turns of another."""
    found: list[Plan] = [(gesture,) for gesture in some]
    for a, b in permutations(some, 2):
        found += [(a, b)] if a.name < b.name else []
        found += [(a, *[b] * turns, a, *[b] * turns) for turns in _TURNS]
    return found


def later_laps(
    task: Task[Any], start: Any, tried: list[Plan], seed: int, look: bool
) -> NDArray[np.float64]:
    """(plans, rows) what the second or the third lap pays, whichever is less; 0 where the episode
    ended, or, if that is looked at, where a lap does not come back."""
    rows, count = states.rows_of(start), len(tried)
    state = states.take(start, torch.arange(rows, device=task.device).repeat(count))
    lengths = np.repeat([len(plan) for plan in tried], rows)
    longest = max(map(len, tried))
    table = np.stack(
        [np.stack([plan[t % len(plan)].action for t in range(longest)]) for plan in tried]
    )
    every = np.arange(count * rows)
    plan_of = np.repeat(np.arange(count), rows)
    draws = np.random.default_rng(seed)
    moves = np.stack([plan[0].action for plan in tried])
    over = np.zeros(count * rows, np.bool_)
    for _ in range(_ASTRAY):
        astray = moves[draws.integers(len(moves), size=rows)]
        outcome = task.step(state, _tensor(task, np.tile(astray, (count, *[1] * (moves.ndim - 1)))))
        over |= outcome.terminated.cpu().numpy()
    paid = np.zeros((LAPS, count * rows))
    closed = np.ones(count * rows, np.bool_)
    seen = _pictures(task, state, every) if look else np.zeros((len(every), 0))
    limit = (task.config.max_episode_steps or 1 << 30) - _ASTRAY
    for step in range(min(LAPS * longest, limit)):
        lap = step // lengths
        still = lap < LAPS
        outcome = task.step(state, _tensor(task, table[plan_of, step % lengths]))
        over |= outcome.terminated.cpu().numpy() & still
        paid[np.minimum(lap, LAPS - 1), every] += a_row(outcome.reward) * still
        ends = np.flatnonzero(still & ((step + 1) % lengths == 0))
        if look and len(ends):
            now = _pictures(task, state, ends)
            # The first lap may have run into something, and begin elsewhere.
            closed[ends] &= ((np.abs(now - seen[ends]) > _GREY).mean(1) <= _LIKE) | (lap[ends] == 0)
            seen[ends] = now
    whole = LAPS * lengths <= limit
    later = np.where(closed & ~over & whole, paid[1:].min(0), 0.0)
    return later.reshape(count, rows)


def _ends(task: Task[Any], start: Any, gesture: Gesture) -> bool:
    """Whether a move ends an episode at once."""
    state = states.copied(start)
    rows = states.rows_of(start)
    moves = np.broadcast_to(gesture.action, (rows, *gesture.action.shape))
    return bool(task.step(state, _tensor(task, moves)).terminated.any())


def _pictures(task: Task[Any], state: Any, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """(k, pixels) what is seen in these rows."""
    picture = task.pictures["image"]
    index = torch.from_numpy(rows).to(task.device)
    some = states.take(state, index)
    drawn = torch.zeros(len(rows), *picture.shape, dtype=torch.uint8, device=task.device)
    picture.draw(some, drawn, None)
    return drawn.reshape(len(rows), -1).cpu().numpy().astype(np.float32)


def _tensor(task: Task[Any], actions: NDArray[Any]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(actions)).to(task.device)
