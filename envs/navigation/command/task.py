"""The command task: a place from above, a team in it, and one answer about the whole team."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.captions import captioned
from vgym.core.config import Config
from vgym.core.row_pictures import put_pictures
from vgym.core.speech import Speech
from vgym.core.task import Facts, Limit, Outcome, Task
from vgym.envs.navigation.command.generator import Generator
from vgym.envs.navigation.command.metrics import (
    COMMAND_FACTS,
    activation_facts,
    plan_facts,
    trajectory_facts,
    trajectory_metrics,
)
from vgym.envs.navigation.command.picture import draw_brief
from vgym.envs.navigation.command.plans import possible_orders
from vgym.envs.navigation.command.speech import command_speech
from vgym.envs.navigation.command.types import (
    FLY,
    LEGS,
    MARKS,
    NOTHING,
    ORDERS,
    PLANK,
    STEPS,
    WAIT,
    WAYPOINTS,
    CommandConfig,
    State,
)
from vgym.envs.navigation.command.wording import COLOURS, SHAPES, TOKENS, vocabulary
from vgym.envs.navigation.limits import FAR, in_place, pose_limits
from vgym.envs.navigation.render.camera import Plans
from vgym.envs.navigation.render.texture_bank import texels_on
from vgym.envs.navigation.render.top_down import to_pixels
from vgym.envs.navigation.team.robots import ROBOTS


class CommandTask(Task[State]):
    """## Description
    A home from above, with a team of numbered robots and six numbered marks. One answer commands
    the whole team, at one of the three levels of VIKI-Bench:

    | id | the answer |
    | --- | --- |
    | `VNavActivate` | which robots should go |
    | `VNavPlan` | what each robot does in each of six steps |
    | `VNavTrajectory` | five points of the way of each of two robots |

    The words say what is wanted, and of which marks, by how they look; the picture alone tells who
    is there, where everything is, what lies where and which number it has. Robots differ in what
    they can do: wheeled (blue) and tall (green) ones open chests and carry, tall ones reach up,
    small ones (orange) look under things, drones (black) look down. A parcel is brought by one
    robot, a plank by two at once; a thick rim is a closed chest. Jobs are for the nearest robots
    that can do them, by the way they would go: there always is one more who can, clearly farther.
    By the words alone every robot is as likely, and by the picture alone every set of robots that
    could be meant.

    ## Action Space
    `VNavActivate`: `MultiDiscrete([2] * robots)`, 1 for those who go. `VNavPlan`: `MultiDiscrete`,
    six steps, in each an order to every robot in turn: 0 wait, 1 to 6 go to that mark, 7 open, 8
    grasp, 9 place, 10 look; `action_masks()` leaves out those that no plan can hold there.
    `VNavTrajectory`: `Box(0, 1, (2, 5, 2))`, fractions of the picture, start left out.

    ## Observation Space
    A `Dict` of `image`, `Box(0, 255, (H, W, 3), uint8)`, and `instruction`: tokens, or `Text`.

    ## Rewards
    `dense` by default, 1 for the truth alone: half for success; the other half for sending, the
    share of the needed that go less the share of the others that do; for plans, the share of the
    jobs that get done by those who should, times that difference for those who stir, times the
    shortest plan's share of its steps; for ways, the discrete Frechet distance as a share of that
    of points in the picture's middle. `viki`, `viki-2`, `viki-2-partial` (plans) and
    `viki-trajectory` too.

    ## Starting State
    A function of (split, difficulty, robots, rooms, worlds, seed, number of the episode): one of
    `worlds` homes; team, marks, things and jobs are drawn anew each time. One job at difficulty 0,
    two from a third on, three from two thirds on.

    ## Episode End
    Terminates with the answer.

    ## Arguments
    `image_size=256`, `reward="dense"`, `difficulty=0.5`, `split="train"`, `instruction`, `action`,
    `device="cpu"`, `max_episode_steps`, `expose`, `robots=6`, `rooms`, `worlds=64`.

    ## Metrics
    `success`: exactly those needed go; the plan does every job, by those who should and nobody
    else, nobody else stirs, and it is as short as can be; both ways stay within 0.75 m (discrete
    Frechet). Also `robots_correct`, `robots_told_apart`; `crews_correct`, `plan_correct` and
    `plan_feasible` (whoever does the jobs), `plan_progress`, `plan_steps`; `trajectory_rmse`,
    `trajectory_hausdorff`, `trajectory_frechet` (shares of the picture's diagonal) and `dtw_m`;
    always `reward_flagged`.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "command"
    config_class: ClassVar[type[Config]] = CommandConfig
    config: CommandConfig

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        config = self.config
        self.generator = Generator(config, self.device)
        self._pool = self.generator.places.pool
        self.vocabulary = vocabulary()
        self.instruction_length = TOKENS
        self.action_space = {
            "activate": spaces.MultiDiscrete([2] * config.robots),
            "plan": spaces.MultiDiscrete(np.full(STEPS * config.robots, ORDERS)),
            "trajectory": spaces.Box(0, 1, (LEGS, WAYPOINTS, 2), np.float32),
        }[config.level]
        self._side = min(config.size_hw)
        self._texels = texels_on(torch.device("cpu"), config.split)
        self._plans = Plans(self._pool, self._side, self._texels, self.device)

    @property
    def default_reward(self) -> str:
        """What `dense` stands for at the level."""
        return f"dense-{self.config.level}"

    @property
    def stated(self) -> frozenset[str]:
        """What the answer of the level comes to."""
        return super().stated | COMMAND_FACTS[self.config.level]

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """New episodes, one for each key."""
        return states.to(self.generator.reset(keys), self.device)

    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Note the answer, judge it, and end the episode."""
        self._answer(state, action, unread)
        facts = self._facts(state, unread)
        names = [n for n in facts if n not in ("success", "format_ok", "reference_steps")]
        metrics = {name: facts[name] for name in names}
        if self.config.level == "trajectory":
            metrics = trajectory_metrics(state, facts)
        every = torch.ones_like(state.answered)
        return self.outcome(
            facts,
            terminated=every,
            metrics=metrics,
            picture_changed=every if self.config.level == "trajectory" else ~every,
        )

    def limits(self, state: State) -> Iterator[Limit]:
        """Of the brief, its team and marks, and of the answer, which may be no number."""
        yield Limit("world", 0, self.config.worlds - 1)
        inside = in_place(self._pool, self._slot(state))
        yield pose_limits("pose", inside[:, None])
        yield Limit("mark_xy", 0, inside[:, None])
        yield Limit("kind", 0, len(ROBOTS) - 1)
        looks = torch.tensor([len(COLOURS), len(SHAPES)], device=self.device)
        yield Limit("mark_look", 0, looks - 1)
        yield Limit("lies", NOTHING, PLANK)
        yield Limit("jobs", -1, torch.tensor([FLY, MARKS - 1, MARKS - 1], device=self.device))
        yield Limit("reference", WAIT, ORDERS - 1)
        whom = torch.tensor([self.config.robots, MARKS], device=self.device)
        yield Limit("legs", 0, whom - 1)
        yield Limit("ways", 0, inside[:, None, None])
        yield Limit("tokens", 0, self.vocabulary_size - 1)
        yield Limit("plan", WAIT, ORDERS - 1)
        yield Limit("drawn", -FAR, FAR, nan=True)

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        """The place from above, centred where the picture is not square."""
        every = torch.arange(len(images), device=images.device) if rows is None else rows
        self._draw(self._plans, state, images, every)

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """The briefs of the given rows."""
        tokens = state.tokens.cpu().numpy()
        return [self.vocabulary.decode(tokens[row]) for row in rows]

    def action_mask(self, state: State) -> Tensor | None:
        """Of plans, the orders that could be carried out."""
        return possible_orders(state).flatten(1) if self.config.level == "plan" else None

    def oracle(self, state: State) -> Tensor:
        """The robots, the plan or the ways of the truth."""
        if self.config.level == "activate":
            return state.needed.long()
        if self.config.level == "plan":
            return state.reference.flatten(1)
        return self._to_fractions(state, state.ways).clamp(0, 1)

    def speech(self) -> Speech:
        """One command."""
        return command_speech(self.config)

    def portrait(self, state: State) -> NDArray[np.uint8]:
        """The place, large, with the words and the truth in words."""
        size = 512
        plans = Plans(self._pool, size, self._texels, self.device)
        image = torch.zeros(1, size, size, 3, dtype=torch.uint8, device=self.device)
        if self.config.level == "trajectory" and not bool(state.answered):
            state = dataclasses.replace(
                state, drawn=state.ways, answered=torch.ones_like(state.answered)
            )
        self._draw(plans, state, image, torch.zeros(1, dtype=torch.int64, device=self.device))
        sent = " ".join(str(n) for n in torch.nonzero(state.needed[0]).flatten().tolist())
        lines = [f"needed: {sent}"]
        if self.config.level == "plan":
            lines = [
                f"robot {n}: {' '.join(map(str, orders))}"
                for n, orders in enumerate(state.reference[0].T.tolist())
            ]
        elif self.config.level == "trajectory":
            lines = ["ways: orange the first robot's, turquoise the second's"]
        return captioned(image[0].cpu().numpy(), self.instructions(state, [0])[0], lines)

    def _draw(self, plans: Plans, state: State, images: Tensor, rows: Tensor) -> None:
        slot = self._slot(state)
        sheet, sight = plans.rows_of(slot), plans.frame_of(slot)
        side = plans.pictures.shape[1]
        top, left = ((n - side) // 2 for n in images.shape[1:3])
        if images.shape[1] != images.shape[2]:
            images[rows] = 0
        square = images[:, top : top + side, left : left + side]
        put_pictures(square, rows, plans.pictures.index_select(0, sheet[rows]))
        draw_brief(square, sight, state, rows, self.config.level == "trajectory")

    def _slot(self, state: State) -> Tensor:
        return torch.from_numpy(self._pool.slots(state.world.cpu().numpy())).to(self.device)

    def _answer(self, state: State, action: Tensor, unread: Tensor | None) -> None:
        """Write the action into the state; no answer sends nobody, plans nothing, draws nowhere."""
        state.answered = torch.ones_like(state.answered) if unread is None else ~unread
        if self.config.level == "activate":
            state.sent = action == 1
        elif self.config.level == "plan":
            state.plan = action.long().reshape(-1, STEPS, self.config.robots)
        else:
            pixels = action * self._frame - self._corner
            sight = self._plans.frame_of(self._slot(state))[:, :, None, None]
            x = (pixels[..., 0] - sight[:, 1]) / sight[:, 0]
            y = (sight[:, 2] - pixels[..., 1]) / sight[:, 0]
            state.drawn = torch.stack((x, y), -1).float()
        if unread is not None:
            for name, nothing in (("sent", False), ("plan", 0), ("drawn", torch.nan)):
                held = getattr(state, name)
                none = unread.reshape(-1, *[1] * (held.dim() - 1))
                setattr(state, name, torch.where(none, nothing, held))

    def _to_fractions(self, state: State, metres: Tensor) -> Tensor:
        pixels = to_pixels(metres, self._plans.frame_of(self._slot(state)))
        return (pixels + self._corner) / self._frame

    @property
    def _frame(self) -> Tensor:
        return torch.tensor(self.config.size_hw[::-1], dtype=torch.float32, device=self.device)

    @property
    def _corner(self) -> Tensor:
        return ((self._frame - self._side) / 2).floor()

    def _facts(self, state: State, unread: Tensor | None) -> Facts:
        """What the answer comes to."""
        batch = len(state.world)
        read = torch.ones(batch, dtype=torch.bool, device=self.device)
        facts = {"format_ok": read if unread is None else ~unread}
        if self.config.level == "activate":
            return facts | activation_facts(state)
        if self.config.level == "plan":
            return facts | plan_facts(state)
        middle = (self._frame / 2 - self._corner).expand(batch, LEGS, WAYPOINTS, 2)
        sight = self._plans.frame_of(self._slot(state))
        return facts | trajectory_facts(state, sight, middle, self._frame)
