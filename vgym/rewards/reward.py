"""A reward as data: named terms and their weights; facts in, value and terms out."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real
from vgym.rewards.at_once import earned_at_once
from vgym.rewards.domains import hold
from vgym.rewards.facts import Facts, check, describe, reckonable
from vgym.rewards.form import Form, lowest
from vgym.spelling import nearest

Hint = str | None | list[str | None]
Subject = Literal[
    "grounding",
    "screens",
    "Earth",
    "video",
    "edits, maps and puzzles",
    "zoom and pages",
    "navigation",
]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)  # the headings of lists, in their order
_OF_THE_VALUE = 0.05  # of what is paid, that a term must change to be one that is paid for
_LARGEST = torch.finfo(torch.float32).max  # what environments hand out is float32


@dataclass(frozen=True)
class Score:
    """What an answer earned.

    Args:
        value: `(B,)`, always finite; a scalar tensor for a single answer given to `score`.
        terms: the unweighted terms by name, shaped as the value, always finite.
        flagged: bool, shaped as the value: True where a number was not finite and the floor was
            paid.
    """

    value: Tensor
    terms: dict[str, Tensor]
    flagged: Tensor
    hinter: Callable[[], Hint] | None = field(default=None, repr=False, compare=False)

    @property
    def hint(self) -> Hint:
        """Whether the answer would have scored well in another convention, such as `"0.81 as
        0-1000"`.

        Worked out when asked for. None, or a list with one entry a row for a batch, where there is
        nothing to say.
        """
        return None if self.hinter is None else self.hinter()


CustomFunction = Callable[[Facts], Tensor | tuple[Tensor, dict[str, Tensor]] | Score]


@dataclass(frozen=True)
class Reward:
    """A recipe: the forms of answer it takes, how their terms combine, what is known of it.

    Args:
        name: what users type.
        forms: tried in order; the first whose needed facts are all there is used.
        source: the paper, code and commit, or this project.
        doc: what it pays for, in a sentence or two.
        range: lowest and highest value; the lowest is paid for answers that are not finite.
        combination: `"sum"` of weight times term, or a function of the terms by name.
        combination_text: that function in words, for the card.
        space: unit of the coordinates that the facts must be in.
        failure_modes: known ways to be paid without solving the task.
        subject: what it is about, the heading that lists put it under.
    """

    name: str
    forms: tuple[Form, ...]
    source: str
    doc: str
    range: tuple[float, float] = (0.0, 1.0)
    combination: Callable[[dict[str, Tensor]], Tensor] | Literal["sum"] = "sum"
    combination_text: str = ""
    space: str = "pixels"
    failure_modes: tuple[str, ...] = ()
    subject: Subject = "grounding"

    @property
    def floor(self) -> float:
        """What an answer that is not finite earns."""
        return lowest(self.range)

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """The facts that each form needs, by the form's name; any one form will do."""
        return {form.name: form.needs for form in self.forms}

    def fits(self, stated: Collection[str]) -> bool:
        """Whether a task that states the facts of these names can be paid by it."""
        return any(all(name in stated for name in form.needs) for form in self.forms)

    def form_for(self, facts: Facts) -> Form:
        """The form that these facts are scored in.

        Raises:
            ValueError: listing what the reward needs and what it was given.
        """
        for form in self.forms:
            if all(name in facts for name in form.needs):
                return form
        needed = "; or ".join(", ".join(map(describe, form.needs)) for form in self.forms)
        missing = " or ".join(
            repr([name for name in form.needs if name not in facts]) for form in self.forms
        )
        raise ValueError(
            f"reward {self.name!r} needs the facts {needed}. "
            f"It was given {sorted(facts)}; add {missing}"
        )

    def __call__(self, facts: Facts) -> Score:
        """Value and terms of a batch of answers.

        Args:
            facts: named tensors with a leading batch axis, of any real type; see
                `vgym.rewards.facts`.

        Returns:
            The score, float32 or float64; rows with a fact that is none of the numbers it may be
            (see `vgym.rewards.domains`), or with a value that is not finite, earn the floor and
            are flagged.

        Raises:
            ValueError: for a missing fact or one of the wrong shape.
        """
        form = self.form_for(facts)
        if self.combination == "sum":
            earned = earned_at_once(form, self.floor, facts)
            if earned is not None:
                return Score(*earned)
        facts = reckonable(facts, form.needs)
        facts, sound = hold(facts, form.needs, check(facts, form.needs))
        # Terms are anybody's, and the facts go on to termination and metrics.
        terms = form.measure({name: fact.clone() for name, fact in facts.items()})
        return self._floored(sound, self._combined(form, terms), terms, form.floors)

    def made_of(self, facts: Facts, terms: Mapping[str, Tensor]) -> frozenset[str]:
        """The terms that a batch was paid for, told by trying: those of which another row's number
        would have changed what is paid by at least a twentieth of what all of them together do.

        A term of no weight, or of next to none, is told and not paid. Of a function nothing can be
        tried, and none is named.

        Args:
            facts: as they were scored. terms: as they came of it, of any shape.
        """
        form = self.form_for(facts)
        earned = {name: terms[name].reshape(-1) for name in (part.name for part in form.parts)}
        if not earned:
            return frozenset()
        others = {name: term.roll(1) for name, term in earned.items()}
        value = self._combined(form, earned)

        def changed(names: Collection[str]) -> float:
            some = {name: (others if name in names else earned)[name] for name in earned}
            return float((self._combined(form, some) - value).abs().mean())

        whole = changed(earned)
        return frozenset(name for name in earned if changed({name}) > _OF_THE_VALUE * whole)

    def _combined(self, form: Form, terms: dict[str, Tensor]) -> Tensor:
        """The value of terms: weighed and gated."""
        if callable(self.combination):
            value = self.combination(terms)
        else:
            value = _weighted_sum(form, terms)
        for gate in form.gates:
            value = value * terms[gate.name]
        return value

    def card(self) -> str:
        """What it pays for, as text to read: source, formula, range, needs, failure modes."""
        low, high = self.range
        lines = [
            self.name,
            f"  {self.doc}",
            f"  source: {self.source}",
            f"  range: [{low:g}, {high:g}]; coordinates in {self.space}",
        ]
        for form in self.forms:
            lines.append(f"  {form.name}: value = {self._formula(form)}")
            lines += [f"    {part.name}: {part.text}" for part in form.parts]
            lines.append(f"    needs: {', '.join(map(describe, form.needs))}")
        if self.failure_modes:
            lines.append("  failure modes:")
            lines += [f"    - {mode}" for mode in self.failure_modes]
        return "\n".join(lines)

    def _formula(self, form: Form) -> str:
        if callable(self.combination):
            formula = self.combination_text or self.combination.__name__
        else:
            formula = " + ".join(
                name if weight == 1 else f"{weight:g} {name}"
                for name, weight in form.weights.items()
            ).replace("+ -", "- ")
        if not form.gates:
            return formula
        return " x ".join((f"({formula})", *(gate.name for gate in form.gates)))

    def _floored(
        self,
        sound: Tensor | None,
        value: Tensor,
        terms: dict[str, Tensor],
        floors: dict[str, float],
    ) -> Score:
        """The score, with the floor where a row's facts are not sound, or what came of them."""
        finite = value.abs() <= _LARGEST
        sound = finite if sound is None else sound & finite
        if callable(self.combination):
            # A function may lose the NaN of a term; a sum cannot.
            for term in terms.values():
                sound = sound & term.isfinite()
        kept = {
            name: torch.where(sound, term, floors.get(name, 0.0)) for name, term in terms.items()
        }
        return Score(torch.where(sound, value, self.floor), kept, ~sound)


@dataclass(frozen=True)
class CustomReward(Reward):
    """A reward from any function of the facts; make one with `as_reward`.

    Args:
        function: from the facts to the value `(B,)`, to the value and a dict of terms `(B,)`, or to
            a `Score`, as another reward returns.
    """

    function: CustomFunction | None = None

    def fits(self, stated: Collection[str]) -> bool:
        """True: what the function reads is its own affair."""
        return True

    def form_for(self, facts: Facts) -> Form:
        """The empty form."""
        return self.forms[0]

    def __call__(self, facts: Facts) -> Score:
        """Value and terms of a batch of answers.

        The function is handed copies: what it writes into them changes nothing but its own value.

        Raises:
            ValueError: if the function returns anything but one number a row, with terms or not.
        """
        assert self.function is not None
        try:
            returned = self.function({name: fact.clone() for name, fact in facts.items()})
        except KeyError as missing:
            name = missing.args[0] if missing.args else None
            if name in facts:
                raise
            near = nearest(name, facts)
            guess = f"; did you mean {near[0]!r}?" if near else "."
            raise ValueError(
                f"reward {self.name!r} reads {missing}, which is not among the facts here{guess} "
                f"They are {', '.join(sorted(facts))}"
            ) from missing
        value: object
        terms: Mapping[str, Tensor]
        flagged: Tensor | None = None
        if isinstance(returned, Score):
            value, terms, flagged = returned.value, returned.terms, returned.flagged
        else:
            value, terms = returned, {}
            if isinstance(returned, tuple) and len(returned) == 2:
                value, terms = returned
        if not isinstance(terms, Mapping) or not all(isinstance(name, str) for name in terms):
            raise ValueError(
                f"reward {self.name!r} returned {terms!r:.100} beside its value; return terms as a "
                "dict of tensors by name"
            )
        like = next(iter(facts.values()))
        checked = self._rows("value", value, like)
        named = {name: self._rows(f"term {name!r}", term, like) for name, term in terms.items()}
        for term in named.values():
            checked = torch.where(term.isfinite(), checked, torch.nan)
        floored = self._floored(hold(facts, (), {})[1], checked, named, {})
        if flagged is None:
            return floored
        # What the other reward flagged has been paid its own floor, which may lie below this one's.
        flags = self._rows("flags", flagged, like).bool()
        paid = flags & checked.isfinite()
        kept = {name: torch.where(paid, term, floored.terms[name]) for name, term in named.items()}
        return Score(torch.where(paid, checked, floored.value), kept, floored.flagged | flags)

    def card(self) -> str:
        """The function's name and docstring."""
        return f"{self.name}\n  {self.doc}"

    def _rows(self, what: str, returned: object, like: Tensor) -> Tensor:
        rows = like.shape[0]
        try:
            tensor = torch.as_tensor(returned, device=like.device).detach()
        except (TypeError, ValueError, RuntimeError):
            raise ValueError(
                f"reward {self.name!r} returned {type(returned).__name__} as its {what}; "
                f"return a tensor of shape ({rows},)"
            ) from None
        if tensor.is_complex():
            raise ValueError(f"reward {self.name!r} returned complex numbers as its {what}")
        if tensor.shape != (rows,):
            batch = f" for a batch of {rows}" if rows > 1 else ""  # one may be no batch to its user
            raise ValueError(
                f"reward {self.name!r} returned shape {tuple(tensor.shape)} as its {what}{batch}; "
                f"return one number a row of the facts, shape ({rows},)"
            )
        return as_real(tensor)


def _weighted_sum(form: Form, terms: dict[str, Tensor]) -> Tensor:
    (first, weight), *rest = form.weights.items()
    value = terms[first] if weight == 1 else terms[first] * weight
    for name, weight in rest:
        value = torch.add(value, terms[name], alpha=weight)
    return value
