"""The space of a batch's observations, whose bounds take no more memory than those of one."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.spaces import Box, Space
from gymnasium.vector.utils import batch_space

_Box: Any = Box


def batched_space(single: Space[Any], num_envs: int) -> Space[Any]:
    """What `gymnasium.vector.utils.batch_space` gives, equal to it, at once and in no memory.

    Gymnasium writes the bounds of every pixel of every picture: 1.5 GB for 512 pictures of 640 x
    400. Here they are views of those of one.
    """
    if type(single) is Box:
        return _BatchedBox(single, num_envs)
    if type(single) is spaces.Dict:
        parts = {name: batched_space(part, num_envs) for name, part in single.spaces.items()}
        return spaces.Dict(parts, seed=copy.deepcopy(single.np_random))
    return batch_space(single, num_envs)


class _BatchedBox(_Box):  # type: ignore[misc]  # in Gymnasium 1.1 it takes no parameter
    """A box whose first axis only repeats another."""

    def __init__(self, single: Any, num_envs: int, random: Any = None) -> None:
        self._single = single
        self._shape = (num_envs, *single.shape)
        for name in ("low", "high", "bounded_below", "bounded_above"):
            setattr(self, name, np.broadcast_to(getattr(single, name), self._shape))
        # Written when they are asked for; by Gymnasium 1.1 at once, from all bounds.
        self.low_repr, self.high_repr = single.low_repr, single.high_repr
        random = copy.deepcopy(single.np_random) if random is None else random
        Space.__init__(self, self._shape, single.dtype, random)

    def __reduce__(self) -> Any:
        return _BatchedBox, (self._single, self._shape[0], self._np_random)
