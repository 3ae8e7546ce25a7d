"""Published rewards for mazes: success, worth less the later it comes."""

from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.recipes import register
from vgym.rewards.reward import Form, Reward, Term


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


for _name, _function, _share, _source in (
    ("minigrid", minigrid, 0.9, "code Farama-Foundation/Minigrid at 9092872, minigrid_env.py"),
    ("miniworld", miniworld, 0.2, "code Farama-Foundation/Miniworld at c660156, miniworld.py"),
):
    register(
        Reward(
            name=_name,
            forms=(
                Form(
                    "step",
                    (
                        (
                            1.0,
                            Term(
                                "solved",
                                _function,
                                ("success", "steps", "max_steps"),
                                f"1 - {_share:g} steps / max_steps if solved, else 0",
                            ),
                        ),
                    ),
                ),
            ),
            source=_source,
            doc=f"Success, worth less the later it comes: {1 - _share:g} in the last step.",
            space="steps",
            failure_modes=(
                "no slope before the first success",
                "the limit on steps sets the price of a step: values of tasks do not compare",
            ),
        )
    )
