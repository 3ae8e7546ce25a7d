"""What the file manager stores, and where in the vector."""

from __future__ import annotations

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.layout import Column, Field, Record, Table
from vgym.envs.gui.flow.model import DATA, Vector

TOPS = ("Home", "Documents", "Pictures", "Downloads", "Music")
TOP = len(TOPS)  # folders 0 to 4; the others lie in them
TOP_ICONS = ("house", "file-earmark-text", "image", "download", "music-note-beamed")
MOST = 24  # files
FOLDERS_MOST = TOP + 8
TYPED_FOLDER, TYPED_FILE = 105, 1000  # names that were typed: this plus the text's number


class Folders(Table, rows=FOLDERS_MOST):
    """A name is a place in the list of words, a parent a folder; the top ones have neither."""

    name: Column
    parent: Column


class Files(Table, rows=MOST):
    """A name is 8 * (place in the list of words) + ending."""

    name: Column
    folder: Column
    alive: Column  # 0 once deleted


class Store(Record):
    """Everything stored."""

    folder_count: Field
    file_count: Field
    folders: Folders
    files: Files


STORE = Store(DATA)
FOLDERS, FILES = STORE.folders, STORE.files


def parent(m: Vector, folder: int) -> int:
    """The folder that a folder is in; Home is in itself."""
    return 0 if folder < TOP else m[FOLDERS.parent[folder]]


def folder_name(folder: int, name: int, texts: tuple[str, ...] = ()) -> str:
    """What a folder is called.

    Args:
        name: its stored name.
    """
    if folder < TOP:
        return TOPS[folder]
    return texts[name - TYPED_FOLDER - 1] if name > TYPED_FOLDER else words.FOLDERS[name]


def file_name(m: Vector, file: int, texts: tuple[str, ...]) -> str:
    """What a file is called."""
    name = m[FILES.name[file]]
    if name > TYPED_FILE:
        return texts[name - TYPED_FILE - 1]
    return f"{words.FILES[name // 8]}.{words.ENDINGS[name % 8]}"


def ending(m: Vector, file: int) -> int:
    """Which kind of file it is; that of a renamed file is told by its text alone: 0."""
    name = m[FILES.name[file]]
    return 0 if name > TYPED_FILE else name % 8


def children(m: Vector, folder: int) -> list[int]:
    """The folders that a folder shows; Home shows the top ones."""
    inner = [i for i in range(TOP, m[STORE.folder_count]) if m[FOLDERS.parent[i]] == folder]
    return [*range(1, TOP), *inner] if folder == 0 else inner


def files_in(m: Vector, folder: int) -> list[int]:
    """The files of a folder."""
    return [
        i for i in range(m[STORE.file_count]) if m[FILES.alive[i]] and m[FILES.folder[i]] == folder
    ]
