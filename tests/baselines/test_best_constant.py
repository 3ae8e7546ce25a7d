"""The best constant against a search over a dense grid of places, by haversines in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from vgym.baselines.best_constant import best_constant, mean_by_distance
from vgym.data import earth
from vgym.rewards import recipe

RADIUS_KM = 6371.0088


def haversine_km(a: Any, b: Any) -> Any:
    """(A, B) great-circle distances."""
    a, b = np.radians(a)[:, None], np.radians(b)[None]
    half = np.sin((b - a) / 2) ** 2
    square = half[..., 1] + np.cos(a[..., 1]) * np.cos(b[..., 1]) * half[..., 0]
    return 2 * RADIUS_KM * np.arcsin(np.sqrt(square.clip(0, 1)))


def grid(west: float, east: float, south: float, north: float, step: float) -> Any:
    lon, lat = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step))
    return np.stack([lon.ravel(), lat.ravel()], 1)


def halvings(km: Any) -> Any:
    """Equal pay for each halving, so a peak at every place."""
    return 1 - np.log1p(km) / np.log1p(np.pi * RADIUS_KM)


def exponential(km: Any) -> Any:
    return np.exp(-km / 1492.7)


def towns(most: int = 200) -> tuple[Any, Any]:
    found = earth.towns()
    return found.lonlat[:most], found.population[:most].astype(np.float64)


@pytest.mark.parametrize("value", [exponential, halvings])
def test_no_place_of_a_dense_grid_is_worth_more(value: Any) -> None:
    places, people = towns()
    share = people / people.sum()
    found = best_constant(
        mean_by_distance(
            lambda metres: torch.from_numpy(value(metres.numpy() / 1000)),
            torch.from_numpy(places),
            torch.from_numpy(people),
        ),
        torch.from_numpy(places),
    )
    coarse = grid(-180, 180, -60, 75, 2.0)
    best = coarse[(value(haversine_km(coarse, places)) @ share).argmax()]
    fine = grid(best[0] - 3, best[0] + 3, best[1] - 3, best[1] + 3, 0.05)
    tried = np.concatenate((coarse, fine, places))
    worth = value(haversine_km(tried, places)) @ share
    itself = float((value(haversine_km(found.lonlat[None].numpy(), places)) @ share)[0])
    assert found.value == pytest.approx(itself, abs=1e-9)
    assert worth.max() - 1e-6 <= found.value <= worth.max() + 1e-4


def test_of_one_place_it_is_that_place() -> None:
    place = torch.tensor([[179.9, -16.5]], dtype=torch.float64)
    recipe_value = recipe("geo-r")
    mean = mean_by_distance(lambda metres: recipe_value({"distance_m": metres}).value, place)
    found = best_constant(mean)
    assert haversine_km(found.lonlat[None].numpy(), place.numpy())[0, 0] < 1.6
    itself = best_constant(mean, place)
    assert itself.lonlat.tolist() == place[0].tolist() and itself.value == 1.0


def test_of_places_that_cover_the_sphere_all_are_worth_what_theory_says() -> None:
    from vgym.geometry import cells

    everywhere = cells.centre(torch.arange(12 * 4**4), 4)
    mean = mean_by_distance(lambda metres: 5000 * torch.exp(-metres / 1000 / 1492.7), everywhere)
    angle = RADIUS_KM / 1492.7
    theory = 5000 * (1 + np.exp(-np.pi * angle)) / (2 * (1 + angle**2))
    assert theory == pytest.approx(130.09, abs=0.01)
    assert best_constant(mean).value == pytest.approx(theory, rel=0.01)
    assert mean(everywhere[::200]).numpy() == pytest.approx(theory, rel=0.01)


def test_weights_of_nothing_but_one_place_are_that_place() -> None:
    places = torch.tensor([[10.0, 10.0], [100.0, -40.0]], dtype=torch.float64)
    mean = mean_by_distance(lambda metres: -metres, places, torch.tensor([0.0, 3.0]))
    assert mean(places)[1] == pytest.approx(0.0, abs=0.3)
    assert best_constant(mean, places).lonlat.tolist() == [100.0, -40.0]
