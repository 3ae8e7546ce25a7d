"""Build the screens that ship: npm's admin templates and our own pages, captured with Chromium.

Unpack the npm packages named in `PACKAGES` each into a folder of that name below one folder
(``npm pack NAME@VERSION``, then ``tar xzf`` gives ``package/``), and run::

    python -m vgym.assets.build_screens --npm FOLDER

The packages are not changed: pages are copied, and in the copies what a page would fetch from
elsewhere (fonts, map tiles, photographs) or shows under another licence (illustrations) is replaced
by files of this machine or pictures made here; the clock and the dice of every page are fixed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vgym.data.capture.look import Look
from vgym.data.capture.screens import capture

HERE = Path(__file__).resolve().parent
PACKAGES = (
    "gentelella-4.2.0",
    "startbootstrap-sb-admin-2-4.1.4",
    "bootstrap-icons-1.13.2",
    "fontsource-inter-5.3.0",
    "fontsource-nunito-5.3.0",
    "fontsource-roboto-5.3.0",
    "fontsource-lato-5.3.0",
    "fontsource-source-sans-3-5.3.0",
    "fontsource-jetbrains-mono-5.3.0",
    "leaflet-1.9.4",
)
_FEWEST = 6  # elements on a screen further down a page; fewer and it is not worth its bytes
_LICENCES = {
    "gentelella": "gentelella-4.2.0/package/LICENSE.txt",
    "sb-admin-2": "startbootstrap-sb-admin-2-4.1.4/package/LICENSE",
}
LAPTOP, DESK, LARGE = Look(1280, 800), Look(1920, 1080), Look(2560, 1440)
PHONE = Look(412, 915, phone=True)
DARK = replace(LAPTOP, theme="dark")
# A page that says what day it is, or throws dice for a chart, shows the same on every day.
_STILL = """<script>(() => {
  const Real = Date, at = Real.UTC(2026, 2, 11, 9, 41), began = performance.now();
  window.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now.call(Date)); }
    static now() { return Math.round(at + performance.now() - began); }
  };
  Real.now = window.Date.now;
  let seed = 12345;
  Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
})()</script>"""
# Drawn icons get the names that icon fonts carry in their class.
_NAME_ICONS = """<script>(() => {
  const names = new Map(ICONS);
  const key = (svg) => svg.innerHTML.replace(/[^A-Za-z0-9.]+/g, "");
  const name = () => document.querySelectorAll("svg:not([data-icon])").forEach((svg) => {
    const known = names.get(key(svg));
    if (known) svg.setAttribute("data-icon", known);
  });
  addEventListener("load", () => { name(); setTimeout(name, 700); });
})()</script>"""
_CLICKS = """<script>addEventListener("load", () => setTimeout(() => {
  for (const at of AIMS) document.querySelector(at)?.click();
}, 600));</script>"""
# What a screen reader would call the controls that SB Admin 2 leaves nameless.
_LABELS = {
    'id="sidebarToggle"': "Collapse the sidebar",
    'id="sidebarToggleTop"': "Open the sidebar",
    'id="searchDropdown"': "Search",
    'id="alertsDropdown"': "Alerts",
    'id="messagesDropdown"': "Messages",
    'id="userDropdown"': "Account menu",
    'id="dropdownMenuLink"': "Card menu",
    'class="scroll-to-top rounded"': "Back to top",
    'class="sidebar-brand d-flex align-items-center justify-content-center"': "SB Admin 2",
    'class="btn btn-primary" type="button"': "Search",
}
# What training never sees: a whole template, and pages of our own that look like no other.
TEST_FOLDERS = frozenset({"sb-admin-2"})
TEST_PAGES = frozenset(
    {"pages/desk_map", "pages/desk_sheet", "pages/phone_bank", "pages/phone_clock"}
)
# Pages with a menu or a dialog open: (template, page, name of the state, what is clicked).
_OPENED = (
    ("sb-admin-2", "index", "alerts", ("#alertsDropdown",)),
    ("sb-admin-2", "charts", "messages", ("#messagesDropdown",)),
    ("sb-admin-2", "tables", "account", ("#userDropdown",)),
    ("sb-admin-2", "cards", "utilities", ("[data-target='#collapseUtilities']",)),
    ("sb-admin-2", "buttons", "logout", ("[data-target='#logoutModal']",)),
    ("gentelella", "index2", "notifications", ("button[aria-label='Notifications']",)),
    ("gentelella", "projects", "messages", ("button[aria-label='Messages']",)),
    ("gentelella", "orders", "account", ("button[aria-label='Account menu']",)),
    ("gentelella", "settings", "commands", ("[aria-label='Open command palette']",)),
)


@dataclass(frozen=True)
class Batch:
    """Pages of one template and the looks they are taken in.

    Attributes:
        folder: the template.
        looks: viewports and themes.
        every: 1 for all its pages, n for each n-th.
        start: where the counting starts.
        scrolls: how many further screens down.
        only: a glob of the pages meant.
        opened: the pages with a menu open, instead of those without.
    """

    folder: str
    looks: tuple[Look, ...]
    every: int = 1
    start: int = 0
    scrolls: int = 0
    only: str = "*.html"
    opened: bool = False


BATCHES = (
    Batch("gentelella", (LAPTOP,), scrolls=1),
    Batch("gentelella", (LAPTOP, DARK), opened=True),
    Batch("gentelella", (DARK,), every=2),
    Batch("gentelella", (DESK,), every=4, start=1),
    Batch("gentelella", (replace(DESK, theme="dark"),), every=9, start=3),
    Batch("gentelella", (LARGE,), every=16, start=6),
    Batch("gentelella", (PHONE,), every=3, start=2),
    Batch("gentelella", (replace(PHONE, theme="dark"),), every=9, start=4),
    Batch("sb-admin-2", (LAPTOP,), scrolls=1),
    Batch("sb-admin-2", (LAPTOP,), opened=True),
    Batch("sb-admin-2", (DESK,), every=4),
    Batch("sb-admin-2", (LARGE,), every=8, start=2),
    Batch("sb-admin-2", (PHONE,), every=2),
    Batch("pages", (LAPTOP,), only="desk_*.html"),
    Batch("pages", (DARK,), only="desk_*.html"),
    Batch("pages", (DESK,), every=2, only="desk_*.html"),
    Batch("pages", (LARGE,), every=5, start=1, only="desk_*.html"),
    Batch("pages", (PHONE, replace(PHONE, theme="dark")), only="phone_*.html"),
)


def fonts(npm: Path, families: dict[str, str], weights: Sequence[int]) -> str:
    """CSS that declares the Latin faces of `families` (name -> package), files under ``/fonts``."""
    return "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:normal;"
        f"src:url(/fonts/{file.name})}}"
        for family, package in families.items()
        for weight in weights
        for file in npm.glob(f"{package}*/package/files/*-latin-{weight}-normal.woff2")
    )


def copy_fonts(npm: Path, to: Path, packages: Sequence[str], weights: Sequence[int]) -> None:
    """Copy the Latin faces of `packages` into ``to/fonts``."""
    (to / "fonts").mkdir(exist_ok=True)
    for package in packages:
        for weight in weights:
            found = list(npm.glob(f"{package}*/package/files/*-latin-{weight}-normal.woff2"))
            for file in found:
                shutil.copy(file, to / "fonts" / file.name)


def avatar(letters: str, colour: str) -> str:
    """A round portrait place-holder: initials on a colour, as an SVG."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
        f'<rect width="64" height="64" fill="{colour}"/><text x="32" y="41" font-size="26" '
        f'font-family="Nunito, sans-serif" text-anchor="middle" fill="#fff">{letters}</text></svg>'
    )


def landscape(sky: str, hills: Sequence[str]) -> str:
    """Hills under a sun, as an SVG: stands in for an illustration."""
    shapes = "".join(
        f'<path fill="{hill}" d="M0 {170 + 40 * i} Q100 {90 + 50 * i} 200 {170 + 40 * i} '
        f'T400 {160 + 40 * i} V300 H0Z"/>'
        for i, hill in enumerate(hills)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="400" height="300">'
        f'<rect width="400" height="300" fill="{sky}"/><circle cx="300" cy="80" r="36" '
        f'fill="#ffe8a3"/>{shapes}</svg>'
    )


def map_tile() -> str:
    """A map tile that continues on all sides: land, a river and streets, as an SVG."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="256" height="256">'
        '<rect width="256" height="256" fill="#eef0e6"/>'
        '<rect x="24" y="140" width="88" height="84" rx="10" fill="#cfe5c3"/>'
        '<path d="M-20 70 L0 60 C80 20 176 100 256 60 L276 50" stroke="#a9d0e8" '
        'stroke-width="22" fill="none"/>'
        '<path d="M128 0V256M0 128H256" stroke="#fff" stroke-width="9"/>'
        '<path d="M64 0V256M192 0V256M0 236H256M0 176H256" stroke="#fff" stroke-width="4"/></svg>'
    )


def prepare_gentelella(npm: Path, to: Path) -> None:
    """Copy gentelella's built pages to `to`, self-contained."""
    package = npm / "gentelella-4.2.0/package"
    shutil.copytree(package / "dist", to)
    (to / "index.html").unlink()
    (to / "stats.html").unlink()  # the size of the bundle, not a page of the template
    shutil.copy(npm / "leaflet-1.9.4/package/dist/leaflet.css", to / "leaflet.css")
    weights = (300, 400, 500, 600, 700)
    copy_fonts(npm, to, ["fontsource-inter"], weights)
    face = fonts(npm, {"Inter": "fontsource-inter"}, weights)
    table = (package / "src/v4/shell-render.js").read_text(encoding="utf-8")
    named = re.findall(r"^  (\w+): +'<svg[^>]*>(.*)</svg>'", table, re.MULTILINE)
    named += json.loads((HERE / "screens_icons.json").read_text(encoding="utf-8"))
    icons = [[re.sub(r"[^A-Za-z0-9.]+", "", opened(body)), name] for name, body in named]
    extra = _STILL + _NAME_ICONS.replace("ICONS", json.dumps(icons))
    for picture in (*to.glob("images/*.jpg"), *to.glob("images/*.png")):
        picture.unlink()  # photographs and brands of older pages: none may slip into a screen
    for file in sorted((to / "production").glob("*.html")):
        html = file.read_text(encoding="utf-8").replace("../images/", "/images/")
        html = re.sub(r"<link[^>]*fonts\.g[^>]*>", "", html)
        html = re.sub(
            r"<link[^>]*leaflet[^>]*>", '<link rel="stylesheet" href="/leaflet.css">', html
        )
        html = html.replace("<head>", f"<head>{extra}<style>{face}</style>", 1)
        (to / file.name).write_text(html, encoding="utf-8")
    shutil.rmtree(to / "production")
    (to / "tile.svg").write_text(map_tile(), encoding="utf-8")
    for script in (to / "js").glob("map-*.js"):
        code = script.read_text(encoding="utf-8")
        code = code.replace("https://{s}.tile.openstreetmap.org/{z}/{x}/{y}.png", "/tile.svg")
        script.write_text(code.replace("© OpenStreetMap contributors", ""), encoding="utf-8")


def opened(svg: str) -> str:
    """SVG markup as a browser writes it back: closing tags spelled out."""
    return re.sub(r"<(\w+)([^>]*?)/>", r"<\1\2></\1>", svg)


def prepare_sb_admin(npm: Path, to: Path) -> None:
    """Copy SB Admin 2's pages to `to`, self-contained, with pictures of our own."""
    shutil.copytree(npm / "startbootstrap-sb-admin-2-4.1.4/package", to)
    weights = (300, 400, 600, 700, 800)
    copy_fonts(npm, to, ["fontsource-nunito"], weights)
    face = fonts(npm, {"Nunito": "fontsource-nunito"}, weights)
    pictures = {
        "undraw_profile.svg": avatar("DM", "#4e73df"),
        "undraw_profile_1.svg": avatar("EF", "#1cc88a"),
        "undraw_profile_2.svg": avatar("JC", "#36b9cc"),
        "undraw_profile_3.svg": avatar("MS", "#e0962d"),
        "person.svg": avatar("CD", "#858796"),
        "undraw_rocket.svg": landscape("#86a3f0", ["#6485e6", "#4e73df", "#2e59d9"]),
        "undraw_posting_photo.svg": landscape("#dfe7fd", ["#9bb3f2", "#6f8fea", "#4e73df"]),
    }
    for name, picture in pictures.items():
        (to / "img" / name).write_text(picture, encoding="utf-8")
    for file in to.glob("*.html"):
        html = file.read_text(encoding="utf-8")
        html = re.sub(r"<link\s+href=\"https://fonts[^>]*>", "", html)
        html = re.sub(r"https://source\.unsplash\.com/[^\"]*", "img/person.svg", html)
        for where, label in _LABELS.items():
            html = html.replace(where, f'{where} aria-label="{label}"')
        html = html.replace("<head>", f"<head>{_STILL}<style>{face}</style>", 1)
        file.write_text(html, encoding="utf-8")
    sheet = to / "css/sb-admin-2.min.css"
    css = sheet.read_text(encoding="utf-8")
    css = re.sub(
        r"url\(\"?https://source\.unsplash\.com[^)]*\)", "linear-gradient(#8fd3c8,#4e73df)", css
    )
    sheet.write_text(css, encoding="utf-8")


def prepare_pages(npm: Path, to: Path) -> None:
    """Copy our own pages to `to` with the fonts they ask for."""
    shutil.copytree(HERE / "pages", to)
    weights = (400, 500, 600, 700)
    families = {
        "Inter": "fontsource-inter",
        "Roboto": "fontsource-roboto",
        "Lato": "fontsource-lato",
        "Nunito": "fontsource-nunito",
        "Source Sans 3": "fontsource-source-sans-3",
        "JetBrains Mono": "fontsource-jetbrains-mono",
    }
    copy_fonts(npm, to, list(families.values()), weights)
    (to / "fonts.css").write_text(fonts(npm, families, weights), encoding="utf-8")
    icons = npm / "bootstrap-icons-1.13.2/package/font"
    shutil.copytree(icons, to / "bootstrap-icons")
    for file in to.glob("*.html"):
        html = file.read_text(encoding="utf-8")
        links = '<link rel="stylesheet" href="/fonts.css">'
        links += '<link rel="stylesheet" href="/bootstrap-icons/bootstrap-icons.min.css">'
        file.write_text(html.replace("<head>", f"<head>{_STILL}{links}", 1), encoding="utf-8")


def open_states(work: Path) -> None:
    """Add the copies of pages on which a menu or a dialog is open."""
    for folder, page, state, aims in _OPENED:
        html = (work / folder / f"{page}.html").read_text(encoding="utf-8")
        clicks = _CLICKS.replace("AIMS", json.dumps(aims))
        copy = work / folder / f"{page}--{state}.html"
        copy.write_text(html.replace("</body>", f"{clicks}</body>"), encoding="utf-8")


def chosen(folder: Path, batch: Batch) -> list[str]:
    """The names of the pages of a batch."""
    names = sorted(file.name for file in folder.glob(batch.only))
    return [name for name in names if ("--" in name) == batch.opened][batch.start :: batch.every]


def build(npm: Path, out: Path, only: str) -> None:
    """Capture every batch whose folder is `only` ("" for all) into `out`."""
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        prepare_gentelella(npm, work / "gentelella")
        prepare_sb_admin(npm, work / "sb-admin-2")
        prepare_pages(npm, work / "pages")
        open_states(work)
        wanted = [batch for batch in BATCHES if only in ("", batch.folder)]
        for batch in wanted:
            shutil.rmtree(out / batch.folder, ignore_errors=True)
        for batch in wanted:
            names = chosen(work / batch.folder, batch)
            if not names:
                continue
            summary = capture(
                work / batch.folder,
                out,
                batch.looks,
                name=batch.folder,
                pages=names,
                scrolls=batch.scrolls,
            )
            print(batch.folder, *map(str, batch.looks), len(summary.screens), flush=True)
            for line in summary.skipped + summary.warnings:
                print("  ", line, flush=True)
            finish(out)
    for folder, licence in _LICENCES.items():
        shutil.copy(npm / licence, out / f"LICENSE-{folder}.txt")
    report(out)


def finish(out: Path) -> None:
    """Give each screen its split and page; drop the near-empty, and what nobody could name."""
    index = out / "screens.jsonl"
    lines = []
    for line in index.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if not (out / record["image"]).is_file():
            continue
        record["page"] = record["page"].split("--")[0]
        record["split"] = split_of(record["page"])
        named = [e for e in record["elements"] if e["name"] or e["text"] or e["icon"]]
        record["elements"] = named
        if len(record["elements"]) < _FEWEST and "-down" in record["image"]:
            (out / record["image"]).unlink(missing_ok=True)
            continue
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    index.write_text("\n".join(lines) + "\n", encoding="utf-8")


def split_of(page: str) -> str:
    """The split of a page such as ``"sb-admin-2/index"``: no layout is in both.

    >>> split_of("sb-admin-2/index"), split_of("pages/desk_map"), split_of("pages/desk_mail")
    ('test', 'test', 'train')
    """
    unseen = page in TEST_PAGES or page.split("/")[0] in TEST_FOLDERS
    return "test" if unseen else "train"


def report(out: Path) -> None:
    """Print how much there is."""
    lines = (out / "screens.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    roles = Counter(element["role"] for record in records for element in record["elements"])
    sizes = [(out / record["image"]).stat().st_size for record in records]
    print(f"{len(records)} screens of {len({record['page'] for record in records})} pages")
    print(f"{sum(roles.values())} elements: {dict(roles.most_common())}")
    print(f"{sum(sizes) / 1e6:.1f} MB of pictures, the largest {max(sizes) / 1e3:.0f} kB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Build from the command line; see the module."""
    parser = argparse.ArgumentParser(description="Capture the screens that ship.")
    parser.add_argument("--npm", type=Path, required=True, help="folder of unpacked packages")
    parser.add_argument("--out", type=Path, default=HERE / "screens", help="where to write")
    parser.add_argument("--only", default="", help="one template: gentelella, sb-admin-2, pages")
    options = parser.parse_args(arguments)
    missing = [name for name in PACKAGES if not (options.npm / name / "package").is_dir()]
    if missing:
        parser.error(f"{options.npm} lacks {', '.join(missing)}; npm pack each and unpack it there")
    build(options.npm, options.out, options.only)
    return 0


if __name__ == "__main__":
    sys.exit(main())
