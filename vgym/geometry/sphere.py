"""Places on Earth as tensors `(..., 2)`: distances, bearings, means, caps and polygons.

The convention, said once for the whole package: a place is `(lon, lat)`, called `lonlat`, in
degrees on WGS84, longitude first. Lengths are metres, bearings degrees clockwise from north. The
sphere has the mean radius of the Earth, `EARTH_RADIUS`.

Arithmetic is float64: float32 input is upcast, and so is every result, for float32 resolves the
globe to a metre at best. Functions are elementwise and broadcast. Any finite numbers mean a place:
longitudes wrap round, and a latitude beyond a pole goes on down the other side (100 N is 80 N on
the opposite meridian), as `normalise_lonlat` writes out. So finite coordinates give finite values;
a NaN coordinate gives NaN.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from vgym.geometry.fusing import fused
from vgym.geometry.gradients import atan2, root

# Mean radius of the WGS84 ellipsoid, (2 a + b) / 3, in metres (IUGG).
EARTH_RADIUS = 6_371_008.8
# WGS84: semi-major axis in metres, flattening, and what follows from them.
_A = 6_378_137.0
_F = 1 / 298.257_223_563
_B = _A * (1 - _F)
_N = _F / (2 - _F)
_E2 = _F * (2 - _F)
_EP2 = _E2 / (1 - _E2)

_RAD = math.pi / 180
# Pairs treated at once on a CPU: temporaries of this many rows stay in its cache.
_BLOCK = 32_768
# Evaluations of the longitude equation, and the residual in radians that counts as solved.
_EVALUATIONS = 6
_SOLVED = 1e-12
# Solutions nearer than this to the antipode, in radians, may be longer than another one.
_NEAR_ANTIPODE = 0.012
# A vector sum shorter than this share of its terms points nowhere.
_NO_DIRECTION = 1e-12
# A point nearer to an edge than this, in Earth radii (6 micrometres), is on it.
_ON_EDGE = 1e-12
# A direction that no mesh of round numbers meets.
_ODD_DIRECTION = (2 / 7, 3 / 7, 6 / 7)


def great_circle_distance(a: Tensor, b: Tensor, *, compile: bool = False) -> Tensor:
    """Distance on the sphere, elementwise: haversine's, but exact near antipodes too.

    Half the angle is `atan2` of two sums of squares, neither of which cancels.

    Args:
        a: `(..., 2)` lonlat, degrees.
        b: `(..., 2)` lonlat, degrees.
        compile: run one fused kernel, two to three times as fast on a million pairs; the first
            call spends several seconds on compiling it.

    Returns:
        `(...)` metres in [0, pi `EARTH_RADIUS`], within 1e-8 m and symmetric to the last bit. The
        gradient, of first order only, is 0 where no direction is shortest: at identical and
        antipodal places.

    >>> great_circle_distance(torch.tensor([179.0, 0.0]), torch.tensor([-179.0, 0.0]))
    tensor(222390.1605, dtype=torch.float64)
    """
    distance: Tensor = _GreatCircle.apply(_lonlat(a), _lonlat(b), compile)  # type: ignore[no-untyped-call]
    return distance


def geodesic_distance_wgs84(a: Tensor, b: Tensor, *, compile: bool = False) -> Tensor:
    """Length of the shortest path on the WGS84 ellipsoid, elementwise; geopy's `geodesic`.

    Vincenty's equation for the longitude on the auxiliary sphere, with Karney's series and secant
    steps. The few pairs that a fixed number of steps leaves open, all within 1.5 degrees of
    antipodal, go to `geographiclib` one by one, at about 0.1 ms each: 7 in 100,000 of uniform
    pairs. That one reading back from the device is the only one in this module.

    Args:
        a: `(..., 2)` lonlat, degrees.
        b: `(..., 2)` lonlat, degrees.
        compile: run one fused kernel; the first call spends several seconds on compiling it.

    Returns:
        `(...)` metres, at least 0, within 0.01 mm of the true length for every pair. The gradient,
        of first order only, is 0 at identical places.

    Source: Vincenty 1975, doi 10.1179/sre.1975.23.176.88; Karney 2013, doi
    10.1007/s00190-012-0578-z, eqs. 15-18, 23-25.

    >>> geodesic_distance_wgs84(torch.tensor([2.35, 48.86]), torch.tensor([-74.01, 40.71]))
    tensor(5853101.5058, dtype=torch.float64)
    """
    places = normalise_lonlat(a), normalise_lonlat(b)
    distance: Tensor = _Geodesic.apply(*places, compile)  # type: ignore[no-untyped-call]
    return distance


def bearing(origin: Tensor, target: Tensor) -> Tensor:
    """Direction in which the great circle from one place to another sets out.

    Args:
        origin: `(..., 2)` lonlat, degrees.
        target: `(..., 2)` lonlat, degrees.

    Returns:
        `(...)` degrees clockwise from north in [0, 360). At a pole, north is the direction of the
        place's own meridian: from (lon, 90) the bearing of every place is `180 - (its lon - lon)`.
        Identical places give 0 with gradient 0; for antipodal ones, rounding picks a direction.

    >>> bearing(torch.tensor([0.0, 0.0]), torch.tensor([-10.0, 0.0]))
    tensor(270., dtype=torch.float64)
    """
    origin, target = _lonlat(origin), _lonlat(target)
    half_span = torch.sub(target[..., 0] * 0.5, origin[..., 0], alpha=0.5) * _RAD
    climb = torch.sub(target[..., 1] * 0.5, origin[..., 1], alpha=0.5) * (2 * _RAD)
    lat, target_lat = origin[..., 1] * _RAD, target[..., 1] * _RAD
    sine, cosine = half_span.sin(), half_span.cos()
    east = target_lat.cos() * 2 * sine * cosine
    # cos(lat) sin(lat') - sin(lat) cos(lat') cos(span), without its cancellation for near places.
    north = climb.sin() + 2 * lat.sin() * target_lat.cos() * sine.square()
    degrees = atan2(east, north) / _RAD
    clockwise = torch.where(degrees < 0, degrees + 360, degrees)
    # A tiny negative angle rounds up to the full turn.
    return torch.where(clockwise >= 360, 0.0, clockwise)


def destination(origin: Tensor, bearing: Tensor, distance: Tensor) -> Tensor:
    """Place reached from another along a great circle.

    Args:
        origin: `(..., 2)` lonlat, degrees.
        bearing: `(...)` degrees clockwise from north.
        distance: `(...)` metres; negative goes backwards.

    Returns:
        `(..., 2)` lonlat, degrees, lon in [-180, 180), lat in [-90, 90].

    >>> quarter = torch.tensor(math.pi / 2 * EARTH_RADIUS, dtype=torch.float64)
    >>> destination(torch.tensor([170.0, 0.0]), torch.tensor(90.0), quarter).round(decimals=9)
    tensor([-100.,    0.], dtype=torch.float64)
    """
    lon, lat = normalise_lonlat(origin).unbind(-1)
    angle, course = distance.double() / EARTH_RADIUS, bearing.double() * _RAD
    lat = lat * _RAD
    eastward = course.sin() * angle.sin()
    northward = course.cos() * angle.sin()
    outward = lat.cos() * angle.cos() - lat.sin() * northward
    upward = lat.sin() * angle.cos() + lat.cos() * northward
    reached_lon = lon + atan2(eastward, outward) / _RAD
    reached_lat = atan2(upward, root(eastward.square() + outward.square())) / _RAD
    return torch.stack((wrap_longitude(reached_lon), reached_lat), -1)


def mean_lonlat(
    lonlat: Tensor, weights: Tensor | None = None, mask: Tensor | None = None
) -> Tensor:
    """Mean place of a set: the direction of the sum of its unit vectors.

    Args:
        lonlat: `(..., N, 2)` degrees.
        weights: `(..., N)`, at least 0; equal if not given.
        mask: `(..., N)` bool, which places are present; all if not given.

    Returns:
        `(..., 2)` lonlat, degrees, lon in [-180, 180). A set without a mean gives (0, 0): nothing
        present, no weight, or a sum that cancels to less than 1e-12 of it, as of antipodal places.

    >>> mean_lonlat(torch.tensor([[170.0, 0.0], [-150.0, 0.0]]))
    tensor([-170.,    0.], dtype=torch.float64)
    """
    vectors = _unit_vectors(_lonlat(lonlat))
    share = torch.ones_like(vectors[..., 0]) if weights is None else weights.double()
    if mask is not None:
        # Not a product: absent places may hold NaN.
        share = torch.where(mask, share, 0.0)
        vectors = torch.where(mask[..., None], vectors, 0.0)
    if share.shape[-1]:
        # In terms of the largest weight, no sum overflows.
        largest = share.amax(-1, keepdim=True)
        share = share / torch.where(largest > 0, largest, 1.0)
    total = (share[..., None] * vectors).sum(-2)
    size = share.sum(-1)
    lost = (total.detach().square().sum(-1).sqrt() <= _NO_DIRECTION * size)[..., None]
    east = total.new_tensor([1.0, 0.0, 0.0])
    return _to_lonlat(torch.where(lost, east, total))


def wrap_longitude(lon: Tensor) -> Tensor:
    """Longitudes written in [-180, 180).

    Args:
        lon: `(...)` degrees.

    Returns:
        `(...)` degrees; a value in the range is returned as it is, to the last bit.

    >>> wrap_longitude(torch.tensor([180.0, -190.0, 725.0]))
    tensor([-180.,  170.,    5.], dtype=torch.float64)
    """
    turned = torch.fmod(lon.double(), 360.0)
    turned = torch.where(turned >= 180, turned - 360, turned)
    return torch.where(turned < -180, turned + 360, turned)


def normalise_lonlat(lonlat: Tensor) -> Tensor:
    """The same places with longitudes in [-180, 180) and latitudes in [-90, 90].

    Args:
        lonlat: `(..., 2)` degrees.

    Returns:
        `(..., 2)` degrees; a place in the range is returned as it is, to the last bit.

    >>> normalise_lonlat(torch.tensor([30.0, 100.0]))
    tensor([-150.,   80.], dtype=torch.float64)
    """
    lon, lat = _lonlat(lonlat).unbind(-1)
    lat = wrap_longitude(lat)
    beyond = lat.abs() > 90
    lat = torch.where(beyond, torch.where(lat > 0, 180 - lat, -180 - lat), lat)
    lon = wrap_longitude(lon)
    return torch.stack((torch.where(beyond, wrap_longitude(lon + 180), lon), lat), -1)


def cap_area(radius: Tensor) -> Tensor:
    """Area of the sphere within a great-circle distance of a place.

    Args:
        radius: `(...)` metres; cut to [0, half the circumference].

    Returns:
        `(...)` square metres, up to the whole sphere's.

    >>> cap_area(torch.tensor(1000.0, dtype=torch.float64))
    tensor(3141592.6471, dtype=torch.float64)
    """
    angle = (radius.double() / EARTH_RADIUS).clamp(0.0, math.pi)
    # 2 pi (1 - cos) loses the digits of small caps; this form keeps them.
    return (angle / 2).sin().square() * (4 * math.pi * EARTH_RADIUS**2)


def polygon_area(polygon: Tensor) -> Tensor:
    """Area of simple spherical polygons, on the smaller side of their outline.

    Edges are the shorter great-circle arcs between neighbouring vertices and from the last to the
    first; either orientation will do. A vertex may be repeated, so short polygons can be padded
    with their last vertex. Antipodal neighbours have no shorter arc, and their value means nothing.

    Args:
        polygon: `(..., V, 2)` lonlat, degrees, V at least 3.

    Returns:
        `(...)` square metres in [0, half the sphere]; exact to about 1e-10 of a 10 m square.

    Raises:
        ValueError: for fewer than three vertices.

    >>> octant = torch.tensor([[0.0, 0.0], [90.0, 0.0], [0.0, 90.0]])
    >>> polygon_area(octant) / (4 * math.pi * EARTH_RADIUS**2)
    tensor(0.1250, dtype=torch.float64)
    """
    return _signed_area(_unit_vectors(_polygon(polygon))).abs() * EARTH_RADIUS**2


def polygon_contains(polygon: Tensor, lonlat: Tensor) -> Tensor:
    """Whether places lie in simple spherical polygons, elementwise with broadcasting.

    Polygons are as in `polygon_area`; inside is the smaller side. They may cross the date line and
    contain a pole. For all pairs of polygons and places insert axes: `polygons[:, None]` with
    `places[None]`.

    Args:
        polygon: `(..., V, 2)` lonlat, degrees, V at least 3.
        lonlat: `(..., 2)` degrees.

    Returns:
        `(...)` bool. Edges and vertices, to within 6 micrometres, are inside; NaN is not.

    Raises:
        ValueError: for fewer than three vertices.

    >>> aleutians = torch.tensor([[170.0, 50.0], [-165.0, 50.0], [-165.0, 56.0], [170.0, 56.0]])
    >>> polygon_contains(aleutians, torch.tensor([[-179.0, 52.0], [160.0, 52.0]]))
    tensor([ True, False])
    """
    vertices = _unit_vectors(_polygon(polygon))
    area = _signed_area(vertices)
    place = _unit_vectors(_lonlat(lonlat))[..., None, :]
    chord = vertices - place
    following = chord.roll(-1, -2)
    across = (place * torch.linalg.cross(chord, following)).sum(-1)
    along = (chord * following).sum(-1)
    # Each triangle of an edge with the place's antipode is 2 atan2(-across, along) large with its
    # sign. They sum to the area on the left, less the whole sphere if the place is in there.
    turn = torch.atan2(across, along).sum(-1)
    left_area = torch.where(area < 0, area + 4 * math.pi, area)
    is_left = turn > math.pi - left_area / 2
    length = (following - chord).square().sum(-1).sqrt()
    on_line = (across.abs() <= _ON_EDGE * length) & (along <= 0)
    on_vertex = chord.square().sum(-1) <= _ON_EDGE**2
    on_outline: Tensor = (on_line | on_vertex).any(-1)
    return (is_left == (area >= 0)) & ~turn.isnan() | on_outline


class _GreatCircle(torch.autograd.Function):
    """Distance with the gradient in closed form: the forward pass needs no safe roots."""

    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor, compile: bool) -> Tensor:
        ctx.save_for_backward(a, b)
        return _by_blocks(_great_circle, a, b, 1, compile)[0]

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None]:
        a, b = ctx.saved_tensors
        lat_a, lat_b = a[..., 1] * _RAD, b[..., 1] * _RAD
        span = torch.sub(b[..., 0] * 0.5, a[..., 0], alpha=0.5) * (2 * _RAD)
        east = lat_b.cos() * span.sin()
        north_a = lat_a.cos() * lat_b.sin() - lat_a.sin() * lat_b.cos() * span.cos()
        north_b = lat_b.cos() * lat_a.sin() - lat_b.sin() * lat_a.cos() * span.cos()
        sine = torch.hypot(east, north_a)
        scale = torch.where(sine > 0, gradient / sine, 0.0) * (EARTH_RADIUS * _RAD)
        by_lon = lat_a.cos() * east * scale
        return (
            torch.stack((-by_lon, -north_a * scale), -1).sum_to_size(a.shape),
            torch.stack((by_lon, -north_b * scale), -1).sum_to_size(b.shape),
            None,
        )


class _Geodesic(torch.autograd.Function):
    """Distance of normalised places; the gradient is along the path's two ends."""

    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor, compile: bool) -> Tensor:
        *values, solved = _by_blocks(_vincenty, a, b, 6, compile)
        # With a leading axis, a single pair can be indexed too.
        open_pairs = (solved[None] == 0).nonzero(as_tuple=True)
        if open_pairs[0].numel():
            ends = (places.expand(1, *solved.shape, 2)[open_pairs] for places in (a, b))
            for value, exact in zip(values, _geographiclib(*ends).unbind(-1), strict=True):
                value[None][open_pairs] = exact
        distance, east_a, north_a, east_b, north_b = values
        ctx.save_for_backward(a, b, east_a, north_a, east_b, north_b)
        return distance

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None]:
        a, b, east_a, north_a, east_b, north_b = ctx.saved_tensors
        by_lon_a, by_lat_a = _metres_per_degree(a[..., 1])
        by_lon_b, by_lat_b = _metres_per_degree(b[..., 1])
        along_a = torch.stack((by_lon_a * east_a, by_lat_a * north_a), -1)
        along_b = torch.stack((by_lon_b * east_b, by_lat_b * north_b), -1)
        return (
            (-gradient[..., None] * along_a).sum_to_size(a.shape),
            (gradient[..., None] * along_b).sum_to_size(b.shape),
            None,
        )


Kernel = Callable[[Tensor, Tensor, Tensor, Tensor], tuple[Tensor, ...]]


def _great_circle(lon_a: Tensor, lat_a: Tensor, lon_b: Tensor, lat_b: Tensor) -> tuple[Tensor]:
    # Halving is exact, and keeps the difference of two huge coordinates finite.
    span = (lon_b * 0.5 - lon_a * 0.5) * _RAD
    climb = (lat_b * 0.5 - lat_a * 0.5) * _RAD
    middle = (lat_b * 0.5 + lat_a * 0.5) * _RAD
    sin_span, cos_span = span.sin(), span.cos()
    near = (climb.sin() * cos_span).square() + (middle.cos() * sin_span).square()
    far = (climb.cos() * cos_span).square() + (middle.sin() * sin_span).square()
    return (torch.atan2(near.sqrt(), far.sqrt()) * (2 * EARTH_RADIUS),)


def _vincenty(lon_a: Tensor, lat_a: Tensor, lon_b: Tensor, lat_b: Tensor) -> tuple[Tensor, ...]:
    """Distance, unit vectors (east, north) of the path at both ends, and 1 where they hold."""
    sin_a, cos_a = _reduced_latitude(lat_a)
    sin_b, cos_b = _reduced_latitude(lat_b)
    span = lon_b - lon_a
    span = (span - 360 * (span * (1 / 360)).round()) * _RAD
    eastward = torch.where(span < 0, -1.0, 1.0).to(span)
    span = span.abs()
    sines, cosines = sin_a * sin_b, cos_a * cos_b
    a_to_b, b_to_a = cos_a * sin_b, sin_a * cos_b

    omega = previous = image = span
    previous_image = image
    for evaluation in range(_EVALUATIONS):
        if evaluation == 1:
            omega, previous, previous_image = image, omega, image
        elif evaluation > 1:
            step = omega - previous
            slope = (image - previous_image) / torch.where(step.abs() > 1e-12, step, torch.inf)
            corrected = omega + (image - omega) / (1 - slope.clamp(-0.5, 0.9))
            omega, previous, previous_image = corrected, omega, image
        sin_omega, cos_omega = omega.sin(), omega.cos()
        east_a, east_b = cos_b * sin_omega, cos_a * sin_omega
        north_a, north_b = a_to_b - b_to_a * cos_omega, a_to_b * cos_omega - b_to_a
        sin_sigma = (east_a.square() + north_a.square()).sqrt()
        cos_sigma = sines + cosines * cos_omega
        sigma = torch.atan2(sin_sigma, cos_sigma)
        inverse = 1 / sin_sigma.clamp(min=1e-300)
        sin_azimuth = cosines * sin_omega * inverse
        cos2_azimuth = (1 - sin_azimuth.square()).clamp(min=1e-16)
        cos_middle = (cos_sigma - 2 * sines / cos2_azimuth).clamp(-1.0, 1.0)
        root = (1 + _EP2 * cos2_azimuth).sqrt()
        eps = (root - 1) / (root + 1)
        a3 = 1 - eps * (
            (1 - _N) / 2 + eps * ((2 + _N - 3 * _N**2) / 8 + eps * ((1 + 3 * _N + _N**2) / 16))
        )
        wave = cos_middle * sin_sigma
        wave2 = 2 * (2 * cos_middle.square() - 1) * sin_sigma * cos_sigma
        c31 = eps * ((1 - _N) / 4 + eps * ((1 - _N**2) / 8))
        c32 = eps * eps * ((2 - 3 * _N) / 32)
        longitude = a3 * (sigma + 2 * (c31 * wave + c32 * wave2))
        image = span + _F * sin_azimuth * longitude

    sin3 = sin_sigma * (4 * cos_sigma.square() - 1)
    wave3 = cos_middle * (4 * cos_middle.square() - 3) * sin3
    c11 = eps * (-1 / 2 + eps * eps * (3 / 16))
    c12 = eps * eps * (-1 / 16)
    c13 = eps * eps * eps * (-1 / 48)
    a1 = (1 + eps * eps / 4) / (1 - eps)
    distance = _B * a1 * (sigma + 2 * (c11 * wave + c12 * wave2 + c13 * wave3))
    unsolved = ((image - omega).abs() > _SOLVED) | (sigma > math.pi - _NEAR_ANTIPODE)
    return (
        distance,
        eastward * east_a * inverse,
        north_a * inverse,
        eastward * east_b * inverse,
        north_b * inverse,
        torch.where(unsolved, 0.0, 1.0).to(distance),
    )


def _reduced_latitude(lat: Tensor) -> tuple[Tensor, Tensor]:
    """Sine and cosine of the latitude on the auxiliary sphere."""
    angle = lat * _RAD
    sine, cosine = (1 - _F) * angle.sin(), angle.cos()
    scale = (sine.square() + cosine.square()).rsqrt()
    return sine * scale, cosine * scale


def _by_blocks(kernel: Kernel, a: Tensor, b: Tensor, outputs: int, compile: bool) -> list[Tensor]:
    """The kernel's outputs for all pairs of places, a cacheful of rows at a time."""
    shape = torch.broadcast_shapes(a.shape, b.shape)  # type: ignore[no-untyped-call]
    results = [torch.empty(shape[:-1], dtype=a.dtype, device=a.device) for _ in range(outputs)]
    if compile:
        kernel = fused(kernel, dynamic=True)
    if a.shape == b.shape and a.is_contiguous() and b.is_contiguous():
        _fill(kernel, a.view(-1, 2), b.view(-1, 2), [result.view(-1) for result in results])
    else:
        _fill(kernel, a.expand(shape), b.expand(shape), results)
    return results


def _fill(kernel: Kernel, a: Tensor, b: Tensor, results: list[Tensor]) -> None:
    if a.device.type != "cpu" or results[0].numel() <= _BLOCK:
        values = kernel(
            # Kernels run on contiguous coordinates: interleaved ones are not vectorised.
            a[..., 0].contiguous(),
            a[..., 1].contiguous(),
            b[..., 0].contiguous(),
            b[..., 1].contiguous(),
        )
        for result, value in zip(results, values, strict=True):
            result.copy_(value)
        return
    rows = _BLOCK * len(a) // results[0].numel()
    for start in range(0, len(a), max(rows, 1)):
        part = slice(start, start + rows) if rows else start
        _fill(kernel, a[part], b[part], [result[part] for result in results])


def _geographiclib(a: Tensor, b: Tensor) -> Tensor:
    """Distance and the four direction components of `_vincenty`, `(k, 5)`, pair by pair."""
    from geographiclib.geodesic import Geodesic  # geopy's own dependency, for rare pairs alone

    rows = []
    for (lon_a, lat_a), (lon_b, lat_b) in zip(a.tolist(), b.tolist(), strict=True):
        found = Geodesic.WGS84.Inverse(lat_a, lon_a, lat_b, lon_b)
        azimuth_a, azimuth_b = math.radians(found["azi1"]), math.radians(found["azi2"])
        ends = math.sin(azimuth_a), math.cos(azimuth_a), math.sin(azimuth_b), math.cos(azimuth_b)
        rows.append((found["s12"], *ends))
    return a.new_tensor(rows)


def _metres_per_degree(lat: Tensor) -> tuple[Tensor, Tensor]:
    """Length of a degree of longitude and of latitude on the ellipsoid."""
    angle = lat * _RAD
    sine, cosine = angle.sin(), angle.cos()
    root = (1 - _E2 * sine.square()).rsqrt()
    return _A * _RAD * root * cosine, _A * (1 - _E2) * _RAD * root**3


def _lonlat(lonlat: Tensor) -> Tensor:
    if lonlat.ndim == 0 or lonlat.shape[-1] != 2:
        raise ValueError(f"lonlat has shape {tuple(lonlat.shape)}; its last axis must be 2 long")
    return lonlat.double()


def _polygon(polygon: Tensor) -> Tensor:
    if polygon.ndim < 2 or polygon.shape[-2] < 3:
        raise ValueError(
            f"polygon has shape {tuple(polygon.shape)}; give (..., V, 2) with V at least 3"
        )
    return _lonlat(polygon)


def _unit_vectors(lonlat: Tensor) -> Tensor:
    """Directions `(..., 3)` from the Earth's centre."""
    lon, lat = (lonlat * _RAD).unbind(-1)
    return torch.stack((lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()), -1)


def _to_lonlat(vectors: Tensor) -> Tensor:
    x, y, z = vectors.unbind(-1)
    lat = atan2(z, root(x.square() + y.square())) / _RAD
    return torch.stack((wrap_longitude(atan2(y, x) / _RAD), lat), -1)


def _signed_area(vertices: Tensor) -> Tensor:
    """Solid angle of the smaller side of the outlines `(..., V, 3)`, negative on the right."""
    total = vertices.sum(-2, keepdim=True)
    size = total.square().sum(-1, keepdim=True)
    lost = size < 1e-6
    apex = torch.where(lost, total.new_tensor(_ODD_DIRECTION), total / root(size))
    # A fan of triangles round the middle; differences to it keep the digits of small polygons.
    # Triangles are known up to whole spheres, and so is the sum.
    chord = vertices - apex
    following, next_vertex = chord.roll(-1, -2), vertices.roll(-1, -2)
    volume = (apex * torch.linalg.cross(chord, following)).sum(-1)
    cosines = (vertices * next_vertex + apex * (vertices + next_vertex)).sum(-1)
    excess = 2 * atan2(volume, 1 + cosines).sum(-1)
    return excess - 4 * math.pi * (excess / (4 * math.pi)).round()
