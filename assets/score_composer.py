"""Pieces of music by number, as MEI: for the piano, for four strings, and songs.

`compose(number)` is the same text for ever. Every bar, note, rest, mark and word has an `xml:id`;
bars count from 0. The words of the songs are of a list of our own, in no order that means anything.
"""

import random
from dataclasses import dataclass, field

BARS = 60  # more than a page holds
KEYS = ("4f", "3f", "2f", "1f", "0", "1s", "2s", "3s", "4s")
METRES = {"4/4": (4, 4, 4), "3/4": (3, 4, 4), "2/4": (2, 4, 4), "6/8": (6, 8, 6)}
DYNAMICS = ("pp", "p", "mp", "mf", "f", "ff", "sf")
# In sixteenths, what a group of four or six is made of; later rows are livelier.
GROUPS = {
    4: ([4], [4], [2, 2], [3, 1], [2, 1, 1], [1, 1, 2], [1, 1, 1, 1]),
    6: ([6], [4, 2], [2, 2, 2], [2, 4], [3, 1, 2], [2, 1, 1, 2]),
}
LENGTHS = {1: "16", 2: "8", 3: "8.", 4: "4", 6: "4.", 8: "2", 12: "2.", 16: "1"}
STEPS = "cdefgab"
SHARPS = "fcgdaeb"
WORDS = """river stone light bird snow leaf wind fire hill road bell ship lamp field cloud thorn
moon rose star door bread gate wheel stream ash oak pearl glass frost rain dawn dusk song harp
drum flute hand heart eye voice wing nest boat sail wave shore sand moss fern reed lark crow hare
fox deer wolf lamb bee corn wheat plum pear grape salt clay iron gold wool silk thread loom mill
bridge tower wall roof hearth smoke ember coal spark candle mirror winter summer autumn""".split()


@dataclass
class Staff:
    """One line of a score: its name, clef, range in steps above C0, and liveliness."""

    name: str
    clef: tuple[str, int]
    low: int
    high: int
    lively: float
    sings: bool = False
    at: int = 0  # the step where its melody is


@dataclass
class Ensemble:
    """Who plays: staves, and what joins them."""

    groups: list[tuple[str, list[Staff]]] = field(default_factory=list)

    @property
    def staves(self) -> list[Staff]:
        """All, from the top."""
        return [staff for _, staves in self.groups for staff in staves]


def ensemble(kind: str) -> Ensemble:
    """A piano, four strings, or a voice with a piano."""
    right, left = (
        Staff("right hand", ("G", 2), 28, 40, 0.8),
        Staff("left hand", ("F", 4), 15, 27, 0.4),
    )
    if kind == "piano":
        return Ensemble([("brace", [right, left])])
    if kind == "song":
        return Ensemble(
            [("", [Staff("voice", ("G", 2), 28, 37, 0.3, True)]), ("brace", [right, left])]
        )
    strings = [
        Staff("first violin", ("G", 2), 30, 42, 0.9),
        Staff("second violin", ("G", 2), 28, 38, 0.6),
        Staff("viola", ("C", 3), 22, 33, 0.5),
        Staff("cello", ("F", 4), 15, 27, 0.4),
    ]
    return Ensemble([("bracket", strings)])


KINDS = ("piano", "strings", "song")


def kind_of(number: int) -> str:
    """Which ensemble plays a piece."""
    return KINDS[number % len(KINDS)]


def compose(number: int) -> str:
    """The MEI text of a piece of `BARS` bars."""
    draw = random.Random(f"score {number}")
    players = ensemble(kind_of(number))
    metre, key = draw.choice(list(METRES)), draw.choice(KEYS)
    count, unit, group = METRES[metre]
    for staff in players.staves:
        staff.at = (staff.low + staff.high) // 2
    lines, n, definitions = [], 0, []
    for symbol, staves in players.groups:
        inner = []
        for staff in staves:
            n += 1
            shape, line = staff.clef
            inner.append(f'<staffDef n="{n}" lines="5" clef.shape="{shape}" clef.line="{line}" />')
        joined = f' symbol="{symbol}" bar.thru="true"' if symbol else ""
        definitions.append(f"<staffGrp{joined}>{''.join(inner)}</staffGrp>")
    words: list[str] = []
    for bar in range(BARS):
        parts, marks = [], []
        for n, staff in enumerate(players.staves, 1):
            beat = _Beat(draw, staff, key, f"b{bar}s{n}")
            if staff.sings and len(words) < 60:
                words += draw.sample(WORDS, len(WORDS))
            layer = "".join(beat.group(group, words) for _ in range(count * 16 // unit // group))
            parts.append(f'<staff n="{n}"><layer n="1">{layer}</layer></staff>')
            marks += _marks(draw, beat, n, count)
        lines.append(
            f'<measure n="{bar}" xml:id="b{bar}">{"".join(parts)}{"".join(marks)}</measure>'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<mei xmlns="http://www.music-encoding.org/ns/mei" meiversion="5.0"><music><body><mdiv>'
        f'<score><scoreDef meter.count="{count}" meter.unit="{unit}" keysig="{key}" '
        'mnum.visible="false">'
        f"<staffGrp>{''.join(definitions)}</staffGrp></scoreDef>"
        f"<section>{chr(10).join(lines)}</section></score></mdiv></body></music></mei>\n"
    )


class _Beat:
    """Writes the notes of one staff in one bar."""

    def __init__(self, draw: random.Random, staff: Staff, key: str, name: str) -> None:
        self.draw, self.staff, self.key, self.name = draw, staff, key, name
        self.notes: list[str] = []
        self.signs: set[str] = set()
        self._made = 0
        self._altered: dict[int, str] = {}

    def group(self, length: int, words: list[str]) -> str:
        """Notes and rests of a group, beamed where they are short."""
        options = GROUPS[length]
        most = max(1, round(len(options) * (0.3 + 0.7 * self.staff.lively)))
        pattern = self.draw.choice(options[:most])
        written = [self._one(length_, words) for length_ in pattern]
        short = [
            length_ < 4 and "<note" in text for length_, text in zip(pattern, written, strict=True)
        ]
        text, run = "", list[str]()
        for is_short, one in [*zip(short, written, strict=True), (False, "")]:
            if is_short:
                run.append(one)
                continue
            text += f"<beam>{''.join(run)}</beam>" if len(run) > 1 else "".join(run)
            run = []
            text += one
        return text

    def _one(self, length: int, words: list[str]) -> str:
        """A note or a rest."""
        self._made += 1
        id_ = f"{self.name}e{self._made}"
        value = LENGTHS[length]
        dots = ' dots="1"' if value.endswith(".") else ""
        duration = f'dur="{value.rstrip(".")}"{dots}'
        if length > 1 and self.draw.random() < 0.1:
            return f'<rest xml:id="{id_}" {duration} />'
        leap = self.draw.choice((-3, -2, -1, -1, -1, 0, 1, 1, 1, 2, 3))
        self.staff.at += leap
        if not self.staff.low <= self.staff.at <= self.staff.high:
            self.staff.at -= 2 * leap
        at = self.staff.at
        self.notes.append(id_)
        inner = ""
        sign = self._sign(at)
        if sign:
            inner += f'<accid xml:id="{id_}a" accid="{sign}" />'
        if self.draw.random() < 0.05:
            self.signs.add("artic")
            inner += (
                f'<artic xml:id="{id_}t" artic="{self.draw.choice(("acc", "stacc", "ten"))}" />'
            )
        if self.staff.sings:
            word = words.pop()
            inner += f'<verse n="1"><syl xml:id="{id_}w">{word}</syl></verse>'
        pitch = f'pname="{STEPS[at % 7]}" oct="{at // 7}"'
        return f'<note xml:id="{id_}" {duration} {pitch}>{inner}</note>'

    def _sign(self, at: int) -> str:
        """Now and then a note is raised or lowered, and set right when it comes again."""
        count, kind = int(self.key[0]), self.key[1:]
        step = STEPS[at % 7]
        altered = SHARPS[:count] if kind == "s" else SHARPS[::-1][:count] if kind == "f" else ""
        usual = {"s": "s", "f": "f", "": "n"}[kind] if step in altered else "n"
        if at in self._altered:
            now = self._altered.pop(at)
            return usual if now != usual else ""
        if self.draw.random() > 0.05:
            return ""
        other = "n" if usual != "n" else self.draw.choice("sf")
        self._altered[at] = other
        return other


def _marks(draw: random.Random, beat: _Beat, n: int, count: int) -> list[str]:
    """A dynamic mark or a hairpin, a trill or a fermata, for one staff in one bar."""
    marks, name = [], beat.name
    kind = draw.random()
    if kind < 0.17:
        at = draw.randint(1, count)
        marks.append(
            f'<dynam xml:id="{name}d" staff="{n}" tstamp="{at}" place="below">'
            f"{draw.choice(DYNAMICS)}</dynam>"
        )
    elif kind < 0.27:
        form = draw.choice(("cres", "dim"))
        marks.append(
            f'<hairpin xml:id="{name}h" form="{form}" staff="{n}" place="below" tstamp="1" '
            f'tstamp2="0m+{count}.5" />'
        )
    if beat.notes and "artic" not in beat.signs and draw.random() < 0.12:
        note = draw.choice(beat.notes)
        sign = draw.choice(("trill", "fermata", "mordent", "turn"))
        marks.append(f'<{sign} xml:id="{name}o" staff="{n}" startid="#{note}" place="above" />')
    return marks
