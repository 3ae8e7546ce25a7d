"""Who waits for compiling is told of it: once it takes long, in one place, and by one process."""

import io
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vgym import compile_progress
from vgym.compile_progress import CompileProgress, StandardError, remark, tell, told_to


class Clock:
    """Seconds that pass when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


class Gone(io.StringIO):
    """A pipe whose reader went away."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(text)


def test_what_is_quick_is_not_said() -> None:
    clock, said = Clock(), list[tuple[str, bool]]()
    progress = CompileProgress("the.module", lambda *words: said.append(words), clock)
    progress.advance(0, 9)
    clock.now += 1.9
    progress.advance(3, 9)
    progress.end()
    assert said == []


def test_what_takes_long_is_said_with_how_far_it_is() -> None:
    clock, said = Clock(), list[tuple[str, bool]]()
    progress = CompileProgress("the.module", lambda *words: said.append(words), clock)
    clock.now += 2
    progress.advance(3, 9)
    clock.now += 31
    progress.end()
    assert said == [
        ("vgym: compiling the.module, once: 3 of 9 functions", False),
        ("vgym: compiled the.module in 33 s", True),
    ]


def test_what_cannot_be_kept_is_not_said_to_be_compiled_once() -> None:
    clock, said = Clock(), list[str]()
    progress = CompileProgress("the.module", lambda words, _: said.append(words), clock, kept=False)
    clock.now += 2
    progress.advance(3, 9)
    assert said == ["vgym: compiling the.module: 3 of 9 functions"]


def test_a_terminal_has_one_line_which_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    say = StandardError(Clock())
    say("1 of 9", False)
    say("2 of 9, and a name that is longer than the line", False)
    say("compiled", True)
    assert screen.getvalue() == "\r\x1b[K1 of 9\r\x1b[K2 of 9, and a name \r\x1b[K"


@pytest.mark.parametrize("stream", [io.StringIO, Screen])
def test_elsewhere_are_plain_lines_apart(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO]
) -> None:
    monkeypatch.setenv("TERM", "dumb")  # which no terminal that erases says
    monkeypatch.setattr(sys, "stderr", pipe := stream())
    clock = Clock()
    say = StandardError(clock)
    for number in range(30):
        say(f"{number} of 30", False)
        clock.now += 1
    say("compiled", True)
    assert pipe.getvalue() == "0 of 30\n10 of 30\n20 of 30\ncompiled\n"


def test_a_remark_stays_and_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(compile_progress, "_remarked", set())
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    StandardError(Clock())("1 of 9", False)
    for number in range(3):
        remark("a disk", f"it is full: {number}")
    assert screen.getvalue() == "\r\x1b[K1 of 9\r\x1b[Kit is full: 0\n"
    monkeypatch.setenv("VGYM_QUIET", "1")
    remark("something else", "nobody hears it")
    assert "nobody" not in screen.getvalue()


@pytest.mark.parametrize("stream", [None, Gone()])
def test_nowhere_to_say_it_is_no_error(monkeypatch: pytest.MonkeyPatch, stream: object) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    StandardError()("1 of 9", False)
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    StandardError()("1 of 9", False)
    monkeypatch.setattr(compile_progress, "_remarked", set())
    remark("a disk", "it is full")


def test_a_progress_bar_is_told_instead(capsys: pytest.CaptureFixture[str]) -> None:
    said = list[tuple[str, bool]]()
    with told_to(lambda *words: said.append(words)):
        tell("1 of 9", False)
    assert said == [("1 of 9", False)] and capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("quiet", "silent"), [("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_quiet(monkeypatch: pytest.MonkeyPatch, quiet: str, silent: bool) -> None:
    monkeypatch.setenv("VGYM_QUIET", quiet)
    said = list[str]()
    with told_to(lambda words, over: said.append(words)):
        tell("1 of 9", False)
    assert said == ([] if silent else ["1 of 9"])


def test_workers_say_nothing(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile_progress, "_told", [StandardError()])
    tell("this process", True)
    worker = multiprocessing.get_context("spawn").Process(target=tell, args=("a worker", True))
    worker.start()
    worker.join()
    assert worker.exitcode == 0 and capfd.readouterr().err == "this process\n"


@pytest.mark.slow
def test_a_first_use_in_python_says_what_it_compiles(tmp_path: Path) -> None:
    code = """
import gymnasium, vgym
env = gymnasium.make("VGround-v0")
env.reset(seed=0)
"""

    def errors_of(**environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stderr

    first, *lines = errors_of().splitlines()
    assert first.startswith("vgym: compiling vgym.envs.grounding.generator, once: ")
    assert any(line.startswith("vgym: compiled ") for line in lines)
    assert errors_of() == ""
