"""Whether a picture file ends as its format says: files that were cut off mostly do not.

Looking at the end costs microseconds where decoding costs milliseconds. It proves nothing either
way: a file may be damaged in the middle, or have something harmless behind its end.
"""

import os
from typing import IO

_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"  # the last chunk, whole
_JPEG_END = b"\xff\xd9"  # the marker EOI
_RIFF_HEADER = 8  # bytes in front of what the size in it counts


def ends_whole(file: IO[bytes], form: str) -> bool:
    """Whether the end is that of a whole file.

    Args:
        file: Opened; it is left at another place.
        form: ``"PNG"``, ``"WEBP"``, or else JPEG, of which Pillow knows several.
    """
    size = file.seek(0, os.SEEK_END)
    if form == "WEBP":
        file.seek(4)
        return size >= int.from_bytes(file.read(4), "little") + _RIFF_HEADER
    end = _PNG_END if form == "PNG" else _JPEG_END
    file.seek(max(size - len(end), 0))
    return file.read() == end
