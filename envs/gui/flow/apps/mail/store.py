"""What the mail application stores, and where in the vector."""

from __future__ import annotations

from vgym.envs.gui.flow.model import DATA, Vector

INBOX, STARRED, SENT_FOLDER, ARCHIVE, TRASH = range(5)
NAMES = ("Inbox", "Starred", "Sent", "Archive", "Trash")
ICONS = ("inbox", "star", "send", "archive", "trash")

MOST = 18  # mails
COUNT = DATA  # how many mails there are
MARKS = DATA + 1  # a bit for each mail that is marked in the list
SENT = DATA + 2  # how many were sent, and of the last one: answered to, address, subject, text
SENT_LENGTH = 5
_MAILS = SENT + SENT_LENGTH
FIRST, LAST, SUBJECT, FOLDER, DAY, STAR, UNREAD = range(7)
_FIELDS = 7


def place(mail: int) -> int:
    """Where a mail's fields begin."""
    return _MAILS + _FIELDS * mail


def put_mail(
    m: Vector,
    mail: int,
    who: tuple[int, int],
    subject: int,
    folder: int,
    day: int,
    starred: bool,
) -> None:
    """Store a mail."""
    m[place(mail) : place(mail) + _FIELDS] = [*who, subject, folder, day, int(starred), 0]


def sender(m: Vector, mail: int) -> tuple[int, int]:
    """First and last name of who wrote it."""
    return m[place(mail)], m[place(mail) + 1]


def listed(m: Vector, folder: int) -> list[int]:
    """The mails that a folder's list shows, newest first."""
    mails = range(m[COUNT])
    if folder == STARRED:
        return [i for i in mails if m[place(i) + STAR] and m[place(i) + FOLDER] != TRASH]
    return [i for i in mails if m[place(i) + FOLDER] == folder]
