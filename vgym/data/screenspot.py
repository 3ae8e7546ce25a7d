"""ScreenSpot, ScreenSpot-v2 and ScreenSpot-Pro: where on a screenshot to click, as published.

ScreenSpot and v2 are up to three files, ``screenspot_mobile.json``, ``screenspot_desktop.json`` and
``screenspot_web.json`` (v2: ``screenspot_mobile_v2.json`` and so on), each a list of ::

    {"img_filename": "mobile_1.png", "bbox": [x, y, width, height], "instruction": "open mail",
     "data_type": "text", "data_source": "ios"}

ScreenSpot-Pro is a folder ``annotations`` with a file for every application and system, and a
folder ``images``; each file is a list of ::

    {"img_filename": "vscode_mac/shot.png", "bbox": [x0, y0, x1, y1], "img_size": [width, height],
     "instruction": "refresh the files", "instruction_cn": "...", "id": "vscode_macos_0",
     "ui_type": "icon", "group": "Dev", "platform": "macos", "application": "vscode"}

Boxes are pixels; copies that write them otherwise (as corners, as fractions) are read with
``convention=``. What sticks out of the picture is cut off; blanks and line ends in an instruction
become single blanks. Keys that are not named here are kept (`Item.extra`). The tags of an item
(`Item.tags`):

``benchmark``
    ``"ScreenSpot"``, ``"ScreenSpot-v2"`` or ``"ScreenSpot-Pro"``.
``id``
    The record's own; where it has none, its file and position from 0: ``"screenspot_web_v2_17"``.
``file``
    ``img_filename`` as written.
``type``
    ``"text"`` or ``"icon"``.
``group``
    What the benchmark's table is divided by: the platform, or Pro's field of work.
``source``
    ``data_source``; of Pro, ``application`` and ``platform``: ``"vscode macos"``.

Nothing is downloaded. Annotation files have at most 100 MB.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vgym.data.errors import DataError, RecordProblem
from vgym.data.files import listed
from vgym.data.items import NO_BOXES, Item, ItemSource
from vgym.data.json_text import first_value, read_json
from vgym.data.record_checks import checked_expression, checked_size, further_keys
from vgym.data.spelling import nearest_spelling
from vgym.data.tally import CORNERS, Tally

if TYPE_CHECKING:
    from vgym.geometry.conventions import Convention

Language = Literal["en", "cn"]

MAX_ANNOTATION_BYTES = 100_000_000
TYPES = ("text", "icon")
KEYS = ("img_filename", "bbox", "instruction", "data_type", "data_source", "id")
PRO_KEYS = (
    *("img_filename", "bbox", "img_size", "instruction", "instruction_cn", "id"),
    *("ui_type", "group", "platform", "application"),
)

# Benchmark -> group -> (texts, icons): how many items of each it was published with, in the order
# of the published tables.
PUBLISHED_SIZES: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "ScreenSpot": {"mobile": (273, 229), "desktop": (194, 140), "web": (230, 206)},
    "ScreenSpot-v2": {"mobile": (290, 211), "desktop": (194, 140), "web": (234, 203)},
    "ScreenSpot-Pro": {
        "CAD": (197, 64),
        "Dev": (154, 145),
        "Creative": (198, 143),
        "Scientific": (144, 110),
        "Office": (177, 53),
        "OS": (107, 89),
    },
}

_SLACK_PX = 1e9  # published boxes stick out, and are cut; numbers beyond this are none
_PLATFORM_FILE = re.compile(r"screenspot_(mobile|desktop|web)(_v2)?\.json")
# Where copies of the data sets keep their annotations and pictures, "." being the folder itself.
_ANNOTATION_FOLDERS = (".", "annotations", "metadata")
_IMAGE_FOLDERS = ("screenspotv2_image", "screenspot_imgs", "images")


def screenspot_files(path: Path) -> list[Path]:
    """The annotation files of a ScreenSpot data set, sorted; none if ``path`` holds no such thing.

    Args:
        path: A folder, or one annotation file, which is then the only one.
    """
    if os.path.isfile(path):
        return [path] if _PLATFORM_FILE.fullmatch(path.name) or _is_pro_file(path) else []
    if not os.path.isdir(path):
        return []
    for name in _ANNOTATION_FOLDERS:
        files = listed(path / name, "screenspot_*.json")
        found = [file for file in files if _PLATFORM_FILE.fullmatch(file.name)]
        if found:
            return found
    # All of Pro's folder is Pro's, so that a damaged file is named and not passed over.
    files = listed(path / "annotations", "*.json")
    found = [file for file in files if os.path.isfile(file)]
    return found if any(map(_is_pro_file, found)) else []


def _is_pro_file(path: Path) -> bool:
    """Whether a file lies where Pro's do, and begins as they do: COCO's folders look alike."""
    folder = path.parent
    if not (
        path.suffix.lower() == ".json"
        and folder.name == "annotations"
        and os.path.isdir(folder.parent / "images")
    ):
        return False
    first = first_value(path)
    return isinstance(first, dict) and {"img_filename", "bbox"} <= first.keys()


def load_screenspot(
    path: Path | str,
    *,
    language: Language = "en",
    strict: bool = False,
    convention: str | Convention | None = None,
) -> ItemSource:
    """The items of ScreenSpot, ScreenSpot-v2 or ScreenSpot-Pro, file by file, in their order.

    Args:
        path: The data set's folder, or one of its annotation files.
        language: ScreenSpot-Pro's instructions are English (``"en"``) and Chinese (``"cn"``); the
            others are English alone.
        strict: Raise at the first unusable record, such as one with a missing picture, instead of
            skipping and counting it.
        convention: How its boxes are written; by default ``"pixels/xywh"``, for Pro
            ``"pixels/xyxy"``.

    Returns:
        Items of one box each, with the tags that the module describes.

    Raises:
        ValueError: For an unknown convention or language, or ``"cn"`` where there is none.
        DataError: If ``path`` is no such data set, holds two of them, has no folder of pictures or
            no usable record, if most boxes are written in another convention (`ConventionError`)
            or, when strict, for the first unusable record.
    """
    path = Path(path)
    if language not in ("en", "cn"):
        raise ValueError(f"language {language!r} is unknown; valid are 'en' and 'cn'")
    files = screenspot_files(path)
    if not files:
        raise DataError(
            f"{path} is no ScreenSpot data set: it must hold screenspot_mobile.json, "
            "screenspot_desktop.json or screenspot_web.json (or the same with _v2), or "
            "ScreenSpot-Pro's folders annotations/ and images/"
        )
    benchmark = _benchmark(files)
    if language == "cn" and benchmark != "ScreenSpot-Pro":
        raise ValueError(f"{benchmark} has no Chinese instructions; leave language at 'en'")
    tally = Tally(benchmark, path, _image_folder(files[0].parent), strict=strict)
    for file in files:
        for position, fields in enumerate(_records(file)):
            record = f"{file.name}[{position}]"
            try:
                _add(fields, file, position, benchmark, language, tally)
            except RecordProblem as problem:
                tally.refuse(record, problem)
    own = CORNERS if benchmark == "ScreenSpot-Pro" else "pixels/xywh"
    return tally.finish(convention, own=own, slack=_SLACK_PX)


def _benchmark(files: list[Path]) -> str:
    """The benchmark that the files' names tell; raises `DataError` if they tell of two."""
    found = {}
    for file in files:
        platform = _PLATFORM_FILE.fullmatch(file.name)
        if platform is None:
            found["ScreenSpot-Pro"] = file
        else:
            found["ScreenSpot-v2" if platform[2] else "ScreenSpot"] = file
    if len(found) > 1:
        (one, its), (other, others) = list(found.items())[:2]
        raise DataError(
            f"{its.parent} holds both {one} ({its.name}) and {other} ({others.name}); "
            "name one file, or keep each data set in a folder of its own"
        )
    return next(iter(found))


def _image_folder(annotations: Path) -> Path:
    parents = (annotations, annotations.parent)
    for parent in parents:
        for name in _IMAGE_FOLDERS:
            if os.path.isdir(parent / name):
                return parent / name
    raise DataError(
        f"no pictures beside {annotations}: a folder {', '.join(_IMAGE_FOLDERS[:-1])} or "
        f"{_IMAGE_FOLDERS[-1]} must lie in {parents[0]} or {parents[1]}"
    )


def _records(file: Path) -> list[object]:
    content = read_json(file, MAX_ANNOTATION_BYTES)
    if not isinstance(content, list):
        raise DataError(f"{file} is not a ScreenSpot file: it must hold one JSON list")
    return content


def _add(
    fields: object, file: Path, position: int, benchmark: str, language: Language, tally: Tally
) -> None:
    if not isinstance(fields, dict):
        raise RecordProblem("not an object", "a record must be an object")
    pro = benchmark == "ScreenSpot-Pro"
    words = _text(fields, "instruction_cn" if language == "cn" else "instruction")
    expression = checked_expression(plain_instruction(words))
    kind = _one_of(fields, "ui_type" if pro else "data_type", TYPES)
    if pro:
        group = _one_of(fields, "group", tuple(PUBLISHED_SIZES[benchmark]))
        source = f"{_text(fields, 'application')} {_text(fields, 'platform')}"
    else:
        group = file.name.split("_")[1].removesuffix(".json")
        source = _text(fields, "data_source")
    name = _text(fields, "img_filename")
    image, size_hw = tally.picture(name)
    if pro:
        width_height = _field(fields, "img_size")
        if isinstance(width_height, list):
            width_height = width_height[::-1]
        checked_size(width_height, size_hw, image)
    bbox = _field(fields, "bbox")
    tags = {
        "benchmark": benchmark,
        "id": _text(fields, "id") if "id" in fields else f"{file.stem}_{position}",
        "file": name,
        "type": kind,
        "group": group,
        "source": source,
    }
    extra = further_keys(fields, PRO_KEYS if pro else KEYS)
    record = f"{file.name}[{position}]"
    tally.add(Item(image, expression, NO_BOXES, size_hw, record, tags, extra), [bbox])


def plain_instruction(words: str) -> str:
    r"""An instruction with single blanks: published ones hold line ends and doubled blanks.

    >>> plain_instruction("open  mail\n")
    'open mail'
    """
    return " ".join(words.split())


def _field(fields: dict[str, object], key: str) -> object:
    if key not in fields:
        hint = nearest_spelling(key, map(str, fields))
        raise RecordProblem("missing key", f"key {key!r} is missing{hint}")
    return fields[key]


def _text(fields: dict[str, object], key: str) -> str:
    value = _field(fields, key)
    if not isinstance(value, str) or not value:
        raise RecordProblem(f"bad {key}", f"{key} must be a string that is not empty")
    return value


def _one_of(fields: dict[str, object], key: str, valid: tuple[str, ...]) -> str:
    value = _text(fields, key)
    if value not in valid:
        hint = nearest_spelling(value[:80], valid)
        raise RecordProblem(
            f"unknown {key}", f"{key} {value[:80]!r}{hint} is none of {', '.join(valid)}"
        )
    return value
