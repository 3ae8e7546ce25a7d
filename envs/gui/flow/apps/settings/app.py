"""Settings: pages within pages; switches act at once, choices open a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from vgym.envs.gui.flow.apps.settings.tree import TREE, Entry
from vgym.envs.gui.flow.draws import Draws
from vgym.envs.gui.flow.layout import Column, Record, Table
from vgym.envs.gui.flow.model import (
    DATA,
    DIALOG,
    GO_BACK,
    PAGE,
    SCROLL,
    App,
    Step,
    Template,
    Vector,
    blank,
    click,
    show_dialog,
    show_page,
)
from vgym.envs.gui.flow.screen import Box, Screen

_VALUES, _ROWS = len(TREE.leaves), len(TREE.rows[0])
_MOST_WRONG = 5  # so many values that are not as they should be, and the goal is out of reach


class Values(Table, rows=_VALUES):
    """A switch is 0 or 1, a choice the place of an option."""

    now: Column


class Order(Table, rows=_ROWS):
    """The order of the first page's rows."""

    row_at: Column


class Store(Record):
    """Everything stored."""

    values: Values
    order: Order


STORE = Store(DATA)
VALUE = STORE.values.now


class Settings(App):
    """Page 0 lists categories; dialog n + 1 offers the choices of value n."""

    name: ClassVar[str] = "settings"
    templates: ClassVar[tuple[Template, ...]] = (
        Template("settings-switch", 3),
        Template("settings-choose", 4),
        Template("settings-several", 9),
    )

    def begin(self, draws: Draws, template: int, share: float) -> tuple[Vector, list[int]]:
        """Values are drawn; each wanted one starts out as another."""
        m = blank()
        for leaf in range(_VALUES):
            options = TREE.entry(leaf).options
            m[VALUE[leaf]] = draws.below("value", len(options) or 2, leaf)
        m[STORE.order.span] = draws.sample("order", range(_ROWS), _ROWS)
        every = [bool(TREE.entry(leaf).options) for leaf in range(_VALUES)]
        switches = _part(draws, [leaf for leaf in range(_VALUES) if not every[leaf]])
        choices = _part(draws, [leaf for leaf in range(_VALUES) if every[leaf]])
        if template == 0:
            leaves = [draws.pick("leaf", switches)]
        elif template == 1:
            leaves = [draws.pick("leaf", choices)]
        else:
            leaves = [draws.pick("leaf", choices), *draws.sample("leaves", switches, 2)]
        goal = []
        for i, leaf in enumerate(leaves):
            count = len(TREE.entry(leaf).options) or 2
            goal += [leaf, (m[VALUE[leaf]] + 1 + draws.below("wanted", count - 1, i)) % count]
        return m, goal

    def sentence(self, template: int, goal: Sequence[int]) -> str:
        """Every change with the page it is on."""
        said = [_wish(leaf, value) for leaf, value in _pairs(template, goal)]
        if len(said) == 1:
            return f"{said[0][0].upper()}{said[0][1:]}."
        return f"In the settings, {', '.join(said[:-1])} and {said[-1]}."

    def texts(self, template: int, goal: Sequence[int]) -> tuple[str, ...]:
        """Nothing is typed here."""
        return ()

    def verdict(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> int:
        """Done when exactly the wanted values have changed; too many wrong ones end it."""
        wrong = len(_wrong(m, start, template, goal))
        if not wrong:
            return 0 if m[DIALOG] else 1
        return -1 if wrong > _MOST_WRONG else 0

    def moves(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> list[Step]:
        """Put right what shows; else towards a page where something is wrong."""
        wrong = _wrong(m, start, template, goal)
        if m[DIALOG]:
            leaf = m[DIALOG] - 1
            if leaf in wrong:
                return [self.reach(m, wrong[leaf], "choose", wrong[leaf])]
            return [GO_BACK]
        page = m[PAGE]
        here = [TREE.leaves[leaf][1] for leaf in wrong if TREE.leaves[leaf][0] == page]
        away = {_child(page, TREE.leaves[leaf][0]) for leaf in wrong}
        rows = [i for i, entry in enumerate(self._rows(m)) if entry.page > 0 and entry.page in away]
        steps = []
        for row in here + rows:
            entry = self._rows(m)[row]
            event = ("open", entry.page) if entry.page >= 0 else ("set", entry.value)
            step = self.towards(m, row)
            if step is None and entry.value >= 0:
                return [click(*event)]
            steps.append(step or click(*event))
        if -1 in away and not here:
            steps.append(GO_BACK)
        return steps

    def on_click(self, m: Vector, kind: str, number: int) -> None:
        """Open a page or a dialog, turn a switch, choose."""
        if kind == "open":
            show_page(m, number)
        elif kind == "set":
            options = TREE.entry(number).options
            if options:
                show_dialog(m, number + 1)
            else:
                m[VALUE[number]] = 1 - m[VALUE[number]]
        elif kind == "choose":
            m[VALUE[m[DIALOG] - 1]] = number
            show_dialog(m, 0)
        else:
            self.on_back(m)

    def on_back(self, m: Vector) -> None:
        """Close the dialog, or up a page."""
        if m[DIALOG]:
            show_dialog(m, 0)
        else:
            show_page(m, TREE.parents[m[PAGE]])

    def extent(self, m: Vector) -> tuple[int, int]:
        """The dialog's choices, or the page's rows."""
        if m[DIALOG]:
            count = len(TREE.entry(m[DIALOG] - 1).options)
            return count, count
        count = len(self._rows(m))
        return count, min(count, self._fit())

    def screen(self, m: Vector, texts: tuple[str, ...]) -> Screen:
        """A column of rows in the middle of the page."""
        page = m[PAGE]
        sizes = self.sizes
        screen = Screen(sizes, TREE.titles[page])
        screen.top(TREE.titles[page], back=page > 0)
        list_box = self._list_box()
        count, shown = self.extent(m) if not m[DIALOG] else self._page_extent(m)
        x0, y, x1, _ = list_box
        screen.add("panel", (x0, y, x1, y + shown * sizes.row), tint=0)
        for i in range(m[SCROLL], m[SCROLL] + shown):
            entry = self._rows(m)[i]
            box = (x0, y, x1, y + sizes.row)
            y += sizes.row
            if entry.page >= 0:
                screen.add(
                    "row", box, entry.text, event=("open", entry.page),
                    icon=TREE.icons[entry.page], detail=">",
                )  # fmt: skip
            elif entry.options:
                now = entry.options[m[VALUE[entry.value]]]
                screen.add("row", box, entry.text, event=("set", entry.value), detail=now)
            else:
                on = bool(m[VALUE[entry.value]])
                screen.add("switch", box, entry.text, event=("set", entry.value), on=on)
        screen.scrollbar((x0, list_box[1], x1, y), m[SCROLL], shown, count)
        if m[DIALOG]:
            leaf = m[DIALOG] - 1
            entry = TREE.entry(leaf)
            shown = len(entry.options)
            screen.choices(entry.text, entry.options, "choose", m[VALUE[leaf]], 0, shown)
        return screen

    def _rows(self, m: Vector) -> list[Entry]:
        rows = TREE.rows[m[PAGE]]
        return rows if m[PAGE] else [rows[i] for i in m[STORE.order.span]]

    def _page_extent(self, m: Vector) -> tuple[int, int]:
        count = len(self._rows(m))
        return count, min(count, self._fit())

    def _list_box(self) -> Box:
        sizes = self.sizes
        width = min(sizes.width - 4 * sizes.gap, 44 * sizes.text)
        x0 = (sizes.width - width) // 2
        return x0, sizes.bar + sizes.gap, x0 + width, sizes.height - sizes.gap

    def _fit(self) -> int:
        _, y0, _, y1 = self._list_box()
        return self.sizes.rows_in(y1 - y0)


def _part(draws: Draws, leaves: list[int]) -> list[int]:
    """The values that this split asks about."""
    return [leaves[i] for i in draws.part(leaves)]


def _pairs(template: int, goal: Sequence[int]) -> list[tuple[int, int]]:
    count = 3 if template == 2 else 1
    return [(goal[2 * i], goal[2 * i + 1]) for i in range(count)]


def _wrong(m: Vector, start: Vector, template: int, goal: Sequence[int]) -> dict[int, int]:
    """The values that are not as they should be, with what they should be."""
    wanted = dict(enumerate(start[STORE.values.span]))
    wanted.update(_pairs(template, goal))
    return {leaf: v for leaf, v in wanted.items() if m[VALUE[leaf]] != v}


def _child(page: int, target: int) -> int:
    """The child page of ``page`` on the way to a target; -1 for up, -2 for the page itself."""
    if target == page:
        return -2
    while target:
        parent = TREE.parents[target]
        if parent == page:
            return target
        target = parent
    return -1


def _wish(leaf: int, value: int) -> str:
    entry = TREE.entry(leaf)
    page = TREE.leaves[leaf][0]
    where = f"under {TREE.titles[page]}"
    if entry.options:
        return f"set {entry.text} {where} to {entry.options[value]}"
    return f"turn {'on' if value else 'off'} {entry.text} {where}"
