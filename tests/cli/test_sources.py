"""A source on the command line is played by the environments that can."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from vgym.cli import main

QUICK = ["--agents", "centre", "--episodes", "2", "--num-envs", "2", "--image-size", "64"]


def _played(capsys: pytest.CaptureFixture[str], source: str, *words: str) -> tuple[set[str], str]:
    """The ids played, and what was said on standard error."""
    out = Path("report")
    code = main(["bench", "--source", source, *QUICK, "--out", str(out), *words])
    said = capsys.readouterr().err
    assert code == 0, said
    return {row["id"] for row in json.loads((out / "results.json").read_text())["rows"]}, said


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (120, 90), "grey").save("a.png")
    return tmp_path


def test_photographs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    played, said = _played(capsys, "photos")
    assert played == {"VGround-v0", "VGroundPoint-v0", "VGroundMany-v0", "VGui-v0"}
    assert (
        "--source photos is played by VGround-v0, VGroundPoint-v0, VGroundMany-v0, VGui-v0" in said
    )
    assert "VMaze-v0, VNavActivate-v0" in said and "unknown source 'photos'" in said


def test_a_file_of_records_with_one_box(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = {"image": "a.png", "expression": "it", "boxes": [[1, 2, 30, 40]]}
    Path("my.jsonl").write_text(json.dumps(record))
    played, _ = _played(capsys, "my.jsonl")
    assert played == {"VGround-v0", "VGroundPoint-v0", "VGroundMany-v0", "VGui-v0"}


def test_a_file_of_records_with_several(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neighbour: what the records hold decides, not how the file is called."""
    record = {"image": "a.png", "expression": "them", "boxes": [[1, 2, 30, 40], [50, 2, 70, 40]]}
    Path("my.jsonl").write_text(json.dumps(record))
    assert _played(capsys, "my.jsonl")[0] == {"VGroundMany-v0"}


def test_a_file_in_another_convention(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the error says is a word of the command line too."""
    records = [
        {"image": "a.png", "expression": "it", "boxes": [[0.2, 0.1 * n, 0.5, 0.8]]}
        for n in range(1, 4)
    ]
    Path("my.jsonl").write_text("\n".join(map(json.dumps, records)))
    assert main(["bench", "--source", "my.jsonl", *QUICK]) == 2
    assert 'say convention="fraction/xyxy"' in capsys.readouterr().err
    played, _ = _played(capsys, "my.jsonl", "--convention", "fraction/xyxy")
    assert played == {"VGround-v0", "VGroundPoint-v0", "VGroundMany-v0", "VGui-v0"}
    words = ["show", "VGround-v0", "--source", "my.jsonl", "--out", "x.png"]
    assert main(words) == 2
    assert main([*words, "--convention", "fraction/xyxy"]) == 0


def test_a_map(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neighbour: another family's files."""
    rows = "\n".join(["........"] * 8)
    Path("small.map").write_text(f"type octile\nheight 8\nwidth 8\nmap\n{rows}\n")
    played, said = _played(capsys, "small.map", "--agents", "oracle")
    assert played == {"VNavPoint-v0"}
    assert "VNav-v0, VNavInstruction-v0: source='small.map' has nothing to go to by name" in said


def test_a_source_that_nobody_plays(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--source", "none.jsonl", *QUICK]) == 2
    said = capsys.readouterr().err
    assert "no environment can play --source none.jsonl\n" in said
    first = "VGround-v0, VGroundPoint-v0, VGroundMany-v0, VGui-v0, VGeoPhoto-v0"
    assert f"{first}: none.jsonl does not exist" in said


def test_an_id_that_was_named_is_not_left_out(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["bench", "--source", "photos", "--envs", "VGround-v0,VMaze-v0", *QUICK]
    assert main(words) == 2
    assert "unknown source 'photos'. Valid: synthetic" in capsys.readouterr().err


def test_why_others_are_left_out_is_said_shortly(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = {"image": "a.png", "expression": "it", "boxes": [[0.1, 0.2, 0.3, 0.4]]}
    Path("my.jsonl").write_text(json.dumps(record))
    _, said = _played(capsys, "my.jsonl", "--convention", "fraction/xyxy")
    (line,) = [line for line in said.splitlines() if "VMaze-v0" in line]
    assert line.endswith(": takes no --convention") and "VGuiFlow-v0" in line
    assert "Valid" not in said
    _, said = _played(capsys, "photos", "--out", "other")
    assert "unknown source 'photos'" in said and "Valid" not in said


@pytest.mark.parametrize("taken", ["folder", "file"])
def test_the_folder_is_looked_at_before_anything_is_made(
    taken: str, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if taken == "folder":
        _played(capsys, "photos", "--envs", "VGround-v0")
    else:
        Path("report").write_text("")
    monkeypatch.setattr("gymnasium.make_vec", lambda *_, **__: pytest.fail("it was made"))
    assert main(["bench", "--source", "photos", *QUICK]) == 2
    said = capsys.readouterr().err
    assert ("--resume" in said) == (taken == "folder") and "played by" not in said
