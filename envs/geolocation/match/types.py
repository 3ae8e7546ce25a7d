"""Settings and state of VGeoMatch: a tile of the ground, and a crop of it that was altered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from vgym.core.place_types import PlaceConfig, PlaceState, no_place

# The sources that ship, the default first, and the class that is called with the settings.
SOURCES = {
    "earth": "vgym.envs.geolocation.match.earth:EarthGround",
    "aerial": "vgym.envs.geolocation.match.aerial:AerialGround",
}
TOLERANCE = 0.05  # of the tile's sides: how far from the truth, along each, is a hit
RECALL_PX = (1, 5, 10, 25)  # pixels of the shown tile, for recall


@dataclass(frozen=True)
class MatchConfig(PlaceConfig):
    """Settings of VGeoMatch."""

    sources: ClassVar[tuple[str, ...]] = tuple(SOURCES)
    answers: ClassVar[tuple[str, ...]] = ("point",)

    answer: str = "point"
    source: str = "earth"  # or "aerial"

    @property
    def protocol(self) -> str:
        """What a hit is, and how metres are measured."""
        metres = "the great circle" if self.source == "earth" else "WGS84"
        height, width = self.size_hw
        return (
            f"a hit lies within {TOLERANCE:.0%} of the tile's sides along each (<=); pixels are of "
            f"the tile as shown, {width}x{height}; metres along {metres}"
        )


@dataclass
class Shown:
    """What is shown of which picture. Places are in pixels of the picture, which may be the world.

    Sides are along the picture's columns; along its rows they are `stretch` times as many pixels.
    """

    picture: Tensor  # (B,) int64
    tile: Tensor  # (B, 4) float64 x, y of the middle; width, height
    stretch: Tensor  # (B,) float64 at least 1
    crop: Tensor  # (B, 4) float64 likewise
    turn: Tensor  # (B, 2) float64 cosine and sine of how far the crop is turned, clockwise
    layers: Tensor  # (B, 2) int64 of the tile and the crop
    suns: Tensor  # (B, 2) int64 likewise, where light comes from
    tint: Tensor  # (B, 3, 4) float32 the crop's red, green and blue from those of the ground, and 1
    bend: Tensor  # (B,) float32 exponent of its brightness
    wording: Tensor  # (B,) int64


@dataclass
class State(PlaceState, Shown):
    """One row an episode."""


def empty_state(batch: int, length: int) -> State:
    """A state of rows that show nothing.

    Args:
        batch: rows. length: tokens of an instruction.
    """

    def zeros(*shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
        return torch.zeros(batch, *shape, dtype=dtype)

    whole = torch.int64
    return State(
        picture=zeros(dtype=whole),
        tile=zeros(4) + 64,
        stretch=zeros() + 1,
        crop=zeros(4) + 64,
        turn=zeros(2) + torch.tensor([1.0, 0.0], dtype=torch.float64),
        layers=zeros(2, dtype=whole),
        suns=zeros(2, dtype=whole),
        tint=torch.eye(3, 4).repeat(batch, 1, 1),
        bend=zeros(dtype=torch.float32) + 1,
        wording=zeros(dtype=whole),
        **no_place(batch, 1, length),
    )
