"""The screens that ship: enough, well-formed, small, split by page, their licences named."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vgym.asset_files import asset
from vgym.assets.build_screens import PACKAGES, TEST_PAGES, split_of

FOLDER = Path(str(asset("screens/screens.jsonl"))).parent
SCREENS: list[dict[str, Any]] = [
    json.loads(line) for line in asset("screens/screens.jsonl").read_text("utf-8").splitlines()
]
SIZES = {(1280, 800), (1920, 1080), (2560, 1440), (412, 915)}
ELEMENT = {"box", "role", "name", "text", "enabled", "icon", "colour"}


def test_there_are_enough_and_they_are_small() -> None:
    assert len(SCREENS) >= 180
    assert sum(len(screen["elements"]) for screen in SCREENS) >= 4000
    files = [file for file in FOLDER.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 20e6
    pictures = {file.relative_to(FOLDER).as_posix() for file in FOLDER.rglob("*.webp")}
    assert pictures == {screen["image"] for screen in SCREENS}
    assert len(pictures) == len(SCREENS)
    bytes_each = sorted((FOLDER / name).stat().st_size for name in pictures)
    assert bytes_each[-8] <= 100_000  # a few grounds are one large, soft gradient
    assert bytes_each[-1] <= 200_000


def test_every_kind_of_screen_is_there() -> None:
    sizes = Counter(tuple(screen["size"]) for screen in SCREENS)
    assert set(sizes) == SIZES
    assert sizes[1280, 800] >= 100 and sizes[1920, 1080] >= 20
    assert sizes[2560, 1440] >= 4 and sizes[412, 915] >= 20
    for screen in SCREENS:
        assert (screen["platform"] == "phone") == (screen["size"] == [412, 915])
    themes = Counter(
        (screen["page"].split("/")[0], screen["theme"], screen["platform"]) for screen in SCREENS
    )
    for kind in (
        ("gentelella", "light", "web"),
        ("gentelella", "dark", "web"),
        ("gentelella", "light", "phone"),
        ("gentelella", "dark", "phone"),
        ("sb-admin-2", "light", "web"),
        ("sb-admin-2", "light", "phone"),
        ("pages", "light", "web"),
        ("pages", "dark", "web"),
        ("pages", "light", "phone"),
        ("pages", "dark", "phone"),
    ):
        assert themes[kind] >= 3, kind
    assert len({s["page"] for s in SCREENS if s["page"].startswith("pages/")}) >= 16
    assert set(themes) <= {(t, c, p) for t, _, p in themes for c in ("light", "dark")}


@pytest.mark.parametrize("part", range(16))
def test_screens_are_well_formed(part: int) -> None:
    for screen in SCREENS[part::16]:
        is_well_formed(screen)


def is_well_formed(screen: dict[str, Any]) -> None:
    width, height = screen["size"]
    with Image.open(FOLDER / screen["image"]) as picture:
        assert picture.format == "WEBP" and picture.size == (width, height)
    assert screen["elements"] and screen["theme"] in ("light", "dark")
    assert screen["split"] in ("train", "test") and screen["title"]
    for element in screen["elements"]:
        assert set(element) == ELEMENT
        x0, y0, x1, y1 = element["box"]
        assert 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height
        assert x1 - x0 >= 7.9 and y1 - y0 >= 7.9, element
        assert element["role"] and element["enabled"] in (True, False)
        assert len(element["colour"]) == 3 and all(0 <= c <= 255 for c in element["colour"])
        for key in ("name", "text", "icon"):
            text = element[key]
            assert text == " ".join(text.split()) and text.isprintable(), element
        assert len(element["name"]) <= 60
        assert element["name"] or element["text"] or element["icon"], element
    places = Counter(tuple(round(at) for at in element["box"]) for element in screen["elements"])
    assert max(places.values()) == 1, "two elements in one place"


def test_pictures_show_something_where_the_boxes_are() -> None:
    for screen in SCREENS[::6]:
        with Image.open(FOLDER / screen["image"]) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        for element in screen["elements"]:
            x0, y0, x1, y1 = (round(at) for at in element["box"])
            inner = pixels[y0:y1, x0:x1].reshape(-1, 3)
            assert (inner != inner[0]).any(), (screen["image"], element)


def test_dark_screens_are_dark() -> None:
    for screen in SCREENS[::5]:
        with Image.open(FOLDER / screen["image"]) as picture:
            middle = float(np.median(np.asarray(picture.convert("L"))))
        assert middle < 110 if screen["theme"] == "dark" else middle > 90, screen["image"]


def test_the_split_is_by_what_pages_look_like() -> None:
    assert all(screen["split"] == split_of(screen["page"]) for screen in SCREENS)
    pages = {screen["page"] for screen in SCREENS}
    assert pages >= TEST_PAGES
    for kind in (pages, [screen["page"] for screen in SCREENS]):
        assert 0.15 <= sum(split_of(page) == "test" for page in kind) / len(kind) <= 0.3


def test_no_screen_is_twice() -> None:
    pictures = Counter((FOLDER / screen["image"]).read_bytes() for screen in SCREENS)
    assert max(pictures.values()) == 1


def test_licences_are_named() -> None:
    sources = (FOLDER / "SOURCES.md").read_text("utf-8")
    for package in PACKAGES:
        name, version = package.rsplit("-", 1)
        assert name.removeprefix("fontsource-") in sources and version in sources, package
    assert "MIT" in sources and "OFL" in sources and "own" in sources
    for licence in ("LICENSE-gentelella.txt", "LICENSE-sb-admin-2.txt"):
        assert "MIT License" in (FOLDER / licence).read_text("utf-8")
