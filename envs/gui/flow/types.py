"""Settings and state of VGuiFlow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor

from vgym.core.config import Config, choice
from vgym.envs.gui.flow.templates import NAMES

FORMS = ("continuous", "symmetric", "grid", "pixel")


@dataclass(frozen=True)
class FlowConfig(Config):
    """Settings of VGuiFlow."""

    actions: ClassVar[tuple[str, ...]] = FORMS

    image_size: int | tuple[int, int] = (400, 640)  # smallest at which letters are sharp: 240x320
    action: str = "grid"  # how kind, place and number are said: see `actions`
    max_episode_steps: int = 50
    templates: tuple[str, ...] | None = None  # names of the tasks set; None: by difficulty

    def __post_init__(self) -> None:
        super().__post_init__()
        names: Any = self.templates
        if names is None:
            return
        if not (isinstance(names, tuple | list) and names):
            raise ValueError(
                f"templates={names!r} must be a tuple of names, or None for those of the difficulty"
            )
        for name in names:
            choice("template", name, NAMES)
        object.__setattr__(self, "templates", tuple(names))


@dataclass
class State:
    """One row an episode. What an episode is (application, start, goal) follows from its key."""

    key: Tensor  # (B,) int64: the episode's 64-bit key
    vector: Tensor  # (B, SIZE) int32: the application, see `model`
    tokens: Tensor  # (B, L) int32
    reference: Tensor  # (B,) int64: steps of the shortest plan from the start
    left: Tensor  # (B,) int64: steps of the shortest plan from here; or UNREACHABLE
    best: Tensor  # (B,) float32 in [0, 1]: share of the shortest plan done at best so far
    steps: Tensor  # (B,) int64: steps taken
    click_xy: Tensor  # (B, 2) float32: the last action's place, fractions; negative for none
