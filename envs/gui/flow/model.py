"""What every simulated application is made of: a vector of integers, steps, and rules.

An application's whole state is one list of ``SIZE`` integers: first what is on view (page, scroll,
focus, dialog, drafts of text fields), from ``DATA`` on what the application stores. Being integers,
it is copied, compared, hashed and saved without more ado.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from vgym.envs.gui.flow.draws import Draws
from vgym.envs.gui.flow.screen import Event, Screen, Sizes

# Places in the vector.
PAGE = 0  # which page is on view
ITEM = 1  # what it shows: a folder, a mail, a product
SCROLL = 2  # first row shown of the page's list
FOCUS = 3  # the text field that has the keyboard: its draft's number from 1, 0 for none
DIALOG = 4  # which dialog lies over the page, 0 for none
CHOICE = 5  # what is marked: a file of a list, a folder of a dialog; from 1, 0 for none
DIALOG_SCROLL = 6  # first row shown of the dialog's list
RETURN_ITEM = 7  # where `back` leads
RETURN_SCROLL = 8
NOTE = 9  # the passing message at the foot of the page, 0 for none
DRAFT = 10  # eight drafts of fields: 0 empty, 1 to 4 a text to type, from 5 the app's own
DATA = 18
SIZE = 160
LARGEST = 2**20  # numbers are from 0, and below it; the largest are bits of a list's rows

SLOTS = 4  # most texts that an instruction gives to type
PREFILLED = 5  # a draft that holds what the application put there

Vector = list[int]

KINDS = ("click", "type", "key", "scroll", "back")
CLICK, TYPE, KEY, SCROLL_BY, BACK = range(5)
KEYS = ("enter", "escape", "tab", "backspace", "delete")
ENTER, ESCAPE, TAB, BACKSPACE, DELETE = range(5)
UP, DOWN = -1, 1


class Step(NamedTuple):
    """One action in the application's own terms: what it is and what it is done to.

    ``what`` is an event for a click, a text's number for `type`, a key's number, ``UP`` or
    ``DOWN`` for a scroll, 0 for `back`.
    """

    kind: int
    what: Event | int


def click(kind: str, number: int | None = None) -> Step:
    """A click on the element that raises the event of this kind and number."""
    return Step(CLICK, (kind,) if number is None else (kind, number))


GO_BACK = Step(BACK, 0)


@dataclass(frozen=True)
class Template:
    """A kind of task that an application sets.

    Attributes:
        name: such as "mail-archive".
        steps: the usual length of its plan, by which difficulty picks templates.
    """

    name: str
    steps: int


class App(ABC):
    """An application's rules. Methods that move change the vector in place and accept anything.

    Args:
        sizes: sizes of the page; how many rows a list shows depends on them.
    """

    name: ClassVar[str]
    templates: ClassVar[tuple[Template, ...]]

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes

    # -- what is asked ------------------------------------------------------------------------

    @abstractmethod
    def begin(self, draws: Draws, template: int, share: float) -> tuple[Vector, list[int]]:
        """A start and what is asked of it.

        Args:
            template: its place in ``templates``.
            share: in [0, 1]: how full the application is.

        Returns:
            The vector, and the integers that say what is asked.
        """

    @abstractmethod
    def sentence(self, template: int, goal: Sequence[int]) -> str:
        """The instruction in words; texts to type stand in double quotes, in order."""

    @abstractmethod
    def texts(self, template: int, goal: Sequence[int]) -> tuple[str, ...]:
        """The texts to type, at most ``SLOTS``."""

    @abstractmethod
    def verdict(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> int:
        """1 done, 0 under way, -1 unrecoverable: a change that cannot be put right."""

    @abstractmethod
    def moves(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> list[Step]:
        """The steps worth considering: those that a shortest plan may begin with."""

    # -- what can be done ---------------------------------------------------------------------

    @abstractmethod
    def on_click(self, m: Vector, kind: str, number: int) -> None:
        """What a click on an element does.

        Args:
            kind: of the event that the element raises.
            number: which of its kind, 0 where there is but one.
        """

    @abstractmethod
    def extent(self, m: Vector) -> tuple[int, int]:
        """Rows of the list that scrolls now, and how many of them show; (0, 1) for none."""

    @abstractmethod
    def on_back(self, m: Vector) -> None:
        """One page up, or the dialog away."""

    def fields(self, m: Vector) -> tuple[int, ...]:
        """The text fields on view in tab order, by their drafts' numbers from 1."""
        return ()

    def on_enter(self, m: Vector) -> None:  # noqa: B027
        """What the enter key does: nothing, where an application has no use for it."""

    def on_delete(self, m: Vector) -> None:  # noqa: B027
        """What the delete key does: nothing, where an application has no use for it."""

    @abstractmethod
    def screen(self, m: Vector, texts: tuple[str, ...]) -> Screen:
        """Everything on view.

        Args:
            texts: what drafts 1 to 4 stand for.
        """

    # -- shared by all ------------------------------------------------------------------------

    def perform(self, m: Vector, step: Step, texts: int) -> None:
        """Carry a step out, whatever it is.

        Args:
            texts: how many texts there are to type.
        """
        m[NOTE] = 0
        kind, what = step
        if kind == CLICK:
            assert isinstance(what, tuple)
            raised, number = what if len(what) == 2 else (what[0], 0)
            if raised == "field":
                m[FOCUS] = number
            else:
                self.on_click(m, raised, number)
            return
        assert isinstance(what, int)
        if kind == TYPE:
            if m[FOCUS] in self.fields(m) and what < texts:
                m[DRAFT + m[FOCUS] - 1] = what + 1
        elif kind == KEY:
            self._on_key(m, what)
        elif kind == SCROLL_BY:
            count, shown = self.extent(m)
            place = DIALOG_SCROLL if m[DIALOG] else SCROLL
            moved = m[place] + what * max(1, shown - 1)
            m[place] = max(0, min(moved, count - shown))
        else:
            self.on_back(m)

    def _on_key(self, m: Vector, key: int) -> None:
        fields = self.fields(m)
        if key == TAB:
            if fields:
                at = fields.index(m[FOCUS]) + 1 if m[FOCUS] in fields else 0
                m[FOCUS] = fields[at % len(fields)]
        elif key == BACKSPACE:
            if m[FOCUS] in fields:
                m[DRAFT + m[FOCUS] - 1] = 0
        elif key == ESCAPE:
            if m[DIALOG]:
                self.on_back(m)
            else:
                m[FOCUS] = 0
        elif key == ENTER:
            self.on_enter(m)
        else:
            self.on_delete(m)

    def towards(self, m: Vector, row: int) -> Step | None:
        """The scroll that brings a row of the list nearer; None where it shows already."""
        _, shown = self.extent(m)
        first = m[DIALOG_SCROLL if m[DIALOG] else SCROLL]
        if row < first:
            return Step(SCROLL_BY, UP)
        return Step(SCROLL_BY, DOWN) if row >= first + shown else None

    def reach(self, m: Vector, row: int, kind: str, number: int) -> Step:
        """Click what is in a row of the list, or scroll towards it first."""
        return self.towards(m, row) or click(kind, number)

    def fill(self, m: Vector, wanted: Sequence[tuple[int, int]]) -> Step | None:
        """The next step that fills fields; None where they hold what is wanted.

        Args:
            wanted: (field, text's number from 1) each.
        """
        missing = [(field, text) for field, text in wanted if m[DRAFT + field - 1] != text]
        for field, text in missing:
            if field == m[FOCUS]:
                return Step(TYPE, text - 1)
        return click("field", missing[0][0]) if missing else None


def show_page(m: Vector, page: int, item: int = 0) -> None:
    """Turn to a page: at its top, no dialog, no focus."""
    m[PAGE], m[ITEM] = page, item
    m[SCROLL] = m[FOCUS] = m[DIALOG] = m[CHOICE] = m[DIALOG_SCROLL] = 0


def show_dialog(m: Vector, dialog: int, scroll: int = 0) -> None:
    """Open a dialog over the page, or close it with 0."""
    m[DIALOG], m[DIALOG_SCROLL], m[FOCUS] = dialog, scroll, 0


def written(draft: int, texts: Sequence[str], own: str = "") -> str:
    """What stands in a field: nothing, a text of the instruction, or the application's own.

    >>> written(0, ["Anna"]), written(1, ["Anna"]), written(PREFILLED, ["Anna"], "Ben")
    ('', 'Anna', 'Ben')
    """
    if draft == PREFILLED:
        return own
    return texts[draft - 1] if draft else ""


def blank() -> Vector:
    """A vector of zeros."""
    return [0] * SIZE
