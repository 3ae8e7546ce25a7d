"""Answers to ScreenSpot as files hold them, and the point that each of them means.

A file is a JSON list of objects, or JSONL with one object a line::

    {"id": "vscode_macos_0", "point": [1043, 512]}
    {"img_filename": "pc_1.png", "instruction": "close this window", "box": [910, 78, 954, 112]}
    {"id": "screenspot_web_v2_17", "text": "<answer>click(start_box='(512,430)')</answer>"}

``id``, or ``img_filename`` with ``instruction``
    Which item is answered (see `vgym.data.screenspot`).
``point``, ``box`` or ``text``
    One of them: two numbers, four numbers, of which the centre counts, or what the model wrote
    (see `vgym.chat.reading.places` for where in it the answer is).
    null where there is no answer.
``size_hw`` (may be left out)
    ``[height, width]`` of the picture as the model saw it, if it was resized before and the answer
    is in pixels.

Other keys are passed over. Files are UTF-8 and have at most 100 MB.
"""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from vgym.chat.reading.places import Place, Unparsable, place_in_text
from vgym.data.box_checks import finite_number
from vgym.data.errors import DataError, RecordProblem
from vgym.data.files import read_bytes
from vgym.data.json_text import parse_json, read_json
from vgym.data.screenspot import plain_instruction
from vgym.data.spelling import nearest_spelling
from vgym.geometry.conventions import Convention, Kind

MAX_PREDICTIONS_BYTES = 100_000_000
ANSWER_KEYS = ("point", "box", "text")
ITEM_KEYS = ("id", "img_filename", "instruction")

# Long enough for a sentence of a model and the name of a file.
_SHORT = reprlib.Repr()
_SHORT.maxstring = 100


@dataclass(frozen=True)
class Prediction:
    """One answer.

    Args:
        record: where it was read, for messages.
        id: the item's, or None.
        file: the item's ``img_filename``, or None.
        instruction: the item's, with single blanks, or None.
        key: ``"point"``, ``"box"`` or ``"text"``.
        answer: what was given under that key, unchecked.
        size_hw: (height, width) in pixels of the picture that the model saw; None: the item's.
    """

    record: str
    id: str | None
    file: str | None
    instruction: str | None
    key: str
    answer: object
    size_hw: tuple[int, int] | None

    def __str__(self) -> str:
        named = (self.id,) if self.id is not None else (self.file, self.instruction)
        return f"{self.record} ({': '.join(map(_short, named))})"


def read_predictions(path: Path | str) -> list[Prediction]:
    """The predictions of a ``.json`` or ``.jsonl`` file, in its order.

    Raises:
        DataError: If the file is missing, too large, not strict JSON or JSONL (which has no NaN),
            or holds something other than predictions; the message names the line or position.
    """
    path = Path(path)
    if path.suffix.lower() != ".jsonl":
        content = read_json(path, MAX_PREDICTIONS_BYTES)
        if not isinstance(content, list):
            raise DataError(f"{path} must hold one JSON list of objects; name JSONL files .jsonl")
        return [prediction(each, f"{path.name}[{n}]") for n, each in enumerate(content)]
    predictions = []
    for number, line in enumerate(read_bytes(path, MAX_PREDICTIONS_BYTES).split(b"\n"), 1):
        if line.strip():
            record = f"{path.name}:{number}"
            try:
                fields = parse_json(line)
            except RecordProblem as problem:
                raise DataError(f"{record}: {problem.detail}; null is no answer.") from None
            predictions.append(prediction(fields, record))
    return predictions


def prediction(fields: object, record: str) -> Prediction:
    """A prediction from the keys that the module describes.

    Args:
        fields: the object.
        record: its name for messages.

    Raises:
        DataError: If it does not say what it answers, or has not one answer. What the answer holds
            is not checked here: a broken answer is a wrong one.

    >>> prediction({"id": "a", "point": [3, 4]}, "line 1").answer
    [3, 4]
    """
    if not isinstance(fields, Mapping):
        raise DataError(f"{record}: a prediction must be an object with 'id' and {_one_of()}.")
    given = [key for key in ANSWER_KEYS if key in fields]
    if len(given) != 1:
        found = " and ".join(given) if given else f"none{_near(fields)}"
        raise DataError(f"{record}: give one of {_one_of()}, found {found}.")
    id, file, words = (
        _string(fields, key, record) for key in ("id", "img_filename", "instruction")
    )
    if id is None and (file is None or words is None):
        raise DataError(f"{record}: give 'id', or 'img_filename' with 'instruction'.")
    instruction = None if words is None else plain_instruction(words)
    size_hw = _size(fields.get("size_hw"), record)
    return Prediction(record, id, file, instruction, given[0], fields[given[0]], size_hw)


def place_of(predicted: Prediction) -> Place:
    """The numbers that a prediction holds, unconverted.

    Raises:
        Unparsable: the answer names no place.
    """
    key, answer = predicted.key, predicted.answer
    if answer is None:
        raise Unparsable("no answer (null)")
    if key == "text":
        if not isinstance(answer, str):
            raise Unparsable(f"text must be a string, got {_short(answer)}")
        return place_in_text(answer)
    count = 2 if key == "point" else 4
    if not isinstance(answer, list | tuple) or len(answer) != count:
        raise Unparsable(f"{key} must be {count} numbers, got {_short(answer)}")
    return Place([_finite(number, key) for number in answer], "")


def clicked(
    place: Place, seen_hw: tuple[int, int], size_hw: tuple[int, int], convention: Convention
) -> tuple[float, float]:
    """The point that a place means.

    Args:
        place: from `place_of`.
        seen_hw: (height, width) of the picture that the model saw, pixels.
        size_hw: of the item's picture.
        convention: how the answer writes numbers, texts too; names such as x and y go before its
            order.

    Returns:
        (x, y), pixels of the item's picture; it may lie outside.
    """
    kind: Kind = "point" if len(place.numbers) == 2 else "box"
    if place.order:
        convention = replace(convention, order=place.order)
    pixels = convention.to_pixels(torch.tensor(place.numbers, dtype=torch.float64), seen_hw, kind)
    if kind == "box":
        pixels = (pixels[:2] + pixels[2:]) / 2
    x, y = pixels.tolist()
    return x * size_hw[1] / seen_hw[1], y * size_hw[0] / seen_hw[0]


def numbers_in_text(text: str) -> list[float]:
    """The numbers of the first place in a model's answer: see `vgym.chat.reading.places`.

    Raises:
        Unparsable: there is none, or the text has more than 100,000 characters.

    >>> numbers_in_text('{"bbox_2d": [10, 20, 30, 40], "label": "the bell"}')
    [10.0, 20.0, 30.0, 40.0]
    """
    return place_in_text(text).numbers


def _finite(value: object, key: str) -> float:
    number = finite_number(value)
    if number is not None:
        return number
    raise Unparsable(f"{key} must be finite numbers, got {_short(value)}")


def _string(fields: Mapping[str, object], key: str, record: str) -> str | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, str):
        raise DataError(f"{record}: {key} must be a string, got {_short(value)}.")
    return value


def _size(value: object, record: str) -> tuple[int, int] | None:
    if value is None:
        return None
    if isinstance(value, list | tuple) and len(value) == 2:
        height, width = value
        if all(type(side) is int and 0 < side < 1_000_000 for side in (height, width)):
            return height, width
    raise DataError(f"{record}: size_hw must be [height, width] in pixels, got {_short(value)}.")


def _one_of() -> str:
    return ", ".join(map(repr, ANSWER_KEYS))


def _near(fields: Mapping[str, object]) -> str:
    hints = (nearest_spelling(str(key)[:80], ANSWER_KEYS) for key in fields)
    return next(filter(None, hints), "")


def _short(value: object) -> str:
    """The value for a message; long and deep values are abbreviated."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # an integer beyond Python's limit of printed digits
        return f"a huge {type(value).__name__}"
