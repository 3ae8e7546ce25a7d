"""What is said to a tool: from a dialect's numbers to fractions of the picture, and back.

Whatever a model sends is read or refused with a reason, which it is told; nothing raises besides.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.chat.reading.dialect import Dialect, Kind
from vgym.core.speech import PLACES, Call, Parameter, Tool, Unusable
from vgym.registration import unknown

_MOST_PLACES = 1000  # read of one list
_NUMBERS: Mapping[str, int] = {"point": 2, "points": 2, "box": 4, "boxes": 4}


def schema_of(tool: Tool, dialect: Dialect) -> dict[str, Any]:
    """A tool as servers of OpenAI's form are told it: a function with a JSON schema."""
    properties = {n: _property(p, dialect) for n, p in tool.parameters.items()}
    required = [n for n, p in tool.parameters.items() if p.default is None]
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": False,
            },
        },
    }


def signature_of(tool: Tool, dialect: Dialect) -> str:
    """A tool in a line for a prompt: its name, its arguments, what it does."""
    named = [f"{name}: {_short(p)}" for name, p in tool.parameters.items()]
    lines = [f"{tool.name}({', '.join(named)}). {tool.description}"]
    lines += [f"  {name}: {_described(p, dialect)}." for name, p in tool.parameters.items()]
    return "\n".join(lines)


def units_of(dialect: Dialect, size_hw: tuple[int, int] | None = None) -> str:
    """In which numbers a dialect writes places, as a clause.

    Args:
        size_hw: of the picture as the model sees it, to be told where numbers are pixels.
    """
    units = dialect.frame.units
    if units == 1:
        return "in fractions of the picture's width and height, from 0 to 1"
    if units:
        top = min(dialect.frame.top, units)
        return f"in numbers from 0 to {top:g} across the picture's width and height"
    size = "" if size_hw is None else f", which is {size_hw[1]} wide and {size_hw[0]} high"
    return f"in pixels of the picture{size}"


def read_arguments(
    tool: Tool, given: Mapping[str, Any], dialect: Dialect, size_hw: tuple[int, int]
) -> dict[str, Any]:
    """The arguments of a call, places as fractions of the picture.

    Args:
        tool: which is called. given: by name, plain JSON values. size_hw: of the picture, pixels.

    Raises:
        Unusable: one is missing, or is nothing that the parameter takes. Others are left out.
    """
    read: dict[str, Any] = {}
    for name, parameter in tool.parameters.items():
        value = given.get(name)
        if value is None:
            if parameter.default is None:
                raise Unusable(f"{tool.name} needs the argument {name!r}: {parameter.description}")
            read[name] = parameter.default
            continue
        try:
            read[name] = _read(parameter, value, dialect, size_hw)
        except Unusable as error:
            raise Unusable(f"{tool.name}: {name}={_shown(value)} {error}") from None
    return read


def within_picture(fractions: NDArray[np.float64], size_hw: tuple[int, int]) -> NDArray[np.float64]:
    """Points (N, 2) or boxes (N, 4), fractions, cut to the picture.

    Raises:
        Unusable: of one of them nothing lies in it.
    """
    low, high = fractions[:, :2], fractions[:, -2:]
    if not ((low <= 1).all() and (high >= 0).all()):
        raise Unusable(f"lies outside the picture of {size_hw[1]}x{size_hw[0]} pixels")
    return fractions.clip(0, 1)


def write_arguments(
    call: Call, tool: Tool, dialect: Dialect, size_hw: tuple[int, int]
) -> dict[str, Any]:
    """The arguments of a call as plain JSON values, in the dialect's own numbers."""
    return {
        name: _write(tool.parameters[name], value, dialect, size_hw)
        for name, value in call.arguments.items()
    }


def to_pixels(fractions: Any, size_hw: tuple[int, int]) -> NDArray[np.float64]:
    """Points or boxes (..., 2 or 4) in pixels."""
    places = np.asarray(fractions, np.float64)
    height, width = size_hw
    scaled: NDArray[np.float64] = places * np.array([width, height] * (places.shape[-1] // 2))
    return scaled


def _read(p: Parameter, value: Any, dialect: Dialect, size_hw: tuple[int, int]) -> Any:
    if p.kind in PLACES:
        return _places(p, value, dialect, size_hw)
    if p.kind == "text":
        if not isinstance(value, str | int | float):
            raise Unusable("is no text")
        return str(value)
    if p.kind == "choice":
        return _choice(p, value)
    if p.kind == "table":
        return _table(p, value)
    if p.kind in ("number", "integer"):
        return _number(p, value)
    if not isinstance(value, list | tuple):
        raise Unusable("is no list")
    _check_count(p, len(value))
    return [_number(p, each) for each in value]


def _number(p: Parameter, value: Any) -> float | int:
    if isinstance(value, str):
        value = _from_json(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unusable("is no number")
    low, high = (-math.inf if p.low is None else p.low), (math.inf if p.high is None else p.high)
    if not (low <= value <= high and abs(value) < 1e300):
        raise Unusable(f"is outside {low:g} to {high:g}")
    if p.kind in ("integer", "integers"):
        if value != int(value):
            raise Unusable("is no whole number")
        return int(value)
    return float(value)


def _choice(p: Parameter, value: Any) -> str:
    said = " ".join(str(value)[:200].lower().replace("_", " ").split())
    for choice in p.choices:
        if said == choice.lower():
            return choice
    raise Unusable(f"is none of these: {', '.join(p.choices)}")


def _table(p: Parameter, value: Any) -> list[list[str]]:
    rows = value if isinstance(value, list) else []
    if not rows or not all(isinstance(r, list) and len(r) == p.columns for r in rows):
        raise Unusable(f"is no list of lists of {p.columns}")
    _check_count(p, len(rows))
    return [[_choice(p, each) for each in row] for row in rows]


def _check_count(p: Parameter, count: int) -> None:
    most = math.inf if p.most is None else p.most
    if not p.least <= count <= most:
        wanted = f"{p.least}" if p.least == most else f"{p.least} to {most:g}"
        raise Unusable(f"holds {count}, and {wanted} are asked for")


def _places(p: Parameter, value: Any, dialect: Dialect, size_hw: tuple[int, int]) -> Any:
    if isinstance(value, str):
        value = _from_json(value)
    numbers, several = _NUMBERS[p.kind], p.kind in ("points", "boxes")
    found = list(_rows(value, numbers, 0))
    if not several and len(found) != 1:
        raise Unusable(f"is not {numbers} numbers")
    if several and not isinstance(value, list | tuple):
        raise Unusable(f"is no list of {p.kind}, {numbers} numbers each")
    if several and not found and value:
        raise Unusable(f"is no list of {p.kind}, {numbers} numbers each")
    if p.kind == "points":
        _check_count(p, len(found))
    if not found:
        return []
    kind: Kind = "point" if numbers == 2 else "box"
    fractions = dialect.to_fractions(np.array(found, np.float64), size_hw, kind)
    rows = [tuple(row) for row in within_picture(fractions, size_hw).tolist()]
    return rows if several else rows[0]


def _rows(value: Any, numbers: int, depth: int) -> Iterator[list[float]]:
    """Lists of so many numbers in a value, or in lists in it; also ``{"x": .., "y": ..}``."""
    if isinstance(value, Mapping):
        value = list(value.values())[:8]
    if not isinstance(value, list | tuple) or depth > 2:
        return
    plain = [v for v in value[:_MOST_PLACES] if _finite(v)]
    if len(plain) == numbers == len(value):
        yield [float(v) for v in plain]
    elif numbers == 4 and len(value) == 2 and all(_pair(v) for v in value) and depth < 2:
        yield [float(v) for pair in value for v in pair]
    elif not plain:
        for each in value[:_MOST_PLACES]:
            yield from _rows(each, numbers, depth + 1)


def _pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(map(_finite, value))


def _finite(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) <= 1e7  # NaN is not


def _from_json(text: str) -> Any:
    """What a short text holds as JSON, or the text."""
    try:
        return json.loads(text) if len(text) < 20_000 else text
    except (ValueError, RecursionError):
        return text


def _write(p: Parameter, value: Any, dialect: Dialect, size_hw: tuple[int, int]) -> Any:
    if p.kind not in PLACES:
        return value
    if not len(value):
        return []
    kind: Kind = "point" if _NUMBERS[p.kind] == 2 else "box"
    numbers = dialect.from_pixels(to_pixels(value, size_hw), size_hw, kind)
    if not dialect.frame.step:
        return numbers.tolist()
    rounded = numbers.round(dialect.frame.decimals)
    return (rounded if dialect.frame.decimals else rounded.astype(np.int64)).tolist()


def _property(p: Parameter, dialect: Dialect) -> dict[str, Any]:
    described = {"description": f"{_described(p, dialect)}."}
    number = {"type": "number"}
    if p.kind in ("point", "box"):
        return {**_array(number, _NUMBERS[p.kind], _NUMBERS[p.kind]), **described}
    if p.kind in ("points", "boxes"):
        each = _array(number, _NUMBERS[p.kind], _NUMBERS[p.kind])
        return {**_array(each, p.least, p.most), **described}
    if p.kind == "text":
        return {"type": "string", **described}
    if p.kind == "choice":
        return {"type": "string", "enum": list(p.choices), **described}
    if p.kind == "table":
        each = _array({"type": "string", "enum": list(p.choices)}, p.columns, p.columns)
        return {**_array(each, p.least, p.most), **described}
    bounds: dict[str, Any] = {"type": "integer" if p.kind in ("integer", "integers") else "number"}
    bounds |= {} if p.low is None else {"minimum": p.low}
    bounds |= {} if p.high is None else {"maximum": p.high}
    if p.kind in ("number", "integer"):
        return {**bounds, **described}
    return {**_array(bounds, p.least, p.most), **described}


def _array(items: dict[str, Any], least: int, most: int | None) -> dict[str, Any]:
    bounds: dict[str, Any] = {"minItems": least} if least else {}
    bounds |= {} if most is None else {"maxItems": most}
    return {"type": "array", "items": items, **bounds}


def _described(p: Parameter, dialect: Dialect) -> str:
    """What an argument is, and how places in it are written."""
    first = dialect.order == "yxyx"
    point = "[y, x]" if first else "[x, y]"
    box = "[y0, x0, y1, x1]" if first else "[x0, y0, x1, y1]"
    written = {
        "point": f", as {point}",
        "box": f", as {box}",
        "points": f", as a list of {point}",
        "boxes": f", as a list of {box}",
    }.get(p.kind, "")
    choices = f": {', '.join(p.choices)}" if p.choices else ""
    bounds = ""
    if p.low is not None and p.high is not None:
        bounds = f", from {p.low:g} to {p.high:g}"
    left_out = "" if p.default is None else f" ({p.default!r} if it is left out)"
    return f"{p.description}{written}{choices}{bounds}{left_out}"


def _short(p: Parameter) -> str:
    kinds = {"numbers": "list of numbers", "integers": "list of integers", "choice": "word"}
    return kinds.get(p.kind, "list of lists of words" if p.kind == "table" else p.kind)


def _shown(value: Any) -> str:
    """A value as a model is shown it again, short."""
    text = repr(value[:40] if isinstance(value, Sequence) else value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def no_such_tool(name: str, tools: Sequence[Tool]) -> str:
    """Why a call of that name does nothing."""
    return unknown("tool", name[:60], [tool.name for tool in tools])
