"""How an answer writes its numbers: frame, order, and what counts as inside.

A convention is declared, never guessed from the numbers. Its short form is `frame/order` or
`frame/order/boundary`, as in `"pixels"`, `"0-1000/yxyx"`, `"fraction/cxcywh"`,
`"0-1000/yx/half-open"`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.geometry.arithmetic import as_real
from vgym.geometry.boxes import BoxOrder, box_convert
from vgym.geometry.points import Boundary
from vgym.spelling import nearest

Frame = Literal["pixels", "fraction", "0-1000"]
Order = Literal["xyxy", "yxyx", "xywh", "cxcywh", "xy", "yx"]
Kind = Literal["box", "point"]

_FRAMES: tuple[str, ...] = get_args(Frame)
_ORDERS: tuple[str, ...] = get_args(Order)
_BOUNDARIES: tuple[str, ...] = get_args(Boundary)
# What others call them: known to errors alone, so that every convention has one spelling.
_ELSEWHERE = {
    "0-1": "fraction",
    "normalized": "fraction",
    "relative": "fraction",
    "absolute": "pixels",
    "ltrb": "xyxy",
    "ltwh": "xywh",
}


@dataclass(frozen=True)
class Convention:
    """A frame, an order and a boundary rule.

    `"xy"` and `"yx"` also serve boxes, as two corners each; a box order also serves points, by its
    first axis.

    Args:
        frame: `"pixels"` of the image, `"fraction"` of its width and height, or `"0-1000"`
            thousandths of them.
        order: order of the numbers.
        boundary: which edges of a box belong to it.

    Raises:
        ValueError: for an unknown name.
    """

    frame: Frame = "pixels"
    order: Order = "xyxy"
    boundary: Boundary = "inclusive"

    def __post_init__(self) -> None:
        for name, valid in (
            (self.frame, _FRAMES),
            (self.order, _ORDERS),
            (self.boundary, _BOUNDARIES),
        ):
            if name not in valid:
                raise ValueError(_unknown(name, valid))

    @classmethod
    def parse(cls, text: "str | Convention") -> "Convention":
        """The convention that a short form names; parts left out take their defaults.

        Args:
            text: the short form, its parts in any order, or a convention, which is returned as it
                is.

        Raises:
            ValueError: for an unknown part or two parts of one kind.

        >>> Convention.parse("0-1000/yxyx").frame
        '0-1000'
        """
        if isinstance(text, Convention):
            return text
        if not isinstance(text, str):
            raise ValueError(f"convention is {text!r}; give a short form such as '0-1000/yxyx'")
        found: dict[str, str] = {}
        for part in text.split("/"):
            kinds = {"frame": _FRAMES, "order": _ORDERS, "boundary": _BOUNDARIES}
            kind = next((kind for kind, valid in kinds.items() if part in valid), None)
            if kind is None:
                raise ValueError(_unknown(part, (*_FRAMES, *_ORDERS, *_BOUNDARIES)))
            if kind in found:
                raise ValueError(f"convention {text!r} names two {kind}s; keep one of them")
            found[kind] = part
        return cls(
            cast(Frame, found.get("frame", "pixels")),
            cast(Order, found.get("order", "xyxy")),
            cast(Boundary, found.get("boundary", "inclusive")),
        )

    def __str__(self) -> str:
        """The short form that `parse` reads; `"xyxy"` and `"inclusive"` are left out."""
        parts: list[str] = [self.frame]
        if self.order != "xyxy":
            parts.append(self.order)
        if self.boundary != "inclusive":
            parts.append(self.boundary)
        return "/".join(parts)

    def to_pixels(
        self, values: Tensor, size_hw: Tensor | tuple[int, int] | None, kind: Kind
    ) -> Tensor:
        """Numbers written in this convention as pixels.

        Args:
            values: `(..., 4)` for boxes, `(..., 2)` for points.
            size_hw: height and width, pixels: a pair, or `(B, 2)` for values `(B, ..., k)`;
                None only for the frame `"pixels"`.
            kind: `"box"` or `"point"`.

        Returns:
            `(..., 4)` xyxy or `(..., 2)` xy, pixels; nothing is clipped, sorted or rounded.

        Raises:
            ValueError: for a missing size.

        >>> Convention("0-1000", "yx").to_pixels(torch.tensor([500.0, 250.0]), (100, 400), "point")
        tensor([100.,  50.])
        """
        values = as_real(values)
        if kind == "point":
            ordered = values.flip(-1) if self._y_first() else values
        else:
            ordered = box_convert(values, self._box_order(), "xyxy")
        unit = self._unit(ordered, size_hw)
        return ordered if unit is None else ordered * unit

    def from_pixels(
        self, values: Tensor, size_hw: Tensor | tuple[int, int] | None, kind: Kind
    ) -> Tensor:
        """Pixels as numbers in this convention: the inverse of `to_pixels`.

        Args:
            values: `(..., 4)` xyxy or `(..., 2)` xy, pixels.
            size_hw: as for `to_pixels`.
            kind: `"box"` or `"point"`.

        Returns:
            `(..., 4)` or `(..., 2)` in this convention, not rounded.

        Raises:
            ValueError: for a missing size.

        >>> Convention("0-1000", "yx").from_pixels(torch.tensor([100.0, 50.0]), (100, 400), "point")
        tensor([500., 250.])
        """
        values = as_real(values)
        unit = self._unit(values, size_hw)
        scaled = values if unit is None else values / unit
        if kind == "point":
            return scaled.flip(-1) if self._y_first() else scaled
        return box_convert(scaled, "xyxy", self._box_order())

    def _y_first(self) -> bool:
        return self.order in ("yx", "yxyx")

    def _box_order(self) -> BoxOrder:
        if self.order == "xy":
            return "xyxy"
        return "yxyx" if self.order == "yx" else self.order

    def _unit(self, values: Tensor, size_hw: Tensor | tuple[int, int] | None) -> Tensor | None:
        """Pixels per unit for each of the last axis' numbers, None if they are pixels."""
        if self.frame == "pixels":
            return None
        if size_hw is None:
            raise ValueError(
                f"the frame {self.frame!r} needs size_hw=(height, width) of the image in pixels"
            )
        width_height = torch.as_tensor(size_hw, device=values.device).to(values.dtype).flip(-1)
        unit = width_height if self.frame == "fraction" else width_height / 1000
        while unit.dim() < values.dim():
            unit = unit.unsqueeze(-2)
        return unit if values.shape[-1] == 2 else torch.cat((unit, unit), -1)


def read_in_all(
    values: Tensor, size_hw: Tensor, kind: Kind, conventions: tuple[Convention, ...]
) -> Tensor:
    """Answers read in several conventions: what `to_pixels` of each gives, stacked.

    Args:
        values: `(B, M, 4)` boxes or `(B, M, 2)` points.
        size_hw: `(B, 2)` pixels.
        kind: `"box"` or `"point"`.
        conventions: R of them.

    Returns:
        `(R, B, M, 4)` xyxy or `(R, B, M, 2)` xy, pixels.
    """
    learnt = values.requires_grad or size_hw.requires_grad
    single = values.dtype is size_hw.dtype is torch.float32 and values.device.type == "cpu"
    whole = values.dim() == 3 and size_hw.shape == (len(values), 2)  # loops look at no bounds
    if single and whole and not learnt:
        return _read_compiled(values, size_hw, conventions)
    return torch.stack([each.to_pixels(values, size_hw, kind) for each in conventions])


def _read_compiled(values: Tensor, size_hw: Tensor, conventions: tuple[Convention, ...]) -> Tensor:
    from vgym.geometry.conventions_numba import readings_kernel

    pixels = torch.empty(len(conventions), *values.shape)
    given, sizes = (t.contiguous().numpy() for t in (values, size_hw))
    readings_kernel(given, sizes, *_codes(conventions), pixels.numpy())
    return pixels


@cache
def _codes(conventions: tuple[Convention, ...]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Of each convention the number of its box order and the parts of its frame."""
    orders: tuple[BoxOrder, ...] = get_args(BoxOrder)  # as `conventions_numba` numbers them
    parts: dict[Frame, int] = {"pixels": 0, "fraction": 1, "0-1000": 1000}
    return (
        np.array([orders.index(each._box_order()) for each in conventions], np.int64),
        np.array([parts[each.frame] for each in conventions], np.float32),
    )


def convention_alternatives(kind: Kind) -> tuple[Convention, ...]:
    """The conventions that models answer in, the usual ones first: what a hint tries."""
    frames: tuple[Frame, ...] = ("pixels", "0-1000", "fraction")
    orders: tuple[Order, ...] = ("xyxy", "yxyx", "xywh", "cxcywh")
    if kind == "point":
        orders = ("xyxy", "yx")
    return tuple(Convention(frame, order) for order in orders for frame in frames)


def _unknown(name: str, valid: tuple[str, ...]) -> str:
    elsewhere = [other for other, ours in _ELSEWHERE.items() if ours in valid]
    near = [_ELSEWHERE.get(one, one) for one in nearest(name, (*valid, *elsewhere))]
    guess = f"; did you mean {near[0]!r}?" if near else ";"
    return f"unknown convention part {name!r}{guess} valid are {', '.join(valid)}"
