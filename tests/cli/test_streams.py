"""Whatever standard output can write, commands print, and what they write is complete."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from documents.scratch import furnish
from PIL import Image

from vgym import cli
from vgym.cli.streams import Printed, plain_streams
from vgym.data.capture.screens import Summary
from vgym.evaluation.saved import FILES

BUTTON = "кнопка"
ENCODINGS = ["ascii", "cp1252", "latin-1", "gbk", "utf-8"]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on streams of an encoding: its code, and what both came to."""

    def run(words: list[str], encoding: str, errors: str = "strict") -> tuple[int, str, str]:
        raw = [io.BytesIO(), io.BytesIO()]
        streams = [io.TextIOWrapper(each, encoding=encoding, errors=errors) for each in raw]
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        code = cli.main(words)
        assert [stream.errors for stream in streams] == [errors, errors]
        for stream in streams:
            stream.flush()
        out, said = (each.getvalue().decode(encoding, "surrogateescape") for each in raw)
        return code, out, said

    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data whose words, names and folder are not ASCII."""
    folder = tmp_path_factory.mktemp("Prüf stand")
    furnish(folder)
    (folder / "screenspot" / "screenspot_desktop.json").unlink()  # so that the table has a gap
    Image.fromarray(np.full((60, 90, 3), 99, np.uint8)).save(folder / "Ü.png")
    record = {"image": "Ü.png", "expression": BUTTON, "boxes": [[9, 9, 30, 30]]}
    (folder / "Ü.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    return folder


def _bench(folder: Path, out: Path | str) -> list[str]:
    words = ["bench", "--envs", "VGroundPoint-v0", "--agents", "oracle", "--image-size", "64"]
    return [*words, "--source", str(folder / "Ü.jsonl"), "--out", str(out)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_benchmark_prints_its_rows_and_writes_its_files(
    encoding: str, run: Run, folder: Path
) -> None:
    out = folder / f"Bericht ü {encoding}"
    code, printed, said = run(_bench(folder, out), encoding)
    assert code == 0, said
    assert all((out / name).is_file() for name in FILES)
    dash = "-" if encoding in ("ascii", "latin-1") else "\N{EN DASH}"
    assert f"{dash}1.000 " in printed
    assert BUTTON in (out / "report.html").read_text("utf-8")
    words = ["compare", str(out), str(out), "--agents", "oracle,oracle"]
    code, printed, said = run(words, encoding)
    assert code == 0 and "VGroundPoint-v0 " in printed, said


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_words_that_cannot_be_written_are_escaped(encoding: str, run: Run, folder: Path) -> None:
    escaped = BUTTON if encoding == "utf-8" else BUTTON.encode("ascii", "backslashreplace").decode()
    words = ["show", "VGroundPoint-v0", "--source", str(folder / "Ü.jsonl"), "--image-size", "64"]
    code, printed, said = run([*words, "--out", str(folder / "ü.png")], encoding)
    assert code == 0 and escaped in printed, said
    assert ("\\xfc.png" if encoding == "ascii" else "ü.png") in printed
    code, _, said = run(["show", BUTTON], encoding)
    assert code == 2 and escaped in said
    code, printed, _ = run(["rewards", "show", "giou"], encoding)
    assert code == 0 and "facts:" in printed


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_commands_that_read_files_of_others(
    encoding: str, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    code, printed, said = run(["score-screenspot", "out.json", "--data", "screenspot"], encoding)
    assert code == 0 and "micro average 100.0" in printed, said
    assert ("  - " if encoding == "ascii" else "  \N{EN DASH} ") in printed  # an empty cell
    found = [SimpleNamespace(kept=True, name="one", promise=f"{BUTTON} \xd72", problems=[BUTTON])]
    monkeypatch.setattr("vgym.evaluation.contract.check", lambda *_, **__: iter(found))
    code, printed, _ = run(["check", "VGround-v0"], encoding)
    assert code == 0 and "\\u043a" in printed
    summary = Summary(skipped=[BUTTON], warnings=["— …"])
    monkeypatch.setattr("vgym.data.capture.command.capture", lambda *_, **__: summary)
    code, printed, said = run(["capture", "page.html", "--out", "ж"], encoding)
    assert code == 0 and "\\u0436" in printed and "\\u043a" in said
    assert ("warning: - ..." in said) == (encoding == "ascii")


def test_bytes_of_names_that_are_no_text_stay_those_bytes(run: Run, folder: Path) -> None:
    name = os.fsdecode(os.fsencode(folder) + b"/\xff \xe9")
    for encoding, errors in (("utf-8", "strict"), ("ascii", "surrogateescape"), ("gbk", "strict")):
        code, printed, said = run([*_bench(folder, name), "--overwrite"], encoding, errors)
        assert code == 0 and "/\udcff \udce9/report.html" in printed, said
    report = (Path(name) / "report.html").read_text("utf-8")
    assert r"\udcff \udce9" in report  # the command that was typed


def test_a_list_is_printed_in_ascii(run: Run) -> None:
    code, printed, _ = run(["rewards"], "ascii", "surrogateescape")
    assert code == 0 and "giou" in printed
    assert run(["--help"], "ascii")[0] == 0


@pytest.mark.parametrize("command", ["bench", "rewards"])
def test_a_full_standard_output_costs_no_result(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full, which is always full")
    out = folder / "full"
    with open("/dev/full", "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        words = _bench(folder, out) if command == "bench" else ["rewards", "show", "giou"]
        assert cli.main(words) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "vgym: [Errno 28] No space left on device"
    if command == "bench":
        assert all((out / name).is_file() for name in FILES)
        assert json.loads((out / "results.json").read_text())["partial"] is False


def test_a_reader_that_goes_away_costs_no_result(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert cli.main(_bench(folder, folder / "unread")) == 0
    assert all((folder / "unread" / name).is_file() for name in FILES)


def test_a_closed_standard_output_costs_no_result(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert cli.main(_bench(folder, folder / "closed")) == 0
    assert sys.stdout is None
    assert all((folder / "closed" / name).is_file() for name in FILES)


def test_processes_end_as_told() -> None:
    """What Python does at its end, too: it flushes the streams again."""
    words = f"{sys.executable} -m vgym --version"
    for to, code, said in ((">/dev/full", 1, b"No space left"), (">&-", 0, b""), ("2>&-", 0, b"")):
        buffered = {**os.environ, "PYTHONUNBUFFERED": ""}
        done = subprocess.run(["sh", "-c", f"{words} {to}"], stderr=subprocess.PIPE, env=buffered)
        assert done.returncode == code and said in done.stderr
        assert b"Exception" not in done.stderr and b"Traceback" not in done.stderr


def test_lines_after_a_fault_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def fails(text: str, **_: Any) -> None:
        tried.append(text)
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("builtins.print", fails)
    say = Printed()
    say("a")
    say("b")
    assert tried == ["a"] and isinstance(say.fault, BrokenPipeError)


def test_signs_are_degraded_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    with plain_streams():
        print("0.1–0.2 — … 2×3 “é” ━ ⠋ 中 \U0001f600", end="")  # noqa: RUF001
    assert raw.getvalue() == rb"""0.1-0.2 - ... 2x3 "\xe9" - * \u4e2d \U0001f600"""
