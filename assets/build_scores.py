"""Build the pages of music that VZoom shows: composed, engraved, and a box for every sign.

Needs verovio 6.4.1, resvg_py, Liberation Serif, Pillow, numpy and an installed vgym:

    python assets/build_scores.py
"""

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vgym.assets.score_composer import KINDS, LENGTHS, STEPS, compose, ensemble, kind_of

LETTERS = "LiberationSerif-Regular.ttf"
OUT = Path(__file__).parent / "zoom" / "scores"
WIDTH, HEIGHT, MARGIN = 2100, 2970, 120
PAGES = {"train": 42, "val": 9, "test": 9}
FONTS = {
    "train": ("Leipzig", "Bravura"),
    "val": ("Leipzig", "Bravura"),
    "test": ("Leland", "Petaluma"),
}
SIGNS = ("note", "rest", "dynam", "hairpin", "ornament", "artic", "accid", "word")
ORNAMENTS = ("trill", "fermata", "mordent", "turn")
SVG, MEI = "{http://www.w3.org/2000/svg}", "{http://www.music-encoding.org/ns/mei}"
ID = "{http://www.w3.org/XML/1998/namespace}id"


def engraved(mei: str, font: str, unit: float) -> ET.Element:
    """The first page as SVG, with a box round each sign."""
    import verovio

    toolkit = verovio.toolkit()
    toolkit.setOptions(
        {
            **{"pageWidth": WIDTH, "pageHeight": HEIGHT, "scale": 100, "unit": unit},
            **{f"pageMargin{side}": MARGIN for side in ("Left", "Right", "Top", "Bottom")},
            **{"header": "none", "footer": "none", "font": font, "staffLineWidth": 0.22},
            **{"svgBoundingBoxes": True, "xmlIdSeed": 1},
        }
    )
    if not toolkit.loadData(mei):
        raise SystemExit("verovio does not read what was composed")
    return ET.fromstring(toolkit.renderToSVG(1))


def boxes(svg: ET.Element) -> dict[str, tuple[float, ...]]:
    """Boxes (x0, y0, x1, y1) by id, px of the page."""
    found: dict[str, tuple[float, ...]] = {}
    for group in svg.iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        if "bounding-box" in group.get("class", "") and rect is not None:
            x, y, w, h = (float(rect.get(k, 0)) / 10 for k in ("x", "y", "width", "height"))
            found[group.get("id", "")[len("bbox-") :]] = (
                x + 120,
                y + 120,
                x + w + 120,
                y + h + 120,
            )
    return found


def sung(svg: ET.Element) -> dict[str, tuple[str, float, float, float]]:
    """The words of a song by id, with where their baselines begin and their size, px."""
    found = {}
    for group in svg.iter(f"{SVG}g"):
        if group.get("class") != "syl":
            continue
        text = next(group.iter(f"{SVG}text"))
        part = next(each for each in text.iter(f"{SVG}tspan") if each.text and each.text.strip())
        size = float(part.get("font-size", "0px")[:-2]) / 10
        x, y = (float(text.get(k, 0)) / 10 + MARGIN for k in ("x", "y"))
        found[group.get("id", "")] = (f"{part.text}", x, y, size)
        group.remove(text)  # resvg cannot place them: they are drawn afterwards
    return found


def drawn(svg: ET.Element, words: dict[str, tuple[str, float, float, float]]) -> Image.Image:
    """The page, black on white."""
    import resvg_py

    content = resvg_py.svg_to_bytes(
        svg_string=ET.tostring(svg, "unicode"), width=WIDTH, background="white"
    )
    page = Image.open(io.BytesIO(bytes(content))).convert("L")
    pen = ImageDraw.Draw(page)
    for text, x, y, size in words.values():
        pen.text((x, y), text, 0, font=ImageFont.truetype(LETTERS, size), anchor="ls")
    return page


def extents(words: dict[str, tuple[str, float, float, float]]) -> dict[str, tuple[float, ...]]:
    """The boxes of words."""
    found: dict[str, tuple[float, ...]] = {}
    for name, (text, x, y, size) in words.items():
        box = ImageFont.truetype(LETTERS, size).getbbox(text, anchor="ls")
        found[name] = (x + box[0], y + box[1], x + box[2], y + box[3])
    return found


def systems(svg: ET.Element) -> list[tuple[int, int, int]]:
    """Of each system its first bar, and where its first staff begins: x, y."""
    begins = []
    for system in svg.iter(f"{SVG}g"):
        if system.get("class") != "system":
            continue
        measure = next(g for g in system.iter(f"{SVG}g") if g.get("class") == "measure")
        line = next(
            path for path in measure.iter(f"{SVG}path") if path.get("d", "").startswith("M")
        )
        x, y = (
            float(number) / 10 + MARGIN for number in re.findall(r"-?\d+", line.get("d", ""))[:2]
        )
        begins.append((int(measure.get("id", "b0")[1:]), round(x), round(y)))
    return begins


def rows(mei: str, found: dict[str, tuple[float, ...]], page: int) -> list[list[float]]:
    """What is on the page: page, bar, staff, sign, order, value, length, and its box.

    Value is a note's step above C0, or which mark or word it is; length in sixteenths; order among
    its like within the bar and staff.
    """
    table: list[list[float]] = []
    lengths = {text: number for number, text in LENGTHS.items()}
    root = ET.fromstring(mei)
    shown = found_bars(found)
    for measure in root.iter(f"{MEI}measure"):
        if measure.get(ID) not in shown:
            continue
        bar = int(measure.get("n", 0))
        for staff in measure.iterfind(f"{MEI}staff"):
            number = int(staff.get("n", 1)) - 1
            order = dict.fromkeys(SIGNS, 0)
            for item in staff.iter():
                tag = item.tag.rpartition("}")[2]
                sign = {"syl": "word"}.get(tag, tag)
                if sign not in SIGNS:
                    continue
                value, length = 0, 0
                if tag in ("note", "rest"):
                    length = lengths[item.get("dur", "") + "." * int(item.get("dots", 0))]
                if tag == "note":
                    value = int(item.get("oct", 0)) * 7 + STEPS.index(item.get("pname", ""))
                elif tag != "rest":
                    value = word(item.text or item.get("artic") or item.get("accid") or "")
                box = found[item.get(ID, "")]
                table.append(
                    [page, bar, number, SIGNS.index(sign), order[sign], value, length, *box]
                )
                order[sign] += 1
        for mark in measure:
            tag = mark.tag.rpartition("}")[2]
            sign = "ornament" if tag in ORNAMENTS else tag
            if sign in SIGNS:
                value = word(mark.text or mark.get("form") or tag)
                # An ornament's order is that of its note.
                place = 0
                if sign == "ornament":
                    notes = [n.get(ID) for n in measure.iter(f"{MEI}note")]
                    mine = [n for n in notes if f"{n}".startswith(mark.get(ID, "")[:-1] + "e")]
                    place = mine.index(mark.get("startid", "")[1:])
                number = int(mark.get("staff", 1)) - 1
                box = found[mark.get(ID, "")]
                table.append([page, bar, number, SIGNS.index(sign), place, value, 0, *box])
    return table


_words: list[str] = []


def word(text: str) -> int:
    """The number of a mark or word."""
    if text not in _words:
        _words.append(text)
    return _words.index(text)


def found_bars(found: dict[str, Any]) -> set[str]:
    """The bars that are on the page: those whose notes and rests have boxes."""
    return {
        f"b{name[1:].partition('s')[0]}" for name in found if re.fullmatch(r"b\d+s\d+e\d+", name)
    }


def main() -> None:
    """Write pages and table."""
    OUT.mkdir(parents=True, exist_ok=True)
    table, begins, page = [], [], 0
    for split, count in PAGES.items():
        for place in range(count):
            mei = compose(page)
            font = FONTS[split][place // len(KINDS) % 2]
            svg = engraved(mei, font, (9.0, 7.0, 8.0)[page % 3] - (place % 4 == 3))
            words = sung(svg)
            table += rows(mei, boxes(svg) | extents(words), page)
            begins += [[page, *begin] for begin in systems(svg)]
            ink = np.asarray(drawn(svg, words)) < 150
            picture = Image.fromarray(np.where(ink, 0, 255).astype(np.uint8)).convert("RGB")
            picture.save(OUT / f"page{page:02}.webp", lossless=True, method=4, quality=60)
            page += 1
    signs = np.array([row[:7] for row in table])
    names = [[staff.name for staff in ensemble(kind_of(page)).staves] for page in range(page)]
    np.savez_compressed(
        OUT / "signs.npz",
        signs=signs.astype(np.uint8),
        boxes=np.round(np.array([row[7:] for row in table]) * 4).astype(np.int16),
        systems=np.array(begins, np.int16),
        words=np.array(_words),
        staves=np.array([each + [""] * (4 - len(each)) for each in names]),
    )
    print(len(table), "signs")


if __name__ == "__main__":
    main()
