"""Pictures that the study of learning is made on, as COCO: marks to zoom in on, launchers to click.

    python -m vgym.baselines.study_pictures runs/pictures

makes them in folders of their names, the same ones each time: sources of `VZoom-v0` and `VGui-v0`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from vgym.asset_files import asset, json_asset

Shown: TypeAlias = "tuple[np.ndarray[Any, Any], list[tuple[int, tuple[int, int, int, int]]]]"


@dataclass(frozen=True)
class Pictures:
    """A set of them.

    Attributes:
        names: what there may be on them. draw: one of them, and of each thing on it its number
            among the names and its left, top, width and height in pixels. counts: pictures a split.
    """

    names: Sequence[str]
    draw: Callable[[Generator], Shown]
    counts: dict[str, int]


def make_pictures(name: str, folder: Path, most: int | None = None) -> Path:
    """Write the pictures of all splits of a set of `SETS`, at most so many of each; the folder."""
    made = SETS[name]
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "annotations").mkdir(exist_ok=True)
    for number, (split, count) in enumerate(made.counts.items()):
        draws = np.random.default_rng(number)
        tables: dict[str, list[dict[str, Any]]] = {
            "images": [],
            "annotations": [],
            "categories": [{"id": k, "name": each} for k, each in enumerate(made.names)],
        }
        for picture in range(min(count, most or count)):
            shown, things = made.draw(draws)
            name = f"{split}-{picture}.png"
            Image.fromarray(shown).save(folder / "images" / name)
            size = {"width": shown.shape[1], "height": shown.shape[0]}
            tables["images"].append({"id": picture, "file_name": name, **size})
            for kind, box in things:
                tables["annotations"].append(
                    {
                        "id": len(tables["annotations"]),
                        "image_id": picture,
                        "category_id": kind,
                        "bbox": list(box),
                        "iscrowd": 0,
                    }
                )
        text = json.dumps(tables)
        (folder / "annotations" / f"instances_{split}.json").write_text(text, "utf-8")
    return folder


# -- marks: each is 40 pixels of 512. Of a view's six cells a side the right one, named at once,
# hits about every fifth; after one look that shows things twice as large, nearly all.

_COLOURS = {
    "red": (220, 40, 40),
    "green": (40, 180, 60),
    "blue": (50, 80, 230),
    "yellow": (240, 220, 50),
}
_SIDE, _MARK, _CELL = 512, 40, 64  # pixels


def _marks(draws: Generator) -> Shown:
    """Grey squares with a mark of each colour, each in a cell of its own."""
    grey = 110 + draws.integers(0, 30, (_SIDE // 16, _SIDE // 16, 1), np.uint8)
    shown = np.repeat(grey.repeat(16, 0).repeat(16, 1), 3, 2)
    cells = draws.choice((_SIDE // _CELL) ** 2, len(_COLOURS), replace=False)
    things = []
    for kind, cell in enumerate(cells.tolist()):
        inset = draws.integers(8, _CELL - _MARK - 8, 2).tolist()
        x = cell % (_SIDE // _CELL) * _CELL + inset[0]
        y = cell // (_SIDE // _CELL) * _CELL + inset[1]
        shown[y : y + _MARK, x : x + _MARK] = list(_COLOURS.values())[kind]
        things.append((kind, (x, y, _MARK, _MARK)))
    return shown, things


# -- launchers: three of ten icons of Bootstrap, 15 pixels of 40, each kind in its usual colour.
# They lie anywhere: were none in the middle, the whole picture would be the best first guess, and
# a learner would be long in leaving it.

_ICONS = {
    "bell": (240, 140, 20),
    "bookmark": (0, 150, 140),
    "envelope": (40, 110, 220),
    "flag": (130, 60, 180),
    "folder": (225, 185, 60),
    "heart": (220, 40, 60),
    "house": (130, 80, 50),
    "lock": (90, 95, 105),
    "star": (250, 210, 0),
    "telephone": (40, 160, 70),
}
_PANE, _ICON = 40, 15  # pixels


def _launcher(draws: Generator) -> Shown:
    """Icons on a light ground, apart from each other."""
    codes, path = json_asset("icons/bootstrap-icons.json"), asset("icons/bootstrap-icons.ttf")
    font = ImageFont.truetype(str(path), _ICON)
    ground = draws.integers(215, 256, 3)
    image = Image.new("RGB", (_PANE, _PANE), tuple(ground.tolist()))
    pen, things = ImageDraw.Draw(image), []
    kinds = draws.choice(len(_ICONS), 3, replace=False).tolist()
    for kind, (x, y) in zip(kinds, _apart(draws, 3), strict=True):
        name = list(_ICONS)[kind]
        ink = np.clip(np.array(_ICONS[name]) + draws.integers(-15, 16, 3), 0, 255)
        pen.text((x, y), chr(codes[f"{name}-fill"]), tuple(ink.tolist()), font)
        things.append((kind, (x, y, _ICON, _ICON)))
    return np.asarray(image), things


def _apart(draws: Generator, count: int) -> list[list[int]]:
    """Corners of icons that do not overlap."""
    while True:
        corners = draws.integers(0, _PANE - _ICON + 1, (count, 2))
        away = np.abs(corners[:, None] - corners).max(2)[np.triu_indices(count, 1)]
        if (away >= _ICON).all():
            found: list[list[int]] = corners.tolist()
            return found


SETS = {
    "marks": Pictures(
        [f"{name} mark" for name in _COLOURS], _marks, {"train": 512, "val": 128, "test": 128}
    ),
    "launchers": Pictures(list(_ICONS), _launcher, {"train": 2048, "val": 512, "test": 512}),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Make all sets."""
    parser = argparse.ArgumentParser(
        prog="study_pictures",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("out", type=Path, help="a folder")
    out: Path = parser.parse_args(arguments).out
    for name in SETS:
        print(make_pictures(name, out / name))


if __name__ == "__main__":
    main()
