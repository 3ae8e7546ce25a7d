"""Every row of the page on hardening names a test that there is."""

from __future__ import annotations

import re

import pytest
from documents.pages import ROOT

PAGE = ROOT / "docs" / "hardening.md"
if not PAGE.exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)

_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def _rows() -> list[str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("|") and "| ---" not in line]
    return [row for row in rows if not row.endswith("| test |")]


def test_every_row_names_a_test_that_there_is() -> None:
    for row in _rows():
        named = _TEST.findall(row.split("|")[-2])
        assert named, f"no `file.py::test_name` in the last cell of {row}"
        for file, name in named:
            text = (ROOT / "tests" / file).read_text(encoding="utf-8")
            assert re.search(rf"^ *(?:async )?def {name}\(", text, re.M), f"{file}::{name}"


def test_tables_have_as_many_cells_as_heads() -> None:
    heads = 0
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and line.endswith("| test |"):
            heads = line.count("|")
        elif line.startswith("|"):
            assert line.replace(r"\|", "").count("|") == heads, line
