"""Where the files of a data set lie: a folder's annotations, and where their pictures are.

Annotations in the COCO format are found beside their pictures as the tools that write them leave
them, N being the name of the file without ``instances_``:

- ``instances_N.json`` or any one other, beside ``images/N/``, ``N/``, ``images/``, ``data/`` or the
  pictures themselves (COCO's evaluation tools, Label Studio, FiftyOne);
- the same in a folder ``annotations`` or ``labels`` beside these (COCO, CVAT, Datumaro);
- ``train/_annotations.coco.json`` among its pictures, likewise ``valid/`` and ``test/`` (Roboflow).

Names of pictures may hold folders and, as tools on Windows write them, backslashes.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath

from vgym.data.errors import DataError
from vgym.data.files import listed
from vgym.data.images import resolve_under
from vgym.data.json_text import first_value

ROBOFLOW = "_annotations.coco.json"

_ANNOTATION_FOLDERS = ("annotations", "labels")
_PLAIN = re.compile(r"\w[\w.-]*")  # a name that leads to no folder above
_PREFIXES = ("instances_", "person_keypoints_")
_SPLIT_NAMES = {
    "train": ("train", "training"),
    "val": ("val", "valid", "validation", "dev"),
    "test": ("test", "testing"),
}


def annotation_file(folder: Path, split: str | None = None) -> Path:
    """The one file of annotations in a folder; of several, that of the split if there is one.

    Raises:
        ValueError: None, or several of which not exactly one is named after the split.
    """
    found = _annotation_files(folder)
    if len(found) > 1 and split is not None:
        below = {path: path.relative_to(folder) for path in found}
        named = [path for path in found if split_of(below[path]) == split]
        named = named or [path for path in found if _subset(below[path]) == split]
        found = named if len(named) == 1 else found
    if len(found) == 1:
        return found[0]
    names = ", ".join(str(path.relative_to(folder)) for path in found) or "none"
    others = [path.name for path in listed(folder, "*.jsonl")]
    cure = f"Name {folder / others[0]}." if others else "Name one .json file."
    of_split = "" if split is None else f" or, of several, one named after the split {split!r}"
    raise ValueError(
        f"folder {folder} must hold one instances*.json, in it or in annotations/{of_split}; "
        f"found {names}. {cure}"
    )


def picture_folder(annotations: Path, names: Iterable[object]) -> Path:
    """The folder that the names of pictures are relative to: the first place where one of them is.

    Args:
        annotations: The file that names them.
        names: As written there; what is no text is passed over.

    Raises:
        DataError: None of them is anywhere.
    """
    asked = [name for name in names if isinstance(name, str)]
    places = [place for place in _places(annotations, asked) if os.path.isdir(place)]
    for place in places:
        if any(_lies_under(place, name) for name in asked):
            return place
    if not asked:
        return places[-1]
    try:
        resolve_under(places[-1], asked[0])
        cure = (
            "move the folder of pictures beside the file, or name it: "
            "vgym.data.load_coco(file, folder)"
        )
    except DataError:  # a name that is read under no folder
        plain = PureWindowsPath(asked[0]).name
        cure = (
            f"names are relative to the folder of pictures: write {plain!r:.200} and put the "
            "picture into one of these"
        )
    listed = ", ".join(str(place) for place in places)
    raise DataError(
        f"{annotations} names {len(asked)} pictures, such as {asked[0]!r:.200}, and none of them "
        f"lies in {listed}; {cure}"
    )


def _annotation_files(folder: Path) -> list[Path]:
    """The files that may be a folder's annotations: those of the first kind that it has."""
    for pattern in (
        "instances*.json",
        "annotations/instances*.json",
        ROBOFLOW,
        f"*/{ROBOFLOW}",
    ):
        found = [path for path in listed(folder, pattern) if os.path.isfile(path)]
        if found:
            return found
    others = sorted(listed(folder, "*.json") + listed(folder, "annotations/*.json"))
    return [path for path in others if first_value(path) == {}] or others


def _subset(path: Path) -> str:
    """What a file calls what it holds: ``"val2017"`` of ``annotations/instances_val2017.json``,
    ``"valid"`` of ``valid/_annotations.coco.json``."""
    subset = path.parent.name if path.name == ROBOFLOW else path.stem
    for prefix in _PREFIXES:
        subset = subset.removeprefix(prefix)
    return subset


def split_of(path: Path) -> str | None:
    """The split that a file or its folder is named after: ``instances_val2017.json`` is "val"."""
    for part in (path.stem, *path.parent.parts):
        words = {word.strip("0123456789") for word in part.lower().replace("-", "_").split("_")}
        for split, names in _SPLIT_NAMES.items():
            if words & set(names):
                return split
    return None


def _places(annotations: Path, names: list[str]) -> list[Path]:
    """The folders where pictures may lie, the likeliest first."""
    folder, subset = annotations.parent, _subset(annotations)
    # The names of COCO's pictures of 2014 hold their folder: COCO_val2014_000000000042.jpg.
    of_coco = [name.split("_")[1] for name in names[:1] if name.startswith("COCO_")]
    subsets = [each for each in (subset, *of_coco) if _PLAIN.fullmatch(each)]
    tops = [folder]
    if folder.name.lower() in _ANNOTATION_FOLDERS:
        tops.insert(0, folder.parent)
    return [
        place
        for top in tops
        for place in (
            *(top / "images" / each for each in subsets),
            *(top / each for each in subsets),
            top / "images",
            top / "data",
            top,
        )
    ]


def _lies_under(folder: Path, name: str) -> bool:
    try:
        return os.path.isfile(resolve_under(folder, name))
    except DataError:
        return False
