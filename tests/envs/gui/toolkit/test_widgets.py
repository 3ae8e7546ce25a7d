"""Controls, frames and themes: boxes that hold what is drawn, letters that can be read."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageFont

from vgym.asset_files import asset
from vgym.envs.gui.toolkit import buttons, fields, frames, phone, rows
from vgym.envs.gui.toolkit.canvas import Box, Canvas
from vgym.envs.gui.toolkit.characters import FONTS
from vgym.envs.gui.toolkit.painter import paint
from vgym.envs.gui.toolkit.program import TEXT
from vgym.envs.gui.toolkit.themes import THEMES, Colour, Theme, theme_named
from vgym.envs.gui.toolkit.thumbnails import avatar, street_map

FLAT_LIGHT, CLASSIC = theme_named("flat-light"), theme_named("classic")
EVERY = [theme for looks in THEMES.values() for theme in looks]

CONTROLS: dict[str, Callable[[Canvas, Box], None]] = {
    "button": lambda c, b: buttons.button(c, b, "Send reply", kind="primary", icon="send"),
    "outline": lambda c, b: buttons.button(c, b, "Cancel", kind="outline"),
    "disabled": lambda c, b: buttons.button(c, b, "Cancel", enabled=False),
    "icon": lambda c, b: buttons.icon_button(c, b, "bell", "Notifications", on=True),
    "field": lambda c, b: fields.text_field(c, b, "Name", value="Ada Lovelace", focused=True),
    "secret": lambda c, b: fields.text_field(c, b, "Key", value="12345", secret=True),
    "empty": lambda c, b: fields.text_field(c, b, "Find", placeholder="Find", icon="search"),
    "dropdown": lambda c, b: fields.dropdown(c, b, "Language", "English"),
    "checkbox": lambda c, b: fields.checkbox(c, b, "Word wrap", checked=True),
    "radio": lambda c, b: fields.radio(c, b, "Small", checked=True),
    "switch": lambda c, b: fields.switch(c, b, "Wi-Fi", on=True),
    "switch row": lambda c, b: rows.switch_row(c, b, "Wi-Fi", icon="wifi", detail="Off"),
    "slider": lambda c, b: fields.slider(c, b, "Volume", 0.4),
    "link": lambda c, b: buttons.link(c, b, "Learn more"),
    "tab": lambda c, b: buttons.tab(c, b, "General", selected=True),
    "menu item": lambda c, b: rows.menu_item(c, b, "Undo", icon="trash", shortcut="Ctrl+Z"),
    "list row": lambda c, b: rows.list_row(c, b, "Sound", detail="Out", value="On", chevron=True),
    "chip": lambda c, b: buttons.chip(c, b, "Unread", icon="bell", selected=True),
}


@pytest.mark.parametrize("name", CONTROLS)
@pytest.mark.parametrize("theme", EVERY, ids=lambda theme: theme.name)
def test_controls_draw_in_their_box_and_say_where_it_is(name: str, theme: Theme) -> None:
    for box in ((20, 20, 180, 50), (20, 20, 60, 36), (30, 10, 70, 70)):
        canvas = Canvas((90, 220), theme)
        canvas.fill((0, 0, 220, 90), theme.surface)
        before = paint([canvas.program()])[0]
        CONTROLS[name](canvas, box)
        (element,) = canvas.elements
        assert element.box == box
        assert element.name
        changed = (paint([canvas.program()])[0] != before).any(-1)
        assert changed.any()
        changed[box[1] : box[3], box[0] : box[2]] = False
        assert not changed.any()


def test_clips_cut_the_boxes_of_controls() -> None:
    canvas = Canvas((60, 60), FLAT_LIGHT, smallest=8)
    with canvas.clipped((10, 10, 40, 40)):
        buttons.button(canvas, (0, 0, 30, 30), "A")
        buttons.button(canvas, (33, 20, 60, 30), "B")  # 7 pixels of it show
        buttons.button(canvas, (45, 45, 60, 60), "C")
    assert [(e.name, e.box) for e in canvas.elements] == [("A", (10, 10, 30, 30))]


def test_what_is_covered_shrinks_or_goes() -> None:
    canvas = Canvas((100, 400), FLAT_LIGHT)
    rows.list_row(canvas, (0, 0, 200, 20), "Notes")  # its word is at the left
    rows.list_row(canvas, (0, 20, 200, 40), "Photos")
    buttons.button(canvas, (0, 40, 200, 60), "OK")  # its word is in the middle
    fields.slider(canvas, (0, 60, 200, 80), "Volume", 0.5)  # it has no word
    buttons.button(canvas, (250, 0, 300, 20), "Far")
    canvas.cover((80, 0, 240, 20))
    canvas.cover((0, 20, 60, 40))
    canvas.cover((0, 40, 120, 60))
    canvas.cover((0, 60, 50, 80))
    got = {e.name: e.box for e in canvas.elements}
    assert got == {"Notes": (0, 0, 80, 20), "Volume": (50, 60, 200, 80), "Far": (250, 0, 300, 20)}
    frames.dialog(
        canvas, (50, 5, 350, 95), "Sure?", "Really?", [("No", "plain"), ("Yes", "primary")]
    )
    assert sorted(e.name for e in canvas.elements) == ["No", "Yes"]


@pytest.mark.parametrize("theme", EVERY, ids=lambda theme: theme.name)
def test_frames_say_what_they_hold_and_leave_the_rest(theme: Theme) -> None:
    canvas = Canvas((400, 500), theme)
    inner = frames.window(canvas, (10, 10, 490, 390), "Files", icon="folder")
    assert {e.name for e in canvas.elements} == {"Close", "Minimise", "Maximise"}
    assert 10 <= inner[0] < inner[2] <= 490
    bar = (inner[0], inner[1], inner[2], inner[1] + 24)
    places = frames.menu_bar(canvas, bar, ["File", "Edit"], opened=1)
    tools = [("scissors", "Cut"), ("trash", "Delete")] * 40
    row = (inner[0], bar[3], inner[2], bar[3] + 30)
    frames.toolbar(canvas, row, tools, pressed=frozenset({1}))
    shown = frames.table(
        canvas, (inner[0], row[3], inner[2], inner[3]), [("Name", 2), ("Size", 1)],
        [(f"file {n}", "3 KB") for n in range(99)], row_height=22,
    )  # fmt: skip
    assert sum(e.role == "row" for e in canvas.elements) == shown < 99
    assert all(e.box[2] <= inner[2] and e.box[3] <= inner[3] for e in canvas.elements[3:])
    before = len(canvas.elements)
    opened = frames.menu(
        canvas, (places[1][0], places[1][3]), [("Undo", "", "Ctrl+Z"), ("Redo", "", "")]
    )
    hidden = [e for e in canvas.elements[:-2] if e.box[0] < opened[2] and opened[0] < e.box[2]
              and e.box[1] < opened[3] and opened[1] < e.box[3]]  # fmt: skip
    assert not hidden
    assert len(canvas.elements) < before + 2
    phone.tab_bar(canvas, (0, 340, 500, 400), [("house", "Home"), ("gear", "Settings")])
    phone.status_bar(canvas, (0, 0, 500, 20), "9:41")
    phone.title_bar(canvas, (0, 20, 500, 60), "Chats", [("search", "Search")])
    avatar(canvas, (5, 70, 30, 95), "AL", np.uint64(4))
    street_map(canvas, (50, 70, 200, 200), np.uint64(4))
    assert canvas.page("Files").platform == theme.platform
    assert paint([canvas.program()]).std() > 5


def luminance(colour: Colour) -> float:
    parts = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: Colour, b: Colour) -> float:
    """Of WCAG 2: 1 for equal colours to 21 for black on white."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", EVERY, ids=lambda theme: theme.name)
def test_letters_can_be_read_on_their_ground(theme: Theme) -> None:
    for ground in (theme.surface, theme.bar, theme.button, theme.hover):
        assert contrast(theme.text, ground) >= 7
    for ground in (theme.surface, theme.bar):
        assert contrast(theme.muted, ground) >= 4
    assert contrast(theme.link, theme.surface) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4
    assert contrast(theme.on_title, theme.title) >= 4.5


def test_themes_of_the_splits_share_no_name_and_no_font() -> None:
    names = {split: {theme.name for theme in looks} for split, looks in THEMES.items()}
    fonts = {split: {theme.font for theme in looks} for split, looks in THEMES.items()}
    assert not names["train"] & names["test"]
    assert not fonts["train"] & fonts["test"]
    assert len(EVERY) == len({theme.name for theme in EVERY}) >= 10


def test_fonts_and_icons_are_small_and_carry_their_terms() -> None:
    files = [
        Path(str(path)) for name in ("fonts", "icons") for path in asset_folder(name).iterdir()
    ]
    assert sum(path.stat().st_size for path in files) < 1_500_000
    for font in FONTS:
        assert "SIL OPEN FONT LICENSE" in asset(f"fonts/LICENSE-{font}.txt").read_text().upper()
        family = ImageFont.truetype(
            io.BytesIO(asset(f"fonts/{font}.ttf").read_bytes()), 12
        ).getname()
        assert "Lato" not in str(family)
        assert "Source" not in str(family)
    assert "MIT" in asset("icons/LICENSE-bootstrap-icons.txt").read_text()


def asset_folder(name: str) -> Path:
    return Path(
        str(asset(f"{name}/LICENSE-{'inter' if name == 'fonts' else 'bootstrap-icons'}.txt"))
    ).parent


def test_a_classic_button_is_raised() -> None:
    canvas = Canvas((60, 120), CLASSIC)
    buttons.button(canvas, (10, 10, 110, 50), "")
    column = paint([canvas.program()])[0][12:48, 20].astype(int).sum(-1)
    assert column[0] > column[-1] + 20
    assert TEXT in canvas.program().commands[:, 0] & 255
