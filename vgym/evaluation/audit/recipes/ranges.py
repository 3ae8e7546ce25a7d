"""Search for facts under which a reward leaves its declared range: ends, random numbers, climbing.

Rows are answers of one question each, unlike one another; all are scored at once. Facts keep to the
table alone, as `vgym.rewards.domains` holds them: what a fact may be, any row may say.
"""

import math

import torch
from torch import Tensor

from vgym.rewards.facts import FACTS, MASKS, Fact
from vgym.rewards.form import Form
from vgym.rewards.reward import Reward

ROWS, KEPT, ROUNDS = 128, 16, 3
MEMBERS = {"F": 3, "C": 3, "R": 4, "S": 6}  # the rest of the axes have two
PICTURE_WH = torch.tensor([320.0, 240.0])


def extremes(reward: Reward, form: Form) -> dict[str, tuple[float, float]]:
    """The least and the most that was found in a form: of the value, under "", and of each term."""
    generator = torch.Generator().manual_seed(0)
    masks = (MASKS[name] for name in form.needs if name in MASKS)
    names = list(dict.fromkeys((*form.needs, *masks)))
    found = {"": (math.inf, -math.inf)}
    for sign in (1.0, -1.0):
        best = moved_under({name: draw(FACTS[name], ROWS, generator) for name in names})
        for last in range(ROUNDS, -1, -1):
            score = reward(best)
            sound = ~score.flagged
            for name, value in {"": score.value, **score.terms}.items():
                low, high = found.get(name, (math.inf, -math.inf))
                low, high = (
                    min(low, float(value[sound].min())),
                    max(high, float(value[sound].max())),
                )
                found[name] = low, high
            top = (sign * score.value).masked_fill(score.flagged, -math.inf).topk(KEPT).indices
            if last:
                best = climbed({name: fact[top] for name, fact in best.items()}, generator)
    return found


def moved_under(facts: dict[str, Tensor]) -> dict[str, Tensor]:
    """Facts that others bound, moved under them."""
    for name, fact in facts.items():
        range = FACTS[name].range
        most = "" if range is None else range[1]
        if isinstance(most, str) and most in facts:
            facts[name] = torch.minimum(fact, facts[most].to(fact.dtype))
    return facts


def climbed(kept: dict[str, Tensor], generator: torch.Generator) -> dict[str, Tensor]:
    """The kept rows, and their like: with one fact of another row, a new one, or one moved."""
    parents = torch.arange(ROWS) % KEPT
    grown = {}
    for name, fact in kept.items():
        new = fact[parents].clone()
        fresh = draw(FACTS[name], ROWS, generator)
        mates = torch.randint(KEPT, (ROWS,), generator=generator)
        what = torch.rand(ROWS, generator=generator)
        what[:KEPT] = 1.0
        for rows, other in ((what < 0.15, fresh), ((what >= 0.15) & (what < 0.3), fact[mates])):
            new[rows] = other[rows]
        if new.is_floating_point():
            moved = (what >= 0.3) & (what < 0.6)
            step = 1 + 0.2 * torch.randn(new.shape, generator=generator, dtype=new.dtype)
            new[moved] = valid(FACTS[name], new * step)[moved]
        grown[name] = new
    return moved_under(grown)


def draw(fact: Fact, rows: int, generator: torch.Generator) -> Tensor:
    """Numbers that the fact may be: at its ends, of every size, and those of the example."""
    sizes = [
        rows,
        *(s or MEMBERS.get(a, 2) for a, s in zip(fact.axes[1:], fact.sizes[1:], strict=True)),
    ]

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator, dtype=torch.float64)

    least, most = ends(fact)
    if fact.unit == "deg" and fact.dtype == "double":
        return (uniform(*sizes) * 2 - 1) * torch.tensor([180.0, 90.0], dtype=torch.float64)
    if math.isfinite(most):
        numbers = least + (most - least) * (uniform(*sizes) * 1.5 - 0.25)
    elif fact.unit == "px" and fact.sizes[-1] in (2, 4):
        wide = PICTURE_WH.double().repeat(fact.sizes[-1] // 2)
        far = torch.where(uniform(rows) < 0.2, 10 ** (uniform(rows) * 5), 1.0)
        numbers = (uniform(*sizes) - 0.1) * 1.2 * wide
        numbers = numbers * far.reshape(-1, *[1] * (len(sizes) - 1))
        example = torch.as_tensor(fact.right, dtype=torch.float64)
        example = example.reshape(-1, example.shape[-1])[0]
        near = (uniform(rows) < 0.4).reshape(-1, *[1] * (len(sizes) - 1))
        shift = (uniform(*sizes) - 0.5) * 10 ** (uniform(*sizes) * 4 - 2)
        numbers = torch.where(near, example + shift, numbers)
    elif fact.whole and fact.range is None:  # labels, numbers of pages
        numbers = uniform(*sizes) * 2
    else:
        numbers = 10 ** (uniform(*sizes) * 10 - 3) * (uniform(*sizes) < 0.9)
        if least < 0:
            numbers = numbers * torch.where(uniform(*sizes) < 0.5, 1.0, -1.0)
    return valid(fact, numbers)


def ends(fact: Fact) -> tuple[float, float]:
    """Least and most that the fact may be; that no other fact is passed is held by the reward."""
    if fact.range is not None and fact.range[1] in FACTS:
        return fact.range[0], math.inf
    least, most = fact.bounds({axis: MEMBERS.get(axis, 2) for axis in "BCDRS"}, {})
    assert isinstance(most, int | float)
    return least, most


def valid(fact: Fact, numbers: Tensor) -> Tensor:
    """Numbers as the fact has them: in its range and type; truths are boxes and spans in order."""
    least, most = ends(fact)
    numbers = numbers.clamp(least, most)
    if fact.name == "size_hw":
        numbers = numbers.abs().clamp(min=1)
    if fact.whole:
        numbers = numbers.round()
    if fact.wrong is None and fact.unit in ("px", "s") and fact.sizes[-1] in (2, 4):
        half = fact.sizes[-1] // 2
        if half == 2 or fact.unit == "s":
            a, b = numbers[..., :half], numbers[..., half:]
            numbers = torch.cat((torch.minimum(a, b), torch.maximum(a, b)), -1)
    dtype = {
        "float": torch.float32,
        "double": torch.float64,
        "bool": torch.bool,
        "int": torch.int64,
    }
    return numbers.to(dtype[fact.dtype])


def outside(reward: Reward, form: Form) -> list[str]:
    """What was found beyond its declared range, by name, "" for the value itself."""
    declared = {"": reward.range, **{part.name: part.range for part in form.parts}}
    found = extremes(reward, form)
    room = 1e-5
    return [
        f"{name} in {found[name]}, declared {declared[name]}"
        for name in found
        if found[name][0] < declared[name][0] - room * (1 + abs(declared[name][0]))
        or found[name][1] > declared[name][1] + room * (1 + abs(declared[name][1]))
    ]
