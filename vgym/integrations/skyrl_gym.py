"""Episodes for SkyRL-gym, by the name ``vgym`` once this module is imported.

    skyrl_gym.make("vgym", extras={"setup": ..., "seed": ..., "record": ...})

``extras`` hold a ticket, see `vgym.integrations.tickets`. Messages are of OpenAI's form, pictures
as ``data:`` addresses in their parts; SkyRL-gym 0.4 has no form of its own for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vgym.chat.messages import to_openai
from vgym.core.extras import missing
from vgym.integrations.episodes import Episode
from vgym.integrations.tickets import of_row

try:
    from skyrl_gym import register
    from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput
    from skyrl_gym.envs.registration import registry
except ImportError as error:
    raise missing("SkyRL-gym", "skyrl", error, alone=True) from error

NAME = "vgym"


class Env(BaseTextEnv):  # type: ignore[misc]  # SkyRL-gym may not be installed
    """One episode.

    Args:
        env_config: not looked at. extras: a row of a data set, with a ticket's columns.

    Raises:
        ValueError: there is no ticket, or it cannot be played.
    """

    def __init__(self, env_config: Any = None, extras: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._ticket = of_row(extras or {})
        self._episode: Episode | None = None

    def init(self, prompt: Any = None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Begin: the messages at the start, in place of ``prompt``."""
        self.close()
        self._episode = self._ticket.episode()
        self.turns = 0
        self.max_turns = self._episode.turns
        return to_openai(self._episode.opening), {"tools": self._episode.tools}

    def step(self, action: str) -> Any:
        """Take an answer.

        Raises:
            RuntimeError: no episode was begun, or it is over.
        """
        if self._episode is None or self._episode.outcome.ended:
            raise RuntimeError("there is no episode to go on with; call init")
        new = self._episode.answer(action)
        came = self._episode.outcome
        self.turns += 1
        told = {"success": came.success, "why_unread": came.why, "terms": came.terms, **came.facts}
        return BaseTextEnvStepOutput(
            observations=to_openai(new), reward=came.rewards[-1], done=came.ended, metadata=told
        )

    def get_metrics(self) -> dict[str, Any]:
        """What came of the episode so far."""
        return {} if self._episode is None else dict(self._episode.outcome.scores)

    def close(self) -> None:
        """Let the environment go."""
        if self._episode is not None:
            self._episode.close()
            self._episode = None


if NAME not in registry:
    register(id=NAME, entry_point=f"{__name__}:Env")
