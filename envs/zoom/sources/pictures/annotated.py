"""Annotated pictures as their files tell of them: parts for the splits, named things, crowds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.asset_files import json_asset

Box = tuple[float, float, float, float]  # xyxy, pixels of the part that is shown


@dataclass(frozen=True)
class Thing:
    """What is named in a picture, and alone there in bearing the name."""

    name: str
    box: Box
    alone: bool  # whether nothing else of its kind lies in its box


@dataclass(frozen=True, eq=False)
class Crowd:
    """Many of one kind, all of them boxed within an area."""

    one: str
    many: str
    legible_scale: float  # shown pixels a pixel of the picture at which they can be told
    area: Box
    boxes: NDArray[np.float64]  # (N, 4) xyxy
    unclear: NDArray[np.bool_]  # (N,) those that might be taken for something else
    countable: bool  # whether everybody would count as many as are boxed


@dataclass(frozen=True, eq=False)
class Annotated:
    """What of a picture belongs to a split; places are counted from its first corner."""

    file: str  # name of the asset
    part: tuple[int, int, int, int]  # xyxy, pixels of the file
    turned: bool  # whether it is as true turned and mirrored
    things: tuple[Thing, ...]
    crowd: Crowd | None

    @property
    def room(self) -> NDArray[np.float64]:
        """(2,) width and height of the part, pixels."""
        return np.array(self.part[2:], np.float64) - self.part[:2]


@cache
def annotated(asset: str, split: str) -> tuple[Annotated, ...]:
    """The pictures of a file of annotations that have a part for the split.

    Args:
        asset: the JSON file; pictures lie beside it. Of each it tells ``picture``, ``size_hw``,
            ``turned``, ``parts`` (a box for each split; they do not overlap), ``things`` (``name``,
            ``box``, and ``alone``: false, where other names lie in the box) and ``crowd``: ``one``,
            ``many``, ``legible_scale``, ``boxes``, the ``area`` where all are boxed,
            ``unclear``, the numbers of those that might be taken for something else, and
            ``countable``: false, where one of them may have two boxes or none.
        split: which part of each.
    """
    folder = asset.rpartition("/")[0]
    return tuple(
        _part(entry, f"{folder}/{entry['picture']}", split)
        for entry in json_asset(asset)["pictures"]
        if split in entry["parts"]
    )


def _part(entry: dict[str, Any], file: str, split: str) -> Annotated:
    part = np.array(entry["parts"][split])
    corner = np.tile(part[:2], 2)
    things = (
        Thing(each["name"], _box(np.array(each["box"]) - corner), each.get("alone", True))
        for each in entry["things"]
        if _within(np.array(each["box"]), part)
    )
    crowd = entry.get("crowd")
    return Annotated(
        file=file,
        part=tuple(part.tolist()),
        turned=entry["turned"],
        things=tuple(things),
        crowd=crowd and _crowd(crowd, part),
    )


def _crowd(crowd: dict[str, Any], part: NDArray[np.int64]) -> Crowd:
    area = np.array(crowd.get("area", part))
    near, far = np.maximum(area[:2], part[:2]), np.minimum(area[2:], part[2:])
    corner = np.tile(part[:2], 2)
    return Crowd(
        one=crowd["one"],
        many=crowd["many"],
        legible_scale=crowd["legible_scale"],
        area=_box(np.concatenate([near, far]) - corner),
        boxes=np.array(crowd["boxes"], np.float64) - corner,
        unclear=np.isin(np.arange(len(crowd["boxes"])), crowd.get("unclear", [])),
        countable=crowd.get("countable", True),
    )


def _box(numbers: NDArray[np.int64]) -> Box:
    x0, y0, x1, y1 = map(float, numbers)
    return (x0, y0, x1, y1)


def _within(box: NDArray[np.int64], part: NDArray[np.int64]) -> bool:
    return bool((part[:2] <= box[:2]).all() and (box[2:] <= part[2:]).all())
