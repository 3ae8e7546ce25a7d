"""Real data: pictures, phrases and boxes read from local files, every record checked.

`load` finds the right loader; all of them return an `ItemSource`. Nothing is ever downloaded.
"""

from pathlib import Path

from vgym.data.coco import load_coco
from vgym.data.errors import DataError
from vgym.data.images import image_size, open_image, resolve_under
from vgym.data.items import Item, ItemSource, Summary
from vgym.data.jsonl import load_jsonl
from vgym.data.refcoco import load_refcoco
from vgym.data.spelling import nearest_spelling

__all__ = [
    "DataError",
    "Item",
    "ItemSource",
    "Summary",
    "image_size",
    "load",
    "load_coco",
    "load_jsonl",
    "load_refcoco",
    "open_image",
    "resolve_under",
]

# vgym/assets: a link in the repository, a folder in the installed package.
PHOTOS = Path(__file__).parents[1] / "assets" / "photos" / "photos.jsonl"


def load(source: str | Path, *, strict: bool = False) -> ItemSource:
    """The data set that ``source`` names.

    Args:
        source: One of

            - ``"photos"``: the photographs that ship with vgym;
            - a ``.jsonl`` file, its pictures relative to its own folder (see `vgym.data.jsonl`);
            - a COCO ``.json`` file, its pictures in the folder ``images`` beside it;
            - a folder with ``images``, one ``instances*.json`` and, for RefCOCO, one ``refs*.json``
              or ``refs*.p`` (its ``val`` split; `load_refcoco` gives the others).
        strict: Raise at the first unusable record instead of skipping and counting it.

    Raises:
        ValueError: If ``source`` is none of these.
        DataError: If it is, but cannot be used.

    >>> load("photos").summary.skipped
    0
    """
    if str(source) == "photos":
        return load_jsonl(PHOTOS, strict=strict)
    path = Path(source)
    if path.is_dir():
        return _load_folder(path, strict=strict)
    if path.suffix == ".jsonl":
        return load_jsonl(path, strict=strict)
    if path.suffix == ".json":
        return load_coco(path, path.parent / "images", strict=strict)
    hint = nearest_spelling(str(source), ["photos"])
    raise ValueError(
        f"unknown data source {str(source)!r}{hint}: valid are 'photos', a .jsonl file, "
        "a COCO .json file, or a folder with images/ and instances*.json (for RefCOCO also "
        "refs*.json or refs*.p)"
    )


def _load_folder(folder: Path, *, strict: bool) -> ItemSource:
    instances = sorted(folder.glob("instances*.json"))
    refs = sorted([*folder.glob("refs*.json"), *folder.glob("refs*.p")])
    if len(instances) != 1 or len(refs) > 1:
        found = ", ".join(path.name for path in (*instances, *refs)) or "neither"
        raise ValueError(
            f"folder {folder} must hold one instances*.json and at most one refs*.json or refs*.p; "
            f"found {found}. Name one .json file, or call load_coco or load_refcoco."
        )
    if refs:
        return load_refcoco(refs[0], instances[0], folder / "images", strict=strict)
    return load_coco(instances[0], folder / "images", strict=strict)
