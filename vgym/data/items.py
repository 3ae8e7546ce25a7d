"""The form in which every loader hands over its data: `Item`, `Summary`, `ItemSource`."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from vgym.data.errors import DataError
from vgym.data.images import open_image

CACHE_BYTES = 256 * 2**20
MAX_FIRST_ERRORS = 20
NO_BOXES = np.zeros((0, 4), np.float32)
NO_BOXES.flags.writeable = False


@dataclass(frozen=True)
class Choice:
    """A question of which one of several answers is right."""

    question: str
    options: tuple[str, ...]  # as they are offered, all different; at least two
    right: int  # the number of the true one


@dataclass(frozen=True, eq=False)
class Item:
    """One expression and the boxes that it denotes in one picture."""

    image: Path
    expression: str
    boxes: NDArray[np.float32]  # (K, 4) xyxy, pixels of the upright picture; K = 0: no such thing
    size_hw: tuple[int, int]
    record: str  # "file:line", where the item was read
    tags: Mapping[str, str] = field(default_factory=dict)  # what the data set says besides
    extra: Mapping[str, object] = field(default_factory=dict)  # keys that its format does not know
    choice: Choice | None = None  # what may be asked of it besides


@dataclass(frozen=True)
class Summary:
    """What a loader read: ``read == kept + skipped``, and why records were skipped."""

    read: int
    kept: int
    skipped: int
    reasons: Mapping[str, int]  # kind of fault -> number of records
    first_errors: tuple[str, ...]  # at most MAX_FIRST_ERRORS messages, in file order
    note: str = ""  # how many boxes do not fit their pictures, and what they look like

    def without(
        self, records: Sequence[str], reason: str, messages: Sequence[str] | None = None
    ) -> "Summary":
        """The same after more of the kept records were left out: a task cannot use them.

        Args:
            records: where each stands. reason: why, as in ``reasons``. messages: what to say of
                them; by default each with the reason.

        >>> print(Summary(3, 3, 0, {}, ()).without(["a.jsonl:2"], "not one box"))
        3 read, 2 kept, 1 skipped (not one box: 1)
        """
        if not records:
            return self
        if messages is None:
            messages = [f"{record}: {reason}." for record in records]
        return replace(
            self,
            kept=self.kept - len(records),
            skipped=self.skipped + len(records),
            reasons={**self.reasons, reason: self.reasons.get(reason, 0) + len(records)},
            first_errors=(*self.first_errors, *messages)[:MAX_FIRST_ERRORS],
        )

    @property
    def complaint(self) -> str:
        """What a user must be told; "" if all was read and looks right."""
        if not self.skipped and not self.note:
            return ""
        return f"{self}. First: {self.first_errors[0]}" if self.first_errors else f"{self}."

    def __str__(self) -> str:
        counts = f"{self.read} read, {self.kept} kept, {self.skipped} skipped"
        why = ", ".join(f"{reason}: {count}" for reason, count in self.reasons.items())
        return (f"{counts} ({why})" if why else counts) + (f"; {self.note}" if self.note else "")


class ItemSource(Sequence[Item]):
    """The usable items of a data set, in the order of its file, with their pictures on demand.

    Args:
        name: A short name for messages and tables.
        root: The folder under which every picture lies.
        items: The items; at least one.
        summary: What was read and what was skipped.
        cache_bytes: How many bytes of decoded pictures to keep; the longest unused go first.
    """

    def __init__(
        self,
        name: str,
        root: Path,
        items: Sequence[Item],
        summary: Summary,
        *,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self.name = name
        self.root = root
        self.summary = summary
        self._items = tuple(items)
        self._cache_bytes = cache_bytes
        self._cache: OrderedDict[Path, NDArray[np.uint8]] = OrderedDict()
        self._cached_bytes = 0

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        return self._items[index]

    def __repr__(self) -> str:
        return f"ItemSource({self.name!r}, {self.summary})"

    def __getstate__(self) -> dict[str, Any]:
        # A copy in another process decodes for itself: pictures are cheaper to read than to send.
        return {**self.__dict__, "_cache": OrderedDict(), "_cached_bytes": 0}

    def texts(self) -> list[str]:
        """The expressions, in the order of the items."""
        return [item.expression for item in self._items]

    def image(self, index: int) -> NDArray[np.uint8]:
        """The picture of item ``index``.

        Returns:
            (H, W, 3) uint8 RGB, read-only since it is shared with later calls.

        Raises:
            DataError: If the pixels cannot be decoded, or the file changed since it was listed.
        """
        item = self._items[index]
        pixels = self._cache.get(item.image)
        if pixels is None:
            try:
                pixels = open_image(item.image, size_hw=item.size_hw)
            except DataError as error:
                raise DataError(f"{item.record}: {error}") from error
            pixels.flags.writeable = False
            self._remember(item.image, pixels)
        else:
            self._cache.move_to_end(item.image)
        return pixels

    def _remember(self, path: Path, pixels: NDArray[np.uint8]) -> None:
        if pixels.nbytes > self._cache_bytes:
            return
        self._cache[path] = pixels
        self._cached_bytes += pixels.nbytes
        while self._cached_bytes > self._cache_bytes:
            _, oldest = self._cache.popitem(last=False)
            self._cached_bytes -= oldest.nbytes
