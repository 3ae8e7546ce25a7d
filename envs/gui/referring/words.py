"""What people call icons and what the icons do; verbs that names of actions begin with."""

from __future__ import annotations

import re

from vgym.asset_files import json_asset

_BANK = json_asset("words/controls.json")
# Icon -> (what it shows, what a click does). Font Awesome's names stand beside Bootstrap's.
ICONS: dict[str, tuple[str, str]] = {
    name: (shows, does) for name, (shows, does) in _BANK["icons"].items()
}
_ALIASES: dict[str, str] = _BANK["icon_aliases"]
# What icons show that is several things, and has no article.
_SEVERAL: frozenset[str] = frozenset(_BANK["several"])
# What buttons with these names do, in other words. As rivals of icons they count by the same words.
FUNCTIONS: dict[str, str] = _BANK["functions"]
# An accessible name that begins so says what the control does.
VERBS: frozenset[str] = frozenset(_BANK["verbs"])
# How a control is called by its role, where no better word is known.
KINDS: dict[str, str] = _BANK["roles"]
_ENDINGS = re.compile(r"-(fill|lg|alt|o|f|left-text)$")


def icon_name(icon: str) -> str:
    """The plain name of an icon: ``"bi-bell-fill"`` and ``"fa-bell"`` are ``"bell"``.

    >>> icon_name("bi-trash3-fill"), icon_name("fa-cogs"), icon_name("")
    ('trash', 'gear', '')
    """
    name = _ENDINGS.sub("", icon.removeprefix("bi-").removeprefix("fa-"))
    return _ALIASES.get(name, name)


def article_of(shows: str) -> str:
    """What stands before the name of what an icon shows where it is first spoken of.

    >>> article_of("arrow"), article_of("bell"), article_of("sliders")
    ('an ', 'a ', '')
    """
    if shows in _SEVERAL:
        return ""
    return "an " if shows[0] in "aeiou" else "a "
