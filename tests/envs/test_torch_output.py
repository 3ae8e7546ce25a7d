"""What a CUDA batch hands out, checked on CPU tensors: the same numbers, as tensors throughout."""

from typing import Any

import numpy as np
import pytest
import torch
from rollouts import ATTEMPT_IDS, IDS, make_vec

SETTINGS = {"instruction": "tokens", "attempts": 2}


def _same(tensors: Any, arrays: Any) -> None:
    if isinstance(arrays, dict):
        assert tensors.keys() == arrays.keys()
        for key in arrays:
            _same(tensors[key], arrays[key])
    else:
        assert isinstance(tensors, torch.Tensor), type(tensors)
        np.testing.assert_array_equal(tensors.numpy(), arrays)


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_tensors_hold_what_arrays_hold(env_id: str) -> None:
    plain = make_vec(env_id, 5, **SETTINGS)
    batch = make_vec(env_id, 5, **SETTINGS)
    batch._out.numpy = False  # what device="cuda" sets
    for tensors, arrays in zip(batch.reset(seed=4), plain.reset(seed=4), strict=True):
        _same(tensors, arrays)
    for _ in range(4):
        action = plain.action_space.sample()
        for tensors, arrays in zip(batch.step(action), plain.step(action), strict=True):
            _same(tensors, arrays)
    assert isinstance(batch.oracle(), torch.Tensor)
    batch.step(batch.oracle())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_cuda_agrees_with_the_cpu(env_id: str) -> None:
    plain = make_vec(env_id, 64, **SETTINGS)
    cuda = make_vec(env_id, 64, device="cuda", **SETTINGS)
    expected, _ = plain.reset(seed=4)
    given, _ = cuda.reset(seed=4)
    for _ in range(4):
        assert given["image"].device.type == "cuda"
        pixels = given["image"].cpu().numpy().astype(int) - expected["image"]
        assert np.abs(pixels).max() <= 1 and (pixels != 0).mean() <= 1e-3
        np.testing.assert_array_equal(given["instruction"].cpu().numpy(), expected["instruction"])
        action = plain.action_space.sample()
        expected, reward, terminated, _, _ = plain.step(action)
        given, cuda_reward, cuda_terminated, _, _ = cuda.step(torch.as_tensor(action).cuda())
        np.testing.assert_allclose(cuda_reward.cpu().numpy(), reward, atol=1e-5)
        np.testing.assert_array_equal(cuda_terminated.cpu().numpy(), terminated)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("env_id", [env_id for env_id in IDS if env_id not in ATTEMPT_IDS])
def test_walks_on_cuda_agree_with_the_cpu(env_id: str) -> None:
    plain = make_vec(env_id, 16, instruction="tokens")
    cuda = make_vec(env_id, 16, instruction="tokens", device="cuda")
    expected, given = plain.reset(seed=4)[0], cuda.reset(seed=4)[0]
    for step in range(20):
        assert given["image"].device.type == "cuda"
        pixels = given["image"].cpu().numpy().astype(int) - expected["image"]
        # A ray along an edge may fall on either side of it: a few pixels show the other thing.
        assert (np.abs(pixels) > 2).mean() <= 1e-2
        np.testing.assert_array_equal(given["instruction"].cpu().numpy(), expected["instruction"])
        action = plain.action_space.sample() if step % 3 == 2 else plain.oracle()
        expected, reward, *ends, _ = plain.step(action)
        given, cuda_reward, *cuda_ends, _ = cuda.step(torch.as_tensor(action).cuda())
        np.testing.assert_allclose(cuda_reward.cpu().numpy(), reward, atol=1e-4)
        for mine, other in zip(ends, cuda_ends, strict=True):
            np.testing.assert_array_equal(other.cpu().numpy(), mine)
