"""What a recipe pays for each cheat, as a share of what it pays the truth over what it pays answers
that are all wrong."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from vgym.evaluation.audit.attack import Finding
from vgym.evaluation.audit.recipes.answers import CHEATS, Answer, Cheat
from vgym.evaluation.audit.recipes.scenes import ROWS, Scene
from vgym.evaluation.audit.share import Earned, share_of
from vgym.rewards.facts import FACTS
from vgym.rewards.reward import Reward

_BY_CHANCE = 1e-9
ALL_WRONG = "all that is wrong"


def fell_for(reward: Reward, scene: Scene, cheat: Cheat) -> Finding | None:
    """What a cheat comes to; None where the form reads nothing that it is about, or the truth earns
    no more than what is all wrong."""
    reads = {*scene.form.needs, *(FACTS[name].mask for name in scene.form.needs)}
    if not reads & {*cheat.reads}:
        return None
    truth = paid(reward, scene, scene.right, cheat.against(scene) if cheat.against else {})
    floor = paid(reward, scene, scene.wrong, {})
    if float((truth - floor).mean()) <= _BY_CHANCE:
        return None
    base = scene.right if cheat.spoils else scene.blind()
    found = cheat.answer(scene)
    answers = found if isinstance(found, list) else [found]
    if not any(reads & {*answer} for answer in answers) and any(answers) and not cheat.spoils:
        return None
    each = [paid(reward, scene, base, answer) for answer in answers]
    # Of several the best is chosen by one half of the questions and judged by the other.
    half = ROWS // 2 if len(each) > 1 else 0
    best = max(each, key=lambda value: float(value[: half or ROWS].mean()))
    share = share_of(*(_earned(value[half:]) for value in (best, floor, truth)))
    by = f"{cheat.name} ({scene.form.name})"
    if not cheat.spoils and cheat.most is None:
        return Finding(by, {"train": share}, measure="value", floor=ALL_WRONG)
    told = f"{by}: {share.mean:.0%} of what the truth earns"
    over = share.mean > cheat.limit if cheat.spoils else share.surely_above(cheat.limit)
    return Finding(told, fault=told if over else "")


def cheats(reward: Reward, scene: Scene) -> list[Finding]:
    """What every cheat that a form can be tried with comes to."""
    found = (fell_for(reward, scene, cheat) for cheat in CHEATS)
    return [finding for finding in found if finding is not None]


def paid(reward: Reward, scene: Scene, base: Answer, changes: Answer) -> Tensor:
    """`(B,)` what an answer earns: some facts, and changes of those that the form reads."""
    needs = scene.form.needs
    known = {*needs, *(FACTS[name].mask for name in needs)}
    facts = {**base, **{name: fact for name, fact in changes.items() if name in known}}
    return reward(_as_long(facts, {name for name in changes if name in known})).value


def _as_long(facts: Answer, changed: set[str]) -> Answer:
    """Facts with as many members along each axis as those that were changed have."""
    lengths: dict[str, int] = {}
    for name in changed:
        if name in FACTS:
            lengths |= dict(zip(FACTS[name].axes, facts[name].shape, strict=True))
    for name, fact in facts.items():
        for dim, axis in enumerate(FACTS[name].axes):
            wanted = lengths.get(axis, fact.shape[dim])
            if not axis.isdigit() and fact.shape[dim] != wanted:
                first = fact.narrow(dim, 0, 1)
                fact = first.expand(*(wanted if d == dim else -1 for d in range(fact.dim())))
        facts[name] = fact.contiguous()
    return facts


def _earned(value: Tensor) -> Earned:
    returns = value.double().numpy()
    rows = len(returns)
    return Earned(
        returns, np.zeros(rows, np.bool_), np.ones(rows, np.int64), np.ones(rows, np.bool_)
    )
