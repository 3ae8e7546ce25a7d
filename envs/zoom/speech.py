"""What a language model is told of looking closer, and how its calls become moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vgym.core.speech import Call, Moment, Parameter, Speech, Tool
from vgym.envs.zoom.moves import ABOUT, ANSWER, MOVES, OUT, PAN, UNDO, ZOOM, Move, MoveForm
from vgym.envs.zoom.types import MOST_CHOICES, LookConfig

Said = Callable[[Move, Moment], Call]

_BRIEF = (
    "You will be shown a very large picture, reduced so far that small things in it cannot be made "
    "out, and asked about something small. Look closer before you answer: every look shows a part "
    "of the picture at the size of the whole. {asked} Answering ends the task, so answer only once "
    "you have seen enough. Places are always places in the view that you were shown last."
)
_ASKED = {
    "box": "Then answer with the box that fits tightly around what was asked for.",
    "point": "Then answer with a point on what was asked for.",
    "choice": "Then answer with the number of the choice that is right, as the question counts.",
}
_WHAT = {"box": "the box around it", "point": "a point on it"}
_MOVES: tuple[tuple[str, str, dict[str, Parameter]], ...] = (
    ("zoom", "Shows the part in a box, with as much around it as the picture's aspect asks for.",
     {"box": Parameter("box", "the part to look at")}),
    ("zoom_at", "Shows the surroundings of a point, twice as large as now.",
     {"point": Parameter("point", "where to look")}),
    ("pan", "Moves the view so that a point becomes its middle, as large as now.",
     {"point": Parameter("point", "the new middle")}),
    ("zoom_out", "Shows twice as much of the picture around the present view.", {}),
    ("undo", "Goes back to the view before.", {}),
)  # fmt: skip


def zoom_speech(
    moves: MoveForm,
    config: LookConfig,
    brief: str = _BRIEF,
    whole: str = "picture",
    sizes: str = "",
) -> Speech:
    """How looking is spoken of.

    Args:
        moves: the form of actions. config: says what is asked for, and how much may be looked at.
        brief: what is shown, with a place for what is asked. whole: what is looked at, in a word.
        sizes: how large boxes about points are.
    """

    def look(kind: int) -> Callable[[Mapping[str, Any], Moment], Any]:
        def act(given: Mapping[str, Any], moment: Moment) -> Any:
            return action_of(moves, kind, given)

        return act

    tools = [Tool(n, does, look(k), given) for k, (n, does, given) in enumerate(_MOVES)]
    answer = config.answer
    if answer == "choice":
        parameter = Parameter("integer", "which choice is right", low=1, high=MOST_CHOICES)
    else:
        parameter = Parameter("box" if answer == "box" else "point", _WHAT[answer])
    tools.append(Tool("answer", "Answers the question.", look(ANSWER), {answer: parameter}))

    def said(action: Any, moment: Moment) -> Call:
        return call_of(moves.decode(torch.as_tensor(np.asarray(action))[None]), answer)

    foveated = config.observation == "foveated"
    every = {"overview": "The whole, sharp where you looked last:", "image": "Your view:"}
    asked = f"{_ASKED[answer]} {sizes}".strip() if answer == "box" else _ASKED[answer]
    return Speech(
        brief.format(asked=asked),
        tuple(tools),
        said,
        plain=None if answer == "choice" else ("answer", answer),
        told=lambda moment: where_and_left(moment, config, whole),
        first={"image": f"The whole {whole}:"},
        then=every if foveated else {"image": ""},
    )


def action_of(moves: MoveForm, kind: int, given: Mapping[str, Any]) -> Any:
    """The action of a move, of which a box, a point or a choice may be said."""
    of = torch.tensor([kind])
    if "box" in given:
        box = torch.tensor([given["box"]], dtype=torch.float64)
        return moves.at_box(of, box, cover=kind == ZOOM)[0].numpy()
    if "choice" in given:
        return moves.choosing(of, torch.tensor([given["choice"] - 1]))[0].numpy()
    point = torch.tensor([given.get("point", (0.5, 0.5))], dtype=torch.float64)
    return moves.at_point(of, point)[0].numpy()


def call_of(move: Move, answer: str) -> Call:
    """A move of one row as a call."""
    kind = int(move.kind[0])
    box, point = _row(move.box), _row(move.point)
    if kind == ANSWER:
        choice = int(move.number(MOST_CHOICES)[0]) + 1
        return Call("answer", {answer: {"box": box, "point": point, "choice": choice}[answer]})
    name = _MOVES[kind][0]
    given = {ZOOM: {"box": box}, ABOUT: {"point": point}, PAN: {"point": point}}
    return Call(name, given.get(kind, {}))


def where_and_left(moment: Moment, config: LookConfig, whole: str) -> str:
    """Where the view lies, and how much is left, in words."""
    x0, y0, x1, y1 = (100 * float(side) for side in moment.observation["view"])
    turns = round(float(moment.observation["budget"][0]) * config.max_episode_steps)
    looks = float(moment.observation["budget"][1]) * config.pixel_budget / config.view_pixels
    left = [f"{turns} {'turn is' if turns == 1 else 'turns are'} left, the answer included."]
    if config.pixels is not None:
        left.append(f"You may look {int(looks + 1e-6)} more times.")
    if x0 <= 0 and y0 <= 0 and x1 >= 100 and y1 >= 100:
        return f"You see the whole {whole}. {' '.join(left)}"
    return (
        f"You see what lies from {x0:.1f} % to {x1:.1f} % of the whole {whole}'s width and from "
        f"{y0:.1f} % to {y1:.1f} % of its height. {' '.join(left)}"
    )


def _row(values: Tensor) -> tuple[float, ...]:
    return tuple(values[0].tolist())


assert len(_MOVES) == len(MOVES) - 1 and (OUT, UNDO) == (3, 4)
