"""The command line, through main()."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from PIL import Image

import vgym
from vgym import cli
from vgym.evaluation.benchmark import Benchmark
from vgym.evaluation.landscape import landscape
from vgym.registration import registered


def test_list_names_every_id(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for row in registered():
        (line,) = [line for line in lines if line.startswith(f"{row.id} ")]
        if row.extra:
            assert row.summary in line and f"vgym[{row.extra}]" in line
            continue
        if row.made_by:
            assert row.summary in line and f"{row.made_by}.parallel_env()" in line
            continue
        action = gymnasium.make(row.id, image_size=64).action_space
        said = {
            spaces.Box: "numbers in [",
            spaces.Discrete: "Discrete(",
            spaces.MultiDiscrete: " choices of ",
        }
        words = next(words for kind, words in said.items() if isinstance(action, kind))
        assert row.summary in line and words in line


def test_show_writes_the_portrait(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.png"
    words = ["show", "VGround-v0", "--seed", "3", "--image-size", "96", "--out", str(out)]
    assert cli.main(words) == 0
    plain = np.asarray(Image.open(out))
    assert plain.shape[1] == 96 and plain.shape[0] > 96
    assert "VGround-v0 seed 3: " in capsys.readouterr().out
    assert cli.main([*words, "--answer-by", "centre"]) == 0
    answered = np.asarray(Image.open(out))
    assert "centre: " in capsys.readouterr().out
    changed = (plain != answered).any(-1)
    assert changed[24, 24:72].all() and not changed[96:].any()  # the centre box's upper edge


def test_bench_writes_all_three_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report"
    words = ["bench", "--envs", "VGroundPoint-v0", "--agents", "oracle,centre", "--episodes", "5"]
    words += ["--image-size", "64", "--difficulty", "0.1", "--split", "val", "--out", str(out)]
    assert cli.main(words) == 0
    document = json.loads((out / "results.json").read_text())
    assert document["partial"] is False
    cells = [(row["env"], row["agent"]) for row in document["rows"]]
    assert cells == [
        (env, agent)
        for env in ("VGroundPoint-v0", "VGroundPoint-v0 photos")
        for agent in ("oracle", "centre")
    ]
    assert {row["split"] for row in document["rows"]} == {"val"}
    assert document["rows"][0]["settings"] == {"difficulty": 0.1, "image_size": 64}
    assert document["rows"][0]["success"] == 1.0
    assert document["command"].startswith("vgym bench --envs VGroundPoint-v0")
    assert (out / "report.html").is_file() and (out / "results.csv").is_file()
    printed = capsys.readouterr().out
    assert "VGroundPoint-v0 photos" in printed and "–1.000 " in printed  # noqa: RUF001  a range


FEW = ["bench", "--envs", "VGround-v0", "--source", "synthetic", "--episodes", "3"]
FEW += ["--image-size", "64"]


def test_a_full_disk_exits_1_and_says_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[int] = []

    def fills_up(_: int) -> Any:
        calls.append(1)
        if len(calls) > 9:  # one when it begins, four of a row: its episodes, its block, the table
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fills_up)
    assert cli.main([*FEW, "--out", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "No space left on device; 2 of 4 results are kept in" in said.err
    assert said.err.count("No space left") == 1
    assert len(json.loads((tmp_path / "results.json").read_text())["rows"]) == 2


def test_ctrl_c_leaves_a_partial_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Benchmark.play

    def interrupted(self: Benchmark, progress: Any) -> Any:
        yield next(whole(self, progress))
        raise KeyboardInterrupt

    monkeypatch.setattr(Benchmark, "play", interrupted)
    assert cli.main([*FEW, "--out", str(tmp_path)]) == 130
    assert "Partial." in (tmp_path / "report.html").read_text()
    assert "(partial)" in capsys.readouterr().out


def test_rewards_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rewards"]) == 0
    listed = capsys.readouterr().out
    assert {line.split()[0] for line in listed.splitlines()[1:] if line[:1].strip()} >= set(
        vgym.rewards.recipes()
    )
    assert f"\n{len(vgym.rewards.recipes())} recipes; " in listed
    heads = [line for line in listed.splitlines() if " range " in line]
    assert [head.split("(")[0].strip() for head in heads][:2] == ["grounding", "screens"]
    (line,) = [line for line in listed.splitlines() if line.startswith("giou ")]
    assert "[-1, 1]" in line and vgym.rewards.recipe("giou").doc in line
    assert cli.main(["rewards", "show", "giou"]) == 0
    card, told, how = capsys.readouterr().out.split("\n\n")
    assert card == vgym.rewards.recipe("giou").card()
    assert "\nprediction_boxes (B, M, 4) px: the boxes answered, xyxy; may have" in told
    assert how == "landscape: vgym rewards show giou --out giou.png\n"


@pytest.mark.parametrize("id", ["VGround-v0", "VMaze-v0"])
def test_rewards_that_fit_an_id_are_those_of_its_facts(
    id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["rewards", "--facts", id]) == 0
    told = capsys.readouterr().out.splitlines()
    stated = {line.split()[0] for line in told}
    assert {"success", "format_ok"} <= stated and all(": " in line for line in told)
    assert cli.main(["rewards", "--for", id]) == 0
    listed = capsys.readouterr().out
    fitting = vgym.rewards.recipes_for(stated)
    assert f"\n{len(fitting)} recipes fit {id}; " in listed
    names = {line.split()[0] for line in listed.splitlines() if line.strip()}
    assert set(fitting) <= names and not names & (set(vgym.rewards.recipes()) - set(fitting))


def test_rewards_show_writes_the_landscape(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.png"
    assert cli.main(["rewards", "show", "giou", "--out", str(out)]) == 0
    assert capsys.readouterr().out.endswith(f"\n\nwrote {out}\n")
    pixels = np.asarray(Image.open(out))
    assert np.array_equal(pixels, landscape(vgym.rewards.recipe("giou")))
    assert cli.main(["rewards", "show", "giou", "--out", str(tmp_path / "none" / "x.png")]) == 2
    assert "must name a file in a folder that exists" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [
        (["bnch"], "did you mean 'bench'"),
        (["bench", "--envs", "VGroud-v0"], "did you mean 'VGround-v0'"),
        (["bench", "--agents", "oracel"], "did you mean 'oracle'"),
        (["show", "VGrnd-v0"], "did you mean 'VGround-v0'"),
        (["show", "VGround-v0", "--answer-by", "salency"], "did you mean 'saliency'"),
        (["rewards", "show", "gio"], "did you mean 'giou'"),
        (["rewards", "shw"], "did you mean 'show'"),
        (["bench", "--split", "tset"], "test"),
        (["bench", "--episodes", "0"], "'0' is not a positive whole number"),
        (["bench", "--difficulty", "2"], "difficulty=2.0 must be a number in [0, 1]"),
        (["bench", "--envs", ","], "Valid: VGround-v0"),
        ([], "COMMAND"),
    ],
)
def test_a_wrong_word_exits_2_without_traceback(
    words: list[str],
    suggestion: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)  # where no report of an earlier run lies
    assert cli.main(words) == 2
    said = capsys.readouterr()
    assert suggestion in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


@pytest.mark.parametrize("command", ["", "show", "bench", "rewards", "check"])
def test_help_teaches_by_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*command.split(), "--help"]) == 0
    assert f"  vgym {command or 'bench'} " in capsys.readouterr().out.split("examples:")[1]


def test_the_module_runs_and_help_loads_nothing_heavy() -> None:
    code = "import sys, vgym.cli; vgym.cli.main(['--help']); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "vgym.cli" in loaded
    assert not {"torch", "numba", "cv2", "rich", "PIL"} & set(loaded)
    for module in ("vgym", "vgym.cli"):
        shown = subprocess.run(
            [sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True
        )
        assert shown.stdout.strip() == f"vgym {vgym.__version__}"


@pytest.mark.parametrize(
    ("words", "buffered"),
    [
        ("--help", True),
        ("rewards", False),
        *(
            pytest.param(words, buffered, marks=pytest.mark.slow)
            for words in ("rewards show giou", "list", "score-screenspot --help")
            for buffered in (True, False)
        ),
    ],
)
def test_a_reader_that_goes_away_is_no_error(words: str, buffered: bool) -> None:
    """Printed by Rich, by argparse or plainly; failing at once or when Python ends."""
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-m", "vgym", *words.split()],
        stdout=writer,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "" if buffered else "1"},
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")
