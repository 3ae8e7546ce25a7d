"""The part of the report that shows episodes step by step, and what was said to a model and by it.

Everything folds, and is bounded: so many conversations of a cell are kept, and pictures until the
page would be too large. Texts are a model's or a file's: all of them are escaped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from html import escape

from vgym.evaluation.conversation import Said, Seen
from vgym.evaluation.episodes import Shown, Taken
from vgym.evaluation.picture import data_uri
from vgym.evaluation.pictures import SHOWN
from vgym.evaluation.results import Row

PICTURE_BYTES = 6_000_000  # of all conversations of a page


def steps_section(rows: Sequence[Row], colour: Mapping[str, int]) -> list[str]:
    """The section; nothing where no episode has several steps and nobody spoke.

    Args:
        rows: of the report. colour: the number of each agent's.
    """
    room = PICTURE_BYTES
    parts: list[str] = []
    for env in dict.fromkeys(row.env for row in rows):
        cells: list[str] = []
        for row in rows:
            if row.env != env or row.pictures != SHOWN:
                continue
            for shown in [*filter(_spoken, row.gallery)] or row.gallery[:1]:
                if not shown.taken and not shown.conversation:
                    continue
                seen = [each for one in shown.conversation for each in one.pictures]
                room -= sum(len(each.picture) for each in seen)
                cells.append(_episode(row, shown, colour[row.agent], room >= 0))
        if cells:
            parts += [f"<h3>{escape(env)}</h3>", *cells]
    if not parts:
        return []
    lead = (
        "The first episodes of each agent, not chosen. Terms are unweighted; what was read out of "
        "a model's answer is drawn on the picture that it was given."
    )
    return [f'<section><h2>Step by step</h2><p class="lead">{lead}</p>', *parts, "</section>"]


def _spoken(shown: Shown) -> bool:
    return bool(shown.conversation)


def _episode(row: Row, shown: Shown, colour: int, pictures: bool) -> str:
    steps = max([1, *(one.step + 1 for one in shown.taken)])
    word = "step" if steps == 1 else "steps"
    solved = "solved" if shown.success else "not solved"
    mark = f'<span class="dot swatch-{colour}"></span>{escape(row.agent)}'
    where = escape(plain(shown.record or f"seed {shown.seed}"))
    parts = [
        f'<details class="told"><summary>{mark}: <bdi>{escape(plain(shown.phrase))}</bdi>'
        f"<small>{where}, {steps} {word}, {solved}</small></summary>"
    ]
    parts += _conversation(shown.conversation, pictures, colour)
    parts += _steps(shown.taken)
    return "".join([*parts, "</details>"])


def _steps(taken: Sequence[Taken]) -> list[str]:
    if not taken:
        return []
    names = list(dict.fromkeys(name for one in taken for name in one.terms))
    head = "".join(f'<th scope="col">{escape(n)}</th>' for n in ("step", "answer", "paid", *names))
    lines: list[str] = []
    before = -1
    for one in taken:
        if one.step > before + 1:
            gap = one.step - before - 1
            lines.append(f'<tr><td colspan="{3 + len(names)}">{gap} more</td></tr>')
        before = one.step
        answer = f"none: {one.why}" if one.answer is None else _numbers(one.answer)
        values = "".join(
            f"<td>{one.terms[n]:.3f}</td>" if n in one.terms else "<td></td>" for n in names
        )
        lines.append(
            f'<tr><td>{one.step + 1}</td><td class="answer">{escape(plain(answer))}</td>'
            f"<td>{one.reward:.3f}</td>{values}</tr>"
        )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    return [f'<div class="scroll">{table}</div>']


def _numbers(answer: object) -> str:
    if isinstance(answer, float):
        return f"{answer:.4g}"
    if isinstance(answer, list):
        told = ", ".join(_numbers(one) for one in answer[:12])
        return f"[{told}, …]" if len(answer) > 12 else f"[{told}]"
    return str(answer)[:80]


def _conversation(said: Sequence[Said], pictures: bool, colour: int) -> list[str]:
    parts: list[str] = []
    for one in said:
        body = [_picture(seen, pictures, colour) for seen in one.pictures]
        if one.text:
            body.append(f"<pre>{escape(plain(one.text))}</pre>")
        body += [f'<pre class="call">{escape(plain(call))}</pre>' for call in one.calls]
        role = escape(plain(one.role) or "message")
        kind = "model" if one.role == "assistant" else "others"
        parts.append(f'<div class="said {kind}"><p class="role">{role}</p>{"".join(body)}</div>')
    return [f'<div class="talk">{"".join(parts)}</div>'] if parts else []


def _picture(seen: Seen, shown: bool, colour: int) -> str:
    height, width = seen.size_hw
    size = f'<p class="role">picture of {width}&times;{height}'
    if not seen.picture or not shown:
        return f"{size}, left out here</p>"
    radius, style = 0.02 * max(height, width), f"answer-{colour}"
    shapes = []
    for x0, y0, x1, y1 in seen.boxes:
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        place = (
            f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}"'
        )
        shapes.append(f'<rect class="under" {place} stroke-width="4"/>')
        shapes.append(f'<rect class="{style}" {place} stroke-width="2"/>')
    for x, y in seen.points:
        place = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"'
        shapes.append(f'<circle class="under" {place} stroke-width="4.5"/>')
        shapes.append(f'<circle class="{style}" {place} stroke-width="2.5"/>')
    return (
        f'<div class="frame"><img alt="" width="{width}" height="{height}" '
        f'src="{data_uri(seen.picture)}"><svg viewBox="0 0 {width} {height}" aria-hidden="true">'
        f"{''.join(shapes)}</svg></div>{size}</p>"
    )


def plain(text: str) -> str:
    """A text without what steers a page: marks of direction are named, control signs left out.

    >>> plain("a\\u202eb\\x00c")
    'a[U+202E]bc'
    """
    if text.isprintable():
        return text
    made = []
    for sign in text:
        kind = unicodedata.category(sign)
        if sign in "\n\t" or kind not in ("Cc", "Cf", "Cs", "Co", "Cn"):
            made.append(sign)
        elif kind == "Cf":
            made.append(f"[U+{ord(sign):04X}]")
    return "".join(made)
