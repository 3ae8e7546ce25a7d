"""Make the fonts and icons that interfaces are drawn with: Latin subsets of open fonts.

Needs fonttools with brotli, and npm packages unpacked (`npm pack @fontsource/inter` and so on, and
`npm pack bootstrap-icons`). Example, with folders `inter`, `roboto`, ..., `bootstrap-icons` in it:

    python assets/build_fonts.py unpacked/
    python assets/build_outlines.py
"""

import json
import shutil
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ASSETS = Path(__file__).parent
# Name of the package, and what the subset is called: Lato's and Source's names are reserved.
FONTS = {
    "inter": "inter",
    "roboto": "roboto",
    "lato": "humanist",
    "source-sans-3": "legible",
    "noto-serif": "noto-serif",
    "jetbrains-mono": "jetbrains-mono",
}
PUNCTUATION = [
    0x2013,
    0x2014,
    0x2018,
    0x2019,
    0x201C,
    0x201D,
    0x2022,
    0x2026,
    0x20AC,
    0x2122,
    0x2212,
]
CHARACTERS = [*range(0x20, 0x7F), *range(0xA0, 0x100), *PUNCTUATION]
ICONS = """
0-circle 1-circle alarm align-center align-start align-end app archive arrow-90deg-left
arrow-90deg-right arrow-clockwise arrow-counterclockwise arrow-down arrow-down-up arrow-left
arrow-left-right arrow-repeat arrow-return-left arrow-right arrow-up arrows-angle-contract
arrows-angle-expand arrows-fullscreen arrows-move at award backspace bag bag-plus bank bar-chart
basket basket-fill battery battery-full bell bell-fill bell-slash bicycle binoculars bluetooth book
bookmark bookmark-fill bookmark-plus border-all box box-arrow-in-right box-arrow-left
box-arrow-right box-arrow-up box-arrow-up-right briefcase brightness-high brush bug building
calculator calendar calendar-check calendar-event calendar-plus calendar-week camera camera-video
camera-video-off card-image card-list caret-down-fill caret-right-fill caret-up-fill cart
cart-check cart-plus cash cast chat chat-dots chat-left-text check check-all check-circle
check-circle-fill check-square chevron-double-left chevron-double-right chevron-down chevron-left
chevron-right chevron-up circle circle-fill clipboard clipboard-check clipboard-plus clock
clock-history cloud cloud-download cloud-rain cloud-sun cloud-upload code code-slash collection
columns columns-gap compass cpu credit-card crop cup-hot cursor dash dash-circle dash-lg database
diagram-3 discord display door-open dot download droplet ear earbuds easel egg eject emoji-frown
emoji-smile envelope envelope-fill envelope-open eraser exclamation-circle exclamation-triangle
eye eye-slash eyedropper facebook fast-forward-fill file-earmark file-earmark-code
file-earmark-image file-earmark-music file-earmark-pdf file-earmark-plus file-earmark-spreadsheet
file-earmark-text file-earmark-zip file-plus film filter fingerprint fire flag flag-fill flower1
folder folder-fill folder-plus folder2-open fonts forward fullscreen fullscreen-exit funnel gear
gear-fill geo-alt geo-alt-fill gift git github globe google graph-up grid grid-3x3-gap hammer
hand-thumbs-down hand-thumbs-up hash hdd headphones headset heart heart-fill highlighter hourglass
house house-door house-fill image images inbox incognito info-circle journal journal-text joystick
key keyboard ladder lamp laptop layers layout-sidebar life-preserver lightbulb lightning
lightning-charge link link-45deg list list-check list-ol list-task list-ul lock lock-fill magic
mailbox map megaphone memory mic mic-fill mic-mute moon moon-stars mouse music-note
music-note-beamed music-note-list newspaper nut option palette paperclip pause-fill pc-display
peace pencil pencil-square people people-fill person person-circle person-fill person-plus phone
phone-vibrate pie-chart piggy-bank pin pin-angle pin-map play-btn play-circle play-fill plug plus
plus-circle plus-lg plus-square power printer puzzle question-circle receipt record-circle
repeat reply reply-all rocket router rss rulers save scissors search send server share shield
shield-check shield-lock shop shuffle sign-turn-right signpost sim skip-backward-fill
skip-end-fill skip-forward-fill skip-start-fill sliders smartwatch snow sort-alpha-down sort-down
sort-up speaker speedometer spellcheck square star star-fill star-half stars stickies stop-fill
stopwatch suit-heart sun table tablet tag tags telephone telephone-fill telephone-x terminal
text-center text-left text-paragraph text-right thermometer-half three-dots three-dots-vertical
toggles tools train-front translate trash trash-fill tree trophy truck tv type type-bold
type-italic type-strikethrough type-underline ui-checks umbrella unlock upc-scan upload usb vinyl
volume-down volume-mute volume-up volume-up-fill wallet watch water whatsapp wifi wifi-off wind
window window-stack wrench x x-circle x-lg x-square youtube zoom-in zoom-out
""".split()


def subset(source: Path, target: Path, codes: list[int], name: str) -> str:
    """Write the characters of a font as TrueType, without layout tables, under another name.

    Returns:
        The font's own copyright line.
    """
    options = Options()
    options.layout_features = []
    options.hinting = True
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.notdef_outline = True
    font = TTFont(source)
    tool = Subsetter(options)
    tool.populate(unicodes=codes)
    tool.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = f"vgym {name}"
        elif record.nameID == 6:
            record.string = f"vgym-{name}"
    font.flavor = None
    font.recalcTimestamp = False
    font.save(target)
    return font["name"].getDebugName(0) or ""


def main(packages: Path) -> None:
    fonts, icons = ASSETS / "fonts", ASSETS / "icons"
    fonts.mkdir(exist_ok=True)
    icons.mkdir(exist_ok=True)
    for package, name in FONTS.items():
        for weight, suffix in ((400, ""), (700, "-bold")):
            source = packages / package / "files" / f"{package}-latin-{weight}-normal.woff2"
            owner = subset(source, fonts / f"{name}{suffix}.ttf", CHARACTERS, name)
        terms = (packages / package / "LICENSE").read_text()
        (fonts / f"LICENSE-{name}.txt").write_text(f"{owner}\n\n{terms}")
    package_icons = packages / "bootstrap-icons"
    codes = json.loads((package_icons / "font" / "bootstrap-icons.json").read_text())
    missing = [name for name in ICONS if name not in codes]
    if missing:
        raise SystemExit(f"not in this version of bootstrap-icons: {', '.join(missing)}")
    chosen = {name: codes[name] for name in ICONS}
    source = package_icons / "font" / "fonts" / "bootstrap-icons.woff2"
    subset(source, icons / "bootstrap-icons.ttf", list(chosen.values()), "icons")
    (icons / "bootstrap-icons.json").write_text(json.dumps(chosen, indent=0) + "\n")
    shutil.copy(package_icons / "LICENSE", icons / "LICENSE-bootstrap-icons.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
