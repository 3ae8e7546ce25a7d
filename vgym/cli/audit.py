"""``vgym audit``: how an environment can be paid without its task being done."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.cli.console import screen_width, spinner
from vgym.cli.options import add_set_option, further, given
from vgym.cli.options import names as named
from vgym.cli.own_packages import add_import_option
from vgym.cli.parser import add_command
from vgym.cli.streams import Printed
from vgym.number_options import count, number, seed
from vgym.registration import unknown

if TYPE_CHECKING:
    from vgym.cli.parser import Commands
    from vgym.evaluation.audit import Attack, Audited

_EXAMPLES = """
examples:
  vgym audit VGroundPoint-v0 --quick               under two minutes
  vgym audit VGround-v0 --recipe dense,giou        the id by each recipe
  vgym audit --recipe gui-g2,gui-g2-sound          recipes alone, without an id
  vgym audit VNav-v0 --attacks wandering --difficulty 0
  vgym audit VGround-v0 --set attempts=8 --threshold 0.1
  vgym audit VMine-v0 --import my_package --out audit

An attack plays blind to something that the task needs: to the picture, to the words, to both. Its
share is what it earns over uniform answers, of what the oracle earns over them: near 0 the task
cannot be paid without being done, at 1 it need not be done at all. A line is marked ABOVE where the
share surely exceeds the threshold, or where something is wrong whatever it earns, such as a cycle
of moves that pays; exit code 1 then. Below it stands a program that shows it, if some lines can: of
what looks at nothing and of the best constant they do, of other learners they do not.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    text = "find what is paid without the task being done"
    audit = add_command(commands, "audit", run, text, _EXAMPLES)
    audit.add_argument(
        "id", metavar="ID", nargs="?", help="an environment, see `vgym list`; none: a recipe alone"
    )
    audit.add_argument(
        "--recipe", metavar="NAME,NAME", help="what pays, see `vgym rewards` (default: ID's own)"
    )
    audit.add_argument("--quick", action="store_true", help="a quarter of the episodes")
    audit.add_argument(
        "--episodes",
        type=count,
        help="of each split, by which an attack is judged; of long ones a quarter (default 1024)",
    )
    audit.add_argument(
        "--threshold",
        type=number,
        default=0.25,
        metavar="SHARE",
        help="of the oracle's return over uniform answers (default 0.25)",
    )
    audit.add_argument("--attacks", metavar="NAME,NAME", help="those to try (default: all)")
    audit.add_argument("--seed", type=seed, default=0, help="of the first episode (default 0)")
    audit.add_argument("--out", type=Path, help="folder for audit.json and audit.html")
    audit.add_argument("--source", help="one that ships, or a path (default: ID's own)")
    audit.add_argument("--difficulty", type=number, help="0 to 1 (default 0.5)")
    audit.add_argument(
        "--image-size", type=count, metavar="PX", help="a side (default: the environment's own)"
    )
    add_set_option(audit)
    add_import_option(audit)


def run(options: argparse.Namespace) -> int:
    """Print every attack as it has been tried; write what came of all."""
    if not 0 <= options.threshold <= 1:
        raise ValueError(f"--threshold {options.threshold:g} must lie in [0, 1]")
    if options.id is None:
        from vgym.cli.audit_recipes import audit_recipes

        return audit_recipes(_recipes(options.recipe), options)
    with spinner():
        from vgym.data.whole_files import check_folder
        from vgym.evaluation.audit import ATTACKS, EFFORTS, Audited, Subject

        attacks = chosen(options.attacks, ATTACKS)
        settings = {**given(options, "source", "difficulty", "image_size"), **further(options)}
        recipes = [{"reward": name} for name in _recipes(options.recipe)] or [{}]
        effort = EFFORTS["quick" if options.quick else "whole"]
        if options.episodes is not None:
            effort = effort.scaled(options.episodes)
        subjects = [Subject(options.id, settings | one, effort, options.seed) for one in recipes]
        if options.out is not None:
            check_folder(options.out, "--out")
            options.out.mkdir(parents=True, exist_ok=True)
    every = [Audited(subject, options.threshold) for subject in subjects]
    say = Printed()
    done: list[Audited] = []
    try:
        for audited in every:
            done.append(audited)
            _tell(audited, attacks, say)
    except KeyboardInterrupt:
        _write(options, [audited for audited in done if audited.tried], partial=True)
        print("interrupted", file=sys.stderr)
        return 130
    _write(options, done, partial=False)
    if options.out is not None:
        say(f"\n{options.out / 'audit.html'}; beside it audit.json")
    if say.fault:
        raise say.fault
    return int(any(audited.above for audited in done))


def chosen(words: str | None, attacks: Sequence[Attack]) -> list[Attack]:
    """The attacks of a comma-separated list of names; all for None.

    Raises:
        ValueError: one is unknown, with the nearest.
    """
    names = [attack.name for attack in attacks]

    def check(name: str) -> None:
        if name not in names:
            raise ValueError(unknown("attack", name, names))

    wanted = named(words, names, check)
    return [attack for attack in attacks if attack.name in wanted]


def _recipes(words: str | None) -> list[str]:
    """The names of ``--recipe``; whether they can pay is the environment's to say."""
    return [] if words is None else named(words, [], lambda name: None)


def _tell(audited: Audited, attacks: Sequence[Attack], say: Printed) -> None:
    from vgym.evaluation.audit import audit
    from vgym.evaluation.audit.lines import Lines, end_of, start_of

    lines = Lines(attacks, audited.threshold, screen_width())
    tried = audit(audited.subject, attacks)
    while True:
        with spinner(f"{len(audited.tried)} of {len(attacks)} attacks tried on {audited.recipe}"):
            one = next(tried, None)
            head = [] if audited.tried else [start_of(audited), lines.head]
        for line in head:
            say(line)
        if one is None:
            break
        audited.tried.append(one)
        for line in lines.of(one):
            say(line)
    for line in end_of(audited):
        say(line)


def _write(options: argparse.Namespace, done: list[Audited], *, partial: bool) -> None:
    if options.out is None:
        return
    from vgym.data.whole_files import write_whole
    from vgym.evaluation.audit.audited import write_json
    from vgym.evaluation.audit.page import render_page

    command = options.command_line
    write_json(options.out / "audit.json", done, partial=partial, command=command)
    page = render_page(done, command=command, partial=partial)
    write_whole(options.out / "audit.html", page)
