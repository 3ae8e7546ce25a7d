"""What a picture shows, 8 bits a colour, and where it is not opaque.

A PNG of grey or colours without an alpha channel can name one value as transparent (its tRNS
chunk), in the bits of the file. Pillow compares that value with samples that it has already scaled
to 8 bits or cut off there; here it is compared with what the file holds.
"""

from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

_WIDE_COLOURS = "RGB;16B"  # 16 bits a colour, of which Pillow keeps the upper 8
# How Pillow unpacks the samples of a PNG whose tRNS names a value: the largest sample, and what
# each is multiplied by.
_UNPACKED = {
    "1": (255, 1),  # the named value included
    "L;2": (3, 85),
    "L;4": (15, 17),
    "L": (255, 1),
    "I;16B": (65535, 1),
    "RGB": (255, 1),
    _WIDE_COLOURS: (65535, 1),
}


class Layers(NamedTuple):
    """A decoded picture."""

    colours: Image.Image  # RGB
    opacity: Image.Image | None  # L, 255 where it is opaque; None if it is everywhere


def layers_of(image: ImageFile.ImageFile) -> Layers:
    """Decode a picture of any colour mode that has been opened and not yet loaded.

    Raises:
        OSError, SyntaxError, ValueError and others: As Pillow does on damaged pixels.
    """
    shows_through = _named_transparent(image)
    image.load()
    if image.mode.startswith("I"):
        wide = np.clip(np.asarray(image).astype(np.int64), 0, 65535)
        grey = ((wide * 255 + 32767) // 65535).astype(np.uint8)
        return Layers(Image.fromarray(grey).convert("RGB"), shows_through)
    if not image.has_transparency_data:
        return Layers(image.convert("RGB"), shows_through)
    layer = image.convert("RGBA")
    opacity = layer.getchannel("A")
    darkest, _ = opacity.getextrema()
    return Layers(layer.convert("RGB"), opacity if darkest != 255 else None)


def over_white(layers: Layers) -> Image.Image:
    """The picture as RGB, laid over white."""
    colours, opacity = layers
    if opacity is None:
        return colours
    colours = colours.copy()
    colours.putalpha(opacity)
    white = Image.new("RGBA", colours.size, "white")
    return Image.alpha_composite(white, colours).convert("RGB")


def transparent_pixels(layers: Layers) -> int:
    """How many pixels are not opaque."""
    return 0 if layers.opacity is None else int((np.asarray(layers.opacity) < 255).sum())


def _named_transparent(image: ImageFile.ImageFile) -> Image.Image | None:
    """The opacity by the value that the file names; None if it names none, or no pixel has it."""
    packing = image.tile[0].args if image.tile else None
    if "transparency" not in image.info or packing not in _UNPACKED:
        return None
    largest, step = _UNPACKED[packing]
    named = np.bitwise_and(image.info.pop("transparency"), largest) * step
    file = image.fp
    image.load()
    samples = np.asarray(image.convert("L") if image.mode == "1" else image)
    if packing == _WIDE_COLOURS:
        assert file is not None
        samples = samples * np.uint16(256) + _lower_bytes(file)
    hidden = samples == named
    if hidden.ndim == 3:
        hidden = hidden.all(-1)
    return Image.fromarray(np.where(hidden, np.uint8(0), np.uint8(255))) if hidden.any() else None


def _lower_bytes(file: IO[bytes]) -> NDArray[np.uint8]:
    """(H, W, 3): what Pillow cuts off colours of 16 bits, read by taking them for little-endian."""
    file.seek(0)
    with Image.open(file, formats=("PNG",)) as image:
        image.tile = [tile._replace(args="RGB;16L") for tile in image.tile]
        return np.asarray(image)
