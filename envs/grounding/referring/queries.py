"""Queries: what a phrase means, and which objects of a scene it denotes.

Each property of an object holds, does not hold, or is *unclear* (a thing near the middle is not
clearly "on the left"). A query denotes a set only if nothing about it is unclear: every object of
the head noun either satisfies all of it or plainly fails some part. So a phrase that is said
always has exactly one reading, with a margin that a person sees.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.compiled_arrays import ranked
from vgym.envs.grounding.scenes import Objects

# Fields of a query, an int64 array.
CLASS, COLOUR, POSE, LOCATION, RELATION, ANCHOR, ANCHOR_COLOUR = 0, 1, 2, 3, 4, 5, 6
SELECTOR, ORDINAL, EXCLUDE = 7, 8, 9
FIELDS = 10
# EXCLUDE holds the field whose property must fail ("that is not red"), or 0.

FALSE, UNCLEAR, TRUE = 0, 1, 2

# Margins, as fractions of the picture or ratios; below the first it is plainly so, beyond the
# second plainly not. Chosen so that a person does not hesitate.
SIDE_CLEAR, SIDE_UNCLEAR = 0.38, 0.50  # of a side of the picture
CORNER_CLEAR, CORNER_UNCLEAR = 0.30, 0.50
CENTRE_CLEAR, CENTRE_UNCLEAR = 0.14, 0.26  # distance from the middle, each axis
ORDER_GAP = 0.05  # between neighbours in an order, of the picture's side
EDGE_GAP = 0.02  # between their near edges, which the eye compares too
SIZE_RATIO = 1.3  # between the largest and the next
DISTANCE_RATIO = 0.75  # between the nearest and the next


class Context(NamedTuple):
    """One scene as a query is read in it: the context set of a referring expression."""

    objects: Objects
    used: int  # how many of the objects' slots
    height: float  # of the canvas
    width: float


@compiled
def _colour_is(said: int, colour: int) -> int:
    if colour == 0:  # a natural colour may be called anything
        return UNCLEAR
    return TRUE if colour == said else FALSE


@compiled
def _pose_is(said: int, pose: int) -> int:
    if pose == 0:
        return UNCLEAR
    return TRUE if pose == said else FALSE


@compiled
def _below(value: float, clear: float, unclear: float) -> int:
    if value <= clear:
        return TRUE
    return UNCLEAR if value <= unclear else FALSE


@compiled
def _location_is(said: int, u: float, v: float) -> int:
    """Whether a centre (fractions of width and height) is at one of LOCATIONS."""
    if said <= 4:
        along = u if said <= 2 else v
        return _below(1.0 - along if said in (2, 4) else along, SIDE_CLEAR, SIDE_UNCLEAR)
    if said <= 8:
        across = 1.0 - u if said in (6, 8) else u
        down = 1.0 - v if said >= 7 else v
        return min(
            _below(across, CORNER_CLEAR, CORNER_UNCLEAR), _below(down, CORNER_CLEAR, CORNER_UNCLEAR)
        )
    return min(
        _below(abs(u - 0.5), CENTRE_CLEAR, CENTRE_UNCLEAR),
        _below(abs(v - 0.5), CENTRE_CLEAR, CENTRE_UNCLEAR),
    )


@compiled
def _relation_is(said: int, box: NDArray[np.float32], anchor: NDArray[np.float32]) -> int:
    """Whether a box lies on that side of the anchor's box.

    Plainly so: its centre is past the anchor's edge on that side, and more to that side than to
    another. Plainly not: its centre is not even past the anchor's centre.
    """
    dx = (box[0] + box[2] - anchor[0] - anchor[2]) / 2
    dy = (box[1] + box[3] - anchor[1] - anchor[3]) / 2
    along = dx if said <= 2 else dy
    across = dy if said <= 2 else dx
    half = (anchor[2] - anchor[0] if said <= 2 else anchor[3] - anchor[1]) / 2
    if said in (1, 3):
        along = -along
    if along >= half and along >= abs(across):
        return TRUE
    return UNCLEAR if along > 0 else FALSE


@compiled
def _holds(query: NDArray[np.int64], field: int, i: int, context: Context) -> int:
    """Whether one said field of a query holds for object i."""
    said, boxes = query[field], context.objects.boxes
    if field == COLOUR:
        return _colour_is(said, context.objects.colour[i])
    if field == POSE:
        return _pose_is(said, context.objects.pose[i])
    if field == LOCATION:
        u = (boxes[i, 0] + boxes[i, 2]) / (2 * context.width)
        v = (boxes[i, 1] + boxes[i, 3]) / (2 * context.height)
        return _location_is(said, u, v)
    return _relation_is(said, boxes[i], boxes[query[ANCHOR]])


@compiled
def _room(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Empty room between two boxes, 0 if they touch."""
    dx = max(0.0, max(a[0], b[0]) - min(a[2], b[2]))
    dy = max(0.0, max(a[1], b[1]) - min(a[3], b[3]))
    return np.sqrt(dx * dx + dy * dy)


@compiled
def names_one(context: Context, i: int, with_colour: bool) -> bool:
    """Whether "the <colour> <noun>" or "the <noun>" can only mean object i."""
    sprite, colour = context.objects.sprite, context.objects.colour
    if with_colour and colour[i] == 0:
        return False
    for j in range(context.used):
        if j != i and sprite[j] == sprite[i]:
            if not with_colour or _colour_is(colour[i], colour[j]) != FALSE:
                return False
    return True


@compiled
def denote(query: NDArray[np.int64], context: Context, out: NDArray[np.bool_]) -> int:
    """Write which objects the query denotes.

    Args:
        query: (FIELDS,) as laid out above.
        context: what it is said of.
        out: (N,) written.

    Returns:
        How many objects are denoted, or -1 if anything is unclear (``out`` then means nothing).
    """
    found = 0
    clear = True
    for i in range(context.used):
        out[i] = False
        if context.objects.sprite[i] != query[CLASS]:
            continue
        truth = TRUE
        for field in (COLOUR, POSE, LOCATION, RELATION):
            if query[field] != 0:
                holds = _holds(query, field, i, context)
                truth = min(truth, TRUE - holds if query[EXCLUDE] == field else holds)
        if truth == UNCLEAR:
            clear = False
        if truth == TRUE:
            out[i] = True
            found += 1
    if not clear:
        return -1
    if query[SELECTOR] == 0 or found == 0:
        return found
    return _select(query, context, found, out)


@compiled
def _select(query: NDArray[np.int64], context: Context, found: int, out: NDArray[np.bool_]) -> int:
    """Keep the one that a superlative or an ordinal picks, if it does so with a margin."""
    size, boxes = context.objects.size, context.objects.boxes
    height, width = context.height, context.width
    selector = query[SELECTOR]
    rank = query[ORDINAL] if 7 <= selector <= 10 else 1
    if found < 2 or rank > found:
        return -1
    score = np.empty(found, np.float64)
    edge = np.zeros(found, np.float64)  # the same, by near edges instead of centres
    which = np.empty(found, np.int64)
    n = 0
    for i in range(context.used):
        if not out[i]:
            continue
        x, y = (boxes[i, 0] + boxes[i, 2]) / 2, (boxes[i, 1] + boxes[i, 3]) / 2
        if selector in (1, 7):
            score[n], edge[n] = x / width, boxes[i, 0]
        elif selector in (2, 8):
            score[n], edge[n] = -x / width, -boxes[i, 2]
        elif selector in (3, 9):
            score[n], edge[n] = y / height, boxes[i, 1]
        elif selector in (4, 10):
            score[n], edge[n] = -y / height, -boxes[i, 3]
        elif selector == 5:
            score[n] = -np.log(size[i])
        elif selector == 6:
            score[n] = np.log(size[i])
        else:
            anchor = boxes[query[ANCHOR]]
            dx, dy = x - (anchor[0] + anchor[2]) / 2, y - (anchor[1] + anchor[3]) / 2
            score[n] = np.log(np.sqrt(dx * dx + dy * dy) + 1e-6)
            edge[n] = _room(boxes[i], anchor)
            if selector == 12:
                score[n], edge[n] = -score[n], -edge[n]
        which[n] = i
        n += 1
    gap = ORDER_GAP
    if selector in (5, 6):
        gap = np.log(SIZE_RATIO)
    elif selector >= 11:
        gap = -np.log(DISTANCE_RATIO)
    clearance = EDGE_GAP * min(height, width) if selector not in (5, 6) else 0.0
    order = ranked(score)
    # Counting up to `rank` needs every neighbour on the way, and the next, to be told apart.
    for k in range(min(rank, found - 1)):
        if score[order[k + 1]] - score[order[k]] < gap:
            return -1
        # A large thing can reach farther than a small one whose middle is before its own.
        for m in range(k + 1, found):
            if edge[order[m]] < edge[order[k]] + clearance:
                return -1
    chosen = which[order[rank - 1]]
    for i in range(context.used):
        out[i] = i == chosen
    return 1
