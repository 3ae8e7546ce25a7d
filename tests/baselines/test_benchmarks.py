"""The benchmark and training scripts run, and what they claim about memory holds."""

from __future__ import annotations

import json
import time
from itertools import product
from pathlib import Path

import pytest

from vgym.baselines import (
    benchmark_first_reset,
    benchmark_geometry,
    benchmark_make,
    benchmark_memory,
    benchmark_step,
    compare_learning,
    train_sb3,
)
from vgym.registration import registered

RESULTS = Path(benchmark_step.__file__).parent / "results"


@pytest.mark.slow
def test_step_benchmark_reports_every_contestant() -> None:
    result = benchmark_step.measure("VGround-v0", 8, 1, image_size=64, difficulty=0)
    assert {"native", "native, copy=False", "sync", "memory copy"} <= set(result["steps_per_s"])
    assert all(rate["median"] > 0 for rate in result["steps_per_s"].values())
    assert result["native_over_sync"] == pytest.approx(
        result["steps_per_s"]["native"]["median"] / result["steps_per_s"]["sync"]["median"]
    )
    assert "native over sync" in benchmark_step.table(result)


@pytest.mark.slow
def test_memory_does_not_grow() -> None:
    result = benchmark_memory.measure("VGround-v0", 60_000, image_size=64, difficulty=0.5)
    assert result["growth_mb"] < 5


@pytest.mark.slow
def test_training_learns_something_in_a_few_thousand_answers() -> None:
    run = train_sb3.train("dense", seed=0, steps=20_000)
    first, last = run["curve"][0], run["curve"][-1]
    assert last["steps"] >= 20_000
    # Five thousand episodes each: three standard errors of their difference.
    assert last["success"] > first["success"] + 0.015 and run["val_success"] > first["success"]


def test_published_results_are_of_the_scripts() -> None:
    learnt = json.loads((RESULTS / "compare_learning.json").read_text())
    assert {(run["id"], run["arm"], run["seed"]) for run in learnt["runs"]} == {
        *product(compare_learning.STEPS, compare_learning.COLOURS, (0, 1, 2))
    }
    step = json.loads((RESULTS / "step_VGround-v0_256x128_cpu.json").read_text())
    assert step["num_envs"] == 256 and step["settings"]["image_size"] == 128
    memory = json.loads((RESULTS / "memory_VGround-v0.json").read_text())
    assert memory["steps"] >= 1_000_000


def test_geometry_benchmark_counts_losses_too() -> None:
    slow = benchmark_geometry.Contest(
        "sleep",
        "naps",
        {"ours": (1, lambda: time.sleep(0.002))},
        {"theirs": (1, lambda: time.sleep(0.0002))},
        {"theirs": 1.0},
    )
    result = benchmark_geometry.measure(slow, 2, "cpu")
    assert result["ratios"]["ours"]["theirs"] < 1
    assert "MISSED" in benchmark_geometry.table([result])


def test_published_geometry_covers_every_kernel() -> None:
    published = json.loads((RESULTS / "geometry_cpu.json").read_text())
    assert len(published["results"]) == 11 and published["threads"] == 1


@pytest.mark.slow
def test_make_benchmark_tells_the_first_from_the_others() -> None:
    spent = benchmark_make.measure("VGround-v0")
    assert 0 < spent["second_ms"] < spent["first_ms"]


def test_published_makes_cover_every_id_and_are_cheap() -> None:
    published = json.loads((RESULTS / "make_cpu.json").read_text())["milliseconds"]
    assert set(published) == {row.id for row in registered() if row.native}
    assert all(cells["now"]["second_ms"] < 5 for cells in published.values())


@pytest.mark.slow
def test_first_resets_are_measured_with_the_memory_of_a_batch() -> None:
    found = benchmark_first_reset.measure("VMaze-v0", 0.0, num_envs=2, rounds=10)
    assert all(found[name] > 0 for name in ("make_s", "first_reset_s", "other_split_s"))
    assert 0 < found["begun_mb"] <= found["peak_mb"] + 64


def test_published_first_resets_are_no_slower_than_before_and_hold_their_memory() -> None:
    published = json.loads((RESULTS / "first_reset_cpu.json").read_text())["of"]
    assert {"VNav-v0", "VNavPoint-v0", "VNavActivate-v0"} <= set(published)
    for of in published.values():
        for cells in of.values():
            if "before" in cells:
                assert cells["now"]["other_split_s"] < cells["before"]["other_split_s"]
    over = {id for id, of in published.items() if of["1.0"]["now"]["after_mb"] >= 1000}
    assert over == {"VGui-v0"}  # 64 pictures of 800 x 1280, given out, kept and left behind
