"""Where hidden places are: on land, in their split, as often as is said, and in the view."""

from typing import Any

import numpy as np
import pytest
import torch

from vgym.core.config import SPLITS
from vgym.core.keys import episode_keys, stream
from vgym.data import earth
from vgym.envs.geolocation.camera import WIDTH_KM, uv_of
from vgym.envs.geolocation.facts import chain_of
from vgym.envs.geolocation.places import (
    LAND_LEVEL,
    SHARES,
    SPLIT_LEVEL,
    draw_places,
    first_states,
    pool,
    split_of,
)
from vgym.envs.geolocation.types import DRAWS, OUT, GeoConfig
from vgym.geometry.cells import cell_of

DRAWN = [(draw, split) for draw in DRAWS for split in SPLITS]


def keys(count: int, first: int = 0) -> Any:
    seeds = np.arange(first, first + count, dtype=np.uint64)
    return episode_keys(stream("places"), seeds, np.zeros(count, np.int64))


@pytest.mark.parametrize(("draw", "split"), DRAWN)
def test_places_are_on_land_and_in_their_split(draw: str, split: str) -> None:
    found = draw_places(keys(2000), draw, split)
    assert (split_of(torch.from_numpy(found)) == SPLITS.index(split)).all()
    assert (earth.chain_of(found).country >= 0).all()
    # Borders are drawn to the coast, a little otherwise than the mask of land.
    assert earth.is_land(found).mean() > 0.9
    assert len(np.unique(found.round(6), axis=0)) > 1990, "places come twice"


def test_a_place_is_a_function_of_its_key() -> None:
    several = draw_places(keys(50), "population", "train")
    alone = np.concatenate([draw_places(keys(1, n), "population", "train") for n in range(50)])
    np.testing.assert_array_equal(several, alone)


def test_splits_share_no_cell_and_have_their_shares() -> None:
    land = [pool("area", split).land for split in SPLITS]
    coarse = [set((cells >> 2 * (LAND_LEVEL - SPLIT_LEVEL)).tolist()) for cells in land]
    assert not (coarse[0] & coarse[1] or coarse[1] & coarse[2] or coarse[0] & coarse[2])
    of_land = np.array([len(cells) for cells in land]) / sum(map(len, land))
    first, second = SHARES
    np.testing.assert_allclose(of_land, [first, second - first, 1 - second], atol=0.03)


def test_there_are_at_least_25_000_towns_to_draw_from() -> None:
    towns = [pool("population", split).towns for split in SPLITS]
    assert len(earth.towns()) >= sum(map(len, towns)) >= 25_000


def test_by_population_places_are_where_people_live() -> None:
    """The share of the five most populous countries, against the towns' own people."""
    towns = earth.towns()
    mine = pool("population", "train").towns
    country = chain_of(torch.from_numpy(towns.lonlat[mine]))[:, 1].numpy()
    people = np.bincount(country[country >= 0], towns.population[mine][country >= 0])
    drawn = chain_of(torch.from_numpy(draw_places(keys(20_000), "population", "train")))[:, 1]
    counted = np.bincount(drawn[drawn >= 0].numpy(), minlength=len(people))
    largest = np.argsort(people)[-5:]
    share, want = counted[largest] / 20_000, people[largest] / people.sum()
    np.testing.assert_allclose(share, want, atol=4 * np.sqrt(0.25 / 20_000) + 0.004)


def test_by_country_each_is_as_likely() -> None:
    drawn = chain_of(torch.from_numpy(draw_places(keys(20_000), "country", "train")))[:, 1].numpy()
    towns = pool("country", "train").towns
    country = chain_of(torch.from_numpy(earth.towns().lonlat[towns]))[:, 1].numpy()
    count = len(np.unique(country))
    counted = np.bincount(drawn[drawn >= 0], minlength=country.max() + 1)[np.unique(country)]
    expected = 20_000 / count
    assert count > 180 and np.median(counted) == pytest.approx(expected, rel=0.15)


def test_by_area_each_part_of_the_land_is_as_likely() -> None:
    drawn = torch.from_numpy(draw_places(keys(20_000), "area", "train"))
    counted = np.bincount(cell_of(drawn, 0).numpy(), minlength=12)
    land = pool("area", "train").land
    want = np.bincount(land >> 2 * LAND_LEVEL, minlength=12) / len(land) * 20_000
    assert ((counted - want) ** 2 / want).sum() < 35  # 11 degrees of freedom, p = 2e-4


@pytest.mark.parametrize("difficulty", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("shape", [(96, 96), (60, 160), (160, 60)])
def test_the_place_is_in_the_view_and_the_view_aimed_at_the_split(
    difficulty: float, shape: tuple[int, int]
) -> None:
    config = GeoConfig(difficulty=difficulty, image_size=shape, draw="area", split="test")
    state = first_states(keys(500), config)
    uv, visible = uv_of(state.view, state.place, shape)
    assert visible.all() and (uv > 0.05).all() and (uv < 0.95).all()
    assert uv.std(0).min() > 0.07, "the place is always in the middle"
    aimed = torch.stack((state.view.lon, state.view.lat), 1)
    assert (split_of(aimed) == SPLITS.index("test")).all()
    middle = 5000 * (100 / 5000) ** difficulty
    assert (state.view.width_km >= middle / 1.26).all()
    assert (state.view.width_km <= middle * 1.26).all()
    assert (state.widest_km <= WIDTH_KM[1]).all()
    assert (state.widest_km <= OUT * state.view.width_km + 1e-9).all()


def test_layers_and_projections_that_are_asked_for_are_drawn() -> None:
    asked = GeoConfig(layer="political", projection="gnomonic", question=3)
    state = first_states(keys(50), asked)
    assert (state.view.layer == 3).all() and (state.view.projection == 1).all()
    assert (state.tokens == state.tokens[0]).all()
    mixed = first_states(keys(500), GeoConfig())
    assert set(mixed.view.layer.tolist()) == {0, 1, 2}
    assert set(mixed.view.projection.tolist()) == {0, 1}
    assert len(mixed.tokens.unique(dim=0)) == 8
    assert torch.equal(mixed.place, first_states(keys(500), asked).place)


def test_the_sun_is_up_where_it_can_be() -> None:
    state = first_states(keys(500), GeoConfig(layer="day"))
    hour = (state.view.days * 24 + 12 + state.place[:, 0] / 15) % 24
    assert (hour > 7.999).all() and (hour < 16.001).all()
