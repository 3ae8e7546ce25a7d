"""The robot's camera and the view from above: what is drawn for the agent and for people."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.envs.navigation import actions
from vgym.envs.navigation.render import Views, render
from vgym.envs.navigation.render.overlays import Prompt, draw_overlays
from vgym.envs.navigation.render.texture_bank import texels_on
from vgym.envs.navigation.render.top_down import draw_top_down, map_picture
from vgym.envs.navigation.types import NavigationConfig, State
from vgym.envs.navigation.viewer import portrait
from vgym.envs.navigation.world_pool import WorldPool

EYE_M = 1.25  # metres: the height of Habitat's camera


class Camera:
    """Draws the views of one configuration.

    Args:
        known: the discrete moves, for the numbers of SeeNav's arrows.
    """

    def __init__(
        self,
        config: NavigationConfig,
        pool: WorldPool,
        device: torch.device,
        known: tuple[int, ...],
    ) -> None:
        self.config = config
        self.pool = pool
        self.device = device
        self.known = known
        self.texels = texels_on(device, config.split)
        self._plans = Plans(pool, min(config.size_hw), self.texels, device)

    def draw(self, state: State, slot: Tensor, images: Tensor, rows: Tensor | None) -> None:
        """The configured view of all rows or of the given, into images (B, H, W, 3)."""
        config = self.config
        width = config.size_hw[1]
        first = images[:, :, :width] if config.view != "top" else None
        top_down = images[:, :, -width:] if config.view != "first" else None
        labels = None
        if config.view == "dual":
            labels = torch.full((*images.shape[:2], width), -1, dtype=torch.int16).to(self.device)
        if first is not None or config.depth:
            shown = images.new_empty(len(images), *config.size_hw, 3) if first is None else first
            self._look(state, slot, shown, rows, state.depth if config.depth else None, labels)
        if top_down is not None:
            self._plans.draw(
                state, slot, top_down, rows, config.goal == "point" or labels is not None
            )
        if labels is not None and first is not None and top_down is not None:
            boxes, seen = _boxes_of(labels, state.things)
            prompt = Prompt(
                boxes, seen, state.targets[:, 0], state.pose, self._plans.frame_of(slot)
            )
            draw_overlays(first, top_down, prompt, self.known, rows)

    def labels(self, state: State, slot: Tensor) -> Tensor:
        """(B, h, w) int16 the thing that each pixel of the first-person view shows, -1 for none."""
        shape = (len(state.pose), *self.config.size_hw)
        unseen = torch.zeros(*shape, 3, dtype=torch.uint8, device=self.device)
        labels = torch.full(shape, -1, dtype=torch.int16, device=self.device)
        self._look(state, slot, unseen, None, None, labels)
        return labels

    def portrait(self, state: State, slot: Tensor, caption: str) -> NDArray[np.uint8]:
        """For people: the first row's views, large, with the goal shown."""
        size = 384
        first = torch.zeros(1, size, size, 3, dtype=torch.uint8, device=self.device)
        self._look(state, slot, first, None, None, None)
        plans = Plans(self.pool, size, self.texels, self.device)
        top_down = torch.zeros_like(first)
        plans.draw(state, slot, top_down, None, True)
        last = int(state.last_action[0])
        lines = [
            f"{float(state.distance[0]):.2f} m to go, {int(state.steps[0])} steps, "
            f"{float(state.path_length[0]):.2f} m walked, {int(state.collisions[0])} collisions",
            f"last action: {actions.NAMES[last] if last >= 0 else 'none'}",
        ]
        return portrait(first[0].cpu().numpy(), top_down[0].cpu().numpy(), caption, lines)

    def _look(
        self,
        state: State,
        slot: Tensor,
        images: Tensor,
        rows: Tensor | None,
        depth: Tensor | None,
        labels: Tensor | None,
    ) -> None:
        batch = len(state.pose)
        views = Views(
            scene=slot,
            pose=state.pose,
            pitch=state.pitch,
            eye=torch.full((batch,), EYE_M, device=self.device),
            fov=torch.full((batch,), math.radians(self.config.fov), device=self.device),
            toggles=state.closed,
            geometry=torch.zeros(batch, 0, 8, device=self.device),
            code=torch.zeros(batch, 0, 5, dtype=torch.int16, device=self.device),
            tint=torch.zeros(batch, 0, 3, dtype=torch.uint8, device=self.device),
            movers_count=torch.zeros(batch, dtype=torch.int64, device=self.device),
        )
        render(self.pool.scenes, self.texels, views, images, rows, depth, labels)


class Plans:
    """Pictures of whole places from above, drawn once each.

    Args:
        size: pixels a side.

    Attributes:
        pictures: (P, size, size, 3) uint8 on the device, those that were asked for so far.
    """

    def __init__(self, pool: WorldPool, size: int, texels: Tensor, device: torch.device) -> None:
        self._pool = pool
        self._size = size
        self._texels = texels.cpu().numpy()
        self._device = device
        self._row: dict[int, int] = {}
        self.pictures = torch.zeros(0, size, size, 3, dtype=torch.uint8, device=device)
        self._frame = torch.zeros(0, 3, device=device)

    def draw(
        self, state: State, slot: Tensor, images: Tensor, rows: Tensor | None, goal: bool
    ) -> None:
        """The plan with path, robot and, if told, the goal.

        Args:
            state: of B robots.
            slot: (B,) int64 their worlds.
            images: (B, h, w, 3) uint8, written in the middle.
            rows: (n,) int64 which to draw, all if None.
            goal: whether the goal is shown.
        """
        plan = self.rows_of(slot)
        height, width = images.shape[1:3]
        top, left = (height - self._size) // 2, (width - self._size) // 2
        square = images[:, top : top + self._size, left : left + self._size]
        if height != width:
            images[slice(None) if rows is None else rows] = 0
        draw_top_down(
            square,
            self.pictures,
            plan,
            self._frame,
            state.pose,
            state.path,
            state.path_count,
            state.targets[:, 0],
            torch.full_like(state.reached, goal),
            rows,
        )

    def frame_of(self, slot: Tensor) -> Tensor:
        """(B, 3) pixels a metre, and the offsets of the plan of each place."""
        rows = self.rows_of(slot)
        return self._frame[rows]

    def rows_of(self, slot: Tensor) -> Tensor:
        """Which plan each place has, drawing those that are missing."""
        slots = slot.tolist()
        missing = [s for s in dict.fromkeys(slots) if s not in self._row]
        pictures, views = [], []
        for s in missing:
            plan = map_picture(self._pool.worlds[s], self._texels, self._size)
            self._row[s] = len(self._row)
            pictures.append(torch.from_numpy(plan.picture))
            views.append([plan.scale, plan.offset_x, plan.offset_y])
        if missing:
            self.pictures = torch.cat((self.pictures, torch.stack(pictures).to(self._device)))
            self._frame = torch.cat((self._frame, torch.tensor(views).to(self._device)))
        return torch.tensor([self._row[s] for s in slots], device=self._device)


def _boxes_of(labels: Tensor, things: Tensor) -> tuple[Tensor, Tensor]:
    """Box around the pixels of the wanted things (B, 4) xyxy, and whether there are any (B,)."""
    wanted = (labels[..., None] == things[:, None, None, :]) & (things >= 0)[:, None, None, :]
    mask = wanted.any(-1)
    columns, rows = mask.any(1), mask.any(2)
    width, height = columns.shape[1], rows.shape[1]

    def ends(line: Tensor, size: int) -> tuple[Tensor, Tensor]:
        low = line.to(torch.uint8).argmax(1)
        return low, size - line.flip(1).to(torch.uint8).argmax(1)

    x0, x1 = ends(columns, width)
    y0, y1 = ends(rows, height)
    return torch.stack((x0, y0, x1, y1), 1).float(), mask.flatten(1).any(1)
