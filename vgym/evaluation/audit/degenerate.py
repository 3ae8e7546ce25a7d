"""Answers that look at nothing."""

from __future__ import annotations

from vgym.core.action_check import NoAnswer
from vgym.evaluation.audit.attack import Attack, best_of
from vgym.evaluation.audit.playing import Policy

UNREAD = Policy(
    "no answer that could be read",
    lambda moment: [NoAnswer()] * moment.rows,
    "actions = [vgym.NoAnswer()] * n",
)

ATTACKS = (
    Attack(
        "unread answers",
        "degenerate",
        "What cannot be read is paid.",
        best_of(lambda subject: [UNREAD]),
    ),
)
