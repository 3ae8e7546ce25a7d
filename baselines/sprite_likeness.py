"""Where in a picture something looks like a thing of that name: pixels against pictures of it.

The atlas of sprites is public, as what a teapot looks like is common knowledge; where one lies in a
picture is not, and is not read. A thing is looked for at several sizes by normalised correlation of
its light and dark, and by how much of its shape has the colour that is said, or stands out from
the ground where none is: things are painted in any colour. What so few pixels are alike by chance,
somewhere in a picture, is taken off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.blobs import colour_mask
from vgym.core.atlas import COLOURS, load_atlas
from vgym.core.opencv import cv2

SIDES = (10, 12, 15, 19, 24, 29, 35, 44, 54, 66)  # pixels, of a thing's longer side
SMALLEST_SURE = 13  # from which on likeness tells one thing from another
_ENOUGH = 9  # pixels to look at a side with: of larger ones half or a quarter do
_COARSEST = 4
_BY_CHANCE = 2.5  # likeness of one pixel; it falls with the side
PEAKS = 3  # places kept of each size
_SOLID = 0.5
_GROUND = 51  # pixels whose median is the ground that a thing stands out from
_PLAIN = 60.0  # grey levels by which something stands out wholly


@dataclass(frozen=True)
class Likely:
    """Where a thing may be, the likeliest first: n places.

    Attributes:
        boxes: (n, 4) float64 xyxy, fractions of the picture.
        score: (n,) float64, up to 1: how like it is.
        side: (n,) float64 pixels of the longer side.
    """

    boxes: NDArray[np.float64]
    score: NDArray[np.float64]
    side: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.boxes)


def things_named(phrase: str) -> list[tuple[str, str]]:
    """Colour ("" for none) and name of each thing of the atlas that a phrase names, in order.

    >>> things_named("find the purple frog just left of the parasol")
    [('purple', 'frog'), ('', 'parasol')]
    """
    return [(colour or "", name) for colour, name in _pattern().findall(phrase.lower())]


def likely_places(
    image: NDArray[np.uint8], colour: str, name: str, sides: tuple[int, ...] = SIDES
) -> Likely:
    """The likeliest places of a thing in a picture.

    Args:
        image: (H, W, 3) uint8. colour: one of COLOURS, or "". name: of the atlas.
        sides: pixels of its longer side, rising: the sizes to look for.
    """
    found: list[tuple[float, ...]] = []
    seen, times, ready = image, 1, False
    for side in sides:
        while side >= 2 * times * _ENOUGH and times < _COARSEST:
            times *= 2
            seen = np.asarray(
                cv2.resize(image, None, fx=1 / times, fy=1 / times, interpolation=cv2.INTER_AREA),
                np.uint8,
            )
            ready = False
        if side < min(image.shape[:2]) // 2:
            if not ready:
                light = cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY).astype(np.float32)
                told, ready = _told(seen, colour, times), True
            for like, *place in _peaks(light, told, name, side // times):
                shown = (times * number for number in place)
                found.append((like - _BY_CHANCE * times / side, *shown, side))
    found.sort(reverse=True)
    rows = np.array(found, np.float64).reshape(-1, 6)
    x, y, wide, high = rows[:, 1:5].T
    boxes = np.stack([x, y, x + wide, y + high], 1) / np.tile(image.shape[1::-1], 2)
    return Likely(boxes, rows[:, 0], rows[:, 5])


def _peaks(
    light: NDArray[np.float32], told: NDArray[np.float32], name: str, side: int
) -> list[tuple[float, int, int, int, int]]:
    """Score, corner and size of the likeliest places of one size, whichever way it faces."""
    template, mask = _template(name, side)
    high, wide = mask.shape
    facing = [_likeness(light, told, template[:, ::way], mask[:, ::way]) for way in (1, -1)]
    like = np.maximum(*facing)
    found = []
    for _ in range(PEAKS):
        y, x = np.unravel_index(int(like.argmax()), like.shape)
        found.append((float(like[y, x]), int(x), int(y), wide, high))
        like[max(0, y - high) : y + high, max(0, x - wide) : x + wide] = -1.0
    return found


def _likeness(
    light: NDArray[np.float32],
    told: NDArray[np.float32],
    template: NDArray[np.uint8],
    mask: NDArray[np.float32],
) -> NDArray[np.float32]:
    """How like the thing each place is, by its upper left corner; -1 where it cannot be told.

    Half is its light and dark, half as much of what is told within its shape, and as little about
    it, as there can be.
    """
    template, mask = np.ascontiguousarray(template), np.ascontiguousarray(mask)
    shade = cv2.cvtColor(template, cv2.COLOR_RGB2GRAY).astype(np.float32)
    like = cv2.matchTemplate(light, shade, cv2.TM_CCOEFF_NORMED, mask=mask)
    room = max(2, max(mask.shape) // 4)
    inside = np.pad(mask, room)
    kernel = inside / mask.sum() - (1 - inside) / (1 - inside).sum()
    share = cv2.filter2D(told, -1, kernel, anchor=(room, room), borderType=cv2.BORDER_CONSTANT)
    like = 0.5 * like + 0.5 * share[: like.shape[0], : like.shape[1]]
    known: NDArray[np.float32] = np.nan_to_num(like, nan=-1.0, posinf=-1.0, neginf=-1.0)
    return known


def _told(image: NDArray[np.uint8], colour: str, times: int) -> NDArray[np.float32]:
    """(H, W) up to 1: what has the colour; of no colour, what stands out from the ground."""
    if colour:
        return colour_mask(image, colour).astype(np.float32)
    ground = cv2.medianBlur(image, _GROUND // times | 1).astype(np.float32)
    apart = np.sqrt(((image - ground) ** 2).sum(2))
    told: NDArray[np.float32] = np.clip(apart / _PLAIN, 0, 1).astype(np.float32)
    return told


@lru_cache(maxsize=4096)
def _template(name: str, side: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A thing's pixels (h, w, 3) and where it is solid (h, w), its longer side as many pixels."""
    picture = _picture(name)
    high, wide = picture.shape[:2]
    scale = side / max(high, wide)
    size = (max(2, round(wide * scale)), max(2, round(high * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    alpha = small[..., 3:]
    straight = np.clip(small[..., :3] / np.maximum(alpha, 1e-3) * 255, 0, 255).astype(np.uint8)
    mask = (alpha[..., 0] > 255 * _SOLID).astype(np.float32)
    return straight, mask if mask.sum() >= 4 else np.ones_like(mask)


@lru_cache(maxsize=2048)
def _picture(name: str) -> NDArray[np.float32]:
    """A thing's premultiplied texels, cut to what is solid: (h, w, 4) float32."""
    atlas = load_atlas()
    number = atlas.names.index(name)
    high, wide = atlas.bank.size_hw[number, 0].tolist()
    start = int(atlas.bank.offset[number, 0])
    rows = start + np.arange(high)[:, None] * (wide + 2) + np.arange(wide)
    texels = atlas.bank.texels.numpy()[rows].astype(np.float32)
    solid = texels[..., 3] > 255 * _SOLID
    ys, xs = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    cut: NDArray[np.float32] = texels[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    return cut


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = sorted(load_atlas().names, key=len, reverse=True)
    colours = "|".join(COLOURS[1:])
    return re.compile(rf"\b(?:({colours}) )?({'|'.join(map(re.escape, names))})\b")
