"""Makes the pictures of the Earth's views: 24 over layers, widths and cameras, with their places.

python docs/build_geo.py     writes docs/pictures/vgeo_views.jpg
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from sheets import sheet

from vgym.data import earth
from vgym.envs.geolocation.camera import PROJECTIONS, Cameras
from vgym.envs.geolocation.views import paint

PICTURES = Path(__file__).parent / "pictures"
SIDE, COLUMNS = 224, 6
EQUINOX = 8845.0  # days since 2000

# Name, longitude, latitude; heading and tilt, degrees; width, km; camera; layer; the hour of a
# sundial; and how much of the sky clouds cover.
VIEWS = [
    ("Paris, France", 2.4, 48.9, 0, 0, 5000, "orthographic", "day", 12, 0.0),
    ("Mexico City, Mexico", -99.1, 19.4, 20, 30, 5000, "orthographic", "day", 10, 0.3),
    ("Beijing, China", 116.4, 39.9, 340, 50, 5000, "orthographic", "day", 17.9, 0.2),
    ("Nairobi, Kenya", 36.8, -1.3, 90, 0, 5000, "gnomonic", "day", 14, 0.4),
    ("Sydney, Australia", 151.2, -33.9, 200, 20, 5000, "orthographic", "day", 23, 0.0),
    ("Sao Paulo, Brazil", -46.6, -23.5, 10, 40, 5000, "gnomonic", "relief", 12, 0.0),
    ("New Delhi, India", 77.2, 28.6, 0, 30, 5000, "orthographic", "night", 12, 0.0),
    ("Prague, Czechia", 15.0, 50.1, 330, 0, 3000, "gnomonic", "political", 12, 0.0),
    ("Cairo, Egypt", 31.2, 30.0, 45, 30, 2000, "orthographic", "day", 8, 0.1),
    ("San Francisco, USA", -122.4, 37.8, 0, 55, 2000, "orthographic", "day", 16, 0.3),
    ("North Island, New Zealand", 176.0, -38.5, 300, 0, 2000, "gnomonic", "relief", 12, 0.0),
    ("Tokyo, Japan", 139.7, 35.7, 45, 20, 2000, "orthographic", "night", 12, 0.0),
    ("Rome, Italy", 12.5, 41.9, 0, 0, 1000, "gnomonic", "day", 12, 0.0),
    ("Rome, Italy", 12.5, 41.9, 120, 45, 1000, "gnomonic", "day", 12, 0.5),
    ("New York, USA", -74.0, 40.7, 60, 20, 1000, "orthographic", "relief", 12, 0.0),
    ("Amsterdam, Netherlands", 4.9, 52.4, 15, 0, 1000, "orthographic", "night", 12, 0.0),
    ("Reykjavik, Iceland", -21.9, 64.1, 180, 30, 1000, "gnomonic", "day", 19, 0.0),
    ("Jakarta, Indonesia", 106.8, -6.2, 0, 0, 1000, "orthographic", "political", 12, 0.0),
    ("Bern, Switzerland", 7.4, 46.9, 140, 50, 300, "gnomonic", "relief", 12, 0.0),
    ("Rio de Janeiro, Brazil", -43.2, -22.9, 330, 30, 300, "orthographic", "day", 12, 0.2),
    ("Istanbul, Turkey", 29.0, 41.0, 0, 0, 300, "gnomonic", "day", 12, 0.0),
    ("Dubai, United Arab Emirates", 55.3, 25.3, 20, 0, 300, "orthographic", "night", 12, 0.0),
    ("Singapore", 103.9, 1.3, 0, 0, 100, "orthographic", "relief", 12, 0.0),
    ("San Francisco, USA", -122.4, 37.8, 0, 30, 100, "gnomonic", "day", 12, 0.0),
]


def cameras() -> Cameras:
    """All views, as they are painted."""
    columns = list(zip(*VIEWS, strict=True))
    lon, lat, heading, tilt, width, hour, clouds = (
        torch.tensor(columns[k], dtype=torch.float64) for k in (1, 2, 3, 4, 5, 8, 9)
    )
    return Cameras(
        lon=lon,
        lat=lat,
        heading_deg=heading,
        tilt_deg=tilt,
        width_km=width,
        projection=torch.tensor([PROJECTIONS.index(name) for name in columns[6]]),
        layer=torch.tensor([earth.LAYERS.index(name) for name in columns[7]]),
        days=EQUINOX + (hour - 12) / 24 - lon / 360,
        cloud_key=torch.arange(len(VIEWS)),
        clouds=clouds,
    )


def main() -> None:
    """Write the sheet."""
    images = np.empty((len(VIEWS), SIDE, SIDE, 3), np.uint8)
    paint(cameras(), images)
    captions = [f"{view[0]}: {view[5]:,} km, {view[7]}" for view in VIEWS]
    path = PICTURES / "vgeo_views.jpg"
    Image.fromarray(sheet(list(images), COLUMNS, captions, width=1400)).save(path, quality=85)


if __name__ == "__main__":
    main()
