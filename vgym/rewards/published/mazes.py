"""Published rewards for mazes: success, worth less the later it comes."""

from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, variant
from vgym.rewards.reward import Reward


def minigrid(facts: Facts) -> Tensor:
    """`1 - 0.9 steps / max_steps` where solved, else 0: `(B,)`."""
    return number(facts, "success") * (
        1 - 0.9 * number(facts, "steps") / number(facts, "max_steps")
    )


def miniworld(facts: Facts) -> Tensor:
    """`1 - 0.2 steps / max_steps` where solved, else 0: `(B,)`."""
    return number(facts, "success") * (
        1 - 0.2 * number(facts, "steps") / number(facts, "max_steps")
    )


_MINIGRID_SOLVED = Term(
    "solved",
    minigrid,
    ("success", "steps", "max_steps"),
    "1 - 0.9 steps / max_steps if solved, else 0",
)
_MINIGRID = Reward(
    name="minigrid",
    forms=(Form("step", ((1.0, _MINIGRID_SOLVED),)),),
    source="code Farama-Foundation/Minigrid at 9092872, minigrid_env.py",
    doc="Success, worth less the later it comes: 0.1 in the last step.",
    space="steps",
    failure_modes=(
        "no slope before the first success",
        "the limit on steps sets the price of a step: values of tasks do not compare",
    ),
)
_MINIWORLD_SOLVED = Term(
    "solved",
    miniworld,
    ("success", "steps", "max_steps"),
    "1 - 0.2 steps / max_steps if solved, else 0",
)
_MINIWORLD = variant(
    _MINIGRID,
    _MINIWORLD_SOLVED,
    name="miniworld",
    source="code Farama-Foundation/Miniworld at c660156, miniworld.py",
    doc="Success, worth less the later it comes: 0.8 in the last step.",
)

register(_MINIGRID, _MINIWORLD, subject="navigation")
