"""``vgym check``: the contract, on anybody's task."""

from __future__ import annotations

import argparse
import shlex
from itertools import chain
from typing import TYPE_CHECKING

from vgym.cli.console import spinner
from vgym.cli.options import add_setting_options, given
from vgym.cli.parser import add_command

if TYPE_CHECKING:
    from vgym.cli.parser import Commands

_EXAMPLES = """
examples:
  vgym check VMine-v0 --import my_package     your own task; exit code 1 if a promise is broken
  vgym check VGroundPoint-v0 --image-size 96

What is promised, and how a task keeps it: docs/your_task.md.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    check = add_command(commands, "check", run, "hold an environment to the contract", _EXAMPLES)
    check.add_argument("id", metavar="ID", help="an environment, see `vgym list`")
    check.add_argument("--source", help="one that ships, or a path (default: ID's own)")
    add_setting_options(check)


def run(options: argparse.Namespace) -> int:
    """Print every promise as it is found kept or broken."""
    with spinner():
        from vgym.evaluation.contract import check

        settings = given(options, "source", "split", "difficulty", "image_size")
        made = check(options.id, **settings)
        first = next(made)
    print(options.id)
    findings = []
    for finding in chain([first], made):
        findings.append(finding)
        print(f"  {'kept  ' if finding.kept else 'BROKEN'}  {finding.name}: {finding.promise}")
        for problem in finding.problems:
            print(f"          - {problem}")
        if finding.problems and finding.name == "audit":
            print(f"          see `{audit_command(options)}`, of more episodes")
    kept = sum(finding.kept for finding in findings)
    print(f"{kept} of {len(findings)} promises are kept")
    return 0 if kept == len(findings) else 1


def audit_command(options: argparse.Namespace) -> str:
    """The command that shows the same in full, to be pasted."""
    words = ["vgym", "audit", options.id]
    for module in options.imports:
        words += ["--import", module]
    for name, value in given(options, "source", "difficulty", "image_size").items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    return shlex.join(words)
