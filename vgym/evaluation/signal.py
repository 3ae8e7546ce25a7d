"""What a group method could learn from an id's rewards, measured before anyone rents a GPU.

The same answers, G to each of B prompts, are paid by several recipes. A trainer of GRPO's kind
learns from a group only as far as its members' rewards differ, and learns the right thing only as
far as the solved ones earn more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from vgym.core.info_rows import as_numpy
from vgym.evaluation.agent import Agent
from vgym.evaluation.answers import act
from vgym.evaluation.group_signal import group_signal
from vgym.registration import row_of
from vgym.rewards.recipes import recipes_for

Progress = Callable[[int, int], None]  # called with how many steps are done, and of all
_MOST_STEPS = 10_000  # of an episode without a limit


@dataclass(frozen=True)
class Answered:
    """Answers to B prompts, G each, as they are paid.

    Attributes:
        success: (B, G) bool.
        returns: (B, G) by recipe, the sums of an episode's rewards.
    """

    success: NDArray[np.bool_]
    returns: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Signal:
    """What groups of one size hold of one recipe.

    Attributes:
        recipe, members: the recipe, and G.
        mean: reward. success: share.
        spread: mean over groups of the standard deviation within.
        flat: share of groups whose members all earn the same.
        effective: how many groups, of all, carry the variance: the participation ratio of their
            variances, (sum v)^2 / sum v^2, as a share.
        agreement: probability that of two answers to one prompt the solved one earns more than the
            unsolved one, equal rewards half; None where no group has both.
        mixed: share of groups that have both.
    """

    recipe: str
    members: int
    mean: float
    success: float
    spread: float
    flat: float
    effective: float
    agreement: float | None
    mixed: float


def recipes_of(id: str, settings: Mapping[str, Any]) -> list[str]:
    """The recipes that an id can be paid by, its default (``"dense"``) and ``"sparse"`` first.

    Raises:
        ValueError: it cannot be made.
    """
    envs = _made(id, 1, settings, None)
    stated = envs.unwrapped.task.stated
    envs.close()
    rest = [name for name in recipes_for(stated) if name not in ("dense", "sparse")]
    return ["dense", "sparse", *rest]


def answered(
    id: str,
    agent: Agent,
    prompts: int,
    members: int,
    recipes: Sequence[str],
    settings: Mapping[str, Any] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Answered:
    """Let an agent answer each prompt several times, and have each recipe pay the answers.

    Args:
        id: of vgym. agent: who answers; `reset` is called with another seed for each member.
        prompts: B. members: G. recipes: names; ``"dense"`` is the id's own.
        settings: of the environment. seed: of the first episode.
        progress: is told how many of all rounds are done.

    Raises:
        ValueError: an unknown id or setting, or a recipe that does not fit.
    """
    rounds, done = members * len(recipes), 0
    success = np.zeros((prompts, members), np.bool_)
    returns = {name: np.zeros((prompts, members)) for name in recipes}
    played: list[list[Any]] = []
    for number, name in enumerate(recipes):
        envs = _made(id, prompts, settings or {}, name)
        for member in range(members):
            if number == 0:
                agent.reset(seed + member)
                won, earned, actions = _play(envs, seed, agent, None)
                played.append(actions)
                success[:, member] = won
            else:
                _, earned, _ = _play(envs, seed, agent, played[member])
            returns[name][:, member] = earned
            done += 1
            if progress is not None:
                progress(done, rounds)
        envs.close()
    return Answered(success, returns)


def signals(found: Answered, sizes: Sequence[int]) -> list[Signal]:
    """What groups of those sizes hold, recipe by recipe: the first so many members of each.

    Raises:
        ValueError: a size is below 2 or above G.
    """
    most = found.success.shape[1]
    for size in sizes:
        if not 2 <= size <= most:
            raise ValueError(f"a group of {size} is none; say 2 to {most}, as there are answers")
    return [
        _signal(name, rewards[:, :size], found.success[:, :size])
        for name, rewards in found.returns.items()
        for size in sizes
    ]


def _signal(name: str, rewards: NDArray[np.float64], success: NDArray[np.bool_]) -> Signal:
    of = group_signal(rewards)
    variances = np.where(of.flat, 0.0, of.spread**2)
    squares = float((variances**2).sum())
    mixed = success.any(axis=1) & ~success.all(axis=1)
    return Signal(
        recipe=name,
        members=rewards.shape[1],
        mean=float(rewards.mean()),
        success=float(success.mean()),
        spread=float(of.spread.mean()),
        flat=float(of.flat.mean()),
        effective=float(variances.sum() ** 2 / squares / len(rewards)) if squares else 0.0,
        agreement=_agreement(rewards[mixed], success[mixed]),
        mixed=float(mixed.mean()),
    )


def _agreement(rewards: NDArray[np.float64], success: NDArray[np.bool_]) -> float | None:
    """(B, G) each, of groups that have both: solved answers above unsolved ones, pair by pair."""
    if not len(rewards):
        return None
    above = np.sign(rewards[:, :, None] - rewards[:, None, :])
    pairs = success[:, :, None] & ~success[:, None, :]
    return float(((above + 1) / 2)[pairs].mean())


def _made(id: str, rows: int, settings: Mapping[str, Any], recipe: str | None) -> Any:
    row = row_of(id.removeprefix("vgym:"))
    if row.made_by:
        raise ValueError(f"{id} is several robots; a group method's answer is one agent's")
    if not row.native:
        raise ValueError(
            f"{id} plays elsewhere, such as in a browser: its answers are not compared"
        )
    reward = {} if recipe is None else {"reward": recipe}
    given = {**settings, **reward, "autoreset_mode": AutoresetMode.DISABLED}
    return gymnasium.make_vec(f"vgym:{row.id}", num_envs=rows, **given)


def _play(
    envs: Any, seed: int, agent: Agent, actions: list[Any] | None
) -> tuple[NDArray[np.bool_], NDArray[np.float64], list[Any]]:
    """One episode a row: whether it was solved, what it earned, and what was done, step by step.

    Args:
        actions: what to do; None asks the agent.
    """
    observation, _ = envs.reset(seed=seed)
    rows = envs.num_envs
    over, won, earned = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_), np.zeros(rows)
    taken: list[Any] = []
    for step in range(_MOST_STEPS):
        if actions is None:
            words = envs.unwrapped.instructions()
            given = list(act(agent, observation, words, envs))
        else:
            given = actions[step]
        taken.append([None if rests else done for done, rests in zip(given, over, strict=True)])
        observation, reward, ends, cuts, info = envs.step(taken[-1])
        earned += np.where(over, 0, as_numpy(reward).astype(np.float64))
        won |= ~over & as_numpy(info["success"]).astype(np.bool_)
        over |= as_numpy(ends) | as_numpy(cuts)
        if over.all():
            break
    return won, earned, taken
