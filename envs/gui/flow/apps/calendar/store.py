"""What the calendar stores, and where in the vector."""

from __future__ import annotations

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.layout import Column, Field, Record, Table
from vgym.envs.gui.flow.model import DATA, Vector

MOST = 11  # events at the start; one more can be added
TIMES = 24  # half-hours of a day
_TYPED = 5  # a title that was typed is this plus the number of its text; others are 100 and more


class Events(Table, rows=MOST + 1):
    """Dates are 32 * month + day, months from 0, days as people count them."""

    title: Column
    date: Column
    time: Column  # a half-hour
    alive: Column  # 0 once deleted


class Store(Record):
    """Everything stored."""

    today: Field
    month: Field  # the month on view, from 0
    chosen: Field  # the chosen day, as a date
    count: Field  # how many events there are, deleted ones among them
    events: Events


STORE = Store(DATA)
EVENTS = STORE.events


def put_event(m: Vector, event: int, title: int, date: int, slot: int, typed: bool = False) -> None:
    """Store an event.

    Args:
        m: written to.
        event: its number.
        title: a place in the list of meetings.
        date: 32 * month + day.
        slot: a half-hour.
        typed: whether ``title`` is instead 5 and the number of a text of the instruction.
    """
    m[EVENTS.row(event)] = [title if typed else title + 100, date, slot, 1]


def title_of(m: Vector, event: int, texts: tuple[str, ...]) -> str:
    """An event's name."""
    title = m[EVENTS.title[event]]
    return words.MEETINGS[title - 100] if title >= 100 else texts[title - _TYPED - 1]


def on_day(m: Vector, date: int) -> list[int]:
    """The events of a day, by time."""
    events = [i for i in range(m[STORE.count]) if m[EVENTS.alive[i]] and m[EVENTS.date[i]] == date]
    return sorted(events, key=lambda i: m[EVENTS.time[i]])


def month_of(date: int) -> int:
    """The month of a date, from 0."""
    return date // 32


def date_words(date: int) -> str:
    """The date in words.

    >>> date_words(4 * 32 + 14)
    '14 May'
    """
    return f"{date % 32} {words.MONTHS[month_of(date)]}"
