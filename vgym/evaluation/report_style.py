"""How the report looks, light and dark, wide and on a telephone.

An agent has its colour by its name, so that it is the same in every report. Those of our own agents
are Okabe and Ito's, which the colour-blind can tell apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_OURS = {
    "random": "#cc79a7",
    "centre": "#56b4e9",
    "saliency": "#e69f00",
    "oracle": "#009e73",
    "wall-follower": "#0072b2",
    "frontier": "#d55e00",
    "ocr": "#8d6cc7",
    "prior": "#7a5230",
    "retrieval": "#5f7f00",
}
_OTHERS = (
    *("#8a8a8a", "#aa4466", "#999933", "#44aa99"),
    *("#7777cc", "#a6761d", "#aa4499", "#66a61e"),
)

STYLE = """
:root { color-scheme: light dark;
  --paper: #fcfcfa; --card: #ffffff; --ink: #1c1e21; --ink-2: #5c6269; --line: #e3e4e1;
  --grid: #ececea; --warn: #9a5b00; --warn-paper: #fff5e2; --bar: #eeeeeb; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #16181b; --card: #1d2024; --ink: #e9eaec; --ink-2: #9ba1a8; --line: #30343a;
  --grid: #282c31; --warn: #f2c069; --warn-paper: #33290f; --bar: #2b2f35; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { max-width: 1104px; margin: 0 auto; padding: 44px 32px 64px; }
@media (max-width: 600px) { main { padding: 24px 16px 40px; } }
h1 { font-size: 27px; line-height: 1.2; font-weight: 650; letter-spacing: -.012em; margin: 0; }
h2 { font-size: 18px; font-weight: 650; margin: 46px 0 4px; }
h3 { font-size: 15px; font-weight: 650; margin: 28px 0 8px; }
h3 small { font-weight: 400; color: var(--ink-2); margin-left: 8px; }
p { margin: 6px 0; max-width: 74ch; }
.lead { color: var(--ink-2); }
.partial { border: 1px solid var(--warn); background: var(--warn-paper); color: var(--warn);
  border-radius: 6px; padding: 9px 14px; margin: 18px 0 0; max-width: none; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 14px 0 4px; padding: 0;
  list-style: none; color: var(--ink-2); font-size: 13.5px; }
.legend i, .dot { display: inline-block; width: 11px; height: 11px; border-radius: 3px;
  margin-right: 7px; vertical-align: -1px; }
.legend .truth { background: none; border: 2.5px solid #1fbf74; }
.charts { display: flex; flex-wrap: wrap; gap: 10px; margin: 10px 0 4px; }
.charts figure { margin: 0; max-width: 100%; }
.charts figcaption { text-align: center; font-size: 12.5px; line-height: 1.3; padding-left: 34px;
  overflow-wrap: anywhere; }
.chart { display: block; max-width: 100%; height: auto; font-size: 11.5px; }
.chart text { fill: var(--ink-2); font-variant-numeric: tabular-nums; }
.chart .tick { text-anchor: end; }
.chart .value { text-anchor: middle; font-size: 10.5px; }
.chart .grid { stroke: var(--grid); }
.chart .axis { stroke: var(--ink-2); }
.chart .whisker { stroke: var(--ink); stroke-width: 1.1; fill: none; opacity: .75; }
.pale { opacity: .42; }
.scroll { overflow-x: auto; }
.scroll th:first-child { width: 17%; }
@media (max-width: 600px) { .scroll th:first-child, .scroll td:first-child { position: sticky;
  left: 0; background: var(--paper); padding-right: 6px; min-width: 8.8em; white-space: normal;
  overflow-wrap: anywhere; } }
.scroll th:nth-child(2), .scroll th:nth-child(3) { width: 19%; }
.beside th:nth-child(n) { width: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px;
  font-variant-numeric: tabular-nums; }
th { font-weight: 500; color: var(--ink-2); text-align: right; white-space: nowrap; }
th, td { padding: 5px 0 5px 18px; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
td small { color: var(--ink-2); margin-left: 6px; font-size: 12px; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 18px; }
.card { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  overflow: hidden; }
.card { display: flex; flex-direction: column; }
.frame { position: relative; background: var(--bar); }
.frame img { display: block; width: 100%; height: auto; }
.frame svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.frame svg * { fill: none; vector-effect: non-scaling-stroke; }
.frame .under { stroke: rgba(0, 0, 0, .55); }
.frame .truth { stroke: #1fbf74; }
.card figcaption { padding: 10px 14px 12px; flex: 1; display: flex; flex-direction: column; }
.card .phrase { font-weight: 550; line-height: 1.35; margin: 0 0 2px; overflow-wrap: anywhere; }
.card .seed { color: var(--ink-2); font-size: 12px; margin: 0 0 6px; }
.card table { font-size: 12px; margin-top: auto; }
.card th, .card td { padding: 3px 0 3px 10px; border: 0; }
.card th { border: 0; font-size: 11.5px; }
.card th:first-child, .card td:first-child { padding-left: 0; }
.card td.term { width: 27%; }
.meter { display: flex; align-items: center; gap: 6px; }
.meter i { flex: 1; height: 5px; border-radius: 3px; background: var(--bar); overflow: hidden; }
.meter b { display: block; height: 100%; border-radius: 3px; }
.meter span { width: 2.4em; text-align: right; color: var(--ink-2); }
.no { color: var(--ink-2); }
.told { border: 1px solid var(--line); border-radius: 8px; background: var(--card);
  margin: 8px 0; padding: 0 14px; }
.told[open] { padding-bottom: 12px; }
.told summary { cursor: pointer; padding: 9px 0; overflow-wrap: anywhere; }
.told summary small { color: var(--ink-2); margin-left: 8px; }
.told .scroll tr > :first-child { position: static; width: auto; min-width: 0; }
.told .scroll tr > :nth-child(2) { text-align: left; width: auto; }
.told .answer { font-variant-numeric: normal; white-space: normal;
  overflow-wrap: anywhere; min-width: 9em; }
.talk { display: grid; gap: 10px; margin: 4px 0 12px; }
.said { border-left: 3px solid var(--line); padding: 2px 0 2px 12px; min-width: 0; }
.said.model { border-left-color: var(--ink-2); }
.said .role { color: var(--ink-2); font-size: 12px; margin: 0 0 2px; }
.said pre { font: 12.5px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; margin: 0;
  white-space: pre-wrap; overflow-wrap: anywhere; max-height: 24em; overflow-y: auto; }
.said pre.call { background: var(--bar); border-radius: 5px; padding: 5px 8px; margin-top: 5px; }
.said .frame { max-width: 460px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 20px; font-size: 13.5px;
  margin: 10px 0; }
dt { color: var(--ink-2); } dd { margin: 0; overflow-wrap: anywhere; }
code { font: 12.5px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
"""


def agent_colours() -> tuple[str, ...]:
    """The colours by number, see `colour_numbers`."""
    return (*_OURS.values(), *_OTHERS)


def agent_styles() -> str:
    """One rule an agent colour, for fills, strokes and swatches."""
    return "\n".join(
        f".agent-{k} {{ fill: {colour}; }} .swatch-{k} {{ background: {colour}; }} "
        f".frame .answer-{k} {{ stroke: {colour}; }}"
        for k, colour in enumerate(agent_colours())
    )


def colour_numbers(agents: Sequence[str]) -> dict[str, int]:
    """The number of each agent's colour: a function of its name, whoever plays beside it.

    Only if two strangers' names fall on one colour, the later in the alphabet takes the next free
    one; with more than eight strangers colours come again.

    >>> colour_numbers(["oracle", "random"])
    {'oracle': 3, 'random': 0}
    """
    ours = {name: k for k, name in enumerate(_OURS)}
    taken: set[int] = set()
    for name in sorted(set(agents) - set(ours)):
        start = hashlib.blake2b(name.encode(errors="backslashreplace"), digest_size=8).digest()
        tries = ((int.from_bytes(start, "big") + k) % len(_OTHERS) for k in range(len(_OTHERS)))
        free = [number for number in tries if number not in taken]
        if not free:
            taken.clear()
            free = [int.from_bytes(start, "big") % len(_OTHERS)]
        taken.add(free[0])
        ours[name] = len(_OURS) + free[0]
    return {name: ours[name] for name in agents}
