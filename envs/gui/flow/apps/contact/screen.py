"""The web site's pages as widgets."""

from __future__ import annotations

from vgym.core.text import wrapped
from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.contact.store import STORE
from vgym.envs.gui.flow.model import DRAFT, FOCUS, PAGE, Vector, written
from vgym.envs.gui.flow.screen import Metrics, Screen

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


def topics_shown(metrics: Metrics) -> int:
    """How many topics the dialog shows at once."""
    room = metrics.height - 2 * metrics.bar - 4 * metrics.gap
    return min(7, max(3, metrics.rows_in(room)))


def draw_page(screen: Screen, m: Vector) -> None:
    """The bar with the pages' names, and what the first two say."""
    metrics, page = screen.metrics, m[PAGE]
    screen.add("panel", (0, 0, metrics.width, metrics.height), tint=0)
    screen.add("bar", (0, 0, metrics.width, metrics.bar))
    wide = min(8 * metrics.text, metrics.width * 2 // 11)
    left = metrics.width - len(_PAGES) * wide
    firm = f"{words.LAST[m[STORE.firm]]} & Co"
    screen.add("heading", (metrics.gap * 2, 0, left, metrics.bar), firm)
    for i, name in enumerate(_PAGES):
        box = (left + i * wide, metrics.gap // 2, left + (i + 1) * wide - 2, metrics.bar)
        screen.add("tab", box, name, event=("page", i), on=i == page, align="centre")
    if page > 1:
        return
    title, *lines = _SAID[page]
    x0, x1 = _column(metrics)
    y = metrics.bar + metrics.row
    side = min(4 * metrics.row, (x1 - x0) // 3)
    screen.add("picture", (x1 - side, y, x1, y + side), icon="house" if page else "tree", tint=page)
    screen.add("title", (x0, y, x1 - side - metrics.gap, y + metrics.row), title)
    y += metrics.row * 5 // 4
    letters = max(8, int((x1 - x0 - side) / (0.55 * metrics.text)))  # a line, by their mean width
    for line in lines:
        for part in wrapped(line.format(hours=_HOURS[m[STORE.hour]]), letters, len):
            screen.add("text", (x0, y, x1 - side - metrics.gap, y + metrics.row), part)
            y += metrics.row * 3 // 4
        y += metrics.gap
    wide = 9 * metrics.text
    box = (x0, y + metrics.gap, x0 + wide, y + metrics.gap + metrics.row)
    screen.add("button", box, "Contact us", event=("page", 2), on=True, align="centre")


def draw_form(screen: Screen, m: Vector, texts: tuple[str, ...]) -> None:
    """Name, mail, topic, message, two boxes and the button."""
    metrics = screen.metrics
    x0, x1 = _column(metrics)
    gap = metrics.gap if metrics.height >= 260 else 1
    row, label, y = metrics.row, 6 * metrics.text, metrics.bar + gap
    for title, field in (("Name", 1), ("Mail", 2), ("Topic", 0), ("Message", 3)):
        tall = 2 * row if field == 3 and metrics.height >= 260 else row - 1
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
    box = (x0 + label, y, x0 + label + 8 * metrics.text, y + row - 1)
    screen.add("button", box, "Send", event=("send",), on=True, align="centre", icon="send")


def draw_newsletter(screen: Screen, m: Vector, texts: tuple[str, ...]) -> None:
    """Mail address, how often, and the button."""
    metrics = screen.metrics
    x0, x1 = _column(metrics)
    row, y = metrics.row, metrics.bar + metrics.gap
    screen.add("title", (x0, y, x1, y + row), "Our newsletter")
    y += row
    screen.add("muted", (x0, y, x1, y + row), "Offers, stories and dates from the workshop.")
    y += row + metrics.gap
    text = written(m[DRAFT + 3], texts)
    screen.add(
        "field", (x0, y, x1, y + row), text, event=("field", 4), on=m[FOCUS] == 4,
        detail="Your mail address", name="Mail",
    )  # fmt: skip
    y += row + metrics.gap
    for i, rhythm in enumerate(words.RHYTHMS):
        box = (x0, y, x1, y + row - 1)
        screen.add("radio", box, rhythm.capitalize(), event=("rhythm", i), on=m[STORE.rhythm] == i)
        y += row
    box = (x0, y + metrics.gap, x0 + 8 * metrics.text, y + metrics.gap + row)
    screen.add("button", box, "Sign up", event=("sign",), on=True, align="centre")


def _column(metrics: Metrics) -> tuple[int, int]:
    width = min(metrics.width - 2 * metrics.row // 2, 44 * metrics.text)
    x0 = (metrics.width - width) // 2
    return x0, x0 + width
