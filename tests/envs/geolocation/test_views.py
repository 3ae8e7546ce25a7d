"""Views of the Earth: every pixel written, each where the camera says, whatever the batch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vgym.data import earth
from vgym.data.earth.far import FINE, TILES_HW, FarPicture
from vgym.envs.geolocation.camera import Cameras, lonlat_of
from vgym.envs.geolocation.lattice import (
    CELL,
    SPREAD,
    X,
    Y,
    frames,
    lattice,
    line_of,
    shown,
    sides_of,
    worked_out,
)
from vgym.envs.geolocation.sampling import look_up, tiles_seen
from vgym.envs.geolocation.views import paint

SIZE_HW = (84, 100)
NOON = 8950.0
# Where pictures could tear: lon, lat.
ODD_PLACES = [(180.0, -17.0), (-180.0, 65.0), (30.0, 90.0), (0.0, -90.0), (-179.9, 71.0)]


def cameras(rows: list[tuple[float, ...]]) -> Cameras:
    """Of (lon, lat, heading, tilt, width, projection, layer, days, key, clouds) each."""
    columns = torch.tensor(rows, dtype=torch.float64).T
    lon, lat, heading, tilt, width, projection, layer, days, key, clouds = (
        column.clone() for column in columns
    )
    return Cameras(
        *(lon, lat, heading, tilt, width),
        *(projection.long(), layer.long(), days, key.long(), clouds),
    )


def mixed(count: int) -> Cameras:
    """Of all kinds."""
    random = np.random.default_rng(3)
    places = [*ODD_PLACES, *earth.towns().lonlat[random.integers(0, 30_000, count)].tolist()]
    return cameras(
        [
            (
                *(*places[k % len(places)], 77.0 * k, 30.0 * (k % 3), 100 * 50 ** (k % 7 / 6)),
                *(k % 2, k % 4 if k % 5 else 0, NOON + k / 7, k, 0.5 * (k % 3 == 0)),
            )
            for k in range(count)
        ]
    )


def rows_of(view: Cameras, rows: list[int]) -> Cameras:
    return Cameras(**{name: value[rows] for name, value in vars(view).items()})


def painted(view: Cameras, before: int, size_hw: tuple[int, int] = SIZE_HW) -> NDArray[np.uint8]:
    images = np.full((len(view.lon), *size_hw, 3), before, np.uint8)
    paint(view, images)
    return images


def test_every_pixel_is_written_and_rows_do_not_know_each_other() -> None:
    view = mixed(24)
    images = painted(view, 0)
    for before in (255, 17):
        assert np.array_equal(images, painted(view, before))
    order = [5, 3, 23, 0, 3]
    assert np.array_equal(images[order], painted(rows_of(view, order), 1))
    for k in range(0, 24, 7):
        assert np.array_equal(images[k : k + 1], painted(rows_of(view, [k]), 2))
    assert len({image.tobytes() for image in images}) == 24


def between(nodes: NDArray[np.float64], quantity: int) -> NDArray[np.float64]:
    """(rows, columns, CELL, CELL) x or y as parabolas have it, at the middles of pixels."""
    rows, columns = nodes.shape[0] - 1, nodes.shape[1] - 1
    found = np.empty((rows, columns, CELL, CELL))
    share = (np.arange(CELL) + 0.5) / CELL
    for row in range(rows):
        for column in range(columns):
            sides = sides_of(nodes, row, column, quantity)
            for i in range(CELL):
                left, right, bend = line_of(sides, share[i])
                found[row, column, i] = (
                    left + (right - left) * share - 0.5 * bend * share * (1 - share)
                )
    return found


def test_what_lies_between_nodes_is_right_to_a_tenth_of_a_pixel() -> None:
    view = mixed(60)
    height, width = 192, 208
    v, u = np.mgrid[:height, :width]
    uv = torch.from_numpy(np.stack([(u + 0.5) / width, (v + 0.5) / height], -1))
    lonlat = lonlat_of(view, uv.expand(60, -1, -1, -1), (height, width)).numpy()
    worst, bent = 0.0, 0
    for frame, truth, km in zip(frames(view), lonlat, view.width_km.tolist(), strict=True):
        nodes, exact = lattice(frame, height, width)
        bent += int(exact.sum())
        cells = truth.reshape(12, CELL, 13, CELL, 2).swapaxes(1, 2)
        x, y = between(nodes, X), between(nodes, Y)
        off_x = (x / 120 - 180 - cells[..., 0] + 180) % 360 - 180
        off_x *= np.cos(np.radians(cells[..., 1]))
        off_y = 90 - y / 120 - cells[..., 1]
        pixel = km / width / 111.195 * 2.0 ** nodes[:-1, :-1, SPREAD, None, None]
        worst = max(worst, np.max((np.hypot(off_x, off_y) / pixel)[~exact], initial=0))
    print(worst, bent / (60 * 12 * 13))
    assert 0.02 < worst < 0.11
    assert 0 < bent < 0.2 * 60 * 12 * 13


def test_single_pixels_are_where_the_camera_says() -> None:
    view = mixed(40)
    uv = torch.rand(40, 9, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    lonlat = lonlat_of(view, uv, SIZE_HW).numpy()
    height, width = SIZE_HW
    for frame, points, places in zip(frames(view), uv.numpy(), lonlat, strict=True):
        for (u, v), (lon, lat) in zip(points, places, strict=True):
            at = shown(frame, u - 0.5, (0.5 - v) * height / width)
            if np.isnan(lon):
                assert np.isnan(at).all()
                continue
            assert abs((at[0] / 120 - lon) % 360 - 180) < 1e-6
            assert at[1] == pytest.approx((90 - lat) * 120, abs=1e-4)
            flat = np.cos(np.radians(lat))
            expected = [flat * np.cos(np.radians(lon)), flat * np.sin(np.radians(lon))]
            assert np.allclose(at[2:5], [*expected, np.sin(np.radians(lat))], atol=1e-12)


def test_how_wide_a_pixel_is_on_the_ground() -> None:
    view = mixed(40)
    step = 1e-4
    uv = torch.rand(40, 1, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    uv = uv * 0.6 + 0.2
    corners = uv + torch.tensor([[0, 0], [step, 0], [0, step]], dtype=torch.float64)
    lon, lat = torch.deg2rad(lonlat_of(view, corners, (100, 100))).unbind(-1)
    place = torch.stack([lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()], -1)
    across, down = place[:, 1] - place[:, 0], place[:, 2] - place[:, 0]
    area = torch.linalg.cross(across, down).norm(dim=-1)
    expected = area.sqrt() * 6371.0088 / (view.width_km * step)
    for k, frame in enumerate(frames(view)):
        u, v = uv[k, 0].tolist()
        spread = 2 ** shown(frame, u - 0.5, 0.5 - v)[SPREAD]
        assert np.isnan(spread) or spread == pytest.approx(float(expected[k]), rel=2e-2)


def test_a_picture_is_looked_up_where_the_camera_points() -> None:
    # A world whose colours are its coordinates.
    y, x = np.mgrid[:1350, :2700]
    world = np.stack([x * 256 / 2700, y * 256 / 1350, np.full(x.shape, 9)], -1).astype(np.uint8)
    sizes = np.array([[0, 1350, 2700]])
    image = np.empty((*SIZE_HW, 3), np.uint8)
    view = cameras(
        [(10.0, 40.0, 30.0, 20.0, 4000.0, 0, 0, 0, 0, 0), (100, 0, 3, 9, 900, 1, *[0] * 4)]
    )
    height, width = SIZE_HW
    v, u = np.mgrid[:height, :width]
    uv = torch.from_numpy(np.stack([(u + 0.5) / width, (v + 0.5) / height], -1))
    lonlat = lonlat_of(view, uv.expand(2, -1, -1, -1), SIZE_HW).numpy()
    for frame, places in zip(frames(view), lonlat, strict=True):
        nodes, exact = lattice(frame, *SIZE_HW)
        found = nodes, exact, worked_out(frame, exact, *SIZE_HW)
        look_up(*found, world.ravel(), sizes, np.array([0.0, 0, 16]), 0.35, image)
        assert np.abs(image[..., 0] - (places[..., 0] + 180) * 256 / 360).max() < 1.6
        assert np.abs(image[..., 1] - (90 - places[..., 1]) * 256 / 180).max() < 1.6
        assert (image[..., 2] == 9).all()


def test_space_is_black_with_a_soft_limb() -> None:
    view = cameras([(0.0, 0.0, 0.0, 0.0, 15_000.0, 0, 2, NOON, 0, 0.0)])
    image = painted(view, 99, (150, 150))[0].astype(int).sum(-1)
    middle = image[75]
    assert (middle[:7] == 0).all() and (middle[-7:] == 0).all() and (middle[20:130] > 0).all()
    assert image[0].max() == 0


def test_night_is_dark_and_clouds_are_bright_but_hide_no_whole_view() -> None:
    place = (25.0, 0.0, 0.0, 0.0, 3000.0, 0, 0)
    day, night, cloudy = painted(
        cameras([(*place, NOON, 5, 0.0), (*place, NOON + 0.5, 5, 0.0), (*place, NOON, 5, 0.6)]), 0
    ).astype(float)
    assert 0.25 * day.mean() < night.mean() < 0.6 * day.mean()
    assert np.corrcoef(night.sum(-1).ravel(), day.sum(-1).ravel())[0, 1] > 0.95
    assert cloudy.mean() > 1.3 * day.mean()
    assert (np.abs(cloudy - day).max(-1) < 3).mean() > 0.1


@pytest.mark.parametrize("layer", range(4))
def test_far_and_near_views_show_the_same(layer: int) -> None:
    # At 100 px: just far, and just near.
    place = (10.0, 46.0, 30.0, 0.0)
    far, near = painted(
        cameras([(*place, 615.0, 0, layer, NOON, 0, 0.0), (*place, 595.0, 0, layer, NOON, 0, 0.0)]),
        0,
        (100, 100),
    ).astype(float)
    assert np.abs(far - near).mean() < 14
    assert np.corrcoef(far.ravel(), near.ravel())[0, 1] > 0.75


@settings(deadline=None, max_examples=40)
@given(
    place=st.sampled_from(ODD_PLACES) | st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
    heading=st.floats(0, 360),
    tilt=st.floats(0, 60),
    width=st.floats(100, 20_000),
    projection=st.sampled_from([0, 1]),
    size=st.sampled_from([(1, 1), (7, 30), (33, 16), (64, 64)]),
)
def test_poles_and_the_date_line(
    place: tuple[float, float],
    heading: float,
    tilt: float,
    width: float,
    projection: int,
    size: tuple[int, int],
) -> None:
    view = cameras([(*place, heading, tilt, width, projection, 0, NOON, 7, 0.5)])
    assert np.array_equal(painted(view, 0, size), painted(view, 255, size))


def test_all_that_a_view_from_afar_reads_is_painted_for_it() -> None:
    def paint(box: NDArray[np.float64], image: NDArray[np.uint8], ink: NDArray[np.uint8]) -> None:
        image[:] = 200  # what was not painted is 0

    far = FarPicture(paint, np.zeros((2, 4), np.float32))
    picture = far.sizes._replace(places=far.sizes.places[:4])
    rows = [
        (*place, 70.0 * k, tilt, width, projection, 0, NOON, 0, 0)
        for k, place in enumerate([*ODD_PLACES, (12.0, 50.0), (-100.0, -40.0)])
        for tilt, width in ((0.0, 900.0), (60.0, 900.0), (50.0, 3000.0), (30.0, 15_000.0))
        for projection in (0, 1)
    ]
    partly = 0
    for frame in frames(cameras(rows)):
        for first in (0.35, 1.35):
            image = np.zeros((*SIZE_HW, 3), np.uint8)
            nodes, exact = lattice(frame, *SIZE_HW)
            seen = np.zeros((FINE, *TILES_HW), np.bool_)
            found = nodes, exact, worked_out(frame, exact, *SIZE_HW)
            tiles_seen(*found, *picture[1:], first, seen)
            picture.pixels[: picture.places[FINE, 0]] = 0
            for size, row, column in np.argwhere(seen).tolist():
                tall, wide = (side // 25 for side in picture.places[size, 1:].tolist())
                pixels = far.sizes.each()[size]
                pixels[row * tall : (row + 1) * tall, column * wide : (column + 1) * wide] = 200
            look_up(*found, *picture, first, image)
            assert set(np.unique(image).tolist()) <= {0, 200}
            middles = np.stack(np.meshgrid(*(np.arange(side) + 0.5 for side in SIZE_HW)), -1)
            for x, y in middles[::5, ::7].reshape(-1, 2)[:, ::-1].tolist():
                at = shown(frame, x / SIZE_HW[1] - 0.5, (0.5 * SIZE_HW[0] - y) / SIZE_HW[1])
                assert image[int(y), int(x), 0] == (0 if np.isnan(at[0]) else 200)
            partly += int(0 < seen.sum() < seen.size // 4)
    assert partly > len(rows) // 2
