"""``vgym rewards``: the recipes by subject, what an environment states, and one recipe's card."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.cli.console import console
from vgym.cli.options import check_writable
from vgym.cli.own_packages import add_import_option
from vgym.cli.parser import add_command
from vgym.registration import row_of

if TYPE_CHECKING:
    from vgym.cli.parser import Commands

_EXAMPLES = """
examples:
  vgym rewards                           the recipes by subject, one line each
  vgym rewards --for VNav-v0             those that fit what an environment states
  vgym rewards --facts VGui-v0           what it states: name, shape, unit, meaning
  vgym rewards show giou                 source, formula, range, known failure modes
  vgym rewards show giou --out giou.png  also what it pays around the right answer, as a picture
"""


def add(commands: Commands) -> None:
    """Add the command."""
    rewards = add_command(commands, "rewards", run, "the reward recipes", _EXAMPLES)
    which = rewards.add_mutually_exclusive_group()
    which.add_argument("--for", dest="env", metavar="ID", help="the recipes that fit this id")
    which.add_argument("--facts", metavar="ID", help="the facts that this id states")
    add_import_option(rewards)
    rewards.commands = rewards.add_subparsers(metavar="show NAME")
    card = rewards.commands.add_parser("show", help="one recipe's card and landscape")
    card.add_argument("name", metavar="NAME")
    card.add_argument("--out", type=Path, metavar="PNG", help="write the landscape as well")
    card.set_defaults(run=show)


def run(options: argparse.Namespace) -> int:
    """Print the recipes, those that fit an id, or the facts that an id states."""
    from rich.markup import escape
    from rich.table import Table

    from vgym.rewards.facts import FACTS, glossary
    from vgym.rewards.recipes import by_subject

    if options.facts is not None:
        stated = _stated(options.facts)
        print(glossary([name for name in FACTS if name in stated]))
        return 0
    subjects = by_subject()
    if options.env is not None:
        stated = _stated(options.env)
        fitting = {head: [r for r in rs if r.fits(stated)] for head, rs in subjects.items()}
        subjects = {head: rewards for head, rewards in fitting.items() if rewards}
    names = [reward.name for rewards in subjects.values() for reward in rewards]
    heads = [f"{subject} ({len(rewards)})" for subject, rewards in subjects.items()]
    widest = max(map(len, names + heads))
    for head, rewards in zip(heads, subjects.values(), strict=True):
        table = Table(box=None, header_style="dim", pad_edge=False)
        table.add_column(head, no_wrap=True, min_width=widest)
        table.add_column("range", no_wrap=True, min_width=len("[-0.15, 1.475]"))
        table.add_column("what it pays for")
        for reward in rewards:
            low, high = reward.range
            interval = escape(f"[{low:g}, {high:.4g}]")
            table.add_row(escape(reward.name), interval, escape(reward.doc))
        console().print(table, "")
    fit = "" if options.env is None else f" fit {options.env}"
    print(f"{len(names)} recipes{fit}; `vgym rewards show NAME` prints a card")
    return 0


def show(options: argparse.Namespace) -> int:
    """Print one recipe's card, and write its landscape where a file is named."""
    from vgym.rewards import recipe
    from vgym.rewards.facts import glossary

    if options.out is not None:
        check_writable(options.out)
    reward = recipe(options.name)
    print(reward.card())
    print("\nfacts:")
    print(glossary(dict.fromkeys(name for form in reward.forms for name in form.needs)))
    if options.out is None:
        print(f"\nlandscape: vgym rewards show {options.name} --out {options.name}.png")
        return 0
    from vgym.data.whole_files import write_whole
    from vgym.evaluation.landscape import landscape
    from vgym.evaluation.picture import png

    write_whole(options.out, png(landscape(reward)))
    print(f"\nwrote {options.out}")
    return 0


def _stated(id: str) -> frozenset[str]:
    """Names of the facts that the environment of an id states."""
    from vgym.core.task import load_task

    row = row_of(id)
    if not row.task:
        raise ValueError(f"{id} states no facts: what it pays is on its page, docs/environments.md")
    return load_task(row.task, dict(row.settings)).stated
