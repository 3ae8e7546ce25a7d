"""A batch's info, row by row, is what each environment alone would say."""

import gymnasium
import numpy as np
import pytest
import torch
from rollouts import IDS, assert_same, make_vec

from vgym.core.info_rows import info_rows, row_of_batch
from vgym.core.single_env import first_row


@pytest.mark.parametrize("env_id", IDS)
def test_rows_of_a_step(env_id: str) -> None:
    envs = make_vec(env_id, 3)
    _, started = envs.reset(seed=2)
    info = envs.step(envs.unwrapped.oracle())[4]
    for said in (started, info):
        said.pop("final_obs", None)
        rows = info_rows(said, 3)
        assert len(rows) == 3 and not any(name.startswith("_") for name in rows[0])
        assert_same(rows[0], first_row(said))


def test_masks_choose_rows_and_values_are_plain() -> None:
    info = {
        "iou": torch.tensor([0.5, 0.25]),
        "_iou": np.array([True, False]),
        "why": np.array(["", "lost"], object),
        "_why": np.array([False, True]),
        "terms": {"a": np.array([1, 2]), "_a": np.array([True, True])},
        "_terms": torch.tensor([True, True]),
        "view": np.zeros((2, 4), np.float32),
    }
    one, two = info_rows(info, 2)
    view = np.zeros(4, np.float32)
    assert_same(one, {"iou": 0.5, "terms": {"a": 1}, "view": view})
    assert_same(two, {"why": "lost", "terms": {"a": 2}, "view": view})
    assert info_rows({}, 2) == [{}, {}]


def test_rows_of_observations() -> None:
    assert row_of_batch(None, 1) is None
    assert row_of_batch(["a", "b"], 1) == "b"
    assert row_of_batch({"x": torch.tensor([[1], [2]])}, 1)["x"].tolist() == [2]


@pytest.mark.parametrize("env_id", IDS)
def test_single_environments_say_success_as_trainers_ask_for_it(env_id: str) -> None:
    env = gymnasium.make(env_id, image_size=48)
    env.reset(seed=0)
    info = env.step(env.unwrapped.oracle())[4]
    assert type(info["is_success"]) is bool and info["is_success"] is info["success"]
