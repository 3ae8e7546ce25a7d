"""The benchmark keeps what it has, whatever goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vgym.baselines.agents import make_agent
from vgym.evaluation import results
from vgym.evaluation.benchmark import Benchmark, CannotSave, Subject

SMALL = {"image_size": 64, "difficulty": 0}


def benchmark(out: Path) -> Benchmark:
    agents = [make_agent(name) for name in ("centre", "oracle")]
    subjects = [Subject(id, id, SMALL) for id in ("VGround-v0", "VGroundPoint-v0")]
    return Benchmark(subjects, agents, 6, out, command="vgym bench")


def ignore(*_: Any) -> None:
    pass


def saved(out: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((out / "results.json").read_text())
    return document


def test_every_cell_is_on_disk_before_the_next_begins(tmp_path: Path) -> None:
    bench = benchmark(tmp_path / "new" / "folder")
    cells = []
    for n, row in enumerate(bench.play(ignore), start=1):
        cells.append((row.env, row.agent))
        assert len(saved(bench.out)["rows"]) == n
        assert saved(bench.out)["partial"] == (n < 4)
    bench.finish()
    assert cells == [
        ("VGround-v0", "centre"),
        ("VGround-v0", "oracle"),
        ("VGroundPoint-v0", "centre"),
        ("VGroundPoint-v0", "oracle"),
    ]
    assert "Partial." not in (bench.out / "report.html").read_text()
    assert len((bench.out / "results.csv").read_text().splitlines()) == 5


def test_a_full_disk_keeps_the_earlier_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = benchmark(tmp_path)
    cells = bench.play(ignore)
    next(cells)
    next(cells)

    def full(_: int) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results.os, "fsync", full)
    with pytest.raises(CannotSave, match=r"No space left.*2 of 4 results are kept in .*json"):
        next(cells)
    assert [row["agent"] for row in saved(tmp_path)["rows"]] == ["centre", "oracle"]
    assert saved(tmp_path)["partial"] is True
    with pytest.raises(CannotSave):
        bench.finish()


def test_a_folder_that_cannot_be_made_is_found_out_before_playing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotSave, match="File exists; 0 of 4 results were written"):
        next(benchmark(tmp_path / "file").play(lambda *_: pytest.fail("it played")))


def test_an_interrupted_run_reports_what_was_finished(tmp_path: Path) -> None:
    bench = benchmark(tmp_path)

    def interrupt(subject: Subject, agent: Any, more: int) -> None:
        if subject.id == "VGroundPoint-v0":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        for _ in bench.play(interrupt):
            pass
    bench.finish()
    assert bench.partial
    assert "Partial." in (tmp_path / "report.html").read_text()
    assert len(saved(tmp_path)["rows"]) == 2
