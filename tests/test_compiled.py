"""Kernels kept on disk are found again as long as nothing in them has changed, and no longer."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numba
import pytest

from vgym import compile_progress

SOURCES = {
    "palette": "SCALE = 10\n",
    "mixing": """
from vgym.compiled import compiled
import palette
from palette import SCALE

@compiled
def mix(x):
    return deeper(x) * SCALE + palette.SCALE

@compiled
def deeper(x):
    return x + 1
""",
    "kernel": """
from vgym.compiled import compiled
from mixing import mix

@compiled
def kernel(x):
    return mix(x)
""",
}


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    """Writes some sources anew and gives the module of the kernel, as a new process would."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write_and_load(**changed: str) -> ModuleType:
        for name, text in changed.items():
            (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        for name in SOURCES:
            monkeypatch.delitem(sys.modules, name, raising=False)
        return importlib.import_module("kernel")

    write_and_load(**SOURCES)
    return write_and_load


def _answer(module: ModuleType) -> tuple[int, bool]:
    """What the kernel gives for 1, and whether its code was found on disk."""
    return module.kernel(1), bool(module.kernel.stats.cache_hits)


def test_a_kernel_is_found_again(load: Callable[..., ModuleType]) -> None:
    assert _answer(load()) == (30, False)
    assert _answer(load()) == (30, True)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("mixing", "x + 1", "x + 2", 40),
        ("mixing", "* SCALE", "- SCALE", 2),
        ("palette", "10", "20", 60),
        ("kernel", "mix(x)", "mix(x + 1)", 40),
    ],
    ids=["called by what it calls", "called", "constant", "itself"],
)
def test_a_kernel_follows_what_it_calls(
    load: Callable[..., ModuleType], name: str, old: str, new: str, expected: int
) -> None:
    """What changes is another file than the kernel's, but for the last."""
    assert _answer(load()) == (30, False)
    assert _answer(load(**{name: SOURCES[name].replace(old, new)})) == (expected, False)
    assert _answer(load()) == (expected, True)


def test_nothing_is_deleted(load: Callable[..., ModuleType], tmp_path: Path) -> None:
    _answer(load())
    kept = set(tmp_path.rglob("*.nb?"))
    assert kept
    load(mixing=SOURCES["mixing"].replace("x + 1", "x + 2"))
    assert set(tmp_path.rglob("*.nb?")) == kept


def test_what_an_earlier_version_left_is_no_hindrance(load: Callable[..., ModuleType]) -> None:
    """Files on disk name the classes of arguments, which may have moved since."""
    pair = "from typing import NamedTuple\n\nclass Pair(NamedTuple):\n    x: int\n"
    kernel = """
from vgym.compiled import compiled
from {} import Pair

@compiled
def kernel(x):
    return inner(Pair(x))

@compiled
def inner(pair):
    return pair.x
"""
    for name in ("mixing", "palette"):
        module = load(**{name: pair, "kernel": kernel.format(name)})
        assert module.inner(module.Pair(7)) == 7
        load(**{name: "", "kernel": ""})


def test_what_is_compiled_is_told_and_what_is_found_is_not(
    load: Callable[..., ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile_progress, "SAID_AFTER_S", 0)
    said: list[str] = []

    def how_far(module: ModuleType) -> list[str]:
        said.clear()
        module.kernel(1)
        return [words.removeprefix("vgym: ").split(" in ")[0] for words in said]

    with compile_progress.told_to(lambda words, over: said.append(words)):
        states = how_far(load())
        one, two, three = (f"compiling kernel, once: {done} of 3 functions" for done in (0, 1, 2))
        assert states == [one, one, one, two, three, "compiled and kept kernel"]
        assert how_far(load()) == []
        states = how_far(load(kernel=SOURCES["kernel"].replace("mix(x)", "mix(x + 1)")))
        assert states == [one, "compiled and kept kernel"]


def test_what_others_compile_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_progress, "SAID_AFTER_S", 0)
    said: list[str] = []
    with compile_progress.told_to(lambda words, over: said.append(words)):
        assert numba.njit(lambda x: x + 1)(1) == 2
    assert said == []


def test_what_cannot_be_compiled_is_not_said_to_be_kept(
    load: Callable[..., ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile_progress, "SAID_AFTER_S", 0)
    said: list[tuple[str, bool]] = []
    module = load(kernel=SOURCES["kernel"].replace("mix(x)", "mix(x).nothing"))
    with compile_progress.told_to(lambda *words: said.append(words)):
        with pytest.raises(numba.TypingError):
            module.kernel(1)
    assert said[-1][0].startswith("vgym: gave up on kernel in ") and said[-1][1]
    assert not any(over for _, over in said[:-1])
