"""Episodes for GEM, by the name ``vgym`` once this module is imported.

    gem.make("vgym", env="VGround-v0", dialect="qwen2.5-vl")

An observation is a dict: ``text``, the words of the messages that are new, ``images``, their
pictures of PIL in order, and ``messages`` themselves.
"""

from __future__ import annotations

from typing import Any

from PIL import Image

from vgym.chat.messages import Message, pictures_of, text_of
from vgym.core.extras import missing
from vgym.integrations.episodes import Episode, Setup, Start

try:
    import gem
    from gem.core import Env as GemEnv
    from gem.envs.registration import ENV_REGISTRY
except ImportError as error:
    raise missing("GEM", "gem", error, alone=True) from error

NAME = "vgym"


class Env(GemEnv):  # type: ignore[misc]  # GEM may not be installed
    """One episode at a time, in words.

    Args:
        env, dialect, **settings: see `vgym.integrations.episodes.Setup`.
        seed: of the first episode, where `reset` is given none; the next have the next numbers.

    Raises:
        ValueError: it cannot be played.
    """

    def __init__(
        self, env: str = "VGround-v0", dialect: str = "json", seed: int = 0, **settings: Any
    ) -> None:
        super().__init__()
        self.setup = Setup(env, dialect, settings=settings)
        self._env = self.setup.chat_env()
        self._episode: Episode | None = None
        self._next = seed

    def reset(self, seed: int | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Begin an episode."""
        self._next = (self._next if seed is None else seed) + 1
        self._episode = Episode(self.setup, Start(self._next - 1), self._env)
        return _seen(self._episode.opening), {"seed": self._next - 1}

    def step(self, action: str) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Take an answer.

        Raises:
            RuntimeError: no episode was begun, or it is over.
        """
        if self._episode is None or self._episode.outcome.ended:
            raise RuntimeError("there is no episode to go on with; call reset")
        new = self._episode.answer(action)
        came = self._episode.outcome
        told = {"success": came.success, "why_unread": came.why, "terms": came.terms, **came.facts}
        return _seen(new), came.rewards[-1], came.terminated, came.truncated, told

    def spawn(self, same_state: bool = False, **kwargs: Any) -> Env:
        """Another one of the same settings.

        Raises:
            NotImplementedError: its episode shall be this one's, midway.
        """
        if same_state:
            raise NotImplementedError("an episode midway cannot be copied; reset both to one seed")
        given = {"env": self.setup.env, "dialect": self.setup.dialect, "seed": self._next}
        return Env(**{**given, **self.setup.settings, **kwargs})

    def sample_random_action(self) -> str:
        """What somebody would write who knows nothing."""
        envs = self._env.batch.envs
        message = self._env.batch.conversations.say(0, envs.single_action_space.sample(), "text")
        return str(message["content"])


def _seen(messages: list[Message]) -> dict[str, Any]:
    pictures = [Image.fromarray(picture) for picture in pictures_of(messages)]
    return {"text": text_of(messages), "images": pictures, "messages": messages}


if NAME not in ENV_REGISTRY:
    gem.register(NAME, Env)
