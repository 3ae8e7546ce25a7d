"""``vgym compare A B``: two results on the episodes that both played."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.cli.parser import add_command

if TYPE_CHECKING:
    from vgym.cli.parser import Commands
    from vgym.evaluation.compare import Difference, Pair

_EXAMPLES = """
examples:
  vgym compare before after                            every agent with its namesake
  vgym compare before after --agents mine,oracle       mine of A with oracle of B
  vgym compare report report --agents random,saliency  two agents of one run

A and B are folders that `vgym bench` wrote. Episodes are the same where id, settings, split and
seed (or the record of a data set) are. Intervals: 95 % paired bootstrap of the mean of B - A, 2,000
resamples. p: of success McNemar's exact test on the episodes that one side alone solved, of return
flips of signs; both two-sided. Of several lines Holm's correction stands behind it. Unread: the
share of answers that could not be read.
"""

_ALONE = "solved by A alone {}, by B alone {}"


def add(commands: Commands) -> None:
    """Add the command."""
    text = "two results, episode by episode"
    made = add_command(commands, "compare", run, text, _EXAMPLES)
    made.add_argument("a", metavar="A", type=Path, help="a folder with results.json")
    made.add_argument("b", metavar="B", type=Path, help="another")
    made.add_argument("--agents", metavar="OF_A,OF_B", help="default: those of the same name")


def run(options: argparse.Namespace) -> int:
    """Print a line for success and one for return of every pair, and what is not shared."""
    agents = None
    if options.agents is not None:
        named = [name.strip() for name in options.agents.split(",")]
        if len(named) != 2 or not all(named):
            raise ValueError(f"--agents {options.agents!r} must name two: one of A, one of B")
        agents = named[0], named[1]
    from vgym.evaluation.compare import compare
    from vgym.evaluation.saved import read_saved

    found = compare(read_saved(options.a), read_saved(options.b), agents)
    names = [" and ".join(dict.fromkeys(pair.agents)) for pair in found.pairs]
    print("\n".join(pairs_table(found.pairs, names, ("A", "B", "B - A"), _ALONE)))
    if found.unshared:
        print("\n".join(["", "not shared:", *(f"  {line}" for line in found.unshared)]))
    return 0


def pairs_table(
    pairs: Sequence[Pair], names: Sequence[str], heads: tuple[str, str, str], alone: str
) -> list[str]:
    """A line for what the columns are, then one for success and one for return of every pair.

    Args:
        names: what a pair's agents are called together. heads: of both sides and the difference.
        alone: a form for how many episodes either side alone solved.
    """
    env = max(len("environment"), *(len(pair.env) for pair in pairs))
    agent = max(len("agent"), *map(len, names))
    form = (
        f"{{:<{env}}}  {{:<{agent}}}  {{:>8}}  {{:<7}}  {{:>8}}  {{:>9}}  {{:>10}}  {{:>16}}  {{}}"
    )
    lines = [form.format("environment", "agent", "episodes", "what", *heads, "95 %", "").rstrip()]
    for pair, name in zip(pairs, names, strict=True):
        cells = f"{pair.env:<{env}}", name, pair.episodes
        said = f"{alone.format(*pair.alone)}, {_p(pair.p, pair.holm[0], len(pairs))}"
        lines.append(form.format(*cells, "success", *_numbers(pair.success), said))
        said = _p(pair.p_returns, pair.holm[1], len(pairs))
        lines.append(form.format(*cells, "return", *_numbers(pair.returns), said))
        if any(pair.unread):
            ours, theirs = pair.unread
            shares = f"{ours:.3f}", f"{theirs:.3f}", f"{theirs - ours:+.3f}", ""
            lines.append(form.format(*cells, "unread", *shares, "").rstrip())
    return lines


def _p(alone: float, corrected: float, pairs: int) -> str:
    return f"p = {alone:.2g}" + (f" ({corrected:.2g} of {pairs})" if pairs > 1 else "")


def _numbers(found: Difference) -> tuple[str, ...]:
    change = found.change
    interval = f"{change.low:+.3f} to {change.high:+.3f}"
    return *(f"{mean:.3f}" for mean in found.means), f"{change.mean:+.3f}", interval
