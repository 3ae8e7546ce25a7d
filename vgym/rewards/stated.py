"""Facts that are numbers already, as terms: a well-formed answer, a right one, success."""

from dataclasses import dataclass

from torch import Tensor

from vgym.rewards.facts import FACTS, Facts, number
from vgym.rewards.form import Term


@dataclass(frozen=True)
class Stated:
    """The function of a term that is a fact as stated, cut to its range."""

    fact: str
    range: tuple[float, float]

    def __call__(self, facts: Facts) -> Tensor:
        """The fact as floating numbers `(B,)`."""
        return number(facts, self.fact).clamp(*self.range)


def stated(name: str, fact: str, range: tuple[float, float] = (0.0, 1.0)) -> Term:
    """A term that is the fact of that name; its text is the fact's in `FACTS`.

    Args:
        name: its key in `Score.terms`.
        fact: a shared fact of shape `(B,)`.
        range: lowest and highest value, to which the fact is cut.
    """
    return Term(name, Stated(fact, range), (fact,), FACTS[fact].told, range)


ACTION = stated("action", "action_matches")
FORMAT = stated("format", "format_ok")
SUCCESS = stated("success", "success")
ANSWER = stated("answer", "answer_score")
