"""Mail: folders, a list with stars and boxes to mark, an open mail, and writing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.mail.screen import draw_list, draw_mail, draw_writing, rows_shown
from vgym.envs.gui.flow.apps.mail.store import (
    ARCHIVE,
    INBOX,
    MAILS,
    MOST,
    SENT,
    STORE,
    TRASH,
    listed,
    marked,
    put_mail,
    sender,
)
from vgym.envs.gui.flow.draws import Draws
from vgym.envs.gui.flow.model import (
    DRAFT,
    FOCUS,
    GO_BACK,
    ITEM,
    NOTE,
    PAGE,
    PREFILLED,
    RETURN_ITEM,
    RETURN_SCROLL,
    SCROLL,
    App,
    Step,
    Template,
    Vector,
    blank,
    click,
    show_page,
)
from vgym.envs.gui.flow.screen import Screen

LIST, OPEN, WRITE = range(3)
TO, SUBJECT, BODY = 1, 2, 3  # fields of a mail being written
A_ARCHIVE, A_DELETE, A_STAR, A_WRITE, A_REPLY = range(5)  # what templates ask


class Mail(App):
    """Page LIST shows folder ITEM, OPEN shows mail ITEM, WRITE writes (ITEM - 1 is replied to)."""

    name: ClassVar[str] = "mail"
    templates: ClassVar[tuple[Template, ...]] = (
        Template("mail-archive", 3),
        Template("mail-delete-all", 5),
        Template("mail-star-all", 4),
        Template("mail-write", 8),
        Template("mail-reply", 5),
    )

    def begin(self, draws: Draws, template: int, share: float) -> tuple[Vector, list[int]]:
        """Mails from several people; some people wrote more than once."""
        m = blank()
        count = 5 + round(share * (MOST - 5))
        first, last = draws.words("first", words.FIRST, 12), draws.words("last", words.LAST, 12)
        people = [(first[i % 12], last[(i + i // 12) % 12]) for i in range(count)]
        subjects = draws.words("subject", words.SUBJECTS, count)
        m[STORE.count] = count
        often = draws.below("often", count)  # whose mails are many
        many = set(draws.sample("many", range(count), 2 + draws.below("how many", 2)))
        for i in range(count):
            who = people[often] if i in many or i == often else people[i]
            folder = INBOX if i in many or draws.chance("inbox", 0.8, i) else ARCHIVE
            starred = draws.chance("star", 0.15, i) and i not in many
            put_mail(m, i, who, subjects[i], folder, 28 - i, starred)
            m[MAILS.unread[i]] = draws.chance("unread", 0.4, i)
        m[PAGE], m[ITEM] = LIST, INBOX
        inbox = [i for i in range(count) if m[MAILS.folder[i]] == INBOX]
        one = draws.pick("mail", inbox)
        if template in (A_ARCHIVE, A_REPLY):
            return m, [one, *sender(m, one), subjects[one], draws.word("body", words.MESSAGES)]
        if template in (A_DELETE, A_STAR):
            return m, [0, *people[often]]
        to = (draws.word("to first", words.FIRST), draws.word("to last", words.LAST))
        about = draws.word("about", words.SUBJECTS)
        return m, [0, *to, about, draws.word("body", words.MESSAGES)]

    def sentence(self, template: int, goal: Sequence[int]) -> str:
        """What is to be done."""
        who = words.person(goal[1], goal[2])
        if template == A_ARCHIVE:
            return f"Archive the mail {words.SUBJECTS[goal[3]]} from {who}."
        if template == A_DELETE:
            return f"Delete every mail from {who} that is in the inbox."
        if template == A_STAR:
            return f"Star every mail from {who} in the inbox."
        given = [f'"{text}"' for text in self.texts(template, goal)]
        if template == A_WRITE:
            return f"Write a mail to {given[0]} with subject {given[1]} and text {given[2]}."
        return f"Reply to the mail {words.SUBJECTS[goal[3]]} from {who} with {given[0]}."

    def texts(self, template: int, goal: Sequence[int]) -> tuple[str, ...]:
        """Address, subject and text, as far as they are typed."""
        if template == A_WRITE:
            body = words.MESSAGES[goal[4]]
            return words.address(goal[1], goal[2]), words.SUBJECTS[goal[3]], body
        return (words.MESSAGES[goal[4]],) if template == A_REPLY else ()

    def verdict(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> int:
        """Folders, stars and what was sent must be as wished, and nothing else moved."""
        left = 0
        wanted = self._wanted(start, template, goal)
        stars = self._stars(start, goal) if template == A_STAR else {}
        for i in range(m[STORE.count]):
            folder = m[MAILS.folder[i]]
            if folder != start[MAILS.folder[i]]:
                if wanted.get(i) != folder:
                    return -1
            else:
                left += i in wanted
            left += stars.get(i, m[MAILS.star[i]]) != m[MAILS.star[i]]
        if m[SENT.count]:
            right = {
                A_WRITE: [1, 0, 1, 2, 3],
                A_REPLY: [1, goal[0] + 1, PREFILLED, PREFILLED, 1],
            }.get(template)
            if m[SENT.span] != right:
                return -1
            return 1
        return 1 if not left and template in (A_ARCHIVE, A_DELETE, A_STAR) else 0

    def moves(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> list[Step]:
        """By what is asked."""
        if template == A_WRITE:
            return self._write(m)
        if template == A_REPLY:
            return self._reply(m, goal[0])
        if template == A_STAR:
            return self._star(m, start, goal)
        return self._put_away(m, start, template, goal)

    def on_click(self, m: Vector, kind: str, number: int) -> None:
        """Turn pages, mark, star, move, send."""
        if kind == "folder":
            m[STORE.marks] = 0
            show_page(m, LIST, number)
        elif kind == "mail":
            folder, scroll = m[ITEM], m[SCROLL]
            m[STORE.marks] = 0
            show_page(m, OPEN, number)
            m[RETURN_ITEM], m[RETURN_SCROLL] = folder, scroll
            m[MAILS.unread[number]] = 0
        elif kind == "mark":
            m[STORE.marks] ^= 1 << number
        elif kind == "star":
            m[MAILS.star[number]] ^= 1
        elif kind == "write":
            self._begin_writing(m, 0)
        elif kind == "reply":
            self._begin_writing(m, m[ITEM] + 1)
        elif kind == "send":
            self._send(m)
        elif kind in ("archive", "delete"):
            self._put(m, ARCHIVE if kind == "archive" else TRASH)
        elif kind == "back":
            self.on_back(m)

    def on_back(self, m: Vector) -> None:
        """From a mail to its list; from writing to the inbox, without sending."""
        if m[PAGE] == OPEN:
            scroll = m[RETURN_SCROLL]
            show_page(m, LIST, m[RETURN_ITEM])
            m[SCROLL] = max(0, min(scroll, self.extent(m)[0] - self.extent(m)[1]))
        elif m[PAGE] == WRITE:
            show_page(m, LIST, INBOX)

    def on_delete(self, m: Vector) -> None:
        """As the button."""
        if m[PAGE] == OPEN or (m[PAGE] == LIST and m[STORE.marks]):
            self._put(m, TRASH)

    def fields(self, m: Vector) -> tuple[int, ...]:
        """To, subject and text of a new mail; the text of an answer."""
        if m[PAGE] != WRITE:
            return ()
        return (BODY,) if m[ITEM] else (TO, SUBJECT, BODY)

    def extent(self, m: Vector) -> tuple[int, int]:
        """The mails of the folder."""
        if m[PAGE] != LIST:
            return 0, 1
        count = len(listed(m, m[ITEM]))
        return count, max(1, min(count, rows_shown(self.sizes)))

    def screen(self, m: Vector, texts: tuple[str, ...]) -> Screen:
        """The list, the open mail, or the one being written."""
        screen = Screen(self.sizes, "Mail")
        if m[PAGE] == LIST:
            draw_list(screen, m, self.extent(m))
        elif m[PAGE] == OPEN:
            draw_mail(screen, m)
        else:
            draw_writing(screen, m, texts)
        said = ("", "Sent", "Archived", "Moved to trash", "Fill in an address and a text first")
        if m[NOTE]:
            screen.note(said[m[NOTE]])
        return screen

    # -- what clicks do ------------------------------------------------------------------------

    def _begin_writing(self, m: Vector, answered: int) -> None:
        m[STORE.marks] = 0
        show_page(m, WRITE, answered)
        m[DRAFT : DRAFT + 3] = [PREFILLED, PREFILLED, 0] if answered else [0, 0, 0]
        m[FOCUS] = BODY if answered else TO

    def _send(self, m: Vector) -> None:
        to, subject, body = m[DRAFT : DRAFT + 3]
        if not (to and body):
            m[NOTE] = 4
            return
        m[SENT.span] = [m[SENT.count] + 1, m[ITEM], to, subject, body]
        show_page(m, LIST, INBOX)
        m[NOTE] = 1

    def _put(self, m: Vector, folder: int) -> None:
        gone = marked(m) if m[PAGE] == LIST else [m[ITEM]]
        for i in gone:
            m[MAILS.folder[i]] = folder
        if m[PAGE] == OPEN:
            self.on_back(m)
        m[STORE.marks] = 0
        count, shown = self.extent(m)
        m[SCROLL] = max(0, min(m[SCROLL], count - shown))
        m[NOTE] = 2 if folder == ARCHIVE else 3

    # -- plans ---------------------------------------------------------------------------------

    def _theirs(self, start: Vector, goal: Sequence[int]) -> list[int]:
        """Mails of the asked sender in the inbox at the start."""
        return [i for i in listed(start, INBOX) if sender(start, i) == (goal[1], goal[2])]

    def _stars(self, start: Vector, goal: Sequence[int]) -> dict[int, int]:
        """The star that each mail should have."""
        theirs = self._theirs(start, goal)
        return {i: int(i in theirs or start[MAILS.star[i]]) for i in range(start[STORE.count])}

    def _wanted(self, start: Vector, template: int, goal: Sequence[int]) -> dict[int, int]:
        """Mails that must change folder, with the new one."""
        if template == A_ARCHIVE:
            return {goal[0]: ARCHIVE}
        return {i: TRASH for i in self._theirs(start, goal)} if template == A_DELETE else {}

    def _write(self, m: Vector) -> list[Step]:
        if m[PAGE] != WRITE or m[ITEM]:
            return [click("write")]
        step = self.fill(m, ((TO, 1), (SUBJECT, 2), (BODY, 3)))
        return [step or click("send")]

    def _reply(self, m: Vector, mail: int) -> list[Step]:
        if m[PAGE] == WRITE and m[ITEM] == mail + 1:
            return [self.fill(m, ((BODY, 1),)) or click("send")]
        if m[PAGE] == OPEN and m[ITEM] == mail:
            return [click("reply")]
        return self._to_list(m, mail, "mail")

    def _star(self, m: Vector, start: Vector, goal: Sequence[int]) -> list[Step]:
        wanted = self._stars(start, goal)
        wrong = [i for i in wanted if m[MAILS.star[i]] != wanted[i]]
        if m[PAGE] == OPEN and m[ITEM] in wrong:
            return [click("star", m[ITEM])]
        steps: list[Step] = []
        for mail in wrong:
            for step in self._to_list(m, mail, "star"):
                if step.kind == 0 and isinstance(step.what, tuple) and step.what[0] == "star":
                    return [step]
                steps.append(step)
        return list(dict.fromkeys(steps))

    def _put_away(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> list[Step]:
        wanted = self._wanted(start, template, goal)
        verb = "archive" if template == A_ARCHIVE else "delete"
        left = [i for i, folder in wanted.items() if m[MAILS.folder[i]] != folder]
        if m[PAGE] == OPEN and m[ITEM] in left:
            return [click(verb)]
        picked = marked(m)
        steps: list[Step] = []
        if picked and set(picked) <= set(left):
            steps.append(click(verb))
        if not set(picked) <= set(left):
            steps.append(click("folder", m[ITEM]))
            for mail in left:  # opening one takes all marks away
                steps += self._to_list(m, mail, "mail")
        for mail in set(picked) ^ set(left):
            steps += self._to_list(m, mail, "mark")
        return list(dict.fromkeys(steps))

    def _to_list(self, m: Vector, mail: int, event: str) -> list[Step]:
        """Click something of a mail in its list, or a step towards that."""
        folder = m[MAILS.folder[mail]]
        if m[PAGE] == LIST:
            shown = listed(m, m[ITEM])
            if mail in shown:
                step = self.reach(m, shown.index(mail), event, mail)
                again = [click("folder", folder)] if step.kind != 0 and m[SCROLL] else []
                return [step, *again]
            return [click("folder", folder)]
        if m[PAGE] == OPEN and mail in listed(m, m[RETURN_ITEM]):
            return [GO_BACK, click("folder", folder)]
        return [click("folder", folder)]
