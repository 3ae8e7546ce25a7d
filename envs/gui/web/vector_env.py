"""WebVectorEnv: Gymnasium's loop over pages in one Chromium, stepped at the same time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from gymnasium import error, spaces
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode
from gymnasium.vector import VectorEnv as GymnasiumVectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from vgym.core.action_check import NoAnswer, check_actions
from vgym.core.batched_space import batched_space
from vgym.core.config import EXPOSED, check_keywords, choice
from vgym.core.reset_arguments import autoreset_mode_of, reset_mask, resting_actions, seed_list
from vgym.core.speech import Speech
from vgym.core.text import OpenText
from vgym.envs.gui.web.actions import (
    FORMS,
    WAIT,
    Action,
    action_space,
    decode,
    encode,
)
from vgym.envs.gui.web.browser import acquire, release
from vgym.envs.gui.web.page import INSTRUCTION_MAX, Reading, WebPage
from vgym.envs.gui.web.rows import Row, Turn, begin_all, close_all, together
from vgym.envs.gui.web.speech import web_speech
from vgym.envs.gui.web.tasks import find_tasks

SETTINGS = (
    *("task", "reward", "split", "action", "max_episode_steps", "image_size"),
    *("timeout_s", "allow_remote", "expose"),
)
REWARDS = ("dense", "sparse")
SPLITS = ("train", "val", "test")
CLOSENESS_WEIGHT = 0.5
_CPU = torch.device("cpu")


class WebVectorEnv(GymnasiumVectorEnv[Any, Any, Any]):
    """Do what the words say on pages in a real Chromium.

    **Observation** ``image`` (H, W, 3) uint8, the page as it shows; ``instruction``, text. Our own
    pages are 400 by 640 (height, width), those of MiniWoB++ 210 by 160.
    **Action** click, double click, drag, scroll, type, press a key, wait; three forms, told in
    ``vgym.envs.gui.web.actions``.
    **Success** the page's full mark. MiniWoB++ also marks parts of a task and near misses, with
    less than 1: they are paid as they are, and are not solved. On four of its pages, which measure
    how far a point lies from the truth, the full mark is what the best pixel earns.
    **Reward** ``sparse``: the page's own verdict when the episode ends, in [-1, 1], 0 before.
    ``dense``: plus half of ``closeness``, which over an episode adds up to at most 1 (see
    ``vgym.envs.gui.web.closeness``), to 1 on success alone, and is 0 on pages that do not tell
    what is to be done: of MiniWoB++ those not in ``ORACLES``. MiniWoB++'s discount by the seconds
    passed is left out, as it would pay for a fast machine.
    **End** terminated: by the page's verdict, or because it was left (``info["left"]``) or lost
    (``info["crash"]``, why in ``info["crash_reason"]``); such a page is replaced.
    Truncated: after ``max_episode_steps``.
    **A page of yours** defines ``window.vgym``: ``start(seed, split)`` begins an episode, and
    ``read()`` returns ``{instruction, done, reward, success}``, perhaps with ``texts`` (what can be
    typed; what the words quote if left out) and ``plan`` (the steps still to be done, each
    ``{kind, box, to, text}`` as in ``vgym.envs.gui.web.closeness``).

    Args:
        num_envs: how many environments, B; each is a page of its own.
        task: "flows" (our own pages), "all" (the 125 of MiniWoB++), a name, an address or
            path, or a list; of several, each episode draws one.
        reward: "dense" or "sparse".
        split: "train", "val" (other episodes), or "test" (others still; our own pages in colours
            that training never shows, MiniWoB++ in its own test mode).
        action: "continuous", "pixel" or "text".
        max_episode_steps: when an episode is cut off.
        image_size: a side or (height, width), in pixels, of pages given by their address.
        timeout_s: how long a page may take over one action before it counts as hung.
        expose: when infos have ``plan_left``, the steps that the page's own plan has still to go:
            with the "end" of the episode, or at every step ("truth").
        allow_remote: whether pages may reach more than their own server, or, where they are
            files, the folder they lie in: other ports and machines, but no other files.
        autoreset_mode: an ``AutoresetMode``, or its name or value ("NEXT_STEP", "NextStep").
        render_mode: "rgb_array" or None.

    Raises:
        ValueError: a setting that there is not. BrowserError: no browser, no miniwob; at ``reset``.
    """

    def __init__(
        self,
        num_envs: int = 1,
        *,
        task: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = "flows",
        reward: str = "dense",
        split: str = "train",
        action: str = "continuous",
        max_episode_steps: int = 30,
        image_size: int | tuple[int, int] | None = None,
        timeout_s: float = 10.0,
        allow_remote: bool = False,
        expose: str = "end",
        autoreset_mode: AutoresetMode | str = AutoresetMode.SAME_STEP,
        render_mode: str | None = None,
        **others: Any,
    ) -> None:
        check_keywords(others, SETTINGS)
        for name, number in (("num_envs", num_envs), ("max_episode_steps", max_episode_steps)):
            if not isinstance(number, int) or isinstance(number, bool) or number < 1:
                raise ValueError(f"{name}={number!r} must be a positive integer")
        if not 0 < timeout_s < 3600:
            raise ValueError(f"timeout_s={timeout_s!r} must be seconds, above 0 and under an hour")
        choice("reward", reward, REWARDS)
        choice("split", split, SPLITS)
        choice("action", action, FORMS)
        choice("expose", expose, EXPOSED)
        if render_mode is not None:
            choice("render_mode", render_mode, ("rgb_array",))
        autoreset_mode = autoreset_mode_of(autoreset_mode)
        self.tasks = find_tasks(task, image_size, allow_remote)
        self.num_envs = num_envs
        self.reward = reward
        self.action_form = action
        self.expose = expose
        self.step_limit = max_episode_steps
        self.render_mode = render_mode
        self.autoreset_mode = autoreset_mode
        self.metadata = {
            "render_modes": ["rgb_array"],
            "render_fps": 4,
            "autoreset_mode": autoreset_mode,
        }
        self.size_hw = self.tasks[0].size_hw
        self.single_observation_space = spaces.Dict(
            {
                "image": spaces.Box(0, 255, (*self.size_hw, 3), np.uint8),
                "instruction": OpenText(INSTRUCTION_MAX),
            }
        )
        self.single_action_space = action_space(action, self.size_hw)
        self.observation_space = batched_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._done = np.zeros(num_envs, np.bool_)
        self._started = False
        self._closed = False
        self._timeout_s = timeout_s
        self._browser = acquire(allow_remote)
        self._rows = [
            Row(WebPage(self._browser, self.size_hw, timeout_s), self.tasks, split)
            for _ in range(num_envs)
        ]

    # -- the loop ---------------------------------------------------------------------------

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start new episodes in every row, or in those of ``options["reset_mask"]``.

        Args:
            seed: None goes on to the rows' next episodes; an int seeds row i with ``seed + i``;
                a list seeds row by row.
            options: ``{"reset_mask": (B,) bool array with at least one True}`` or nothing.

        Raises:
            TypeError, ValueError: a bad mask or option. gymnasium.error.Error: a bad seed.
            BrowserError: there is no browser, or a page does not start.
        """
        self._check_open()
        mask = reset_mask(options, self.num_envs)
        if not self._started and not mask.all():
            raise error.ResetNeeded("the first reset must be of every environment: no reset_mask")
        seeds = self._seeded(seed)
        rows = [self._rows[i] for i in np.flatnonzero(mask)]
        for i in np.flatnonzero(mask):
            given = seeds[i]
            if given is None and not self._started:
                given = int(self.np_random.integers(1 << 63))
            if given is not None:
                self._rows[i].seed = given & 0xFFFFFFFFFFFFFFFF
                self._rows[i].episode = -1
        self._browser.run(begin_all(rows), self._limit_s(starts=True))
        self._started = True
        self._done[mask] = False
        names = np.array([row.task.name for row in self._rows], dtype=object)
        info = {"task": names, "_task": mask}
        return self._observation([self._seen(row) for row in self._rows]), info

    def step(
        self, actions: Any
    ) -> tuple[
        dict[str, Any],
        NDArray[np.float32],
        NDArray[np.bool_],
        NDArray[np.bool_],
        dict[str, Any],
    ]:
        """Do every environment's action on its page, all at the same time.

        Returns:
            observation, reward float32 (B,), terminated bool (B,), truncated bool (B,), info.

        Raises:
            gymnasium.error.InvalidAction: nothing has moved; the message names row and value.
            gymnasium.error.ResetNeeded: before the first reset, or rows that have ended and
                are to act (``DISABLED``); they rest where their action is None.
        """
        self._check_started()
        disabled = self.autoreset_mode is AutoresetMode.DISABLED
        if disabled and self._done.any():
            actions = resting_actions(actions, self._done)
        active = ~self._done
        decoded = self._decoded(actions, active)
        resetting = self._done & (not disabled)
        turns = self._browser.run(
            self._play(decoded, active, resetting), self._limit_s(starts=True)
        )
        terminated = np.array([turn.ended for turn in turns]) & active
        over = np.array([row.elapsed >= self.step_limit for row in self._rows])
        over |= np.array([turn.fresh is not None for turn in turns])
        truncated = over & ~terminated & active
        done = terminated | truncated
        verdicts = np.array([turn.seen.reward if turn.seen.done else 0.0 for turn in turns])
        verdicts = np.where(active, verdicts, 0.0)  # those that rest were paid before
        gains = np.array([turn.gain for turn in turns])
        reward = verdicts + (CLOSENESS_WEIGHT * gains if self.reward == "dense" else 0.0)
        shown_plans = active if self.expose == "truth" else done
        info = _transition_info(turns, verdicts, gains, active, shown_plans)
        shown = [turn.seen if turn.fresh is None else turn.fresh for turn in turns]
        if self.autoreset_mode is AutoresetMode.SAME_STEP:
            if done.any():
                info["final_obs"] = self._observation(
                    [turn.seen if ended else None for turn, ended in zip(turns, done, strict=True)]
                )
                info["final_info"] = _transition_info(turns, verdicts, gains, done, done)
                info["_final_obs"], info["_final_info"] = done.copy(), done.copy()
        else:
            self._done = done | (self._done & ~resetting)
        begun = done if self.autoreset_mode is AutoresetMode.SAME_STEP else resetting
        if begun.any():
            info["task"] = np.array([row.task.name for row in self._rows], dtype=object)
            info["_task"] = begun.copy()
        observation = self._observation(shown)
        return observation, reward.astype(np.float32), terminated, truncated, info

    def render(self) -> tuple[NDArray[np.uint8], ...] | None:
        """The pages as they show, or None without a render mode."""
        if self.render_mode is None:
            return None
        self._check_started()
        return tuple(self._seen(row).image.copy() for row in self._rows)

    def close_extras(self, **kwargs: Any) -> None:
        """Close the pages, and the browser with the last environment that uses it."""
        if self._closed:
            return
        self._closed = True
        try:
            self._browser.run(close_all(self._rows), 10.0)
        finally:
            release(self._browser)

    # -- what the pages say -----------------------------------------------------------------

    @property
    def started(self) -> bool:
        """Whether a first reset has happened."""
        return self._started

    def instructions(self) -> list[str]:
        """The current instruction of every environment, in words."""
        self._check_started()
        return [self._seen(row).instruction for row in self._rows]

    def oracle(self) -> Any:
        """The next action of every page's own plan, in the environment's own action form.

        A page that does not tell its plan, or whose plan's next step is no action of this
        environment, gets an action that waits.
        """
        self._check_started()
        answers = []
        for row in self._rows:
            seen = self._seen(row)
            step = seen.plan[0].action if seen.plan else WAIT
            answers.append(encode(self.action_form, step, self.size_hw, seen.texts))
        return tuple(answers) if self.action_form == "text" else np.stack(answers)

    @property
    def moments(self) -> NDArray[np.uint64]:
        """(B, 3) seed, number of the episode, and steps so far of every row."""
        rows = [(row.seed & (2**64 - 1), max(row.episode, 0), row.elapsed) for row in self._rows]
        return np.array(rows, np.uint64)

    def speech(self) -> Speech:
        """What a language model is told, and can do."""
        return web_speech(
            self.action_form, self.size_hw, lambda row: self._seen(self._rows[row]).texts
        )

    # -- parts ------------------------------------------------------------------------------

    async def _play(
        self, actions: list[Action], active: NDArray[np.bool_], resetting: NDArray[np.bool_]
    ) -> list[Turn]:
        same_step = self.autoreset_mode is AutoresetMode.SAME_STEP

        async def one(row: Row, action: Action, acts: bool, begins: bool) -> Turn:
            if acts:
                return await row.step(action, self.step_limit, same_step)
            return Turn(await row.begin() if begins else self._seen(row))

        parts = zip(self._rows, actions, active, resetting, strict=True)
        return await together(one(*part) for part in parts)

    def _decoded(self, actions: Any, active: NDArray[np.bool_]) -> list[Action]:
        if self.action_form == "text":
            if isinstance(actions, str) or len(actions) != self.num_envs:
                raise error.InvalidAction(
                    f"expected {self.num_envs} texts, one an environment, got {actions!r:.100}"
                )
            for i in np.flatnonzero(active):
                if not isinstance(actions[i], str | NoAnswer):
                    raise error.InvalidAction(f"environment {i}: {actions[i]!r:.100} is no text")
            why = [one.why if isinstance(one, NoAnswer) else "" for one in actions]
            given: Any = actions
        else:
            space = self.single_action_space
            checked = check_actions(actions, space, self.num_envs, _CPU, active=active, forms=FORMS)
            given = checked.values.numpy()
            why = [""] * self.num_envs if checked.why is None else checked.why.tolist()

        def said(i: int) -> Action:
            if not active[i]:
                return WAIT
            if why[i]:
                return Action("wait", error=why[i])
            return decode(self.action_form, given[i], self.size_hw, self._seen(self._rows[i]).texts)

        return [said(i) for i in range(self.num_envs)]

    def _limit_s(self, *, starts: bool) -> float:
        """How long a batch may take at the very most: each page has its own, shorter, limit."""
        return 90.0 + 6 * self._timeout_s * (2 if starts else 1)

    def _observation(self, seen: Sequence[Reading | None]) -> dict[str, Any]:
        images = np.zeros((self.num_envs, *self.size_hw, 3), np.uint8)
        for i, reading in enumerate(seen):
            if reading is not None:
                images[i] = reading.image
        words = tuple("" if reading is None else reading.instruction for reading in seen)
        return {"image": images, "instruction": words}

    @staticmethod
    def _seen(row: Row) -> Reading:
        assert row.seen is not None
        return row.seen

    def _seeded(self, seed: int | list[int | None] | None) -> list[int | None]:
        seeds = seed_list(seed, self.num_envs)
        if seed is not None and not isinstance(seed, list | tuple | np.ndarray):
            # A fresh generator per seed, as Gymnasium asks.
            self._np_random, self._np_random_seed = seeding.np_random(seed)
        return seeds

    def _check_open(self) -> None:
        if self._closed:
            raise error.ClosedEnvironmentError("this environment was closed; make a new one")

    def _check_started(self) -> None:
        self._check_open()
        if not self._started:
            raise error.ResetNeeded("call reset() first")

    def __getstate__(self) -> dict[str, Any]:
        raise TypeError(
            "pages in a browser cannot be pickled or copied; make the environment anew, and reset "
            "it with the same seed"
        )


def _transition_info(
    turns: Sequence[Turn],
    verdicts: NDArray[np.float64],
    gains: NDArray[np.float64],
    mask: NDArray[np.bool_],
    planned: NDArray[np.bool_],
) -> dict[str, Any]:
    """What a step brought, every value with its mask beside it, as Gymnasium's infos have it.

    How much of the plan is left is told of the rows that are `planned` alone.
    """
    notes = [sum(turn.notes.values()) for turn in turns]
    values: dict[str, Any] = {
        "success": np.array([turn.seen.success and turn.seen.done for turn in turns]),
        "crash": np.array([bool(turn.crash) for turn in turns]),
        "crash_reason": np.array([turn.crash for turn in turns], dtype=object),
        "left": np.array([turn.seen.left for turn in turns]),
        "refused": np.array(notes, np.int64),
        "format_ok": np.array([turn.action.understood for turn in turns]),
    }
    info: dict[str, Any] = {}
    for name, value in values.items():
        info[name], info[f"_{name}"] = value, mask.copy()
    left = np.array([len(turn.seen.plan) for turn in turns], np.int64)
    info["plan_left"], info["_plan_left"] = np.where(planned, left, 0), planned.copy()
    errors = np.array([turn.action.error for turn in turns], dtype=object)
    if (errors != "").any():
        info["parse_error"], info["_parse_error"] = errors, mask & (errors != "")
    terms: dict[str, Any] = {}
    for name, value in (("verdict", verdicts), ("closeness", gains)):
        terms[name], terms[f"_{name}"] = value.astype(np.float32), mask.copy()
    info["reward_terms"], info["_reward_terms"] = terms, mask.copy()
    return info
