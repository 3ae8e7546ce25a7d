"""Floor plans: a rectangle cut into rooms, and openings between rooms, all in whole cells.

A plan is a slicing tree: every node cuts its rectangle along one axis into its children, in
proportion to their areas, with one cell of wall between. The trees are those that architects draw:
a living room as hub, a hallway between two rows of rooms, wings to both sides of a hub, and for
many rooms two corridors around a core. A tree whose rooms come out too narrow, or that needs doors
which nobody would build (through one bathroom to another), is drawn again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vgym.core.keyed_sampler import KeyedSampler
from vgym.envs.navigation.worlds.world import CELL

FEWEST, MOST = 4, 30  # rooms

_PASSAGES = ("hallway", "corridor")
_HUBS = ("hallway", "corridor", "living room", "open office", "reception")
_OPEN = ("living room", "kitchen", "dining room")
_SERVICE = ("bathroom", "restroom", "storage room", "laundry room", "copy room", "server room")

# Square metres that a room of the kind takes, before the plan is scaled to its size.
_AREA = {
    "living room": (24.0, 32.0),
    "kitchen": (11.0, 15.0),
    "bedroom": (12.0, 17.0),
    "bathroom": (5.5, 8.0),
    "dining room": (12.0, 17.0),
    "study": (9.0, 13.0),
    "laundry room": (5.5, 8.0),
    "nursery": (9.0, 13.0),
    "storage room": (4.5, 7.0),
    "office": (11.0, 16.0),
    "meeting room": (16.0, 24.0),
    "open office": (34.0, 50.0),
    "break room": (15.0, 21.0),
    "restroom": (6.5, 9.0),
    "copy room": (6.5, 9.0),
    "reception": (17.0, 24.0),
    "server room": (6.5, 9.0),
}
_MEAN_AREA = (12.8, 16.5)  # square metres a room that plans are scaled to

_HOME = (
    *("living room", "kitchen", "bedroom", "bathroom", "bedroom", "dining room", "study"),
    *("bathroom", "bedroom", "laundry room", "nursery", "storage room", "bedroom", "study"),
    *("bathroom", "bedroom", "nursery", "bedroom", "bathroom", "storage room", "bedroom"),
    *("study", "bedroom", "dining room", "bathroom", "nursery", "bedroom", "kitchen", "bedroom"),
)
_OFFICE = (
    *("open office", "office", "meeting room", "restroom", "office", "break room", "office"),
    *("storage room", "office", "reception", "copy room", "office", "meeting room", "restroom"),
    *("office", "server room", "office", "open office", "office", "meeting room", "office"),
    *("break room", "office", "storage room", "office", "restroom", "office", "office", "office"),
)

_SIDE, _SMALL_SIDE = round(2.25 / CELL), round(1.75 / CELL)
_LONGEST = 2.5  # times as long as wide
_CORNER = 2  # cells between an opening and the corner of a room
_NARROWEST = 7  # cells of the narrowest opening
_TRIES = 2000


class Opening(NamedTuple):
    """A way through a wall. Cells (x0, y0, x1, y1), half-open."""

    cells: tuple[int, int, int, int]
    rooms: tuple[int, int]
    closes: bool  # has a door leaf; wide openings have none


class FloorPlan(NamedTuple):
    """Rooms as rectangles of free cells (x0, y0, x1, y1), half-open; all other cells are wall."""

    width: int  # cells
    height: int
    kinds: list[str]
    rooms: list[tuple[int, int, int, int]]
    openings: list[Opening]


@dataclass
class _Node:
    """A room (no children), or a cut across x (side by side) or y (one above the other)."""

    kind: str = ""
    area: float = 0.0  # square metres; 0 for passages
    thick: int = 0  # cells across, of passages
    along_x: bool = True
    children: Sequence[_Node] = ()

    def total(self) -> float:
        """Square metres of all rooms below."""
        return self.area + sum(child.total() for child in self.children)

    def least(self) -> tuple[int, int]:
        """The smallest (width, height) in cells that can hold it."""
        if not self.children:
            side = self.thick or (_SMALL_SIDE if self.kind in _SERVICE else _SIDE)
            return side, side
        parts = [child.least() for child in self.children]
        walls = len(parts) - 1
        if self.along_x:
            return sum(w for w, _ in parts) + walls, max(h for _, h in parts)
        return max(w for w, _ in parts), sum(h for _, h in parts) + walls


class _Wall(NamedTuple):
    """The straight stretch of wall between two rooms."""

    rooms: tuple[int, int]
    upright: bool  # the wall runs along y
    line: int  # its cell across
    low: int  # cells along it, half-open
    high: int


def draw_plan(sampler: KeyedSampler, rooms: int, kind: str) -> FloorPlan:
    """Draw the plan of a home or an office.

    Args:
        sampler: where the randomness comes from.
        rooms: how many, passages counted; 4 to 30.
        kind: "home" or "office".

    Returns:
        A plan in which every room can be reached; the border cells are wall.
    """
    for _ in range(_TRIES):
        plan = _try_plan(sampler, rooms, kind)
        if plan is not None:
            return plan
    raise RuntimeError(f"no floor plan of {rooms} rooms ({kind}) in {_TRIES} tries")


def _try_plan(sampler: KeyedSampler, rooms: int, kind: str) -> FloorPlan | None:
    tree, depth = _home_tree(sampler, rooms) if kind == "home" else _office_tree(sampler, rooms)
    area = tree.total()
    height = round(depth / CELL)
    width = round(area / (height - _passage_cells(tree)) / CELL**2)
    least_w, least_h = tree.least()
    if width < least_w or height < least_h or width == height:
        return None
    leaves: list[tuple[str, tuple[int, int, int, int]]] = []
    if not _cut(tree, (1, 1, width + 1, height + 1), leaves):
        return None
    width, height = width + 2, height + 2
    if sampler.chance(0.5):
        leaves = [(k, (width - x1, y0, width - x0, y1)) for k, (x0, y0, x1, y1) in leaves]
    if sampler.chance(0.5):
        leaves = [(k, (x0, height - y1, x1, height - y0)) for k, (x0, y0, x1, y1) in leaves]
    if sampler.chance(0.5):
        leaves = [(k, (y0, x0, y1, x1)) for k, (x0, y0, x1, y1) in leaves]
        width, height = height, width
    kinds = [k for k, _ in leaves]
    rects = [rect for _, rect in leaves]
    if not _well_shaped(kinds, rects):
        return None
    openings = _draw_openings(sampler, kinds, rects)
    if openings is None:
        return None
    return FloorPlan(width, height, kinds, rects, openings)


def _well_shaped(kinds: list[str], rects: list[tuple[int, int, int, int]]) -> bool:
    sizes = [(x1 - x0, y1 - y0) for x0, y0, x1, y1 in rects]
    for kind, (w, h) in zip(kinds, sizes, strict=True):
        if kind not in _PASSAGES and max(w, h) > _LONGEST * min(w, h):
            return False
    areas = [w * h for w, h in sizes]
    if "living room" in kinds and areas[kinds.index("living room")] < max(areas):
        return False
    mean = sum(areas) * CELL**2 / len(areas)
    return 12.0 <= mean <= 20.0


# --- trees -------------------------------------------------------------------------------------


def _leaves(sampler: KeyedSampler, kinds: Sequence[str], passages: int) -> list[_Node]:
    """Rooms with areas, scaled so that the mean over them and the passages is a usual one."""
    areas = [sampler.between(*_AREA[kind]) for kind in kinds]
    wanted = sampler.between(*_MEAN_AREA) * len(kinds) - 2.0 * passages
    if kinds[0] == "living room":
        areas[0] = 1.1 * max(areas)
    scale = min(max(wanted / sum(areas), 0.8), 1.3)
    return [_Node(kind, area * scale) for kind, area in zip(kinds, areas, strict=True)]


def _row(nodes: Sequence[_Node]) -> _Node:
    return nodes[0] if len(nodes) == 1 else _Node(along_x=True, children=nodes)


def _column(nodes: Sequence[_Node]) -> _Node:
    return nodes[0] if len(nodes) == 1 else _Node(along_x=False, children=nodes)


def _passage(sampler: KeyedSampler, kind: str) -> _Node:
    return _Node(kind, thick=11 + sampler.below(4))


def _passage_cells(tree: _Node) -> int:
    """Cells of height that passages and walls take from every column of rooms, about."""
    if tree.along_x and tree.children:
        return max(_passage_cells(child) for child in tree.children)
    walls = max(len(tree.children) - 1, 0)
    return walls + sum(c.thick or _passage_cells(c) for c in tree.children)


def _take(nodes: list[_Node], *kinds: str) -> list[_Node]:
    """Remove the first node of each of the kinds, where there is one, and return them."""
    taken = []
    for kind in kinds:
        for node in nodes:
            if node.kind == kind:
                taken.append(node)
                nodes.remove(node)
                break
    return taken


def _dealt(
    sampler: KeyedSampler, nodes: Sequence[_Node], rows: int, taken: Sequence[float] = ()
) -> list[list[_Node]]:
    """The nodes in rows of about equal area, each in no particular order; some of it is taken."""
    dealt: list[list[_Node]] = [[] for _ in range(rows)]
    full = list(taken or [0.0] * rows)
    for node in sorted(nodes, key=lambda n: -n.area * sampler.between(0.8, 1.25)):
        row = full.index(min(full))
        dealt[row].append(node)
        full[row] += node.area
    return [sampler.shuffled(row) for row in dealt]


def _spine(sampler: KeyedSampler, nodes: Sequence[_Node], passage: str) -> _Node:
    """Two rows of rooms with a passage between."""
    above, below = _dealt(sampler, nodes, 2)
    above, below = _stacked(sampler, above), _stacked(sampler, below)
    return _column([_row(above), _passage(sampler, passage), _row(below)])


def _stacked(sampler: KeyedSampler, row: list[_Node]) -> list[_Node]:
    """Now and then a bathroom behind a small room: one opens to the hall, one to its neighbour."""
    small = [n for n in row if n.kind in ("bathroom", "laundry room", "storage room")]
    if len(small) >= 2 and len(row) >= 4 and sampler.chance(0.6):
        pair = small[:2]
        rest = [n for n in row if n is not pair[0] and n is not pair[1]]
        rest.insert(1 + sampler.below(len(rest) - 1), _column(pair))
        return rest
    return row


def _core(sampler: KeyedSampler, nodes: list[_Node], passage: str, hub: _Node) -> _Node:
    """Two passages, rooms outside of both, and two rows back to back between, cut by the hub."""
    rows = _dealt(sampler, nodes, 4, (0.0, 0.0, hub.area / 2, hub.area / 2))
    # Rooms that need no window are in the core.
    outer, inner = [*rows[0], *rows[1]], [*rows[2], *rows[3]]
    for dark in [n for n in outer if n.kind in _SERVICE]:
        lit = [n for n in inner if n.kind not in _SERVICE and n.area < 1.6 * dark.area]
        if lit:
            outer[outer.index(dark)], inner[inner.index(lit[0])] = lit[0], dark
    above, below = _dealt(sampler, outer, 2)
    left, right = _dealt(sampler, inner, 2)
    blocks = [_column([_row(r) for r in _dealt(sampler, side, 2) if r]) for side in (left, right)]
    middle = _row([blocks[0], hub, blocks[1]])
    first, second = _passage(sampler, passage), _passage(sampler, passage)
    return _column([_row(above), first, middle, second, _row(below)])


def _home_tree(sampler: KeyedSampler, rooms: int) -> tuple[_Node, float]:
    """A tree, and how deep the plan is in metres."""
    if rooms <= 5:
        nodes = _leaves(sampler, _HOME[:rooms], 0)
        return _hub_tree(sampler, nodes, sampler.between(5.2, 7.6))
    if rooms >= 13 and sampler.chance(0.6 if rooms < 18 else 1.0):
        nodes = _leaves(sampler, _HOME[: rooms - 2], 2)
        hub = _take(nodes, "living room")[0]
        hub.area *= 1.0 + 0.03 * max(rooms - 20, 0)  # it stays the largest in a deeper core
        tree = _core(sampler, nodes, "hallway", hub)
        return tree, sampler.between(15.5, 19.0)
    if rooms >= 10 and sampler.chance(0.6 if rooms < 13 else 1.0):
        nodes = _leaves(sampler, _HOME[: rooms - 2], 2)
        public = _take(nodes, "living room", "kitchen", "dining room")
        west, east = _dealt(sampler, nodes, 2)
        parts = [_spine(sampler, side, "hallway") for side in (west, east)]
        hub = _column([public[0], _row(sampler.shuffled(public[1:]))])
        if sampler.chance(0.5):
            hub = _column([hub.children[1], hub.children[0]])
        return _row([parts[0], hub, parts[1]]), sampler.between(8.0, 10.5)
    nodes = _leaves(sampler, _HOME[: rooms - 1], 1)
    if sampler.chance(0.35):
        return _spine(sampler, nodes, "hallway"), sampler.between(8.2, 10.2)
    public = _take(nodes, "living room", "kitchen", "dining room")
    if len(nodes) < 3:
        nodes.append(public.pop())
    private = _spine(sampler, nodes, "hallway")
    if len(public) == 3 and sampler.chance(0.5):
        hub = _row([_column(sampler.shuffled(public[1:])), public[0]])
    elif len(public) == 3:
        hub = _column([public[0], _row(sampler.shuffled(public[1:]))])
    else:
        hub = _column(public)
    return _row([hub, private]), sampler.between(7.6, 9.8)


def _hub_tree(sampler: KeyedSampler, nodes: list[_Node], depth: float) -> tuple[_Node, float]:
    """The first room in the middle, columns of rooms to one or both sides."""
    hub, rest = nodes[0], sampler.shuffled(nodes[1:])
    if sampler.chance(0.5) and len(rest) <= 3:
        return _row([hub, _column(rest)]), depth
    half = len(rest) // 2
    return _row([_column(rest[:half]), hub, _column(rest[half:])]), depth


def _office_tree(sampler: KeyedSampler, rooms: int) -> tuple[_Node, float]:
    """A tree, and how deep the plan is in metres."""
    if rooms <= 4:
        nodes = _leaves(sampler, _OFFICE[:rooms], 0)
        return _hub_tree(sampler, nodes, sampler.between(5.5, 7.6))
    if rooms >= 12:
        open_hub = rooms >= 14 and sampler.chance(0.5)
        nodes = _leaves(sampler, _OFFICE[: rooms - (2 if open_hub else 3)], 3)
        hub = _take(nodes, "open office")[0] if open_hub else _passage(sampler, "corridor")
        return _core(sampler, nodes, "corridor", hub), sampler.between(16.0, 20.0)
    nodes = _leaves(sampler, _OFFICE[: rooms - 1], 1)
    if sampler.chance(0.4):
        return _spine(sampler, nodes, "corridor"), sampler.between(8.2, 10.6)
    public = _take(nodes, "open office")
    return _row([public[0], _spine(sampler, nodes, "corridor")]), sampler.between(7.8, 10.0)


def _cut(
    node: _Node,
    rect: tuple[int, int, int, int],
    leaves: list[tuple[str, tuple[int, int, int, int]]],
) -> bool:
    """Cut the rectangle as the tree says; False where a room gets too small."""
    x0, y0, x1, y1 = rect
    if not node.children:
        least, _ = node.least()
        leaves.append((node.kind, rect))
        return min(x1 - x0, y1 - y0) >= least
    low, high = (x0, x1) if node.along_x else (y0, y1)
    lengths = _lengths(node, high - low - len(node.children) + 1)
    if lengths is None:
        return False
    for child, length in zip(node.children, lengths, strict=True):
        piece = (low, y0, low + length, y1) if node.along_x else (x0, low, x1, low + length)
        if not _cut(child, piece, leaves):
            return False
        low += length + 1
    return True


def _lengths(node: _Node, length: int) -> list[int] | None:
    """Cells that each child gets: in proportion to its area, never less than its least."""
    least = [child.least()[0 if node.along_x else 1] for child in node.children]
    share = [child.total() for child in node.children]
    fixed = [child.thick > 0 for child in node.children]
    while True:
        left = length - sum(m for m, f in zip(least, fixed, strict=True) if f)
        whole = sum(s for s, f in zip(share, fixed, strict=True) if not f)
        if left < 0 or whole == 0:
            return None
        narrow = [n for n, f in enumerate(fixed) if not f and share[n] / whole * left < least[n]]
        if not narrow:
            break
        for n in narrow:
            fixed[n] = True
    cells = list(least)
    edge, placed = 0.0, 0
    for n, f in enumerate(fixed):
        if not f:
            edge += share[n] / whole * left
            cells[n] = round(edge) - placed
            placed += cells[n]
    return cells if all(c >= m for c, m in zip(cells, least, strict=True)) else None


# --- doors -------------------------------------------------------------------------------------


def _walls_between(rects: list[tuple[int, int, int, int]]) -> list[_Wall]:
    """Every stretch of wall between two rooms that is long enough for a door."""
    walls = []
    for a, (ax0, ay0, ax1, ay1) in enumerate(rects):
        for b, (bx0, by0, bx1, by1) in enumerate(rects):
            if ax1 + 1 == bx0:
                wall = _Wall((a, b), True, ax1, max(ay0, by0), min(ay1, by1))
            elif ay1 + 1 == by0:
                wall = _Wall((a, b), False, ay1, max(ax0, bx0), min(ax1, bx1))
            else:
                continue
            if wall.high - wall.low >= _NARROWEST + 2 * _CORNER:
                walls.append(wall)
    return walls


def _reluctance(a: str, b: str) -> int:
    """How odd a door between rooms of these kinds would be, 0 to 9."""
    pair = {a, b}
    if pair <= {*_HUBS}:
        return 0
    if pair & {*_PASSAGES} or pair <= {*_OPEN}:
        return 1
    if pair & {*_HUBS}:
        return 2 if not pair & {"bathroom", "restroom"} else 3
    if "kitchen" in pair and pair & {"laundry room", "storage room"}:
        return 2
    if "bathroom" in pair and pair & {"bedroom", "nursery"}:
        return 3
    if pair & {"dining room", "break room"} and not pair & {"bathroom", "restroom"}:
        return 4
    if pair & {"bathroom", "restroom"}:
        return 9
    return 5 if pair & {"study", "meeting room", "storage room", "nursery"} else 7


def _draw_openings(
    sampler: KeyedSampler, kinds: list[str], rects: list[tuple[int, int, int, int]]
) -> list[Opening] | None:
    """A spanning tree of doors that people would build, and some more; None if there is none."""
    walls = _walls_between(rects)
    odd = [_reluctance(kinds[w.rooms[0]], kinds[w.rooms[1]]) for w in walls]
    order = sorted(range(len(walls)), key=lambda n: odd[n] + 0.9 * sampler.unit())
    group = list(range(len(rects)))
    chosen, spare = [], []
    for n in order:
        a, b = walls[n].rooms
        if group[a] == group[b]:
            if odd[n] <= 4:
                spare.append(n)
        elif odd[n] >= 6:
            return None
        else:
            group = [group[a] if g == group[b] else g for g in group]
            chosen.append(n)
    if len(chosen) < len(rects) - 1:
        return None
    more = round(sampler.between(0.15, 0.3) * len(chosen))
    # Small rooms have one door.
    spare = [n for n in spare if not {kinds[r] for r in walls[n].rooms} & {*_SERVICE}]
    chosen += sampler.shuffled(spare)[:more]
    return [_opening(sampler, walls[n], kinds) for n in chosen]


def _opening(sampler: KeyedSampler, wall: _Wall, kinds: list[str]) -> Opening:
    span = wall.high - wall.low - 2 * _CORNER
    both = {kinds[r] for r in wall.rooms}
    closes = not (both <= {*_OPEN} and span >= 12 and sampler.chance(0.6))
    if closes:
        width = min(_NARROWEST + sampler.below(2), span)
    else:
        width = min(12 + sampler.below(9), span)
    slack = span - width
    # Doors near a corner leave walls for furniture.
    if sampler.chance(0.6):
        shift = min(sampler.below(3), slack)
        shift = slack - shift if sampler.chance(0.5) else shift
    else:
        shift = sampler.below(slack + 1)
    low = wall.low + _CORNER + shift
    if wall.upright:
        cells = (wall.line, low, wall.line + 1, low + width)
    else:
        cells = (low, wall.line, low + width, wall.line + 1)
    return Opening(cells, wall.rooms, closes)
