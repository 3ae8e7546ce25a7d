"""Episodes and their moments: what a key and a vector stand for, remembered while in use.

An episode follows from its key, a moment (screen, picture, plan) from its episode and the
application's vector, so both can be forgotten and made anew at any time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vgym.core.keys import subkey
from vgym.envs.gui.flow.desktop import Desktop
from vgym.envs.gui.flow.draws import Draws
from vgym.envs.gui.flow.memory import Memory
from vgym.envs.gui.flow.model import App, Vector
from vgym.envs.gui.flow.painting import Painter, themes_of
from vgym.envs.gui.flow.planner import Plan, Planner
from vgym.envs.gui.flow.screen import Screen, Sizes
from vgym.envs.gui.flow.templates import APPS, rows_for
from vgym.envs.gui.flow.types import FlowConfig
from vgym.envs.gui.toolkit.program import Program
from vgym.envs.gui.toolkit.themes import Theme

_KEPT_EPISODES, _KEPT_MOMENTS = 8192, 2048
_SHORTEST, _LONGEST = 2, 15  # steps of a plan on the usual page
_USUAL = Desktop((400, 640)).sizes  # of the page on which plans are judged: all sizes ask the same
_PLACES = 2**16  # of a window along each side, as finely as can be seen
_MOST_TRIES = 100


@dataclass(frozen=True, eq=False)
class Episode:
    """What is asked, of which application, from which start."""

    app: App
    template: int
    name: str
    start: Vector
    goal: list[int]
    texts: tuple[str, ...]
    sentence: str
    theme: Theme
    place: tuple[float, float]  # of the window: see `Desktop.corner`


class Moment:
    """One state of an episode's application; screen, picture and plan are made when asked for."""

    def __init__(self, episode: Episode, vector: Vector) -> None:
        self.episode = episode
        self.vector = vector
        self._screen: Screen | None = None
        self._program: Program | None = None

    @property
    def screen(self) -> Screen:
        """What is on view."""
        if self._screen is None:
            self._screen = self.episode.app.screen(self.vector, self.episode.texts)
        return self._screen

    def program(self, painter: Painter) -> Program:
        """How it is drawn."""
        if self._program is None:
            self._program = painter.program(self.screen, self.episode.theme)
        return self._program


class Episodes:
    """Episodes of one configuration.

    Args:
        config: which templates, which split.
        sizes: sizes of the page.
    """

    def __init__(self, config: FlowConfig, sizes: Sizes) -> None:
        self._rows = rows_for(config.difficulty, config.templates)
        self._apps = {app: app(sizes) for app in APPS}
        self._usual_apps = {app: app(_USUAL) for app in APPS}
        self._share = float(config.difficulty)
        self._test = config.split == "test"
        self._themes = themes_of(config.split)
        self._planner, self._usual_planner = Planner(), Planner()
        self._painter = Painter(sizes)
        self._episodes: Memory[int, Episode] = Memory(_KEPT_EPISODES)
        self._moments: Memory[tuple[int, bytes], Moment] = Memory(_KEPT_MOMENTS)

    def episode(self, key: int) -> Episode:
        """The episode of a key.

        Args:
            key: 64 bits, as a signed integer.
        """
        return self._episodes.recall(key) or self._episodes.keep(key, self._begin(key))

    def moment(self, key: int, vector: bytes) -> Moment:
        """An episode at a state of its application.

        Args:
            vector: the bytes of its int32 numbers.
        """
        place = (key, vector)
        known = self._moments.recall(place)
        if known is not None:
            return known
        made = Moment(self.episode(key), np.frombuffer(vector, np.int32).tolist())
        return self._moments.keep(place, made)

    def plan(self, moment: Moment) -> Plan:
        """The shortest plan from a moment."""
        e = moment.episode
        return self._planner.plan(e.app, moment.vector, e.start, e.template, e.goal, len(e.texts))

    def _usual_length(self, e: Episode) -> int:
        """Steps of the shortest plan from the start, on the usual page."""
        app = self._usual_apps[type(e.app)]
        texts = len(e.texts)
        return self._usual_planner.plan(app, e.start, e.start, e.template, e.goal, texts).length

    def program(self, moment: Moment) -> Program:
        """How a moment is drawn."""
        return moment.program(self._painter)

    def _begin(self, key: int) -> Episode:
        """The first try whose plan is neither too short nor too long."""
        whole = np.uint64(key & 0xFFFFFFFFFFFFFFFF)
        for attempt in range(_MOST_TRIES):
            draws = Draws(subkey(whole, attempt), self._test)
            row = draws.pick("template", self._rows)
            app = self._apps[row.app]
            start, goal = app.begin(draws, row.number, self._share)
            texts = app.texts(row.number, goal)
            episode = Episode(
                app, row.number, row.name, start, goal, texts, app.sentence(row.number, goal),
                draws.pick("theme", self._themes), _place(draws),
            )  # fmt: skip
            if _SHORTEST <= self._usual_length(episode) <= _LONGEST:
                return episode
        raise RuntimeError(
            f"{_MOST_TRIES} tries at {[row.name for row in self._rows]} gave no plan of "
            f"{_SHORTEST} to {_LONGEST} steps; make the difficulty lower or name other templates"
        )


def _place(draws: Draws) -> tuple[float, float]:
    """Anywhere, with nothing to do with what is asked."""
    across, down = (draws.below("place", _PLACES, side) / (_PLACES - 1) for side in range(2))
    return across, down
