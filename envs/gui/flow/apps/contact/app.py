"""A small firm's web site: pages, a contact form, and a newsletter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.contact.screen import (
    draw_form,
    draw_newsletter,
    draw_page,
    topics_shown,
)
from vgym.envs.gui.flow.apps.contact.store import STORE
from vgym.envs.gui.flow.draws import Draws
from vgym.envs.gui.flow.model import (
    DIALOG,
    DIALOG_SCROLL,
    DRAFT,
    FOCUS,
    GO_BACK,
    NOTE,
    PAGE,
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

HOME, ABOUT, CONTACT, NEWS = range(4)
NO_DIALOG, TOPICS = range(2)
NAME, MAIL, MESSAGE, LETTER = 1, 2, 3, 4  # text fields
A_SIGN, A_ASK, A_FORM = range(3)


class Contact(App):
    """Four pages; the form keeps what was filled in when one leaves it."""

    name: ClassVar[str] = "contact"
    templates: ClassVar[tuple[Template, ...]] = (
        Template("contact-newsletter", 5),
        Template("contact-question", 10),
        Template("contact-form", 12),
    )

    def begin(self, draws: Draws, template: int, share: float) -> tuple[Vector, list[int]]:
        """Nothing is filled in, but that some boxes may be ticked already."""
        m = blank()
        m[STORE.firm], m[STORE.hour] = draws.word("firm", words.LAST), draws.below("hour", 3)
        m[PAGE] = draws.pick("page", (HOME, ABOUT))
        m[STORE.copy] = draws.below("copy ticked", 2)
        rhythm = draws.below("rhythm", len(words.RHYTHMS))
        m[STORE.rhythm] = (rhythm + draws.below("other rhythm", 3)) % 3
        who = [draws.word("first", words.FIRST), draws.word("last", words.LAST)]
        said = draws.word("message", words.MESSAGES)
        topic = draws.below("topic", len(words.TOPICS))
        return m, [*who, rhythm, said, topic, draws.below("copy", 2), m[STORE.copy]]

    def sentence(self, template: int, goal: Sequence[int]) -> str:
        """What is to be sent."""
        texts = [f'"{text}"' for text in self.texts(template, goal)]
        if template == A_SIGN:
            return f"Sign {texts[0]} up for the {words.RHYTHMS[goal[2]]} newsletter."
        said = (
            f"Send the contact form: name {texts[0]}, mail {texts[1]}, "
            f"topic {words.TOPICS[goal[4]]}, message {texts[2]}"
        )
        if template == A_ASK:
            return f"{said}."
        return f"{said}, {'with' if goal[5] else 'without'} a copy to me."

    def texts(self, template: int, goal: Sequence[int]) -> tuple[str, ...]:
        """Address, or name, address and message."""
        mail = words.address(goal[0], goal[1])
        if template == A_SIGN:
            return (mail,)
        return words.person(goal[0], goal[1]), mail, words.MESSAGES[goal[3]]

    def verdict(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> int:
        """What was sent must be what was asked, and nothing else sent."""
        if not (m[STORE.sent.done] or m[STORE.signed.done]):
            return 0
        if template == A_SIGN:
            right = m[STORE.signed.span] == [1, 1, goal[2]] and not m[STORE.sent.done]
            return 1 if right else -1
        form = [1, 1, 2, 3, goal[4] + 1]
        right = m[STORE.sent.span][:5] == form and not m[STORE.signed.done]
        if template == A_FORM:
            right = right and m[STORE.sent.copy] == goal[5]
        return 1 if right else -1

    def moves(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> list[Step]:
        """To the page, fill what is not as asked, send."""
        page = NEWS if template == A_SIGN else CONTACT
        if m[DIALOG]:
            if template != A_SIGN and m[STORE.topic] != goal[4] + 1:
                return [self.reach(m, goal[4], "topic", goal[4])]
            return [GO_BACK]
        if m[PAGE] != page:
            return [click("page", page)]
        if template == A_SIGN:
            step = self.fill(m, ((LETTER, 1),))
            if m[STORE.rhythm] != goal[2]:
                return [click("rhythm", goal[2])]
            return [step or click("sign")]
        step = self.fill(m, ((NAME, 1), (MAIL, 2), (MESSAGE, 3)))
        if step:
            return [step]
        if m[STORE.topic] != goal[4] + 1:
            return [click("topics")]
        if template == A_FORM and m[STORE.copy] != goal[5]:
            return [click("copy")]
        return [click("send") if m[STORE.consent] else click("consent")]

    def on_click(self, m: Vector, kind: str, number: int) -> None:
        """Turn pages, tick boxes, choose a topic, send."""
        if kind == "page":
            show_page(m, number)
        elif kind == "topics":
            show_dialog(m, TOPICS)
        elif kind == "topic":
            m[STORE.topic] = number + 1
            show_dialog(m, NO_DIALOG)
        elif kind == "copy":
            m[STORE.copy] ^= 1
        elif kind == "consent":
            m[STORE.consent] ^= 1
        elif kind == "rhythm":
            m[STORE.rhythm] = number
        elif kind == "send":
            self._send(m)
        elif kind == "sign":
            self._sign(m)
        else:
            self.on_back(m)

    def on_back(self, m: Vector) -> None:
        """The dialog away, or to the first page."""
        if m[DIALOG]:
            show_dialog(m, NO_DIALOG)
        else:
            show_page(m, HOME)

    def on_enter(self, m: Vector) -> None:
        """Signs up, where the newsletter's field has the keyboard."""
        if m[PAGE] == NEWS and m[FOCUS] == LETTER:
            self._sign(m)

    def fields(self, m: Vector) -> tuple[int, ...]:
        """The form's fields, or the newsletter's."""
        if m[DIALOG]:
            return ()
        return {CONTACT: (NAME, MAIL, MESSAGE), NEWS: (LETTER,)}.get(m[PAGE], ())

    def extent(self, m: Vector) -> tuple[int, int]:
        """The topics of the dialog."""
        if m[DIALOG]:
            return len(words.TOPICS), topics_shown(self.sizes)
        return 0, 1

    def screen(self, m: Vector, texts: tuple[str, ...]) -> Screen:
        """The page on view."""
        screen = Screen(self.sizes, "Contact form")
        draw_page(screen, m)
        if m[PAGE] == CONTACT:
            draw_form(screen, m, texts)
        elif m[PAGE] == NEWS:
            draw_newsletter(screen, m, texts)
        if m[DIALOG]:
            shown, chosen = topics_shown(self.sizes), m[STORE.topic] - 1
            screen.choices("Topic", words.TOPICS, "topic", chosen, m[DIALOG_SCROLL], shown)
        if m[NOTE]:
            said = ("", "Fill in every field and agree", "Type a mail address first", "Sent")
            screen.note(said[m[NOTE]])
        return screen

    def _send(self, m: Vector) -> None:
        fields = m[DRAFT : DRAFT + 3]
        if not (all(fields) and m[STORE.topic] and m[STORE.consent]):
            m[NOTE] = 1
            return
        m[STORE.sent.span] = [1, *fields, m[STORE.topic], m[STORE.copy]]
        show_page(m, HOME)
        m[NOTE] = 3

    def _sign(self, m: Vector) -> None:
        if not m[DRAFT + LETTER - 1]:
            m[NOTE] = 2
            return
        m[STORE.signed.span] = [1, m[DRAFT + LETTER - 1], m[STORE.rhythm]]
        show_page(m, HOME)
        m[NOTE] = 3
