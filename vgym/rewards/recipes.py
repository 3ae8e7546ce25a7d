"""The rewards by name. A recipe is one `register(Reward(...))`."""

import difflib
from collections.abc import Collection

from vgym.rewards.flow import ADVANCE, FURTHER
from vgym.rewards.overlap import CENTRE_GAUSSIAN, COVERAGE, GIOU, IOU, SOLVED_AT_50
from vgym.rewards.path import APPROACH, CLEAN_SUCCESS, COMMANDS, SUCCESS
from vgym.rewards.pointing import ALL_HIT, HIT, POINT_GAUSSIAN
from vgym.rewards.progress import BOX_LOCATION, POINT_LOCATION
from vgym.rewards.reward import CustomFunction, CustomReward, Form, Reward

_RECIPES: dict[str, Reward] = {}
_SHOWN = 12  # recipes in an error


def register(reward: Reward) -> Reward:
    """Add a recipe under its name.

    Raises:
        ValueError: if the name is taken.
    """
    if reward.name in _RECIPES:
        raise ValueError(f"a recipe named {reward.name!r} exists already; choose another name")
    _RECIPES[reward.name] = reward
    return reward


def recipes() -> list[str]:
    """Names of all recipes, sorted."""
    return sorted(_RECIPES)


def recipe(name: str) -> Reward:
    """The recipe of that name.

    Raises:
        ValueError: for an unknown name, with the nearest one.

    >>> recipe("iou").range
    (0.0, 1.0)
    """
    if name in _RECIPES:
        return _RECIPES[name]
    near = difflib.get_close_matches(name, _RECIPES, 1, 0.4)
    guess = f"; did you mean {near[0]!r}?" if near else "."
    raise ValueError(f"unknown reward {name!r}{guess} `vgym rewards` lists all {len(_RECIPES)}.")


def recipes_for(stated: Collection[str]) -> list[str]:
    """Names of the recipes that a task which states these facts can be paid by, sorted.

    Args:
        stated: names of facts, without their masks.
    """
    return [name for name in recipes() if _RECIPES[name].fits(stated)]


def refuse_unless_fits(reward: Reward, stated: Collection[str], where: str) -> None:
    """Hold a reward to the facts that are stated where it was chosen.

    Args:
        reward: as chosen.
        stated: names of facts, without their masks.
        where: the id or task, for the error.

    Raises:
        ValueError: naming the facts that are missing in the form nearest to fitting, and recipes
            that fit.
    """
    if reward.fits(stated):
        return
    gaps = ([name for name in form.needs if name not in stated] for form in reward.forms)
    nearest = min(gaps, key=lambda gap: len(gap))
    fitting = recipes_for(stated)
    shown = ", ".join(fitting[:_SHOWN]) + (", ..." if len(fitting) > _SHOWN else "")
    raise ValueError(
        f"reward {reward.name!r} cannot be paid here: it reads {', '.join(nearest)}, "
        f"which {where} does not state. Recipes that fit: {shown} (vgym rewards --for {where})"
    )


def as_reward(reward: str | Reward | CustomFunction) -> Reward:
    """A reward from what users pass: a recipe's name, a reward, or a function.

    Args:
        reward: a function takes the facts and returns the value `(B,)`, or the value and a dict of
            terms `(B,)`.

    Raises:
        ValueError: for an unknown name.
        TypeError: for anything else.
    """
    if isinstance(reward, str):
        return recipe(reward)
    if isinstance(reward, Reward):
        return reward
    if callable(reward):
        name = getattr(reward, "__name__", type(reward).__name__)
        return CustomReward(
            name=name,
            forms=(Form(name, ()),),
            source="given by the user",
            doc=(getattr(reward, "__doc__", None) or "A function of the facts.").strip(),
            range=(float("-inf"), float("inf")),
            function=reward,
        )
    raise TypeError(
        f"reward must be a recipe's name, a Reward or a function of the facts, not {reward!r}"
    )


_OURS = "vgym"

register(
    Reward(
        name="dense",
        forms=(
            Form("boxes", ((0.5, IOU), (0.5, BOX_LOCATION))),
            Form("points", ((0.5, HIT), (0.5, POINT_LOCATION))),
            Form("navigation step", ((0.5, APPROACH), (0.5, CLEAN_SUCCESS))),
            Form("flow step", ((0.5, FURTHER), (0.5, SUCCESS))),
            *(Form(name, ((0.5, term), (0.5, SUCCESS))) for name, term in COMMANDS.items()),
        ),
        source=_OURS,
        doc="The default: 1 at the truth alone, a slope towards it from afar, next to nothing for "
        "answers that ignore the question.",
        failure_modes=(
            "a fixed guess is close to some targets by luck and earns a few hundredths on average",
            "near repeats of a box (not exact ones) can be matched with further targets",
        ),
    )
)
register(
    Reward(
        name="sparse",
        forms=(
            Form("boxes", ((1.0, SOLVED_AT_50),)),
            Form("points", ((1.0, ALL_HIT),)),
            Form("navigation step", ((1.0, SUCCESS),)),
        ),
        source="the usual success measure: Acc@0.5 for boxes, a hit for points",
        doc="1 if the answer counts as solved, else 0; a set must be complete and have no extras.",
        failure_modes=("no slope: a policy that never succeeds learns nothing",),
    )
)
register(
    Reward(
        name="iou",
        forms=(Form("boxes", ((1.0, IOU),)),),
        source="standard; Visual-RFT, arXiv 2503.01785, uses it as a reward",
        doc="Intersection over union with continuous coordinates; soft F1 of it for sets.",
        failure_modes=(
            "no slope where boxes do not overlap",
            "used alone, boxes tend to grow (reported by GUI-G1, arXiv 2505.15810)",
        ),
    )
)
register(
    Reward(
        name="giou",
        forms=(Form("boxes", ((1.0, GIOU),)),),
        source="Rezatofighi et al., CVPR 2019, arXiv 1902.09630",
        doc="Generalised IoU: IoU less the share of the enclosing box that neither box covers.",
        range=(-1.0, 1.0),
        failure_modes=(
            "a box that covers the whole image scores above a near miss",
            "the mean over targets is above -1 for any box, so a wrong box beats no box",
        ),
    )
)
register(
    Reward(
        name="gaussian",
        forms=(
            Form("boxes", ((0.5, CENTRE_GAUSSIAN), (0.5, COVERAGE))),
            Form("points", ((1.0, POINT_GAUSSIAN),)),
        ),
        source="after GUI-G2, arXiv 2507.15846: its two terms averaged, no rounding, no format",
        doc="Gaussian of the target at the answer, and overlap of the two boxes as Gaussians.",
        failure_modes=(
            "the point half ignores the size: a box of any size with the right centre earns 0.5",
            "next to no slope further than two target sizes away",
        ),
    )
)
register(
    Reward(
        name="flow-potential",
        forms=(Form("flow step", ((0.25, ADVANCE), (0.25, FURTHER), (0.5, SUCCESS))),),
        source=_OURS + ", after Ng, Harada and Russell, ICML 1999",
        doc="Change of the shortest remaining plan, paid back and forth; getting further than ever "
        "before; and success. What spoils the goal counts as a plan lost twice over.",
        range=(-0.5, 1.0),
        space="plans",
        failure_modes=("a discount below 1 makes steps back cheaper than the steps before them",),
    )
)
