"""The team as a PettingZoo `ParallelEnv`, and as a native batch in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from gymnasium.error import ClosedEnvironmentError, InvalidAction, ResetNeeded
from gymnasium.utils import seeding
from numpy.typing import NDArray
from pettingzoo import ParallelEnv
from torch import Tensor

from vgym.core.config import choice
from vgym.envs.navigation.team.engine import ACTIONS, TOKENS, TeamEngine
from vgym.envs.navigation.worlds.walkable import RADIUS

_FAR = np.float32(1e4)


class TeamParallelEnv(ParallelEnv):  # type: ignore[misc]  # PettingZoo carries no types
    """One team. See `vgym.envs.navigation.team_v0` for what it does.

    Args:
        render_mode: "rgb_array" or None. **settings: fields of `TeamConfig`; `max_cycles` is
            PettingZoo's name for `max_episode_steps`.
    """

    metadata: ClassVar[dict[str, Any]] = {
        "name": "VNavTeam-v0",
        "render_modes": ["rgb_array"],
        "is_parallelizable": True,
        "render_fps": 4,
    }

    def __init__(self, render_mode: str | None = None, **settings: Any) -> None:
        if render_mode is not None:
            choice("render_mode", render_mode, ("rgb_array",))
        self.engine = TeamEngine(1, **_named(settings))
        self.render_mode = render_mode
        self.possible_agents = list(self.engine.agents)
        self.agents: list[str] = []
        self.observation_spaces = {a: observation_space(self.engine) for a in self.possible_agents}
        self.action_spaces = {a: spaces.Discrete(ACTIONS) for a in self.possible_agents}
        self._random = np.random.default_rng()
        self._started = self._closed = False

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """The same object at every call."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """0 wait, 1 forward, 2 turn left, 3 turn right, 4 interact; the same object each call."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start an episode: the first of a seed, or the next one.

        Args:
            options: `{"poses": (R, 3)}` puts the robots at x, y (metres) and yaw; PettingZoo's own
                tests pass others, which mean nothing here.

        Raises:
            ValueError: poses that overlap or lie in walls, with the robots' names.
        """
        if self._closed:
            raise ClosedEnvironmentError("this environment was closed; make a new one")
        if seed is not None:
            seeding.np_random(seed)
            self.engine.reset([seed])
        elif not self._started:
            self.engine.reset([int(self._random.integers(1 << 62))])
        else:
            self.engine.reset()
        if options and "poses" in options:
            self._place(options["poses"])
        self._started = True
        self.agents = list(self.possible_agents)
        return self._observations(), {agent: {} for agent in self.agents}

    def step(
        self, actions: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, Any]]:
        """Move every robot.

        Raises:
            ValueError: a robot's action is missing or None, or is for one that is not there.
            gymnasium.error.InvalidAction: not one of the five; nothing has moved.
        """
        if self._closed:
            raise ClosedEnvironmentError("this environment was closed; make a new one")
        if not self._started:
            raise ResetNeeded("call reset() first")
        if not self.agents:
            return {}, {}, {}, {}, {}
        for agent in actions:
            if agent not in self.agents:
                state = "has finished" if agent in self.possible_agents else "does not exist"
                raise ValueError(f"there is an action for {agent!r}, which {state}: {self.agents}")
        for agent in self.agents:
            if actions.get(agent) is None:
                raise ValueError(f"the action of {agent!r} is missing; every live robot needs one")
        checked = torch.tensor([[whole(a, actions[a]) for a in self.agents]])
        reward, success, metrics = self.engine.step(checked)
        state_now = self.engine.state
        assert state_now is not None
        solved = bool(success[0])
        limit = int(self.engine.config.max_episode_steps or 0)
        over = int(state_now.steps[0]) >= limit and not solved
        observed = self._observations()
        infos = {
            agent: {name: value[0, i].item() for name, value in metrics.items()}
            for i, agent in enumerate(self.agents)
        }
        agents = self.agents
        if solved or over:
            self.agents = []
        return (
            observed,
            {agent: float(reward[0, i]) for i, agent in enumerate(agents)},
            dict.fromkeys(agents, solved),
            dict.fromkeys(agents, over),
            infos,
        )

    def render(self) -> NDArray[np.uint8] | None:
        """From above, with robots, poles and the thing to carry."""
        return None if self.render_mode is None else self.engine.render(0)

    def state(self) -> NDArray[np.float32]:
        """Poses and progress of all robots, flat: what a central critic may read."""
        now = self.engine.state
        assert now is not None
        parts = (now.pose[0], now.progress[0, :, None], now.distance[0, :, None])
        return np.asarray(torch.cat(parts, 1).numpy().ravel())

    def oracle(self) -> dict[str, int]:
        """The next action of every robot of a team that knows where everything is."""
        actions = self.engine.oracle()[0].tolist()
        return dict(zip(self.possible_agents, actions, strict=True))

    def close(self) -> None:
        """Stepping afterwards is an error, closing again is not."""
        self._closed = True

    def _observations(self) -> dict[str, Any]:
        observed = self.engine.observe()
        tokens = self.engine.tokens
        return {
            agent: {
                "goal": observed["goal"][0, i].numpy().copy(),
                "image": observed["image"][0, i].numpy().copy(),
                "instruction": tokens.copy(),
            }
            for i, agent in enumerate(self.possible_agents)
        }

    def _place(self, poses: Any) -> None:
        wanted = torch.as_tensor(np.asarray(poses, np.float32))
        now = self.engine.state
        assert now is not None
        if wanted.shape != now.pose.shape[1:] or not wanted.isfinite().all():
            raise ValueError(
                f"options['poses'] must be finite, of shape {tuple(now.pose.shape[1:])}: x, y, yaw"
            )
        names = self.possible_agents
        for i in range(len(names)):
            for j in range(i):
                gap = float((wanted[i, :2] - wanted[j, :2]).square().sum().sqrt())
                if gap < 2 * RADIUS:
                    raise ValueError(f"{names[j]} and {names[i]} overlap: {gap:.2f} m apart")
        before = now.pose.clone()
        now.pose = wanted[None].clone()
        if not self.engine.standing().all():
            bad = [
                n for n, ok in zip(names, self.engine.standing()[0].tolist(), strict=True) if not ok
            ]
            now.pose = before
            raise ValueError(f"options['poses'] puts {bad} in a wall or a piece of furniture")
        self.engine.begin()


class TeamVectorEnv:
    """A native batch of teams in parallel form: dicts of robots, arrays over the batch.

    Rows that have ended begin anew in the same step; their last observation is not kept.
    """

    def __init__(self, num_envs: int, **settings: Any) -> None:
        if not isinstance(num_envs, int) or isinstance(num_envs, bool) or num_envs < 1:
            raise ValueError(f"num_envs={num_envs!r} must be a positive integer")
        self.engine = TeamEngine(num_envs, **_named(settings))
        self.num_envs = num_envs
        self.agents = self.possible_agents = list(self.engine.agents)
        self._spaces = {a: observation_space(self.engine) for a in self.agents}
        self._actions = {a: spaces.Discrete(ACTIONS) for a in self.agents}

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """Of one environment."""
        return self._spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """Of one environment."""
        return self._actions[agent]

    def reset(self, seed: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
        """Row i plays what `parallel_env` plays after `reset(seed=seed + i)`."""
        self.engine.reset([seed + i for i in range(self.num_envs)])
        return self._observations(), {agent: {} for agent in self.agents}

    def step(self, actions: Mapping[str, Any]) -> tuple[Any, Any, Any, Any, Any]:
        """Actions (B,) by robot; returns five dicts by robot, of arrays over the batch.

        Raises:
            ValueError: a robot's actions are missing. InvalidAction: not whole numbers 0 to 4.
        """
        columns = []
        for agent in self.agents:
            if actions.get(agent) is None:
                raise ValueError(f"the actions of {agent!r} are missing")
            given = np.asarray(actions[agent])
            if given.shape != (self.num_envs,) or given.dtype.kind not in "iu":
                raise InvalidAction(
                    f"the actions of {agent!r} must be {self.num_envs} whole numbers, got "
                    f"{given.dtype} of shape {given.shape}"
                )
            if given.size and (given.min() < 0 or given.max() >= ACTIONS):
                raise InvalidAction(f"an action of {agent!r} is outside [0, {ACTIONS - 1}]")
            columns.append(torch.from_numpy(given.astype(np.int64)))
        reward, success, metrics = self.engine.step(torch.stack(columns, 1))
        now = self.engine.state
        assert now is not None
        over = (now.steps >= int(self.engine.config.max_episode_steps or 0)) & ~success
        done = (success | over).numpy()
        if done.any():
            self.engine.renew(np.flatnonzero(done))

        def by_robot(values: Tensor) -> dict[str, Any]:
            return {a: values[:, i].numpy().copy() for i, a in enumerate(self.agents)}

        infos = {
            agent: {name: value[:, i].numpy().copy() for name, value in metrics.items()}
            for i, agent in enumerate(self.agents)
        }
        every = (len(self.agents),)
        return (
            self._observations(),
            by_robot(reward),
            by_robot(success[:, None].expand(-1, *every)),
            by_robot(over[:, None].expand(-1, *every)),
            infos,
        )

    def oracle(self) -> dict[str, NDArray[np.int64]]:
        """The next actions of teams that know where everything is."""
        actions = self.engine.oracle().numpy()
        return {agent: actions[:, i] for i, agent in enumerate(self.agents)}

    def _observations(self) -> dict[str, Any]:
        observed = self.engine.observe()
        tokens = np.broadcast_to(self.engine.tokens, (self.num_envs, TOKENS))
        return {
            agent: {
                "goal": observed["goal"][:, i].numpy().copy(),
                "image": observed["image"][:, i].numpy().copy(),
                "instruction": tokens.copy(),
            }
            for i, agent in enumerate(self.agents)
        }


def observation_space(engine: TeamEngine) -> spaces.Dict:
    """Picture, words, and metres, cosine and sine of the way the target lies."""
    height, width = engine.config.size_hw
    low, high = np.array([0, -1, -1], np.float32), np.array([_FAR, 1, 1], np.float32)
    return spaces.Dict(
        {
            "goal": spaces.Box(low, high),
            "image": spaces.Box(0, 255, (height, width, 3), np.uint8),
            "instruction": spaces.MultiDiscrete(
                np.full(TOKENS, len(engine.vocabulary)), dtype=np.int32
            ),
        }
    )


def whole(agent: str, action: Any) -> int:
    """An action as a whole number from 0 to 4, or InvalidAction with the robot's name."""
    array = np.asarray(action)
    if array.shape != () or array.dtype.kind not in "iu" or not 0 <= int(array) < ACTIONS:
        raise InvalidAction(
            f"the action of {agent!r} is {action!r}; it must be a whole number from 0 to "
            f"{ACTIONS - 1}"
        )
    return int(array)


def _named(settings: dict[str, Any]) -> dict[str, Any]:
    """PettingZoo's names for ours."""
    renamed = dict(settings)
    if "max_cycles" in renamed:
        renamed["max_episode_steps"] = renamed.pop("max_cycles")
    return renamed
