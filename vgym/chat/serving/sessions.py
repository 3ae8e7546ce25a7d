"""Sessions: who plays an environment of their own here, at most so many, and not for ever."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vgym.chat.env import ChatEnv
from vgym.chat.messages import Encoding
from vgym.chat.serving.wire import Refusal, plain, sent

MOST_SESSIONS = 64
IDLE_S = 600.0


@dataclass
class Session:
    """One environment and whoever plays it.

    Attributes:
        env: made at the first reset. name: by which requests know it; nobody can guess it.
        episode_id: as the last reset named it. steps: of this episode.
        used_at: by the clock of `Sessions`. attached: whether a connection of its own holds it.
        busy: how many of its requests are being worked on.
    """

    make: Callable[[], ChatEnv]
    encode: Encoding
    name: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    env: ChatEnv | None = None
    episode_id: str = ""
    steps: int = 0
    used_at: float = 0.0
    attached: bool = False
    busy: int = 0
    closed: bool = False
    _told: dict[str, Any] = field(default_factory=dict)

    def reset(
        self, seed: int | None, episode_id: str | None, record: int | None = None
    ) -> dict[str, Any]:
        """Start an episode, of a finite source that about a record: what there is to see, and what
        can be done."""
        env = self._open()
        messages, info = env.reset(seed, options=None if record is None else {"record": record})
        one = info[env.agents[0]] if env.agents else info
        self.steps, self._told = 0, {"seed": one["seed"], "episode": one["episode"]}
        self.episode_id = episode_id or f"{one['seed']}-{one['episode']}"
        seen = {"messages": self._sent(messages), "tools": env.tools}
        return self._answer(seen, None, False, {"info": plain(info)})

    def step(self, answer: Any) -> dict[str, Any]:
        """Take an answer.

        Raises:
            Refusal: there is no episode, or of a team an answer is missing.
        """
        env = self._open()
        if not self._told or env.batch.over[0]:
            why = "the episode has ended" if self._told else "there is no episode yet"
            raise Refusal("EXECUTION_ERROR", f"{why}: reset before you step", 409)
        if env.agents and not isinstance(answer, dict):
            raise Refusal("VALIDATION_ERROR", f"a team answers by robot: {', '.join(env.agents)}")
        try:
            messages, reward, terminated, truncated, info = env.step(answer)
        except ValueError as error:  # a robot's answer is missing; nothing has moved
            raise Refusal("VALIDATION_ERROR", str(error)) from None
        self.steps += 1
        more: dict[str, Any] = {"info": plain(info)}
        if env.agents:
            first = env.agents[0]
            more["rewards"] = reward
            reward, terminated, truncated = (
                sum(reward.values()),
                terminated[first],
                truncated[first],
            )
        more |= {"terminated": terminated, "truncated": truncated}
        return self._answer(
            {"messages": self._sent(messages)}, reward, terminated or truncated, more
        )

    def state(self) -> dict[str, Any]:
        """Where it stands."""
        return {"episode_id": self.episode_id, "step_count": self.steps, **self._told}

    def close(self) -> None:
        """Let the environment go."""
        self.closed = True
        if self.env is not None:
            self.env.close()
            self.env = None

    def _open(self) -> ChatEnv:
        if self.closed:
            raise Refusal("SESSION_ERROR", "this session has ended; reset without it", 404)
        if self.env is None:
            self.env = self.make()
        return self.env

    def _sent(self, messages: Any) -> Any:
        if isinstance(messages, dict):
            return {name: sent(each, self.encode) for name, each in messages.items()}
        return sent(messages, self.encode)

    def _answer(
        self, seen: dict[str, Any], reward: float | None, done: bool, more: dict[str, Any]
    ) -> dict[str, Any]:
        told = {"session_id": self.name, "episode_id": self.episode_id, **more}
        return {"observation": seen, "reward": reward, "done": done, "metadata": told}


class Sessions:
    """Those that there are.

    Args:
        make: an environment. encode: how its pictures are sent.
        most: how many at a time. idle_s: after how long without a request one ends.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        make: Callable[[], ChatEnv],
        encode: Encoding = "png",
        most: int = MOST_SESSIONS,
        idle_s: float = IDLE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most, self.idle_s = most, idle_s
        self._make, self._encode, self._clock = make, encode, clock
        self._all: dict[str, Session] = {}

    def begin(self, attached: bool = False) -> Session:
        """A new one.

        Args:
            attached: whether it lives and dies with a connection.

        Raises:
            Refusal: there are as many as there may be.
        """
        if len(self._all) >= self.most:
            raise Refusal(
                "CAPACITY_REACHED",
                f"all {self.most} sessions are in use; close one that is done, or wait: one that "
                f"is idle ends after {self.idle_s:g} s",
                503,
            )
        session = Session(self._make, self._encode, attached=attached, used_at=self._clock())
        self._all[session.name] = session
        return session

    def find(self, name: str) -> Session:
        """The one of that name.

        Raises:
            Refusal: there is none.
        """
        session = self._all.get(name)
        if session is None:
            raise Refusal(
                "SESSION_ERROR",
                f"there is no session {name[:40]!r}: it was closed, or idle for {self.idle_s:g} s; "
                "a reset without session_id begins one",
                404,
            )
        session.used_at = self._clock()
        return session

    def touch(self, session: Session) -> None:
        """Note that it was used."""
        session.used_at = self._clock()

    def end(self, session: Session) -> None:
        """Forget one; whoever calls closes it where environments run."""
        self._all.pop(session.name, None)

    def idle(self) -> list[Session]:
        """Those that nobody used for too long, which are forgotten by this."""
        now = self._clock()
        gone = [
            each
            for each in self._all.values()
            if not each.attached and not each.busy and now - each.used_at > self.idle_s
        ]
        for each in gone:
            self.end(each)
        return gone

    def take_all(self) -> list[Session]:
        """All of them, forgotten by this."""
        gone = list(self._all.values())
        self._all.clear()
        return gone

    def __len__(self) -> int:
        return len(self._all)
