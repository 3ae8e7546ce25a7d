"""The maze task: sessions of trials, one paradigm an episode, all of a batch at once."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.config import Config
from vgym.core.keys import below, stream
from vgym.core.speech import Speech
from vgym.core.task import Limit, Outcome, Task
from vgym.core.text import Vocabulary
from vgym.envs.navigation.actions import STEP_M
from vgym.envs.navigation.dynamics import advance
from vgym.envs.navigation.limits import (
    counts,
    in_place,
    lengths,
    pose_limits,
    refuse_unless_standing,
)
from vgym.envs.navigation.mazes.forgetting import next_untried
from vgym.envs.navigation.mazes.places import places_of
from vgym.envs.navigation.mazes.speech import MOVES, maze_speech
from vgym.envs.navigation.mazes.trials import (
    count,
    judge,
    lights,
    mix,
    needed,
    next_trial,
    on_which,
    target_of,
)
from vgym.envs.navigation.mazes.types import (
    NAMES,
    PARADIGMS,
    SPOTS,
    VARIANTS,
    MazeConfig,
    MazeState,
)
from vgym.envs.navigation.path_following import distance_at, next_headings
from vgym.envs.navigation.render import Views, render
from vgym.envs.navigation.render.texture_bank import texels_on
from vgym.envs.navigation.render.top_down import GOAL, PATH, ROBOT, map_picture, stamp
from vgym.envs.navigation.viewer import portrait
from vgym.geometry.poses import wrap_angle

EYE_M = 0.6  # metres: lower than a robot's, so that corridors look like corridors
FORWARD, LEFT, RIGHT, INTERACT, STAY = range(5)
_LENGTH = 16  # tokens
_ON_THE_WAY = 0.1  # of the progress is for getting nearer; who looks at nothing gets nearer, too
_START, _HEADING = 1 << 22, 1 << 23  # numbers of draws, beyond those of trials

MAZE_FACTS = frozenset(
    {"invalid_action", "steps", "max_steps", "session_progress", "collisions", "trial_reward"}
)
_PARADIGM, _VARIANT, _SEED = stream("paradigm"), stream("variant"), stream("session")


class MazeTask(Task[MazeState]):
    """## Description
    The nine rodent paradigms of CheeseBench (arXiv 2604.10825) in first person: Morris water maze,
    Barnes maze, star maze, T-maze, radial arm maze, delayed non-match to sample, operant chamber,
    shuttle box, conditioned place preference. An episode is a session of several trials in one
    place. What pays is hidden, and in no observation before it has been found; remembering it is
    what the paradigm measures. Pictures on the walls tell the directions; a tray with food in it
    shows that a lever was right, or that a chamber pays; a trial that ends, that a place was.

    | paradigm | a trial is successful with | hidden |
    | --- | --- | --- |
    | `morris` | a straight way to the platform | until the criterion is met |
    | `barnes`, `star`, `t_maze` | the right hole or arm before any other | likewise |
    | `radial_arm` | four of eight arms, no other and none twice | for the session |
    | `dnms` | the lit panel, and after ten steps the other one | anew in each trial |
    | `operant` | ten presses of the right lever, none of the other | until it is met |
    | `shuttle_box` | a crossing within 15 steps of the light, none before it | nothing |
    | `cpp` | over 55 % of a test in the paired chamber | changes after each test |

    Trials, steps and what events pay are CheeseBench's with `trials="paper"`. Ours, so that
    neither a guess nor a search of all places will do, are what makes a trial successful; that
    after the criterion things are hidden elsewhere (a reversal) and it must be met once more; six
    trials in a row for `dnms`; starts that face anywhere; a wrong arm of the T that may be
    corrected; and rests of 5 to 15 steps and 15 of light in the shuttle box.

    ## Action Space
    `Discrete(5)`: 0 forward 0.25 m, 1 turn left, 2 turn right (by `turn` degrees), 3 interact
    (press what is within reach), 4 stay.

    ## Observation Space
    A `Dict` of `image`, first person from 0.6 m above the floor, and `instruction`, a sentence for
    the paradigm that tells nothing of the place.

    ## Rewards
    `dense` by default: half of it progress, and half for meeting the criterion. Of the progress
    nine tenths are the share of the criterion's trials that the session is further than ever, and
    one tenth the way to the hidden place, by which a step beats the nearest of its leg, shared out
    over as many trials as it takes at least: for a walk that looks at nothing comes near by chance.
    `cheesebench`
    pays the paper's own events (a platform, a bait or a right lever +1 or +0.5, wrong ones less,
    every step -0.01). `sparse` pays for the criterion alone.

    ## Starting State
    A function of (paradigm, split, seed, number of the episode). Each trial starts at one of the
    paradigm's places, facing anywhere.

    ## Episode End
    Terminates with success after three successful trials in a row, and with a reversal after three
    more (`dnms`: six; `cpp`: three tests, each after two trials of conditioning), and without when
    the trials are used up. Truncates after `max_episode_steps`.

    ## Arguments
    `image_size=128`, `reward="dense"`, `split="train"` (`"test"`: other textures),
    `paradigm="all"` (or one of `morris`, `barnes`, `star`, `t_maze`, `radial_arm`, `dnms`,
    `operant`, `shuttle_box`, `cpp`), `trials="short"` (`"paper"` for the paper's trials and steps,
    or a number), `fov=90`, `turn=45`, `instruction`, `device`, `max_episode_steps=1000`,
    `expose="end"`; `difficulty` changes nothing.

    ## Metrics
    `success`, `trials_done`, `trials_solved`, `solved_share`, `errors` (wrong arms, holes, levers;
    reference errors of the radial maze), `memory_errors` (arms entered again), `path_length`,
    `collisions`, `reward_flagged`. `trials_solved`, `solved_share` and `errors` come with the end
    of the episode, or at every step with `expose="truth"`; the others at every step.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "maze"
    config_class: ClassVar[type[Config]] = MazeConfig
    config: MazeConfig
    told = frozenset({"trials_done", "memory_errors", "path_length", "collisions"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.action_space = spaces.Discrete(len(MOVES))
        self.places = places_of(self.config.split, self.device)
        self._reach = torch.tensor([p.reach for p in PARADIGMS], device=self.device)
        self._legs = torch.tensor([p.legs for p in PARADIGMS], device=self.device)
        self._texels = texels_on(self.device, self.config.split)
        words = sorted({w for p in PARADIGMS for w in p.words.replace(".", " .").split()})
        self.vocabulary = Vocabulary(words)
        self.instruction_length = _LENGTH
        tokens = np.stack([self.vocabulary.encode(p.words, _LENGTH) for p in PARADIGMS])
        self._tokens = torch.from_numpy(tokens).to(self.device)

    @property
    def default_reward(self) -> str:
        """What `dense` stands for here."""
        return "dense-session"

    @property
    def stated(self) -> frozenset[str]:
        """What the protocol pays and how far the session is. Distances are not stated: the hidden
        place changes in mid-session, and only legs towards one place add up to a way."""
        return super().stated | MAZE_FACTS

    def reset(self, keys: NDArray[np.uint64]) -> MazeState:
        """New sessions, one for each key."""
        wanted = self.config.paradigm
        drawn = [
            below(k, _PARADIGM, 0, len(PARADIGMS)) if wanted == "all" else NAMES.index(wanted)
            for k in keys
        ]
        paradigm = torch.tensor(drawn, dtype=torch.int64)
        variant = torch.tensor([below(k, _VARIANT, 0, VARIANTS) for k in keys])
        seed = torch.tensor([below(k, _SEED, 0, 1 << 40) for k in keys])
        protocol = torch.tensor([self.config.session(p) for p in PARADIGMS])
        batch = len(keys)

        def zeros(*shape: int, dtype: torch.dtype = torch.int64) -> Tensor:
            return torch.zeros(batch, *shape, dtype=dtype)

        state = MazeState(
            paradigm=paradigm,
            world=paradigm * VARIANTS + variant,
            seed=seed,
            hidden=zeros(),
            pose=zeros(3, dtype=torch.float32),
            trial=zeros() - 1,
            trials=protocol[paradigm, 0],
            trial_steps=zeros(),
            trial_limit=protocol[paradigm, 1],
            phase=zeros(),
            timer=zeros(),
            visited=zeros(SPOTS, dtype=torch.bool),
            on_spot=zeros() - 1,
            earned=zeros(),
            slips=zeros(),
            streak=zeros(),
            reversals=zeros(),
            credit=zeros(),
            solved=zeros(),
            errors=zeros(),
            memory_errors=zeros(),
            steps=zeros(),
            collisions=zeros(),
            path_length=zeros(dtype=torch.float32),
            target=zeros() - 1,
            distance=zeros(dtype=torch.float32),
            best=zeros(dtype=torch.float32),
            leg=zeros(dtype=torch.float32),
            leg_done=zeros(dtype=torch.bool),
        )
        state = states.to(state, self.device)
        self._begin(state, torch.ones(batch, dtype=torch.bool, device=self.device))
        return state

    def step(self, state: MazeState, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Move, see what the trial makes of it, and begin the next trial where one has ended."""
        if unread is not None:
            action = torch.where(unread, STAY, action)
        target, leg = state.target, state.leg
        turn = math.radians(self.config.turn)
        yaw = state.pose[:, 2] + turn * ((action == LEFT).float() - (action == RIGHT).float())
        yaw = wrap_angle(yaw)
        going = STEP_M * (action == FORWARD).float()
        none = torch.zeros(len(action), 0, dtype=torch.bool, device=self.device)
        slot = self.places.slot[state.world]
        xy, blocked = advance(self.places.pool, slot, state.pose[:, :2], yaw, going, none)
        state.path_length = state.path_length + (xy - state.pose[:, :2]).square().sum(1).sqrt()
        state.pose = torch.cat((xy, yaw[:, None]), 1)
        state.collisions = state.collisions + blocked
        state.steps = state.steps + 1
        state.trial_steps = state.trial_steps + 1
        here = on_which(state, self.places.spots, self._reach)
        verdict = judge(state, here, action == INTERACT, blocked, turn)
        state.on_spot = here
        best, over = state.best, state.leg_done
        arrived = verdict.reached & ~over
        radial = state.paradigm == NAMES.index("radial_arm")
        self._aim(state, verdict.reached & radial, arrived)
        same = (state.target == target) & ~over
        gained = torch.where(same, (best - state.distance).clamp(min=0.0), 0.0)
        gained = torch.where(arrived, best, gained)  # the rest of the leg, its end has some width
        # Later trials pay for the criterion alone, so that none is failed for the sake of another.
        gained = torch.where(state.trial < needed(state), gained, 0.0)
        ended = verdict.ended | (state.trial_steps >= state.trial_limit)
        whole = leg * (needed(state) * self._legs[state.paradigm])
        success, criterion = count(state, verdict, ended)
        last = ended & (state.trial + 1 >= state.trials)
        terminated = success | last
        self._begin(state, ended & ~terminated)
        done = state.trial + ended
        missing = torch.zeros_like(success) if unread is None else unread
        facts = {
            "success": success,
            "format_ok": ~missing,
            "invalid_action": missing.clone(),
            "steps": state.steps.clone(),
            "session_progress": _ON_THE_WAY * gained / torch.where(whole > 0, whole, 1.0)
            + (1 - _ON_THE_WAY) * criterion,
            "collisions": state.collisions.clone(),
            "trial_reward": verdict.reward,
            "max_steps": torch.full_like(state.steps, self.config.max_episode_steps),
        }
        return self.outcome(
            facts,
            terminated=terminated,
            metrics={
                "trials_done": done.float(),
                "trials_solved": state.solved.float(),
                "solved_share": state.solved / done.clamp(min=1),
                "errors": state.errors.float(),
                "memory_errors": state.memory_errors.float(),
                "path_length": state.path_length.clone(),
                "collisions": state.collisions.float(),
            },
            picture_changed=torch.ones_like(success),
        )

    def speech(self) -> Speech:
        """Moves, and nothing of the place."""
        return maze_speech(self.config)

    def limits(self, state: MazeState) -> Iterator[Limit]:
        """Of the session, the trial, and where the animal is."""
        yield Limit("paradigm", 0, len(PARADIGMS) - 1)
        p = state.paradigm
        yield Limit("world", p * VARIANTS, p * VARIANTS + VARIANTS - 1)
        yield Limit("seed", 0, (1 << 40) - 1)
        last = torch.tensor([paradigm.spots - 1 for paradigm in PARADIGMS], device=self.device)[p]
        choices = torch.tensor([paradigm.choices for paradigm in PARADIGMS], device=self.device)
        yield Limit("hidden", 0, (choices[p] - 1).clamp(min=1))  # a side of the shuttle box
        yield Limit("on_spot", -1, last)
        yield Limit("target", -1, last)
        slot = self.places.slot[state.world]
        yield pose_limits("pose", in_place(self.places.pool, slot))
        refuse_unless_standing("pose", self.places.pool, slot, state.pose[:, :2])
        protocol = torch.tensor(
            [self.config.session(paradigm) for paradigm in PARADIGMS], device=self.device
        )[p]
        yield Limit("trials", protocol[:, 0], protocol[:, 0])
        yield Limit("trial_limit", protocol[:, 1], protocol[:, 1])
        yield Limit("trial", 0, state.trials - 1)
        yield Limit("phase", 0, 2)
        yield from counts("trial_steps", "timer", "earned", "slips", "streak", "credit")
        yield from counts("solved", "errors", "memory_errors", "steps", "collisions")
        yield Limit("reversals", 0, 1)
        yield from lengths("path_length", "distance", "best", "leg")

    def draw(self, state: MazeState, images: Tensor, rows: Tensor | None = None) -> None:
        """The place from the rat's eye: nothing hidden enters."""
        batch = len(state.pose)
        views = Views(
            scene=self.places.slot[state.world],
            pose=state.pose,
            pitch=torch.zeros(batch, device=self.device),
            eye=torch.full((batch,), EYE_M, device=self.device),
            fov=torch.full((batch,), math.radians(self.config.fov), device=self.device),
            toggles=lights(state),
            geometry=torch.zeros(batch, 0, 8, device=self.device),
            code=torch.zeros(batch, 0, 5, dtype=torch.int16, device=self.device),
            tint=torch.zeros(batch, 0, 3, dtype=torch.uint8, device=self.device),
            movers_count=torch.zeros(batch, dtype=torch.int64, device=self.device),
        )
        render(self.places.pool.scenes, self._texels, views, images, rows)

    def tokens(self, state: MazeState) -> Tensor:
        """(B, L) int32."""
        return self._tokens[state.paradigm]

    def instructions(self, state: MazeState, rows: list[int]) -> list[str]:
        """The sentence of each row's paradigm."""
        return [PARADIGMS[p].words for p in state.paradigm[rows].tolist()]

    def oracle(self, state: MazeState) -> Tensor:
        """Knows what is hidden: goes to the target, presses what is to be pressed."""
        turns = torch.zeros(len(state.pose), dtype=torch.int64)
        resting = (state.paradigm == NAMES.index("shuttle_box")) & (state.phase == 0)
        target = torch.where(resting, state.hidden, state.target.clamp(min=0))
        next_headings(
            self.places.pool.walkable_array,
            self.places.fields.array,
            self.places.slot[state.world].cpu().numpy(),
            np.zeros(len(turns), np.int64),
            self.places.field[state.world * SPOTS + target].cpu().numpy(),
            state.pose.cpu().numpy(),
            math.radians(self.config.turn),
            np.full(len(turns), STEP_M, np.float32),
            turns.numpy(),
        )
        turns = turns.to(self.device)
        move = torch.where(turns > 0, LEFT, torch.where(turns < 0, RIGHT, FORWARD))
        dnms, operant = NAMES.index("dnms"), NAMES.index("operant")
        there = on_which(state, self.places.spots, self._reach) == state.target
        delay = (state.paradigm == dnms) & (state.phase == 1)
        press = there & ((state.paradigm == operant) | ((state.paradigm == dnms) & ~delay))
        wait = ((state.target < 0) & ((move == FORWARD) | ~resting)) | (delay & there)
        wait = wait | ((state.paradigm == NAMES.index("cpp")) & there)
        return torch.where(press, INTERACT, torch.where(wait, STAY, move))

    def forgetful(self, state: MazeState, memory: dict[str, Any]) -> Tensor:
        """Sees what is to be seen, and searches all spots in every trial."""
        here = on_which(state, self.places.spots, self._reach)
        wanted = next_untried(state, here, memory)
        action = self.oracle(dataclasses.replace(state, target=wanted))
        memory["pressed"] = action == INTERACT
        return action

    def portrait(self, state: MazeState) -> NDArray[np.uint8]:
        """What the agent sees, and for people alone the place from above with what is hidden."""
        size = 320
        first = torch.zeros(1, size, size, 3, dtype=torch.uint8, device=self.device)
        self.draw(state, first)
        number = int(state.world[0])
        plan = map_picture(self.places.layouts[number].world, self._texels.cpu().numpy(), size)
        top_down = torch.from_numpy(plan.picture.copy())[None]
        marks = [(self.places.spots[number], 3, PATH), (state.pose[:, :2], 6, ROBOT)]
        if int(state.target[0]) >= 0:
            marks.insert(1, (self.places.spots[number][state.target], 5, GOAL))
        for middles, radius, colour in marks:
            line = torch.arange(-radius, radius + 1)
            grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), -1).reshape(-1, 2)
            middles = middles.cpu()
            x = plan.offset_x + plan.scale * middles[:, 0]
            y = plan.offset_y - plan.scale * middles[:, 1]
            pixels = torch.stack((x, y), -1)[:, None] + grid
            stamp(top_down, torch.zeros(1, dtype=torch.int64), pixels.reshape(1, -1, 2), colour)
        lines = [
            f"{NAMES[int(state.paradigm[0])]}, trial {int(state.trial[0]) + 1} of "
            f"{int(state.trials[0])}, step {int(state.trial_steps[0])}, "
            f"{int(state.solved[0])} solved"
        ]
        words = self.instructions(state, [0])[0]
        return portrait(first[0].cpu().numpy(), top_down[0].numpy(), words, lines)

    def _begin(self, state: MazeState, mask: Tensor) -> None:
        """Put the rows of the mask at the start of their next trial."""
        next_trial(state, mask)
        starts = self.places.start_count[state.world]
        drawn = mix(state.seed, _START + state.trial) % starts
        start = self.places.starts[state.world, drawn].clone()
        # Any way round, and a little askew: only who looks can tell where to go.
        heading = mix(state.seed, _HEADING + state.trial)
        start[:, 2] += heading % (360 // self.config.turn) * math.radians(self.config.turn)
        start[:, 2] += (heading // 360 % 61 - 30) * math.radians(0.5)
        start[:, 2] = wrap_angle(start[:, 2])
        state.pose = torch.where(mask[:, None], start, state.pose)
        here = on_which(state, self.places.spots, self._reach)
        state.on_spot = torch.where(mask, here, state.on_spot)
        crossing = mask & (state.paradigm == NAMES.index("shuttle_box"))
        state.hidden = torch.where(crossing, 1 - here.clamp(0, 1), state.hidden)
        self._aim(state, mask, torch.zeros_like(mask))

    def _aim(self, state: MazeState, anew: Tensor, arrived: Tensor) -> None:
        """Set the target and the distance to it; another target, or ``anew``, begins a new leg."""
        target = target_of(state, self.places.spots)
        field = self.places.field[state.world * SPOTS + target.clamp(min=0)]
        distance = distance_at(self.places.fields.metres, field, state.pose[:, :2])
        state.distance = torch.where(target >= 0, distance, 0.0)
        fresh = (target != state.target) | anew
        state.leg = torch.where(fresh, state.distance, state.leg)
        state.best = torch.where(fresh, state.distance, torch.minimum(state.best, state.distance))
        state.leg_done = (state.leg_done | arrived) & ~fresh
        state.target = target
