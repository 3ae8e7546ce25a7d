"""A file of compiled code is found by its key, whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from vgym import compile_progress, compiled_file
from vgym.compiled_file import CodeFiles, CodeKey

KEY = CodeKey("a1" * 32, "b2" * 32)
CODE = {"machine": b"\x90" * 500, "types": ("int64", "float32")}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CodeFiles:
    monkeypatch.setattr(compile_progress, "_remarked", set())
    return CodeFiles(tmp_path, "größe.<locals>.kernel")


def _path(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_what_was_saved_is_found(files: CodeFiles, tmp_path: Path) -> None:
    assert files.load(KEY) is None
    files.save(KEY, CODE)
    assert files.load(KEY) == CODE
    assert _path(tmp_path).name.startswith("gre.locals.kernel-a1a1")


def test_other_content_is_not_found_and_takes_its_place(files: CodeFiles, tmp_path: Path) -> None:
    files.save(KEY, "old")
    changed = KEY._replace(content="c3" * 32)
    assert files.load(changed) is None
    files.save(changed, "new")
    assert files.load(changed) == "new" and files.load(KEY) is None
    assert len(list(tmp_path.iterdir())) == 1


def test_variants_lie_side_by_side(files: CodeFiles, tmp_path: Path) -> None:
    other = KEY._replace(variant="d4" * 32)
    files.save(KEY, 1)
    files.save(other, 2)
    assert (files.load(KEY), files.load(other)) == (1, 2)
    files.flush()
    assert (files.load(KEY), files.load(other)) == (None, None) and not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "damage",
    [
        lambda held: b"",
        lambda held: held[:10],
        lambda held: held[:32],
        lambda held: held[:64],
        lambda held: held[:-1],
        lambda held: held + b"\0",
        lambda held: bytes(len(held)),
        lambda held: b"\x80\x04garbage\n" * 50,
        lambda held: held[:200] + bytes([held[200] ^ 1]) + held[201:],
        lambda held: held[:40] + bytes([held[40] ^ 1]) + held[41:],
    ],
    ids=["empty", "cut", "no key", "no code", "short", "long", "zeros", "other", "bit", "key bit"],
)
def test_what_is_damaged_is_removed_and_said(
    files: CodeFiles,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[bytes], bytes],
) -> None:
    files.save(KEY, CODE)
    path = _path(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert files.load(KEY) is None and not path.exists()
    said = f"vgym: compiled code was damaged and is compiled anew: {path}\n"
    assert capsys.readouterr().err == said
    files.save(KEY, CODE)
    assert files.load(KEY) == CODE


def test_damage_is_said_once(
    files: CodeFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        files.save(KEY, CODE)
        _path(tmp_path).write_bytes(b"")
        assert files.load(KEY) is None
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_a_full_disk_leaves_what_was_there_and_no_litter(
    files: CodeFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.save(KEY, "old")
    path = _path(tmp_path)
    monkeypatch.setattr(compiled_file.secrets, "token_hex", lambda n: "unfinished")
    path.with_suffix(".unfinished").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device"):
        files.save(KEY, CODE)
    assert files.load(KEY) == "old" and _path(tmp_path) == path


def test_a_writer_that_is_interrupted_leaves_what_was_there(
    files: CodeFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.save(KEY, "old")

    def interrupt(*of_what: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.save(KEY, CODE)
    assert files.load(KEY) == "old" and len(list(tmp_path.iterdir())) == 1


def test_what_cannot_be_opened_is_not_found(files: CodeFiles, tmp_path: Path) -> None:
    files.save(KEY, CODE)
    path = _path(tmp_path)
    path.unlink()
    path.mkdir()  # which nobody can read as a file, whatever rights they have
    assert files.load(KEY) is None
    with pytest.raises(OSError, match=r"[Dd]irectory"):
        files.save(KEY, CODE)
    assert list(tmp_path.iterdir()) == [path]
