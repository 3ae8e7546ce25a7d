"""What each step of a flow came to: the shortest plan searched anew from every state logged."""

import math
from functools import cache

import numpy as np
from recorded import Step

CLICK, NOTE = 0, 9
MOST = 4000  # states that a plan is looked for among


def facts(task, walk: list[Step]) -> list[dict]:
    """Of the form `grid`."""
    plan = cache(lambda key, vector: _plan(task.episodes.episode(key), vector))
    best = np.zeros(len(walk[0].over))
    steps = np.zeros(len(best), int)
    told = []
    for step in walk:
        best, steps = best * ~step.first, steps * ~step.first + 1
        reference = np.where(step.first, 0, told[-1]["reference_steps"] if told else 0)
        came = []
        for row, key in enumerate(step.before["key"].tolist()):
            vectors = [tuple(held["vector"][row].tolist()) for held in (step.before, step.after)]
            (left, first), (after, _) = (plan(key, vector) for vector in vectors)
            whole = int(reference[row]) or left
            near = _closeness(task, key, vectors[0], first, step.action[row])
            done = [max(-1.0, 1 - (99 if n is None else n) / whole) for n in (left, after)]
            further = max(best[row], done[1], 1 - (left - 0.5 * near) / whole)
            fact = {
                "success": after == 0,
                "unrecoverable": after is None,
                "format_ok": True,
                "steps": steps[row],
                "reference_steps": whole,
                "plan_done_before": done[0],
                "plan_done_after": done[1],
                "best_done_before": best[row],
                "best_done_after": further,
            }
            fact["max_steps"] = task.config.max_episode_steps
            best[row] = further
            came.append(fact)
        told.append({name: np.array([c[name] for c in came]) for name in came[0]})
    return told


def _plan(episode, vector: tuple[int, ...]):
    """Steps to the goal and the first of them, breadth first; None where nothing leads there."""
    app, asked = episode.app, (episode.start, episode.template, episode.goal)
    root = (*vector[:NOTE], 0, *vector[NOTE + 1 :])
    if app.verdict(list(root), *asked):
        return (0 if app.verdict(list(root), *asked) > 0 else None), None
    queue, known = [(root, 0, None)], {root}
    for state, length, first in queue:  # grows while it is read
        for move in app.moves(list(state), *asked):
            new = list(state)
            app.perform(new, move, len(episode.texts))
            new[NOTE] = 0
            verdict = app.verdict(new, *asked)
            if verdict > 0:
                return length + 1, first or move
            if verdict == 0 and tuple(new) not in known:
                known.add(tuple(new))
                queue.append((tuple(new), length + 1, first or move))
        assert len(known) < MOST, "the search is too long for a test"
    return None, None


def _closeness(task, key: int, vector: tuple[int, ...], first, action) -> float:
    """How near a click came to the control that is needed next, against the picture's middle."""
    if action[0] != CLICK or first is None or first.kind != CLICK:
        return 0.0
    episode = task.episodes.episode(key)
    control = episode.app.screen(list(vector), episode.texts).find(first.what)
    if control is None:
        return 0.0
    columns, rows = (int(n) for n in task.action_space.nvec[1:3])
    height, width = task.desktop.height, task.desktop.width
    left, top = task.desktop.corner(episode.place)

    def away(x: float, y: float) -> float:
        x0, y0, x1, y1 = np.array(control.box) + np.array([left, top, left, top])
        return math.hypot(max(x0 - x, 0, x - x1), max(y0 - y, 0, y - y1))

    at = away((action[1] + 0.5) / columns * width, (action[2] + 0.5) / rows * height)
    return max(0.0, 1 - at / max(away(width / 2, height / 2), height / 2)) ** 2
