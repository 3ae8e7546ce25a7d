"""One Chromium for the process, driven from a thread with an event loop of its own.

Environments of one process share it and count themselves in and out; the last one out closes it.
Pages are kept apart all the same: each lives in a context, and so in a renderer process, of its
own, so that one which hangs or crashes takes no other with it.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextlib
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from vgym.data.capture.chromium import (
    INSTALL,
    BrowserError,
    check_installed,
    find_chromium,
    flags,
    may_sandbox,
)

Result = TypeVar("Result")
_START_S = 60.0
_CLOSE_S = 10.0


class Browser:
    """A running Chromium and the thread that speaks to it; made by :func:`acquire`."""

    def __init__(self, allow_remote: bool) -> None:
        self.allow_remote = allow_remote
        self.users = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="vgym-browser", daemon=True)
        self._thread.start()
        self._playwright: Any = None
        self._chromium: Any = None
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
        """Playwright's running browser; a new one where the last has crashed.

        Raises:
            BrowserError: it is not installed or does not start.
        """
        async with self._starting:
            if self._chromium is None or not self._chromium.is_connected():
                await self._stop()
                await self._start()
            return self._chromium

    def kill(self) -> None:
        """Let go of a browser that no longer answers; the next page starts a new one."""
        with contextlib.suppress(BrowserError):
            self.run(self._stop(), _CLOSE_S)
        self._chromium = self._playwright = None

    def close(self) -> None:
        """End the browser and its thread."""
        self.kill()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSE_S)

    async def _start(self) -> None:
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError as error:
            raise BrowserError(f"VGuiWeb needs the package playwright. {INSTALL}") from error
        path = find_chromium()
        try:
            self._playwright = await async_playwright().start()
            check_installed(path, self._playwright.chromium.executable_path)
            self._chromium = await self._playwright.chromium.launch(
                executable_path=path,
                headless=True,
                chromium_sandbox=may_sandbox(),
                args=flags(self.allow_remote),
                timeout=_START_S * 500,
                # Ctrl-C is for Python; the environment then closes the browser.
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
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
        self._chromium = self._playwright = None
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


_browsers: dict[tuple[int, bool], Browser] = {}
_registry = threading.Lock()


def acquire(allow_remote: bool) -> Browser:
    """The process's browser, started at the first page; give it back with :func:`release`.

    Args:
        allow_remote: whether its pages may load from other machines.
    """
    with _registry:
        # A forked child has the browser's object without its thread, and starts one of its own.
        key = (os.getpid(), allow_remote)
        if key not in _browsers:
            _browsers[key] = Browser(allow_remote)
        _browsers[key].users += 1
        return _browsers[key]


def release(browser: Browser) -> None:
    """Count one user out; the last one closes it."""
    with _registry:
        browser.users -= 1
        if browser.users > 0:
            return
        for key in [key for key, known in _browsers.items() if known is browser]:
            del _browsers[key]
    browser.close()


@atexit.register
def _close_all() -> None:
    """No browser outlives the program, whether or not its environments were closed."""
    for (process, _), browser in list(_browsers.items()):
        if process == os.getpid():
            browser.close()
    _browsers.clear()
