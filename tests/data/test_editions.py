"""Files count as others when anything of them has changed, also behind their clock's back."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from vgym.data import editions
from vgym.data.editions import edition


def rewrite(path: Path) -> None:
    """Other content of one length, in place, dated as before."""
    before = path.stat()
    path.write_bytes(b"B" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(path: Path) -> None:
    """Another file of one length and date under its name."""
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "rewritten, dated as before": rewrite,
    "replaced by an equal": replace,
    "longer": lambda path: path.write_bytes(b"AAAAA"),
    "dated otherwise": lambda path: os.utime(path, ns=(1, 1)),
    "deleted": Path.unlink,
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link that leads nowhere": lambda path: (path.unlink(), path.symlink_to("nowhere")),
}


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_another_edition(
    tmp_path: Path, change: str, old: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if old:  # so that times and inode alone tell
        monkeypatch.setattr(editions, "_YOUNG_NS", -(10**18))
    path, beside = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"AAAA")
    beside.write_bytes(b"")
    before = edition([beside, path])
    assert edition([beside, path]) == before
    assert edition([path]) != before != edition([beside, path, path])
    if old:  # a tick of any clock later
        os.utime(path, ns=(5, path.stat().st_mtime_ns - 10**9))
        before = edition([beside, path])
    CHANGES[change](path)
    assert edition([beside, path]) != before


def test_what_a_link_leads_to_counts(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text("same")
    link = tmp_path / "link"
    link.symlink_to("a")
    before = edition([link])
    link.unlink()
    link.symlink_to("b")
    assert edition([link]) != before


def test_names_that_no_file_has_have_editions(tmp_path: Path) -> None:
    names = ["x" * 300, "nul\0", "half \ud800", str(tmp_path), "missing"]
    assert len({edition([name]) for name in names}) == len(names)
    assert edition(names) == edition(names)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert edition([tmp_path / "pipe"]) == edition([tmp_path / "pipe"])


def test_a_relative_name_is_of_the_folder_it_is_asked_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for name in "ab":
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        found.append(edition(["gone"]))
    assert found[0] != found[1]
