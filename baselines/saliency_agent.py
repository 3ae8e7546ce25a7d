"""Pixels and plain words: blobs that stand out, picked by colour, place, size and order.

On screens the blobs are controls, picked by colour, kind and size; it reads no text.

It sees what a learner sees (the picture and the phrase) and nothing of the state. It recognises
no object; it knows what colour some things usually have.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.blobs import COLOURS, Blobs, find_blobs
from vgym.baselines.controls import find_controls
from vgym.baselines.picking_controls import pick
from vgym.baselines.plain_words import Wish, read
from vgym.baselines.screen_words import Request, read_request
from vgym.baselines.speaking import form_of, say

ALIKE = 0.55  # overlap of colour histograms from which on two blobs are taken for one kind
_MIDDLE_BOX = np.array([[0.25, 0.25, 0.75, 0.75]], np.float32)


class SaliencyAgent:
    """The most salient blob that fits the plain words; the middle where nothing stands out."""

    name = "saliency"

    def reset(self, seed: int) -> None:
        """Nothing to choose: it draws no random numbers."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """An answer a row, from its picture and its phrase alone."""
        form = form_of(envs)
        images = observation["image"]
        pixels = images if isinstance(images, np.ndarray) else images.cpu().numpy()
        fractions = np.zeros((len(pixels), form.slots, form.numbers), np.float32)
        used = np.zeros((len(pixels), form.slots), np.bool_)
        on_screens = getattr(envs.unwrapped.task, "name", "") == "gui"
        for row, (image, phrase) in enumerate(zip(pixels, instructions, strict=True)):
            if on_screens:
                boxes = locate_control(image, read_request(phrase))
            else:
                boxes = locate(image, read(phrase), many=form.is_set)[: form.slots]
            centres = (boxes[:, :2] + boxes[:, 2:]) / 2
            fractions[row, : len(boxes)] = centres if form.numbers == 2 else boxes
            used[row, : len(boxes)] = True
        return say(envs, fractions, used)


def locate(image: NDArray[np.uint8], wish: Wish, many: bool = False) -> NDArray[np.float32]:
    """Boxes of what a wish most likely means.

    Args:
        image: (H, W, 3) uint8.
        wish: see :func:`vgym.baselines.plain_words.read`.
        many: whether a set is asked for; otherwise one box comes back.

    Returns:
        (k, 4) float32 xyxy fractions, best first, k of at least 1.
    """
    blobs = find_blobs(image, wish.colour)
    if len(blobs) == 0 and wish.colour is not None:
        blobs = find_blobs(image)
    if len(blobs) == 0:
        return _MIDDLE_BOX
    score = np.log(blobs.weight + 1e-3) * 0.5 + _placing(blobs, wish)
    if wish.usual is not None and wish.colour is None:
        score = score + 4 * blobs.colours[:, list(COLOURS).index(wish.usual)]
    if many:
        chosen = np.flatnonzero(_kin(blobs, int(score.argmax()), wish))
        return blobs.boxes[chosen[np.argsort(-score[chosen], kind="stable")]]
    if wish.order is not None:
        return blobs.boxes[[_ranked(blobs, score, wish)]]
    return blobs.boxes[[int(score.argmax())]]


def locate_control(image: NDArray[np.uint8], request: Request) -> NDArray[np.float32]:
    """The box of the control that a request most likely means.

    Args:
        image: (H, W, 3) uint8, a screen.
        request: see :func:`vgym.baselines.screen_words.read_request`.

    Returns:
        (1, 4) float32 xyxy fractions; the middle of a screen without controls.
    """
    controls = find_controls(image)
    best = pick(controls, request)
    if best is None:
        return _MIDDLE_BOX
    height, width = controls.size_hw
    box = controls.boxes[[best]] / np.array([width, height, width, height], np.float32)
    return box.clip(0, 1)


def _placing(blobs: Blobs, wish: Wish) -> NDArray[np.float32]:
    """How well each blob lies where the phrase says: 0 there, down to -4 at the far side."""
    centre = (blobs.boxes[:, :2] + blobs.boxes[:, 2:]) / 2
    score = np.zeros(len(blobs), np.float32)
    for axis in range(2):
        wanted = wish.place[axis]
        if wanted is not None:
            score -= 4 * np.abs(centre[:, axis] - wanted)
    return score


def _ranked(blobs: Blobs, score: NDArray[np.float32], wish: Wish) -> int:
    """The blob that an ordinal or superlative picks among the likeliest kind."""
    assert wish.order is not None
    axis, descending, rank = wish.order
    family = np.flatnonzero(_kin(blobs, _head_of_largest_family(blobs, score), wish))
    x0, y0, x1, y1 = blobs.boxes[family].T
    key = (x0 + x1, y0 + y1, (x1 - x0) * (y1 - y0))[axis]
    order = np.argsort(-key if descending else key, kind="stable")
    return int(family[order[min(rank, len(order) - 1)]])


def _head_of_largest_family(blobs: Blobs, score: NDArray[np.float32]) -> int:
    """A phrase that ranks things speaks of several alike: the blob with the most lookalikes."""
    return int((0.7 * (_alike(blobs) > ALIKE).sum(1) + score).argmax())


def _kin(blobs: Blobs, head: int, wish: Wish) -> NDArray[np.bool_]:
    """Which blobs are of the head's kind: all of a said colour, otherwise its lookalikes."""
    if wish.colour is not None:
        kin = blobs.weight > 0.25
    else:
        kin = _alike(blobs)[head] > ALIKE
    return np.asarray(kin, np.bool_)


def _alike(blobs: Blobs) -> NDArray[np.float32]:
    """Overlap of the colour histograms of every two blobs: (n, n), 1 on the diagonal."""
    h = blobs.histograms
    overlap: NDArray[np.float32] = np.minimum(h[:, None], h[None]).sum(-1)
    return overlap
