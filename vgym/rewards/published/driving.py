"""Published rewards for driving a route: progress, damped by every rule that is broken."""

from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register
from vgym.rewards.reward import Reward
from vgym.rewards.stated import stated


def _lanes(facts: Facts) -> Tensor:
    return 1 - number(facts, "outside_lanes")


def _speed(facts: Facts) -> Tensor:
    return (1 - number(facts, "speed_excess_mps").clamp(min=0.0) / 2.23).clamp(min=0.0)


def _collision(facts: Facts) -> Tensor:
    return 1 - 0.5 * number(facts, "collision_imminent")


def _comfort(facts: Facts) -> Tensor:
    return 1 - 0.5 * number(facts, "comfort_violations").clamp(0.0, 6.0) / 6


def _centre(facts: Facts) -> Tensor:
    return 1 - 0.5 * number(facts, "off_centre")


_LANES = Term("in_lanes", _lanes, ("outside_lanes",), "0 outside the lanes, else 1")
_SPEED = Term(
    "speed",
    _speed,
    ("speed_excess_mps",),
    "max(0, 1 - excess / 2.23 m/s), the excess above the limit",
)
_COLLISION = Term(
    "collision",
    _collision,
    ("collision_imminent",),
    "0.5 for 500 ticks after a time-to-collision violation, else 1",
    range=(0.5, 1.0),
)
_COMFORT = Term(
    "comfort",
    _comfort,
    ("comfort_violations",),
    "1 - 0.5 n / 6, n of the six comfort limits broken in the last 500 ticks",
    range=(0.5, 1.0),
)
_CENTRE = Term(
    "centre",
    _centre,
    ("off_centre",),
    "0.5 if more than 0.5 m off the lane's centre for more than 3 s, else 1",
    range=(0.5, 1.0),
)
_CARL = Reward(
    name="carl",
    forms=(
        Form(
            "step",
            ((1.0, stated("progress", "route_progress_percent", (0.0, 100.0))),),
            gates=(_LANES, _SPEED, _COLLISION, _COMFORT, _CENTRE),
        ),
    ),
    source="CaRL; code autonomousvision/CaRL, reward/simple_reward.py and rl_config.py (terminal "
    "reward 0)",
    doc="Percent of the route completed, times a factor for every soft rule; a route pays 100.",
    range=(0.0, 100.0),
    space="metres, seconds, percent",
    failure_modes=(
        "a crash costs only what the rest of the route would have paid",
        "standing still costs nothing but time",
        "no factor brings damped progress back: the route then pays less than 100",
    ),
)

register(_CARL, subject="navigation")
