"""The flow task: an application, an instruction, and the clicks, texts and keys it takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.config import Config
from vgym.core.letterbox import PADDING
from vgym.core.speech import Speech
from vgym.core.task import Limit, Outcome, Task
from vgym.envs.gui.flow.actions import Act, FlowForm
from vgym.envs.gui.flow.aiming import Aim
from vgym.envs.gui.flow.desktop import Desktop
from vgym.envs.gui.flow.episodes import Episode, Episodes, Moment
from vgym.envs.gui.flow.instructions import TOKENS, encode, vocabulary
from vgym.envs.gui.flow.metrics import FLOW_FACTS, HINT, flow_facts, flow_metrics
from vgym.envs.gui.flow.model import (
    BACK,
    CLICK,
    DOWN,
    KEY,
    LARGEST,
    SCROLL_BY,
    SIZE,
    TYPE,
    UP,
    Step,
)
from vgym.envs.gui.flow.planner import UNREACHABLE
from vgym.envs.gui.flow.speech import flow_speech
from vgym.envs.gui.flow.types import FlowConfig, State
from vgym.envs.gui.flow.viewer import portrait
from vgym.envs.gui.toolkit.painter import paint_into
from vgym.geometry.conventions import Convention


class FlowTask(Task[State]):
    """## Description
    An application on the screen and something to do in it: change settings, put mails away, write
    and answer them, plan events, shop and check out, rename and move files, fill a contact form.
    22 templates over six applications take 2 to 15 steps at the default size; every episode draws
    its people, words, files, prices, looks and start anew. Success is judged by what is stored, as
    in AndroidWorld: the asked change was made and nothing else was. What cannot be put right (a
    wrong mail sent, another file deleted) ends the episode.

    ## Action Space
    Four numbers: kind (click, type, key, scroll, back), x, y, and which text, key or direction.
    `type` types a text that the instruction gives in double quotes, by its place, into the field
    that has the keyboard; keys are enter, escape, tab, backspace and delete. By `action`:

    | form | space |
    | --- | --- |
    | `grid` | `MultiDiscrete([5, columns, rows, 5])`, 59 by 37 cells at 640x400 |
    | `pixel` | `MultiDiscrete([5, width, height, 5])` |
    | `continuous` | `Box(0, 1, (4,))` |
    | `symmetric` | `Box(-1, 1, (4,))` |

    ## Observation Space
    A `Dict` of `image`, `Box(0, 255, (H, W, 3), uint8)`, and `instruction`: 48 tokens, or `Text`.
    The application is a window of 0.8 of the picture's sides, elsewhere in each episode
    (`info["view"]` says where at the end), laid out for at least 240x320 pixels: pictures of that
    size show nothing else, and smaller ones show it reduced.

    ## Rewards
    `dense` by default: half for success; half for getting further than ever before along the
    shortest plan, which an exact planner works out anew at every state; a click near what the plan
    needs next counts as part of a step. Paid once, so no loop pays. `flow-potential` pays the
    change of the plan's length itself, back and forth. `sparse`.

    ## Starting State
    A function of (split, difficulty, templates, seed, number of the episode): every size asks the
    same; on small pages lists show fewer rows, and a plan may scroll more. `test` asks with people,
    words, files, settings and looks that `train` lacks.

    ## Episode End
    Terminates with success, or where the goal cannot be reached any more. Truncates after
    `max_episode_steps`.

    ## Arguments
    `image_size=(400, 640)`, `reward="dense"`, `difficulty=0.5`, `split="train"`, `instruction`,
    `action="grid"`, `device="cpu"`, `max_episode_steps=50`, `expose="end"`,
    `templates`: a tuple of names, such as `("mail-reply",)`, or None for those as long as the
    difficulty asks.

    ## Metrics
    `success`; `unrecoverable`: the goal cannot be reached any more; `plan_done`, the share of the
    shortest plan that is done, -1 to 1; `steps`; `spl`, success weighted by shortest plan over
    steps taken; `reward_flagged`. `success`, `steps` and `reward_flagged` come at every step, the
    others with the end of the episode, or with `expose="truth"` at every step.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "gui-flow"
    config_class: ClassVar[type[Config]] = FlowConfig
    config: FlowConfig
    convention = Convention("fraction", "xy")
    told = frozenset({"steps"})
    traces = frozenset({"view"})
    view_told = False

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.desktop = Desktop(self.config.size_hw)
        self.form = FlowForm(self.config.action, self.config.size_hw, self.desktop)
        self.action_space = self.form.space()
        self.vocabulary = vocabulary()
        self.instruction_length = TOKENS
        sizes = self.desktop.sizes
        self.episodes = Episodes(self.config, sizes)
        self._aim = Aim(self.desktop, self.form.cells)
        self._page = np.zeros((sizes.height, sizes.width, 3), np.uint8)

    @property
    def default_reward(self) -> str:
        """What `dense` stands for here."""
        return "dense-flow"

    @property
    def stated(self) -> frozenset[str]:
        """How much of the shortest plan is done, and whether the goal can still be reached."""
        return super().stated | FLOW_FACTS

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """New episodes, one for each key."""
        count = len(keys)
        signed = keys.astype(np.uint64).view(np.int64)
        vectors = np.zeros((count, SIZE), np.int32)
        tokens = np.zeros((count, TOKENS), np.int32)
        lengths = np.zeros(count, np.int64)
        for row, key in enumerate(signed.tolist()):
            episode = self.episodes.episode(key)
            vectors[row] = episode.start
            tokens[row] = encode(episode.sentence)
            lengths[row] = self.episodes.plan(
                self.episodes.moment(key, vectors[row].tobytes())
            ).length
        state = State(
            key=torch.from_numpy(signed.copy()),
            vector=torch.from_numpy(vectors),
            tokens=torch.from_numpy(tokens),
            reference=torch.from_numpy(lengths),
            left=torch.from_numpy(lengths.copy()),
            best=torch.zeros(count),
            steps=torch.zeros(count, dtype=torch.int64),
            click_xy=torch.full((count, 2), -1.0),
        )
        return states.to(state, self.device)

    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Carry every row's act out, and say how much of its plan is left."""
        before = dataclasses.replace(state)  # what follows makes new tensors, it writes into none
        acts: list[Act | None] = [*self.form.decode(action)]
        for row in [] if unread is None else torch.nonzero(unread)[:, 0].tolist():
            acts[row] = None
        near = self._act(state, acts)
        done = 1 - state.left / state.reference.clamp(min=1)
        tried = 1 - (before.left - HINT * near) / state.reference.clamp(min=1)
        state.best = torch.maximum(state.best, torch.maximum(done, tried)).clamp(0, 1).float()
        state.steps = state.steps + 1
        facts = flow_facts(before, state, self.config.max_episode_steps, unread)
        return self.outcome(
            facts,
            terminated=facts["success"] | facts["unrecoverable"],
            metrics={**flow_metrics(state, facts), "view": self.letterbox(state)},
            picture_changed=(state.vector != before.vector).any(1),
        )

    def limits(self, state: State) -> Iterator[Limit]:
        """Of the application, whose screen and plan must be there.

        Raises:
            ValueError: an application's vector is none of its states.
        """
        yield Limit("vector", 0, LARGEST)
        yield Limit("tokens", 0, self.vocabulary_size - 1)
        for row, moment in enumerate(self._moments(state)):
            try:
                self.episodes.program(moment)
                self.episodes.plan(moment)
            except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
                raise ValueError(
                    f"state_dict['state']['vector'] is no state of the application in row {row} "
                    f"({type(error).__name__}: {error})"
                ) from error
        yield Limit("reference", 0, UNREACHABLE)
        yield Limit("left", 0, UNREACHABLE)
        yield Limit("best", 0, 1)
        yield Limit("steps", 0)
        yield Limit("click_xy", -1, 1)

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        """The window where it stands, reduced where the picture is smaller than a page may be."""
        chosen = range(len(images)) if rows is None else rows.tolist()
        moments = self._moments(state)
        for row in chosen:
            images[row] = torch.from_numpy(self._shown(moments[row])).to(images.device)

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """The instructions of the given rows, in words."""
        keys = state.key.tolist()
        return [self.episodes.episode(keys[row]).sentence for row in rows]

    def oracle(self, state: State) -> Tensor:
        """The first step of the shortest plan; `back` where there is none to take."""
        acts = [self._act_of(moment) for moment in self._moments(state)]
        return self.form.encode(acts).to(self.device)

    def letterbox(self, state: State) -> Tensor:
        """(B, 4): how much smaller the picture is than the page, and where the page lies in it."""
        scale = 1 / self.desktop.reduced
        corners = [self._corner(self.episodes.episode(key)) for key in state.key.tolist()]
        views = torch.tensor([[1.0, 1.0, x, y] for x, y in corners], device=self.device)
        return views * scale

    def speech(self) -> Speech:
        """Clicks, texts and keys."""
        return flow_speech(self.form)

    def portrait(self, state: State) -> NDArray[np.uint8]:
        """The desktop at full size with the words, the last click, and what to do next."""
        (moment,) = self._moments(state)
        click = tuple(state.click_xy[0].tolist())
        plan = self.episodes.plan(moment)
        return portrait(self._painted(moment), self._corner(moment.episode), moment, plan, click)

    def _act(self, state: State, acts: list[Act | None]) -> Tensor:
        """Carry acts out in place; says how near each click came to what the plan needed."""
        vectors, lefts = state.vector.cpu().numpy().copy(), state.left.tolist()
        near = np.zeros(len(acts), np.float32)
        clicks = np.full((len(acts), 2), -1.0, np.float32)
        keys = state.key.tolist()
        for row, (moment, act) in enumerate(zip(self._moments(state), acts, strict=True)):
            if act is None:
                continue
            if act.kind == CLICK:
                clicks[row] = act.x, act.y
            if not 0 < lefts[row] < UNREACHABLE:
                continue  # over: what is done to it is ignored
            if act.kind == CLICK:
                plan = self.episodes.plan(moment)
                near[row] = self._aim.closeness(moment.screen, moment.episode.place, plan, act)
            step = self._step_of(moment, act)
            if step is None:
                continue
            episode, vector = moment.episode, list(moment.vector)
            episode.app.perform(vector, step, len(episode.texts))
            if vector != moment.vector:
                vectors[row] = vector
                after = self.episodes.moment(keys[row], vectors[row].tobytes())
                lefts[row] = self.episodes.plan(after).length
        state.vector = torch.from_numpy(vectors).to(self.device)
        state.left = torch.tensor(lefts, device=self.device)
        state.click_xy = torch.from_numpy(clicks).to(self.device)
        return torch.from_numpy(near).to(self.device)

    def _step_of(self, moment: Moment, act: Act) -> Step | None:
        """An act in the application's terms; None for a click on nothing."""
        if act.kind == CLICK:
            hit = moment.screen.hit(*self.desktop.on_page((act.x, act.y), moment.episode.place))
            return None if hit is None or hit.event is None else Step(CLICK, hit.event)
        if act.kind in (TYPE, KEY):
            return Step(act.kind, act.which)
        if act.kind == SCROLL_BY:
            return Step(SCROLL_BY, DOWN if act.which else UP)
        return Step(act.kind, 0)

    def _act_of(self, moment: Moment) -> Act:
        """The act that does the next step of the plan."""
        step = self.episodes.plan(moment).first
        if step is None or step.kind not in (CLICK, TYPE, KEY, SCROLL_BY):
            return Act(BACK, 0.5, 0.5, 0)
        if step.kind == CLICK:
            return self._aim.at(moment.screen, moment.episode.place, step)
        which = int(step.what == DOWN) if step.kind == SCROLL_BY else int(str(step.what))
        return Act(step.kind, 0.5, 0.5, which)

    def _moments(self, state: State) -> list[Moment]:
        vectors = np.ascontiguousarray(state.vector.cpu().numpy())
        keys = state.key.tolist()
        return [
            self.episodes.moment(key, v.tobytes()) for key, v in zip(keys, vectors, strict=True)
        ]

    def _corner(self, episode: Episode) -> tuple[int, int]:
        """Where an episode's window lies on the desktop."""
        return self.desktop.corner(episode.place)

    def _painted(self, moment: Moment) -> NDArray[np.uint8]:
        """The desktop at full size."""
        x, y = self._corner(moment.episode)
        height, width = self._page.shape[:2]
        paint_into(self.episodes.program(moment), self._page)
        desktop = np.full((self.desktop.height, self.desktop.width, 3), PADDING, np.uint8)
        desktop[y : y + height, x : x + width] = self._page
        return desktop

    def _shown(self, moment: Moment) -> NDArray[np.uint8]:
        """The desktop as the agent sees it: the mean of each square of its pixels, rounded."""
        k, desktop = self.desktop.reduced, self._painted(moment)
        if k == 1:
            return desktop
        height, width = self.config.size_hw
        squares = desktop.reshape(height, k, width, k, 3).sum((1, 3), dtype=np.uint32)
        reduced: NDArray[np.uint8] = ((squares + k * k // 2) // (k * k)).astype(np.uint8)
        return reduced
