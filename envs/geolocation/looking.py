"""Looking elsewhere: moves of the camera, and where a view shows the hidden place."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.envs.geolocation.camera import WIDTH_KM, lonlat_of, uv_of
from vgym.envs.geolocation.moves import LAYER, LOOK, Move
from vgym.envs.geolocation.types import GeoConfig, State

# Of degrees: a centimetre. Sines of many at once and of one differ in their last bit: rounded, a
# place is the same in a batch as alone.
DECIMALS = 7


def look(state: State, move: Move, acts: Tensor, config: GeoConfig) -> Tensor:
    """Move the cameras by the looks and changes of layer among the moves, in place.

    A point beyond the globe cannot become the middle: the camera then stays where it is aimed.

    Args:
        acts: (B,) bool, the rows that move at all.

    Returns:
        (B,) bool: whose picture may be another.
    """
    view = state.view
    looks, turns_over = acts & (move.kind == LOOK), acts & (move.kind == LAYER)
    aim = lonlat_of(view, move.point, config.size_hw).round(decimals=DECIMALS)
    aims = looks & aim.isfinite().all(1)
    width = torch.minimum(view.width_km * move.zoom, state.widest_km).clamp(min=WIDTH_KM[0])
    view.lon = torch.where(aims, aim[:, 0], view.lon)
    view.lat = torch.where(aims, aim[:, 1], view.lat)
    view.width_km = torch.where(looks, width, view.width_km)
    view.heading_deg = torch.where(
        looks, (view.heading_deg + move.turn_deg) % 360, view.heading_deg
    )
    view.layer = torch.where(turns_over, move.layer, view.layer)
    return looks | turns_over


def seen_at(state: State, config: GeoConfig) -> tuple[Tensor, Tensor]:
    """(B, 2) pixels of the view where the hidden place lies, and (B,) bool whether it is in it."""
    uv, visible = uv_of(state.view, state.place, config.size_hw)
    height, width = config.size_hw
    inside = visible & ((uv >= 0) & (uv < 1)).all(1)
    return torch.nan_to_num(uv) * torch.tensor([width, height], device=uv.device), inside
