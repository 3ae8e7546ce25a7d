"""The rows of a batch of pages: each plays its episodes by itself, all at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from vgym.core.keys import below, episode_keys, stream
from vgym.data.capture.chromium import BrowserError
from vgym.data.capture.driver import PageLost
from vgym.envs.gui.web.actions import WAIT, Action
from vgym.envs.gui.web.closeness import Progress
from vgym.envs.gui.web.page import Reading, WebPage
from vgym.envs.gui.web.tasks import WebTask

Result = TypeVar("Result")
_WHICH = stream("task")
_ATTEMPTS = 3  # pages tried for the start of an episode before it counts as the page's fault


@dataclass
class Turn:
    """What one step brought to one row.

    Attributes:
        seen: what the page then showed, before any new episode. action: what was done.
        gain: of ``Progress``. crash: why the page was lost, or "".
        fresh: the start of the next episode, where one was begun in the same step.
        notes: dialogs, downloads, windows and requests refused since the episode's start.
    """

    seen: Reading
    action: Action = WAIT
    gain: float = 0.0
    crash: str = ""
    fresh: Reading | None = None
    notes: dict[str, int] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether the episode is over by what happened in it."""
        return self.seen.done or self.seen.left or bool(self.crash)


class Row:
    """One environment: a page, and where it is in which episode.

    Args:
        page: its own. tasks: one of them is drawn for each episode.
        split: whose episodes it plays.
    """

    def __init__(self, page: WebPage, tasks: Sequence[WebTask], split: str) -> None:
        self.page = page
        self.task = tasks[0]
        self.seed = 0
        self.episode = -1
        self.elapsed = 0
        self._tasks = tasks
        self._split = split
        self._salt = stream(f"VGuiWeb {split}")
        self._progress = Progress((), page.size_hw)
        self.seen: Reading | None = None

    async def begin(self) -> Reading:
        """Start the next episode.

        Raises:
            BrowserError: the page cannot be brought to start.
        """
        self.episode += 1
        self.elapsed = 0
        seeds = np.array([self.seed], np.uint64)
        (key,) = episode_keys(self._salt, seeds, np.array([self.episode], np.int64))
        self.task = self._tasks[below(key, _WHICH, 0, len(self._tasks))]
        lost = ""
        for attempt in range(_ATTEMPTS):
            try:
                # Each with twice the time of the last: a busy machine is no fault of the page.
                seen = await self.page.begin(
                    self.task, f"{int(key):016x}", self._split, patience=2**attempt
                )
            except PageLost as error:
                lost = str(error)
                await self.page.discard()
                continue
            if not seen.left:
                self._progress = Progress(seen.plan, self.page.size_hw)
                self.seen = seen
                return seen
            lost = "it goes to another address as it loads"
        raise BrowserError(f"the page {self.task.url} does not start: {lost}")

    async def step(self, action: Action, limit: int, begin_again: bool) -> Turn:
        """Do an action, and where that ends the episode, perhaps start the next.

        Args:
            action: what to do. limit: steps an episode may have.
            begin_again: whether the next episode begins in the same step.
        """
        before = self.seen
        assert before is not None
        self.elapsed += 1
        try:
            turn = Turn(await self.page.play(action), action)
        except PageLost as error:
            # The last picture stands for the one that never came.
            turn = Turn(replace(before, plan=(), done=False), action, crash=str(error))
            await self.page.discard()
        turn.notes = self.page.notes
        if not turn.crash:
            turn.gain = self._progress.gain(action, turn.seen.plan, turn.seen.success)
        self.seen = turn.seen
        if begin_again and (turn.ended or self.elapsed >= limit):
            turn.fresh = await self.begin()
        return turn

    @property
    def told(self) -> bool:
        """Whether this episode's page says what is to be done."""
        return self._progress.told


async def begin_all(rows: Sequence[Row]) -> list[Reading]:
    """Start an episode in every row, all at the same time."""
    return await together(row.begin() for row in rows)


async def close_all(rows: Sequence[Row]) -> None:
    """Close every row's page."""
    await asyncio.gather(*(row.page.discard() for row in rows))


async def together(works: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """The results of all works, done at the same time.

    Where some fail, the first error is raised once none of them is under way any more: what comes
    next finds pages that nobody else moves.
    """
    results = await asyncio.gather(*works, return_exceptions=True)
    done: list[Result] = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done
