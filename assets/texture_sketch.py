"""Means to draw the textures of build_textures.py: a fine canvas in units of final pixels."""

import colorsys
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy import ndimage

UNITS = 64  # Side of a finished texture in pixels, and of the canvas in its own units.
FINE = 4  # The canvas has this many pixels for each of them along a side.
SIDE = UNITS * FINE
ASSETS = Path(__file__).parent
SPRITE_CELL = 100

Field = npt.NDArray[np.float64]
Colour = tuple[int, int, int]
Point = tuple[float, float]
Choice = TypeVar("Choice")

WHITE: Colour = (238, 238, 234)
STEEL: Colour = (176, 180, 184)
DARK: Colour = (38, 40, 44)
BLACK: Colour = (14, 15, 18)


@dataclass(frozen=True)
class Look:
    """Which of the two pictures of a name to draw."""

    test: bool
    rng: np.random.Generator

    def pick(self, train: Choice, test: Choice) -> Choice:
        """The one or the other."""
        return test if self.test else train


class Sketch:
    """A square RGBA canvas; x to the right and y down, both in 0..64."""

    def __init__(self, ground: Colour | Field | None = None) -> None:
        self.image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
        if isinstance(ground, np.ndarray):
            self.image = Image.fromarray(as_bytes(ground)).convert("RGBA")
        elif ground is not None:
            self.image.paste((*ground, 255), (0, 0, SIDE, SIDE))
        self.draw = ImageDraw.Draw(self.image)

    def rect(
        self, x0: float, y0: float, x1: float, y1: float, colour: Colour, radius: float = 0
    ) -> None:
        """Fill a rectangle, with round corners of a radius."""
        box = (round(x0 * FINE), round(y0 * FINE), round(x1 * FINE) - 1, round(y1 * FINE) - 1)
        if box[2] >= box[0] and box[3] >= box[1]:
            self.draw.rounded_rectangle(box, radius * FINE, fill=colour)

    def bevel(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        colour: Colour,
        raised: bool = True,
        rim: float = 0.75,
    ) -> None:
        """Fill a rectangle whose edges catch light from the top left, or lie in shade."""
        bright, dark = shade(colour, 1.2), shade(colour, 0.68)
        first, second = (bright, dark) if raised else (dark, bright)
        self.rect(x0, y0, x1, y1, second)
        self.rect(x0, y0, x1 - rim, y1 - rim, first)
        self.rect(x0 + rim, y0 + rim, x1 - rim, y1 - rim, colour)

    def frame(self, colour: Colour, width: float, height: float | None = None) -> None:
        """Bars with bevels along the four sides.

        Args:
            colour: of the bars.
            width: of those at the left and the right.
            height: of those at the top and the bottom; the same if not given.
        """
        bar = width if height is None else height
        self.bevel(0, 0, width, 64, colour)
        self.bevel(64 - width, 0, 64, 64, colour)
        self.bevel(0, 0, 64, bar, colour)
        self.bevel(0, 64 - bar, 64, 64, colour)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """Fill an ellipse about (x, y)."""
        self.draw.ellipse(
            ((x - rx) * FINE, (y - ry) * FINE, (x + rx) * FINE, (y + ry) * FINE), fill=colour
        )

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Fill a disc about (x, y)."""
        self.ellipse(x, y, radius, radius, colour)

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        """Draw a chain of segments with round joints."""
        self.draw.line(
            [(x * FINE, y * FINE) for x, y in points],
            fill=colour,
            width=max(1, round(width * FINE)),
            joint="curve",
        )

    def poly(self, points: list[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self.draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def paste(self, picture: Field, x0: float, y0: float, x1: float, y1: float) -> None:
        """Put a picture, stretched, into a rectangle."""
        size = (round((x1 - x0) * FINE), round((y1 - y0) * FINE))
        patch = Image.fromarray(as_bytes(picture)).resize(size, Image.Resampling.LANCZOS)
        self.image.paste(patch, (round(x0 * FINE), round(y0 * FINE)))

    def sprite(self, rgba: Image.Image, x0: float, y0: float, x1: float, y1: float) -> None:
        """Lay a sprite, stretched, over a rectangle."""
        size = (round((x1 - x0) * FINE), round((y1 - y0) * FINE))
        patch = rgba.resize(size, Image.Resampling.LANCZOS)
        self.image.alpha_composite(patch, (round(x0 * FINE), round(y0 * FINE)))

    def colours(self) -> Field:
        """RGB, (256, 256, 3) in 0..1."""
        return np.asarray(self.image.convert("RGB")) / 255

    def shaded(self, brightness: Field) -> None:
        """Multiply everything by a (256, 256) brightness."""
        rgba = np.asarray(self.image) / 255
        rgba[..., :3] *= brightness[..., None]
        self.image = Image.fromarray(as_bytes(rgba))
        self.draw = ImageDraw.Draw(self.image)


def as_bytes(picture: Field) -> npt.NDArray[np.uint8]:
    """0..1 as bytes."""
    return np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)


def shade(colour: Colour, share: float) -> Colour:
    """A colour made darker (share below 1) or brighter."""
    red, green, blue = (min(255, max(0, round(c * share))) for c in colour)
    return red, green, blue


def between(low: Colour, high: Colour, share: float) -> Colour:
    """A blend of two colours."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    return red, green, blue


def noise(
    rng: np.random.Generator, slope: float, stretch: float = 1.0, finest: float = 1.0
) -> Field:
    """Random tiling field, mean 0 and standard deviation 1, (256, 256).

    Args:
        rng: source of the phases.
        slope: amplitude falls as frequency ** -slope; 0 is white, 2 is cloudy.
        stretch: how many times longer the features are along x than along y.
        finest: features smaller than this many canvas pixels are smoothed away.
    """
    fy = np.fft.fftfreq(SIDE)[:, None]
    fx = np.fft.rfftfreq(SIDE)[None, :]
    frequency = np.hypot(fy, fx * stretch)
    frequency[0, 0] = 1.0
    amplitude = frequency**-slope * np.exp(-((frequency * finest) ** 2))
    amplitude[0, 0] = 0.0
    spectrum = np.fft.rfft2(rng.standard_normal((SIDE, SIDE))) * amplitude
    field = np.fft.irfft2(spectrum, s=(SIDE, SIDE))
    return np.asarray(field / field.std())


def grid() -> tuple[Field, Field]:
    """The x and y of every canvas pixel's centre in 0..64, each (256, 256)."""
    y, x = (np.mgrid[0:SIDE, 0:SIDE] + 0.5) / FINE
    return x, y


def lit(height: Field, strength: float) -> Field:
    """Brightness, about 1, of a tiling relief (in canvas pixels) lit from the top left."""
    padded = np.pad(height, 1, mode="wrap")
    slope_y = np.gradient(padded, axis=0)[1:-1, 1:-1]
    slope_x = np.gradient(padded, axis=1)[1:-1, 1:-1]
    facing = (-slope_x - slope_y) / np.sqrt(1 + slope_x**2 + slope_y**2)
    return np.asarray(1 - strength * facing)


def paint(colour: Colour, brightness: Field) -> Field:
    """A picture of one colour with varying brightness, (256, 256, 3), nominally in 0..1."""
    return np.asarray(np.array(colour) / 255 * brightness[..., None])


def mix(low: Field | Colour, high: Field | Colour, share: Field) -> Field:
    """Blend of two pictures or colours; share 0 is low and 1 is high."""
    first = np.array(low) / 255 if isinstance(low, tuple) else low
    second = np.array(high) / 255 if isinstance(high, tuple) else high
    weight = np.clip(share, 0, 1)[..., None]
    return np.asarray(first * (1 - weight) + second * weight)


def photo(
    name: str, box: tuple[int, int, int, int], width: int = SIDE, height: int = SIDE
) -> Field:
    """A crop (x0, y0, x1, y1) of a picture of this folder, (height, width, 3) in 0..1."""
    with Image.open(ASSETS / name) as opened:
        crop = opened.convert("RGB").resize((width, height), Image.Resampling.LANCZOS, box)
    return np.asarray(crop) / 255


def seamless(name: str, corner: tuple[int, int], side: int) -> Field:
    """A crop of a picture made to tile: its margins fade into what lies beyond the other side.

    Slow changes of brightness across the crop are taken out first, so that no repeat shows.

    Args:
        name: file in this folder.
        corner: left and top of the crop.
        side: of the crop in the photograph's pixels, without a margin of a quarter more.

    Returns:
        (256, 256, 3) in 0..1.
    """
    margin = SIDE // 4
    reach = side + side // 4
    x, y = corner
    wide = photo(name, (x, y, x + reach, y + reach), SIDE + margin, SIDE + margin)
    slow = ndimage.gaussian_filter(wide, (margin, margin, 0), mode="nearest")
    wide = wide - slow + wide.mean(axis=(0, 1))
    weight = np.linspace(0, 1, margin)
    # Uncorrelated halves lose contrast where they mix; this keeps it.
    keep = np.sqrt(weight**2 + (1 - weight) ** 2)
    mean = wide.mean(axis=(0, 1))
    for _ in range(2):
        head, tail = wide[:margin] - mean, wide[SIDE:] - mean
        ramp = weight[:, None, None]
        blended = (head * ramp + tail * (1 - ramp)) / keep[:, None, None]
        wide = np.concatenate([blended + mean, wide[margin:SIDE]]).swapaxes(0, 1)
    return np.clip(wide, 0, 1)


def pale(luminance: Field, mean: float = 0.91, contrast: float = 0.06) -> Field:
    """A grey picture for tinting, of a given mean and standard deviation.

    Args:
        luminance: (256, 256), any scale.
        mean: of the result, in 0..1.
        contrast: standard deviation of the result before clipping.
    """
    deviation = (luminance - luminance.mean()) / max(float(luminance.std()), 1e-9)
    # Clipping at white moves the mean; what it took is given back.
    value = np.clip(mean + contrast * deviation, 0.3, 1)
    value = np.clip(value + mean - value.mean(), 0.3, 1)
    return np.asarray(np.repeat(value[..., None], 3, axis=2))


def grey(picture: Field) -> Field:
    """Luminance of an RGB picture."""
    return np.asarray(picture @ np.array([0.299, 0.587, 0.114]))


def sprite(name: str, turn: float = 0.0, mirror: bool = False) -> Image.Image:
    """A sprite of the sprite atlas, cropped to what is mostly opaque.

    Args:
        name: as in sprites.json.
        turn: how far to turn its hues, in circles.
        mirror: swap left and right.
    """
    index = json.loads((ASSETS / "sprites" / "sprites.json").read_text())
    record = next(r for r in index["sprites"] if r["name"] == name)
    with Image.open(ASSETS / "sprites" / index["sheets"][record["sheet"]]) as opened:
        sheet = opened.convert("RGBA")
    y, x = divmod(record["cell"], sheet.width // SPRITE_CELL)
    box = (x * SPRITE_CELL, y * SPRITE_CELL, (x + 1) * SPRITE_CELL, (y + 1) * SPRITE_CELL)
    cell = np.array(sheet.crop(box))
    if turn:
        hsv = np.array(Image.fromarray(cell[..., :3]).convert("HSV"))
        hsv[..., 0] = (hsv[..., 0].astype(int) + round(turn * 256)) % 256
        cell[..., :3] = np.asarray(Image.fromarray(hsv, "HSV").convert("RGB"))
    if mirror:
        cell = cell[:, ::-1]
    result = Image.fromarray(np.ascontiguousarray(cell))
    return result.crop(result.getchannel("A").point(lambda a: 255 * (a >= 192)).getbbox())


def vivid(hue: float, saturation: float, value: float) -> Colour:
    """A colour from hue (circles), saturation and value (0..1)."""
    red, green, blue = (round(255 * c) for c in colorsys.hsv_to_rgb(hue % 1, saturation, value))
    return red, green, blue


def down(top: Colour, bottom: Colour) -> Sketch:
    """A canvas that runs from one colour at its top to another at its bottom."""
    sketch = Sketch()
    for row in range(64):
        sketch.rect(0, row, 64, row + 1, between(top, bottom, row / 63))
    return sketch
