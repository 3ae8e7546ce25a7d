"""Universal Transverse Mercator: the grid of metres that aerial pictures are laid on.

A zone is six degrees of longitude wide; its middle meridian lies at 500,000 m east. Northings count
from the equator, and are negative south of it, as Landsat has it; the southern grids of other
sources add 10,000,000 m, which is to be taken off first.
"""

import math

import torch
from torch import Tensor

# WGS84, as `vgym.geometry.sphere` has it.
_A, _F = 6_378_137.0, 1 / 298.257_223_563
_N = _F / (2 - _F)
_RADIUS = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64 + _N**6 / 256)  # of the rectified meridian
_SCALE, _EAST = 0.9996, 500_000.0  # on the middle meridian
# Krueger's series from the plane back to the sphere, in powers of n (Karney 2011, eq. 36).
_BETA = (
    _N / 2 - 2 / 3 * _N**2 + 37 / 96 * _N**3 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 / 1440 * _N**4,
    17 / 480 * _N**3 - 37 / 840 * _N**4,
    4397 / 161_280 * _N**4,
)
_E = math.sqrt(_F * (2 - _F))
_STEPS = 4  # of Newton's method for the latitude, which gains digits twofold each
ZONES = 60


def lonlat_of_utm(places: Tensor, zone: int) -> Tensor:
    """Longitude and latitude of places of a UTM grid; pyproj's EPSG:326zz.

    Args:
        places: `(..., 2)` east and north, metres.
        zone: 1 to 60.

    Returns:
        `(..., 2)` lonlat, degrees, float64; within a micrometre up to 1,000 km from the zone's
        middle meridian, of no use far beyond. NaN for NaN.

    Raises:
        ValueError: no such zone.

    Source: Karney 2011, doi 10.1007/s00190-011-0445-3, to the fourth order of n.

    >>> lonlat_of_utm(torch.tensor([500_000.0, 0.0]), 21)
    tensor([-57.,   0.], dtype=torch.float64)
    """
    if not 1 <= zone <= ZONES:
        raise ValueError(f"zone={zone!r} must be from 1 to {ZONES}")
    east, north = places.double().unbind(-1)
    xi, eta = north / (_SCALE * _RADIUS), (east - _EAST) / (_SCALE * _RADIUS)
    sphere_xi, sphere_eta = xi.clone(), eta.clone()
    for order, beta in enumerate(_BETA, 1):
        sphere_xi -= beta * (2 * order * xi).sin() * (2 * order * eta).cosh()
        sphere_eta -= beta * (2 * order * xi).cos() * (2 * order * eta).sinh()
    across = sphere_xi.cos()
    lon = torch.atan2(sphere_eta.sinh(), across)
    conformal = sphere_xi.sin() / torch.hypot(sphere_eta.sinh(), across)  # tangent of the latitude
    lat = torch.atan(_geographic(conformal))
    middle = 6 * zone - 183
    return torch.stack((lon.rad2deg() + middle, lat.rad2deg()), -1)


def _geographic(conformal: Tensor) -> Tensor:
    """The tangent of the latitude of which that of the conformal latitude is given (eq. 19-21)."""
    tangent = conformal.clone()
    for _ in range(_STEPS):
        root = (1 + tangent.square()).sqrt()
        sigma = (_E * torch.atanh(_E * tangent / root)).sinh()
        found = tangent * (1 + sigma.square()).sqrt() - sigma * root
        slope = (1 + (1 - _E**2) * tangent.square()) / ((1 - _E**2) * root)
        tangent = tangent + (conformal - found) / (1 + found.square()).sqrt() * slope
    return tangent
