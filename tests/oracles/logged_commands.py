"""What an answer to a brief came to: robot by robot, order by order, point by point."""

import math

import numpy as np
import torch
from oracles import paths, team_plans
from recorded import Step

KINDS = team_plans.NAMES
JOBS = ("fetch", "haul", "reach", "crawl", "fly")
THINGS = (None, "parcel", "plank")


def facts(task, walk: list[Step]) -> list[dict]:
    """Facts of every answer, at the task's level."""
    judge = {"activate": _sent, "plan": _planned, "trajectory": _drawn}[task.config.level]
    told = []
    for step in walk:
        came = [judge(task, step, row) | {"format_ok": True} for row in range(len(step.over))]
        told.append({name: np.array([c[name] for c in came]) for name in came[0]})
    return told


def _sent(task, step: Step, row: int) -> dict:
    sent = {robot for robot, said in enumerate(step.action[row].tolist()) if said}
    robots = _robots(sent, set.union(*_crews(step, row)), task.config.robots)
    return {"success": robots["robots_correct"], **robots}


def _robots(sent: set[int], needed: set[int], team: int) -> dict:
    others = set(range(team)) - needed
    told_apart = len(sent & needed) / len(needed) - len(sent & others) / max(1, len(others))
    return {"robots_correct": sent == needed, "robots_told_apart": max(0.0, told_apart)}


def _crews(step: Step, row: int) -> list[set[int]]:
    """Who should do each job."""
    jobs, crews = step.before["jobs"][row], step.before["crew"][row]
    return [
        set(np.flatnonzero(crew).tolist())
        for (what, *_), crew in zip(jobs, crews, strict=True)
        if what >= 0
    ]


def _planned(task, step: Step, row: int) -> dict:
    state = step.before
    plan = np.asarray(step.action[row]).reshape(-1, task.config.robots).tolist()
    reference = state["reference"][row].tolist()
    kinds = [KINDS[k] for k in state["kind"][row].tolist()]
    things = {k: THINGS[v] for k, v in enumerate(state["lies"][row].tolist()) if v}
    jobs = [(JOBS[w], a, b) for w, a, b in state["jobs"][row].tolist() if w >= 0]
    closed = set(np.flatnonzero(state["chest"][row]).tolist())
    site, able = team_plans.start(len(kinds), things, closed), True
    for orders in plan:
        after = team_plans.act(site, tuple(orders), kinds, things)
        able = able and after is not None
        site = after if able else site
    done = team_plans.done(site, jobs, kinds)
    crews = _crews(step, row)
    as_told = [share * (by == crew) for (share, by), crew in zip(done, crews, strict=True)]
    works = able and all(share == 1 for share, _ in done)
    robots = _robots(_busy(plan), set.union(*crews), task.config.robots)
    length, wanted = _length(plan), _length(reference)
    common = range(min(length, wanted))
    alike = [plan[t] == reference[t] for t in common]
    return {
        "success": works and min(as_told) == 1 and robots["robots_correct"] and length <= wanted,
        "plan_correct": works,
        "plan_feasible": works,
        "plan_progress": sum(as_told) / len(as_told),
        "plan_exact": plan == reference,
        "crews_correct": min(as_told) == 1,
        **robots,
        "plan_steps": length,
        "reference_steps": wanted,
        "matching_steps": sum(alike),
        "matching_prefix": [*alike, False].index(False),
        "matching_types": sum(_verbs(plan[t]) == _verbs(reference[t]) for t in common),
    }


def _length(plan: list[list[int]]) -> int:
    """Steps up to the last in which somebody does something."""
    return max((t + 1 for t, orders in enumerate(plan) if any(orders)), default=0)


def _busy(plan: list[list[int]]) -> set[int]:
    return {robot for orders in plan for robot, order in enumerate(orders) if order}


def _verbs(orders: list[int]) -> list[str]:
    return ["go" if 1 <= order <= team_plans.MARKS else str(order) for order in orders]


def _drawn(task, step: Step, row: int) -> dict:
    height, width = task.config.size_hw
    side = min(height, width)
    corner = (width - side) // 2, (height - side) // 2
    world = step.before["world"][row : row + 1]
    slot = task.generator.places.pool.slots(world)
    scale, left, bottom = task._plans.frame_of(torch.from_numpy(slot))[0].tolist()
    drawn = [
        [(x * width, y * height) for x, y in way] for way in np.asarray(step.action[row]).tolist()
    ]
    ways = step.before["ways"][row].tolist()
    wanted = [
        [(corner[0] + left + scale * x, corner[1] + bottom - scale * y) for x, y in way]
        for way in ways
    ]
    metres = [
        [((x - corner[0] - left) / scale, (corner[1] + bottom - y) / scale) for x, y in way]
        for way in drawn
    ]
    diagonal = math.hypot(height, width)
    pairs = list(zip(drawn, wanted, strict=True))
    frechet = [paths.frechet(a, b) for a, b in pairs]
    middle = [(width / 2, height / 2)] * 5
    blind = [paths.frechet(middle, b) for b in wanted]
    gaps = [math.dist(p, q) ** 2 for a, b in pairs for p, q in zip(a, b, strict=True)]
    near = [max(0.0, 1 - f / b) for f, b in zip(frechet, blind, strict=True)]
    return {
        "success": max(paths.frechet(a, b) for a, b in zip(metres, ways, strict=True)) <= 0.75,
        "trajectory_rmse": math.sqrt(sum(gaps) / len(gaps)) / diagonal,
        "trajectory_hausdorff": max(paths.hausdorff(a, b) for a, b in pairs) / diagonal,
        "trajectory_frechet": max(frechet) / diagonal,
        "trajectory_progress": sum(near) / len(near),
    }
