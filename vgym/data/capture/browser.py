"""The browser that captures: Chromium with pages locked in and held still."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from vgym.data.capture.chromium import (
    INSTALL,
    BrowserError,
    check_installed,
    find_chromium,
    flags,
    may_sandbox,
)
from vgym.data.capture.lock import Lock
from vgym.data.capture.look import Look
from vgym.data.errors import DataError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

_READER = ("controls.js", "names.js", "elements.js")
# Asked questions are answered with no, windows stay shut, and the last change is remembered.
_ON_START = """(() => {
  window.alert = () => undefined; window.confirm = () => false; window.prompt = () => null;
  window.print = () => undefined; window.open = () => null;
  window.__vgymChanged = performance.now();
  const watch = () => new MutationObserver(() => { window.__vgymChanged = performance.now(); })
    .observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  watch();
})()"""
_QUIET = """() => document.readyState === "complete" && document.fonts.status === "loaded"
  && Array.from(document.images).every((image) => image.complete || image.loading === "lazy")
  && performance.now() - window.__vgymChanged > 350"""
_FREEZE = """() => {
  const style = document.createElement("style");
  style.textContent = `*, *::before, *::after { animation-delay: 0s !important;
    animation-duration: 0s !important; animation-play-state: paused !important;
    transition: none !important; caret-color: transparent !important;
    scroll-behavior: auto !important; }`;
  for (const motion of document.getAnimations()) {
    try { motion.finish(); } catch { motion.cancel(); }
  }
  document.documentElement.append(style);
  if (document.activeElement && document.activeElement !== document.body) {
    document.activeElement.blur();
  }
  return true;
}"""


@dataclass(frozen=True)
class Shot:
    """What a page looked like: a PNG, its raw elements, its title, and what went wrong."""

    png: bytes
    elements: list[dict[str, Any]]
    title: str
    warnings: tuple[str, ...]


@contextlib.contextmanager
def browser(*, allow_remote: bool = False) -> Iterator[Browser]:
    """A headless Chromium, closed at the end.

    Args:
        allow_remote: whether it may reach other machines.

    Raises:
        ImportError: Playwright is missing; gives the install line.
        BrowserError: Chromium is missing, which gives the install line, or does not start.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise ImportError(
            "capture drives Chromium through Playwright: pip install 'vgym[web]'"
        ) from error
    program = find_chromium()
    with sync_playwright() as playwright:
        check_installed(program, playwright.chromium.executable_path)
        try:
            chromium = playwright.chromium.launch(
                executable_path=program,
                chromium_sandbox=may_sandbox(),
                args=flags(allow_remote),
                headless=True,
            )
        except Error as error:
            reason = error.message.splitlines()[0]
            raise BrowserError(f"{program} does not start: {reason}. {INSTALL}") from error
        try:
            yield chromium
        finally:
            chromium.close()


def shoot(
    chromium: Browser, address: str, look: Look, lock: Lock, settle_s: float, scroll: int = 0
) -> Shot:
    """Load a page, hold it still, read its elements and take its picture.

    Args:
        chromium: from `browser`.
        address: what to load.
        look: viewport and theme.
        lock: keeps this page at home.
        settle_s: seconds after which a page that still moves is taken as it is.
        scroll: how many screens down to scroll first.

    Returns:
        The shot; one without elements is a page with nothing to click.

    Raises:
        DataError: the page cannot be loaded, hangs, crashes or goes elsewhere; says which.
    """
    from playwright.sync_api import Error

    try:
        context = _context(chromium, look, lock)
    except Error as error:
        raise DataError(f"{address}: Chromium is gone: {error.message.splitlines()[0]}") from error
    try:
        return _shoot(context, address, lock, settle_s, scroll)
    finally:
        with contextlib.suppress(Exception):  # a hung page cannot be asked to close politely
            context.close()


def _context(chromium: Browser, look: Look, lock: Lock) -> BrowserContext:
    return chromium.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.theme == "dark" else "light",
        is_mobile=look.phone,
        has_touch=look.phone,
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="UTC",
        **lock.context(),
    )


def _shoot(context: BrowserContext, address: str, lock: Lock, settle_s: float, scroll: int) -> Shot:
    from playwright.sync_api import Error

    deadline = time.monotonic() + settle_s
    for _ in lock.put_on(context):
        pass
    context.add_init_script(_ON_START)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    context.on("page", lambda popup: popup.close())
    warnings: list[str] = []
    try:
        warnings += _arrive(page, address, lock, deadline, settle_s)
        # Whatever is asked of a page has a time limit: one whose script never yields would
        # otherwise never answer. `wait_for_function` is the question that has one.
        limit = 1000 * max(settle_s, 2.0)
        page.wait_for_function(_FREEZE, timeout=limit)
        if scroll:
            there = page.wait_for_function(
                "(n) => { const at = n * Math.round(0.9 * innerHeight); scrollTo(0, at);"
                " return Math.abs(scrollY - at) < 0.5 * innerHeight ? 'there' : 'end'; }",
                arg=scroll,
                timeout=limit,
            )
            if there.json_value() == "end":
                return Shot(b"", [], page.title(), ("the page ends above this scroll position",))
        first = _read(page, limit)
        png = page.screenshot(type="png", scale="css", timeout=limit)
        second = _read(page, limit)
    except Error as error:
        raise DataError(f"{address}: {_reason(page, address, error, settle_s)}") from error
    # What moved while the picture was taken is not where the picture shows it.
    still = [element for element in first["elements"] if element in second["elements"]]
    if len(still) < len(first["elements"]):
        warnings.append(f"{len(first['elements']) - len(still)} elements still move: left out")
    if lock.refused:
        warnings.append(f"{lock.refused} requests refused, such as {lock.example}")
    return Shot(png, still, first["title"], tuple(warnings))


def _arrive(page: Page, address: str, lock: Lock, deadline: float, settle_s: float) -> list[str]:
    from playwright.sync_api import Error, TimeoutError

    def left() -> float:
        return 1000 * max(deadline - time.monotonic(), 0.05)

    try:
        answer = page.goto(address, wait_until="commit", timeout=left())
    except TimeoutError:
        raise DataError(f"{address}: no answer within {settle_s:g} s") from None
    except Error as error:
        raise DataError(f"{address}: {error.message.splitlines()[0]}") from None
    lock.gate.arrived()
    if answer is not None and answer.status >= 400:
        raise DataError(f"{address}: the server answers {answer.status} {answer.status_text}")
    restless = [f"never settled: taken as it was after {settle_s:g} s"]
    try:
        page.wait_for_load_state("networkidle", timeout=left())
        page.wait_for_function(_QUIET, timeout=left(), polling=100)
        # Charts are drawn by script, frame by frame: quiet is when two pictures are the same.
        before = b""
        while (now := page.screenshot(animations="disabled", timeout=left())) != before:
            if time.monotonic() > deadline:
                return restless
            before = now
            page.wait_for_timeout(250)
    except TimeoutError:
        return restless
    return []


@functools.cache
def _reader() -> str:
    folder = resources.files("vgym.data.capture")
    parts = [folder.joinpath(name).read_text(encoding="utf-8") for name in _READER]
    return "\n".join(["(options) => {", *parts, "return readPage(); }"])


def _read(page: Page, limit: float) -> dict[str, Any]:
    options = {"minSide": 8, "nameLimit": 200, "nameLength": 60, "limit": 3000}
    handle = page.wait_for_function(_reader(), arg=options, timeout=limit)
    found: dict[str, Any] = handle.json_value()
    return found


def _reason(page: Page, address: str, error: Exception, settle_s: float) -> str:
    from playwright.sync_api import TimeoutError

    if page.url.split("#")[0] != address.split("#")[0]:
        return f"the page went away to {page.url[:200]}"
    if isinstance(error, TimeoutError):
        return f"the page does not answer within {settle_s:g} s (a script that never ends?)"
    if "crash" in str(error).lower() or "closed" in str(error).lower():
        return "the page crashed"
    return str(error).splitlines()[0]
