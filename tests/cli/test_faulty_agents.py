"""What a newcomer's agent does wrong is said in a line that names it, by bench and by show."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vgym import cli

AGENTS = """
class Base:
    def reset(self, seed):
        pass


class Pixels(Base):
    name = "mine"

    def act(self, observation, instructions, envs):
        return [[40, 30]] * len(instructions)


class Outside(Base):
    name = "mine"
    convention = "fraction/xy"

    def act(self, observation, instructions, envs):
        return [[40 + row, 30] for row in range(len(instructions))]


class Nothing(Base):
    name = "mine"

    def act(self, observation, instructions, envs):
        return [None] * len(instructions)


class Signature(Base):
    name = "mine"

    def act(self, observation):
        return []


class Broken(Base):
    name = "mine"

    def act(self, observation, instructions, envs):
        return self.think(instructions)

    def think(self, instructions):
        raise ValueError("no weights")


class Unmade(Base):
    def __init__(self):
        raise KeyError("weights")
"""
FEW = ["--image-size", "64", "--source", "synthetic"]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = f"faulty_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(AGENTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield name
    sys.modules.pop(name, None)


def bench(module: str, agent: str) -> list[str]:
    words = ["bench", "--envs", "VGroundPoint-v0", "--agents", f"{module}:{agent}"]
    return [*words, "--episodes", "20", *FEW]


def show(module: str, agent: str) -> list[str]:
    return ["show", "VGroundPoint-v0", "--answer-by", f"{module}:{agent}", *FEW]


@pytest.mark.parametrize("command", [bench, show])
@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Pixels", 'answered [40.0, 30.0]|set convention = "pixels/xy" on its class'),
        ("Signature", ":Signature|act(observation) is called as act(observation, instructions"),
    ],
)
def test_a_line_says_who_and_what_helps(
    module: str, agent: str, said: str, command: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(command)
    assert cli.main(command(module, agent)) == 2
    error = capsys.readouterr().err
    assert all(part in error for part in said.split("|"))
    assert "Traceback" not in error
    assert [line.startswith("vgym: agent '") for line in error.splitlines()].count(True) == 1


@pytest.mark.parametrize("command", [bench, show])
@pytest.mark.parametrize(
    ("agent", "where", "what"),
    [
        ("Broken", "in think", "agent 'mine' raised ValueError: no weights"),
        ("Unmade", "in __init__", ":Unmade' raised KeyError: 'weights'"),
    ],
)
def test_what_its_own_code_raises_keeps_its_traceback(
    module: str,
    agent: str,
    where: str,
    what: str,
    command: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert callable(command)
    assert cli.main(command(module, agent)) == 1
    error = capsys.readouterr().err
    assert "Traceback" in error and f"{module}.py" in error and where in error
    last = error.splitlines()[-1]
    assert last.startswith("vgym: agent '") and last.endswith(what)


@pytest.mark.parametrize(
    ("agent", "why"),
    [
        ("Outside", "[[40.0, 30.0]] in fraction/xy lies outside the picture of 64x64 pixels"),
        ("Nothing", "no answer was given"),
    ],
)
def test_answers_that_cannot_be_read_are_counted_under_the_table(
    module: str, agent: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*bench(module, agent), "--out", "out"]) == 0
    line = f"mine on VGroundPoint-v0: 20 of 20 answers are missing or unreadable: {why}"
    assert line in capsys.readouterr().out.splitlines()
    assert line in Path("out/report.html").read_text()
    (row,) = json.loads(Path("out/results.json").read_text())["rows"]
    assert row["unread"] == 20
    # It is said again where the row is gone on with; of one that answers nothing is said.
    words = [*bench(module, agent), "--out", "out", "--resume"]
    words[4] += ",centre"
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert line in said.splitlines() and said.count("missing or unreadable") == 1
