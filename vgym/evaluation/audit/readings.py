"""Whether numbers that come with the picture tell the right action: sensors, `info`, lengths.

A logistic regression, fitted on training episodes, says of one bit of what the oracle does (this
move or another, left or right of the middle) how likely it is; on other episodes of every split it
is seen how well. Moments at the reset and after some uniform moves are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.evaluation.audit.attack import AREA, Attack, Finding
from vgym.evaluation.audit.blind.action_numbers import ActionNumbers
from vgym.evaluation.audit.blind.walking import small_sensors
from vgym.evaluation.audit.floor import ORACLE, UNIFORM
from vgym.evaluation.audit.playing import Moment, Policy, play
from vgym.evaluation.audit.share import Share
from vgym.evaluation.audit.subject import Subject

_MOMENTS = (0, 3, 9)  # steps before which it is looked; the first is the reset
_MOST_FITTED, _MOST_JUDGED = 1024, 256  # episodes
_WIDEST = 12  # numbers up to which their products are looked at, too
_FEWEST = 24  # moments on either side of a bit, in training episodes
_STEPS, _DECAY = 12, 1e-2  # of Newton's method, and of weights that tell nothing
_BOOTSTRAPS = 300


@dataclass
class Readings:
    """What was read before some steps of some episodes, and what the oracle did.

    Attributes:
        numbers: by what they are of, (n, d) float64. right: (n, c) of `ActionNumbers`.
        episode: (n,) which it was.
    """

    numbers: dict[str, list[Tensor]] = field(default_factory=dict)
    right: list[Tensor] = field(default_factory=list)
    episode: list[Tensor] = field(default_factory=list)

    def of(self, name: str) -> Tensor:
        """(n, d) of all moments."""
        return torch.cat(self.numbers[name])


def readings(subject: Subject, split: str, lessons: bool) -> Readings:
    """What can be read in training episodes (``lessons``) or in judged ones of a split."""
    task = subject.task(split)
    most = _MOST_FITTED if lessons else _MOST_JUDGED
    start = subject.lessons() if lessons else subject.start(split)
    rows = torch.arange(min(most, states.rows_of(start)), device=task.device)
    start = states.take(start, rows)
    found, actions = Readings(), ActionNumbers(subject.space)
    sensors = small_sensors(subject)

    def act(moment: Moment) -> object:
        if moment.step in _MOMENTS and not moment.over.all():
            alive = torch.from_numpy(~moment.over)
            for name, values in _read(moment, sensors).items():
                flat = values.cpu().double().reshape(moment.rows, -1)[alive]
                found.numbers.setdefault(name, []).append(torch.nan_to_num(flat, 0, 0, 0))
            right = np.asarray(torch.as_tensor(ORACLE.act(moment)).cpu())
            found.right.append(actions.targets(right)[alive])
            found.episode.append(torch.arange(moment.rows)[alive])
        return UNIFORM.act(moment)

    last = 1 if subject.answered else _MOMENTS[-1] + 1
    play(task, start, Policy("read", act), seed=subject.seed, most=last)
    return found


def _read(moment: Moment, sensors: list[str]) -> dict[str, Tensor]:
    """Numbers of a moment by what they are of, (B, ...) each."""
    task, state = moment.task, moment.state
    sensed = task.sense(state) if sensors else {}
    read = {f"the sensor {name}": sensed[name] for name in sensors}
    read["how many words there are"] = (task.tokens(state) != 0).sum(1)
    told = list(moment.info.values())
    if moment.reward is not None:
        told.append(moment.reward)
    if task.view_told:
        told.append(task.letterbox(state))
    flat = [values.reshape(moment.rows, -1).double() for values in told]
    steps = torch.full((moment.rows, 1), float(moment.step), dtype=torch.float64)
    width = max((sum(each.shape[1] for each in flat)), 1)
    padded = torch.cat([*flat, steps.new_zeros(moment.rows, width)], 1)[:, :width]
    read[f"info after {moment.step} steps" if moment.step else "info at the reset"] = torch.cat(
        [padded, steps], 1
    )
    return read


def told(subject: Subject) -> Iterator[Finding]:
    """Of each sensor, of `info` and of the number of words, how well it tells what is right."""
    learnt = readings(subject, subject.splits[0], lessons=True)
    judged = {split: readings(subject, split, lessons=False) for split in subject.splits}
    for name in learnt.numbers:
        rows = _rows_of(learnt, name)
        bit = _best_bit(learnt.of(name), torch.cat(learnt.right)[rows])
        if bit is None:
            continue
        shares = {}
        for split, seen in judged.items():
            if name not in seen.numbers:
                continue
            rows = _rows_of(seen, name)
            truth = bit.truth(torch.cat(seen.right)[rows]).numpy()
            if min(truth.sum(), (~truth).sum()) >= _FEWEST // 2:
                score = bit.score(seen.of(name)).numpy()
                shares[split] = _share(score, truth, torch.cat(seen.episode)[rows].numpy())
        if shares:
            yield Finding(f"{bit.said} is told by {name}", shares, measure=AREA)


def _rows_of(found: Readings, name: str) -> Tensor:
    """Which moments these numbers were read in: all, or for `info` those of one step."""
    sizes = [len(part) for part in found.right]
    if not name.startswith("info"):
        return torch.arange(sum(sizes))
    number = [each for each in found.numbers if each.startswith("info")].index(name)
    first = sum(sizes[:number])
    return torch.arange(first, first + sizes[number])


@dataclass
class _Bit:
    """A bit of the right action and how it is told: which column, above what, by what weights."""

    said: str
    column: int
    cut: float
    middle: Tensor
    spread: Tensor
    weights: Tensor

    def truth(self, right: Tensor) -> Tensor:
        return right[:, self.column] > self.cut

    def score(self, numbers: Tensor) -> Tensor:
        return _terms((numbers - self.middle) / self.spread) @ self.weights


def _best_bit(numbers: Tensor, right: Tensor) -> _Bit | None:
    """The bit that is told best on half of the training moments, fitted on the other half."""
    middle, spread = numbers.mean(0), numbers.std(0).clamp(min=1e-9)
    scaled = _terms((numbers - middle) / spread)
    half = torch.arange(len(numbers)) % 2 == 0
    best: tuple[float, _Bit] | None = None
    for column in range(right.shape[1]):
        values = right[:, column]
        whole = bool(((values == 0) | (values == 1)).all())
        cut = 0.5 if whole else float(values.median())
        truth = values > cut
        if min(int(truth.sum()), int((~truth).sum())) < _FEWEST:
            continue
        tried = scaled[~half] @ logistic(scaled[half], truth[half])
        area = _area(tried.numpy(), truth[~half].numpy(), np.ones(int((~half).sum())))
        if best is None or area > best[0]:
            said = f"whether action number {column} is {'chosen' if whole else f'above {cut:.3g}'}"
            best = area, _Bit(said, column, cut, middle, spread, logistic(scaled, truth))
    return None if best is None else best[1]


def _terms(scaled: Tensor) -> Tensor:
    """(n, k) 1, each number, and products of two where there are few of them."""
    scaled = scaled.clamp(-6, 6)
    parts = [torch.ones(len(scaled), 1, dtype=scaled.dtype), scaled]
    if scaled.shape[1] <= _WIDEST:
        one, other = torch.triu_indices(scaled.shape[1], scaled.shape[1])
        parts.append(scaled[:, one] * scaled[:, other])
    return torch.cat(parts, 1)


def logistic(terms: Tensor, truth: Tensor) -> Tensor:
    """(k,) weights of a logistic regression, by Newton's method with a ridge.

    Args:
        terms: (n, k) float64. truth: (n,) bool.
    """
    wanted = truth.to(terms.dtype)
    decay = _DECAY * torch.eye(terms.shape[1], dtype=terms.dtype)
    weights = torch.zeros(terms.shape[1], dtype=terms.dtype)
    for _ in range(_STEPS):
        chance = torch.sigmoid((terms @ weights).clamp(-30, 30))
        slope = terms.T @ (wanted - chance) / len(terms) - decay @ weights
        bend = (terms * (chance * (1 - chance))[:, None]).T @ terms / len(terms) + decay
        weights = weights + torch.linalg.solve(bend, slope)
    return weights


def _share(
    score: NDArray[np.float64], truth: NDArray[np.bool_], episode: NDArray[np.int64]
) -> Share:
    """Twice the area under the curve less one, its error by a bootstrap of episodes."""
    draws = np.random.default_rng(0)
    named, place = np.unique(episode, return_inverse=True)
    ones = np.ones(len(score))
    drawn = []
    for _ in range(_BOOTSTRAPS):
        often = np.bincount(draws.integers(0, len(named), len(named)), minlength=len(named))
        drawn.append(_area(score, truth, often[place.reshape(-1)].astype(np.float64)))
    mean = 2 * _area(score, truth, ones) - 1
    return Share(mean, 2 * float(np.nanstd(drawn)), len(named))


def _area(
    score: NDArray[np.float64], truth: NDArray[np.bool_], weight: NDArray[np.float64]
) -> float:
    """How often what is true scores higher, ties as half; 1/2 where either is missing."""
    place = np.unique(score, return_inverse=True)[1].reshape(-1)
    there = np.bincount(place, weight * truth)
    other = np.bincount(place, weight * ~truth)
    below = np.concatenate([[0.0], other.cumsum()[:-1]])
    pairs = there.sum() * other.sum()
    return float((there * (below + other / 2)).sum() / pairs) if pairs > 0 else 0.5


READINGS = (
    Attack(
        "sensors and info",
        "leak",
        "Numbers beside the picture tell what is right.",
        told,
        slow=True,
    ),
)
