"""Makes the picture of docs/geo_match.md: eight episodes, crop and tile beside each other.

python docs/build_match.py     writes docs/pictures/vgeo_match.jpg
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from sheets import sheet

import vgym  # noqa: F401  registers the ids
from vgym.core.keys import episode_keys
from vgym.core.place_pictures import TRUTH
from vgym.core.task import load_task
from vgym.registration import row_of

PICTURE = Path(__file__).parent / "pictures" / "vgeo_match.jpg"
SHOWN = (("earth", 0.0), ("earth", 0.5), ("aerial", 0.5), ("aerial", 1.0))
SEEDS, GAP = (1, 3), 4


def pairs(source: str, difficulty: float) -> list[NDArray[np.uint8]]:
    """Episodes as a crop, and its tile with the crop's outline in green."""
    keywords = {"source": source, "difficulty": difficulty}
    task: Any = load_task(row_of("VGeoMatch-v0").task, keywords)
    count = len(SEEDS)
    seeds = np.array(SEEDS, np.uint64)
    state = task.reset(episode_keys(task.salt, seeds, np.zeros(count, np.int64)))
    crops = torch.zeros(count, *task.picture_hw, 3, dtype=torch.uint8)
    tiles = crops.clone()
    task.draw(state, crops)
    task.draw_answered(state, tiles)
    found = []
    for row in range(count):
        tile = Image.fromarray(tiles[row].numpy())
        box = state.target_boxes[row, 0]
        middle = ((box[:2] + box[2:]) / 2).numpy()
        half = (state.crop[row, 2] / state.tile[row, 2]).item() * tile.width / 2
        cos, sin = state.turn[row].tolist()
        axes = np.array([[cos, sin], [-sin, cos]]) * half
        corners = [middle + np.array(way) @ axes for way in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        ImageDraw.Draw(tile).polygon([tuple(each) for each in corners], outline=TRUTH, width=2)
        gap = np.full((tile.height, GAP, 3), 255, np.uint8)
        found.append(np.concatenate((crops[row].numpy(), gap, np.asarray(tile)), 1))
    return found


def main() -> None:
    """Write the sheet."""
    frames = [frame for shown in SHOWN for frame in pairs(*shown)]
    captions = [f"{source}, difficulty {hard}" for source, hard in SHOWN for _ in SEEDS]
    Image.fromarray(sheet(frames, 2, captions)).save(PICTURE, quality=85)


if __name__ == "__main__":
    main()
