"""What one loading run finds: records that may be kept, faults counted, and what becomes of them.

A loader adds drafts, whose boxes are as the file writes them, and refuses what it cannot read. At
the end all boxes are read at once in one convention, so that a file written in another is noticed.
"""

from __future__ import annotations

import itertools
from collections import Counter
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
from vgym.data.errors import ConventionError, DataError, RecordProblem, shown
from vgym.data.images import check_image, resolve_under
from vgym.data.items import MAX_FIRST_ERRORS, Item, ItemSource, Summary

if TYPE_CHECKING:
    from vgym.geometry.conventions import Convention

CORNERS = "pixels/xyxy"  # the convention in which nothing is converted


class Tally:
    """Collects the records of one loading run and counts what it refuses.

    Args:
        name: The source's name.
        file: What is read, for messages.
        root: The folder under which pictures lie.
        strict: The first unusable record is an error instead of being skipped.
    """

    def __init__(self, name: str, file: Path, root: Path, *, strict: bool) -> None:
        self._name = name
        self._file = file
        self._root = root
        self._strict = strict
        self._drafts: list[tuple[int, Item, list[Numbers]]] = []  # how many records came before
        self._reasons: Counter[str] = Counter()
        self._unread: list[tuple[int, str]] = []  # the first of them, with how many came before
        self._misplaced: list[tuple[int, str]] = []  # likewise, of those whose boxes are no use
        self._sizes: dict[str, tuple[Path, tuple[int, int]] | DataError] = {}
        self._count = 0

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

    def refuse(self, record: str, problem: RecordProblem) -> None:
        """Count an unusable record."""
        self._fault(self._unread, self._count, record, problem)
        self._count += 1

    def picture(self, name: object) -> tuple[Path, tuple[int, int]]:
        """The path and (height, width) of a picture named in a record, looked at once.

        Header and end of the file are; when strict all of it, since nothing damaged may pass.
        """
        if not isinstance(name, str):
            raise RecordProblem("bad image name", f"image must be a string, got {shown(name)}")
        if name not in self._sizes:
            try:
                path = resolve_under(self._root, name)
                self._sizes[name] = (path, check_image(path, decode=self._strict))
            except DataError as error:
                self._sizes[name] = error
        found = self._sizes[name]
        if isinstance(found, DataError):
            raise RecordProblem("unusable image", str(found))
        return found

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
        faults = sorted(self._unread + self._misplaced)
        if self._strict and faults:
            raise DataError(f"{faults[0][1]}.")
        skipped = self._reasons.total()
        summary = Summary(
            read=len(items) + skipped,
            kept=len(items),
            skipped=skipped,
            reasons=dict(self._reasons),
            first_errors=tuple(
                f"{fault} (record skipped; strict=True raises)."
                for _, fault in faults[:MAX_FIRST_ERRORS]
            ),
            note=note,
        )
        if not items:
            first = f" First: {summary.first_errors[0]}" if summary.first_errors else ""
            raise DataError(f"{self._name} holds no usable record; {summary}.{first}")
        return ItemSource(self._name, self._root, items, summary)

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

    def _fault(
        self, faults: list[tuple[int, str]], order: int, record: str, problem: RecordProblem
    ) -> None:
        self._reasons[problem.reason] += 1
        if len(faults) < MAX_FIRST_ERRORS:
            faults.append((order, f"{record}: {problem.detail}"))
