"""What is held to the contract: an id, and how it is made again and again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import gymnasium
import torch
from gymnasium.vector import AutoresetMode

from vgym.core import state as states
from vgym.core.task import Task
from vgym.core.vector_env import VectorEnv
from vgym.registration import Row, row_of


@dataclass(frozen=True)
class Candidate:
    """An id of a `Task`, with keywords.

    Raises:
        ValueError: an unknown id, or one whose world is another program.
    """

    id: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.row.task:
            raise ValueError(
                f"{self.id} is another program behind Gymnasium's interface; only tasks of "
                "vgym.core.task are held to this contract"
            )

    @property
    def row(self) -> Row:
        """The id's row of the registry."""
        return row_of(self.id)

    @property
    def alone(self) -> bool:
        """Whether Gymnasium makes it; a team is made by PettingZoo."""
        return not self.row.made_by

    @property
    def keywords(self) -> dict[str, Any]:
        """What the task is made with, the id's own settings among it."""
        limit = self.row.max_episode_steps
        limited = {} if limit is None else {"max_episode_steps": limit}
        return {**limited, **self.row.settings, **self.settings}

    def env(self, **more: Any) -> Any:
        """One environment, as Gymnasium makes it."""
        return gymnasium.make(self.id, **{**self.settings, **more})

    def batch(self, rows: int, mode: AutoresetMode = AutoresetMode.DISABLED, **more: Any) -> Any:
        """A batch, not reset."""
        return VectorEnv(self.row.task, rows, autoreset_mode=mode, **{**self.keywords, **more})

    def begun(self, rows: int, **more: Any) -> Any:
        """A batch whose row i plays the episode of seed i, and whose actions are random."""
        envs = self.batch(rows, **more)
        envs.reset(seed=0)
        envs.action_space.seed(0)
        return envs


def copied(state: Any) -> Any:
    """A state of its own."""
    rows = torch.arange(states.rows_of(state))
    device = next(iter(states.flatten(state).values())).device
    return states.take(state, rows.to(device))


def numbers_of(task: Task[Any], rows: int) -> tuple[tuple[int, ...], ...]:
    """The shapes that one number a row may have: a team may have one a robot."""
    return ((rows,), (rows, len(task.agents))) if task.agents else ((rows,),)


def field_names(task_class: type[Task[Any]]) -> list[str]:
    """The keywords of a task."""
    return [field.name for field in dataclasses.fields(task_class.config_class)]
