"""Files that are there whole or not at all, and folders that one process at a time writes to."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vgym.plain_numbers import brief

try:
    import fcntl
except ImportError:  # Windows has other locks, and none of a folder
    fcntl = None  # type: ignore[assignment]


class InUse(OSError):
    """Another process writes to the folder."""


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that, whatever happens, the old one or the new one is there whole.

    Args:
        path: a link is followed; what is no file, such as ``/dev/null``, is written to as it is.
        content: text is written in UTF-8; what no UTF-8 can hold (bytes of a file's name that are
            no text) as escapes.

    Raises:
        OSError: nothing was changed.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    temporary = path.with_name(f".vgym-{os.getpid()}-{threading.get_ident()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:  # which names the temporary file
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def check_name(path: Path, what: str) -> None:
    """Raise ValueError if the file system takes no such name, whether its folders are there or not.

    Nothing is made. Whether its folder can be written to is not looked at.

    Args:
        path: of a file or folder to be made. what: it is, for the message, such as ``"--out"``.
    """
    path = path.absolute()
    there = next(each for each in (path, *path.parents) if os.path.exists(each))
    # In folders that are yet to be made no name can be tried: those are, in the last one there is.
    tried = {str(path): path, **{part: there / part for part in path.relative_to(there).parts}}
    for name, place in tried.items():
        try:
            os.lstat(place)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:  # such as too long; a zero in it
            why = getattr(error, "strerror", None) or error
            raise ValueError(f"{what} {brief(name)}: {why}; give it another name") from None


def check_folder(path: Path, what: str) -> None:
    """Raise ValueError unless it is a folder that can be written to, or one can be made there.

    Args:
        path, what: as of `check_name`.
    """
    there = next(each for each in (path, *path.parents) if os.path.exists(each))
    if not (os.path.isdir(there) and os.access(there, os.W_OK)):
        raise ValueError(f"{what} {path}: {there} is no folder that can be written to")
    check_name(path, what)


def remove_scraps(folder: Path) -> None:
    """Remove what processes that were killed in the middle of `write_whole` left there."""
    for scrap in folder.glob(".vgym-*.part"):
        scrap.unlink(missing_ok=True)


_held: set[Path] = set()  # by this process


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Within it no other process holds the folder; the system lets go of it when one is killed.

    Raises:
        InUse: another does.
    """
    folder = folder.resolve()
    if folder in _held:
        yield
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folder
        yield
        return
    try:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InUse(error.errno, "another process is writing to it", str(folder)) from None
            except OSError:  # a file system without locks
                pass
        _held.add(folder)
        yield
    finally:
        _held.discard(folder)
        os.close(handle)
