"""Two results, episode by episode: what differs where both played the same.

An episode is the same where id, settings and split are, and the record or, without records, the
seed. The difference of the means has a 95 % interval by the paired bootstrap: the episodes' own
differences are resampled, so that what makes an episode hard for both cancels out. Successes are
compared by McNemar's exact test: of the episodes that one alone solved, each is a fair coin if the
two are equally good. Returns are compared by flips of signs: if they are, each difference is as
likely with the other sign. Where several pairs are compared, Holm's correction keeps the chance
that any of them is called different by luck at the level of a single one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from vgym.evaluation.episodes import Played, unread
from vgym.evaluation.metrics import Estimate, bootstrap_mean
from vgym.evaluation.pictures import SHOWN
from vgym.evaluation.results import Row
from vgym.evaluation.saved import Saved

_THROWS, _AT_ONCE = 9999, 500
_WHERE = frozenset({"device"})  # settings that change nothing about an episode


@dataclass(frozen=True)
class Difference:
    """One number of both sides.

    Attributes:
        means: of A and of B over the shared episodes. change: B - A with its interval.
    """

    means: tuple[float, float]
    change: Estimate


@dataclass(frozen=True)
class Pair:
    """A row of A beside one of B.

    Attributes:
        env: what A calls the environment. agents: of A and of B.
        episodes: how many are shared. unshared: how many only A has, and only B.
        success, returns: over the shared ones.
        alone: how many of them A alone solved, and B alone. p: of McNemar's exact test, two-sided.
        p_returns: of flips of signs, two-sided.
        unread: on either side, the share of the shared ones whose last answer could not be read.
        holm: ``p`` and ``p_returns``, corrected for the other pairs compared with this one.
    """

    env: str
    agents: tuple[str, str]
    episodes: int
    unshared: tuple[int, int]
    success: Difference
    returns: Difference
    alone: tuple[int, int]
    p: float
    p_returns: float = 1.0
    unread: tuple[float, float] = (0.0, 0.0)
    holm: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True)
class Comparison:
    """Everything that two results share, and in words what they do not."""

    pairs: tuple[Pair, ...]
    unshared: tuple[str, ...]


def compare(a: Saved, b: Saved, agents: tuple[str, str] | None = None) -> Comparison:
    """Compare two results where they share episodes.

    Args:
        a, b: what two folders hold; may be the same one.
        agents: of A and of B, the two to compare; by default every agent with its namesake, and
            where each side has one agent alone, the two.

    Raises:
        ValueError: no episode is shared, with why; or an agent that a side does not have.
    """
    if agents is None and a.folder.resolve() == b.folder.resolve():
        raise ValueError(
            f"A and B are both {a.folder}; name two of its agents by --agents: "
            f"{', '.join(sorted({row.player for row in a.rows}))}"
        )
    for side, saved, agent in zip("AB", (a, b), agents or (), strict=False):
        names = list(dict.fromkeys(row.player for row in saved.rows))
        if agent not in names:
            raise ValueError(f"{side}, {saved.folder}, has no agent {agent!r}; it has {names}")
    mine, theirs = _subjects(a.rows), _subjects(b.rows)
    pairs: list[Pair] = []
    unshared = _apart(mine, theirs, a, b)
    for subject in mine:
        if subject not in theirs:
            continue
        couples, left = _couples(mine[subject], theirs[subject], agents)
        unshared += left
        for one, other in couples:
            pair, why = _pair(one, other)
            pairs += [pair] if pair else []
            unshared += why
    if not pairs:
        raise ValueError("\n".join(["A and B share no episodes:", *unshared]))
    return Comparison(tuple(corrected(pairs)), tuple(unshared))


def blind_pairs(rows: Sequence[Row]) -> dict[str, list[Pair]]:
    """Rows whose agent saw other pictures, each beside the one in which it saw them as they are.

    Args:
        rows: of one run.

    Returns:
        By what was done to the pictures; without rows whose other half or episodes are not there.
    """
    plain = {(row.env, row.agent): row for row in rows if row.pictures == SHOWN}
    found: dict[str, list[Pair]] = {}
    for row in rows:
        shown = plain.get((row.env, row.agent))
        if row.pictures == SHOWN or shown is None:
            continue
        pair, _ = _pair(shown, row)
        found.setdefault(row.pictures, []).extend([pair] if pair else [])
    return {pictures: corrected(pairs) for pictures, pairs in found.items() if pairs}


def corrected(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs with Holm's correction over all of them."""
    success, returns = holm([pair.p for pair in pairs]), holm([pair.p_returns for pair in pairs])
    each = zip(pairs, success, returns, strict=True)
    return [replace(pair, holm=(solved, paid)) for pair, solved, paid in each]


def holm(ps: Sequence[float]) -> list[float]:
    """The p of several tests, each as large as it must be to be compared with the level of one.

    Source: Holm, A simple sequentially rejective multiple test procedure, Scand J Statist 6 (1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    found, least = [0.0] * len(ps), 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        least = max(least, min(1.0, (len(ps) - rank) * ps[place]))
        found[place] = least
    return found


def flips(differences: ArrayLike, seed: int = 0) -> float:
    """The two-sided p of differences whose signs are flipped, each by a fair coin.

    Args:
        differences: (n,) finite, of pairs. seed: of the coins.

    Returns:
        How often 9,999 throws come to a mean as far from 0, in (0, 1]; the throw that was made is
        counted among them.

    Source: Fisher, The Design of Experiments (1935), section 21; Phipson and Smyth (2010) on the
        one that is added.

    >>> flips([0.0, 0.0]), flips(range(1, 21)) < 0.001
    (1.0, True)
    """
    numbers = np.asarray(differences, np.float64)
    numbers = numbers[numbers != 0]
    if len(numbers) == 0:
        return 1.0
    rng, far, there = np.random.default_rng(seed), 0, abs(float(numbers.sum()))
    there -= 1e-9 * float(np.abs(numbers).sum())  # sums of another order round otherwise
    for start in range(0, _THROWS, _AT_ONCE):
        coins = rng.integers(0, 2, (min(_AT_ONCE, _THROWS - start), len(numbers)), np.int8)
        far += int((np.abs((2.0 * coins - 1) @ numbers) >= there).sum())
    return (far + 1) / (_THROWS + 1)


def mcnemar(only_a: int, only_b: int) -> float:
    """The two-sided p of McNemar's exact test.

    Args:
        only_a, only_b: episodes that one alone solved.

    Returns:
        How likely a split at least so uneven is if the two are equally good; 1 without any.

    Source: McNemar, Psychometrika 12 (1947); the exact binomial form.

    >>> round(mcnemar(1, 6), 9), mcnemar(0, 0), mcnemar(5, 5)
    (0.125, 1.0, 1.0)
    """
    n, fewer = only_a + only_b, min(only_a, only_b)
    if n == 0:
        return 1.0
    ways = (
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(fewer + 1)
    )
    return min(1.0, 2 * math.fsum(math.exp(w - n * math.log(2)) for w in ways))


_Subject = tuple[str, str, Hashable]
_Agents = dict[str, Row]


def _subjects(rows: Iterable[Row]) -> dict[_Subject, _Agents]:
    """The rows by what was played, then by agent."""
    found: dict[_Subject, _Agents] = {}
    for row in rows:
        found.setdefault((row.id, row.split, _frozen(_told(row))), {})[row.player] = row
    return found


def _told(row: Row) -> dict[str, Any]:
    """The settings that tell episodes apart; a file counts by its name, wherever it lies."""
    told = {k: v for k, v in row.settings.items() if k not in _WHERE}
    return told | ({"source": PurePath(str(told["source"])).name} if "source" in told else {})


def _frozen(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return tuple(sorted((str(k), _frozen(v)) for k, v in value.items()))
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    return value if isinstance(value, Hashable) else repr(value)


def _apart(
    mine: dict[_Subject, _Agents], theirs: dict[_Subject, _Agents], a: Saved, b: Saved
) -> list[str]:
    """What one side alone has, and what differs where the other has something like it."""
    said = []
    for side, ours, others in (("A", mine, theirs), ("B", theirs, mine)):
        for subject, rows in ours.items():
            if subject in others:
                continue
            row = next(iter(rows.values()))
            alike = next(
                (r for s, rs in others.items() for r in rs.values() if s[0] == row.id), None
            )
            if alike is None:
                said.append(f"{row.env}: only {side} has it")
            elif side == "A" or alike.env != row.env:
                said.append(f"{row.env}: {_unlike(row, alike, side)}")
    versions = [saved.rows[0].versions for saved in (a, b) if saved.rows]
    if len(versions) == 2 and versions[0].get("vgym") != versions[1].get("vgym"):
        first, second = (one.get("vgym") for one in versions)
        said.append(f"A was played with vgym {first}, B with {second}: see the changelog")
    return said


def _unlike(row: Row, other: Row, side: str) -> str:
    """In which settings two rows of an id differ."""
    here, there = ({**_told(r), "split": r.split} for r in (row, other))
    names = [k for k in {**here, **there} if here.get(k) != there.get(k)]
    across = "B" if side == "A" else "A"
    return ", ".join(
        f"{k} is {here.get(k, 'the default')} in {side}, {there.get(k, 'the default')} in {across}"
        for k in names
    )


def _couples(
    mine: _Agents, theirs: _Agents, agents: tuple[str, str] | None
) -> tuple[list[tuple[Row, Row]], list[str]]:
    """Which rows of one subject are compared, and who is left."""
    if agents is not None:
        both = agents[0] in mine and agents[1] in theirs
        return ([(mine[agents[0]], theirs[agents[1]])] if both else []), []
    if len(mine) == len(theirs) == 1:
        return [(next(iter(mine.values())), next(iter(theirs.values())))], []
    said = [
        f"{row.env} {name}: only {side} has it"
        for side, ours, others in (("A", mine, theirs), ("B", theirs, mine))
        for name, row in ours.items()
        if name not in others
    ]
    return [(mine[name], theirs[name]) for name in mine if name in theirs], said


def _pair(one: Row, other: Row) -> tuple[Pair | None, list[str]]:
    """The two rows over their shared episodes; and what is not shared."""
    name = f"{one.env} {one.player}" + (
        "" if one.player == other.player else f" and {other.player}"
    )
    said = [
        f"{row.env} {row.player}: {side} does not hold its episodes (episodes.jsonl)"
        for side, row in (("A", one), ("B", other))
        if not row.played
    ]
    if said:
        return None, said
    ours, others = _by_episode(one.played), _by_episode(other.played)
    shared = [key for key in ours if key in others]
    changed = [k for k in shared if ours[k].record and ours[k].instruction != others[k].instruction]
    if changed:
        said.append(f"{name}: {_records(len(changed))} of one place that ask for different things")
        shared = [key for key in shared if key not in set(changed)]
    unshared = len(ours) - len(shared), len(others) - len(shared)
    if any(unshared):
        said.append(f"{name}: {unshared[0]} episodes of A and {unshared[1]} of B are not shared")
    if not shared:
        return None, said
    a, b = [ours[key] for key in shared], [others[key] for key in shared]
    solved = np.array([[p.success for p in side] for side in (a, b)])
    alone = int((solved[0] & ~solved[1]).sum()), int((solved[1] & ~solved[0]).sum())
    pair = Pair(
        one.env,
        (one.player, other.player),
        len(shared),
        unshared,
        _difference(solved[0], solved[1]),
        _difference([p.value for p in a], [p.value for p in b]),
        alone,
        mcnemar(*alone),
        flips([theirs.value - mine.value for mine, theirs in zip(a, b, strict=True)]),
        (unread(a)[0] / len(a), unread(b)[0] / len(b)),
    )
    return pair, said


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"


def _by_episode(played: Sequence[Played]) -> dict[Hashable, Played]:
    """Episodes by record, the several about one place in their order; or by seed."""
    times: Counter[str] = Counter()
    found: dict[Hashable, Played] = {}
    for one in played:
        if one.record is None:
            found[one.seed] = one
        else:
            found[one.record, times[one.record]] = one
            times[one.record] += 1
    return found


def _difference(a: Any, b: Any) -> Difference:
    ours, others = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return Difference((float(ours.mean()), float(others.mean())), bootstrap_mean(others - ours))
