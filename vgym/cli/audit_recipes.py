"""``vgym audit --recipe NAME`` without an id: what a recipe pays that it should not."""

from __future__ import annotations

import argparse

from vgym.cli.console import screen_width, spinner
from vgym.cli.streams import Printed


def audit_recipes(names: list[str], options: argparse.Namespace) -> int:
    """Print what every search finds of recipes alone; 1 if anything counts.

    Raises:
        ValueError: no recipe is named, or an option is of an environment; a recipe is unknown, or
            reads facts of which nothing is known.
    """
    if not names:
        raise ValueError("name an ID, see `vgym list`, or a recipe alone: --recipe NAME")
    for of_id in ("source", "difficulty", "image_size", "episodes", "attacks", "out", "further"):
        if getattr(options, of_id):
            raise ValueError(f"--{of_id.replace('_', '-')} is of an environment: name an ID too")
    with spinner():
        from vgym.evaluation.audit.audited import Tried
        from vgym.evaluation.audit.lines import Lines, in_short
        from vgym.evaluation.audit.recipes import RECIPE, findings
        from vgym.rewards.recipes import recipe

    say, lines, above = Printed(), Lines(RECIPE, options.threshold, screen_width()), 0
    for reward in [recipe(name) for name in names]:
        with spinner(f"{reward.name} alone"):
            found = findings(reward)
        say(f"{reward.name}\n{lines.head}")
        tried = [Tried(attack, tuple(found[attack.name])) for attack in RECIPE]
        for line in (line for each in tried for line in lines.of(each)):
            say(line)
        some = [found for each in tried for found in each.above(options.threshold)]
        above += len(some)
        say(f"{reward.name}: {in_short(some, options.threshold)}\n")
    if say.fault:
        raise say.fault
    return int(above > 0)
