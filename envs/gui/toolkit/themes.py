"""How an interface looks, as data: colours, fonts and shapes that every control draws itself by."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The colour between two, `share` of the way from the first.

    >>> mix((0, 0, 0), (100, 200, 50), 0.5)
    (50, 100, 25)
    """
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


@dataclass(frozen=True)
class Theme:
    """One look.

    Attributes:
        name: unique.
        dark: whether light letters stand on a dark ground.
        font: a face of `vgym.envs.gui.toolkit.glyphs.FONTS`; bold titles use its bold face.
        page: ground of everything.
        surface: windows, cards, lists, fields.
        bar: toolbars, side bars, heads of tables.
        text: letters on page, surface and bar.
        muted: less important letters, placeholders.
        border: lines around fields, buttons and cards.
        accent: primary buttons, checked boxes, selection.
        on_accent: letters on accent.
        button: ground of an ordinary button.
        title: ground of a window's title bar.
        on_title: letters on it.
        link: letters of a link.
        good: success, "on".
        bad: deletion, errors.
        radius: corner radius of buttons and fields, design pixels; cards use half as much again.
        raised: draws buttons, title bars with a gradient, and bevels.
        shadow: strength of the shadow under windows and cards, 0 to 255; 0 draws none.
        window_buttons: side of a window's buttons: "right" or "left" (three coloured discs).
        platform: "desktop", "web" or "phone": what `Page.platform` says.
    """

    name: str
    dark: bool
    font: str
    page: Colour
    surface: Colour
    bar: Colour
    text: Colour
    muted: Colour
    border: Colour
    accent: Colour
    on_accent: Colour
    button: Colour
    title: Colour
    on_title: Colour
    link: Colour
    good: Colour = (25, 135, 84)
    bad: Colour = (200, 45, 55)
    radius: int = 4
    raised: bool = False
    shadow: int = 60
    window_buttons: str = "right"
    platform: str = "desktop"

    @property
    def hover(self) -> Colour:
        """Ground of a selected row or an open menu's entry."""
        return mix(self.surface, self.accent, 0.22 if self.dark else 0.14)

    @property
    def disabled(self) -> Colour:
        """Letters of a control that cannot be used."""
        return mix(self.muted, self.surface, 0.45)


WHITE, BLACK = (255, 255, 255), (0, 0, 0)

FLAT_LIGHT = Theme(
    "flat-light", False, "inter",
    page=(245, 247, 250), surface=WHITE, bar=(248, 249, 251), text=(33, 37, 41),
    muted=(108, 117, 125), border=(206, 212, 218), accent=(13, 110, 253), on_accent=WHITE,
    button=(233, 236, 239), title=(233, 236, 239), on_title=(33, 37, 41), link=(10, 88, 202),
    platform="web",
)  # fmt: skip
FLAT_DARK = Theme(
    "flat-dark", True, "inter",
    page=(17, 20, 26), surface=(28, 32, 40), bar=(35, 40, 50), text=(230, 233, 238),
    muted=(150, 157, 168), border=(66, 73, 86), accent=(88, 148, 255), on_accent=(10, 14, 22),
    button=(52, 59, 71), title=(40, 46, 57), on_title=(230, 233, 238), link=(120, 170, 255),
    good=(60, 179, 113), bad=(240, 96, 96), shadow=110, platform="web",
)  # fmt: skip
MATERIAL = Theme(
    "material", False, "roboto",
    page=(250, 250, 253), surface=WHITE, bar=(240, 237, 246), text=(28, 27, 31),
    muted=(96, 93, 102), border=(190, 186, 198), accent=(103, 80, 164), on_accent=WHITE,
    button=(232, 222, 248), title=(103, 80, 164), on_title=WHITE, link=(103, 80, 164),
    radius=12, shadow=70, platform="web",
)  # fmt: skip
CLASSIC = Theme(
    "classic", False, "roboto",
    page=(58, 110, 165), surface=WHITE, bar=(236, 233, 216), text=BLACK,
    muted=(90, 90, 84), border=(128, 128, 122), accent=(49, 106, 197), on_accent=WHITE,
    button=(236, 233, 216), title=(10, 60, 150), on_title=WHITE, link=(0, 0, 200),
    radius=2, raised=True, shadow=0,
)  # fmt: skip
AQUA = Theme(
    "aqua", False, "inter",
    page=(94, 124, 170), surface=WHITE, bar=(236, 236, 238), text=(29, 29, 31),
    muted=(110, 110, 115), border=(198, 198, 203), accent=(0, 122, 255), on_accent=WHITE,
    button=(251, 251, 252), title=(224, 224, 227), on_title=(60, 60, 64), link=(0, 100, 220),
    radius=6, raised=True, shadow=110, window_buttons="left",
)  # fmt: skip
GRAPHITE = Theme(
    "graphite", True, "inter",
    page=(24, 26, 32), surface=(40, 42, 48), bar=(50, 52, 59), text=(235, 235, 238),
    muted=(160, 162, 170), border=(78, 81, 90), accent=(255, 159, 10), on_accent=(30, 20, 0),
    button=(74, 77, 86), title=(56, 58, 66), on_title=(225, 225, 230), link=(255, 190, 90),
    good=(50, 200, 110), bad=(255, 105, 97), radius=6, shadow=120, window_buttons="left",
)  # fmt: skip
PAPER = Theme(
    "paper", False, "noto-serif",
    page=(244, 240, 230), surface=(255, 253, 247), bar=(236, 230, 216), text=(54, 42, 30),
    muted=(118, 104, 88), border=(200, 188, 168), accent=(140, 70, 40), on_accent=(255, 250, 240),
    button=(232, 222, 202), title=(222, 210, 188), on_title=(54, 42, 30), link=(120, 50, 20),
    radius=3, shadow=40, platform="web",
)  # fmt: skip
CONTRAST = Theme(
    "contrast", True, "roboto",
    page=BLACK, surface=BLACK, bar=(20, 20, 20), text=WHITE,
    muted=(210, 210, 210), border=WHITE, accent=(255, 235, 0), on_accent=BLACK,
    button=BLACK, title=(0, 0, 120), on_title=WHITE, link=(90, 220, 255),
    good=(60, 255, 60), bad=(255, 120, 120), radius=0, shadow=0,
)  # fmt: skip
PHONE_LIGHT = Theme(
    "phone-light", False, "roboto",
    page=(242, 242, 247), surface=WHITE, bar=(249, 249, 251), text=(20, 20, 24),
    muted=(120, 120, 128), border=(209, 209, 214), accent=(0, 122, 255), on_accent=WHITE,
    button=(229, 229, 234), title=(249, 249, 251), on_title=(20, 20, 24), link=(0, 110, 230),
    good=(52, 199, 89), bad=(255, 59, 48), radius=10, shadow=0, platform="phone",
)  # fmt: skip
PHONE_DARK = Theme(
    "phone-dark", True, "roboto",
    page=BLACK, surface=(28, 28, 30), bar=(22, 22, 24), text=(240, 240, 245),
    muted=(152, 152, 160), border=(58, 58, 62), accent=(10, 118, 240), on_accent=WHITE,
    button=(58, 58, 62), title=(22, 22, 24), on_title=(240, 240, 245), link=(80, 165, 255),
    good=(48, 209, 88), bad=(255, 69, 58), radius=10, shadow=0, platform="phone",
)  # fmt: skip

# Looks that training never shows: other fonts, other colours, other shapes.
FOREST = Theme(
    "forest", False, "humanist",
    page=(238, 245, 239), surface=(252, 255, 252), bar=(222, 236, 224), text=(24, 44, 32),
    muted=(92, 114, 100), border=(176, 200, 182), accent=(28, 124, 84), on_accent=WHITE,
    button=(210, 230, 214), title=(36, 96, 68), on_title=WHITE, link=(10, 110, 90),
    radius=8, platform="web",
)  # fmt: skip
DUSK = Theme(
    "dusk", True, "legible",
    page=(30, 20, 44), surface=(46, 34, 64), bar=(58, 44, 80), text=(240, 232, 248),
    muted=(176, 160, 196), border=(96, 78, 122), accent=(240, 110, 170), on_accent=(44, 8, 26),
    button=(84, 64, 112), title=(70, 50, 98), on_title=(245, 238, 250), link=(255, 160, 205),
    good=(90, 210, 160), bad=(255, 120, 110), radius=14, shadow=120, window_buttons="left",
)  # fmt: skip
STEEL = Theme(
    "steel", False, "legible",
    page=(120, 132, 140), surface=(246, 248, 249), bar=(212, 218, 222), text=(20, 28, 34),
    muted=(88, 100, 108), border=(150, 162, 170), accent=(200, 84, 20), on_accent=WHITE,
    button=(226, 231, 234), title=(74, 88, 98), on_title=WHITE, link=(170, 64, 10),
    radius=1, raised=True, shadow=50,
)  # fmt: skip
MINT_PHONE = Theme(
    "mint-phone", False, "humanist",
    page=(232, 244, 243), surface=(250, 255, 254), bar=(218, 238, 235), text=(12, 42, 40),
    muted=(76, 108, 104), border=(182, 208, 205), accent=(0, 121, 107), on_accent=WHITE,
    button=(204, 232, 228), title=(0, 121, 107), on_title=WHITE, link=(0, 105, 92),
    radius=16, shadow=0, platform="phone",
)  # fmt: skip

THEMES: dict[str, tuple[Theme, ...]] = {
    "train": (
        *(FLAT_LIGHT, FLAT_DARK, MATERIAL, CLASSIC, AQUA, GRAPHITE, PAPER, CONTRAST),
        *(PHONE_LIGHT, PHONE_DARK),
    ),
    "test": (FOREST, DUSK, STEEL, MINT_PHONE),
}
