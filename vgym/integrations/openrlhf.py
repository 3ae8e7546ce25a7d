"""Episodes for OpenRLHF: name this file in ``--train.agent_func_path``, or, of ids of one answer,
in ``--reward.remote_url``.

A row's label is a ticket in JSON (`vgym export --trainer openrlhf` writes them), its prompt the
opening, with its pictures. What follows an answer is written by the model's own chat template.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import torch
from PIL import Image

from vgym.chat.messages import Message, pictures_of, to_transformers
from vgym.integrations.episodes import Episode
from vgym.integrations.tickets import Ticket, of_row, score

try:
    from openrlhf.utils.agent import AgentInstanceBase, MultiTurnAgentExecutor
except ImportError as error:
    raise ImportError(f"OpenRLHF cannot be loaded ({error}); it is what runs this file") from error


class Played(AgentInstanceBase):  # type: ignore[misc]  # OpenRLHF may not be installed
    """One trajectory.

    Attributes:
        processor: of the model, whose chat template writes what follows an answer.
    """

    processor: Any = None

    def __init__(self, *arguments: Any, **more: Any) -> None:
        self._episode: Episode | None = None

    async def reset(self, states: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Begin the episode of the row's label; its prompt is the observation."""
        self._episode = await asyncio.to_thread(_ticket(states["label"]).episode)
        return states

    async def step(self, states: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Take an answer: its reward, and what is shown next.

        Raises:
            RuntimeError: no episode was begun.
        """
        episode = self._episode
        if episode is None:
            raise RuntimeError("no episode was begun; call reset before step")
        if episode.outcome.ended:
            return _result(0.0, "", [], True, episode)
        new = await asyncio.to_thread(episode.answer, states["action_text"])
        came = episode.outcome
        if came.ended:
            episode.close()
            return _result(came.rewards[-1], "", [], True, episode)
        shown = [Image.fromarray(picture) for picture in pictures_of(new)]
        return _result(came.rewards[-1], _followed(self.processor, new), shown, False, episode)


class AgentExecutor(MultiTurnAgentExecutor):  # type: ignore[misc]  # as above
    """What OpenRLHF looks for in a file."""

    def __init__(self) -> None:
        super().__init__(Played)

    async def execute(
        self,
        prompt: Any,
        label: Any,
        sampling_params: Any,
        max_length: int,
        hf_tokenizer: Any,
        llm_engine: Any,
        images: Any = None,
    ) -> dict[str, Any]:
        """A trajectory, from its prompt to its end."""
        bound = MultiTurnAgentExecutor(type("Bound", (Played,), {"processor": hf_tokenizer}))
        found: dict[str, Any] = await bound.execute(
            prompt, label, sampling_params, max_length, hf_tokenizer, llm_engine, images
        )
        return found


def reward_func(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[str]
) -> dict[str, Any]:
    """What answers of one turn earn.

    Args:
        queries: prompts with their answers. prompts: (N,). labels: (N,) tickets in JSON.
    """
    said = [_after(prompt, query) for query, prompt in zip(queries, prompts, strict=True)]
    outcomes = score([_ticket(label) for label in labels], said)
    rewards = torch.tensor([came.value for came in outcomes], dtype=torch.float64)
    success = torch.tensor([float(came.success) for came in outcomes])
    return {"rewards": rewards, "scores": rewards, "extra_logs": {"success": success}}


def _after(prompt: str, query: str) -> str:
    """What follows a prompt in a query, in which tokens of pictures stand many times over.

    Raises:
        ValueError: the query does not go on from the prompt.
    """
    size = len(prompt)
    while size >= min(_LEAST, len(prompt)):
        tail = prompt[len(prompt) - size :]
        at = query.find(tail)
        if at >= 0:
            return query[at + size :]
        size -= 1 + size // 8
    raise ValueError(f"the query {query[:60]!r}... does not go on from its prompt")


_LEAST = 8  # characters by which the end of a prompt is known


def _ticket(label: Any) -> Ticket:
    try:
        row = json.loads(label)
    except (TypeError, ValueError):
        row = None
    if not isinstance(row, dict):
        raise ValueError(f"the label {label!r:.80} is no ticket: `vgym export` writes them")
    return of_row(row)


def _followed(processor: Any, new: list[Message]) -> str:
    """What a chat template writes after an answer: the new messages, and the start of the next.

    Raises:
        ValueError: the template does not write messages one after the other.
    """
    before = to_transformers([_says("user"), _says("assistant")])
    write = processor.apply_chat_template
    start = write(before, tokenize=False)
    whole = write([*before, *to_transformers(new)], tokenize=False, add_generation_prompt=True)
    if not whole.startswith(start):
        raise ValueError("the model's chat template writes earlier messages anew at every turn")
    return str(whole[len(start) :])


def _says(role: str) -> Message:
    return {"role": role, "content": "."}


def _result(
    reward: float, text: str, pictures: list[Image.Image], done: bool, episode: Episode
) -> dict[str, Any]:
    came = episode.outcome
    return {
        "rewards": torch.tensor(reward, dtype=torch.float64),
        "environment_feedback": text,
        "environment_images": pictures or None,
        "done": done,
        "extra_logs": {"success": float(came.success), "steps": float(came.steps)},
    }
