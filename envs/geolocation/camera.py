"""Cameras over the sphere: from places to a view and back, float64, many at once.

A view is a rectangle with square pixels whose middle is the place looked at. Its up is the heading,
and ``width_km`` is how wide it is at the scale of its middle. An orthographic camera sees the globe
from infinitely far: beyond the limb lies space. A gnomonic one sees the ground flattened, from the
middle of the Earth, onto the plane that touches it at the place: great circles are straight.

Tilt is the angle at the place between straight up and the camera, which stands back so that it
looks forwards along its heading. The gnomonic camera is then a pinhole over the flattened ground,
of `FIELD_OF_VIEW_DEG` across, so what is ahead is smaller; upright, it shows the plane as it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vgym.geometry.sphere import EARTH_RADIUS

PROJECTIONS = ("orthographic", "gnomonic")
FIELD_OF_VIEW_DEG = 40.0  # at 70 degrees of tilt the top of a square would reach the horizon
MOST_TILT_DEG = 60.0
# Beyond 12,742 km the whole disc of the globe is seen.
WIDTH_KM = (10.0, 20_000.0)

_RADIUS_KM = EARTH_RADIUS / 1000
_RAD = math.pi / 180
# How far a pinhole stands from a picture that is one wide.
AWAY = 0.5 / math.tan(FIELD_OF_VIEW_DEG / 2 * _RAD)


@dataclass
class Cameras:
    """Views of the Earth, one row each; floats are float64."""

    lon: Tensor  # (B,) the place looked at, degrees
    lat: Tensor  # (B,)
    heading_deg: Tensor  # (B,) clockwise from north: where the view's up points
    tilt_deg: Tensor  # (B,) 0, straight down, to MOST_TILT_DEG
    width_km: Tensor  # (B,) of the view, on the ground at the place
    projection: Tensor  # (B,) int64 into PROJECTIONS
    layer: Tensor  # (B,) int64 into vgym.data.earth.LAYERS
    days: Tensor  # (B,) since noon UTC of 1 January 2000: the sun
    cloud_key: Tensor  # (B,) int64 which clouds
    clouds: Tensor  # (B,) how much of the sky they cover, 0 to 1


def lonlat_of(cameras: Cameras, uv: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """The places that points of views show.

    Args:
        cameras: B of them. uv: (B, ..., 2) fractions of the view, x right, y down.
        size_hw: pixels of the view; only their ratio counts.

    Returns:
        (B, ..., 2) lonlat, degrees, longitudes in [-180, 180]; NaN beyond the globe.
    """
    east, north, up, tilt, width, gnomonic = _frame(cameras, uv.dim() - 2)
    x = (uv[..., 0].double() - 0.5) * width
    y = (0.5 - uv[..., 1].double()) * width * (size_hw[0] / size_hw[1])
    cos, sin = torch.cos(tilt), torch.sin(tilt)
    # Orthographic: on the sphere, along the view's right, its up, and towards the camera.
    raised = y + sin
    near = torch.sqrt(1 - x * x - raised * raised)  # NaN beyond the limb
    ahead, height = raised * cos - near * sin, raised * sin + near * cos
    # Gnomonic: on the plane, which is a unit high.
    away = width * AWAY
    ray = away * cos - y * sin
    ray = torch.where(ray > 0, ray, torch.nan)
    right = torch.where(gnomonic, x * away * cos / ray, x)
    ahead = torch.where(gnomonic, y * away / ray, ahead)
    height = torch.where(gnomonic, 1.0, height)
    heading = _angle(cameras.heading_deg, uv.dim() - 2)
    cos, sin = torch.cos(heading), torch.sin(heading)
    to_east, to_north = right * cos + ahead * sin, ahead * cos - right * sin
    place = to_east[..., None] * east + to_north[..., None] * north + height[..., None] * up
    flat = torch.hypot(place[..., 0], place[..., 1])
    lonlat = torch.stack(
        [torch.atan2(place[..., 1], place[..., 0]), torch.atan2(place[..., 2], flat)], -1
    )
    return lonlat / _RAD


def uv_of(cameras: Cameras, lonlat: Tensor, size_hw: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Where views show places.

    Args:
        cameras: B of them. lonlat: (B, ..., 2) degrees.
        size_hw: pixels of the view; only their ratio counts.

    Returns:
        (B, ..., 2) fractions of the view, x right, y down, outside [0, 1] where the view does not
        reach; and (B, ...) bool whether the camera could see the place if it reached so far. Where
        it could not, the far side of the globe, fractions are NaN.
    """
    east, north, up, tilt, width, gnomonic = _frame(cameras, lonlat.dim() - 2)
    lon, lat = lonlat.double().unbind(-1)
    lon, lat = lon * _RAD, lat * _RAD
    flat = torch.cos(lat)
    place = torch.stack([flat * torch.cos(lon), flat * torch.sin(lon), torch.sin(lat)], -1)
    to_east, to_north, height = ((place * axis).sum(-1) for axis in (east, north, up))
    heading = _angle(cameras.heading_deg, lonlat.dim() - 2)
    cos, sin = torch.cos(heading), torch.sin(heading)
    right, ahead = to_east * cos - to_north * sin, to_east * sin + to_north * cos
    cos, sin = torch.cos(tilt), torch.sin(tilt)
    x, y = right, ahead * cos + height * sin - sin
    seen = height * cos - ahead * sin > 0
    away = width * AWAY
    on_plane = ahead / height
    depth = away + on_plane * sin
    plane_y = on_plane * away * cos / depth
    plane_x = right / height * (away * cos - plane_y * sin) / (away * cos)
    seen = torch.where(gnomonic, (height > 0) & (depth > 0), seen)
    x, y = torch.where(gnomonic, plane_x, x), torch.where(gnomonic, plane_y, y)
    u, v = x / width + 0.5, 0.5 - y / width * (size_hw[1] / size_hw[0])
    return torch.where(seen[..., None], torch.stack([u, v], -1), torch.nan), seen


def _frame(cameras: Cameras, more: int) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """East, north and up at the place, tilt, width in Earth radii, and whether it is gnomonic."""
    lon, lat = _angle(cameras.lon, more), _angle(cameras.lat, more)
    none = torch.zeros_like(lon)
    east = torch.stack([-torch.sin(lon), torch.cos(lon), none], -1)
    up = torch.stack(
        [torch.cos(lat) * torch.cos(lon), torch.cos(lat) * torch.sin(lon), torch.sin(lat)], -1
    )
    north = torch.stack(
        [-torch.sin(lat) * torch.cos(lon), -torch.sin(lat) * torch.sin(lon), torch.cos(lat)], -1
    )
    width = _spread(cameras.width_km.double() / _RADIUS_KM, more)
    gnomonic = _spread(cameras.projection == PROJECTIONS.index("gnomonic"), more)
    return east, north, up, _angle(cameras.tilt_deg, more), width, gnomonic


def _angle(degrees: Tensor, more: int) -> Tensor:
    return _spread(degrees.double() * _RAD, more)


def _spread(values: Tensor, more: int) -> Tensor:
    """(B, 1, ...) with so many further axes."""
    return values.reshape(-1, *[1] * more)
