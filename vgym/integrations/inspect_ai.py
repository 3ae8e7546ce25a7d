"""Episodes as a task of inspect-ai: a solver that plays, and a scorer that tells what was earned.

    inspect eval vgym/play -T env=VGround-v0 -T dialect=qwen2.5-vl -T episodes=64 \\
        --model openai-api/local/Qwen2.5-VL-7B

A sample is an episode, by its seed; further ``-T name=value`` are settings of the environment. To
play an id of your own, call `play` from a task of yours that imports it first.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, TypeVar

from vgym.chat.messages import Encoding, Message, encoded, parts_of
from vgym.chat.prompts import Calls
from vgym.core.extras import missing
from vgym.evaluation.machine import versions
from vgym.integrations.episodes import Episode, Outcome, Setup, Start

try:
    from anyio import to_thread
    from inspect_ai import Task, task
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import (
        ChatMessage,
        ChatMessageAssistant,
        ChatMessageSystem,
        ChatMessageTool,
        ChatMessageUser,
        Content,
        ContentImage,
        ContentText,
        get_model,
    )
    from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
    from inspect_ai.solver import Generate, Solver, TaskState, solver
    from inspect_ai.tool import ToolInfo, ToolParams
except ImportError as error:
    raise missing("inspect-ai", "inspect", error) from error

_STORE = "vgym"  # under which a sample's store holds what came of its episode
T = TypeVar("T")


@task
def play(
    env: str = "VGround-v0",
    dialect: str = "json",
    episodes: int = 32,
    seed: int = 0,
    split: str | None = None,
    calls: Calls = "text",
    history_turns: int | None = None,
    history_pixels: int | None = None,
    encode: Encoding = "png",
    quality: int = 90,
    **settings: Any,
) -> Task:
    """Episodes of an id: those that `vgym bench` plays.

    Args:
        env: the id. dialect: how the model writes places, see `vgym.chat.dialects`.
        episodes: how many, or all records of a finite source if those are fewer.
        seed: of the first; the next ones have the next numbers.
        split, calls, history_turns, history_pixels: see `vgym.integrations.episodes.Setup`.
        encode, quality: of pictures, see `vgym.chat.messages.encoded`.
        **settings: further keywords of the environment.

    Raises:
        ValueError: an unknown id, dialect or setting.
    """
    setup = Setup(env, dialect, calls, history_turns, history_pixels, split, settings)
    samples = [
        Sample(
            id=start.seed,
            input=f"{env}, seed {start.seed}",
            metadata={"seed": start.seed, "record": start.record},
        )
        for start in setup.starts(episodes, seed)
    ]
    return Task(
        dataset=MemoryDataset(samples, name=env),
        solver=chat(setup.as_json(), encode, quality),
        scorer=earned(),
        version=versions().get("vgym", 0),
    )


@solver
def chat(setup: str, encode: Encoding = "png", quality: int = 90) -> Solver:
    """Plays a sample's episode to its end.

    Args:
        setup: see `vgym.integrations.episodes.Setup.as_json`.
        encode, quality: of pictures, see `vgym.chat.messages.encoded`.
    """
    what = Setup.from_json(setup)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        start = Start(state.metadata["seed"], state.metadata["record"])
        episode = await _aside(lambda: Episode(what, start))
        with episode:
            shown = _Shown(encode, quality, episode.detail)
            native = what.calls == "native"
            tools = [_tool_info(each) for each in episode.tools] if native else []
            state.messages = await _aside(partial(shown.messages, episode.opening))
            _note(state, episode.outcome)
            while not episode.outcome.ended:
                asked = await _aside(lambda: shown.messages(episode.messages))
                state.output = await get_model().generate(asked, tools)
                said = state.output.message
                shown.hear(said)
                state.messages.append(said)
                new = await _aside(partial(episode.answer, _answer(said)))
                _note(state, episode.outcome)
                state.messages.extend(await _aside(partial(shown.messages, new)))
        state.completed = True
        return state

    return solve


@scorer(metrics={"*": [mean(), stderr()]})
def earned() -> Scorer:
    """What episodes came to: ``return``, ``success``, ``unread`` (the share of answers that could
    not be read) and ``steps``; the environment's own numbers are in the score's metadata.

    An episode that a limit of inspect's broke off counts as what it had earned by then.
    """

    async def score(state: TaskState, target: Target) -> Score:
        held = state.store.get(_STORE)
        if held is None:
            return Score.unscored(explanation="the episode was never begun")
        came = Outcome(**held)
        explanation = came.why if came.ended else f"the episode was broken off. {came.why}".strip()
        return Score(
            value=came.scores,
            answer=state.output.completion,
            explanation=explanation or None,
            metadata=came.facts,
        )

    return score


class _Shown:
    """A conversation in inspect's form; pictures that come again are not written again."""

    def __init__(self, encode: Encoding, quality: int, detail: str) -> None:
        self._how, self._detail = (encode, quality), detail
        self._pictures: dict[int, tuple[Any, ContentImage]] = {}
        self._said: list[ChatMessageAssistant] = []

    def hear(self, said: ChatMessageAssistant) -> None:
        """Remember what the model said, with its thoughts, which it is shown again."""
        self._said.append(said)

    def messages(self, messages: Sequence[Message]) -> list[ChatMessage]:
        """Messages of which the answers are the latest that were heard."""
        answers = sum(message["role"] == "assistant" for message in messages)
        said = iter(self._said[len(self._said) - answers :])
        return [
            next(said) if message["role"] == "assistant" else self._message(message)
            for message in messages
        ]

    def _message(self, message: Message) -> ChatMessage:
        content = [self._part(part) for part in parts_of(message)]
        if message["role"] == "system":
            return ChatMessageSystem(content=content)
        if message["role"] == "user":
            return ChatMessageUser(content=content)
        identity = message["tool_call_id"]
        calls = (call for said in self._said for call in said.tool_calls or ())
        name = next((call.function for call in calls if call.id == identity), None)
        return ChatMessageTool(content=content, tool_call_id=identity, function=name)

    def _part(self, part: dict[str, Any]) -> Content:
        if part["type"] != "image":
            return ContentText(text=part["text"])
        image = part["image"]
        if id(image) not in self._pictures:
            data = base64.b64encode(encoded(image, *self._how)).decode()
            url = f"data:image/{self._how[0]};base64,{data}"
            # The picture is held, so that its identity is not another's later.
            self._pictures[id(image)] = image, ContentImage(image=url, detail=self._detail)
        return self._pictures[id(image)][1]


def _answer(said: ChatMessageAssistant) -> dict[str, Any]:
    """What the model said beside its thoughts, in OpenAI's form."""
    calls = [
        {
            "id": call.id,
            "function": {"name": call.function, "arguments": call.parse_error or call.arguments},
        }
        for call in said.tool_calls or ()
    ]
    return {"content": said.text, "tool_calls": calls}


def _tool_info(tool: dict[str, Any]) -> ToolInfo:
    function = tool["function"]
    return ToolInfo(
        name=function["name"],
        description=function["description"],
        parameters=ToolParams(**function["parameters"]),
    )


def _note(state: TaskState, came: Outcome) -> None:
    state.store.set(_STORE, asdict(came))


async def _aside(work: Callable[[], T]) -> T:
    """Do it in another thread: drawing and stepping would hold up the other samples."""
    return await to_thread.run_sync(work)
