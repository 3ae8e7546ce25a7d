"""Terms, and the forms that weigh them: what an answer of one kind is paid for."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from vgym.rewards.facts import Facts
from vgym.rewards.sets import pair_up, soft_f1


@dataclass(frozen=True)
class Term:
    """One number about an answer, from its facts.

    Args:
        name: its key in `Score.terms`.
        function: from the facts to `(B,)` float.
        needs: names of the facts it reads.
        text: what it is, in a line, for the card.
        range: lowest and highest value.
    """

    name: str
    function: Callable[[Facts], Tensor]
    needs: tuple[str, ...]
    text: str
    range: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class PairTerm:
    """A similarity of one prediction and one target; sets earn its soft F1 under the best matching.

    All pair terms of a form share one matching: the best one for their weighted sum.

    Args:
        name: its key in `Score.terms`.
        similarity: from predictions `(..., k)` and target boxes `(..., 4)`, which broadcast, and
            the facts named in `with_facts`, `(..., j)`, to `(...)` in [0, 1].
        prediction: `"prediction_boxes"` or `"prediction_points"`.
        text: what it is, in a line, for the card.
        with_facts: names of further facts of shape `(B, j)` that the similarity takes.
        range: lowest and highest value; of similarities in [0, 1] it is [0, 1].
    """

    name: str
    similarity: Callable[..., Tensor]
    prediction: str
    text: str
    with_facts: tuple[str, ...] = ()
    range: tuple[float, float] = (0.0, 1.0)

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the facts it reads."""
        return (self.prediction, "target_boxes", *self.with_facts)


Part = Term | PairTerm


@dataclass(frozen=True)
class Form:
    """The terms that pay for one form of answer.

    Args:
        name: `"boxes"`, `"points"`, or what the answer is.
        terms: weight and term; the pair terms among them read the same predictions.
        gates: terms that the combined value is multiplied by.
    """

    name: str
    terms: tuple[tuple[float, Part], ...]
    gates: tuple[Term, ...] = ()

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        if len(set(names)) < len(names):
            raise ValueError(f"form {self.name!r} has two terms of one name among {names}")
        if len({part.prediction for part in self.parts if isinstance(part, PairTerm)}) > 1:
            raise ValueError(f"the pair terms of form {self.name!r} read different predictions")

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The terms, then the gates."""
        return (*(term for _, term in self.terms), *self.gates)

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Names of the facts that the terms and gates read."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.needs))

    @cached_property
    def weights(self) -> dict[str, float]:
        """Weight of each term, by its name."""
        return {term.name: weight for weight, term in self.terms}

    def measure(self, facts: Facts) -> dict[str, Tensor]:
        """Every term and gate, `(B,)` each, unweighted."""
        earned: dict[str, Tensor] = {}
        paired = [(weight, term) for weight, term in self.terms if isinstance(term, PairTerm)]
        if paired:
            pairs = pair_up(facts, paired[0][1].prediction)
            similarities = [
                term.similarity(
                    pairs.prediction,
                    pairs.target,
                    *(pairs.along(facts[name]) for name in term.with_facts),
                )
                for _, term in paired
            ]
            folded = soft_f1(pairs, similarities, [weight for weight, _ in paired])
            earned.update(zip((term.name for _, term in paired), folded, strict=True))
        return {
            part.name: part.function(facts) if isinstance(part, Term) else earned[part.name]
            for part in self.parts
        }

    @cached_property
    def floors(self) -> dict[str, float]:
        """What each term and gate is for an answer that is not finite, by its name."""
        return {part.name: lowest(part.range) for part in self.parts}


def lowest(range: tuple[float, float]) -> float:
    """The lowest value there is; 0 if there is none."""
    return range[0] if math.isfinite(range[0]) else 0.0
