"""What one loading run finds: records that may be kept, faults counted, and what becomes of them.

A loader adds drafts, whose boxes are as the file writes them, and refuses what it cannot read. At
the end all boxes are read at once in one convention, so that a file written in another is noticed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vgym.data.box_checks import (
    EDGE_SLACK_PX,
    FEW,
    Numbers,
    box_numbers,
    boxes_inside,
    misfits,
    specks,
)
from vgym.data.errors import ConventionError, RecordProblem
from vgym.data.items import Item, ItemSource
from vgym.data.reading import Reading

if TYPE_CHECKING:
    from vgym.geometry.conventions import Convention

CORNERS = "pixels/xyxy"  # the convention in which nothing is converted


class Tally(Reading):
    """Collects the records of one loading run, and reads their boxes at its end.

    Args:
        name, file, root, strict: as of every `Reading`.
    """

    def __init__(self, name: str, file: Path, root: Path, *, strict: bool) -> None:
        super().__init__(name, file, root, strict=strict)
        self._drafts: list[tuple[int, Item, list[Numbers]]] = []  # how many records came before
        self._misplaced: list[tuple[int, str]] = []  # likewise, faults of boxes

    def add(self, item: Item, boxes: object) -> None:
        """Take a record.

        Args:
            item: All that is known of it but its boxes, checked.
            boxes: As the file writes them, unchecked.

        Raises:
            RecordProblem: If these are no lists of four numbers.
        """
        self._drafts.append((self._count, item, box_numbers(boxes)))
        self._count += 1

    def finish(
        self,
        convention: str | Convention | None,
        *,
        own: str,
        slack: float = EDGE_SLACK_PX,
    ) -> ItemSource:
        """The source of all usable records.

        Args:
            convention: How the boxes are written; None for the format's own way.
            own: That way.
            slack: How far a box may stick out of its picture, and is then clipped; pixels.

        Raises:
            ValueError: An unknown convention.
            ConventionError: Most boxes do not fit the convention, and do fit another.
            DataError: Nothing is usable or, when strict, something is not.
        """
        corners, note = self._corners(convention, own)
        items = self._items(corners, slack)
        summary = self.summary(len(items), note, self._misplaced)
        return ItemSource(self.name, self.root, items, summary)

    def _corners(
        self, convention: str | Convention | None, own: str
    ) -> tuple[Iterator[list[float]], str]:
        """The boxes of all records as corners, one after the other, and what they look like."""
        boxes = [box for _, _, its in self._drafts for box in its]
        sizes = [item.size_hw for _, item, its in self._drafts for _ in its]
        numbers = np.array(boxes, np.float64).reshape(-1, 4)
        sizes_hw = np.array(sizes, np.float64).reshape(-1, 2)
        if convention is None and own == CORNERS and misfits(numbers, sizes_hw) <= FEW * len(boxes):
            return iter(numbers.tolist()), ""
        # Not before there is something to convert: torch takes seconds to import.
        from vgym.data.box_conventions import declared_convention, fit, in_pixels, spelled

        declared = declared_convention(convention, own)
        found = fit(numbers, sizes_hw, declared)
        if found.refused and found.likely is not None:
            likely = spelled(found.likely)
            raise ConventionError(
                f"{self._file}: read as {spelled(declared)}, {found}. If that is how the file "
                f'writes boxes, say convention="{likely}"; if not, mend the boxes.',
                likely,
            )
        corners = in_pixels(numbers, sizes_hw, declared)
        note, tiny = str(found) if found.likely else "", specks(corners)
        if not note and tiny > FEW * len(boxes):
            # What sticks out is skipped and counted; this would be taken.
            note = f"{tiny} of {len(boxes)} boxes are under a pixel"
            if 2 * tiny > len(boxes):
                raise ConventionError(
                    f"{self._file}: read as {spelled(declared)}, {note}, and no one convention "
                    "fits all; mend the boxes."
                )
        return iter(corners.tolist()), note

    def _items(self, corners: Iterator[list[float]], slack: float) -> list[Item]:
        """The items whose boxes lie in their pictures; the others are counted."""
        items = []
        for order, item, its in self._drafts:
            mine = list(itertools.islice(corners, len(its)))
            try:
                boxes = boxes_inside(mine, item.size_hw, item.image, slack)
            except RecordProblem as problem:
                self._fault(self._misplaced, order, item.record, problem)
            else:
                items.append(replace(item, boxes=boxes))
        return items
