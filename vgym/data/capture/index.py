"""The index of a folder of screens: ``screens.jsonl``, one record a line, whole at every moment."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vgym.data.errors import DataError, RecordProblem
from vgym.data.files import opened
from vgym.data.json_text import parse_json
from vgym.data.whole_files import held, remove_scraps, write_whole

FILE = "screens.jsonl"


@contextmanager
def held_index(folder: Path) -> Iterator[Index]:
    """The index of a folder, which is made if there is none, held from other processes within.

    Raises:
        DataError, OSError: as `Index`. InUse: another process writes to the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder):
        yield Index(folder)


class Index:
    """The screens of a folder, those that are there already and those that are put into it.

    Pictures and the index are each written whole or not at all, and a record never speaks of
    another picture than its own: whenever a run ends, what it has put is there.

    Args:
        folder: where the screens are.

    Attributes:
        replaced: how many pictures have taken the place of earlier ones.

    Raises:
        DataError: the folder has an index with a line that is no record; names file and line.
        OSError: nothing can be written there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE
        self._lines = _read(self._path) if os.path.lexists(self._path) else {}
        self._here: set[str] = set()
        self.replaced = 0
        remove_scraps(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass  # it can be written to

    def put(self, record: Mapping[str, Any], picture: bytes) -> None:
        """Write a screen: its picture and its record, in place of an earlier one of that name.

        Args:
            record: of one screen; its ``image`` is the file of the picture, below the folder.
            picture: what that file then holds.

        Raises:
            OSError: they cannot be written; the screens put before are there.
        """
        image: str = record["image"]
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        if self._lines.pop(image, None) is not None:
            self._write()
            self.replaced += image not in self._here
        path = self._folder / image
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, picture)
        self._lines[image] = [line]
        self._here.add(image)
        self._write()

    def _write(self) -> None:
        text = "".join(f"{line}\n" for image in sorted(self._lines) for line in self._lines[image])
        write_whole(self._path, text.encode("utf-8", "replace"))


def _read(path: Path) -> dict[str, list[str]]:
    """The lines of an index, by the pictures that they are of."""
    lines: dict[str, list[str]] = {}
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    image = _image(parse_json(line))
                except RecordProblem as problem:
                    raise DataError(
                        f"{path}:{number}: {problem.detail}; the screens there would be lost. Mend "
                        "that line or delete it, or write to another folder"
                    ) from None
                lines.setdefault(image, []).append(line.decode().strip())
    return lines


def _image(record: object) -> str:
    image = record.get("image") if isinstance(record, dict) else None
    if not isinstance(image, str):
        raise RecordProblem("no record", "no object with the name of an image")
    return image
