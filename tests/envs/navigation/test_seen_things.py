"""What audits are told of a view is what shows in it."""

import math
from typing import Any

import numpy as np

from vgym.core.keys import episode_keys
from vgym.envs.navigation.furniture import KINDS
from vgym.envs.navigation.task import NavigationTask


def started(rows: int, **settings: Any) -> tuple[NavigationTask, Any]:
    task = NavigationTask(image_size=48, worlds=4, difficulty=0.0, **settings)
    seeds = np.arange(rows, dtype=np.uint64)
    return task, task.reset(episode_keys(task.salt, seeds, np.zeros(rows, np.int64)))


def apart(box: list[float], x: float, y: float) -> float:
    """Metres in the plane from a point to a thing's box."""
    x0, y0, _, x1, y1, _ = box
    return math.hypot(max(x0 - x, 0, x - x1), max(y0 - y, 0, y - y1))


def test_boxes_are_those_of_the_pixels_of_named_things_that_one_can_be_sent_to() -> None:
    task, state = started(24)
    found = task.candidates(state)
    assert found is not None
    slot = task._slot(state)
    labels = task.camera.labels(state, slot)
    assert found.target.any() and (found.target <= found.mask).all()
    beside = 0
    for row in range(24):
        things = task.pool.worlds[int(slot[row])].things
        shown = [n for n in labels[row].unique().tolist() if n >= 0]
        x, y, _ = state.start[row].tolist()
        far = [n for n in shown if apart(things.box[n].tolist(), x, y) >= 1.75]
        named = [n for n in far if KINDS[things.kind[n]].nameable]
        beside += len(shown) - len(far)
        assert found.mask[row].nonzero()[:, 0].tolist() == named
        assert {*found.target[row].nonzero()[:, 0].tolist()} == {*named} & {
            *state.things[row].tolist()
        }
        for n in named:
            y, x = (labels[row] == n).nonzero(as_tuple=True)
            box = [x.min(), y.min(), x.max() + 1, y.max() + 1]
            assert found.boxes[row, n].tolist() == [float(side) for side in box]
            assert int(found.kinds["kind"][row, n]) == things.kind[n]
    assert beside


def test_nothing_is_listed_where_no_thing_is_asked_for_or_seen_from_above() -> None:
    for settings in ({"goal": "point"}, {"goal": "route"}, {"view": "top"}):
        task, state = started(1, **settings)
        assert task.candidates(state) is None
