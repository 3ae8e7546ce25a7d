"""Fast batched drawing: backgrounds, sprites and outlines of boxes, equal on CPU and CUDA."""

from vgym.core.raster.backgrounds import fill_backgrounds
from vgym.core.raster.bank import SpriteBank
from vgym.core.raster.draw_list import OUTLINE, SILHOUETTE, SPRITE, DrawList
from vgym.core.raster.drawing import draw
from vgym.core.raster.placement import place_sprite
from vgym.on_demand import modules_on_demand

__all__ = [
    "OUTLINE",
    "SILHOUETTE",
    "SPRITE",
    "DrawList",
    "SpriteBank",
    "draw",
    "fill_backgrounds",
    "place_sprite",
]

modules_on_demand(__name__)
