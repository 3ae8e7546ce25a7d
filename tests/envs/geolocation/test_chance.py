"""Uniform guesses over the sphere earn what the integrals say, each within its interval."""

import math

import numpy as np
import pytest
import torch

from vgym.core.keys import episode_keys, stream, uniform_each
from vgym.data import earth
from vgym.envs.geolocation.facts import chain_of, place_facts
from vgym.envs.geolocation.metrics import RADII_KM, place_metrics
from vgym.evaluation.metrics import estimate_mean
from vgym.rewards import recipe

GUESSES = 20_000
RADIUS_KM, DECAY_KM = 6371.0088, 1492.7
# Over the sphere the distance d has the density sin(d / R) / 2R.
EXPECTED = {
    "geo_score": 2500
    * (1 + math.exp(-math.pi * RADIUS_KM / DECAY_KM))
    / (1 + (RADIUS_KM / DECAY_KM) ** 2),
    "distance_km": math.pi * RADIUS_KM / 2,
    # Nearer radii are hit five times and less in so many guesses.
    **{f"acc_at_{km}km": (1 - math.cos(km / RADIUS_KM)) / 2 for km in RADII_KM if km >= 750},
    "geo-r": 0.124684,
    "osv5m-geoscore": 130.0949,
}


@pytest.fixture(scope="module")
def earned() -> dict[str, np.ndarray]:
    """Metrics and recipes of keyed guesses at towns, the most populous first."""
    keys = episode_keys(stream("uniform guesses"), np.zeros(GUESSES, np.uint64), np.arange(GUESSES))
    east, north = (uniform_each(keys, stream(name)) for name in ("east", "north"))
    guesses = np.stack([360 * east - 180, np.degrees(np.arcsin(2 * north - 1))], 1)
    answer, target = torch.from_numpy(guesses), torch.from_numpy(earth.towns().lonlat[:GUESSES])
    facts = place_facts(answer, target, torch.ones(GUESSES, dtype=torch.bool), chain_of(target))
    recipes = {name: recipe(name)(facts).value for name in ("geo-r", "osv5m-geoscore")}
    return {name: found.numpy() for name, found in {**place_metrics(facts), **recipes}.items()}


@pytest.mark.parametrize("name", EXPECTED)
def test_chance_is_what_the_integral_says(earned: dict[str, np.ndarray], name: str) -> None:
    found = estimate_mean(earned[name])
    print(f"{name}: {found.mean:.6g} [{found.low:.6g}, {found.high:.6g}], {EXPECTED[name]:.6g}")
    assert found.low <= EXPECTED[name] <= found.high


def test_the_numbers_of_the_integrals() -> None:
    assert EXPECTED["geo_score"] == pytest.approx(130.09, abs=0.01)
    assert EXPECTED["acc_at_2500km"] == pytest.approx(0.0380035, abs=1e-7)
    metres = np.linspace(0, math.pi, 200_001) * RADIUS_KM * 1000
    density = np.sin(metres / 1000 / RADIUS_KM) / 2 / (RADIUS_KM * 1000)
    paid = recipe("geo-r")({"distance_m": torch.from_numpy(metres)}).value.numpy()
    assert np.trapezoid(paid * density, metres) == pytest.approx(EXPECTED["geo-r"], abs=2e-5)
