"""What a trainer's log is told of a batch: means, and a warning where there is nothing to learn."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from vgym.evaluation.group_signal import flat_share
from vgym.integrations.episodes import Outcome
from vgym.integrations.tickets import Ticket

MOSTLY = 0.5  # the share of groups without advantage from which on the log says so
_LOG = logging.getLogger("vgym.training")


def warn_of_flat(
    groups: Sequence[Hashable], rewards: Sequence[float], outcomes: Sequence[Outcome] = ()
) -> float | None:
    """Say so where most groups of a batch have no advantage.

    Args:
        groups: (N,) which group each reward is of. rewards: (N,).
        outcomes: of the same answers; of those that could not be read the first says why.

    Returns:
        The share of such groups, see `vgym.evaluation.group_signal.flat_share`.
    """
    flat = flat_share(groups, rewards)
    if flat is not None and flat > MOSTLY:
        _LOG.warning(
            "%.0f %% of the groups of this batch have no advantage: all answers to a prompt earn "
            "the same. %s",
            100 * flat,
            _cause(outcomes),
        )
    return flat


def _cause(outcomes: Sequence[Outcome]) -> str:
    unread = [outcome.why for outcome in outcomes if outcome.why]
    if 2 * len(unread) > len(outcomes) > 0:
        return f"{len(unread)} of {len(outcomes)} answers could not be read: {unread[0]}."
    return "`vgym signal` tells which recipe, difficulty or group size has more."


def told_of(
    tickets: Sequence[Ticket], outcomes: Sequence[Outcome]
) -> tuple[dict[str, float], dict[str, list[Any]]]:
    """Means over a batch, and columns of its table of completions.

    Args:
        tickets, outcomes: (N,) the answers to one ticket are a group.

    Returns:
        Means by name: ``vgym/success``, ``vgym/unread``, ``vgym/steps``, ``vgym/no_advantage`` (the
        share of groups whose members all earn the same; not where no group has two), and
        ``vgym/terms/NAME``; and columns (N,) by name.
    """
    if not outcomes:
        return {}, {}
    flat = warn_of_flat(tickets, [outcome.value for outcome in outcomes], outcomes)
    names = {name: None for outcome in outcomes for name in outcome.terms}
    terms = {
        f"vgym/terms/{n}": float(np.mean([o.terms[n] for o in outcomes if n in o.terms]))
        for n in names
    }
    means = {
        "vgym/success": float(np.mean([o.success for o in outcomes])),
        "vgym/unread": float(np.mean([o.unread / max(o.steps, 1) for o in outcomes])),
        "vgym/steps": float(np.mean([o.steps for o in outcomes])),
        **({} if flat is None else {"vgym/no_advantage": flat}),
    }
    table: dict[str, list[Any]] = {
        "success": [o.success for o in outcomes],
        "why_unread": [o.why for o in outcomes],
        "seed": [t.seed for t in tickets],
    }
    return {**means, **terms}, table
