"""VectorEnv: Gymnasium's loop over a task, for a whole batch at once.

Under ``SAME_STEP`` the transition just made stays at the top level of ``info`` (``success``,
metrics, ``reward_terms``) for every row, and is repeated under ``final_info`` for the rows that
ended; ``final_obs`` is a batched observation with the mask ``_final_obs``. What is told of a step
before the episode has ended: :mod:`vgym.core.telling`.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any

import numpy as np
import torch
from gymnasium import error
from gymnasium.spaces import Box, Discrete, MultiDiscrete
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode
from gymnasium.vector import VectorEnv as GymnasiumVectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.action_check import check_actions
from vgym.core.batched_space import batched_space
from vgym.core.checkpoint import read_moment
from vgym.core.config import choice
from vgym.core.hand_out import HandOut
from vgym.core.keys import episode_keys
from vgym.core.observer import Observer
from vgym.core.reset_arguments import (
    autoreset_mode_of,
    record_numbers,
    refuse_unplayable,
    reset_mask,
    resting_actions,
    seed_list,
)
from vgym.core.speech import Speech
from vgym.core.spoken import Spoken
from vgym.core.task import Task, load_task, page_of
from vgym.core.telling import transition_info
from vgym.core.time_limit import LimitInSpec
from vgym.rewards.recipes import is_recipe
from vgym.row_threads import one_torch_thread

RENDER_MODES = ("rgb_array",)
_SEEDED_SPACES = ("action_space", "single_action_space")

# A forked child has torch's thread pool without its threads, and would wait for them for ever.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))


class VectorEnv(GymnasiumVectorEnv[Any, Any, Any]):
    """A batch of one task's environments.

    Args:
        task: ``"module:Class"`` of a :class:`Task`, or the class.
        num_envs: how many environments, B.
        autoreset_mode: an ``AutoresetMode``, or its name or value ("NEXT_STEP", "NextStep").
        copy: True hands out fresh memory each time; False hands out one of two buffers in turn,
            valid until the second-next ``step`` or ``reset``.
        render_mode: ``"rgb_array"`` or None.
        **settings: the task's settings.

    Returns of ``step`` and ``reset`` are NumPy arrays, or torch tensors with ``device="cuda"``.
    """

    spec: Any = LimitInSpec()
    observation_space: Any = cached_property(
        lambda self: batched_space(self.single_observation_space, self.num_envs)
    )

    def __init__(
        self,
        task: str | type[Task[Any]],
        num_envs: int = 1,
        *,
        autoreset_mode: AutoresetMode | str = AutoresetMode.SAME_STEP,
        copy: bool = True,
        render_mode: str | None = None,
        **settings: Any,
    ) -> None:
        if not isinstance(num_envs, int) or isinstance(num_envs, bool) or num_envs < 1:
            raise ValueError(f"num_envs={num_envs!r} must be a positive integer")
        if render_mode is not None:
            choice("render_mode", render_mode, RENDER_MODES)
        autoreset_mode = autoreset_mode_of(autoreset_mode)
        self._arguments = {
            "task": task,
            "num_envs": num_envs,
            "autoreset_mode": autoreset_mode,
            "copy": copy,
            "render_mode": render_mode,
            **settings,
        }
        self.task = load_task(task, settings)
        self.__doc__ = page_of(type(self.task)) or self.__doc__  # what help() of it shows
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.autoreset_mode = autoreset_mode
        self.copy = copy
        self.metadata = {
            "render_modes": list(RENDER_MODES),
            "render_fps": 4,
            "autoreset_mode": autoreset_mode,
        }
        self.single_observation_space = self.task.observation_space
        self.single_action_space = self.task.action_space
        if not isinstance(self.single_action_space, Box | Discrete | MultiDiscrete | Spoken):
            raise ValueError(
                f"the action space of {self.task.name} is {self.single_action_space}; it must be a "
                "Box, Discrete, MultiDiscrete or vgym.core.spoken.Spoken"
            )
        self.action_space = batch_space(self.single_action_space, num_envs)

        self._state: Any = None
        self._seeds = np.zeros(num_envs, np.uint64)
        self._episodes = np.zeros(num_envs, np.int64)
        self._elapsed = np.zeros(num_envs, np.int64)
        self._done = np.zeros(num_envs, np.bool_)
        self._facts: dict[str, Tensor] | None = None
        self._closed = False
        self._halfway = False  # through a step, which has not come to its end if it has returned
        self._out = HandOut(self.task.device)
        self._observer = Observer(self.task, num_envs, self._out, copy=copy)

    # -- the loop ---------------------------------------------------------------------------

    @one_torch_thread()
    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start new episodes in every row, or in those of ``options["reset_mask"]``.

        Args:
            seed: None goes on to the rows' next episodes; an int seeds row i with ``seed + i``;
                a list seeds row by row.
            options: ``{"reset_mask": (B,) bool array with at least one True}``; of a source with
                records also ``{"record": k}``, or (B,) numbers, for the record that each row's
                episode is about (see :attr:`vgym.core.task.Task.records`); or nothing.

        Raises:
            TypeError, ValueError: a bad mask or option. gymnasium.error.Error: a bad seed.
        """
        self._check_open()
        mask = reset_mask(options, self.num_envs, ("record",))
        known = self.task.records
        records = record_numbers(options, mask, None if known is None else len(known))
        if records is not None and known is not None:
            refuse_unplayable(records, mask, known, self.task.playable(records[mask]))
        if (self._state is None or self._halfway) and not mask.all():
            raise error.ResetNeeded(
                "the first reset, and one after a step that broke off, must be of every "
                "environment: no reset_mask"
            )
        seeds = self._seeded(seed)
        self._begin_episodes(np.flatnonzero(mask), seeds, records)
        self._done[mask] = False
        self._facts, self._halfway = None, False
        observation = self._observer.observe(self._state, mask)
        return observation, self._begin_info(mask)

    @one_torch_thread()
    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Move every environment by its action; under ``DISABLED`` those that have ended, and whose
        action is None, stay as they are.

        Returns:
            observation, reward float32 (B,), terminated bool (B,), truncated bool (B,), info.

        Raises:
            gymnasium.error.InvalidAction: nothing has moved; the message names row and value.
            gymnasium.error.ResetNeeded: before the first reset, or rows that have ended and
                were not reset (``DISABLED``); or an earlier step broke off halfway.
            Exception: whatever a reward of the user's raises; nothing has moved.
        """
        self.check_started()
        resetting = np.zeros(self.num_envs, np.bool_)
        if self._done.any():
            if self.autoreset_mode is AutoresetMode.DISABLED:
                actions = resting_actions(actions, self._done)
            resetting = self._done.copy()
        task = self.task
        active = ~resetting
        checked = check_actions(
            actions,
            task.action_space,
            self.num_envs,
            task.device,
            active=active,
            agents=len(task.agents),
            forms=task.config.actions,
        )
        # A recipe of ours raises for no facts, and copies of large states take time.
        before = None if is_recipe(task.reward) else states.copied(self._state)
        self._halfway = True
        try:
            outcome = task.step(self._state, checked.values, checked.unread)
        except BaseException:
            if before is not None:
                self._state, self._halfway = before, False
            raise
        self._facts = outcome.facts
        self._elapsed += 1
        limit = self.step_limit
        terminated = outcome.terminated.cpu().numpy() & active
        truncated = np.zeros(self.num_envs, np.bool_)
        if limit is not None:
            truncated = (self._elapsed >= limit) & ~terminated & active
        done = terminated | truncated
        reward = outcome.reward.to(torch.float32, copy=True)  # tasks may hand out their state
        if resetting.any():
            reward[self._out.on_device(resetting)] = 0

        info = transition_info(task, outcome, checked, self._out, active, done)
        altered = {"image": outcome.picture_changed, **outcome.further_changed}
        changed = {
            name: altered[name].cpu().numpy() & active if name in altered else active & False
            for name in self._observer.names
        }
        if self.autoreset_mode is AutoresetMode.SAME_STEP:
            if done.any():
                info["final_obs"] = self._observer.final(self._state, done, changed)
                info["final_info"] = transition_info(task, outcome, checked, self._out, done, done)
                info["_final_obs"], info["_final_info"] = map(self._out.mask, (done, done))
            begin = done
        elif self.autoreset_mode is AutoresetMode.NEXT_STEP:
            begin = resetting
        else:
            begin, done = np.zeros_like(done), done | resetting
        if begin.any():
            if not begin.all():  # hints are read from the transition's facts, not the new state
                self._facts = {name: fact.clone() for name, fact in outcome.facts.items()}
            self._begin_episodes(np.flatnonzero(begin), None)
            info.update(self._begin_info(begin))
        self._done = done if self.autoreset_mode is not AutoresetMode.SAME_STEP else done & False
        stale = {name: rows | begin for name, rows in changed.items()}
        observation = self._observer.observe(self._state, stale)
        flags = self._out.mask(terminated), self._out.mask(truncated)
        self._halfway = False
        return observation, self._out.values(reward), *flags, info

    def render(self) -> tuple[NDArray[np.uint8], ...] | None:
        """A picture for people of every environment, or None without a render mode."""
        if self.render_mode is None:
            return None
        self.check_started()
        device = self.task.device
        rows = (torch.tensor([i], device=device) for i in range(self.num_envs))
        return tuple(self.task.portrait(states.take(self._state, row)) for row in rows)

    def close_extras(self, **kwargs: Any) -> None:
        """Let the state go; stepping afterwards is an error, closing again is not."""
        self._closed = True
        self._state = None
        self._facts = None
        self.__dict__.pop("_observer", None)  # Python closes one that could not be made, too

    # -- what the state says ----------------------------------------------------------------

    def observe(self) -> Any:
        """The observation of the present moment, as after ``load_state_dict``."""
        self.check_started()
        every = np.ones(self.num_envs, np.bool_)
        return self._observer.observe(self._state, every)

    def instructions(self) -> list[str]:
        """The current instruction of every environment, in words."""
        self.check_started()
        return self.task.instructions(self._state, list(range(self.num_envs)))

    def oracle(self) -> Any:
        """A solving action for every environment, in the environment's own action form."""
        self.check_started()
        answers = self.task.oracle(self._state).clone()
        space = self.single_action_space
        return space.said(answers) if isinstance(space, Spoken) else self._out.values(answers)

    def action_masks(self) -> Any:
        """What may be chosen now, as MaskablePPO of sb3-contrib asks.

        Returns:
            (B, N) bool, N the choices of a `Discrete`, or the sum of those of a `MultiDiscrete`'s
            numbers, one after another. What is False is legal, but never does what it says.

        Raises:
            ValueError: actions are no whole numbers.
        """
        self.check_started()
        space: Any = self.single_action_space
        if not isinstance(space, Discrete | MultiDiscrete):
            raise ValueError(f"there are masks for whole numbers alone; actions here are {space}")
        choices = int(space.n) if isinstance(space, Discrete) else int(space.nvec.sum())
        mask = self.task.action_mask(self._state)
        if mask is None:
            mask = torch.ones(self.num_envs, choices, dtype=torch.bool, device=self.task.device)
        return self._out.values(mask)

    def speech(self) -> Speech:
        """What a language model is told of the task, and how it acts; see :mod:`vgym.chat`."""
        return self.task.speech()

    def convention_hints(self) -> list[str]:
        """For the last step of each row: another convention in which it would have scored well."""
        self.check_started()
        if self._facts is None:
            return [""] * self.num_envs
        return self.task.hints(self._facts) or [""] * self.num_envs

    @property
    def step_limit(self) -> int | None:
        """After how many steps an episode is truncated; None for never."""
        return self.task.config.max_episode_steps

    @property
    def started(self) -> bool:
        """Whether a first reset has happened."""
        return self._state is not None

    @property
    def done(self) -> NDArray[np.bool_]:
        """(B,) bool: rows whose episode has ended and whose next has not begun."""
        return self._done.copy()

    @property
    def state(self) -> Any:
        """The task's state: batched tensors, not to be written to."""
        self.check_started()
        return self._state

    @property
    def facts(self) -> dict[str, Tensor] | None:
        """What the last step came to; None after a reset. Not to be written to."""
        return self._facts

    @property
    def moments(self) -> NDArray[np.uint64]:
        """(B, 3) seed, number of the episode, and steps so far of every row."""
        columns = (self._seeds, self._episodes, self._elapsed)
        return np.stack([column.astype(np.uint64) for column in columns], 1)

    # -- saving -----------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Everything that decides what comes next; see ``load_state_dict``."""
        self._check_whole()
        tensors = {} if self._state is None else states.flatten(self._state)
        return {
            "settings": self.task.config.of_episodes,
            "state": tensors,
            "seeds": self._seeds.copy(),
            "episodes": self._episodes.copy(),
            "elapsed": self._elapsed.copy(),
            "done": self._done.copy(),
            "np_random": self.np_random.bit_generator.state,
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from a saved moment; the tail is then exactly the same.

        Raises:
            ValueError: it was made with other settings or another number of environments, or holds
                what no state of the task can, by name. Nothing has changed then.
        """
        self._check_open()
        moment = read_moment(self.task, self.num_envs, saved)
        if moment.state is not None:
            try:
                # Rows that a step does not alter are not drawn again.
                self._observer.observe(moment.state, np.ones(self.num_envs, np.bool_))
            except Exception as error:
                if self.started:
                    self.observe()
                raise ValueError(
                    f"the state_dict cannot be shown: {type(error).__name__}: {error}"
                ) from error
        self._state, self._facts, self._halfway = moment.state, None, False
        for name, numbers in moment.rows.items():
            getattr(self, f"_{name}")[:] = numbers
        self.np_random.bit_generator.state = moment.np_random

    def __getstate__(self) -> dict[str, Any]:
        spec = getattr(self, "spec", None)
        saved = None if self._closed else self.state_dict()
        spaces = {name: getattr(self, name) for name in _SEEDED_SPACES}
        return {"arguments": self._arguments, "spec": spec, "saved": saved, "spaces": spaces}

    def __setstate__(self, pickled: dict[str, Any]) -> None:
        self.__init__(**pickled["arguments"])  # type: ignore[misc]
        self.spec = pickled["spec"]
        for name, space in pickled["spaces"].items():
            setattr(self, name, space)
        if pickled["saved"] is None:
            self.close()
        else:
            self.load_state_dict(pickled["saved"])

    # -- parts ------------------------------------------------------------------------------

    def _begin_info(self, rows: NDArray[np.bool_]) -> dict[str, Any]:
        """What infos hold of rows whose episode begins."""
        if not self.task.view_told:
            return {}
        return self._out.with_masks({"view": self.task.letterbox(self._state).clone()}, rows)

    def _begin_episodes(
        self,
        rows: NDArray[np.int64],
        seeds: list[int | None] | None,
        records: NDArray[np.int64] | None = None,
    ) -> None:
        """Give the rows their next episode, or the first one of a new seed, or that of a record."""
        self._episodes[rows] += 1
        if seeds is not None:
            for row in rows:
                given = seeds[row]
                if given is None and self._state is None:
                    given = int(self.np_random.integers(1 << 63))
                if given is not None:
                    self._seeds[row] = np.uint64(given & 0xFFFFFFFFFFFFFFFF)
                    self._episodes[row] = 0
        self._elapsed[rows] = 0
        if records is None:
            keys = episode_keys(self.task.salt, self._seeds[rows], self._episodes[rows])
            fresh = self.task.reset(keys)
        else:
            fresh = self.task.reset_records(records[rows])
        if len(rows) == self.num_envs:
            self._state = fresh
        else:
            index = torch.from_numpy(rows).to(self.task.device)
            states.put(self._state, index, fresh)

    def _seeded(self, seed: int | list[int | None] | None) -> list[int | None]:
        seeds = seed_list(seed, self.num_envs)
        if seed is not None and not isinstance(seed, list | tuple | np.ndarray):
            # A fresh generator per seed, as Gymnasium asks.
            self._np_random, self._np_random_seed = seeding.np_random(seed)
        return seeds

    def _check_open(self) -> None:
        if self._closed:
            raise error.ClosedEnvironmentError("this environment was closed; make a new one")

    def check_started(self) -> None:
        """Raises ClosedEnvironmentError after ``close``, ResetNeeded before the first reset, and
        after a step that broke off."""
        self._check_open()
        self._check_whole()
        if self._state is None:
            raise error.ResetNeeded("call reset() first")

    def _check_whole(self) -> None:
        if self._halfway:
            raise error.ResetNeeded(
                "the last step broke off halfway: call reset() of every environment, or "
                "load_state_dict() of a saved moment"
            )
