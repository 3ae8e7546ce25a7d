"""Ids and agents of anybody's on the command line: --import, paths, entry points."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import vgym
from vgym import cli
from vgym.registration import registered, unregister

TASKS = """
import vgym

vgym.register(
    "VOwnPoint-v0",
    task="vgym.envs.grounding.task:GroundingTask",
    summary="point, at a size of its own",
    family="grounding",
    answer="point",
    image_size=48,
)
"""
AGENTS = """
import vgym


class Thousandths:
    name = "thousandths"
    convention = "0-1000/yx"

    def reset(self, seed):
        pass

    def act(self, observation, instructions, envs):
        return [vgym.NoAnswer("long") if len(text) > 30 else [500, 250] for text in instructions]
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package in the working folder, which is on no path."""
    name = f"own_{tmp_path.name.replace('-', '_')}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text(TASKS)
    (tmp_path / name / "agents.py").write_text(AGENTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield name
    if "VOwnPoint-v0" in [row.id for row in registered()]:
        unregister("VOwnPoint-v0")
    for module in [m for m in sys.modules if m.split(".")[0] == name]:
        del sys.modules[module]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("list", marks=pytest.mark.slow),
        *("show VOwnPoint-v0", "rewards --for VOwnPoint-v0", "rewards --facts VGui-v0"),
    ],
)
def test_every_command_that_knows_ids_imports(
    package: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*words.split(), "--import", package]) == 0
    assert "VOwnPoint-v0" in [row.id for row in registered()]
    if words == "list":
        assert "point, at a size of its own" in capsys.readouterr().out


def test_own_agents_play_own_ids(package: str, tmp_path: Path) -> None:
    words = ["bench", "--envs", "VOwnPoint-v0", "--import", package, "--episodes", "8"]
    words += ["--agents", f"{package}.agents:Thousandths,oracle,centre"]
    assert cli.main([*words, "--source", "synthetic", "--out", "report"]) == 0
    rows = json.loads((tmp_path / "report" / "results.json").read_text())["rows"]
    assert {row["agent"]: row["success"] for row in rows}["oracle"] == 1
    assert {row["agent"] for row in rows} == {"thousandths", "oracle", "centre"}
    shown = ["show", "VOwnPoint-v0", "--answer-by", f"{package}.agents:Thousandths"]
    assert cli.main(shown) == 0


@pytest.mark.slow
def test_it_runs_where_it_lies_without_being_installed(package: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(vgym.__file__).parents[1])}
    code = "import sys; from vgym.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "rewards", "--for", "VOwnPoint-v0", "--import", package],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0 and "fit VOwnPoint-v0" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("list --import nowhere", "--import nowhere: there is no module 'nowhere'"),
        ("list --import my/tasks.py", "name its module: --import my.tasks"),
        ("bench --agents nowhere:Agent", "there is no module 'nowhere'"),
        ("bench --envs VNowhere-v0", "--import MODULE"),
    ],
)
def test_what_is_not_there_is_said(
    words: str,
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)  # where no report lies
    assert cli.main(words.split()) == 2
    assert message in capsys.readouterr().err


def test_two_agents_of_one_name_are_refused(
    package: str, capsys: pytest.CaptureFixture[str]
) -> None:
    twice = f"{package}.agents:Thousandths,{package}.agents:Thousandths,oracle"
    assert cli.main(["bench", "--agents", f"{twice},vgym.baselines.oracle_agent:OracleAgent"]) == 2
    assert "two agents are named 'oracle'" in capsys.readouterr().err


def test_installed_packages_are_found(
    package: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "own-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(f"[vgym]\nmine = {package}\nlost = nowhere_at_all\n")
    sys.path.append(str(tmp_path))
    assert cli.main(["rewards", "--for", "VOwnPoint-v0"]) == 0
    said = capsys.readouterr()
    assert "fit VOwnPoint-v0" in said.out
    assert "nowhere_at_all cannot be imported" in said.err
