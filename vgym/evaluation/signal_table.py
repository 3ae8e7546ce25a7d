"""What was measured of groups: a table for a terminal, a page with bars, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vgym.data.whole_files import write_whole
from vgym.evaluation.charts import Bar, Group, bar_charts
from vgym.evaluation.machine import machine, versions
from vgym.evaluation.metrics import estimate_mean
from vgym.evaluation.report import POLICY
from vgym.evaluation.report_style import STYLE, agent_colours, agent_styles
from vgym.evaluation.signal import Signal

if TYPE_CHECKING:
    from rich.table import Table

HEADS = ("recipe", "G", "mean", "solved", "spread", "flat", "effective", "agrees")


@dataclass(frozen=True)
class Measured:
    """The answers of somebody.

    Attributes:
        id: of vgym. who: answered. prompts: how many groups.
        signals: one for each recipe and size of group.
    """

    id: str
    who: str
    prompts: int
    signals: Sequence[Signal]


def cells(signal: Signal) -> tuple[str, ...]:
    """A line of the table, as `HEADS` name them."""
    agrees = "-" if signal.agreement is None else f"{signal.agreement:.2f}"
    return (
        signal.recipe,
        str(signal.members),
        f"{signal.mean:.3f}",
        f"{signal.success:.1%}",
        f"{signal.spread:.3f}",
        f"{signal.flat:.0%}",
        f"{signal.effective:.0%}",
        agrees,
    )


def table_of(measured: Measured) -> Table:
    """For a terminal."""
    from rich.table import Table

    title = f"{measured.id}, answers: {measured.who}, {measured.prompts} groups"
    table = Table(title=title, box=None, header_style="dim", pad_edge=False, title_justify="left")
    for head in HEADS:
        table.add_column(head, justify="left" if head == "recipe" else "right", no_wrap=True)
    for signal in measured.signals:
        table.add_row(*cells(signal))
    return table


def write(
    folder: Path,
    found: Sequence[Measured],
    settings: Mapping[str, Any],
    seed: int,
    command: str,
) -> None:
    """signal.json and signal.html in a folder.

    Args:
        settings: of the environment. seed: of the first prompt. command: what was typed.
    """
    told = {
        "command": command,
        "settings": dict(settings),
        "seed": seed,
        "machine": machine(),
        "versions": versions(),
        "measured": [asdict(each) for each in found],
    }
    write_whole(folder / "signal.json", json.dumps(told, indent=1, default=str) + "\n")
    write_whole(folder / "signal.html", "\n".join(_page(found, command)) + "\n")


def _page(found: Sequence[Measured], command: str) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>vgym signal</title>\n<style>{STYLE}{agent_styles()}</style>"
    yield "</head>\n<body>\n<main><header><h1>vgym signal</h1>"
    yield (
        '<p class="lead">What a group method could learn: bars are the share of groups that have '
        "an advantage to give, with its 95&nbsp;% interval.</p></header>"
    )
    for each in found:
        yield f"<section><h2>{escape(each.id)}, answers: {escape(each.who)}</h2>"
        yield bar_charts(
            [_bars(each, members) for members in dict.fromkeys(s.members for s in each.signals)],
            "groups with an advantage",
        )
        heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
        yield f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>'
        colour = _colours(each)
        for signal in each.signals:
            name, *rest = (f"<td>{escape(cell)}</td>" for cell in cells(signal))
            dot = f'<span class="dot swatch-{colour[signal.recipe]}"></span>'
            yield f"<tr>{name.replace('<td>', f'<td>{dot}', 1)}{''.join(rest)}</tr>"
        yield "</tbody></table></div></section>"
    yield f"<footer><p><code>{escape(command)}</code></p></footer></main>\n</body>\n</html>"


def _colours(each: Measured) -> dict[str, int]:
    """The number of each recipe's colour; those of many come again."""
    names = dict.fromkeys(signal.recipe for signal in each.signals)
    return {name: number % len(agent_colours()) for number, name in enumerate(names)}


def _bars(each: Measured, members: int) -> Group:
    of_size = [signal for signal in each.signals if signal.members == members]
    bars, colour = [], _colours(each)
    for signal in of_size:
        some = round((1 - signal.flat) * each.prompts)
        have = np.arange(each.prompts) < some
        bars.append(Bar(signal.recipe, colour[signal.recipe], estimate_mean(have)))
    return Group(f"groups of {members}", bars)
