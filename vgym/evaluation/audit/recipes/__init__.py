"""A recipe audited alone, without an environment: what it pays answers that it should not pay.

``vgym audit --recipe NAME``; the same is tried on the recipe that an id is paid by. In random
scenes (:mod:`vgym.evaluation.audit.recipes.scenes`) a value is told as a share: 0 is what answers
earn that are all wrong, in bad form and at random places, 1 what the truth does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from vgym.evaluation.audit.attack import Attack, Finding
from vgym.evaluation.audit.recipes import search, steps
from vgym.evaluation.audit.recipes.answers import CHEATS
from vgym.evaluation.audit.recipes.cheats import fell_for, paid
from vgym.evaluation.audit.recipes.ranges import outside
from vgym.evaluation.audit.recipes.scenes import Scene, scene
from vgym.evaluation.audit.subject import Subject
from vgym.rewards.facts import FACTS
from vgym.rewards.reward import Reward

CLEAN = "nothing found"
_ROOM = 1e-3  # of what the truth earns over what is all wrong: below it is rounding

Find = Callable[[Reward], Iterable[Finding]]


def _in_scenes(find: Callable[[Reward, Scene], Iterable[Finding]]) -> Find:
    """Find something in a scene of every form."""

    def found(reward: Reward) -> Iterator[Finding]:
        for form in reward.forms:
            yield from find(reward, scene(form))

    return found


def _cheats(spoils: bool) -> Find:
    def tried(reward: Reward, scene: Scene) -> Iterator[Finding]:
        for cheat in CHEATS:
            finding = fell_for(reward, scene, cheat) if cheat.spoils == spoils else None
            if finding is not None:
                yield finding

    return _in_scenes(tried)


def _above(reward: Reward, scene: Scene) -> Iterator[Finding]:
    room, above = _room(reward, scene), search.climbed_above(reward, scene)
    share = float((above > _ROOM * room).double().mean())
    told = f"a climb from the truth ({scene.form.name})"
    yield _one(told, share > 0, f"{share:.0%} of truths earn less than others nearby")


def _units(reward: Reward, scene: Scene) -> Iterator[Finding]:
    more = search.in_fractions(reward, scene) > paid(reward, scene, scene.right, {}) + _ROOM * (
        _room(reward, scene)
    )
    form, flagged = scene.form.name, search.of_no_size(reward, scene)
    told = f"the truth in fractions of the picture ({form})"
    yield _one(told, bool(more.any()), "it earns more than in pixels")
    told = f"truth and answer of no size ({form})"
    yield _one(told, bool(flagged.any()), "no finite value comes of it")


def _empty(reward: Reward, scene: Scene) -> Iterator[Finding]:
    earned = search.empty_handed(reward, scene)
    if earned is not None:
        silent, said = (float(value.mean()) for value in earned)
        more = bool((earned[1] > earned[0] + _ROOM * _room(reward, scene)).any())
        told = f"nothing said where there is nothing ({scene.form.name})"
        yield _one(told, more, f"it earns {silent:.3g}, bad form or a wrong box {said:.3g}")


def _circles(reward: Reward) -> Iterator[Finding]:
    for form in filter(steps.walks, reward.forms):
        both, still = steps.circle(reward, form), steps.standing(reward, form)
        told = f"a step away and the step back ({form.name})"
        yield _one(told, both > 1e-6, f"it pays {both:.3g} a time")
        told = f"a step on the spot ({form.name})"
        yield _one(told, still < -1e-6, f"it costs {-still:.3g}: who has no hope ends at once")


def _ranges(reward: Reward) -> Iterator[Finding]:
    for form in reward.forms:
        found = "; ".join(outside(reward, form))
        yield _one(f"a search of what facts may be ({form.name})", bool(found), found)


def _slopes(reward: Reward, scene: Scene) -> Iterator[Finding]:
    flat = search.without_slope(reward, scene)
    if flat is not None:
        told = f"a small step towards the truth pays from {1 - flat:.0%} of uniform answers"
        yield Finding(f"{told} ({scene.form.name})")


def _room(reward: Reward, scene: Scene) -> float:
    truth, wrong = (paid(reward, scene, facts, {}) for facts in (scene.right, scene.wrong))
    return abs(float((truth - wrong).mean()))


def _one(told: str, wrong: bool, fault: str) -> Finding:
    """What was tried, and as a fault what came of it."""
    return Finding(told, fault=f"{told}: {fault}") if wrong else Finding(f"{told}: {CLEAN}")


FINDERS: dict[str, tuple[str, Find]] = {
    "answers that know nothing": ("The recipe pays what needs no truth.", _cheats(spoils=False)),
    "the truth spoilt": ("What should cost the truth something is free.", _cheats(spoils=True)),
    "above the truth": ("The most is not paid at the truth.", _in_scenes(_above)),
    "units and sizes": ("The value is no number, or hangs on the unit.", _in_scenes(_units)),
    "nothing to find": ("To say that there is nothing is not the best.", _in_scenes(_empty)),
    "steps in circles": ("Going nowhere pays, or trying costs.", _circles),
    "values out of range": ("The declared range is not kept.", _ranges),
    "slope": ("From how many answers a step towards the truth pays.", _in_scenes(_slopes)),
}


def _of_subject(find: Find) -> Callable[[Subject], Iterable[Finding]]:
    """Of an id's recipe, in the forms that the id states, only what is worst: the faults, and the
    largest share."""

    def run(subject: Subject) -> Iterator[Finding]:
        task = subject.task()
        forms = tuple(form for form in task.reward.forms if task.stated >= {*form.needs})
        found = list(find(replace(task.reward, forms=forms)))
        shares = [finding for finding in found if finding.share is not None]
        yield from (finding for finding in found if finding.fault)
        if shares:
            yield max(shares, key=lambda finding: finding.share.mean if finding.share else 0.0)
        elif not any(finding.fault for finding in found):
            yield from found[:1]

    return run


def _unfit(subject: Subject) -> str:
    return unaudited(subject.task().reward)


def unaudited(reward: Reward) -> str:
    """Why a reward cannot be audited alone; "" if it can."""
    unknown = {name for form in reward.forms for name in form.needs} - FACTS.keys()
    if unknown:
        return f"it reads {', '.join(sorted(unknown))}, of which facts.toml says nothing"
    return "" if any(form.needs for form in reward.forms) else "a function declares no facts"


RECIPE = tuple(
    Attack(name, "recipe", doc, _of_subject(find), _unfit, slow=True)
    for name, (doc, find) in FINDERS.items()
)


def findings(reward: Reward) -> dict[str, list[Finding]]:
    """What every search finds of a recipe alone, by the search's name.

    Raises:
        ValueError: if it reads facts of which nothing is known.
    """
    unfit = unaudited(reward)
    if unfit:
        raise ValueError(f"{reward.name!r} cannot be audited alone: {unfit}")
    return {name: list(find(reward)) for name, (_, find) in FINDERS.items()}
