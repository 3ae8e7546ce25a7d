"""Carrying out a team's plan, robot by robot with dictionaries, and searching for shorter plans."""

from itertools import product
from typing import NamedTuple

WAIT, OPEN, GRASP, PLACE, LOOK, MARKS = 0, 7, 8, 9, 10, 6
OPENERS = CARRIERS = {"wheeled", "tall"}
LOOKS = {"reach": "tall", "crawl": "small", "fly": "drone"}
NAMES = ("wheeled", "small", "tall", "drone")


class Site(NamedTuple):
    """Everything that can change. Frozen, so that a search can remember it."""

    at: tuple[int | None, ...]
    held: tuple[int | None, ...]
    lies: tuple[int | None, ...]  # where the thing from each mark is, None for held or none
    closed: frozenset[int]
    seen: frozenset[tuple[int, int]]  # mark and robot
    taken: frozenset[tuple[int, int]]  # what came from a mark, and robot


def start(team: int, things: dict[int, str], closed: set[int]) -> Site:
    lies = tuple(k if k in things else None for k in range(MARKS))
    nobody = (None,) * team
    return Site(nobody, nobody, lies, frozenset(closed), frozenset(), frozenset())


def act(
    site: Site, orders: tuple[int, ...], kinds: list[str], things: dict[int, str]
) -> Site | None:
    """The site after one step of all robots at once; None if somebody cannot."""
    at, held, lies = list(site.at), list(site.held), list(site.lies)
    closed, seen, taken = set(site.closed), set(site.seen), set(site.taken)
    wants: dict[int, list[int]] = {}
    for robot, order in enumerate(orders):
        here = site.at[robot]
        if 1 <= order <= MARKS:
            at[robot] = order - 1
        elif order == OPEN:
            if kinds[robot] not in OPENERS or here is None or here not in site.closed:
                return None
            closed.discard(here)
        elif order == GRASP:
            present = [k for k in range(MARKS) if here is not None and site.lies[k] == here]
            if kinds[robot] not in CARRIERS or site.held[robot] is not None or not present:
                return None
            if here in site.closed:
                return None
            wants.setdefault(present[0], []).append(robot)
        elif order == PLACE:
            if site.held[robot] is None:
                return None
        elif order == LOOK:
            if here is None:
                return None
            seen.add((here, robot))
    for thing, robots in wants.items():
        if len(robots) != (2 if things[thing] == "plank" else 1):
            return None
        for robot in robots:
            held[robot] = thing
            taken.add((thing, robot))
        lies[thing] = None
    for thing, what in things.items():
        if what != "plank":
            continue
        holders = [r for r in range(len(orders)) if site.held[r] == thing]
        if len({at[r] for r in holders}) > 1:
            return None
        if len({orders[r] == PLACE for r in holders}) > 1:
            return None
    for robot, order in enumerate(orders):
        if order == PLACE:
            thing = site.held[robot]
            assert thing is not None
            lies[thing] = site.at[robot]
            held[robot] = None
    return Site(
        tuple(at), tuple(held), tuple(lies), frozenset(closed), frozenset(seen), frozenset(taken)
    )


def done(
    site: Site, jobs: list[tuple[str, int, int]], kinds: list[str]
) -> list[tuple[float, set[int]]]:
    """How much of each job is done, and by whom."""
    found = []
    for what, source, target in jobs:
        if what in LOOKS:
            by = {r for mark, r in site.seen if mark == source and kinds[r] == LOOKS[what]}
            found.append((float(bool(by)), by))
        else:
            by = {r for mark, r in site.taken if mark == source}
            found.append((0.5 * bool(by) + 0.5 * (site.lies[source] == target), by))
    return found


def shortest(
    kinds: list[str], things: dict[int, str], closed: set[int], jobs: list[tuple[str, int, int]]
) -> int:
    """Steps of the shortest plan, by breadth-first search over everything robots can do."""
    layer, known = {start(len(kinds), things, closed)}, set()
    marks = sorted({m for _, a, b in jobs for m in (a, b) if m >= 0})
    choices = [WAIT, *(m + 1 for m in marks), OPEN, GRASP, PLACE, LOOK]
    for steps in range(8):
        if any(all(share == 1 for share, _ in done(site, jobs, kinds)) for site in layer):
            return steps
        known |= layer
        after = set()
        for site in layer:
            for orders in product(choices, repeat=len(kinds)):
                new = act(site, orders, kinds, things)
                if new is not None and new not in known:
                    after.add(new)
        layer = after
    raise AssertionError("no plan of eight steps")
