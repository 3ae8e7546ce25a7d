"""What agents that talk to models use: tokens, pictures, seconds, and what they cost at a price."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vgym.evaluation.results import Row

_FORM = "in=0.15,out=0.6"
HEADS = ("unread", "tokens in", "tokens out", "pictures", "calls", "agent s", "cost")


@dataclass(frozen=True)
class Price:
    """Of a million tokens, those that go in and those that come out, in any currency."""

    tokens_in: float
    tokens_out: float

    @classmethod
    def parse(cls, words: str) -> Price:
        """The price that is written so.

        Raises:
            ValueError: it is not; says how it is written.

        >>> Price.parse("in=0.15,out=0.6")
        Price(tokens_in=0.15, tokens_out=0.6)
        """
        try:
            named = dict(part.split("=") for part in words.replace(" ", "").split(","))
            values = {name: float(value) for name, value in named.items()}
        except ValueError:
            values = {}
        sound = all(math.isfinite(value) and value >= 0 for value in values.values())
        if values.keys() != {"in", "out"} or not sound:
            raise ValueError(f"--price {words!r:.80} is written per million tokens: {_FORM}")
        return cls(values["in"], values["out"])

    def of(self, usage: Mapping[str, float]) -> float:
        """What a usage costs.

        >>> Price(0.15, 0.6).of({"tokens_in": 2_000_000, "tokens_out": 500_000})
        0.6
        """
        tokens = usage.get("tokens_in", 0), usage.get("tokens_out", 0)
        return (tokens[0] * self.tokens_in + tokens[1] * self.tokens_out) / 1e6


def told(rows: Sequence[Row]) -> bool:
    """Whether any of the rows says what it used."""
    return any(row.usage for row in rows)


def cells(row: Row) -> list[str]:
    """A row's usage under `HEADS`; "" for what it does not say."""
    used = row.usage
    counts = [
        f"{used[name]:,.0f}" if name in used else ""
        for name in ("tokens_in", "tokens_out", "pictures", "calls")
    ]
    cost = f"{used['cost']:.4g}" if "cost" in used else ""
    return [f"{row.unread_share:.1%}", *counts, f"{row.thought_s:,.1f}", cost]


def lines(rows: Sequence[Row]) -> list[str]:
    """A table of the rows that say what they used, in columns that fit; none without any."""
    chosen = [row for row in rows if row.usage]
    if not chosen:
        return []
    table = [("environment", "agent", *HEADS), *((r.env, r.player, *cells(r)) for r in chosen)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    ]
