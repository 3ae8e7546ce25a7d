"""How words are parsed: argparse, with examples in every help and the nearest spelling."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from vgym.registration import unknown

if TYPE_CHECKING:
    Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


class Parser(argparse.ArgumentParser):
    """Argparse, with the nearest spelling of a command or an option that does not exist, and lists
    with commas."""

    commands: Commands | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        word = next(iter(args or ()), "-")
        if self.commands and not word.startswith("-") and word not in self.commands.choices:
            self.error(unknown("command", word, self.commands.choices))
        found, rest = super().parse_known_args(args, namespace)
        strange = next((word for word in rest if word.startswith("--")), None)
        if strange and not self.commands:
            options = [name for name in self._option_string_actions if name.startswith("--")]
            self.error(unknown("option", strange.partition("=")[0], options))
        if rest and not self.commands:
            self._explain([*(args or ())], rest[0])
        return found, rest

    def _explain(self, args: list[str], left: str) -> None:
        """An error for a list that was written with spaces."""
        at = args.index(left)
        options = [k for k in range(at) if args[k] in self._option_string_actions]
        if options and "," in str(self._option_string_actions[args[options[-1]]].metavar):
            words = args[options[-1] + 1 :]
            more = next((k for k, word in enumerate(words) if word.startswith("-")), len(words))
            asked = f"{args[options[-1]]} {','.join(words[:more])}"
            self.error(f"{left!r} belongs to no option; lists are written with commas: {asked}")

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}\nsee `{self.prog} --help`", file=sys.stderr)
        raise SystemExit(2)


def parser_of_commands(name: str, text: str, epilog: str) -> tuple[Parser, Commands]:
    """A parser whose first word is a command, and where its commands are added."""
    parser = Parser(
        prog=name,
        description=text,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.commands = parser.add_subparsers(metavar="COMMAND", required=True)
    return parser, parser.commands


def add_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
    epilog: str = "",
) -> Parser:
    """Add a command.

    Args:
        run: what it does with the options parsed; returns the exit code.
        text: one line, for the list of commands and the head of the command's own help.
        epilog: examples.
    """
    made = commands.add_parser(
        name,
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(run=run)
    return made
