"""The mail application's pages as widgets."""

from __future__ import annotations

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.mail.store import ICONS, INBOX, MAILS, NAMES, STORE, listed, sender
from vgym.envs.gui.flow.model import DRAFT, FOCUS, ITEM, RETURN_ITEM, SCROLL, Vector, written
from vgym.envs.gui.flow.screen import Screen, Sizes


def rows_shown(sizes: Sizes) -> int:
    """How many mails a list shows at once."""
    return sizes.rows_in(sizes.height - sizes.bar)


def draw_list(screen: Screen, m: Vector, extent: tuple[int, int]) -> None:
    """Folders at the left; a line for each mail with a box to mark it and a star."""
    sizes, folder = screen.sizes, m[ITEM]
    screen.add("panel", (0, 0, sizes.width, sizes.height), tint=0)
    screen.top(NAMES[folder], back=False)
    marked = bool(m[STORE.marks])
    screen.actions(
        ("Archive", "archive", ("archive",), marked), ("Delete", "trash", ("delete",), marked)
    )
    _side(screen, m, folder)
    x0, y, x1, _ = sizes.beside
    mails = listed(m, folder)
    count, shown = extent
    if not mails:
        screen.add("text", (x0, y + sizes.row, x1, y + 2 * sizes.row), "No mails", align="centre")
        return
    who_x = x0 + 2 * sizes.row
    about_x = who_x + (x1 - who_x) * 2 // 5
    date_x = x1 - 4 * sizes.text
    for i in mails[m[SCROLL] : m[SCROLL] + shown]:
        bottom = y + sizes.row
        who = words.person(*sender(m, i))
        about = words.SUBJECTS[m[MAILS.subject[i]]]
        strong = "strong" if m[MAILS.unread[i]] else "text"
        on = bool(m[STORE.marks] >> i & 1)
        box = (x0, y, x1, bottom)
        screen.add("row", box, event=("mail", i), on=on, name=f"{who}: {about}")
        mark = (x0, y, x0 + sizes.row, bottom)
        screen.add("check", mark, event=("mark", i), on=on, name=f"Mark {about}")
        starred = bool(m[MAILS.star[i]])
        star = (x0 + sizes.row, y, who_x, bottom)
        icon = "star-fill" if starred else "star"
        screen.add("icon", star, event=("star", i), icon=icon, on=starred, name=f"Star {about}")
        screen.add(strong, (who_x, y, about_x - sizes.gap, bottom), who)
        screen.add(strong, (about_x, y, date_x, bottom), about)
        date = f"{m[MAILS.day[i]]} Apr"
        screen.add("muted", (date_x, y, x1 - 2 * sizes.gap, bottom), date, align="right")
        y = bottom
    screen.scrollbar((x0, sizes.bar, x1, y), m[SCROLL], shown, count)


def draw_mail(screen: Screen, m: Vector) -> None:
    """One mail, with what can be done with it above."""
    sizes, mail = screen.sizes, m[ITEM]
    screen.add("panel", (0, 0, sizes.width, sizes.height), tint=0)
    screen.top("", back=True)
    screen.actions(
        ("Reply", "reply", ("reply",), True),
        ("Archive", "archive", ("archive",), True),
        ("Delete", "trash", ("delete",), True),
    )
    _side(screen, m, m[RETURN_ITEM])
    x0, y, x1, _ = sizes.beside
    x0, row = x0 + sizes.row // 2, sizes.row
    starred = bool(m[MAILS.star[mail]])
    y += sizes.gap
    screen.add("title", (x0, y, x1 - row, y + row), words.SUBJECTS[m[MAILS.subject[mail]]])
    screen.add(
        "icon", (x1 - row - sizes.gap, y, x1 - sizes.gap, y + row), event=("star", mail),
        icon="star-fill" if starred else "star", on=starred, name="Star",
    )  # fmt: skip
    y += row
    who = sender(m, mail)
    screen.add("avatar", (x0, y + 2, x0 + row - 4, y + row - 2), words.FIRST[who[0]][0], tint=mail)
    screen.add("strong", (x0 + row, y, x1, y + row), words.person(*who))
    screen.add(
        "muted", (x0, y, x1 - row // 2, y + row), f"{m[MAILS.day[mail]]} April", align="right"
    )
    y += row + sizes.gap
    screen.add("line", (x0, y, x1 - row // 2, y + 1))
    for n, line in enumerate(_letter(m, mail)):
        top = y + sizes.gap + n * (sizes.row * 3 // 4)
        screen.add("text", (x0, top, x1 - row // 2, top + row * 3 // 4), line)


def draw_writing(screen: Screen, m: Vector, texts: tuple[str, ...]) -> None:
    """A new mail, or an answer whose address and subject are given."""
    sizes = screen.sizes
    screen.add("panel", (0, 0, sizes.width, sizes.height), tint=0)
    screen.top("Reply" if m[ITEM] else "New mail", back=True)
    screen.actions(("Send", "send", ("send",), True))
    _side(screen, m, -1)
    given = ["", "", ""]
    if m[ITEM]:
        answered = m[ITEM] - 1
        given = [words.address(*sender(m, answered)), "", ""]
        given[1] = f"Re: {words.SUBJECTS[m[MAILS.subject[answered]]]}"
    x0, y, x1, _ = sizes.beside
    x0, x1 = x0 + sizes.row // 2, x1 - sizes.row // 2
    label = 5 * sizes.text
    for n, title in enumerate(("To", "Subject", "Text")):
        text = written(m[DRAFT + n], texts, given[n])
        y += sizes.gap
        tall = 3 if n == 2 else 1
        bottom = min(y + tall * sizes.row, sizes.height - sizes.gap)
        screen.add("text", (x0, y, x0 + label, y + sizes.row), title)
        fixed = bool(m[ITEM]) and n < 2
        screen.add(
            "field", (x0 + label, y, x1, bottom), text, event=None if fixed else ("field", n + 1),
            on=m[FOCUS] == n + 1, enabled=not fixed, name=title,
        )  # fmt: skip
        y = bottom


def _side(screen: Screen, m: Vector, chosen: int) -> None:
    unread = sum(m[MAILS.unread[i]] for i in range(m[STORE.count]) if m[MAILS.folder[i]] == INBOX)
    counts = [str(unread) if unread else "", "", "", "", ""]
    entries = [
        (name, ICONS[i], ("folder", i), i == chosen, counts[i]) for i, name in enumerate(NAMES)
    ]
    screen.sidebar([("Compose", "pencil-square", ("write",), False, ""), *entries])


def _letter(m: Vector, mail: int) -> list[str]:
    """What the mail says: drawn from its subject, for the looks of it."""
    first = words.FIRST[m[MAILS.first[mail]]]
    lines = [words.MESSAGES[(7 * m[MAILS.subject[mail]] + 5 * n) % len(words.MESSAGES)] + "."
             for n in range(3)]  # fmt: skip
    return ["Hello,", "", *lines, "", "Best wishes,", first]
