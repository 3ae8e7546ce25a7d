"""The team as a batch: the one loop, its axis of robots as a dict by robot."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import torch
from gymnasium import spaces
from gymnasium.error import InvalidAction
from numpy.typing import NDArray

from vgym.core.action_check import NoAnswer, check_actions
from vgym.core.vector_env import VectorEnv
from vgym.envs.navigation.team.task import TeamTask
from vgym.envs.navigation.team.types import ACTIONS
from vgym.registration import unknown

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
        if "mission" in settings:  # of the config, where `task` is the task class
            raise ValueError("unknown keyword 'mission'; did you mean 'task'?")
        named = {_NAMES.get(name, name): value for name, value in settings.items()}
        self.envs = VectorEnv(_TASK, num_envs, **named)
        self.__doc__ = self.envs.__doc__
        self.num_envs = num_envs
        self.metadata = {**self.envs.metadata, "name": "VNavTeam-v0"}
        self.render_mode = self.envs.render_mode
        self.agents = self.possible_agents = list(self.task.agents)
        whole = self.task.observation_space
        self._observation_spaces = {
            agent: spaces.Dict({name: _of_one(name, whole[name], i) for name in whole})
            for i, agent in enumerate(self.agents)
        }
        self._action_spaces = {agent: spaces.Discrete(ACTIONS) for agent in self.agents}

    @property
    def task(self) -> TeamTask:
        """The task behind the loop."""
        return cast(TeamTask, self.envs.task)

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """Of one environment; the same object at every call."""
        return self._observation_spaces[self._known(agent)]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """0 wait, 1 forward, 2 turn left, 3 turn right, 4 interact; the same object each call."""
        return self._action_spaces[self._known(agent)]

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
        space, cpu = self.action_space(agent), torch.device("cpu")
        try:
            read = check_actions(given, space, self.num_envs, cpu, active=~self.envs.done)
        except InvalidAction as error:
            raise InvalidAction(f"{agent!r}: {error}") from None
        return read.values.numpy(), read.why

    def _joined(self, actions: Mapping[str, Any]) -> Any:
        """The robots' actions as those of the batch."""
        given = by_robot(actions)
        for agent in given:
            if agent not in self.agents:
                raise ValueError(f"there is an action for {agent!r}, which is not of {self.agents}")
        read = [self.check(agent, given.get(agent)) for agent in self.agents]
        values = np.stack([numbers for numbers, _ in read], 1)
        if all(why is None for _, why in read):
            return values
        rows: list[list[Any]] = values.tolist()
        for robot, (_, why) in enumerate(read):
            for row, said in enumerate(() if why is None else why):
                if said:
                    rows[row][robot] = NoAnswer(said)
        return rows

    def _known(self, agent: str) -> str:
        if agent not in self._action_spaces:
            raise ValueError(unknown("robot", agent, self.agents))
        return agent

    def _by_robot(self, values: dict[str, Any]) -> dict[str, Any]:
        """An observation or an info of the batch, by robot."""
        return {agent: _part(values, i) for i, agent in enumerate(self.agents)}


def by_robot(actions: Any) -> Mapping[str, Any]:
    """The actions, if they are a dict.

    Raises:
        TypeError: they are not.
    """
    if not isinstance(actions, Mapping):
        raise TypeError(f"actions must be a dict by robot, got {actions!r:.100}")
    return actions


def _of_one(name: str, space: spaces.Space[Any], robot: int) -> spaces.Space[Any]:
    """One robot's part of an observation space."""
    if name in _COMMON:
        return space
    whole = cast(spaces.Box, space)  # pictures and sensors
    return spaces.Box(whole.low[robot], whole.high[robot], dtype=whole.dtype.type)


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
        elif name.startswith("_") and name != "_parse_error":  # a mask of rows
            parts[name] = value
        else:
            parts[name] = value[:, robot]
    return parts
