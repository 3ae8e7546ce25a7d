"""How two who carry a plank keep together: one goes ahead, the other comes after it.

Both go where the wider of them can. Where their ways part all the same, about a table or through
two doors, the plank would hold both: so who is behind goes to who is ahead when it is left, and who
is ahead waits for it, or comes back.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vgym.envs.navigation.path_following import next_headings
from vgym.envs.navigation.team.episodes import Episodes
from vgym.envs.navigation.team.rules import distances
from vgym.envs.navigation.team.types import TeamState
from vgym.envs.navigation.worlds.world import CELL
from vgym.geometry.grids import geodesic_field

_LEFT_M, _WAIT_M = 1.3, 1.8  # metres apart beyond which one comes after, and one waits
_PATIENCE = 2  # blocked steps of who is behind, after which who is ahead comes back
_HALF = 32  # cells: of the window around the other


def keep_together(episodes: Episodes, state: TeamState, turns: Tensor) -> tuple[Tensor, Tensor]:
    """Who waits for the other, and who goes to the other; the turns of these are set in place.

    Args:
        episodes: what the state was drawn from. state: of B rows.
        turns: (B, R) int64 by which robots would turn before they go on, to the left.

    Returns:
        (B, R) bool twice.
    """
    waits, comes = torch.zeros_like(state.holding), torch.zeros_like(state.holding)
    rows = ((state.holding.sum(1) == 2) & (state.phase > 0)).nonzero()[:, 0]
    if not len(rows):
        return waits, comes
    pair = state.holding[rows].to(torch.int8).argsort(dim=1, descending=True, stable=True)[:, :2]
    metres = episodes.way(state, state.goals, together=True)[rows].gather(1, pair)
    first = metres.argmin(1, keepdim=True)
    ahead, behind = pair.gather(1, first)[:, 0], pair.gather(1, 1 - first)[:, 0]
    apart = distances(state.pose[..., :2])[rows, ahead, behind]
    left = (apart > _LEFT_M) | metres.isinf().any(1)  # where the wider one cannot be
    far = apart > _WAIT_M
    back = left & (state.blocked[rows, behind] > _PATIENCE)
    waits[rows, ahead] = far & ~back
    comes[rows, behind], comes[rows, ahead] = left, back
    for who, whom, which in ((behind, ahead, left), (ahead, behind, back)):
        if which.any():
            at, mover, other = rows[which], who[which], whom[which]
            turns[at, mover] = turns_towards(episodes, state, at, mover, other)
    return waits, comes


def turns_towards(
    episodes: Episodes,
    state: TeamState,
    rows: Tensor,
    mover: Tensor,
    other: Tensor,
    half: int = _HALF,
) -> Tensor:
    """(k,) int64 the turns of robots on their ways to others, k of them, one a row.

    Args:
        half: cells of the window about the other in which the way lies, to each side.
    """
    team, pool = episodes.team, episodes.pool
    slot = episodes.slots_of(state).cpu().numpy()[rows.cpu().numpy()]
    radius = team.radius_index[mover].cpu().numpy()
    goal = state.pose[rows, other, :2].cpu().numpy()
    pose = state.pose[rows, mover].cpu().numpy()
    size = 2 * half + 1
    corner = np.floor(goal / CELL).astype(np.int64) - half  # x, y
    column, row = (corner[:, axis, None] + np.arange(size) for axis in (0, 1))
    height, width = pool.walkable_array.shape[2:]
    inside = ((row >= 0) & (row < height))[:, :, None] & ((column >= 0) & (column < width))[:, None]
    walkable = pool.walkable_array[
        slot[:, None, None],
        radius[:, None, None],
        row.clip(0, height - 1)[:, :, None],
        column.clip(0, width - 1)[:, None],
    ]
    free = walkable & inside
    line = (np.arange(size) - half) * CELL
    there = np.hypot(line[:, None], line) < 0.4  # it may stand where the other is too wide for
    goals = np.broadcast_to(there, free.shape).copy()
    field = geodesic_field(torch.from_numpy(~free), torch.from_numpy(goals), CELL).numpy()
    local = pose.copy()
    local[:, :2] -= (corner * CELL).astype(np.float32)
    count = len(rows)
    turns = np.zeros(count, np.int64)
    turn, step = team.turn[mover].cpu().numpy(), team.step[mover].cpu().numpy()
    for angle in np.unique(turn):  # the follower takes one turn for all
        of = np.flatnonzero(turn == angle)
        some = np.zeros(len(of), np.int64)
        next_headings(
            np.ascontiguousarray(free[of, None]),
            np.ascontiguousarray(field[of]),
            np.arange(len(of)),
            np.zeros(len(of), np.int64),
            np.arange(len(of)),
            np.ascontiguousarray(local[of]),
            float(angle),
            step[of].astype(np.float32),
            some,
        )
        turns[of] = some
    return torch.from_numpy(turns).to(state.pose.device)
