"""Metrics of many answered places, against loops over answers."""

import math

import numpy as np
import pytest
import torch
from oracles import answered_places as oracle
from oracles import sphere

from vgym.data import earth
from vgym.data.earth.regions import CONTINENTS
from vgym.evaluation.places import summary
from vgym.evaluation.places.answers import Answers, answers_of, distances_km
from vgym.evaluation.places.area import recall_against_area, recall_of_cells, recall_of_points
from vgym.evaluation.places.groups import AT_SEA, BANDS, IN_NO_CITY, by_continent, by_people
from vgym.evaluation.places.wordings import consistency
from vgym.geometry.cells import area_km2, cell_of

PARIS, LYON, DESERT, AT_OCEAN = (2.3522, 48.8566), (4.8357, 45.764), (5.0, 24.0), (-30.0, 0.0)


def uniform(rows: int, seed: int) -> np.ndarray:
    u = np.random.default_rng(seed).random((rows, 2))
    return np.stack([360 * u[:, 0] - 180, np.degrees(np.arcsin(2 * u[:, 1] - 1))], 1)


def some(rows: int = 151) -> Answers:
    """Near, far, at the truth and unread."""
    true = uniform(rows, 0)
    answered = uniform(rows, 1)
    answered[: rows // 2] = true[: rows // 2] + np.random.default_rng(2).normal(
        size=(rows // 2, 2)
    ) * 10.0 ** np.random.default_rng(3).uniform(-3, 0.7, (rows // 2, 1))
    answered[:, 1] = answered[:, 1].clip(-90, 90)
    answered[5] = true[5]
    answered[::9] = np.nan
    return Answers(answered, true)


def pairs(answers: Answers) -> list[tuple[tuple[float, float] | None, tuple[float, float]]]:
    return [
        (None if not read else tuple(a), tuple(t))
        for read, a, t in zip(
            answers.read, answers.answered.tolist(), answers.true.tolist(), strict=True
        )
    ]


def test_distances() -> None:
    answers = some()
    expected = [oracle.km(a, t) for a, t in pairs(answers)]
    np.testing.assert_allclose(answers.km, expected, atol=1e-6)
    read = answers.read
    on_wgs84 = sphere.distances(answers.answered[read], answers.true[read], sphere.ELLIPSOID)
    np.testing.assert_allclose(answers.wgs84_km[read], on_wgs84 / 1000, atol=1e-6)
    assert (answers.wgs84_km[~read] == 20_003.9314586).all()
    scores = [
        0 if a is None else 5000 * math.exp(-oracle.km(a, t) / 1492.7) for a, t in pairs(answers)
    ]
    np.testing.assert_allclose(answers.geo_scores, scores, atol=1e-5)
    assert summary.geo_score(answers).mean == pytest.approx(np.mean(scores))


def test_answers_are_pairs() -> None:
    answers = some(40)
    again = answers_of(pairs(answers))
    np.testing.assert_array_equal(again.answered, answers.answered)
    assert len(answers_of([])) == 0 and len(answers[answers.read]) == answers.read.sum()
    with pytest.raises(ValueError, match="1 answers are given to 2 places"):
        Answers(np.zeros((1, 2)), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="not finite"):
        Answers(np.zeros((1, 2)), np.full((1, 2), np.nan))
    with pytest.raises(ValueError, match=r"answered has shape \(2,\)"):
        Answers(np.zeros(2), np.zeros((1, 2)))
    with pytest.raises(ValueError, match="on='flat' must be one of sphere, WGS84"):
        distances_km([[0, 0]], [[0, 0]], "flat")


def test_medians_with_and_without_what_was_not_read() -> None:
    answers = some()
    every = [oracle.km(a, t) for a, t in pairs(answers)]
    read = [oracle.km(a, t) for a, t in pairs(answers) if a is not None]
    found, kept = summary.median_km(answers), summary.median_km(answers, read_only=True)
    assert found.mean == pytest.approx(oracle.median(every))
    assert kept.mean == pytest.approx(oracle.median(read)) and kept.mean < found.mean
    assert found.low <= found.mean <= found.high and found == summary.median_km(answers)
    none = Answers(np.full((3, 2), np.nan), np.zeros((3, 2)))
    assert summary.median_km(none, read_only=True).mean == pytest.approx(oracle.FARTHEST_KM)


@pytest.mark.parametrize("comparator", ["<=", "<"])
@pytest.mark.parametrize("on", ["sphere", "WGS84"])
def test_accuracies(comparator: str, on: str) -> None:
    answers = some()
    km = answers.km if on == "sphere" else answers.wgs84_km
    found = summary.accuracies(answers, comparator=comparator, on=on, radii_km=(25.0, 200.0, 2e4))
    for one in found:
        hits = sum(
            bool(read) and (d <= one.radius_km if comparator == "<=" else d < one.radius_km)
            for d, read in zip(km, answers.read, strict=True)
        )
        assert one.share.mean == pytest.approx(hits / len(answers))
        assert (one.comparator, one.on, one.count) == (comparator, on, len(answers))
    assert 0 < found[0].share.mean < found[1].share.mean < found[2].share.mean < 1


def test_the_comparator_decides_at_the_radius() -> None:
    answers = Answers(np.array([[0.0, 1.0]]), np.zeros((1, 2)))
    at = (float(answers.km[0]),)
    shares = [
        summary.accuracies(answers, radii_km=at, comparator=c)[0].share.mean for c in ("<=", "<")
    ]
    assert shares == [1, 0]
    with pytest.raises(ValueError, match="comparator='~'"):
        summary.accuracies(answers, comparator="~")


def test_levels_are_counted_where_the_truth_has_them() -> None:
    answers = answers_of(
        [(PARIS, PARIS), (LYON, PARIS), (None, PARIS), (PARIS, AT_OCEAN), (DESERT, DESERT)]
    )
    found = {one.level: one for one in summary.level_accuracies(answers)}
    assert [found[level].count for level in ("continent", "country", "region", "city")] == [
        4,
        4,
        4,
        3,
    ]
    shares = [found[level].share.mean for level in ("continent", "country", "region", "city")]
    assert shares == pytest.approx([3 / 4, 3 / 4, 2 / 4, 1 / 3])
    at_sea = summary.level_accuracies(answers[3:4])
    assert all(one.share is None and one.count == 0 for one in at_sea)


def test_groups_by_continent_and_people() -> None:
    answers = some(400)
    countries = earth.country_of(answers.true)
    for group in by_continent(answers):
        rows = [
            i
            for i, country in enumerate(countries)
            if (AT_SEA if country is None else CONTINENTS[country.continent]) == group.name
        ]
        assert group.count == len(rows) > 0
        assert group.median_km.mean == pytest.approx(oracle.median([answers.km[i] for i in rows]))
        hits = [answers.km[i] <= 200 and bool(answers.read[i]) for i in rows]
        assert group.within_200_km.mean == pytest.approx(np.mean(hits))
    assert sum(group.count for group in by_continent(answers)) == 400
    towns = answers_of([(PARIS, PARIS), (None, PARIS), (PARIS, AT_OCEAN), (DESERT, DESERT)])
    groups = {group.name: group.count for group in by_people(towns)}
    assert groups == {IN_NO_CITY: 2, BANDS[3]: 2}
    assert by_continent(answers[:0]) == []


def test_recall_of_cells() -> None:
    true = uniform(60, 4)
    cells = cell_of(torch.from_numpy(true), 2).numpy()
    scores = np.random.default_rng(5).random((60, 192))
    scores[np.arange(20), cells[:20]] = 2
    scores[20] = 0
    scores[21] = 1
    found = recall_of_cells(scores, true, 2)
    size = area_km2(2)
    for i in range(60):
        holds = np.arange(192) == cells[i]
        walked = oracle.area_to_truth(
            [(s, size, bool(h)) for s, h in zip(scores[i], holds, strict=True)]
        )
        assert found.areas_km2[i] == pytest.approx(walked)
    assert math.isinf(found.areas_km2[20]) and found.areas_km2[21] == pytest.approx(96.5 * size)
    grid = np.geomspace(math.pi, 510_065_881, 4000)
    recall = found.recall(grid)
    assert recall[0] == 0 and recall[-1] == pytest.approx(59 / 60)
    steps = np.diff(np.log(grid))
    numeric = ((recall[1:] + recall[:-1]) / 2 * steps).sum() / steps.sum()
    assert found.auc.mean == pytest.approx(numeric, abs=1e-3)
    with pytest.raises(ValueError, match="level 1 has 48 cells; 192 scores are given"):
        recall_of_cells(scores, true, 1)


def test_points_within_a_radius_are_held_by_a_circle_of_its_area() -> None:
    answers = some()
    curve = recall_of_points(np.where(answers.read, answers.km, np.inf))
    radii = (1.0, 25.0, 200.0, 750.0, 2500.0)
    shares = [one.share.mean for one in summary.accuracies(answers, radii_km=radii)]
    np.testing.assert_allclose(curve.at_radius(radii), shares)
    assert recall_against_area([1.0, 1.0]).auc.mean == 1
    assert recall_against_area([math.inf]).auc.mean == 0


def test_consistency() -> None:
    rng = np.random.default_rng(7)
    place = rng.integers(0, 12, 50)
    answered = uniform(12, 8)[place] + rng.normal(size=(50, 2)) * 0.2
    answered[::11] = np.nan
    found = consistency(answered, place)
    rows = [
        (int(p), None if np.isnan(a[0]) else tuple(a))
        for p, a in zip(place, answered.tolist(), strict=True)
    ]
    apart, together, places = oracle.consistency(rows)
    assert found.apart_km.mean == pytest.approx(apart)
    assert found.together.mean == pytest.approx(together) and 0 < together < 1
    assert found.places == places
    named = consistency(answered, [f"place {p}" for p in place])
    assert named.apart_km.mean == pytest.approx(apart)
    same = consistency([PARIS, PARIS, LYON], ["a", "a", "b"])
    assert (same.apart_km.mean, same.together.mean, same.places) == (0, 1, 1)
    for answers, about in (([PARIS, LYON], [1, 2]), (np.zeros((0, 2)), [])):
        with pytest.raises(ValueError, match="no place has two answers"):
            consistency(answers, about)
