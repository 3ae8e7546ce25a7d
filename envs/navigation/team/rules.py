"""How robots move beside one another, open doors, and take what they are to bring."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.envs.navigation.dynamics import advance, can_stand
from vgym.envs.navigation.team.robots import Team
from vgym.envs.navigation.team.types import FORWARD, LEFT, RIGHT, Rules, TeamState
from vgym.envs.navigation.world_pool import WorldPool
from vgym.geometry.poses import wrap_angle

GRASP_M = 1.9  # from how far a plank or a teddy is taken
LEASH = (0.4, 2.6)  # metres between the two who hold a plank
_DOOR_M = 1.25  # from how far a door is opened


def move(pool: WorldPool, slot: Tensor, team: Team, state: TeamState, action: Tensor) -> Tensor:
    """Turn and go; robots that would overlap stay, whoever they are, and so do those who hold a
    plank whose ends would come too near or too far apart.

    Args:
        pool: the places.
        slot: (B,) int64 the slot of each row's.
        team: the robots.
        state: moved in place.
        action: (B, R) int64.

    Returns:
        (B, R) bool: who moved.
    """
    batch, robots = action.shape
    turn = team.turn * ((action == LEFT).float() - (action == RIGHT).float())
    yaw = wrap_angle(state.pose[..., 2] + turn)
    xy, struck = advance(
        pool,
        slot.repeat_interleave(robots),
        state.pose[..., :2].reshape(-1, 2),
        yaw.reshape(-1),
        (team.step * (action == FORWARD).float()).reshape(-1),
        state.closed.repeat_interleave(robots, 0),
        radius=team.radius_index.repeat(batch),
    )
    old, new = state.pose[..., :2], xy.reshape(batch, robots, 2)
    struck = struck.reshape(batch, robots)
    near = team.radius[:, None] + team.radius
    near = near.masked_fill(torch.eye(robots, dtype=torch.bool, device=near.device), 0)
    leashed = state.holding & (state.phase > 0)[:, None]
    # Going back may put a robot in another's way, so until nobody has to: R times at most.
    for _ in range(robots):
        apart = distances(new)
        wrong = apart < near
        if leashed.any():
            wrong = wrong | _strained(leashed, apart)
        clash = wrong.any(2) & (new != old).any(-1)
        if not clash.any():
            break
        new = torch.where(clash[..., None], old, new)
        struck = struck | clash
    moved = (new != old).any(-1)
    state.pose = torch.cat((new, yaw[..., None]), -1)
    state.path_length = state.path_length + (new - old).square().sum(-1).sqrt()
    state.collisions = state.collisions + struck
    stuck = (action == FORWARD) & ~moved
    state.blocked = torch.where(stuck, state.blocked + 1, torch.where(moved, 0, state.blocked))
    return moved


def standing(pool: WorldPool, slot: Tensor, team: Team, state: TeamState) -> Tensor:
    """(B, R) bool: whether each robot is where one of its size can be; see `move`."""
    batch, robots = state.pose.shape[:2]
    return can_stand(
        pool,
        slot.repeat_interleave(robots),
        state.pose[..., :2].reshape(-1, 2),
        state.closed.repeat_interleave(robots, 0),
        team.radius_index.repeat(batch),
    ).reshape(batch, robots)


def open_doors(door_xy: Tensor, team: Team, state: TeamState, pressed: Tensor) -> None:
    """Open the doors before those who press (B, R) and can; door_xy (B, d, 2), NaN for none."""
    apart = door_xy[:, None] - state.pose[:, :, None, :2]
    near = apart.square().sum(-1).sqrt() <= _DOOR_M  # NaN is not
    opened = torch.zeros_like(state.closed)
    opened[:, : near.shape[2]] = (near & (pressed & team.can_open)[..., None]).any(1)
    state.closed = state.closed & ~opened


def take(rules: Rules, team: Team, state: TeamState, lying: Tensor, pressed: Tensor) -> Tensor:
    """Take the plank or the teddy, by those who press near it: the first to do so, as many as it
    takes.

    Args:
        rules: of the mission.
        team: who can carry.
        state: written: who holds, who works, the phase.
        lying: (B, 2) metres, where the thing is.
        pressed: (B, R) bool.

    Returns:
        (B,) bool: it has just been taken by all who are needed.
    """
    waiting = state.phase == 0
    gap = (state.pose[..., :2] - lying[:, None]).square().sum(-1).sqrt()
    reach = (gap <= GRASP_M) & waiting[:, None] & team.can_carry
    holding = state.holding & reach
    reaching = pressed & reach & ~holding
    free = rules.hands - holding.sum(1, keepdim=True)
    holding = holding | (reaching & (reaching.cumsum(1) <= free))
    pair = holding[:, :, None] & holding[:, None]
    fits = torch.where(pair, distances(state.pose[..., :2]), 0.0).amax((1, 2)) <= LEASH[1]
    taken = waiting & (holding.sum(1) == rules.hands) & fits
    state.holding = torch.where(waiting[:, None], holding, state.holding)
    state.worker = torch.where(taken[:, None], holding, state.worker)
    state.phase = state.phase + taken
    return taken


def held_at(state: TeamState) -> Tensor:
    """(B, 2) metres: the middle of those who hold plank or teddy; the origin if none does."""
    held = state.holding.float()
    return (state.pose[..., :2] * held[..., None]).sum(1) / held.sum(1).clamp(min=1)[:, None]


def distances(xy: Tensor) -> Tensor:
    """(B, R, R) metres between the robots at (B, R, 2), as the crow flies."""
    return (xy[:, :, None] - xy[:, None]).square().sum(-1).sqrt()


def _strained(leashed: Tensor, apart: Tensor) -> Tensor:
    """(B, R, R) bool: pairs of the leashed (B, R) that are too near or too far apart."""
    pair = leashed[:, :, None] & leashed[:, None]
    pair = pair & ~torch.eye(leashed.shape[1], dtype=torch.bool, device=pair.device)
    return pair & ((apart < LEASH[0]) | (apart > LEASH[1]))
