"""The file manager's pages as widgets."""

from __future__ import annotations

from vgym.envs.gui.flow.apps.files.store import (
    FOLDERS,
    STORE,
    TOP,
    TOP_ICONS,
    TOPS,
    children,
    ending,
    file_name,
    files_in,
    folder_name,
    parent,
)
from vgym.envs.gui.flow.model import (
    CHOICE,
    DIALOG_SCROLL,
    DRAFT,
    FOCUS,
    ITEM,
    PREFILLED,
    Vector,
    written,
)
from vgym.envs.gui.flow.model import SCROLL as FIRST_ROW
from vgym.envs.gui.flow.screen import Screen, Sizes

_ICONS = (
    "file-earmark-pdf", "file-earmark-image", "file-earmark-text", "file-earmark-spreadsheet",
    "file-earmark", "file-earmark-music",
)  # fmt: skip


def rows_shown(sizes: Sizes) -> int:
    """How many rows of a folder show at once."""
    return sizes.rows_in(sizes.height - sizes.bar - sizes.row)


def dialog_rows(sizes: Sizes) -> int:
    """How many folders the dialog that moves shows at once."""
    return min(9, sizes.rows_in(sizes.height - 2 * sizes.bar - 4 * sizes.gap))


def draw_folder(screen: Screen, m: Vector, texts: tuple[str, ...], extent: tuple[int, int]) -> None:
    """Top folders at the left, rows of folders and files beside them."""
    sizes, folder = screen.sizes, m[ITEM]
    screen.add("panel", (0, 0, sizes.width, sizes.height), tint=0)
    screen.top("", back=folder != 0)
    marked = m[CHOICE] > 0
    screen.actions(
        ("New folder", "folder-plus", ("new",), True),
        ("Rename", "pencil", ("rename",), marked),
        ("Move", "box-arrow-in-right", ("move",), marked),
        ("Delete", "trash", ("delete",), marked),
    )
    screen.sidebar([(TOPS[i], TOP_ICONS[i], ("folder", i), i == folder, "") for i in range(TOP)])
    x0, y, x1, _ = sizes.beside
    trail = [folder]
    while trail[0]:
        trail.insert(0, parent(m, trail[0]))
    path = "  /  ".join(_name(m, i, texts) for i in trail)
    screen.add("muted", (x0 + sizes.gap * 2, y, x1, y + sizes.row), path)
    y += sizes.row
    inside = [("folder", i) for i in children(m, folder)]
    inside += [("file", i) for i in files_in(m, folder)]
    count, shown = extent
    top = y
    for kind, i in inside[m[FIRST_ROW] : m[FIRST_ROW] + shown]:
        box = (x0, y, x1, y + sizes.row)
        if kind == "folder":
            items = len(children(m, i)) + len(files_in(m, i))
            detail = f"{items} item{'s' * (items != 1)}"
            screen.add(
                "row", box, _name(m, i, texts), event=("folder", i), icon="folder-fill",
                detail=detail,
            )  # fmt: skip
        else:
            size = f"{(i * 37 + m[STORE.folder_count] * 53) % 890 + 12} KB"
            screen.add(
                "row", box, file_name(m, i, texts), event=("file", i), icon=_ICONS[ending(m, i)],
                detail=size, on=m[CHOICE] == i + 1,
            )  # fmt: skip
        y += sizes.row
    if not inside:
        screen.add("muted", (x0, y, x1, y + sizes.row), "This folder is empty", align="centre")
    screen.scrollbar((x0, top, x1, y), m[FIRST_ROW], shown, count)


def draw_name(screen: Screen, m: Vector, title: str, texts: tuple[str, ...]) -> None:
    """The dialog that asks for a name."""
    rows = screen.dialog(title, 1)
    own = file_name(m, m[CHOICE] - 1, texts) if m[DRAFT] == PREFILLED else ""
    text = written(m[DRAFT], texts, own)
    screen.add("field", rows, text, event=("field", 1), on=m[FOCUS] == 1, name="Name")
    screen.dialog_buttons(rows, "OK", ("ok",), True)


def draw_move(
    screen: Screen, m: Vector, texts: tuple[str, ...], extent: tuple[int, int], target: int
) -> None:
    """The dialog that asks for a folder.

    Args:
        screen: drawn on.
        m: the vector.
        texts: of the instruction.
        extent: folders, and how many of them show.
        target: the folder that is marked; -1 for none.
    """
    count, shown = extent
    sizes = screen.sizes
    rows = screen.dialog(f"Move {file_name(m, m[CHOICE] - 1, texts)} to", shown)
    for i in range(shown):
        folder = m[DIALOG_SCROLL] + i + 1
        y = rows[1] + i * sizes.row
        box = (rows[0], y, rows[2], y + sizes.row)
        above = parent(m, folder)
        screen.add(
            "row", box, _name(m, folder, texts), event=("target", folder), icon="folder",
            detail=f"in {_name(m, above, texts)}" if above else "", on=folder == target,
        )  # fmt: skip
    screen.scrollbar(rows, m[DIALOG_SCROLL], shown, count)
    screen.dialog_buttons(rows, "Move here", ("ok",), target > 0 and target != m[ITEM])


def _name(m: Vector, folder: int, texts: tuple[str, ...]) -> str:
    return folder_name(folder, m[FOLDERS.name[folder]], texts)
