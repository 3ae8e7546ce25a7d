"""Memory that is handed out again only when nobody holds it."""

from typing import Any

import gymnasium
import numpy as np
import pytest
import torch

import vgym  # noqa: F401  registers the ids
from vgym.core.fresh_memory import KEPT, LARGE, FreshMemory

SHAPE = (LARGE,)


def _address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])


def test_what_was_let_go_comes_again() -> None:
    memory = FreshMemory()
    first = _address(memory.empty(SHAPE, np.uint8))
    assert _address(memory.empty(SHAPE, np.uint8)) == first


@pytest.mark.parametrize(
    "hold",
    [
        lambda a: a,
        lambda a: a[5:9],
        lambda a: a.reshape(2, -1)[1].T,
        lambda a: torch.from_numpy(a),
        lambda a: torch.from_numpy(a)[:3].view(3, 1),
        lambda a: memoryview(a)[1:],
        lambda a: np.asarray(memoryview(a)),
        lambda a: {"image": [a]},
    ],
)
def test_what_is_held_in_any_way_is_left_alone(hold: Any) -> None:
    memory = FreshMemory()
    array = memory.empty(SHAPE, np.uint8)
    address = _address(array)
    held = hold(array)
    del array
    others = [memory.empty(SHAPE, np.uint8) for _ in range(KEPT + 2)]
    assert address not in map(_address, others)
    del held, others
    assert address in [_address(memory.empty(SHAPE, np.uint8)) for _ in range(KEPT)]


def test_all_that_is_held_at_once_is_apart() -> None:
    memory = FreshMemory()
    kept = [memory.empty(SHAPE, np.uint8) for _ in range(3 * KEPT)]
    assert len(set(map(_address, kept))) == 3 * KEPT
    other = memory.empty((LARGE // 4,), np.float32)
    assert other.dtype == np.float32 and other.shape == (LARGE // 4,)


def test_a_batch_of_large_pictures_reuses_its_memory_and_never_what_is_held() -> None:
    envs: Any = gymnasium.make_vec("VGround-v0", num_envs=8, image_size=256)
    first = envs.reset(seed=0)[0]["image"]
    before = first.copy()
    addresses = set()
    for _ in range(6):
        observation, _, _, _, info = envs.step(envs.action_space.sample())
        assert not np.shares_memory(observation["image"], first)
        assert not np.shares_memory(observation["image"], info["final_obs"]["image"])
        addresses |= {_address(observation["image"]), _address(info["final_obs"]["image"])}
    np.testing.assert_array_equal(first, before)
    assert len(addresses) <= KEPT + 1  # and the pictures that the batch began with
