"""UTM grids against pyproj."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from vgym.geometry.sphere import geodesic_distance_wgs84
from vgym.geometry.utm import lonlat_of_utm


@pytest.mark.parametrize("zone", [1, 12, 21, 60])
def test_agrees_with_pyproj_to_a_micrometre(zone: int) -> None:
    rng = np.random.default_rng(zone)
    middle = 6 * zone - 183
    lonlat = np.stack([middle + rng.uniform(-4, 4, 2000), rng.uniform(-84, 84, 2000)], 1)
    to_grid = Transformer.from_crs("EPSG:4326", f"EPSG:{32600 + zone}", always_xy=True)
    grid = np.stack(to_grid.transform(lonlat[:, 0], lonlat[:, 1]), 1)
    back = np.stack(to_grid.transform(grid[:, 0], grid[:, 1], direction="INVERSE"), 1)
    found = lonlat_of_utm(torch.from_numpy(grid), zone)
    away = geodesic_distance_wgs84(found, torch.from_numpy(back))
    assert float(away.max()) < 1e-6


@given(st.floats(-9.9e6, 9.9e6), st.floats(1e5, 9e5), st.integers(1, 60))
def test_any_place_of_a_zone_is_on_earth(north: float, east: float, zone: int) -> None:
    lon, lat = lonlat_of_utm(torch.tensor([east, north]), zone).tolist()
    assert abs(lat) <= 90 and np.isfinite(lon)
    mirrored = lonlat_of_utm(torch.tensor([1e6 - east, north], dtype=torch.float64), zone)
    again = lonlat_of_utm(torch.tensor([east, north], dtype=torch.float64), zone)
    middle = 6 * zone - 183
    assert float(mirrored[0] - middle) == pytest.approx(-float(again[0] - middle), abs=1e-9)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="zone=61 must be from 1 to 60"):
        lonlat_of_utm(torch.zeros(2), 61)
    assert lonlat_of_utm(torch.tensor([torch.nan, 0.0]), 1).isnan().any()
