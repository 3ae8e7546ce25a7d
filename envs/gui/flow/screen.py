"""A screen as a list of widgets, each with its place and the event that a click on it raises.

The same list is drawn, hit by clicks, and searched for the next element that a plan needs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

Box = tuple[int, int, int, int]
# What a click on an element raises: its kind, and which of its kind where there are several.
Event = tuple[str] | tuple[str, int]

# Kinds of widgets, with the role that an element of the kind has.
ROLES = {
    "row": "listitem",
    "switch": "switch",
    "radio": "radio",
    "check": "checkbox",
    "button": "button",
    "tab": "tab",
    "field": "textbox",
    "cell": "gridcell",
    "card": "link",
    "icon": "button",
    "select": "combobox",
    "swatch": "radio",
}


class Widget(NamedTuple):
    """One thing on the screen. The fields up to ``tint`` are all that its looks depend on.

    Attributes:
        kind: a key of ``ROLES`` for what can be clicked; or "panel", "bar", "dialog", "heading",
            "title", "text", "strong", "muted", "line", "dot", "chip", "picture", "avatar",
            "thumb", "note" for the rest.
        box: xyxy, whole pixels of the page.
        text: what is written on it.
        icon: the name of its icon, "" for none.
        detail: a second text: at the right of a row, in an empty field.
        on: switched on, marked, or the main button.
        enabled: a greyed one raises nothing.
        align: "left", "centre" or "right", of the text.
        tint: a number that chooses its colour where it has one of its own.
        event: what a click raises; None for nothing.
        name: what it is called where that is not its text.
    """

    kind: str
    box: Box
    text: str = ""
    icon: str = ""
    detail: str = ""
    on: bool = False
    enabled: bool = True
    align: str = "left"
    tint: int = -1
    event: Event | None = None
    name: str = ""

    @property
    def look(self) -> tuple[object, ...]:
        """Everything that its looks depend on."""
        return self[:9]


class Sizes:
    """Sizes of a page, in pixels, from which every screen is laid out.

    Args:
        size_hw: height and width of the page.
    """

    def __init__(self, size_hw: tuple[int, int]) -> None:
        self.height, self.width = size_hw
        self.text = max(9, min(17, int(min(self.width / 36, self.height / 29))))
        self.row = 2 * self.text
        self.gap = max(2, self.text // 3)
        self.bar = self.row + self.gap
        self.side = max(5 * self.row // 2, min(8 * self.text, self.width // 4) + self.text)

    @property
    def body(self) -> Box:
        """What the bar leaves."""
        return 0, self.bar, self.width, self.height

    @property
    def beside(self) -> Box:
        """What the bar and the side leave."""
        return self.side, self.bar, self.width, self.height

    def rows_in(self, height: int) -> int:
        """How many whole rows fit a height: at least 1."""
        return max(1, height // self.row)


Entry = tuple[str, str, Event, bool, str]  # text, icon, event, chosen, detail


class Screen:
    """What is on view, in the order in which it is drawn.

    Args:
        sizes: the page's sizes.
        title: of the page.
    """

    def __init__(self, sizes: Sizes, title: str) -> None:
        self.sizes = sizes
        self.title = title
        self.widgets: list[Widget] = []
        self.modal = 0  # the first widget of the dialog; those before it cannot be clicked

    def add(self, kind: str, box: Box, text: str = "", **more: Any) -> None:
        """Put a widget on top of those there are."""
        self.widgets.append(Widget(kind, box, text, **more))

    def hit(self, x: float, y: float) -> Widget | None:
        """The widget that a click lands on; None for none that does anything."""
        for widget in reversed(self.widgets[self.modal :]):
            x0, y0, x1, y1 = widget.box
            if widget.event is not None and x0 <= x < x1 and y0 <= y < y1:
                return widget if widget.enabled else None
        return None

    def find(self, event: Event) -> Widget | None:
        """The widget that raises an event."""
        for widget in reversed(self.widgets[self.modal :]):
            if widget.event == event and widget.enabled:
                return widget
        return None

    # -- pieces that several applications share -----------------------------------------------

    def top(self, title: str, back: bool, search: bool = False) -> None:
        """The bar with the arrow back and the title."""
        m = self.sizes
        self.add("bar", (0, 0, m.width, m.bar))
        left = 2 * m.gap
        if back:
            self.add("icon", self.square(m.gap, m.bar), event=("back",), icon="arrow-left")
            left += m.row
        right = m.width // 2 if not search else m.side
        self.add("heading", (left, 0, right, m.bar), title)

    def square(self, x: int, bar: int) -> Box:
        """The place of a button of one icon in the bar."""
        m = self.sizes
        y = (bar - m.row) // 2 + 1
        return x, y, x + m.row, y + m.row - 2

    def actions(self, *buttons: tuple[str, str, Event, bool]) -> None:
        """Buttons at the right of the bar, the last one outermost.

        Args:
            *buttons: (text, icon, event, enabled) each; without a text, the icon alone.
        """
        m = self.sizes
        x = m.width - m.gap
        top, foot = m.gap, m.bar - m.gap
        for text, icon, event, enabled in reversed(buttons):
            if text and m.width < 34 * m.text:
                icon = ""
            width = (
                m.text * 2 + math.ceil(len(text) * m.text * 0.66) + (m.text if icon else -m.gap)
                if text
                else m.row
            )
            self.add(
                "button", (x - width, top, x, foot), text, event=event, icon=icon, enabled=enabled
            )
            x -= width + m.gap

    def sidebar(self, entries: list[Entry]) -> None:
        """The column at the left."""
        m = self.sizes
        self.add("panel", (0, m.bar, m.side, m.height), tint=1)
        y = m.bar + m.gap
        for text, icon, event, chosen, detail in entries:
            self.add(
                "tab",
                (m.gap, y, m.side - m.gap, y + m.row - 1),
                text,
                event=event,
                icon=icon,
                on=chosen,
                detail=detail,
            )
            y += m.row

    def scrollbar(self, box: Box, first: int, shown: int, count: int) -> None:
        """The thumb at the right of a list that is longer than it shows."""
        if count <= shown:
            return
        height = box[3] - box[1]
        y0 = box[1] + height * first // count
        y1 = box[1] + height * (first + shown) // count
        width = max(2, self.sizes.text // 4)
        self.add("thumb", (box[2] - width, y0, box[2], y1))

    def dialog(self, title: str, rows: int, wide: float = 0.6) -> Box:
        """A dialog over the page, with room for a title, so many rows, and a row of buttons.

        Returns:
            The box of the rows.
        """
        m = self.sizes
        self.modal = len(self.widgets)
        width = min(m.width - 2 * m.gap, max(int(m.width * wide), 20 * m.text))
        width = min(width, 40 * m.text)
        height = rows * m.row + 2 * m.bar + 3 * m.gap
        x0, y0 = (m.width - width) // 2, max(0, (m.height - height) // 2)
        self.add("dialog", (x0, y0, x0 + width, y0 + height))
        self.add("heading", (x0 + m.row // 2, y0, x0 + width - m.row // 2, y0 + m.bar), title)
        top = y0 + m.bar + m.gap
        return x0 + m.row // 2, top, x0 + width - m.row // 2, top + rows * m.row

    def dialog_buttons(self, rows: Box, main: str, event: Event, ok: bool) -> None:
        """Cancel and the main button, below the rows of a dialog."""
        m = self.sizes
        y0 = rows[3] + m.gap
        width = max(7 * m.text, math.ceil(len(main) * m.text * 0.58) + 2 * m.text)
        x1 = rows[2]
        self.add(
            "button", (x1 - width, y0, x1, y0 + m.row), main, event=event, on=True, enabled=ok,
            align="centre",
        )  # fmt: skip
        x1 -= width + m.gap
        self.add(
            "button", (x1 - 6 * m.text, y0, x1, y0 + m.row), "Cancel", event=("cancel",),
            align="centre",
        )  # fmt: skip

    def choices(
        self, title: str, options: Sequence[str], event: str, chosen: int, first: int, shown: int
    ) -> None:
        """A dialog of options of which one is chosen, and a button that leaves it as it is.

        Args:
            title: of the dialog.
            options: what can be chosen.
            event: what a click on an option raises, with its number.
            chosen: the option that is marked; -1 for none.
            first: the option at the top.
            shown: how many show at once.
        """
        m = self.sizes
        rows = self.dialog(title, shown, 0.4)
        x0, y0, x1, y1 = rows
        for i in range(first, first + shown):
            y = y0 + (i - first) * m.row
            box = (x0, y, x1, y + m.row)
            self.add("radio", box, options[i], event=(event, i), on=i == chosen)
        self.scrollbar(rows, first, shown, len(options))
        box = (x1 - 7 * m.text, y1 + m.gap, x1, y1 + m.gap + m.row)
        self.add("button", box, "Cancel", event=("cancel",), align="centre")

    def note(self, text: str) -> None:
        """The passing message at the foot."""
        m = self.sizes
        width = min(m.width - 2 * m.gap, int(len(text) * m.text * 0.6) + 2 * m.text)
        x0 = (m.width - width) // 2
        box = (x0, m.height - m.row - m.gap, x0 + width, m.height - m.gap)
        self.add("note", box, text, align="centre")
