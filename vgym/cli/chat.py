"""``vgym chat probe``: in which frame, order, size and dialect a model really answers."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vgym.cli.console import spinner
from vgym.cli.own_packages import import_packages
from vgym.cli.parser import add_command

if TYPE_CHECKING:
    from vgym.chat.probe import Ask
    from vgym.cli.parser import Commands

_EXAMPLES = """
examples:
  vgym chat probe --agent "api:MODEL@http://localhost:8000/v1?dialect=json"
  vgym chat probe --agent my_package.models:MyModel     an object with `say(messages) -> text`

The model is shown ten pictures with a cross and asked where it is; its answers are read in every
dialect's numbers, pixels after every resize policy, and what misses least is told. Exit code 1 if
nothing fits. The table of dialects: docs/dialects.md.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    chat = add_command(commands, "chat", run, "measure how a language model points", _EXAMPLES)
    chat.add_argument("what", choices=["probe"], help="ask a model where ten crosses are")
    chat.add_argument("--agent", required=True, help="a model as `vgym bench` takes it, or yours")


def run(options: argparse.Namespace) -> int:
    """Print what was measured."""
    with spinner():
        from vgym.chat.probe import probe

        import_packages(())
        found = probe(asker(options.agent))
    print("\n".join(found.lines()))
    return 0 if found.dialect is not None else 1


def asker(name: str) -> Ask:
    """What a model of this name says to messages.

    Raises:
        ValueError: it is no agent, or none that speaks.
    """
    from vgym.baselines.agents import make_agent
    from vgym.registration import named

    if re.fullmatch(r"(?!api:|local:|scripted:)[\w.]+:\w+", name):
        found = named(name, "agent")
        agent: Any = found() if isinstance(found, type) else found
    else:
        agent = make_agent(name)
    say = getattr(agent, "say", None)
    if not callable(say):
        raise ValueError(
            f"agent {name!r} does not speak: it needs a method say(messages) that returns text"
        )

    def ask(messages: Sequence[Mapping[str, Any]]) -> str:
        return str(say(messages))

    return ask
