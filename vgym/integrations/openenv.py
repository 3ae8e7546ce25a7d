"""Episodes as an environment of OpenEnv's own server.

    from vgym.integrations.openenv import application
    app = application(Setup("VZoom-v0", "qwen3-vl"), sessions=64)      # uvicorn module:app

`vgym serve` speaks the same protocol and needs nothing of OpenEnv; this is for those who deploy by
OpenEnv's tools. Clients are OpenEnv's: ``GenericEnvClient(base_url=...)``, whose steps are
``{"answer": "..."}``.
"""

from __future__ import annotations

from typing import Any

from vgym.chat.serving.sessions import Session
from vgym.chat.serving.wire import Refusal
from vgym.core.extras import missing
from vgym.integrations.episodes import ALONE, Setup

try:
    from openenv.core.env_server import create_fastapi_app
    from openenv.core.env_server.interfaces import Environment as OpenEnvironment
    from openenv.core.env_server.types import Action, Observation, State
    from pydantic import Field
except ImportError as error:
    raise missing("OpenEnv", "openenv", error, alone=True) from error

MOST_SESSIONS = 64


class Answer(Action):  # type: ignore[misc]  # OpenEnv may not be installed
    """What a model said: text, calls of tools, or an assistant's message."""

    answer: Any = Field(description="text, a list of calls, or an assistant's message")


class Seen(Observation):  # type: ignore[misc]  # as above
    """The messages that are new, in OpenAI's form, pictures as ``data:`` addresses."""

    messages: Any = Field(default_factory=list)
    tools: list[dict[str, Any]] = Field(default_factory=list)


class Environment(OpenEnvironment):  # type: ignore[misc]  # as above
    """One session.

    Args:
        setup: what is played.
    """

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self, setup: Setup) -> None:
        super().__init__()
        self._session = Session(setup.chat_env, "png")

    def reset(
        self,
        seed: int | None = None,
        episode_id: str | None = None,
        record: int | None = None,
        **more: Any,
    ) -> Seen:
        """Begin an episode, of a finite source that about a record.

        Raises:
            ValueError: the environment was closed, or has no such record.
        """
        try:
            with ALONE:
                return _seen(self._session.reset(seed, episode_id, record))
        except Refusal as refusal:
            raise ValueError(str(refusal)) from None

    def step(self, action: Answer, timeout_s: float | None = None, **more: Any) -> Seen:
        """Take an answer.

        Raises:
            ValueError: there is no episode to go on with.
        """
        try:
            with ALONE:
                return _seen(self._session.step(action.answer))
        except Refusal as refusal:
            raise ValueError(str(refusal)) from None

    @property
    def state(self) -> State:
        """Where it stands."""
        stands = self._session.state()
        return State(episode_id=stands["episode_id"], step_count=stands["step_count"])

    def close(self) -> None:
        """Let the environment go."""
        with ALONE:
            self._session.close()


def application(setup: Setup, sessions: int = MOST_SESSIONS) -> Any:
    """A server of OpenEnv's, for any runner of ASGI.

    Args:
        setup: what is played. sessions: how many at a time; of GRPO at least a batch's rollouts.

    Raises:
        ValueError: it cannot be played.
    """
    setup.chat_env().close()  # refused here, not at the first client
    return create_fastapi_app(
        lambda: Environment(setup), Answer, Seen, max_concurrent_envs=sessions
    )


def _seen(answer: dict[str, Any]) -> Seen:
    seen = answer["observation"]
    return Seen(
        messages=seen["messages"],
        tools=seen.get("tools", []),
        reward=answer["reward"],
        done=answer["done"],
        metadata=answer["metadata"],
    )
