"""The shortest remaining plan, by breadth-first search over the moves worth considering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vgym.envs.gui.flow.memory import Memory
from vgym.envs.gui.flow.model import NOTE, App, Step, Vector

UNREACHABLE = 99  # length of the plan where nothing leads to the goal any more
_MOST = 4000  # states looked at before giving up
_KEPT = 20_000


class Plan(NamedTuple):
    """How many steps are left, and the first of them (None where there is none to take)."""

    length: int
    first: Step | None


class Planner:
    """Plans of all applications; those along a plan are remembered with it."""

    def __init__(self) -> None:
        self._known: Memory[tuple[int, ...], Plan] = Memory(_KEPT)

    def plan(
        self, app: App, m: Vector, start: Vector, template: int, goal: Sequence[int], texts: int
    ) -> Plan:
        """The shortest plan from here.

        Args:
            app: the application.
            m: its vector now.
            start: its vector at the episode's start.
            template: what kind of thing is asked.
            goal: what is asked.
            texts: how many can be typed.

        Returns:
            Length 0 where the goal is reached, ``UNREACHABLE`` where it cannot be any more.
        """
        case = (hash(app.name), template, *goal, hash(tuple(start)))
        root = (*m[:NOTE], 0, *m[NOTE + 1 :])
        known = self._known.recall(case + root)
        if known is not None:
            return known
        path = _search(app, root, start, template, goal, texts)
        if path is None:
            return self._known.keep(case + root, Plan(UNREACHABLE, None))
        states, steps = path
        for i, state in enumerate(states):
            first = steps[i] if i < len(steps) else None
            self._known.keep(case + state, Plan(len(steps) - i, first))
        return self._known[case + root]


def _search(
    app: App,
    root: tuple[int, ...],
    start: Vector,
    template: int,
    goal: Sequence[int],
    texts: int,
) -> tuple[list[tuple[int, ...]], list[Step]] | None:
    """States and steps of a shortest way to the goal; None where there is none."""
    verdict = app.verdict(list(root), start, template, goal)
    if verdict:
        return ([root], []) if verdict > 0 else None
    came: dict[tuple[int, ...], tuple[tuple[int, ...], Step] | None] = {root: None}
    edge = [root]
    while edge and len(came) < _MOST:
        further: list[tuple[int, ...]] = []
        for state in edge:
            for step in app.moves(list(state), start, template, goal):
                m = list(state)
                app.perform(m, step, texts)
                m[NOTE] = 0
                new = tuple(m)
                if new in came:
                    continue
                verdict = app.verdict(m, start, template, goal)
                if verdict < 0:
                    continue
                came[new] = (state, step)
                if verdict:
                    return _trace(came, new)
                further.append(new)
        edge = further
    return None


def _trace(
    came: dict[tuple[int, ...], tuple[tuple[int, ...], Step] | None], end: tuple[int, ...]
) -> tuple[list[tuple[int, ...]], list[Step]]:
    states, steps = [end], []
    at = came[end]
    while at is not None:
        states.append(at[0])
        steps.append(at[1])
        at = came[at[0]]
    return states[::-1], steps[::-1]
