"""Captions of the documents' pictures can be read where GitHub shows them."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

import vgym

DOCS = Path(vgym.__file__).resolve().parents[1] / "docs"
if not DOCS.exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)


@pytest.fixture(scope="module")
def sheets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sheets", DOCS / "sheets.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("width", [600, 838, 1280, 1676])
@pytest.mark.parametrize("columns", [1, 3])
def test_letters_are_as_high_as_text(sheets: ModuleType, width: int, columns: int) -> None:
    frames = [np.full((50, 100, 3), 128, np.uint8)] * columns
    made = Image.fromarray(sheets.sheet(frames, columns, ["H"] * columns, width))
    assert made.width == width
    shown = min(width, sheets.SHOWN)
    made = made.resize((shown, round(made.height * shown / width)), Image.Resampling.LANCZOS)
    rows = np.flatnonzero((np.asarray(made.convert("L")) < 80).any(1))
    # A capital letter of text of 14 pixels is about 10 high.
    assert 9 <= rows[-1] - rows[0] + 1 <= 12


def test_every_frame_and_every_word_is_there(sheets: ModuleType) -> None:
    frames = [np.full((40 + 10 * i, 80, 3), 30 * i, np.uint8) for i in range(5)]
    words = ["one two three four five six seven eight nine ten"] * 5
    bare, worded = sheets.sheet(frames, 2), sheets.sheet(frames, 2, words)
    for i in range(5):
        for made in (bare, worded):
            assert (made == 30 * i).all(-1).sum() > 40 * 80
    assert worded.shape[0] > bare.shape[0]


def test_no_picture_is_wider_than_twice_what_is_shown(sheets: ModuleType) -> None:
    for path in (DOCS / "pictures").glob("*.jpg"):
        with Image.open(path) as picture:
            assert picture.width <= 2 * sheets.SHOWN, path.name
