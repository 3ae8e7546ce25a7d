"""Where the pictures of a table lie, and which there are in a folder.

Pictures lie beside the table, in ``images/``, or anywhere below its folder; then they are found by
the end of their path, with or without ``.jpg`` and its like: OpenStreetView-5M's ``id`` 123 is
``images/test/04/123.jpg``. Of several that fit, those below a folder named as the split count.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from vgym.data.errors import DataError, RecordProblem
from vgym.data.layouts import split_of

PICTURES = (".jpg", ".jpeg", ".png", ".webp")
_MOST_FILES = 10_000_000


def pictures_below(folder: Path, endings: tuple[str, ...] = PICTURES) -> Iterator[str]:
    """The paths of pictures below a folder, relative to it, with forward slashes, sorted within
    each folder; hidden ones are passed over, and links to folders not followed.

    Raises:
        DataError: There are more files than can be looked through.
    """
    count = 0
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        count += len(files)
        if count > _MOST_FILES:
            raise DataError(f"{folder} holds more than {_MOST_FILES} files; name a part of it")
        below = os.path.relpath(top, folder).replace(os.sep, "/")
        for name in sorted(files):
            if name.lower().endswith(endings) and not name.startswith("."):
                yield name if below == "." else f"{below}/{name}"


class PictureFinder:
    """Finds the pictures that a table names.

    Args:
        root: The folder of the table.
        split: That is read.
    """

    def __init__(self, root: Path, split: str = "") -> None:
        self._root = root
        self._split = split

    def find(self, name: str) -> str:
        """The path of a picture, relative to the root; the name itself where there is none.

        Raises:
            RecordProblem: It is the name of several.
        """
        for folder in ("", "images/"):
            if os.path.isfile(os.path.join(self._root, f"{folder}{name}")):
                return f"{folder}{name}"
        said = name.replace("\\", "/").lower()
        fits = [
            path
            for path in self._by_stem.get(_stem(said), ())
            if f"/{path.lower()}".endswith((f"/{said}", *(f"/{said}{end}" for end in PICTURES)))
        ]
        if len(fits) > 1:
            fits = [path for path in fits if split_of(Path(path)) == self._split] or fits
        if len(fits) > 1:
            raise RecordProblem(
                "ambiguous image", f"image {name!r:.200} may be {fits[0]} or {fits[1]}"
            )
        return fits[0] if fits else name

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for path in pictures_below(self._root):
            found[_stem(path.lower())].append(path)
        return dict(found)


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    for ending in PICTURES:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name
