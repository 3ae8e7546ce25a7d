"""Grey pictures in the PGM format, which ROS maps are kept in: size first, pixels after.

`vgym.data.open_image` reads PNG, JPEG and WEBP; this is the one format more that maps need. Source:
the netpbm manual, "pgm".
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.data.errors import DataError
from vgym.data.files import opened

_HEADER_BYTES = 4096  # comments included
_MAX_PLAIN_BYTES = 16_000_000
_GAP = rb"(?:\s|#[^\n]*\n)+"
_HEADER = re.compile(
    rb"(P[25])" + _GAP + rb"(\d{1,9})" + _GAP + rb"(\d{1,9})" + _GAP + rb"(\d{1,5})\s"
)


class PgmHeader(NamedTuple):
    """What a PGM file says of itself."""

    plain: bool  # P2, numbers as text; else P5, bytes
    height: int
    width: int
    brightest: int  # the number for white, 1 to 65535
    start: int  # byte at which the pixels begin


def is_pgm(path: Path) -> bool:
    """Whether the file begins as a PGM does."""
    with opened(path) as file:
        return file.read(2) in (b"P2", b"P5")


def pgm_header(path: Path) -> PgmHeader:
    """The size of the picture, without reading a pixel.

    Raises:
        DataError: Naming the file, if the header is damaged, or says a size or a white of 0.
    """
    with opened(path) as file:
        found = _HEADER.match(file.read(_HEADER_BYTES))
    if found is None:
        raise DataError(
            f"image {path} has a damaged header: a PGM begins with P2 or P5, width, height and "
            "the number for white"
        )
    width, height, brightest = (int(word) for word in found.groups()[1:])
    if not (width and height and 0 < brightest < 65536):
        raise DataError(
            f"image {path} has a damaged header: it says {width} x {height} pixels and {brightest} "
            "for white; sizes must be at least 1, white 1 to 65535"
        )
    return PgmHeader(found[1] == b"P2", height, width, brightest, found.end())


def read_pgm(path: Path, header: PgmHeader) -> NDArray[np.uint8]:
    """The pixels, white at 255.

    Args:
        path: The file.
        header: From `pgm_header`; check its size first, since this reads as much as it says.

    Returns:
        (H, W) uint8.

    Raises:
        DataError: Naming the file, if there are fewer or more pixels than the header says, or one
            is brighter than white.
    """
    size = header.height * header.width
    bytes_each = 1 if header.brightest < 256 else 2
    wanted = _MAX_PLAIN_BYTES if header.plain else size * bytes_each
    with opened(path) as file:
        file.seek(header.start)
        body = file.read(wanted)
        rest = file.read(16)
    if header.plain:
        if rest:
            raise DataError(
                f"image {path} is a plain PGM of more than {_MAX_PLAIN_BYTES} bytes; save it as "
                "a binary one (P5)"
            )
        pixels = _plain_pixels(path, body, size)
    elif len(body) < wanted or rest.strip():
        raise DataError(
            f"image {path} holds {'less' if len(body) < wanted else 'more'} than the {wanted} "
            f"bytes of {header.width} x {header.height} pixels; it is truncated or its header is "
            "wrong"
        )
    else:
        pixels = np.frombuffer(body, np.uint8 if bytes_each == 1 else ">u2").astype(np.int64)
    if pixels.max() > header.brightest:
        raise DataError(
            f"image {path} has a pixel of {pixels.max()}, over the {header.brightest} for white"
        )
    levels = (pixels * 255 + header.brightest // 2) // header.brightest
    return levels.astype(np.uint8).reshape(header.height, header.width)


def _plain_pixels(path: Path, body: bytes, size: int) -> NDArray[np.int64]:
    words = re.sub(rb"#[^\n]*", b"", body).split()
    if len(words) != size:
        raise DataError(
            f"image {path} holds {len(words)} pixels where its header says {size}; it is "
            "truncated or its header is wrong"
        )
    odd = next((word for word in words if not word.isdigit() or len(word) > 5), None)
    if odd is not None:
        raise DataError(f"image {path} has the pixel {odd[:20]!r}; pixels are numbers up to 65535")
    return np.array([int(word) for word in words], np.int64)
