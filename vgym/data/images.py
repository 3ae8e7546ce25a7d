"""The one door through which picture files enter: `open_image`, `image_size`, `resolve_under`,
`check_image` for those that are to be opened later, and `exif_gps`.

Only PNG, JPEG and WEBP are recognised. The size in the header is checked before any pixel is
decoded, so that a small file cannot unpack into gigabytes. Names from a data set stay under its
root. Nothing here touches the network.
"""

import os
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from vgym.data.endings import ends_whole
from vgym.data.errors import DataError
from vgym.data.transparency import layers_of, over_white, transparent_pixels

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 50_000_000

_EXIF_ORIENTATION = 0x0112
_EXIF_GPS = 0x8825
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow's parsers raise on damaged files, as its own tests and issue list show.
_DAMAGE = (OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, struct.error)
# `warnings.catch_warnings` swaps a global list; two threads inside it would leave it changed.
_WARNINGS_LOCK = threading.Lock()


def resolve_under(root: Path | str, name: str) -> Path:
    """The path of ``name`` below ``root``, refused if it could lead anywhere else.

    Args:
        root: The data set's folder.
        name: A relative path as written in a record. Where no file is named so, backslashes are
            read as slashes: tools on Windows write them.

    Returns:
        The resolved absolute path; the file need not exist.

    Raises:
        DataError: For an empty or absolute name, ``..``, a Windows drive or UNC name, a NUL, or a
            symbolic link that leaves the root.
    """
    said = f"{name!r:.200}"
    if not name or "\0" in name:
        raise DataError(f"image path {said} is empty or holds a NUL character")
    windows = PureWindowsPath(name)
    if PurePosixPath(name).is_absolute() or windows.drive or windows.root:
        raise DataError(
            f"image path {said} is absolute or names a drive; write it relative to {root}"
        )
    if ".." in windows.parts:
        raise DataError(f"image path {said} holds '..'; paths must stay under {root}")
    try:
        top = Path(root).resolve()
        name = _as_this_system_names(name)
        path = (top / name).resolve()
        if not path.exists() and "\\" in name:
            path = (top / name.replace("\\", "/")).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(
            f"image path {said} cannot be found under {root}: {error.args[-1]}"
        ) from error
    if not path.is_relative_to(top):
        raise DataError(f"image path {said} leads to {path}, outside the root {root}")
    return path


def _as_this_system_names(name: str) -> str:
    """The name of a file as its path is written here: where the locale cannot write all letters
    (such as C, without Python's UTF-8 mode), by the bytes that it has elsewhere."""
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return os.fsdecode(name.encode("utf-8"))
    return name


def places_under(root: Path, name: str) -> tuple[Path, ...]:
    """Where `resolve_under` looks for a name, links not followed; nothing is checked."""
    try:
        name = _as_this_system_names(name)
    except UnicodeEncodeError:  # half of a surrogate pair, which is in the name of no file
        return ()
    names = (name, name.replace("\\", "/")) if "\\" in name else (name,)
    return tuple(root / each for each in names)


@contextmanager
def _opened(path: Path, max_pixels: int) -> Iterator[tuple[ImageFile.ImageFile, int]]:
    """The picture with only its header read and checked, and its EXIF orientation (1 to 8)."""
    try:
        if not path.is_file():
            raise DataError(f"image {path} does not exist or is not a regular file")
        if path.stat().st_size == 0:
            raise DataError(f"image {path} is empty (0 bytes)")
        file = path.open("rb")
    except OSError as error:  # no permission, or gone since
        raise DataError(f"image {path} cannot be read: {error}") from error
    with file:
        try:
            with _WARNINGS_LOCK, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                image = Image.open(file, formats=FORMATS)
                orientation = _orientation(image)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise DataError(f"image {path} is over the limit of {max_pixels} pixels") from error
        except UnidentifiedImageError as error:
            raise DataError(f"image {path} is not a readable {', '.join(FORMATS)} file") from error
        except _DAMAGE as error:
            raise DataError(f"image {path} has a damaged header: {error}") from error
        with image:
            if image.width * image.height > max_pixels:
                raise DataError(
                    f"image {path} is {image.width}x{image.height}, over the limit of "
                    f"{max_pixels} pixels"
                )
            yield image, orientation


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation; 1 (upright) when there is none, or when it is unreadable."""
    # Not `getexif`, which takes XMP's where EXIF has none: browsers and OpenCV do not, and so
    # nor do the tools in which boxes are drawn.
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif", b""))
        value = exif.get(_EXIF_ORIENTATION, 1)
    except _DAMAGE:
        return 1
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def image_size(path: Path | str, *, max_pixels: int = MAX_PIXELS) -> tuple[int, int]:
    """The (height, width) in pixels that `open_image` would return, read from the header alone.

    Raises:
        DataError: As `open_image`, but for faults in the pixel data, which is not read.
    """
    with _opened(Path(path), max_pixels) as (image, orientation):
        return _upright_size(image, orientation)


def exif_gps(path: Path | str, *, max_pixels: int = MAX_PIXELS) -> dict[int, object]:
    """What EXIF says of where a picture was taken, by the number of the tag; {} if nothing.

    The header alone is read. `open_image` passes none of it on.

    Raises:
        DataError: As `image_size`.
    """
    with _opened(Path(path), max_pixels) as (image, _):
        exif = Image.Exif()
        with _WARNINGS_LOCK, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exif.load(image.info.get("exif", b""))
                return dict(exif.get_ifd(_EXIF_GPS))
            except _DAMAGE:
                return {}


def _upright_size(image: Image.Image, orientation: int) -> tuple[int, int]:
    return (image.width, image.height) if orientation >= 5 else (image.height, image.width)


def check_image(
    path: Path | str, *, decode: bool = False, max_pixels: int = MAX_PIXELS
) -> tuple[int, int]:
    """The (height, width) of a picture that `open_image` can probably open.

    Header and end of the file are looked at. A file that does not end as its format does is decoded
    to see, so that one that was cut off is refused and one with a harmless tail is not. What is
    damaged in the middle is found by decoding alone.

    Args:
        path: The file.
        decode: Decode every picture: certain, and some hundred times slower.
        max_pixels: Largest allowed width times height.

    Raises:
        DataError: As `open_image`.
    """
    with _opened(Path(path), max_pixels) as (image, orientation):
        whole = image.fp is not None and ends_whole(image.fp, str(image.format))
    if decode or not whole:
        height, width, _ = open_image(path, max_pixels=max_pixels).shape
        return height, width
    return _upright_size(image, orientation)


def open_image(
    path: Path | str,
    *,
    root: Path | str | None = None,
    max_pixels: int = MAX_PIXELS,
    opaque: bool = False,
    size_hw: tuple[int, int] | None = None,
) -> NDArray[np.uint8]:
    """A picture file as pixels, whatever its colour mode and orientation.

    EXIF orientation is applied, and no other; palette, grey, CMYK and 16-bit pictures are
    converted; transparency is laid over white; of an animation the first frame is taken.

    Args:
        path: The file; relative to ``root`` when that is given.
        root: When given, ``path`` must be a name that stays under it (see `resolve_under`).
        max_pixels: Largest allowed width times height, checked before decoding.
        opaque: Refuse a picture of which a pixel is not opaque. An alpha channel alone does not
            make it one.
        size_hw: The (height, width) that it had when its data set was loaded; another is refused.

    Returns:
        (H, W, 3) uint8 RGB, a fresh array.

    Raises:
        DataError: Naming the file: missing, empty, another format, too large, truncated, damaged,
            transparent or of another size where that is refused, or outside the root.
    """
    full = Path(path) if root is None else resolve_under(root, str(path))
    with _opened(full, max_pixels) as (image, orientation):
        found_hw = _upright_size(image, orientation)
        if size_hw not in (None, found_hw):
            (height, width), (old_height, old_width) = found_hw, size_hw
            raise DataError(
                f"image {full} is now {width}x{height}, but was {old_width}x{old_height} when its "
                "data set was loaded; load it again"
            )
        try:
            layers = layers_of(image)
            rgb = over_white(layers)
            if orientation != 1:
                rgb = rgb.transpose(_UPRIGHT[orientation])
        except _DAMAGE as error:
            raise DataError(f"image {full} is truncated or damaged: {error}") from error
        if opaque and (count := transparent_pixels(layers)):
            raise DataError(
                f"image {full} has {count} transparent pixels among its {rgb.width * rgb.height}"
            )
    return np.array(rgb, dtype=np.uint8)
