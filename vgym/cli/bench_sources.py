"""Which environments can play a source that was asked for: they are made, and see."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import gymnasium

if TYPE_CHECKING:
    from vgym.evaluation.benchmark import Subject


def takers(subjects: list[Subject], split: str, source: str) -> list[Subject]:
    """Those of the subjects that can be made with their source; says which, and why not the rest.

    Raises:
        ValueError: none can, with what each says.
    """
    takers = []
    refusals: dict[str, list[str]] = {}
    for subject in subjects:
        try:
            gymnasium.make_vec(subject.id, split=split, **subject.settings).close()
        except ValueError as refusal:
            refusals.setdefault(str(refusal), []).append(subject.id)
        else:
            takers.append(subject)
    said = [f"  {', '.join(ids)}: {reason}" for reason, ids in refusals.items()]
    if not takers:
        raise ValueError("\n".join([f"no environment can play --source {source}", *said]))
    playing = ", ".join(subject.id for subject in takers)
    left_out = ["left out:", *said] if said else []
    print("\n".join([f"--source {source} is played by {playing}", *left_out]), file=sys.stderr)
    return takers
