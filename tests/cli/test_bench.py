"""`vgym bench`: rows as they come, runs that go on, and what is left out."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

import pytest

from vgym import cli
from vgym.baselines.agents import unfit
from vgym.cli.bench_subjects import protocols, subjects_of
from vgym.evaluation.benchmark import Subject
from vgym.registration import row_of

FEW = ["bench", "--envs", "VGround-v0", "--source", "synthetic", "--episodes", "3"]
FEW += ["--image-size", "64", "--agents", "centre,oracle"]


class Pipe(io.StringIO):
    """Standard output that is no screen; notes how many results are on disk at every flush."""

    def __init__(self, out: Path) -> None:
        super().__init__()
        self.out = out
        self.seen: list[tuple[int, int]] = []

    def flush(self) -> None:
        path = self.out / "results.json"
        rows = len(json.loads(path.read_text())["rows"]) if path.is_file() else 0
        self.seen.append((rows, self.getvalue().count("VGround-v0")))


def test_rows_are_streamed_when_piped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(tmp_path)
    monkeypatch.setattr(sys, "stdout", pipe)
    assert cli.main([*FEW, "--out", str(tmp_path)]) == 0
    assert {(0, 0), (1, 1), (2, 2)} <= set(pipe.seen)
    head, first, second = pipe.getvalue().splitlines()[:3]
    assert head.split() == [
        "environment",
        "agent",
        "episodes",
        "success",
        "95",
        "%",
        "return",
        "95",
        "%",
        "steps/s",
    ]
    assert first.split()[:2] == ["VGround-v0", "centre"]
    assert second.split()[:4] == ["VGround-v0", "oracle", "3", "1.000"]
    assert head.index("success") + len("success") == second.index("1.000") + len("1.000")


def test_an_existing_folder_is_not_overwritten_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*FEW, "--out", str(tmp_path)]
    assert cli.main(words) == 0
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    capsys.readouterr()
    assert cli.main(words) == 2
    said = capsys.readouterr()
    assert "--resume" in said.err and "--overwrite" in said.err and said.out == ""
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    for cure in ("--resume", "--overwrite"):
        assert cli.main([*words, cure]) == 0
        assert "oracle" in capsys.readouterr().out
        rows = json.loads((tmp_path / "results.json").read_text())["rows"]
        assert [row["agent"] for row in rows] == ["centre", "oracle"]
        assert len((tmp_path / "episodes.jsonl").read_text().splitlines()) == 6


def test_what_an_agent_cannot_play_is_said_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*FEW[:-1], "oracle,frontier", "--out", str(tmp_path)]
    assert cli.main(words) == 0
    said = capsys.readouterr()
    assert "frontier plays navigation alone: not VGround-v0" in said.err.splitlines()
    assert "frontier" not in said.out
    assert "frontier plays navigation alone" in (tmp_path / "report.html").read_text()


def test_sources_beside_the_default_are_played_where_their_id_is_asked_for() -> None:
    names = ("convention", "difficulty", "image_size", "source", "episodes")
    unsaid: dict[str, None] = dict.fromkeys(names)
    sources = row_of("VZoom-v0").family.sources
    plain = argparse.Namespace(envs=None, further=[], **unsaid)
    asked = argparse.Namespace(envs="VZoom-v0", further=[], **unsaid)
    assert [each.label for each in subjects_of(["VZoom-v0"], ["oracle"], plain)] == ["VZoom-v0"]
    played = subjects_of(["VZoom-v0"], ["tiny"], asked)
    assert [each.settings.get("source", sources[0]) for each in played] == list(sources)


def test_what_policies_were_trained_on_is_played_where_nothing_else_is_asked_for() -> None:
    names = ("convention", "difficulty", "image_size", "source", "episodes")
    unsaid = argparse.Namespace(envs=None, further=[], **dict.fromkeys(names))
    played = subjects_of(["VGround-v0"], ["random", "tiny"], unsaid)[2:]  # both sources before
    assert "VGround-v0 small" in [each.label for each in played]
    for each in played:
        assert not unfit("tiny", each.id, each.settings)
    asked = argparse.Namespace(**{**vars(unsaid), "image_size": 64})
    assert len(subjects_of(["VGround-v0"], ["tiny"], asked)) == 2


def test_a_protocol_names_the_split_that_is_played() -> None:
    subjects = [Subject("VGeo-v0", "VGeo-v0")]
    assert "train cells" in protocols(subjects, None)[0]
    assert "test cells" in protocols(subjects, "test")[0]
