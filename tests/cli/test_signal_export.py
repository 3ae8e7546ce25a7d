"""``vgym signal`` and ``vgym export`` as they are typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from vgym.cli import main

SIGNAL = "signal VGround-v0 --image-size 64 --prompts 6 --recipes dense,sparse".split()


def test_signal_prints_a_table_and_writes_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "signal"
    words = [*SIGNAL, "--groups", "2,4", "--answers", "random,noise:0.05", "--out", str(out)]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "VGround-v0, answers: noise:0.05, 6 groups" in printed and "agrees" in printed
    told = json.loads((out / "signal.json").read_text("utf-8"))
    assert [m["who"] for m in told["measured"]] == ["random", "noise:0.05"]
    sparse = [s for s in told["measured"][0]["signals"] if s["recipe"] == "sparse"]
    assert [s["members"] for s in sparse] == [2, 4]
    page = (out / "signal.html").read_text("utf-8")
    assert "<svg" in page and "<script" not in page and "noise:0.05" in page


def test_answers_may_be_an_agents(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SIGNAL, "--groups", "2", "--answers", "oracle"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"sparse +2 +1.000 +100.0% +0.000 +100% +0% +-", printed)  # all alike


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (["--answers", "noise:x"], "noise:x: .*is not a number"),
        (["--answers", "nobody"], "nobody"),
        (["--recipes", "denze"], "dense"),
        (["--groups", "1"], "at least 2"),
        (["--groups", "x"], "positive whole number"),
    ],
)
def test_signal_says_what_is_wrong(
    words: list[str], match: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        assert main([*SIGNAL, *words]) == 2
    except SystemExit as end:
        assert end.code == 2
    assert re.search(match, capsys.readouterr().err)


def test_export_writes_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "export VGround-v0,VGroundPoint-v0 --weights 3,1 --dialect qwen2.5-vl".split()
    words += ["--format", "jsonl", "--episodes", "8", "--shard", "3", "--image-size", "64"]
    words += ["--recipe", "sparse", "--out", str(tmp_path / "set")]
    assert main(words) == 0
    assert "8 rows in 3 files" in capsys.readouterr().out
    assert main(words) == 0
    rows = [
        json.loads(line)
        for path in sorted((tmp_path / "set" / "data").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    assert len(rows) == 8 and {row["recipe"] for row in rows} == {"sparse"}
    assert main([*words, "--seed", "5"]) == 2
    assert "holds another export" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (["--dialect", "qwen3"], "qwen3-vl"),
        (["--trainer", "trll"], "trl"),
        (["--weights", "1,2"], "2 weights were given for 1"),
        (["--weights", "x"], "is not a number"),
    ],
)
def test_export_says_what_is_wrong(
    words: list[str], match: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["export", "VGround-v0", "--format", "jsonl", "--out", str(tmp_path / "set"), *words]
    try:
        assert main(line) == 2
    except SystemExit as end:
        assert end.code == 2
    assert match in capsys.readouterr().err
