"""VNavTeam-v0: two to eight robots of different kinds with one task, by PettingZoo.

Tasks, actions, observations and rewards: `help(vgym.envs.navigation.team.task.TeamTask)`.

>>> env = parallel_env(robots=2, task="meet", image_size=36, rooms=4, worlds=1)
>>> observations, infos = env.reset(seed=0)
>>> sorted(observations)
['small_1', 'wheeled_0']
"""

from __future__ import annotations

from typing import Any

from vgym.envs.navigation.team.pettingzoo_env import InTurn, TeamParallelEnv, TurnByTurn
from vgym.envs.navigation.team.vector_env import TeamVectorEnv


def parallel_env(robots: int = 4, task: str = "meet", **settings: Any) -> TeamParallelEnv:
    """A PettingZoo `ParallelEnv`.

    Args:
        robots: 2 to 8. task: see the module.
        **settings: `kinds`, `image_size=64`, `reward="dense"`, `team_share=0.5`,
            `difficulty=0.5`, `rooms`, `worlds=64`, `split`, `max_cycles=400`, `render_mode`.
    """
    return TeamParallelEnv(robots=robots, task=task, **settings)


def env(robots: int = 4, task: str = "meet", **settings: Any) -> InTurn:
    """The same as a PettingZoo `AECEnv`, one robot after the other."""
    return InTurn(TurnByTurn(parallel_env(robots, task, **settings)))


def vector_env(
    num_envs: int, robots: int = 4, task: str = "meet", **settings: Any
) -> TeamVectorEnv:
    """A native batch in parallel form: what is a number there is an array over the batch here.

    Args:
        num_envs: how many teams. robots, task: see the module.
        **settings: those of `parallel_env`, and `autoreset_mode`, `copy`.
    """
    return TeamVectorEnv(num_envs, robots=robots, task=task, **settings)
