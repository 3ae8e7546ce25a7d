"""What the applications are full of: people, mails, events, products, files."""

from __future__ import annotations

from vgym.asset_files import json_asset

_BANK = json_asset("words/applications.json")


def _list(name: str) -> tuple[str, ...]:
    return tuple(_BANK[name])


FIRST = _list("first")
LAST = _list("last")
SUBJECTS = _list("subjects")
MESSAGES = _list("messages")
MEETINGS = _list("meetings")
MAKES = _list("makes")
COLOURS = _list("colours")
DELIVERIES = _list("deliveries")
PAYMENTS = _list("payments")
STREETS = _list("streets")
CITIES = _list("cities")
FOLDERS = _list("folders")
FILES = _list("files")
ENDINGS = _list("endings")
TOPICS = _list("topics")
RHYTHMS = _list("rhythms")
MONTHS = _list("months")
# What a shop sells, by category: (category, icon, things).
WARES: tuple[tuple[str, str, tuple[str, ...]], ...] = tuple(
    (row["category"], row["icon"], tuple(row["things"])) for row in _BANK["wares"]
)
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
FIRST_WEEKDAY = 3  # 1 January of the calendar's year, 2026, is a Thursday; Monday is 0


def person(first: int, last: int) -> str:
    """A full name."""
    return f"{FIRST[first]} {LAST[last]}"


def address(first: int, last: int) -> str:
    """A person's mail address."""
    return f"{FIRST[first]}.{LAST[last]}@mail.example".lower()


def clock(slot: int) -> str:
    """The time of a half-hour slot of the day, from 8 in the morning.

    >>> clock(3)
    '09:30'
    """
    return f"{8 + slot // 2:02d}:{30 * (slot % 2):02d}"
