"""What each robot sees: the place, the others, the poles, and the thing that is to be brought."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.envs.navigation.render import Views, render
from vgym.envs.navigation.render.textures import NUMBER
from vgym.envs.navigation.render.top_down import (
    GOAL,
    PATH,
    RING,
    ROBOT,
    disc,
    map_picture,
    to_pixels,
)
from vgym.envs.navigation.team.robots import BODY, PLAIN, Team
from vgym.envs.navigation.team.types import Rules, TeamState
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.world import BILLBOARD, BOX, CYLINDER, World

_RED, _WHITE = (220, 20, 30), (255, 255, 255)
_FRONT_M = 0.25  # metres from a robot's middle to the mark of its front, from above


class Parts:
    """The upright solids of an episode that are not the place's own: robots, poles, the thing.

    Args:
        rules: of the task. team: the robots. device: of the states.

    Attributes:
        code: (P, 5) int16 shape and texture of each; tint: (P, 3) uint8. As in `Scenes`.
    """

    def __init__(self, rules: Rules, team: Team, device: torch.device) -> None:
        self.rules, self.robots, self.device = rules, len(team), device
        bodies = [kind.body[min(n, len(kind.body) - 1)] for kind in team.kinds for n in range(BODY)]
        self.poles = len(team) if rules.apart else 1
        looks = [((shape, PLAIN, 0), colour) for shape, *_, colour in bodies]
        looks += [((CYLINDER, PLAIN, 0), _RED)] * self.poles
        if rules.hands > 1:
            looks.append(((BOX, NUMBER["pine"], 0), _WHITE))
        elif rules.hands:
            looks.append(((BILLBOARD, NUMBER["teddy_bear"], 1), _WHITE))
        self.code = torch.tensor([(*look, 0, -1) for look, _ in looks], dtype=torch.int16)
        self.tint = torch.tensor([colour for _, colour in looks], dtype=torch.uint8)
        self.code, self.tint = self.code.to(device), self.tint.to(device)
        self._bodies = torch.tensor([body[1:5] for body in bodies], device=device)
        self._pole = torch.tensor([1.0, 0.0, 0.05, 0.05, 0.0, 1.9], device=device)

    def geometry(self, state: TeamState, pole_xy: Tensor, thing_xy: Tensor | None) -> Tensor:
        """(B, P, 8) float32 x, y, cosine, sine, half lengths, bottom and top of each part.

        Args:
            state: of B rows. pole_xy: (B, R, 2) metres. thing_xy: (B, 2) metres, None for none.
        """
        batch = len(state.pose)
        yaw = state.pose[..., 2:]
        placed = torch.cat((state.pose[..., :2], yaw.cos(), yaw.sin()), -1)
        bodies = self._bodies.expand(batch, -1, -1)
        poles = self._pole.expand(batch, self.poles, -1)
        parts = [
            torch.cat((placed.repeat_interleave(BODY, 1), bodies), -1),
            torch.cat((pole_xy[:, : self.poles], poles), -1),
        ]
        if thing_xy is not None:
            shape = self._plank if self.rules.hands > 1 else self._teddy
            parts.append(shape(state, thing_xy)[:, None])
        return torch.cat(parts, 1)

    def _plank(self, state: TeamState, xy: Tensor) -> Tensor:
        """(B, 8): between those who hold it, or on the floor."""
        held = state.phase > 0
        first_two = torch.argsort((~state.worker).to(torch.int8), dim=1, stable=True)[:, :2]
        rows = torch.arange(len(held), device=self.device)[:, None]
        ends = state.pose[rows, first_two, :2]
        along = ends[:, 1] - ends[:, 0]
        angle = torch.where(held, torch.atan2(along[:, 1], along[:, 0]), 0.0)
        half = torch.where(held, along.square().sum(1).sqrt() / 2, 0.7)
        base = torch.where(held, 0.85, 0.02)
        return torch.stack(
            (*xy.unbind(1), angle.cos(), angle.sin(), half, half.new_full(half.shape, 0.09), base,
             base + 0.06), 1
        )  # fmt: skip

    def _teddy(self, state: TeamState, xy: Tensor) -> Tensor:
        """(B, 8): above the one who holds it, or on the floor."""
        held = state.phase > 0
        base = torch.where(held, 0.85, 0.02) + 0.6 * held
        wide = torch.full_like(base, 0.2)
        ahead, aside = torch.ones_like(base), torch.zeros_like(base)
        return torch.stack((*xy.unbind(1), ahead, aside, wide, wide, base, base + 0.4), 1)


def draw_views(
    pool: WorldPool,
    texels: Tensor,
    team: Team,
    parts: Parts,
    state: TeamState,
    slot: Tensor,
    geometry: Tensor,
    images: Tensor,
    rows: Tensor | None,
) -> None:
    """The picture of every robot, in place.

    Args:
        pool: the places.
        texels: the textures, see `render`.
        team: the robots.
        parts: looks of the parts of an episode.
        state: of B rows.
        slot: (B,) int64 the pool's slot of each row's place.
        geometry: (B, P, 8) of `parts`.
        images: (B, R, H, W, 3) uint8, written.
        rows: (k,) int64 of them, all if None.
    """
    batch, robots = images.shape[:2]
    device = images.device
    every = torch.arange(robots, device=device)
    geometry = geometry[:, None].repeat(1, robots, 1, 1)
    # Nobody sees itself: its own parts have no size.
    own = every[:, None] * BODY + torch.arange(BODY, device=device)
    geometry[:, every[:, None], own, 4:] = 0.0
    pictures, count = batch * robots, geometry.shape[2]
    views = Views(
        scene=slot.repeat_interleave(robots),
        pose=state.pose.reshape(-1, 3),
        pitch=torch.zeros(pictures, device=device),
        eye=team.eye.repeat(batch),
        fov=team.fov.repeat(batch),
        toggles=state.closed.repeat_interleave(robots, 0),
        geometry=geometry.reshape(pictures, count, 8),
        code=parts.code.expand(pictures, -1, -1),
        tint=parts.tint.expand(pictures, -1, -1),
        movers_count=torch.full((pictures,), count, device=device),
    )
    which = None if rows is None else (rows[:, None] * robots + every).reshape(-1)
    render(pool.scenes, texels, views, images.flatten(0, 1), which)


def from_above(
    world: World, texels: NDArray[np.uint8], pose: Tensor, pole_xy: Tensor, thing_xy: Tensor | None
) -> NDArray[np.uint8]:
    """A place with its robots, poles and thing, for people: (384, 384, 3) uint8.

    Args:
        world: the place.
        texels: the textures.
        pose: (R, 3) metres and radians.
        pole_xy: (R, 2) metres.
        thing_xy: (1, 2) metres, or None where nothing is to be brought.
    """
    plan = map_picture(world, texels, 384)
    image = torch.from_numpy(plan.picture.copy())[None]
    sight = torch.tensor([[plan.scale, plan.offset_x, plan.offset_y]])
    ahead = pose[:, :2] + _FRONT_M * torch.stack((pose[:, 2].cos(), pose[:, 2].sin()), 1)
    marks = [(pole_xy, 4, GOAL), (pose[:, :2], 7, RING), (pose[:, :2], 6, ROBOT), (ahead, 2, RING)]
    if thing_xy is not None:
        marks.insert(1, (thing_xy, 4, PATH))
    for xy, radius, colour in marks:
        middle = to_pixels(xy[None].cpu(), sight)[0]
        disc(image, torch.zeros(len(middle), dtype=torch.int64), middle, radius, colour)
    return image[0].numpy()
