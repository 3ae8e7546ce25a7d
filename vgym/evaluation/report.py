"""The report: one HTML page that needs nothing else, neither network nor script.

All text is escaped: phrases may come from files that nobody has vouched for. A content policy in
the page forbids it to load anything, should something slip through.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from vgym.evaluation import usage
from vgym.evaluation.charts import Bar, Group, bar_charts
from vgym.evaluation.compare import Difference, Pair, blind_pairs
from vgym.evaluation.conversation_page import steps_section
from vgym.evaluation.difficulties import ladders
from vgym.evaluation.episodes import Shown
from vgym.evaluation.machine import machine
from vgym.evaluation.metrics import Estimate
from vgym.evaluation.picture import data_uri
from vgym.evaluation.pictures import BLIND_TEST, PICTURES, SHOWN
from vgym.evaluation.places.page import places_section
from vgym.evaluation.report_style import STYLE, agent_styles, colour_numbers
from vgym.evaluation.results import Row

POINT_RADIUS = 0.022  # of the picture's longer side
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def render_report(
    rows: Sequence[Row], *, command: str, partial: bool = False, left_out: Sequence[str] = ()
) -> str:
    """The page for some result rows.

    Args:
        rows: any number, none included; environments and agents come in their first order.
        command: what was typed.
        partial: whether results are missing; the page then says so at its top.
        left_out: lines that say which agents play where not, and why.

    Returns:
        A whole HTML document.
    """
    page = _Page(rows, command, partial, left_out)
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>vgym benchmark</title>\n<style>{STYLE}{agent_styles()}</style>",
            "</head>\n<body>\n<main>",
            *page.header(),
            *page.charts(),
            *page.tables(),
            *page.used(),
            *page.ladder(),
            *page.beside(),
            *page.places(),
            *page.gallery(),
            *steps_section(page.rows, page.colour),
            *page.provenance(),
            "</main>\n</body>\n</html>\n",
        ]
    )


class _Page:
    """The parts of the page, top to bottom."""

    def __init__(
        self, rows: Sequence[Row], command: str, partial: bool, left_out: Sequence[str]
    ) -> None:
        self.rows = rows
        self.command = command
        self.partial = partial
        self.left_out = left_out
        self.envs = list(dict.fromkeys(row.env for row in rows))
        self.colour = colour_numbers(list(dict.fromkeys(row.agent for row in rows)))

    def header(self) -> list[str]:
        episodes = sorted({row.episodes for row in self.rows})
        each = " or ".join(f"{n:,}" for n in episodes) or "no"
        parts = [
            "<header><h1>vgym benchmark</h1>",
            f'<p class="lead">{_count(len(self.colour), "agent")} on '
            f"{_count(len(self.envs), 'environment')}, {each} episodes each. All agents "
            "play the same episodes. Means, with 95&nbsp;% intervals.</p></header>",
        ]
        if self.partial:
            parts.append(
                '<p class="partial"><strong>Partial.</strong> The run stopped before its end; '
                "cells that are missing were not played.</p>"
            )
        return parts

    def charts(self) -> list[str]:
        if not self.rows:
            return ["<p>No cell was finished.</p>"]
        return [
            *("<section>", self._legend(), "<h2>Success</h2>"),
            bar_charts(self._groups(lambda row: row.success), "Success of each agent"),
            "<h2>Return</h2>",
            bar_charts(self._groups(lambda row: row.returns), "Mean return of each agent"),
            "</section>",
        ]

    def tables(self) -> list[str]:
        parts = ["<section><h2>Numbers</h2>"] if self.rows else []
        for env in self.envs:
            rows = self._of(env)
            names = list(dict.fromkeys(name for row in rows for name in row.metrics))
            head = ["agent", "success", "return", *names, "steps/s"]
            parts += [
                f"<h3>{escape(env)}<small>{_settings(rows[0])}</small></h3>",
                *_table(head, [self._line(row, names) for row in rows], "scroll"),
                *(f"<p>{escape(row.unread)}</p>" for row in rows if row.unread),
            ]
        return [*parts, "</section>"] if parts else []

    def used(self) -> list[str]:
        """What agents that talk to models used."""
        rows = [row for row in self.rows if row.usage]
        if not rows:
            return []
        lines = []
        for row in rows:
            mark = f'<span class="dot swatch-{self.colour[row.agent]}"></span>'
            cells = [escape(row.env), f"{mark}{escape(row.player)}", *usage.cells(row)]
            lines.append(_row_of(cells))
        table = _table(["environment", "agent", *usage.HEADS], lines, "scroll beside")
        lead = (
            "Unread is the share of episodes whose last answer could not be read; agent s are the "
            "agent's own seconds, waiting for its model among them."
        )
        return [f'<section><h2>Used</h2><p class="lead">{lead}</p>', *table, "</section>"]

    def ladder(self) -> list[str]:
        """Success by difficulty, of what was played at several."""
        found = ladders(self.rows)
        parts = ["<section><h2>By difficulty</h2>"] if found else []
        for each in found:
            lines = []
            for agent, cells in each.success.items():
                mark = f'<span class="dot swatch-{self.colour[cells[0].agent]}"></span>'
                by = {row.difficulty: _with_interval(row.success) for row in cells}
                lines.append(
                    _row_of([f"{mark}{escape(agent)}", *(by.get(d, "") for d in each.difficulties)])
                )
            head = ["success", *(f"at {d:g}" for d in each.difficulties)]
            parts += [f"<h3>{escape(each.name)}</h3>", *_table(head, lines, "scroll beside")]
        return [*parts, "</section>"] if parts else []

    def beside(self) -> list[str]:
        """What agents earn with other pictures beside what they earn with those that are shown."""
        parts: list[str] = []
        for way, pairs in blind_pairs(self.rows).items():
            parts += [
                f"<section><h2>Pictures {escape(way)}</h2>",
                f'<p class="lead">{BLIND_TEST[way]} The same episodes, paired.</p>',
            ]
            head = ["agent", "success", way, "difference", "p", "return", way, "difference"]
            for env in dict.fromkeys(pair.env for pair in pairs):
                lines = [self._pair(pair) for pair in pairs if pair.env == env]
                parts += [f"<h3>{escape(env)}</h3>", *_table(head, lines, "scroll beside")]
            parts.append("</section>")
        return parts

    def places(self) -> list[str]:
        """Maps of what was answered on Earth."""
        return places_section(self.rows, self.colour, self._legend())

    def gallery(self) -> list[str]:
        if not any(row.gallery for row in self.rows):
            return []
        parts = [
            "<section><h2>Episodes</h2>",
            '<p class="lead">The first ones of each environment, not chosen. An answer that '
            "equals the truth is not drawn over it. Value and terms are those of the last "
            "answer.</p>",
            self._legend(truth=True),
        ]
        for env in self.envs:
            cards: dict[tuple[int, int], list[tuple[str, Shown]]] = {}
            for row in self._of(env):
                way = PICTURES.index(row.pictures)
                # Of what an agent saw in place of the pictures one is enough.
                for episode in row.gallery if row.pictures == SHOWN else row.gallery[:1]:
                    cards.setdefault((way, episode.seed), []).append((row.agent, episode))
            parts.append(f'<h3>{escape(env)}</h3><div class="cards">')
            parts += [self._card(cards[key], PICTURES[key[0]]) for key in sorted(cards)]
            parts.append("</div>")
        return [*parts, "</section>"]

    def provenance(self) -> list[str]:
        facts = [("command", f"<code>{escape(self.command)}</code>")]
        if self.rows:
            row = self.rows[0]
            last = row.seed + max(r.episodes for r in self.rows) - 1
            seeds = (
                f"{row.seed} to {last}, one an episode; of sources with records each record is "
                "played once, in order"
            )
            versions = ", ".join(f"{k}&nbsp;{escape(v)}" for k, v in row.versions.items())
            facts += [("seeds", seeds), ("split", escape(row.split)), ("versions", versions)]
        here = machine()
        hardware = f"{here['processor']}, {_count(int(here['cores']), 'core')}, {here['system']}"
        facts += [
            *(("left out", escape(line)) for line in self.left_out),
            ("machine", escape(hardware)),
            (
                "intervals",
                "95&nbsp;%: of shares (success, hits) Wilson's; of other means the percentile "
                "bootstrap over episodes, 2,000 resamples, where one of no width says that all "
                "episodes came out alike, not that the mean is known exactly; of differences the "
                "same bootstrap over the episodes' own",
            ),
            (
                "steps/s",
                "environment steps of the whole batch, resets included; the agent's own "
                "time and the warm-up left out",
            ),
        ]
        terms = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in facts)
        return [f"<section><h2>How it was made</h2><dl>{terms}</dl></section>"]

    def _of(self, env: str) -> list[Row]:
        """The rows of an environment, those of an agent beside each other."""
        rows = [row for row in self.rows if row.env == env]
        agents = list(dict.fromkeys(row.agent for row in rows))
        return sorted(rows, key=lambda r: (agents.index(r.agent), PICTURES.index(r.pictures)))

    def _groups(self, value: object) -> list[Group]:
        assert callable(value)
        return [
            Group(
                env,
                [
                    Bar(r.player, self.colour[r.agent], value(r), pale=r.pictures != SHOWN)
                    for r in self._of(env)
                ],
            )
            for env in self.envs
        ]

    def _legend(self, truth: bool = False) -> str:
        items = ['<li><i class="truth"></i>truth</li>'] if truth else []
        items += [
            f'<li><i class="swatch-{k}"></i>{escape(agent)}</li>'
            for agent, k in self.colour.items()
        ]
        ways = [way for way in PICTURES[1:] if any(row.pictures == way for row in self.rows)]
        if ways and not truth:
            items.append(f"<li>pale: pictures {', then '.join(ways)}</li>")
        return f'<ul class="legend">{"".join(items)}</ul>'

    def _line(self, row: Row, names: list[str]) -> str:
        cells = [
            f'<span class="dot swatch-{self.colour[row.agent]}"></span>{escape(row.player)}',
            _with_interval(row.success),
            _with_interval(row.returns),
            *(_number(row.metrics[n].mean) if n in row.metrics else "" for n in names),
            f"{row.steps_per_s:,.0f}",
        ]
        return _row_of(cells)

    def _pair(self, pair: Pair) -> str:
        agent = pair.agents[0]
        cells = [
            f'<span class="dot swatch-{self.colour[agent]}"></span>{escape(agent)}',
            *_with_difference(pair.success),
            f"{pair.p:.2g}",
            *_with_difference(pair.returns),
        ]
        return _row_of(cells)

    def _card(self, answers: list[tuple[str, Shown]], pictures: str) -> str:
        first = answers[0][1]
        where = first.record or f"seed {first.seed}"
        if pictures != SHOWN:
            where += f", picture {pictures}"
        height, width = first.size_hw
        shapes = [_shapes(first.target_boxes, "truth", 3.0)]
        radius = POINT_RADIUS * max(height, width)
        for agent, episode in answers:
            style = f"answer-{self.colour[agent]}"
            boxes = _unlike(episode.answer_boxes, first.target_boxes)
            shapes.append(_shapes(boxes, style, 2.0 if len(boxes) == 1 else 1.2))
            shapes += [_ring(x, y, radius, style) for x, y in episode.answer_points.tolist()]
        names = list(dict.fromkeys(n for _, episode in answers for n in episode.reward_terms))
        head = "".join(f"<th>{escape(name)}</th>" for name in ("", "value", *names))
        body = "".join(self._scores(agent, episode, names) for agent, episode in answers)
        return (
            '<figure class="card"><div class="frame">'
            f'<img alt="" width="{width}" height="{height}" src="{data_uri(first.picture)}">'
            f'<svg viewBox="0 0 {width} {height}" aria-hidden="true">{"".join(shapes)}</svg></div>'
            f'<figcaption><p class="phrase"><bdi>{escape(first.phrase)}</bdi></p>'
            f'<p class="seed">{escape(where)}</p>'
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            "</figcaption></figure>"
        )

    def _scores(self, agent: str, episode: Shown, names: list[str]) -> str:
        k = self.colour[agent]
        mark = "&#10003;" if episode.success else '<span class="no">&#183;</span>'
        cells = "".join(_meter(episode.reward_terms.get(name, 0.0), k) for name in names)
        return (
            f'<tr><td><span class="dot swatch-{k}"></span>{escape(agent)} {mark}</td>'
            f"<td>{_number(episode.value)}</td>{cells}</tr>"
        )


def _table(head: Sequence[str], lines: Sequence[str], style: str) -> list[str]:
    return [
        f'<div class="{style}"><table><thead><tr>',
        *(f'<th scope="col">{escape(name)}</th>' for name in head),
        "</tr></thead><tbody>",
        *lines,
        "</tbody></table></div>",
    ]


def _row_of(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _with_difference(found: Difference) -> list[str]:
    change = found.change
    between = f"{change.low:+.3f}&#8239;&#8211;&#8239;{change.high:+.3f}"
    return [*map(_number, found.means), f"{change.mean:+.3f}<small>{between}</small>"]


def _shapes(boxes: NDArray[np.float32], style: str, stroke: float) -> str:
    """Outlines with a dark edge, so that they are seen on any picture."""
    parts = []
    for x0, y0, x1, y1 in boxes.tolist():
        place = f'x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}"'
        parts.append(f'<rect class="under" {place} stroke-width="{stroke + 2:g}"/>')
        parts.append(f'<rect class="{style}" {place} stroke-width="{stroke:g}"/>')
    return "".join(parts)


def _ring(x: float, y: float, radius: float, style: str) -> str:
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"'
    return (
        f'<circle class="under" {place} stroke-width="4.5"/>'
        f'<circle class="{style}" {place} stroke-width="2.5"/>'
    )


def _unlike(boxes: NDArray[np.float32], truth: NDArray[np.float32]) -> NDArray[np.float32]:
    """The boxes that lie on no true one."""
    if len(boxes) == 0 or len(truth) == 0:
        return boxes
    gap = np.abs(boxes[:, None] - truth[None]).max(-1).min(1)
    kept: NDArray[np.float32] = boxes[gap > 0.75]
    return kept


def _meter(value: float, colour: int) -> str:
    share = 100 * min(max(value, 0.0), 1.0)
    return (
        f'<td class="term"><div class="meter"><i><b class="swatch-{colour}" '
        f'style="width:{share:.0f}%"></b></i><span>{value:.2f}</span></div></td>'
    )


def _with_interval(estimate: Estimate) -> str:
    low, high = _number(estimate.low), _number(estimate.high)
    return f"{_number(estimate.mean)}<small>{low}&#8239;&#8211;&#8239;{high}</small>"


def _number(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _settings(row: Row) -> str:
    named = [f"{escape(k)}={escape(str(v))}" for k, v in row.settings.items()]
    return ", ".join([f"{row.episodes:,} episodes", f"split={escape(row.split)}", *named])
