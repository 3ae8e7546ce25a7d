"""Landscapes over places in a picture: heat maps of clicks, and of shifts and sizes of boxes."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.evaluation.landscape_values import (
    CLICK,
    PICTURE_HW,
    SIZE_HW,
    TARGET,
    is_flat,
    note_others,
    title_of,
    values_around,
)
from vgym.evaluation.plot import Area, Axis, Sheet, even_axis
from vgym.rewards import Reward
from vgym.rewards.form import Form

REACH = 2.0  # target sizes to which boxes are shifted
SHIFTS = np.linspace(-REACH, REACH, 73)
OCTAVES = np.linspace(-2.0, 2.0, 73)  # log2 of the box's size over the target's
STRIDE = 3.2  # pixels of the picture between clicks

_ANSWER_BOXES = ("prediction_boxes", "zoom_boxes", "look_boxes", "box_after")
_TRUE_BOXES = {"target_boxes", "group_boxes", "box_before"}
_BOX_CELL, _CLICK_CELL = 3, 4  # pixels on the sheet


def click_values(reward: Reward, form: Form) -> NDArray[np.float64]:
    """The value of a click on every cell of the picture, `STRIDE` pixels wide: `(75, 100)`."""
    rows, columns = (int(side / STRIDE) for side in PICTURE_HW)
    y, x = np.meshgrid(np.arange(rows) + 0.5, np.arange(columns) + 0.5, indexing="ij")
    xy = torch.tensor(np.stack((x, y), -1).reshape(-1, 1, 2) * STRIDE, dtype=torch.float32)
    return values_around(reward, form, {"prediction_points": xy}).reshape(rows, columns)


def box_values(reward: Reward, form: Form, fact: str) -> tuple[NDArray[np.float64], ...]:
    """The value of boxes shifted to `SHIFTS` x `SHIFTS`, and scaled `OCTAVES` x `SHIFTS`.

    The shifts are in target widths and heights; rows are the first axis, low to high.
    """
    x0, y0, x1, y1 = TARGET
    centre, side = torch.tensor(CLICK), torch.tensor([x1 - x0, y1 - y0])
    pictures = []
    for rows, both in ((SHIFTS, True), (OCTAVES, False)):
        up, along = np.meshgrid(rows, SHIFTS, indexing="ij")
        shift = np.stack((along, up if both else np.zeros_like(up)), -1).reshape(-1, 2)
        scale = np.ones(up.size) if both else np.exp2(up).reshape(-1)
        middle = centre + torch.tensor(shift, dtype=torch.float32) * side
        half = side / 2 * torch.tensor(scale, dtype=torch.float32)[:, None]
        boxes = torch.cat((middle - half, middle + half), -1)
        moved = boxes if fact == "box_after" else boxes[:, None]
        pictures.append(values_around(reward, form, {fact: moved}).reshape(up.shape))
    return tuple(pictures)


def over_boxes(reward: Reward, form: Form) -> Sheet | None:
    """Two heat maps of the first box of the answer that matters; None if there is none."""
    if not _TRUE_BOXES & set(form.needs):
        return None
    for fact in _ANSWER_BOXES:
        if fact not in form.needs:
            continue
        shifted, scaled = box_values(reward, form, fact)
        if is_flat(shifted, scaled):
            continue
        low, high = min(shifted.min(), scaled.min()), max(shifted.max(), scaled.max())
        sheet = Sheet(SIZE_HW, f"{title_of(reward)}, over {fact}")
        side = _BOX_CELL * len(SHIFTS)
        along = Axis("shift right, target widths", -REACH, REACH, _ticks(-2, 2))
        down = Axis("shift down, target heights", REACH, -REACH, _ticks(-2, 2))
        sizes = [(k, f"x{2.0**k:g}") for k in range(-2, 3)]
        scale = Axis("size over the target's", -2.0, 2.0, sizes)
        # Rows of a heat map run downwards, as the shift does; the scale grows upwards.
        for left, values, axis in ((58, shifted, down), (348, scaled[::-1], scale)):
            area = Area(left, 68, side, side)
            sheet.heat(area, values, low, high)
            sheet.axes(area, along, axis)
            sheet.cross((left + side / 2, 68 + side / 2))
        sheet.colour_bar(Area(580, 68, 12, side), low, high)
        note_others(sheet, form, {fact})
        return sheet
    return None


def over_clicks(reward: Reward, form: Form) -> Sheet | None:
    """A heat map over where the click is; None if no click is read, or it does not matter."""
    if "prediction_points" not in form.needs:
        return None
    values = click_values(reward, form)
    if is_flat(values):
        return None
    sheet = Sheet(SIZE_HW, f"{title_of(reward)}, over the click")
    zoom = _CLICK_CELL / STRIDE
    area = Area(84, 40, _CLICK_CELL * values.shape[1], _CLICK_CELL * values.shape[0])
    sheet.heat(area, values, values.min(), values.max())
    height, width = PICTURE_HW
    sheet.axes(area, even_axis("x, pixels", 0, width), _downwards("y, pixels", height))
    x0, y0, x1, y1 = (side * zoom for side in TARGET)
    sheet.box((area.left + x0, area.top + y0, area.left + x1, area.top + y1))
    sheet.colour_bar(Area(520, 40 + 20, 14, area.height - 20), values.min(), values.max())
    note_others(sheet, form, {"prediction_points"})
    return sheet


def _ticks(low: int, high: int) -> list[tuple[float, str]]:
    return [(float(k), str(k)) for k in range(low, high + 1)]


def _downwards(label: str, height: float) -> Axis:
    return Axis(label, height, 0.0, even_axis(label, 0, height).ticks)
