"""A Chromium driven from a thread with an event loop of its own, and replaced when it dies.

Three processes can die: Chromium, Playwright's driver between it and Python, and a page's renderer.
Only the last is told of by an event that can be relied on, so the browser is asked whether it is
there before a page is opened in it; and whatever is asked of a page has a time limit.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from vgym.data.capture.chromium import (
    INSTALL,
    BrowserError,
    check_installed,
    find_chromium,
    may_sandbox,
    surroundings,
)

Result = TypeVar("Result")
_START_S = 60.0
_ANSWER_S = 20.0  # a busy machine is slow to say that the browser is there
_CLOSE_S = 10.0
_LEAVE_S = 0.5


class PageLost(Exception):
    """The page crashed or gave no answer; the message says which."""


class Browser:
    """A running Chromium and the thread that speaks to it.

    Args:
        flags: its command line, less what Playwright adds itself.
        allow_remote: whether its pages may load from other machines; kept for who opens pages.

    Attributes:
        users: how many count on it, where it is shared.
    """

    def __init__(self, flags: Sequence[str], *, allow_remote: bool) -> None:
        self.allow_remote = allow_remote
        self.users = 0
        self._flags = list(flags)
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_unheard)
        self._thread = threading.Thread(target=self._serve, name="vgym-browser", daemon=True)
        self._thread.start()
        self._playwright: Any = None
        self._chromium: Any = None
        self._line: Any = None  # to the browser itself, whatever its pages do
        self._starting = asyncio.Lock()

    def run(self, work: Coroutine[Any, Any, Result], timeout_s: float) -> Result:
        """Do a piece of asynchronous work in the browser's thread and wait for it.

        Raises:
            BrowserError: it took longer than ``timeout_s`` seconds.
        """
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout_s)
        except concurrent.futures.TimeoutError as error:
            if future.done():
                raise
            future.cancel()
            raise BrowserError(f"the browser gave no answer for {timeout_s:.0f} s") from error

    async def chromium(self) -> Any:
        """Playwright's running browser; a new one where the last, or its driver, has died.

        Raises:
            BrowserError: it is not installed or does not start.
        """
        async with self._starting:
            if not await self.answers():
                await self._stop()
                await self._start()
            return self._chromium

    async def answers(self) -> bool:
        """Whether a browser is there: both Chromium and its driver, whose end nothing tells of."""
        if self._line is None or not self._chromium.is_connected():
            return False
        try:
            await asyncio.wait_for(self._line.send("Browser.getVersion"), _ANSWER_S)
        except Exception:  # of what kind depends on how it died and on Playwright's version
            return False
        return True

    def kill(self) -> None:
        """Let go of a browser that no longer answers; the next page starts a new one."""
        with contextlib.suppress(BrowserError):
            self.run(self._stop(), _CLOSE_S)
        self._chromium = self._playwright = self._line = None

    def close(self) -> None:
        """End the browser and its thread."""
        self.kill()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSE_S)

    async def _start(self) -> None:
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError as error:
            raise BrowserError(f"pages need the package playwright. {INSTALL}") from error
        path = find_chromium()
        try:
            self._playwright = await async_playwright().start()
            check_installed(path, self._playwright.chromium.executable_path)
            self._chromium = await self._playwright.chromium.launch(
                executable_path=path,
                headless=True,
                chromium_sandbox=may_sandbox(),
                args=self._flags,
                env=surroundings(),
                timeout=_START_S * 500,
                # Ctrl-C is for Python, which then closes the browser.
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
            self._line = await self._chromium.new_browser_cdp_session()
        except Error as error:
            await self._stop()
            why = str(error).strip().splitlines()
            raise BrowserError(
                f"{path or 'the Chromium of Playwright'} does not start: {why[0] if why else ''} "
                f"{INSTALL}"
            ) from error
        except BrowserError:
            await self._stop()
            raise

    async def _stop(self) -> None:
        chromium, playwright = self._chromium, self._playwright
        self._chromium = self._playwright = self._line = None
        for closing in (chromium and chromium.close, playwright and playwright.stop):
            if closing:  # what has crashed cannot say goodbye
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(closing(), _CLOSE_S / 2)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()


def _unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Playwright leaves a future of its own unheard when its driver dies; all else is told."""
    future = context.get("future")
    if future is None or isinstance(future, asyncio.Task):
        loop.default_exception_handler(context)


async def answer(
    work: Coroutine[Any, Any, Result], limit_s: float, crashed: asyncio.Future[None]
) -> Result:
    """The result of some work on a page, unless the page is lost first.

    Args:
        work: what is asked of it.
        limit_s: how long that may take, in seconds.
        crashed: done when the page's renderer has crashed or was closed.

    Raises:
        PageLost: no result in time, a crash, or the end of the browser or its driver.
    """
    from playwright.async_api import Error

    task = asyncio.ensure_future(work)
    waited: set[asyncio.Future[Any]] = {task, crashed}
    done, _ = await asyncio.wait(waited, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
    if task in done and not crashed.done():
        try:
            return task.result()
        except (Error, OSError) as error:  # OSError: the pipe to the driver
            raise PageLost(f"crashed: {str(error).splitlines()[0]:.200}") from error
    task.cancel()
    with contextlib.suppress(BaseException):
        await task
    if crashed.done():
        raise PageLost("crashed")
    raise PageLost(f"hung: no answer for {limit_s:g} s")


async def leave(*things: Any) -> None:
    """Close pages and contexts, whether or not they can still answer.

    One that hangs holds up its own closing, but nothing else for longer than a moment.
    """

    async def close() -> None:
        for thing in things:
            if thing is not None:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(thing.close(), _CLOSE_S / 2)

    await asyncio.wait({asyncio.ensure_future(close())}, timeout=_LEAVE_S)
