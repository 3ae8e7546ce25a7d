"""Episodes of several answers: what improves is paid, what was answered is shown."""

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from rollouts import ATTEMPT_IDS, make, make_vec, row


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_sum_of_rewards_is_the_best_value(env_id: str) -> None:
    attempts = 4
    several = make_vec(env_id, 32, attempts=attempts, difficulty=0)
    several.reset(seed=0)
    several.action_space.seed(0)
    answers = [several.action_space.sample() for _ in range(attempts - 1)]
    truth = several.unwrapped.oracle()
    # Halfway to the truth is better than most, and the last answer is the worst of all.
    answers[1] = (answers[1] + truth) / 2
    answers.append(answers[0])
    paid = np.zeros(32)
    for number, answer in enumerate(answers):
        _, reward, terminated, _, _ = several.step(answer)
        paid += reward
        assert terminated.all() == (number == attempts - 1)
        assert (reward >= 0).all()
    once = make_vec(env_id, 32, difficulty=0)
    values = []
    for answer in answers:
        once.reset(seed=0)
        values.append(once.step(answer)[1])
    np.testing.assert_allclose(paid, np.max(values, axis=0), atol=1e-5)
    assert (np.max(values, axis=0) > values[0]).any(), "nothing improved: the test shows nothing"


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_success_stays(env_id: str) -> None:
    env = make(env_id, attempts=3)
    env.reset(seed=0)
    truth = env.unwrapped.oracle()
    assert env.step(truth)[4]["success"]
    wrong = np.zeros_like(truth)
    _, reward, terminated, _, info = env.step(wrong)
    assert info["success"] and reward == 0 and not terminated
    assert env.step(wrong)[2]


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_the_last_answer_is_drawn(env_id: str) -> None:
    env = make(env_id, attempts=3, image_size=64)
    before, _ = env.reset(seed=0)
    clean = make(env_id, image_size=64).reset(seed=0)[0]["image"]
    np.testing.assert_array_equal(before["image"], clean)
    first = env.step(env.unwrapped.oracle())[0]["image"]
    changed = (first != clean).any(-1)
    assert changed.any(), "the answer is not to be seen"
    x0, y0, x1, y1 = env.unwrapped.batch.state.answer[0, 0].numpy()
    rows, columns = np.nonzero(changed)
    if not env_id.startswith("VGroundMany"):
        assert x0 - 6 <= columns.min() and columns.max() <= x1 + 6
        assert y0 - 6 <= rows.min() and rows.max() <= y1 + 6
    second = env.step(env.action_space.low + 0.2)[0]["image"]
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_one_attempt_draws_nothing(env_id: str) -> None:
    envs = make_vec(env_id, 4, autoreset_mode=AutoresetMode.DISABLED)
    before = envs.reset(seed=0)[0]["image"]
    np.testing.assert_array_equal(envs.step(envs.unwrapped.oracle())[0]["image"], before)


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_final_observation_shows_the_last_answer(env_id: str) -> None:
    same = make_vec(env_id, 4, attempts=2, image_size=64)
    disabled = make_vec(env_id, 4, attempts=2, image_size=64, autoreset_mode=AutoresetMode.DISABLED)
    for envs in (same, disabled):
        envs.reset(seed=0)
        envs.step(envs.unwrapped.oracle())
    answer = same.unwrapped.oracle() * np.float32(0.5)
    observation, _, _, _, info = same.step(answer)
    last = disabled.step(answer)[0]
    for i in range(4):
        np.testing.assert_array_equal(info["final_obs"]["image"][i], last["image"][i])
        assert not np.array_equal(row(observation, i)["image"], last["image"][i])


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_a_limit_truncates(env_id: str) -> None:
    envs = make_vec(env_id, 2, attempts=5, max_episode_steps=2)
    envs.reset(seed=0)
    for expected in (False, True, False, True):
        _, _, terminated, truncated, _ = envs.step(envs.unwrapped.oracle())
        assert truncated.tolist() == [expected] * 2 and not terminated.any()
    # The last attempt is an end of its own, not the limit's.
    envs = make_vec(env_id, 2, attempts=2, max_episode_steps=2)
    envs.reset(seed=0)
    envs.step(envs.unwrapped.oracle())
    _, _, terminated, truncated, _ = envs.step(envs.unwrapped.oracle())
    assert terminated.all() and not truncated.any()
    env = make(env_id, attempts=5, max_episode_steps=2)
    env.reset(seed=0)
    assert [env.step(env.unwrapped.oracle())[3] for _ in range(2)] == [False, True]
