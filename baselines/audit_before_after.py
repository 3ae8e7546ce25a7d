"""What the first audits found and what they find now: the same attacks, before the mends and after.

The numbers of before are constants, each with the commit that it was measured at, the last one
before its mend; mostly by attacks written for it. With --checkouts those are measured anew for
which that commit's own audit has the attack already. Those of after are measured here. All are
written one by one, and the next run goes on behind them.

python -m vgym.baselines.audit_before_after --json           those that are missing
python -m vgym.baselines.audit_before_after --json --again   all: some ten minutes of a processor
python -m vgym.baselines.audit_before_after --json --checkouts ../before    those of before, too
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from vgym.baselines.measuring import commit, one_thread
from vgym.data.whole_files import write_whole
from vgym.evaluation.audit import ATTACKS, EFFORTS, Finding, Subject, audit
from vgym.evaluation.machine import machine, versions
from vgym.number_options import count
from vgym.rewards import recipe, recipes

RECORDS = Path(__file__).parent / "results" / "audit_before_after.json"

Measure = Literal["share", "solved by the oracle", "fault", "slope"]


@dataclass(frozen=True)
class Row:
    """One number that was found, and how it is measured anew.

    Attributes:
        number: of the fault that it belongs to. what: in words.
        before: what it was, in % of what the oracle earns over chance where nothing else is said.
        commit: at which. id, settings: of what it is; no id for recipes alone.
        attack: by which. measure: what of it.
        test: that holds it instead, where no attack measures it.
    """

    number: int
    what: str
    before: str
    commit: str
    id: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    attack: str = ""
    measure: Measure = "share"
    test: str = ""

    @property
    def key(self) -> str:
        """The name of its record."""
        return f"{self.number}: {self.what}"


_WORDS = "the nearest instruction"
_D0, _D1 = {"difficulty": 0.0}, {"difficulty": 1.0}
_DRAWN = {"source": "synthetic", **_D0}


def _maze(paradigm: str) -> dict[str, str]:
    return {"paradigm": paradigm}


ROWS = (
    Row(
        1, "VGui's screens, by words", "55 ± 3 / 51 ± 3 / 32 ± 3", "5d55d55", "VGui-v0", {}, _WORDS
    ),
    Row(1, "VGui drawn at 0, by words", "49 / 34 / 30", "4e302e0", "VGui-v0", _DRAWN, _WORDS),
    Row(2, "VNavPlan, by words", "56 ± 2 (train)", "0cc219c", "VNavPlan-v0", {}, _WORDS),
    Row(2, "VNavPlan at 0, by words", "60 ± 2 (train)", "0cc219c", "VNavPlan-v0", _D0, _WORDS),
    Row(
        3,
        "VNavActivate, by words",
        "67 ± 3 / 67 ± 3 / 49 ± 4",
        "0cc219c",
        "VNavActivate-v0",
        {},
        _WORDS,
    ),
    Row(
        4,
        "VMaze's shuttle box, moves of the oracle again",
        "90",
        "ae6df84",
        "VMaze-v0",
        _maze("shuttle_box"),
        "open loop",
    ),
    Row(4, "VMaze's cpp, likewise", "32", "ae6df84", "VMaze-v0", _maze("cpp"), "open loop"),
    Row(4, "VMaze's operant", "6 to 18", "ae6df84", "VMaze-v0", _maze("operant"), "open loop"),
    Row(
        4,
        "VMaze, all that is seen and no trial remembered",
        "71 ± 5 (val) / 80 ± 4 (test)",
        "ae6df84",
        "VMaze-v0",
        {},
        "no memory",
    ),
    Row(4, "of it Morris", "100 ± 0", "ae6df84", "VMaze-v0", _maze("morris"), "no memory"),
    Row(
        5,
        "three attempts at VGroundPoint, by what is told between them",
        "99.6",
        "8be883f",
        "VGroundPoint-v0",
        {"attempts": 3},
        "several attempts",
    ),
    Row(
        5,
        "eight attempts at 0, constants in turn",
        "93 solved",
        "8be883f",
        "VGroundPoint-v0",
        {"attempts": 8, **_D0},
        "several attempts",
    ),
    *(
        Row(
            6,
            f"VNavPoint at {name}, by the sensor alone",
            before,
            "c6b7173",
            "VNavPoint-v0",
            settings,
            "sensors without the picture",
        )
        for name, settings, before in (("0", _D0, "90"), ("0.5", {}, "57"), ("1", _D1, "30"))
    ),
    *(
        Row(7, f"VNav at {name}, {what}", before, "c6b7173", "VNav-v0", settings, attack)
        for name, settings, walked, felt in (
            ("0", _D0, "33", "37"),
            ("0.5", {}, "21", "26"),
            ("1", _D1, "15", "19"),
        )
        for what, attack, before in (
            ("walking about", "wandering", walked),
            ("feeling walls", "run and bounce", felt),
        )
    ),
    Row(
        8,
        "bystanders of a team's carry, paid an episode",
        "0.45 each",
        "bb6f71b",
        "VNavTeam-v0",
        {"mission": "carry"},
        "work that is not needed",
        "fault",
    ),
    Row(
        8,
        "a team's carry, solved by the oracle",
        "88 solved",
        "bb6f71b",
        "VNavTeam-v0",
        {"mission": "carry"},
        measure="solved by the oracle",
    ),
    Row(9, "VGuiFlow at 0, by words", "35 ± 3", "3d705a0", "VGuiFlow-v0", _D0, "open loop"),
    Row(
        10,
        "mended recipes, form alone (10 and 12)",
        "33 to 51",
        "55c89ad",
        attack="answers that know nothing",
    ),
    Row(
        11,
        "dense of points, answers with a slope",
        "26",
        "cbe9d0a",
        "VGroundPoint-v0",
        {},
        "slope",
        "slope",
    ),
    Row(
        11,
        "dense of boxes, answers with a slope",
        "43",
        "cbe9d0a",
        "VGround-v0",
        {},
        "slope",
        "slope",
    ),
    Row(
        11,
        "dense of screens, answers with a slope",
        "39",
        "cbe9d0a",
        "VGui-v0",
        {},
        "slope",
        "slope",
    ),
    Row(
        13,
        "VGround, the target told by all its looks (2 AUC - 1)",
        "34.6 ± 3.0",
        "04d7caa",
        "VGround-v0",
        {},
        "target and distractors",
    ),
    Row(
        13,
        "VGround at 1, likewise",
        "40.0",
        "04d7caa",
        "VGround-v0",
        _D1,
        "target and distractors",
    ),
    Row(
        13,
        "VGround, right by the noun alone",
        "62",
        "04d7caa",
        test="tests/envs/grounding/test_blindness.py::test_the_noun_alone_is_not_enough",
    ),
    Row(
        14,
        "VGui by a grid, solved by the oracle",
        "53 solved",
        "4e302e0",
        "VGui-v0",
        {"action": "grid"},
        measure="solved by the oracle",
    ),
    Row(
        14,
        "the shuttle box, solved by the oracle",
        "96 solved",
        "ae6df84",
        "VMaze-v0",
        _maze("shuttle_box"),
        measure="solved by the oracle",
    ),
    Row(
        15,
        "VNav, a climb on what info tells",
        "72 to 87",
        "8be883f",
        "VNav-v0",
        {},
        "hill climbing",
    ),
)


def measured(row: Row, effort: str = "quick") -> dict[str, Any]:
    """The number of a row now, with what it was measured at."""
    start = time.process_time()
    after = _of_id(row, effort) if row.id else _of_recipes(row)
    seconds = round(time.process_time() - start, 1)
    where = {"commit": commit(), "machine": machine(), "versions": versions()}
    return {"after": after, "effort": effort, "cpu_seconds": seconds, **where}


def measured_before(row: Row, checkouts: Path, effort: str = "quick") -> str:
    """The number of a row by the audit of its commit, of which a work tree is made if there is
    none; "" where that audit has no such attack yet.

    Args:
        row: with an id. checkouts: the folder of the work trees, each named by its commit.
        effort: as of `measured`.

    Raises:
        RuntimeError: this is no clone with its history, or the audit of then failed.
    """
    checkout = (checkouts / row.commit).resolve()
    here = Path(__file__).resolve()
    if not checkout.exists():
        _run(["git", "worktree", "add", "--detach", str(checkout), row.commit], here.parent)
    # Its own folder is not on the path: it holds modules of this checkout.
    program = [sys.executable, "-P", str(here), "--one", row.key, "--effort", effort]
    said = _run(program, checkout, {**os.environ, "PYTHONPATH": str(checkout)})
    return str(json.loads(said.splitlines()[-1]))


def _run(command: list[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with exit code {done.returncode}")
    return done.stdout


def records() -> dict[str, Any]:
    """What has been measured so far."""
    found: dict[str, Any] = json.loads(RECORDS.read_text("utf-8")) if RECORDS.exists() else {}
    return found


def main(arguments: list[str] | None = None) -> None:
    """Measure and print; with --json add to baselines/results/audit_before_after.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--effort", choices=EFFORTS, default="quick")
    parser.add_argument("--again", action="store_true", help="those too that are there")
    parser.add_argument("--faults", nargs="+", type=count, metavar="N", help="rows of these alone")
    parser.add_argument("--json", action="store_true", help="add to the file of results")
    parser.add_argument(
        "--checkouts", type=Path, help="measure before, too: the folder of work trees of then"
    )
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    one_thread()
    if options.one:
        (row,) = (row for row in ROWS if row.key == options.one)
        print(json.dumps(_of_id(row, options.effort)), flush=True)
        return
    for row in ROWS:
        if options.faults and row.number not in options.faults:
            continue
        found = records().get(row.key, {})
        if not row.test and (options.again or "after" not in found):
            found = {**found, **measured(row, options.effort)}
            print(f"{row.key}: before {row.before}, now {found['after']}", flush=True)
            _note(row, found, options.json)
        if options.checkouts and row.id and (options.again or "before_anew" not in found):
            found["before_anew"] = measured_before(row, options.checkouts, options.effort)
            print(f"{row.key}: before, anew: {found['before_anew'] or 'no attack'}", flush=True)
            _note(row, found, options.json)


def _note(row: Row, found: dict[str, Any], written: bool) -> None:
    if written:
        text = json.dumps({**records(), row.key: found}, indent=1, allow_nan=False)
        write_whole(RECORDS, text + "\n")


def _of_id(row: Row, effort: str) -> str:
    """The number, of the vgym that is imported; "" where its audit has no such attack."""
    subject = Subject(row.id, row.settings, EFFORTS[effort])
    if row.measure == "solved by the oracle":
        solved = subject.oracle().success
        return f"{100 * solved.mean():.0f} solved of {len(solved)}"
    attacks = [attack for attack in ATTACKS if attack.name == row.attack]
    if not attacks:
        return ""
    (tried,) = audit(subject, attacks)
    if row.measure == "fault":
        return "; ".join(f.fault or f"nothing ({f.by})" for f in tried.findings)
    if row.measure == "slope":
        found = [re.search(r"(\d+)%", finding.by) for finding in tried.findings]
        return f"{min(int(match[1]) for match in found if match)}"
    worst = max(tried.findings, key=lambda finding: finding.share.mean if finding.share else 0.0)
    rate = f", {100 * (worst.solved or 0):.0f} solved" if "solved" in row.before else ""
    return f"{shares_of(worst)}{rate}"


def shares_of(finding: Finding) -> str:
    """Its shares in %, split by split."""
    return " / ".join(
        f"{100 * share.mean:.1f} ± {100 * share.error:.1f}" for share in finding.shares.values()
    )


def _of_recipes(row: Row) -> str:
    """The most that good form alone earns of a mended recipe, and of which."""
    from vgym.evaluation.audit.recipes import findings  # an audit of then has none

    earned: dict[str, float] = {}
    for name in recipes():
        if name.endswith("-sound"):
            for finding in findings(recipe(name))[row.attack]:
                if finding.by.startswith("good form") and finding.share is not None:
                    earned[name] = max(earned.get(name, 0.0), finding.share.mean)
    most = max(earned, key=lambda name: earned[name])
    return f"0 to {100 * earned[most]:.0f} ({most})"


if __name__ == "__main__":
    main()
