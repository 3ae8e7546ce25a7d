"""The page of all ids says what was measured, and of each finding why it stays."""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from vgym.baselines import audit_before_after, audit_ids

ROOT = Path(__file__).parents[3]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs"), *sys.path])
    return importlib.import_module("build_id_audit")


def test_the_page_is_that_of_the_records(made: Any) -> None:
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), "python docs/build_id_audit.py"


def test_what_is_above_the_threshold_is_known_and_nothing_else(made: Any) -> None:
    found = audit_ids.records()
    assert len(made.measured_ids(found)) >= 13
    known = {(found[key]["id"], attack["attack"]) for key, attack, _ in made.above(found)}
    assert known == {*made.KNOWN}


def test_the_thresholds_are_those_of_the_difficulties() -> None:
    for record in audit_ids.records().values():
        assert record["threshold"] == audit_ids.threshold_at(record["settings"]["difficulty"])
        assert record["effort"] == "quick"


def test_a_number_of_now_is_of_a_row_and_other_rows_name_a_test() -> None:
    rows = audit_before_after.ROWS
    assert audit_before_after.records().keys() <= {row.key for row in rows if not row.test}
    for row in rows:
        if row.test:
            file, _, name = row.test.partition("::")
            assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_a_number_is_measured_anew() -> None:
    (row,) = (row for row in audit_before_after.ROWS if "dense of points" in row.what)
    assert audit_before_after.measured(row, "brief")["after"] == "100"
