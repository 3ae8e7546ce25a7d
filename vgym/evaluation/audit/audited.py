"""An audit that is done, or as far as it came: what the terminal, the file and the page tell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vgym.data.whole_files import write_whole
from vgym.evaluation.audit.attack import Attack, Finding
from vgym.evaluation.audit.floor import ORACLE, UNIFORM
from vgym.evaluation.audit.share import Earned, Share
from vgym.evaluation.audit.subject import Subject
from vgym.evaluation.episodes import short
from vgym.evaluation.machine import machine, versions

THRESHOLD = 0.25  # of the oracle's return over the random floor


@dataclass(frozen=True)
class Tried:
    """What came of one attack.

    Attributes:
        attack: which. findings: what it found. unfit: why it was not tried; "" if it was.
    """

    attack: Attack
    findings: tuple[Finding, ...] = ()
    unfit: str = ""

    def above(self, threshold: float = THRESHOLD) -> list[Finding]:
        """What it found that is a fault, or earns surely more than this share."""
        return [finding for finding in self.findings if finding.above(threshold)]

    def as_json(self, threshold: float) -> dict[str, Any]:
        """As it stands in ``audit.json``."""
        return {
            "attack": self.attack.name,
            "kind": self.attack.kind,
            "doc": self.attack.doc,
            "unfit": self.unfit,
            "findings": [_finding(found, threshold) for found in self.findings],
        }


@dataclass
class Audited:
    """All that came of a subject so far.

    Attributes:
        subject: what was audited. threshold: the share from which a finding counts.
        tried: the attacks, in their order.
    """

    subject: Subject
    threshold: float = THRESHOLD
    tried: list[Tried] = field(default_factory=list)

    @property
    def above(self) -> list[tuple[Attack, Finding]]:
        """The findings that count, worst first: faults before shares."""
        found = [(t.attack, f) for t in self.tried for f in t.above(self.threshold)]
        return sorted(found, key=lambda each: _badness(each[1]), reverse=True)

    @property
    def floor(self) -> Earned:
        """What uniform answers earn in the training split."""
        return self.subject.earned(UNIFORM)

    @property
    def ceiling(self) -> Earned:
        """What the oracle earns there."""
        return self.subject.earned(ORACLE)

    @property
    def recipe(self) -> str:
        """What pays, by name."""
        return self.subject.task().reward.name

    def as_json(self) -> dict[str, Any]:
        """As it stands in ``audit.json``."""
        subject = self.subject
        return {
            "id": subject.id,
            "settings": {name: _plain(value) for name, value in subject.settings.items()},
            "recipe": self.recipe,
            "effort": subject.wanted.name,
            "episodes": subject.effort.judged,
            "seed": subject.seed,
            "threshold": self.threshold,
            "floor": _earned(self.floor),
            "ceiling": _earned(self.ceiling),
            "above": len(self.above),
            "attacks": [each.as_json(self.threshold) for each in self.tried],
            "versions": {"python": str(machine()["python"]), **versions()},
        }


def write_json(path: Path, audited: Sequence[Audited], *, partial: bool, command: str) -> None:
    """Write ``audit.json``.

    Raises:
        OSError: the file could not be written; an earlier one is still there, whole.
    """
    audits = [each.as_json() for each in audited]
    document = {"command": command, "partial": partial, "audits": audits}
    write_whole(path, json.dumps(document, indent=1, allow_nan=False) + "\n")


def _finding(found: Finding, threshold: float) -> dict[str, Any]:
    return {
        "by": found.by,
        "measure": found.measure,
        "floor": found.floor,
        "fault": found.fault,
        "above": found.above(threshold),
        "noted": found.noted(threshold),
        "shares": {split: _share(share) for split, share in found.shares.items()},
        "returns": {split: short(value) for split, value in found.returns.items()},
        "success": {split: short(value) for split, value in found.success.items()},
        "chance": {split: short(value) for split, value in found.chance.items()},
        "terms": {name: short(value) for name, value in found.terms.items()},
        "script": found.script,
    }


def _share(share: Share) -> dict[str, Any]:
    return {"mean": short(share.mean), "error": short(share.error), "episodes": share.episodes}


def _earned(earned: Earned) -> dict[str, Any]:
    return {
        "return": short(earned.mean),
        "error": short(earned.error),
        "success": short(float(earned.success.mean())),
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _badness(found: Finding) -> tuple[bool, float]:
    return bool(found.fault), found.share.mean if found.share else 0.0
