"""Questions with options: of our JSONL, of V*Bench, and what every format's must keep to.

Our own, one JSON object a line, in which HR-Bench and others can be written::

    {"image": "4k/12.jpg", "question": "What colour is the tram?", "options": ["red", "blue"],
     "answer": "red", "boxes": [[3012, 840, 3100, 902]]}

``options``
    Two to six texts, all different.
``answer``
    One of them, or its letter, from A.
``boxes`` (may be left out)
    What must be seen to know: corners in pixels. Where they are left out, all of the picture.

V*Bench is a folder with ``direct_attributes`` and ``relative_position``, or one of them, with a
JSON file beside each picture, of the same name::

    {"target_object": ["dog"], "bbox": [[x, y, width, height]], "question": "...",
     "options": ["the right one", "..."]}

As published the right option is the first. Here the options of each record are in an order of its
own, by its name. ``target_object`` is its expression where it is one, otherwise the question; the
folder is its tag ``category``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vgym.data.errors import DataError, RecordProblem, shown
from vgym.data.files import listed
from vgym.data.items import NO_BOXES, Choice, Item, ItemSource
from vgym.data.json_text import parse_json, read_json
from vgym.data.jsonl import object_of, usable_lines
from vgym.data.record_checks import checked_expression, further_keys
from vgym.data.tally import CORNERS, Tally

if TYPE_CHECKING:
    from vgym.geometry.conventions import Convention

MOST_OPTIONS = 6
KEYS = ("image", "question", "options", "answer", "boxes")
VSTAR_FOLDERS = ("direct_attributes", "relative_position")
VSTAR_KEYS = ("target_object", "bbox", "question", "options")
MAX_RECORD_BYTES = 1_000_000
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".JPG", ".JPEG", ".PNG")
_LETTERS = "ABCDEF"


def checked_choice(question: object, options: object, right: object) -> Choice:
    """A question with its options.

    Args:
        question, options: as a file has them. right: the number of an option, its letter, or
            itself.

    Raises:
        RecordProblem: they are no such thing.
    """
    if not isinstance(options, list) or not 2 <= len(options) <= MOST_OPTIONS:
        raise RecordProblem(
            "bad options", f"options must be 2 to {MOST_OPTIONS} texts, got {shown(options)}"
        )
    texts = tuple(map(checked_expression, options))
    if len(set(texts)) < len(texts):
        raise RecordProblem("bad options", f"options {shown(options)} are not all different")
    if isinstance(right, str):
        said = right.strip()
        if said in texts:
            right = texts.index(said)
        elif len(said) == 1 and said.upper() in _LETTERS:
            right = _LETTERS.index(said.upper())
    if isinstance(right, bool) or not isinstance(right, int) or not 0 <= right < len(texts):
        raise RecordProblem("bad answer", f"answer {shown(right)} is none of {shown(options)}")
    return Choice(checked_expression(question), texts, right)


def asks(path: Path) -> bool:
    """Whether the first line of a JSONL file is a question with options."""
    try:
        line = next((line for _, line in usable_lines(path)), None)
        first = parse_json(line or b"")
    except (DataError, RecordProblem):
        return False
    return isinstance(first, dict) and {"question", "options"} <= first.keys()


def load_choices(
    path: Path | str, *, strict: bool = False, convention: str | Convention | None = None
) -> ItemSource:
    """The questions of a JSONL file, in the order of its lines.

    Args:
        path: The file; pictures are relative to its folder.
        strict: Raise at the first unusable line instead of skipping and counting it.
        convention: How its boxes are written; by default ``"pixels/xyxy"``.

    Raises:
        ValueError, DataError: As of `vgym.data.load_jsonl`.
    """
    path = Path(path)
    tally = Tally(path.stem, path, path.parent, strict=strict)
    for number, line in usable_lines(path):
        record = f"{path.name}:{number}"
        try:
            fields = object_of(line, KEYS[:-1])
            choice = checked_choice(fields["question"], fields["options"], fields["answer"])
            image, size_hw = tally.picture(fields["image"])
            extra = further_keys(fields, KEYS)
            item = Item(
                image, choice.question, NO_BOXES, size_hw, record, extra=extra, choice=choice
            )
            if "boxes" not in fields and convention is not None:
                raise RecordProblem("no boxes", "boxes must be there where a convention is said")
            tally.add(item, fields.get("boxes", [[0, 0, size_hw[1], size_hw[0]]]))
        except RecordProblem as problem:
            tally.refuse(record, problem)
    return tally.finish(convention, own=CORNERS)


def vstar_files(path: Path) -> list[Path]:
    """The annotation files of V*Bench, sorted; none if the folder is no such thing."""
    folders = [path] if path.name in VSTAR_FOLDERS else [path / name for name in VSTAR_FOLDERS]
    return [file for folder in folders for file in listed(folder, "*.json")]


def load_vstar(
    path: Path | str, *, strict: bool = False, convention: str | Convention | None = None
) -> ItemSource:
    """The questions of V*Bench, folder by folder.

    Args:
        path: Its folder, or one of the two in it.
        strict: Raise at the first unusable file instead of skipping and counting it.
        convention: How boxes are written; by default ``"pixels/xywh"``.

    Raises:
        ValueError, DataError: As of `vgym.data.load_jsonl`.
    """
    path = Path(path)
    root = path.parent if path.name in VSTAR_FOLDERS else path
    tally = Tally("V*Bench", path, root, strict=strict)
    for file in vstar_files(path):
        record = f"{file.parent.name}/{file.name}"
        try:
            _add_vstar(file, root, record, tally)
        except (RecordProblem, DataError) as error:
            problem = error if isinstance(error, RecordProblem) else None
            tally.refuse(record, problem or RecordProblem("unusable file", str(error)))
    return tally.finish(convention, own="pixels/xywh", slack=1e9)


def _add_vstar(file: Path, root: Path, record: str, tally: Tally) -> None:
    fields = read_json(file, MAX_RECORD_BYTES)
    if not isinstance(fields, dict):
        raise RecordProblem("not an object", "a file must hold an object")
    missing = [key for key in VSTAR_KEYS if key not in fields]
    if missing:
        raise RecordProblem("missing key", f"key {missing[0]!r} is missing")
    choice = shuffled(checked_choice(fields["question"], fields["options"], 0), record)
    targets = fields["target_object"]
    if not isinstance(targets, list) or not targets:
        raise RecordProblem("bad target_object", "target_object must be a list of names")
    named = len(targets) == 1
    expression = f"the {checked_expression(targets[0])}" if named else choice.question
    names = [f"{file.stem}{ending}" for ending in _PICTURES]
    folder = file.parent.relative_to(root)
    found = [name for name in names if os.path.isfile(file.parent / name)]
    image, size_hw = tally.picture(str(folder / (found or names)[0]))
    tags = {"benchmark": "V*Bench", "category": file.parent.name, "id": file.stem}
    extra = further_keys(fields, VSTAR_KEYS)
    tally.add(
        Item(image, expression, NO_BOXES, size_hw, record, tags, extra, choice), fields["bbox"]
    )


def shuffled(choice: Choice, record: str) -> Choice:
    """The options in an order that depends on the record's name alone."""
    seed = np.frombuffer(record.encode("utf-8", "surrogateescape"), np.uint8)
    order = np.random.Generator(np.random.PCG64(seed.tolist())).permutation(len(choice.options))
    options = tuple(choice.options[k] for k in order.tolist())
    return Choice(choice.question, options, int(np.flatnonzero(order == choice.right)[0]))
