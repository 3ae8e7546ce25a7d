"""Every public kernel takes every real type, and reckons in float32 or better.

The kernels are discovered: one that is new has no row in `CALLS` and fails here until it has.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor

import vgym.geometry
from vgym.geometry.arithmetic import as_real, as_whole
from vgym.geometry.boxes import box_area, box_centre, box_clip, box_convert, box_giou, box_iou
from vgym.geometry.conventions import Convention
from vgym.geometry.crops import crop_view
from vgym.geometry.gaussians import gaussian_point
from vgym.geometry.intervals import interval_iou
from vgym.geometry.matching import match
from vgym.geometry.paths import dtw, path_length
from vgym.geometry.points import point_distance
from vgym.geometry.polygons import polygon_area, polygon_iou
from vgym.geometry.poses import wrap_angle

HALVES = [torch.float16, torch.bfloat16]
WHOLE = [torch.uint8, torch.int8, torch.int16, torch.uint16, torch.int32, torch.uint32, torch.int64]
REALS = [torch.bool, *WHOLE, *HALVES, torch.float32, torch.float64]


def reals(*rows: Any) -> Tensor:
    return torch.tensor(rows if len(rows) > 1 else rows[0], dtype=torch.float32)


# Whole numbers that every type holds. Numbers to reckon with are floating here, and take the type
# that is tried; masks are bool and cells are whole, and stay so.
A, B = reals([1, 2, 5, 9], [0, 0, 100, 120]), reals([2, 2, 6, 9], [20, 10, 120, 100])
XY, OTHER_XY = reals([3, 4], [50, 7]), reals([7, 1], [60, 100])
PATH, OTHER_PATH = reals([0, 0], [3, 4], [9, 4]), reals([1, 0], [3, 5], [8, 4])
SQUARE, TRIANGLE = reals([0, 0], [8, 0], [8, 8], [0, 8]), reals([2, 1], [20, 3], [5, 14])
TURNED, OTHER_TURNED = reals([10, 10, 8, 4, 1]), reals([11, 9, 6, 6, 2])
POSE, OTHER_POSE = reals([1, 2, 1]), reals([4, 7, 3])
PARIS, BERLIN = reals([2, 48]), reals([13, 52])
TRUE2 = torch.ones(2, dtype=torch.bool)
WALLS = torch.tensor([[False, True, False], [False, False, False]])
CELL = torch.tensor([46, 3])
COUNT = torch.tensor(3)
SIZE = (80, 120)

Call = tuple[Any, ...]
CALLS: dict[str, Call | dict[str, Any] | list[Call]] = {
    "boxes.box_area": (A,),
    "boxes.box_centre": (A,),
    "boxes.box_iou": (A, B),
    "boxes.box_giou": (A, B),
    "boxes.box_diou": (A, B),
    "boxes.box_ciou": (A, B),
    "boxes.box_iou_variant": [(A, B, rule) for rule in ("continuous", "half-inclusive")]
    + [(A, B, "inclusive")],
    "boxes.box_convert": [
        (A, source, target)
        for source in ("xyxy", "yxyx", "xywh", "cxcywh")
        for target in ("xyxy", "yxyx", "xywh", "cxcywh")
    ],
    "boxes.box_clip": [(A, SIZE), (A, reals([8, 80]))],
    "boxes.box_sort": (reals([9, 2, 5, 1]),),
    "cells.cell_of": (PARIS, 4),
    "cells.centre": (CELL, 4),
    "cells.corners": (CELL, 4),
    "cells.parent": (CELL,),
    "cells.children": (CELL,),
    "cells.neighbours": (CELL, 3),
    "cells.unique_id": (CELL, 3),
    "cells.split_unique_id": (CELL,),
    "conventions.Convention.to_pixels": [
        (Convention(frame, order), A, SIZE, "box")
        for frame in ("pixels", "fraction", "0-1000")
        for order in ("xyxy", "yxyx", "xywh", "cxcywh")
    ]
    + [(Convention("0-1000", "yx"), XY, reals([100, 120]), "point")],
    "conventions.Convention.from_pixels": [
        (Convention("0-1000", "cxcywh"), A, SIZE, "box"),
        (Convention("fraction", "yx"), XY, SIZE, "point"),
    ],
    "conventions.read_in_all": (
        *(A.reshape(1, -1, 4), reals([[80, 120]]), "box"),
        (Convention("0-1000", "cxcywh"), Convention("fraction")),
    ),
    "crops.crop_resize": [
        (torch.arange(24, dtype=torch.uint8).reshape(1, 2, 4, 3), reals([[0, 0, 3, 2]]), (3, 4), on)
        for on in (False, True)
    ],
    "crops.crop_view": (A, SIZE),
    "crops.compose_views": (reals([2, 3, 4, 5]), reals([3, 1, 0, 9])),
    "crops.to_child_xy": (XY, reals([2, 3, 4, 5])),
    "crops.to_parent_xy": (XY, reals([2, 3, 4, 5])),
    "gaussians.gaussian_point": (XY, A),
    "gaussians.bhattacharyya": (A, B),
    "gaussians.hellinger": (A, B),
    "gaussians.prob_iou": (A, B),
    "gaussians.wasserstein2": (A, B),
    "gaussians.nwd": (A, B, 12.0),
    "gaussians.kl_divergence": (A, B),
    "gradients.root": (reals([0, 2, 9]),),
    "gradients.atan2": (reals([0, 2]), reals([0, 3])),
    "grids.geodesic_field": (WALLS, ~WALLS, 0.5),
    "grids.field_with_torch": (WALLS[None], ~WALLS[None], 0.5),
    "grids.line_of_sight": (WALLS, torch.tensor([0, 0]), torch.tensor([1, 1])),
    "intervals.interval_iou": (reals([2, 60]), reals([4, 99])),
    "intervals.tube_iou": (A, TRUE2, B, TRUE2),
    "region_sets.area_to_truth": (reals([3, 5, 1]), reals([10, 20, 40]), COUNT == reals([3, 5, 3])),
    "region_sets.area_of_cells": (reals([n % 7 for n in range(12)]), PARIS, 0),
    "region_sets.log_area_share": (reals([1, 60, 100]),),
    "utm.lonlat_of_utm": (reals([100, 50]), 31),
    "matching.match": (reals([[[3, 9], [1, 4]]]), TRUE2[None], TRUE2[None]),
    "paths.path_length": [(PATH,), (PATH, COUNT)],
    "paths.dtw": [(PATH, OTHER_PATH), (PATH, OTHER_PATH, COUNT, COUNT)],
    "paths.ndtw": (PATH, OTHER_PATH),
    "paths.sdtw": (PATH, OTHER_PATH, torch.tensor(True)),
    "paths.cls_score": (PATH, OTHER_PATH),
    "paths.discrete_frechet": (PATH, OTHER_PATH),
    "paths.hausdorff": (PATH, OTHER_PATH),
    "paths.resample": (PATH, 5),
    "points.point_in_box": [(XY, A, rule) for rule in ("inclusive", "half-open", "strict")],
    "points.point_distance": (XY, OTHER_XY),
    "points.pairwise_distance": (XY, OTHER_XY),
    "points.collinear": (PATH,),
    "points.box_around": (XY, 3.0),
    "points.voting_grid": (A, SIZE),
    "points.consensus_box": (reals([1, 2, 0, 2], [0, 2, 0, 1]),),
    "polygons.polygon_area": [(SQUARE,), (SQUARE, COUNT)],
    "polygons.polygon_intersection_area": (SQUARE, TRIANGLE),
    "polygons.polygon_iou": [(SQUARE, TRIANGLE), (SQUARE, TRIANGLE, COUNT, COUNT)],
    "polygons.rotated_box_corners": (TURNED,),
    "polygons.rotated_box_iou": (TURNED, OTHER_TURNED),
    "polygons.points_in_polygon": [
        (XY, TRIANGLE, rule, COUNT) for rule in ("inclusive", "half-open", "strict")
    ],
    "poses.wrap_angle": (reals([0, 7, 100]),),
    "poses.pose_compose": (POSE, OTHER_POSE),
    "poses.pose_inverse": (POSE,),
    "poses.pose_relative": (POSE, OTHER_POSE),
    "poses.pose_transform_points": (POSE, XY),
    "rays.cast_segments": (reals([1, 2]), reals([0, 1]), reals([[5, 0, 5, 9]])),
    "rays.cast_grid": (reals([1, 1]), reals([0, 1]), WALLS, 1.0),
    "sphere.great_circle_distance": (PARIS, BERLIN),
    "sphere.geodesic_distance_wgs84": (PARIS, BERLIN),
    "sphere.bearing": (PARIS, BERLIN),
    "sphere.destination": (PARIS, reals(90), reals(120)),
    "sphere.mean_lonlat": (torch.stack((PARIS, BERLIN)), reals([1, 2])),
    "sphere.wrap_longitude": (reals([0, 120]),),
    "sphere.normalise_lonlat": (PARIS,),
    "sphere.cap_area": (reals([0, 100]),),
    "sphere.polygon_area": (reals([0, 0], [90, 0], [0, 90]),),
    "sphere.polygon_contains": (reals([0, 0], [90, 0], [0, 90]), reals([30, 30])),
}
# What reckons in one type whatever it is given, and says so: on the Earth, and bit for bit.
ALWAYS = {
    "sphere": torch.float64,
    "cells": torch.float64,
    "region_sets": torch.float64,
    "utm": torch.float64,
    "rays": torch.float32,
    "points.consensus_box": torch.float32,
}
# Not kernels: no tensor goes in, or what goes in is made by the kernel beside it.
NOT_KERNELS = {
    "arithmetic.as_real",
    "arithmetic.as_whole",
    "cells.area_km2",
    "cells.farthest_corner",
    "conventions.Convention.parse",
    "conventions.convention_alternatives",
    "crops.check_crops",
    "crops.start_and_side",
    "fusing.fused",
    "grids.check_cell_size",
    "rays.grid_with_torch",
    "rays.segments_with_torch",
}


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions of this floor, and methods of its classes, by module and name."""
    for found in pkgutil.iter_modules(vgym.geometry.__path__):
        module = importlib.import_module(f"vgym.geometry.{found.name}")
        if found.name.endswith("_numba"):
            continue
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(thing):
                yield f"{found.name}.{name}", thing
            elif inspect.isclass(thing) and not issubclass(thing, tuple):
                for method, value in vars(thing).items():
                    if not method.startswith("_") and callable(getattr(thing, method)):
                        if isinstance(value, classmethod) or inspect.isfunction(value):
                            yield f"{found.name}.{name}.{method}", getattr(thing, method)


PUBLIC = dict(public())
KERNELS = sorted(PUBLIC.keys() - NOT_KERNELS)


def test_every_kernel_has_a_row() -> None:
    assert set(KERNELS) == CALLS.keys(), "give a new kernel its row in CALLS"
    assert NOT_KERNELS <= PUBLIC.keys()


def calls(name: str) -> list[Call]:
    rows = CALLS[name]
    return rows if isinstance(rows, list) else [rows]


def typed(call: Call, dtype: torch.dtype, through: torch.dtype | None = None) -> Call:
    """The call with its real numbers in a type, having gone through another."""
    return tuple(
        (each.to(through) if through else each).to(dtype)
        if isinstance(each, Tensor) and each.dtype == torch.float32
        else each
        for each in call
    )


def flat(result: Any) -> list[Tensor]:
    return list(result) if isinstance(result, tuple) else [result]


@pytest.mark.parametrize("name", KERNELS)
def test_what_a_type_holds_is_reckoned_with_in_float32_or_better(name: str) -> None:
    for dtype, call in product(REALS, calls(name)):
        wide = torch.float64 if dtype == torch.float64 else torch.float32
        expected = flat(PUBLIC[name](*typed(call, wide, through=dtype)))
        found = flat(PUBLIC[name](*typed(call, dtype)))
        for one, other in zip(found, expected, strict=True):
            torch.testing.assert_close(
                *(one, other),
                rtol=0,
                atol=0,
                equal_nan=True,
                msg=lambda said, dtype=dtype: f"{dtype}: {said}",
            )
            if one.is_floating_point() and not name.startswith("grids."):
                kind = ALWAYS.get(name, ALWAYS.get(name.partition(".")[0], wide))
                assert one.dtype == kind, dtype


@pytest.mark.parametrize("name", KERNELS)
def test_types_beside_each_other(name: str) -> None:
    """The first tensor float64 and the others halves: all of it is float64."""
    for call in calls(name):
        first = next((k for k, each in enumerate(call) if isinstance(each, Tensor)), None)
        if first is None or call[first].dtype != torch.float32:
            continue
        mixed = typed(call, torch.bfloat16)
        mixed = (*mixed[:first], call[first].double(), *mixed[first + 1 :])
        expected = flat(PUBLIC[name](*typed(call, torch.float64)))
        for one, other in zip(flat(PUBLIC[name](*mixed)), expected, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("dtype", HALVES, ids=str)
@pytest.mark.parametrize("name", KERNELS)
def test_gradients_reach_halves(name: str, dtype: torch.dtype) -> None:
    for call in calls(name):
        slopes = []
        for kind in (torch.float32, dtype):
            given = [
                each.clone().to(kind).requires_grad_()
                if isinstance(each, Tensor) and each.dtype == torch.float32
                else each
                for each in call
            ]
            made = [one for one in flat(PUBLIC[name](*given)) if one.requires_grad]
            if not made:
                break
            torch.stack([one.sum() for one in made]).sum().backward()
            tensors = (each for each in given if isinstance(each, Tensor) and each.requires_grad)
            slopes.append([each.grad for each in tensors])
        for one, other in zip(*slopes, strict=True) if len(slopes) == 2 else ():
            if one is not None:
                assert other is not None and other.dtype == dtype
                torch.testing.assert_close(other.float(), one.to(dtype).float())


@pytest.mark.parametrize("dtype", WHOLE, ids=str)
@pytest.mark.parametrize("name", [name for name in KERNELS if name.startswith(("cells.", "grids"))])
def test_cells_of_any_width(name: str, dtype: torch.dtype) -> None:
    for call in calls(name):
        narrow = tuple(
            each.to(dtype) if isinstance(each, Tensor) and each.dtype == torch.int64 else each
            for each in call
        )
        for one, other in zip(flat(PUBLIC[name](*narrow)), flat(PUBLIC[name](*call)), strict=True):
            assert torch.equal(one, other) and one.dtype == other.dtype


def test_right_values() -> None:
    """What the arithmetic of the type itself gets wrong."""
    byte = torch.tensor([0, 0, 200, 200], dtype=torch.uint8)
    assert box_area(byte) == 40_000, "200 * 200 wraps in a byte"
    assert box_iou(byte, torch.tensor([0, 0, 200, 100], dtype=torch.uint8)) == 0.5
    assert box_convert(byte.flip(0), "xyxy", "xywh").tolist() == [200, 200, -200, -200]
    assert box_centre(torch.tensor([1, 1, 2, 2])).tolist() == [1.5, 1.5]
    assert box_clip(torch.tensor([-5, 2, 300, 9]), (8, 20)).tolist() == [0, 2, 20, 8]
    wide = torch.tensor([0.0, 0.0, 1280.0, 800.0], dtype=torch.float16)
    assert box_area(wide) == 1_024_000, "beyond the largest half"
    assert box_giou(wide, wide) == 1
    tenth = torch.tensor([0.0, 0.0, 9.0, 10.0], dtype=torch.bfloat16)
    whole = torch.tensor([0.0, 0.0, 10.0, 10.0], dtype=torch.bfloat16)
    assert box_iou(tenth, whole).item() == pytest.approx(0.9, abs=1e-7)
    assert gaussian_point(torch.tensor([4, 1]), torch.tensor([0, 0, 4, 2])).item() == pytest.approx(
        0.6065, abs=1e-4
    )
    assert point_distance(byte[:2], torch.tensor([3, 4], dtype=torch.uint8)) == 5
    assert interval_iou(torch.tensor([2, 6]), torch.tensor([4, 8])).item() == pytest.approx(1 / 3)
    assert path_length(torch.tensor([[250, 0], [0, 0]], dtype=torch.uint8)) == 250
    assert dtw(torch.tensor([[0], [1], [3]]), torch.tensor([[0], [3]])) == 1
    assert polygon_area(torch.tensor([[0, 0], [200, 0], [0, 200]], dtype=torch.uint8)) == 20_000
    assert wrap_angle(torch.tensor(7)).item() == pytest.approx(7 - 2 * torch.pi, abs=1e-6)
    assert crop_view(torch.tensor([10, 20, 30, 30]), (30, 30)).tolist() == [1.5, 3, -15, -60]


def test_conventions_of_bytes() -> None:
    half = torch.tensor([500, 250], dtype=torch.int16)
    assert Convention("0-1000", "yx").to_pixels(half, (100, 400), "point").tolist() == [100, 50]
    byte = torch.tensor([128, 64, 192, 96], dtype=torch.uint8)
    assert Convention("0-1000").to_pixels(byte, (500, 1000), "box").tolist() == [128, 32, 192, 48]
    assert Convention("fraction").from_pixels(byte, (128, 256), "box").tolist() == [
        0.5,
        0.5,
        0.75,
        0.75,
    ]


def test_large_whole_costs_are_told_apart() -> None:
    present = torch.ones(1, 2, dtype=torch.bool)
    cost = torch.tensor([[[2**40 + 1, 2**40], [2**40, 2**40 + 2]]])
    assert match(cost, present, present).tolist() == [[1, 0]]


def test_counts_of_bytes_may_be_zero() -> None:
    square = SQUARE.expand(2, 4, 2)
    count = torch.tensor([0, 4], dtype=torch.uint8)
    assert polygon_area(square, count).tolist() == [0, 64]
    assert polygon_iou(square, square, count, count).tolist() == [0, 1]
    assert path_length(PATH.expand(2, 3, 2), torch.tensor([0, 2], dtype=torch.uint8)).tolist() == [
        0,
        5,
    ]


def test_real_tensors_are_handed_on_themselves() -> None:
    one, other = torch.zeros(3), torch.ones(3, dtype=torch.float64)
    assert as_real(one) is one and as_real(other) is other
    assert as_real(one, one)[1] is one
    assert as_real(one, other)[0].dtype == torch.float64
    for pair in ((torch.zeros(1, dtype=torch.complex64), one), (one, one + 1j)):
        with pytest.raises(ValueError, match=r"complex numbers .* give their \.real part"):
            as_real(*pair)
        assert as_real(*(each.real for each in pair))[0].dtype == torch.float32


def test_cells_that_are_not_whole_are_refused() -> None:
    cells = torch.tensor([1.5, 2.0])
    with pytest.raises(ValueError, match=r"cell is torch\.float32 \(2,\); .*\.floor\(\)\.long\(\)"):
        as_whole("cell", cells)
    assert as_whole("cell", cells.floor().long()).tolist() == [1, 2]
