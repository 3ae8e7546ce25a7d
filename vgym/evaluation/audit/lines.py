"""An audit as lines on the terminal, each printed as soon as its attack has been tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from textwrap import indent, wrap

from vgym.evaluation.audit.attack import AREA, Attack, Finding
from vgym.evaluation.audit.audited import Audited, Tried
from vgym.evaluation.audit.floor import UNIFORM

_LEAST = 30  # characters of what was done on a line, however narrow the screen is


class Lines:
    """Lines of one table, in columns that fit all its attacks.

    Args:
        attacks: those that will be tried.
        threshold: the share from which a finding is marked.
        width: of the screen that lines are folded to; None for none, where nothing is folded.
    """

    def __init__(
        self, attacks: Sequence[Attack], threshold: float, width: int | None = None
    ) -> None:
        name = max((len(attack.name) for attack in attacks), default=6)
        self._form = f"{{:<5}}  {{:<10}}  {{:<{name}}}  {{:>14}}  {{:>7}}  {{}}"
        self._threshold = threshold
        self._width = width

    @property
    def head(self) -> str:
        """What the columns are."""
        return self._form.format("", "kind", "attack", "share", "success", "what it did").rstrip()

    def of(self, tried: Tried) -> Iterator[str]:
        """A line for every finding of an attack; none of one that was not tried."""
        for found in tried.findings:
            line = self._form.format(
                self._mark(found),
                tried.attack.kind,
                tried.attack.name,
                share_in_words(found),
                "" if found.solved is None else f"{found.solved:.0%}",
                "",
            )
            yield from self._folded(line, f"{found.fault or found.by}{of_what(found)}")

    def _mark(self, found: Finding) -> str:
        if found.above(self._threshold):
            return "ABOVE"
        return "note" if found.noted(self._threshold) else ""

    def _folded(self, line: str, text: str) -> list[str]:
        """A line that ends with a text, which goes on in its own column."""
        if self._width is None:
            return [line + text]
        rows = wrap(text, max(_LEAST, self._width - len(line)), break_long_words=False)
        return [line + rows[0], *(" " * len(line) + row for row in rows[1:])]


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
    fit = sum(not tried.unfit for tried in audited.tried)
    counted = in_short([found for _, found in audited.above], audited.threshold)
    yield f"{audited.subject.id}: {_count(fit, 'attack')}, {counted}"


def in_short(above: Sequence[Finding], threshold: float) -> str:
    """How many findings there are, those apart that are faults whatever they earn."""
    earning = sum(found.earns(threshold) for found in above)
    faults = len(above) - earning
    told = f"{_count(earning, 'finding') if earning else 'nothing'} above {threshold:.0%}"
    told += " of what the truth earns over the floor"
    return f"{told}; {_count(faults, 'fault')} whatever the share" if faults else told


def share_in_words(found: Finding) -> str:
    """Such as "31.2 ± 1.4 %"; "" where there is none."""
    if found.share is None:
        return ""
    return f"{100 * found.share.mean:.1f} ± {100 * found.share.error:.1f} %"


def of_what(found: Finding) -> str:
    """In brackets, what a share is of, where it is not of the return over uniform answers."""
    if found.share is None:
        return ""
    told = [] if found.floor == UNIFORM.name else [f"floor: {found.floor}"]
    told += [found.measure] if found.measure == AREA else []
    return f" ({'; '.join(told)})" if told else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
