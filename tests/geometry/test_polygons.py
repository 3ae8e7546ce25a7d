"""Polygons and rotated boxes against shapely, and the properties that hold for all of them."""

import math
import shutil

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import polygons as oracle
from torch import Tensor

from vgym.geometry.boxes import box_iou
from vgym.geometry.polygons import (
    points_in_polygon,
    polygon_area,
    polygon_intersection_area,
    polygon_iou,
    rotated_box_corners,
    rotated_box_iou,
)

DTYPES = [torch.float32, torch.float64]
SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]
wild = st.floats(allow_nan=False, allow_infinity=False, width=32)


def convex(n: int, vertices: int, seed: int, spread: float = 100.0) -> Tensor:
    """Vertices on ellipses in order of angle, `(n, vertices, 2)` float64."""
    generator = torch.Generator().manual_seed(seed)
    gaps = torch.rand(n, vertices, generator=generator, dtype=torch.float64) + 0.05
    angle = gaps.cumsum(1) / gaps.sum(1, keepdim=True) * (2 * torch.pi)
    radius = 60 * torch.rand(n, 1, 2, generator=generator, dtype=torch.float64) + 2
    centre = spread * torch.rand(n, 1, 2, generator=generator, dtype=torch.float64)
    return centre + radius * torch.stack((angle.cos(), angle.sin()), -1)


def stars(n: int, vertices: int, seed: int) -> Tensor:
    """Simple polygons with dents: as `convex`, every vertex at its own distance."""
    generator = torch.Generator().manual_seed(seed)
    shape = convex(n, vertices, seed)
    centre = shape.mean(1, keepdim=True)
    share = torch.rand(n, vertices, 1, generator=generator, dtype=torch.float64) * 0.8 + 0.2
    angles = torch.arange(vertices) * (2 * torch.pi / vertices)
    spokes = torch.stack((angles.cos(), angles.sin()), -1).double()
    return centre + 50 * share * spokes


def rotated_boxes(n: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    unit = torch.rand(n, 5, generator=generator, dtype=torch.float64)
    low = torch.tensor([0.0, 0.0, 0.5, 0.5, -7.0], dtype=torch.float64)
    high = torch.tensor([100.0, 100.0, 90.0, 90.0, 7.0], dtype=torch.float64)
    return low + unit * (high - low)


@pytest.mark.parametrize(("v", "w"), [(3, 3), (4, 4), (3, 7), (8, 4)])
def test_convex_polygons_against_shapely(v: int, w: int) -> None:
    a, b = convex(10_000, v, seed=v), convex(10_000, w, seed=100 + w)
    shared = torch.from_numpy(oracle.intersections(a.numpy(), b.numpy()))
    assert 0.3 < (shared > 0).double().mean() < 0.9
    torch.testing.assert_close(polygon_intersection_area(a, b), shared, rtol=0, atol=1e-9)
    torch.testing.assert_close(polygon_area(a), torch.from_numpy(oracle.areas(a.numpy())))
    iou = torch.from_numpy(oracle.ious(a.numpy(), b.numpy()))
    torch.testing.assert_close(polygon_iou(a, b), iou, rtol=0, atol=1e-12)
    single = polygon_iou(a.float(), b.float()).double()
    torch.testing.assert_close(single, iou, rtol=0, atol=2e-5)


def test_polygons_with_dents_against_shapely() -> None:
    a, b = stars(3000, 7, seed=1), stars(3000, 6, seed=2)
    iou = torch.from_numpy(oracle.ious(a.numpy(), b.numpy()))
    torch.testing.assert_close(polygon_iou(a, b), iou, rtol=0, atol=1e-12)
    torch.testing.assert_close(polygon_area(a), torch.from_numpy(oracle.areas(a.numpy())))


def test_rotated_boxes_against_shapely() -> None:
    a, b = rotated_boxes(10_000, seed=3), rotated_boxes(10_000, seed=4)
    corners_a, corners_b = rotated_box_corners(a), rotated_box_corners(b)
    for row in range(50):
        expected = torch.tensor(oracle.corners(*a[row].tolist()), dtype=torch.float64)
        found = corners_a[row]
        # shapely starts elsewhere: each corner has its partner.
        assert torch.cdist(found, expected).amin(1).max() < 1e-9
    iou = torch.from_numpy(oracle.ious(corners_a.numpy(), corners_b.numpy()))
    torch.testing.assert_close(rotated_box_iou(a, b), iou, rtol=0, atol=1e-12)
    torch.testing.assert_close(polygon_iou(corners_a, corners_b), iou, rtol=0, atol=1e-12)
    single = rotated_box_iou(a.float(), b.float()).double()
    torch.testing.assert_close(single, iou, rtol=0, atol=2e-5)


def test_corners_turn_clockwise_on_screen() -> None:
    quarter = torch.tensor([0.0, 0.0, 4.0, 2.0, torch.pi / 2])
    # The top left corner goes to the top right: y points down.
    expected = torch.tensor([[1.0, -2.0], [1.0, 2.0], [-1.0, 2.0], [-1.0, -2.0]])
    torch.testing.assert_close(rotated_box_corners(quarter), expected)


def test_unturned_boxes_are_boxes() -> None:
    generator = torch.Generator().manual_seed(5)
    cxcywh = torch.rand(1000, 2, 4, generator=generator, dtype=torch.float64) * 50
    turned = torch.cat((cxcywh, torch.zeros(1000, 2, 1, dtype=torch.float64)), -1)
    xyxy = torch.cat(
        (cxcywh[..., :2] - cxcywh[..., 2:] / 2, cxcywh[..., :2] + cxcywh[..., 2:] / 2), -1
    )
    expected = box_iou(xyxy[:, 0], xyxy[:, 1])
    torch.testing.assert_close(rotated_box_iou(turned[:, 0], turned[:, 1]), expected)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [1e-6, 1.0, 333.3, 1e6])
def test_identical_is_exactly_one(scale: float, dtype: torch.dtype) -> None:
    polygons = (convex(2000, 5, seed=6) * scale).to(dtype)
    assert (polygon_iou(polygons, polygons) == 1).all()
    assert torch.equal(polygon_intersection_area(polygons, polygons), polygon_area(polygons))
    boxes = rotated_boxes(2000, seed=7)
    boxes[:, :4] *= scale
    boxes = boxes.to(dtype)
    assert (rotated_box_iou(boxes, boxes) == 1).all()
    corners = rotated_box_corners(boxes)
    assert (polygon_iou(corners, corners) == 1).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_almost_identical_is_almost_one(dtype: torch.dtype) -> None:
    """Where clipping edge by edge counts a shared edge twice or never."""
    boxes = rotated_boxes(5000, seed=8).to(dtype)
    boxes[:, 2:4] += 5  # thinner ones really differ when their angle moves by a rounding error
    tiny = 4 * torch.finfo(dtype).eps
    generator = torch.Generator().manual_seed(9)
    noise = 1 + tiny * (torch.rand(5000, 5, generator=generator, dtype=dtype) - 0.5)
    tolerance = 2000 * torch.finfo(dtype).eps
    assert (rotated_box_iou(boxes, boxes * noise) > 1 - tolerance).all()
    corners = rotated_box_corners(boxes)
    assert (polygon_iou(corners, corners * noise[:, :4, None]) > 1 - tolerance).all()
    # The same outline from another vertex, and the other way round.
    assert (polygon_iou(corners, corners.roll(1, 1)) > 1 - tolerance).all()
    assert (polygon_iou(corners, corners.flip(1)) > 1 - tolerance).all()
    half_turn = boxes + torch.tensor([0.0, 0.0, 0.0, 0.0, torch.pi], dtype=dtype)
    assert (rotated_box_iou(boxes, half_turn) > 1 - tolerance).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shift", [0.0, 1e6])
@pytest.mark.parametrize("scale", [2.0**-20, 1.0, 2.0**20])
@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (SQUARE, 16.0),
        ([[4.0, 0.0], [8.0, 0.0], [8.0, 4.0], [4.0, 4.0]], 0.0),  # touching along a side
        ([[4.0, 4.0], [8.0, 4.0], [8.0, 8.0], [4.0, 8.0]], 0.0),  # touching at a corner
        ([[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0]], 4.0),  # contained
        ([[0.0, 0.0], [2.0, 0.0], [2.0, 4.0], [0.0, 4.0]], 8.0),  # contained, sides shared
        ([[-9.0, -9.0], [9.0, -9.0], [9.0, 9.0], [-9.0, 9.0]], 16.0),  # containing
        ([[2.0, 2.0], [2.0, 2.0], [2.0, 2.0], [2.0, 2.0]], 0.0),  # a point
        ([[0.0, 0.0], [4.0, 4.0], [4.0, 4.0], [0.0, 0.0]], 0.0),  # a line
        ([[0.0, 4.0], [4.0, 4.0], [4.0, 0.0], [0.0, 0.0]], 16.0),  # the other way round
        ([[0.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 4.0]], 8.0),  # a triangle in four
        ([[-1.0, 1.0], [5.0, 1.0], [5.0, 1.0625], [-1.0, 1.0625]], 0.25),  # a sliver
        ([[1e5, 0.0], [1e5 + 4, 0.0], [1e5 + 4, 4.0], [1e5, 4.0]], 0.0),  # far away
        ([[0.0, 1e5], [4.0, 1e5], [4.0, 1e5 + 4], [0.0, 1e5 + 4]], 0.0),  # far below
        ([[2.0, -2.0], [6.0, 2.0], [2.0, 6.0], [-2.0, 2.0]], 16.0),  # corners on sides
    ],
)
def test_degenerate_pairs_are_exact(
    other: list[list[float]], shared: float, scale: float, shift: float, dtype: torch.dtype
) -> None:
    # At a million, float32 has sixteenths of a pixel: only a smaller shift leaves a small polygon.
    if dtype == torch.float32 and scale < 1:
        shift *= scale
    a = torch.tensor(SQUARE, dtype=dtype) * scale + shift
    b = torch.tensor(other, dtype=dtype) * scale + shift
    expected = pytest.approx(shared * scale**2, rel=1e-5, abs=0)
    assert polygon_intersection_area(a, b).item() == expected
    assert polygon_intersection_area(b, a).item() == expected


def test_slivers_against_shapely() -> None:
    boxes = rotated_boxes(4000, seed=10)
    boxes[:, 3] = 1e-3
    others = rotated_boxes(4000, seed=11)
    a, b = rotated_box_corners(boxes), rotated_box_corners(others)
    shared = torch.from_numpy(oracle.intersections(a.numpy(), b.numpy()))
    torch.testing.assert_close(polygon_intersection_area(a, b), shared, rtol=0, atol=1e-10)
    iou = torch.from_numpy(oracle.ious(a.numpy(), b.numpy()))
    torch.testing.assert_close(rotated_box_iou(boxes, others), iou, rtol=0, atol=1e-12)


def test_padding_never_matters() -> None:
    a, b = convex(500, 5, seed=12), convex(500, 4, seed=13)
    expected = polygon_iou(a, b)
    repeated = torch.cat((a, a[:, -1:].expand(-1, 3, -1)), 1)
    torch.testing.assert_close(polygon_iou(repeated, b), expected)
    torch.testing.assert_close(polygon_area(repeated), polygon_area(a))
    garbage = torch.cat((a, torch.full((500, 3, 2), math.nan, dtype=a.dtype)), 1)
    five = torch.full((500,), 5)
    torch.testing.assert_close(polygon_iou(garbage, b, count_a=five), expected)
    torch.testing.assert_close(polygon_iou(b, garbage, count_b=five), expected)
    torch.testing.assert_close(polygon_area(garbage, five), polygon_area(a))
    centre = a.mean(1)
    assert points_in_polygon(centre, garbage, count=five).all()
    for few in (0, 1, 2):
        assert (polygon_iou(a, b, count_a=torch.tensor(few)) == 0).all()


def test_broadcasts_over_leading_axes() -> None:
    a, b = convex(6, 4, seed=14), convex(5, 3, seed=15)
    table = polygon_iou(a[:, None], b[None])
    assert table.shape == (6, 5)
    torch.testing.assert_close(table[2, 3], polygon_iou(a[2], b[3]))
    c, d = rotated_boxes(6, seed=16), rotated_boxes(5, seed=17)
    table = rotated_box_iou(c[:, None], d[None])
    torch.testing.assert_close(table[2, 3], rotated_box_iou(c[2], d[3]))
    assert polygon_iou(a[:0], b[:1]).shape == (0,)
    whole = torch.tensor(SQUARE).long()
    assert polygon_iou(whole, whole + 2).item() == pytest.approx(4 / 28)


def test_invariances() -> None:
    a, b = convex(2000, 4, seed=18), convex(2000, 5, seed=19)
    iou = polygon_iou(a, b)

    def same(x: Tensor, y: Tensor) -> None:
        torch.testing.assert_close(polygon_iou(x, y), iou, rtol=0, atol=1e-9)

    same(a.roll(2, 1), b.flip(1))
    same(a + 1234.5, b + 1234.5)
    same(a * 1e-6, b * 1e-6)
    same(a * 1e6, b * 1e6)
    cos, sin = math.cos(0.7), math.sin(0.7)
    turn = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
    same(a @ turn, b @ turn)
    torch.testing.assert_close(polygon_iou(b, a), iou, rtol=0, atol=1e-12)
    c, d = rotated_boxes(2000, seed=20), rotated_boxes(2000, seed=21)
    torch.testing.assert_close(rotated_box_iou(c, d), rotated_box_iou(d, c), rtol=0, atol=1e-12)
    order = torch.randperm(2000, generator=torch.Generator().manual_seed(22))
    assert torch.equal(polygon_iou(a[order], b[order]), iou[order])


@settings(deadline=None, max_examples=200)
@given(st.lists(wild, min_size=8, max_size=8), st.lists(wild, min_size=8, max_size=8))
@example([0.0] * 8, [0.0] * 8)
@example([3e38, -3e38] * 4, [-3e38, 3e38] * 4)
@example([0, 0, 1e-38, 3e38, 2e-38, 3e38, 3e-38, 0], [0, 1e-38, 3e38, 0, 3e38, 1, 0, 2e-38])
@pytest.mark.parametrize("dtype", DTYPES)
def test_finite_and_in_range_for_all_finite_numbers(
    dtype: torch.dtype, a: list[float], b: list[float]
) -> None:
    one, other = (torch.tensor(numbers, dtype=dtype) for numbers in (a, b))
    assert 0 <= polygon_iou(one.view(4, 2), other.view(4, 2)).item() <= 1
    assert 0 <= polygon_iou(one.view(4, 2), other[:6].view(3, 2)).item() <= 1
    assert 0 <= rotated_box_iou(one[:5], other[:5]).item() <= 1
    assert polygon_area(one.view(4, 2)).isfinite()
    assert rotated_box_corners(one[:5]).nan_to_num(0.0).shape == (4, 2)


@pytest.mark.parametrize("dtype", DTYPES)
def test_nan_stays_nan_in_its_own_place(dtype: torch.dtype) -> None:
    a, b = convex(9, 4, seed=23).to(dtype), convex(9, 4, seed=24).to(dtype)
    a[4, 2, 1] = math.nan
    assert polygon_iou(a, b).isnan().nonzero().tolist() == [[4]]
    assert polygon_iou(b, a).isnan().nonzero().tolist() == [[4]]
    for place in range(5):
        c = rotated_boxes(9, seed=25).to(dtype)
        d = rotated_boxes(9, seed=26).to(dtype)
        c[4, place] = math.nan
        assert rotated_box_iou(c, d).isnan().nonzero().tolist() == [[4]]
        assert rotated_box_iou(d, c).isnan().nonzero().tolist() == [[4]]
    assert not points_in_polygon(torch.tensor([math.nan, 1.0]), torch.tensor(SQUARE))


def test_gradients_are_right_where_smooth() -> None:
    # Generic position: no vertex of one is near an edge of the other.
    a, b = convex(20, 4, seed=27, spread=20.0), convex(20, 5, seed=28, spread=20.0)
    assert torch.autograd.gradcheck(polygon_iou, (a.requires_grad_(), b.requires_grad_()))
    assert torch.autograd.gradcheck(polygon_area, (a,))
    c, d = rotated_boxes(20, seed=29), rotated_boxes(20, seed=30)
    c[:, :2] *= 0.2
    d[:, :2] *= 0.2
    assert torch.autograd.gradcheck(rotated_box_iou, (c.requires_grad_(), d.requires_grad_()))


@pytest.mark.parametrize("dtype", DTYPES)
def test_gradients_are_finite_at_kinks(dtype: torch.dtype) -> None:
    square = torch.tensor(SQUARE, dtype=dtype)
    others = [square, square + 4, square * 0 + 2, square.flip(0), square * 1e-6, square * 1e6]
    for other in others:
        a, b = square.clone().requires_grad_(), other.clone().requires_grad_()
        polygon_iou(a, b).backward()
        assert a.grad is not None and a.grad.isfinite().all()
        assert b.grad is not None and b.grad.isfinite().all()
    box = torch.tensor([1.0, 1.0, 2.0, 2.0, 0.0], dtype=dtype)
    for other in (box, box * 0, box + 5, box * 1e6, box * torch.tensor([1, 1, 0, 1, 1])):
        a, b = box.clone().requires_grad_(), other.to(dtype).clone().requires_grad_()
        rotated_box_iou(a, b).backward()
        assert a.grad is not None and a.grad.isfinite().all()
        assert b.grad is not None and b.grad.isfinite().all()


def test_points_in_polygons_against_shapely() -> None:
    generator = torch.Generator().manual_seed(31)
    # Whole numbers, so that many points lie on edges and vertices, exactly.
    quads = torch.randint(0, 9, (3000, 4, 2), generator=generator).double()
    angle = torch.atan2(*(quads - quads.mean(1, keepdim=True)).flip(-1).unbind(-1))
    quads = quads.gather(1, angle.argsort(1)[..., None].expand(-1, -1, 2))
    quads = quads[polygon_area(quads) > 0]
    xy = torch.randint(0, 9, (len(quads), 2), generator=generator).double()
    seen = {"inside": 0, "edge": 0, "outside": 0}
    for boundary in ("inclusive", "strict"):
        found = points_in_polygon(xy, quads, boundary).tolist()
        for point, quad, inside in zip(xy.tolist(), quads.tolist(), found, strict=True):
            where = oracle.position(point, quad)
            seen[where] += 1
            expected = where == "inside" or (where == "edge" and boundary == "inclusive")
            assert inside is expected, (point, quad, where)
    assert min(seen.values()) > 200


def test_half_open_polygons_tile_without_overlap() -> None:
    generator = torch.Generator().manual_seed(32)
    corners = torch.tensor(SQUARE)
    hub = torch.tensor([1.3, 2.1])
    fan = torch.stack([torch.stack((corners[i], corners[(i + 1) % 4], hub)) for i in range(4)])
    grid = torch.cartesian_prod(torch.arange(0, 4, 0.25), torch.arange(0, 4, 0.25))
    along = torch.rand(2000, 1, generator=generator)
    spokes = corners[torch.arange(2000) % 4] * along + hub * (1 - along)
    for xy in (grid, spokes, hub[None]):
        inside = points_in_polygon(xy[:, None], fan, "half-open")
        expected = points_in_polygon(xy, corners, "half-open")
        assert torch.equal(inside.sum(1), expected.long())
    assert points_in_polygon(corners, corners, "half-open").tolist() == [True, False, False, False]


def test_unknown_boundary() -> None:
    with pytest.raises(ValueError, match="unknown boundary 'open'; use 'inclusive'"):
        points_in_polygon(torch.zeros(2), torch.tensor(SQUARE), "open")


def test_compiling_needs_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    square = torch.tensor(SQUARE)
    with pytest.raises(RuntimeError, match=r"needs a C\+\+ compiler"):
        polygon_iou(square, square, compile=True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler")
@pytest.mark.filterwarnings("ignore")  # what the compiler itself warns of is not ours
def test_compiled_is_eager() -> None:
    a, b = convex(3000, 4, seed=33).float(), convex(3000, 4, seed=34).float()
    torch.testing.assert_close(
        polygon_iou(a, b, compile=True), polygon_iou(a, b), rtol=0, atol=2e-6
    )
    assert (polygon_iou(a, a, compile=True) == 1).all()
