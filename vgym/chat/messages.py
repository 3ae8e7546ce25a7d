"""Messages: plain dicts of OpenAI's chat form, pictures as arrays in their parts.

``{"role": "user", "content": [{"type": "image", "image": (H, W, 3) uint8}, {"type": "text",
"text": "..."}]}``; assistants may have ``tool_calls``, and a tool's reply a ``tool_call_id``. Other
forms are made of these by the functions here. A picture that somebody else's message names by an
address is never fetched.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vgym.registration import unknown

Message = dict[str, Any]
Picture = NDArray[np.uint8]
Encoding = Literal["png", "webp", "jpeg"]
ENCODINGS: tuple[str, ...] = ("png", "webp", "jpeg")


def text_part(text: str) -> dict[str, Any]:
    """A part of words."""
    return {"type": "text", "text": text}


def image_part(image: Picture) -> dict[str, Any]:
    """A part that is a picture, (H, W, 3) uint8."""
    return {"type": "image", "image": image}


def parts_of(message: Message) -> list[dict[str, Any]]:
    """The parts of a message, whichever way its content is given."""
    content = message.get("content")
    if content is None:
        return []
    return [text_part(content)] if isinstance(content, str) else list(content)


def pictures_of(messages: Iterable[Message]) -> list[Picture]:
    """Every picture of some messages, in order."""
    return [p["image"] for m in messages for p in parts_of(m) if p.get("type") == "image"]


def text_of(messages: Iterable[Message]) -> str:
    """The words of some messages, each part in lines of its own."""
    parts = (p for m in messages for p in parts_of(m) if p.get("type") == "text")
    return "\n".join(p["text"] for p in parts)


def encoded(image: Picture, encode: Encoding = "png", quality: int = 90) -> bytes:
    """A picture as a file.

    Args:
        image: (H, W, 3) uint8. encode: "png" and, at a quality of 100, "webp" lose nothing.
        quality: 1 to 100, of "webp" and "jpeg".

    Raises:
        ValueError: an encoding that there is not.
    """
    if encode not in ENCODINGS:
        raise ValueError(unknown("encoding", encode, ENCODINGS))
    from vgym.core.opencv import cv2  # which commands that show no picture need not wait for

    bgr = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2BGR)
    # PNG fast, and of about the size that slower ways come to: baselines/benchmark_chat.py.
    png = [cv2.IMWRITE_PNG_COMPRESSION, 1]
    if hasattr(cv2, "IMWRITE_PNG_FILTER"):  # since OpenCV 4.12
        png += [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB]
    options = {
        "png": png,
        "webp": [cv2.IMWRITE_WEBP_QUALITY, 101 if quality == 100 else quality],
        "jpeg": [cv2.IMWRITE_JPEG_QUALITY, quality],
    }[encode]
    done, file = cv2.imencode(f".{encode}", bgr, options)
    if not done:
        raise ValueError(f"a picture of shape {image.shape} cannot be written as {encode}")
    return bytes(file)


def to_openai(
    messages: Sequence[Message], *, encode: Encoding = "png", quality: int = 90
) -> list[Message]:
    """Messages that JSON can write, pictures as ``data:`` addresses in their parts.

    Servers of OpenAI's form take no pictures in a tool's reply: those follow it, as the user's.

    Args:
        encode, quality: of pictures, see `encoded`.
    """
    sent: list[Message] = []
    waiting: list[dict[str, Any]] = []  # pictures of tools' replies, until all have replied
    for message in messages:
        if waiting and message["role"] != "tool":
            sent.append({"role": "user", "content": waiting})
            waiting = []
        parts = [_sent_part(part, encode, quality) for part in parts_of(message)]
        rest = {name: value for name, value in message.items() if name != "content"}
        if message["role"] == "tool":
            waiting = waiting + [part for part in parts if part["type"] == "image_url"]
        if message["role"] == "user":
            sent.append({**rest, "content": parts})
        else:  # systems, assistants and tools have words alone
            words = "\n".join(part["text"] for part in parts if part["type"] == "text")
            sent.append({**rest, "content": words})
    if waiting:
        sent.append({"role": "user", "content": waiting})
    return sent


def to_transformers(messages: Sequence[Message]) -> list[Message]:
    """Messages as chat templates of `transformers` take them: every content a list of parts,
    pictures as those of PIL."""
    from PIL import Image

    def part_of(part: dict[str, Any]) -> dict[str, Any]:
        if part["type"] != "image":
            return dict(part)
        return {"type": "image", "image": Image.fromarray(part["image"])}

    return [{**m, "content": [part_of(p) for p in parts_of(m)]} for m in messages]


def decoded(file: bytes) -> Picture:
    """A picture that `encoded` wrote: (H, W, 3) uint8."""
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))


def _sent_part(part: dict[str, Any], encode: Encoding, quality: int) -> dict[str, Any]:
    if part["type"] != "image":
        return dict(part)
    data = base64.b64encode(encoded(part["image"], encode, quality)).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/{encode};base64,{data}"}}
