"""The textures by name: the numbers that worlds refer to. Pictures are in ``assets/textures``.

Every name has two pictures, one for training and one that only the test split shows.
"""

from __future__ import annotations

# Tiles: repeat every metre. Those in the first row are pale, to be tinted.
TILES = (
    *("plain", "paint", "plaster", "stripes", "flowers", "dots", "fabric", "check", "carpet"),
    *("loop_carpet", "leather", "plastic", "metal", "rug", "wicker", "tiles", "small_tiles"),
    *("oak", "walnut", "pine", "white_wood", "parquet", "laminate", "chequered", "terracotta"),
    *("concrete", "marble", "terrazzo", "brick", "stone", "wood_panel", "cork", "linoleum"),
)
# Stretched once over a side.
FACES = (
    *("door", "glass_door", "window_garden", "window_city", "window_sky", "curtain", "radiator"),
    *("painting_1", "painting_2", "painting_3", "painting_4", "poster_1", "poster_2", "map"),
    *("clock", "mirror", "screen_on", "screen_off", "screen_text", "whiteboard", "noticeboard"),
    *("bookshelf", "drawers", "drawers_wide", "cupboard", "wardrobe", "kitchen_front", "fridge"),
    *("oven", "washer", "dryer", "dishwasher", "microwave", "coffee_machine", "hob", "sink"),
    *("vending", "copier", "locker", "server", "water_cooler", "keyboard", "piano_keys", "fire"),
    *("pillow", "blanket", "box_card", "suitcase", "books", "exit_sign", "lamp_shade", "safe"),
)
# Cut-outs with holes, for billboards.
CUTOUTS = (
    *("fern", "palm", "bush", "cactus", "bouquet", "teddy_bear", "ball", "backpack", "guitar"),
    *("vase", "fruit_bowl", "toy_car", "robot_toy", "umbrella", "bicycle", "cat", "dog", "balloon"),
)
NAMES = TILES + FACES + CUTOUTS
NUMBER = {name: number for number, name in enumerate(NAMES)}
SIZE = 64  # pixels a side
