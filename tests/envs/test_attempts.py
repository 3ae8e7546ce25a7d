"""Episodes of several answers: the last one counts, what was answered is shown."""

from typing import Any

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from rollouts import ATTEMPT_IDS, assert_same, leaves, make, make_vec, row, unseen


def answered_in(env: Any) -> str:
    """The picture in which answers are drawn."""
    base = env.unwrapped
    name: str = getattr(base, "batch", base).task.answered_in
    return name


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_the_last_answer_alone_counts(env_id: str) -> None:
    """So k blind tries are worth exactly one of them: nothing but its own answer pays a row."""
    once = unseen(make_vec(env_id, 32, difficulty=0, autoreset_mode=AutoresetMode.DISABLED))
    once.reset(seed=0)
    once.action_space.seed(0)
    truth, wrong = once.unwrapped.oracle(), np.zeros_like(once.action_space.low)
    tries = [truth, wrong, *(once.action_space.sample() for _ in range(6))]
    alone = []
    for answer in tries:
        once.reset(seed=0)
        alone.append(once.step(answer))
    for attempts in (3, 8):
        for shift in range(0, len(tries), 3):
            answers = np.roll(np.arange(len(tries)), shift)[:attempts]
            several = unseen(make_vec(env_id, 32, difficulty=0, attempts=attempts))
            several.reset(seed=0)
            paid = np.zeros(32, np.float32)
            for answer in answers:
                _, reward, terminated, _, info = several.step(tries[answer])
                paid += reward
                assert terminated.all() == (answer == answers[-1])
            _, value, _, _, judged = alone[answers[-1]]
            np.testing.assert_array_equal(paid, value)
            for name in ("success", *(name for name in judged if f"_{name}" in judged)):
                assert_same(info["final_info"][name], judged[name], name)
    assert alone[0][1].min() > 0.9 and alone[1][1].mean() < 0.5


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_nothing_between_answers_depends_on_the_truth(env_id: str) -> None:
    """Whoever reads rewards and infos, to find the target from how far answers lie from it."""
    for reward in ("dense", "sparse", lambda facts: 0.5 + facts["target_boxes"][:, 0, 0]):
        envs = make_vec(
            env_id, 16, attempts=3, reward=reward, autoreset_mode=AutoresetMode.DISABLED
        )
        envs.reset(seed=0)
        for answer in (envs.unwrapped.oracle(), envs.action_space.sample()):
            _, value, _, _, info = envs.step(answer)
            assert (value == 0).all() and not info["success"].any()
            for path, values in leaves({name: info[name] for name in info if name != "view"}):
                same = values[:1].repeat(16, 0)
                np.testing.assert_array_equal(values, same, err_msg=f"{path} tells rows apart")
        assert (envs.step(envs.unwrapped.oracle())[1] > 0).all()
    env = make(env_id, attempts=2)
    env.reset(seed=0)
    told = env.step(np.ascontiguousarray(env.unwrapped.oracle()))[4]
    assert set(told) == {"success", "is_success", "reward_flagged", "reward_terms"}
    assert not told["success"] and not any(told["reward_terms"].values())


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_a_draft_may_be_judged_for_those_who_ask(env_id: str) -> None:
    env = make(env_id, attempts=2, expose="truth")
    env.reset(seed=0)
    told = env.step(env.unwrapped.oracle())[4]
    assert told["f1" if "f1" in told else "hit"] == 1 and told["convention_hint"] == ""
    assert not told["success"]


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_the_last_answer_is_drawn(env_id: str) -> None:
    env = make(env_id, attempts=3, image_size=64)
    before, _ = env.reset(seed=0)
    shown = answered_in(env)
    clean = make(env_id, image_size=64).reset(seed=0)[0][shown]
    np.testing.assert_array_equal(before[shown], clean)
    first = env.step(env.unwrapped.oracle())[0][shown]
    changed = (first != clean).any(-1)
    assert changed.any(), "the answer is not to be seen"
    x0, y0, x1, y1 = env.unwrapped.batch.state.answer[0, 0].numpy()
    rows, columns = np.nonzero(changed)
    if not env_id.startswith("VGroundMany"):
        assert x0 - 6 <= columns.min() and columns.max() <= x1 + 6
        assert y0 - 6 <= rows.min() and rows.max() <= y1 + 6
    second = env.step(env.action_space.low + 0.2)[0][shown]
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_one_attempt_draws_nothing(env_id: str) -> None:
    envs = make_vec(env_id, 4, autoreset_mode=AutoresetMode.DISABLED)
    shown = answered_in(envs)
    before = envs.reset(seed=0)[0][shown]
    np.testing.assert_array_equal(envs.step(envs.unwrapped.oracle())[0][shown], before)


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_final_observation_shows_the_last_answer(env_id: str) -> None:
    same = make_vec(env_id, 4, attempts=2, image_size=64)
    disabled = make_vec(env_id, 4, attempts=2, image_size=64, autoreset_mode=AutoresetMode.DISABLED)
    for envs in (same, disabled):
        envs.reset(seed=0)
        envs.step(envs.unwrapped.oracle())
    shown = answered_in(same)
    answer = same.unwrapped.oracle() * np.float32(0.5)
    observation, _, _, _, info = same.step(answer)
    last = disabled.step(answer)[0]
    for i in range(4):
        np.testing.assert_array_equal(info["final_obs"][shown][i], last[shown][i])
        assert not np.array_equal(row(observation, i)[shown], last[shown][i])


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_a_lower_limit_is_the_number_of_attempts(env_id: str) -> None:
    """The answer that the limit lets be the last is final: it is paid, and an end of its own."""
    for attempts in (2, 5):
        envs = make_vec(env_id, 2, attempts=attempts, max_episode_steps=2)
        envs.reset(seed=0)
        for expected in (False, True, False, True):
            _, reward, terminated, truncated, info = envs.step(envs.unwrapped.oracle())
            assert terminated.tolist() == [expected] * 2 and not truncated.any()
            assert (reward > 0.9).tolist() == info["success"].tolist() == [expected] * 2
        env = make(env_id, attempts=attempts, max_episode_steps=2)
        env.reset(seed=0)
        ends = [env.step(env.unwrapped.oracle())[2:4] for _ in range(2)]
        assert ends == [(False, False), (True, False)]
