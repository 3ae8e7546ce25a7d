"""ChatVectorEnv and ChatEnv: the environments of vgym by messages, for whoever plays in words.

There is one implementation, the batch; one environment is a batch of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from vgym.chat.conversations import Conversations
from vgym.chat.messages import Message
from vgym.chat.prompts import Calls
from vgym.chat.reading.dialect import Dialect
from vgym.core.info_rows import as_numpy, info_rows
from vgym.registration import named, row_of


class ChatVectorEnv:
    """A batch of episodes, each played in a conversation of its own.

    Args:
        id_or_envs: an id of vgym, or a batch made by `gymnasium.make_vec` with
            ``autoreset_mode="DISABLED"``.
        num_envs: how many episodes at a time, B, where an id is given.
        dialect: how the models write, by name or as a `Dialect`.
        groups: how many rows in a row play one and the same episode: the G completions of a prompt.
        calls, history_turns, history_pixels: see `Conversations`.
        **settings: of the environment, where an id is given.

    Attributes:
        envs: the batch behind it.
        conversations: the messages so far.
        over: (B,) bool: rows whose episode has ended, and which rest until they are reset.

    A team has a conversation for every robot: what is a list of B here is one of B * R then, the
    robots of a row in a row.
    """

    def __init__(
        self,
        id_or_envs: str | Any,
        num_envs: int = 1,
        dialect: str | Dialect = "json",
        *,
        groups: int = 1,
        calls: Calls = "text",
        history_turns: int | None = None,
        history_pixels: int | None = None,
        **settings: Any,
    ) -> None:
        self.envs = _batch(id_or_envs, num_envs, settings)
        self.num_envs = self.envs.num_envs
        if not 1 <= groups <= self.num_envs or self.num_envs % groups:
            raise ValueError(
                f"groups={groups!r} must divide num_envs={self.num_envs}: so many rows in a row "
                "play one episode"
            )
        self.groups = groups
        self.conversations = Conversations(
            self.envs,
            dialect,
            calls=calls,
            history_turns=history_turns,
            history_pixels=history_pixels,
        )
        self.over = np.ones(self.num_envs, np.bool_)
        self._started = False
        self._drawn = np.random.default_rng()

    @property
    def tools(self) -> list[dict[str, Any]]:
        """What can be done, as servers of OpenAI's form are told it."""
        return self.conversations.tools

    @property
    def messages(self) -> list[list[Message]]:
        """Every conversation, as its model is to be shown it."""
        return [self.conversations.messages(i) for i in range(self.conversations.speakers)]

    def reset(
        self,
        seed: int | Sequence[int] | None = None,
        rows: NDArray[np.bool_] | None = None,
        *,
        options: dict[str, Any] | None = None,
    ) -> tuple[list[list[Message]], list[dict[str, Any]]]:
        """Start new episodes.

        Args:
            seed: of the first group; the next ones have the next numbers. Or one for each row.
                None goes on to the next episodes.
            rows: (B,) those that start; None for all. Whole groups, if they are to stay together.
            options: of a source with records ``{"record": k}``, see `VectorEnv.reset`.

        Returns:
            The messages of each conversation (of rows that did not start, none), and the infos.
        """
        mask = np.ones(self.num_envs, np.bool_) if rows is None else np.asarray(rows, np.bool_)
        if seed is None and not self._started:
            seed = int(self._drawn.integers(1 << 62))
        seeds: Sequence[int] | None
        if isinstance(seed, int | np.integer):
            seeds = [int(seed) + i // self.groups for i in range(self.num_envs)]
        else:
            seeds = seed
        if rows is not None:
            options = {**(options or {}), "reset_mask": mask}
        observation, info = self.envs.reset(seed=seeds, options=options)
        self._started = True
        self.over[mask] = False
        told = self.conversations.see(observation, mask)
        return told, self._infos(info)

    def step(
        self, answers: Sequence[Any]
    ) -> tuple[
        list[list[Message]],
        NDArray[np.float32],
        NDArray[np.bool_],
        NDArray[np.bool_],
        list[dict[str, Any]],
    ]:
        """Take one answer of every conversation.

        Args:
            answers: text, a list of calls, or an assistant's message each, see
                `Conversations.hear`; anything where the episode is over.

        Returns:
            The new messages, rewards, terminated, truncated, and infos, one for each conversation.
            Of rows that were over before: no messages, 0, False, False.

        Raises:
            ValueError: answers of another number.
        """
        talks = self.conversations
        if len(answers) != talks.speakers:
            raise ValueError(f"{len(answers)} answers for {talks.speakers} conversations")
        resting = self.over.copy()
        actions = [
            None if resting[talks.row_of(i)] else talks.hear(i, answer)
            for i, answer in enumerate(answers)
        ]
        robots = len(talks.agents)
        if robots:
            teams = [actions[i : i + robots] for i in range(0, len(actions), robots)]
            actions = [None if rests else t for t, rests in zip(teams, resting, strict=True)]
        observation, reward, *flags, info = self.envs.step(actions)
        terminated, truncated = map(as_numpy, flags)
        done = terminated | truncated
        self.over = resting | done
        told = talks.see(observation, ~self.over)
        for speaker in range(talks.speakers):
            if done[talks.row_of(speaker)]:
                told[speaker] = talks.end(speaker, observation)
        each = max(1, robots)
        ends, cuts = np.repeat(terminated, each), np.repeat(truncated, each)
        return told, as_numpy(reward).reshape(-1), ends, cuts, self._infos(info)

    def oracle(self, calls: Calls | None = None) -> list[Message]:
        """What somebody would say who knows the answer, for every conversation; an empty text where
        the episode is over.

        Args:
            calls: how tools are called; None: as here.
        """
        actions, talks = self.envs.oracle(), self.conversations
        robots = len(talks.agents)
        said = []
        for speaker in range(talks.speakers):
            row = talks.row_of(speaker)
            if self.over[row]:
                said.append({"role": "assistant", "content": ""})
                continue
            action = actions[row][speaker % robots] if robots else actions[row]
            said.append(talks.say(speaker, action, calls))
        return said

    def close(self) -> None:
        """Let the batch go."""
        self.envs.close()

    def _infos(self, info: dict[str, Any]) -> list[dict[str, Any]]:
        """One for each conversation: what the environment tells, and what of the conversation."""
        talks, moments = self.conversations, self.envs.moments.tolist()
        rows = info_rows(info, self.num_envs)
        robots, infos = len(talks.agents), []
        for speaker in range(talks.speakers):
            row = talks.row_of(speaker)
            told = _of_robot(rows[row], speaker % robots, robots) if robots else rows[row]
            history = talks.kept(speaker)
            infos.append(
                {
                    **told,
                    "seed": moments[row][0],
                    "episode": moments[row][1],
                    "reading": talks.why(speaker),
                    "pictures_dropped": history.pictures_dropped,
                    "turns_dropped": history.turns_dropped,
                    "shown_hw": talks.shown_hw,
                }
            )
        return infos


class ChatEnv:
    """One episode at a time, in messages.

    Args:
        id_or_env: an id of vgym, or an environment made by `gymnasium.make`.
        dialect: how the model writes, by name or as a `Dialect`.
        calls, history_turns, history_pixels: see `vgym.chat.conversations.Conversations`.
        **settings: of the environment, where an id is given.

    Of a team everything that is handed out, and every answer, is a dict by robot.

    >>> env = ChatEnv("VGround-v0", image_size=64)
    >>> messages, info = env.reset(seed=7)
    >>> [message["role"] for message in messages]
    ['system', 'user']
    """

    def __init__(
        self,
        id_or_env: str | Any,
        dialect: str | Dialect = "json",
        *,
        calls: Calls = "text",
        history_turns: int | None = None,
        history_pixels: int | None = None,
        **settings: Any,
    ) -> None:
        self.batch = ChatVectorEnv(
            _own_batch(id_or_env),
            1,
            dialect,
            calls=calls,
            history_turns=history_turns,
            history_pixels=history_pixels,
            **settings,
        )
        self.agents = self.batch.conversations.agents

    @property
    def tools(self) -> list[dict[str, Any]]:
        """What can be done, as servers of OpenAI's form are told it."""
        return self.batch.tools

    @property
    def messages(self) -> Any:
        """The conversation so far, as the model is to be shown it."""
        return self._one(self.batch.messages)

    def reset(
        self, seed: int | None = None, *, options: dict[str, Any] | None = None
    ) -> tuple[Any, Any]:
        """Start an episode: messages of the system and the user, and an info.

        Args:
            seed: None goes on to the next episode.
            options: of a source with records ``{"record": k}``, for the episode about that one.
        """
        messages, infos = self.batch.reset(seed, options=options)
        return self._one(messages), self._one(infos)

    def step(self, answer: Any) -> tuple[Any, Any, Any, Any, Any]:
        """Take an answer: text, calls of tools, or an assistant's message.

        Returns:
            The messages that are new, the reward, terminated, truncated, and an info.

        Raises:
            gymnasium.error.ResetNeeded: the episode is over. ValueError: a robot's answer is
                missing.
        """
        if self.batch.over[0]:
            raise gymnasium.error.ResetNeeded("the episode has ended; call reset() before stepping")
        answers = [answer]
        if self.agents:
            missing = [name for name in self.agents if name not in answer]
            if missing:
                raise ValueError(f"there is no answer of {', '.join(missing)}")
            answers = [answer[name] for name in self.agents]
        messages, reward, terminated, truncated, infos = self.batch.step(answers)
        return (
            self._one(messages),
            self._one(reward.astype(float).tolist()),
            self._one(terminated.tolist()),
            self._one(truncated.tolist()),
            self._one(infos),
        )

    def oracle(self, calls: Calls | None = None) -> Any:
        """What somebody would say who knows the answer: an assistant's message."""
        return self._one(self.batch.oracle(calls))

    def close(self) -> None:
        """Let the environment go."""
        self.batch.close()

    def _one(self, values: Sequence[Any]) -> Any:
        return dict(zip(self.agents, values, strict=True)) if self.agents else values[0]


def _batch(id_or_envs: str | Any, num_envs: int, settings: dict[str, Any]) -> Any:
    """The batch behind a name, or behind wrappers, whose rows rest when they have ended."""
    if not isinstance(id_or_envs, str):
        if settings:
            raise ValueError(f"settings {sorted(settings)} are of ids; make the batch with them")
        envs = id_or_envs.unwrapped
        if getattr(envs, "autoreset_mode", None) is not AutoresetMode.DISABLED:
            raise ValueError(
                'make the batch with autoreset_mode="DISABLED": rows that have ended must rest'
            )
        return envs
    name = id_or_envs.removeprefix("vgym:")
    row = row_of(name)
    settings = {**row.family.chat, **settings, "autoreset_mode": AutoresetMode.DISABLED}
    if row.made_by:
        return named(f"{row.made_by}:vector_env", name)(num_envs, **settings).envs
    return gymnasium.make_vec(name, num_envs=num_envs, **settings).unwrapped


def _own_batch(id_or_env: str | Any) -> Any:
    """An id, or the batch of one that an environment is."""
    if isinstance(id_or_env, str):
        return id_or_env
    found = getattr(id_or_env.unwrapped, "batch", id_or_env)
    return getattr(found, "envs", found)


def _of_robot(info: dict[str, Any], robot: int, robots: int) -> dict[str, Any]:
    """What of a team's info is a robot's own."""
    return {
        name: _of_robot(value, robot, robots)
        if isinstance(value, dict)
        else value[robot]
        if isinstance(value, np.ndarray) and len(value) == robots
        else value
        for name, value in info.items()
    }
