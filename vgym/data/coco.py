"""COCO detection annotations as expressions: one item for every category seen in a picture.

Where a picture holds one object of a category, the expression is ``the {category}`` with its box;
where it holds several, ``all the {plural}`` with all of them. A category with a crowd annotation
(``iscrowd``) in a picture yields nothing there, since its members have no boxes of their own; nor
does one with a broken annotation, since the rest would be incomplete.
"""

from pathlib import Path

from vgym.data.errors import DataError, RecordProblem
from vgym.data.items import Item, ItemSource
from vgym.data.json_text import read_json
from vgym.data.plurals import plural
from vgym.data.record_checks import Tally, checked_boxes, checked_expression, checked_size


def read_tables(path: Path, names: tuple[str, ...]) -> dict[str, list[dict[str, object]]]:
    """The named lists of a COCO file.

    Raises:
        DataError: If the file is not a JSON object holding these lists of objects.
    """
    content = read_json(path)
    if not isinstance(content, dict):
        raise DataError(f"{path} is not a COCO file: it must hold one JSON object")
    tables = {}
    for name in names:
        entries = content.get(name)
        if not isinstance(entries, list):
            raise DataError(f"{path} is not a COCO file: the list {name!r} is missing")
        for position, entry in enumerate(entries):
            if not isinstance(entry, dict):
                raise DataError(f"{path} is not a COCO file: {name}[{position}] is no object")
        tables[name] = entries
    return tables


def identity(entry: dict[str, object], key: str = "id") -> int | str | None:
    """The identifier under ``key``; None where it is missing or no number or string."""
    value = entry.get(key)
    return value if isinstance(value, int | str) else None


def coco_picture(image: dict[str, object], tally: Tally) -> tuple[Path, tuple[int, int]]:
    """The path and (height, width) of an entry of ``images``, checked against the file's header."""
    path, size_hw = tally.picture(image.get("file_name"))
    if "height" in image or "width" in image:
        checked_size([image.get("height"), image.get("width")], size_hw, path)
    return path, size_hw


def load_coco(
    annotations_json: Path | str, images_dir: Path | str, *, strict: bool = False
) -> ItemSource:
    """The items of a COCO detection file, picture by picture in the order of its ``images``.

    Args:
        annotations_json: The ``instances_*.json`` file.
        images_dir: The folder of the pictures.
        strict: Raise at the first unusable item instead of skipping and counting it.

    Raises:
        DataError: If the file is missing or not COCO's, if nothing is usable, or, when strict, for
            the first unusable item.
    """
    path = Path(annotations_json)
    tables = read_tables(path, ("images", "annotations", "categories"))
    names = {identity(entry): entry.get("name") for entry in tables["categories"]}
    groups: dict[int | str | None, dict[int | str | None, list[dict[str, object]]]] = {}
    for annotation in tables["annotations"]:
        in_image = groups.setdefault(identity(annotation, "image_id"), {})
        in_image.setdefault(identity(annotation, "category_id"), []).append(annotation)
    tally = Tally(path.stem, Path(images_dir), strict=strict)
    for position, image in enumerate(tables["images"]):
        for category, annotations in groups.pop(identity(image), {}).items():
            if any(annotation.get("iscrowd") for annotation in annotations):
                continue
            record = f"{path.name}:images[{position}], category {category}"
            try:
                tally.keep(_item(image, names.get(category), annotations, record, tally))
            except RecordProblem as problem:
                tally.refuse(record, problem)
    for image_id, categories in groups.items():
        for category in categories:
            tally.refuse(
                f"{path.name}:annotations, category {category}",
                RecordProblem("unknown image", f"image_id {image_id!r} is not among the images"),
            )
    return tally.finish()


def _item(
    image: dict[str, object],
    category: object,
    annotations: list[dict[str, object]],
    record: str,
    tally: Tally,
) -> Item:
    if not isinstance(category, str):
        raise RecordProblem("unknown category", "the category has no name among the categories")
    name = checked_expression(category)
    words = f"the {name}" if len(annotations) == 1 else f"all the {plural(name)}"
    expression = checked_expression(words)
    path, size_hw = coco_picture(image, tally)
    boxes = [annotation.get("bbox") for annotation in annotations]
    return Item(path, expression, checked_boxes(boxes, size_hw, path, xywh=True), size_hw, record)
