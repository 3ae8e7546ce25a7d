"""The knobs that every id shares, and how a family's settings are checked."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np
import torch

from vgym.registration import unknown

SPLITS = ("train", "val", "test")
INSTRUCTIONS = ("tokens", "bag", "text")
EXPOSED = ("end", "truth")

# Fields that some values of another alone have a use for: that one's name, and those values.
OnlyWith = Mapping[str, tuple[str, tuple[str, ...]]]
C = TypeVar("C", bound="Config")

_NOT_OF_EPISODES = {"reward", "instruction", "device", "max_episode_steps", "expose"}


class UnknownKeyword(ValueError, TypeError):
    """A keyword that an environment does not take.

    It is the `ValueError` of every wrong setting, and the `TypeError` that Python raises for a
    wrong keyword, by which libraries find out what an environment takes.
    """


@dataclass(frozen=True)
class Config:
    """Settings shared by every environment; families add their own fields.

    Raises:
        ValueError: a value outside its set or range, with the valid ones and the nearest spelling.
    """

    sources: ClassVar[tuple[str, ...]] = ("synthetic",)  # those that ship
    reads_files: ClassVar[bool] = False  # whether `source` may also be a path
    actions: ClassVar[tuple[str, ...]] = ()  # forms that `action` may name; () for its default
    unused: ClassVar[tuple[str, ...]] = ()  # of the fields below: taken, but nothing here has them
    only_with: ClassVar[OnlyWith] = {}

    image_size: int | tuple[int, int] = 256  # pixels: one number, or (height, width)
    reward: Any = "dense"  # a recipe's name, a Reward, or a callable of the facts
    difficulty: float = 0.5  # 0: a toy policy solves it; 1: hard for a person
    split: str = "train"  # "val": unseen episodes; "test": assets that training never shows
    source: str = "synthetic"  # or a data set: "photos", a path (a str, or a pathlib.Path)
    instruction: str | None = None  # one of INSTRUCTIONS; None: what suits the source
    action: str = "continuous"  # the action form
    device: str = "cpu"  # where the batch lives: "cpu", "cuda", "cuda:1"
    max_episode_steps: int | None = None  # truncate after so many steps; None for never
    # When infos have what is measured against the truth: with the "end" of the episode, or, for
    # those who make rewards of it, at every step ("truth").
    expose: str = "end"

    def __post_init__(self) -> None:
        choice("split", self.split, SPLITS)
        choice("expose", self.expose, EXPOSED)
        choice("action", self.action, self.actions or (type(self).action,))
        if self.instruction is not None:
            choice("instruction", self.instruction, INSTRUCTIONS)
        height, width = self.size_hw
        if min(height, width) < 36 or max(height, width) > 4096:
            raise ValueError(f"image_size={self.image_size!r} must be 36 to 4096 pixels a side")
        if not (_is_number(self.difficulty) and 0 <= self.difficulty <= 1):
            raise ValueError(f"difficulty={self.difficulty!r} must be a number in [0, 1]")
        limit = self.max_episode_steps
        whole = isinstance(limit, int) and not isinstance(limit, bool)
        if limit is not None and not (whole and limit > 0):
            raise ValueError(f"max_episode_steps={limit!r} must be a positive integer or None")
        if isinstance(self.source, os.PathLike):
            object.__setattr__(self, "source", os.fspath(self.source))
        if not isinstance(self.source, str) or not self.source:
            raise ValueError(f"source={self.source!r} must be one of {self.sources} or a path")
        if not self.reads_files:
            choice("source", self.source, self.sources)
        for name, (other, having) in self.only_with.items():
            value, given = getattr(self, name), getattr(self, other)
            if value != getattr(type(self), name) and given not in having:
                raise ValueError(
                    f"{name}={value!r}: {other}={given!r} has no {name}; leave it out, or choose "
                    f"{other}={' or '.join(map(repr, having))}"
                )

    @property
    def size_hw(self) -> tuple[int, int]:
        """The picture's (height, width)."""
        size = self.image_size
        pair = (size, size) if isinstance(size, int | np.integer) else size
        if not (
            isinstance(pair, tuple | list)
            and len(pair) == 2
            and all(isinstance(v, int | np.integer) and not isinstance(v, bool) for v in pair)
        ):
            raise ValueError(f"image_size={size!r} must be a whole number or (height, width)")
        return int(pair[0]), int(pair[1])

    @property
    def protocol(self) -> str:
        """What numbers depend on that are measured so, in a line for who compares them; "" where
        there is nothing to say beside the settings."""
        return ""

    @property
    def of_episodes(self) -> dict[str, Any]:
        """The settings that decide what episodes there are and how they look, by name."""
        names = {field.name for field in dataclasses.fields(self)} - _NOT_OF_EPISODES
        return {name: getattr(self, name) for name in sorted(names)} | {"image_size": self.size_hw}


def whole_number(name: str, value: Any, low: int, high: int) -> None:
    """Raises ValueError unless the value is a whole number from ``low`` to ``high``."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (whole and low <= value <= high):
        raise ValueError(f"{name}={value!r} must be a whole number from {low} to {high}")


def make_config(cls: type[C], settings: dict[str, Any]) -> C:
    """Build a config from keywords.

    Raises:
        ValueError: an unknown keyword (with the nearest one) or a bad value.
    """
    check_keywords(settings, [field.name for field in dataclasses.fields(cls)])
    # As `gymnasium.make` has it: a limit of None is the environment's own.
    unsaid = {"max_episode_steps"} if settings.get("max_episode_steps") is None else set()
    return cls(**{name: value for name, value in settings.items() if name not in unsaid})


def check_keywords(given: Iterable[str], names: Sequence[str]) -> None:
    """Raises UnknownKeyword, with the nearest, where one is given that is none of the names."""
    for name in given:
        if name not in names:
            known = unknown("keyword", name, names)
            raise UnknownKeyword(f"unexpected keyword argument {name!r}: {known}")


def torch_device(name: str) -> torch.device:
    """The device of that name.

    Raises:
        ValueError: no such device here.
    """
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ValueError(f"device={name!r} is no torch device: {error}") from None
    if device.type not in ("cpu", "cuda"):
        raise ValueError(f"device={name!r} is not supported; use 'cpu' or 'cuda'")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ValueError(f"device={name!r}: torch sees no CUDA device here; use device='cpu'")
    return device


def choice(what: str, given: object, valid: tuple[str, ...]) -> None:
    """Refuse a value that is not one of the valid ones, naming the nearest."""
    if given not in valid:
        raise ValueError(unknown(what, given, valid))


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float | np.number)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )
