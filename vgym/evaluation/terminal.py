"""Results as lines on the terminal, each printed as soon as its cell is done."""

from __future__ import annotations

from collections.abc import Sequence

from vgym.evaluation.metrics import Estimate
from vgym.evaluation.results import Row

_HEAD = ("environment", "agent", "episodes", "success", "95 %", "return", "95 %", "steps/s")


class Lines:
    """Lines of one table, in columns that fit all its cells; intervals are of 95 %.

    Args:
        cells: what the table calls every environment and agent in it.
    """

    def __init__(self, cells: Sequence[tuple[str, str]]) -> None:
        env = max(len(word) for word in (_HEAD[0], *(env for env, _ in cells)))
        agent = max(len(word) for word in (_HEAD[1], *(agent for _, agent in cells)))
        self._form = (
            f"{{:<{env}}}  {{:<{agent}}}  {{:>8}}  {{:>7}}  {{:>13}}  {{:>8}}  {{:>15}}  {{:>8}}"
        )

    @property
    def head(self) -> str:
        """What the columns are."""
        return self._form.format(*_HEAD)

    def of(self, row: Row) -> str:
        """The line of a row."""
        return self._form.format(
            row.env,
            row.player,
            f"{row.episodes:,}",
            f"{row.success.mean:.3f}",
            _interval(row.success),
            f"{row.returns.mean:.3f}",
            _interval(row.returns),
            f"{row.steps_per_s:,.0f}",
        )


def _interval(estimate: Estimate) -> str:
    return f"{estimate.low:.3f}–{estimate.high:.3f}"  # noqa: RUF001  a range
