"""What there is to set: pages within pages of switches and choices."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One row of a settings page.

    Attributes:
        text: its words.
        options: the choices; () for a switch, unless it leads to a page.
        page: the number of the page it leads to, -1 for none.
        value: the place of its value among all values, -1 for none.
    """

    text: str
    options: tuple[str, ...] = ()
    page: int = -1
    value: int = -1


@dataclass
class Pages:
    """All pages by number: page 0 is the first one, with the categories."""

    titles: list[str] = field(default_factory=lambda: ["Settings"])
    icons: list[str] = field(default_factory=lambda: ["gear"])
    parents: list[int] = field(default_factory=lambda: [0])
    rows: list[list[Entry]] = field(default_factory=lambda: [[]])
    leaves: list[tuple[int, int]] = field(default_factory=list)  # (page, row) of each value

    def add(self, parent: int, title: str, icon: str, lines: str) -> int:
        """Add a page and its row in the parent's.

        Args:
            lines: one row each: "text" is a switch, "text: a / b / c" a choice.
        """
        number = len(self.titles)
        self.titles.append(title)
        self.icons.append(icon)
        self.parents.append(parent)
        self.rows.append([])
        self.rows[parent].append(Entry(title, page=number))
        for line in lines.strip().splitlines():
            text, _, choices = line.strip().partition(": ")
            options = tuple(choices.split(" / ")) if choices else ()
            self.leaves.append((number, len(self.rows[number])))
            self.rows[number].append(Entry(text, options, value=len(self.leaves) - 1))
        return number

    def entry(self, leaf: int) -> Entry:
        """The row of a value."""
        page, row = self.leaves[leaf]
        return self.rows[page][row]


def _tree() -> Pages:
    tree = Pages()
    net = tree.add(0, "Network", "wifi", "Wi-Fi\nAirplane mode\nBluetooth")
    tree.add(net, "Hotspot", "router", "Share connection\nBand: 2.4 GHz / 5 GHz")
    tree.add(net, "Data saver", "speedometer", "Save data\nWarn at: 1 GB / 2 GB / 5 GB / 10 GB")
    display = tree.add(
        0,
        "Display",
        "brightness-high",
        "Dark theme\nAuto-rotate\n"
        "Screen timeout: 15 seconds / 30 seconds / 1 minute / 5 minutes / 10 minutes\n"
        "Font size: Small / Normal / Large / Huge",
    )
    tree.add(display, "Night light", "moon", "Use night light\nStrength: Low / Medium / High")
    sound = tree.add(
        0,
        "Sound",
        "volume-up",
        "Vibrate for calls\nTouch sounds\nRingtone: Chime / Marimba / Pulse",
    )
    tree.add(
        sound, "Do not disturb", "bell-slash", "Quiet hours\nAllow repeat callers\nAllow alarms"
    )
    tree.add(
        0,
        "Notifications",
        "bell",
        "Show on lock screen\nBadges\nPreviews: Always / When unlocked / Never",
    )
    tree.add(
        0,
        "Battery",
        "battery",
        "Power saver\nShow percentage\nTurn saver on at: 10 percent / 15 percent / 20 percent",
    )
    privacy = tree.add(0, "Privacy", "shield-lock", "Usage reports\nPersonal ads\nSend crash logs")
    tree.add(privacy, "Location", "geo-alt", "Use location\nAccuracy: Coarse / Precise")
    tree.add(privacy, "Camera access", "camera", "Video calls may use it\nMaps may use it")
    tree.add(
        0,
        "Security",
        "lock",
        "Fingerprint unlock\nShow passwords\nLock after: 5 seconds / 1 minute / 10 minutes",
    )
    tree.add(
        0,
        "Accessibility",
        "person-circle",
        "Screen reader\nBold text\nReduce motion\nColour filter: None / Red-green / Grey",
    )
    tree.add(
        0,
        "Language",
        "translate",
        "Spell check\nSystem language: English / German / French / Spanish / Polish\n"
        "Units: Metric / Imperial",
    )
    tree.add(
        0,
        "Date and time",
        "clock",
        "Set time automatically\n24-hour clock\nFirst day of the week: Monday / Sunday",
    )
    tree.add(0, "Storage", "hdd", "Clear cache at night\nDelete old backups")
    tree.add(0, "Updates", "arrow-repeat", "Download over mobile data\nChannel: Stable / Beta")
    return tree


TREE = _tree()
