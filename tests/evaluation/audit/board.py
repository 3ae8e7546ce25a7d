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
from vgym.rewards import Reward
from vgym.rewards.form import Form, Term
from vgym.rewards.stated import SUCCESS

NAMES = ("ant", "bee", "cat", "dog", "eel", "fox")
SIDE = 6
STOP, UP, DOWN, LEFT, RIGHT = range(5)
MOVES = torch.tensor([[0, 0], [0, -1], [0, 1], [-1, 0], [1, 0]])


@dataclass(frozen=True)
class BoardConfig(Config):
    image_size: int | tuple[int, int] = 40
    max_episode_steps: int | None = 24
    # "words", "sensor", "info", "across" or "padding": what tells where the goal is; with "own"
    # all begin in one corner and a sensor tells what was done since, which is no fault.
    fault: str = ""


RIGHT_OF_IT = Term("right_of_it", lambda f: f["right_of_it"].float(), ("right_of_it",), "a tell")


def telling(weight: float) -> Reward:
    """Success, and beside it a term that tells whether the goal lies to the right."""
    form = Form("walk", ((1.0, SUCCESS), (weight, RIGHT_OF_IT)))
    return Reward(name="telling", forms=(form,), source="here", doc="A test.", range=(0.0, 2.0))


@dataclass
class Board:
    here: Tensor  # (B, 2) int64
    goal: Tensor  # (B, 2) int64
    name: Tensor  # (B,) int64
    noise: Tensor  # (B, 2) float32
    made: Tensor  # (B, 2) int64, the moves, whatever stood in the way


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
        self.told = frozenset(
            {"info": ["distance"], "across": ["across"]}.get(self.config.fault, ())
        )
        self.sensors = MappingProxyType({"wind": spaces.Box(-SIDE, SIDE, (2,), np.float32)})

    @property
    def stated(self) -> frozenset[str]:
        return super().stated | {"right_of_it"}

    def reset(self, keys: NDArray[np.uint64]) -> Board:
        def drawn(name: str, most: int) -> Tensor:
            return torch.from_numpy(sample_each(keys, stream(name), most))

        names = drawn("name", len(NAMES))
        goal = torch.stack([drawn("x", SIDE), drawn("y", SIDE)], 1)
        here = torch.stack([drawn("from x", SIDE), drawn("from y", SIDE)], 1)
        if self.config.fault == "words":
            goal, here = torch.stack([names, (names * 2 + 1) % SIDE], 1), torch.zeros_like(here)
        if self.config.fault == "own":
            here = torch.zeros_like(here)
        noise = torch.stack([drawn("wind x", 11), drawn("wind y", 11)], 1).float() - 5
        return Board(here, goal, names, noise, torch.zeros_like(here))

    def step(self, state: Board, action: Tensor, unread: Tensor | None = None) -> Outcome:
        read = torch.ones(len(state.here), dtype=torch.bool) if unread is None else ~unread
        state.here = (state.here + MOVES[action] * read[:, None]).clamp(0, SIDE - 1)
        state.made = state.made + MOVES[action] * read[:, None]
        stop = (action == STOP) & read
        success = stop & (state.here == state.goal).all(1)
        away = (state.here - state.goal).abs().sum(1).float()
        return self.outcome(
            {
                "success": success,
                "format_ok": read,
                "right_of_it": state.goal[:, 0] > state.here[:, 0],
            },
            terminated=stop,
            metrics={"distance": away, "across": (state.goal - state.here)[:, 0].float()},
            picture_changed=read,
        )

    def sense(self, state: Board) -> dict[str, Tensor]:
        told = {"sensor": state.goal - state.here, "own": state.made}
        return {"wind": told.get(self.config.fault, state.noise).float()}

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
