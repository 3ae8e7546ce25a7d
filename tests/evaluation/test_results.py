"""results.json and results.csv: their shape, and that a failure leaves the old file whole."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from evaluation.sample_rows import played, row

from vgym.evaluation.results import write_csv, write_json, write_whole

FIELDS = {
    "env": str,
    "id": str,
    "agent": str,
    "pictures": str,
    "episodes": int,
    "unread": int,
    "asked": int,
    "success": float,
    "success_ci": list,
    "return_mean": float,
    "return_ci": list,
    "metrics": dict,
    "steps_per_s": float,
    "versions": dict,
    "seed": int,
    "split": str,
    "settings": dict,
    "agent_settings": dict,
    "thought_s": float,
    "usage": dict,
}


def test_json_has_the_promised_fields(tmp_path: Path) -> None:
    write_json(tmp_path / "results.json", [row()], partial=False, command="vgym bench")
    document = json.loads((tmp_path / "results.json").read_text())
    assert document["command"] == "vgym bench"
    assert document["partial"] is False
    (written,) = document["rows"]
    assert {name: type(value) for name, value in written.items()} == FIELDS
    assert written["success"] == 0.25
    assert written["success_ci"][0] < 0.25 < written["success_ci"][1]
    assert written["return_mean"] == pytest.approx(0.5)
    assert written["metrics"]["iou"]["mean"] == pytest.approx(0.5)
    assert len(written["metrics"]["iou"]["ci"]) == 2
    assert written["versions"].keys() >= {"python", "vgym", "gymnasium", "torch"}
    assert (written["seed"], written["split"], written["settings"]) == (3, "val", {"attempts": 1})


def test_csv_has_a_line_a_row(tmp_path: Path) -> None:
    write_csv(tmp_path / "results.csv", [row(), row("=cmd()", "oracle")])
    with (tmp_path / "results.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [line["agent"] for line in lines] == ["random", "oracle"]
    assert float(lines[0]["success"]) == 0.25
    assert float(lines[0]["iou"]) == pytest.approx(0.5)
    assert lines[1]["env"] == "'=cmd()"


def test_a_failed_write_leaves_the_old_file_and_no_scraps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "results.json"
    write_whole(path, "old")

    def full(_: int) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["results.json"]


def unread(*whys: str, steps: int = 1) -> str:
    made = tuple(replace(played(j), why=why, steps=steps) for j, why in enumerate(whys))
    return replace(row(), played=made).unread


def test_the_commonest_reason_stands_for_those_that_differ_in_numbers() -> None:
    far = [f"[{n}.5, -3] lies outside" for n in range(3)]
    said = unread("", "no box in the text", *far, "no box in the text")
    assert said == (
        "random on VGround-v0: 5 of 6 answers are missing or unreadable: [0.5, -3] lies outside"
    )
    assert unread("", "") == ""
    assert "1 of 2 last answers are missing" in unread("", "lost", steps=3)


def test_a_reason_stays_a_short_line() -> None:
    assert unread("a\nb\x1b[31m c").endswith(": a b [31m c")
    assert len(unread("x" * 500)) < 270
