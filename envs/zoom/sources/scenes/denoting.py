"""What words denote in a whole: one thing, or nothing clear.

As in VGround, a phrase is said only if it has one reading, with a margin that a person sees: what
is near the limit of a word counts against it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.envs.zoom.sources.scenes.knobs import (
    BESIDE,
    FENCE,
    GROUND,
    NEAREST,
    SIZE,
)
from vgym.envs.zoom.sources.scenes.layout import Cast, Layout, ground_at
from vgym.envs.zoom.sources.scenes.things import Crowd

LEFT, RIGHT, ABOVE, BELOW = range(4)
_DISTANCE_RATIO = 0.75  # between the nearest and the next, by middles
_GAP_RATIO = 0.85  # and by edges, which the eye compares too
_SIZE_RATIO = 1.4  # between the largest and the next
_FARTHEST = 0.3  # of the whole's longer side: what is nearest to a landmark is not farther
_CLOSE, _CLOSE_UNCLEAR = 0.7, 1.2  # in sizes of a landmark: "just to the left of" it


class Scene(NamedTuple):
    """A whole, and all that stands in it."""

    layout: Layout
    cast: Cast
    crowd: Crowd


class Query(NamedTuple):
    """What is said of a thing: "the <colour> <noun> <how>"."""

    kind: int  # its class among the whole's; -1 for "sign"
    colour: int  # into COLOURS; 0 is not said
    how: int  # NAME, GROUND, FENCE, NEAREST, BESIDE or SIZE
    of: int  # which ground, fence or landmark; of SIZE, 0 for the smallest and 1 for the largest
    side: int  # of BESIDE


@compiled
def called(
    kinds: NDArray[np.int64], colours: NDArray[np.int64], kind: int, colour: int
) -> NDArray[np.int64]:
    """The numbers of all things of that class, and of that colour unless it is 0."""
    found = np.empty(kinds.shape[0], np.int64)
    n = 0
    for i in range(kinds.shape[0]):
        if kinds[i] == kind and (colour == 0 or colours[i] == colour):
            found[n] = i
            n += 1
    return found[:n]


@compiled
def denoted(scene: Scene, query: Query) -> int:
    """The one thing that is meant; -1 if there is none, several, or a doubt."""
    alike = called(scene.crowd.kind, scene.crowd.colour, query.kind, query.colour)
    if query.how == NEAREST:
        return _nearest(scene, query.of, alike)
    if query.how == SIZE:
        return _extreme(scene.crowd.size, query.of, alike)
    found = -1
    for i in alike:
        truth = _truth(scene, query, i)
        if truth == 0:
            continue
        if truth == 1 or found >= 0:
            return -1
        found = i
    return found


@compiled
def _truth(scene: Scene, query: Query, i: int) -> int:
    """Whether what is said of a thing's place holds: 0 no, 1 unclear, 2 yes."""
    crowd = scene.crowd
    if query.how == GROUND:
        clear = crowd.size[i] + 30.0
        x, y = crowd.xy[i]
        ground = ground_at(scene.layout, scene.cast, x, y, clear)
        return 1 if ground < 0 else 2 if ground == query.of else 0
    if query.how == FENCE:
        return 2 if crowd.fence[i] == query.of else 0
    if query.how == BESIDE:
        around = scene.layout.cells.blocked[query.of]
        size = scene.layout.landmark_xyr[query.of, 2]
        return beside(crowd.box[i], around, size, query.side)
    return 2


@compiled
def beside(box: NDArray[np.float64], around: NDArray[np.float64], size: float, side: int) -> int:
    """Whether a box is just on that side of a landmark's: 0 no, 1 unclear, 2 yes.

    Args:
        box, around: (4,) xyxy. size: of the landmark. side: LEFT, RIGHT, ABOVE or BELOW.
    """
    axis = 0 if side <= RIGHT else 1
    if side == LEFT or side == ABOVE:
        gap = around[axis] - box[axis + 2]
    else:
        gap = box[axis] - around[axis + 2]
    if gap < -0.25 * size or gap > _CLOSE_UNCLEAR * size:
        return 0
    other = 1 - axis
    across = abs(box[other] + box[other + 2] - around[other] - around[other + 2]) / 2
    half = (around[other + 2] - around[other]) / 2
    if 0 <= gap <= _CLOSE * size and across <= half:
        return 2
    return 1 if across <= half + max(gap, 0.0) + 0.2 * size else 0


@compiled
def _apart(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[float, float]:
    """Between the middles of two boxes, and the empty room between them, pixels."""
    dx, dy = (a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2
    gap_x = max(0.0, max(a[0], b[0]) - min(a[2], b[2]))
    gap_y = max(0.0, max(a[1], b[1]) - min(a[3], b[3]))
    return np.sqrt(dx * dx + dy * dy), np.sqrt(gap_x * gap_x + gap_y * gap_y)


@compiled
def _nearest(scene: Scene, landmark: int, alike: NDArray[np.int64]) -> int:
    around = scene.layout.cells.blocked[landmark]
    found, least, room = -1, np.inf, 0.0
    for i in alike:
        distance, gap = _apart(scene.crowd.box[i], around)
        if distance < least:
            found, least, room = i, distance, gap
    if found < 0 or least > _FARTHEST * max(scene.layout.height, scene.layout.width):
        return -1
    for i in alike:
        distance, gap = _apart(scene.crowd.box[i], around)
        if i != found and (distance * _DISTANCE_RATIO < least or gap * _GAP_RATIO < room):
            return -1
    return found


@compiled
def _extreme(size: NDArray[np.float64], largest: int, alike: NDArray[np.int64]) -> int:
    """The smallest or the largest of two or three."""
    found, best, rest = -1, -np.inf, -np.inf
    for i in alike:
        score = np.log(size[i]) * (1 if largest == 1 else -1)
        if score > best:
            found, best, rest = i, score, best
        elif score > rest:
            rest = score
    if not 2 <= len(alike) <= 3 or best - rest < np.log(_SIZE_RATIO):
        return -1
    return found
