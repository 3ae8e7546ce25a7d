"""What an attack is, and what it finds; :mod:`vgym.evaluation.audit.attacks` has the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, get_args

from vgym.evaluation.audit.floor import ORACLE, UNIFORM
from vgym.evaluation.audit.playing import Policy
from vgym.evaluation.audit.script import script_of
from vgym.evaluation.audit.share import NoRoom, Share
from vgym.evaluation.audit.subject import Subject

Kind = Literal["degenerate", "blind", "leak", "feedback", "loop", "recipe"]
AREA = "2 AUC - 1"  # what a share of a leak is
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Finding:
    """What came of one attack.

    Attributes:
        by: in words, what was done: of several ways the one that earned most.
        shares: by split, 0 by chance and 1 at the truth: mostly of the oracle's return over the
            random floor; of a leak twice the area under the curve less one.
        returns: by split, the mean return. success: by split, the share of episodes solved.
        chance: by split, the share that uniform answers solve.
        terms: reward terms of the split with the largest share: the mean sum of each over an
            episode.
        script: a program that shows it, to paste and run; "" if there is none.
        fault: in words, what is wrong whatever the shares are, such as a cycle that pays; "" if
            nothing is.
        measure: what the shares are of, in words.
        floor: what earns a share of nothing, in words.
    """

    by: str
    shares: Mapping[str, Share] = field(default_factory=dict)
    returns: Mapping[str, float] = field(default_factory=dict)
    success: Mapping[str, float] = field(default_factory=dict)
    chance: Mapping[str, float] = field(default_factory=dict)
    terms: Mapping[str, float] = field(default_factory=dict)
    script: str = field(default="", repr=False)
    fault: str = ""
    measure: str = "return"
    floor: str = UNIFORM.name

    @property
    def worst(self) -> str:
        """The split with the largest share; "" where there are none."""
        return max(self.shares, key=lambda split: self.shares[split].mean, default="")

    @property
    def share(self) -> Share | None:
        """The largest share of any split."""
        return self.shares.get(self.worst)

    def above(self, threshold: float) -> bool:
        """Whether it is a fault, or surely earns more than this share in any split."""
        return bool(self.fault) or self.earns(threshold)

    def earns(self, threshold: float) -> bool:
        """Whether it surely earns more than this share in any split."""
        return any(share.surely_above(threshold) for share in self.shares.values())

    @property
    def solved(self) -> float | None:
        """The success that stands beside the largest share; without one, of the first split."""
        return self.success.get(self.worst or next(iter(self.success), ""))

    def noted(self, threshold: float) -> bool:
        """Whether it is above nothing, yet solves this share of episodes more than chance does."""
        chance = self.chance.get(self.worst or next(iter(self.success), ""), 0.0)
        return not self.above(threshold) and (self.solved or 0.0) - chance > threshold


Run = Callable[[Subject], Iterable[Finding]]


@dataclass(frozen=True)
class Attack:
    """One way to be paid without doing the task.

    Attributes:
        name: one or some words.
        kind: the part of the audit that it belongs to.
        doc: one sentence: what a high share says of the task.
        run: what it finds of a subject, one after another.
        unfit: why it cannot be tried on a subject; "" if it can.
        slow: whether it takes more than a few seconds; a brief audit leaves it out.
    """

    name: str
    kind: Kind
    doc: str
    run: Run = field(repr=False)
    unfit: Callable[[Subject], str] = field(default=lambda subject: "", repr=False)
    slow: bool = False


@dataclass(frozen=True)
class BestOf:
    """The best of some policies: chosen on training episodes, judged on others.

    Where nothing is learnt, splits differ in what they show alone: the first is judged. An audit
    plays the policies of all such attacks side by side, see `Subject.best`.
    """

    policies: Callable[[Subject], list[Policy]]

    def __call__(self, subject: Subject) -> Iterator[Finding]:
        """The finding."""
        (policy,) = subject.best([self.policies(subject)])
        yield judged(subject, policy, subject.splits[:1])


best_of = BestOf


def learnt(fit: Callable[[Subject], Policy]) -> Run:
    """An attack by a policy that is fitted on `Subject.lessons`, judged on every split."""

    def run(subject: Subject) -> Iterator[Finding]:
        yield judged(subject, fit(subject), subject.splits)

    return run


def judged(
    subject: Subject, policy: Policy, splits: Iterable[str], floor: Policy = UNIFORM
) -> Finding:
    """What a policy comes to in the judged episodes of these splits; without a share of one in
    which there is nothing to have a share of.

    Args:
        subject, policy, splits: who plays what.
        floor: what a share of nothing earns: uniform answers.
    """
    beside = [policy, floor, ORACLE]  # side by side with what it is compared with
    earned = {split: subject.all_earned(beside, split)[0] for split in splits}
    shares: dict[str, Share] = {}
    for split, each in earned.items():
        with suppress(NoRoom):
            shares[split] = subject.share(each, split, floor)
    worst = max(shares or earned, key=lambda split: shares[split].mean if shares else 0.0)
    return Finding(
        by=policy.name,
        shares=shares,
        returns={split: each.mean for split, each in earned.items()},
        success={split: float(each.success.mean()) for split, each in earned.items()},
        chance={split: float(subject.random(split).success.mean()) for split in earned},
        terms={name: float(term.mean()) for name, term in earned[worst].terms.items()},
        script=script_of(subject, policy, worst),
        floor=floor.name,
    )
