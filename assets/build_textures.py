"""Build the two sheets of textures that navigation worlds are covered with.

One sheet for training and one that only the test split shows, with a 64x64 cell for each of
``vgym.envs.navigation.render.textures.NAMES``. Most pictures are drawn here from fixed seeds; some
hold crops of the photographs and sprites beside this script. A photograph of ``backgrounds/`` is in
the same split as there. The result is the same bytes for the same Pillow, NumPy and SciPy.

Needs numpy, Pillow, scipy and an installed vgym:

    python assets/build_textures.py
"""

import argparse
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from vgym.assets import (
    texture_cutouts,
    texture_furniture,
    texture_machines,
    texture_tiles,
    texture_walls,
)
from vgym.assets.texture_sketch import Look, as_bytes
from vgym.envs.navigation.render.texture_bank import COLUMNS, encoded, halved, linear
from vgym.envs.navigation.render.textures import FACES, NAMES, NUMBER, SIZE, TILES

FACE_DRAWERS = texture_walls.DRAWERS | texture_furniture.DRAWERS | texture_machines.DRAWERS
MAX_BYTES = 1_500_000  # both sheets together


def cell(name: str, test: bool) -> npt.NDArray[np.uint8]:
    """One texture, (64, 64, 4) RGBA; opaque but for cut-outs.

    Args:
        name: one of `textures.NAMES`.
        test: the picture of the test split.
    """
    look = Look(test, np.random.default_rng([zlib.crc32(name.encode()), int(test)]))
    if name in TILES:
        picture = as_bytes(texture_tiles.DRAWERS[name](look))
    elif name in FACES:
        picture = as_bytes(FACE_DRAWERS[name](look))
    else:
        picture = np.asarray(texture_cutouts.DRAWERS[name](look).image)
    if picture.shape[2] == 3:
        picture = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
    light = linear(picture)
    while light.shape[0] > SIZE:
        light = halved(light)
    return encoded(light)


def sheet(test: bool) -> Image.Image:
    """All textures of a split side by side."""
    rows = -(-len(NAMES) // COLUMNS)
    cells = np.zeros((rows * COLUMNS, SIZE, SIZE, 4), np.uint8)
    for name, number in NUMBER.items():
        cells[number] = cell(name, test)
    picture = cells.reshape(rows, COLUMNS, SIZE, SIZE, 4).swapaxes(1, 2)
    return Image.fromarray(picture.reshape(rows * SIZE, COLUMNS * SIZE, 4))


def build(folder: Path) -> None:
    """Write both sheets.

    Raises:
        ValueError: a name has no drawer or a drawer no name, or the sheets are too large.
    """
    drawers = (*texture_tiles.DRAWERS, *FACE_DRAWERS, *texture_cutouts.DRAWERS)
    if odd := set(NAMES) ^ set(drawers):
        raise ValueError(f"textures.py and the drawers differ in {sorted(odd)}")
    folder.mkdir(exist_ok=True)
    total = 0
    for split in ("train", "test"):
        path = folder / f"{split}.webp"
        sheet(split == "test").save(path, lossless=True, quality=100, method=6)
        total += path.stat().st_size
    if total >= MAX_BYTES:
        raise ValueError(f"the sheets have {total} bytes together; at most {MAX_BYTES}")
    print(f"{len(NAMES)} textures twice, {total} bytes")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(__file__).parent / "textures",
        help="where the sheets go (default: textures beside this script)",
    )
    build(parser.parse_args().folder)


if __name__ == "__main__":
    main()
