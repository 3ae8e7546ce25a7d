"""Published rewards for several robots: who is needed, what they do, which way they reach."""

import torch
from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.stated import FORMAT, stated

_ROBOTS = stated("robots", "robots_correct")
_VIKI = Reward(
    name="viki",
    forms=(Form("plan", ((0.9, stated("plan", "plan_correct")), (0.1, FORMAT))),),
    source="VIKI-R; code MARS-EAI/VIKI-R, viki_reward_plan.py",
    doc="Task planning: a plan that works, and the format.",
    space="plans",
    failure_modes=(
        "no credit for a plan that nearly works",
        "detours are free",
        "whoever can do a job is paid as those who should",
    ),
)


def short_enough(facts: Facts) -> Tensor:
    """1 for a plan that works and is at most 1/0.99 as long as the reference, else 0: `(B,)`."""
    steps, reference = number(facts, "plan_steps"), number(facts, "reference_steps")
    short = reference >= 0.99 * steps
    return number(facts, "plan_feasible") * short


def partial_plan(facts: Facts) -> Tensor:
    """1 for the reference plan, else how far the plan agrees with it: `(B,)` in [0, 1]."""
    steps, reference = number(facts, "plan_steps"), number(facts, "reference_steps")
    longer = torch.maximum(steps, reference).clamp(min=1.0)
    wanted = reference.clamp(min=1.0)
    agreement = (
        0.4 * number(facts, "matching_steps") / longer
        + 0.3 * number(facts, "matching_prefix") / wanted
        + 0.2 * number(facts, "matching_types") / wanted
        + 0.1 * torch.minimum(steps, reference) / longer
    )
    return torch.where(facts["plan_exact"].bool(), 1.0, agreement)


_SHORT_ENOUGH = Term(
    "plan",
    short_enough,
    ("plan_feasible", "plan_steps", "reference_steps"),
    "1 if the plan works and reference steps / plan steps is at least 0.99, else 0",
)
_VIKI_2 = Reward(
    name="viki-2",
    forms=(Form("plan", ((0.1, _ROBOTS), (0.9, _SHORT_ENOUGH))),),
    source="VIKI-R; code MARS-EAI/VIKI-R, plan/utils/reward_score/viki_2.py, binary",
    doc="Task planning: the right robots, and a plan that works and is no longer than needed.",
    space="plans",
    failure_modes=("no credit for a plan that nearly works",),
)
_PARTIAL_PLAN = Term(
    "plan",
    partial_plan,
    (
        "plan_exact",
        "plan_steps",
        "reference_steps",
        "matching_steps",
        "matching_prefix",
        "matching_types",
    ),
    "1 if exact, else 0.4 equal steps / longer + 0.3 equal prefix / reference + 0.2 equal types / "
    "reference + 0.1 shorter / longer",
)
_VIKI_2_PARTIAL = Reward(
    name="viki-2-partial",
    forms=(Form("plan", ((0.1, _ROBOTS), (0.9, _PARTIAL_PLAN))),),
    source="VIKI-R; code MARS-EAI/VIKI-R, plan/utils/reward_score/viki_2.py, partial; that the "
    "length ratio is the shorter over the longer is vgym's reading",
    doc="Task planning: the right robots, and agreement with the reference plan, step by step.",
    space="plans",
    failure_modes=(
        "another plan that works just as well earns little",
        "an empty plan of the right length earns 0.09",
    ),
)


def trajectory_closeness(facts: Facts) -> Tensor:
    """1 less the mean of the three distances, each at most 1: `(B,)` in [0, 1]."""
    distances = [number(facts, name).clamp(0.0, 1.0) for name in _DISTANCES]
    return 1 - torch.stack(distances).mean(0)


_DISTANCES = ("trajectory_rmse", "trajectory_hausdorff", "trajectory_frechet")
_TRAJECTORY_CLOSENESS = Term(
    "trajectory",
    trajectory_closeness,
    _DISTANCES,
    "1 - mean of RMSE a point, Hausdorff and discrete Frechet distance, each as a share of the "
    "image's diagonal and at most 1",
)
_VIKI_TRAJECTORY = Reward(
    name="viki-trajectory",
    forms=(Form("trajectory", ((0.9, _TRAJECTORY_CLOSENESS), (0.1, FORMAT))),),
    source="vgym; VIKI-R; code MARS-EAI/VIKI-R measures these three distances, its reward for "
    "them is not known",
    doc="Trajectories: how near the drawn points come to the reference, and the format.",
    space="shares of the image's diagonal",
    failure_modes=("points anywhere in the picture's middle earn half and more",),
)


def closeness_beyond_the_middle(facts: Facts) -> Tensor:
    """`trajectory_closeness`, times how far the points beat the picture's middle: `(B,)`."""
    return trajectory_closeness(facts) * number(facts, "trajectory_progress")


_VIKI_TRAJECTORY_SOUND = sound(
    _VIKI_TRAJECTORY,
    Term(
        "trajectory",
        closeness_beyond_the_middle,
        (*_DISTANCES, "trajectory_progress"),
        "(1 - mean of RMSE a point, Hausdorff and discrete Frechet distance, each as a share of "
        "the image's diagonal and at most 1) x (1 - Frechet distance / that of points in the "
        "middle)",
    ),
    source="vgym, after VIKI-R; code MARS-EAI/VIKI-R measures the distances",
    doc="Trajectories: how near the drawn points come to the reference, nothing for points in the "
    "picture's middle.",
    failure_modes=("flat where no point is nearer than the picture's middle",),
)

register(
    _VIKI,
    _VIKI_2,
    _VIKI_2_PARTIAL,
    _VIKI_TRAJECTORY,
    _VIKI_TRAJECTORY_SOUND,
    subject="navigation",
)
