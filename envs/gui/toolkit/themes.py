"""How an interface looks, as data: colours, fonts and shapes that every control draws itself by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vgym.asset_files import json_asset

Colour = tuple[int, int, int]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The colour between two, `share` of the way from the first.

    >>> mix((0, 0, 0), (100, 200, 50), 0.5)
    (50, 100, 25)
    """
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


@dataclass(frozen=True)
class Theme:
    """One look.

    Attributes:
        name: unique.
        dark: whether light letters stand on a dark ground.
        font: a face of `vgym.envs.gui.toolkit.characters.FONTS`; bold titles use its bold face.
        page: ground of everything.
        surface: windows, cards, lists, fields.
        bar: toolbars, side bars, heads of tables.
        text: letters on page, surface and bar.
        muted: less important letters, placeholders.
        border: lines around fields, buttons and cards.
        accent: primary buttons, checked boxes, selection.
        on_accent: letters on accent.
        button: ground of an ordinary button.
        title: ground of a window's title bar.
        on_title: letters on it.
        link: letters of a link.
        good: success, "on".
        bad: deletion, errors.
        radius: corner radius of buttons and fields, design pixels; cards use half as much again.
        raised: draws buttons, title bars with a gradient, and bevels.
        shadow: strength of the shadow under windows and cards, 0 to 255; 0 draws none.
        window_buttons: side of a window's buttons: "right" or "left" (three coloured discs).
        platform: "desktop", "web" or "phone": what `Page.platform` says.
    """

    name: str
    dark: bool
    font: str
    page: Colour
    surface: Colour
    bar: Colour
    text: Colour
    muted: Colour
    border: Colour
    accent: Colour
    on_accent: Colour
    button: Colour
    title: Colour
    on_title: Colour
    link: Colour
    good: Colour = (25, 135, 84)
    bad: Colour = (200, 45, 55)
    radius: int = 4
    raised: bool = False
    shadow: int = 60
    window_buttons: str = "right"
    platform: str = "desktop"

    @property
    def hover(self) -> Colour:
        """Ground of a selected row or an open menu's entry."""
        return mix(self.surface, self.accent, 0.22 if self.dark else 0.14)

    @property
    def disabled(self) -> Colour:
        """Letters of a control that cannot be used."""
        return mix(self.muted, self.surface, 0.45)


def _theme(name: str, look: dict[str, Any]) -> Theme:
    parsed: dict[str, Any] = {
        key: tuple(bytes.fromhex(value[1:])) if str(value).startswith("#") else value
        for key, value in look.items()
    }
    return Theme(name, **parsed)


# The looks of each split. Those of "test" have other fonts, colours and shapes than training shows.
THEMES: dict[str, tuple[Theme, ...]] = {
    split: tuple(_theme(name, look) for name, look in looks.items())
    for split, looks in json_asset("themes.json").items()
}


def theme_named(name: str) -> Theme:
    """The theme of that name.

    >>> theme_named("flat-dark").dark
    True
    """
    return next(theme for looks in THEMES.values() for theme in looks if theme.name == name)
