"""Instruction about a screen -> what to look for: words, a kind, a colour, an icon, a neighbour.

What buttons usually say and where icons usually are is common knowledge, in small tables here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vgym.baselines.controls import COLOURS

# What stands beside an icon, or says the same without one; also what an aim is called by.
_SAYINGS = """
house, start page | home, dashboard, start
bell, notifications | notifications, alerts
speech bubble, open the chat | chat, messages, comments, support
envelope, read the messages | inbox, mail, messages, email, contact
inbox tray | inbox
shopping cart, in the cart | cart, orders, checkout, e-commerce, add to cart
shopping bag, basket, in the bag | bag, basket, products, shop, add to basket
shop front | shop, store, storefront
gear, crossed tools, wrench | settings, preferences, tools, options, advanced
log out, door with an arrow out | log out, sign out
log in, door with an arrow in | log in, sign in
person, profile | profile, account, user, customers
group of people, members | users, members, people, customers, team, contacts
folder, open folder | files, folder, documents, open, projects
sheet with a plus, new file | new, new file, new document
folder with a plus | new folder
calendar | calendar, events, schedule
receipt | invoice, receipts, billing, orders
notebook, book, reading list | docs, notes, documentation, journal
magnifying glass, search | search, find
dustbin, delete | trash, delete, remove, bin, clear
arrow down into a tray, download | download, export
arrow up out of a tray, upload | upload, import
floppy disk, save | save, save changes
paper plane, send it | send, sent, submit
pencil, edit | edit, rename, compose, write
pencil on a square, write a new one | compose, new message, write, edit
heart, favourites | favourites, wishlist, likes, saved
star, important | starred, favourites, important
padlock, lock | privacy, security, lock, password
key, password | password, keys, access
shield, safety settings | security, privacy, protection
bar chart, rising line chart, statistics | charts, analytics, statistics, reports, sales
pie chart, shares | charts, reports, shares
tag, tag it | product, tags, labels, offers, deals, pricing
map pin, map, where it is | map, location, places, address, contact
clock, history | recent, history, time, clock
plus, add a new one | new, add, create
circling arrows, refresh, sync | refresh, sync, reload, updates
question mark, life ring, get help | help, help center, support, faq
circled letter i, learn more | about, info, details
warning triangle, what went wrong | warnings, errors, alerts
globe, language | language, website, public
palette, brush, change the colours | appearance, theme, themes, personalise, design, colors
letter a, choose the font | typography, fonts, font
table, insert a table | tables, table
list with ticks, list of tasks, tasks | tasks, todo, to do
grid of squares | widgets, apps, dashboard, grid, icons
stack of layers | layers, components, layouts
angle brackets, source code | code, source, developer
picture, stack of pictures | images, gallery, pictures, photos, media, image
film strip, films | films, videos, movies, media
music note, play the music | music, songs, library
lorry, delivery | shipping, delivery, orders, track order
credit card, pay | payment, billing, pay, card, checkout
pair of script letters, translate | translate, language
printer, print | print
padlock open, unlock | unlock
rocket, publish | publish, deploy, landing page, landing
screen, how the screen looks | display, screen
loudspeaker, sound | sound, volume, audio
wi-fi waves, network | network, wi-fi, internet
battery | battery, power
bluetooth | bluetooth
microphone | microphone, voice
scissors | cut
two sheets | copy, duplicate
clipboard | paste
lightning bolt, run it | run, actions
newspaper, read the news | news, blog
cup, results | results, awards
megaphone | announcements, campaigns, marketing
archive box | archive
flag | report, flag
arrow to the right, what comes next | next, continue
left arrow, go back | back, previous
last change | undo
confirm | ok, confirm, apply, yes, done
everything back as it was | reset, restore defaults
see all of them | view all, show all, see all
get the newsletter | subscribe
make an account | sign up, register, create account
get a new password | forgot password?
pay for the order | checkout, place order, pay
keep it for later | save draft
see what was deleted | trash, bin
unfinished letters | drafts
unwanted letters | spam
older messages | older
newer messages | newer
answer it, reply arrow | reply
forward it, forward arrow | forward
mark everything as read | mark all read
dark theme, moon | dark, dark mode
light theme, sun | light, light mode
bold | bold
italic | italic
"""
# Where icons without words usually are: fractions of the screen.
_PLACES = {
    "three bars": (0.2, 0.03),
    "open menu": (0.2, 0.03),
    "open the menu": (0.2, 0.03),
    "fold": (0.2, 0.03),
    "theme": (0.88, 0.035),
    "moon": (0.88, 0.035),
    "sun": (0.88, 0.035),
    "left arrow": (0.1, 0.05),
    "go back": (0.1, 0.05),
    "house": (0.1, 0.05),
    "play": (0.5, 0.95),
    "pause": (0.5, 0.95),
    "song": (0.5, 0.95),
    "shuffle": (0.4, 0.95),
    "repeat": (0.6, 0.95),
    "paper plane": (0.95, 0.95),
    "send it": (0.95, 0.95),
    "paper clip": (0.3, 0.95),
}
_CORNER = (0.92, 0.035)
_KINDS = (
    "menu entry|list box|number field|radio button|column heading|row heading|checkbox|button"
    "|link|field|switch|slider|tab|option|row|cell|entry|control"
)
_SIDES = "to the right of|to the left of|below|above"
_RELATIONAL = re.compile(
    rf"^click the (?P<what>.+) just (?P<side>{_SIDES}) (?:“(?P<text>.+)”|the (?P<icon>.+))$"
)
_LOOKS = re.compile(
    rf"^click the (?:(?P<colour>{'|'.join(COLOURS)}) )?"
    rf"(?:(?P<kind>{_KINDS})(?: with an? (?P<with>.+))?|(?P<icon>[^A-Z“]+))$"
)
_NAMED = re.compile(
    r"^(?:click|open|flip) the “?(?P<name>.+?)”? "
    r"(?P<kind>field|list box|switch|slider|tab|column heading|row heading)$"
)
_PLAIN = re.compile(r"^(?:click|tick|choose) (?P<name>.+)$")
_SMALL = frozenset("a an and as at for get go how in is it its of off on open or out see show the "
                   "to up what with your my make change choose put".split())  # fmt: skip


@dataclass(frozen=True)
class Request:
    """What an instruction asks for, as far as it was understood.

    Attributes:
        text: what is written on the control; "" where the instruction does not say.
        sayings: what such a control often says, the likeliest first.
        kind: what it is called, "" for no word; "icon" for a bare icon.
        colour: a key of ``COLOURS``, or "".
        side: where it is of the neighbour, one of right, left, below, above; "" without one.
        neighbour: what is written on the neighbour; "" for one that is an icon.
        neighbour_sayings: what a neighbour like that icon often says.
        place: where such icons usually are, fractions of the screen.
    """

    text: str = ""
    sayings: tuple[str, ...] = ()
    kind: str = ""
    colour: str = ""
    side: str = ""
    neighbour: str = ""
    neighbour_sayings: tuple[str, ...] = ()
    place: tuple[float, float] = _CORNER


def read_request(words: str) -> Request:
    """What an instruction asks for; of words not understood, those are the sayings.

    >>> read_request("click Create report").text
    'Create report'
    >>> found = read_request("click the link just below “Utilities”")
    >>> found.kind, found.side, found.neighbour
    ('link', 'below', 'Utilities')
    >>> found = read_request("click the green button with a plus")
    >>> found.colour, found.kind, found.sayings[0]
    ('green', 'button', 'new')
    >>> read_request("log out").sayings[:2]
    ('log out', 'sign out')
    """
    words = " ".join(words.split())
    if m := _RELATIONAL.match(words):
        kind = m["what"] if re.fullmatch(_KINDS, m["what"]) else "icon"
        icon = m["icon"] or ""
        return Request(
            kind=kind,
            side=m["side"].removeprefix("to the ").removesuffix(" of"),
            neighbour=m["text"] or "",
            neighbour_sayings=_sayings(icon) if icon else (),
            place=_place(icon or m["what"]),
        )
    if m := _NAMED.match(words):
        return Request(text=m["name"], kind=m["kind"])
    if m := _LOOKS.match(words):
        shown = m["with"] or m["icon"] or ""
        return Request(
            sayings=_sayings(shown) if shown else (),
            kind=m["kind"] or "icon",
            colour=m["colour"] or "",
            place=_place(shown),
        )
    if m := _PLAIN.match(words):
        return Request(text=m["name"])
    return Request(sayings=_sayings(words), place=_place(words.lower()))


def known_sayings(words: str) -> tuple[str, ...]:
    """What a control often says that has an icon, or an aim, which is named in some words; the
    likeliest first.

    >>> known_sayings("take the bell")
    ('notifications', 'alerts')
    """
    low = words.lower()
    known = [
        (len(sign), says)
        for signs, says in _TABLE
        for sign in signs
        if re.search(rf"\b{re.escape(sign)}\b", low)
    ]
    found = (saying for _, says in sorted(known, key=lambda k: -k[0]) for saying in says)
    return tuple(dict.fromkeys(found))


def _sayings(words: str) -> tuple[str, ...]:
    """What a control with this icon, or that does this, often says; and the words themselves."""
    low = words.lower()
    told = [word for word in re.findall(r"[a-z-]+", low) if word not in _SMALL and len(word) > 2]
    return tuple(dict.fromkeys([*known_sayings(words), *told]))


def _place(words: str) -> tuple[float, float]:
    return next((place for sign, place in _PLACES.items() if sign in words), _CORNER)


_TABLE = [
    (tuple(signs.strip().split(", ")), tuple(says.strip().split(", ")))
    for signs, says in (line.split("|") for line in _SAYINGS.strip().splitlines())
]
