"""What a robot can be told to do, as discrete or continuous actions."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch
from gymnasium import spaces
from torch import Tensor

from vgym.envs.navigation.types import NavigationConfig

STEP_M = 0.25

STOP, FORWARD, LEFT, RIGHT, UP, DOWN, INTERACT = range(7)
NAMES = ("stop", "forward", "turn left", "turn right", "look up", "look down", "interact")


class Move(NamedTuple):
    """A batch of moves. Every tensor is (B,)."""

    stop: Tensor  # bool
    forward: Tensor  # float32 metres
    turn: Tensor  # float32 radians, to the left
    tilt: Tensor  # float32 -1, 0 or 1: up is positive
    interact: Tensor  # bool
    code: Tensor  # int64 into NAMES, the chief thing done; -1 for nothing


def names(config: NavigationConfig) -> tuple[int, ...]:
    """The moves of the discrete action space, in its order."""
    found = [STOP, FORWARD, LEFT, RIGHT]
    if config.look:
        found += [UP, DOWN]
    if config.doors == "closed":
        found.append(INTERACT)
    return tuple(found)


def space(config: NavigationConfig) -> spaces.Space[Any]:
    """The action space."""
    if config.action == "discrete":
        return spaces.Discrete(len(names(config)))
    extra = config.look + (config.doors == "closed")
    low = [0.0, -1.0, 0.0] + [-1.0] * config.look + [0.0] * (config.doors == "closed")
    return spaces.Box(np.array(low, np.float32), np.ones(3 + extra, np.float32), dtype=np.float32)


def decode(config: NavigationConfig, known: tuple[int, ...], action: Tensor) -> Move:
    """What a checked batch of actions means."""
    turn = math.radians(config.turn)
    if config.action == "discrete":
        code = torch.tensor(known, device=action.device)[action]
        return Move(
            stop=code == STOP,
            forward=STEP_M * (code == FORWARD).float(),
            turn=turn * ((code == LEFT).float() - (code == RIGHT).float()),
            tilt=(code == UP).float() - (code == DOWN).float(),
            interact=code == INTERACT,
            code=code,
        )
    stop = action[:, 2] > 0.5
    nothing = torch.zeros_like(action[:, 0])
    interact = action[:, -1] > 0.5 if config.doors == "closed" else stop & False
    going = (~stop).float()
    code = torch.where(stop, STOP, torch.where(interact, INTERACT, FORWARD))
    return Move(
        stop=stop,
        forward=STEP_M * action[:, 0] * going,
        turn=turn * action[:, 1] * going,
        tilt=action[:, 3] * going if config.look else nothing,
        interact=interact & ~stop,
        code=code,
    )


def without(move: Move, none: Tensor) -> Move:
    """The moves with nothing done in the rows of the mask ``none`` (B,) bool; their code is -1."""
    stopped = (torch.where(none, torch.zeros_like(part), part) for part in move)
    return Move(*stopped)._replace(code=torch.where(none, -1, move.code))


def encode(
    config: NavigationConfig, known: tuple[int, ...], stop: Tensor, turns: Tensor, shut: Tensor
) -> Tensor:
    """The action of a follower: stop, open what is shut, or turn towards the heading, or go.

    Args:
        config: says which space.
        known: the moves of the discrete space, from `names`.
        stop: (B,) bool.
        turns: (B,) int64 turns to the left before going on.
        shut: (B,) bool: a closed door is ahead.
    """
    if config.action == "discrete":
        code = torch.where(turns > 0, LEFT, torch.where(turns < 0, RIGHT, FORWARD))
        code = torch.where(stop, STOP, torch.where(shut, INTERACT, code))
        place = {move: index for index, move in enumerate(known)}
        table = torch.tensor([place.get(move, 0) for move in range(len(NAMES))])
        return table.to(code.device)[code]
    action = torch.zeros(len(turns), *(space(config).shape or ()), device=turns.device)
    going = ~stop & ~shut
    action[:, 0] = (going & (turns.abs() <= 1)).float()
    action[:, 1] = turns.clamp(-1, 1).float() * going
    action[:, 2] = stop.float()
    if config.doors == "closed":
        action[:, -1] = (shut & ~stop).float()
    return action
