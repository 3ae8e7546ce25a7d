"""Which pages can be played: our own, those of the package miniwob, and a user's."""

from __future__ import annotations

import importlib.util
import operator
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vgym.asset_files import asset
from vgym.core.config import choice
from vgym.data.capture.chromium import INSTALL, BrowserError
from vgym.data.capture.gate import Home, is_local
from vgym.data.files import source_path
from vgym.envs.gui.web.miniwob import MINIWOB, RELOADED

FLOWS = ("contact", "settings", "shop", "mail")
FLOW_HW = (400, 640)
MINIWOB_HW = (210, 160)
GROUPS = ("flows", "all")
_HTML = (".html", ".htm")
_LINKED = re.compile(r"""<link[^>]*href=["']([^"']+\.css)["']""")
_IMAGES = re.compile(r"""url\(\s*["']?([^"')]+?)["']?\s*\)""")
_MINIWOB_SCRIPTS = tuple(f"flow_pages/miniwob_{part}.js" for part in ("marks", "page", "plans"))


@dataclass(frozen=True)
class WebTask:
    """One page that can be played.

    Attributes:
        name: as asked for. url: where it is. size_hw: of its picture, in pixels.
        home: all that it may reach, unless its browser may reach other machines.
        scripts: assets evaluated in it once it is loaded.
        images: addresses that its style sheets show later, fetched before it starts.
        reload: whether it must be loaded anew for every episode, as it forgets nothing itself.
    """

    name: str
    url: str
    size_hw: tuple[int, int]
    home: Home
    scripts: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    reload: bool = False


def find_tasks(
    names: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    image_size: int | tuple[int, int] | None,
    allow_remote: bool,
) -> tuple[WebTask, ...]:
    """The tasks of these names.

    Args:
        names: of our own pages or of MiniWoB++ tasks; or "flows" for all of our own, or "all" for
            all 125 of MiniWoB++; or the address of a page (``http://localhost...``, ``file:///...``)
            or its path (``page.html``, or any `pathlib.Path`).
        image_size: a side, or height and width, for pages given by their address; None for 400 by
            640.
        allow_remote: whether an address may be that of another machine.

    Raises:
        ValueError: a wrong size, an unknown name, an address of another machine, no task at all,
            or tasks whose pictures differ in size.
        BrowserError: the package miniwob is not installed.
    """
    size_hw = _checked_size(image_size)
    asked = [_named(each) for each in ([names] if isinstance(names, str | os.PathLike) else names)]
    if not asked:
        raise ValueError('task=[] names no task; "flows" are our own pages')
    found: list[WebTask] = []
    for name in asked:
        if name == "flows":
            found.extend(map(_flow, FLOWS))
        elif name == "all":
            found.extend(map(_miniwob, MINIWOB))
        elif name in FLOWS:
            found.append(_flow(name))
        elif name in MINIWOB:
            found.append(_miniwob(name))
        elif isinstance(name, str) and "://" in name:
            if not allow_remote and not is_local(name):
                raise ValueError(
                    f"task={name!r} is an address on another machine; pages come from files and "
                    "from localhost, unless allow_remote=True"
                )
            found.append(WebTask(name, name, size_hw or FLOW_HW, Home.of(name)))
        else:
            choice("task", name, (*GROUPS, *FLOWS, *MINIWOB))
    if size_hw is not None and any("://" not in task.name for task in found):
        raise ValueError(
            f"image_size={image_size} is for pages given by their address: our own are {FLOW_HW}, "
            f"those of MiniWoB++ {MINIWOB_HW} (height, width); gymnasium.wrappers."
            "TransformObservation can shrink what is seen of them"
        )
    sizes = {task.size_hw for task in found}
    if len(sizes) > 1:
        raise ValueError(
            f"task={names!r:.200} mixes pages of several sizes {sorted(sizes)} (height, width); "
            "take our own pages and those of MiniWoB++ in turns"
        )
    return tuple(dict.fromkeys(found))


def _named(name: str | os.PathLike[str]) -> str:
    """The name of a task, or the address of a page that is given by its path."""
    html = isinstance(name, str) and "://" not in name and name.lower().endswith(_HTML)
    if isinstance(name, os.PathLike) or html:
        return source_path(name).resolve().as_uri()
    return name


def _flow(name: str) -> WebTask:
    url = Path(str(asset(f"flow_pages/{name}.html"))).as_uri()
    return WebTask(name, url, FLOW_HW, Home.of(url))


def _miniwob(name: str) -> WebTask:
    file = _miniwob_pages() / f"{name}.html"
    if not file.is_file():
        raise BrowserError(f"the installed package miniwob lacks {name}.html; install miniwob>=1.0")
    images = styled_images(file)
    home = Home.of(file.as_uri(), _miniwob_pages().parent)  # its scripts are beside its folder
    return WebTask(
        name, file.as_uri(), MINIWOB_HW, home, _MINIWOB_SCRIPTS, images, name in RELOADED
    )


def styled_images(page: Path) -> tuple[str, ...]:
    """The addresses of the images that a page's style sheets name, its own and those it links.

    The page cannot tell: a file may not read another.
    """
    html = page.read_text("utf-8", "replace")
    sheets = [(page, html)]
    for link in _LINKED.findall(html):
        sheet = page.parent / link
        if sheet.is_file():
            sheets.append((sheet, sheet.read_text("utf-8", "replace")))
    files = [file.parent / name for file, text in sheets for name in _IMAGES.findall(text)]
    return tuple(sorted({file.resolve().as_uri() for file in files if file.is_file()}))


def _miniwob_pages() -> Path:
    """The folder of the package's pages, without importing it: it would import Selenium."""
    spec = importlib.util.find_spec("miniwob")
    if spec is None or not spec.submodule_search_locations:
        raise BrowserError(f"tasks of MiniWoB++ need the package miniwob. {INSTALL}")
    return Path(spec.submodule_search_locations[0]) / "html" / "miniwob"


def _checked_size(image_size: int | tuple[int, int] | None) -> tuple[int, int] | None:
    if image_size is None:
        return None
    pair = (image_size, image_size) if isinstance(image_size, int) else image_size
    try:
        height, width = (operator.index(side) for side in pair)
    except (TypeError, ValueError) as wrong:
        raise ValueError(
            f"image_size={image_size!r} must be a whole number or (height, width)"
        ) from wrong
    if not (16 <= height <= 4096 and 16 <= width <= 4096):
        raise ValueError(f"image_size={image_size!r} must be of 16 to 4096 pixels a side")
    return height, width
