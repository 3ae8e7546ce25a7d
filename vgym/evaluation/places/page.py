"""The part of the report that is about places on Earth: maps and tables of each environment.

Whatever task states `prediction_lonlat` and `target_lonlat` has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from vgym.evaluation.metrics import Estimate
from vgym.evaluation.pictures import SHOWN as AS_SHOWN
from vgym.evaluation.places.answers import Answers, answers_in
from vgym.evaluation.places.groups import Group, by_continent, by_people
from vgym.evaluation.places.summary import (
    RADII_KM,
    accuracies,
    geo_score,
    level_accuracies,
    median_km,
)
from vgym.evaluation.places.world_map import SHOWN, map_style, world_map
from vgym.evaluation.results import Row

NOTE = (
    "Accuracies are of places at the radius or nearer (&#8804;), in km along the great circle of a "
    "sphere of 6,371.0088 km, and below it on the WGS84 ellipsoid; levels are of the truths that "
    "have them. What was not read counts as an answer at the antipode, except in the median of "
    "those that were read."
)


def places_section(rows: Sequence[Row], colours: Mapping[str, int], legend: str) -> list[str]:
    """HTML of all rows that are about places on Earth; nothing where there are none.

    Args:
        rows: of any environments. colours: the number of each agent's. legend: HTML.
    """
    found = [(row, answers_in(row.played)) for row in rows]
    about = [(row, answers) for row, answers in found if answers is not None]
    if not about:
        return []
    parts = [
        f"<section><h2>Where on Earth</h2><style>{map_style()}{_lines(colours)}</style>",
        f'<p class="lead">Rings are the true places, dots the answers, at most {SHOWN} of each '
        "agent, with the shortest ways between.</p>",
        legend,
    ]
    for env in dict.fromkeys(row.env for row, _ in about):
        here = [(row, answers) for row, answers in about if row.env == env]
        parts.append(f'<h3>{escape(env)}</h3><div class="worlds">')
        parts += [_figure(row, answers, colours) for row, answers in here]
        parts += ["</div>", *_distances(here, colours), f"<p>{NOTE}</p>", *_groups(here, colours)]
    return [*parts, "</section>"]


def _lines(colours: Mapping[str, int]) -> str:
    """Strokes in the colours of agents, which are fills in the page's own style."""
    from vgym.evaluation.report_style import agent_colours

    return "".join(
        f".line-{k} {{ stroke: {agent_colours()[k]}; }} " for k in sorted({*colours.values()})
    )


def _figure(row: Row, answers: Answers, colours: Mapping[str, int]) -> str:
    unread = int((~answers.read).sum())
    note = f", {unread} of {len(answers)} not read" if unread else ""
    drawn = world_map(answers, colours[row.agent], f"{row.player} on {row.env}")
    return f"<figure>{drawn}<figcaption>{escape(row.player)}{note}</figcaption></figure>"


def _distances(rows: Sequence[tuple[Row, Answers]], colours: Mapping[str, int]) -> list[str]:
    """Medians, scores, accuracies and levels, a line an agent and one below for the ellipsoid."""
    levels = [one.level for one in level_accuracies(rows[0][1])]
    radii = [f"@{radius:g}" for radius in RADII_KM]
    head = ["agent", "median km", "of those read", "geo_score", *radii, *levels]
    lines = []
    for row, answers in rows:
        shares = accuracies(answers, seed=row.seed)
        on_wgs84 = accuracies(answers, on="WGS84", seed=row.seed)
        cells = [
            _agent(row, colours),
            _between(median_km(answers, seed=row.seed)),
            f"{median_km(answers, read_only=True, seed=row.seed).mean:,.0f}",
            _between(geo_score(answers, seed=row.seed)),
            *(
                f"{_percent(a.share)}<br><small>{100 * b.share.mean:.1f}</small>"
                for a, b in zip(shares, on_wgs84, strict=True)
            ),
            *(_percent(one.share) for one in level_accuracies(answers, seed=row.seed)),
        ]
        lines.append(_line(cells))
    return _table(head, lines)


def _groups(rows: Sequence[tuple[Row, Answers]], colours: Mapping[str, int]) -> list[str]:
    """Median kilometres by where the truth lies."""
    parts = []
    for title, grouped in (("by continent", by_continent), ("by people", by_people)):
        each = [{group.name: group for group in grouped(a, seed=r.seed)} for r, a in rows]
        names = list(dict.fromkeys(name for groups in each for name in groups))
        counts = {name: next(g[name].count for g in each if name in g) for name in names}
        head = ["median km", *(f"{escape(name)} ({counts[name]})" for name in names)]
        lines = [
            _line([_agent(row, colours), *(_median(groups.get(name)) for name in names)])
            for (row, _), groups in zip(rows, each, strict=True)
        ]
        parts += [f"<p>The truth {title}, of how many places:</p>", *_table(head, lines)]
    return parts


def _agent(row: Row, colours: Mapping[str, int]) -> str:
    pale = "" if row.pictures == AS_SHOWN else " pale"
    dot = f'<span class="dot swatch-{colours[row.agent]}{pale}"></span>'
    return f"{dot}{escape(row.player)}"


def _median(group: Group | None) -> str:
    return "" if group is None else f"{group.median_km.mean:,.0f}"


def _between(estimate: Estimate) -> str:
    low, high = (f"{end:,.0f}" for end in estimate.ci)
    return f"{estimate.mean:,.0f}<br><small>{low}&#8239;&#8211;&#8239;{high}</small>"


def _percent(share: Estimate | None) -> str:
    return "" if share is None else f"{100 * share.mean:.1f}&#8239;%"


def _table(head: Sequence[str], lines: Sequence[str]) -> list[str]:
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(lines)
    return [
        f'<div class="scroll beside"><table><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    ]


def _line(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
