"""Pictures as the contents of files, some small enough to be put into a page."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LONGEST = 320  # pixels of a picture's longest side in the report
MEDIA_TYPE = "image/jpeg"


def encode_picture(picture: NDArray[np.uint8]) -> bytes:
    """A JPEG of at most ``LONGEST`` pixels a side.

    Args:
        picture: (H, W, 3) uint8, RGB.
    """
    image = Image.fromarray(picture)
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=82, optimize=True)
    return file.getvalue()


def png(picture: NDArray[np.uint8]) -> bytes:
    """A PNG, pixel for pixel.

    Args:
        picture: (H, W, 3) uint8, RGB.
    """
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def data_uri(picture: bytes) -> str:
    """The encoded picture as a ``data:`` address, so that a page needs no other file.

    >>> data_uri(b"x")
    'data:image/jpeg;base64,eA=='
    """
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(picture).decode('ascii')}"
