"""What the mail application stores, and where in the vector."""

from __future__ import annotations

from vgym.envs.gui.flow.layout import Column, Field, Record, Table
from vgym.envs.gui.flow.model import DATA, Vector

INBOX, STARRED, SENT_FOLDER, ARCHIVE, TRASH = range(5)
NAMES = ("Inbox", "Starred", "Sent", "Archive", "Trash")
ICONS = ("inbox", "star", "send", "archive", "trash")

MOST = 18  # mails


class Sent(Record):
    """How many were sent, and of the last one: what it answers (from 1), drafts of its fields."""

    count: Field
    answered: Field
    to: Field
    subject: Field
    body: Field


class Mails(Table, rows=MOST):
    """Names and subjects are places in the lists of words."""

    first: Column
    last: Column
    subject: Column
    folder: Column
    day: Column
    star: Column
    unread: Column


class Store(Record):
    """Everything stored."""

    count: Field  # how many mails there are
    marks: Field  # a bit for each mail that is marked in the list
    sent: Sent
    mails: Mails


STORE = Store(DATA)
SENT, MAILS = STORE.sent, STORE.mails


def put_mail(
    m: Vector,
    mail: int,
    who: tuple[int, int],
    subject: int,
    folder: int,
    day: int,
    starred: bool,
) -> None:
    """Store a mail.

    Args:
        m: written to.
        mail: its number.
        who: first and last name, as places in the lists of words.
        subject: a place in the list of subjects.
        folder: where it lies.
        day: of April.
        starred: whether it has a star.
    """
    m[MAILS.row(mail)] = [*who, subject, folder, day, int(starred), 0]


def sender(m: Vector, mail: int) -> tuple[int, int]:
    """First and last name of who wrote it."""
    return m[MAILS.first[mail]], m[MAILS.last[mail]]


def marked(m: Vector) -> list[int]:
    """The mails that are marked in the list."""
    return [i for i in range(m[STORE.count]) if m[STORE.marks] >> i & 1]


def listed(m: Vector, folder: int) -> list[int]:
    """The mails that a folder's list shows, newest first."""
    mails = range(m[STORE.count])
    if folder == STARRED:
        return [i for i in mails if m[MAILS.star[i]] and m[MAILS.folder[i]] != TRASH]
    return [i for i in mails if m[MAILS.folder[i]] == folder]
