"""What a step of a flow came to: the facts that rewards read, and the metrics of users."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.core.task import Facts
from vgym.envs.gui.flow.planner import UNREACHABLE
from vgym.envs.gui.flow.types import State

FLOW_FACTS = frozenset(
    {"unrecoverable", "steps", "max_steps", "reference_steps"}
    | {"plan_done_before", "plan_done_after", "best_done_before", "best_done_after"}
)
HINT = 0.5  # a click right beside what the plan needs next counts as half a step


def flow_facts(before: State, after: State, limit: int, unread: Tensor | None) -> Facts:
    """Facts of one step.

    Args:
        before, after: the states around it.
        limit: of the steps.
        unread: (B,) bool, rows whose answer could not be read, or None for nowhere.
    """
    read = torch.ones_like(after.left, dtype=torch.bool)
    return {
        "success": after.left == 0,
        "unrecoverable": after.left >= UNREACHABLE,
        "format_ok": read if unread is None else ~unread,
        "steps": after.steps.clone(),
        "max_steps": torch.full_like(after.steps, limit),
        "reference_steps": after.reference,
        "plan_done_before": _done(before),
        "plan_done_after": _done(after),
        "best_done_before": before.best,
        "best_done_after": after.best,
    }


def flow_metrics(state: State, facts: Facts) -> dict[str, Tensor]:
    """(B,) each; `spoilt` is what `unrecoverable` was called, and goes with the next release."""
    direct = state.reference / torch.maximum(state.reference, state.steps).clamp(min=1)
    return {
        "unrecoverable": facts["unrecoverable"],
        "spoilt": facts["unrecoverable"],
        "plan_done": facts["plan_done_after"],
        "steps": state.steps.clone(),
        "spl": (facts["success"] * direct).float(),
    }


def _done(state: State) -> Tensor:
    """Share of the shortest plan that is done; below 0 where more is left than at the start."""
    share = 1 - state.left / state.reference.clamp(min=1)
    return share.clamp(-1, 1).float()
