"""Which environments can play a source that was asked for: they are made, and see."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import gymnasium

from vgym.registration import row_of

if TYPE_CHECKING:
    from vgym.evaluation.benchmark import Subject


def takers(subjects: list[Subject], split: str | None, source: str) -> list[Subject]:
    """Those of the subjects that can be made with their source; says which, and why not the rest.

    Raises:
        ValueError: none can, with what each says.
    """
    takers = []
    refusals: dict[str, str] = {}
    for subject in subjects:
        try:
            played = split or row_of(subject.id).family.splits[0]
            gymnasium.make_vec(subject.id, split=played, **subject.settings).close()
        except ValueError as refusal:
            refusals[subject.id] = _reason(refusal, subject.settings)
        else:
            takers.append(subject)
    if not takers:
        said = _lines(refusals)
        raise ValueError("\n".join([f"no environment can play --source {source}", *said]))
    playing = ", ".join(subject.id for subject in takers)
    # Something plays it: what else the others could be made with helps nobody.
    said = _lines({id: reason.partition(" Valid: ")[0] for id, reason in refusals.items()})
    left_out = ["left out:", *said] if said else []
    print("\n".join([f"--source {source} is played by {playing}", *left_out]), file=sys.stderr)
    return takers


def _reason(refusal: ValueError, settings: Mapping[str, Any]) -> str:
    """Why an environment was not made, in the words of the command line."""
    from vgym.core.config import UnknownKeyword

    if not isinstance(refusal, UnknownKeyword):
        return str(refusal)
    keyword = next((name for name in settings if repr(name) in str(refusal)), None)
    return f"takes no --{keyword.replace('_', '-')}" if keyword else str(refusal)


def _lines(reasons: Mapping[str, str]) -> list[str]:
    """A line for each reason, with those that it is of."""
    found: dict[str, list[str]] = {}
    for id, reason in reasons.items():
        found.setdefault(reason, []).append(id)
    return [f"  {', '.join(ids)}: {reason}" for reason, ids in found.items()]
