"""What every benchmark of steps and frames tells of its numbers."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np


def quartiles(rates: Sequence[float]) -> dict[str, float]:
    """Median, lower and upper quartile.

    >>> quartiles([1.0, 2.0, 3.0])
    {'median': 2.0, 'lower': 1.5, 'upper': 2.5}
    """
    lower, median, upper = np.percentile(rates, [25, 50, 75]).tolist()
    return {"median": median, "lower": lower, "upper": upper}


def commit() -> str:
    """What this was measured at; "unknown" outside a repository."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=Path(__file__).resolve().parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"
