"""What tables of photographs call their columns, and a photograph of one row.

Names are compared without their case; of several that a table has, the first here counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vgym.data.errors import RecordProblem, shown
from vgym.data.geotagged.checked_places import checked_place, degrees
from vgym.data.geotagged.folders import PictureFinder
from vgym.data.geotagged.photographs import Photograph
from vgym.data.reading import Reading
from vgym.data.record_checks import checked_expression

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "image": (
        *("image", "img_id", "image_id", "file_name", "filename", "file", "image_path"),
        *("image_name", "image_file", "path", "photo", "img", "id"),
    ),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng", "long"),
    "lonlat": ("lonlat",),
    "name": ("name", "title"),
    "precision_km": ("precision_km",),
    "country": ("country", "country_code"),
    "region": ("region", "state"),
    "city": ("city",),
}
TAGS = ("country", "region", "city")
_MAX_TAG = 200  # characters


def columns_of(names: Iterable[object]) -> dict[str, str]:
    """By what it means, the name of each column that is known.

    >>> columns_of(["IMG_ID", "AUTHOR", "LAT", "LON"])
    {'image': 'IMG_ID', 'latitude': 'LAT', 'longitude': 'LON'}
    """
    by_case = {name.strip().lower(): name for name in names if isinstance(name, str)}
    found = {}
    for meaning, spellings in COLUMNS.items():
        spelled = next((by_case[each] for each in spellings if each in by_case), None)
        if spelled is not None:
            found[meaning] = spelled
    return found


def says_places(columns: Mapping[str, str]) -> bool:
    """Whether there are columns of a place."""
    return "lonlat" in columns or {"latitude", "longitude"} <= columns.keys()


def photograph_of(
    fields: Mapping[str, object],
    columns: Mapping[str, str],
    record: str,
    reading: Reading,
    finder: PictureFinder,
) -> Photograph:
    """The photograph of a record.

    Args:
        fields: of the record. columns: those of `columns_of`. record: where it stands.
        reading: looks at the picture. finder: finds it.

    Raises:
        RecordProblem: It cannot be used.
    """
    said = {meaning: fields.get(name) for meaning, name in columns.items()}
    if "image" not in said:
        raise RecordProblem("missing key", "key 'image' is missing")
    latitude, longitude = said.get("latitude"), said.get("longitude")
    if said.get("lonlat") is not None:
        pair = said["lonlat"]
        if not isinstance(pair, list) or len(pair) != 2:
            raise RecordProblem(
                "bad lonlat", f"lonlat must be [longitude, latitude], got {shown(pair)}"
            )
        longitude, latitude = pair
    lonlat = checked_place(latitude, longitude)
    precision = said.get("precision_km")
    precision_km = 0.0 if precision in (None, "") else degrees(precision, "precision_km")
    if precision_km < 0:
        raise RecordProblem("bad precision_km", f"precision_km {precision_km:g} is below 0")
    name = said["image"]
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name) if abs(name) < 1e30 else ""
    image, size_hw = reading.picture(finder.find(name) if isinstance(name, str) else name)
    title = said.get("name")
    shows = checked_expression(title) if isinstance(title, str) and title.strip() else ""
    tags = {}
    for tag in TAGS:
        value = said.get(tag)
        if isinstance(value, str) and value:
            tags[tag] = value[:_MAX_TAG]
    return Photograph(image, lonlat, size_hw, record, shows, precision_km, tags)
