"""Exploration and credit by name: what `ppo --bonus` puts around a batch.

| bonus | what it adds |
| --- | --- |
| `first-visit` | 0.02 for each square of the floor that is new in the episode |
| `count` | 0.005 / sqrt(n) at the n-th step on a square |
| `e3b` | 0.0005 times how new the view is in the episode |
| `rnd` | 0.03 times how badly a network foretells a random one's word of what is seen |
| `potential` | the change of nearness to the sensed goal, as a potential |
| `krc` | the change of nearness and facing combined by KRC, as a potential |
| `progress` | nothing: it shares what an episode earns out over its steps |
| `lured` | 0.1 of the nearness at every step, which pays for waiting near the goal |
| `aligned` | the same by a weight that is learnt |

The first two need a `pose`, from `potential` on all but `progress` a sensor of the goal: walks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from gymnasium.vector import VectorEnv
from torch import Tensor

from vgym.core.config import choice
from vgym.core.wrappers.aligned_bonus import AlignedBonus
from vgym.core.wrappers.coarse_features import coarse_features
from vgym.core.wrappers.exploration_bonus import ExplorationBonus
from vgym.core.wrappers.potential_bonus import KrcBonus, PotentialBonus
from vgym.core.wrappers.progress_credit import ProgressCredit
from vgym.core.wrappers.rnd_bonus import RandomNetworkBonus
from vgym.core.wrappers.step_bonus import StepBonus
from vgym.rewards.shaping import krc_distance

NEAR_M = 4.0  # metres that count as near
# By which 64 random steps earn some 0.13 of each: 6.4 new squares, 29, 265 and at first 4.
_FIRST, _COUNT, _E3B, _RND = 0.02, 0.005, 0.0005, 0.03
_LURE = 0.1

_views = partial(coarse_features, names=("image",))


def near(seen: Any) -> Tensor:
    """(B,) in (0, 1]: 1 at the sensed goal.

    Raises:
        ValueError: the observation has no goal.
    """
    if "goal" not in seen:
        raise ValueError(
            "this bonus needs a sensor of the goal, as VNavPoint-v0 has; choose another"
        )
    return krc_distance(torch.as_tensor(seen["goal"])[:, 0], NEAR_M)


def facing(seen: Any) -> Tensor:
    """(B,) in [0, 1]: 1 for who faces the goal, 0 for who turns the back on it."""
    return (1 + torch.as_tensor(seen["goal"])[:, 1]) / 2


def _lure(seen: Any) -> Tensor:
    return _LURE * near(seen)


Wrap = Callable[[VectorEnv, float, float, int], StepBonus]
BONUSES: dict[str, Wrap] = {  # of the batch, how many times the usual, the discount, the seed
    "first-visit": lambda envs, scale, gamma, seed: ExplorationBonus(envs, _FIRST * scale),
    "count": lambda envs, scale, gamma, seed: ExplorationBonus(envs, _COUNT * scale, bonus="count"),
    "e3b": lambda envs, scale, gamma, seed: ExplorationBonus(
        envs, _E3B * scale, bonus="elliptical", features=_views
    ),
    "rnd": lambda envs, scale, gamma, seed: RandomNetworkBonus(envs, _RND * scale, seed=seed),
    "potential": lambda envs, scale, gamma, seed: PotentialBonus(
        envs, near, gamma=gamma, scale=scale
    ),
    "krc": lambda envs, scale, gamma, seed: KrcBonus(
        envs, [near, facing], gamma=gamma, scale=scale
    ),
    "progress": lambda envs, scale, gamma, seed: ProgressCredit(envs, seed=seed),
    "lured": lambda envs, scale, gamma, seed: AlignedBonus(
        envs, _lure, weight=scale, most=scale, learning=False
    ),
    "aligned": lambda envs, scale, gamma, seed: AlignedBonus(envs, _lure, weight=scale, most=scale),
}


def wrapped(envs: VectorEnv, name: str, scale: float, gamma: float, seed: int) -> StepBonus:
    """The batch with a bonus around it.

    Args:
        envs: a native batch. name: one of `BONUSES`. scale: times the usual amount. gamma: the
            learner's discount. seed: of what is learnt.

    Raises:
        ValueError: an unknown name, with the nearest; a batch that the bonus cannot wrap; a
            discount of 0, by which no potential shapes.
    """
    choice("bonus", name, tuple(BONUSES))
    return BONUSES[name](envs, scale, gamma, seed)
