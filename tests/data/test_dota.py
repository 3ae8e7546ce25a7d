"""DOTA's folders: oriented boxes, their upright hulls, and lines that are spoilt."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from vgym.data import DataError, load, load_dota
from vgym.geometry.polygons import polygon_area


def folder(path: Path, **labels: str) -> Path:
    for name, text in labels.items():
        for part in ("images", "labelTxt"):
            (path / part).mkdir(parents=True, exist_ok=True)
        pixels = np.full((80, 120, 3), 90, np.uint8)
        Image.fromarray(pixels).save(path / "images" / f"{name}.png")
        (path / "labelTxt" / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


HEAD = "imagesource:GoogleEarth\ngsd:0.146\n"
DIAMOND = "50 10 70 30 50 50 30 30 plane 0\n"
SHIPS = "0 0 10 0 10 5 0 5 large-vehicle 0\n20.5 0 30 0 30 5 20.5 5 large-vehicle 1\n"


def test_objects_of_a_category_are_one_item(tmp_path: Path) -> None:
    source = load(folder(tmp_path, p1=HEAD + DIAMOND + SHIPS, p2=DIAMOND))
    assert [item.expression for item in source] == [
        "the plane",
        "all the large vehicles",
        "the plane",
    ]
    plane = source[0]
    assert plane.boxes.tolist() == [[30, 10, 70, 50]] and plane.extra["gsd"] == "0.146"
    corners = torch.tensor(plane.extra["corners"])
    assert float(polygon_area(corners[0])) == pytest.approx(800)
    assert source[1].boxes.tolist() == [[0, 0, 10, 5], [20.5, 0, 30, 5]]


def test_splits_are_folders(tmp_path: Path) -> None:
    folder(tmp_path / "train", a=DIAMOND)
    folder(tmp_path / "val", b=DIAMOND + SHIPS)
    assert len(load(tmp_path, split="train")) == 1 and len(load(tmp_path, split="val")) == 2
    with pytest.raises(DataError, match="has no test/labelTxt"):
        load(tmp_path, split="test")
    with pytest.raises(ValueError, match="leave convention out"):
        load(tmp_path, convention="pixels/xyxy")


def test_spoilt_lines_are_counted_and_their_category_is_left_out(tmp_path: Path) -> None:
    spoilt = (
        "1 2 3 plane 0\na b c d e f g h plane 0\n5 5 5 5 5 5 5 5 ship 0\nnan 0 1 0 1 1 0 1 x 0\n"
    )
    edge = "110 70 140 70 140 100 110 100 harbor 0\n"
    path = folder(tmp_path, p=DIAMOND + spoilt + edge, gone=DIAMOND)
    (path / "images" / "gone.png").unlink()
    source = load_dota(path)
    assert [item.expression for item in source] == ["the harbor"]
    assert source[0].boxes.tolist() == [[110, 70, 120, 80]]
    assert source.summary.reasons == {"bad line": 4, "incomplete": 1, "unusable image": 1}
    with pytest.raises(DataError):
        load_dota(path, strict=True)
