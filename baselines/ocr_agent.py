"""Reads the screen and clicks the words of the instruction; without them, what looks the part.

It sees what a learner sees (the picture and the words) and nothing of the state.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.controls import ICON, TEXT, Controls, find_controls
from vgym.baselines.picking_controls import fitness, kind_fit, pick
from vgym.baselines.screen_reading import Text, find_words, load_engine, read_screen
from vgym.baselines.screen_words import Request, read_request
from vgym.baselines.speaking import form_of, say

Box = NDArray[np.float32]
_SURE = 0.73  # from which match on words count as found
_ICON_BEFORE = 0.15  # how much likelier words are with an icon before them
_PER_SAYING = 0.03  # how much likelier each saying is than the next


class OcrAgent:
    """Text that is read, matched to the instruction; else the control that fits best.

    Raises:
        ImportError: without rapidocr-onnxruntime.
    """

    name = "ocr"

    def __init__(self) -> None:
        load_engine()

    def reset(self, seed: int) -> None:
        """Nothing to choose: it draws no random numbers."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """An answer a row, from its picture and its words alone."""
        form = form_of(envs)
        images = observation["image"]
        pixels = images if isinstance(images, np.ndarray) else images.cpu().numpy()
        seen: dict[bytes, tuple[list[Text], Controls]] = {}  # rows often share a screen
        fractions = np.zeros((len(pixels), form.slots, form.numbers), np.float32)
        used = np.zeros((len(pixels), form.slots), np.bool_)
        used[:, 0] = True
        for row, (image, words) in enumerate(zip(pixels, instructions, strict=True)):
            key = image.tobytes()
            if key not in seen:
                seen[key] = read_screen(image), find_controls(image)
            height, width = image.shape[:2]
            box = answer(*seen[key], read_request(words)) / [width, height, width, height]
            box = box.clip(0, 1)
            fractions[row, 0] = (box[:2] + box[2:]) / 2 if form.numbers == 2 else box
        return say(envs, fractions, used)


def answer(texts: Sequence[Text], controls: Controls, request: Request) -> Box:
    """Where to click.

    Args:
        texts: what is written on the screen.
        controls: what stands on it.
        request: what is asked for.

    Returns:
        (4,) float32 xyxy, pixels; the middle of the screen where there is nothing at all.
    """
    found = None
    if request.side:
        found = _beside(texts, controls, request)
    elif request.text:
        found = _written(texts, controls, request.text)
    elif request.sayings and not (request.kind == "icon" and _bare_icons(texts, controls).any()):
        found = _said(texts, controls, request)
    if found is not None:
        return found
    if request.sayings and not request.colour:
        bare = _bare_icons(texts, controls)
        if bare.any():
            return _nth(controls, np.where(bare, fitness(controls, request), -np.inf).argmax())
    best = pick(controls, request)
    if best is not None:
        return _nth(controls, best)
    height, width = controls.size_hw
    return np.array([width / 4, height / 4, width * 3 / 4, height * 3 / 4], np.float32)


def _written(texts: Sequence[Text], controls: Controls, words: str) -> Box | None:
    """Where words are written; of several places, the one on the smallest control."""
    matches = [m for m in find_words(texts, words) if m.sure >= 0.35]
    if not matches:
        return None
    best = [m for m in matches if m.sure > matches[0].sure - 0.02]
    return _box(min(best, key=lambda m: (not _on_button(m.box, controls), m.box[3] - m.box[1])).box)


def _said(texts: Sequence[Text], controls: Controls, request: Request) -> Box | None:
    """Where a control says one of the things that such a control says, the likeliest first."""
    rated = []
    for rank, saying in enumerate(request.sayings):
        for match in find_words(texts, saying):
            if match.sure < _SURE:
                break
            looks = 0.02 * _on_button(match.box, controls)
            if request.kind:  # "with a bell": the icon is at the left of the words
                looks += _ICON_BEFORE * _after_icon(match.box, controls)
            rated.append((match.sure + looks - _PER_SAYING * rank, match.box))
    return _box(max(rated)[1]) if rated else None


def _beside(texts: Sequence[Text], controls: Controls, request: Request) -> Box | None:
    """The nearest control on one side of what is named."""
    if request.neighbour:
        anchor = _written(texts, controls, request.neighbour)
    else:
        # An icon is known by its usual place alone, or by what is written beside it.
        anchor = _said(texts, controls, Request(sayings=request.neighbour_sayings, kind="icon"))
        if anchor is None or request.kind == "icon":
            bare = _bare_icons(texts, controls)
            icon = Request(kind="icon", place=request.place)
            if bare.any():
                anchor = controls.boxes[
                    int(np.where(bare, fitness(controls, icon), -np.inf).argmax())
                ]
    if anchor is None:
        return None
    written = np.array([t.box for t in texts], np.float32).reshape(-1, 4)
    boxes = np.concatenate([written, controls.boxes])
    as_text = Controls(
        written, np.full(len(written), TEXT), np.ones(len(written), np.bool_),
        np.zeros((len(written), 0), np.float32), controls.size_hw,
    )  # fmt: skip
    fit = np.concatenate([kind_fit(as_text, request.kind), kind_fit(controls, request.kind)])
    gaps = _gaps(anchor, boxes, request.side)
    # What fits the word may be a little farther away than what does not.
    cost = (gaps + 6) * (2.5 - 1.5 * fit)
    best = int(cost.argmin()) if len(cost) else 0
    return boxes[best] if len(cost) and np.isfinite(cost[best]) else None


def _gaps(anchor: Box, boxes: Box, side: str) -> NDArray[np.float32]:
    """Pixels from an anchor to each box on one side of it; inf for those that are elsewhere."""
    x0, y0, x1, y1 = boxes.T
    a0, b0, a1, b1 = anchor
    if side in ("right", "left"):
        shared, needed = np.minimum(b1, y1) - np.maximum(b0, y0), np.minimum(b1 - b0, y1 - y0)
        gap = x0 - a1 if side == "right" else a0 - x1
    else:
        shared, needed = np.minimum(a1, x1) - np.maximum(a0, x0), np.minimum(a1 - a0, x1 - x0)
        gap = y0 - b1 if side == "below" else b0 - y1
    straight = (shared >= 0.5 * needed) & (gap > -3)
    return np.where(straight, np.maximum(gap, 0), np.inf).astype(np.float32)


def _bare_icons(texts: Sequence[Text], controls: Controls) -> NDArray[np.bool_]:
    """Which controls are icons that stand alone and were not read as text."""
    bare = (controls.kinds == ICON) & controls.alone
    middle = (controls.boxes[:, :2] + controls.boxes[:, 2:]) / 2
    for text in texts:
        x0, y0, x1, y1 = text.box
        bare &= ~((middle > [x0, y0]) & (middle < [x1, y1])).all(-1)
    return np.asarray(bare, np.bool_)


def _on_button(box: tuple[float, float, float, float], controls: Controls) -> bool:
    """Whether a run of text lies in an area of its own."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    x0, y0, x1, y1 = controls.boxes[(controls.kinds != ICON) & (controls.kinds != TEXT)].T
    return bool(((x0 < x) & (x < x1) & (y0 < y) & (y < y1)).any())


def _after_icon(box: tuple[float, float, float, float], controls: Controls) -> bool:
    """Whether an icon stands at the left of a run of text."""
    x0, y0, x1, y1 = controls.boxes.T
    high = box[3] - box[1]
    level = np.minimum(y1, box[3]) - np.maximum(y0, box[1]) > 0.4 * high
    gap = box[0] - x1
    before = (controls.kinds == ICON) & (gap > -0.4 * high) & (gap < 1.5 * high)
    # One that stands close is of one run with the words, but is not read as a word.
    start = box[0] - x0
    within = (controls.kinds == TEXT) & (start > 0.7 * high) & (start < 3 * high) & (gap < 0)
    return bool((level & (before | within)).any())


def _nth(controls: Controls, number: int | np.intp) -> Box:
    return np.asarray(controls.boxes[number], np.float32)


def _box(box: tuple[float, float, float, float]) -> Box:
    return np.array(box, np.float32)
