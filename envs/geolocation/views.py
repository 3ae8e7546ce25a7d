"""Pictures of views of the Earth: ground, as its layer shows it, under the sky.

Far views are looked up in a picture of the whole Earth in many sizes; near ones in a window that is
painted for them alone.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.data import earth
from vgym.data.earth.far import FINE, TILES_HW
from vgym.data.earth.lonlats import WORLD_HW, unit_vectors
from vgym.data.earth.painter import Painter
from vgym.data.earth.raster import Sizes
from vgym.data.earth.sun import subsolar
from vgym.envs.geolocation.camera import Cameras
from vgym.envs.geolocation.lattice import X, Y, frames, lattice, worked_out
from vgym.envs.geolocation.sampling import look_up, tiles_seen
from vgym.envs.geolocation.sky import veil
from vgym.geometry.sphere import EARTH_RADIUS
from vgym.row_threads import over_rows

DAY = earth.LAYERS.index("day")
_KM_TO_WORLD = WORLD_HW[0] * 1000 / (math.pi * EARTH_RADIUS)
_FAR = 6.5  # pixels of the world to one of a view, from which on it is far
_SIZES = 4  # of the whole Earth that are used
_SHARPER = 1.2  # a size is taken whose pixels are at most so many of the view
# Of a window: pixels of a view to one of it, pixels of the world to one of it at least (the coast's
# are one), and how many at most: near a pole more would be wanted.
_COARSER, _FINEST, _MOST = 1.25, 0.7, 400_000


def paint(cameras: Cameras, images: NDArray[np.uint8]) -> None:
    """Paint views.

    Args:
        cameras: k of them, on the CPU. images: (k, h, w, 3) to be written.
    """
    height, width = images.shape[1:3]
    lit = cameras.layer.numpy() == DAY
    views = _Views(
        frames(cameras),
        np.column_stack([unit_vectors(subsolar(cameras.days.numpy())), lit]),
        cameras.cloud_key.numpy().view(np.uint64),
        cameras.layer.numpy(),
        cameras.clouds.numpy(),
        cameras.width_km.numpy() * (_KM_TO_WORLD / width),
    )
    for layer in set(views.layers.tolist()):
        earth.painter(earth.LAYERS[layer])  # read once, before threads ask for it
    over_rows(
        lambda part: _paint(_Views._make(each[part] for each in views), images[part]),
        len(images),
        2 * height * width,
    )


class _Views(NamedTuple):
    """Cameras as they are painted: k of them."""

    frames: NDArray[np.float64]
    suns: NDArray[np.float64]
    keys: NDArray[np.uint64]
    layers: NDArray[np.int64]
    clouds: NDArray[np.float64]
    pixels: NDArray[np.float64]  # of the world, to one of the view


def _paint(views: _Views, images: NDArray[np.uint8]) -> None:
    height, width = images.shape[1:3]
    layers, clouds, pixels = (each.tolist() for each in (views.layers, views.clouds, views.pixels))
    for frame, layer, pixel, sun, key, cover, image in zip(
        views.frames, layers, pixels, views.suns, views.keys, clouds, images, strict=True
    ):
        painter = earth.painter(earth.LAYERS[layer])
        nodes, exact = lattice(frame, height, width)
        found = nodes, exact, worked_out(frame, exact, height, width)
        if pixel >= _FAR:
            far = painter.far_picture
            # Further sizes do not end at the date line.
            picture = far.sizes._replace(places=far.sizes.places[:_SIZES])
            first = _first(pixel / picture.corner[2])
            seen = np.zeros((FINE, *TILES_HW), np.bool_)
            tiles_seen(*found, *picture[1:], first, seen)
            with far.wanted(seen):
                look_up(*found, *picture, first, image)
        else:
            look_up(*found, *_window(painter, nodes, pixel), 0.0, image)
        veil(frame, nodes, sun, key, cover, image)


def _first(pixel: float) -> float:
    """The size for a view of that pixel (of the finest's), a third of the way to the next: what
    lies about the middle needs one alone."""
    size = math.floor(math.log2(max(_SHARPER * pixel, 1.0)))
    return min(size, _SIZES - 1) + 0.35


def _window(painter: Painter, nodes: NDArray[np.float64], pixel: float) -> Sizes:
    """The part of the world that a view shows, painted: a picture of one size."""
    x, y = nodes[..., X].ravel(), nodes[..., Y].ravel()
    left, right = float(np.nanmin(x)), float(np.nanmax(x))
    top, bottom = float(np.nanmin(y)), float(np.nanmax(y))
    if right - left > WORLD_HW[1] / 2:  # about a pole, all longitudes
        middle = (left + right) / 2
        left, right = middle - WORLD_HW[1] / 2, middle + WORLD_HW[1] / 2
        top, bottom = (0.0, bottom) if top < WORLD_HW[0] / 2 else (top, float(WORLD_HW[0]))
    step = max(pixel * _COARSER, _FINEST)
    step = max(step, math.sqrt((right - left) * (bottom - top) / _MOST))
    left, top = left - 2 * step, top - 2 * step
    columns = math.ceil((right - left) / step) + 2
    rows = math.ceil((bottom - top) / step) + 2
    window = np.array([[left, top, left + columns * step, top + rows * step]])
    held = np.empty(rows * columns * 3 + 1, np.uint8)
    painter.paint(window, held[:-1].reshape(1, rows, columns, 3))
    return Sizes(held, np.array([[0, rows, columns]]), np.array([left, top, step]))
