"""Saving in mid-episode: the tail is the same, however it is saved."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import cloudpickle
import numpy as np
import pytest
from rollouts import IDS, VARIANTS, assert_same, in_words, make, make_vec, middling, small
from sampling import one_in

from vgym.core.single_env import Env
from vgym.registration import row_of

COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda env: pickle.loads(pickle.dumps(env)),
    "cloudpickle": lambda env: cloudpickle.loads(cloudpickle.dumps(env)),
    "deepcopy": copy.deepcopy,
}


def _middle(env: Any, steps: int) -> Any:
    """The environment after its first episode and a few steps of a later one."""
    env.reset(seed=5)
    env.reset()
    actions = _actions(env, steps)
    for action in actions:
        env.step(action)
    return env


def _actions(env: Any, count: int) -> list[Any]:
    env.action_space.seed(count)
    return [env.action_space.sample() for _ in range(count)]


def _tail(env: Any, actions: list[Any]) -> list[Any]:
    """What the actions and the resets between them return."""
    returned = []
    for action in actions:
        step = env.step(action)
        returned.append(step)
        if np.ndim(step[2]) == 0 and (step[2] or step[3]):
            returned.append(env.reset())
    return [*returned, env.reset(), env.np_random.random(), env.action_space.sample()]


@pytest.mark.parametrize(
    ("env_id", "settings", "num_envs"), one_in(3, VARIANTS, (0, 3)), ids=in_words
)
def test_state_dict_in_the_middle_gives_the_same_tail(
    env_id: str, settings: dict[str, Any], num_envs: int
) -> None:
    def new() -> Any:
        if num_envs:
            return make_vec(env_id, num_envs, **settings)
        # Without gymnasium.make's wrappers, whose counters are not ours to save.
        row = row_of(env_id)
        return Env(row.task, **row.settings, **small(env_id), **settings)

    env = _middle(new(), 1 if settings else 0)
    saved = env.unwrapped.state_dict()
    actions = _actions(env, 5)
    want = _tail(env, actions)
    assert_same(pickle.loads(pickle.dumps(saved)), saved)
    # Into one that was never reset, into one in the middle of something else, into itself.
    for other in (new(), _middle(new(), 0), env):
        other.unwrapped.load_state_dict(saved)
        assert_same(other.unwrapped.state_dict(), saved)
        assert_same(_tail(other, actions)[:-1], want[:-1])  # spaces draw by themselves


@pytest.mark.parametrize(
    ("env_id", "settings", "num_envs"), one_in(3, VARIANTS, (0, 3)), ids=in_words
)
def test_copies_branch_alike(env_id: str, settings: dict[str, Any], num_envs: int) -> None:
    env = make_vec(env_id, num_envs, **settings) if num_envs else make(env_id, **settings)
    _middle(env, 1 if settings else 0)
    actions = _actions(env, 5)
    copies = {kind: copied(env) for kind, copied in COPIES.items()}
    want = _tail(env, actions)
    for kind, twin in copies.items():
        assert_same(_tail(twin, actions), want, kind)


@pytest.mark.parametrize("env_id", IDS)
def test_copies_of_what_was_not_reset_or_is_closed(env_id: str) -> None:
    for make_one in (lambda: make(env_id), lambda: make_vec(env_id, 2)):
        env = make_one()
        twin = pickle.loads(pickle.dumps(env))
        assert_same(twin.reset(seed=1)[0], env.reset(seed=1)[0])
        env.close()
        with pytest.raises(Exception, match="closed"):
            pickle.loads(pickle.dumps(env)).unwrapped.reset(seed=1)


@pytest.mark.parametrize("env_id", IDS)
def test_before_the_first_reset(env_id: str) -> None:
    env = make_vec(env_id, 2)
    saved = env.state_dict()
    env.reset(seed=3)
    env.load_state_dict(saved)
    assert not env.started
    a = make_vec(env_id, 2)
    a.load_state_dict(saved)
    assert_same(env.reset()[0], a.reset()[0])


@pytest.mark.parametrize("env_id", IDS)
def test_another_batch_size_is_refused(env_id: str) -> None:
    three, two = make_vec(env_id, 3), make_vec(env_id, 2)
    three.reset(seed=0)
    two.reset(seed=0)
    before = two.state_dict()
    with pytest.raises(ValueError, match="holds 3 environments, this batch has 2"):
        two.load_state_dict(three.state_dict())
    assert_same(two.state_dict(), before)
    env = make(env_id)
    env.reset(seed=0)
    with pytest.raises(Exception, match="made by a batch"):
        env.unwrapped.load_state_dict(three.state_dict())


@pytest.mark.parametrize("env_id", IDS)
def test_other_settings_are_refused(env_id: str) -> None:
    env = make(env_id)
    env.reset(seed=0)
    splits = row_of(env_id).family.splits
    for settings in ({"split": splits[-1]}, {"difficulty": 1.0}, {"image_size": 64}):
        if settings == {"split": env.unwrapped.task.config.split}:
            continue  # there is no other
        other = make(env_id, **settings)
        other.reset(seed=0)
        with pytest.raises(ValueError, match="settings"):
            other.unwrapped.load_state_dict(env.unwrapped.state_dict())


@pytest.mark.parametrize("env_id", IDS)
def test_a_closed_environment_takes_no_state(env_id: str) -> None:
    envs = make_vec(env_id, 2)
    envs.reset(seed=0)
    saved = envs.state_dict()
    envs.close()
    with pytest.raises(Exception, match="closed"):
        envs.load_state_dict(saved)


@pytest.mark.parametrize("env_id", IDS)
def test_the_saved_state_is_not_alive(env_id: str) -> None:
    env = make(env_id)
    env.reset(seed=0)
    saved = env.unwrapped.state_dict()
    kept = copy.deepcopy(saved)
    env.step(middling(env.action_space))
    env.reset()
    assert_same(saved, kept)


@pytest.mark.parametrize("env_id", IDS)
def test_a_callable_reward_is_copied(env_id: str) -> None:
    env = make(env_id, reward=lambda facts: facts["format_ok"] * 0 + 0.5)
    env.reset(seed=0)
    twin = cloudpickle.loads(cloudpickle.dumps(env))
    assert twin.step(middling(env.action_space))[1] == 0.5
