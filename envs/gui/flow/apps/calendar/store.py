"""What the calendar stores, and where in the vector."""

from __future__ import annotations

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.model import DATA, Vector

MOST = 11  # events at the start; one more can be added
TIMES = 24  # half-hours of a day
TODAY = DATA
MONTH = DATA + 1  # the month on view, from 0
CHOSEN = DATA + 2  # the chosen day, as a date: 32 * month + day, both as people count days
COUNT = DATA + 3
_EVENTS = DATA + 4
TITLE, DATE, TIME, ALIVE = range(4)  # fields of an event
_FIELDS = 4
_TYPED = 5  # a title that was typed is this plus the number of its text; others are 100 and more


def place(event: int) -> int:
    """Where an event's fields begin."""
    return _EVENTS + _FIELDS * event


def put_event(m: Vector, event: int, title: int, date: int, slot: int, typed: bool = False) -> None:
    """Store an event.

    Args:
        title: a place in the list of meetings.
        typed: whether ``title`` is instead 5 and the number of a text of the instruction.
    """
    m[place(event) : place(event + 1)] = [title if typed else title + 100, date, slot, 1]


def title_of(m: Vector, event: int, texts: tuple[str, ...]) -> str:
    """An event's name."""
    title = m[place(event) + TITLE]
    return words.MEETINGS[title - 100] if title >= 100 else texts[title - _TYPED - 1]


def on_day(m: Vector, date: int) -> list[int]:
    """The events of a day, by time."""
    events = [i for i in range(m[COUNT]) if m[place(i) + ALIVE] and m[place(i) + DATE] == date]
    return sorted(events, key=lambda i: m[place(i) + TIME])


def month_of(date: int) -> int:
    """The month of a date, from 0."""
    return date // 32


def date_words(date: int) -> str:
    """The date in words.

    >>> date_words(4 * 32 + 14)
    '14 May'
    """
    return f"{date % 32} {words.MONTHS[month_of(date)]}"
