"""Where to click: places that land on a widget, and how near a click came to one."""

from __future__ import annotations

import math

from vgym.envs.gui.flow.actions import Act
from vgym.envs.gui.flow.desktop import Desktop
from vgym.envs.gui.flow.model import CLICK, Step
from vgym.envs.gui.flow.planner import Plan
from vgym.envs.gui.flow.screen import Screen

Place = tuple[float, float]


class Aim:
    """Finds the place of a click on a desktop that is divided into cells.

    Args:
        desktop: on which the window stands.
        cells: columns and rows whose middles can be clicked.
    """

    def __init__(self, desktop: Desktop, cells: tuple[int, int]) -> None:
        self._desktop = desktop
        self._size = (desktop.width, desktop.height)
        self._cells = cells

    def at(self, screen: Screen, place: Place, step: Step) -> Act:
        """The click that does a step: the middle of the nearest cell to the widget's own middle.

        Args:
            screen: what the window shows. place: of the window. step: a click.

        Raises:
            RuntimeError: the widget is not on the screen, or no cell lands on it.
        """
        assert isinstance(step.what, tuple)
        widget = screen.find(step.what)
        if widget is None:
            raise RuntimeError(f"{step.what} is not on the screen {screen.title!r}")
        x0, y0, x1, y1 = widget.box
        left, top = self._desktop.corner(place)
        xs = self._middles(0, left + x0, left + x1)
        ys = self._middles(1, top + y0, top + y1)
        for y in ys:
            for x in xs:
                if screen.hit(x - left, y - top) is widget:
                    return Act(CLICK, x / self._size[0], y / self._size[1], 0)
        raise RuntimeError(f"no cell lands on {widget} of the screen {screen.title!r}")

    def closeness(self, screen: Screen, place: Place, plan: Plan, act: Act) -> float:
        """How near a click came to the widget that the plan needs next: in [0, 1], 1 on it.

        The square of 1 less its distance to the widget over that of the picture's middle, or of
        half the picture's height where that is more; 0 where no widget is needed next.
        """
        if plan.first is None or plan.first.kind != CLICK:
            return 0.0
        assert isinstance(plan.first.what, tuple)
        widget = screen.find(plan.first.what)
        if widget is None:
            return 0.0
        away = _distance(widget.box, *self._desktop.on_page((act.x, act.y), place))
        middle = _distance(widget.box, *self._desktop.on_page((0.5, 0.5), place))
        return max(0.0, 1 - away / max(middle, self._desktop.height / 2)) ** 2

    def _middles(self, axis: int, low: int, high: int) -> list[float]:
        """Middles of cells between two places, those nearest to the middle first."""
        size, count = self._size[axis], self._cells[axis]
        cell = size / count
        first, last = math.floor(low / cell), min(count - 1, math.ceil(high / cell))
        middles = [(n + 0.5) * cell for n in range(first, last + 1)]
        inside = [m for m in middles if low <= m < high]
        return sorted(inside, key=lambda m: abs(m - (low + high) / 2))


def _distance(box: tuple[int, int, int, int], x: float, y: float) -> float:
    x0, y0, x1, y1 = box
    return math.hypot(max(x0 - x, 0.0, x - x1), max(y0 - y, 0.0, y - y1))
