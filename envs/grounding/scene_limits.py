"""What a state's drawn scene may hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vgym.core.attempts import FAR
from vgym.core.raster import SILHOUETTE
from vgym.core.task import Limit
from vgym.envs.grounding.referring.lexicon import POSES
from vgym.envs.grounding.types import State

if TYPE_CHECKING:
    from vgym.envs.grounding.generator import SyntheticScenes


def scene_limits(source: SyntheticScenes, state: State) -> Iterator[Limit]:
    """Of the scene, and of how it is drawn."""
    bank, style = source.sprites, source.style
    yield Limit("scene.count", 0, state.scene.sprite.shape[1])
    yield Limit("scene.sprite", 0, bank.num_sprites - 1)
    yield Limit("scene.colour", 0, len(style.tints) - 1)
    yield Limit("scene.pose", 0, len(POSES) - 1)
    yield Limit("scene.angle", -FAR, FAR)
    yield Limit("scene.size", 0, FAR)
    yield Limit("scene.boxes", -FAR, FAR)
    yield Limit("scene.hidden", 0, 1)
    yield Limit("draws.kind", 0, SILHOUETTE)
    yield Limit("draws.sprite", 0, bank.num_sprites - 1)
    yield Limit("draws.level", 0, bank.num_levels - 1)
    yield Limit("draws.count", 0, state.draws.kind.shape[1])
    yield Limit("picture", 0, style.backgrounds - 1)
    yield Limit("corner_yx", 0, state.corner_yx.new_tensor([style.room_y, style.room_x]))
    yield Limit("gain", 0, 65535)
    yield Limit("item", -1, -1)
