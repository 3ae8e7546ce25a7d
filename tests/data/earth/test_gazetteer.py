"""Search by name, against a plain search over all names."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vgym.data import earth
from vgym.data.earth.gazetteer import KINDS, folded


def first(query: str) -> tuple[str, str, str | None]:
    """Kind, name and country of the best match."""
    found = earth.gazetteer()
    number = int(found.search(query, 1)[0, 0])
    country = int(found.country[number])
    name = earth.borders().countries[country].code if country >= 0 else None
    return KINDS[found.kind[number]], str(found.name[number]), name


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("lagos, portugal", ("town", "Lagos", "PT")),
        ("PARIS, texas", ("town", "Paris", "US")),
        ("Paris Texas", ("town", "Paris", "US")),
        ("Springfield, Illinois, USA", ("town", "Springfield", "US")),
        ("london ontario", ("town", "London", "CA")),
        ("Xian", ("town", "Xi’an", "CN")),  # noqa: RUF001
        ("ST PETERSBURG", ("town", "Saint Petersburg", "RU")),
        ("St. Petersburg, Florida", ("town", "St. Petersburg", "US")),
        ("zu\u0308rich kreis 11", ("town", "Zürich (Kreis 11)", "CH")),
        ("Berl", ("region", "Berlin", "DE")),
        ("usa", ("country", "United States of America", "US")),
        ("Türkiye", ("country", "Turkey", "TR")),
        ("Bayern", ("region", "Bayern", "DE")),
        ("Elba", ("island", "Elba", "IT")),
        ("Lake Victoria", ("lake", "Lake Victoria", "TZ")),
        ("the Amazon", ("none", "", None)),
        ("Atrato", ("river", "Atrato", "CO")),
        ("McMurdo", ("site", "McMurdo Station", "AQ")),
    ],
)
def test_known_names(query: str, place: tuple[str, str, str | None]) -> None:
    if place[0] == "none":
        assert (earth.gazetteer().search(query) == -1).all()
    else:
        assert first(query) == place


def plain_search(query: str) -> list[int]:
    """Numbers in order, name by name; ``query`` is folded."""
    found = earth.gazetteer()
    exact, begins, within = [], [], []
    for number, name in enumerate(folded("\n".join(found.name.tolist())).split("\n")):
        if name == query:
            exact.append(number)
        elif name.startswith(query):
            begins.append(number)
        elif f" {query} " in f" {name} ":
            within.append(number)
    return exact + begins + within


@pytest.mark.parametrize("query", ["san", "s", "new", "santa cruz", "wash", "isla", "saint"])
def test_search_is_a_plain_search(query: str) -> None:
    """Places with several names are left out."""
    found = earth.gazetteer()
    several = np.flatnonzero(np.bincount(found._owner[found._whole]) > 1).tolist()
    expected = [n for n in plain_search(query) if n not in several]
    numbers = [n for n in found.search(query, 500)[0].tolist() if n >= 0 and n not in several]
    assert numbers == expected[: len(numbers)] and len(numbers) > min(len(expected), 300) - 1


def test_names_find_their_places() -> None:
    found = earth.gazetteer()
    chosen = np.random.default_rng(1).choice(len(found), 300, replace=False)
    chosen = chosen[["," not in name for name in found.name[chosen]]]
    names = found.name[chosen].tolist()
    numbers = found.named(names)
    same = [folded(found.name[n]) == folded(name) for n, name in zip(numbers, names, strict=True)]
    assert (numbers >= 0).all() and sum(same) > 0.95 * len(same)  # others are further names
    # Of those that share a name the most populous, which has the least number.
    assert (numbers <= chosen).all() and (np.diff(found.population) <= 0).all()
    np.testing.assert_array_equal(numbers, found.search(names, 1)[:, 0])
    upper = [unicodedata.normalize("NFD", name).upper() for name in names]
    np.testing.assert_array_equal(found.named(upper), numbers)


def test_a_part_of_a_name_is_no_name() -> None:
    found = earth.gazetteer()
    assert found.named(["Lond", "London", "", "x" * 101, "1 MB" * 250_000]).tolist()[0] == -1
    assert found.named("London")[0] == found.search("London", 1)[0, 0] >= 0
    assert found.named("Londn, England")[0] == -1


def test_batches_are_padded() -> None:
    found = earth.gazetteer().search(["Paris", "no such place", ""], 50)
    assert found.shape == (3, 50) and (found[1:] == -1).all() and found[0, 0] >= 0
    filled = (found[0] >= 0).tolist()
    assert filled == sorted(filled, reverse=True) and len({*found[0, filled].tolist()}) == sum(
        filled
    )
    assert earth.gazetteer().search([], 3).shape == (0, 3)


def test_countries_and_regions_lie_in_themselves() -> None:
    """Their place is a town of theirs, or the middle of an outline."""
    found, borders = earth.gazetteer(), earth.borders()
    kinds = np.array(KINDS)[found.kind]
    countries = np.flatnonzero(kinds == "country")
    inside = borders.country_number[borders.region_numbers(found.lonlat[countries])]
    assert (inside == found.country[countries]).mean() > 0.9
    regions = np.flatnonzero(kinds == "region")
    assert (borders.region_numbers(found.lonlat[regions]) == found.region[regions]).mean() > 0.9
    for region, town in (("New York", "New York City"), ("São Paulo", "São Paulo")):
        state, city = found.search(region, 20)[0], found.search(town, 20)[0]
        state, city = state[kinds[state] == "region"], city[kinds[city] == "town"]
        np.testing.assert_array_equal(found.lonlat[state[0]], found.lonlat[city[0]])
    france = int(found.named("France")[0])
    assert np.abs(found.lonlat[france] - [3, 47]).max() < 2
    assert 15e6 < found.population[france] < 67e6
    assert np.isfinite(found.lonlat).all() and (np.abs(found.lonlat) <= [180, 90]).all()


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=120), st.integers(0, 5))
def test_anything_may_be_asked(query: str, k: int) -> None:
    found = earth.gazetteer().search(query, k)
    assert found.shape == (1, k) and (found < len(earth.gazetteer())).all()
    assert isinstance(earth.leaks(query, [query, None, ""]), bool)


@given(st.text(max_size=40))
def test_folding_is_done_once(text: str) -> None:
    once = folded(text)
    assert folded(once) == once


@pytest.mark.parametrize(
    ("query", "names", "leaked"),
    [
        ("Paris hotels", ["Paris"], True),
        ("PARIS?", ["paris"], True),
        ("hôtels à Saint-Étienne", ["St Etienne"], True),
        ("Parisian cafes", ["Paris"], False),
        ("York", ["New York"], False),
        ("new york city weather", ["Albany", "New York"], True),
        ("a coast", ["", None, " ", "..."], False),
        ("", ["Paris"], False),
        ("one\nParis\ntwo", ["Paris"], True),
        ("New\nYork", ["New York"], True),
    ],
)
def test_leaks(query: str, names: list[str | None], leaked: bool) -> None:
    assert earth.leaks(query, names) == leaked


def test_a_long_query_leaks_too() -> None:
    assert earth.leaks("x " * 500_000 + "Paris", ["Paris"])
    assert not earth.leaks("\u0301" * 1_000_000, ["Paris"])
