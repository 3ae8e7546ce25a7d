"""What a team's plan is worth before it is right."""

import torch
from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Term


def plan_progress(facts: Facts) -> Tensor:
    """The share of the jobs done, less for robots that need not stir and for detours: `(B,)`.

    Sending everybody everywhere does the jobs of most briefs. As a product with how well the robots
    are told apart and with the shortest plan's share of the plan's steps, it earns next to nothing.
    """
    steps, reference = number(facts, "plan_steps"), number(facts, "reference_steps")
    direct = reference / torch.maximum(steps, reference)
    done, told_apart = number(facts, "plan_progress"), number(facts, "robots_told_apart")
    return (done * told_apart * direct).clamp(0, 1)


PLAN_PROGRESS = Term(
    "progress",
    plan_progress,
    ("plan_progress", "robots_told_apart", "plan_steps", "reference_steps"),
    "share of the jobs done by those who should, times how well they are told from the others, "
    "times reference steps / plan steps where that is less than 1",
)
