"""The rewards by name: how recipes are registered, found, and held to what a task states."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from vgym.rewards.form import Form, Part, Term
from vgym.rewards.reward import SUBJECTS, CustomFunction, CustomReward, Reward, Subject
from vgym.spelling import nearest

_RECIPES: dict[str, Reward] = {}


def register(*rewards: Reward, subject: Subject) -> None:
    """Add recipes under their names, as recipes of that subject.

    Raises:
        ValueError: if a name is taken.
    """
    for reward in rewards:
        if reward.name in _RECIPES:
            raise ValueError(f"a recipe named {reward.name!r} exists already; choose another name")
        _RECIPES[reward.name] = replace(reward, subject=subject)


def variant(reward: Reward, *terms: Part, **changes: Any) -> Reward:
    """A reward like another, told by what differs.

    Args:
        reward: the other.
        *terms: terms and gates that take the place of those of the same names in every form.
        **changes: fields of `Reward`.

    Raises:
        ValueError: for a term whose name the other does not have.
    """
    new = {term.name: term for term in terms}
    known = {part.name for form in reward.forms for part in form.parts}
    if not new.keys() <= known:
        raise ValueError(f"{reward.name!r} has no terms {sorted(new.keys() - known)}")
    whole = {name: term for name, term in new.items() if isinstance(term, Term)}
    forms = tuple(
        replace(
            form,
            terms=tuple((weight, new.get(term.name, term)) for weight, term in form.terms),
            gates=tuple(whole.get(gate.name, gate) for gate in form.gates),
        )
        for form in reward.forms
    )
    return replace(reward, **{"forms": forms, **changes})


def sound(published: Reward, *terms: Part, **changes: Any) -> Reward:
    """The repaired sibling `NAME-sound` of a published recipe, told by what it mends; the
    arguments are those of `variant`.

    A format that was added to a sum is a gate of it: it pays nothing of its own, and without it
    nothing is paid. The range, if it is not among the changes, loses what the format could add.
    """
    named = {"name": f"{published.name}-sound", "source": f"vgym, after {published.source}"}
    mended = variant(published, *terms, **{**named, **changes})
    gated = tuple(map(_gated_by_format, mended.forms))
    if mended.combination != "sum" or gated == mended.forms:
        return mended
    low, high = mended.range
    if "range" not in changes:
        high -= max(form.weights.get("format", 0.0) for form in mended.forms)
    return replace(mended, forms=gated, range=(low, high))


def _gated_by_format(form: Form) -> Form:
    added = {term: weight for weight, term in form.terms if term.name == "format"}
    for term, weight in added.items():
        if isinstance(term, Term) and weight > 0 and term.range == (0.0, 1.0):
            kept = tuple(pair for pair in form.terms if pair[1] is not term)
            return replace(form, terms=kept, gates=(*form.gates, term))
    return form


def recipes() -> list[str]:
    """Names of all recipes, sorted."""
    return sorted(_RECIPES)


def is_recipe(reward: Reward) -> bool:
    """Whether a reward is one of the recipes, which raise for no facts of a task."""
    return _RECIPES.get(reward.name) is reward


def by_subject() -> dict[str, list[Reward]]:
    """All recipes by subject, grounding first; sorted by name in each."""
    grouped: dict[str, list[Reward]] = {subject: [] for subject in SUBJECTS}
    for name in recipes():
        grouped[_RECIPES[name].subject].append(_RECIPES[name])
    return grouped


def recipe(name: str) -> Reward:
    """The recipe of that name.

    Raises:
        ValueError: for an unknown name, with the nearest one.

    >>> recipe("iou").range
    (0.0, 1.0)
    """
    if name in _RECIPES:
        return _RECIPES[name]
    near = nearest(name, _RECIPES, cutoff=0.4)
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
        ValueError: naming the facts that are missing in the form nearest to fitting, and the
            recipes that fit, the nearest first.
    """
    if reward.fits(stated):
        return
    gaps = ([name for name in form.needs if name not in stated] for form in reward.forms)
    gap = min(gaps, key=lambda gap: len(gap))
    fitting = ", ".join(_nearest_first(reward, stated))
    raise ValueError(
        f"reward {reward.name!r} cannot be paid here: it reads {', '.join(gap)}, which {where} "
        f"does not state. Recipes that fit: {fitting} (the nearest first)."
    )


def _nearest_first(reward: Reward, stated: Collection[str]) -> list[str]:
    """Recipes that fit: first those of which a form reads most of what one of the reward's does,
    then those that are named like it."""
    names = recipes_for(stated)
    alike = nearest(reward.name, names, len(names), 0.0)
    wanted = [set(needs) for needs in reward.needs.values()]

    def distance(name: str) -> tuple[float, int]:
        forms = [set(f.needs) for f in _RECIPES[name].forms if all(n in stated for n in f.needs)]
        shared = max(len(read & want) / len(read | want) for read in forms for want in wanted)
        return -shared, alike.index(name)

    return sorted(names, key=distance)


def as_reward(reward: str | Reward | CustomFunction) -> Reward:
    """A reward from what users pass: a recipe's name, a reward, or a function.

    Args:
        reward: a function takes the facts, tensors with the batch first, and returns the value
            `(B,)`, the value and a dict of terms `(B,)`, or a `Score`.

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
