"""Facts and metrics of answered places, against loops over single answers."""

import math

import numpy as np
import pytest
import torch
from oracles import sphere as oracle
from torch import Tensor

from vgym.data import earth
from vgym.data.earth.chain import LEVELS
from vgym.envs.geolocation.facts import CELL_LEVEL, GEO_FACTS, chain_of, place_facts
from vgym.envs.geolocation.metrics import RADII_KM, place_metrics, set_metrics
from vgym.geometry.cells import cell_of, centre
from vgym.rewards import recipe, recipes
from vgym.rewards.facts import FACTS

RADIUS_KM = 6371.0088
PARIS, LYON, NICE, LONDON = [2.3522, 48.8566], [4.8357, 45.764], [7.262, 43.7102], [-0.13, 51.5]
AT_SEA, POLE = [-30.0, 0.0], [0.0, 90.0]


def uniform(rows: int, seed: int) -> Tensor:
    u = torch.rand(rows, 2, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return torch.stack((360 * u[:, 0] - 180, torch.rad2deg(torch.asin(2 * u[:, 1] - 1))), -1)


def facts_of(answers: object, targets: object, read: object = True) -> dict[str, Tensor]:
    answer = torch.as_tensor(answers, dtype=torch.float64)
    target = torch.as_tensor(targets, dtype=torch.float64)
    was_read = torch.as_tensor(read).expand(len(answer))
    return dict(place_facts(answer, target, was_read, chain_of(target)))


def some() -> tuple[Tensor, Tensor, Tensor]:
    """Anywhere, near each other, the same, opposite, and over the date line; some unread."""
    target = uniform(300, 1)
    answer = uniform(300, 2)
    answer[:100] = target[:100] + torch.randn(100, 2, generator=torch.manual_seed(0)) * 0.5
    answer[:100, 1].clamp_(-90, 90)
    answer[100:110] = target[100:110]
    answer[110:120, 0], answer[110:120, 1] = target[110:120, 0] + 180, -target[110:120, 1]
    target[120], answer[120] = torch.tensor([179.9, -17.0]), torch.tensor([-179.9, -17.0])
    read = torch.arange(300) % 7 != 3
    answer[~read] = torch.nan
    return answer, target, read


def test_facts_are_those_named_and_of_the_right_shapes() -> None:
    facts = facts_of([PARIS, LYON], [PARIS, PARIS])
    assert facts.keys() == GEO_FACTS
    for name, fact in facts.items():
        assert fact.dim() == len(FACTS[name].axes), name
    assert facts["prediction_lonlat"].dtype == facts["distance_m"].dtype == torch.float64


def test_cells_are_stated_where_they_are_read() -> None:
    places = torch.tensor([PARIS], dtype=torch.float64)
    given = (places, places, torch.tensor([True]), chain_of(places))
    few = place_facts(*given, reads=lambda fact: fact != "cell_distance_m")
    left = {name for name in GEO_FACTS if "cell" in name}
    assert few.keys() == GEO_FACTS - left and len(left) == 4


def test_equals_a_loop() -> None:
    answer, target, read = some()
    facts = place_facts(answer, target, read, chain_of(target))
    metrics = place_metrics(facts)
    countries = (earth.country_of(places.nan_to_num().numpy()) for places in (answer, target))
    ends = answer.numpy(), target.numpy()
    kms = oracle.distances(*ends, oracle.SPHERE) / 1000
    on_wgs84 = oracle.distances(*ends, oracle.ELLIPSOID) / 1000
    for i, (guessed, true) in enumerate(zip(*countries, strict=True)):
        if not read[i]:
            assert facts["distance_m"][i].isnan() and not facts["success"][i]
            assert metrics["distance_km"][i] == pytest.approx(math.pi * RADIUS_KM)
            assert metrics["distance_wgs84_km"][i] == pytest.approx(20003.9314586)
            assert metrics["geo_score"][i] == 0 and not facts["field_answered"][i].any()
            assert not any(metrics[f"{level}_correct"][i] for level in LEVELS)
            continue
        km = float(kms[i])
        assert facts["distance_m"][i] == pytest.approx(km * 1000, abs=1e-3)
        assert metrics["distance_km"][i] == pytest.approx(km, abs=1e-6)
        assert metrics["distance_wgs84_km"][i] == pytest.approx(on_wgs84[i], abs=1e-6)
        assert metrics["geo_score"][i] == pytest.approx(5000 * math.exp(-km / 1492.7), abs=1e-4)
        for radius in RADII_KM:
            assert metrics[f"acc_at_{radius}km"][i] == (km <= radius)
        assert facts["success"][i] == (km <= 200)
        right = guessed is not None and guessed == true
        assert facts["country_correct"][i] == right
        same = guessed is not None and true is not None and guessed.continent == true.continent
        assert facts["continent_correct"][i] == same
    assert 20 < facts["country_correct"].sum() < 200, "the batch must be able to tell"
    assert all(metric.shape == (300,) and metric.isfinite().all() for metric in metrics.values())


def test_levels_are_nested() -> None:
    facts = facts_of([PARIS, NICE, LYON, LONDON, AT_SEA, PARIS], [PARIS] * 4 + [AT_SEA] * 2)
    assert facts["continent_correct"].tolist() == [True] * 4 + [False] * 2
    assert facts["country_correct"].tolist() == [True] * 3 + [False] * 3
    assert facts["region_correct"].tolist() == [True] + [False] * 5
    assert facts["city_correct"].tolist() == [True] + [False] * 5
    near = uniform(2000, 5)
    facts = facts_of(near, near + 0.4 * uniform(2000, 6) / torch.tensor([180.0, 90.0]))
    region, country = facts["region_correct"], facts["country_correct"]
    assert (country | ~region).all() and (facts["continent_correct"] | ~country).all()
    assert 0 < region.sum() < country.sum()


def test_where_there_is_no_city_the_near_place_is_right() -> None:
    desert = torch.tensor([[5.0, 24.0]], dtype=torch.float64)
    assert chain_of(desert)[0, 3] == -1 and chain_of(desert)[0, 1] >= 0
    found = facts_of([[5.0, 24.0], [5.2, 24.0], [5.3, 24.0]], desert.expand(3, 2))
    assert found["city_correct"].tolist() == [True, True, False]
    assert recipe("hierarchical")(found).value[0] == recipe("geovista-sound")(found).value[0] == 1


def test_cells_equal_a_search_of_all() -> None:
    answer, target, read = some()
    found = place_facts(answer, target, read, chain_of(target))
    every = centre(torch.arange(12 * 4**CELL_LEVEL), CELL_LEVEL).numpy()
    for i in range(0, 300, 3):
        metres = oracle.distances(every, np.tile(target[i].numpy(), (len(every), 1)), oracle.SPHERE)
        true = int(cell_of(target[i], CELL_LEVEL))
        assert found["nearest_cell_distance_m"][i] == pytest.approx(metres.min(), abs=1e-3)
        assert found["true_cell_distance_m"][i] == pytest.approx(metres[true], abs=1e-3)
        assert bool(found["cell_distance_m"][i].isnan()) == (not read[i])
        if read[i]:
            chosen = int(cell_of(answer[i], CELL_LEVEL))
            assert found["cell_distance_m"][i] == pytest.approx(metres[chosen], abs=1e-3)
            assert found["cell_correct"][i] == (chosen == true)


def test_a_place_at_the_radius_is_within_it() -> None:
    degrees = 200 / RADIUS_KM * 180 / math.pi
    near, far = math.nextafter(degrees, 0), degrees * (1 + 1e-12)
    answers = [[0.0, near * (1 - 1e-14)], [0.0, far]]
    facts = facts_of(answers, [[0.0, 0.0]] * 2)
    assert facts["success"].tolist() == [True, False]
    assert place_metrics(facts)["acc_at_200km"].tolist() == [True, False]
    nearer = place_facts(
        torch.tensor(answers, dtype=torch.float64),
        torch.zeros(2, 2, dtype=torch.float64),
        torch.tensor([True, True]),
        chain_of(torch.zeros(2, 2, dtype=torch.float64)),
        success_km=25,
    )
    assert nearer["success"].tolist() == [False, False]


def test_fields_are_where_a_gazetteer_has_them() -> None:
    facts = facts_of([LYON, AT_SEA, AT_SEA, POLE], [PARIS, PARIS, AT_SEA, AT_SEA])
    country, region, city, place = facts["field_distances_m"][0].tolist()
    assert country == 0 and region == pytest.approx(391e3, rel=0.02)
    assert city == pytest.approx(391e3, rel=0.02)
    assert place == pytest.approx(
        oracle.distances(np.array([LYON]), np.array([PARIS]), oracle.SPHERE)[0], abs=1e-3
    )
    assert facts["field_answered"].tolist() == [
        [True] * 4,
        [False, False, False, True],
        [True] * 4,
        [True] * 4,
    ]
    assert (facts["field_distances_m"][2] == 0).all()
    # Sines of one and of four numbers may differ in the last bit, by machine.
    assert facts["field_distances_m"][3].tolist() == pytest.approx(
        [facts["distance_m"][3].item()] * 4, rel=1e-14
    )


def test_the_truth_earns_the_most_of_every_recipe_that_fits() -> None:
    target = torch.cat((uniform(200, 3), torch.tensor([AT_SEA, POLE, [0.0, -90.0]]).double()))
    facts = facts_of(target, target)
    fitting = [name for name in recipes() if recipe(name).fits(GEO_FACTS)]
    assert {"geo-r", "geoguessr", "geovista", "vlm-gym-sound", "pigeon"} <= {*fitting}
    assert {"dense-earth", "hierarchical", "osv5m-geoscore", "pigeon-sound"} <= {*fitting}
    on_land = facts["country_correct"]
    for name in fitting:
        reward = recipe(name)
        earned = reward(facts).value
        form = reward.form_for(facts)
        by_level = any(f"{level}_correct" in form.needs for level in LEVELS)
        # PIGEON pays the nearest middle of a cell, which need not be the true cell's.
        all_rows = facts["nearest_cell_distance_m"] == facts["cell_distance_m"]
        rows = on_land if by_level else all_rows if name == "pigeon" else torch.ones_like(on_land)
        assert earned[rows].tolist() == pytest.approx([reward.range[1]] * int(rows.sum()))


def test_what_was_not_read_earns_the_floor() -> None:
    facts = facts_of([[math.nan, 4.0], PARIS, PARIS], [PARIS] * 3, [False, False, True])
    for name in recipes():
        reward = recipe(name)
        if reward.fits(GEO_FACTS):
            assert (reward(facts).value[:2] == max(reward.floor, 0)).all(), name


@pytest.mark.parametrize("places", [[], [[math.nan, 0.0]], [[math.inf, 0.0]]])
def test_nowhere(places: list[list[float]]) -> None:
    where = torch.tensor(places, dtype=torch.float64).reshape(-1, 2)
    assert (chain_of(where) == -1).all() and chain_of(where).shape == (len(places), 4)


@pytest.mark.parametrize("place", [[180.0, 0.0], [-180.0, 66.0], [12.0, -90.0], [0.0, 90.0]])
def test_the_edges_of_the_map(place: list[float]) -> None:
    facts = facts_of([place, PARIS], [place, place])
    assert facts["distance_m"][0] == 0 and facts["success"][0]
    assert facts["field_distances_m"].isfinite().all()


def test_sets_of_cells() -> None:
    places = torch.tensor([[0.0, 0.0]] * 4, dtype=torch.float64)
    scores = torch.ones(4, 12)
    scores[1] = torch.nn.functional.one_hot(cell_of(places[1], 0), 12)
    scores[2] = 1 - scores[1]
    found = set_metrics(scores, places, torch.tensor([True, True, True, False]), 0)
    sphere = 4 * math.pi * RADIUS_KM**2
    assert found["area_to_truth_km2"].tolist() == pytest.approx(
        [6.5 / 12 * sphere, sphere / 12, sphere, sphere]
    )
    assert found["recall_area"][1] > found["recall_area"][0] > 0
    assert found["recall_area"][2:].tolist() == [0, 0]
