"""An audit as one HTML page that needs nothing else, in the style of the benchmark's report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from vgym.evaluation.audit.attack import KINDS, Attack, Finding
from vgym.evaluation.audit.audited import Audited, Tried
from vgym.evaluation.audit.floor import UNIFORM
from vgym.evaluation.audit.lines import in_short, share_in_words
from vgym.evaluation.machine import machine, versions
from vgym.evaluation.report import POLICY
from vgym.evaluation.report_style import STYLE

_KINDS = {
    "degenerate": "Looking at nothing",
    "blind": "Blind to something that is needed",
    "leak": "What tells the target",
    "feedback": "Feedback that is the answer",
    "loop": "Loops and bounds",
    "recipe": "The recipe alone",
}
_STYLE = """
td.what { text-align: left; white-space: normal; min-width: 13em; }
th:last-child { text-align: left; }
td.what small, td.share small { display: block; margin: 0; }
.scroll td:nth-child(4) { white-space: normal; }
tr.above td:first-child { color: var(--warn); font-weight: 650; }
.share i { display: inline-block; width: 90px; height: 6px; border-radius: 3px;
  background: var(--bar); margin-right: 8px; vertical-align: 1px; overflow: hidden; }
.share b { display: block; height: 100%; background: #8a8a8a; } .above .share b {
  background: var(--warn); }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  padding: 10px 14px; overflow-x: auto; font: 12.5px/1.45 ui-monospace, Menlo, monospace; }
summary { cursor: pointer; }
"""


def render_page(audited: Sequence[Audited], *, command: str, partial: bool = False) -> str:
    """The page of some audits.

    Args:
        audited: each an id with its settings. command: what was typed.
        partial: whether attacks are missing; the page then says so at its top.

    Returns:
        A whole HTML document; all text is escaped.
    """
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>vgym audit</title>\n<style>{STYLE}{_STYLE}</style>",
        "</head>\n<body>\n<main>",
        "<header><h1>vgym audit</h1>",
        '<p class="lead">What is paid without the task being done, as a share of what the truth '
        "earns: 0&nbsp;% is the return of uniform answers, 100&nbsp;% the oracle's. Each share "
        "with its standard error.</p></header>",
    ]
    if partial:
        parts.append(
            '<p class="partial"><strong>Partial.</strong> The audit stopped before its end; '
            "attacks that are missing were not tried.</p>"
        )
    for each in audited:
        parts += _audit(each)
    parts += _provenance(command)
    return "\n".join([*parts, "</main>\n</body>\n</html>\n"])


def _audit(audited: Audited) -> Iterator[str]:
    subject, floor, ceiling = audited.subject, audited.floor, audited.ceiling
    settings = "".join(
        f", {escape(str(k))}={escape(str(v))}" for k, v in subject.settings.items() if k != "reward"
    )
    counted = in_short([found for _, found in audited.above], audited.threshold)
    yield (
        f"<section><h2>{escape(subject.id)}, {escape(audited.recipe)}{settings}</h2>"
        f"<p>{counted[0].upper()}{counted[1:]}. Uniform answers "
        f"earn {floor.mean:.3f} and solve {floor.success.mean():.0%}, the oracle earns "
        f"{ceiling.mean:.3f} and solves {ceiling.success.mean():.0%}, of {subject.effort.judged} "
        f"episodes of seeds from {subject.seed}.</p>"
    )
    for kind in KINDS:
        tried = [each for each in audited.tried if each.attack.kind == kind and each.findings]
        if tried:
            yield f'<h3>{_KINDS[kind]}</h3><div class="scroll"><table><thead><tr>'
            yield "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
            yield "</tr></thead><tbody>"
            yield from (_line(each, found, audited) for each in tried for found in each.findings)
            yield "</tbody></table></div>"
    unfit = [each for each in audited.tried if each.unfit]
    if unfit:
        yield "<details><summary>What was not tried</summary><ul>"
        yield from (f"<li>{escape(t.attack.name)}: {escape(t.unfit)}</li>" for t in unfit)
        yield "</ul></details>"
    for attack, found in audited.above:
        yield from _shown(attack, found)
    yield "</section>"


_HEAD = ("attack", "share", "success", "terms of an episode", "what it did")


def _line(tried: Tried, found: Finding, audited: Audited) -> str:
    share, success = found.share, found.solved
    wide = 0 if share is None else 100 * min(max(share.mean, 0.0), 1.0)
    split = f"<small>{escape(found.worst)}</small>" if len(found.shares) > 1 else ""
    meter = f'<i><b style="width:{wide:.0f}%"></b></i>{escape(share_in_words(found))}{split}'
    terms = ", ".join(f"{escape(name)} {value:.3f}" for name, value in found.terms.items())
    above = ' class="above"' if found.above(audited.threshold) else ""
    measure = "" if found.measure == "return" else f"<small>{escape(found.measure)}</small>"
    if found.floor != UNIFORM.name:
        measure += f"<small>over {escape(found.floor)}</small>"
    note = "<small>note: more than its share says</small>" if found.noted(audited.threshold) else ""
    return (
        f"<tr{above}><td>{escape(tried.attack.name)}</td>"
        f'<td class="share">{meter if share else ""}{measure}</td>'
        f"<td>{'' if success is None else f'{success:.0%}'}{note}</td><td>{terms}</td>"
        f'<td class="what">{escape(found.by)}<small>{escape(found.fault)}</small></td></tr>'
    )


def _shown(attack: Attack, found: Finding) -> Iterator[str]:
    yield f"<h3>{escape(attack.name)}<small>{escape(attack.doc)}</small></h3>"
    each = ", ".join(
        f"{split} {share.mean:.1%} ± {share.error:.1%}" for split, share in found.shares.items()
    )
    yield f"<p>{escape('. '.join(filter(None, (found.by, each, found.fault))))}.</p>"
    if found.script:
        yield f"<pre>{escape(found.script)}</pre>"


def _provenance(command: str) -> Iterator[str]:
    here = machine()
    told = ", ".join(f"{k}&nbsp;{escape(v)}" for k, v in versions().items())
    facts = (
        ("command", f"<code>{escape(command)}</code>"),
        ("versions", told),
        ("machine", escape(f"{here['processor']}, {here['cores']} cores, {here['system']}")),
        (
            "above",
            "the lower end of a share's one-sided 95&nbsp;% interval lies above the threshold in "
            "some split; or there is a fault, whatever it earns",
        ),
    )
    terms = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in facts)
    yield f"<section><h2>How it was made</h2><dl>{terms}</dl></section>"
