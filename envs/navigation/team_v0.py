"""VNavTeam-v0: two to eight robots of different kinds with one task, by PettingZoo.

| task | what the team does |
| --- | --- |
| `meet` | all come to one pole |
| `cover` | one robot at each of as many poles |
| `carry` | two take a plank by `interact`, and bring it to the pole without letting go |
| `open` | every door is closed, and only some can open: all come to the pole |
| `fetch` | find the teddy, take it by `interact`, bring it to the pole |

The kinds are wheeled, small, tall and drone: they differ in size, speed, height and width of view,
and in whether they can open doors and carry. Each robot observes its own picture, in which it sees
the others, the poles and the thing, the words, and the direction of its target (in `fetch` only
when the teddy has been taken). Actions: 0 wait, 1 forward, 2 left, 3 right, 4 interact. Robots that
would overlap stay where they are.

A robot's reward is `1 - team_share` of its own and `team_share` of the team's mean: half for the
share of its way by which it beats its nearest so far, half for the team's success; at most 1 an
episode.

>>> env = parallel_env(robots=2, task="meet", image_size=36, rooms=4, worlds=1)
>>> observations, infos = env.reset(seed=0)
>>> sorted(observations)
['small_1', 'wheeled_0']
"""

from __future__ import annotations

from typing import Any

from pettingzoo.utils import wrappers
from pettingzoo.utils.conversions import parallel_to_aec

from vgym.envs.navigation.team.pettingzoo_env import TeamParallelEnv, TeamVectorEnv


def parallel_env(robots: int = 4, task: str = "meet", **settings: Any) -> TeamParallelEnv:
    """A PettingZoo `ParallelEnv`.

    Args:
        robots: 2 to 8. task: see the module.
        **settings: `kinds`, `image_size=64`, `reward="dense"`, `team_share=0.5`,
            `difficulty=0.5`, `rooms`, `worlds=64`, `split`, `max_cycles=300`, `render_mode`.
    """
    return TeamParallelEnv(robots=robots, task=task, **settings)


def env(robots: int = 4, task: str = "meet", **settings: Any) -> Any:
    """The same as a PettingZoo `AECEnv`, one robot after the other."""
    turns = parallel_to_aec(parallel_env(robots, task, **settings))
    return wrappers.OrderEnforcingWrapper(turns)


def vector_env(
    num_envs: int, robots: int = 4, task: str = "meet", **settings: Any
) -> TeamVectorEnv:
    """A native batch in parallel form: what is a number there is an array over the batch here."""
    return TeamVectorEnv(num_envs, robots=robots, task=task, **settings)
