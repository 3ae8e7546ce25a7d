"""``vgym list``: every environment, one line each."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import gymnasium

from vgym.cli.console import console, spinner
from vgym.cli.own_packages import add_import_option
from vgym.cli.parser import add_command
from vgym.registration import registered

if TYPE_CHECKING:
    from vgym.cli.parser import Commands


_FEW = 4  # numbers whose bounds are told one by one


def add(commands: Commands) -> None:
    """Add the command."""
    add_import_option(add_command(commands, "list", run, "every environment, one line each"))


def run(_: argparse.Namespace) -> int:
    """Print the ids, what to do in each, and how to act."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("id", "what to do", "action"):
        table.add_column(name, no_wrap=name == "id")
    with spinner():
        for row in registered():
            action = f"needs vgym[{row.extra}]" if row.extra else ""
            action = f"{row.made_by}.parallel_env()" if row.made_by else action
            action = action or _action_in_words(row.id)
            table.add_row(row.id, *map(escape, (row.summary, action)))
    console().print(table)
    return 0


def _action_in_words(id: str) -> str:
    try:
        env = gymnasium.make(id)
    except Exception as error:  # one that is broken, such as a user's own, hides no other
        return f"cannot be made: {error}"
    words = _space_in_words(env.action_space)
    env.close()
    return words


def _space_in_words(space: gymnasium.Space[Any]) -> str:
    """A space, short: ``4 numbers in [0, 1]``, ``256x256x3``, ``24 choices of 11``; a few numbers
    each with bounds of its own, ``2 numbers in [-180, 180] x [-90, 90]``."""
    from gymnasium import spaces

    if isinstance(space, spaces.Box):
        shape = "x".join(map(str, space.shape))
        if space.dtype.kind == "u":
            return shape
        bounds = [f"[{a:g}, {b:g}]" for a, b in zip(space.low.flat, space.high.flat, strict=True)]
        if len(bounds) > _FEW:
            bounds = [f"[{space.low.min():g}, {space.high.max():g}]"]
        alike = len(set(bounds)) == 1
        return f"{shape} numbers in {bounds[0] if alike else ' x '.join(bounds)}"
    if isinstance(space, spaces.MultiDiscrete):
        return f"{space.nvec.size} choices of {int(space.nvec.max())}"
    return "text" if isinstance(space, spaces.Text) else str(space)
