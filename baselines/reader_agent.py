"""Reads the screen, and clicks what means what is asked for, in whatever words it is asked.

Text is read by OCR and compared by word vectors, so that "remove" finds Delete. It sees what a
learner sees (the picture and the words), knows what icons usually mean, and recognises none.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.baselines import ocr_agent
from vgym.baselines.controls import BUTTON, ICON, TEXT, Controls, find_controls
from vgym.baselines.screen_reading import Text, find_words, load_engine, read_screen
from vgym.baselines.screen_words import Request, known_sayings, read_request
from vgym.baselines.speaking import form_of, say
from vgym.baselines.word_vectors import likeness, load_vectors

Box = NDArray[np.float32]
Detector = Callable[[NDArray[np.uint8]], Any]
_FOUND = 0.73  # from which match on a text is what is written
_ALIKE = 0.25  # cosine from which on a text means what is asked for rather than an icon
_SAYING = 0.4  # how much likelier a text is that says what such a control usually says
_PER_SAYING = 0.03  # and each saying than the next
_KEPT = 64  # screens


class ReaderAgent:
    """Texts that are read, compared in meaning; without one, the control that looks the part.

    Args:
        detector: finds controls where somebody has one: called with a picture (H, W, 3) uint8, it
            gives boxes (n, 4) xyxy in pixels. A click goes to the middle of the box that a text
            lies in.

    Raises:
        ImportError: without rapidocr-onnxruntime or wordllama.
    """

    name = "reader"

    def __init__(self, detector: Detector | None = None) -> None:
        load_engine()
        load_vectors()
        self._detector = detector
        self._seen: OrderedDict[bytes, tuple[list[Text], Controls]] = OrderedDict()

    def reset(self, seed: int) -> None:
        """Nothing to choose: it draws no random numbers."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """An answer a row, from its picture and its words alone."""
        form = form_of(envs)
        images = observation["image"]
        pixels = images if isinstance(images, np.ndarray) else images.cpu().numpy()
        fractions = np.zeros((len(pixels), form.slots, form.numbers), np.float32)
        used = np.zeros((len(pixels), form.slots), np.bool_)
        used[:, 0] = True
        for row, (image, words) in enumerate(zip(pixels, instructions, strict=True)):
            height, width = image.shape[:2]
            box = answer(*self._look(image), words) / [width, height, width, height]
            box = box.clip(0, 1)
            fractions[row, 0] = (box[:2] + box[2:]) / 2 if form.numbers == 2 else box
        return say(envs, fractions, used)

    def _look(self, image: NDArray[np.uint8]) -> tuple[list[Text], Controls]:
        """What is on a screen; of the latest ones, as it was found."""
        key = image.tobytes()
        if key not in self._seen:
            texts = read_screen(image)
            controls = find_controls(image)
            if self._detector is not None:
                controls = detected(self._detector(image), texts, controls)
            self._seen[key] = texts, controls
            if len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        self._seen.move_to_end(key)
        return self._seen[key]


def answer(texts: Sequence[Text], controls: Controls, words: str) -> Box:
    """Where to click.

    Args:
        texts: what is written on the screen. controls: what stands on it.
        words: what is asked for.

    Returns:
        (4,) float32 xyxy, pixels; the middle of the screen where there is nothing at all.
    """
    request = read_request(words)
    if request.side or request.kind or request.colour or _is_written(texts, request):
        return ocr_agent.answer(texts, controls, request)
    found = meant(texts, words)
    if found is None:
        return ocr_agent.answer(texts, controls, request)
    return _around(np.array(found.box, np.float32), controls)


def meant(texts: Sequence[Text], words: str) -> Text | None:
    """The text that means most nearly what is asked for; None where none does."""
    if not texts:
        return None
    scores = likeness(words, [text.words for text in texts])
    sayings = known_sayings(words)
    for rank, saying in enumerate(sayings):
        for match in find_words(texts, saying):
            if match.sure < _FOUND:
                break
            near = [_overlap(text.box, match.box) for text in texts]
            scores[int(np.argmax(near))] += max(_SAYING - _PER_SAYING * rank, 0) * match.sure
    best = int(scores.argmax())
    # Who knows of an icon for it need not take words that hardly mean it.
    return None if sayings and scores[best] < _ALIKE else texts[best]


def detected(boxes: Any, texts: Sequence[Text], controls: Controls) -> Controls:
    """The controls that a detector found, in place of our own buttons and icons.

    Args:
        boxes: (n, 4) xyxy, pixels. texts: what is written. controls: what was found without it.

    Raises:
        ValueError: boxes of another shape, or that are not finite.
    """
    found = np.asarray(boxes, np.float32)
    if found.size == 0:
        return controls
    if found.ndim != 2 or found.shape[1] != 4 or not np.isfinite(found).all():
        raise ValueError(
            f"a detector gave boxes of shape {found.shape}, expected finite (n, 4): xyxy, pixels"
        )
    middles = np.array([_middle(text.box) for text in texts], np.float32).reshape(-1, 2)
    within = (found[:, None, :2] < middles) & (middles < found[:, None, 2:])
    named = np.asarray(within.all(-1), np.bool_).any(1)
    kept = ~np.isin(controls.kinds, (BUTTON, ICON))
    fresh = len(found)
    return Controls(
        np.concatenate([controls.boxes[kept], found]),
        np.concatenate([controls.kinds[kept], np.where(named, BUTTON, ICON)]),
        np.concatenate([controls.alone[kept], np.ones(fresh, np.bool_)]),
        np.concatenate(
            [controls.coloured[kept], np.zeros((fresh, controls.coloured.shape[1]), np.float32)]
        ),
        controls.size_hw,
    )


def _is_written(texts: Sequence[Text], request: Request) -> bool:
    """Whether the very words that are asked for stand there."""
    matches = find_words(texts, request.text) if request.text else []
    return bool(matches) and matches[0].sure >= _FOUND


def _around(box: Box, controls: Controls) -> Box:
    """The smallest button around a text; the text itself where there is none."""
    x, y = _middle(box)
    x0, y0, x1, y1 = controls.boxes.T
    around = (controls.kinds != ICON) & (controls.kinds != TEXT)
    around &= (x0 < x) & (x < x1) & (y0 < y) & (y < y1)
    if not around.any():
        return box
    area = np.where(around, (x1 - x0) * (y1 - y0), np.inf)
    # Of a wide row of a list its words are the surer place.
    smallest = controls.boxes[int(area.argmin())]
    wide = smallest[2] - smallest[0] > 4 * (box[2] - box[0])
    return box if wide else np.asarray(smallest, np.float32)


def _middle(box: Any) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _overlap(a: Any, b: Any) -> float:
    """The area that two boxes share."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    return float(max(wide, 0.0) * max(high, 0.0))
