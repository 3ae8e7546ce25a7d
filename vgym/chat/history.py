"""How much of a conversation is kept: at most so many turns, and so many pixels of pictures.

What is left out is said where it stood, so that a model knows that it has forgotten something.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vgym.chat.messages import Message, parts_of, text_part

PICTURE_GONE = "(The picture that stood here is no longer shown.)"


class Kept(NamedTuple):
    """What is left of a conversation."""

    messages: list[Message]
    pictures_dropped: int
    turns_dropped: int


def kept(messages: Sequence[Message], turns: int | None, pixels: int | None) -> Kept:
    """A conversation within its limits.

    A turn is an assistant's message and what follows it. The task (what stands before the first
    turn) always stays, with its words; so do the pictures of the last message, however large.
    Pictures go as the newest are kept first, but those of the task before all other earlier ones.

    Args:
        messages: the whole conversation, which is not changed.
        turns: how many of the latest are kept; None for all.
        pixels: of all pictures together; None for no limit.
    """
    starts = [i for i, m in enumerate(messages) if m["role"] == "assistant"]
    left = list(messages)
    first = starts[0] if starts else len(left)
    gone = 0 if turns is None else max(0, len(starts) - turns)
    dropped = 0
    if gone:
        cut = starts[gone] if gone < len(starts) else len(left)
        dropped = sum(_pictures(m) for m in left[first:cut])
        several = "turn is" if gone == 1 else "turns are"
        note = text_part(f"({gone} earlier {several} no longer shown.)")
        task = left[first - 1]
        left[first - 1] = {**task, "content": [*parts_of(task), note]}
        del left[first:cut]
    if pixels is not None:
        dropped += _within(left, first, pixels)
    return Kept(left, dropped, gone)


def _within(messages: list[Message], first: int, pixels: int) -> int:
    """Replace pictures beyond the limit by words, in place; how many."""
    last = len(messages) - 1
    order = [last, *range(first - 1, -1, -1), *range(last - 1, first - 1, -1)]
    spent = dropped = 0
    for number in dict.fromkeys(order):
        parts = parts_of(messages[number])
        if not any(part["type"] == "image" for part in parts):
            continue
        changed = []
        for part in parts:
            if part["type"] == "image":
                size = part["image"].shape[0] * part["image"].shape[1]
                if number != last and spent + size > pixels:
                    part = text_part(PICTURE_GONE)
                    dropped += 1
                else:
                    spent += size
            changed.append(part)
        messages[number] = {**messages[number], "content": changed}
    return dropped


def _pictures(message: Message) -> int:
    return sum(part["type"] == "image" for part in parts_of(message))
