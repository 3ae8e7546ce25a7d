"""Pages by key: size and density decide how large letters are, the key decides everything else."""

from __future__ import annotations

import math

import numpy as np

from vgym.core.keys import stream, uniform
from vgym.envs.gui.elements import Page
from vgym.envs.gui.synthetic.areas import small_panel
from vgym.envs.gui.synthetic.phones import phone_page
from vgym.envs.gui.synthetic.sites import site_page
from vgym.envs.gui.synthetic.sketch import Sketch
from vgym.envs.gui.synthetic.windows import desktop_page
from vgym.envs.gui.toolkit.canvas import Canvas
from vgym.envs.gui.toolkit.program import Program
from vgym.envs.gui.toolkit.themes import THEMES, Theme

FEWEST, MOST = 8, 200  # controls of a page at difficulty 0 and at 1, where it has room
SMALLEST_SIDE, LARGEST_SIDE = 64, 4096
SMALLEST_TARGET = 10  # pixels of the shorter side of a control
SMALLEST_TEXT = 9
_CROWDED, _SPARSE = 2600, 25000  # design pixels of page for each control
_THEME, _SIZE = stream("gui theme"), stream("gui text size")


def make_page(
    key: np.uint64, size_hw: tuple[int, int], difficulty: float, split: str
) -> tuple[Program, Page]:
    """A made screen: what to paint, and its controls.

    Args:
        key: of the page; the same key gives the same page, byte for byte.
        size_hw: height and width, 64 to 4096 pixels each.
        difficulty: 0 for about 8 large controls, 1 for about 200 small ones, of at least 10
            pixels; fewer where the page has no room for them, and by chance.
        split: "train" or "test": they share no theme, no font but that of code, and of lists of
            words no word.

    Raises:
        ValueError: a size, difficulty or split outside these.
    """
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in size_hw):
        raise ValueError(
            f"make_page: size_hw {size_hw}; sides must be {SMALLEST_SIDE}..{LARGEST_SIDE} pixels"
        )
    if not 0.0 <= difficulty <= 1.0:
        raise ValueError(f"make_page: difficulty is {difficulty}; it must be 0..1")
    if split not in THEMES:
        raise ValueError(f"make_page: split is {split!r}; it must be one of {', '.join(THEMES)}")
    height, width = size_hw
    portrait = height > 1.25 * width
    looks = [theme for theme in THEMES[split] if (theme.platform == "phone") == portrait]
    theme = looks[int(uniform(key, _THEME, 0) * len(looks))]
    count = round(FEWEST * (MOST / FEWEST) ** difficulty)
    text_px = _text_size(key, size_hw, difficulty, count, portrait)
    canvas = Canvas((height, width), theme, text_px, SMALLEST_TARGET)
    sketch = Sketch(canvas, key, split, count)
    title = _draw(sketch, theme)
    return canvas.program(), canvas.page(title)


def _draw(sketch: Sketch, theme: Theme) -> str:
    canvas = sketch.canvas
    height, width = canvas.size_hw
    if width < canvas.px(170) or height < canvas.px(130):
        room = (0, 0, width, height)
        canvas.fill(room, theme.surface)
        small_panel(sketch, room, sketch.left)
        return ""
    if theme.platform == "phone":
        return phone_page(sketch)
    return site_page(sketch) if theme.platform == "web" else desktop_page(sketch)


def _text_size(
    key: np.uint64, size_hw: tuple[int, int], difficulty: float, count: int, portrait: bool
) -> int:
    """Pixels of ordinary text.

    Easy pages are as if a small screen were enlarged to the size; hard ones have letters as small
    as so many controls need, though no larger than on an ordinary screen; those between are not
    left empty.
    """
    height, width = size_hw
    whole = (360, 600) if portrait else (520, 340)
    large = 13 * min(width / whole[0], height / whole[1])
    small = min(13.0, 13 * math.sqrt(width * height / (count * _CROWDED)))
    small *= 0.85 + 0.3 * uniform(key, _SIZE, 0)
    hard = min(1.0, 1.6 * difficulty)
    size = max(large, small) ** (1 - hard) * min(large, small) ** hard
    sparse = 13 * math.sqrt(width * height / (count * _SPARSE))
    size = max(size, min(large, sparse) ** (1 - difficulty) * small**difficulty)
    return max(SMALLEST_TEXT, min(64, round(size)))
