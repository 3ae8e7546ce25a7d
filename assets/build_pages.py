"""Build the pages that VZoom shows: documentation of SQLite, captured with every word's box.

Needs Chromium, playwright and the unpacked Debian package sqlite3-doc 3.40.1 (``dpkg -x``)::

    python -m vgym.assets.build_pages FOLDER/usr/share/doc/sqlite3

Documents are cut into pages between their lines, and are not changed otherwise, but for the site's
head, buttons and letters of one size. Without a folder the small pages and the questions alone are
made anew.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from vgym.assets.page_questions import questions_of
from vgym.data.capture.chromium import find_chromium
from vgym.envs.zoom.sources.pages.documents import SMALL_COLUMNS, SMALL_HEIGHT, SMALL_WIDTH

HERE = Path(__file__).resolve().parent
OUT = HERE / "zoom" / "pages"
WIDTH, HEIGHT, MARGIN = 1240, 1754, 100
COLOURS = 8
MOST_PAGES = 4  # of a document, its first
KINDS = ("text", "title", "code", "head", "cell", "label")
DOCUMENTS = {
    "train": (
        *("fileformat2", "opcode", "printf", "limits", "rescode", "vtablist", "datatype3", "cli"),
        *("json1", "spellfix1", "dbstat", "flextypegood", "swarmvtab", "atomiccommit"),
        *("lang_savepoint", "lang_insert", "lang_createview", "lang_select", "wal", "queryplanner"),
    ),
    "val": (
        *("walformat", "compile", "security", "lang_createindex", "faq", "lang_attach"),
        *("tempfiles", "lang_transaction"),
    ),
    "test": (
        *("nulls", "session", "lang_datefunc", "malloc", "lang_altertable", "lockingv3", "zipfile"),
        *("lang_vacuum", "rtree", "cves"),
    ),
}
_STYLE = """
body > .nosearch, .fancy_toc, .rightsidebar, button, script { display: none !important }
body { margin: 0 !important; padding: 0 90px 2000px !important; font: 20px/1.45 sans-serif;
  background: #fff !important; max-width: none !important }
pre, code, tt { font-size: 17px }
pre { white-space: pre-wrap }
table { max-width: 1060px; font-size: 18px } .fancy_title { font-size: 44px } h1 { font-size: 30px }
"""


def capture(tab: Page, file: Path) -> tuple[dict[str, Any], list[tuple[float, float]]]:
    """What a document says and where it is cut: the first and last y of each page."""
    tab.goto(file.as_uri())
    tab.add_style_tag(content=_STYLE)
    tab.evaluate("document.fonts.ready")
    told = tab.evaluate((HERE / "pages_text.js").read_text())
    solid = [(top, bottom) for top, bottom in told["solid"] if bottom - top < 800]
    for *_, words in told["runs"]:
        solid += [(word[2], word[4]) for word in words]
    last = max(word[4] for *_, words in told["runs"] for word in words)
    cuts: list[tuple[float, float]] = []
    at = 0.0
    while at < last - 1 and len(cuts) < MOST_PAGES:
        end = at + HEIGHT - 2 * MARGIN
        while crossed := [top for top, low in solid if at < top < end - 2 < low - 4]:
            end = min(crossed)
        cuts.append((at, end))
        at = end
    return told, cuts


def photograph(tab: Page, top: float, end: float) -> Image.Image:
    """A page: what stands between two heights, with a margin above and below."""
    tab.evaluate("y => scrollTo(0, y)", np.floor(top))
    shown = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    page.paste(shown.crop((0, 0, WIDTH, int(np.ceil(end - np.floor(top))))), (0, MARGIN))
    return page


def save(page: Image.Image, number: int) -> None:
    """A page in a few greys."""
    few = page.quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB").convert("L")
    few.convert("RGB").save(OUT / f"page{number:03}.webp", lossless=True, quality=70, method=4)


def shrink() -> None:
    """Write all pages small, beside each other."""
    count = json.loads((OUT / "documents.json").read_text())["pages"]
    size = (SMALL_COLUMNS * SMALL_WIDTH, -(-count // SMALL_COLUMNS) * SMALL_HEIGHT)
    every = Image.new("L", size, 255)
    for number in range(count):
        page = Image.open(OUT / f"page{number:03}.webp").convert("L")
        row, column = divmod(number, SMALL_COLUMNS)
        small = page.resize((SMALL_WIDTH, SMALL_HEIGHT), Image.Resampling.BOX)
        every.paste(small, (column * SMALL_WIDTH, row * SMALL_HEIGHT))
    every.convert("RGB").save(OUT / "small.webp", quality=80, method=6)


def shoot(folder: Path) -> None:
    """Write pictures and words."""
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("page*.webp"):
        old.unlink()
    documents: list[dict[str, Any]] = []
    words: list[str] = []
    boxes, blocks, broken = [], [], []
    count = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for split, names in DOCUMENTS.items():
            for name in names:
                told, cuts = capture(tab, folder / f"{name}.html")
                documents.append(
                    {"name": name, "title": told["title"], "split": split, "page": count}
                )
                documents[-1]["diagrams"] = told["names"]
                for top, end in cuts:
                    save(photograph(tab, top, end), count)
                    down = MARGIN - np.floor(top)
                    for kind, group, row, column, said in told["runs"]:
                        here = [w for w in said if top <= (w[2] + w[4]) / 2 < end]
                        if here:
                            blocks.append(
                                [count, KINDS.index(kind), group, row, column, len(words)]
                            )
                            # A part of a run that a page's end has cut is no whole cell.
                            if len(here) < len(said) and kind in ("cell", "head"):
                                blocks[-1][1] = KINDS.index("text")
                        for text, x0, y0, x1, y1, over in here:
                            words.append(text)
                            boxes.append([x0, y0 + down, x1, y1 + down])
                            broken.append(over)
                    count += 1
                print(name, len(cuts), "pages")
        browser.close()
    np.savez_compressed(
        OUT / "words.npz",
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        boxes=np.round(np.array(boxes)).astype(np.int16),
        broken=np.array(broken, np.bool_),
        blocks=np.array(blocks, np.int32),
    )
    (OUT / "documents.json").write_text(json.dumps({"documents": documents, "pages": count}))
    print(count, "pages", len(words), "words")


def ask() -> None:
    """Write the questions about what was shot."""
    with np.load(OUT / "words.npz") as packed:
        words = packed["words"].tobytes().decode().split("\n")
        boxes = packed["boxes"].astype(np.float64)
        broken, blocks = packed["broken"].tolist(), packed["blocks"].astype(np.int64)
    documents = json.loads((OUT / "documents.json").read_text())["documents"]
    questions = questions_of(documents, words, boxes, broken, blocks, KINDS)
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in questions)
    (OUT / "questions.json").write_text(f'{{"questions": [\n{lines}\n]}}\n')
    print(len(questions), "questions")


if __name__ == "__main__":
    for where in sys.argv[1:]:
        shoot(Path(where))
    shrink()
    ask()
