"""A walk over a small board, sound or with one fault by which it is solved without looking."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.config import Config
from vgym.core.keys import sample_each, stream
from vgym.core.task import Outcome, Task
from vgym.core.text import Vocabulary

NAMES = ("ant", "bee", "cat", "dog", "eel", "fox")
SIDE = 6
STOP, UP, DOWN, LEFT, RIGHT = range(5)
MOVES = torch.tensor([[0, 0], [0, -1], [0, 1], [-1, 0], [1, 0]])


@dataclass(frozen=True)
class BoardConfig(Config):
    image_size: int | tuple[int, int] = 40
    max_episode_steps: int | None = 24
    fault: str = ""  # "words", "sensor", "info" or "padding": what tells where the goal is


@dataclass
class Board:
    here: Tensor  # (B, 2) int64
    goal: Tensor  # (B, 2) int64
    name: Tensor  # (B,) int64
    noise: Tensor  # (B, 2) float32


class BoardTask(Task[Board]):
    """Go to the cell of a name and stop there."""

    name = "board"
    config_class = BoardConfig
    config: BoardConfig

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.action_space = spaces.Discrete(len(MOVES))
        self.vocabulary = Vocabulary(["to", "the", *NAMES])
        self.instruction_length = 3
        self.told = frozenset({"distance"} if self.config.fault == "info" else ())
        self.sensors = MappingProxyType({"wind": spaces.Box(-SIDE, SIDE, (2,), np.float32)})

    def reset(self, keys: NDArray[np.uint64]) -> Board:
        def drawn(name: str, most: int) -> Tensor:
            return torch.from_numpy(sample_each(keys, stream(name), most))

        names = drawn("name", len(NAMES))
        goal = torch.stack([drawn("x", SIDE), drawn("y", SIDE)], 1)
        here = torch.stack([drawn("from x", SIDE), drawn("from y", SIDE)], 1)
        if self.config.fault == "words":
            goal, here = torch.stack([names, (names * 2 + 1) % SIDE], 1), torch.zeros_like(here)
        noise = torch.stack([drawn("wind x", 11), drawn("wind y", 11)], 1).float() - 5
        return Board(here, goal, names, noise)

    def step(self, state: Board, action: Tensor, unread: Tensor | None = None) -> Outcome:
        read = torch.ones(len(state.here), dtype=torch.bool) if unread is None else ~unread
        state.here = (state.here + MOVES[action] * read[:, None]).clamp(0, SIDE - 1)
        stop = (action == STOP) & read
        success = stop & (state.here == state.goal).all(1)
        away = (state.here - state.goal).abs().sum(1).float()
        return self.outcome(
            {"success": success, "format_ok": read},
            terminated=stop,
            metrics={"distance": away},
            picture_changed=read,
        )

    def sense(self, state: Board) -> dict[str, Tensor]:
        away = (state.goal - state.here).float()
        return {"wind": away if self.config.fault == "sensor" else state.noise}

    def draw(self, state: Board, images: Tensor, rows: Tensor | None = None) -> None:
        images[slice(None) if rows is None else rows] = 0

    def instructions(self, state: Board, rows: list[int]) -> list[str]:
        said = [f"to the {NAMES[name]}" for name in state.name[rows].tolist()]
        if self.config.fault == "padding":  # goals on the left are said in fewer words
            left = (state.goal[rows, 0] < SIDE // 2).tolist()
            said = [text[3:] if less else text for text, less in zip(said, left, strict=True)]
        return said

    def forgetful(self, state: Board, memory: dict[str, Any]) -> Tensor:
        """Knows the way where it is always the same, and stays where it is otherwise."""
        still = torch.zeros(len(state.here), dtype=torch.int64)
        return self.oracle(state) if self.config.fault == "words" else still

    def oracle(self, state: Board) -> Tensor:
        away = state.goal - state.here
        across = torch.where(away[:, 0] > 0, RIGHT, LEFT)
        along = torch.where(away[:, 1] > 0, DOWN, UP)
        move = torch.where(away[:, 0] != 0, across, along)
        return torch.where((away == 0).all(1), STOP, move)
