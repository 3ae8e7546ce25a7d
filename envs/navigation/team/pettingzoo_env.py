"""The team by PettingZoo: one team is a batch of one, all robots at once or turn by turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from pettingzoo import ParallelEnv
from pettingzoo.utils.conversions import parallel_to_aec_wrapper
from pettingzoo.utils.wrappers import OrderEnforcingWrapper
from torch import Tensor

from vgym.core.config import choice
from vgym.core.single_env import first_row
from vgym.core.vector_env import RENDER_MODES
from vgym.envs.navigation.team.rules import distances
from vgym.envs.navigation.team.types import TeamState
from vgym.envs.navigation.team.vector_env import TeamVectorEnv, by_robot
from vgym.envs.navigation.worlds.walkable import RADIUS

_OF_PETTINGZOO = "options"  # the name of the option that its own tests give


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
        self.__doc__ = self.batch.__doc__
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
            seed: a whole number from 0, or None.
            options: `{"poses": (R, 3)}` puts the robots at x, y (metres) and yaw.

        Raises:
            ValueError: another option, or poses that overlap or lie in walls, with the robots'
                names. TypeError: options that are no dict. gymnasium.error.Error: a bad seed.
        """
        if options is not None and not isinstance(options, dict):
            raise TypeError(f"options must be a dict or None, got {options!r}")
        for name in options or {}:
            choice("option", name, ("poses", _OF_PETTINGZOO))
        if seed is not None:
            seeding.np_random(seed)  # refuses what is no seed, lists too
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
            TypeError: no dict by robot.
            gymnasium.error.InvalidAction: not one of the five; nothing has moved.
        """
        self.batch.envs.check_started()
        if not self.agents:
            return {}, {}, {}, {}, {}
        given = by_robot(actions)
        alone = {a: None if one is None else [one] for a, one in given.items()}
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


class TurnByTurn(parallel_to_aec_wrapper):  # type: ignore[misc]  # PettingZoo carries no types
    """The same as a PettingZoo `AECEnv`, in which a wrong action is told at the robot's turn."""

    def __init__(self, parallel: TeamParallelEnv) -> None:
        super().__init__(parallel)
        self.__doc__ = parallel.__doc__

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


class InTurn(OrderEnforcingWrapper):  # type: ignore[misc]  # PettingZoo carries no types
    """PettingZoo's check of the order of calls, in the words of the other environments.

    Raises:
        gymnasium.error.ResetNeeded: before the first reset. ClosedEnvironmentError: after `close`.
    """

    def step(self, action: Any) -> None:
        """As of `TurnByTurn`."""
        self._check()
        super().step(action)

    def observe(self, agent: str) -> Any:
        """What the robot saw last."""
        self._check()
        self.observation_space(agent)  # names the robots there are
        return super().observe(agent)

    def state(self) -> NDArray[np.float32]:
        """As of `TeamParallelEnv`."""
        self._check()
        poses: NDArray[np.float32] = super().state()
        return poses

    def render(self) -> NDArray[np.uint8] | None:
        """From above, with robots, poles and the thing to carry."""
        self._check()
        picture: NDArray[np.uint8] | None = super().render()
        return picture

    def agent_iter(self, max_iter: int = 2**63) -> Any:
        """Robot after robot, each at its turn."""
        self._check()
        return super().agent_iter(max_iter)

    def _check(self) -> None:
        self.unwrapped.batch.envs.check_started()


def _first_observations(robots: dict[str, Any]) -> dict[str, Any]:
    """Of a batch of one: what every robot sees, as NumPy arrays."""
    return {
        agent: {
            name: value[0].cpu().numpy() if isinstance(value, Tensor) else value[0]
            for name, value in observed.items()
        }
        for agent, observed in robots.items()
    }


def _first_infos(robots: dict[str, Any]) -> dict[str, Any]:
    """Of a batch of one: every robot's info, in plain Python numbers."""
    return {agent: first_row(info) for agent, info in robots.items()}
