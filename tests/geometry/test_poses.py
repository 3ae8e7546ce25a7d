"""Poses against complex numbers and homogeneous matrices."""

import cmath
import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor

from vgym.geometry.poses import (
    pose_compose,
    pose_inverse,
    pose_relative,
    pose_transform_points,
    wrap_angle,
)

number = st.floats(-100, 100, allow_nan=False)
any_pose = st.tuples(number, number, st.floats(-30, 30))


def tensor(values: tuple[float, ...]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def same_pose(one: Tensor, other: Tensor) -> None:
    torch.testing.assert_close(one[..., :2], other[..., :2], rtol=1e-9, atol=1e-9)
    turned = wrap_angle(one[..., 2] - other[..., 2])
    torch.testing.assert_close(turned, torch.zeros_like(turned), rtol=0, atol=1e-9)


def matrix(pose: Tensor) -> Tensor:
    x, y, yaw = pose.tolist()
    c, s = math.cos(yaw), math.sin(yaw)
    return torch.tensor([[c, -s, x], [s, c, y], [0, 0, 1]], dtype=torch.float64)


@settings(deadline=None)
@given(any_pose, any_pose)
def test_compose_is_the_product_of_matrices(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    one, other = tensor(a), tensor(b)
    torch.testing.assert_close(matrix(pose_compose(one, other)), matrix(one) @ matrix(other))
    torch.testing.assert_close(matrix(pose_inverse(one)), torch.linalg.inv(matrix(one)))
    torch.testing.assert_close(
        matrix(pose_relative(one, other)), torch.linalg.inv(matrix(one)) @ matrix(other)
    )


@settings(deadline=None)
@given(any_pose, any_pose)
def test_there_and_back(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    one, other = tensor(a), tensor(b)
    origin = torch.zeros(3, dtype=torch.float64)
    same_pose(pose_compose(one, pose_inverse(one)), origin)
    same_pose(pose_compose(pose_inverse(one), one), origin)
    same_pose(pose_compose(one, pose_relative(one, other)), other)
    same_pose(pose_relative(one, one), origin)
    same_pose(pose_compose(origin, one), one)


@settings(deadline=None)
@given(any_pose, number, number)
def test_points_turn_as_complex_numbers(pose: tuple[float, ...], x: float, y: float) -> None:
    moved = pose_transform_points(tensor(pose), tensor((x, y)))
    expected = complex(pose[0], pose[1]) + complex(x, y) * cmath.exp(1j * pose[2])
    assert moved.tolist() == pytest.approx([expected.real, expected.imag], abs=1e-9)


def test_yaw_is_counter_clockwise_from_x() -> None:
    quarter = tensor((10.0, 20.0, math.pi / 2))
    ahead = pose_transform_points(quarter, tensor((1.0, 0.0)))
    assert ahead.tolist() == pytest.approx([10, 21])
    seen = pose_relative(quarter, tensor((10.0, 25.0, math.pi)))
    assert seen.tolist() == pytest.approx([5, 0, math.pi / 2])
    to_the_left = pose_relative(tensor((0.0, 0.0, 0.0)), tensor((0.0, 1.0, 0.0)))
    assert to_the_left[1] > 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@settings(deadline=None)
@given(angle=st.floats(allow_nan=False, allow_infinity=False, width=32))
@example(angle=math.pi)
@example(angle=-math.pi)
@example(angle=3 * math.pi)
@example(angle=1e-30)
def test_wrapped_angles(dtype: torch.dtype, angle: float) -> None:
    given_angle = torch.tensor(angle, dtype=dtype)
    wrapped = wrap_angle(given_angle)
    half_turn = torch.tensor(math.pi, dtype=dtype)
    assert -half_turn < wrapped <= half_turn
    if -half_turn < given_angle <= half_turn:
        assert wrapped == given_angle
    if abs(angle) < 1e3:
        assert cmath.exp(1j * wrapped.item()) == pytest.approx(
            cmath.exp(1j * given_angle.item()), abs=1e-3 if dtype == torch.float32 else 1e-9
        )
    assert wrap_angle(wrapped) == wrapped


def test_what_is_not_finite() -> None:
    assert wrap_angle(torch.tensor([math.inf, math.nan])).isnan().all()


def test_broadcasting_and_gradients() -> None:
    poses = torch.randn(4, 1, 3, requires_grad=True)
    moved = pose_transform_points(poses, torch.randn(7, 2))
    assert moved.shape == (4, 7, 2)
    assert pose_relative(poses, torch.randn(5, 3)).shape == (4, 5, 3)
    (moved.sum() + pose_compose(poses, pose_inverse(poses)).sum()).backward()
    assert poses.grad is not None and poses.grad.isfinite().all()


def test_nothing_is_read_back() -> None:
    poses = torch.empty(5, 3, device="meta")
    for result in (pose_compose(poses, poses), pose_inverse(poses), pose_relative(poses, poses)):
        assert result.device.type == "meta"
