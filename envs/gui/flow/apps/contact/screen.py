"""The web site's pages as widgets."""

from __future__ import annotations

from vgym.core.text import wrapped
from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.contact.store import STORE
from vgym.envs.gui.flow.model import DRAFT, FOCUS, PAGE, Vector, written
from vgym.envs.gui.flow.screen import Screen, Sizes

_PAGES = ("Home", "About us", "Contact", "Newsletter")
_HOURS = ("8 to 16", "9 to 17", "10 to 18")
_SAID = (
    (
        "Handmade furniture since 1984",
        "Tables, chairs and shelves from local oak, made to measure.",
        "Visit the workshop on any weekday, {hours} o'clock.",
        "We deliver within two weeks and take old pieces back.",
    ),
    (
        "A family of joiners",
        "Three generations have worked under this roof.",
        "Every piece carries the name of whoever made it.",
        "Our wood comes from forests less than fifty miles away.",
    ),
)


def topics_shown(sizes: Sizes) -> int:
    """How many topics the dialog shows at once."""
    room = sizes.height - 2 * sizes.bar - 4 * sizes.gap
    return min(7, max(3, sizes.rows_in(room)))


def draw_page(screen: Screen, m: Vector) -> None:
    """The bar with the pages' names, and what the first two say."""
    sizes, page = screen.sizes, m[PAGE]
    screen.add("panel", (0, 0, sizes.width, sizes.height), tint=0)
    screen.add("bar", (0, 0, sizes.width, sizes.bar))
    wide = min(8 * sizes.text, sizes.width * 2 // 11)
    left = sizes.width - len(_PAGES) * wide
    firm = f"{words.LAST[m[STORE.firm]]} & Co"
    screen.add("heading", (sizes.gap * 2, 0, left, sizes.bar), firm)
    for i, name in enumerate(_PAGES):
        box = (left + i * wide, sizes.gap // 2, left + (i + 1) * wide - 2, sizes.bar)
        screen.add("tab", box, name, event=("page", i), on=i == page, align="centre")
    if page > 1:
        return
    title, *lines = _SAID[page]
    x0, x1 = _column(sizes)
    y = sizes.bar + sizes.row
    side = min(4 * sizes.row, (x1 - x0) // 3)
    screen.add("picture", (x1 - side, y, x1, y + side), icon="house" if page else "tree", tint=page)
    screen.add("title", (x0, y, x1 - side - sizes.gap, y + sizes.row), title)
    y += sizes.row * 5 // 4
    letters = max(8, int((x1 - x0 - side) / (0.55 * sizes.text)))  # a line, by their mean width
    for line in lines:
        for part in wrapped(line.format(hours=_HOURS[m[STORE.hour]]), letters, len):
            screen.add("text", (x0, y, x1 - side - sizes.gap, y + sizes.row), part)
            y += sizes.row * 3 // 4
        y += sizes.gap
    wide = 9 * sizes.text
    box = (x0, y + sizes.gap, x0 + wide, y + sizes.gap + sizes.row)
    screen.add("button", box, "Contact us", event=("page", 2), on=True, align="centre")


def draw_form(screen: Screen, m: Vector, texts: tuple[str, ...]) -> None:
    """Name, mail, topic, message, two boxes and the button."""
    sizes = screen.sizes
    x0, x1 = _column(sizes)
    gap = sizes.gap if sizes.height >= 260 else 1
    row, label, y = sizes.row, 6 * sizes.text, sizes.bar + gap
    for title, field in (("Name", 1), ("Mail", 2), ("Topic", 0), ("Message", 3)):
        tall = 2 * row if field == 3 and sizes.height >= 260 else row - 1
        screen.add("text", (x0, y, x0 + label, y + row), title)
        box = (x0 + label, y, x1, y + tall)
        if field:
            text = written(m[DRAFT + field - 1], texts)
            on = m[FOCUS] == field
            screen.add("field", box, text, event=("field", field), on=on, name=title)
        else:
            topic = words.TOPICS[m[STORE.topic] - 1] if m[STORE.topic] else "Choose a topic"
            screen.add("select", box, topic, event=("topics",), name=title)
        y += tall + gap
    for text, event, ticked in (
        ("Send me a copy", "copy", m[STORE.copy]),
        ("I agree to the terms", "consent", m[STORE.consent]),
    ):
        box = (x0 + label, y, x1, y + row - 2)
        screen.add("check", box, text, event=(event,), on=bool(ticked))
        y += row
    box = (x0 + label, y, x0 + label + 8 * sizes.text, y + row - 1)
    screen.add("button", box, "Send", event=("send",), on=True, align="centre", icon="send")


def draw_newsletter(screen: Screen, m: Vector, texts: tuple[str, ...]) -> None:
    """Mail address, how often, and the button."""
    sizes = screen.sizes
    x0, x1 = _column(sizes)
    row, y = sizes.row, sizes.bar + sizes.gap
    screen.add("title", (x0, y, x1, y + row), "Our newsletter")
    y += row
    screen.add("muted", (x0, y, x1, y + row), "Offers, stories and dates from the workshop.")
    y += row + sizes.gap
    text = written(m[DRAFT + 3], texts)
    screen.add(
        "field", (x0, y, x1, y + row), text, event=("field", 4), on=m[FOCUS] == 4,
        detail="Your mail address", name="Mail",
    )  # fmt: skip
    y += row + sizes.gap
    for i, rhythm in enumerate(words.RHYTHMS):
        box = (x0, y, x1, y + row - 1)
        screen.add("radio", box, rhythm.capitalize(), event=("rhythm", i), on=m[STORE.rhythm] == i)
        y += row
    box = (x0, y + sizes.gap, x0 + 8 * sizes.text, y + sizes.gap + row)
    screen.add("button", box, "Sign up", event=("sign",), on=True, align="centre")


def _column(sizes: Sizes) -> tuple[int, int]:
    width = min(sizes.width - 2 * sizes.row // 2, 44 * sizes.text)
    x0 = (sizes.width - width) // 2
    return x0, x0 + width
