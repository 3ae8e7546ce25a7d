"""Calls of tools, as models write them into their text.

All forms are read alike, whichever the model was taught: JSON in tags or bare, tags of function and
parameter, keys and values in tags, and calls as in Python. A form is a row of data: how it writes,
and which of its names mean what ours mean.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vgym.chat.reading.answer_region import answer_without_thoughts, without_thoughts
from vgym.chat.reading.places import NUMBER, SHORT
from vgym.chat.reading.said import Call

_MOST_CALLS = 64  # in one answer
_MOST_ARGUMENTS = 64  # of one call
_MOST_TRIES = 32  # braces at which an object is looked for


@dataclass(frozen=True)
class ToolForm:
    """How calls are written.

    Args:
        name: of the form.
        way: `"json"`, `"python"`, `"tags"` or `"keys"`: how arguments stand.
        around: template of the whole, the call at `{}`.
        actions: its own names of tools, by ours.
        arguments: its own names of arguments, by ours.
        place: how a place is written in it, the numbers with commas at `{}`; empty for a list.
    """

    name: str
    way: str
    around: str = "{}"
    actions: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    place: str = ""


_UI_TARS = {"double_click": "left_double", "right_click": "right_single"}
_ROWS = (
    ToolForm("hermes", "json", "<tool_call>\n{}\n</tool_call>"),
    ToolForm("json", "json"),
    ToolForm(
        "ui-tars",
        "python",
        "Action: {}",
        _UI_TARS,
        {"point": "start_box", "text": "content"},
        place="({})",
    ),
    ToolForm(
        "ui-tars-1.5",
        "python",
        "Action: {}",
        _UI_TARS,
        {"point": "start_box", "text": "content"},
        place="<|box_start|>({})<|box_end|>",
    ),
    ToolForm("seed", "tags", "<seed:tool_call>\n{}\n</seed:tool_call>", _UI_TARS),
    ToolForm("glm", "keys", "<tool_call>{}</tool_call>"),
    ToolForm("pyautogui", "python", "```python\n{}\n```", {"move": "moveTo", "type": "write"}),
    ToolForm("python", "python"),
)
TOOL_FORMS = {each.name: each for each in _ROWS}

# Names by which actions and arguments are known elsewhere, by ours.
_OURS = {
    "left_click": "click",
    "left_single": "click",
    "tap": "click",
    "leftclick": "click",
    "left_double": "double_click",
    "doubleclick": "double_click",
    "right_single": "right_click",
    "rightclick": "right_click",
    "mouse_move": "move",
    "moveto": "move",
    "hover": "move",
    "left_click_drag": "drag",
    "dragto": "drag",
    "write": "type",
    "input": "type",
    "hotkey": "key",
    "keypress": "key",
    "press": "key",
    "finished": "answer",
    "terminate": "answer",
}
_OUR_ARGUMENTS = {
    "coordinate": "point",
    "start_box": "point",
    "start_point": "point",
    "start_coordinate": "point",
    "position": "point",
    "end_box": "to",
    "end_point": "to",
    "bbox_2d": "box",
    "box_2d": "box",
    "bbox": "box",
    "content": "text",
    "message": "text",
}

_STRING = r"'(?>(?:[^'\\]|\\.)*)'|\"(?>(?:[^\"\\]|\\.)*)\""
_CALLED = re.compile(
    rf"(?<![\w.])(?:pyautogui\.|computer\.|agent\.)?([A-Za-z_]\w{{0,40}})"
    rf"\(((?>(?:{_STRING}|\([^()'\"]*+\)|[^()'\"]){{0,600}}))\)",
    re.DOTALL,
)
_ARGUMENT = re.compile(
    rf"\s*+(?:([A-Za-z_]\w{{0,40}})\s{{0,9}}=\s{{0,9}})?"
    rf"({_STRING}|[\[(][^()\[\]'\"]*+[\])]|[^,()\[\]'\"=]++)\s*+(?:,|\Z)",
    re.DOTALL,
)
_NUMBERS = re.compile(NUMBER)
# A place in a string or a tag: nothing but numbers and what stands around them.
_PLACE = re.compile(
    rf"(?>(?:<\|?\w{{1,12}}\|?>|[\s\[(])*){NUMBER}(?>(?:[\s,\[\]()]{{1,9}}{NUMBER})+)"
    r"(?>(?:</?\|?\w{1,12}\|?>|[\s\])])*)"
)
_FUNCTION = re.compile(r"<function(?:_\w{1,80})?(?:=|\s{1,9}name=[\"']?)([A-Za-z_]\w{0,60})[\"']?>")
_PARAMETER = re.compile(
    r"<parameter(?:_\w{1,80})?(?:=|\s{1,9}name=[\"']?)([A-Za-z_]\w{0,60})[\"']?[^<>]{0,80}>"
)
_TAG = re.compile(r"<[^<>]{1,160}>")
_KEY = re.compile(r"<arg_key>([^<>]{1,80})</arg_key>\s{0,9}<arg_value>")


def read_calls(text: str) -> tuple[tuple[Call, ...], str, str]:
    """The calls in a model's text, in order; the answer that they stand in; why there are none.

    Names of actions and arguments become ours where they are known: `left_click` is `click`, and
    its `coordinate` or `start_box` is `point`. Places are lists of the dialect's own numbers.

    >>> read_calls("Action: click(start_box='(10, 20)')")[0]
    (Call(name='click', arguments={'point': [10.0, 20.0]}),)
    """
    said = without_thoughts(text)
    tagged = list(_between(said, "<tool_call>", "</tool_call>"))
    calls = [call for each in tagged for call in _in_tags(each)]
    if not calls and "<function" in said:
        calls = list(_functions(said))
    if not calls:
        calls = [call for each in _objects(said) for call in _from_json(each)]
    answer = answer_without_thoughts(said)
    if not calls:
        calls = list(itertools.islice(_python(answer), _MOST_CALLS))
    if calls:
        return tuple(map(_in_our_words, calls[:_MOST_CALLS])), answer, ""
    return (), answer, f"no call of a tool in the text {SHORT.repr(said.strip())}"


def write_call(call: Call, form: str) -> str:
    """A call as the form writes it.

    >>> write_call(Call("click", {"point": [10, 20]}), "ui-tars")
    "Action: click(start_box='(10,20)')"
    """
    row = TOOL_FORMS[form]
    name = row.actions.get(call.name, call.name)
    arguments = {row.arguments.get(key, key): value for key, value in call.arguments.items()}
    return row.around.replace("{}", _WRITERS[row.way](row, name, arguments), 1)


def how(form: str) -> str:
    """One sentence that tells a model how to call a tool.

    >>> how("json")
    'Call a tool by writing {"name": "NAME", "arguments": {"ARGUMENT": VALUE}}.'
    """
    row = TOOL_FORMS[form]
    plain = ToolForm(row.name, row.way, row.around.replace("\n", ""))
    shown = _WRITERS[row.way](plain, "NAME", {"ARGUMENT": _Placeholder("VALUE")})
    return f"Call a tool by writing {plain.around.replace('{}', shown, 1)}."


class _Placeholder(str):
    """Stands for a value in an example, and is written without quotes."""


def _write_json(row: ToolForm, name: str, arguments: Mapping[str, object]) -> str:
    shown = {k: f"\0{v}\0" if isinstance(v, _Placeholder) else v for k, v in arguments.items()}
    return re.sub(r'"\\u0000|\\u0000"', "", json.dumps({"name": name, "arguments": shown}))


def _write_python(row: ToolForm, name: str, arguments: Mapping[str, object]) -> str:
    def value(given: object) -> str:
        if isinstance(given, _Placeholder):
            return given
        if row.place and _is_place(given):
            return "'" + row.place.format(",".join(map(_digits, given))) + "'"  # type: ignore[call-overload]
        if isinstance(given, str):
            return "'" + json.dumps(given)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
        return json.dumps(given)

    prefix = "pyautogui." if row.name == "pyautogui" else ""
    parts = []
    for key, given in arguments.items():
        if row.name == "pyautogui" and key == "point" and _is_place(given):
            x, y = map(_digits, list(given)[:2])  # type: ignore[call-overload]
            parts += [f"x={x}", f"y={y}"]
        else:
            parts.append(f"{key}={value(given)}")
    return f"{prefix}{name}({', '.join(parts)})"


def _write_tags(row: ToolForm, name: str, arguments: Mapping[str, object]) -> str:
    lines = [f"<function={name}>"]
    lines += [f"<parameter={key}>{_plain(value)}</parameter>" for key, value in arguments.items()]
    return "\n".join((*lines, "</function>"))


def _write_keys(row: ToolForm, name: str, arguments: Mapping[str, object]) -> str:
    lines = [name]
    for key, value in arguments.items():
        lines.append(f"<arg_key>{key}</arg_key>\n<arg_value>{_plain(value)}</arg_value>")
    return "\n".join((*lines, ""))


_WRITERS = {
    "json": _write_json,
    "python": _write_python,
    "tags": _write_tags,
    "keys": _write_keys,
}


def _between(said: str, opening: str, closing: str) -> Iterator[str]:
    """What stands between tags; a last one may be open."""
    at = said.find(opening)
    while at >= 0:
        start = at + len(opening)
        end = said.find(closing, start)
        yield said[start:] if end < 0 else said[start:end]
        at = -1 if end < 0 else said.find(opening, end)


def _in_tags(inner: str) -> Iterator[Call]:
    """The call inside `<tool_call>`, in JSON, in tags of function or in keys and values."""
    if "<function" in inner:
        yield from _functions(inner)
    elif "<arg_key>" in inner:
        name = inner.partition("<arg_key>")[0].strip()
        keys = list(itertools.islice(_KEY.finditer(inner), _MOST_ARGUMENTS))
        if name.isidentifier():
            yield Call(name, {each[1].strip(): _value_until(inner, each.end()) for each in keys})
    else:
        found = [call for each in _objects(inner) for call in _from_json(each)]
        yield from found
        name = inner.strip()
        if not found and len(name) <= 60 and name.isidentifier():
            yield Call(name)


def _value_until(inner: str, start: int) -> object:
    end = inner.find("</arg_value>", start)
    return _value(inner[start:] if end < 0 else inner[start:end])


def _functions(said: str) -> Iterator[Call]:
    """Calls in tags of function and parameter, as of Qwen3-Coder and Seed."""
    heads = list(itertools.islice(_FUNCTION.finditer(said), _MOST_CALLS))
    for head, end in zip(heads, [each.start() for each in heads[1:]] + [len(said)], strict=True):
        inner = said[head.end() : end].partition("</function")[0]
        names = list(itertools.islice(_PARAMETER.finditer(inner), _MOST_ARGUMENTS))
        ends = [each.start() for each in names[1:]] + [len(inner)]
        values = {}
        for each, stop in zip(names, ends, strict=False):
            value = _value(_TAG.sub(" ", inner[each.end() : stop]).strip())
            if value != "":
                values[each[1]] = value
        yield Call(head[1], values)


def _python(said: str) -> Iterator[Call]:
    """Calls as in Python: `click(start_box='(10,20)')`."""
    for match in _CALLED.finditer(said):
        arguments: dict[str, object] = {}
        loose: list[object] = []
        at, inner = 0, match[2].rstrip(" \n,")
        while at < len(inner):
            one = _ARGUMENT.match(inner, at)
            if one is None:
                break
            value = _literal(one[2].strip())
            if one[1]:
                arguments[one[1]] = value
            else:
                loose.append(value)
            at = one.end()
        else:
            yield Call(match[1], _with_loose(arguments, loose))


def _with_loose(arguments: dict[str, object], loose: list[object]) -> dict[str, object]:
    """Arguments without names: two numbers are a point, a text is a text."""
    if len(loose) >= 2 and all(isinstance(each, int | float) for each in loose[:2]):
        return {"point": loose[:2], **arguments}
    if len(loose) == 1:
        key = "point" if isinstance(loose[0], list) else "text"
        return {key: loose[0], **arguments}
    return arguments


def _literal(text: str) -> object:
    """A value as Python writes it: a string, a pair of numbers, or what JSON has too."""
    if _PLACE.fullmatch(text):
        return _numbers(text)
    if len(text) < 2 or text[0] not in "'\"" or text[-1] != text[0]:
        return _value(text)
    try:
        inner = text[1:-1].replace("\\'", "'")
        if text[0] == "'":
            inner = re.sub(r'\\"|"', r'\\"', inner)
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return text[1:-1]


def _value(text: str) -> object:
    """A written value: what it is in JSON, else the text."""
    try:
        found = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return text
    return found if _finite(found) else text


def _numbers(text: str) -> list[float]:
    return [float(each) for each in _NUMBERS.findall(re.sub(r"<[^<>]*+>", " ", text))]


def _objects(said: str) -> Iterator[object]:
    """The JSON objects in a text, from left to right, whatever stands between them."""
    at = said.find("{")
    for _ in range(_MOST_TRIES):
        if at < 0:
            return
        try:
            found, end = _DECODER.raw_decode(said, at)
            yield found
        except (ValueError, RecursionError):
            end = at + 1
        at = said.find("{", end)


def _from_json(found: object) -> Iterator[Call]:
    """An object as calls, if it is any: a function with arguments, or an action of a computer."""
    if not isinstance(found, Mapping):
        return
    several = found.get("actions", found.get("tool_calls"))
    if isinstance(several, list):
        for each in several[:_MOST_CALLS]:
            if isinstance(each, Mapping) and "actions" not in each and "tool_calls" not in each:
                yield from _from_json(each)
        return
    inner = found.get("function")
    if isinstance(inner, Mapping):
        found = inner
    name = found.get("name")
    arguments = found.get("arguments", found.get("parameters", found.get("input", {})))
    if isinstance(arguments, str):
        arguments = next(iter(_objects(arguments)), {} if not arguments.strip() else None)
    if isinstance(name, str):
        pass
    elif isinstance(found.get("action"), str):
        name, arguments = "", found
    elif isinstance(found.get("type"), str):
        name = found["type"]
        arguments = {key: value for key, value in found.items() if key != "type"}
    if isinstance(name, str) and isinstance(arguments, Mapping) and _finite(arguments):
        arguments = dict(arguments)
        action = arguments.get("action")
        # One tool for a whole computer, and what is done is an argument.
        if isinstance(action, str) and name in ("", "computer", "computer_use", "mobile_use"):
            name = str(arguments.pop("action"))
        if name:
            yield Call(name, arguments)


def _in_our_words(call: Call) -> Call:
    name = _OURS.get(call.name.lower(), call.name)
    arguments: dict[str, object] = {}
    for key, value in call.arguments.items():
        ours = _OUR_ARGUMENTS.get(key, key)
        if isinstance(value, str) and _PLACE.fullmatch(value) and ours in ("point", "box", "to"):
            value = _numbers(value)
        if ours in ("point", "to") and isinstance(value, list) and len(value) == 4:
            if _is_place(value):
                value = [(value[0] + value[2]) / 2, (value[1] + value[3]) / 2]
        arguments.setdefault(ours, value)
    x, y = arguments.get("x"), arguments.get("y")
    if "point" not in arguments and _is_place([x, y]):
        arguments = {"point": [x, y]} | {k: v for k, v in arguments.items() if k not in "xy"}
    return Call(name, arguments)


def _is_place(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) in (2, 4)
        and all(isinstance(each, int | float) and not isinstance(each, bool) for each in value)
    )


def _digits(number: float) -> str:
    return f"{number:g}" if number != int(number) else str(int(number))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _finite(value: object) -> bool:
    """No number in it is endless: JSON writes 1e999 too."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(map(_finite, value.values()))
    return all(map(_finite, value)) if isinstance(value, list) else True


def _refuse(name: str) -> float:
    raise ValueError(name)


_DECODER = json.JSONDecoder(strict=False, parse_constant=_refuse)
