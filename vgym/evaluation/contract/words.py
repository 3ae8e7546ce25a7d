"""Instructions, as words and as tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.core.task import Task
from vgym.core.text import PAD, UNKNOWN, legible, split_words
from vgym.evaluation.contract.candidate import Candidate

ROWS = 64


def words(candidate: Candidate) -> Iterator[str]:
    """Instructions are words of the vocabulary, and no longer than their tokens."""
    envs = candidate.begun(ROWS)
    task = envs.task
    said = envs.instructions()
    if not all(isinstance(text, str) and text.strip() for text in said):
        yield f"instructions are {said[:3]!r}, ...; each row's must be words"
        return
    rows = list(range(ROWS - 1, 0, -7))
    if task.instructions(envs.state, rows) != [said[row] for row in rows]:
        yield f"instructions of the rows {rows} are not what they are among all"
    for text in dict.fromkeys(said):
        if text != legible(text):
            better = legible(text)
            yield f"{text!r:.120} holds what nobody reads, or too much; make it {better!r:.120}"
    if task.text_instruction:
        return
    tokens = task.tokens(envs.state).cpu().numpy()
    expected = (ROWS, task.instruction_length)
    if tokens.shape != expected or tokens.dtype != np.int32:
        yield f"tokens are {tokens.dtype} of shape {tokens.shape}; they must be int32 of {expected}"
        return
    if tokens.min() < 0 or tokens.max() >= task.vocabulary_size:
        yield f"tokens go from {tokens.min()} to {tokens.max()} of {task.vocabulary_size}"
        return
    # Each text once, whatever the row.
    yield from dict.fromkeys(
        problem for row, text in enumerate(said) for problem in _badly_told(task, text, tokens[row])
    )


def _badly_told(task: Task[Any], text: str, tokens: NDArray[np.int32]) -> Iterator[str]:
    """What is wrong with the tokens of a text, which a task may have made in a way of its own."""
    length, parts = task.instruction_length, split_words(text)
    plain = (tokens == task.vocabulary.encode(text, length)).all()
    lacking = sorted({part for part in parts if part not in task.vocabulary.words[2:]})
    if UNKNOWN in tokens or (plain and lacking):
        yield f"{text!r:.120}: the vocabulary lacks {', '.join(lacking)}"
    if len(parts) > length and tokens[-1] != PAD:
        yield f"{text!r:.120} is {len(parts)} tokens long; instruction_length is {length}"
    read = task.vocabulary.decode(tokens)
    cut = len(_letters(read)) if tokens[-1] != PAD else None
    if not plain and UNKNOWN not in tokens and _letters(text)[:cut] != _letters(read):
        yield f"the tokens of {text!r:.120} say {read!r:.120}"


def _letters(text: str) -> str:
    """What is left of a text where marks are split otherwise."""
    return "".join(filter(str.isalnum, text.lower()))
