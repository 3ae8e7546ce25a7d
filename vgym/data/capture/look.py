"""How a page is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """How a page is shown: pixels of the viewport, whether a phone shows it, light or dark."""

    width: int
    height: int
    phone: bool = False
    theme: str = "light"

    def __str__(self) -> str:
        dark = "-dark" if self.theme == "dark" else ""
        return f"{'phone-' if self.phone else ''}{self.width}x{self.height}{dark}"
