"""A team that knows where everything is: the way, and manners where robots are in each other's."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from vgym.envs.navigation.path_following import next_headings
from vgym.envs.navigation.team.convoy import keep_together, turns_towards
from vgym.envs.navigation.team.credit import nearest_workers
from vgym.envs.navigation.team.episodes import Episodes, targets
from vgym.envs.navigation.team.robots import RADII, Team
from vgym.envs.navigation.team.rules import GRASP_M, distances
from vgym.envs.navigation.team.types import FORWARD, INTERACT, LEFT, RIGHT, WAIT, TeamState
from vgym.geometry.poses import wrap_angle

_ASIDE = (LEFT, FORWARD, FORWARD, FORWARD, RIGHT, FORWARD)
_LOOSE = (LEFT, RIGHT, FORWARD)
_BEHIND = 1000.0  # metres: who waits at a door gives way to all others
_PATIENCE = 6  # blocked steps before a closed door, after which somebody comes to open it


def next_actions(episodes: Episodes, state: TeamState, thing_xy: Tensor | None) -> Tensor:
    """The next action of every robot.

    Args:
        episodes: what the state was drawn from. state: of B rows. thing_xy: (B, 2) metres, where
            plank or teddy is; None for none.

    Returns:
        (B, R) int64.
    """
    rules, team, device = episodes.config.rules, episodes.team, episodes.device
    turns = _along_the_way(episodes, state)
    waits, comes = keep_together(episodes, state, turns)
    comes = comes | _goes_to_open(episodes, state, turns)
    actions = torch.where(turns > 0, LEFT, torch.where(turns < 0, RIGHT, FORWARD))
    index = torch.arange(len(team), device=device)
    going = torch.ones_like(state.worker)
    # A crowd forms in rings about the pole, and who is stuck near it has come near enough.
    ring = (0.3 + 0.3 * index).clamp(max=rules.reach_m - 0.3)
    crowded = (state.distance < rules.reach_m - 0.15) & (state.blocked > 6)
    arrived = (state.distance < ring) | crowded
    if thing_xy is not None:
        gap = (state.pose[..., :2] - thing_xy[:, None]).square().sum(-1).sqrt()
        going = nearest_workers(rules, state)
        waiting = (state.phase == 0)[:, None]
        close = (gap < 1.0) | ((gap < GRASP_M - 0.05) & (state.blocked > 3))
        actions = torch.where(waiting & close & ~state.holding, INTERACT, actions)
        # With one end in hand it makes room for who takes the other.
        actions = torch.where(waiting & (gap < 0.4), INTERACT, actions)
        # Those without a part in it stay where they are.
        actions = torch.where(going, actions, WAIT)
        arrived = arrived & (state.phase > 0)[:, None] & (state.distance < 0.8)
    elif rules.apart:
        arrived = state.distance < 0.3
    actions = torch.where((arrived & ~comes) | waits, WAIT, actions)
    # Who stands before a closed door opens it, or waits for one who can.
    shut = (state.blocked > 0) & team.can_open & state.closed.any(1)[:, None]
    odd = _shuffle(state.steps[:, None] * 131 + index * 17 + state.blocked)
    actions = torch.where(shut & (odd % 2 == 0), INTERACT, actions)
    # Of robots that jam, those who have work, and the first of them, go on; the others give way.
    jammed = (state.blocked > 1) & ~arrived
    apart = distances(state.pose[..., :2])
    order = index.expand_as(going).float() if rules.apart else state.distance
    order = torch.where(going, order + _BEHIND * _at_a_door(episodes, state), torch.inf)
    yields = (apart < 1.2) & jammed[:, None, :] & (order[:, None, :] < order[:, :, None])
    gives_way = yields.any(2) & ~(state.holding & (state.phase > 0)[:, None])
    nearest = torch.where(yields, apart, torch.inf).argmin(2)
    actions = torch.where(gives_way, _away_from(team, state, nearest, odd), actions)
    alone = jammed & ~gives_way & (state.blocked > 4)
    return torch.where(alone, torch.tensor(_LOOSE, device=device)[odd % len(_LOOSE)], actions)


def _away_from(team: Team, state: TeamState, other: Tensor, odd: Tensor) -> Tensor:
    """(B, R) int64: each robot's action to get away from another (B, R), or aside where it
    cannot."""
    xy = state.pose[..., :2]
    from_other = xy - xy.gather(1, other[..., None].expand_as(xy))
    angle = wrap_angle(torch.atan2(from_other[..., 1], from_other[..., 0]) - state.pose[..., 2])
    away = torch.where(angle > 0, LEFT, RIGHT)
    away = torch.where(angle.abs() <= 0.75 * team.turn, FORWARD, away)
    aside = torch.tensor(_ASIDE, device=xy.device)[odd % len(_ASIDE)]
    return torch.where(state.blocked > 0, aside, away)


def _goes_to_open(episodes: Episodes, state: TeamState, turns: Tensor) -> Tensor:
    """(B, R) bool: who goes to one who waits at a door that it cannot open; its turns are set in
    place.

    Of those who can open the nearest goes, through the door. Others may have come another way.
    """
    comes, can = torch.zeros_like(state.holding), episodes.team.can_open
    waits = _at_a_door(episodes, state)
    rows = waits.any(1).nonzero()[:, 0]
    if not len(rows) or not can.any():
        return comes
    waiting = (state.blocked * waits)[rows].argmax(1)
    apart = distances(state.pose[..., :2])[rows, waiting].masked_fill(~can, torch.inf)
    opener = apart.argmin(1)
    whole = max(episodes.pool.walkable_array.shape[2:])
    turns[rows, opener] = turns_towards(episodes, state, rows, opener, waiting, whole)
    comes[rows, opener] = True
    return comes


def _at_a_door(episodes: Episodes, state: TeamState) -> Tensor:
    """(B, R) bool: who has long waited, it seems before a closed door, and cannot open it."""
    cannot = ~episodes.team.can_open & state.closed.any(1)[:, None]
    return cannot & (state.blocked > _PATIENCE)


def _along_the_way(episodes: Episodes, state: TeamState) -> Tensor:
    """(B, R) int64: turns to the left, before going on, towards the target."""
    team, batch = episodes.team, len(state.pose)
    # First: looking up fields may make room for more and move them.
    slot = episodes.slots_of(state).cpu().numpy()
    field = episodes.fields_of(state, targets(state), together=True).cpu().numpy()
    pose = state.pose.cpu().numpy()
    turns = np.zeros((len(team), batch), np.int64)
    for i, kind in enumerate(team.kinds):
        next_headings(
            episodes.pool.walkable_array,
            episodes.fields.array,
            slot,
            np.full(batch, RADII.index(kind.radius)),
            np.ascontiguousarray(field[:, i]),
            np.ascontiguousarray(pose[:, i]),
            math.radians(kind.turn),
            np.full(batch, kind.step, np.float32),
            turns[i],
        )
    return torch.from_numpy(turns.T.copy()).to(episodes.device)


def _shuffle(number: Tensor) -> Tensor:
    """Whole numbers mixed up, in [0, 65535]."""
    z = number * 6364136223846793005 + 1442695040888963407
    return ((z ^ (z >> 29)) * 3935559000370003845 >> 33) & 0xFFFF
