"""Photographs with the place where each was taken, read from local files, every record checked.

`load` finds the right reader; all of them return `Photographs`. A photograph is handed on as pixels
alone: what its file says of its place never goes with it.
"""

from __future__ import annotations

import os
from pathlib import Path

from vgym.asset_files import asset
from vgym.data.errors import DataError
from vgym.data.files import source_path
from vgym.data.geotagged.camera import load_folder
from vgym.data.geotagged.photographs import Photograph, Photographs
from vgym.data.geotagged.tables import TABLES, load_csv, load_lines, place_table

__all__ = ["SHIPPED", "Photograph", "Photographs", "load", "load_csv", "load_folder", "load_lines"]

SHIPPED = "places"


def load(source: str | Path, *, split: str = "test", strict: bool = False) -> Photographs:
    """The photographs that ``source`` names.

    Args:
        source: One of

            - ``"places"``: the 72 photographs that ship with vgym, a test split;
            - a ``.csv`` or ``.tsv`` file whose columns say the picture, latitude and longitude:
              Im2GPS3k, YFCC4k, OpenStreetView-5M, street views for GeoGuessr, or one of your own
              (see `vgym.data.geotagged.tables`);
            - a ``.jsonl`` file with the same as keys of one object a line;
            - a folder with one such file, or one for each split;
            - a folder of photographs whose EXIF says where they were taken (see
              `vgym.data.geotagged.camera`).
        split: Which of several tables in a folder. A single one is one split, and whole.
        strict: Raise at the first unusable record instead of skipping and counting it.

    Raises:
        ValueError: If ``source`` is none of these, or what ships is asked for another split.
        DataError: If it is, but cannot be used.

    >>> photographs = load("places")
    >>> photographs[0].name, photographs[0].lonlat
    ('the Bent Pyramid, Dahshur', (31.2094, 29.7903))
    """
    if str(source) == SHIPPED:
        if split != "test":
            raise ValueError(
                f"source={SHIPPED!r} has split='test' alone, got {split!r}: 72 photographs are too "
                "few to learn from; say split='test', or name a data set of yours"
            )
        file = Path(str(asset("places/places.jsonl")))
        return load_lines(file, root=file.parents[1], strict=strict)
    path = source_path(source)
    if os.path.isdir(path):
        table = place_table(path, split)
        if table is None:
            return load_folder(path, strict=strict)
        path = table
    suffix = path.suffix.lower()
    if suffix in TABLES:
        return load_csv(path, split=split, strict=strict)
    if suffix == ".jsonl":
        return load_lines(path, strict=strict)
    if not os.path.lexists(path):
        raise DataError(
            f"unknown source {str(source)!r:.200}: it is neither {SHIPPED!r} nor a file or folder"
        )
    raise ValueError(
        f"source {str(source)!r:.200} is no table of photographs: valid are {SHIPPED!r}, a .csv, "
        ".tsv or .jsonl file, and a folder with one, or with photographs that hold GPS"
    )
