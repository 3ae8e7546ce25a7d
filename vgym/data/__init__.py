"""Real data: pictures, phrases and boxes read from local files, every record checked.

`load` finds the right loader; all of them return an `ItemSource`. Nothing is ever downloaded.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.data.choices import asks, load_choices, load_vstar, vstar_files
from vgym.data.coco import load_coco
from vgym.data.dota import dota_folder, load_dota
from vgym.data.errors import ConventionError, DataError
from vgym.data.files import listed, source_path
from vgym.data.finehard import describes_regions, load_finehard
from vgym.data.images import image_size, open_image, resolve_under
from vgym.data.items import Choice, Item, ItemSource, Summary
from vgym.data.jsonl import load_jsonl
from vgym.data.layouts import annotation_file
from vgym.data.refcoco import load_refcoco
from vgym.data.screenspot import load_screenspot, screenspot_files
from vgym.data.spelling import nearest_spelling
from vgym.on_demand import modules_on_demand

if TYPE_CHECKING:
    from vgym.geometry.conventions import Convention

__all__ = [
    "Choice",
    "ConventionError",
    "DataError",
    "Item",
    "ItemSource",
    "Summary",
    "image_size",
    "load",
    "load_choices",
    "load_coco",
    "load_dota",
    "load_finehard",
    "load_jsonl",
    "load_refcoco",
    "load_screenspot",
    "load_vstar",
    "open_image",
    "resolve_under",
]

modules_on_demand(__name__)

# vgym/assets: a link in the repository, a folder in the installed package.
PHOTOS = Path(__file__).parents[1] / "assets" / "photos" / "photos.jsonl"


def load(
    source: str | Path,
    *,
    split: str = "val",
    strict: bool = False,
    convention: str | Convention | None = None,
) -> ItemSource:
    """The data set that ``source`` names.

    Args:
        source: One of

            - ``"photos"``: the photographs that ship with vgym;
            - a ``.jsonl`` file, its pictures relative to its own folder (see `vgym.data.jsonl`);
            - a ``.json`` file in the COCO format, its pictures nearby (see `vgym.data.layouts`);
            - a folder with such files and, for RefCOCO, one ``refs*.json`` or ``refs*.p``; or that
              file itself;
            - a folder with ScreenSpot, ScreenSpot-v2 or ScreenSpot-Pro, or one of its annotation
              files (see `vgym.data.screenspot`);
            - a ``.jsonl`` file of questions with options, or a folder with V*Bench (see
              `vgym.data.choices`);
            - a folder with DOTA (see `vgym.data.dota`); or a ``.json`` file with the regions of
              FineHARD (see `vgym.data.finehard`).
        split: Which of RefCOCO's splits (``"test"`` is ``testA`` where there is no plain one), and
            which of several files of annotations in a folder. A single file is one split, and
            whole.
        strict: Raise at the first unusable record instead of skipping and counting it.
        convention: How the boxes are written, such as ``"fraction/xywh"`` (see
            `vgym.geometry.conventions`); None for the format's own way.

    Raises:
        ValueError: If ``source`` is none of these; for an unknown convention, and for any with
            ``"photos"``.
        DataError: If it is, but cannot be used; a `ConventionError` if most of its boxes are
            written in another convention.

    >>> load("photos").summary.skipped
    0
    """
    if str(source) == "photos":
        if convention is not None:
            raise ValueError(
                f"convention={str(convention)!r} says how a file of yours writes its boxes; those "
                "of 'photos' are known, so leave it out"
            )
        return load_jsonl(PHOTOS, strict=strict)
    path = source_path(source)
    suffix = path.suffix.lower()
    if screenspot_files(path):
        return load_screenspot(path, strict=strict, convention=convention)
    if os.path.isdir(path):
        if vstar_files(path):
            return load_vstar(path, strict=strict, convention=convention)
        if dota_folder(path, split) is not None:
            if convention is not None:
                raise ValueError("DOTA's corners are pixels; leave convention out")
            return load_dota(path, split=split, strict=strict)
        refs = _refs_file(path)
        if refs is not None:
            return _load_refs(refs, split, strict, convention)
        return load_coco(annotation_file(path, split), strict=strict, convention=convention)
    if path.name.startswith("refs") and suffix in (".json", ".p", ".pkl"):
        return _load_refs(path, split, strict, convention)
    if suffix == ".jsonl":
        if asks(path):
            return load_choices(path, strict=strict, convention=convention)
        return load_jsonl(path, strict=strict, convention=convention)
    if suffix == ".json":
        if describes_regions(path):
            return load_finehard(path, strict=strict, convention=convention)
        return load_coco(path, strict=strict, convention=convention)
    hint = nearest_spelling(str(source), ["photos"])
    raise ValueError(
        f"unknown data source {str(source)!r}{hint}: valid are 'photos', a .jsonl file, "
        "a COCO .json file, a folder with images/ and instances*.json (for RefCOCO also "
        "refs*.json or refs*.p), or a folder with ScreenSpot, V*Bench or DOTA"
    )


def _refs_file(folder: Path) -> Path | None:
    refs = sorted(
        path for ending in ("json", "p", "pkl") for path in listed(folder, f"refs*.{ending}")
    )
    if len(refs) > 1:
        raise ValueError(
            f"folder {folder} holds {', '.join(path.name for path in refs)}; name one of them, "
            f"such as {refs[0]}"
        )
    return refs[0] if refs else None


def _load_refs(
    refs: Path, split: str, strict: bool, convention: str | Convention | None
) -> ItemSource:
    """The refs of a split; where there is no plain ``test``, RefCOCO's ``testA`` stands for it."""
    instances = annotation_file(refs.parent)
    try:
        return load_refcoco(refs, instances, split=split, strict=strict, convention=convention)
    except DataError:
        raise
    except ValueError:
        if split != "test":
            raise
        return load_refcoco(refs, instances, split="testA", strict=strict, convention=convention)
