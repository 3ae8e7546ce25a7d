"""Finds a picture in a larger one as templates are matched: tried at many turns and scales."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.speaking import say
from vgym.core.opencv import cv2

Plane = NDArray[np.float32]
Picture = NDArray[Any]  # uint8, but OpenCV does not promise it

_SHARES = tuple(0.15 * 1.13**k for k in range(9))  # of the larger picture, the smaller's side
_TURNS = 36  # all round
_SIDE = 100  # pixels of the larger picture's shorter side, in which it is looked for
_INNER = 0.5**0.5  # of the smaller picture, what is in it however it is turned
_EDGE = 0.02  # of full brightness: slopes as weak as this hardly count
_GREY = 0.35  # how much likeness of brightness counts, of all


class TemplateAgent:
    """The place of the overview that is most like the image: normalised cross-correlation.

    Of the image its middle part is compared, as a square that stays in it at every turn, by its
    edges, which other colours change little, and by its brightness.
    """

    name = "template"
    families = ("geo-match",)

    def reset(self, seed: int) -> None:
        """Nothing to choose: it draws no random numbers."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """A point a row."""
        images, overviews = (
            each if isinstance(each, np.ndarray) else each.cpu().numpy()
            for each in (observation["image"], observation["overview"])
        )
        pairs = zip(images, overviews, strict=True)
        found = np.stack([place_of(image, overview) for image, overview in pairs])
        return say(envs, found[:, None], np.ones((len(found), 1), np.bool_))


def place_of(image: NDArray[np.uint8], overview: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(2,) where the image's middle lies, fractions of the overview's width and height.

    Args:
        image, overview: (h, w, 3) each.
    """
    shrunk = _SIDE / min(overview.shape[:2])
    size = tuple(max(8, round(n * shrunk)) for n in overview.shape[1::-1])
    small = cv2.resize(overview, size, interpolation=cv2.INTER_AREA)
    wholes = _planes(small)
    best, where = -np.inf, np.array([0.5, 0.5])
    for share in _SHARES:
        side = max(6, round(share * _INNER * min(size)))
        half = max(1.0, min(image.shape[:2]) * _INNER / side / 2)
        soft: Picture = cv2.GaussianBlur(image, (0, 0), 0.6 * half) if half > 1 else image
        for template in _turned(soft, side):
            likeness = _likeness(wholes, _planes(template), side)
            _, most, _, (x, y) = cv2.minMaxLoc(likeness)
            if most > best:
                best, where = most, (np.array([x, y]) + side / 2) / size
    return where


def _likeness(wholes: list[Plane], parts: list[Plane], side: int) -> Plane:
    """At every place of a whole, how like a part it is: in [-1, 1]."""
    edges, grey = (_correlation(whole, part) for whole, part in zip(wholes, parts, strict=True))
    found: Plane = (1 - _GREY) * edges + _GREY * grey
    return found


def _correlation(whole: Plane, part: Plane) -> Plane:
    """Normalised cross-correlation, finite, and 0 where there is nothing to compare."""
    found = cv2.matchTemplate(whole, part, cv2.TM_CCOEFF_NORMED)
    flat = ~np.isfinite(found) | (np.abs(found) >= 1)
    return np.where(flat, 0, found).astype(np.float32)


def _planes(picture: Picture) -> list[Plane]:
    """Edges, and brightness."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    right, down = (
        cv2.Sobel(grey, cv2.CV_32F, *way, ksize=3, scale=0.25) for way in ((1, 0), (0, 1))
    )
    slope = np.hypot(right, down)
    return [np.log1p(slope / _EDGE).astype(np.float32), grey.astype(np.float32)]


def _turned(image: Picture, side: int) -> list[Picture]:
    """The image's middle at every turn, (side, side, 3) each."""
    return [
        cv2.warpAffine(
            image,
            matrix,
            (side, side),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for matrix in _matrices(image.shape[:2], side)
    ]


@cache
def _matrices(size_hw: tuple[int, int], side: int) -> list[NDArray[np.float64]]:
    """(2, 3) from pixels of a template to those of an image, at every turn."""
    scale = min(size_hw) * _INNER / side
    middle = np.array(size_hw[::-1]) / 2
    found = []
    for angle in np.arange(_TURNS) * (2 * np.pi / _TURNS):
        cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
        axes = np.array([[cos, sin], [-sin, cos]])
        start = middle - 0.5 - axes @ np.array([side / 2 - 0.5] * 2)
        found.append(np.concatenate((axes, start[:, None]), 1))
    return found
