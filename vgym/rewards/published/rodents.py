"""Published rewards of rodent paradigms: what each protocol pays for its own events."""

from vgym.rewards.form import Form
from vgym.rewards.recipes import register
from vgym.rewards.reward import Reward
from vgym.rewards.stated import stated

_CHEESEBENCH = Reward(
    name="cheesebench",
    forms=(Form("step", ((1.0, stated("trial_reward", "trial_reward", (-1.0, 1.5))),)),),
    source="CheeseBench, arXiv 2604.10825; code stef41/CheeseBench: 1 for platform, hole, arm, "
    "choice or lever, 0.5 for a bait or an escape, less for wrong ones, -0.01 a step",
    doc="What the paradigm's protocol pays for the step's event.",
    range=(-1.0, 1.5),
    space="metres",
    failure_modes=(
        "what conditions pays again and again: every press of the right lever, every step in the "
        "paired chamber",
        "values of paradigms do not compare: one pays ten times a trial, another once",
        "no slope before the first success",
    ),
)

register(_CHEESEBENCH, subject="navigation")
