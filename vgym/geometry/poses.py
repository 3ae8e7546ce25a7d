"""Planar poses as tensors `(..., 3)`: x, y, yaw; compose, invert, express in one another.

Yaw is in radians from +x, counter-clockwise where y points up (from +x towards +y in any frame).
A pose maps its own frame to the frame it is given in: the point (1, 0) of the pose's frame lies one
unit ahead of it. All functions broadcast over leading axes and are differentiable. x and y may be
in any one unit; the frame of an agent has x ahead and y to its left.
"""

import math

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real


def wrap_angle(angle: Tensor) -> Tensor:
    """The same angle in (-pi, pi]; an angle already there is returned unrounded.

    Args:
        angle: `(...)` radians.

    Returns:
        `(...)` radians, in (-pi, pi] of its own precision; NaN for an angle that is not finite.

    >>> wrap_angle(torch.tensor([0.5, 3 * math.pi / 2, -math.pi]))
    tensor([ 0.5000, -1.5708,  3.1416])
    """
    angle = as_real(angle)
    turn = 2 * math.pi
    rest = torch.fmod(angle, turn)
    rest = torch.where(rest > math.pi, rest - turn, rest)
    return torch.where(rest <= -math.pi, rest + turn, rest)


def pose_compose(outer: Tensor, inner: Tensor) -> Tensor:
    """The pose `inner`, given in the frame of `outer`, in the frame that `outer` is given in.

    Args:
        outer: `(..., 3)`.
        inner: `(..., 3)`.

    Returns:
        `(..., 3)`, yaw in (-pi, pi].

    >>> pose_compose(torch.tensor([1.0, 0.0, math.pi / 2]), torch.tensor([2.0, 0.0, 0.0]))
    tensor([1.0000, 2.0000, 1.5708])
    """
    outer, inner = as_real(outer, inner)
    xy = pose_transform_points(outer, inner[..., :2])
    yaw = wrap_angle(outer[..., 2] + inner[..., 2])
    return torch.cat((xy, yaw.unsqueeze(-1)), -1)


def pose_inverse(pose: Tensor) -> Tensor:
    """The pose that undoes one: the origin as seen from it.

    Args:
        pose: `(..., 3)`.

    Returns:
        `(..., 3)`, yaw in (-pi, pi]; composed with the pose on either side it gives (0, 0, 0).

    >>> pose_inverse(torch.tensor([1.0, 2.0, math.pi / 2]))
    tensor([-2.0000,  1.0000, -1.5708])
    """
    x, y, yaw = as_real(pose).unbind(-1)
    cos, sin = torch.cos(yaw), torch.sin(yaw)
    return torch.stack((-x * cos - y * sin, x * sin - y * cos, wrap_angle(-yaw)), -1)


def pose_relative(observer: Tensor, pose: Tensor) -> Tensor:
    """A pose as seen from another, both given in one frame (the GPS and compass of Habitat).

    Args:
        observer: `(..., 3)`.
        pose: `(..., 3)`.

    Returns:
        `(..., 3)` in the frame of the observer, yaw in (-pi, pi]; `pose_compose(observer, it)` is
        the pose again.

    >>> pose_relative(torch.tensor([1.0, 1.0, 0.0]), torch.tensor([1.0, 4.0, 0.5]))
    tensor([0.0000, 3.0000, 0.5000])
    """
    observer, pose = as_real(observer, pose)
    x, y = (pose[..., :2] - observer[..., :2]).unbind(-1)
    cos, sin = torch.cos(observer[..., 2]), torch.sin(observer[..., 2])
    yaw = wrap_angle(pose[..., 2] - observer[..., 2])
    return torch.stack((x * cos + y * sin, y * cos - x * sin, yaw), -1)


def pose_transform_points(pose: Tensor, xy: Tensor) -> Tensor:
    """Points of the frame of a pose, in the frame that the pose is given in.

    Args:
        pose: `(..., 3)`; for N points of each pose insert an axis: `pose[..., None, :]`.
        xy: `(..., 2)`.

    Returns:
        `(..., 2)`.

    >>> pose_transform_points(torch.tensor([1.0, 1.0, 0.0]), torch.tensor([2.0, 3.0]))
    tensor([3., 4.])
    """
    pose, xy = as_real(pose, xy)
    px, py, yaw = pose.unbind(-1)
    x, y = xy.unbind(-1)
    cos, sin = torch.cos(yaw), torch.sin(yaw)
    return torch.stack((px + x * cos - y * sin, py + x * sin + y * cos), -1)
