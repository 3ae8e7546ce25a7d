"""What a language model is told of an application, and how its calls become acts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from vgym.core.speech import Call, Moment, Parameter, Speech, Tool, Unusable
from vgym.envs.gui.flow.actions import Act, FlowForm
from vgym.envs.gui.flow.model import BACK, CLICK, KEY, KEYS, SCROLL_BY, SLOTS, TYPE

_BRIEF = (
    "You work in an application on a screen, and are told what somebody wants done in it. In each "
    "turn you see the screen and do one thing. Do what was asked and nothing else: what you change "
    "besides counts against you, and some things cannot be undone. The task ends by itself once "
    "it is done."
)
_SCROLLS = ("up", "down")
_QUOTED = re.compile(r'"([^"]*)"')


def flow_speech(form: FlowForm) -> Speech:
    """How applications are spoken of."""

    def action(kind: int, point: tuple[float, float] = (0.5, 0.5), which: int = 0) -> Any:
        return form.encode([Act(kind, *point, which)])[0].numpy()

    def write(given: Mapping[str, Any], moment: Moment) -> Any:
        quoted = texts_of(moment)
        if given["text"] not in quoted:
            known = ", ".join(f'"{text}"' for text in quoted) or "and there is none here"
            raise Unusable(f"only texts that the task gives in quotes can be typed: {known}")
        return action(TYPE, which=quoted.index(given["text"]))

    def said(given: Any, moment: Moment) -> Call:
        act = form.decode(torch.as_tensor(np.asarray(given))[None])[0]
        if act.kind == CLICK:
            return Call("click", {"point": (act.x, act.y)})
        if act.kind == TYPE:
            quoted = texts_of(moment)
            return Call("type", {"text": quoted[act.which] if act.which < len(quoted) else ""})
        if act.kind == KEY:
            return Call("press", {"key": KEYS[act.which]})
        if act.kind == SCROLL_BY:
            return Call("scroll", {"direction": _SCROLLS[bool(act.which)]})
        return Call("back")

    tools = (
        Tool(
            "click",
            "Clicks with the mouse.",
            lambda given, moment: action(CLICK, given["point"]),
            {"point": Parameter("point", "where")},
        ),
        Tool(
            "type",
            "Types a text into the field that was clicked last.",
            write,
            {"text": Parameter("text", "one of the texts that the task gives in quotes")},
        ),
        Tool(
            "press",
            "Presses a key.",
            lambda given, moment: action(KEY, which=KEYS.index(given["key"])),
            {"key": Parameter("choice", "which key", choices=tuple(KEYS))},
        ),
        Tool(
            "scroll",
            "Scrolls the list or page.",
            lambda given, moment: action(SCROLL_BY, which=_SCROLLS.index(given["direction"])),
            {"direction": Parameter("choice", "which way", choices=_SCROLLS)},
        ),
        Tool("back", "Goes back to the screen before.", lambda given, moment: action(BACK)),
    )
    return Speech(_BRIEF, tools, said)


def texts_of(moment: Moment) -> list[str]:
    """The texts that the words of a task give, in order."""
    return _QUOTED.findall(moment.instruction)[:SLOTS]
