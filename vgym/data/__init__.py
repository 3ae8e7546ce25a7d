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
from vgym.data.screenspot import load_screenspot, screenspot_files
from vgym.data.spelling import nearest_spelling
from vgym.on_demand import modules_on_demand

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
    "load_screenspot",
    "open_image",
    "resolve_under",
]

modules_on_demand(__name__)

# vgym/assets: a link in the repository, a folder in the installed package.
PHOTOS = Path(__file__).parents[1] / "assets" / "photos" / "photos.jsonl"


def load(source: str | Path, *, split: str = "val", strict: bool = False) -> ItemSource:
    """The data set that ``source`` names.

    Args:
        source: One of

            - ``"photos"``: the photographs that ship with vgym;
            - a ``.jsonl`` file, its pictures relative to its own folder (see `vgym.data.jsonl`);
            - a COCO ``.json`` file, its pictures in the folder ``images`` beside it;
            - a folder with ``images``, one ``instances*.json`` and, for RefCOCO, one ``refs*.json``
              or ``refs*.p``; or that file itself;
            - a folder with ScreenSpot, ScreenSpot-v2 or ScreenSpot-Pro, or one of its annotation
              files (see `vgym.data.screenspot`).
        split: Which of RefCOCO's splits; ``"test"`` is ``testA`` where there is no plain one. Other
            files are one split, and whole.
        strict: Raise at the first unusable record instead of skipping and counting it.

    Raises:
        ValueError: If ``source`` is none of these.
        DataError: If it is, but cannot be used.

    >>> load("photos").summary.skipped
    0
    """
    if str(source) == "photos":
        return load_jsonl(PHOTOS, strict=strict)
    path = Path(source).expanduser()
    suffix = path.suffix.lower()
    if screenspot_files(path):
        return load_screenspot(path, strict=strict)
    if path.is_dir():
        return _load_folder(path, split, strict=strict)
    if path.name.startswith("refs") and suffix in (".json", ".p", ".pkl"):
        return _load_refs(path, _one_instances_file(path.parent), split, strict=strict)
    if suffix == ".jsonl":
        return load_jsonl(path, strict=strict)
    if suffix == ".json":
        return load_coco(path, path.parent / "images", strict=strict)
    hint = nearest_spelling(str(source), ["photos"])
    raise ValueError(
        f"unknown data source {str(source)!r}{hint}: valid are 'photos', a .jsonl file, "
        "a COCO .json file, a folder with images/ and instances*.json (for RefCOCO also "
        "refs*.json or refs*.p), or a folder with ScreenSpot"
    )


def _load_folder(folder: Path, split: str, *, strict: bool) -> ItemSource:
    instances = _one_instances_file(folder)
    refs = sorted(
        path for ending in ("json", "p", "pkl") for path in folder.glob(f"refs*.{ending}")
    )
    if len(refs) > 1:
        raise ValueError(
            f"folder {folder} holds {', '.join(path.name for path in refs)}; name one of them, "
            f"such as {refs[0]}"
        )
    if refs:
        return _load_refs(refs[0], instances, split, strict=strict)
    return load_coco(instances, folder / "images", strict=strict)


def _one_instances_file(folder: Path) -> Path:
    instances = sorted(folder.glob("instances*.json"))
    if len(instances) != 1:
        found = ", ".join(path.name for path in instances) or "none"
        raise ValueError(
            f"folder {folder} must hold one instances*.json; found {found}. Name one .json file."
        )
    return instances[0]


def _load_refs(refs: Path, instances: Path, split: str, *, strict: bool) -> ItemSource:
    """The refs of a split; where there is no plain ``test``, RefCOCO's ``testA`` stands for it."""
    images = refs.parent / "images"
    try:
        return load_refcoco(refs, instances, images, split=split, strict=strict)
    except DataError:
        raise
    except ValueError:
        if split != "test":
            raise
        return load_refcoco(refs, instances, images, split="testA", strict=strict)
