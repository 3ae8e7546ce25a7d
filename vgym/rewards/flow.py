"""Terms for tasks of several steps with a known shortest plan, as in a simulated application."""

from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Term


def best_share_gained(facts: Facts) -> Tensor:
    """By how much this step beats the most of the plan that was ever done: `(B,)` in [0, 1].

    The potential is the best share so far, which no step lowers, so a loop pays nothing.
    """
    gained = number(facts, "best_done_after") - number(facts, "best_done_before")
    return gained.clamp(0.0, 1.0)


def share_gained(facts: Facts) -> Tensor:
    """Change of the share of the plan that is done: `(B,)` in [-2, 1].

    A difference of potentials: over a way back to where it began it adds up to 0, whatever is
    done in between (Ng, Harada and Russell, ICML 1999, with no discount).
    """
    gained = number(facts, "plan_done_after") - number(facts, "plan_done_before")
    return gained.clamp(-2.0, 1.0)


FURTHER = Term(
    "further",
    best_share_gained,
    ("best_done_before", "best_done_after"),
    "share of the shortest plan by which this step beats the best so far; a click near what is "
    "needed next counts as part of a step",
)
ADVANCE = Term(
    "advance",
    share_gained,
    ("plan_done_before", "plan_done_after"),
    "share of the shortest plan that is done, less the share done before this step",
    (-2.0, 1.0),
)
