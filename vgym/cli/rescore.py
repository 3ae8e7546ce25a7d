"""``vgym rescore RUN``: a saved run paid by another recipe."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.cli.console import spinner
from vgym.cli.own_packages import add_import_option
from vgym.cli.parser import add_command

if TYPE_CHECKING:
    from vgym.cli.parser import Commands

_EXAMPLES = """
examples:
  vgym rescore report --recipe gui-g2                  into report-gui-g2
  vgym rescore report --recipe sparse --out sparse
  vgym rescore report --recipe dense --agents mine     dense: what each id pays by itself

RUN is a folder that `vgym bench` wrote. Nobody is asked again: the saved actions are played once
more, so that successes and steps are what they were, which is checked, and rewards are those of the
recipe. What it does not fit is named and left out.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    made = add_command(commands, "rescore", run, "a saved run paid by another recipe", _EXAMPLES)
    made.add_argument("folder", metavar="RUN", type=Path, help="a folder with results.json")
    made.add_argument("--recipe", required=True, help="of rewards; `vgym rewards` lists them")
    made.add_argument("--agents", metavar="NAME,NAME", help="of the run (default: all)")
    made.add_argument("--out", type=Path, help="folder (default: RUN-RECIPE)")
    made.add_argument("--overwrite", action="store_true", help="whatever --out holds")
    add_import_option(made)


def run(options: argparse.Namespace) -> int:
    """Pay every row anew, print what it earned before and earns now, and write the results."""
    from vgym.evaluation.benchmark import Benchmark, CannotSave
    from vgym.evaluation.rescore import CannotReplay, misfit, rescored
    from vgym.evaluation.saved import read_saved
    from vgym.rewards.recipes import recipe

    if options.recipe != "dense":
        recipe(options.recipe)  # an unknown name is said before anything is read
    saved = read_saved(options.folder)
    wanted = [name.strip() for name in (options.agents or "").split(",") if name.strip()]
    names = list(dict.fromkeys(row.agent for row in saved.rows))
    for name in wanted:
        if name not in names:
            raise ValueError(f"{saved.folder} has no agent {name!r}; it has {', '.join(names)}")
    rows = [row for row in saved.rows if not wanted or row.agent in wanted]
    out = options.out or saved.folder.with_name(f"{saved.folder.name}-{options.recipe}")
    if out.resolve() == saved.folder.resolve():
        raise ValueError(f"--out {out} is RUN itself; name another folder")
    written = Benchmark([], [], 1, out, command=options.command_line)
    written.open(overwrite=options.overwrite)
    left: dict[str, list[str]] = {}
    why: dict[tuple[str, str], str] = {}
    for row in rows:
        key = row.env, row.split
        with spinner(f"{row.env} {row.player}"):
            try:
                why[key] = why.get(key) or misfit(row, options.recipe)
                if why[key]:
                    raise CannotReplay(why[key])
                now = rescored(row, options.recipe)
            except CannotReplay as refusal:
                left.setdefault(str(refusal), []).append(f"{row.env} {row.player}")
                continue
        if not written.rows:
            print(f"{'environment':<28}{'agent':<20}{'episodes':>9}{'before':>10}{'now':>10}")
        written.rows.append(now)
        returns = f"{row.returns.mean:>10.3f}{now.returns.mean:>10.3f}"
        print(f"{row.env:<28}{row.player:<20}{row.episodes:>9,}{returns}", flush=True)
    lines = [f"{', '.join(them)}: {reason}" for reason, them in left.items()]
    if not written.rows:
        raise ValueError("\n".join([f"{options.recipe} pays nothing of {saved.folder}:", *lines]))
    for line in lines:
        print(f"left out: {line}", file=sys.stderr)
    try:
        written.write()
    except CannotSave as error:
        print(f"vgym: {error}", file=sys.stderr)
        return 1
    print(f"\n{out / 'report.html'}; beside it results.json, results.csv, episodes.jsonl")
    return 0
