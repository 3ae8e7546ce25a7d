"""Where the application stands in the picture: a window that each episode puts elsewhere.

Were it always in one place, the words alone would tell where to click first.
"""

from __future__ import annotations

from vgym.envs.gui.flow.screen import Sizes

_SMALLEST_PAGE = (240, 320)  # height and width of a page on which every control has its place
_WINDOW = 0.8  # of the desktop's sides, where the page is not too small for that


class Desktop:
    """What the picture shows: a window's page on plain ground.

    Args:
        size_hw: height and width of the observed picture.

    Attributes:
        reduced: how many times smaller the picture is than the desktop.
        height, width: of the desktop, pixels.
        sizes: of the window's page.
    """

    def __init__(self, size_hw: tuple[int, int]) -> None:
        self.reduced = max(
            1, *(-(-least // side) for least, side in zip(_SMALLEST_PAGE, size_hw, strict=True))
        )
        self.height, self.width = (self.reduced * side for side in size_hw)
        high, wide = (
            max(least, round(_WINDOW * side))
            for least, side in zip(_SMALLEST_PAGE, (self.height, self.width), strict=True)
        )
        self.sizes = Sizes((high, wide))

    def corner(self, place: tuple[float, float]) -> tuple[int, int]:
        """x, y of the window's upper left corner.

        Args:
            place: in [0, 1]: how far to the right and down of what there is room for.
        """
        free = self.width - self.sizes.width, self.height - self.sizes.height
        return round(place[0] * free[0]), round(place[1] * free[1])

    def on_page(self, xy: tuple[float, float], place: tuple[float, float]) -> tuple[float, float]:
        """A place of the desktop as one of the window's page, pixels both.

        Args:
            xy: fractions of the desktop's width and height. place: of the window.
        """
        x, y = self.corner(place)
        return xy[0] * self.width - x, xy[1] * self.height - y
