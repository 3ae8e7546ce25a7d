"""Numbers among a command's words are plain digits, and names of files that can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gymnasium
import pytest

from vgym.cli import main
from vgym.data.capture import command as capture_command

HUGE = "9" * 5000
LONG = "x" * 300


def _short(text: str) -> str:
    return ascii(text)[:12]


def _capture(words: list[str]) -> int:
    try:
        return capture_command.main(words)
    except SystemExit as stop:
        return int(stop.code or 0)


SHOW = (main, ["show", "VGround-v0"])
BENCH = (main, ["bench", "--envs", "VGround-v0"])
CHECK = (main, ["check", "VGround-v0"])
CAPTURE = (_capture, ["x.html", "--out", "screens"])
NUMBERS = [
    (SHOW, "--seed"),
    (SHOW, "--image-size"),
    (SHOW, "--difficulty"),
    (BENCH, "--seed"),
    (BENCH, "--episodes"),
    (BENCH, "--num-envs"),
    (BENCH, "--votes"),
    (BENCH, "--image-size"),
    (BENCH, "--difficulty"),
    (CHECK, "--image-size"),
    (CHECK, "--difficulty"),
    (CAPTURE, "--scrolls"),
    (CAPTURE, "--settle"),
    (CAPTURE, "--size"),
]
NOT_NUMBERS = ["١٢", "0_0", "६४", "1_0", "nan", " ", HUGE, f"-{HUGE}"]
Command = tuple[Callable[[list[str]], int], list[str]]


@pytest.mark.parametrize("given", NOT_NUMBERS, ids=_short)
@pytest.mark.parametrize(("command", "option"), NUMBERS)
def test_what_is_no_number(
    command: Command, option: str, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run, words = command
    given = f"{given}x{given}" if option == "--size" else given
    assert run([*words, f"{option}={given}"]) == 2
    said = capsys.readouterr().err
    fault = said[said.index(f"argument {option}: ") :]
    assert repr(given[:40])[:-1] in fault
    assert len(fault) < 260
    assert "set_int_max_str_digits" not in said


@pytest.mark.parametrize("given", ["\u0660", "0_0", "²", "-1", HUGE], ids=_short)
def test_records_are_plain_numbers(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["show", "VGround-v0", "--source", "photos", f"--record={given}"]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert f"no record '{given[:40]}'" in said
    assert len(said) < 300


class _Made(Exception):
    """An environment was made, or a page was looked for."""


@pytest.mark.parametrize(
    "name", [f"{LONG}.png", f"{'ü' * 130}.png", "a\0b.png", f"{'y/' * 2100}x.png"], ids=_short
)
@pytest.mark.parametrize(
    ("run", "words"),
    [
        SHOW,
        (main, ["bench", "--agents", "random"]),
        (main, ["rewards", "show", "giou"]),
        (_capture, ["x.html"]),
    ],
)
def test_out_that_no_file_system_takes(
    run: Callable[[list[str]], int],
    words: list[str],
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def made(*_: object, **__: object) -> None:
        raise _Made

    monkeypatch.setattr(gymnasium, "make_vec", made)
    monkeypatch.setattr(capture_command, "capture", made)
    assert run([*words, "--out", str(tmp_path / name)]) == 2
    told = capsys.readouterr()
    assert "--out" in told.err
    assert not told.out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [["bench"], ["capture", "x.html"]])
def test_a_long_name_below_folders_yet_to_be_made(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--out", str(tmp_path / "new" / LONG / "deeper")]) == 2
    assert "--out 'xxxx" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["bench", "--agents", "random", "oracle", "--episodes", "8"],
            "lists are written with commas: --agents random,oracle",
        ),
        (["bench", "--agnets", "oracle"], "vgym bench: unknown option '--agnets'; did you mean"),
        (["bench", "--ids=VGround-v0"], "vgym bench: unknown option '--ids'"),
        (["show", "VGround-v0", "--sed", "3"], "did you mean '--seed'?"),
    ],
)
def test_an_option_that_there_is_not(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    told = capsys.readouterr().err
    assert said in told and f"see `vgym {words[0]} --help`" in told
