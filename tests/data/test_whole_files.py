"""Files are whole or not there; a folder is one process's at a time."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

import pytest
from system_faults import files_of_at_most, held_by_another

from vgym.data.whole_files import InUse, held, write_whole


def test_a_file_too_large_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "old")
    with files_of_at_most(1000), pytest.raises(OSError, match=r"File too large: '.*a\.txt'"):
        write_whole(path, b"x" * 2000)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["a.txt"]


def test_links_lead_to_the_file_and_devices_stay(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "link").symlink_to("a.txt")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "a.txt").read_text() == "new"
    os.mkfifo(tmp_path / "pipe")
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_whole(tmp_path / "pipe", b"through")
    reader.join()
    assert heard == [b"through"] and (tmp_path / "pipe").is_fifo()
    write_whole(Path("/dev/null"), "nowhere")
    assert Path("/dev/null").is_char_device()


def test_every_text_and_the_longest_name_are_written(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 127)  # 254 bytes of the 255 that a name may have
    write_whole(path, "ü \udcff \ud800")
    assert path.read_text("utf-8") == r"ü \udcff \ud800"


def test_a_folder_is_held_by_one_process_until_it_ends(tmp_path: Path) -> None:
    with (
        held_by_another(tmp_path),
        pytest.raises(InUse, match="another process is writing to it"),
        held(tmp_path),
    ):
        pass
    with held(tmp_path), held(tmp_path):  # the same process may
        handle = os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
    with held(tmp_path):
        pass
