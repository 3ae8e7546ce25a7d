"""The Earth recipes: the numbers of their papers, slow references, and what they promise."""

import math
import pickle

import numpy as np
import pytest
import torch
from oracles import published_earth as oracle
from torch import Tensor

from vgym.geometry.sphere import EARTH_RADIUS, destination
from vgym.rewards import recipe, recipes, score
from vgym.rewards.published.place_cells import cell_label_smoothing
from vgym.rewards.published.place_text import (
    geovista_names,
    globe_format,
    globe_names_match,
    globe_visual_match,
)

MENDED = ("geo-r-sound", "geoguessr-sound")
DISTANCE = ("dense-earth", "geo-r", "geoguessr", "osv5m-geoscore", *MENDED)
LEVELS = (
    *("geovista", "geovista-v1", "geovista-v3", "geovista-v4", "geovista-sound"),
    *("globe", "globe-sound", "hierarchical"),
)
CELLS = ("pigeon", "pigeon-sound")
FIELDS = ("vlm-gym", "vlm-gym-sound")
ALL = (*DISTANCE, *LEVELS, *CELLS, *FIELDS)
FORMS = [(name, form.name) for name in ALL for form in recipe(name).forms]
ROWS = 200


def uniform_places(rows: int, generator: torch.Generator) -> Tensor:
    u = torch.rand(rows, 2, generator=generator, dtype=torch.float64)
    return torch.stack((360 * u[:, 0] - 180, torch.rad2deg(torch.asin(2 * u[:, 1] - 1))), -1)


def random_facts(seed: int = 0) -> dict[str, Tensor]:
    """Every fact that an Earth recipe reads, identical and antipodal places among them."""
    generator = torch.Generator().manual_seed(seed)

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator, dtype=torch.float64)

    def coin(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator) < 0.5

    target = uniform_places(ROWS, generator)
    prediction = uniform_places(ROWS, generator)
    prediction[:20] = target[:20]
    prediction[20:40, 0], prediction[20:40, 1] = target[20:40, 0] + 180, -target[20:40, 1]
    prediction[40:120] = target[40:120] + uniform(80, 2) * 4 - 2
    prediction[:, 1].clamp_(-90, 90)
    cells = uniform(ROWS, 7) * 10 ** (uniform(ROWS, 1) * 7)
    return {
        "prediction_lonlat": prediction,
        "target_lonlat": target,
        "distance_m": uniform(ROWS) * 10 ** (uniform(ROWS) * 7.3),
        "continent_correct": coin(ROWS),
        "country_correct": coin(ROWS),
        "region_correct": coin(ROWS),
        "city_correct": coin(ROWS),
        "leaked_queries": (uniform(ROWS) * 8).long(),
        "gold_in_results": coin(ROWS),
        "localizability": uniform(ROWS),
        "visual_match": uniform(ROWS),
        "format_ok": coin(ROWS),
        "cell_index": (uniform(ROWS) * 7).long(),
        "cell_distances_m": cells,
        "cell_distance_m": cells.amax(-1),
        "nearest_cell_distance_m": cells.amin(-1),
        "true_cell_distance_m": cells.amin(-1) * (1 + 0.3 * uniform(ROWS)),
        "cell_correct": coin(ROWS),
        "field_distances_m": uniform(ROWS, 4) * 10 ** (uniform(ROWS, 4) * 7),
        "field_answered": coin(ROWS, 4),
        "answers_seen": (uniform(ROWS) * 1500).long(),
    }


def facts_for(name: str, form: str, seed: int = 0) -> dict[str, Tensor]:
    (needs,) = [one.needs for one in recipe(name).forms if one.name == form]
    facts = random_facts(seed)
    masks = ("field_answered",) if "field_distances_m" in needs else ()
    return {key: facts[key] for key in (*needs, *masks)}


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_equals_the_slow_reference(name: str, form: str) -> None:
    facts = facts_for(name, form)
    found = recipe(name)(facts)
    slow = getattr(oracle, name.replace("-", "_"))
    expected = [slow({key: fact[i].tolist() for key, fact in facts.items()}) for i in range(ROWS)]
    # Rounding to four decimals may fall either way at a tie.
    atol = 1.01e-4 if name == "geo-r" else 1e-6
    np.testing.assert_allclose(found.value.numpy(), expected, atol=atol)
    if name == "geo-r":
        assert (abs(found.value.numpy() - expected) > 1e-9).mean() < 0.02
    assert not found.flagged.any()
    assert np.std(expected) > 0.01, "the batch must be able to tell recipes apart"


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_in_range_and_finite(name: str, form: str) -> None:
    reward = recipe(name)
    for seed in range(3):
        found = reward(facts_for(name, form, seed))
        assert ((found.value >= reward.range[0]) & (found.value <= reward.range[1])).all()
        parts = {part.name: part.range for part in reward.form_for(facts_for(name, form)).parts}
        for key, term in found.terms.items():
            assert ((term >= parts[key][0]) & (term <= parts[key][1])).all()


TRUTH = {
    "prediction_lonlat": [[2.3522, 48.8566]],
    "target_lonlat": [[2.3522, 48.8566]],
    "distance_m": [0.0],
    "continent_correct": [True],
    "country_correct": [True],
    "region_correct": [True],
    "city_correct": [True],
    "leaked_queries": [0],
    "gold_in_results": [True],
    "localizability": [1.0],
    "visual_match": [1.0],
    "format_ok": [True],
    "cell_index": [1],
    "cell_distances_m": [[9e5, 3e4, 5e6]],
    "cell_distance_m": [3e4],
    "nearest_cell_distance_m": [3e4],
    "true_cell_distance_m": [3e4],
    "cell_correct": [True],
    "field_distances_m": [[0.0] * 4],
    "answers_seen": [700],
}


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_truth_earns_the_most(name: str, form: str) -> None:
    (needs,) = [one.needs for one in recipe(name).forms if one.name == form]
    found = score(name, **{key: TRUTH[key] for key in needs})
    assert found.value.item() == pytest.approx(recipe(name).range[1], abs=1e-6)


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_not_finite_earns_the_floor_and_is_flagged(name: str, form: str) -> None:
    reward = recipe(name)
    facts = facts_for(name, form)
    facts.pop("field_answered", None)
    for key, fact in facts.items():
        for bad in (math.nan, math.inf, -math.inf):
            if not fact.is_floating_point():
                continue
            spoilt = fact.clone()
            spoilt[3].fill_(bad)
            found = reward({**facts, key: spoilt})
            assert found.flagged.nonzero().flatten().tolist() == [3]
            assert found.value[3] == reward.floor and found.value.isfinite().all()
            assert all(term.isfinite().all() for term in found.terms.values())


@pytest.mark.parametrize("name", DISTANCE)
def test_falls_with_the_distance_all_the_way(name: str) -> None:
    origin = torch.tensor([[-0.1278, 51.5074]], dtype=torch.float64)
    metres = torch.linspace(0, math.pi * EARTH_RADIUS, 4001, dtype=torch.float64)
    heading = torch.tensor(73.0, dtype=torch.float64)
    places = destination(origin, heading, metres)
    value = recipe(name)(
        {"prediction_lonlat": places, "target_lonlat": origin.expand(4001, 2)}
    ).value
    by_distance = recipe(name)({"distance_m": metres * 6371.0 / 6371.0088}).value
    most = recipe(name).range[1]
    torch.testing.assert_close(value, by_distance, atol=1.01e-4 * most, rtol=0)
    assert (value.diff() <= 0).all() and value[0] == most
    if name == "geo-r":  # an exception: rounded, it has flat stretches and ends at 0 early
        assert (value.diff() == 0).any() and (value[-3:] == 0).all()
    else:
        assert (value.diff() < 0).all()


@pytest.mark.parametrize("name", ["dense-earth", *MENDED])
def test_ours_fall_strictly_by_metres_everywhere(name: str) -> None:
    for start in (0.0, 1.0, 1e3, 749_999.0, 2_999_999.0, 1e7, math.pi * EARTH_RADIUS - 1000):
        metres = start + torch.arange(0, 1000, 1.0, dtype=torch.float64)
        assert (recipe(name)({"distance_m": metres}).value.diff() < 0).all()
    ends = torch.tensor([0.0, math.pi * EARTH_RADIUS, 2.1e7], dtype=torch.float64)
    assert recipe(name)({"distance_m": ends}).value.tolist() == [1, 0, 0]


@pytest.mark.parametrize("name", ["dense-earth", "hierarchical", *MENDED])
def test_ours_take_no_latitude_beyond_a_pole(name: str) -> None:
    facts = {
        key: torch.tensor(TRUTH[key]).expand(3, *torch.tensor(TRUTH[key]).shape[1:])
        for key in recipe(name).forms[0].needs
    }
    places = torch.tensor([[0.0, 80.0], [180.0, 100.0], [math.nan] * 2], dtype=torch.float64)
    target = torch.tensor([[0.0, 80.0]] * 3, dtype=torch.float64)
    found = recipe(name)({**facts, "prediction_lonlat": places, "target_lonlat": target})
    assert found.value.tolist() == [1, 0, 0] and found.flagged.tolist() == [False, True, True]


def test_each_halving_pays_the_same() -> None:
    metres = 2e7 / 2 ** torch.arange(15, dtype=torch.float64)  # down to a kilometre
    gains = recipe("dense-earth")({"distance_m": metres}).value.diff()
    assert gains[:14].tolist() == pytest.approx([math.log(2) / 12.9] * 14, rel=0.05)
    steps = torch.tensor([1e3, 900.0, 1e7, 9.9e6], dtype=torch.float64)
    value = recipe("dense-earth")({"distance_m": steps}).value
    assert value[1] - value[0] > 5e-3 and value[3] - value[2] > 5e-4


def test_hierarchical_puts_levels_before_metres() -> None:
    levels = ("continent_correct", "country_correct", "region_correct", "city_correct")
    nested = [[k >= n for k in range(5)] for n in range(1, 5)]
    facts = dict(zip(levels, nested, strict=True))
    near = score("hierarchical", distance_m=[0.0] * 5, **facts).value
    far = score("hierarchical", distance_m=[2.1e7] * 5, **facts).value
    assert near.tolist() == pytest.approx([1 / 16, 1 / 8, 1 / 4, 1 / 2, 1])
    assert far.tolist() == pytest.approx([0, 1 / 16, 1 / 8, 1 / 4, 1 / 2])


def test_pigeon_sound_pays_the_true_cell_alone_in_full() -> None:
    metres = {"cell_distance_m": [4e5, 3e5, 465e3], "true_cell_distance_m": [4e5] * 3}
    found = score("pigeon-sound", **metres, cell_correct=[True, False, False]).value
    assert found[:2].tolist() == [1, 0.75] and 0.2 < found[2] < 0.35


def test_geo_r_numbers() -> None:
    km = [0, 375, 750, 1500, 1875, 3000, 11500, 20000, 20010]
    value = score("geo-r", distance_m=[1000.0 * d for d in km]).value
    assert value.tolist() == pytest.approx([1, 0.75, 0.5, 0.4, 0.35, 0.2, 0.1, 0, 0], abs=1e-7)
    near = score("geo-r", distance_m=[50.0, 1000.0]).value
    assert near.tolist() == pytest.approx([1.0, 0.9993]), "its failure mode: 1 within 75 m"
    beyond = score("geo-r", prediction_lonlat=[0, 100], target_lonlat=[180, 80]).value
    assert beyond == 1, "its failure mode: a latitude beyond the pole is taken"


def test_geoguessr_numbers() -> None:
    table = {
        0: 5000.0,
        1: 4996.651,
        10: 4966.616,
        25: 4916.956,
        100: 4676.010,
        200: 4373.014,
        500: 3576.821,
        750: 3025.247,
        1000: 2558.730,
        1492.7: 1839.397,
        2500: 936.712,
        5000: 175.486,
        10000: 6.159,
        20015.09: 0.008,
    }
    metres = torch.tensor(list(table), dtype=torch.float64) * 1000
    found = recipe("geoguessr")({"distance_m": metres})
    assert found.terms["geo_score"].tolist() == pytest.approx(list(table.values()), abs=6e-4)
    assert found.value.tolist() == pytest.approx([v / 5000 for v in table.values()], abs=2e-7)


def test_uniform_guesses_earn_what_the_integral_says() -> None:
    generator = torch.Generator().manual_seed(9)
    guesses = uniform_places(200_000, generator)
    facts = {
        "prediction_lonlat": guesses,
        "target_lonlat": torch.tensor([[10.0, 50.0]], dtype=torch.float64).expand_as(guesses),
    }
    assert recipe("geoguessr")(facts).value.mean() * 5000 == pytest.approx(130.095, abs=4)
    assert recipe("geo-r")(facts).value.mean() == pytest.approx(0.124684, abs=1e-3)
    assert recipe("osv5m-geoscore")(facts).value.mean() == pytest.approx(130.095, abs=4)
    assert recipe("dense-earth")(facts).value.mean() == pytest.approx(0.064, abs=1e-3)


def test_geovista_numbers() -> None:
    levels = {
        "country_correct": [True, True, True, False, False],
        "region_correct": [True, True, False, False, False],
        "city_correct": [True, False, False, False, True],
    }
    assert score("geovista", **levels).value.tolist() == [4, 2, 1, 0, 4]
    ends = score(
        "geovista-v1",
        country_correct=[False, True],
        region_correct=[False, True],
        city_correct=[False, True],
        leaked_queries=[9, 0],
        gold_in_results=[True, True],
    )
    assert ends.value.tolist() == [-3, 5]


def test_globe_numbers() -> None:
    rest = {"localizability": [1.0] * 3, "visual_match": [1.0] * 3, "format_ok": [True] * 3}
    levels = {"country_correct": [True, True, False], "city_correct": [True, False, False]}
    published = score("globe", **rest, **levels).value
    assert published.tolist() == pytest.approx([2.7, 1.9, 1.7])
    sound = score("globe-sound", **rest, **levels).value
    assert sound.tolist() == pytest.approx([1, 0.2, 0])


def test_pigeon_smooths_by_the_excess_over_the_nearest() -> None:
    soft = cell_label_smoothing(torch.tensor([[30_000.0, 95_000.0, math.nan, 160_000.0]]))
    assert soft[0].tolist() == pytest.approx([1, math.exp(-1), 0, math.exp(-2)])
    assert cell_label_smoothing(torch.full((3,), math.nan)).tolist() == [0, 0, 0]
    beyond = score("pigeon", cell_index=[3, 0], cell_distances_m=[[1.0, 2.0, 3.0]] * 2)
    assert beyond.value.tolist() == [0, 1] and beyond.flagged.tolist() == [True, False]


def test_vlm_gym_numbers() -> None:
    metres = [[0.0, 500e3, 100e3, 25e3], [0.0, 9e9, 9e9, 9e9]]
    answered = [[True] * 4, [True, False, False, False]]
    facts = {"field_distances_m": metres, "field_answered": answered}
    published = score("vlm-gym", **facts).value
    assert published.tolist() == pytest.approx([0.446895, 1.0], abs=1e-6), "abstaining pays"
    sound = score("vlm-gym-sound", **facts).value
    assert sound.tolist() == pytest.approx([0.446895, 0.125], abs=1e-6)
    none = score("vlm-gym", field_distances_m=metres, field_answered=[[False] * 4] * 2)
    assert none.value.tolist() == [0, 0]
    blank = torch.tensor(metres)
    blank[1, 1:] = math.nan
    unplaced = score("vlm-gym", field_distances_m=blank, field_answered=answered)
    assert unplaced.value[1] == 1 and not unplaced.flagged.any(), "what is absent may be anything"


def test_vlm_gym_stages_begin_at_their_counts() -> None:
    seen = [0, 99, 100, 299, 300, 599, 600, 999, 1000]
    metres = [[9e9, 9e9, 9e9, 0.0]] * len(seen)
    value = score("vlm-gym", field_distances_m=metres, answers_seen=seen).value
    shares = [0, 0, 0, 0, 0.2 / 0.9, 0.2 / 0.9, 0.3 / 1.1, 0.3 / 1.1, 0.4 / 1.2]
    assert value.tolist() == pytest.approx(shares)
    facts = {"field_distances_m": torch.tensor(metres), "answers_seen": torch.tensor(seen)}
    sound = recipe("vlm-gym-sound")(facts).value
    assert sound.tolist() == pytest.approx([0.4 / 1.2] * len(seen)), "the same at every stage"


class TestPlacesAsGiven:
    london, paris = [-0.1278, 51.5074], [2.3522, 48.8566]

    def test_they_stay_in_double_precision(self) -> None:
        near = [self.paris[0], self.paris[1] + 1e-6]  # 0.11 m
        found = score("geoguessr", prediction_lonlat=near, target_lonlat=self.paris)
        metres = -math.log(found.value.item()) * 1492.7e3
        assert found.value.dtype == torch.float64 and found.value.shape == ()
        assert metres == pytest.approx(0.1112, abs=1e-3)

    def test_a_list_an_array_and_a_tensor_are_one(self) -> None:
        rows = [self.london, self.paris]
        expected = score("geo-r", prediction_lonlat=rows, target_lonlat=self.paris).value
        assert expected.tolist() == pytest.approx([0.7710, 1.0])
        for make in (np.array, torch.tensor, lambda r: torch.tensor(r, dtype=torch.float64)):
            found = score("geo-r", prediction_lonlat=make(rows), target_lonlat=make(self.paris))
            torch.testing.assert_close(found.value, expected, atol=1.1e-4, rtol=0)

    @pytest.mark.parametrize(
        ("prediction", "target", "message"),
        [
            ([0, 0], [48.8, 102.3], r"target_lonlat = \[48.8, 102.3\] .* longitude comes first"),
            ([0, 0], [math.nan, 0], "target_lonlat"),
            ([0, 0, 0], [0, 0], r"prediction_lonlat has shape \(3,\); give one \[lon, lat\]"),
            ("Paris", [0, 0], "prediction_lonlat = 'Paris' is not numeric"),
            ([[0, 0]] * 3, [[0, 0]] * 2, "target_lonlat has 2 rows where the others have 3"),
        ],
    )
    def test_what_cannot_be_scored(self, prediction: object, target: object, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            score("geo-r", prediction_lonlat=prediction, target_lonlat=target)

    def test_facts_of_a_task_must_be_double(self) -> None:
        single = torch.zeros(2, 2)
        with pytest.raises(ValueError, match="float32, which resolves metres only"):
            recipe("geo-r")({"prediction_lonlat": single, "target_lonlat": single})

    def test_a_column_is_not_a_number_a_row(self) -> None:
        with pytest.raises(ValueError, match=r"'distance_m' has shape \(2, 1\); it must be one"):
            score("geo-r", distance_m=[[1.0], [2.0]])


@pytest.mark.parametrize("name", ALL)
def test_cards_and_pickles(name: str) -> None:
    reward = recipe(name)
    assert name in recipes()
    for part in (name, reward.source, "range: [", "value = ", "needs: ", *reward.failure_modes):
        assert part in reward.card()
    assert pickle.loads(pickle.dumps(reward)) == reward
    assert reward.failure_modes


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_nothing_is_read_back_from_the_device(name: str, form: str) -> None:
    """The meta device holds no values: reading one would raise."""
    facts = {key: fact.to("meta") for key, fact in facts_for(name, form).items()}
    assert recipe(name)(facts).value.shape == (ROWS,)


class TestPlaceText:
    @pytest.mark.parametrize(
        ("transcript", "place", "named"),
        [
            ("user Paris? assistant Lyon, France", "Paris", False),
            ("assistant Paris assistant Lyon", "Paris", False),
            ("It is São Paulo.", "sao  paulo", True),
            ("the New-York skyline", "New York", True),
            ("Yorkshire", "York", False),
            ("x2York", "York", False),
            ("東京", "東京", False),
            ("anything", "", False),
            ("a+b", "a.b", True),
        ],
    )
    def test_geovista(self, transcript: str, place: str, named: bool) -> None:
        assert geovista_names(transcript, place) is named

    @pytest.mark.parametrize(
        ("predicted", "true", "match"),
        [
            ("Lima", "LIMA", True),
            ("abcdefg", "abcdefghij", True),
            ("abcdefghij", "bcdefgh", True),
            ("abcdef", "abcdefghij", False),
            ("", "Lima", False),
            ("Lima", "", False),
            ("abcdefgx", "abcdefghij", False),
        ],
    )
    def test_globe_names(self, predicted: str, true: str, match: bool) -> None:
        assert globe_names_match(predicted, true) is match

    @pytest.mark.parametrize(
        ("text", "formed"),
        [
            ("<think>a\nb</think>\n\n<answer>c</answer>", True),
            ("<think></think><answer></answer>", True),
            (" <think>a</think><answer>c</answer>", False),
            ("<think>a</think><answer>c</answer>.", False),
            ("<think>a</think> so <answer>c</answer>", False),
            ("<answer>c</answer>", False),
        ],
    )
    def test_globe_format(self, text: str, formed: bool) -> None:
        assert globe_format(text) is formed

    def test_globe_clues(self) -> None:
        clues = ["Car", "car", "tree"]
        assert globe_visual_match("a SCARF", clues) == 0.5, "within a longer word, as published"
        assert globe_visual_match("tree, car", clues) == 1
        assert globe_visual_match("tree", []) == 0
