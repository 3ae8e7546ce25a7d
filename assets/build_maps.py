"""Draw the three example maps: a ROS office, a MovingAI park with a house, a GeoJSON flat.

All three are made from the numbers in this file: own work, CC0. The result is the same bytes
every time. Needs numpy and Pillow. Example:

    python assets/build_maps.py
"""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

FOLDER = Path(__file__).parent / "maps"
FREE, UNKNOWN, OCCUPIED = 254, 205, 0  # as ROS's map_saver writes them

OFFICE_YAML = """\
# An office of 20 m x 12 m, as a laser on a robot would have mapped it.
image: office.pgm
mode: trinary
resolution: 0.05
origin: [-10.0, -6.0, 0.0]
negate: 0
occupied_thresh: 0.65
free_thresh: 0.196
"""


def office() -> npt.NDArray[np.uint8]:
    """(244, 404) pixels of 0.05 m: rooms on both sides of a corridor, in unknown surroundings."""
    noise = np.random.default_rng(20)
    grid = np.full((260, 420), UNKNOWN, np.uint8)

    def room(x0: int, y0: int, x1: int, y1: int) -> None:
        grid[y0 : y1 + 3, x0 : x1 + 3] = OCCUPIED
        grid[y0 + 3 : y1, x0 + 3 : x1] = FREE

    for x0, x1 in ((10, 90), (90, 170), (170, 290), (290, 407)):
        room(x0, 10, x1, 100)
    for x0, x1 in ((10, 130), (130, 250), (250, 330), (330, 407)):
        room(x0, 150, x1, 247)
    room(10, 100, 407, 150)
    for x in (40, 120, 220, 340):  # doors to the north, then to the south
        grid[98:105, x : x + 20] = FREE
    for x in (60, 180, 280, 360):
        grid[148:155, x : x + 20] = FREE
    grid[190:208, 248:255] = FREE  # between two rooms
    for x, y, w, h in (
        *((20, 20, 28, 16), (110, 30, 36, 16), (190, 40, 60, 26), (310, 24, 16, 44)),
        *((352, 24, 16, 44), (30, 200, 44, 20), (150, 215, 30, 14), (200, 215, 30, 14)),
        *((270, 170, 36, 30), (372, 205, 26, 26)),
    ):
        grid[y : y + h, x : x + w] = UNKNOWN  # nobody sees into a desk
        grid[y, x : x + w] = grid[y + h - 1, x : x + w] = OCCUPIED
        grid[y : y + h, x] = grid[y : y + h, x + w - 1] = OCCUPIED
    for x, y in ((210, 90), (300, 140), (80, 235)):  # pillars
        grid[y : y + 5, x : x + 5] = OCCUPIED
    # A laser's walls are ragged on the side that it does not see.
    beside = (grid == UNKNOWN) & (np.roll(grid, 1, 0) == OCCUPIED)
    grid[beside & (noise.random(grid.shape) < 0.4)] = OCCUPIED
    return grid[8:252, 8:412]  # a little of the unknown around it


def park() -> list[str]:
    """64 rows of 64 tiles: a house of four rooms, a pond, a marsh and trees."""
    noise = np.random.default_rng(64)
    tiles = np.full((64, 64), ".")
    y, x = np.mgrid[:64, :64]
    pond = ((x - 45) / 11) ** 2 + ((y - 46) / 8) ** 2
    tiles[pond < 1.5] = "S"
    tiles[pond < 1] = "W"
    trees = (noise.random((64, 64)) < 0.05) & (pond > 1.6)
    tiles[trees] = "T"
    tiles[5:34, 5:34] = "."
    tiles[6:33, 6:33] = "@"
    for top, left, bottom, right in ((7, 7, 18, 18), (7, 19, 18, 32), (19, 7, 32, 22)):
        tiles[top:bottom, left:right] = "G"
    tiles[19:32, 23:32] = "G"
    tiles[12:14, 18] = tiles[18, 12:14] = tiles[18, 26:28] = tiles[25:27, 22] = "G"
    tiles[32, 14:16] = tiles[12:14, 32] = "G"  # to the garden
    tiles[[0, -1]] = tiles[:, [0, -1]] = "@"
    return ["".join(row) for row in tiles]


def flat() -> dict[str, object]:
    """A flat of 10 m x 8 m, metres."""

    def feature(kind: str, shape: str, coordinates: object, name: str = "") -> dict[str, object]:
        properties = {"kind": kind, "name": name} if name else {"kind": kind}
        geometry = {"type": shape, "coordinates": coordinates}
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    def ring(x0: float, y0: float, x1: float, y1: float) -> list[list[list[float]]]:
        return [[[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]]

    hallway = [[[0, 3.5], [6, 3.5], [6, 4.75], [1.5, 4.75], [1.5, 8], [0, 8], [0, 3.5]]]
    return {
        "type": "FeatureCollection",
        "units": "m",
        "features": [
            feature("room", "Polygon", hallway, "Hallway"),
            feature("room", "Polygon", ring(0, 0, 3.5, 3.5), "Bedroom"),
            feature("room", "Polygon", ring(3.5, 0, 6, 3.5), "Bathroom"),
            feature("room", "Polygon", ring(6, 0, 10, 4.75), "Living room"),
            feature("room", "Polygon", ring(6, 4.75, 10, 8), "Dining room"),
            feature("room", "Polygon", ring(1.5, 4.75, 6, 8), "Kitchen"),
            feature("wall", "LineString", [[8.5, 0], [8.5, 1.5]]),
            feature("wall", "Polygon", ring(3.5, 6.125, 4.5, 6.625)),
            feature("door", "LineString", [[0.375, 8], [1.375, 8]], "Front door"),
            feature("door", "LineString", [[2, 3.5], [2.875, 3.5]]),
            feature("door", "LineString", [[4.25, 3.5], [5.125, 3.5]]),
            feature("door", "LineString", [[6, 3.75], [6, 4.625]]),
            feature("door", "Point", [3, 4.75]),
            feature("door", "LineString", [[7, 4.75], [9, 4.75]]),
            feature("door", "LineString", [[6, 6.5], [6, 7.5]]),
        ],
    }


def main() -> None:
    """Write the maps."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "office.yaml").write_text(OFFICE_YAML, encoding="utf-8")
    Image.fromarray(office()).save(FOLDER / "office.pgm")
    rows = park()
    header = ["type octile", f"height {len(rows)}", f"width {len(rows[0])}", "map"]
    (FOLDER / "park.map").write_text("\n".join(header + rows) + "\n", encoding="utf-8")
    text = json.dumps(flat(), indent=1) + "\n"
    (FOLDER / "flat.geojson").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
