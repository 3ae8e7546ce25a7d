"""Kernels kept on disk are found again as long as nothing in them has changed, and no longer."""

import importlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numba
import pytest

from vgym import compile_progress, compiled_file
from vgym.compiled import _KernelCache

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


# Quick to compile, where what is called does not matter.
ALONE = """
from vgym.compiled import compiled

@compiled
def kernel(x):
    return x + 29
"""
Load = Callable[..., ModuleType]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Writes some sources anew and gives the module of the kernel, as a new process would."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(compile_progress, "_remarked", set())
    monkeypatch.setattr(_KernelCache, "keeps", True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    folder = tmp_path / "sources"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)

    def write_and_load(**changed: str) -> ModuleType:
        for name, text in changed.items():
            path = folder / f"{name}.py"
            path.write_text(text, encoding="utf-8")
            os.utime(path, (1e9, 1e9))  # as from an archive: its date tells nothing
        for name in SOURCES:
            monkeypatch.delitem(sys.modules, name, raising=False)
        return importlib.import_module("kernel")

    write_and_load(**SOURCES)
    return write_and_load


@pytest.fixture
def cannot_be_written(tmp_path: Path) -> None:
    """The sources lie where even the administrator can write no code beside them."""
    beside = tmp_path / "sources" / "__pycache__"
    shutil.rmtree(beside)
    beside.write_text("not a folder", encoding="utf-8")


def _answer(module: ModuleType) -> tuple[int, bool]:
    """What the kernel gives for 1, and whether its code was found on disk."""
    return module.kernel(1), bool(module.kernel.stats.cache_hits)


def test_a_kernel_is_found_again_beside_its_source(load: Load, tmp_path: Path) -> None:
    assert _answer(load()) == (30, False)
    assert _answer(load()) == (30, True)
    assert _kept(tmp_path / "sources" / "__pycache__") and not _kept(tmp_path / "home")


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
    load: Load, name: str, old: str, new: str, expected: int
) -> None:
    """What changes is another file than the kernel's, but for the last."""
    assert _answer(load()) == (30, False)
    assert _answer(load(**{name: SOURCES[name].replace(old, new)})) == (expected, False)
    assert _answer(load()) == (expected, True)


def test_the_folder_of_numba_follows_what_is_called(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    _follows_a_constant(load)
    assert _kept(tmp_path / "cache") and not _kept(tmp_path / "sources")


def test_the_cache_of_a_user_follows_what_is_called(
    load: Load, tmp_path: Path, cannot_be_written: None
) -> None:
    _follows_a_constant(load)
    assert _kept(tmp_path / "home") and not _kept(tmp_path / "sources")


def test_kernels_in_an_archive_follow_what_they_call(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "kernels.zip"
    monkeypatch.syspath_prepend(archive)

    def load_packed(**changed: str) -> ModuleType:
        with zipfile.ZipFile(archive, "w") as packed:
            for name, text in {**SOURCES, **changed}.items():
                packed.writestr(zipfile.ZipInfo(f"{name}.py"), text)
        os.utime(archive, (1e9, 1e9))
        importlib.invalidate_caches()
        return load()

    assert str(archive) in load_packed().__file__
    assert _answer(load_packed()) == (30, False)
    assert _answer(load_packed()) == (30, True)
    assert _answer(load_packed(palette="SCALE = 20\n")) == (60, False)


def _follows_a_constant(load: Load) -> None:
    """One that is read two calls down, in a file of the same size and date."""
    assert _answer(load()) == (30, False)
    assert _answer(load()) == (30, True)
    assert _answer(load(palette="SCALE = 20\n")) == (60, False)
    assert _answer(load()) == (60, True)


def _kept(folder: Path) -> set[Path]:
    return set(folder.rglob("*.nbc"))


def test_dates_and_places_in_a_file_change_nothing(load: Load, tmp_path: Path) -> None:
    assert _answer(load()) == (30, False)
    for year in (1980, 2100):
        date = (year - 1970) * 365.25 * 86400
        for name in SOURCES:
            os.utime(tmp_path / "sources" / f"{name}.py", (date, date))
        assert _answer(load()) == (30, True)
    assert _answer(load(kernel=f"# A comment.\n{SOURCES['kernel']}")) == (30, True)


def test_what_is_outgrown_is_written_over(load: Load, tmp_path: Path) -> None:
    _answer(load())
    kept = _kept(tmp_path)
    assert len(kept) == 3
    changed = {"mixing": SOURCES["mixing"].replace("x + 1", "x + 2")}
    load(**changed)
    assert _kept(tmp_path) == kept
    assert _answer(load()) == (40, False)
    assert _kept(tmp_path) == kept


def test_named_tuples_as_arguments_are_told_by_their_fields(load: Load) -> None:
    pair = "from typing import NamedTuple\n\nclass Pair(NamedTuple):\n    {}: int\n    {}: int\n"
    kernel = """
from palette import Pair
from vgym.compiled import compiled

@compiled
def kernel(pair):
    return pair.left - pair.right
"""
    for fields, expected in ((("left", "right"), 4), (("right", "left"), -4)):
        module = load(palette=pair.format(*fields), kernel=kernel)
        assert module.kernel(module.Pair(7, 3)) == expected


@pytest.mark.parametrize(
    ("where", "name", "value"), [(numba, "__version__", "0.1"), (numba.config, "BOUNDSCHECK", 1)]
)
def test_code_of_another_numba_is_not_found_and_stays(
    load: Load, monkeypatch: pytest.MonkeyPatch, where: object, name: str, value: object
) -> None:
    _answer(load(kernel=ALONE))
    with monkeypatch.context() as other:
        other.setattr(where, name, value)
        assert _answer(load()) == (30, False)
    assert _answer(load()) == (30, True)


def test_damaged_code_is_compiled_anew(
    load: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _answer(load(kernel=ALONE))
    for path in _kept(tmp_path):
        path.write_bytes(path.read_bytes()[:1000])
    assert _answer(load()) == (30, False)
    assert capsys.readouterr().err.count("vgym: compiled code was damaged") == 1
    assert _answer(load()) == (30, True)


def test_a_whole_file_that_holds_no_code_is_compiled_anew(load: Load) -> None:
    kernel = load(kernel=ALONE).kernel
    kernel(1)
    (arguments,) = kernel.overloads
    key = kernel._cache._index_key(arguments, kernel.targetctx.codegen())
    kernel._cache._cache_file.save(key, ("no", "code"))
    assert _answer(load()) == (30, False)
    assert _answer(load()) == (30, True)


def test_code_that_cannot_be_kept_is_compiled_and_said_once(
    load: Load, tmp_path: Path, cannot_be_written: None, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    load(kernel=ALONE)
    for _ in range(2):
        assert _answer(load()) == (30, False)
    load().kernel.recompile()
    said = capsys.readouterr().err
    assert said.startswith(
        f"vgym: compiled code cannot be kept, neither in {tmp_path / 'sources'} nor"
    )
    assert said.count("\n") == 1
    assert not _kept(tmp_path)


def test_the_cure_for_code_that_cannot_be_kept(
    load: Load,
    tmp_path: Path,
    cannot_be_written: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "new" / "folder"))
    assert _answer(load(kernel=ALONE)) == (30, False)
    assert _answer(load()) == (30, True)
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_a_full_disk_is_said_once(
    load: Load,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _answer(load(kernel=ALONE))
    monkeypatch.setattr(compiled_file.secrets, "token_hex", lambda n: "full")
    for path in _kept(tmp_path):
        path.rename(path.with_suffix(".kept"))
        path.with_suffix(".full").symlink_to("/dev/full")
    assert _answer(load()) == (30, False)
    said = capsys.readouterr().err
    assert "(No space left on device): every process compiles it again; make room" in said
    assert said.count("\n") == 1


@pytest.mark.slow
def test_processes_that_compile_at_once_leave_whole_code(load: Load, tmp_path: Path) -> None:
    """Of two argument types, which numba's own index of files confuses; one process is killed."""
    code = """
import sys, time, vgym.compiled
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
time.sleep(max(0, float(sys.argv[2]) - time.time()))
from kernel import kernel
print(kernel(1), kernel(1.5), flush=True)
"""
    shutil.rmtree(tmp_path / "sources" / "__pycache__")
    together = str(time.time() + 3)
    command = [sys.executable, "-W", "error", "-c", code, str(tmp_path / "sources"), together]
    killed, *others = (subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3))
    time.sleep(max(0, float(together) + 0.5 - time.time()))
    killed.kill()
    killed.communicate()
    for process in others:
        assert process.communicate(timeout=120)[0] == b"30 35.0\n" and process.returncode == 0
    module = load()
    assert _answer(module) == (30, True) and module.kernel(1.5) == 35.0
    assert len(module.kernel.stats.cache_hits) == 2


def test_what_is_compiled_is_told_and_what_is_found_is_not(
    load: Load, monkeypatch: pytest.MonkeyPatch
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
        assert states == [one, one, one, two, three, "compiled kernel"]
        assert how_far(load()) == []
        states = how_far(load(kernel=SOURCES["kernel"].replace("mix(x)", "mix(x + 1)")))
        assert states == [one, "compiled kernel"]


def test_what_others_compile_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_progress, "SAID_AFTER_S", 0)
    said: list[str] = []
    with compile_progress.told_to(lambda words, over: said.append(words)):
        assert numba.njit(lambda x: x + 1)(1) == 2
    assert said == []


def test_what_cannot_be_compiled_is_not_said_to_be_kept(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile_progress, "SAID_AFTER_S", 0)
    said: list[tuple[str, bool]] = []
    module = load(kernel=SOURCES["kernel"].replace("mix(x)", "mix(x).nothing"))
    with compile_progress.told_to(lambda *words: said.append(words)):
        with pytest.raises(numba.TypingError):
            module.kernel(1)
    assert said[-1][0].startswith("vgym: gave up on kernel in ") and said[-1][1]
    assert not any(over for _, over in said[:-1])


CALLING = """
from vgym.compiled import compiled

@compiled
def down(x):
    return x if x <= 0 else down(x - 3)

@compiled
def kernel(x):
    return down(x) + down(2) + down(5)
"""


def test_numbers_in_a_call_make_no_code_of_their_own(load: Load) -> None:
    module = load(kernel=CALLING)
    assert _answer(module) == (-2 - 1 - 1, False)
    assert len(module.down.within.overloads) == 1
    assert not module.down.overloads


def test_what_kernels_call_is_called_from_python_too(load: Load) -> None:
    module = load(kernel=CALLING)
    assert module.kernel(1) + module.down(5) == -5
    again = load()
    assert (again.down(5), again.kernel(1)) == (-1, -4)
    assert again.down.stats.cache_hits and again.kernel.stats.cache_hits
