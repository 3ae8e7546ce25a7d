"""Bars with intervals as inline SVG: no script, no file, colours from the page's style."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from vgym.evaluation.metrics import Estimate

_HEIGHT = 214.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 4.0, 18.0, 8.0
_BAR = 28.0  # pixels a bar takes, where there is room
_WIDEST = 340.0  # what a telephone shows


@dataclass(frozen=True)
class Bar:
    """One agent's bar: ``colour`` numbers the page's agent colours, of which it may be pale."""

    label: str
    colour: int
    estimate: Estimate
    pale: bool = False


@dataclass(frozen=True)
class Group:
    """The bars of one environment."""

    label: str
    bars: Sequence[Bar]


def bar_charts(groups: Sequence[Group], what: str) -> str:
    """A small chart a group, of one size and one scale; the page sets as many side by side as fit.

    They are drawn at the size at which they are shown, so that their letters are never scaled.

    Args:
        groups: at least one bar among them.
        what: what is drawn, in words, for those who hear the page.
    """
    scale = _scale([bar.estimate for group in groups for bar in group.bars])
    most = max(len(group.bars) for group in groups)
    width = min(_WIDEST, _LEFT + _RIGHT + _BAR * max(4, most))
    figures = [_figure(group, width, scale, what) for group in groups]
    return "\n".join(['<div class="charts">', *figures, "</div>"])


def _figure(group: Group, width: float, scale: tuple[float, float, float], what: str) -> str:
    low, high, step = scale

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low)

    said = escape(f"{what}: {group.label}", quote=True)
    parts = [
        f'<figure><svg class="chart" width="{width:g}" height="{_HEIGHT:g}" '
        f'viewBox="0 0 {width:g} {_HEIGHT:g}" role="img" aria-label="{said}">'
    ]
    for k in range(round((high - low) / step) + 1):
        value = low + k * step
        line = "axis" if abs(value) < step / 1e3 else "grid"
        parts.append(
            f'<line class="{line}" x1="{_LEFT:g}" x2="{width - _RIGHT:g}" '
            f'y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
            f'<text class="tick" x="{_LEFT - 6:g}" y="{y(value) + 4:.1f}">{value:g}</text>'
        )
    parts += _bars(group, width - _LEFT - _RIGHT, y)
    return "".join([*parts, "</svg><figcaption>", escape(group.label), "</figcaption></figure>"])


def _bars(group: Group, room: float, y: Callable[[float], float]) -> list[str]:
    parts = []
    width = min(_BAR, room / max(1, len(group.bars)))
    left = _LEFT + (room - width * len(group.bars)) / 2
    for k, bar in enumerate(group.bars):
        e = bar.estimate
        x0, middle = left + k * width + 2, left + (k + 0.5) * width
        top, bottom = sorted((y(e.mean), y(0.0)))
        parts.append(
            f"<g><title>{escape(group.label)}, {escape(bar.label)}: {e.mean:.3f} "
            f"[{e.low:.3f}, {e.high:.3f}]</title>"
            f'<rect class="agent-{bar.colour}{" pale" * bar.pale}" x="{x0:.1f}" y="{top:.1f}" '
            f'width="{width - 4:.1f}" height="{max(bottom - top, 0.8):.1f}" rx="1.5"/>'
            f'<path class="whisker" d="M{middle:.1f} {y(e.low):.1f}V{y(e.high):.1f}'
            f'M{middle - 4:.1f} {y(e.low):.1f}h8M{middle - 4:.1f} {y(e.high):.1f}h8"/>'
            f'<text class="value" x="{middle:.1f}" y="{min(y(e.high), top) - 5:.1f}">'
            f"{_short(e.mean)}</text></g>"
        )
    return parts


def _scale(estimates: Sequence[Estimate]) -> tuple[float, float, float]:
    """Lowest and highest value of the axis and the step between its lines; 0 is on a line."""
    low = min(0.0, *(e.low for e in estimates))
    high = max(0.0, *(e.high for e in estimates))
    if low == 0.0 and high <= 1.0:
        return 0.0, 1.0, 0.25
    rough = max(high - low, 1e-9) / 5
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(m * unit for m in (1, 2, 2.5, 5, 10) if m * unit >= rough * 0.999)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def _short(value: float) -> str:
    """Two decimals without the leading zero: .07, 1.0, -.25, 12.

    >>> _short(0.074), _short(1.0), _short(-0.25), _short(0.0)
    ('.07', '1.0', '-.25', '0')
    """
    if round(value, 2) == 0:
        return "0"
    if abs(value) >= 9.995:
        return f"{value:.0f}"
    text = f"{value:.2f}" if abs(value) < 0.995 else f"{value:.1f}"
    return text.replace("0.", ".", 1) if abs(value) < 0.995 else text
