"""Capture pages as screens with labelled elements: pictures and one line of JSON a screen.

What comes out is what ``VGui-v0`` reads: ``screens.jsonl`` and a lossless WebP a screen.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from PIL import Image

from vgym.data.capture.browser import Look, Shot, browser, shoot
from vgym.data.capture.gate import FOLDER_HOST, Gate, is_local
from vgym.data.capture.palette import few_colours
from vgym.data.errors import DataError


@dataclass
class Summary:
    """What a capture wrote, and what it could not take.

    Attributes:
        screens: the records written, as in ``screens.jsonl``.
        skipped: a sentence a page that gave no screen.
        warnings: a sentence a screen that is not as it should be.
    """

    screens: list[dict[str, Any]] = field(default_factory=list)
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

    Args:
        target: an address, an HTML file, or a folder of them.
        out: the folder written to; screens already there stay, those of the same name change.
        looks: the viewports and themes each page is shown in.
        name: what the pages are filed under; "" for the folder's or the host's name.
        pages: which files of a folder, as globs.
        scrolls: how many further screens down each page are taken, where it is that long.
        allow_remote: whether other machines may be reached.
        settle_s: seconds after which a page that still moves is taken as it is.
        done: called with (screens done, screens in all) after each.

    Returns:
        What was written. A page that hangs, crashes or has no elements is in ``skipped``.

    Raises:
        ValueError: `target` is remote, or a size, a time or `scrolls` is out of range.
        FileNotFoundError: no such file or folder, or no Chromium.
        OSError: Chromium does not start.
        DataError: nothing could be captured; gives the first reason.
    """
    _check(looks, settle_s, scrolls)
    addresses, root, filed = _addresses(target, pages, allow_remote)
    summary = Summary()
    out = Path(out)
    jobs = [(a, s, n) for a in addresses for s in looks for n in range(scrolls + 1)]
    ended: set[tuple[str, Look]] = set()
    with browser(allow_remote=allow_remote) as chromium:
        for i, (address, look, scroll) in enumerate(jobs):
            if (address, look) not in ended:
                page = f"{name or filed}/{_page_name(address)}"
                try:
                    gate = Gate(root, allow_remote=allow_remote)
                    shot = shoot(chromium, address, look, gate, settle_s, scroll)
                    if not shot.png:
                        ended.add((address, look))
                    else:
                        _keep(shot, page, look, scroll, out, summary)
                except DataError as error:
                    ended.add((address, look))
                    summary.skipped.append(f"{error} ({look})")
            done(i + 1, len(jobs))
    if not summary.screens:
        reason = summary.skipped[0] if summary.skipped else "no page"
        raise DataError(f"nothing captured from {target}: {reason}")
    _write_index(out, summary.screens)
    return summary


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


def _addresses(
    target: str | Path, pages: Sequence[str], allow_remote: bool
) -> tuple[list[str], Path | None, str]:
    """The addresses to load, the folder that serves them if any, and the name to file under."""
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
        return [text], None, _plain(parts.hostname or "page")
    elif len(parts.scheme) > 1:
        raise ValueError(f"cannot capture {text!r}: give http://, https://, file:// or a path")
    path = Path(target).resolve()
    if path.is_file():
        return [f"http://{FOLDER_HOST}/{path.name}"], path.parent, _plain(path.parent.name)
    if not path.is_dir():
        raise FileNotFoundError(f"no file or folder {target}")
    files = sorted({p for one in pages for p in path.glob(one) if p.is_file()})
    if not files:
        raise DataError(f"{target} holds no file that matches {', '.join(pages)}")
    there = [f"http://{FOLDER_HOST}/{file.relative_to(path).as_posix()}" for file in files]
    return there, path, _plain(path.name)


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")[:80] or "page"


def _page_name(address: str) -> str:
    path = unquote(urlsplit(address).path)
    return _plain(re.sub(r"\.html?$", "", path.strip("/")) or "index")


def _keep(shot: Shot, page: str, look: Look, scroll: int, out: Path, summary: Summary) -> None:
    picture = Image.open(io.BytesIO(shot.png)).convert("RGB")
    pixels = np.asarray(picture)
    elements = list(_elements(shot, pixels))
    where = f"{page} ({look}{f', {scroll} screens down' if scroll else ''})"
    summary.warnings += [f"{where}: {warning}" for warning in shot.warnings]
    if not elements:
        summary.skipped.append(f"{where}: no element that can be clicked shows on it")
        return
    dark = bool(np.median(pixels.mean(axis=2)) < 110)
    if look.theme == "dark" and not dark:
        summary.skipped.append(f"{where}: looks the same in the dark")
        return
    down = f"-down{scroll}" if scroll else ""
    image = f"{page}-{look}{down}.webp"
    path = out / image
    path.parent.mkdir(parents=True, exist_ok=True)
    few_colours(picture).save(path, lossless=True, quality=100, method=4)
    summary.screens.append(
        {
            "image": image,
            "size": [picture.width, picture.height],
            "page": page,
            "platform": "phone" if look.phone else "web",
            "theme": "dark" if dark else "light",
            "title": shot.title,
            "elements": elements,
        }
    )


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


def _write_index(out: Path, screens: list[dict[str, Any]]) -> None:
    path = out / "screens.jsonl"
    known: dict[str, dict[str, Any]] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            known[record["image"]] = record
    known.update((record["image"], record) for record in screens)
    lines = (
        json.dumps(known[image], ensure_ascii=False, separators=(",", ":"))
        for image in sorted(known)
    )
    partial = path.with_suffix(".part")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.replace(partial, path)
