"""DOTA: oriented boxes in aerial pictures, as published.

A folder with ``images`` and ``labelTxt``, or one with such folders for its splits (``train``,
``val``, ``test``). For each picture a text file of the same name, with a line for each object ::

    x1 y1 x2 y2 x3 y3 x4 y4 category difficult

after up to two lines ``imagesource:...`` and ``gsd:...``. Corners are pixels, in order around the
object. A category with one object in a picture becomes "the plane", with several "all the planes";
objects marked difficult count among them. Boxes are the upright ones around the corners, cut off at
the picture's edge; the corners themselves are in `Item.extra` under ``corners``, (K, 4, 2), and the
resolution, metres a pixel, under ``gsd`` where the file says it.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vgym.data.errors import DataError, RecordProblem
from vgym.data.files import listed, read_bytes
from vgym.data.items import NO_BOXES, Item, ItemSource
from vgym.data.plurals import plural
from vgym.data.record_checks import checked_expression
from vgym.data.tally import CORNERS, Tally

LABELS, PICTURES = "labelTxt", "images"
MAX_LABEL_BYTES = 20_000_000
_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".PNG", ".JPG")
_SLACK_PX = 1e9  # objects at the edge stick out, and are cut


def dota_folder(path: Path, split: str) -> Path | None:
    """The folder that holds ``labelTxt``: the path itself, or its split's; None if neither does."""
    for folder in (path, path / split):
        if os.path.isdir(folder / LABELS):
            return folder
    if any(os.path.isdir(path / other / LABELS) for other in ("train", "val", "test")):
        raise DataError(f"{path} is DOTA's, but has no {split}/{LABELS}")
    return None


def load_dota(path: Path | str, *, split: str = "val", strict: bool = False) -> ItemSource:
    """One item for each category in each picture.

    Args:
        path: The folder. split: which of its splits, where it has such folders.
        strict: Raise at the first unusable line instead of skipping and counting it.

    Raises:
        DataError: It is no such folder, nothing is usable or, when strict, something is not.
    """
    folder = dota_folder(Path(path), split)
    if folder is None:
        raise DataError(f"{path} has no folder {LABELS}")
    tally = Tally("DOTA", folder, folder / PICTURES, strict=strict)
    for file in listed(folder / LABELS, "*.txt"):
        try:
            text = read_bytes(file, MAX_LABEL_BYTES).decode("utf-8-sig")
        except (DataError, UnicodeDecodeError) as error:
            tally.refuse(file.name, RecordProblem("unusable file", str(error)))
            continue
        names = [f"{file.stem}{ending}" for ending in _ENDINGS]
        found = [name for name in names if os.path.isfile(folder / PICTURES / name)]
        _add_file(file.name, text, (found or names)[0], tally)
    return tally.finish(None, own=CORNERS, slack=_SLACK_PX)


def _add_file(file: str, text: str, picture: str, tally: Tally) -> None:
    groups: dict[str, list[NDArray[np.float64]]] = {}
    extra: dict[str, object] = {}
    spoilt: set[str] = set()  # categories with an unusable line
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or line.startswith("imagesource"):
            continue
        if line.startswith("gsd"):
            extra["gsd"] = line.partition(":")[2].strip()
            continue
        try:
            category, corners = _object(words)
        except RecordProblem as problem:
            tally.refuse(f"{file}:{number}", problem)
            spoilt.update(words[8:9])
        else:
            groups.setdefault(category, []).append(corners)
    for category, shapes in groups.items():
        record = f"{file}, category {category}"
        try:
            if category in spoilt:
                raise RecordProblem("incomplete", "another line of its category is unusable")
            name = checked_expression(category.replace("-", " ").replace("_", " "))
            words_of = f"the {name}" if len(shapes) == 1 else f"all the {plural(name)}"
            image, size_hw = tally.picture(picture)
            corners = np.stack(shapes)
            boxes = np.concatenate([corners.min(1), corners.max(1)], 1)
            more = {**extra, "corners": corners.tolist()}
            item = Item(image, words_of, NO_BOXES, size_hw, record, {"category": category}, more)
            tally.add(item, boxes.tolist())
        except RecordProblem as problem:
            tally.refuse(record, problem)


def _object(words: list[str]) -> tuple[str, NDArray[np.float64]]:
    """Category and corners (4, 2) of a line."""
    if len(words) not in (9, 10):
        raise RecordProblem("bad line", f"a line must hold 8 numbers and a name, got {words[:12]}")
    try:
        corners = np.array([float(word) for word in words[:8]]).reshape(4, 2)
    except ValueError:
        raise RecordProblem("bad line", f"corners must be numbers, got {words[:8]}") from None
    if not np.isfinite(corners).all() or not (np.ptp(corners, axis=0) > 0).all():
        raise RecordProblem("bad line", f"corners {words[:8]} enclose nothing")
    return words[8], corners
