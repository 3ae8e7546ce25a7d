"""A state dict is read and checked whole before any of it is taken."""

from typing import Any

import numpy as np
import pytest
import torch
from rollouts import IDS, assert_same, make, make_vec

from vgym.core import state as states

ID = "VGroundPoint-v0"


@pytest.fixture(scope="module")
def envs() -> Any:
    made = make_vec(ID, 2)
    made.reset(seed=3)
    return made


@pytest.mark.parametrize("env_id", IDS)
def test_every_field_that_is_a_number_has_its_limits(env_id: str) -> None:
    made = make_vec(env_id, 2)
    made.reset(seed=1)
    fields = states.live(made.state)
    said = {limit.field for limit in made.task.limits(made.state)}
    numbers = {name for name, field in fields.items() if field.dtype != torch.bool}
    # An episode's key is any number; what is painted of a slot stays in its picture.
    free = {"key", "view.cloud_key", "draws.params", "draws.bounds", "draws.tint", "draws.alpha"}
    assert said <= fields.keys() and numbers - said <= free
    made.load_state_dict(made.state_dict())


def refused(envs: Any, changed: Any, message: str) -> None:
    before = envs.state_dict()
    with pytest.raises(ValueError, match=message):
        envs.load_state_dict(changed)
    assert_same(envs.state_dict(), before)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("scene.sprite", 10**6, r"\['scene.sprite'\] holds 1000000 in row 1; it must be in \[0, "),
        ("picture", -1, r"'picture'\] holds -1 in row 1; it must be in \[0, "),
        ("tokens", -(2**31), "'tokens'"),
        ("target_boxes", torch.nan, "'target_boxes'.* holds nan"),
        ("target_boxes", torch.inf, "'target_boxes'.* holds inf"),
        ("attempt", 2, r"'attempt'.* it must be in \[0, 1\]"),
        ("corner_yx", 10**9, "'corner_yx'"),
    ],
)
def test_numbers_out_of_place_are_named(envs: Any, field: str, value: float, message: str) -> None:
    saved = envs.state_dict()
    saved["state"][field][1] = value
    refused(envs, saved, message)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tokens", None),
        ("tokens", [[1, 2], [3, 4]]),
        ("tokens", np.zeros((2, 3), np.int32)),
        ("scene.boxes", torch.zeros(1)),
        ("letterbox", torch.zeros(2, 4, dtype=torch.float64)),
        ("letterbox", torch.zeros(2, 4).to_sparse()),
        ("letterbox", torch.zeros(2, 4, device="meta")),
        ("no such field", torch.zeros(2)),
    ],
)
def test_what_is_no_such_field_is_named(envs: Any, field: str, value: Any) -> None:
    saved = envs.state_dict()
    refused(envs, {**saved, "state": {**saved["state"], field: value}}, field)


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("settings", None, "'settings'"),
        ("state", [], "'state'"),
        ("seeds", None, "'seeds'"),
        ("seeds", [1.5, 2.0], "'seeds'.*float64"),
        ("seeds", [-1, 2], "'seeds'"),
        ("episodes", [2**63 - 1, 0], "'episodes'"),
        ("elapsed", [[0], [0]], "'elapsed'"),
        ("done", [0, 1], "'done'.*int64"),
        ("np_random", None, "'np_random'.*generator"),
        ("np_random", {"bit_generator": "MT19937"}, "'np_random'"),
        ("np_random", {"bit_generator": "PCG64", "state": {"state": -1, "inc": 1}}, "'np_random'"),
    ],
)
def test_the_rest_is_checked_too(envs: Any, part: str, value: Any, message: str) -> None:
    refused(envs, {**envs.state_dict(), part: value}, message)


@pytest.mark.parametrize("junk", [None, [], {}, "state", {"seeds": [0]}, {"state": {}}])
def test_what_is_no_state_dict_at_all(envs: Any, junk: Any) -> None:
    refused(envs, junk, "state_dict")
    env = make(ID)
    env.reset(seed=0)
    with pytest.raises(Exception, match="state_dict"):
        env.unwrapped.load_state_dict(junk)


def test_lists_of_numbers_are_rows_too(envs: Any) -> None:
    saved = envs.state_dict()
    listed = {k: saved[k].tolist() for k in ("seeds", "episodes", "elapsed", "done")}
    envs.load_state_dict({**saved, **listed})
    assert_same(envs.state_dict(), saved)


def test_a_single_environment_is_changed_whole_or_not_at_all() -> None:
    env = make(ID)
    env.reset(seed=0)
    saved = env.unwrapped.state_dict()
    env.reset(seed=1)
    before = env.unwrapped.state_dict()
    with pytest.raises(ValueError, match="'own_np_random'"):
        env.unwrapped.load_state_dict({**saved, "own_np_random": {}})
    assert_same(env.unwrapped.state_dict(), before)


def test_what_a_saved_tensor_hangs_on_is_left_behind(envs: Any) -> None:
    saved = envs.state_dict()
    saved["state"]["letterbox"].requires_grad_()
    envs.load_state_dict(saved)
    assert not envs.state.letterbox.requires_grad


@pytest.mark.parametrize("env_id", ["VNavPoint-v0", "VMaze-v0"])
def test_nobody_stands_within_a_wall(env_id: str) -> None:
    envs = make_vec(env_id, 2)
    envs.reset(seed=3)
    saved = envs.state_dict()
    saved["state"]["pose"][1, :2] = 0.01  # the border is wall
    refused(envs, saved, r"\['pose'\] is at .* where no robot of the task can stand")
    saved["state"]["pose"][1, :2] = -1.0
    refused(envs, saved, r"\['pose'\] holds -1.0 in row 1; it must be in \[0, ")
