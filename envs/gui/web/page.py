"""One page of the browser: played by pixels, and never waited for longer than agreed.

Whatever a page does, it is one of three things to its environment: an answer, a page that has been
left (it went to another address, or loaded itself anew), or a page that is lost (crashed, or
without an answer in time). Dialogs are dismissed, downloads cancelled, windows that it opens
closed, and all of that counted.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vgym.asset_files import text_asset
from vgym.data.box_checks import finite_number
from vgym.data.capture.chromium import BrowserError
from vgym.data.capture.driver import Browser, PageLost, answer, leave
from vgym.data.capture.gate import Home
from vgym.data.capture.lock import Lock
from vgym.envs.gui.web.actions import KEYS, Action, typeable
from vgym.envs.gui.web.closeness import MAX_TEXT, PlanStep
from vgym.envs.gui.web.tasks import WebTask

INSTRUCTION_MAX = 1000
_MAX_PLAN = 1000
_QUOTED = re.compile(r'"([^"\n]*)"|“([^”\n]*)”')  # of at most INSTRUCTION_MAX letters
_KEYSTROKES = 64  # longer texts are put in at once, as by pasting
_STEP_MS = 500  # how much of a page's time an action takes
_READS = 4  # a page that is going elsewhere is read again
_IN_FLIGHT = re.compile(r"navigat|context|capture screenshot|detached", re.I)
_NOTES = ("dialogs", "downloads", "popups")


@dataclass(frozen=True)
class Reading:
    """What a page shows and says at one moment.

    Attributes:
        image: (H, W, 3) uint8. instruction: in words. texts: what the instruction quotes.
        done, reward, success: the page's own verdict; the reward as the page gives it.
        plan: what is still to be done, in order; empty where the page does not tell.
        left: whether the page went elsewhere, or loaded itself anew.
    """

    image: NDArray[np.uint8]
    instruction: str = ""
    texts: tuple[str, ...] = ()
    done: bool = False
    reward: float = 0.0
    success: bool = False
    plan: tuple[PlanStep, ...] = ()
    left: bool = False


@dataclass
class WebPage:
    """A page of its own in the browser, opened at its first episode.

    Args:
        browser: the shared one. size_hw: of the picture, in pixels.
        timeout_s: how long it may take over one action, or over one load.
    """

    browser: Browser
    size_hw: tuple[int, int]
    timeout_s: float
    _notes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_NOTES, 0))
    _lock: Lock | None = None
    _context: Any = None
    _page: Any = None
    _session: Any = None
    _crashed: asyncio.Future[None] | None = None
    _task: WebTask | None = None
    _token: int = 0

    async def begin(self, task: WebTask, seed: str, split: str, *, patience: int = 1) -> Reading:
        """Start an episode of a task, within so many times ``timeout_s``.

        Raises:
            PageLost: it crashed or hung. BrowserError: no browser, or no page of vgym.
        """
        if self._lock is not None and self._lock.home != task.home:
            await self.discard()
        if self._page is None:
            await self._open(task.home)
        self._notes = dict.fromkeys(_NOTES, 0)
        assert self._lock is not None
        self._lock.forget()
        limit_s = patience * self.timeout_s
        assert self._crashed is not None
        work = self._begin(task, seed, split, limit_s)
        return await answer(work, limit_s, self._crashed)

    async def play(self, action: Action) -> Reading:
        """Do an action; what points outside the picture touches nothing.

        Raises:
            PageLost: it crashed or hung.
        """
        if self._crashed is None:
            raise PageLost("the page was closed")
        return await answer(self._play(action), self.timeout_s, self._crashed)

    async def discard(self) -> None:
        """Close it, in whatever state it is; the next episode opens another."""
        context, page = self._context, self._page
        self._context = self._page = self._session = self._crashed = self._task = None
        await leave(page, context)
        if self._lock is not None:
            self._lock.close()

    @property
    def notes(self) -> dict[str, int]:
        """Dialogs, downloads, windows and requests refused since the episode's start."""
        return {**self._notes, "blocked": 0 if self._lock is None else self._lock.refused}

    # -- parts ------------------------------------------------------------------------------

    async def _open(self, home: Home) -> None:
        chromium = await self.browser.chromium()
        from playwright.async_api import Error

        height, width = self.size_hw
        self._lock = lock = Lock(home, allow_remote=self.browser.allow_remote, stay=False)
        try:
            self._context = await chromium.new_context(
                viewport={"width": width, "height": height},
                locale="en-GB",
                timezone_id="UTC",
                **lock.context(),
            )
            await lock.put_on(self._context)
            await self._context.add_init_script(text_asset("flow_pages/steady.js"))
            self._page = await self._context.new_page()
            self._session = await self._context.new_cdp_session(self._page)
        except (Error, OSError) as error:
            await self.discard()
            raise PageLost(f"crashed: {str(error).splitlines()[0]:.200}") from error
        self._crashed = crashed = asyncio.get_running_loop().create_future()

        def lost(_: Any) -> None:
            if not crashed.done():
                crashed.set_result(None)

        self._page.on("crash", lost)
        self._page.on("close", lost)
        self._page.on("dialog", self._dismiss)
        self._page.on("download", self._cancel)
        self._context.on("page", self._close_popup)

    async def _begin(self, task: WebTask, seed: str, split: str, limit_s: float) -> Reading:
        self._token += 1
        await self._mouse(("Moved", -1, -1, 0))  # nothing of the last episode stays under it
        if self._task is not task or task.reload:
            self._task = None
            await self._page.goto(task.url, wait_until="load", timeout=limit_s * 1000)
            # A scroll to the left of its edge goes back in history, and would leave the page.
            await self._session.send("Page.resetNavigationHistory")
            if task.images:
                await self._evaluate(f"vgymFetch({json.dumps(task.images)})")
            for script in task.scripts:
                await self._evaluate(text_asset(script))
        start = f"vgym.start({json.dumps(seed)}, {json.dumps(split)})"
        begin = f"window.vgym ? ({start}, window.vgymEpisode={self._token}) : 0"
        if await self._evaluate(begin) != self._token:
            # A file of the page may have failed to load on a busy machine: worth another visit.
            raise PageLost(
                "it defines no window.vgym, or its start fails; see the docs of VGuiWeb for what "
                "a page must say"
            )
        self._task = task
        return await self._read()

    async def _play(self, action: Action) -> Reading:
        from playwright.async_api import Error

        for attempt in range(_READS):
            try:
                if attempt == 0 and action.inside(self.size_hw):
                    await self._act(action)
                return await self._read(_STEP_MS)
            except Error as error:
                if not _IN_FLIGHT.search(str(error)):
                    raise
        raise PageLost("left for another page again and again")

    async def _act(self, action: Action) -> None:
        x, y = action.x, action.y
        if action.kind == "click":
            await self._mouse(("Moved", x, y, 0), ("Pressed", x, y, 1), ("Released", x, y, 1))
        elif action.kind == "double_click":
            down, up = ("Pressed", x, y), ("Released", x, y)
            await self._mouse(("Moved", x, y, 0), (*down, 1), (*up, 1), (*down, 2), (*up, 2))
        elif action.kind == "drag":
            x2, y2 = action.x2, action.y2
            between = [(x + (x2 - x) * part / 4, y + (y2 - y) * part / 4) for part in (1, 2, 3, 4)]
            # Each move is waited for: the browser would otherwise merge them into one.
            await self._mouse(("Moved", x, y, 0), ("Pressed", x, y, 1))
            for a, b in between:
                await self._mouse(("Moved", a, b, 1))
            await self._mouse(("Released", x2, y2, 1))
        elif action.kind == "scroll":
            await self._session.send(
                "Input.dispatchMouseEvent",
                {"type": "mouseWheel", "x": x, "y": y, "deltaX": action.x2, "deltaY": action.y2},
            )
        elif action.kind == "key":
            await self._page.keyboard.press(action.text)
        elif action.kind == "type":
            text = typeable(action.text)
            if len(text) > _KEYSTROKES:
                await self._page.keyboard.insert_text(text)
            elif text:
                await self._page.keyboard.type(text)

    async def _mouse(self, *events: tuple[str, float, float, int]) -> None:
        """Mouse events one behind the other, without waiting for each to be answered."""
        sent = []
        for name, x, y, pressed in events:
            event: dict[str, Any] = {"type": f"mouse{name}", "x": x, "y": y}
            if pressed:
                event |= {"button": "left", "buttons": 1, "clickCount": pressed}
            sent.append(self._session.send("Input.dispatchMouseEvent", event))
        await asyncio.gather(*sent)

    async def _read(self, passing_ms: int = 0) -> Reading:
        said = await self._evaluate(
            f"window.vgymEpisode==={self._token} ? "
            f"(vgymPass({passing_ms}), vgymShown().then(() => vgym.read())) : null"
        )
        shown = await self._session.send(
            "Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True}
        )
        with Image.open(io.BytesIO(base64.b64decode(shown["data"]))) as picture:
            image = np.asarray(picture.convert("RGB"))
        if image.shape[:2] != self.size_hw:
            raise BrowserError(f"a picture of {image.shape[:2]}, expected {self.size_hw}")
        if not isinstance(said, dict):
            self._task = None  # loaded anew at the next episode
            return Reading(image, left=True)
        instruction = " ".join(str(said.get("instruction") or "").split())[:INSTRUCTION_MAX]
        return Reading(
            image,
            instruction,
            _texts(said.get("texts"), instruction),
            bool(said.get("done")),
            _bounded(said.get("reward")),
            bool(said.get("success")),
            tuple(_plan(said.get("plan"))),
        )

    async def _evaluate(self, expression: str) -> Any:
        """The value of an expression in the page; None where it raises or the page is in flight."""
        from playwright.async_api import Error

        try:
            answer = await self._session.send(
                "Runtime.evaluate",
                {"expression": expression, "returnByValue": True, "awaitPromise": True},
            )
        except Error as error:
            if _IN_FLIGHT.search(str(error)):
                return None
            raise
        return answer["result"].get("value")

    async def _dismiss(self, dialog: Any) -> None:
        self._notes["dialogs"] += 1
        with contextlib.suppress(Exception):
            await dialog.dismiss()

    async def _cancel(self, download: Any) -> None:
        self._notes["downloads"] += 1
        with contextlib.suppress(Exception):
            await download.cancel()

    async def _close_popup(self, page: Any) -> None:
        if page is not self._page:
            self._notes["popups"] += 1
            with contextlib.suppress(Exception):
                await page.close()


def _bounded(reward: Any) -> float:
    """A page's verdict within -1 and 1; 0 where it is no number."""
    if isinstance(reward, int | float) and reward == reward:
        return max(-1.0, min(1.0, float(reward)))
    return 0.0


def _texts(said: Any, instruction: str) -> tuple[str, ...]:
    """The texts that a page lists, else those that its instruction quotes."""
    if isinstance(said, list) and said:
        return tuple(str(text)[:MAX_TEXT] for text in said[: len(KEYS)])
    return tuple(a or b for a, b in _QUOTED.findall(instruction))


def _finite(value: Any) -> float:
    """A number of a page as a float.

    Raises:
        ValueError: it is none, or not finite.
    """
    number = finite_number(value)
    if number is None:
        raise ValueError(f"{value!r:.60} is no finite number")
    return number


def _plan(said: Any) -> list[PlanStep]:
    """A page's plan; the first step that is not well formed, or cannot be done here, ends it."""
    steps = []
    for step in said[:_MAX_PLAN] if isinstance(said, list) else []:
        try:
            steps.append(
                PlanStep(
                    str(step["kind"]),
                    tuple(map(_finite, step.get("box") or ())),
                    (
                        _finite((step.get("to") or (0, 0))[0]),
                        _finite((step.get("to") or (0, 0))[1]),
                    ),
                    str(step.get("text") or ""),
                )
            )
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            break
    return steps
