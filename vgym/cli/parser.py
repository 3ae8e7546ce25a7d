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
    """Argparse, with the nearest spelling of a command or an option that does not exist."""

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
        return found, rest

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
