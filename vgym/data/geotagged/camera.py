"""Photographs of a folder, placed by what the camera wrote of its position: EXIF's GPS.

Pictures are those of the folder and of all below it, PNG, JPEG and WEBP. One without a position is
skipped and counted, and so is one whose hemisphere is not said: half of the guesses would be right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from vgym.data.errors import DataError, RecordProblem, shown
from vgym.data.geotagged.checked_places import checked_place
from vgym.data.geotagged.folders import PICTURES, pictures_below
from vgym.data.geotagged.photographs import Photograph, Photographs
from vgym.data.images import exif_gps
from vgym.data.reading import Reading

FOREIGN = (".heic", ".heif")
# Tags of EXIF's GPS: the hemisphere and the angle of each; whether the measurement is void.
_TAGS = {"latitude": (1, 2, "NS"), "longitude": (3, 4, "EW")}
_STATUS = 9


def load_folder(path: Path | str, *, strict: bool = False) -> Photographs:
    """The photographs in a folder that hold their position, by name.

    Args:
        path: The folder.
        strict: Raise at the first that cannot be used instead of skipping and counting it.

    Raises:
        DataError: If none can be used or, when strict, for the first that cannot.
    """
    path = Path(path)
    reading = Reading(path.name or str(path), path, path, strict=strict)
    photographs = []
    for name in pictures_below(path, (*PICTURES, *FOREIGN)):
        try:
            photographs.append(_photograph(name, reading))
        except RecordProblem as problem:
            reading.refuse(name, problem)
    if not photographs and not reading.refused:
        raise DataError(
            f"{path} holds no photographs: put {', '.join(PICTURES)} files there whose EXIF says "
            "where they were taken, or a .csv, .tsv or .jsonl file that does"
        )
    return Photographs(reading.name, path, photographs, reading.summary(len(photographs)))


def _photograph(name: str, reading: Reading) -> Photograph:
    if name.lower().endswith(FOREIGN):
        raise RecordProblem("HEIC", "HEIC is not read; save it as JPEG together with its EXIF")
    image, size_hw = reading.picture(name)
    try:
        tags = exif_gps(image)
    except DataError as error:
        raise RecordProblem("unusable image", str(error)) from error
    return Photograph(image, place_of(tags), size_hw, name)


def place_of(tags: Mapping[int, object]) -> tuple[float, float]:
    """The place that EXIF's GPS tags say: longitude and latitude, degrees.

    Raises:
        RecordProblem: There is none, or none that can be told.

    >>> place_of({1: "S", 2: (33, 51, 24.48), 3: "E", 4: (151, 12, 55.08)})
    (151.2153, -33.8568)
    """
    status = _text(tags.get(_STATUS))
    if status == "V":
        raise RecordProblem("no place", "its GPS says that it had no position (status V)")
    found = {}
    for what, (reference, angle, letters) in _TAGS.items():
        if angle not in tags:
            raise RecordProblem("no place", f"it holds no GPS {what}")
        letter = _text(tags.get(reference))
        if len(letter) != 1 or letter not in letters:
            said = f"is {shown(tags[reference])}" if reference in tags else "is missing"
            raise RecordProblem(
                "no hemisphere",
                f"the reference of its GPS {what} {said}, not {' or '.join(letters)}",
            )
        turned = -1.0 if letter in "SW" else 1.0
        found[what] = turned * _angle(tags[angle], what)
    # A ten-thousandth of an arc second is 3 mm; what is beyond is of the division.
    return checked_place(*(round(found[what], 8) for what in _TAGS))


def _angle(value: object, what: str) -> float:
    """Degrees of up to three numbers: degrees, minutes, seconds."""
    parts = value if isinstance(value, tuple | list) else (value,)
    try:
        numbers = [float(part) for part in parts]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        numbers = []
    numbers += [0.0] * (3 - len(numbers))
    whole = 1 <= len(parts) <= 3 and all(map(math.isfinite, numbers)) and min(numbers) >= 0
    if not whole or max(numbers[1:]) > 60:
        raise RecordProblem(
            f"bad {what}", f"its GPS {what} {shown(value)} is not degrees, minutes and seconds"
        )
    return numbers[0] + numbers[1] / 60 + numbers[2] / 3600


def _text(value: object) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return text.strip("\0 ").upper() if isinstance(text, str) else ""
