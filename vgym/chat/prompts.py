"""The system prompt: what the task is, what can be done, and how to write it."""

from __future__ import annotations

from typing import Literal

from vgym.chat.arguments import signature_of, units_of
from vgym.chat.reading.dialect import Dialect
from vgym.core.speech import PLACES, Speech

Calls = Literal["text", "native"]
CALLS: tuple[str, ...] = ("text", "native")


def system_prompt(
    speech: Speech,
    dialect: Dialect,
    size_hw: tuple[int, int],
    *,
    calls: Calls = "text",
    turns: int | None = None,
) -> str:
    """What a model is told first.

    Args:
        speech: of the task. dialect: of the model. size_hw: of the picture as the model sees it.
        calls: whether tools are called in the text, or by the server's own means.
        turns: how many an episode has at most; None for as many as it takes.
    """
    one = speech.plain is not None and len(speech.tools) == 1
    units = [f"Write places {units_of(dialect, size_hw)}."] if _asks_places(speech) else []
    paragraphs = [speech.brief]
    if calls == "native":
        what = f"Answer by calling the tool `{speech.tools[0].name}`."
        paragraphs += [what if one else "Call one tool in each turn.", *units]
    elif one and speech.plain is not None:
        paragraphs += [dialect.how(speech.plain[1])]  # type: ignore[arg-type]
        if not dialect.frame.units:
            which = "Each picture" if len(speech.first) > 1 else "The picture"
            paragraphs += [f"{which} is {size_hw[1]} pixels wide and {size_hw[0]} high."]
    else:
        tools = "\n".join(signature_of(tool, dialect) for tool in speech.tools)
        which = "In each turn you call one of these tools:"
        if len(speech.tools) == 1:
            which = (
                "In each turn you call this tool:" if turns != 1 else "Answer by calling this tool:"
            )
        paragraphs += [f"{which}\n\n{tools}"]
        paragraphs += [dialect.how("calls"), *units]
    if turns is not None and turns > 1:
        paragraphs += [f"You have at most {turns} turns."]
    return "\n\n".join(paragraphs)


def _asks_places(speech: Speech) -> bool:
    kinds = {p.kind for tool in speech.tools for p in tool.parameters.values()}
    return bool(kinds & PLACES)
