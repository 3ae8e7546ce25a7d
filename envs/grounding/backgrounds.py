"""What synthetic scenes lie on: plain grounds, textures and photographs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vgym.asset_files import json_asset, picture_asset, reading

_INDEX = "backgrounds/backgrounds.json"
# Plain grounds of difficulty 0: light and dull, so that every sprite stands out.
PLAIN = {
    False: ((236, 236, 232), (214, 222, 230), (228, 220, 208), (208, 216, 204), (200, 200, 206)),
    True: ((222, 214, 224), (240, 236, 220), (206, 210, 220)),
}


def load_backgrounds(size_hw: tuple[int, int], test: bool, plain: bool) -> NDArray[np.uint8]:
    """The split's backgrounds, an eighth larger than the picture so that crops can move."""
    height, width = (side + side // 8 for side in size_hw)
    if plain:
        return np.stack([np.full((height, width, 3), c, np.uint8) for c in PLAIN[test]])
    split = "test" if test else "train"
    with reading(_INDEX):
        files = [record["file"] for record in json_asset(_INDEX) if record["split"] == split]
        images = (picture_asset(f"backgrounds/{file}", "RGB") for file in files)
        return np.stack([_cover(image, height, width) for image in images])


def _cover(image: Image.Image, height: int, width: int) -> NDArray[np.uint8]:
    """The middle of an image, scaled to cover height x width without stretching."""
    scale = max(height / image.height, width / image.width)
    box_h, box_w = height / scale, width / scale
    x0, y0 = (image.width - box_w) / 2, (image.height - box_h) / 2
    method = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    return np.asarray(image.resize((width, height), method, box=(x0, y0, x0 + box_w, y0 + box_h)))
