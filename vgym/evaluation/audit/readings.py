"""Whether numbers that come with the picture tell the right action: sensors, `info`, lengths.

A logistic regression, fitted on training episodes, says of one bit of what the oracle does (this
move or another, left or right of the middle) how likely it is; on other episodes of every split it
is seen how well. Moments at the reset and after some uniform moves are looked at. What was done
tells by itself what is to be done next, to who knows it: after the reset, episodes are compared
with those alone in which the same moves were made.

What is paid is not looked at, nor the terms that it is made of: that a step was right is what they
are there to tell, and attacks on what they earn by telling it measure a return.
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

_SEQUENCES = 8  # of uniform moves; each is made in every eighth episode
_MOMENTS = (0, 3, 9)  # steps before which it is looked; the first is the reset
_MOST_FITTED, _JUDGED = 1024, 256  # episodes, of which some steps alone are played
_WIDEST = 12  # numbers up to which their products are looked at, too
_FEWEST, _RAREST = 24, 0.05  # moments on either side of a bit in training episodes, and their share
_STEPS, _DECAY = 12, 1e-2  # of Newton's method, and of weights that tell nothing
_BOOTSTRAPS = 300


@dataclass
class Readings:
    """What was read before some steps of some episodes, and what the oracle did.

    Attributes:
        numbers: by what they are of, (n, d) float64. right: (n, c) of `ActionNumbers`.
        episode: (n,) which it was. alike: (n,) equal where step and moves before it were the same.
    """

    numbers: dict[str, list[Tensor]] = field(default_factory=dict)
    right: list[Tensor] = field(default_factory=list)
    episode: list[Tensor] = field(default_factory=list)
    alike: list[Tensor] = field(default_factory=list)

    def of(self, name: str, alike: Tensor) -> Tensor:
        """(n, d) of all moments, less the mean of those with the same moves before them."""
        numbers = torch.cat(self.numbers[name])
        which = torch.unique(alike, return_inverse=True)[1]
        shape = (int(which.max()) + 1 if len(which) else 0, numbers.shape[1])
        sums = numbers.new_zeros(shape).index_add_(0, which, numbers)
        return numbers - (sums / torch.bincount(which)[:, None])[which]


def readings(subject: Subject, split: str, lessons: bool) -> Readings:
    """What can be read in training episodes (``lessons``) or in judged ones of a split."""
    task = subject.task(split)
    start = subject.lessons() if lessons else subject.start(split, _JUDGED)
    rows = torch.arange(min(_MOST_FITTED, states.rows_of(start)), device=task.device)
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
            found.episode.append(rows.cpu()[alive])
            moved = rows.cpu() % _SEQUENCES + 1 + moment.step * _SEQUENCES
            found.alike.append((moved if moment.step else torch.zeros_like(moved))[alive])
        return np.asarray(UNIFORM.act(moment))[np.arange(moment.rows) % _SEQUENCES]

    last = 1 if subject.answered else _MOMENTS[-1] + 1
    play(task, start, Policy("read", act), seed=subject.seed, most=last)
    return found


def _read(moment: Moment, sensors: list[str]) -> dict[str, Tensor]:
    """Numbers of a moment by what they are of, (B, ...) each."""
    task, state = moment.task, moment.state
    sensed = task.sense(state) if sensors else {}
    read = {f"the sensor {name}": sensed[name] for name in sensors}
    read["how many words there are"] = (task.tokens(state) != 0).sum(1)
    told = list(moment.beside_pay.values())
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
        alike = torch.cat(learnt.alike)[rows]
        bit = _best_bit(learnt.of(name, alike), torch.cat(learnt.right)[rows], alike)
        if bit is None:
            continue
        shares = {}
        for split, seen in judged.items():
            if name not in seen.numbers:
                continue
            rows = _rows_of(seen, name)
            truth = bit.truth(torch.cat(seen.right)[rows]).numpy()
            if min(truth.sum(), (~truth).sum()) >= _FEWEST // 2:
                alike = torch.cat(seen.alike)[rows]
                score = bit.score(seen.of(name, alike)).numpy()
                ranks = _Ranks.of(score, truth, alike.numpy())
                shares[split] = _share(ranks, torch.cat(seen.episode)[rows].numpy())
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


def _best_bit(numbers: Tensor, right: Tensor, alike: Tensor) -> _Bit | None:
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
        rarer = min(int(truth.sum()), int((~truth).sum()))
        if rarer < max(_FEWEST, _RAREST * len(truth)):
            continue
        tried = scaled[~half] @ logistic(scaled[half], truth[half])
        ranks = _Ranks.of(tried.numpy(), truth[~half].numpy(), alike[~half].numpy())
        area = ranks.area(np.ones(len(ranks.truth)))
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


@dataclass
class _Ranks:
    """Scores by rank, each among those with the same moves before them.

    Attributes:
        place: (n,) of a score, equal where it is. truth: (n,) bool. alike: (places,) which moves
            it came after, ascending.
    """

    place: NDArray[np.int64]
    truth: NDArray[np.bool_]
    alike: NDArray[np.int64]

    @classmethod
    def of(
        cls, score: NDArray[np.float64], truth: NDArray[np.bool_], alike: NDArray[np.int64]
    ) -> _Ranks:
        both = np.stack([alike.astype(np.float64), score], 1)
        found, place = np.unique(both, axis=0, return_inverse=True)
        return cls(place.reshape(-1), truth, found[:, 0].astype(np.int64))

    def area(self, weight: NDArray[np.float64]) -> float:
        """How often what is true scores higher than what is not and came after the same moves,
        ties as half; 1/2 where either is missing."""
        there = np.bincount(self.place, weight * self.truth, len(self.alike))
        other = np.bincount(self.place, weight * ~self.truth, len(self.alike))
        before = np.concatenate([[0.0], other.cumsum()[:-1]])
        below = before - before[np.searchsorted(self.alike, self.alike)]
        pairs = (np.bincount(self.alike, there) * np.bincount(self.alike, other)).sum()
        return float((there * (below + other / 2)).sum() / pairs) if pairs > 0 else 0.5


def _share(ranks: _Ranks, episode: NDArray[np.int64]) -> Share:
    """Twice the area under the curve less one, its error by a bootstrap of episodes."""
    draws = np.random.default_rng(0)
    named, place = np.unique(episode, return_inverse=True)
    drawn = []
    for _ in range(_BOOTSTRAPS):
        often = np.bincount(draws.integers(0, len(named), len(named)), minlength=len(named))
        drawn.append(ranks.area(often[place.reshape(-1)].astype(np.float64)))
    mean = 2 * ranks.area(np.ones(len(ranks.truth))) - 1
    return Share(mean, 2 * float(np.std(drawn)), len(named))


READINGS = (
    Attack(
        "sensors and info",
        "leak",
        "Numbers beside the picture tell what is right.",
        told,
        slow=True,
    ),
)
