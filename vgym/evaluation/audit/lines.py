"""An audit as lines on the terminal, each printed as soon as its attack has been tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from textwrap import indent

from vgym.evaluation.audit.attack import Attack, Finding
from vgym.evaluation.audit.audited import Audited, Tried

_BY = 60  # characters of what was done


class Lines:
    """Lines of one table, in columns that fit all its attacks.

    Args:
        attacks: those that will be tried.
        threshold: the share from which a finding is marked.
    """

    def __init__(self, attacks: Sequence[Attack], threshold: float) -> None:
        name = max((len(attack.name) for attack in attacks), default=6)
        self._form = f"{{:<5}}  {{:<10}}  {{:<{name}}}  {{:>14}}  {{:>7}}  {{}}"
        self._threshold = threshold

    @property
    def head(self) -> str:
        """What the columns are."""
        return self._form.format("", "kind", "attack", "share", "success", "what it did").rstrip()

    def of(self, tried: Tried) -> Iterator[str]:
        """A line for every finding of an attack; none of one that was not tried."""
        for found in tried.findings:
            success = found.success.get(found.worst)
            yield self._form.format(
                "ABOVE" if found.above(self._threshold) else "",
                tried.attack.kind,
                tried.attack.name,
                share_in_words(found),
                "" if success is None else f"{success:.0%}",
                found.fault or _short(found.by),
            ).rstrip()


def start_of(audited: Audited) -> str:
    """What is audited, its floor and its ceiling."""
    subject, floor, ceiling = audited.subject, audited.floor, audited.ceiling
    settings = "".join(f", {k}={v}" for k, v in subject.settings.items() if k != "reward")
    return (
        f"{subject.id}{settings}, reward {audited.recipe}: {subject.effort.judged} episodes of "
        f"each split\n  uniform answers earn {floor.mean:.3f} ± {floor.error:.3f} and solve "
        f"{floor.success.mean():.0%}; the oracle earns {ceiling.mean:.3f} ± {ceiling.error:.3f} "
        f"and solves {ceiling.success.mean():.0%}"
    )


def end_of(audited: Audited) -> Iterator[str]:
    """What was not tried and why; every finding that counts, with its terms and its script."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for tried in audited.tried:
        if tried.unfit:
            reasons[tried.unfit].append(tried.attack.name)
    for why, names in reasons.items():
        yield f"  not tried, as {why}: {', '.join(names)}"
    for attack, found in audited.above:
        yield f"\n{attack.name}: {attack.doc}\n  {found.by}"
        if found.fault:
            yield f"  {found.fault}"
        for split, share in found.shares.items():
            yield f"  {split}: {share.mean:.1%} ± {share.error:.1%} ({share.episodes} episodes)"
        if found.terms:
            paid = ", ".join(f"{name} {value:.3f}" for name, value in found.terms.items())
            yield f"  terms of an episode: {paid}"
        if found.script:
            yield "  shown by\n\n" + indent(found.script, "    ")
    fit, some = sum(not tried.unfit for tried in audited.tried), len(audited.above)
    yield (
        f"{audited.subject.id}: {_count(fit, 'attack')}, "
        f"{_count(some, 'finding') if some else 'nothing'} above {audited.threshold:.0%} of what "
        "the truth earns over uniform answers"
    )


def share_in_words(found: Finding) -> str:
    """Such as "31.2 ± 1.4 %"; "" where there is none."""
    if found.share is None:
        return ""
    return f"{100 * found.share.mean:.1f} ± {100 * found.share.error:.1f} %"


def _short(text: str) -> str:
    return text if len(text) <= _BY else text[: _BY - 1] + "…"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
