"""Captured screens: a folder of pictures and ``screens.jsonl``, as `vgym capture` writes it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.asset_files import asset
from vgym.data import DataError, Summary, open_image, resolve_under
from vgym.data.box_checks import finite_number, misfits
from vgym.data.editions import edition
from vgym.data.errors import RecordProblem, shown
from vgym.data.files import opened, source_path
from vgym.data.images import MAX_PIXELS, check_image, places_under
from vgym.data.items import MAX_FIRST_ERRORS
from vgym.data.json_text import parse_json
from vgym.envs.gui.click.types import SCREENS
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


class Screens(NamedTuple):
    """The captured screens of a source.

    Attributes:
        edition: of its file and of all pictures that are named there, for what is kept of them.
        usable: those whose record and picture can be used.
        summary: how many these are, and why not the others.
    """

    edition: bytes
    usable: tuple[Screen, ...]
    summary: Summary


def holds_screens(source: str) -> bool:
    """Whether a path names captured screens: their folder, or the file in it."""
    path = source_path(source)
    return path.name == FILE or os.path.isfile(path / FILE)


def load_screens(source: str) -> Screens:
    """Captured screens; read again only if their file or a picture has changed.

    Args:
        source: ``"screens"`` for those that ship, a folder, or its ``screens.jsonl``.

    Raises:
        DataError: no record can be used; the first by file and line.
    """
    path = Path(str(asset(f"screens/{FILE}"))) if source == SCREENS else source_path(source)
    path = (path if path.name == FILE else path / FILE).absolute()
    of_file = edition([path])
    return _load(path, of_file, edition([path, *_lines(path, of_file)[1]]))


def read_screen(screen: Screen) -> NDArray[np.uint8]:
    """The picture of a screen, (H, W, 3) uint8.

    Raises:
        DataError: by file and line, if it cannot be read any more or has another size.
    """
    try:
        return open_image(screen.image, size_hw=screen.page.size_hw)
    except DataError as error:
        raise DataError(f"{screen.record}: {error}") from error


class _Refused(NamedTuple):
    """A record that cannot be used, and why."""

    record: str
    reason: str
    detail: str


class _Line(NamedTuple):
    """A record as it is written, its picture not yet looked at; ``name`` is "" if unsaid."""

    record: str
    image: str
    size_hw: tuple[int, int]
    name: str
    split: str
    page: Page | _Refused


@lru_cache(maxsize=4)
def _lines(path: Path, _: bytes) -> tuple[tuple[_Line | _Refused, ...], tuple[str, ...]]:
    """The records of a file of that edition, and where their pictures may be."""
    found: list[_Line | _Refused] = []
    with opened(path, _MAX_BYTES) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                record = f"{path.name}:{number}"
                try:
                    found.append(_line(parse_json(line), record))
                except RecordProblem as problem:
                    found.append(_Refused(record, problem.reason, problem.detail))
    named = dict.fromkeys(line.image for line in found if isinstance(line, _Line))
    return tuple(found), tuple(str(p) for name in named for p in places_under(path.parent, name))


@lru_cache(maxsize=4)
def _load(path: Path, of_file: bytes, of_all: bytes) -> Screens:
    read = [_screen(path.parent, line) for line in _lines(path, of_file)[0]]
    usable = [each for each in read if isinstance(each, Screen)]
    refused = [each for each in read if isinstance(each, _Refused)]
    errors = [f"{one.record}: {one.detail} (record skipped)." for one in refused[:MAX_FIRST_ERRORS]]
    if not usable:
        first = f" First: {errors[0]}" if errors else ""
        raise DataError(f"{path} holds no usable screen; write some with `vgym capture`.{first}")
    reasons = dict(Counter(one.reason for one in refused))
    summary = Summary(len(read), len(usable), len(refused), reasons, tuple(errors))
    return Screens(of_all, tuple(usable), summary)


def _line(said: object, record: str) -> _Line:
    fields = _mapping(said, "a screen")
    size = fields.get("size")
    if not (isinstance(size, list) and len(size) == 2 and all(map(_is_side, size))):
        raise _problem(f"'size' must be [width, height] in pixels, got {shown(size)}")
    width, height = size
    image, split, name = (
        _word(fields, key, default)
        for key, default in (("image", None), ("split", "train"), ("page", ""))
    )
    try:
        page: Page | _Refused = _page(fields, height, width)
    except RecordProblem as problem:  # said unless the picture is the fault, which explains more
        page = _Refused(record, problem.reason, problem.detail)
    return _Line(record, image, (height, width), name, split, page)


def _page(fields: Mapping[str, object], height: int, width: int) -> Page:
    elements = fields.get("elements")
    if not isinstance(elements, list) or len(elements) > MAX_ELEMENTS:
        raise _problem(f"'elements' must be a list of at most {MAX_ELEMENTS} controls")
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
    return page


def _screen(root: Path, line: _Line | _Refused) -> Screen | _Refused:
    """What a record says, now that its picture is looked at."""
    if isinstance(line, _Refused):
        return line
    try:
        image = resolve_under(root, line.image)
        found = check_image(image)
    except DataError as error:
        return _Refused(line.record, "unusable image", str(error))
    if found != line.size_hw:
        said = list(line.size_hw[::-1])
        detail = f"{image.name} is {found[::-1]}, but 'size' says {said}"
        return _Refused(line.record, "bad screen", detail)
    if isinstance(line.page, _Refused):
        return line.page
    return Screen(image, line.name or image.stem, line.split, line.page, line.record)


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


def _is_side(value: object) -> bool:
    return type(value) is int and 0 < value <= MAX_PIXELS


def _mapping(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _problem(f"{what} must be an object, got {shown(value)}")
    return value


def _word(fields: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = fields.get(key, default)
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise _problem(f"{key!r} must be text of at most {_MAX_TEXT} characters: {shown(value)}")
    return value


def _numbers(fields: Mapping[str, object], key: str, count: int) -> list[float]:
    value = fields.get(key)
    found = [finite_number(each) for each in value] if isinstance(value, list) else []
    numbers = [number for number in found if number is not None]
    if len(found) != count or len(numbers) != count:
        raise _problem(f"an element's {key!r} must be {count} numbers, got {shown(value)}")
    return numbers


def _problem(detail: str) -> RecordProblem:
    return RecordProblem("bad screen", detail)
