"""Settings and state of the grounding family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from vgym.core.config import OnlyWith, whole_number
from vgym.core.place_types import PlaceConfig, PlaceState, no_place
from vgym.core.raster import DrawList


@dataclass(frozen=True)
class GroundingConfig(PlaceConfig):
    """Settings of VGround, VGroundPoint and VGroundMany."""

    sources: ClassVar[tuple[str, ...]] = ("synthetic", "photos")
    reads_files: ClassVar[bool] = True
    only_with: ClassVar[OnlyWith] = {**PlaceConfig.only_with, "max_boxes": ("answer", ("boxes",))}

    max_boxes: int = 8  # slots of a "boxes" answer, and the most targets a phrase has

    def __post_init__(self) -> None:
        super().__post_init__()
        whole_number("max_boxes", self.max_boxes, 1, 64)

    @property
    def slots(self) -> int:
        """Boxes or points that an answer holds at most."""
        return self.max_boxes if self.answer == "boxes" else 1


@dataclass
class Scene:
    """What there is to speak of: N slots of objects, of which ``count`` are used.

    Everything is in pixels of the shown picture.
    """

    count: Tensor  # (B,) int64
    sprite: Tensor  # (B, N) int64 class, an index into the atlas
    colour: Tensor  # (B, N) int64 into COLOURS; 0 is the sprite's natural colour
    pose: Tensor  # (B, N) int64 into POSES; 0 has no clear one
    angle: Tensor  # (B, N) float32 radians, clockwise
    mirrored: Tensor  # (B, N) bool
    size: Tensor  # (B, N) float32 longest side of the unrotated object
    boxes: Tensor  # (B, N, 4) float32 xyxy of the whole object, hidden parts included
    hidden: Tensor  # (B, N) float32 share of the object that later ones cover, 0 to 0.4


@dataclass
class Shown:
    """What a picture shows, and how."""

    scene: Scene
    draws: DrawList  # the objects and their shadows, ready to be drawn
    picture: Tensor  # (B,) int64 the background, or the photograph
    corner_yx: Tensor  # (B, 2) int64 which part of the background
    flipped: Tensor  # (B,) bool background mirrored
    gain: Tensor  # (B,) int64 background brightness, 256 is as it was
    item: Tensor  # (B,) int64 record of the data set, -1 for a synthetic scene


@dataclass
class State(PlaceState, Shown):
    """One row an episode."""


def empty_state(batch: int, objects: int, targets: int, length: int) -> State:
    """A state of zeros: nothing to draw, nothing to find."""

    def zeros(*shape: int, dtype: torch.dtype = torch.int64) -> Tensor:
        return torch.zeros(batch, *shape, dtype=dtype)

    def full(value: int) -> Tensor:
        return torch.full((batch,), value)

    scene = Scene(
        count=zeros(),
        sprite=zeros(objects),
        colour=zeros(objects),
        pose=zeros(objects),
        angle=zeros(objects, dtype=torch.float32),
        mirrored=zeros(objects, dtype=torch.bool),
        size=zeros(objects, dtype=torch.float32),
        boxes=zeros(objects, 4, dtype=torch.float32),
        hidden=zeros(objects, dtype=torch.float32),
    )
    return State(
        scene=scene,
        draws=DrawList.empty(batch, 2 * objects),
        picture=zeros(),
        corner_yx=zeros(2),
        flipped=zeros(dtype=torch.bool),
        gain=full(256),
        item=full(-1),
        **no_place(batch, targets, length),
    )
