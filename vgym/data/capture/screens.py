"""Capture pages as screens with labelled elements: pictures and one line of JSON a screen.

What comes out is what ``VGui-v0`` reads: ``screens.jsonl`` and a lossless WebP a screen.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import numpy as np
from PIL import Image

from vgym.data.capture.chromium import BrowserError, flags
from vgym.data.capture.driver import Browser
from vgym.data.capture.filing import check_name, name_of, page_at, page_in, picture_of, site_of
from vgym.data.capture.gate import FOLDER_HOST, Home, is_local
from vgym.data.capture.index import held_index
from vgym.data.capture.lock import Lock
from vgym.data.capture.look import Look
from vgym.data.capture.palette import few_colours
from vgym.data.capture.shoot import BrowserDied, Shot, shoot, time_of
from vgym.data.errors import DataError

_START_S = 120.0  # for Chromium to start, or start again


@dataclass
class Summary:
    """What a capture wrote, and what it could not take.

    Attributes:
        screens: the records written, as in ``screens.jsonl``.
        replaced: how many of them took the place of earlier screens.
        skipped: a sentence a page that gave no screen.
        warnings: a sentence a screen that is not as it should be.
    """

    screens: list[dict[str, Any]] = field(default_factory=list)
    replaced: int = 0
    skipped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def capture(
    target: str | Path,
    out: str | Path,
    looks: Sequence[Look] = (Look(1280, 800),),
    *,
    name: str = "",
    pages: Sequence[str] = ("**/*.html",),
    scrolls: int = 0,
    allow_remote: bool = False,
    settle_s: float = 10.0,
    done: Callable[[int, int], None] = lambda done, total: None,
) -> Summary:
    """Write the screens of a page, or of the HTML files of a folder, below `out`.

    Each is written, and entered in ``screens.jsonl``, as soon as it is taken: a run that is broken
    off leaves all that it had. No page, whatever it does, costs another.

    Args:
        target: an address, an HTML file, or a folder of them.
        out: the folder written to; screens already there stay, those of the same name change.
        looks: the viewports and themes each page is shown in.
        name: what the pages are filed under; "" for the name of the folder or the server. The
            pages below it have names of their own (`vgym.data.capture.filing`).
        pages: which files of a folder, as globs.
        scrolls: how many further screens down each page are taken, where it is that long.
        allow_remote: whether other machines may be reached.
        settle_s: seconds after which a page that still moves is taken as it is.
        done: called with (screens done, screens in all) after each.

    Returns:
        What was written. A page that hangs, crashes or has no elements is in ``skipped``.

    Raises:
        ValueError: `target` is remote, or the name, a size, a time or `scrolls` is none.
        FileNotFoundError: no such file or folder.
        BrowserError: no Chromium, or it does not start.
        OSError: `out` cannot be written to, or another process writes to it.
        DataError: the ``screens.jsonl`` of `out` has a broken line, or nothing could be captured;
            gives the first reason.
    """
    _check(looks, settle_s, scrolls)
    if name:
        check_name(name)
    found, root, filed = _pages(target, pages, allow_remote)
    visits = [
        _Visit(f"{name or filed}/{own}", address, look, scroll)
        for own, address in found
        for look in dict.fromkeys(looks)
        for scroll in range(scrolls + 1)
    ]
    summary = Summary()
    ended: set[tuple[str, Look]] = set()
    with (
        held_index(Path(out)) as index,
        closing(Browser(flags(allow_remote), allow_remote=allow_remote)) as browser,
    ):
        browser.run(browser.chromium(), _START_S)

        def take(visit: _Visit, attempts: int = 2) -> Shot:
            home = Home.of(visit.address, root)
            try:
                with Lock(home, allow_remote=allow_remote, stay=True) as lock:
                    work = shoot(browser, visit.address, visit.look, lock, settle_s, visit.scroll)
                    return browser.run(work, _START_S + time_of(settle_s))
            except BrowserDied:
                if attempts == 1:
                    raise
                return take(visit, attempts - 1)

        for i, visit in enumerate(visits):
            if (visit.page, visit.look) not in ended:
                screen = None
                try:
                    shot = take(visit)
                    screen = _screen(shot, visit, summary) if shot.png else None
                    over = not shot.png
                except BrowserError:
                    raise
                except Exception as error:  # whatever a page brings about is its own
                    over = True
                    summary.skipped.append(f"{_told(error, visit)} ({visit.look})")
                if over:
                    ended.add((visit.page, visit.look))
                if screen is not None:
                    index.put(*screen)
                    summary.screens.append(screen[0])
            done(i + 1, len(visits))
    summary.replaced = index.replaced
    if not summary.screens:
        reason = summary.skipped[0] if summary.skipped else "no page"
        raise DataError(f"nothing captured from {target}: {reason}")
    return summary


@dataclass(frozen=True)
class _Visit:
    """One look at a page: what it is filed under, where it is, how and how far down it is shown."""

    page: str
    address: str
    look: Look
    scroll: int

    def __str__(self) -> str:
        down = f", {self.scroll} screens down" if self.scroll else ""
        return f"{self.page} ({self.look}{down})"


def _told(error: Exception, visit: _Visit) -> str:
    if isinstance(error, DataError):
        return str(error)
    return f"{visit.address}: {type(error).__name__}: {str(error)[:200]}"


def _check(looks: Sequence[Look], settle_s: float, scrolls: int) -> None:
    if not looks:
        raise ValueError("looks is empty; give at least one size, such as Look(1280, 800)")
    for look in looks:
        if not (64 <= look.width <= 4096 and 64 <= look.height <= 4096):
            raise ValueError(f"a size must be 64 to 4096 pixels a side; got {look}")
        if look.theme not in ("light", "dark"):
            raise ValueError(f"a theme is 'light' or 'dark'; got {look.theme!r}")
    if not 0.1 <= settle_s <= 600:
        raise ValueError(f"settle_s must be 0.1 to 600 seconds; got {settle_s}")
    if not 0 <= scrolls <= 100:
        raise ValueError(f"scrolls must be 0 to 100 screens; got {scrolls}")


def _pages(
    target: str | Path, globs: Sequence[str], allow_remote: bool
) -> tuple[list[tuple[str, str]], Path | None, str]:
    """Name and address of every page, the folder that serves them, and what they are filed under.

    The folder is None where they come from a server.
    """
    text = str(target)
    parts = urlsplit(text)
    if parts.scheme == "file":
        if parts.netloc not in ("", "localhost"):
            raise ValueError(f"{text} names a file of another machine; copy it here first")
        target = Path(unquote(parts.path))
    elif parts.scheme in ("http", "https"):
        if not allow_remote and not is_local(text):
            raise ValueError(
                f"{text} is not on this machine; allow_remote=True (--allow-remote) permits it"
            )
        return [(page_at(parts), text)], None, site_of(parts)
    elif len(parts.scheme) > 1:
        raise ValueError(f"cannot capture {text!r}: give http://, https://, file:// or a path")
    path = Path(target).resolve()
    if os.path.isfile(path):
        files, folder = [path], path.parent
    elif os.path.isdir(path):
        files, folder = (
            sorted({p for one in globs for p in path.glob(one) if os.path.isfile(p)}),
            path,
        )
    else:
        raise FileNotFoundError(f"no file or folder {target}")
    if not files:
        raise DataError(f"{target} holds no file that matches {', '.join(globs)}")
    pages = [(page_in(file, folder), _address(file, folder)) for file in files]
    return pages, folder, name_of(folder.name)


def _address(file: Path, folder: Path) -> str:
    """Where a file of the folder is served, whatever signs and bytes are in its name."""
    return f"http://{FOLDER_HOST}/{quote(os.fsencode(file.relative_to(folder).as_posix()))}"


def _screen(shot: Shot, visit: _Visit, summary: Summary) -> tuple[dict[str, Any], bytes] | None:
    """The record of a screen and the file of its picture; None, and why, where it is none."""
    picture = Image.open(io.BytesIO(shot.png)).convert("RGB")
    pixels = np.asarray(picture)
    elements = list(_elements(shot, pixels))
    summary.warnings += [f"{visit}: {warning}" for warning in shot.warnings]
    if not elements:
        summary.skipped.append(f"{visit}: no element that can be clicked shows on it")
        return None
    dark = bool(np.median(pixels.mean(axis=2)) < 110)
    if visit.look.theme == "dark" and not dark:
        summary.skipped.append(f"{visit}: looks the same in the dark")
        return None
    file = io.BytesIO()
    few_colours(picture).save(file, "WEBP", lossless=True, quality=100, method=4)
    record = {
        "image": picture_of(visit.page, visit.look, visit.scroll),
        "size": [picture.width, picture.height],
        "page": visit.page,
        "platform": "phone" if visit.look.phone else "web",
        "theme": "dark" if dark else "light",
        "title": shot.title,
        "elements": elements,
    }
    return record, file.getvalue()


def _elements(shot: Shot, pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> Iterator[dict[str, Any]]:
    height, width = pixels.shape[:2]
    for raw in shot.elements:
        x0, y0, x1, y1 = raw["box"]
        box = [
            max(round(x0, 1), 0),
            max(round(y0, 1), 0),
            min(round(x1, 1), width),
            min(round(y1, 1), height),
        ]
        inner = pixels[int(y0) : int(np.ceil(y1)), int(x0) : int(np.ceil(x1))].reshape(-1, 3)
        if not len(inner) or (inner == inner[0]).all():
            continue  # one colour all over: nothing that a person could see
        yield {
            "box": box,
            "role": raw["role"],
            "name": raw["name"],
            "text": raw["text"],
            "enabled": raw["enabled"],
            "icon": raw["icon"],
            "colour": _colour(inner, raw["ink"], raw["surface"]),
        }


def _colour(inner: np.ndarray[Any, np.dtype[np.uint8]], ink: list[int], surface: bool) -> list[int]:
    """The ground of an element that paints one, else its ink; where no pixel has that, what has."""
    common = Counter(map(tuple, inner[:: max(1, len(inner) // 4000)].tolist())).most_common()
    if surface:
        return list(common[0][0])
    near = np.abs(inner.astype(np.int16) - np.asarray(ink)).sum(axis=1).min()
    if near <= 60 or len(common) < 2:
        return ink
    return list(common[1][0])
