"""Slicing trees of homes and offices, and rectangles cut as they say, all in whole cells.

Every node cuts its rectangle along one axis into its children, in proportion to their areas, with
one cell of wall between. The trees are those that architects draw: a living room as hub, a hallway
between two rows of rooms, wings to both sides of a hub, and for many rooms two corridors around a
core.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vgym.core.keyed_sampler import KeyedSampler
from vgym.envs.navigation.worlds.room_kinds import HOME, OFFICE, ROOM
from vgym.envs.navigation.worlds.world import CELL

_MEAN_AREA = (12.8, 16.5)  # square metres a room that plans are scaled to
_SIDE, _SMALL_SIDE = round(2.25 / CELL), round(1.75 / CELL)


@dataclass
class Node:
    """A room (no children), or a cut across x (side by side) or y (one above the other)."""

    kind: str = ""
    area: float = 0.0  # square metres; 0 for passages
    thick: int = 0  # cells across, of passages
    along_x: bool = True
    children: Sequence[Node] = ()

    def total(self) -> float:
        """Square metres of all rooms below."""
        return self.area + sum(child.total() for child in self.children)

    def least(self) -> tuple[int, int]:
        """The smallest (width, height) in cells that can hold it."""
        if not self.children:
            side = self.thick or (_SMALL_SIDE if ROOM[self.kind].service else _SIDE)
            return side, side
        parts = [child.least() for child in self.children]
        walls = len(parts) - 1
        if self.along_x:
            return sum(w for w, _ in parts) + walls, max(h for _, h in parts)
        return max(w for w, _ in parts), sum(h for _, h in parts) + walls


def _leaves(sampler: KeyedSampler, kinds: Sequence[str], passages: int) -> list[Node]:
    """Rooms with areas, scaled so that the mean over them and the passages is a usual one."""
    areas = [sampler.between(*ROOM[kind].area_m2) for kind in kinds]
    wanted = sampler.between(*_MEAN_AREA) * len(kinds) - 2.0 * passages
    if kinds[0] == "living room":
        areas[0] = 1.1 * max(areas)
    scale = min(max(wanted / sum(areas), 0.8), 1.3)
    return [Node(kind, area * scale) for kind, area in zip(kinds, areas, strict=True)]


def _row(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Node(along_x=True, children=nodes)


def _column(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Node(along_x=False, children=nodes)


def _passage(sampler: KeyedSampler, kind: str) -> Node:
    return Node(kind, thick=11 + sampler.below(4))


def passage_cells(tree: Node) -> int:
    """Cells of height that passages and walls take from every column of rooms, about."""
    if tree.along_x and tree.children:
        return max(passage_cells(child) for child in tree.children)
    walls = max(len(tree.children) - 1, 0)
    return walls + sum(c.thick or passage_cells(c) for c in tree.children)


def _take(nodes: list[Node], *kinds: str) -> list[Node]:
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
    sampler: KeyedSampler, nodes: Sequence[Node], rows: int, taken: Sequence[float] = ()
) -> list[list[Node]]:
    """The nodes in rows of about equal area, each in no particular order; some of it is taken."""
    dealt: list[list[Node]] = [[] for _ in range(rows)]
    full = list(taken or [0.0] * rows)
    for node in sorted(nodes, key=lambda n: -n.area * sampler.between(0.8, 1.25)):
        row = full.index(min(full))
        dealt[row].append(node)
        full[row] += node.area
    return [sampler.shuffled(row) for row in dealt]


def _spine(sampler: KeyedSampler, nodes: Sequence[Node], passage: str) -> Node:
    """Two rows of rooms with a passage between."""
    above, below = _dealt(sampler, nodes, 2)
    above, below = _stacked(sampler, above), _stacked(sampler, below)
    return _column([_row(above), _passage(sampler, passage), _row(below)])


def _stacked(sampler: KeyedSampler, row: list[Node]) -> list[Node]:
    """Now and then a bathroom behind a small room: one opens to the hall, one to its neighbour."""
    small = [n for n in row if n.kind in ("bathroom", "laundry room", "storage room")]
    if len(small) >= 2 and len(row) >= 4 and sampler.chance(0.6):
        pair = small[:2]
        rest = [n for n in row if n is not pair[0] and n is not pair[1]]
        rest.insert(1 + sampler.below(len(rest) - 1), _column(pair))
        return rest
    return row


def _core(sampler: KeyedSampler, nodes: list[Node], passage: str, hub: Node) -> Node:
    """Two passages, rooms outside of both, and two rows back to back between, cut by the hub."""
    rows = _dealt(sampler, nodes, 4, (0.0, 0.0, hub.area / 2, hub.area / 2))
    # Rooms that need no window are in the core.
    outer, inner = [*rows[0], *rows[1]], [*rows[2], *rows[3]]
    for dark in [n for n in outer if ROOM[n.kind].service]:
        lit = [n for n in inner if not ROOM[n.kind].service and n.area < 1.6 * dark.area]
        if lit:
            outer[outer.index(dark)], inner[inner.index(lit[0])] = lit[0], dark
    above, below = _dealt(sampler, outer, 2)
    left, right = _dealt(sampler, inner, 2)
    blocks = [_column([_row(r) for r in _dealt(sampler, side, 2) if r]) for side in (left, right)]
    middle = _row([blocks[0], hub, blocks[1]])
    first, second = _passage(sampler, passage), _passage(sampler, passage)
    return _column([_row(above), first, middle, second, _row(below)])


def home_tree(sampler: KeyedSampler, rooms: int) -> tuple[Node, float]:
    """A tree, and how deep the plan is in metres."""
    if rooms <= 5:
        nodes = _leaves(sampler, HOME[:rooms], 0)
        return _hub_tree(sampler, nodes, sampler.between(5.2, 7.6))
    if rooms >= 13 and sampler.chance(0.6 if rooms < 18 else 1.0):
        nodes = _leaves(sampler, HOME[: rooms - 2], 2)
        hub = _take(nodes, "living room")[0]
        hub.area *= 1.0 + 0.03 * max(rooms - 20, 0)  # it stays the largest in a deeper core
        tree = _core(sampler, nodes, "hallway", hub)
        return tree, sampler.between(15.5, 19.0)
    if rooms >= 10 and sampler.chance(0.6 if rooms < 13 else 1.0):
        nodes = _leaves(sampler, HOME[: rooms - 2], 2)
        public = _take(nodes, "living room", "kitchen", "dining room")
        west, east = _dealt(sampler, nodes, 2)
        parts = [_spine(sampler, side, "hallway") for side in (west, east)]
        hub = _column([public[0], _row(sampler.shuffled(public[1:]))])
        if sampler.chance(0.5):
            hub = _column([hub.children[1], hub.children[0]])
        return _row([parts[0], hub, parts[1]]), sampler.between(8.0, 10.5)
    nodes = _leaves(sampler, HOME[: rooms - 1], 1)
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


def _hub_tree(sampler: KeyedSampler, nodes: list[Node], depth: float) -> tuple[Node, float]:
    """The first room in the middle, columns of rooms to one or both sides."""
    hub, rest = nodes[0], sampler.shuffled(nodes[1:])
    if sampler.chance(0.5) and len(rest) <= 3:
        return _row([hub, _column(rest)]), depth
    half = len(rest) // 2
    return _row([_column(rest[:half]), hub, _column(rest[half:])]), depth


def office_tree(sampler: KeyedSampler, rooms: int) -> tuple[Node, float]:
    """A tree, and how deep the plan is in metres."""
    if rooms <= 4:
        nodes = _leaves(sampler, OFFICE[:rooms], 0)
        return _hub_tree(sampler, nodes, sampler.between(5.5, 7.6))
    if rooms >= 12:
        open_hub = rooms >= 14 and sampler.chance(0.5)
        nodes = _leaves(sampler, OFFICE[: rooms - (2 if open_hub else 3)], 3)
        hub = _take(nodes, "open office")[0] if open_hub else _passage(sampler, "corridor")
        return _core(sampler, nodes, "corridor", hub), sampler.between(16.0, 20.0)
    nodes = _leaves(sampler, OFFICE[: rooms - 1], 1)
    if sampler.chance(0.4):
        return _spine(sampler, nodes, "corridor"), sampler.between(8.2, 10.6)
    public = _take(nodes, "open office")
    return _row([public[0], _spine(sampler, nodes, "corridor")]), sampler.between(7.8, 10.0)


def cut(
    node: Node,
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
        if not cut(child, piece, leaves):
            return False
        low += length + 1
    return True


def _lengths(node: Node, length: int) -> list[int] | None:
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
