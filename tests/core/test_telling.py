"""What is measured against the truth is told when an episode ends, and before by `expose` alone."""

from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium.vector import AutoresetMode
from rollouts import IDS, make, make_vec, takes

import vgym
from vgym.core.telling import untold
from vgym.core.vector_env import VectorEnv
from vgym.registration import row_of

EVERY_STEP = {"success", "reward_terms", "reward_flagged"}
NOT_METRICS = {"success", "reward_terms", "view", "final_obs", "final_info"}
SEVERAL = [env_id for env_id in IDS if not takes(env_id, "level")]


def several(env_id: str) -> dict[str, Any]:
    """Settings with which an episode has several steps, the third its last."""
    return {"max_episode_steps": 3, **({"attempts": 9} if takes(env_id, "attempts") else {})}


def still(env_id: str, envs: Any) -> Any:
    """What ends no episode: a turn, a click into the corner, an answer there."""
    return np.full_like(envs.action_space.sample(), 2 if env_id.startswith("VNav") else 0)


def metrics_in(info: dict[str, Any]) -> list[str]:
    return [
        name
        for name, values in info.items()
        if f"_{name}" in info and name not in NOT_METRICS and not holds_words(values)
    ]


def holds_words(values: Any) -> bool:
    return isinstance(values, dict) or values.dtype == object


def hold_nothing_else(info: dict[str, Any]) -> None:
    """Rows that an info is not of, be it that they were only reset, hold no number."""
    for name in ("success", *metrics_in(info)):
        values = info[name][~info[f"_{name}"]]
        assert not np.nan_to_num(values).any(), name
        assert values.dtype.kind != "f" or np.isnan(values).all(), name
    terms = info["reward_terms"]
    for name in terms:
        assert name.startswith("_") or not terms[name][~terms[f"_{name}"]].any(), name


@pytest.mark.parametrize("mode", list(AutoresetMode))
@pytest.mark.parametrize("env_id", SEVERAL)
def test_a_batch_says_which_rows_are_told(env_id: str, mode: AutoresetMode) -> None:
    envs = make_vec(env_id, 2, autoreset_mode=mode, **several(env_id))
    plain = make_vec(env_id, 2, autoreset_mode=mode, expose="truth", **several(env_id))
    for each in (envs, plain):
        each.reset(seed=5)
        each.step(still(env_id, each))
        each.reset(seed=6, options={"reset_mask": np.array([False, True])})  # out of step
    told = envs.unwrapped.task.told | {"reward_flagged"}
    seen = np.zeros(2, np.int64)
    for _ in range(3):
        action = still(env_id, envs)
        _, _, terminated, truncated, info = envs.step(action)
        whole = plain.step(action)[4]
        ended, rows = terminated | truncated, info["_success"]
        assert metrics_in(info) == metrics_in(whole) and told < set(metrics_in(info))
        for name in metrics_in(info):
            np.testing.assert_array_equal(info[f"_{name}"], rows if name in told else ended)
            np.testing.assert_array_equal(whole[f"_{name}"], rows)
            mask, dtype = info[f"_{name}"], info[name].dtype
            assert dtype == whole[name].dtype
            np.testing.assert_array_equal(info[name][mask], whole[name][mask])
        hold_nothing_else(info)
        hold_nothing_else(whole)
        if ended.any() and mode is AutoresetMode.SAME_STEP:
            hold_nothing_else(info["final_info"])
            for name in metrics_in(info["final_info"]):
                np.testing.assert_array_equal(info["final_info"][f"_{name}"], ended)
        seen += ended
        if ended.any() and mode is AutoresetMode.DISABLED:
            for each in (envs, plain):
                each.reset(options={"reset_mask": ended.copy()})
    assert (seen > 0).all(), "no episode ended in a row: the test shows nothing"


@pytest.mark.parametrize("env_id", SEVERAL)
def test_one_environment_leaves_out_what_is_not_told(env_id: str) -> None:
    env = make(env_id, **several(env_id))
    env.reset(seed=5)
    told = EVERY_STEP | {"is_success"} | env.unwrapped.task.told
    action = still(env_id, env)
    infos = [env.step(action)[4] for _ in range(3)]
    assert set(infos[0]) == set(infos[1]) == told
    assert set(infos[2]) > told | {"convention_hint"}
    env = make(env_id, expose="truth", **several(env_id))
    env.reset(seed=5)
    assert set(env.step(action)[4]) == set(infos[2])


def test_expose_takes_two_words() -> None:
    with pytest.raises(ValueError, match=r"did you mean 'truth'"):
        make("VNavPoint-v0", expose="thruth")


def test_terms_behind_a_shut_gate_read_nothing() -> None:
    """Softened SPL is paid once, at the end; before, its term would tell how far it is."""
    heard = {}
    for expose in ("end", "truth"):
        envs = make_vec("VNavPoint-v0", 4, reward="soft-spl", max_episode_steps=9, expose=expose)
        envs.reset(seed=0)
        heard[expose] = []
        for _ in range(9):
            way = envs.unwrapped.oracle()
            _, reward, _, _, info = envs.step(np.where(way == 0, 2, way))
            heard[expose].append(info["reward_terms"]["soft_spl"])
    end, truth = (np.stack(heard[expose]) for expose in ("end", "truth"))
    assert (end[:-1] == 0).all() and (truth[:-1] != 0).any()
    np.testing.assert_array_equal(end[-1], truth[-1])
    np.testing.assert_allclose(end[-1], reward, atol=1e-6)


def test_robots_of_a_team_hear_of_their_ways_at_the_end() -> None:
    settings = {"robots": 2, "image_size": 36, "worlds": 2, "rooms": 4, "max_episode_steps": 2}
    envs = VectorEnv(row_of("VNavTeam-v0").task, 2, **settings)
    envs.reset(seed=0)
    wait = np.zeros((2, 2), np.int64)
    first, last = envs.step(wait)[4], envs.step(wait)[4]
    assert np.isnan(first["distance"]).all() and not first["_distance"].any()
    assert first["_collisions"].all() and last["_distance"].all()
    assert np.isfinite(last["final_info"]["distance"]).all()


def test_learners_hear_the_same_in_rows() -> None:
    envs = vgym.sb3_vec_env(
        "VNavPoint-v0", 2, image_size=36, worlds=2, rooms=4, max_episode_steps=2
    )
    envs.reset()
    for ended in (False, True):
        for info in envs.step(np.full(2, 2))[3]:
            assert ("distance_to_goal" in info) is ended and "path_length" in info


def test_gymnasiums_list_of_infos_has_what_is_told() -> None:
    envs = gymnasium.wrappers.vector.DictInfoToList(
        make_vec("VNavPoint-v0", 2, max_episode_steps=2, autoreset_mode="NextStep")
    )
    envs.reset(seed=0)
    for ended in (False, True):
        for info in envs.step(np.full(2, 2))[4]:
            assert ("distance_to_goal" in info) is ended


def test_untold_values_are_of_their_own_memory() -> None:
    hidden = torch.tensor([True, False])
    for values in (torch.ones(2), torch.ones(2, 3), torch.ones(2, dtype=torch.bool)):
        left = untold(values, hidden)
        assert left.dtype == values.dtype and values.all()
        assert not left[0].nan_to_num().any() and left[1].all()
