"""A benchmark that is interrupted, killed or out of disk keeps what it finished, and goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from system_faults import files_of_at_most, held_by_another

from vgym import cli
from vgym.evaluation.saved import FILES, read_saved

AGENTS = """
import os, time


class First:
    name = "first"

    def reset(self, seed):
        pass

    def act(self, observation, instructions, envs):
        return envs.unwrapped.oracle()


class Second(First):
    name = "second"

    def reset(self, seed):
        if os.environ.get("WAIT"):
            print("in the second", flush=True)
            time.sleep(60)
"""
WORDS = ["bench", "--envs", "VGroundPoint-v0", "--source", "synthetic", "--episodes", "3"]
WORDS += ["--image-size", "64", "--agents", "waiting_agents:First,waiting_agents:Second"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "waiting_agents.py").write_text(AGENTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield tmp_path
    sys.modules.pop("waiting_agents", None)


def _goes_on(out: Path) -> None:
    """One row is there with its episodes; `--resume` plays the other, and comes to the whole."""
    (row,) = read_saved(out).rows
    assert row.agent == "first" and row.whole
    lines = (out / "episodes.jsonl").read_bytes().splitlines()[:3]
    assert cli.main([*WORDS, "--out", str(out), "--resume"]) == 0
    assert {path.name for path in out.iterdir()} == set(FILES)
    assert (out / "episodes.jsonl").read_bytes().splitlines()[:3] == lines
    assert [(row.agent, row.whole) for row in read_saved(out).rows] == [
        ("first", True),
        ("second", True),
    ]
    assert json.loads((out / "results.json").read_text())["partial"] is False


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_is_stopped_keeps_its_rows_and_goes_on(here: Path, how: signal.Signals) -> None:
    out = here / "report"
    process = subprocess.Popen(
        [sys.executable, "-m", "vgym", *WORDS, "--out", str(out)],
        env={**os.environ, "WAIT": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None and process.stderr is not None
        while process.stdout.readline() != "in the second\n":
            assert process.poll() is None
        process.send_signal(how)
        code, said = process.wait(60), process.stderr.read()
    assert code == (130 if how == signal.SIGINT else -how)
    if how == signal.SIGINT:
        assert "--resume goes on" in said
        assert "Partial." in (out / "report.html").read_text()
    _goes_on(out)


def test_a_disk_that_fills_up_in_the_middle_of_a_row(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = here / "whole"
    assert cli.main([*WORDS, "--out", str(whole)]) == 0
    episodes = (whole / "episodes.jsonl").read_bytes()
    room = len(episodes) - 100  # for the first row, and for most of the second
    out = here / "report"
    with files_of_at_most(room):
        assert cli.main([*WORDS, "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert "File too large; 1 of 2 results are kept in" in said and "--resume" in said
    assert len((out / "episodes.jsonl").read_bytes()) == room  # cut off
    _goes_on(out)
    assert (out / "episodes.jsonl").read_bytes() == episodes


def test_an_agent_that_raises_leaves_a_report_of_what_was_finished(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no weights")

    out = here / "report"
    with monkeypatch.context() as patch:
        patch.setattr("waiting_agents.Second.reset", broken)
        assert cli.main([*WORDS, "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert "no weights" in said and "--resume goes on" in said
    assert "Partial." in (out / "report.html").read_text()
    _goes_on(out)


def test_a_folder_that_another_run_writes_to_is_left_alone(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = here / "report"
    out.mkdir()
    with held_by_another(out):
        assert cli.main([*WORDS, "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert "another process is writing to it; wait for its end, or name another folder" in said
    assert list(out.iterdir()) == []
    assert cli.main([*WORDS, "--out", str(out)]) == 0
