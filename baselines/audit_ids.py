"""What the audit finds of every id, at the default difficulty and at 0.

It takes one to three minutes an id and difficulty. Each is written at once, and the next run goes
on behind it.

python -m vgym.baselines.audit_ids --json             those that are missing
python -m vgym.baselines.audit_ids --json --again --ids VNav-v0 --difficulties 0
python -m vgym.baselines.audit_ids --json --attacks "no memory"      beside what is there
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vgym.baselines.measuring import commit, one_thread
from vgym.data.whole_files import write_whole
from vgym.evaluation.audit import ATTACKS, EFFORTS, Attack, Audited, Subject, audit
from vgym.evaluation.audit.lines import end_of, share_in_words, start_of
from vgym.evaluation.machine import machine
from vgym.number_options import number
from vgym.registration import registered

RECORDS = Path(__file__).parent / "results" / "audit.json"
# A toy policy is meant to do well at difficulty 0, where a quarter is allowed.
THRESHOLDS = {0.5: 0.1, 0.0: 0.25}


def audited_ids() -> list[str]:
    """The ids that an audit can play: those whose world is a task."""
    return [row.id for row in registered() if row.task]


def threshold_at(difficulty: float) -> float:
    """What a blind share must not exceed."""
    return THRESHOLDS[0.0] if difficulty == 0 else THRESHOLDS[0.5]


def key_of(id: str, settings: Mapping[str, Any]) -> str:
    """The name of a record, such as "VNav-v0 difficulty=0"."""
    return " ".join([id, *(f"{name}={_short(value)}" for name, value in settings.items())])


def record(id: str, settings: Mapping[str, Any], effort: str = "quick") -> dict[str, Any]:
    """Audit an id with settings, as it stands in ``results/audit.json``: as in ``audit.json`` of
    ``vgym audit``, less the scripts."""
    start = time.process_time()
    subject = Subject(id, settings, EFFORTS[effort])
    audited = Audited(subject, threshold_at(subject.task().config.difficulty))
    audited.tried += audit(subject)
    print(start_of(audited))
    print(*end_of(audited), sep="\n", flush=True)
    found = audited.as_json()
    for attack in found["attacks"]:
        for finding in attack["findings"]:
            del finding["script"]
    where = {"machine": machine(), "commit": commit()}
    return {**found, **where, "cpu_seconds": round(time.process_time() - start, 1)}


def beside(before: dict[str, Any], tries: Sequence[Attack]) -> dict[str, Any]:
    """A record with some attacks that are tried now, each of which then names its commit."""
    subject = Subject(before["id"], before["settings"], EFFORTS[before["effort"]])
    later = {}
    for tried in audit(subject, tries):
        for finding in tried.findings:
            said = key_of(subject.id, subject.settings), share_in_words(finding), finding.by
            print(*said, sep=", ", flush=True)
        found = tried.as_json(before["threshold"])
        for each in found["findings"]:
            del each["script"]
        later[tried.attack.name] = {**found, "commit": commit()}
    kept = [later.pop(each["attack"], each) for each in before["attacks"]]
    attacks = [*kept, *later.values()]
    above = sum(found["above"] for each in attacks for found in each["findings"])
    return {**before, "attacks": attacks, "above": above}


def records() -> dict[str, Any]:
    """What has been measured so far."""
    found: dict[str, Any] = json.loads(RECORDS.read_text("utf-8")) if RECORDS.exists() else {}
    return found


def main(arguments: list[str] | None = None) -> None:
    """Audit and print; with --json add to baselines/results/audit.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--ids", nargs="+", default=audited_ids(), metavar="ID", help="(all)")
    parser.add_argument(
        "--difficulties", nargs="+", type=number, default=list(THRESHOLDS), help="(0.5 and 0)"
    )
    parser.add_argument("--effort", choices=EFFORTS, default="quick")
    names = [attack.name for attack in ATTACKS]
    parser.add_argument(
        "--attacks", nargs="+", choices=names, metavar="NAME", help="some, beside what is there"
    )
    parser.add_argument("--again", action="store_true", help="those too that are there")
    parser.add_argument("--json", action="store_true", help="add to baselines/results/audit.json")
    options = parser.parse_args(arguments)
    one_thread()
    for difficulty in options.difficulties:
        for id in options.ids:
            key = key_of(id, {"difficulty": difficulty})
            if options.again or options.attacks or key not in records():
                if options.attacks:
                    attacks = [a for a in ATTACKS if a.name in options.attacks]
                    found = beside(records()[key], attacks)
                else:
                    found = record(id, {"difficulty": difficulty}, options.effort)
                if options.json:
                    text = json.dumps({**records(), key: found}, indent=1, allow_nan=False)
                    write_whole(RECORDS, text + "\n")


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
