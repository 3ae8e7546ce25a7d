"""Intervals against what statistics says of the mean."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vgym.evaluation.metrics import bootstrap_mean, estimate_mean


def test_interval_is_that_of_the_normal_approximation_for_many_values() -> None:
    values = np.random.default_rng(5).normal(3.0, 2.0, 1000)
    half = 1.959964 * values.std() / math.sqrt(len(values))
    estimate = bootstrap_mean(values, seed=1)
    assert estimate.mean == pytest.approx(values.mean())
    assert estimate.low == pytest.approx(values.mean() - half, abs=0.12 * half)
    assert estimate.high == pytest.approx(values.mean() + half, abs=0.12 * half)


def test_interval_of_successes_is_that_of_the_binomial() -> None:
    successes = np.arange(400) % 4 == 0  # 100 of 400
    half = 1.959964 * math.sqrt(0.25 * 0.75 / 400)
    estimate = bootstrap_mean(successes)
    assert estimate.low == pytest.approx(0.25 - half, abs=0.006)
    assert estimate.high == pytest.approx(0.25 + half, abs=0.006)


def test_interval_covers_the_truth_about_95_times_in_100() -> None:
    rng = np.random.default_rng(0)
    covered = 0
    for trial in range(200):
        estimate = bootstrap_mean(rng.exponential(1.0, 80), seed=trial)
        covered += estimate.low <= 1.0 <= estimate.high
    assert 176 <= covered <= 198


def test_resampling_in_parts_changes_nothing_but_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(2).random(300)
    whole = bootstrap_mean(values, seed=3)
    monkeypatch.setattr("vgym.evaluation.metrics._CHUNK", 300 * 64)
    assert bootstrap_mean(values, seed=3) == whole


def test_same_seed_same_interval_and_another_seed_another() -> None:
    values = np.random.default_rng(2).random(50)
    assert bootstrap_mean(values, seed=4) == bootstrap_mean(values, seed=4)
    assert bootstrap_mean(values, seed=4).low != bootstrap_mean(values, seed=5).low


@pytest.mark.parametrize("values", [[0.25], [0.25] * 30])
def test_equal_values_have_an_interval_of_no_width(values: list[float]) -> None:
    estimate = bootstrap_mean(values)
    assert (estimate.mean, estimate.low, estimate.high) == (0.25, 0.25, 0.25)


@pytest.mark.parametrize("values", [[], [1.0, float("nan")], [float("inf")], [[1.0]]])
def test_what_is_no_list_of_finite_numbers_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="values"):
        bootstrap_mean(values)


@pytest.mark.parametrize(
    ("hits", "n"), [(0, 1), (1, 1), (0, 8), (8, 8), (3, 20), (19, 20), (200, 400)]
)
def test_shares_have_wilsons_interval(hits: int, n: int) -> None:
    """Its ends are the shares that a test at 5 % just does not reject."""
    estimate = estimate_mean(np.arange(n) < hits)
    assert estimate.mean == hits / n
    for end in {estimate.low, estimate.high} - {0.0, 1.0}:
        distance = abs(hits / n - end)
        assert distance == pytest.approx(1.959964 * math.sqrt(end * (1 - end) / n), rel=1e-6)
    assert (estimate.low == 0) == (hits == 0) and (estimate.high == 1) == (hits == n)


def test_other_numbers_have_the_bootstraps_interval() -> None:
    values = np.random.default_rng(2).random(50)
    assert estimate_mean(values, seed=4) == bootstrap_mean(values, seed=4)
    with pytest.raises(ValueError, match="values"):
        estimate_mean([])
