"""Makes the sheet of all photographs that VGeoPhoto ships with, each with its place.

python docs/build_photographs.py     writes docs/pictures/vgeophoto_places.jpg
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from sheets import sheet

from vgym.core.letterbox import letterbox
from vgym.data import earth
from vgym.data.geotagged import load

PICTURE = Path(__file__).parent / "pictures" / "vgeophoto_places.jpg"
COLUMNS, WIDTH = 6, 1256
SIZE_HW = (144, 192)


def main() -> None:
    """Write the sheet."""
    photographs = load("places")
    frames = [letterbox(photographs.image(k), SIZE_HW)[0] for k in range(len(photographs))]
    places = photographs.lonlats()
    countries = earth.country_of(places)
    captions = []
    for photograph, country in zip(photographs, countries, strict=True):
        lon, lat = photograph.lonlat
        where = f"{abs(lat):.2f} {'NS'[lat < 0]} {abs(lon):.2f} {'EW'[lon < 0]}"
        captions.append(f"{photograph.name}: {where}, {country.code if country else 'at sea'}")
    PICTURE.parent.mkdir(exist_ok=True)
    picture = np.ascontiguousarray(sheet(frames, COLUMNS, captions, WIDTH))
    Image.fromarray(picture).save(PICTURE, quality=72, optimize=True)


if __name__ == "__main__":
    main()
