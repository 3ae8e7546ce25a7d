"""What the file manager stores, and where in the vector."""

from __future__ import annotations

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.model import DATA, Vector

TOPS = ("Home", "Documents", "Pictures", "Downloads", "Music")
TOP = len(TOPS)  # folders 0 to 4; the others lie in them
TOP_ICONS = ("house", "file-earmark-text", "image", "download", "music-note-beamed")
MOST = 24  # files
FOLDERS_MOST = TOP + 8

FOLDERS, FILES = DATA, DATA + 1  # how many there are
FOLDER = DATA + 2  # two fields each
NAME, PARENT = range(2)
FILE = FOLDER + 2 * FOLDERS_MOST  # three fields each
F_NAME, F_FOLDER, ALIVE = range(3)
_TYPED_FOLDER = 105  # names that were typed: this plus the text's number
_TYPED_FILE = 1000


def parent(m: Vector, folder: int) -> int:
    """The folder that a folder is in; Home is in itself."""
    return 0 if folder < TOP else m[FOLDER + 2 * folder + PARENT]


def folder_name(folder: int, name: int, texts: tuple[str, ...] = ()) -> str:
    """What a folder is called.

    Args:
        name: its stored name.
    """
    if folder < TOP:
        return TOPS[folder]
    return texts[name - _TYPED_FOLDER - 1] if name > _TYPED_FOLDER else words.FOLDERS[name]


def file_name(m: Vector, file: int, texts: tuple[str, ...]) -> str:
    """What a file is called."""
    name = m[FILE + 3 * file]
    if name > _TYPED_FILE:
        return texts[name - _TYPED_FILE - 1]
    return f"{words.FILES[name // 8]}.{words.ENDINGS[name % 8]}"


def ending(m: Vector, file: int) -> int:
    """Which kind of file it is; that of a renamed file is told by its text alone: 0."""
    name = m[FILE + 3 * file]
    return 0 if name > _TYPED_FILE else name % 8


def children(m: Vector, folder: int) -> list[int]:
    """The folders that a folder shows; Home shows the top ones."""
    inner = [i for i in range(TOP, m[FOLDERS]) if m[FOLDER + 2 * i + PARENT] == folder]
    return [*range(1, TOP), *inner] if folder == 0 else inner


def files_in(m: Vector, folder: int) -> list[int]:
    """The files of a folder."""
    return [
        i
        for i in range(m[FILES])
        if m[FILE + 3 * i + ALIVE] and m[FILE + 3 * i + F_FOLDER] == folder
    ]
