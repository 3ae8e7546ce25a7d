"""What a language model is told of a page in a browser, and how its calls become actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vgym.core.speech import Call, Moment, Parameter, Speech, Tool, Unusable
from vgym.envs.gui.web.actions import KEYS, WAIT, Action, decode, encode

_BRIEF = (
    "You work on a web page in a browser, and are told what somebody wants done there. In each "
    "turn you see the page and do one thing. The task ends by itself once it is done, or once it "
    "can no longer be done."
)


def _far(what: str) -> Parameter:
    return Parameter("number", f"how far, in {what} of the picture", low=-1, high=1, default=0.0)


def web_speech(
    form: str, size_hw: tuple[int, int], texts: Callable[[int], Sequence[str]]
) -> Speech:
    """How pages are spoken of.

    Args:
        form: of actions. size_hw: of the picture. texts: what can be typed in a row, where the
            form is not of words.
    """
    height, width = size_hw

    def said_as(action: Action, moment: Moment) -> Any:
        return encode(form, action, size_hw, texts(moment.row))

    def pointing(kind: str, *names: str) -> Callable[[Mapping[str, Any], Moment], Any]:
        def act(given: Mapping[str, Any], moment: Moment) -> Any:
            places = [given[name] for name in names]
            numbers = [n for x, y in places for n in (x * width, y * height)]
            return said_as(Action(kind, *numbers), moment)

        return act

    def scroll(given: Mapping[str, Any], moment: Moment) -> Any:
        (x, y), far = given["point"], (given["right"] * width, given["down"] * height)
        return said_as(Action("scroll", x * width, y * height, *far), moment)

    def write(given: Mapping[str, Any], moment: Moment) -> Any:
        if form != "text" and given["text"] not in texts(moment.row):
            known = ", ".join(f'"{text}"' for text in texts(moment.row)) or "and there is none here"
            raise Unusable(f"only texts that the task gives in quotes can be typed: {known}")
        return said_as(Action("type", text=given["text"]), moment)

    def press(given: Mapping[str, Any], moment: Moment) -> Any:
        return said_as(Action("key", text=given["key"]), moment)

    def said(action: Any, moment: Moment) -> Call:
        done = decode(form, action, size_hw, texts(moment.row))
        point, end = (done.x / width, done.y / height), (done.x2 / width, done.y2 / height)
        arguments: Mapping[str, Mapping[str, Any]] = {
            "click": {"point": point},
            "double_click": {"point": point},
            "drag": {"start": point, "end": end},
            "scroll": {"point": point, "right": end[0], "down": end[1]},
            "type": {"text": done.text},
            "key": {"key": done.text},
            "wait": {},
        }
        return Call("press" if done.kind == "key" else done.kind, arguments[done.kind])

    where = {"point": Parameter("point", "where")}
    tools = (
        Tool("click", "Clicks with the mouse.", pointing("click", "point"), where),
        Tool("double_click", "Clicks twice.", pointing("double_click", "point"), where),
        Tool(
            "drag",
            "Presses the mouse button at one point, moves to another, and lets go there.",
            pointing("drag", "start", "end"),
            {
                "start": Parameter("point", "where it begins"),
                "end": Parameter("point", "where it ends"),
            },
        ),
        Tool(
            "scroll",
            "Scrolls what lies at a point.",
            scroll,
            {
                "point": Parameter("point", "where"),
                "down": _far("heights"),
                "right": _far("widths"),
            },
        ),
        Tool(
            "type",
            "Types a text into what was clicked last.",
            write,
            {"text": Parameter("text", "the text")},
        ),
        Tool(
            "press",
            "Presses a key, or several together.",
            press,
            {"key": Parameter("choice", "which", choices=KEYS)},
        ),
        Tool("wait", "Does nothing for a moment.", lambda given, moment: said_as(WAIT, moment)),
    )
    return Speech(_BRIEF, tools, said)
