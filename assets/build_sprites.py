"""Build the sprite atlas of the synthetic scenes from the Noto Color Emoji font.

The hand-written table sprites/names.tsv says which glyphs become object classes and what a
person calls them. This script checks the table, draws every glyph into a 100x100 cell, packs
the cells into lossless WebP sheets (a sheet per Unicode group) and writes sprites/sprites.json.
The result is the same bytes for the same font file and the same Pillow.

Needs numpy, Pillow and rich. Example:

    python assets/build_sprites.py /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
"""

import argparse
import colorsys
import csv
import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from rich.progress import track

FONT_SIZE = 109  # The one bitmap strike of the font; FreeType refuses any other size.
CELL = 100
LONGEST_SIDE = 96
COLUMNS = 20
CROP_ALPHA = 16
HULL_ALPHA = 32
HULL_VERTICES = 24
HULL_TOLERANCE = 0.5
MAX_SHEET_BYTES = 3_000_000
MIN_CLASSES = 520
EASY_PER_SPLIT = 8
TEST_EVERY = 5
DOMINANT_SHARE = 0.56

COLOUR_WORDS = frozenset(
    "red orange yellow green blue purple pink brown grey gray black white gold golden silver "
    "violet cyan magenta turquoise beige dark bright".split()
)
SIZE_WORDS = frozenset(
    "small smaller smallest big bigger biggest large larger largest little tiny huge tall short "
    "medium mini giant".split()
)
PLACE_WORDS = frozenset(
    "left right top bottom upper lower above below over under near next between corner centre "
    "center middle upside down up tilted side in on at by beside behind inside outside far "
    "closest furthest leftmost rightmost topmost row column edge sideways rotated".split()
)
GRAMMAR_WORDS = frozenset(
    "and not or other others all none no the a an each every same different than with without "
    "first second third last one two three four five six seven eight nine ten single double".split()
)
BANNED_WORDS = COLOUR_WORDS | SIZE_WORDS | PLACE_WORDS | GRAMMAR_WORDS

FloatArray = npt.NDArray[np.float64]
ByteArray = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class NameRow:
    """One line of names.tsv: a glyph and what is known of it by hand."""

    group: str
    subgroup: str
    code: str
    name: str
    plural: str
    easy: str
    tintable: bool
    upright: bool

    @property
    def text(self) -> str:
        """The characters to draw, from the hexadecimal code points joined by '-'."""
        return "".join(chr(int(point, 16)) for point in self.code.split("-"))


def read_names(path: Path) -> list[NameRow]:
    """Read names.tsv.

    Args:
        path: a tab-separated file with a header line.

    Returns:
        The rows, sorted by name.

    Raises:
        ValueError: a yes/no or easy field holds another word.
    """
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file, delimiter="\t"):
            for field, allowed in (
                ("easy", ("train", "test", "-")),
                ("tintable", ("yes", "no")),
                ("upright", ("yes", "no")),
            ):
                if line[field] not in allowed:
                    raise ValueError(
                        f"{path.name}: {field} of {line['name']!r} is {line[field]!r}; "
                        f"write one of {', '.join(allowed)}"
                    )
            rows.append(
                NameRow(
                    group=line["group"],
                    subgroup=line["subgroup"],
                    code=line["code"],
                    name=line["name"],
                    plural=line["plural"],
                    easy=line["easy"],
                    tintable=line["tintable"] == "yes",
                    upright=line["upright"] == "yes",
                )
            )
    return sorted(rows, key=lambda row: row.name)


def check_names(rows: list[NameRow]) -> None:
    """Check that phrases made of these names can be parsed back without doubt.

    Args:
        rows: all rows of the table.

    Raises:
        ValueError: lists every broken rule, a line for each.
    """
    faults: list[str] = []
    if len(rows) < MIN_CLASSES:
        faults.append(f"only {len(rows)} classes; at least {MIN_CLASSES} are needed")
    for field in ("code", "name", "plural"):
        counts = Counter(getattr(row, field) for row in rows)
        faults += [f"{field} {value!r} occurs {n} times" for value, n in counts.items() if n > 1]
    for split in ("train", "test"):
        easy = sum(row.easy == split for row in rows)
        if easy != EASY_PER_SPLIT:
            faults.append(f"{easy} easy {split} classes; exactly {EASY_PER_SPLIT} are needed")
    owners: dict[tuple[str, ...], str] = {}
    for row in rows:
        for form in (row.name, row.plural):
            if not re.fullmatch(r"[a-z]+( [a-z]+){0,2}", form):
                faults.append(f"{form!r} is not 1 to 3 lower-case words of ASCII letters")
            banned = BANNED_WORDS.intersection(form.split())
            if banned:
                faults.append(f"{form!r} uses the reserved word(s) {', '.join(sorted(banned))}")
            owner = owners.setdefault(tuple(form.split()), row.name)
            if owner != row.name:
                faults.append(f"{form!r} is a form of both {owner!r} and {row.name!r}")
        if row.plural == row.name:
            faults.append(f"{row.name!r} has no plural of its own")
    for row in rows:
        for form in (row.name, row.plural):
            words = tuple(form.split())
            for start in range(len(words)):
                for end in range(start + 1, len(words) + 1):
                    owner = owners.get(words[start:end], row.name)
                    if owner != row.name:
                        faults.append(f"{form!r} contains a form of {owner!r}")
    if faults:
        raise ValueError("names.tsv breaks these rules:\n" + "\n".join(faults))


def assign_splits(rows: list[NameRow]) -> dict[str, str]:
    """The split of each class: by hand for the easy ones, else every fifth is a test class.

    The rest is counted through in the order of subgroup and, within it, of a hash of the name,
    so that each subgroup gives its share and no property of the name decides.

    Args:
        rows: all rows of the table.

    Returns:
        'train' or 'test' by name.
    """
    splits = {row.name: row.easy for row in rows if row.easy != "-"}
    rest = [row for row in rows if row.easy == "-"]
    rest.sort(key=lambda row: (row.subgroup, hashlib.sha256(row.name.encode()).digest()))
    for index, row in enumerate(rest):
        splits[row.name] = "test" if index % TEST_EVERY == TEST_EVERY - 1 else "train"
    return splits


def draw_cell(text: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """Draw one glyph into a cell.

    Args:
        text: the characters of one emoji.
        font: Noto Color Emoji at size 109.

    Returns:
        A 100x100 RGBA picture with straight alpha, the glyph centred and 96 px on its longest
        side; the colour of a wholly transparent pixel is 0.

    Raises:
        ValueError: the font has no glyph for the text.
    """
    canvas = Image.new("RGBA", (2 * FONT_SIZE, 2 * FONT_SIZE))
    ImageDraw.Draw(canvas).text((20, 20), text, font=font, embedded_color=True)
    box = canvas.getchannel("A").point(lambda alpha: 255 * (alpha >= CROP_ALPHA)).getbbox()
    if box is None:
        raise ValueError(f"the font draws nothing for {text!r}; use a newer Noto Color Emoji")
    # Pillow pastes the glyph through its own mask onto transparent black, which leaves the
    # colours multiplied by alpha. That is the form in which resampling is right.
    glyph = Image.frombytes("RGBa", canvas.size, canvas.tobytes()).crop(box)
    scale = LONGEST_SIDE / max(glyph.size)
    width, height = (max(1, round(side * scale)) for side in glyph.size)
    glyph = glyph.resize((width, height), Image.Resampling.LANCZOS)
    pixels = np.zeros((CELL, CELL, 4), np.uint8)
    x, y = (CELL - width) // 2, (CELL - height) // 2
    pixels[y : y + height, x : x + width] = straight_alpha(np.asarray(glyph))
    return Image.fromarray(pixels)


def straight_alpha(premultiplied: ByteArray) -> ByteArray:
    """Divide colours by alpha; a pixel with alpha 0 becomes all 0.

    Args:
        premultiplied: (H, W, 4) bytes.

    Returns:
        (H, W, 4) bytes.
    """
    alpha = premultiplied[..., 3:].astype(np.float64)
    colours = premultiplied[..., :3] * 255.0 / np.maximum(alpha, 1.0)
    straight = np.concatenate([np.clip(np.rint(colours), 0, 255), alpha], axis=-1)
    straight[premultiplied[..., 3] == 0] = 0
    return straight.astype(np.uint8)


def convex_hull(points: npt.NDArray[np.int64]) -> FloatArray:
    """Convex hull by the monotone chain of Andrew (1979).

    Args:
        points: (N, 2), not all on one line.

    Returns:
        (M, 2) vertices in order around the hull, no three of them on one line.
    """

    def half(ordered: list[tuple[int, int]]) -> list[tuple[int, int]]:
        chain: list[tuple[int, int]] = []
        for x, y in ordered:
            while len(chain) > 1:
                (ax, ay), (bx, by) = chain[-2:]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                chain.pop()
            chain.append((x, y))
        return chain[:-1]

    ordered = sorted({(int(x), int(y)) for x, y in points})
    return np.array(half(ordered) + half(ordered[::-1]), np.float64)


def arc_losses(hull: FloatArray) -> FloatArray:
    """What is lost where one straight edge replaces a run of hull vertices.

    Args:
        hull: (M, 2) vertices in order.

    Returns:
        (M, M + 1): [a, k] is the greatest distance in px from the edge between the vertices a
        and a + k (counted round the hull) to the vertices that it skips; 0 if it skips none.
    """
    count = len(hull)
    losses = np.zeros((count, count + 1))
    for a in range(count):
        ring = np.roll(hull, -a, axis=0) - hull[a]
        for k in range(2, count):
            along = np.clip(ring[1:k] @ ring[k] / (ring[k] @ ring[k]), 0.0, 1.0)
            losses[a, k] = np.hypot(*(ring[1:k] - along[:, None] * ring[k]).T).max()
    losses[:, count] = np.inf  # One edge cannot go round the whole hull.
    return losses


def walk_round(losses: FloatArray, start: int, tolerance: float) -> list[int]:
    """Vertices met when going once round the hull from start in the longest allowed steps."""
    count = len(losses)
    walk: list[int] = []
    travelled = 0
    while travelled < count:
        here = (start + travelled) % count
        walk.append(here)
        steps = losses[here, 1 : count - travelled + 1]
        travelled += 1 + int(np.flatnonzero(steps <= tolerance)[-1])
    return walk


def reduced_hull(full: FloatArray) -> FloatArray:
    """Of all choices of 24 hull vertices, the one that cuts off least.

    Args:
        full: (M, 2) vertices in order.

    Returns:
        (at most 24, 2) of these vertices in order.
    """
    losses = arc_losses(full)
    for tolerance in np.unique(losses):
        for start in range(len(full)):
            walk = walk_round(losses, start, float(tolerance))
            if len(walk) <= HULL_VERTICES:
                return full[walk]
    raise AssertionError("a tolerance that allows every edge leaves few vertices")


def hull_of_cell(cell: Image.Image) -> list[list[float]]:
    """Convex hull of the pixels with alpha >= 32, with at most 24 vertices.

    The box of the rotated hull is within 0.5 px of the true one on each side, at any rotation.

    Args:
        cell: (100, 100) RGBA.

    Returns:
        [x, y] in cell coordinates, where pixel k covers [k, k + 1). Pixel corners, save for
        round shapes: there 24 corners cut off too much, so they are moved outwards a little to
        share the error between inside and outside.

    Raises:
        ValueError: 24 vertices are not enough for the tolerance.
    """
    ys, xs = np.nonzero(np.asarray(cell)[..., 3] >= HULL_ALPHA)
    corners = np.concatenate(
        [np.stack([xs + dx, ys + dy], axis=1) for dx in (0, 1) for dy in (0, 1)]
    )
    full = convex_hull(corners)
    hull = reduced_hull(full)
    angles = np.linspace(0.0, 2 * math.pi, 1440, endpoint=False)
    directions = np.stack([np.cos(angles), np.sin(angles)])
    support = (full @ directions).max(axis=0)
    cut_off = float((support - (hull @ directions).max(axis=0)).max())
    if cut_off > HULL_TOLERANCE:
        centre = hull.mean(axis=0)
        rays = hull - centre
        lengths = np.hypot(*rays.T)[:, None]
        hull = np.round(centre + rays * (1 + cut_off / 2 / lengths), 2)
    error = float(np.abs(support - (hull @ directions).max(axis=0)).max())
    if error > HULL_TOLERANCE:
        raise ValueError(
            f"a hull of {HULL_VERTICES} vertices is {error:.2f} px off; raise HULL_VERTICES"
        )
    return [[int(v) if v == int(v) else float(v) for v in vertex] for vertex in hull]


def colour_of_pixel(rgb: tuple[int, int, int]) -> str:
    """Basic colour word of one pixel, by limits on hue, saturation and value.

    >>> colour_of_pixel((250, 220, 40)), colour_of_pixel((90, 60, 40))
    ('yellow', 'brown')
    """
    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in rgb))
    degrees = hue * 360
    chroma = saturation * value
    if value < 0.22 or (value < 0.32 and chroma < 0.10):
        return "black"
    if saturation < 0.12 or chroma < 0.08:
        return "white" if value > 0.85 else "grey"
    if degrees < 60 or degrees >= 300:
        return warm_colour(degrees, saturation, value)
    if degrees < 68:
        return "yellow" if value > 0.6 else "green"
    if degrees < 168:
        return "green"
    if degrees < 255:
        # The steel of tools and screens is drawn as a dull blue that people call grey.
        if value > 0.85:
            return "white" if saturation < 0.18 else "blue"
        return "grey" if saturation < (0.40 if value > 0.5 else 0.50) else "blue"
    return "purple"


def warm_colour(degrees: float, saturation: float, value: float) -> str:
    """Colour word of a pixel whose hue is from magenta (300) over red (0) to yellow (60)."""
    if degrees >= 300:
        if degrees < 345 or saturation < 0.55:
            return "pink" if value > 0.65 else "purple"
        return "red" if value > 0.45 else "brown"
    if degrees < 28 and value > 0.9 and saturation < 0.55 - 0.007 * degrees:
        return "pink"
    if value > 0.9 and saturation < 0.45:
        return "white" if saturation < 0.2 else "yellow" if degrees >= 36 else "brown"
    if degrees < 18 and saturation > 0.6:
        return "red" if value > 0.6 else "brown"
    if degrees < 46 and (value < 0.72 or (saturation < 0.78 and value < 0.97)):
        return "brown"
    if degrees < 40:
        return "orange"
    return "yellow" if value > 0.6 else "green"


def dominant_colour(cell: Image.Image) -> str:
    """Colour word of at least 56 % of the opaque pixels (alpha >= 128), else 'mixed'."""
    pixels = np.asarray(cell).reshape(-1, 4)
    opaque = pixels[pixels[:, 3] >= 128, :3]
    counts: Counter[str] = Counter()
    values, numbers = np.unique(opaque, axis=0, return_counts=True)
    for (red, green, blue), number in zip(values.tolist(), numbers.tolist(), strict=True):
        counts[colour_of_pixel((red, green, blue))] += number
    word, number = counts.most_common(1)[0]
    return word if number >= DOMINANT_SHARE * len(opaque) else "mixed"


def save_sheet(cells: list[Image.Image], path: Path) -> int:
    """Save cells row by row, 20 to a row, as lossless WebP.

    Args:
        cells: (100, 100) RGBA pictures, at least one.
        path: the file to write.

    Returns:
        The size of the file in bytes.
    """
    rows = math.ceil(len(cells) / COLUMNS)
    sheet = Image.new("RGBA", (min(COLUMNS, len(cells)) * CELL, rows * CELL))
    for index, cell in enumerate(cells):
        sheet.paste(cell, (index % COLUMNS * CELL, index // COLUMNS * CELL))
    sheet.save(path, lossless=True, exact=True, quality=100, method=6)
    return path.stat().st_size


def write_sheets(
    groups: dict[str, list[NameRow]], cells: dict[str, Image.Image], folder: Path
) -> dict[str, list[NameRow]]:
    """Write the sheets, two or more for a group that is too large for one file.

    Args:
        groups: rows of each Unicode group, in the order of their cells.
        cells: the picture of each class by name.
        folder: where the sheets go; sheets of an earlier build are removed.

    Returns:
        The rows on each sheet by file name.
    """
    for stale in folder.glob("*.webp"):
        stale.unlink()
    sheets: dict[str, list[NameRow]] = {}
    for group, rows in track(sorted(groups.items()), description="packing"):
        parts = 1
        while True:
            length = math.ceil(len(rows) / parts)
            written = {}
            for part in range(parts):
                chunk = rows[part * length : (part + 1) * length]
                suffix = f"_{part + 1}" if parts > 1 else ""
                name = f"{group}{suffix}.webp"
                size = save_sheet([cells[row.name] for row in chunk], folder / name)
                written[name] = chunk
                if size >= MAX_SHEET_BYTES:
                    break
            else:
                break
            for name in written:
                (folder / name).unlink()
            parts += 1
        sheets.update(written)
    return sheets


def sprite_record(
    row: NameRow, split: str, cell: Image.Image, sheet: int, index: int
) -> dict[str, Any]:
    """The entry of one class in sprites.json."""
    return {
        "name": row.name,
        "plural": row.plural,
        "group": row.group,
        "subgroup": row.subgroup,
        "code": row.code,
        "sheet": sheet,
        "cell": index,
        "split": split,
        "easy": row.easy != "-",
        "tintable": row.tintable,
        "upright": row.upright,
        "colour": dominant_colour(cell),
        "hull": hull_of_cell(cell),
    }


def build(font_path: Path, folder: Path) -> None:
    """Build all sheets and sprites.json.

    Args:
        font_path: NotoColorEmoji.ttf with bitmap glyphs (CBDT).
        folder: holds names.tsv and takes the results.
    """
    rows = read_names(folder / "names.tsv")
    check_names(rows)
    splits = assign_splits(rows)
    font = ImageFont.truetype(str(font_path), FONT_SIZE)
    cells = {row.name: draw_cell(row.text, font) for row in track(rows, description="drawing")}
    groups: dict[str, list[NameRow]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    sheets = write_sheets(groups, cells, folder)
    places = {
        row.name: (sheet, index)
        for sheet, chunk in enumerate(sheets.values())
        for index, row in enumerate(chunk)
    }
    records = [
        sprite_record(row, splits[row.name], cells[row.name], *places[row.name])
        for row in track(rows, description="describing")
    ]
    lines = ",\n".join(json.dumps(record, separators=(",", ":")) for record in records)
    head = json.dumps({"version": 1, "cell": CELL, "columns": COLUMNS, "sheets": list(sheets)})
    text = f'{head[:-1]}, "sprites": [\n{lines}\n]}}\n'
    json.loads(text)
    (folder / "sprites.json").write_text(text, encoding="utf-8")
    tests = sum(split == "test" for split in splits.values())
    print(f"{len(rows)} classes ({tests} test) on {len(sheets)} sheets")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("font", type=Path, help="path of NotoColorEmoji.ttf (bitmap version)")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(__file__).parent / "sprites",
        help="folder of names.tsv and of the results (default: %(default)s)",
    )
    arguments = parser.parse_args()
    build(arguments.font, arguments.folder)


if __name__ == "__main__":
    main()
