"""Draws every shipped photograph with its boxes numbered and its phrases printed beside it.

Run from the repository root; it reads ``assets/photos/photos.jsonl`` and writes
``docs/pictures/photos_overlay_1.jpg`` and ``photos_overlay_2.jpg``:

    python assets/build_photo_overlays.py
"""

import itertools
import json
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from vgym.core.text import wrapped

REPOSITORY = Path(__file__).resolve().parents[1]
PHOTOS = REPOSITORY / "assets" / "photos"
PICTURES = REPOSITORY / "docs" / "pictures"
PAGES = 2
IMAGE_SIDE = 520
TEXT_WIDTH = 350
LINE_HEIGHT = 18
MARGIN = 10
COLOURS = ("#ff3b30", "#34c759", "#0a84ff", "#ffcc00", "#ff2dd1", "#00e5ff", "#ff9500", "#b388ff")


def colour_of(number: int) -> str:
    """The colour of a phrase's number, its first box and its text."""
    return COLOURS[(number - 1) % len(COLOURS)]


def read_records() -> dict[str, list[dict[str, Any]]]:
    """The records of the JSONL file, grouped by picture in file order."""
    by_image: dict[str, list[dict[str, Any]]] = {}
    with (PHOTOS / "photos.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            by_image.setdefault(record["image"], []).append(record)
    return by_image


def draw_cell(name: str, records: list[dict[str, Any]]) -> Image.Image:
    """One picture with its numbered boxes, and the phrases to its right."""
    font = ImageFont.load_default(13)
    title_font = ImageFont.load_default(15)
    assert isinstance(font, ImageFont.FreeTypeFont)
    with Image.open(PHOTOS / name) as photo:
        scale = IMAGE_SIDE / max(photo.size)
        size = (round(photo.width * scale), round(photo.height * scale))
        picture = photo.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(picture)
    phrases: list[tuple[str, str]] = []
    numbers: dict[tuple[float, ...], list[int]] = {}
    for number, record in enumerate(records, start=1):
        for box in record["boxes"]:
            numbers.setdefault(tuple(box), []).append(number)
        count = len(record["boxes"])
        note = "" if count == 1 else f" [{count} boxes]"
        lines = wrapped(f"{number}. {record['expression']}{note}", TEXT_WIDTH, font.getlength)
        phrases.extend((line, colour_of(number)) for line in lines)
    for box, sharing in numbers.items():
        x0, y0, x1, y1 = (scale * side for side in box)
        draw.rectangle((x0, y0, x1 - 1, y1 - 1), outline=colour_of(sharing[0]))
        label = ", ".join(map(str, sharing))
        width = font.getlength(label) + 2
        # Above the box where there is room, so that a small thing is not covered.
        left, top = min(x0, size[0] - width), y0 - 14 if y0 >= 14 else y0 + 1
        draw.rectangle((left, top, left + width, top + 13), fill="black")
        draw.text((left + 1, top - 1), label, fill=colour_of(sharing[0]), font=font)
    height = max(size[1], LINE_HEIGHT * len(phrases)) + 26
    cell = Image.new("RGB", (IMAGE_SIDE + TEXT_WIDTH + 3 * MARGIN, height), "#1c1c1e")
    cell.paste(picture, (MARGIN, 24))
    text = ImageDraw.Draw(cell)
    text.text((MARGIN, 3), name, fill="white", font=title_font)
    for row, (line, colour) in enumerate(phrases):
        place = (IMAGE_SIDE + 2 * MARGIN, 24 + row * LINE_HEIGHT)
        text.text(place, line, fill=colour, font=font)
    return cell


def draw_page(cells: list[Image.Image]) -> Image.Image:
    """The cells below one another: side by side, GitHub would show their words too small."""
    heights = [cell.height + MARGIN for cell in cells]
    page = Image.new("RGB", (cells[0].width, sum(heights)), "black")
    for cell, top in zip(cells, itertools.accumulate([0, *heights]), strict=False):
        page.paste(cell, (0, top))
    return page


def main() -> None:
    """Write the overlay pages."""
    cells = [draw_cell(name, records) for name, records in sorted(read_records().items())]
    per_page = -(-len(cells) // PAGES)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for page in range(PAGES):
        picture = draw_page(cells[page * per_page : (page + 1) * per_page])
        picture.save(PICTURES / f"photos_overlay_{page + 1}.jpg", quality=72, optimize=True)


if __name__ == "__main__":
    main()
