"""Files: folders within folders, one marked file, and dialogs that rename, move and delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.files.screen import (
    dialog_rows,
    draw_folder,
    draw_move,
    draw_name,
    rows_shown,
)
from vgym.envs.gui.flow.apps.files.store import (
    FILES,
    FOLDERS,
    FOLDERS_MOST,
    MOST,
    STORE,
    TOP,
    TYPED_FILE,
    TYPED_FOLDER,
    children,
    file_name,
    files_in,
    folder_name,
    parent,
)
from vgym.envs.gui.flow.draws import Draws
from vgym.envs.gui.flow.model import (
    CHOICE,
    DIALOG,
    DRAFT,
    FOCUS,
    GO_BACK,
    ITEM,
    NOTE,
    PREFILLED,
    SCROLL,
    App,
    Step,
    Template,
    Vector,
    blank,
    click,
    show_dialog,
    show_page,
)
from vgym.envs.gui.flow.screen import Screen

NO_DIALOG, NEW, RENAME, MOVE, CONFIRM = range(5)
TARGET = DRAFT + 1  # the folder marked in the dialog that moves, from 1
A_NEW, A_RENAME, A_MOVE, A_DELETE = range(4)


class Files(App):
    """The page shows folder ITEM; CHOICE is the marked file, from 1."""

    name: ClassVar[str] = "files"
    templates: ClassVar[tuple[Template, ...]] = (
        Template("files-folder", 5),
        Template("files-rename", 6),
        Template("files-move", 7),
        Template("files-delete", 5),
    )

    def begin(self, draws: Draws, template: int, share: float) -> tuple[Vector, list[int]]:
        """Folders below the top ones, files in all of them."""
        m = blank()
        inner = draws.words("folder", words.FOLDERS, 4 + round(2 * share))
        m[STORE.folder_count] = TOP + len(inner)
        for i, name in enumerate(inner):
            deep = i > 1 and draws.chance("deep", share, i)
            above = TOP + draws.below("above", i, i) if deep else draws.below("top", TOP - 1, i) + 1
            m[FOLDERS.name[TOP + i]] = name
            m[FOLDERS.parent[TOP + i]] = above
        m[STORE.file_count] = 10 + round(share * (MOST - 10))
        stems = draws.words("stem", words.FILES, MOST // 2)  # each twice at most
        full = draws.below("full", TOP - 1) + 1  # a folder with many files
        for i in range(m[STORE.file_count]):
            again, nth = divmod(i, len(stems))
            stem = stems[nth]
            ending = (draws.below("ending", len(words.ENDINGS), nth) + again) % len(words.ENDINGS)
            folder = draws.below("in", m[STORE.folder_count] - 1, i) + 1
            if draws.chance("in full", 0.4 * share, i):
                folder = full
            m[FILES.row(i)] = [stem * 8 + ending, folder, 1]
        m[ITEM] = draws.below("start", TOP)
        file = draws.below("file", m[STORE.file_count])
        folder = m[FILES.folder[file]]
        if template == A_NEW:
            used = [m[at] for at in FOLDERS.name[TOP : m[STORE.folder_count]]]
            new = draws.pick("new", [w for w in draws.part(words.FOLDERS) if w not in used])
            where = draws.below("where", m[STORE.folder_count] - 1) + 1
            return m, [-1, where, new, *_path(m, where)]
        if template == A_RENAME:
            other = draws.pick("other", [w for w in draws.part(words.FILES) if w not in stems])
            new = other * 8 + m[FILES.name[file]] % 8
        else:
            places = [i for i in range(1, m[STORE.folder_count]) if i != folder]
            new = draws.pick("target", places)
        said = [m[FOLDERS.name[new]] if new >= TOP else -new] if template == A_MOVE else [0]
        return m, [file, folder, new, *_path(m, folder), m[FILES.name[file]], *said]

    def sentence(self, template: int, goal: Sequence[int]) -> str:
        """What is to be done, and where."""
        where = _folder_words(goal[3])
        if goal[4] != goal[3]:
            where += f" in {_folder_words(goal[4])}"
        if template == A_NEW:
            return f'Make a folder "{words.FOLDERS[goal[2]]}" in the folder {where}.'
        name = _file_words(goal[5])
        if template == A_RENAME:
            return f'Rename {name} in the folder {where} to "{_file_words(goal[2])}".'
        if template == A_MOVE:
            return f"Move {name} from the folder {where} to the folder {_folder_words(goal[6])}."
        return f"Delete {name} from the folder {where}."

    def texts(self, template: int, goal: Sequence[int]) -> tuple[str, ...]:
        """The new name."""
        if template == A_NEW:
            return (words.FOLDERS[goal[2]],)
        return (_file_words(goal[2]),) if template == A_RENAME else ()

    def verdict(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> int:
        """Files and folders are those of the start, but for the wanted change."""
        if m[STORE.span] == start[STORE.span]:
            return 0
        wanted = list(start)
        if template == A_NEW:
            wanted[FOLDERS.row(start[STORE.folder_count])] = [TYPED_FOLDER + 1, goal[1]]
            wanted[STORE.folder_count] += 1
        else:
            column, value = {
                A_RENAME: (FILES.name, TYPED_FILE + 1),
                A_MOVE: (FILES.folder, goal[2]),
                A_DELETE: (FILES.alive, 0),
            }[template]
            wanted[column[goal[0]]] = value
        return 1 if m[STORE.span] == wanted[STORE.span] else -1

    def moves(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> list[Step]:
        """To the folder, mark the file, open the dialog, confirm."""
        file, folder = goal[0], goal[1]
        if template == A_NEW:
            if m[DIALOG] == NEW:
                return [self.fill(m, ((1, 1),)) or click("ok")] if m[ITEM] == folder else [GO_BACK]
            if m[DIALOG]:
                return [GO_BACK]
            return [click("new")] if m[ITEM] == folder else self._to_folder(m, folder)
        right = m[ITEM] == folder and m[CHOICE] == file + 1
        wanted = {A_RENAME: RENAME, A_MOVE: MOVE, A_DELETE: CONFIRM}[template]
        if m[DIALOG]:
            if not right or m[DIALOG] != wanted:
                return [GO_BACK]
            if template == A_RENAME:
                return [self.fill(m, ((1, 1),)) or click("ok")]
            if template == A_MOVE and m[TARGET] != goal[2] + 1:
                return [self.reach(m, goal[2] - 1, "target", goal[2])]
            return [click("ok")]
        if right:
            return [click({A_RENAME: "rename", A_MOVE: "move", A_DELETE: "delete"}[template])]
        if m[ITEM] != folder:
            return self._to_folder(m, folder)
        row = len(children(m, folder)) + files_in(m, folder).index(file)
        return [self.reach(m, row, "file", file), *self._reload(m)]

    def on_click(self, m: Vector, kind: str, number: int) -> None:
        """Open folders, mark files, open and confirm dialogs."""
        if kind == "folder":
            show_page(m, 0, number)
        elif kind == "file":
            m[CHOICE] = 0 if m[CHOICE] == number + 1 else number + 1
        elif kind == "new":
            show_dialog(m, NEW)
            m[DRAFT], m[FOCUS] = 0, 1
        elif kind == "target":
            m[TARGET] = number + 1
        elif kind == "ok":
            self._confirm(m)
        elif kind in ("rename", "move", "delete") and m[CHOICE]:
            show_dialog(m, {"rename": RENAME, "move": MOVE, "delete": CONFIRM}[kind])
            m[DRAFT], m[TARGET] = PREFILLED, 0
            m[FOCUS] = 1 if kind == "rename" else 0
        elif kind in ("cancel", "back"):
            self.on_back(m)

    def on_back(self, m: Vector) -> None:
        """The dialog away, or up a folder."""
        if m[DIALOG]:
            show_dialog(m, NO_DIALOG)
        else:
            show_page(m, 0, parent(m, m[ITEM]))

    def on_enter(self, m: Vector) -> None:
        """As the dialog's main button."""
        if m[DIALOG]:
            self._confirm(m)

    def on_delete(self, m: Vector) -> None:
        """As the button."""
        if m[CHOICE] and not m[DIALOG]:
            show_dialog(m, CONFIRM)

    def fields(self, m: Vector) -> tuple[int, ...]:
        """The name in a dialog."""
        return (1,) if m[DIALOG] in (NEW, RENAME) else ()

    def extent(self, m: Vector) -> tuple[int, int]:
        """The dialog's folders, or what the folder holds."""
        if m[DIALOG] == MOVE:
            count = m[STORE.folder_count] - 1
            return count, min(count, dialog_rows(self.sizes))
        if m[DIALOG]:
            return 0, 1
        count = len(children(m, m[ITEM])) + len(files_in(m, m[ITEM]))
        return count, max(1, min(count, rows_shown(self.sizes)))

    def screen(self, m: Vector, texts: tuple[str, ...]) -> Screen:
        """The folder, and the dialog over it."""
        screen = Screen(self.sizes, "Files")
        under = list(m)
        under[DIALOG] = 0
        draw_folder(screen, m, texts, self.extent(under))
        if m[DIALOG] in (NEW, RENAME):
            title = "New folder" if m[DIALOG] == NEW else "Rename"
            draw_name(screen, m, title, texts)
        elif m[DIALOG] == MOVE:
            draw_move(screen, m, texts, self.extent(m), m[TARGET] - 1)
        elif m[DIALOG] == CONFIRM:
            rows = screen.dialog("Delete for good?", 1)
            screen.add("text", rows, file_name(m, m[CHOICE] - 1, texts))
            screen.dialog_buttons(rows, "Delete", ("ok",), True)
        if m[NOTE]:
            said = ("", "Type a name first", "Folder made", "Renamed", "Moved", "Deleted")
            screen.note(said[m[NOTE]])
        return screen

    def _confirm(self, m: Vector) -> None:
        file = m[CHOICE] - 1
        dialog, text = m[DIALOG], m[DRAFT]
        if dialog in (NEW, RENAME) and not text:
            m[NOTE] = 1
            return
        if dialog == NEW:
            if m[STORE.folder_count] >= FOLDERS_MOST:
                return
            m[FOLDERS.row(m[STORE.folder_count])] = [TYPED_FOLDER + text, m[ITEM]]
            m[STORE.folder_count] += 1
        elif dialog == RENAME:
            if text != PREFILLED:
                m[FILES.name[file]] = TYPED_FILE + text
        elif dialog == MOVE:
            if not m[TARGET] or m[TARGET] - 1 == m[ITEM]:
                return
            m[FILES.folder[file]] = m[TARGET] - 1
        else:
            m[FILES.alive[file]] = 0
        show_dialog(m, NO_DIALOG)
        m[CHOICE] = 0
        m[NOTE] = dialog + 1
        count, shown = self.extent(m)
        m[SCROLL] = max(0, min(m[SCROLL], count - shown))

    def _to_folder(self, m: Vector, folder: int) -> list[Step]:
        steps = [GO_BACK]
        at = folder
        while at:
            if at < TOP:
                steps.append(click("folder", at))
            inside = children(m, m[ITEM])
            if at in inside:
                steps.append(self.reach(m, inside.index(at), "folder", at))
            at = parent(m, at)
        return list(dict.fromkeys([*steps, *self._reload(m)]))

    def _reload(self, m: Vector) -> list[Step]:
        """Opening the folder that is open: back at its first row in one step."""
        return [click("folder", m[ITEM])] if m[SCROLL] and m[ITEM] < TOP else []


def _path(m: Vector, folder: int) -> list[int]:
    """Names of a folder and of the one it is in, as numbers: top ones negative."""
    above = parent(m, folder)
    names = [-i if i < TOP else m[FOLDERS.name[i]] for i in (folder, above)]
    return [names[0], names[1] if above else names[0]]


def _folder_words(name: int) -> str:
    return folder_name(-name, 0) if name < 0 else words.FOLDERS[name]


def _file_words(name: int) -> str:
    return f"{words.FILES[name // 8]}.{words.ENDINGS[name % 8]}"
