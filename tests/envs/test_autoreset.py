"""The three autoreset modes against Gymnasium's SyncVectorEnv, and resets of some rows."""

from typing import Any

import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode
from rollouts import ATTEMPT_IDS, IDS, VARIANTS, assert_same, in_words, make_vec, row
from sampling import one_in

MODES = list(AutoresetMode)
# Said by methods of the batch, not in its info.
NOT_IN_BATCH = {"is_success", "instruction", "convention_hint"}


@pytest.mark.parametrize(("env_id", "settings", "mode"), one_in(4, VARIANTS, MODES), ids=in_words)
def test_equal_to_sync_vector_env(
    env_id: str, settings: dict[str, Any], mode: AutoresetMode
) -> None:
    native = make_vec(env_id, 3, autoreset_mode=mode, **settings)
    sync = make_vec(env_id, 3, "sync", vector_kwargs={"autoreset_mode": mode}, **settings)
    _alike(native.reset(seed=11), sync.reset(seed=11))
    sync.action_space.seed(2)
    done = np.zeros(3, np.bool_)
    ended = 0
    for step in range(9):
        if mode is AutoresetMode.DISABLED and done.any():
            _alike(*(envs.reset(options={"reset_mask": done.copy()}) for envs in (native, sync)))
        elif step == 2:
            # From here on the rows are out of step with one another.
            odd = np.array([False, True, False])
            _alike(*(envs.reset(options={"reset_mask": odd.copy()}) for envs in (native, sync)))
        actions = sync.action_space.sample()
        ours, theirs = native.step(actions), sync.step(actions)
        np.testing.assert_array_equal(ours[1], theirs[1].astype(np.float32))
        np.testing.assert_array_equal(ours[2], theirs[2])
        # Gymnasium's own limit around a single environment can set both flags at once.
        np.testing.assert_array_equal(ours[3], theirs[3] & ~theirs[2])
        _alike((ours[0], ours[4]), (theirs[0], theirs[4]))
        done = ours[2] | ours[3]
        ended += int(done.sum())
    if settings or env_id in ATTEMPT_IDS:
        assert ended > 3


def _alike(ours: tuple[Any, Any], theirs: tuple[Any, Any]) -> None:
    """Equal observations, and equal infos wherever Sync has something to say."""
    assert_same(ours[0], theirs[0])
    _same_info(dict(ours[1]), dict(theirs[1]))


def _same_info(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for key, value in theirs.items():
        if key.startswith("_") or key in NOT_IN_BATCH:
            continue
        mask = theirs[f"_{key}"]
        assert ours[f"_{key}"][mask].all(), key
        if key == "final_obs":
            # Ours is one batched dict, Sync's an object array of dicts.
            np.testing.assert_array_equal(ours["_final_obs"], mask)
            for i in np.flatnonzero(mask):
                assert_same(row(ours[key], i), value[i])
        elif isinstance(value, dict):
            _same_info(ours[key], value)
        else:
            np.testing.assert_array_equal(
                ours[key][mask], value[mask].astype(ours[key].dtype), err_msg=key
            )


@pytest.mark.parametrize("env_id", IDS)
def test_default_is_same_step_and_declared(env_id: str) -> None:
    assert make_vec(env_id, 2).metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    for mode in MODES:
        envs = make_vec(env_id, 2, autoreset_mode=mode.value)
        assert envs.metadata["autoreset_mode"] is mode
    with pytest.raises(ValueError, match="did you mean 'SameStep'"):
        make_vec(env_id, 2, autoreset_mode="SamStep")


def told_at_reset(info: dict[str, Any]) -> list[str]:
    """Masks that say which rows a reset told something; none where it tells nothing."""
    return [name for name in info if name.startswith("_")]


@pytest.mark.parametrize(("env_id", "settings", "mode"), one_in(4, VARIANTS, MODES), ids=in_words)
def test_reset_of_some_rows_leaves_the_others(
    env_id: str, settings: dict[str, Any], mode: AutoresetMode
) -> None:
    disturbed, calm = (make_vec(env_id, 4, autoreset_mode=mode, **settings) for _ in range(2))
    mask = np.array([True, False, False, True])
    others = np.flatnonzero(~mask)
    options = {"reset_mask": mask}
    for envs in (disturbed, calm):
        envs.reset(seed=3)
    calm.action_space.seed(0)
    observation = calm.reset(seed=3)[0]
    if settings:  # episodes of several steps: in the middle of one
        actions = calm.action_space.sample()
        observation = calm.step(actions)[0]
        disturbed.step(actions)
    before = disturbed.state_dict()
    partly, info = disturbed.reset(options=options)
    after = disturbed.state_dict()
    assert list(options) == ["reset_mask"] and options["reset_mask"] is mask
    assert mask.tolist() == [True, False, False, True]
    for name in told_at_reset(info):
        np.testing.assert_array_equal(info[name], mask, name)
    for i in others:
        assert_same(row(partly, i), row(observation, i))
    for i in np.flatnonzero(mask):
        assert not np.array_equal(partly["image"][i], observation["image"][i])
    for name, tensor in before["state"].items():
        assert_same(after["state"][name][others], tensor[others], name)
    assert (after["episodes"] - before["episodes"]).tolist() == [1, 0, 0, 1]
    for _ in range(4):
        if mode is AutoresetMode.DISABLED:
            break
        actions = calm.action_space.sample()
        a, b = disturbed.step(actions), calm.step(actions)
        for i in others:
            assert_same(row(a[0], i), row(b[0], i))
            for mine, theirs in zip(a[1:4], b[1:4], strict=True):
                assert mine[i] == theirs[i]


@pytest.mark.parametrize("env_id", IDS)
def test_disabled_refuses_ended_rows_and_names_them(env_id: str) -> None:
    envs = make_vec(env_id, 3, autoreset_mode=AutoresetMode.DISABLED, max_episode_steps=1)
    envs.reset(seed=0)
    envs.step(envs.unwrapped.oracle())
    before = envs.state_dict()
    with pytest.raises(ResetNeeded, match=r"\[0, 1, 2\] have ended"):
        envs.step(envs.unwrapped.oracle())
    assert_same(envs.state_dict(), before)
    envs.reset(options={"reset_mask": np.array([True, False, True])})
    with pytest.raises(ResetNeeded, match=r"\[1\] have ended"):
        envs.step(envs.unwrapped.oracle())


@pytest.mark.parametrize("env_id", IDS)
def test_next_step_ignores_the_action_of_a_row_that_starts_anew(env_id: str) -> None:
    envs = make_vec(env_id, 2, autoreset_mode=AutoresetMode.NEXT_STEP, max_episode_steps=1)
    told = told_at_reset(envs.reset(seed=0)[1])
    ended = envs.step(envs.unwrapped.oracle())
    assert (ended[2] | ended[3]).all()
    whole = np.issubdtype(envs.action_space.dtype, np.integer)
    junk = np.full(envs.action_space.shape, -7 if whole else np.nan, envs.action_space.dtype)
    _, reward, terminated, truncated, info = envs.step(junk)
    assert not terminated.any() and not truncated.any() and reward.tolist() == [0, 0]
    assert not info["_success"].any()
    assert all(info[name].all() for name in told)
    after = envs.step(envs.unwrapped.oracle())
    assert after[4]["_success"].all() and (after[2] | after[3]).all()


@pytest.mark.parametrize("env_id", IDS)
def test_seeded_reset_of_some_rows(env_id: str) -> None:
    envs = make_vec(env_id, 3)
    whole = envs.reset(seed=20)[0]
    envs.reset(seed=90)
    partly = envs.reset(seed=20, options={"reset_mask": np.array([False, True, False])})[0]
    assert_same(row(partly, 1), row(whole, 1))
    assert not np.array_equal(partly["image"][0], whole["image"][0])


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_hints_are_of_the_answer_though_some_rows_start_anew(env_id: str) -> None:
    heard = []
    for mode in (AutoresetMode.SAME_STEP, AutoresetMode.DISABLED):
        envs = make_vec(env_id, 32, autoreset_mode=mode, attempts=2)
        envs.reset(seed=0)
        envs.step(envs.unwrapped.oracle())
        envs.reset(seed=0, options={"reset_mask": np.arange(32) % 2 == 0})
        answer = envs.unwrapped.oracle()
        if answer.ndim == 2:
            swapped = answer.reshape(32, -1, 2)[..., ::-1].reshape(answer.shape)
        else:
            swapped = answer[..., [1, 0, 3, 2, 4]]
        envs.step(np.ascontiguousarray(swapped))
        heard.append(envs.unwrapped.convention_hints())
    assert heard[0] == heard[1] and sum("yx" in hint for hint in heard[0]) >= 16
