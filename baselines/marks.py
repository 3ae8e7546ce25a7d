"""A data set for learners that zoom: four coloured marks on large grey pictures, as COCO.

Each is 40 pixels of 512. Of a view's six cells a side the right one, named at once, hits about
every fifth; after one look that shows things twice as large, nearly all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

COLOURS = {
    "red": (220, 40, 40),
    "green": (40, 180, 60),
    "blue": (50, 80, 230),
    "yellow": (240, 220, 50),
}
SIDE, MARK, CELL = 512, 40, 64  # pixels
PICTURES = {"train": 256, "val": 64}


def make_marks(folder: Path) -> Path:
    """Write the pictures of both splits, the same ones each time; the folder."""
    pictures = folder / "images"
    pictures.mkdir(parents=True, exist_ok=True)
    (folder / "annotations").mkdir(exist_ok=True)
    for number, (split, count) in enumerate(PICTURES.items()):
        draws = np.random.default_rng(number)
        tables: dict[str, list[dict[str, Any]]] = {
            "images": [],
            "annotations": [],
            "categories": [{"id": k, "name": f"{name} mark"} for k, name in enumerate(COLOURS)],
        }
        for picture in range(count):
            name = f"{split}-{picture}.png"
            shown, corners = _picture(draws)
            Image.fromarray(shown).save(pictures / name)
            size = {"width": SIDE, "height": SIDE}
            tables["images"].append({"id": picture, "file_name": name, **size})
            for k, (x, y) in enumerate(corners):
                tables["annotations"].append(
                    {
                        "id": len(tables["annotations"]),
                        "image_id": picture,
                        "category_id": k,
                        "bbox": [x, y, MARK, MARK],
                        "iscrowd": 0,
                    }
                )
        text = json.dumps(tables)
        (folder / "annotations" / f"instances_{split}.json").write_text(text, "utf-8")
    return folder


def _picture(draws: np.random.Generator) -> tuple[np.ndarray[Any, Any], list[tuple[int, int]]]:
    """Grey squares with a mark of each colour, each in a cell of its own, and their corners."""
    grey = 110 + draws.integers(0, 30, (SIDE // 16, SIDE // 16, 1), np.uint8)
    shown = np.repeat(grey.repeat(16, 0).repeat(16, 1), 3, 2)
    cells = draws.choice((SIDE // CELL) ** 2, len(COLOURS), replace=False)
    corners = []
    for colour, cell in zip(COLOURS.values(), cells.tolist(), strict=True):
        inset = draws.integers(8, CELL - MARK - 8, 2).tolist()
        x, y = cell % (SIDE // CELL) * CELL + inset[0], cell // (SIDE // CELL) * CELL + inset[1]
        shown[y : y + MARK, x : x + MARK] = colour
        corners.append((int(x), int(y)))
    return shown, corners
