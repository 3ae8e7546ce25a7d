"""Actions in words: a space of text, each of which is read into numbers before a task is stepped.

A task never sees the words: it moves by the numbers that they were read as. What cannot be read is
a row without an answer, and says why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.error import InvalidAction
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.text import MAX_TEXT, OpenText

Numbers = NDArray[np.float64]


class Spoken(OpenText):
    """Text that says numbers.

    Args:
        numbers: the space of what is read.
        read: a text of at most ``max_length`` characters as numbers, or why it is none; total.
        write: numbers as a text that is read as them.
        max_length: in characters; what is longer cannot be read.

    Attributes:
        numbers: as given.
        written: numbers as a text; samples are those of `numbers`, written so.
    """

    def __init__(
        self,
        numbers: spaces.Box,
        read: Callable[[str], Numbers | str],
        write: Callable[[Numbers], str],
        max_length: int = MAX_TEXT,
        *,
        seed: int | np.random.Generator | None = None,
    ) -> None:
        super().__init__(max_length, seed=seed)
        self.numbers, self._read, self.written = numbers, read, write

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """A text that can be read; with a mask or probabilities any letters, as of `Text`."""
        if mask is not None or probability is not None:
            return super().sample(mask, probability)
        self.numbers.seed(int(self.np_random.integers(2**63)))
        return self.written(self.numbers.sample().astype(np.float64))

    def heard(self, text: str) -> Numbers | str:
        """What a text says, or why it says nothing."""
        if len(text) > self.max_length:
            return f"the answer has {len(text):,} characters; at most {self.max_length:,} are read"
        return self._read(text)

    def said(self, numbers: Tensor) -> tuple[str, ...]:
        """Numbers (B, ...) in words, one text a row."""
        return tuple(self.written(row) for row in numbers.cpu().numpy())


def texts_of(actions: Any, space: Spoken, num_envs: int) -> list[Any]:
    """A batch of actions in words: a text a row, or whatever stands there for none.

    Raises:
        gymnasium.error.InvalidAction: no list of texts, one for each row.
    """
    if isinstance(actions, np.ndarray) and actions.dtype.kind == "U":
        actions = actions.tolist()
    if isinstance(actions, str) or not isinstance(actions, list | tuple):
        raise InvalidAction(
            f"actions are {type(actions).__name__}; here they are words: a list of {num_envs} texts"
        )
    if len(actions) != num_envs:
        raise InvalidAction(f"{len(actions)} actions for {num_envs} environments")
    return list(actions)
