"""Attacks on what a reward adds up to: cycles, bounds of an episode, and who is paid for what."""

from vgym.evaluation.audit.attack import Attack
from vgym.evaluation.audit.loops.bounds import beyond_the_truth
from vgym.evaluation.audit.loops.cycles import paying_cycles
from vgym.evaluation.audit.loops.robots import paid_twice, unneeded
from vgym.evaluation.audit.subject import Subject


def _answered(subject: Subject) -> str:
    return "an episode is one answer" if subject.answered else ""


def _alone(subject: Subject) -> str:
    return "" if subject.team else "one agent acts alone"


LOOPS: tuple[Attack, ...] = (
    Attack(
        "a cycle that pays",
        "loop",
        "Moves that come back to where they began are paid each time.",
        paying_cycles,
        _answered,
    ),
    Attack(
        "more than the truth",
        "loop",
        "Detours and repeats are paid beyond what the truth earns in any episode.",
        beyond_the_truth,
    ),
    Attack(
        "paid twice",
        "loop",
        "One robot is paid for several robots' work.",
        paid_twice,
        _alone,
    ),
    Attack(
        "work that is not needed",
        "loop",
        "A robot is paid for what the team succeeds without.",
        unneeded,
        _alone,
    ),
)
