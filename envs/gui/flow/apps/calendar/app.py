"""Calendar: a month, the chosen day's events, and a form for one event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.calendar.screen import day_rows, draw_form, draw_month, times_shown
from vgym.envs.gui.flow.apps.calendar.store import (
    EVENTS,
    MOST,
    STORE,
    TIMES,
    date_words,
    month_of,
    on_day,
    put_event,
)
from vgym.envs.gui.flow.draws import Draws
from vgym.envs.gui.flow.model import (
    DIALOG,
    DIALOG_SCROLL,
    DRAFT,
    FOCUS,
    GO_BACK,
    ITEM,
    NOTE,
    PAGE,
    PREFILLED,
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
from vgym.envs.gui.flow.screen import Screen

GRID, FORM = range(2)
NO_DIALOG, PICK_TIME, CONFIRM = range(3)
NAME = 1  # the form's text field
D_TIME = DRAFT + 1  # the form's time
A_CREATE, A_CANCEL, A_MOVE = range(3)


class Calendar(App):
    """Page GRID shows month MONTH and day CHOSEN; FORM shows event ITEM - 1, or a new one."""

    name: ClassVar[str] = "calendar"
    templates: ClassVar[tuple[Template, ...]] = (
        Template("calendar-create", 8),
        Template("calendar-cancel", 5),
        Template("calendar-move", 7),
    )

    def begin(self, draws: Draws, template: int, share: float) -> tuple[Vector, list[int]]:
        """Events in the months around today."""
        m = blank()
        month = draws.below("month", 12)
        today = _date(draws, "today", month)
        m[STORE.today] = m[STORE.chosen] = today
        m[STORE.month] = month
        m[STORE.count] = 5 + round(share * (MOST - 5))
        titles = draws.words("title", words.MEETINGS, m[STORE.count])
        far = 1 + round(2 * share)
        for i in range(m[STORE.count]):
            near = max(0, min(11, month + draws.below("how far", 2 * far + 1, i) - far))
            date = today if i < 2 else _date(draws, "date", near, i)
            put_event(m, i, titles[i], date, draws.below("time", TIMES, i))
        event = draws.below("event", m[STORE.count])
        date, slot = m[EVENTS.date[event]], m[EVENTS.time[event]]
        if template == A_CREATE:
            titled = draws.pick("new", [w for w in draws.part(words.MEETINGS) if w not in titles])
            date = _date(draws, "new date", month_of(date))
            return m, [-1, titled, date, draws.below("new time", TIMES)]
        other = (slot + 1 + draws.below("other time", TIMES - 1)) % TIMES
        return m, [event, titles[event], date, other]

    def sentence(self, template: int, goal: Sequence[int]) -> str:
        """What is to be done, on which day."""
        title, day = words.MEETINGS[goal[1]], date_words(goal[2])
        if template == A_CREATE:
            return f'Put "{title}" in the calendar on {day} at {words.clock(goal[3])}.'
        if template == A_CANCEL:
            return f"Delete the event {title} on {day}."
        return f"Move the event {title} on {day} to {words.clock(goal[3])}."

    def texts(self, template: int, goal: Sequence[int]) -> tuple[str, ...]:
        """The new event's name."""
        return (words.MEETINGS[goal[1]],) if template == A_CREATE else ()

    def verdict(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> int:
        """The events are those of the start, but for the wanted change."""
        if template == A_CREATE:
            if m[STORE.count] == start[STORE.count]:
                return 0 if _events(m) == _events(start) else -1
            new = m[EVENTS.row(start[STORE.count])]
            right = [PREFILLED + 1, goal[2], goal[3], 1]  # named by the first text
            same = _events(m)[: start[STORE.count]] == _events(start)
            return 1 if new == right and same else -1
        if _events(m) == _events(start):
            return 0
        wanted = list(start)
        if template == A_CANCEL:
            wanted[EVENTS.alive[goal[0]]] = 0
        else:
            wanted[EVENTS.time[goal[0]]] = goal[3]
        return 1 if _events(m) == _events(wanted) else -1

    def moves(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> list[Step]:
        """To the day, into the form, fill it, save it."""
        event, _, date, slot = goal[:4]
        if m[PAGE] == GRID:
            if m[STORE.chosen] != date:
                return self._to_day(m, date)
            if template == A_CREATE:
                return [click("new")]
            return [self.reach(m, on_day(m, date).index(event), "event", event)]
        right = m[ITEM] == event + 1 and (event >= 0 or m[STORE.chosen] == date)
        if not right:
            return [GO_BACK]
        if template == A_CANCEL:
            if m[DIALOG] == CONFIRM:
                return [click("yes")]
            return [GO_BACK] if m[DIALOG] else [click("delete")]
        if m[DIALOG] == PICK_TIME and m[D_TIME] != slot:
            return [self.reach(m, slot, "time", slot)]
        if m[DIALOG]:
            return [GO_BACK]
        typed = self.fill(m, ((NAME, 1),)) if template == A_CREATE else None
        steps = [typed] if typed else []
        if template == A_MOVE and m[DRAFT] != PREFILLED:
            return [GO_BACK]  # the name was typed over: only opening it anew brings it back
        if m[D_TIME] != slot:
            steps.append(click("times"))
        return steps or [click("save")]

    def on_click(self, m: Vector, kind: str, number: int) -> None:
        """Turn months, choose a day, open and save events."""
        if kind == "turn":
            m[STORE.month], m[SCROLL] = max(0, min(11, m[STORE.month] + number)), 0
        elif kind == "today":
            m[STORE.month], m[STORE.chosen], m[SCROLL] = month_of(m[STORE.today]), m[STORE.today], 0
        elif kind == "day":
            m[STORE.chosen], m[SCROLL] = number, 0
        elif kind == "new":
            show_page(m, FORM, 0)
            m[DRAFT], m[D_TIME], m[FOCUS] = 0, 2, NAME
        elif kind == "event":
            show_page(m, FORM, number + 1)
            m[DRAFT], m[D_TIME] = PREFILLED, m[EVENTS.time[number]]
        elif kind == "times":
            first = min(m[D_TIME], TIMES - times_shown(self.sizes))
            show_dialog(m, PICK_TIME, first)
        elif kind == "time":
            m[D_TIME] = number
            show_dialog(m, NO_DIALOG)
        elif kind == "delete":
            show_dialog(m, CONFIRM)
        elif kind == "yes":
            m[EVENTS.alive[m[ITEM] - 1]] = 0
            show_page(m, GRID)
            m[NOTE] = 3
        elif kind == "save":
            self._save(m)
        else:
            self.on_back(m)

    def on_back(self, m: Vector) -> None:
        """The dialog away, or out of the form without saving."""
        if m[DIALOG]:
            show_dialog(m, NO_DIALOG)
        elif m[PAGE] == FORM:
            show_page(m, GRID)

    def on_enter(self, m: Vector) -> None:
        """Saves the form, or says yes."""
        if m[DIALOG] == CONFIRM:
            self.on_click(m, "yes", 0)
        elif m[PAGE] == FORM and not m[DIALOG]:
            self._save(m)

    def on_delete(self, m: Vector) -> None:
        """As the button."""
        if m[PAGE] == FORM and m[ITEM] and not m[DIALOG]:
            show_dialog(m, CONFIRM)

    def fields(self, m: Vector) -> tuple[int, ...]:
        """The name."""
        return (NAME,) if m[PAGE] == FORM and not m[DIALOG] else ()

    def extent(self, m: Vector) -> tuple[int, int]:
        """The times of the dialog, or the events of the day."""
        if m[DIALOG] == PICK_TIME:
            return TIMES, times_shown(self.sizes)
        if m[PAGE] == FORM:
            return 0, 1
        count = len(on_day(m, m[STORE.chosen]))
        return count, max(1, min(count, day_rows(self.sizes)))

    def screen(self, m: Vector, texts: tuple[str, ...]) -> Screen:
        """The month with the day beside it, or the form."""
        screen = Screen(self.sizes, "Calendar")
        if m[PAGE] == GRID:
            draw_month(screen, m, texts, self.extent(m))
        else:
            draw_form(screen, m, texts)
        if m[DIALOG] == PICK_TIME:
            times = [words.clock(slot) for slot in range(TIMES)]
            shown = times_shown(self.sizes)
            screen.choices("Time", times, "time", m[D_TIME], m[DIALOG_SCROLL], shown)
        elif m[DIALOG] == CONFIRM:
            rows = screen.dialog("Delete this event?", 1)
            screen.add("text", rows, "It cannot be brought back.")
            screen.dialog_buttons(rows, "Delete", ("yes",), True)
        if m[NOTE]:
            screen.note(("", "Give the event a name first", "Saved", "Deleted")[m[NOTE]])
        return screen

    def _save(self, m: Vector) -> None:
        if not m[DRAFT]:
            m[NOTE] = 1
            return
        if m[ITEM]:
            event = m[ITEM] - 1
            if m[DRAFT] != PREFILLED:
                m[EVENTS.title[event]] = PREFILLED + m[DRAFT]
            m[EVENTS.time[event]] = m[D_TIME]
        elif m[STORE.count] <= MOST:
            title, day = PREFILLED + m[DRAFT], m[STORE.chosen]
            put_event(m, m[STORE.count], title, day, m[D_TIME], typed=True)
            m[STORE.count] += 1
        show_page(m, GRID)
        m[NOTE] = 2

    def _to_day(self, m: Vector, date: int) -> list[Step]:
        month = month_of(date)
        if m[STORE.month] == month:
            return [click("day", date)]
        return [click("today"), click("turn", 1 if month > m[STORE.month] else -1)]


def _date(draws: Draws, name: str, month: int, index: int = 0) -> int:
    return 32 * month + 1 + draws.below(name, words.MONTH_DAYS[month], index)


def _events(m: Vector) -> list[list[int]]:
    return [m[EVENTS.row(i)] for i in range(m[STORE.count])]
