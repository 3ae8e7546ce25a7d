"""The command line: one module a command. What is heavy is imported by the command that needs it.

Exit codes: 0 done, 1 something could not be written, a check found something broken, or an agent's
own code raised, 2 a wrong word on the command line, 130 interrupted.
"""

from __future__ import annotations

import importlib
import shlex
import sys
import traceback
from collections.abc import Sequence

import vgym
from vgym.cli import (
    audit,
    bench,
    chat,
    check,
    compare,
    export,
    listing,
    rescore,
    rewards,
    serve,
    show,
    signal,
)
from vgym.cli.own_packages import import_packages
from vgym.cli.parser import Parser, parser_of_commands
from vgym.cli.streams import discard_what_is_left, plain_streams
from vgym.evaluation.agent import AgentRaised
from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)

COMMANDS = (
    listing,
    show,
    bench,
    compare,
    rescore,
    rewards,
    check,
    audit,
    signal,
    export,
    chat,
    serve,
)

# Commands that parse their own words: where their main is, imported when asked for.
ELSEWHERE = {
    "score-screenspot": (
        "vgym.evaluation.screenspot",
        "print ScreenSpot's own table for a file of predictions",
    ),
    "capture": ("vgym.data.capture.command", "screens and their controls from web pages of yours"),
}

_OVERVIEW = """
examples:
  vgym list                                   every environment, one line each
  vgym show VGround-v0 --seed 3 --out x.png   the picture with its truth drawn
  vgym bench                                  agents x environments: table and report.html
  vgym compare before after                   two results, episode by episode
  vgym rescore before --recipe gui-g2         a saved result, paid by another recipe
  vgym rewards show dense                     what a reward pays for
  vgym check VMine-v0 --import my_package     the contract, on a task of yours
  vgym audit VGround-v0 --quick               what is paid without the task being done
  vgym signal VGround-v0                      what GRPO could learn from a reward
  vgym export VGround-v0 --out ground         episodes as a data set for TRL or verl
  vgym chat probe --agent my_package.models:MyModel    in which numbers a model points
  vgym serve VGround-v0 --dialect qwen2.5-vl  episodes over HTTP, for trainers elsewhere
  vgym score-screenspot out.json --data DIR   the benchmark's own table

`vgym COMMAND --help` shows examples of each.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the words after ``vgym``; None reads them from the process.

    Returns:
        The exit code; see the module.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    with plain_streams():
        return _exit_code(words)


def _exit_code(words: list[str]) -> int:
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader went away (`vgym list | head -1`): nothing is wrong, nobody is listening.
        discard_what_is_left()
        return 0
    except OSError as error:
        discard_what_is_left()  # if it was standard output that failed
        print(f"vgym: {error}", file=sys.stderr)
        return 1
    except AgentRaised as error:  # whose code it is needs to see where
        traceback.print_exception(error.__cause__)
        print(f"vgym: {error}", file=sys.stderr)
        return 1
    except (ValueError, ImportError) as error:
        print(f"vgym: {error}", file=sys.stderr)
        return 2
    except RuntimeError as error:
        from vgym.data.capture.chromium import BrowserError  # with all of vgym.data, so only now

        if not isinstance(error, BrowserError):
            raise
        print(f"vgym: {error}", file=sys.stderr)
        return 2


def _run(words: list[str]) -> int:
    """Run a command; its exit code, whether it is returned or raised."""
    try:
        if words[:1] and words[0] in ELSEWHERE:
            return int(importlib.import_module(ELSEWHERE[words[0]][0]).main(words[1:]))
        parsed = parser().parse_args(words)
        parsed.command_line = shlex.join(["vgym", *words])
        if hasattr(parsed, "imports"):
            import_packages(parsed.imports)
        return int(parsed.run(parsed))
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # Rich exits 1 of its own accord
            raise stop.__context__ from None
        # Argparse: help was asked for, or a word was wrong.
        return stop.code if isinstance(stop.code, int) else 2


def parser() -> Parser:
    """The parser of all commands but those of `ELSEWHERE`, which parse their own words."""
    text = "Environments that tie words to places, with dense spatial rewards."
    whole, commands = parser_of_commands("vgym", text, _OVERVIEW)
    whole.add_argument("--version", action="version", version=f"vgym {vgym.__version__}")
    for command in COMMANDS:
        command.add(commands)
    for name, (_, line) in ELSEWHERE.items():
        commands.add_parser(name, help=line)
    return whole
