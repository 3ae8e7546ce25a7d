"""``vgym export``: episodes as a data set for trainers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.cli.console import spinner
from vgym.cli.options import add_set_option, further, given
from vgym.cli.own_packages import add_import_option
from vgym.cli.parser import add_command
from vgym.number_options import count, number, seed

if TYPE_CHECKING:
    from vgym.cli.parser import Commands

_EXAMPLES = """
examples:
  vgym export VGround-v0 --dialect qwen2.5-vl --episodes 4096 --out ground
  vgym export VZoom-v0 --dialect qwen3-vl --trainer verl --out zoom     with tools.yaml
  vgym export VGuiFlow-v0 --dialect ui-tars --demonstrations oracle --out flow
  vgym export VGround-v0,VGroundPoint-v0 --dialect json --weights 3,1 --out mixed
  vgym export VGround-v0 --dialect json --format jsonl --out lines

A row is an episode: its prompt with the pictures, and the columns by which answers are scored again
(setup, seed, record). Shards are written whole; the same line goes on where it was broken off. In
Python: datasets.load_dataset("ground").
"""


def add(commands: Commands) -> None:
    """Add the command."""
    made = add_command(commands, "export", run, "episodes as a data set for trainers", _EXAMPLES)
    made.add_argument("id", metavar="ID,ID", help="environments, see `vgym list`")
    made.add_argument("--dialect", default="json", help="how the model writes places (json)")
    made.add_argument(
        "--trainer", default="trl", help="whose columns: trl (default), verl, openrlhf"
    )
    made.add_argument(
        "--format",
        default="parquet",
        help="parquet (default; by pip install vgym[export]) or jsonl",
    )
    made.add_argument(
        "--demonstrations", choices=["oracle"], help="whole conversations, and who leads them"
    )
    made.add_argument("--episodes", type=count, default=1024, help="in all (default 1024)")
    made.add_argument("--weights", type=_weights, metavar="W,W", help="of the ids (default: alike)")
    made.add_argument("--shard", type=count, default=500, help="rows of a file (default 500)")
    made.add_argument("--recipe", help="of the reward (default: each id's own)")
    made.add_argument("--split", help="default: the first that an environment has")
    made.add_argument("--source", help="one that ships, or a path (default: ID's own)")
    made.add_argument("--difficulty", type=number, help="0 to 1 (default 0.5)")
    made.add_argument(
        "--image-size", type=count, metavar="PX", help="a side (default: the environment's own)"
    )
    made.add_argument("--seed", type=seed, default=0, help="of the first episode (default 0)")
    made.add_argument("--out", type=Path, required=True, help="folder")
    add_set_option(made)
    add_import_option(made)


def run(options: argparse.Namespace) -> int:
    """Write the shards."""
    with spinner():
        from vgym.integrations.episodes import Setup
        from vgym.integrations.export import Export
        from vgym.integrations.mixture import Mixture

        settings = {**given(options, "source", "difficulty", "image_size"), **further(options)}
        if options.recipe is not None:
            settings["reward"] = options.recipe
        setups = [
            Setup(id.strip(), options.dialect, split=options.split, settings=settings).spoken()
            for id in options.id.split(",")
        ]
        mixture = Mixture.of(setups, options.weights)
        export = Export(
            setups,
            mixture.tickets(options.episodes, options.seed),
            options.trainer,
            options.format,
            options.demonstrations is not None,
            options.shard,
        )
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        task = bar.add_task("rows", total=len(export.tickets))
        try:
            shards = export.write(options.out, lambda done, _: bar.update(task, completed=done))
        except OSError as error:
            bar.stop()
            print(
                f"vgym export: {error}; the shards that are finished are kept, and the same line "
                "goes on behind them",
                file=sys.stderr,
            )
            return 1
    files = "1 file" if len(shards) == 1 else f"{len(shards)} files"
    print(f"{options.out}: {len(export.tickets):,} rows in {files}, README.md")
    played = [setup.env for setup in setups if setup.calls == "native"]
    if played and options.trainer == "trl" and not export.demonstrations:
        print(
            f"{', '.join(played)}: of several answers, which TRL's environments play; see "
            "`vgym.integrations.trl.environments`"
        )
    return 0


def _weights(words: str) -> list[float]:
    return [number(word) for word in words.split(",")]
