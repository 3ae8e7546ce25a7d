"""Task: the one abstract class an environment implements, batch-first.

A task is a set of functions on a *state*, a dataclass of tensors with a leading batch axis (see
:mod:`vgym.core.state`). It draws episodes from keys, moves states by actions, says what happened
and what that pays. The Gymnasium loop around it lives in :mod:`vgym.core.vector_env`.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.config import Config, make_config, torch_device
from vgym.core.keys import stream
from vgym.core.text import CHARSET, MAX_TEXT
from vgym.geometry.conventions import Convention
from vgym.rewards import Reward, as_reward

S = TypeVar("S")

Facts = dict[str, Tensor]


@dataclass(frozen=True)
class Outcome:
    """What one step of a batch came to. Every tensor has the batch as its first axis.

    Attributes:
        reward: (B,) float32, finite.
        terminated: (B,) bool: a goal reached, or an answer that is final.
        success: (B,) bool: solved.
        metrics: (B,) each, by field-standard name.
        reward_terms: (B,) each: the recipe's unweighted terms.
        facts: what reward, termination and metrics were read from.
        picture_changed: (B,) bool: rows whose picture the step altered.
    """

    reward: Tensor
    terminated: Tensor
    success: Tensor
    metrics: dict[str, Tensor]
    reward_terms: dict[str, Tensor]
    facts: Facts
    picture_changed: Tensor


class Task(ABC, Generic[S]):
    """One environment's rules. Subclasses set the attributes below and write the eight abstract
    methods.

    Args:
        **settings: fields of ``config_class``.

    Raises:
        ValueError: an unknown keyword or a bad value, with the valid ones.
    """

    name: ClassVar[str]
    config_class: ClassVar[type[Config]] = Config
    config: Config

    action_space: spaces.Space[Any]
    vocabulary_size: int
    instruction_length: int
    convention: Convention | None = None  # of answers that name a place in the picture
    sensors: Mapping[str, spaces.Box] = MappingProxyType({})  # observed beside the picture

    def __init__(self, **settings: Any) -> None:
        self.config = make_config(self.config_class, settings)
        self.device = torch_device(self.config.device)
        self.reward: Reward = as_reward(self.config.reward)

    @abstractmethod
    def reset(self, keys: NDArray[np.uint64]) -> S:
        """New episodes, one for each key: a state of ``len(keys)`` rows on ``self.device``."""

    @abstractmethod
    def step(self, state: S, action: Tensor) -> Outcome:
        """Move every row by its (checked) action, in place, and say what came of it.

        Must be total: rows whose episode is over are stepped too, and their outcome is ignored.
        """

    @abstractmethod
    def draw(self, state: S, images: Tensor, rows: Tensor | None = None) -> None:
        """Draw what the agent sees into ``images`` (B, H, W, 3) uint8, all rows or the given."""

    @abstractmethod
    def tokens(self, state: S) -> Tensor:
        """The instructions as tokens: (B, instruction_length) int32."""

    @abstractmethod
    def instructions(self, state: S, rows: list[int]) -> list[str]:
        """The instructions of the given rows, in words."""

    @abstractmethod
    def oracle(self, state: S) -> Tensor:
        """A solving action for every row, in the environment's own action form."""

    @abstractmethod
    def view(self, state: S) -> Tensor:
        """(B, 4) float32 scale x, y and offset x, y: shown = original * scale + offset."""

    @abstractmethod
    def portrait(self, state: S, row: int) -> NDArray[np.uint8]:
        """One row's picture for people: phrase, truth and last answer drawn in. (h, w, 3) uint8."""

    def sense(self, state: S) -> dict[str, Tensor]:
        """What the sensors read, by name: (B, *shape) each. Called after ``draw``."""
        return {}

    def hints(self, facts: Facts) -> list[str]:
        """For each row, the other convention that would have scored well; "" or [] for none."""
        return []

    @property
    def salt(self) -> np.uint64:
        """What tells this task's episodes from others': its name, source and split.

        A file counts by its name alone, so that it plays the same wherever it lies.
        """
        source = PurePath(self.config.source).name
        return stream(f"{self.name}/{source}/{self.config.split}")

    @property
    def picture_hw(self) -> tuple[int, int]:
        """The observed picture's (height, width); wider than ``image_size`` for several views."""
        return self.config.size_hw

    @property
    def text_instruction(self) -> bool:
        """Whether the observation holds words instead of tokens."""
        return self.config.instruction == "text"

    @property
    def observation_space(self) -> spaces.Dict:
        """Flat: ``image``, ``instruction`` and the sensors."""
        height, width = self.picture_hw
        instruction: spaces.Space[Any] = (
            spaces.Text(MAX_TEXT, min_length=0, charset=CHARSET)
            if self.text_instruction
            else spaces.MultiDiscrete(
                np.full(self.instruction_length, self.vocabulary_size), dtype=np.int32
            )
        )
        return spaces.Dict(
            {
                "image": spaces.Box(0, 255, (height, width, 3), np.uint8),
                "instruction": instruction,
                **self.sensors,
            }
        )


def load_task(task: str | type[Task[Any]], settings: dict[str, Any]) -> Task[Any]:
    """The task named ``"module:Class"`` (or the class itself), built with its settings."""
    if isinstance(task, str):
        module, _, attribute = task.partition(":")
        task = getattr(importlib.import_module(module), attribute)
    assert isinstance(task, type)
    return task(**settings)
