"""The photographs that ship: enough of them, sound boxes, told apart, with their licences."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from vgym.data import PHOTOS, ItemSource, load


@pytest.fixture(scope="module")
def photos() -> ItemSource:
    return load("photos", strict=True)


def test_there_are_enough(photos: ItemSource) -> None:
    single = [item for item in photos if len(item.boxes) == 1]
    assert len({item.image for item in photos}) >= 10
    assert len(single) >= 80
    assert sum(len(item.boxes) > 1 for item in photos) >= 5
    assert sum(len(item.boxes) == 0 for item in photos) >= 2
    assert photos.summary.skipped == 0


def test_every_picture_is_used_and_every_used_one_ships(photos: ItemSource) -> None:
    shipped = {path.name for path in PHOTOS.parent.glob("*.jpg")}
    assert {item.image.name for item in photos} == shipped


def test_pictures_decode_at_their_stated_size(photos: ItemSource) -> None:
    for index, item in enumerate(photos):
        assert photos.image(index).shape == (*item.size_hw, 3)


def test_files_are_small_and_carry_no_metadata() -> None:
    for path in PHOTOS.parent.glob("*.jpg"):
        assert path.stat().st_size < 250_000, path
        with Image.open(path) as image:
            assert max(image.size) <= 768 and image.mode == "RGB"
            assert not image.getexif() and "xmp" not in image.info, path


def test_boxes_lie_inside_with_a_size_that_can_be_hit(photos: ItemSource) -> None:
    for item in photos:
        height, width = item.size_hw
        for x0, y0, x1, y1 in item.boxes.tolist():
            assert 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height, item.record
            assert x1 - x0 >= 8 and y1 - y0 >= 8, item.record


def test_every_line_states_the_size() -> None:
    for line in PHOTOS.read_text(encoding="utf-8").splitlines():
        assert '"size_hw"' in line


def test_expressions_are_unique_in_their_picture(photos: ItemSource) -> None:
    counts = Counter((item.image, item.expression.casefold()) for item in photos)
    assert max(counts.values()) == 1


def test_expressions_are_plain_english(photos: ItemSource) -> None:
    for text in photos.texts():
        assert re.fullmatch(r"[a-z][a-zA-Z ,'-]+[a-z]", text), text
        assert 2 <= len(text.split()) <= 20, text


def test_sources_name_every_file_with_a_free_licence() -> None:
    rows = (PHOTOS.parent / "SOURCES.md").read_text(encoding="utf-8").splitlines()
    for path in PHOTOS.parent.glob("*.jpg"):
        (row,) = [row for row in rows if row.startswith(f"| `{path.name}`")]
        assert re.search(r"public domain|CC0|CC BY 2\.0|no known copyright", row), row
        assert len(row.strip("|").split(" | ")) == 6, row


def test_reading_them_needs_no_torch() -> None:
    code = "import sys, vgym.data as d; d.load('photos').image(0); print('torch' in sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, timeout=60
    )
    assert done.stdout.strip() == "False", done.stderr
