"""Terms for looking closer: what a view is worth before anything is answered."""

import torch
from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Term
from vgym.rewards.stated import stated

# The widest view that still counts as a zoom, for targets that are legible at once.
_WIDEST = 0.25


def view_potential(share: Tensor, shown: Tensor, legible: Tensor) -> Tensor:
    """How far a view has been zoomed in on the target, at fair odds: `(...)` in [-1, 1].

    `d (t - a) / (1 - a)` with a the share of the image in view, t the share of the target in view,
    and `d = log a / log l`, at most 1, how far was zoomed towards the share l at which the target
    is legible. Views that hold the target are worth d. Of targets that may be anywhere, a view of
    share a holds a on average: one that was chosen without looking is worth nothing on average,
    wherever it lies, since what it loses where it misses the target makes up for what it gains.

    Args:
        share, shown, legible: `(...)` in [0, 1].

    Returns:
        0 for the whole image, 1 for a legible view of all of the target.

    >>> view_potential(torch.tensor([0.1, 0.1]), torch.tensor([1.0, 0.0]), torch.tensor(0.01))
    tensor([ 0.5000, -0.0556])
    """
    whole = share >= 1
    narrow = torch.where(whole, 0.5, share).clamp(min=1e-30)
    depth = (narrow.log() / legible.clamp(1e-30, _WIDEST).log()).clamp(max=1.0)
    return torch.where(whole, 0.0, depth * (shown - narrow) / (1 - narrow))


def nearer_view(facts: Facts) -> Tensor:
    """Change of `view_potential`: `(B,)`. Whatever was looked at in between, it adds up to what the
    last view is worth."""
    before, after = (
        view_potential(
            number(facts, f"view_share_{when}"),
            number(facts, f"target_shown_{when}"),
            number(facts, "legible_share"),
        )
        for when in ("before", "after")
    )
    return (after - before).clamp(-2.0, 2.0)


def fair_choice(facts: Facts) -> Tensor:
    """How right the answer is, less what guessing earns: `(B,)` in [-1, 1].

    1 if right, `-1 / (n - 1)` if wrong or never answered, of n choices, when the episode ends; 0
    before. A guess earns nothing on average.
    """
    score, over = number(facts, "answer_score"), number(facts, "episode_over")
    guess = 1 / number(facts, "choices_offered").clamp(min=2.0)
    return over * (score - guess) / (1 - guess)


SEARCH = Term(
    "search",
    nearer_view,
    (
        "view_share_before",
        "view_share_after",
        "target_shown_before",
        "target_shown_after",
        "legible_share",
    ),
    "what the view is worth, less what the one before was: log a / log l (at most 1) x "
    "(t - a) / (1 - a), a the share of the image in view, t that of the target, l the share at "
    "which the target is legible",
    (-2.0, 2.0),
)
PIXELS = stated("pixels", "pixels_spent")
FAIR_CHOICE = Term(
    "answer",
    fair_choice,
    ("answer_score", "episode_over", "choices_offered"),
    "at the end 1 if right, else -1 / (n - 1), of n choices",
    (-1.0, 1.0),
)
