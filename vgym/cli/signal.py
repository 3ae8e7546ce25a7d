"""``vgym signal``: what a group method could learn from an id's rewards."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.cli.console import console, spinner
from vgym.cli.options import add_set_option, further, given
from vgym.cli.options import names as named
from vgym.cli.own_packages import add_import_option
from vgym.cli.parser import add_command
from vgym.number_options import count, number, seed

if TYPE_CHECKING:
    from vgym.cli.parser import Commands
    from vgym.evaluation.agent import Agent
    from vgym.evaluation.signal_table import Measured

_EXAMPLES = """
examples:
  vgym signal VGround-v0                                     random, and near the truth
  vgym signal VGround-v0 --recipes dense,sparse,gui-g2 --groups 4,8,16
  vgym signal VGround-v0 --answers noise:0.02,noise:0.2
  vgym signal VZoom-v0 --answers "api:MODEL@http://localhost:8000/v1?dialect=qwen3-vl&temperature=1"
  vgym signal VGround-v0 --answers "scripted:said.jsonl?dialect=json" --out signal

Every prompt is answered as often as the largest group has members, and each recipe pays the same
answers. GRPO and its kin learn from differences within a group: a group that is flat, all members
alike, has no advantage to give. `effective` is the share of groups that carry the variance,
`agrees` how often, of two answers to a prompt, the solved one is paid more than the unsolved.
Answers: random; noise:SIZE, the truth moved by a normal draw of SIZE of the picture's side (of
steps that are chosen, so many chosen anew); any agent of `vgym bench`, models among them.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    made = add_command(
        commands, "signal", run, "what a group method could learn from a reward", _EXAMPLES
    )
    made.add_argument("id", metavar="ID", help="an environment, see `vgym list`")
    made.add_argument("--recipes", metavar="NAME,NAME", help="default: all that fit the id")
    made.add_argument(
        "--answers",
        default="random,noise:0.05,noise:0.2",
        metavar="WHO,WHO",
        help="who answers (default random,noise:0.05,noise:0.2)",
    )
    made.add_argument(
        "--groups", type=_sizes, default=[8], metavar="G,G", help="members of a group (default 8)"
    )
    made.add_argument("--prompts", type=count, default=64, help="groups (default 64)")
    made.add_argument("--split", help="default: the first that the environment has")
    made.add_argument("--source", help="one that ships, or a path (default: ID's own)")
    made.add_argument("--difficulty", type=number, help="0 to 1 (default 0.5)")
    made.add_argument(
        "--image-size", type=count, metavar="PX", help="a side (default: the environment's own)"
    )
    made.add_argument("--seed", type=seed, default=0, help="of the first prompt (default 0)")
    made.add_argument("--out", type=Path, help="folder for signal.json and signal.html")
    add_set_option(made)
    add_import_option(made)


def run(options: argparse.Namespace) -> int:
    """Measure, print the table, and write it."""
    with spinner():
        from vgym.data.whole_files import check_folder
        from vgym.evaluation.signal import answered, recipes_of, signals
        from vgym.evaluation.signal_table import Measured, table_of, write

        settings = {
            **given(options, "split", "source", "difficulty", "image_size"),
            **further(options),
        }
        fitting = recipes_of(options.id, settings)
        recipes = named(options.recipes, fitting, _one_of(fitting))
        makers = [(who, _maker(who)) for who in dict.fromkeys(options.answers.split(","))]
        if options.out is not None:
            check_folder(options.out, "--out")
            options.out.mkdir(parents=True, exist_ok=True)
    found: list[Measured] = []
    for who, maker in makers:
        with spinner(f"{options.id}, {who}: {options.prompts} prompts, {len(recipes)} recipes"):
            paid = answered(
                options.id,
                maker(),
                options.prompts,
                max(options.groups),
                recipes,
                settings,
                options.seed,
            )
        found.append(Measured(options.id, who, options.prompts, signals(paid, options.groups)))
        console().print(table_of(found[-1]), "")
    if options.out is not None:
        write(options.out, found, settings, options.seed, options.command_line)
        print(f"{options.out / 'signal.html'}; beside it signal.json")
    return 0


def _sizes(words: str) -> list[int]:
    sizes = list(dict.fromkeys(count(word) for word in words.split(",")))
    if min(sizes) < 2:
        raise argparse.ArgumentTypeError("a group has at least 2 members")
    return sizes


def _one_of(fitting: Sequence[str]) -> Callable[[str], None]:
    from vgym.rewards.recipes import recipe

    def check(name: str) -> None:
        if name not in fitting:
            recipe(name)  # one that there is not
            raise ValueError(
                f"recipe {name!r} does not fit: it reads what is not stated here; those that fit "
                f"are {', '.join(fitting)}"
            )

    return check


def _maker(who: str) -> Callable[[], Agent]:
    from vgym.baselines.agents import check_agent_name, make_agent
    from vgym.evaluation.noisy_oracle import NoisyOracle

    kind, _, size = who.partition(":")
    if who == "noise":
        raise ValueError("--answers noise: say how much, such as noise:0.05")
    if kind == "noise":
        try:
            return partial(NoisyOracle, number(size))
        except argparse.ArgumentTypeError as error:
            raise ValueError(f"--answers {who}: {error}") from None
    check_agent_name(who)
    return partial(make_agent, who)
