"""What one reading of a data set finds: pictures looked at once, faults counted and told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from vgym.data.errors import DataError, RecordProblem, shown
from vgym.data.images import check_image, resolve_under
from vgym.data.items import MAX_FIRST_ERRORS, Summary


class Reading:
    """The records of one loading run, of whatever kind.

    Args:
        name: The source's name.
        file: What is read, for messages.
        root: The folder under which pictures lie.
        strict: The first unusable record is an error instead of being skipped.
    """

    def __init__(self, name: str, file: Path, root: Path, *, strict: bool) -> None:
        self.name = name
        self.root = root
        self._file = file
        self._strict = strict
        self._reasons: Counter[str] = Counter()
        self._unread: list[tuple[int, str]] = []  # the first of them, with how many came before
        self._sizes: dict[str, tuple[Path, tuple[int, int]] | DataError] = {}
        self._count = 0

    def refuse(self, record: str, problem: RecordProblem) -> None:
        """Count an unusable record."""
        self._fault(self._unread, self._count, record, problem)
        self._count += 1

    @property
    def refused(self) -> int:
        """How many records have been."""
        return self._reasons.total()

    def picture(self, name: object) -> tuple[Path, tuple[int, int]]:
        """The path and (height, width) of a picture named in a record, looked at once.

        Header and end of the file are; when strict all of it, since nothing damaged may pass.
        """
        if not isinstance(name, str):
            raise RecordProblem("bad image name", f"image must be a string, got {shown(name)}")
        if name not in self._sizes:
            try:
                path = resolve_under(self.root, name)
                self._sizes[name] = (path, check_image(path, decode=self._strict))
            except DataError as error:
                self._sizes[name] = error
        found = self._sizes[name]
        if isinstance(found, DataError):
            raise RecordProblem("unusable image", str(found))
        return found

    def summary(
        self, kept: int, note: str = "", misplaced: list[tuple[int, str]] | None = None
    ) -> Summary:
        """What was read.

        Args:
            kept: how many records can be used. note: as in `Summary`. misplaced: further faults,
                as `_fault` has noted them.

        Raises:
            DataError: Nothing is usable or, when strict, something is not.
        """
        faults = sorted(self._unread + (misplaced or []))
        if self._strict and faults:
            raise DataError(f"{faults[0][1]}.")
        skipped = self._reasons.total()
        summary = Summary(
            read=kept + skipped,
            kept=kept,
            skipped=skipped,
            reasons=dict(self._reasons),
            first_errors=tuple(
                f"{fault} (record skipped; strict=True raises)."
                for _, fault in faults[:MAX_FIRST_ERRORS]
            ),
            note=note,
        )
        if not kept:
            first = f" First: {summary.first_errors[0]}" if summary.first_errors else ""
            raise DataError(f"{self.name} holds no usable record; {summary}.{first}")
        return summary

    def _fault(
        self, faults: list[tuple[int, str]], order: int, record: str, problem: RecordProblem
    ) -> None:
        self._reasons[problem.reason] += 1
        if len(faults) < MAX_FIRST_ERRORS:
            faults.append((order, f"{record}: {problem.detail}"))
