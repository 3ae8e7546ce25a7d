"""Captured screens: a folder of pictures and ``screens.jsonl``, as `vgym capture` writes it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vgym.core.assets import asset
from vgym.data import DataError, Summary, open_image, resolve_under
from vgym.data.box_checks import misfits
from vgym.data.errors import RecordProblem
from vgym.data.images import check_image
from vgym.data.items import MAX_FIRST_ERRORS
from vgym.data.json_text import check_file, parse_json
from vgym.envs.gui.elements import Element, Page

FILE = "screens.jsonl"
MAX_ELEMENTS = 2000
_MAX_BYTES = 200 * 10**6
_MAX_TEXT = 1000


@dataclass(frozen=True)
class Screen:
    """One captured screen.

    Attributes:
        image: its picture.
        name: the page's, which its sizes and themes share.
        split: "train" or "test"; one page's screens are all in one.
        page: size, controls, platform, theme.
        record: where it stands, such as ``"screens.jsonl:3"``.
    """

    image: Path
    name: str
    split: str
    page: Page
    record: str


def holds_screens(source: str) -> bool:
    """Whether a path names captured screens: their folder, or the file in it."""
    path = Path(source).expanduser()
    return path.name == FILE or (path / FILE).is_file()


def load_screens(source: str) -> tuple[Screen, ...]:
    """Captured screens whose record can be used; read again only if the file has changed.

    Args:
        source: ``"screens"`` for those that ship, a folder, or its ``screens.jsonl``.

    Raises:
        DataError: no record can be used; the first by file and line.
    """
    return _load(*edition(source))[0]


def read_summary(source: str) -> Summary:
    """How many of the screens of `load_screens` can be used, and why not the others."""
    return _load(*edition(source))[1]


def read_screen(screen: Screen) -> NDArray[np.uint8]:
    """The picture of a screen, (H, W, 3) uint8.

    Raises:
        DataError: by file and line, if it cannot be read any more or has another size.
    """
    try:
        return open_image(screen.image, size_hw=screen.page.size_hw)
    except DataError as error:
        raise DataError(f"{screen.record}: {error}") from error


def edition(source: str) -> tuple[Path, int]:
    """The file of a source, and when it was written last."""
    path = Path(str(asset(f"screens/{FILE}") if source == "screens" else source)).expanduser()
    path = path if path.name == FILE else path / FILE
    return path, path.stat().st_mtime_ns if path.is_file() else 0


@lru_cache(maxsize=4)
def _load(path: Path, _: int) -> tuple[tuple[Screen, ...], Summary]:
    check_file(path, _MAX_BYTES)
    screens: list[Screen] = []
    reasons: Counter[str] = Counter()
    errors: list[str] = []
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                record = f"{path.name}:{number}"
                try:
                    screens.append(_screen(parse_json(line), path.parent, record))
                except (RecordProblem, DataError) as problem:
                    reasons[getattr(problem, "reason", "unusable image")] += 1
                    errors.append(f"{record}: {problem} (record skipped).")
    if not screens:
        first = f" First: {errors[0]}" if errors else ""
        raise DataError(f"{path} holds no usable screen; write some with `vgym capture`.{first}")
    skipped = reasons.total()
    read = len(screens) + skipped
    return tuple(screens), Summary(
        read, len(screens), skipped, dict(reasons), tuple(errors[:MAX_FIRST_ERRORS])
    )


def _screen(said: object, root: Path, record: str) -> Screen:
    fields = _mapping(said, "a screen")
    size = fields.get("size")
    if not (isinstance(size, list) and len(size) == 2 and all(isinstance(v, int) for v in size)):
        raise _problem(f"'size' must be [width, height], got {size!r:.80}")
    width, height = size
    elements = fields.get("elements")
    if not isinstance(elements, list) or len(elements) > MAX_ELEMENTS:
        raise _problem(f"'elements' must be a list of at most {MAX_ELEMENTS} controls")
    image = resolve_under(root, _word(fields, "image"))
    found = check_image(image)
    if found != (height, width):
        raise _problem(f"{image.name} is {found[::-1]}, but 'size' says {size}")
    page = Page(
        (height, width),
        tuple(_element(element, width, height) for element in elements),
        _word(fields, "title", ""),
        _word(fields, "platform", "web"),
        _word(fields, "theme", "light"),
    )
    boxes = np.array([element.box for element in page.elements], np.float64).reshape(-1, 4)
    tiny = misfits(boxes, np.full((len(boxes), 2), (height, width), np.float64))
    if 2 * tiny > len(boxes):
        raise _problem(
            f"{tiny} of {len(boxes)} boxes are under a pixel; those of captured screens are in "
            "pixels, so multiply fractions by 'size'"
        )
    split = _word(fields, "split", "train")
    return Screen(image, _word(fields, "page", image.stem), split, page, record)


def _element(record: object, width: int, height: int) -> Element:
    fields = _mapping(record, "an element")
    x0, y0, x1, y1 = box = _numbers(fields, "box", 4)
    if not (0 <= x0 < x1 <= width + 1 and 0 <= y0 < y1 <= height + 1):
        raise _problem(f"box {box} is empty or outside the screen of {width}x{height}")
    red, green, blue = (min(max(int(v), 0), 255) for v in _numbers(fields, "colour", 3))
    return Element(
        (x0, y0, min(x1, float(width)), min(y1, float(height))),
        _word(fields, "role"),
        _word(fields, "name", ""),
        _word(fields, "text", ""),
        fields.get("enabled", True) is True,
        _word(fields, "icon", ""),
        (red, green, blue),
    )


def _mapping(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _problem(f"{what} must be an object, got {value!r:.80}")
    return value


def _word(fields: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = fields.get(key, default)
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise _problem(f"{key!r} must be text of at most {_MAX_TEXT} characters: {value!r:.80}")
    return value


def _numbers(fields: Mapping[str, object], key: str, count: int) -> list[float]:
    value = fields.get(key)
    found = [
        float(v)
        for v in (value if isinstance(value, list) else [])
        if isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v)
    ]
    if not isinstance(value, list) or len(value) != count or len(found) != count:
        raise _problem(f"an element's {key!r} must be {count} numbers, got {value!r:.80}")
    return found


def _problem(detail: str) -> RecordProblem:
    return RecordProblem("bad screen", detail)
