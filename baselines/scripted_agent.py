"""Answers that stand in a file: so tables of models can be tried without a model.

A line of the file is one answer of one episode, in JSON: ``{"answer": "..."}`` with a text as a
model would write it, or with an assistant's message. ``"env"``, ``"seed"`` and ``"step"`` say where
it is given: in that id, in the episode of that seed, at that step (from 0). What a line leaves out
fits all; of the lines that fit, the one that says most is taken, of equal ones the first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vgym.baselines.chat_agent import ChatAgent
from vgym.chat.client import Question
from vgym.chat.conversations import assistant_message
from vgym.chat.messages import Message
from vgym.chat.reading.dialect import Dialect
from vgym.chat.replies import Reply
from vgym.evaluation.agent import AgentError

_WHERE = ("env", "seed", "step")
_LARGEST = 256 * 2**20


class ScriptedAgent(ChatAgent):
    """Says what a file says.

    Args:
        name, dialect: see `ChatAgent`. file: of JSON lines. **how: see `ChatAgent`.

    Raises:
        ValueError: there is no such file, or a line is none of those; names it.
    """

    def __init__(self, name: str, dialect: str | Dialect, file: str | Path, **how: Any) -> None:
        super().__init__(name, dialect, **how)
        self.file = Path(file)
        self._lines = _lines_of(self.file)

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> list[Any]:
        """What the file says for each row."""
        batch = envs.unwrapped
        spec = getattr(batch, "spec", None)
        self._at = [
            (None if spec is None else spec.id, seed, step)
            for seed, _, step in batch.moments.tolist()
        ]
        return super().act(observation, instructions, envs)

    def say(self, messages: Sequence[Message]) -> str:
        """Raises `AgentError`: answers are kept by episode, and these messages are of none."""
        raise AgentError(f"agent {self.name!r} answers episodes out of a file; ask a model")

    def answers(self, questions: Sequence[Question]) -> list[Reply]:
        """As the file says."""
        each = len(questions) // len(self._at)
        return [self._answer(self._at[i // each]) for i in range(len(questions))]

    def _answer(self, at: tuple[str | None, int, int]) -> Reply:
        self.used.requests += 1
        found = next((self._lines[key] for key in _keys(at) if key in self._lines), None)
        if found is None:
            where = ", ".join(f"{name} {value}" for name, value in zip(_WHERE, at, strict=True))
            return Reply(error=f"{self.file} has no answer for {where}")
        calls = tuple(found.get("tool_calls", ()))
        return Reply(text=found["content"], tool_calls=calls)


def _keys(at: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The lines that fit a place, that which says most first."""
    masks = sorted(range(8), key=lambda mask: -mask.bit_count())
    return [tuple(v if mask >> i & 1 else None for i, v in enumerate(at)) for mask in masks]


def _lines_of(file: Path) -> dict[tuple[Any, ...], dict[str, Any]]:
    try:
        if file.stat().st_size > _LARGEST:
            raise ValueError(f"{file} has more than {_LARGEST // 2**20} MB")
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise ValueError(f"scripted:{file}: {why}; it names a file of JSON lines") from None
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            key, message = _line_of(line, f"{file}:{number}")
            found.setdefault(key, message)
    return found


def _line_of(line: str, where: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where}: this is no JSON: {error}") from None
    if not isinstance(said, dict) or not isinstance(said.get("answer"), str | dict):
        raise ValueError(f'{where}: a line is {{"seed": 0, "answer": "..."}}')
    if others := said.keys() - {*_WHERE, "answer"}:
        raise ValueError(f"{where}: {sorted(others)[0]!r} is none of {', '.join(_WHERE)}, answer")
    return tuple(said.get(name) for name in _WHERE), assistant_message(said["answer"])
