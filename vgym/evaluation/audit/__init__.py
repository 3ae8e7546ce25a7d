"""An audit finds by itself how an environment can be paid without its task being done.

An attack (:mod:`vgym.evaluation.audit.attack`) plays an id, mostly blind to something that is
needed, and what it earns is told as a share: 0 is what uniform answers earn, 1 what the oracle
does. ``vgym audit ID`` tries all of :data:`vgym.evaluation.audit.attacks.ATTACKS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vgym.evaluation.audit.attack import Attack, BestOf, Finding, judged
from vgym.evaluation.audit.attacks import ATTACKS
from vgym.evaluation.audit.audited import THRESHOLD, Audited, Tried
from vgym.evaluation.audit.floor import ORACLE, UNIFORM
from vgym.evaluation.audit.share import NoRoom
from vgym.evaluation.audit.subject import EFFORTS, Effort, Subject
from vgym.on_demand import modules_on_demand

__all__ = [
    "ATTACKS",
    "EFFORTS",
    "THRESHOLD",
    "Attack",
    "Audited",
    "Effort",
    "Finding",
    "Subject",
    "Tried",
    "audit",
    "brief",
]


def audit(subject: Subject, attacks: Iterable[Attack] = ATTACKS) -> Iterator[Tried]:
    """Try attacks on a subject, one after another; those that learn nothing side by side.

    Args:
        subject: the id, with settings and effort.
        attacks: those to try.

    >>> subject = Subject("VGroundPoint-v0", wanted=EFFORTS["brief"])
    >>> [tried.above() for tried in audit(subject, ATTACKS[:1])]
    [[]]
    """
    tried = {attack: attack.unfit(subject) for attack in attacks}
    plain = [a for a, unfit in tried.items() if not unfit and isinstance(a.run, BestOf)]
    groups = [attack.run.policies(subject) for attack in plain if isinstance(attack.run, BestOf)]
    best = dict(zip(plain, subject.best(groups), strict=True))
    if best:
        subject.all_earned([UNIFORM, ORACLE, *best.values()])
    for attack, unfit in tried.items():
        if unfit:
            yield Tried(attack, (), unfit)
        elif attack in best:
            yield Tried(attack, (judged(subject, best[attack], subject.splits[:1]),))
        else:
            try:
                yield Tried(attack, tuple(attack.run(subject)))
            except NoRoom as error:
                yield Tried(attack, (), str(error))


def brief(subject: Subject) -> Iterator[Tried]:
    """An audit of a few seconds, by those attacks that are quick, with few episodes.

    Args:
        subject: its effort does not count.
    """
    few = Subject(subject.id, subject.settings, EFFORTS["brief"], subject.seed)
    yield from audit(few, [attack for attack in ATTACKS if not attack.slow])


modules_on_demand(__name__)
