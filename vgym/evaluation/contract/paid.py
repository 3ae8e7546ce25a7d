"""What is paid without the task being done."""

from __future__ import annotations

from collections.abc import Iterator

from vgym.evaluation.contract.candidate import Candidate


def audit(candidate: Candidate) -> Iterator[str]:
    """No attack of a brief audit earns surely more than a quarter of what the truth earns."""
    # Here: they ask this package what a candidate is.
    from vgym.evaluation.audit import THRESHOLD, Subject, brief
    from vgym.evaluation.audit.lines import of_what, share_in_words

    for tried in brief(Subject(candidate.id, candidate.settings)):
        for found in tried.above(THRESHOLD):
            what = found.fault or f"{share_in_words(found)}{of_what(found)}"
            yield f"{tried.attack.name} ({found.by}): {what}"
