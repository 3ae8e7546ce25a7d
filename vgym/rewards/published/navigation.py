"""Published rewards for one agent on its way to a goal: paid at every step, or for the episode.

`success` is True in the step that solved the episode and False in all others, unless a recipe says
otherwise.
"""

from dataclasses import replace

from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.path import SOFT_SPL, SPL, best_so_far_share
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.stated import SUCCESS, stated

_UNBOUNDED = (float("-inf"), float("inf"))


def progress_m(facts: Facts) -> Tensor:
    """Metres nearer to the goal than before the step, negative if further away: `(B,)`."""
    return number(facts, "distance_before_m") - number(facts, "distance_after_m")


def every_step(facts: Facts) -> Tensor:
    """1: `(B,)`."""
    return number(facts, "success").new_ones(facts["success"].shape)


_PROGRESS_M = Term(
    "progress",
    progress_m,
    ("distance_before_m", "distance_after_m"),
    "metres nearer to the goal than before the step, by shortest path",
    range=_UNBOUNDED,
)
_EVERY_STEP = Term("step", every_step, ("success",), "1", range=(1.0, 1.0))
_HABITAT = Reward(
    name="habitat",
    forms=(Form("step", ((1.0, _PROGRESS_M), (2.5, SUCCESS), (-0.01, _EVERY_STEP))),),
    source="code facebookresearch/habitat-lab at 0fb6f43, core/environments.py: slack -0.01, "
    "success 2.5 (not multiplied by SPL)",
    doc="PointNav: metres of progress, a bonus for success, a small cost of every step.",
    range=_UNBOUNDED,
    space="metres",
    failure_modes=(
        "progress leaves the best policy alone for a discount of 1 only; at 0.99 standing far "
        "away costs as if it were a reward",
        "a hopeless agent does best to stop at once, for the cost of steps",
        "an unreachable goal has no finite distance: such rows earn 0 and are flagged",
    ),
)
_SPL = Reward(
    name="spl",
    forms=(Form("episode", ((1.0, SPL),)),),
    source="Anderson et al., arXiv 1807.06757; code facebookresearch/habitat-lab, nav.py",
    doc="Success weighted by how direct the way was; 1 for success where there was no way.",
    space="metres",
    failure_modes=("no slope before the first success",),
)
_SOFT_SPL = Reward(
    name="soft-spl",
    forms=(
        Form("step", ((1.0, SOFT_SPL),), gates=(stated("over", "episode_over"),)),
        Form("episode", ((1.0, SOFT_SPL),)),
    ),
    source="code facebookresearch/habitat-lab, nav.py",
    doc="The share of the way to the goal that was covered, weighted by how direct it was; paid in "
    "the last step of an episode alone.",
    space="metres",
    failure_modes=(
        "blind to whether the agent stopped: passing an end near the goal pays like arriving",
    ),
)
# The goal is one that is walked to: what is "within reach" elsewhere is not meant.
_REACHED = replace(SUCCESS, needs=(*SUCCESS.needs, "distance_after_m"))
_EB_NAV = Reward(
    name="eb-nav",
    forms=(Form("step", ((1.0, _REACHED),)),),
    source="EmbodiedBench; code EmbodiedBench/EmbodiedBench at b247936, EBNavEnv.py (success: "
    "within 1 m in the plane, checked after every step)",
    doc="1 in the step after which the goal is within reach, else 0.",
    space="metres",
    failure_modes=(
        "no stop is asked for: wandering near the goal solves the episode",
        "no slope before the first success",
    ),
)


def formed_turn(facts: Facts) -> Tensor:
    """1 where the turn is well formed and did something, else 0: `(B,)`."""
    return number(facts, "format_ok") * (facts["actions_executed"] > 0)


def malformed_turn(facts: Facts) -> Tensor:
    """1 where the turn is badly formed or did nothing, else 0: `(B,)`."""
    return 1 - formed_turn(facts)


_TURN = ("format_ok", "actions_executed")
_FORMED_TURN = Term(
    "format",
    formed_turn,
    _TURN,
    "1 if the turn is well formed and at least one action was carried out",
)
_VAGEN_NAV = Reward(
    name="vagen-nav",
    forms=(Form("turn", ((1.0, SUCCESS), (0.01, _FORMED_TURN))),),
    source="VAGEN; code mll-lab-nu/VAGEN at 2936322, navigation_env.py, its environment's own "
    "constants: 0.01 a turn, 1 for success, no bonus",
    doc="1 for success and 0.01 for every turn that is well formed and does something.",
    range=(0.0, 1.01),
    space="metres",
    failure_modes=(
        "loitering pays: 0.01 a turn, at most 0.3 over 30 turns of one action each, and success "
        "ends it",
        "no slope before the first success",
    ),
)
_MALFORMED_TURN = Term(
    "malformed", malformed_turn, _TURN, "1 if the turn is badly formed or no action was carried out"
)
_VAGEN_NAV_SOUND = sound(
    _VAGEN_NAV,
    source="vgym, after VAGEN; code mll-lab-nu/VAGEN at 2936322, navigation_env.py",
    forms=(Form("turn", ((1.0, SUCCESS), (-0.01, _MALFORMED_TURN))),),
    doc="1 for success; a badly formed turn costs 0.01 instead of a good one paying 0.01.",
    range=(-0.01, 1.0),
    failure_modes=("no slope before the first success",),
)


def outcome(facts: Facts) -> Tensor:
    """-1 for an action that does not exist, else 1 for success, else 0: `(B,)`."""
    invalid = number(facts, "invalid_action")
    return (1 - invalid) * number(facts, "success") - invalid


def nearer_or_seen(facts: Facts) -> Tensor:
    """1 where the step led more than 1 cm nearer or brought the goal into sight: `(B,)`."""
    nearer = facts["distance_after_m"] < facts["distance_before_m"] - 0.01
    paid = nearer | facts["newly_visible"].bool()
    return paid.to(facts["distance_after_m"].dtype) * (1 - number(facts, "invalid_action"))


def valid_best_so_far_share(facts: Facts) -> Tensor:
    """`best_so_far_share`, 0 for an action that does not exist: `(B,)` in [0, 1]."""
    return best_so_far_share(facts) * (1 - number(facts, "invalid_action"))


_OUTCOME = Term(
    "outcome",
    outcome,
    ("success", "invalid_action"),
    "-1 for an action that does not exist, else 1 for success, else 0",
    range=(-1.0, 1.0),
)
_NEARER_OR_SEEN = Term(
    "step",
    nearer_or_seen,
    ("distance_before_m", "distance_after_m", "newly_visible", "invalid_action"),
    "1 if more than 1 cm nearer than before the step or the goal came into sight, else 0",
)
_SEENAV = Reward(
    name="seenav",
    forms=(Form("step", ((1.0, _OUTCOME), (0.5, _NEARER_OR_SEEN))),),
    source="SeeNav-Agent, arXiv 2512.02631; code WzcTHU/SeeNav-Agent at 9b7d94e, ebnav/envs.py "
    "and srgpo/core_srgpo.py; there the two terms' advantages are added with weights 1 and 0.5, "
    "adding the terms themselves so is vgym's",
    doc="Success, and a half for every step that leads nearer or brings the goal into sight.",
    range=(-1.0, 1.5),
    space="metres",
    failure_modes=(
        "walking back and forth pays 0.5 in every other step",
        "turning away and back brings the goal into sight again",
        "invalid actions do not count as steps in the code: an episode need not end",
    ),
)
_VALID_BEST_SO_FAR_SHARE = Term(
    "step",
    valid_best_so_far_share,
    ("best_distance_m", "distance_after_m", "start_distance_m", "invalid_action"),
    "share of the starting distance by which this step beats the nearest so far",
)
_SEENAV_SOUND = sound(
    _SEENAV,
    _VALID_BEST_SO_FAR_SHARE,
    doc="Success, and a half shared out over the way, each metre of it paid once.",
    failure_modes=("the nearest so far is not in the picture: the reward has a memory",),
)

register(
    _HABITAT,
    _SPL,
    _SOFT_SPL,
    _EB_NAV,
    _VAGEN_NAV,
    _VAGEN_NAV_SOUND,
    _SEENAV,
    _SEENAV_SOUND,
    subject="navigation",
)
