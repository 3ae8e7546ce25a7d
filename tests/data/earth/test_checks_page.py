"""docs/earth_checks.md says what its script finds."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

import vgym

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
