"""How tasks speak that say nothing of themselves: one tool, whose arguments are the numbers of an
action. Families of vgym say more; this is what a task of one's own starts with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import spaces

from vgym.core.speech import Call, Moment, Parameter, Speech, Tool, Unusable
from vgym.core.spoken import Spoken
from vgym.registration import unknown

BRIEF = "You are shown a picture and told what to do."


def speech_of_space(space: spaces.Space[Any], brief: str = BRIEF) -> Speech:
    """One tool, `act`, whose argument is an action of the space.

    Args:
        space: `Discrete`, `MultiDiscrete`, `Box` or text. brief: what is to be done.

    Raises:
        ValueError: a space of another kind.
    """
    if isinstance(space, spaces.Discrete):
        first, last = int(space.start), int(space.start + space.n - 1)
        number = Parameter("integer", "which action", low=first, high=last)
        return _speech(brief, "number", number, lambda given: given)
    if isinstance(space, spaces.MultiDiscrete):
        low, count = space.start.ravel(), int(space.nvec.size)
        numbers = Parameter(
            "integers",
            f"the action, {count} whole numbers below {space.nvec.ravel().tolist()}",
            low=float(low.min()),
            high=float((low + space.nvec.ravel()).max() - 1),
            least=count,
            most=count,
        )
        shape = space.nvec.shape
        return _speech(brief, "numbers", numbers, lambda given: _whole(given, shape, space))
    if isinstance(space, spaces.Box):
        count, shape, dtype = int(np.prod(space.shape)), space.shape, space.dtype
        numbers = Parameter(
            "numbers",
            f"the action, {count} numbers",
            low=float(space.low.min()),
            high=float(space.high.max()),
            least=count,
            most=count,
        )
        return _speech(
            brief, "numbers", numbers, lambda given: np.array(given, dtype).reshape(shape)
        )
    if isinstance(space, Spoken | spaces.Text):
        text = Parameter("text", "the answer in words")
        return _speech(brief, "text", text, str, words=lambda said, moment: said)
    raise ValueError(f"there is no tool for actions of {space}; give the task a method speech()")


def speech_of_moves(
    brief: str,
    moves: Sequence[str],
    description: str,
    **more: Any,
) -> Speech:
    """One tool, `move`, whose argument is one of several words; a word alone is a move, too.

    Args:
        brief: what is to be done. moves: in words, in the order of a `Discrete` space.
        description: of what each move does. **more: of `Speech`.
    """
    numbers = {move: number for number, move in enumerate(moves)}
    tool = Tool(
        "move",
        description,
        lambda given, moment: numbers[given["action"]],
        {"action": Parameter("choice", "what to do", choices=tuple(moves))},
    )

    def words(text: str, moment: Moment) -> int:
        said = " ".join(text.lower().replace("_", " ").split()).strip(" .!`'\"*")
        if said not in numbers:
            raise Unusable(unknown("move", said[:40], moves))
        return numbers[said]

    def said(action: Any, moment: Moment) -> Call:
        return Call("move", {"action": moves[int(action)]})

    return Speech(brief, (tool,), said, words=words, **more)


def _speech(brief: str, name: str, parameter: Parameter, made: Any, **more: Any) -> Speech:
    def act(given: Mapping[str, Any], moment: Moment) -> Any:
        return made(given[name])

    def said(action: Any, moment: Moment) -> Call:
        plain = action if isinstance(action, str) else np.asarray(action).ravel().tolist()
        return Call("act", {name: plain[0] if parameter.kind == "integer" else plain})

    tool = Tool("act", "Acts.", act, {name: parameter})
    return Speech(brief, (tool,), said, **more)


def _whole(given: Any, shape: tuple[int, ...], space: spaces.MultiDiscrete) -> Any:
    action = np.array(given, np.int64).reshape(shape)
    if not ((action >= space.start) & (action < space.start + space.nvec)).all():
        raise Unusable(f"a number of {given!r:.80} is beyond those of {space}")
    return action
