"""Bounds: no episode earns more than the truth does, however often it is left for a while."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vgym.evaluation.audit.attack import Finding, judged
from vgym.evaluation.audit.degenerate.constant import gestures
from vgym.evaluation.audit.floor import UNIFORM
from vgym.evaluation.audit.playing import Moment, Policy, literal
from vgym.evaluation.audit.subject import Subject

_ODDS = (0.1, 0.3, 0.6)  # of a move at random in the oracle's place
_SLACK = 0.01  # of the truth's mean return over the floor


def beyond_the_truth(subject: Subject) -> Iterator[Finding]:
    """The detour with the best single episode."""
    policies = [UNIFORM, *(_astray(subject, odds) for odds in _ODDS)]
    truth = subject.oracle().returns
    bound = float(truth.max())
    slack = _SLACK * (truth.mean() - subject.random().mean)
    earned = subject.all_earned(policies)
    best = max(range(len(policies)), key=lambda k: float(earned[k].returns.max()))
    found = judged(subject, policies[best], subject.splits[:1])
    most, beyond = earned[best].returns.max(), earned[best].returns > bound + slack
    by = f"{policies[best].name}: at most {most:.3g} an episode, the truth {bound:.3g}"
    fault = f"{beyond.mean():.1%} of episodes earn more than the truth ever does"
    fault = fault if beyond.any() else ""
    # What it earns on the way is the truth's own.
    yield Finding(by, terms=found.terms, script=found.script if fault else "", fault=fault)


def _astray(subject: Subject, odds: float) -> Policy:
    table = np.stack([gesture.action for gesture in gestures(subject)])

    def act(moment: Moment) -> object:
        truth = moment.task.oracle(moment.state).cpu().numpy()
        lost = moment.draws.random(moment.rows) < odds
        moves = table[moment.draws.integers(len(table), size=moment.rows)]
        return np.where(lost.reshape(-1, *[1] * (truth.ndim - 1)), moves, truth)

    code = (
        f"some = np.array({literal(table)}, np.{table.dtype.name})\n"
        "draws, truth = np.random.default_rng([seed, step]), envs.unwrapped.oracle()\n"
        f"lost = draws.random(n) < {odds}\n"
        "moves = some[draws.integers(len(some), size=n)]\n"
        "actions = np.where(lost.reshape(-1, *[1] * (truth.ndim - 1)), moves, truth)"
    )
    return Policy(f"the oracle, astray in {odds:.0%} of steps", act, code)
