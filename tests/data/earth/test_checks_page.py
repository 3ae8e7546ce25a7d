"""Pages of numbers of the Earth and of its tasks say what their scripts find, or have measured."""

import importlib
import itertools
import json
from pathlib import Path
from types import ModuleType

import pytest

import vgym
from vgym.baselines.geo_ladder import RESULT

DOCS = Path(vgym.__file__).resolve().parents[1] / "docs"
if not DOCS.exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(DOCS))
    return importlib.import_module("build_earth")


@pytest.mark.slow
def test_the_towns_that_differ_are_listed(made: ModuleType) -> None:
    assert made.countries() in made.PAGE.read_text("utf-8"), "python docs/build_earth.py"


def test_distances_differ_by_no_more_than_is_printed(made: ModuleType) -> None:
    """All pairs against PROJ; of geographiclib, at 0.3 ms a pair, the first hundred."""
    page = made.PAGE.read_text("utf-8")
    kinds = made.pairs()
    assert f"{len(kinds) * made.PAIRS:,} pairs" in page
    for name, ends in kinds.items():
        line = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
        printed = [float(cell.replace(",", "")) * 1e-9 for cell in line.split("|")[2:5]]
        on_sphere, on_wgs84, exactly = made.differences(*ends, geographiclib=100)
        # Other processors round otherwise, by a unit or two in the last place of 20,000 km.
        assert on_sphere <= printed[0] + 2e-8
        assert on_wgs84 == pytest.approx(printed[1], rel=0.05, abs=2e-8)
        assert exactly <= printed[2] + 2e-8 and printed[2] < 1e-5


def test_what_was_measured_is_what_pages_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    places = importlib.import_module("build_places")
    run = "python docs/build_places.py"
    assert places.SPEED.read_text("utf-8") == places.speed(), run
    for page, text in places.ladders().items():
        assert text in (DOCS / page).read_text("utf-8"), run
    assert places.constants() in (DOCS / "geolocation.md").read_text("utf-8"), run


def test_agents_stand_on_a_ladder() -> None:
    """As they were measured: the intervals of one and of the next do not meet."""
    rows = json.loads(RESULT.read_text("utf-8"))
    agents = next(row["agents"] for row in rows if row["id"] == "VGeo-v0")
    steps = [agents[name]["return"] for name in ("random", "prior", "retrieval", "oracle")]
    for (_, _, high), (_, low, _) in itertools.pairwise(steps):
        assert high < low
    for row in rows:
        assert row["agents"]["oracle"]["hit"][0] == 1
        chance, truth = (row["agents"][name]["return"][0] for name in ("random", "oracle"))
        blind = row["agents"].get("prior") or row["agents"]["centre"]
        assert blind["return"][0] - chance < 0.25 * (truth - chance)
