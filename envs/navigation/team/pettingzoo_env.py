"""The team by PettingZoo: the batch of the one loop, its axis of robots as a dict by robot."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from gymnasium.error import InvalidAction
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from pettingzoo import ParallelEnv
from pettingzoo.utils.conversions import parallel_to_aec_wrapper
from torch import Tensor

from vgym.core.action_check import NoAnswer, check_actions
from vgym.core.single_env import first_row
from vgym.core.vector_env import RENDER_MODES, VectorEnv
from vgym.envs.navigation.team.rules import distances
from vgym.envs.navigation.team.task import TeamTask
from vgym.envs.navigation.team.types import ACTIONS, TeamState
from vgym.envs.navigation.worlds.walkable import RADIUS

_TASK = "vgym.envs.navigation.team.task:TeamTask"
_NAMES = {"task": "mission", "max_cycles": "max_episode_steps"}
_COMMON = ("success", "instruction")  # what has no axis of robots
_LEFT_OUT = ("view",)  # of infos: nothing in a picture is answered with


class TeamVectorEnv:
    """A native batch of teams in parallel form: dicts of robots, arrays over the batch.

    Args:
        num_envs: how many teams, B.
        **settings: fields of `TeamConfig`, with `task` for `mission` and `max_cycles` for
            `max_episode_steps`; `autoreset_mode`, `copy`, `render_mode` as of
            :class:`vgym.core.vector_env.VectorEnv`.

    Attributes:
        envs: the batch behind it.
    """

    def __init__(self, num_envs: int, **settings: Any) -> None:
        named = {_NAMES.get(name, name): value for name, value in settings.items()}
        self.envs = VectorEnv(_TASK, num_envs, **named)
        self.num_envs = num_envs
        self.metadata = {**self.envs.metadata, "name": "VNavTeam-v0"}
        self.render_mode = self.envs.render_mode
        self.agents = self.possible_agents = list(self.task.agents)
        whole = self.envs.single_observation_space
        assert isinstance(whole, spaces.Dict)
        self._observation_spaces = {
            agent: spaces.Dict({name: _of_one(name, whole[name], i) for name in whole})
            for i, agent in enumerate(self.agents)
        }
        self._action_spaces = {agent: spaces.Discrete(ACTIONS) for agent in self.agents}

    @property
    def task(self) -> TeamTask:
        """The task behind the loop."""
        task = self.envs.task
        assert isinstance(task, TeamTask)
        return task

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """Of one environment; the same object at every call."""
        return self._observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """0 wait, 1 forward, 2 turn left, 3 turn right, 4 interact; the same object each call."""
        return self._action_spaces[agent]

    def reset(
        self, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start new episodes, of all rows or of ``options["reset_mask"]``: the rows' next ones, or
        the first of a seed. Row i of seed s plays what `parallel_env` plays after
        `reset(seed=s + i)`."""
        observation, info = self.envs.reset(seed=seed, options=options)
        return self._by_robot(observation), self._by_robot(info)

    def step(self, actions: Mapping[str, Any]) -> tuple[Any, Any, Any, Any, Any]:
        """Move every robot of every team.

        Args:
            actions: (B,) whole numbers 0 to 4 by robot; a list may hold `NoAnswer`.

        Returns:
            Observations, rewards, terminations, truncations and infos, by robot, over the batch.

        Raises:
            ValueError: a robot's actions are missing, or are for one that is not there.
            gymnasium.error.InvalidAction: with the robot's name; nothing has moved.
        """
        self.envs.check_started()
        observation, reward, terminated, truncated, info = self.envs.step(self._joined(actions))
        return (
            self._by_robot(observation),
            {agent: reward[:, i] for i, agent in enumerate(self.agents)},
            {agent: copy.copy(terminated) for agent in self.agents},
            {agent: copy.copy(truncated) for agent in self.agents},
            self._by_robot(info),
        )

    def observe(self) -> dict[str, Any]:
        """What every robot sees now."""
        return self._by_robot(self.envs.observe())

    def oracle(self) -> dict[str, Any]:
        """The next actions of teams that know where everything is."""
        actions = self.envs.oracle()
        return {agent: actions[:, i] for i, agent in enumerate(self.agents)}

    def render(self) -> tuple[NDArray[np.uint8], ...] | None:
        """Every team from above, or None without a render mode."""
        return self.envs.render()

    def close(self) -> None:
        """Stepping afterwards is an error, closing again is not."""
        self.envs.close()

    def state_dict(self) -> dict[str, Any]:
        """Everything that decides what comes next; see ``load_state_dict``."""
        return self.envs.state_dict()

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from a saved moment; the tail is then exactly the same."""
        self.envs.load_state_dict(saved)

    def check(self, agent: str, given: Any) -> tuple[NDArray[np.int64], NDArray[np.object_] | None]:
        """One robot's actions over the batch, checked, and why there is none where there is none.

        Raises:
            ValueError: None is no action. gymnasium.error.InvalidAction: what is none of the five.
        """
        if given is None:
            raise ValueError(f"the action of {agent!r} is missing; every live robot needs one")
        space, cpu = self._action_spaces[agent], torch.device("cpu")
        try:
            read = check_actions(given, space, self.num_envs, cpu, active=~self.envs.done)
        except InvalidAction as error:
            raise InvalidAction(f"{agent!r}: {error}") from None
        return read.values.numpy(), read.why

    def _joined(self, actions: Mapping[str, Any]) -> Any:
        """The robots' actions as those of the batch."""
        for agent in actions:
            if agent not in self.agents:
                raise ValueError(f"there is an action for {agent!r}, which is not of {self.agents}")
        read = [self.check(agent, actions.get(agent)) for agent in self.agents]
        values = np.stack([numbers for numbers, _ in read], 1)
        if all(why is None for _, why in read):
            return values
        rows: list[list[Any]] = values.tolist()
        for robot, (_, why) in enumerate(read):
            for row in () if why is None else np.flatnonzero(why != "").tolist():
                assert why is not None
                rows[row][robot] = NoAnswer(why[row])
        return rows

    def _by_robot(self, values: dict[str, Any]) -> dict[str, Any]:
        """An observation or an info of the batch, by robot."""
        return {agent: _part(values, i) for i, agent in enumerate(self.agents)}


class TeamParallelEnv(ParallelEnv):  # type: ignore[misc]  # PettingZoo carries no types
    """One team: a batch of one. See `vgym.envs.navigation.team_v0` for what it does.

    Args:
        render_mode: "rgb_array" or None. **settings: those of `TeamVectorEnv`, without the batch's.
    """

    metadata: ClassVar[dict[str, Any]] = {
        "name": "VNavTeam-v0",
        "render_modes": list(RENDER_MODES),
        "is_parallelizable": True,
        "render_fps": 4,
    }

    def __init__(self, render_mode: str | None = None, **settings: Any) -> None:
        for name in ("num_envs", "autoreset_mode", "copy"):
            if name in settings:
                raise ValueError(f"{name} is a keyword of vector_env, which makes batches")
        self.batch = TeamVectorEnv(
            1, autoreset_mode=AutoresetMode.DISABLED, render_mode=render_mode, **settings
        )
        self.render_mode = render_mode
        self.possible_agents = list(self.batch.agents)
        self.observation_spaces = {a: self.observation_space(a) for a in self.possible_agents}
        self.action_spaces = {a: self.action_space(a) for a in self.possible_agents}

    @property
    def agents(self) -> list[str]:
        """All robots during an episode, none before and after."""
        envs = self.batch.envs
        return list(self.possible_agents) if envs.started and not envs.done[0] else []

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """The same object at every call."""
        return self.batch.observation_space(agent)

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """0 wait, 1 forward, 2 turn left, 3 turn right, 4 interact; the same object each call."""
        return self.batch.action_space(agent)

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
        observed, infos = self.batch.reset(seed=seed)
        if options and "poses" in options:
            self._place(options["poses"])
            observed = self.batch.observe()
        return _first_observations(observed), _first_infos(infos)

    def step(
        self, actions: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, Any]]:
        """Move every robot.

        Args:
            actions: 0 to 4 by robot, or `NoAnswer`: that robot waits.

        Raises:
            ValueError: a robot's action is missing or None, or is for one that is not there.
            gymnasium.error.InvalidAction: not one of the five; nothing has moved.
        """
        if self.batch.envs.started and not self.agents:
            return {}, {}, {}, {}, {}
        alone = {a: None if one is None else [one] for a, one in actions.items()}
        observed, rewards, terminated, truncated, infos = self.batch.step(alone)
        return (
            _first_observations(observed),
            {agent: float(value[0]) for agent, value in rewards.items()},
            {agent: bool(value[0]) for agent, value in terminated.items()},
            {agent: bool(value[0]) for agent, value in truncated.items()},
            _first_infos(infos),
        )

    def render(self) -> NDArray[np.uint8] | None:
        """From above, with robots, poles and the thing to carry."""
        frames = self.batch.render()
        return None if frames is None else frames[0]

    def state(self) -> NDArray[np.float32]:
        """Poses and progress of all robots, flat: what a central critic may read."""
        now: TeamState = self.batch.envs.state
        parts = (now.pose[0], now.progress[0, :, None], now.distance[0, :, None])
        return np.asarray(torch.cat(parts, 1).cpu().numpy().ravel())

    def oracle(self) -> dict[str, int]:
        """The next action of every robot of a team that knows where everything is."""
        return {agent: int(actions[0]) for agent, actions in self.batch.oracle().items()}

    def close(self) -> None:
        """Stepping afterwards is an error, closing again is not."""
        self.batch.close()

    def state_dict(self) -> dict[str, Any]:
        """Everything that decides what comes next; see ``load_state_dict``."""
        return self.batch.state_dict()

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from a saved moment; the tail is then exactly the same."""
        self.batch.load_state_dict(saved)

    def _place(self, poses: Any) -> None:
        names = self.possible_agents
        wanted = torch.as_tensor(np.asarray(poses, np.float32))
        if wanted.shape != (len(names), 3) or not wanted.isfinite().all():
            raise ValueError(
                f"options['poses'] must be finite, of shape {(len(names), 3)}: x, y, yaw"
            )
        apart = distances(wanted[None, :, :2])[0]
        for j, i in zip(*np.nonzero(np.triu(apart.numpy() < 2 * RADIUS, 1)), strict=True):
            raise ValueError(f"{names[j]} and {names[i]} overlap: {apart[j, i]:.2f} m apart")
        fits = self.batch.task.place(self.batch.envs.state, wanted[None])[0].tolist()
        bad = [name for name, fit in zip(names, fits, strict=True) if not fit]
        if bad:
            raise ValueError(f"options['poses'] puts {bad} in a wall or a piece of furniture")


class TurnByTurn(parallel_to_aec_wrapper):  # type: ignore[misc]
    """The same as a PettingZoo `AECEnv`, in which a wrong action is told at the robot's turn."""

    def step(self, action: Any) -> None:
        """Note the action of the robot whose turn it is; with the last one's, all move.

        Raises:
            ValueError: None for a live robot, or something else for one that has finished.
            gymnasium.error.InvalidAction: not one of the five.
        """
        agent = self.agent_selection
        if not (self.terminations[agent] or self.truncations[agent]):
            self.env.batch.check(agent, None if action is None else [action])
        elif action is not None:
            raise ValueError(f"{agent!r} has finished: its action must be None, not {action!r}")
        super().step(action)


def _of_one(name: str, space: spaces.Space[Any], robot: int) -> spaces.Space[Any]:
    """One robot's part of an observation space."""
    if name in _COMMON:
        return space
    assert isinstance(space, spaces.Box)
    return spaces.Box(space.low[robot], space.high[robot], dtype=space.dtype.type)


def _part(values: dict[str, Any], robot: int, common: Sequence[str] = _COMMON) -> dict[str, Any]:
    """One robot's part of an observation or info of the batch; the team's as it is."""
    parts: dict[str, Any] = {}
    for name, value in values.items():
        if name.lstrip("_") in _LEFT_OUT:
            continue
        if isinstance(value, dict):
            own = name == "reward_terms"  # success, too, is paid to each
            parts[name] = _part(value, robot, () if own else common)
        elif name in common:
            parts[name] = copy.copy(value)  # robots may write to what they are handed
        elif name.startswith("_"):
            parts[name] = value
        else:
            parts[name] = value[:, robot]
    if "parse_error" in parts:  # others of the team may have answered
        parts["_parse_error"] = parts["_parse_error"] & (parts["parse_error"] != "")
    return parts


def _first_observations(by_robot: dict[str, Any]) -> dict[str, Any]:
    """Of a batch of one: what every robot sees, as NumPy arrays."""
    return {
        agent: {
            name: value[0].cpu().numpy() if isinstance(value, Tensor) else value[0]
            for name, value in observed.items()
        }
        for agent, observed in by_robot.items()
    }


def _first_infos(by_robot: dict[str, Any]) -> dict[str, Any]:
    """Of a batch of one: every robot's info, in plain Python numbers."""
    return {agent: first_row(info) for agent, info in by_robot.items()}
