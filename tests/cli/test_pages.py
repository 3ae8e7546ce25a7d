"""``vgym show`` and ``vgym bench`` on pages: they work, or one line says what to install."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vgym import cli

pytestmark = pytest.mark.web
ID = "VGuiWeb-v0"


def test_show_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("playwright")
    out = tmp_path / "x.png"
    assert cli.main(["show", ID, "--seed", "3", "--out", str(out), "--answer-by", "oracle"]) == 0
    picture = np.asarray(Image.open(out))
    assert picture.shape == (400, 640, 3) and picture.std() > 10
    said = capsys.readouterr().out
    assert said.startswith(f"{ID} seed 3: ") and "oracle: not solved" in said  # one of its steps


def test_bench_plays_pages(tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    words = ["bench", "--envs", ID, "--agents", "random,oracle", "--episodes", "2"]
    assert cli.main([*words, "--out", str(tmp_path / "report")]) == 0
    document = json.loads((tmp_path / "report" / "results.json").read_text())
    solved = {row["agent"]: row["success"] for row in document["rows"]}
    assert solved == {"random": 0.0, "oracle": 1.0}


@pytest.mark.parametrize("command", ["show", "bench"])
@pytest.mark.parametrize("missing", ["chromium", "playwright"])
def test_what_is_missing_is_one_line_with_its_cure(
    command: str,
    missing: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if missing == "chromium":
        pytest.importorskip("playwright")
        monkeypatch.setenv("VGYM_CHROMIUM", "/nowhere/chromium")
    else:
        monkeypatch.setitem(sys.modules, "playwright", None)
        monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    out = tmp_path / "out"
    words = {"show": [ID], "bench": ["--envs", f"VGroundPoint-v0,{ID}", "--agents", "random"]}
    assert cli.main([command, *words[command], "--out", str(out)]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("vgym: ") and missing in line
    assert 'pip install "vgym[web]"' in line and "apt install chromium" in line
    assert not out.exists()  # nothing was played before it was found out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show", ID, "--difficulty", "1"], "keyword argument 'difficulty'"),
        (["show", ID, "--source", "photos"], "keyword argument 'source'"),
        (["show", ID, "--image-size", "64"], "image_size=64 is for pages given by their address"),
        (
            ["show", ID, "--answer-by", "centre"],
            "centre: it plays grounding, gui-click, geo-match alone",
        ),
        (["show", "VNav-v0", "--answer-by", "ocr"], "ocr: it plays gui-click alone, not VNav-v0"),
        (["bench", "--envs", ID, "--difficulty", "1"], "keyword argument 'difficulty'"),
        (["bench", "--envs", ID, "--agents", "centre"], "can play VGuiWeb-v0"),
    ],
)
def test_what_pages_do_not_take_is_one_line(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*words, "--out", str(tmp_path / "out")]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("vgym: ") and message in line
