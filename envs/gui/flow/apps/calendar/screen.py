"""The calendar's pages as widgets."""

from __future__ import annotations

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.calendar.store import EVENTS, STORE, date_words, on_day, title_of
from vgym.envs.gui.flow.model import DRAFT, FOCUS, ITEM, PREFILLED, SCROLL, Vector, written
from vgym.envs.gui.flow.screen import Box, Screen, Sizes

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def times_shown(sizes: Sizes) -> int:
    """How many times the dialog shows at once."""
    room = sizes.height - 2 * sizes.bar - 4 * sizes.gap
    return min(9, max(3, sizes.rows_in(room)))


def day_rows(sizes: Sizes) -> int:
    """How many events of a day show at once."""
    _, y0, _, y1 = _day_box(sizes)
    return sizes.rows_in(y1 - y0 - sizes.row)


def draw_month(screen: Screen, m: Vector, texts: tuple[str, ...], extent: tuple[int, int]) -> None:
    """Six weeks of boxes; the chosen day's events beside or below them."""
    sizes, month = screen.sizes, m[STORE.month]
    screen.add("panel", (0, 0, sizes.width, sizes.height), tint=0)
    screen.add("bar", (0, 0, sizes.width, sizes.bar))
    x = sizes.gap
    for icon, step in (("chevron-left", -1), ("chevron-right", 1)):
        name = "Next month" if step > 0 else "Previous month"
        box = screen.square(x, sizes.bar)
        screen.add("icon", box, event=("turn", step), icon=icon, name=name)
        x += sizes.row
    screen.add("heading", (x, 0, x + 12 * sizes.text, sizes.bar), f"{words.MONTHS[month]} 2026")
    screen.actions(("Today", "", ("today",), True), ("New", "plus-lg", ("new",), True))
    _grid(screen, m, texts)
    x0, y, x1, _ = _day_box(sizes)
    screen.add("panel", (x0, y, x1, sizes.height), tint=1)
    x0, x1 = x0 + sizes.gap, x1 - sizes.gap
    screen.add("title", (x0, y, x1, y + sizes.row), date_words(m[STORE.chosen]))
    y += sizes.row
    events = on_day(m, m[STORE.chosen])
    count, shown = extent
    if not events:
        screen.add("muted", (x0, y, x1, y + sizes.row), "Nothing planned")
    for event in events[m[SCROLL] : m[SCROLL] + shown]:
        title = title_of(m, event, texts)
        time = words.clock(m[EVENTS.time[event]])
        box = (x0, y, x1, y + sizes.row - 2)
        screen.add("chip", box, tint=event)
        screen.add("row", box, title, event=("event", event), detail=time, tint=event)
        y += sizes.row
    screen.scrollbar((x0, sizes.bar + sizes.row, x1, y), m[SCROLL], shown, count)


def draw_form(screen: Screen, m: Vector, texts: tuple[str, ...]) -> None:
    """Name, day and time of one event."""
    sizes = screen.sizes
    screen.add("panel", (0, 0, sizes.width, sizes.height), tint=0)
    screen.top("Edit event" if m[ITEM] else "New event", back=True)
    delete = [("Delete", "trash", ("delete",), True)] if m[ITEM] else []
    screen.actions(*delete, ("Save", "check", ("save",), True))
    width = min(sizes.width - 2 * sizes.row, 36 * sizes.text)
    x0 = (sizes.width - width) // 2
    label, y = 6 * sizes.text, sizes.bar + sizes.gap * 2
    own = title_of(m, m[ITEM] - 1, texts) if m[DRAFT] == PREFILLED else ""
    name = written(m[DRAFT], texts, own)
    lines = (("Name", "field"), ("Day", "text"), ("Time", "select"))
    for title, kind in lines:
        screen.add("text", (x0, y, x0 + label, y + sizes.row), title)
        box = (x0 + label, y, x0 + width, y + sizes.row)
        if kind == "field":
            screen.add(kind, box, name, event=("field", 1), on=m[FOCUS] == 1, name=title)
        elif kind == "select":
            time = words.clock(m[DRAFT + 1])
            screen.add(kind, box, time, event=("times",), name=title)
        else:
            screen.add("strong", box, f"{date_words(m[STORE.chosen])} 2026")
        y += sizes.row + 2 * sizes.gap


def _day_box(sizes: Sizes) -> Box:
    if sizes.width > sizes.height:
        return sizes.width * 66 // 100, sizes.bar, sizes.width, sizes.height
    return 0, sizes.bar + (sizes.height - sizes.bar) * 6 // 10, sizes.width, sizes.height


def _grid(screen: Screen, m: Vector, texts: tuple[str, ...]) -> None:
    sizes, month = screen.sizes, m[STORE.month]
    x0, y0, _, _ = _day_box(sizes)
    beside = x0 > 0
    width = x0 if beside else sizes.width
    top = sizes.bar + sizes.row * 3 // 4
    foot = sizes.height if beside else y0
    for n, weekday in enumerate(_WEEKDAYS):
        left, right = width * n // 7, width * (n + 1) // 7
        box = (left, sizes.bar, right, top)
        screen.add("muted", box, weekday[: 3 if width > 30 * sizes.text else 2], align="centre")
    before = (words.FIRST_WEEKDAY + sum(words.MONTH_DAYS[:month])) % 7
    weeks = -(-(before + words.MONTH_DAYS[month]) // 7)
    busy = {m[EVENTS.date[i]] for i in range(m[STORE.count])}
    for day in range(1, words.MONTH_DAYS[month] + 1):
        week, column = divmod(before + day - 1, 7)
        box = (
            width * column // 7,
            top + (foot - top) * week // weeks,
            width * (column + 1) // 7,
            top + (foot - top) * (week + 1) // weeks,
        )
        date = 32 * month + day
        chosen, today = date == m[STORE.chosen], date == m[STORE.today]
        screen.add(
            "cell", box, str(day), event=("day", date), on=chosen, tint=1 if today else -1,
            name=date_words(date),
        )  # fmt: skip
        high = sizes.text * 3 // 2
        for n, event in enumerate(on_day(m, date) if date in busy else ()):
            y = box[1] + sizes.text * 7 // 4 + n * high
            if y + high > box[3] or box[2] - box[0] < 5 * sizes.text:
                size = max(2, sizes.text // 3)
                x = box[2] - (n + 1) * (size + 2) - 2
                if x > box[0]:
                    y = box[1] + 3
                    screen.add("dot", (x, y, x + size, y + size), tint=event)
                continue
            chip = (box[0] + 2, y, box[2] - 2, y + high - 1)
            screen.add("chip", chip, title_of(m, event, texts), tint=event)
