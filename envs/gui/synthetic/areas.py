"""Which content goes where: panels by what they need and hold, and areas split among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from vgym.envs.gui.synthetic.panels import dense, forms, grids, keys, lists
from vgym.envs.gui.synthetic.panels.still import still
from vgym.envs.gui.synthetic.sketch import Sketch, inset
from vgym.envs.gui.toolkit.canvas import Box
from vgym.envs.gui.toolkit.frames import card

Draw = Callable[[Sketch, Box, int], None]
_SPLIT_W, _SPLIT_H = 760, 560  # design pixels: wider or higher areas are split
_SPLIT_COUNT = 44  # areas of more controls are split


class Panel(NamedTuple):
    """A kind of content.

    Attributes:
        draw: draws it in a box with at most so many controls.
        holds: about how many controls fit a width and height in design pixels.
        width: the least width it needs, design pixels.
        height: the least height.
        places: where it occurs: letters of "w" web, "d" desktop, "p" phone.
        least: fewer controls than this make no such thing.
        open: what lies below its last control stays empty, and other things may be shown there.
    """

    draw: Draw
    holds: Callable[[float, float], float]
    width: int
    height: int
    places: str
    least: int = 1
    open: bool = False


PANELS = (
    Panel(lists.mail_list, lambda w, h: h / 44 * (3 if w > 260 else 1), 180, 90, "wdp", open=True),
    Panel(lists.file_list, lambda w, h: h / 29, 130, 60, "dp", open=True),
    Panel(lists.data_table, lambda w, h: h / 30 + 6, 220, 110, "wd", 8, open=True),
    Panel(lists.tree, lambda w, h: h / 25, 110, 60, "d", open=True),
    Panel(
        forms.form, lambda w, h: max(1, w // 210) * (h - 40) / 56 + 2, 150, 110, "wdp", open=True
    ),
    Panel(forms.settings, lambda w, h: h / 43, 200, 90, "wdp", open=True),
    Panel(forms.chat, lambda w, h: 6, 170, 150, "wdp"),
    Panel(forms.editor, lambda w, h: min(56, w / 33 * (2 if h > 120 else 1)), 150, 100, "wd"),
    Panel(forms.profile, lambda w, h: 3 + (h - 130) / 25, 200, 130, "wp", open=True),
    Panel(grids.products, lambda w, h: w // 160 * (h // 190) * 1.5, 176, 210, "wp"),
    Panel(grids.icon_grid, lambda w, h: w // 86 * (h // 82), 96, 90, "dp"),
    Panel(grids.calendar, lambda w, h: min(37, 7 * (h - 40) / 24), 170, 150, "wdp", 33),
    Panel(grids.keypad, lambda w, h: min(20, 4 * (h * 0.8 - 20) / 26), 110, 130, "dp", 12),
    Panel(grids.spreadsheet, lambda w, h: (w - 30) // 78 * (h // 23), 190, 90, "wd", 15, open=True),
    Panel(grids.palette, lambda w, h: 3 * h / 28, 150, 110, "d"),
    Panel(grids.dashboard, lambda w, h: w // 130 + 3, 200, 130, "w"),
    Panel(grids.player, lambda w, h: 6 + h * 0.5 // 40, 140, 140, "wdp"),
    Panel(grids.street_view, lambda w, h: 5 + min(14, w * h / 6400), 130, 120, "wp"),
    Panel(keys.keyboard, lambda w, h: 34, 260, 130, "p", 34),
    Panel(dense.inspector, lambda w, h: 1.4 * h / 28, 170, 110, "d", 6, open=True),
    Panel(dense.ticks, lambda w, h: max(1, w // 150) * (h / 25 - 1), 150, 100, "wdp", 5, open=True),
    Panel(
        dense.link_columns,
        lambda w, h: max(1, w // 140) * (h / 24 - 1),
        140,
        100,
        "w",
        5,
        open=True,
    ),
    Panel(dense.symbols, lambda w, h: w // 30 * (h / 42), 130, 90, "dp", 12, open=True),
    Panel(dense.tags, lambda w, h: w / 95 * (h - 60) / 31, 180, 110, "wdp", 4, open=True),
)


def fill_area(s: Sketch, box: Box, quota: int, place: str, *, cards: bool = False) -> None:
    """Split an area until one panel fits each part, and draw them.

    Args:
        s: the page.
        box: the area.
        quota: controls that it may add.
        place: "w", "d" or "p": whose panels are taken.
        cards: draws a card under each part, with a gap between; else a line between.
    """
    c, stop = s.canvas, s.until(quota)
    width, height = box[2] - box[0], box[3] - box[1]
    scale = c.px(1000) / 1000
    w, h = width / scale, height / scale
    across = w / _SPLIT_W >= h / _SPLIT_H
    crowded = quota > _SPLIT_COUNT and max(w, h) > 340
    wide = w > _SPLIT_W or h > _SPLIT_H
    if place != "p" and (crowded or (wide and quota >= 12) or (w > 2 * _SPLIT_W and quota >= 4)):
        share = 0.36 + 0.28 * s.share()
        gap = c.px(12) if cards else c.px(1)
        if across:
            cut = box[0] + round(width * share)
            first, second = (box[0], box[1], cut, box[3]), (cut + gap, box[1], box[2], box[3])
        else:
            cut = box[1] + round(height * share)
            first, second = (box[0], box[1], box[2], cut), (box[0], cut + gap, box[2], box[3])
        if not cards:
            c.fill(box, c.theme.border)
            for part in (first, second):
                c.fill(part, c.theme.surface)
        fill_area(s, first, round(quota * share), place, cards=cards)
        fill_area(s, second, stop - len(c.controls), place, cards=cards)
        return
    if cards:
        card(c, box)
        box = inset(box, c.px(4) + c.radius // 3)
        w, h = w - 8, h - 8
    with c.clipped(box):
        one_panel(s, box, quota, place, (w, h))


def one_panel(s: Sketch, box: Box, quota: int, place: str, size: tuple[float, float]) -> None:
    """Draw a panel that fits a box of a size in design pixels; likely one that holds the quota.

    Args:
        s: the page.
        box: where the panel goes.
        quota: controls that it may add.
        place: "w", "d" or "p": whose panels are taken.
        size: width and height in design pixels.
    """
    w, h = size
    fitting = [
        panel for panel in PANELS if place in panel.places and panel.width <= w
        and panel.height <= h and panel.least <= quota
    ]  # fmt: skip
    if not fitting:
        small_panel(s, box, quota)
        return
    # Likely are those that the quota fills, neither much too small for it nor half empty.
    fill = [max(1, quota) / max(1.0, panel.holds(w, h)) for panel in fitting]
    weights = [min(share, 1 / share**3) for share in fill]
    panel, before = s.weighted(fitting, weights), len(s.canvas.controls)
    panel.draw(s, box, quota)
    drawn = s.canvas.controls[before:]
    if panel.open and drawn:
        foot = max(int(control.element.box[3]) for control in drawn) + s.canvas.px(14)
        if box[3] - foot > s.canvas.px(150):
            still(s, (box[0], foot, box[2], box[3]))


def small_panel(s: Sketch, box: Box, quota: int) -> None:
    """What fits an area too small for any panel: rows, or buttons side by side."""
    c = s.canvas
    width, height = box[2] - box[0], box[3] - box[1]
    if width > c.px(100) and height > c.px(56) and width < 5 * height:
        (lists.file_list if s.chance(0.5) else lists.side_bar)(s, box, quota)
    else:
        keys.buttons(s, box, quota)
