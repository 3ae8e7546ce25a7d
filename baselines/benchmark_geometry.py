"""Geometry kernels against what a user would call instead: one process, one thread, in turns.

What is reported is the median rate over the turns with its quartiles, and the ratio of ours to each
rival's. Slow rivals run on a share of the items; their rate is what counts. Losses are printed like
wins. For kernels bound by memory, the bytes they must move are set against a measured copy.

    python -m vgym.baselines.benchmark_geometry
    python -m vgym.baselines.benchmark_geometry --only iou dtw --repeats 9 --json
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import Progress

from vgym.baselines.measuring import commit, one_thread
from vgym.core.opencv import cv2
from vgym.evaluation.machine import machine, versions
from vgym.geometry import boxes, gaussians, grids, matching, paths, polygons, rays, sphere
from vgym.geometry.fusing import fused
from vgym.number_options import count

RESULTS = Path(__file__).parent / "results"


@dataclass
class Contest:
    """One kernel and its rivals.

    Attributes:
        name: of the kernel.
        unit: what is counted.
        ours: variants by name: how many items a call handles, and the call.
        rivals: likewise.
        targets: the least ratio of the first variant that is aimed at, by rival.
        bytes_per_item: what must be read and written, for kernels bound by memory.
    """

    name: str
    unit: str
    ours: dict[str, tuple[int, Callable[[], Any]]]
    rivals: dict[str, tuple[int, Callable[[], Any]]]
    targets: dict[str, float] = field(default_factory=dict)
    bytes_per_item: int = 0


def contests(device: str) -> Iterator[Contest]:
    """All contests; making one draws its data, so that few are in memory at once."""
    yield _boxes("iou", boxes.box_iou, _numpy_iou, device)
    yield _boxes("giou", boxes.box_giou, _numpy_giou, device)
    yield _gaussian(device)
    yield _rotated(device)
    yield _polygons(device)
    yield _great_circle(device)
    yield _geodesic(device)
    yield _matching(device)
    yield _dtw(device)
    yield _field(device)
    yield _rays(device)


def measure(contest: Contest, repeats: int, device: str) -> dict[str, Any]:
    """Time everyone in turns after one turn to warm up.

    Returns:
        items a second (median and quartiles) of every variant and rival, and the ratios.
    """
    runs = {**contest.ours, **contest.rivals}
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(repeats + 1):
        for name, (_, call) in runs.items():
            start = time.perf_counter()
            call()
            if device != "cpu":
                torch.cuda.synchronize()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    rates = {
        name: dict(
            zip(
                ("lower", "median", "upper"),
                np.percentile([runs[name][0] / s for s in seconds[name]], [25, 50, 75]).tolist(),
                strict=True,
            )
        )
        for name in runs
    }
    first = next(iter(contest.ours))
    result: dict[str, Any] = {
        "kernel": contest.name,
        "unit": contest.unit,
        "items": contest.ours[first][0],
        "per_second": rates,
        "ratios": {
            variant: {
                rival: rates[variant]["median"] / rates[rival]["median"] for rival in contest.rivals
            }
            for variant in contest.ours
        },
        "targets": contest.targets,
    }
    if contest.bytes_per_item:
        moved = max(rates[variant]["median"] for variant in contest.ours) * contest.bytes_per_item
        result["share_of_copy_bandwidth"] = moved / copy_bandwidth(device)
    return result


def copy_bandwidth(device: str) -> float:
    """Bytes read and written a second by copying 256 MB."""
    source = torch.zeros(64 * 2**20, dtype=torch.float32, device=device)
    target = torch.empty_like(source)
    times = []
    for _ in range(6):
        start = time.perf_counter()
        target.copy_(source)
        if device != "cpu":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return 2 * source.numel() * 4 / float(np.median(times[1:]))


def _random_boxes(count: int, seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    generator = np.random.default_rng(seed)
    corner = generator.uniform(0, 900, (count, 2))
    return np.concatenate([corner, corner + generator.uniform(1, 300, (count, 2))], 1).astype("f4")


def _boxes(name: str, kernel: Any, numpy_kernel: Any, device: str, n: int = 1_000_000) -> Contest:
    a, b = _random_boxes(n, 1), _random_boxes(n, 2)
    ta, tb = (torch.from_numpy(x).to(device) for x in (a, b))
    # The same (N, 4) boxes, stored coordinate by coordinate.
    columns_a, columns_b = ta.T.contiguous().T, tb.T.contiguous().T
    return Contest(
        name,
        "pairs",
        {
            "vgym, stored by columns": (n, lambda: kernel(columns_a, columns_b)),
            "vgym": (n, lambda: kernel(ta, tb)),
            "vgym, fused, by columns": (n, lambda: fused(kernel)(columns_a, columns_b)),
        },
        {"numpy (N, 4)": (n, lambda: numpy_kernel(a, b))},
        {"numpy (N, 4)": 4.0},
        bytes_per_item=36,
    )


def _numpy_iou(a: Any, b: Any) -> Any:
    size = np.clip(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0, None)
    inter = size.prod(1)
    area_a, area_b = (a[:, 2:] - a[:, :2]).prod(1), (b[:, 2:] - b[:, :2]).prod(1)
    return inter / (area_a + area_b - inter)


def _numpy_giou(a: Any, b: Any) -> Any:
    size = np.clip(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0, None)
    inter = size.prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - inter
    hull = (np.maximum(a[:, 2:], b[:, 2:]) - np.minimum(a[:, :2], b[:, :2])).prod(1)
    return inter / union - (hull - union) / hull


def _gaussian(device: str, n: int = 1_000_000, sample: int = 300) -> Contest:
    a, b = _random_boxes(n, 3), _random_boxes(n, 4)
    ta, tb = (torch.from_numpy(x).to(device).T.contiguous().T for x in (a, b))

    def kernel(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return gaussians.gaussian_point(boxes.box_centre(a), b) + gaussians.bhattacharyya(a, b)

    def one_by_one() -> None:
        # As trainers write it: one answer at a time, small matrices.
        for p, t in zip(a[:sample].tolist(), b[:sample].tolist(), strict=True):
            centres = [np.array([(q[0] + q[2]) / 2, (q[1] + q[3]) / 2]) for q in (p, t)]
            sizes = [np.array([q[2] - q[0], q[3] - q[1]]) for q in (p, t)]
            d = centres[0] - centres[1]
            float(np.exp(-0.5 * np.sum((d / (0.5 * sizes[1])) ** 2)))
            covariances = [np.diag((0.5 * s) ** 2) for s in sizes]
            mean = (covariances[0] + covariances[1]) / 2
            spread = np.linalg.det(mean) / math.sqrt(
                np.linalg.det(covariances[0]) * np.linalg.det(covariances[1])
            )
            float(np.exp(-(d @ np.linalg.inv(mean) @ d / 8 + 0.5 * np.log(spread))))

    return Contest(
        "gaussian point and coverage",
        "pairs",
        {
            "vgym": (n, lambda: kernel(ta, tb)),
            "vgym, fused": (n, lambda: fused(kernel)(ta, tb)),
        },
        {"Python, one by one": (sample, one_by_one)},
        {"Python, one by one": 1000.0},
        bytes_per_item=36,
    )


def _random_rotated(n: int, seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    g = np.random.default_rng(seed)
    columns = [g.uniform(0, 100, n), g.uniform(0, 100, n), g.uniform(5, 80, n)]
    return np.stack([*columns, g.uniform(5, 80, n), g.uniform(-np.pi, np.pi, n)], 1).astype("f4")


def _rotated(device: str, n: int = 100_000, sample: int = 5_000) -> Contest:
    import shapely

    a, b = _random_rotated(n, 5), _random_rotated(n, 6)
    ta, tb = (torch.from_numpy(x).to(device) for x in (a, b))
    corners = [polygons.rotated_box_corners(torch.from_numpy(x)).numpy() for x in (a, b)]

    def by_shapely() -> None:
        pa, pb = (shapely.polygons(c[: sample * 4]) for c in corners)
        inter = shapely.area(shapely.intersection(pa, pb))
        _ = inter / (shapely.area(pa) + shapely.area(pb) - inter)

    def by_opencv() -> None:
        for p, t in zip(a[:sample].tolist(), b[:sample].tolist(), strict=True):
            first = ((p[0], p[1]), (p[2], p[3]), math.degrees(p[4]))
            second = ((t[0], t[1]), (t[2], t[3]), math.degrees(t[4]))
            status, region = cv2.rotatedRectangleIntersection(first, second)
            inter = cv2.contourArea(cv2.convexHull(region)) if status else 0.0
            _ = inter / (p[2] * p[3] + t[2] * t[3] - inter)

    return Contest(
        "rotated box iou",
        "pairs",
        {"vgym": (n, lambda: polygons.rotated_box_iou(ta, tb))},
        {"shapely, vectorised": (sample * 4, by_shapely), "OpenCV loop": (sample, by_opencv)},
        {"shapely, vectorised": 15.0},
    )


def _polygons(device: str, n: int = 100_000, sample: int = 20_000) -> Contest:
    import shapely

    a, b = (
        polygons.rotated_box_corners(torch.from_numpy(_random_rotated(n, seed))) for seed in (7, 8)
    )
    ta, tb = a.to(device), b.to(device)

    def by_shapely() -> None:
        pa, pb = (shapely.polygons(c[:sample].numpy()) for c in (a, b))
        inter = shapely.area(shapely.intersection(pa, pb))
        _ = inter / (shapely.area(pa) + shapely.area(pb) - inter)

    return Contest(
        "polygon iou, four corners",
        "pairs",
        {
            "vgym": (n, lambda: polygons.polygon_iou(ta, tb)),
            "vgym, compile=True": (n, lambda: polygons.polygon_iou(ta, tb, compile=True)),
        },
        {"shapely, vectorised": (sample, by_shapely)},
        {"shapely, vectorised": 15.0},
    )


def _random_places(n: int, seed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    g = np.random.default_rng(seed)
    return np.stack([g.uniform(-180, 180, n), np.degrees(np.arcsin(g.uniform(-1, 1, n)))], 1)


def _great_circle(device: str, n: int = 1_000_000, sample: int = 5_000) -> Contest:
    from geopy.distance import great_circle

    a, b = _random_places(n, 9), _random_places(n, 10)
    ta, tb = (torch.from_numpy(x).to(device) for x in (a, b))

    def by_numpy() -> Any:
        lon_a, lat_a, lon_b, lat_b = np.radians([a[:, 0], a[:, 1], b[:, 0], b[:, 1]])
        h = np.sin((lat_b - lat_a) / 2) ** 2
        h = h + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
        return 2 * sphere.EARTH_RADIUS * np.arcsin(np.sqrt(h))

    def by_geopy() -> None:
        for (x0, y0), (x1, y1) in zip(a[:sample].tolist(), b[:sample].tolist(), strict=True):
            _ = great_circle((y0, x0), (y1, x1)).m

    return Contest(
        "great circle distance",
        "pairs",
        {
            "vgym": (n, lambda: sphere.great_circle_distance(ta, tb)),
            "vgym, compile=True": (n, lambda: sphere.great_circle_distance(ta, tb, compile=True)),
        },
        {"geopy loop": (sample, by_geopy), "numpy": (n, by_numpy)},
        {"geopy loop": 150.0, "numpy": 1.3},
    )


def _geodesic(device: str, n: int = 1_000_000, sample: int = 1_000) -> Contest:
    from geopy.distance import geodesic
    from pyproj import Geod

    a, b = _random_places(n, 11), _random_places(n, 12)
    ta, tb = (torch.from_numpy(x).to(device) for x in (a, b))
    earth = Geod(ellps="WGS84")
    part = n // 4

    def by_geopy() -> None:
        for (x0, y0), (x1, y1) in zip(a[:sample].tolist(), b[:sample].tolist(), strict=True):
            _ = geodesic((y0, x0), (y1, x1)).m

    def by_pyproj() -> Any:
        return earth.inv(a[:part, 0], a[:part, 1], b[:part, 0], b[:part, 1])[2]

    def ours(compile: bool) -> Any:
        return sphere.geodesic_distance_wgs84(ta, tb, compile=compile)

    return Contest(
        "WGS84 distance",
        "pairs",
        {"vgym": (n, lambda: ours(False)), "vgym, compile=True": (n, lambda: ours(True))},
        {"geopy loop": (sample, by_geopy), "pyproj, array": (part, by_pyproj)},
        {"geopy loop": 100.0, "pyproj, array": 1.0},
    )


def _matching(device: str, n: int = 1_000, side: int = 20) -> Contest:
    from scipy.optimize import linear_sum_assignment

    cost = np.random.default_rng(13).uniform(0, 1, (n, side, side)).astype("f4")
    tensor = torch.from_numpy(cost).to(device)
    mask = torch.ones(n, side, dtype=torch.bool, device=device)

    def by_scipy() -> None:
        for one in cost:
            linear_sum_assignment(one)

    return Contest(
        f"matching {side} x {side}",
        "problems",
        {"vgym": (n, lambda: matching.match(tensor, mask, mask))},
        {"scipy loop": (n, by_scipy)},
        {"scipy loop": 1.8},
    )


def _dtw(device: str, n: int = 1_000, length: int = 50, sample: int = 4) -> Contest:
    g = np.random.default_rng(14)
    a, b = (g.uniform(0, 10, (n, length, 2)).astype("f4") for _ in range(2))
    ta, tb = (torch.from_numpy(x).to(device) for x in (a, b))

    def double_loop() -> None:
        for p, q in zip(a[:sample], b[:sample], strict=True):
            table = np.full((length + 1, length + 1), np.inf)
            table[0, 0] = 0
            for i in range(length):
                for j in range(length):
                    step = np.linalg.norm(p[i] - q[j])
                    before = min(table[i, j], table[i, j + 1], table[i + 1, j])
                    table[i + 1, j + 1] = step + before

    return Contest(
        f"dtw {length} x {length}",
        "pairs",
        {"vgym": (n, lambda: paths.dtw(ta, tb))},
        {"numpy double loop": (sample, double_loop)},
        {"numpy double loop": 100.0},
    )


def _field(device: str, n: int = 1_000, side: int = 32, sample: int = 40) -> Contest:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    g = np.random.default_rng(15)
    walls = g.uniform(size=(n, side, side)) < 0.25
    goals = np.zeros_like(walls)
    goals[:, side // 2, side // 2] = True
    walls[goals] = False
    twalls, tgoals = (torch.from_numpy(x).to(device) for x in (walls, goals))
    number = np.arange(side * side).reshape(side, side)

    def by_scipy() -> None:
        for wall in walls[:sample]:
            free = ~wall
            rows, columns, lengths = [], [], []
            for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
                y, x = slice(0, side - dy), slice(max(0, -dx), side - max(0, dx))
                y2, x2 = slice(dy, side), slice(max(0, dx), side + min(0, dx))
                passable = free[y, x] & free[y2, x2]
                if dx and dy:
                    passable = passable & free[y, x2] & free[y2, x]
                rows.append(number[y, x][passable])
                columns.append(number[y2, x2][passable])
                lengths.append(np.full(passable.sum(), math.hypot(dx, dy)))
            graph = coo_matrix(
                (np.concatenate(lengths), (np.concatenate(rows), np.concatenate(columns))),
                shape=(side * side, side * side),
            ).tocsr()
            dijkstra(graph, directed=False, indices=number[side // 2, side // 2])

    return Contest(
        f"geodesic field {side} x {side}",
        "fields",
        {"vgym": (n, lambda: grids.geodesic_field(twalls, tgoals, 1.0))},
        {"scipy csgraph": (sample, by_scipy)},
        {"scipy csgraph": 15.0},
    )


def _rays(device: str, agents: int = 1_000, count: int = 64, segments: int = 64) -> Contest:
    g = np.random.default_rng(16)
    origins = g.uniform(0, 10, (agents, 1, 2)).astype("f4")
    angles = g.uniform(-np.pi, np.pi, (agents, count)).astype("f4")
    walls = g.uniform(0, 10, (agents, segments, 4)).astype("f4")
    tensors = [torch.from_numpy(x).to(device) for x in (origins[:, 0], angles, walls)]
    block = 50

    def by_numpy() -> None:
        for start in range(0, agents, block):  # in blocks, which suits its caches best
            part = slice(start, start + block)
            dx, dy = np.cos(angles[part])[..., None], np.sin(angles[part])[..., None]
            x0, y0, x1, y1 = (walls[part, None, :, k] for k in range(4))
            ex, ey = x1 - x0, y1 - y0
            fx, fy = x0 - origins[part, :, 0:1], y0 - origins[part, :, 1:2]
            cross = dx * ey - dy * ex
            with np.errstate(divide="ignore", invalid="ignore"):
                t = (fx * ey - fy * ex) / cross
                u = (fx * dy - fy * dx) / cross
            t = np.where((t >= 0) & (u >= 0) & (u <= 1), t, np.inf)
            t.argmin(-1)
            t.min(-1)

    return Contest(
        f"rays, {count} against {segments} segments",
        "rays",
        {
            "vgym": (
                agents * count,
                lambda: rays.cast_segments(*tensors),
            )
        },
        {"numpy, in blocks": (agents * count, by_numpy)},
        {"numpy, in blocks": 5.0},
    )


def table(results: list[dict[str, Any]]) -> str:
    """The results as text, losses marked."""
    lines = []
    for result in results:
        lines.append(f"{result['kernel']} ({result['items']:,} {result['unit']})")
        for name, rate in result["per_second"].items():
            lines.append(f"    {name:28s} {rate['median']:16,.0f} /s")
        for variant, ratios in result["ratios"].items():
            for rival, ratio in ratios.items():
                target = result["targets"].get(rival)
                verdict = "" if target is None else f" (target {target:g}x)"
                if target is not None and ratio < target:
                    verdict += " MISSED"
                lines.append(f"    {variant} over {rival}: {ratio:,.2f}x{verdict}")
        if "share_of_copy_bandwidth" in result:
            share = result["share_of_copy_bandwidth"]
            lines.append(f"    share of the bandwidth of a copy: {share:.0%}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and with --json write baselines/results/geometry_DEVICE.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--device", default="cpu", help="where ours runs: cpu (default) or cuda")
    parser.add_argument("--only", nargs="+", default=[], help="kernels whose name holds a word")
    parser.add_argument("--repeats", type=count, default=7)
    parser.add_argument("--json", action="store_true", help="write baselines/results/*.json")
    options = parser.parse_args(arguments)
    one_thread()
    results = []
    with Progress(transient=True) as progress:
        bar = progress.add_task("kernels", total=None)
        for contest in contests(options.device):
            progress.update(bar, description=contest.name)
            if not options.only or any(word in contest.name for word in options.only):
                results.append(measure(contest, options.repeats, options.device))
    if not results:
        parser.error(f"no kernel's name holds any of {options.only}")
    print(table(results))
    if options.json:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"geometry_{options.device}.json"
        before = json.loads(path.read_text("utf-8"))["results"] if path.exists() else []
        by_name = {one["kernel"]: one for one in before}  # those not measured now are kept
        by_name |= {one["kernel"]: {**one, "commit": commit()} for one in results}
        report = {
            "device": options.device,
            "threads": 1,
            "warm_up": 1,
            "repeats": options.repeats,
            "results": list(by_name.values()),
            "machine": machine(),
            "versions": versions(),
        }
        path.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
        print(f"wrote baselines/results/{path.name}")


if __name__ == "__main__":
    main()
