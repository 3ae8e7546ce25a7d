"""COCO detection annotations as expressions: one item for every category seen in a picture.

Where a picture holds one object of a category, the expression is ``the {category}`` with its box;
where it holds several, ``all the {plural}`` with all of them. A category with a crowd annotation
(``iscrowd``) in a picture yields nothing there, since its members have no boxes of their own; nor
does one with a broken annotation, since the rest would be incomplete.

What an id is, and when it is ambiguous, says `vgym.data.record_keys`. Ambiguous too, and refused
wherever they are used, are a name that two categories have and a file that two images have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.data.errors import DataError, RecordProblem, shown
from vgym.data.foreign import advice
from vgym.data.items import NO_BOXES, Item, ItemSource
from vgym.data.json_text import read_json
from vgym.data.layouts import picture_folder
from vgym.data.plurals import plural
from vgym.data.record_checks import checked_expression, checked_size
from vgym.data.record_keys import KeyedRows, Row, as_key
from vgym.data.tally import Tally

if TYPE_CHECKING:
    from vgym.geometry.conventions import Convention

OWN_CONVENTION = "pixels/xywh"


def read_tables(path: Path, names: tuple[str, ...]) -> dict[str, list[dict[str, object]]]:
    """The named lists of a COCO file.

    Raises:
        DataError: If the file is not a JSON object holding these lists of objects.
    """
    content = read_json(path)
    if not isinstance(content, dict):
        raise DataError(
            f"{path} is not a COCO file: it must hold one JSON object{advice(path, content)}"
        )
    tables = {}
    for name in names:
        entries = content.get(name)
        if not isinstance(entries, list):
            keys = ", ".join(key[:40] for key in list(content)[:8]) or "none"
            raise DataError(
                f"{path} is not a COCO file: the list {name!r} is missing; its keys are {keys}"
            )
        for position, entry in enumerate(entries):
            if not isinstance(entry, dict):
                raise DataError(f"{path} is not a COCO file: {name}[{position}] is no object")
        tables[name] = entries
    return tables


def refuse_faulty(rows: KeyedRows, file: str, tally: Tally) -> None:
    """Count the rows of a table that cannot be referred to, or not by one id."""
    for position, problem in rows.faults.items():
        tally.refuse(f"{file}:{rows.table}[{position}]", problem)


def refuse_repeats(rows: KeyedRows, file: str, tally: Tally) -> None:
    """Count the rows of a table that equal one before, and are left out."""
    for position, first in rows.repeats.items():
        problem = RecordProblem(f"repeated {rows.what}", f"it repeats {rows.table}[{first}]")
        tally.refuse(f"{file}:{rows.table}[{position}]", problem)


def coco_picture(image: Row, tally: Tally) -> tuple[Path, tuple[int, int]]:
    """The path and (height, width) of an entry of ``images``, checked against the file's header."""
    path, size_hw = tally.picture(image.get("file_name"))
    if "height" in image or "width" in image:
        # A size of which one side is left out is wrong; a null is a side that is not known.
        sides = [image.get(side, "missing") for side in ("height", "width")]
        checked_size(sides, size_hw, path)
    return path, size_hw


def load_coco(
    annotations_json: Path | str,
    images_dir: Path | str | None = None,
    *,
    strict: bool = False,
    convention: str | Convention | None = None,
) -> ItemSource:
    """The items of a COCO detection file, picture by picture in the order of its ``images``.

    Args:
        annotations_json: The ``instances_*.json`` file.
        images_dir: The folder of the pictures; by default found near the file (see
            `vgym.data.layouts`).
        strict: Raise at the first unusable row or item instead of skipping and counting it.
        convention: How its boxes are written; by default ``"pixels/xywh"``.

    Raises:
        ValueError: For an unknown convention.
        DataError: If the file is missing or not COCO's, if nothing is usable, if most boxes are
            written in another convention (`ConventionError`) or, when strict, for the first
            unusable row or item.
    """
    path = Path(annotations_json)
    tables = read_tables(path, ("images", "annotations", "categories"))
    if images_dir is None:
        images_dir = picture_folder(path, (image.get("file_name") for image in tables["images"]))
    tally = Tally(path.stem, path, Path(images_dir), strict=strict)
    images = KeyedRows(tables["images"], "image")
    categories = KeyedRows(tables["categories"], "category")
    annotations = KeyedRows(tables["annotations"], "annotation", optional=True)
    for rows in (images, categories):
        refuse_faulty(rows, path.name, tally)
    for rows in (images, categories, annotations):
        refuse_repeats(rows, path.name, tally)
    groups = _groups(images, categories, annotations, path.name, tally)
    wrong_images = _of_two(images, groups, lambda image: _file(image, tally))
    wrong_categories = _of_two(categories, set(chain.from_iterable(groups.values())), _name)
    for position in sorted(groups):
        image = images.rows[position]
        for category, members in groups[position].items():
            record = f"{path.name}:images[{position}], category {categories.key(category)}"
            faults = wrong_images.get(position), wrong_categories.get(category)
            try:
                for problem in (*faults, *map(annotations.faults.get, members)):
                    if problem is not None:
                        raise problem
                rows_of_it = [annotations.rows[member] for member in members]
                if not any(map(_is_crowd, rows_of_it)):
                    name = categories.rows[category].get("name")
                    _add(image, name, rows_of_it, record, tally)
            except RecordProblem as problem:
                tally.refuse(record, problem)
    return tally.finish(convention, own=OWN_CONVENTION)


def _groups(
    images: KeyedRows, categories: KeyedRows, annotations: KeyedRows, file: str, tally: Tally
) -> dict[int, dict[int, list[int]]]:
    """Image -> category -> its annotations there, all by their positions; the rest is refused."""
    groups: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for position, annotation in enumerate(annotations.rows):
        if position in annotations.repeats:
            continue
        try:
            image = images.find(annotation, "image_id")
            category = categories.find(annotation, "category_id")
        except RecordProblem as problem:
            tally.refuse(f"{file}:annotations[{position}]", problem)
        else:
            groups[image][category].append(position)
    return groups


def _of_two(
    rows: KeyedRows, used: Iterable[int], name_of: Callable[[Row], str | None]
) -> dict[int, RecordProblem]:
    """The used rows, by position, whose name another one has too, under another id."""
    found: dict[str | None, list[int]] = defaultdict(list)
    for position in sorted(used):
        found[name_of(rows.rows[position])].append(position)
    found.pop(None, None)
    return {
        position: RecordProblem(
            f"two {rows.what} ids",
            f"{shown(name)} is the name of {rows.places(its)}; merge them or rename one",
        )
        for name, its in found.items()
        if len(its) > 1
        for position in its
    }


def _name(category: Row) -> str | None:
    """A category's name as readers tell it from others."""
    name = category.get("name")
    return " ".join(name.split()).casefold() if isinstance(name, str) else None


def _file(image: Row, tally: Tally) -> str | None:
    try:
        return str(tally.picture(image.get("file_name"))[0])
    except RecordProblem:
        return None  # refused where it is used


def _is_crowd(annotation: Row) -> bool:
    value = annotation.get("iscrowd")
    flag = int(bool(value)) if value is None or isinstance(value, bool) else as_key(value)
    if flag not in (0, 1):
        raise RecordProblem("bad iscrowd", f"iscrowd is {shown(value)}; it must be 0 or 1")
    return flag == 1


def _add(image: Row, category: object, annotations: list[Row], record: str, tally: Tally) -> None:
    if not isinstance(category, str):
        raise RecordProblem("unknown category", "the category has no name among the categories")
    name = checked_expression(category)
    words = f"the {name}" if len(annotations) == 1 else f"all the {plural(name)}"
    expression = checked_expression(words)
    path, size_hw = coco_picture(image, tally)
    item = Item(path, expression, NO_BOXES, size_hw, record)
    tally.add(item, [annotation.get("bbox") for annotation in annotations])
