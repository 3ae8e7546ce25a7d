"""Whether the target can be told from distractors without the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.task import Candidates, Task
from vgym.evaluation.audit.attack import AREA, Attack, Finding, judged
from vgym.evaluation.audit.playing import Moment, Policy
from vgym.evaluation.audit.share import Share
from vgym.evaluation.audit.subject import FITTED, Subject

_STEPS, _DECAY = 8, 1e-3  # of Newton's method, and of weights that tell nothing
_BOOTSTRAPS = 400
_FEWEST = 30  # pictures with a target and something else: the interval of fewer is too narrow
_ENOUGH = 256  # of them; of fewer, further episodes are looked at
_FURTHER = 8  # times the episodes that are judged


def features_of(task: Task[Any], state: Any, found: Candidates) -> dict[str, Tensor]:
    """By what is asked, (B, N, d) float32 numbers of each candidate.

    ``position``, ``size``, ``order`` (in the state), ``repeats`` (how often each of its kinds
    comes in the picture), ``marks``; ``length``, all of these times that of the instruction, which
    tells a target if those of long phrases look otherwise; and the ``whole`` of them.
    """
    boxes, mask = found.boxes.float(), found.mask
    height, width = task.config.size_hw
    middle = (boxes[..., :2] + boxes[..., 2:]) / 2 / torch.tensor([width, height])
    x, y = middle.unbind(-1)
    sides = (boxes[..., 2:] - boxes[..., :2]).clamp(min=1e-3)
    area = sides.prod(-1)
    off = (middle - 0.5).norm(dim=-1)
    slots = torch.arange(mask.shape[1]).expand_as(mask)
    held = mask.sum(1, keepdim=True).clamp(min=1)  # a view may show nothing
    rank = (slots / (held - 1).clamp(min=1)).float()
    groups = {
        "position": [x, y, off, off.square(), *_ranks(x, mask), *_ranks(y, mask)],
        "size": [area.log(), (sides[..., 0] / sides[..., 1]).log(), *_ranks(area, mask)],
        "order": [rank, rank.square(), (slots == 0).float(), (slots == held - 1).float()],
    }
    repeats = []
    for numbers in found.kinds.values():
        same = (numbers[:, :, None] == numbers[:, None]) & mask[:, None]
        count = same.sum(-1).float()
        repeats += [count / held, (count > 1).float()]
    if repeats:
        groups["repeats"] = repeats
    if found.marks:
        groups["marks"] = [m for n in found.marks.values() for m in (n.float(), n.float().square())]
    stacked = {name: _within(torch.stack(all_, -1), mask) for name, all_ in groups.items()}
    every = torch.cat(list(stacked.values()), -1)
    padded = (task.tokens(state) != 0).sum(1).float()
    spread = (padded - padded.mean()) / padded.std().clamp(min=1e-3)
    return {**stacked, "length": every * spread[:, None, None], "whole": every}


def told_apart(score: Tensor, found: Candidates) -> Share:
    """How well a score (B, N) of candidates tells the targets from what is around them: twice the
    area under the curve less one, 0 by chance; its error by a bootstrap of episodes."""
    areas = _areas(score, found.mask, found.target & found.mask)
    draws = np.random.default_rng(0)
    rows = draws.integers(0, len(areas), (_BOOTSTRAPS, len(areas)))
    error = 2 * float(areas[rows].mean(1).std())
    return Share(2 * float(areas.mean()) - 1, error, len(areas))


def fit_choice(features: Tensor, mask: Tensor, target: Tensor) -> Tensor:
    """(d,) weights of McFadden's conditional logit: which of its picture's candidates is meant.

    Args:
        features: (B, N, d). mask: (B, N) those there are. target: (B, N) those that are meant.
    """
    features = features.double() * mask[..., None]
    share = target.double() / target.sum(1, keepdim=True).clamp(min=1)
    picked = (features * share[..., None]).sum(1).mean(0)
    decay = _DECAY * torch.eye(features.shape[-1], dtype=torch.float64)
    weights = torch.zeros(features.shape[-1], dtype=torch.float64)
    for _ in range(_STEPS):
        chance = torch.where(mask, features @ weights, -torch.inf).softmax(1)
        weighed = features * chance[..., None]
        expected = weighed.sum(1)
        slope = picked - expected.mean(0) - _DECAY * weights
        bend = weighed.flatten(0, 1).T @ features.flatten(0, 1) - expected.T @ expected
        weights = weights + torch.linalg.solve(bend / len(features) + decay, slope)
    return weights.float()


def leaks(subject: Subject) -> Iterator[Finding]:
    """Of each group of features, how well it tells the target in every split, by what training
    episodes show; of splits in which few pictures show a target and something else nothing is
    said."""
    lessons = _shown(subject, subject.splits[0], first=True)
    if lessons is None:
        return
    features, found = lessons
    target = found.target & found.mask
    weights = {name: fit_choice(each, found.mask, target) for name, each in features.items()}
    shares: dict[str, dict[str, Share]] = {name: {} for name in features}
    for split in subject.splits:
        shown = _shown(subject, split)
        if shown is not None:
            features, found = shown
            for name, each in features.items():
                shares[name][split] = told_apart(each @ weights[name], found)
    for name, by_split in shares.items():
        yield Finding(f"the target is told by its {name}", by_split, measure=AREA)


def _shown(
    subject: Subject, split: str, first: bool = False
) -> tuple[dict[str, Tensor], Candidates] | None:
    """Features of what is in the pictures that show a target and something else, and which these
    are; None of few. A walk seldom begins with its goal in view: of it more are looked at."""
    task = subject.task(split)
    for further in (False, True):
        state = _episodes(subject, split, first, further)
        found = _candidates(task, state)
        both = (found.target & found.mask).any(1) & (~found.target & found.mask).any(1)
        if int(both.sum()) >= _ENOUGH:
            break
    if int(both.sum()) < _FEWEST:
        return None
    features = features_of(task, state, found)
    return {name: each[both] for name, each in features.items()}, _rows(found, both)


def detected(subject: Subject) -> Iterator[Finding]:
    """A perfect detector that does not read: any candidate, and that which looks like a target."""
    task = subject.task()
    state = _episodes(subject, subject.splits[0], first=True)
    found = _candidates(task, state)
    weights = fit_choice(
        features_of(task, state, found)["whole"], found.mask, found.target & found.mask
    )

    def likely(moment: Moment) -> Any:
        seen = _candidates(moment.task, moment.state)
        numbers = features_of(moment.task, moment.state, seen)["whole"]
        return _answers(moment, seen, torch.where(seen.mask, numbers @ weights, -torch.inf))

    def any_of_them(moment: Moment) -> Any:
        seen = _candidates(moment.task, moment.state)
        chance = torch.from_numpy(moment.draws.random(seen.mask.shape)).float()
        return _answers(moment, seen, torch.where(seen.mask, chance, -torch.inf))

    policies = (
        Policy("sees all boxes, and answers with any", any_of_them),
        Policy("sees all boxes, and answers with that most like a target", likely),
    )
    for policy in policies:
        yield judged(subject, policy, subject.splits)


def no_candidates(subject: Subject) -> str:
    """Why there is nothing to tell a target from."""
    task = subject.task()
    found = task.candidates(subject.start())
    return "" if found is not None else "its state lists nothing that could be meant"


def _no_answers(subject: Subject) -> str:
    if subject.form is None:
        return "no place is answered"
    return no_candidates(subject)


def _answers(moment: Moment, seen: Candidates, score: Tensor) -> Any:
    """The best candidate of each row as an answer; whole numbers of it where several are asked."""
    best = score.argmax(1)
    box = seen.boxes[torch.arange(len(best)), best].float()
    height, width = moment.task.config.size_hw
    form: Any = moment.task.form  # type: ignore[attr-defined]
    fractions = box / torch.tensor([width, height, width, height])
    if form.answer == "point":
        fractions = (fractions[:, :2] + fractions[:, 2:]) / 2
    slots = torch.zeros(len(best), form.slots, form.numbers)
    slots[:, 0] = fractions
    used = (torch.arange(form.slots) == 0).expand(len(best), -1)
    return form.encode(slots, used)


def _episodes(subject: Subject, split: str, first: bool = False, further: bool = False) -> Any:
    """States to look at: as many as learners have, of which nothing has to be played."""
    if further:
        count = _FURTHER * subject.wanted.judged
        return subject.start(split, count, FITTED if first else None)
    if first:
        start = subject.lessons()
        rows = torch.arange(min(1024, states.rows_of(start)))
        return states.take(start, rows.to(subject.task().device))
    count = max(subject.effort.judged, min(1024, subject.effort.fitted))
    return subject.start(split, count)


def _candidates(task: Task[Any], state: Any) -> Candidates:
    found = task.candidates(state)
    assert found is not None
    boxes, mask, target = (part.cpu() for part in found[:3])
    return Candidates(boxes, mask, target, _cpu(found.kinds), _cpu(found.marks))


def _cpu(named: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: numbers.cpu() for name, numbers in named.items()}


def _rows(found: Candidates, rows: Tensor) -> Candidates:
    return Candidates(found.boxes[rows], found.mask[rows], found.target[rows])


def _ranks(numbers: Tensor, mask: Tensor) -> list[Tensor]:
    """(B, N) shares of the picture's candidates that have less, and whether none has more."""
    less = ((numbers[:, :, None] > numbers[:, None]) & mask[:, None]).sum(-1).float()
    most = (mask.sum(1, keepdim=True) - 1).clamp(min=1)
    return [less / most, (less == most).float(), (less == 0).float()]


def _within(features: Tensor, mask: Tensor) -> Tensor:
    """Scaled to spread 1 over all candidates, around the mean of each picture; 0 for no thing."""
    held = mask[..., None].float()
    mean = (features * held).sum(1, keepdim=True) / held.sum(1, keepdim=True).clamp(min=1)
    apart = (features - mean) * held
    spread = (apart.square().sum((0, 1)) / held.sum((0, 1)).clamp(min=1)).sqrt()
    return apart / spread.clamp(min=1e-6)


def _areas(score: Tensor, mask: Tensor, target: Tensor) -> NDArray[np.float64]:
    """(k,) of every episode with targets and distractors: how often a target scores higher."""
    other = mask & ~target
    pairs = target[:, :, None] & other[:, None]
    above = (score[:, :, None] > score[:, None]).float()
    above += 0.5 * (score[:, :, None] == score[:, None]).float()
    count = pairs.sum((1, 2))
    area = (above * pairs).sum((1, 2)) / count.clamp(min=1)
    return area[count > 0].double().numpy()


LEAKS = (
    Attack(
        "target and distractors",
        "leak",
        "The target does not look like the things around it.",
        leaks,
        no_candidates,
    ),
    Attack(
        "a detector that does not read",
        "blind",
        "So few things could be meant, or so unlike, that the words are not needed.",
        detected,
        _no_answers,
    ),
)
