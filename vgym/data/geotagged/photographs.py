"""What every reader of photographs hands over: `Photograph` and `Photographs`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from vgym.data.editions import edition
from vgym.data.errors import DataError
from vgym.data.images import open_image
from vgym.data.items import Summary


@dataclass(frozen=True, eq=False, slots=True)
class Photograph:
    """One picture and where it was taken."""

    image: Path
    lonlat: tuple[float, float]  # degrees, WGS84, longitude first
    size_hw: tuple[int, int]  # of the upright picture
    record: str  # "file:line", where it was read
    name: str = ""  # what it shows, where its data set says so
    precision_km: float = 0.0  # how far the camera may be from the place; 0 where nothing is said
    tags: Mapping[str, str] = field(default_factory=dict)  # country, region, city as it says them


class Photographs(Sequence[Photograph]):
    """The usable photographs of a data set, in the order of its file.

    Args:
        name: A short name for messages and tables.
        root: The folder under which every picture lies.
        photographs: At least one.
        summary: What was read and what was skipped.
    """

    def __init__(
        self, name: str, root: Path, photographs: Sequence[Photograph], summary: Summary
    ) -> None:
        self.name = name
        self.root = root
        self.summary = summary
        self._photographs = tuple(photographs)

    def __len__(self) -> int:
        return len(self._photographs)

    @overload
    def __getitem__(self, index: int) -> Photograph: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Photograph]: ...
    def __getitem__(self, index: int | slice) -> Photograph | Sequence[Photograph]:
        return self._photographs[index]

    def __repr__(self) -> str:
        return f"Photographs({self.name!r}, {self.summary})"

    def lonlats(self) -> NDArray[np.float64]:
        """(N, 2) the places."""
        return np.array([each.lonlat for each in self._photographs], np.float64)

    def edition(self) -> bytes:
        """32 bytes, equal for photographs of equal records and summary whose pictures have not
        changed since; see `vgym.data.editions`."""
        said = (self.name, self._photographs, self.summary)
        seen = hashlib.blake2b(edition(each.image for each in self._photographs), digest_size=32)
        seen.update(repr(said).encode("utf-8", "surrogatepass"))
        return seen.digest()

    def image(self, index: int) -> NDArray[np.uint8]:
        """The pixels of a photograph.

        Returns:
            (H, W, 3) uint8 RGB, a fresh array.

        Raises:
            DataError: If they cannot be decoded, or the file changed since it was listed.
        """
        photograph = self._photographs[index]
        try:
            return open_image(photograph.image, size_hw=photograph.size_hw)
        except DataError as error:
            raise DataError(f"{photograph.record}: {error}") from error
