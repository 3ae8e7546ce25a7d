"""What is kept of a conversation with a model: messages as text, pictures as thumbnails, bounded.

Messages are OpenAI's: ``role``, ``content`` (a text, or parts of type ``text`` and ``image``, whose
picture is an array) and ``tool_calls``. One of the model's may say by ``places`` what was read out
of it: ``boxes`` (k, 4) and ``points`` (m, 2), pixels of the last picture before it, on which they
are then drawn. Nothing is fetched, and what has another form is left out.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from vgym.evaluation.picture import encode_picture

CONVERSATIONS = 2  # of a cell, those of its first episodes
MOST_MESSAGES, MOST_PICTURES, MOST_LETTERS = 48, 8, 4000  # of a conversation; letters of a text
MOST_PLACES = 64  # drawn on a picture


@dataclass(frozen=True)
class Seen:
    """A picture of a message.

    Attributes:
        picture: a thumbnail, encoded; empty where it was one too many.
        size_hw: as the model was given it.
        boxes: xyxy, and points: xy, that the model then answered; pixels of that size.
    """

    picture: bytes = field(repr=False)
    size_hw: tuple[int, int]
    boxes: tuple[tuple[float, ...], ...] = ()
    points: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Said:
    """A message: who said it, the words, the calls of tools as text, and its pictures."""

    role: str
    text: str
    calls: tuple[str, ...] = ()
    pictures: tuple[Seen, ...] = ()


def kept(messages: Sequence[Mapping[str, Any]]) -> tuple[Said, ...]:
    """What is kept of messages: the first and the last of them, where there are too many."""
    half = MOST_MESSAGES // 2
    chosen = list(messages)
    if len(chosen) > MOST_MESSAGES:
        between = len(chosen) - MOST_MESSAGES
        told = {"role": "report", "content": f"{between} messages are left out here"}
        chosen = [*chosen[:half], told, *chosen[-half:]]
    said: list[Said] = []
    for message in chosen:
        one = _said(message)
        places = message.get("places")
        if isinstance(places, Mapping):
            _draw(said, places)
        said.append(one)
    return _few_pictures(said)


def as_json(said: Sequence[Said]) -> list[dict[str, Any]]:
    """Messages as they stand in a file."""
    return [
        {
            "role": one.role,
            "text": one.text,
            "calls": list(one.calls),
            "pictures": [
                {
                    "picture": base64.b64encode(seen.picture).decode("ascii"),
                    "size_hw": list(seen.size_hw),
                    "boxes": seen.boxes,
                    "points": seen.points,
                }
                for seen in one.pictures
            ],
        }
        for one in said
    ]


def of_json(lines: Any) -> tuple[Said, ...]:
    """The messages that `as_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: they are no such messages.
    """
    return tuple(
        Said(
            str(line["role"]),
            str(line["text"]),
            tuple(str(call) for call in line["calls"]),
            tuple(_seen_of_json(one) for one in line["pictures"]),
        )
        for line in lines
    )


def _seen_of_json(one: Any) -> Seen:
    height, width = (int(side) for side in one["size_hw"])
    picture = base64.b64decode(one["picture"], validate=True)
    return Seen(picture, (height, width), _places(one["boxes"], 4), _places(one["points"], 2))


def _said(message: Mapping[str, Any]) -> Said:
    content = message.get("content")
    parts = content if isinstance(content, list | tuple) else [{"type": "text", "text": content}]
    texts: list[str] = []
    pictures: list[Seen] = []
    for part in parts:
        if not isinstance(part, Mapping):
            continue
        text = part.get("text")
        if isinstance(text, str):
            texts.append(text)
        picture = part.get("image")
        if isinstance(picture, np.ndarray) and picture.dtype == np.uint8 and picture.ndim == 3:
            pictures.append(Seen(encode_picture(picture), (picture.shape[0], picture.shape[1])))
    calls = message.get("tool_calls")
    return Said(
        _short(str(message.get("role", ""))[:40]),
        _short("\n".join(texts)),
        tuple(_call(call) for call in calls[:16]) if isinstance(calls, list | tuple) else (),
        tuple(pictures),
    )


def _call(call: Any) -> str:
    """A call of a tool as it is read: its name and its arguments."""
    function = call.get("function", call) if isinstance(call, Mapping) else call
    if not isinstance(function, Mapping):
        return _short(str(function))
    arguments = function.get("arguments", "")
    written = arguments if isinstance(arguments, str) else json.dumps(arguments, default=str)
    return _short(f"{function.get('name', '')} {written}")


def _short(text: str) -> str:
    # Half of a pair is no letter, and no file takes it.
    text = text.encode("utf-8", "replace").decode() if not text.isascii() else text
    if len(text) <= MOST_LETTERS:
        return text
    return f"{text[:MOST_LETTERS]} … ({len(text) - MOST_LETTERS:,} more letters)"


def _draw(said: list[Said], places: Mapping[str, Any]) -> None:
    """Put places on the last picture there is."""
    for at in range(len(said) - 1, -1, -1):
        if said[at].pictures:
            *others, last = said[at].pictures
            boxes, points = _places(places.get("boxes"), 4), _places(places.get("points"), 2)
            said[at] = replace(
                said[at], pictures=(*others, replace(last, boxes=boxes, points=points))
            )
            return


def _places(values: Any, numbers: int) -> tuple[tuple[float, ...], ...]:
    """Finite places of so many numbers each; none of anything else."""
    try:
        array = np.asarray([] if values is None else values, np.float64).reshape(-1, numbers)
    except (TypeError, ValueError):
        return ()
    array = array[np.isfinite(array).all(1)][:MOST_PLACES].clip(-1e6, 1e6)
    return tuple(tuple(round(value, 2) for value in row) for row in array.tolist())


def _few_pictures(said: list[Said]) -> tuple[Said, ...]:
    """The first picture and the last ones; of the others the size alone."""
    total = sum(len(one.pictures) for one in said)
    dropped = range(1, 1 + max(0, total - MOST_PICTURES))
    number = 0
    few = []
    for one in said:
        pictures = []
        for seen in one.pictures:
            pictures.append(replace(seen, picture=b"") if number in dropped else seen)
            number += 1
        few.append(replace(one, pictures=tuple(pictures)))
    return tuple(few)
