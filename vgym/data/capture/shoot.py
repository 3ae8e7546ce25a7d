"""Pages locked in, held still, read and photographed, each within a time of its own.

What is asked of a page is asked in an isolated world: a JavaScript context that sees the same
document, but none of the page's own variables, so that nothing a page redefines is met there.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from importlib import resources
from typing import Any

from vgym.data.capture.driver import Browser, PageLost, answer, leave
from vgym.data.capture.lock import Lock
from vgym.data.capture.look import Look
from vgym.data.errors import DataError

_READER = ("bare.js", "controls.js", "names.js", "elements.js")
# As many elements as VGui-v0 takes of a screen; names as people say them.
_OPTIONS = {"minSide": 8, "nameLimit": 200, "nameLength": 60, "limit": 2000}
_WORLD = "vgym"
_OPEN_S = 30.0  # for a page of nothing: a busy machine is no fault of a page
_LEAST_S = 5.0  # to read a page and take its picture, however short the time to settle
_ATTEMPTS = 3  # a page that loads itself anew is asked again
# Asked questions are answered with no, and windows stay shut.
_ON_START = """(() => {
  window.alert = () => undefined; window.confirm = () => false; window.prompt = () => null;
  window.print = () => undefined; window.open = () => null;
})()"""
_WATCH = """globalThis.changed = performance.now();
new MutationObserver(() => { globalThis.changed = performance.now(); }).observe(document,
  { subtree: true, childList: true, attributes: true, characterData: true });"""
_QUIET = """doc.readyState === "complete" && doc.fonts.status === "loaded"
  && Array.from(doc.images).every((image) => image.complete || image.loading === "lazy")
  && performance.now() - (globalThis.changed ?? 0) > 350"""
_FREEZE = """(() => {
  const style = doc.createElement("style");
  style.textContent = `*, *::before, *::after { animation-delay: 0s !important;
    animation-duration: 0s !important; animation-play-state: paused !important;
    transition: none !important; caret-color: transparent !important;
    scroll-behavior: auto !important; }`;
  for (const motion of doc.getAnimations()) {
    try { motion.finish(); } catch { motion.cancel(); }
  }
  doc.documentElement.append(style);
  if (doc.activeElement && doc.activeElement !== doc.body) doc.activeElement.blur?.();
})()"""
_SCROLL = """(() => {
  const at = %d * Math.round(0.9 * innerHeight);
  scrollTo(0, at);
  return Math.abs(scrollY - at) < 0.5 * innerHeight;
})()"""


class BrowserDied(DataError):
    """The browser died while it showed a page."""


@dataclass(frozen=True)
class Shot:
    """What a page looked like: a PNG, its raw elements, its title, and what went wrong.

    The PNG is empty where the page ends above the position that was asked for.
    """

    png: bytes
    elements: list[dict[str, Any]]
    title: str
    warnings: tuple[str, ...]


def time_of(settle_s: float) -> float:
    """How long a page may take in all: to settle, and as long again, or 5 s, to be taken."""
    return settle_s + max(settle_s, _LEAST_S)


async def shoot(
    browser: Browser, address: str, look: Look, lock: Lock, settle_s: float, scroll: int = 0
) -> Shot:
    """Load a page, hold it still, read its elements and take its picture.

    Args:
        browser: where it is shown.
        address: what to load.
        look: viewport and theme.
        lock: keeps this page at home.
        settle_s: seconds after which a page that still moves is taken as it is.
        scroll: how many screens down to scroll first.

    Returns:
        The shot; one without elements is a page with nothing to click.

    Raises:
        DataError: the page cannot be loaded or read, hangs, crashes or goes elsewhere; says which.
        BrowserDied: the browser itself died with it; it can be tried again in another.
        BrowserError: there is no browser any more, and none starts.
    """
    from playwright.async_api import Error

    chromium = await browser.chromium()
    crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    context: Any = None
    page: Any = None
    try:
        async with asyncio.timeout(_OPEN_S):
            context = await chromium.new_context(
                viewport={"width": look.width, "height": look.height},
                color_scheme="dark" if look.theme == "dark" else "light",
                is_mobile=look.phone,
                has_touch=look.phone,
                reduced_motion="reduce",
                locale="en-US",
                timezone_id="UTC",
                **lock.context(),
            )
            await lock.put_on(context)
            await context.add_init_script(_ON_START)
            page = await context.new_page()
            asked = await _Asked.of(page)
        page.on("crash", lambda _: _settle(crashed))
        page.on("close", lambda _: _settle(crashed))
        page.on("dialog", lambda dialog: _quietly(dialog.dismiss()))
        context.on("page", lambda popup: _quietly(popup.close()))
        work = _shoot(page, asked, address, lock, settle_s, scroll)
        return await answer(work, time_of(settle_s), crashed)
    except (PageLost, Error, OSError) as error:  # TimeoutError is an OSError
        if not await browser.answers():
            raise BrowserDied(f"{address}: the browser died") from error
        raise DataError(f"{address}: {_reason(page, address, error, settle_s)}") from error
    finally:
        await leave(context)


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def _quietly(work: Awaitable[Any]) -> None:
    with contextlib.suppress(Exception):
        await work


class _Asked:
    """A page's isolated world, and what is asked of the page there."""

    def __init__(self, session: Any) -> None:
        self._session = session

    @classmethod
    async def of(cls, page: Any) -> _Asked:
        session = await page.context.new_cdp_session(page)
        await session.send("Page.enable")
        await session.send(
            "Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH, "worldName": _WORLD}
        )
        return cls(session)

    async def ask(self, question: str) -> Any:
        """The value of an expression, where ``doc`` is the document.

        Raises:
            DataError: it raises.
        """
        from playwright.async_api import Error

        for attempt in range(_ATTEMPTS):
            try:
                said = await self._evaluate(
                    f"(() => {{ {_part('bare.js')}; return {question}; }})()"
                )
                break
            except Error:  # the page loads anew, so that its old world is gone
                if attempt == _ATTEMPTS - 1:
                    raise
                await asyncio.sleep(0.1)
        if "exceptionDetails" in said:
            thrown = said["exceptionDetails"].get("exception", {}).get("description", "")
            raise DataError(f"it cannot be read: {thrown.partition(chr(10))[0][:200]}")
        return said["result"].get("value")

    async def read(self) -> dict[str, Any]:
        """Title and elements, as elements.js tells them."""
        parts = "\n".join(map(_part, _READER[1:]))
        options = json.dumps(_OPTIONS)
        found: dict[str, Any] = await self.ask(
            f"((options) => {{\n{parts}\nreturn readPage(); }})({options})"
        )
        return found

    async def _evaluate(self, expression: str) -> dict[str, Any]:
        send = self._session.send
        frame = (await send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        world = await send("Page.createIsolatedWorld", {"frameId": frame, "worldName": _WORLD})
        answered: dict[str, Any] = await send(
            "Runtime.evaluate",
            {
                "expression": expression,
                "contextId": world["executionContextId"],
                "returnByValue": True,
            },
        )
        return answered


@functools.cache
def _part(name: str) -> str:
    return resources.files("vgym.data.capture").joinpath(name).read_text(encoding="utf-8")


async def _shoot(
    page: Any, asked: _Asked, address: str, lock: Lock, settle_s: float, scroll: int
) -> Shot:
    warnings = await _arrive(page, asked, address, lock, settle_s)
    try:
        await asked.ask(_FREEZE)
        if scroll and not await asked.ask(_SCROLL % scroll):
            return Shot(b"", [], "", ("the page ends above this scroll position",))
        first = await asked.read()
        png = await page.screenshot(type="png", scale="css", timeout=0)
        second = await asked.read()
    except DataError as error:
        raise DataError(f"{address}: {error}") from error
    # What moved while the picture was taken is not where the picture shows it.
    there = {json.dumps(element) for element in second["elements"]}
    still = [element for element in first["elements"] if json.dumps(element) in there]
    if len(still) < len(first["elements"]):
        warnings.append(f"{len(first['elements']) - len(still)} elements still move: left out")
    if lock.gate.oversize:
        warnings.append(lock.gate.oversize)
    if lock.refused:
        warnings.append(f"{lock.refused} requests refused, such as {lock.example}")
    return Shot(png, still, first["title"], tuple(warnings))


async def _arrive(page: Any, asked: _Asked, address: str, lock: Lock, settle_s: float) -> list[str]:
    """Load a page and wait until it is still, or the time to settle is over; what is to be told."""
    from playwright.async_api import Error
    from playwright.async_api import TimeoutError as Late

    deadline = time.monotonic() + settle_s

    def left_s() -> float:
        return max(deadline - time.monotonic(), 0.05)

    try:
        answered = await page.goto(address, wait_until="commit", timeout=1000 * left_s())
    except Late:
        raise DataError(f"{address}: no answer within {settle_s:g} s") from None
    except Error as error:
        raise DataError(f"{address}: {error.message.splitlines()[0]}") from None
    lock.gate.arrived()
    if answered is not None and answered.status >= 400:
        said = f"the server answers {answered.status} {answered.status_text}"
        raise DataError(f"{address}: {lock.gate.oversize or said}")
    try:
        async with asyncio.timeout(left_s()):
            await page.wait_for_load_state("networkidle", timeout=0)
            while not await asked.ask(_QUIET):
                await asyncio.sleep(0.1)
            # Charts are drawn by script, frame by frame: quiet is when two pictures are the same.
            before = b""
            while (now := await page.screenshot(animations="disabled", timeout=0)) != before:
                before = now
                await asyncio.sleep(0.25)
    except (TimeoutError, DataError):
        return [f"never settled: taken as it was after {settle_s:g} s"]
    return []


def _reason(page: Any, address: str, error: Exception, settle_s: float) -> str:
    if page is None:
        return f"no page opens: {str(error) or 'no answer'}"
    if page.url.split("#")[0] != address.split("#")[0]:
        return f"the page went away to {page.url[:200]}"
    if isinstance(error, PageLost) and str(error).startswith("hung"):
        return (
            f"the page does not answer within {settle_s:g} s (a script that never ends, or more "
            "than can be shown in that time?)"
        )
    if "crash" in str(error).lower() or "closed" in str(error).lower():
        return "the page crashed"
    return str(error).splitlines()[0]
