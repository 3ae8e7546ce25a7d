"""All task templates of all applications, in one table."""

from __future__ import annotations

from dataclasses import dataclass

from vgym.envs.gui.flow.apps.calendar.app import Calendar
from vgym.envs.gui.flow.apps.contact.app import Contact
from vgym.envs.gui.flow.apps.files.app import Files
from vgym.envs.gui.flow.apps.mail.app import Mail
from vgym.envs.gui.flow.apps.settings.app import Settings
from vgym.envs.gui.flow.apps.shop.app import Shop
from vgym.envs.gui.flow.model import App

APPS: tuple[type[App], ...] = (Settings, Mail, Calendar, Shop, Files, Contact)


@dataclass(frozen=True)
class Row:
    """One template: its name, its application, its number there, and its usual length."""

    name: str
    app: type[App]
    number: int
    steps: int


TABLE: tuple[Row, ...] = tuple(
    Row(template.name, app, number, template.steps)
    for app in APPS
    for number, template in enumerate(app.templates)
)
NAMES = tuple(row.name for row in TABLE)


def rows_for(difficulty: float, names: tuple[str, ...] | None) -> tuple[Row, ...]:
    """The templates that are set: those named, or those as long as the difficulty asks.

    >>> [row.steps for row in rows_for(0.0, None)]
    [3, 4, 3, 4, 2, 4]
    """
    if names is not None:
        return tuple(row for row in TABLE if row.name in names)
    shortest, longest = 1 + 4 * difficulty, 4 + 11 * difficulty
    return tuple(row for row in TABLE if shortest <= row.steps <= longest)
