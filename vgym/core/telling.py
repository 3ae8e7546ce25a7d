"""What a step tells of itself in ``info``, and when.

What is measured against the truth is feedback: who reads it in mid-episode can climb to the goal
without looking. So it comes with the end of the episode, or at every step by ``expose="truth"``.
What the agent could know itself (`Task.told`), and success, are told at every step. In a batch the
mask beside a metric (``_iou`` beside ``iou``) says which rows have it; rows that do not have it, as
they go on or were only reset, hold NaN, or False or 0 where a metric is no float.

Names and the like (`Task.in_words`) come with the end too: arrays of objects, None of other rows.

``reward_terms`` are the parts of what was paid, and told with it; those behind a gate that is shut
pay nothing, and read 0 until the end, as do those of rows that were only reset.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.action_check import Actions
from vgym.core.hand_out import HandOut
from vgym.core.task import ALWAYS_TOLD, Outcome, Task


def transition_info(
    task: Task[Any],
    outcome: Outcome,
    actions: Actions,
    out: HandOut,
    rows: NDArray[np.bool_],
    ended: NDArray[np.bool_],
) -> dict[str, Any]:
    """Success, metrics and reward terms, in memory of their own: tasks may hand out state.

    Args:
        rows: (B,) those that made the step. ended: (B,) of them, those whose episode is over.
    """
    hidden = [None if have.all() else out.on_device(~have) for have in (rows, ended)]

    def told(values: Tensor, always: bool, nothing: float | None = None) -> Tensor:
        hide = hidden[0 if always else 1]
        return values.clone() if hide is None else untold(values, hide, nothing)

    info = out.with_masks({"success": told(outcome.success, True)}, rows)
    for name, values in outcome.metrics.items():
        always = _told_always(task, name)
        info[name] = out.values(told(values, always))
        info[f"_{name}"] = out.mask(rows if always else ended)
    have = rows if task.config.expose == "truth" else ended
    if have.any():
        facts = outcome.facts
        if not have.all():
            chosen = out.rows(have)
            facts = {name: fact[chosen] for name, fact in facts.items()}
        info |= _spread(task.in_words(facts), have, out)
    terms = {name: told(term, True, 0) for name, term in outcome.score.terms.items()}
    if task.config.expose == "end" and hidden[1] is not None:
        _shut(task, outcome, terms, hidden[1])
    info["reward_terms"], info["_reward_terms"] = out.with_masks(terms, rows), out.mask(rows)
    if actions.why is not None:
        unread = (actions.why != "") & rows.reshape(-1, *[1] * (actions.why.ndim - 1))
        info["parse_error"], info["_parse_error"] = actions.why.copy(), out.mask(unread)
    return info


def told_between(task: Task[Any], outcome: Outcome) -> dict[str, Tensor]:
    """What infos hold of a row whose episode goes on, reward terms among it: (B,) each, by name."""
    terms = {name: term.clone() for name, term in outcome.score.terms.items()}
    if task.config.expose == "end":
        _shut(task, outcome, terms, torch.ones_like(outcome.terminated))
    told = {k: v.clone() for k, v in outcome.metrics.items() if _told_always(task, k)}
    return {"success": outcome.success.clone(), **told, **terms}


def untold(values: Tensor, hidden: Tensor, nothing: float | None = None) -> Tensor:
    """Values (B, ...) without those of the rows that are hidden, (B,) bool; in fresh memory.

    Args:
        nothing: what hidden rows hold; NaN of floats and 0 of others, if not said.
    """
    if nothing is None:
        nothing = torch.nan if values.is_floating_point() else 0
    return values.masked_fill(hidden.reshape(-1, *[1] * (values.dim() - 1)), nothing)


def _spread(words: Mapping[str, Any], have: NDArray[np.bool_], out: HandOut) -> dict[str, Any]:
    """What is told of some rows, as values of all, with masks; None of the others."""
    spread: dict[str, Any] = {}
    for name, values in words.items():
        if isinstance(values, Mapping):
            spread[name] = _spread(values, have, out)
        else:
            spread[name] = np.full(len(have), None, np.object_)
            spread[name][have] = values
        spread[f"_{name}"] = out.mask(have)
    return spread


def _told_always(task: Task[Any], metric: str) -> bool:
    return task.config.expose == "truth" or metric in ALWAYS_TOLD or metric in task.told


def _shut(task: Task[Any], outcome: Outcome, terms: dict[str, Tensor], hidden: Tensor) -> None:
    """Write 0 over the terms of hidden rows that a gate keeps from being paid."""
    gates = {gate.name for gate in task.reward.form_for(outcome.facts).gates}
    for gate in gates:
        closed = terms[gate] == 0
        closed &= hidden.reshape(-1, *[1] * (closed.dim() - 1))
        for name in terms.keys() - gates:
            terms[name].masked_fill_(closed, 0)
