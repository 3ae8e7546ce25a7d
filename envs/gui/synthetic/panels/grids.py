"""Contents in rows and columns: products, icons, days, keys, cells, swatches, charts, media."""

from __future__ import annotations

from vgym.envs.gui.synthetic.panels.still import draw_chart
from vgym.envs.gui.synthetic.sketch import Sketch, inset, split_left, split_top
from vgym.envs.gui.synthetic.words import file_icon
from vgym.envs.gui.toolkit.buttons import button, icon_button
from vgym.envs.gui.toolkit.canvas import Box
from vgym.envs.gui.toolkit.fields import slider
from vgym.envs.gui.toolkit.frames import card
from vgym.envs.gui.toolkit.rows import list_row
from vgym.envs.gui.toolkit.themes import mix
from vgym.envs.gui.toolkit.thumbnails import ink, street_map, thumbnail


def cells(box: Box, columns: int, rows: int, gap: int) -> list[Box]:
    """Equal cells of a box, row by row, with a gap between them."""
    xs = [box[0] + (box[2] - box[0] + gap) * n // columns for n in range(columns + 1)]
    ys = [box[1] + (box[3] - box[1] + gap) * n // rows for n in range(rows + 1)]
    return [
        (xs[i], ys[j], xs[i + 1] - gap, ys[j + 1] - gap)
        for j in range(rows)
        for i in range(columns)
    ]


def products(s: Sketch, box: Box, quota: int) -> None:
    """Cards with a picture, a name, a price and a button; the heart on the picture likes it."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    box = inset(box, c.px(12))
    columns = max(1, (box[2] - box[0]) // c.px(160))
    rows = max(1, (box[3] - box[1]) // c.px(190))
    texts = s.words("product", 40)
    for number, place in enumerate(cells(box, columns, rows, c.px(12))):
        if s.full(stop) or place[3] - place[1] < c.px(110):
            return
        card(c, place)
        inner = inset(place, c.px(8))
        foot = c.px(28)
        picture = (inner[0], inner[1], inner[2], inner[3] - foot - c.px(44))
        thumbnail(c, picture, s.picture_key())
        if not s.full(stop - 1) and s.chance(0.5):
            side = min(c.px(26), picture[3] - picture[1])
            corner = (picture[2] - side, picture[1], picture[2], picture[1] + side)
            icon_button(c, corner, "heart", "Add to wish list", kind="plain")
        name = texts[number % len(texts)]
        line = (inner[0], picture[3] + c.px(2), inner[2], picture[3] + c.px(20))
        c.text_in(line, name, theme.text, bold=True)
        price = f"{s.between(3, 190)}.{s.between(10, 99)}"
        c.text_in((inner[0], line[3], inner[2], line[3] + c.px(18)), price, theme.muted)
        call = s.pick(("Add to cart", "Buy now", "View details"))
        where = (inner[0], inner[3] - foot, inner[2], inner[3])
        kind = s.pick(("primary", "plain", "outline"))
        button(c, where, call, kind=kind, name=f"{call}: {name}")


def icon_grid(s: Sketch, box: Box, quota: int) -> None:
    """Applications or files as icons with a name under each."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    apps = s.chance(0.5)
    tools = s.tools(60)
    box = inset(box, c.px(8))
    columns = max(1, (box[2] - box[0]) // c.px(86))
    rows = max(1, (box[3] - box[1]) // c.px(82))
    for number, place in enumerate(cells(box, columns, rows, c.px(4))):
        if s.full(stop) or place[3] - place[1] < c.px(40):
            return
        icon, name = tools[number % len(tools)] if apps else ("", s.word("file"))
        if not apps:
            icon = file_icon(name) if number > 3 else "folder-fill"
            name = name if number > 3 else s.word("folder")
        tint = ink(s.picture_key(), 0) if apps else theme.surface
        role = "button" if apps else "listitem"
        with c.control(place, role, name, text=name, icon=icon, colour=tint):
            middle = (place[0] + place[2]) // 2
            size = min(c.px(38), (place[3] - place[1]) * 6 // 10)
            y = place[1] + c.px(4)
            tile = (middle - size // 2, y, middle + size // 2, y + size)
            colour = theme.accent
            if apps:
                c.fill(tile, tint, radius=size // 4)
                colour = (255, 255, 255)
            glyph = round(size * (0.6 if apps else 1.0))
            c.icon((middle, y + size // 2), icon, colour, px=max(6, min(glyph, 255)))
            foot = (place[0], tile[3], place[2], place[3])
            c.text_in(foot, name, theme.text, align="centre")


def calendar(s: Sketch, box: Box, quota: int) -> None:
    """A month: arrows, its name, and a cell for each day, some with an entry."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    box = inset(box, c.px(8))
    head, body = split_top(box, c.px(34))
    side = c.px(28)
    for x, icon, name in (
        (head[0], "chevron-left", "Previous month"),
        (head[2] - side, "chevron-right", "Next month"),
    ):
        if not s.full(stop):
            icon_button(c, (x, head[1], x + side, head[1] + side), icon, name, kind="plain")
    month = s.pick(("February 2025", "May 2025", "August 2025", "November 2025"))
    c.text_in(
        (head[0], head[1], head[2], head[1] + side), month, theme.text, align="centre", bold=True
    )
    weeks = min(5, max(1, (body[3] - body[1]) // c.px(24)))
    today = s.between(1, 28)
    for number, place in enumerate(cells(body, 7, weeks, max(1, c.px(2)))):
        if s.full(stop) or number >= 31 or place[3] - place[1] < c.px(20):
            return
        day = str(number + 1)
        busy = s.word("subject") if s.chance(0.25) and place[3] - place[1] > c.px(44) else ""
        ground = theme.accent if number == today else theme.surface
        called = f"{day} {month}"
        with c.control(place, "gridcell", called, text=f"{day} {busy}".strip(), colour=ground):
            c.bordered(place, ground, theme.border, 0, 1)
            letters = theme.on_accent if number == today else theme.text
            top, rest = split_top(place, c.px(20))
            c.text_in(top, day, letters, padding=c.px(2))
            if busy:
                strip = inset((rest[0], rest[1], rest[2], rest[1] + c.px(20)), c.px(2))
                c.fill(strip, ink(s.picture_key(), 0), radius=c.px(3))
                c.text_in(strip, busy, (255, 255, 255), px=max(6, c.text_px - 2), padding=2)


def keypad(s: Sketch, box: Box, quota: int) -> None:
    """The keys of a telephone or a calculator under a display."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    head, body = split_top(inset(box, c.px(10)), (box[3] - box[1]) // 5)
    number = str(s.between(100, 99999999))
    c.text_in(head, number, theme.text, align="right", px=min(200, c.text_px * 2), padding=c.px(8))
    phone = s.chance(0.5)
    texts = "1 2 3 4 5 6 7 8 9 * 0 #" if phone else "C ( ) / 7 8 9 x 4 5 6 - 1 2 3 + 0 . % ="
    keys, columns = texts.split(), 3 if phone else 4
    fits = max(1, (body[3] - body[1]) // c.px(26))
    rows = min(len(keys) // columns, fits, max(1, (stop - len(c.controls)) // columns))
    for text, place in zip(keys, cells(body, columns, rows, c.px(6)), strict=False):
        if s.full(stop):
            return
        kind = "primary" if text in "=+-x/" else "plain"
        button(c, place, text, kind=kind)


def spreadsheet(s: Sketch, box: Box, quota: int) -> None:
    """Cells with letters above and numbers beside them."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    tall, wide, margin = c.px(23), c.px(78), c.px(30)
    columns = min(26, max(1, (box[2] - box[0] - margin) // wide))
    rows = max(1, (box[3] - box[1]) // tall)
    chosen = s.between(0, columns * 4)
    c.fill(box, theme.surface)
    for row in range(rows):
        y = box[1] + row * tall
        if y + tall > box[3] or s.full(stop):
            return
        edge = (box[0], y, box[0] + margin, y + tall)
        c.bordered(edge, theme.bar, theme.border, 0, 1)
        if row:
            c.text_in(edge, str(row), theme.muted, align="centre")
        for column in range(columns):
            if s.full(stop):
                return
            x = box[0] + margin + column * wide
            place = (x, y, x + wide, y + tall)
            letter = chr(ord("A") + column)
            if not row:
                with c.control(place, "columnheader", letter, text=letter, colour=theme.bar):
                    c.bordered(place, theme.bar, theme.border, 0, 1)
                    c.text_in(place, letter, theme.muted, align="centre")
                continue
            text = ""
            if s.chance(0.7):
                text = s.word("product") if column == 0 else str(s.between(1, 9999))
            with c.control(place, "gridcell", f"{letter}{row}", text=text):
                c.ring(place, mix(theme.surface, theme.border, 0.7))
                c.text_in(place, text, theme.text, padding=c.px(4))
                if row * columns + column == chosen + columns:
                    c.ring(place, theme.accent, width=max(1, c.px(2)))


def palette(s: Sketch, box: Box, quota: int) -> None:
    """A drawing program's box of tools beside a picture."""
    c, stop = s.canvas, s.until(quota)
    side = c.px(28)
    columns = min(max(1, (box[2] - box[0]) // (4 * side)), 1 + quota // 12)
    bar, rest = split_left(box, columns * side + c.px(8))
    c.fill(bar, c.theme.bar)
    rows = max(1, (bar[3] - bar[1] - c.px(8)) // side)
    wanted = s.tools(columns * rows)
    pressed = s.between(0, 10)
    for number, (icon, name) in enumerate(wanted):
        if s.full(stop):
            break
        x = bar[0] + c.px(4) + number % columns * side
        y = bar[1] + c.px(4) + number // columns * side
        place = (x, y, x + side - 1, y + side - 1)
        icon_button(c, place, icon, name, on=number == pressed)
    sheet = inset(rest, c.px(14))
    c.fill(rest, mix(c.theme.bar, c.theme.muted, 0.3))
    thumbnail(c, sheet, s.picture_key())


def dashboard(s: Sketch, box: Box, quota: int) -> None:
    """Cards with a number each above a chart, each with its own menu."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    box = inset(box, c.px(12))
    columns = max(1, min(4, (box[2] - box[0]) // c.px(130)))
    tall = min(c.px(84), (box[3] - box[1]) // 2)
    top, chart = split_top(box, tall)
    labels = s.words("section", 4)
    places = cells(top, columns, 1, c.px(12))
    for label, place in zip(labels, places, strict=False):
        card(c, place)
        inner = inset(place, c.px(9))
        line, rest = split_top(inner, c.px(20))
        c.text_in((line[0], line[1], line[2] - c.px(24), line[3]), label, theme.muted)
        large = min(200, round(c.text_px * 1.7))
        figure = f"{s.between(1, 99)},{s.between(100, 999)}"
        c.text_in(
            (rest[0], rest[1], rest[2], rest[1] + c.px(30)), figure, theme.text, px=large, bold=True
        )
        if not s.full(stop):
            where = (inner[2] - c.px(22), inner[1] - c.px(2), inner[2], inner[1] + c.px(20))
            icon_button(c, where, "three-dots", f"Options of {label}", ground=theme.surface)
    chart = (chart[0], chart[1] + c.px(12), chart[2], chart[3])
    if chart[3] - chart[1] < c.px(80):
        return
    card(c, chart)
    head, body = split_top(inset(chart, c.px(10)), c.px(32))
    x = head[2]
    for text in s.words("command", 3):
        width = c.text_width(text) + c.px(24)
        if s.full(stop) or x - width < head[0] + c.px(100):
            break
        button(c, (x - width, head[1], x, head[1] + c.px(26)), text)
        x -= width + c.px(6)
    title = (head[0], head[1], x, head[1] + c.px(26))
    c.text_in(title, s.word("title"), theme.text, bold=True)
    draw_chart(s, (body[0], body[1] + c.px(4), body[2], body[3]))


def player(s: Sketch, box: Box, quota: int) -> None:
    """A cover, a bar of the time, the buttons of a player, and the songs below."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    box = inset(box, c.px(10))
    bar = c.px(44)
    tall = min((box[3] - box[1]) * 45 // 100, box[2] - box[0])
    cover, rest = split_top(box, max(0, tall))
    side = cover[3] - cover[1]
    middle = (cover[0] + cover[2]) // 2
    if side > c.px(20):
        thumbnail(c, (middle - side // 2, cover[1], middle + side // 2, cover[3]), s.picture_key())
    line, rest = split_top(rest, c.px(26))
    if not s.full(stop) and line[3] - line[1] >= c.px(20):
        slider(c, line, "Position", s.share())
    buttons, rest = split_top(rest, bar)
    wanted = (
        ("play-fill", "Play"), ("skip-end-fill", "Next track"),
        ("skip-start-fill", "Previous track"), ("shuffle", "Shuffle"), ("repeat", "Repeat"),
    )[: max(1, stop - len(c.controls))]  # fmt: skip
    size = min(buttons[3] - buttons[1], (box[2] - box[0]) // len(wanted))
    x = middle - size * len(wanted) // 2
    for number, (icon, name) in enumerate(wanted):
        if s.full(stop) or size < c.px(18):
            break
        place = inset((x, buttons[1], x + size, buttons[1] + size), c.px(3))
        kind = "primary" if number == 0 else "ghost"
        icon_button(c, place, icon, name, kind=kind, ground=theme.surface)
        x += size
    y, tall = rest[1] + c.px(6), c.px(40)
    for song in s.words("song", 16):
        if s.full(stop) or y + tall > rest[3]:
            return
        length = f"{s.between(2, 6)}:{s.between(10, 59)}"
        place = (rest[0], y, rest[2], y + tall)
        list_row(c, place, song, detail=s.person(), icon="music-note-beamed", value=length)
        y += tall


def street_view(s: Sketch, box: Box, quota: int) -> None:
    """A map with its buttons and pins."""
    c, stop = s.canvas, s.until(quota)
    street_map(c, box, s.picture_key())
    side = min(c.px(34), (box[3] - box[1]) // 6)
    x, y = box[2] - side - c.px(10), box[3] - c.px(10)
    for icon, name in (
        ("dash-lg", "Zoom out"), ("plus-lg", "Zoom in"), ("compass", "North up"),
        ("layers", "Layers"), ("cursor", "My location"),
    ):  # fmt: skip
        y -= side + c.px(4)
        if s.full(stop) or y < box[1] or side < c.px(14):
            break
        icon_button(c, (x, y, x + side, y + side), icon, name, kind="plain")
    columns = max(1, (x - box[0]) // c.px(60))
    rows = max(1, (box[3] - box[1]) // c.px(60))
    grid = cells((box[0], box[1], x - c.px(8), box[3]), columns, rows, c.px(20))
    for place in s.several(grid, min(len(grid), 14)):
        if s.full(stop):
            return
        size = min(c.px(26), place[3] - place[1], place[2] - place[0])
        if size < c.px(14):
            return
        left = s.between(place[0], place[2] - size)
        top = s.between(place[1], place[3] - size)
        pin = (left, top, left + size, top + size)
        name = f"{s.word('last')} {s.pick(('Café', 'Museum', 'Station', 'Hotel', 'Bakery'))}"
        middle = (left + size // 2, top + size // 2)
        with c.control(pin, "button", name, icon="geo-alt-fill", colour=c.theme.surface):
            c.disc(middle, size // 2, c.theme.surface)
            c.icon(middle, "geo-alt-fill", c.theme.bad, px=size * 2 // 3)
