"""Fast batched drawing: backgrounds, sprites, shapes and text, equal on CPU and CUDA."""

from vgym.core.raster.backgrounds import NATURAL_GAIN, fill_backgrounds
from vgym.core.raster.bank import SpriteBank
from vgym.core.raster.draw_list import (
    ELLIPSE,
    LINE,
    OUTLINE,
    QUAD,
    RECTANGLE,
    SILHOUETTE,
    SPRITE,
    DrawList,
)
from vgym.core.raster.drawing import draw
from vgym.core.raster.placement import place_sprite, place_sprites
from vgym.core.raster.text import GlyphBank, TextSlots, load_glyphs

__all__ = [
    "ELLIPSE",
    "LINE",
    "NATURAL_GAIN",
    "OUTLINE",
    "QUAD",
    "RECTANGLE",
    "SILHOUETTE",
    "SPRITE",
    "DrawList",
    "GlyphBank",
    "SpriteBank",
    "TextSlots",
    "draw",
    "fill_backgrounds",
    "load_glyphs",
    "place_sprite",
    "place_sprites",
]
