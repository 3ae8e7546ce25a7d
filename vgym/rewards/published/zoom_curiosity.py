"""Published rewards for looking closer where the group seldom does: Pixel-Reasoner."""

import math

import torch
from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound, variant
from vgym.rewards.reward import Reward


def solved_cleanly(facts: Facts) -> Tensor:
    """The answer's score, 0 where the last visual call was an error: `(B,)`."""
    return number(facts, "answer_score").clamp(0.0, 1.0) * (1 - number(facts, "last_call_failed"))


def image_curiosity(facts: Facts) -> Tensor:
    """Pixel-Reasoner's bonus for a visual call in a group that makes few, on images: `(B,)`.

    `0.25 max(0.3 - s, 0) / (K s) - 0.05 (n - 1)` with s the share of the group's answers that make
    a call, n the calls of this one and K = 2; 0 where n = 0. A share of 0 with n > 0, which cannot
    be, leaves the first part out.
    """
    return _curiosity(facts, 2.0)


def video_curiosity(facts: Facts) -> Tensor:
    """`image_curiosity` with K = 1.5, for videos: `(B,)`."""
    return _curiosity(facts, 1.5)


def curiosity_sound(facts: Facts) -> Tensor:
    """0.5 max(0.3 - s, 0) for a call before a right answer, less 0.05 a further call: `(B,)`.

    At most 0.15, and at least -0.15: three calls more cost no more.
    """
    calls = number(facts, "tool_calls")
    rare = 0.5 * (0.3 - number(facts, "group_tool_share")).clamp(min=0.0)
    spent = 0.05 * (calls - 1).clamp(max=3.0)
    return torch.where(calls >= 1, rare * solved_cleanly(facts) - spent, 0.0)


def _curiosity(facts: Facts, divisor: float) -> Tensor:
    calls, share = number(facts, "tool_calls"), number(facts, "group_tool_share").clamp(0.0, 1.0)
    used = torch.where(share > 0, share, 1.0)
    rare = torch.where(share > 0, (0.3 - share).clamp(min=0.0) / divisor / used * 0.25, 0.0)
    return torch.where(calls >= 1, rare - 0.05 * (calls - 1), 0.0)


_SOLVED = Term(
    "answer",
    solved_cleanly,
    ("answer_score", "last_call_failed"),
    "how right the answer is, 0 if the last visual call was an error",
)
_CALLS = ("tool_calls", "group_tool_share")
_IMAGE_CURIOSITY = Term(
    "curiosity",
    image_curiosity,
    _CALLS,
    "0.25 max(0.3 - s, 0) / (2 s) - 0.05 (n - 1) for n calls of at least 1, s the group's share "
    "with a call; else 0",
    range=(-math.inf, math.inf),
)
_PIXEL_REASONER = Reward(
    name="pixel-reasoner",
    forms=(Form("answer", ((1.0, _SOLVED), (1.0, _IMAGE_CURIOSITY))),),
    source="Pixel-Reasoner; code TIGER-AI-Lab/Pixel-Reasoner, experience_maker.py, whose bonus "
    "divides by the share where the paper's does not",
    doc="A right answer, a bonus for looking closer where the group seldom does, and a price for "
    "each further call. Within [-0.15, 1.475] for at most 4 calls and 16 answers, for videos "
    "[-0.15, 1.63].",
    range=(-math.inf, math.inf),
    failure_modes=(
        "a junk call pays whether or not the answer is right",
        "the rarer calls are in the group, the more one pays, without limit",
        "the price of calls has no limit either",
    ),
)
_VIDEO_CURIOSITY = Term(
    "curiosity",
    video_curiosity,
    _CALLS,
    "0.25 max(0.3 - s, 0) / (1.5 s) - 0.05 (n - 1) for n calls of at least 1, s the group's share "
    "with a call; else 0",
    range=(-math.inf, math.inf),
)
_PIXEL_REASONER_VIDEO = variant(
    _PIXEL_REASONER,
    _VIDEO_CURIOSITY,
    name="pixel-reasoner-video",
)
_CURIOSITY_SOUND = Term(
    "curiosity",
    curiosity_sound,
    (*_CALLS, "answer_score", "last_call_failed"),
    "0.5 max(0.3 - s, 0) x answer - 0.05 min(n - 1, 3) for n calls of at least 1, s the group's "
    "share with a call; else 0",
    range=(-0.15, 0.15),
)
_PIXEL_REASONER_SOUND = sound(
    _PIXEL_REASONER,
    _CURIOSITY_SOUND,
    source="vgym, after Pixel-Reasoner; code TIGER-AI-Lab/Pixel-Reasoner, experience_maker.py, "
    "whose bonus divides by the share where the paper's does not; 0.5 and 0.3 as in the paper's "
    "form",
    doc="pixel-reasoner whose bonus is for right answers and bounded.",
    range=(-0.15, 1.15),
    failure_modes=("a junk call before a right answer pays up to 0.15",),
)

register(_PIXEL_REASONER, _PIXEL_REASONER_VIDEO, _PIXEL_REASONER_SOUND, subject="zoom and pages")
