"""What a screen is to an agent that clicks: its controls, each with the box in which it shows.

Every source speaks in these words: captured pages, synthetic ones, simulated applications.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Element:
    """One control that can be clicked.

    Attributes:
        box: xyxy, pixels of the page: its visible part.
        role: as in ARIA: "button", "link", "textbox", "checkbox", "tab", "menuitem", ...
        name: the accessible name, "" where it has none.
        text: what is written on it, "" for an icon alone.
        enabled: whether a click does anything.
        icon: the name of the icon shown, such as "bell"; "" for none.
        colour: red, green and blue of its surface, 0 to 255.
    """

    box: tuple[float, float, float, float]
    role: str
    name: str
    text: str = ""
    enabled: bool = True
    icon: str = ""
    colour: tuple[int, int, int] = (255, 255, 255)


@dataclass(frozen=True)
class Page:
    """One screen: its size, what it is called, and its controls in reading order of the source."""

    size_hw: tuple[int, int]
    elements: tuple[Element, ...]
    title: str = ""
    platform: str = "web"  # "web", "desktop" or "phone"
    theme: str = "light"
