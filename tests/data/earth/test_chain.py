"""Chains of places: what lies where, what counts as a city, and that levels agree."""

from collections import Counter

import numpy as np
import pytest
from geopy.distance import great_circle
from numpy.typing import NDArray

from vgym.data import earth


def anywhere(number: int) -> NDArray[np.float64]:
    """(number, 2) uniform places on the sphere."""
    draws = np.random.default_rng(7)
    lat = np.degrees(np.arcsin(draws.uniform(-1, 1, number)))
    return np.stack([draws.uniform(-180, 180, number), lat], 1)


def words(*places: tuple[float, float]) -> list[list[str | None]]:
    found: list[list[str | None]] = earth.chain_words(earth.chain_of([*places]).codes).tolist()
    return found


@pytest.mark.parametrize(
    ("place", "chain"),
    [
        ((2.35, 48.86), ["Europe", "France", "Paris", "Paris"]),
        ((-73.95, 40.65), ["North America", "United States of America", "New York"]),
        ((5, 24), ["Africa", "Algeria", "Tamanghasset", None]),
        ((33, -1), ["Africa", "Uganda", "Buvuma", None]),
        ((0, -90), ["Antarctica", "Antarctica", "Antarctica", None]),
        ((180, 67), ["Europe", "Russia", "Chukchi Autonomous Okrug", None]),
        ((-180, 67), ["Europe", "Russia", "Chukchi Autonomous Okrug", None]),
        ((0, 90), [None] * 4),
        ((-30, 0), [None] * 4),
    ],
)
def test_known_chains(place: tuple[float, float], chain: list[str | None]) -> None:
    (found,) = words(place)
    assert found[: len(chain)] == chain


def test_levels_agree() -> None:
    towns = earth.towns()
    places = np.concatenate([anywhere(2000), towns.lonlat[::17]])
    chain, borders = earth.chain_of(places), earth.borders()
    for row, (country, region) in enumerate(
        zip(earth.country_of(places), earth.region_of(places), strict=True)
    ):
        if region is None or country is None:
            assert (chain.codes[row] == -1).all() and chain.sea[row]
            continue
        assert borders.regions[chain.region[row]] == region and not chain.sea[row]
        assert borders.countries[chain.country[row]] == country == region.country
        assert [*earth.CONTINENTS][chain.continent[row]] == country.continent
    own = chain.city >= 0
    of_city = borders.country_number[towns.region_number[chain.city[own]]]
    assert (of_city == chain.country[own]).all() and own.mean() > 0.3


def test_the_town_is_the_nearest_and_a_city_is_near() -> None:
    places = anywhere(500)
    chain, near = earth.chain_of(places), earth.nearest_places(places)
    np.testing.assert_array_equal(chain.town, near.number[:, 0])
    np.testing.assert_array_equal(chain.town_m, near.distance_m[:, 0])
    assert (chain.city[chain.town_m > 25_000] == -1).all()
    lon, lat = near.lonlat[0, 0].tolist()
    away = great_circle(places[0, ::-1].tolist(), (lat, lon)).m
    assert chain.town_m[0] == pytest.approx(away, rel=1e-5)


def test_parts_are_of_the_largest_city_that_reaches_them() -> None:
    """Against a plain search over all pairs."""
    towns = earth.towns()
    number_of = {name: k for k, name in reversed([*enumerate(towns.name.tolist())])}
    for part, city in (("Paris 04 Hôtel-de-Ville", "Paris"), ("Brooklyn", "New York City")):
        assert towns.city[number_of[part]] == number_of[city]
    for name in ("Potsdam", "Oakland", "Versailles", "Foshan", "Paris", "Monaco"):
        assert towns.city[number_of[name]] == number_of[name]
    assert (towns.city[towns.city] == towns.city).all()
    biggest, parts = Counter(towns.city.tolist()).most_common(1)[0]
    assert parts > 50 and towns.population[biggest] > 5_000_000
    tokyo = number_of["Tokyo"]
    for k in np.flatnonzero(towns.city == tokyo).tolist():
        assert towns.code[k] == "JP"
        away = great_circle(towns.lonlat[k, ::-1].tolist(), towns.lonlat[tokyo, ::-1].tolist()).km
        assert away < 2 * (towns.population[tokyo] / 4000 / np.pi) ** 0.5


def test_a_town_across_a_border_is_no_city_of_a_place() -> None:
    towns = earth.towns()
    places = towns.lonlat + np.array([0.02, 0.0])
    chain = earth.chain_of(places)
    country = earth.borders().country_number
    foreign = (chain.city >= 0) & (country[towns.region_number[chain.town]] != chain.country)
    assert foreign.sum() > 50
    own = towns.region_number[chain.city[foreign]]
    assert (country[own] == chain.country[foreign]).all()


def test_lakes_are_said() -> None:
    found = earth.chain_of(np.array([(33, -1), (108, 53.5), (-87, 47.8), (2.35, 48.86), (-30, 0)]))
    assert found.lake.tolist() == [True, True, True, False, False]
    assert found.sea.tolist() == [False, False, False, False, True]


def test_rows_of_chains() -> None:
    found = earth.chain_of(np.array([(2.35, 48.86), (-30, 0), (5, 24)]))
    assert len(found) == 3 and len(found[1]) == 1 and len(earth.chain_of(np.zeros((0, 2)))) == 0
    np.testing.assert_array_equal(found[[2, 0]].codes, found.codes[[2, 0]])
    assert earth.chain_words(np.zeros((0, 4), np.int64)).shape == (0, 4)
