"""Capture: boxes judged by pixels, names by a table, few colours."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from capture_pages import write
from PIL import Image

from vgym.data.capture.look import Look
from vgym.data.capture.palette import few_colours
from vgym.data.capture.screens import Summary, capture

SMALL = Look(400, 300)


@pytest.fixture
def take(tmp_path: Path) -> Any:
    pytest.importorskip("playwright")

    def take(*looks: Look, settle_s: float = 10.0, **pages: str) -> Summary:
        site = write(tmp_path / "site", **pages)
        return capture(site, tmp_path / "out", looks or (SMALL,), settle_s=settle_s)

    return take


def called(summary: Summary) -> dict[str, dict[str, Any]]:
    """Page name to its one screen."""
    return {screen["page"].split("/")[-1]: screen for screen in summary.screens}


# -- boxes: each control has a colour of its own, found again in the picture --------------------
RED, BLUE, GREEN, GOLD = (230, 10, 10), (10, 10, 230), (10, 180, 10), (230, 180, 10)
TEAL, PINK, GREY, BROWN = (10, 160, 160), (240, 90, 160), (90, 90, 90), (120, 70, 20)
FRAME = "<b style='position:absolute;inset:4px;border:1px solid #fff'></b>"
COVER = "<div class=at style='{};background:#ddd;z-index:2'></div>"


def button(colour: tuple[int, int, int], style: str, name: str = "x") -> str:
    ground = f"background:rgb{colour}"
    return f"<button class=at style='{ground};{style}' aria-label={name}>{FRAME}</button>"


def cell(left: int, top: int, markup: str, style: str = "") -> str:
    where = f"left:{left}px;top:{top}px;width:200px;height:100px;{style}"
    return f"<div class=at style='{where}'>{markup}</div>"


def seen(picture: Path, colour: tuple[int, int, int]) -> list[int]:
    """The bounds of a colour in a picture."""
    with Image.open(picture) as image:
        there = (np.asarray(image.convert("RGB")) == colour).all(axis=2)
    rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]


SIZE = "left:20px;top:20px;width:120px;height:60px"
PLACES = {
    "many": cell(0, 0, button(RED, SIZE))
    + cell(200, 0, button(BLUE, SIZE) + COVER.format("left:100px;top:0;width:90px;height:95px"))
    + cell(0, 100, button(GREEN, SIZE) + COVER.format("left:0;top:0;width:190px;height:39px"))
    + cell(200, 100, f"<div style='height:900px'>{button(GOLD, SIZE)}</div>", "overflow:auto")
    + cell(0, 200, button(TEAL, SIZE), "transform:translate(9px,5px) scale(1.1)")
    + cell(200, 200, button(PINK, "left:20px;top:30px;width:20px;height:14px"))
    + cell(300, 250, button(GREY, "left:20px;top:-30px;width:120px;height:120px"))
    + "<div style='height:3000px'></div>"
    + button(BROWN, "position:fixed;left:3px;bottom:3px;width:64px;height:18px"),
}


@pytest.mark.web
def test_boxes_are_where_the_pixels_are(take: Any, tmp_path: Path) -> None:
    summary = take(SMALL, Look(360, 300, phone=True), **PLACES)
    assert len(summary.screens) == 2, summary.skipped
    for screen in summary.screens:
        picture = tmp_path / "out" / screen["image"]
        with Image.open(picture) as image:
            assert list(image.size) == screen["size"]
        boxes = {tuple(element["colour"]): element["box"] for element in screen["elements"]}
        assert set(boxes) == {RED, BLUE, GREEN, GOLD, TEAL, PINK, GREY, BROWN}
        # The phone shows this page smaller, so that edges fall between pixels.
        near = 1.7 if screen["platform"] == "phone" else 1.01
        for colour, box in boxes.items():
            assert box == pytest.approx(seen(picture, colour), abs=near), (colour, screen["image"])


HIDDEN = {
    "none": "display:none",
    "invisible": "visibility:hidden",
    "clear": "opacity:0",
    "tiny": "width:5px;height:5px;overflow:hidden",
    "below": "top:900px",
    "left": "left:-500px",
    "under": "left:200px;top:100px;width:80px;height:40px",
    "clipped": "clip-path:inset(50%)",
    "blank": "",
}


@pytest.mark.web
def test_what_nobody_sees_is_not_there(take: Any) -> None:
    base = "left:5px;top:150px;width:80px;height:40px"
    body = button(GREEN, "left:5px;top:5px;width:60px;height:30px", "shown")
    body += COVER.format("left:150px;top:60px;width:200px;height:150px")
    for name, style in HIDDEN.items():
        markup = button(BLUE, f"{base};{style}", name)
        body += markup.replace(FRAME, "") if name == "blank" else markup
    (screen,) = take(page=body).screens
    assert [element["name"] for element in screen["elements"]] == ["shown"]


# -- names --------------------------------------------------------------------------------------
# (markup, role, name, text, icon, enabled)
NAMED = [
    ("<button>Save <b>all</b></button>", "button", "Save all", "Save all", "", True),
    ("<button>\n Two\n\n lines </button>", "button", "Two lines", "Two lines", "", True),
    ("<button disabled>Send</button>", "button", "Send", "Send", "", False),
    ("<a href=#x aria-disabled=true>Next page</a>", "link", "Next page", "Next page", "", False),
    ("<button title=Print><i class='fa fa-fw fa-print'>&nbsp;P</i></button>", "button", "P", "P",
     "fa-print", True),
    ("<button aria-label='Log out'><i class='bi bi-door'>#</i></button>", "button", "Log out", "#",
     "bi-door", True),
    ("<button><i class='bi bi-bell'>*</i><span class=badge>3+</span></button>", "button", "",
     "*3+", "bi-bell", True),
    ("<a href=#c>Chat <span class=badge>New</span></a>", "link", "Chat", "Chat New", "", True),
    ("<a href=#a>First<br>second</a>", "link", "First second", "First second", "", True),
    ("<button>\u00d7</button>", "button", "", "\u00d7", "x", True),
    ("<button>+ Add card</button>", "button", "Add card", "+ Add card", "", True),
    ("<label for=n>Town:</label><input id=n value=Bonn>", "textbox", "Town", "Bonn", "", True),
    ("<input type=search placeholder='Find a song'>", "searchbox", "Find a song", "Find a song",
     "", True),
    ("<input type=password aria-label=Secret value=hunter2>", "textbox", "Secret", "", "", True),
    ("<label><input type=checkbox> Keep me</label>", "checkbox", "Keep me", "Keep me", "", True),
    ("<input type=submit value=Go>", "button", "Go", "Go", "", True),
    ("<div><label>Size</label><select><option>Large</select></div>", "combobox", "Size", "Large",
     "", True),
    ("<div role=switch tabindex=0 aria-label=Wi-Fi>on</div>", "switch", "Wi-Fi", "on", "", True),
    ("<div style=cursor:pointer>Open row</div>", "button", "Open row", "Open row", "", True),
    ("<a href=#l><button>Both</button></a>", "button", "Both", "Both", "", True),
    ("<button aria-label='Name: activate to sort column ascending'>Name</button>", "button",
     "Name", "Name", "", True),
    ("<a href=#m><small>Monday at nine o'clock sharp</small> <b>The kettle is on</b> and nobody "
     "is here to drink</a>", "link", "The kettle is on",
     "Monday at nine o'clock sharp The kettle is on and nobody is here to drink", "", True),
    ("<button><svg width=20 height=20><title>Bell</title><rect width=9 height=9 /></svg></button>",
     "button", "Bell", "", "Bell", True),
]  # fmt: skip


@pytest.mark.web
def test_names_are_what_a_person_says(take: Any) -> None:
    cells = "".join(f"<div style='padding:6px'>{markup}</div>" for markup, *_ in NAMED)
    (screen,) = take(Look(900, 1400), page=cells).screens
    found = [
        [element[key] for key in ("role", "name", "text", "icon", "enabled")]
        for element in screen["elements"]
    ]
    for (markup, *expected), got in zip(NAMED, found, strict=True):
        assert got == expected, markup


@pytest.mark.web
def test_long_odd_names_are_short_and_plain(take: Any) -> None:
    long = "word " * 30_000
    odd = "a\u202eb\u0007c\u00a0d\u200be"
    page = f"<button aria-label='{long}'>x</button><br><button aria-label='{odd}'>y</button>"
    first, second = called(take(page=page))["page"]["elements"]
    assert first["name"].startswith("word word") and len(first["name"]) <= 60
    assert first["name"].endswith("…")
    assert second["name"] == "a b c d e"


@pytest.mark.web
def test_shadow_roots_and_rows_of_tables(take: Any) -> None:
    shadow = "<div id=h></div><script>h.attachShadow({mode:'open'}).innerHTML="
    shadow += "'<button>In the shade</button>'</script>"
    table = "<table><tr style=cursor:pointer><td>7</td><td>Rye loaf</td><td>"
    table += "<button aria-label='Delete Rye loaf'>-</button></td></tr></table>"
    screens = called(take(shadow=shadow, table=table))
    assert [e["name"] for e in screens["shadow"]["elements"]] == ["In the shade"]
    assert {(e["role"], e["name"]) for e in screens["table"]["elements"]} >= {
        ("button", "Delete Rye loaf")
    }


def test_few_colours_keeps_pictures_that_have_few() -> None:
    pixels = np.random.default_rng(0).integers(0, 6, (50, 60, 3)).astype(np.uint8) * 40
    picture = Image.fromarray(pixels)
    assert np.array_equal(np.asarray(few_colours(picture)), pixels)


def test_few_colours_keeps_the_common_ones_and_comes_near_the_rest() -> None:
    down, along = np.mgrid[0:200, 0:256]
    pixels = np.stack([along, down, (along + down) // 2], axis=2).astype(np.uint8)
    pixels[150:] = (12, 200, 77)
    reduced = np.asarray(few_colours(Image.fromarray(pixels)))
    assert len(np.unique(reduced.reshape(-1, 3), axis=0)) <= 256
    assert np.array_equal(reduced[150:], pixels[150:])
    assert np.abs(reduced.astype(int) - pixels).mean() < 8
