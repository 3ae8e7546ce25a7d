"""What tests of the flow share: every action there is, and single rows to play."""

import numpy as np
import torch

from vgym.core.keys import stream
from vgym.envs.gui.flow.actions import Act
from vgym.envs.gui.flow.draws import Draws
from vgym.envs.gui.flow.model import (
    CLICK,
    DOWN,
    GO_BACK,
    KEY,
    KEYS,
    SCROLL_BY,
    SLOTS,
    TYPE,
    UP,
    Step,
)
from vgym.envs.gui.flow.screen import Sizes
from vgym.envs.gui.flow.task import FlowTask
from vgym.envs.gui.flow.templates import TABLE

SIZE = (400, 640)


def keys(count, name="flow"):
    return np.array([stream(f"{name}/{n}") for n in range(count)], np.uint64)


def begin(name, number=0, share=0.5, size=SIZE, test=False):
    """Application, start, goal, template and texts of one instance."""
    (row,) = [row for row in TABLE if row.name == name]
    app = row.app(Sizes(size))
    start, goal = app.begin(Draws(stream(f"{name}/{number}"), test), row.number, share)
    return app, start, goal, row.number, app.texts(row.number, goal)


def every_step(app, vector, texts):
    """Whatever can be done: a click on each control that shows, all texts, keys, scrolls, back."""
    screen = app.screen(vector, texts)
    events = {w.event for w in screen.widgets[screen.modal :] if w.event and w.enabled}
    steps = [Step(CLICK, event) for event in sorted(events, key=str) if screen.find(event)]
    steps += [Step(TYPE, slot) for slot in range(SLOTS)]
    steps += [Step(KEY, key) for key in range(len(KEYS))]
    return [*steps, Step(SCROLL_BY, UP), Step(SCROLL_BY, DOWN), GO_BACK]


def moved(app, vector, step, texts):
    """The vector after a step."""
    new = list(vector)
    app.perform(new, step, len(texts))
    return new


class Player:
    """One row of a task, played by steps in the application's own terms."""

    def __init__(self, name, number=0, **settings):
        self.task = FlowTask(templates=(name,), **settings)
        self.state = self.task.reset(keys(number + 1, name)[number:])

    @property
    def moment(self):
        return self.task.episodes.moment(
            int(self.state.key[0]), self.state.vector[0].numpy().tobytes()
        )

    @property
    def vector(self):
        return self.state.vector[0].tolist()

    def act(self, kind, x=0.5, y=0.5, which=0):
        """One action of the action space, as fractions."""
        return self.task.step(self.state, self.task.form.encode([Act(kind, x, y, which)]))

    def click(self, *event):
        """Click the control that raises an event."""
        widget = self.moment.screen.find(event)
        assert widget is not None, f"{event} is not on {self.moment.screen.title}"
        return self.task.step(
            self.state,
            self.task.form.encode(
                [self.task._aim.at(self.moment.screen, self.moment.episode.place, Step(0, event))]
            ),
        )

    def solve(self):
        """Let the oracle play to the end; the outcomes."""
        outcomes = []
        while not outcomes or not bool(outcomes[-1].terminated):
            outcomes.append(self.task.step(self.state, self.task.oracle(self.state)))
            assert len(outcomes) < 30
        return outcomes


def totals(outcomes):
    return float(torch.stack([outcome.reward for outcome in outcomes]).sum())
