"""One step limit, whichever way an environment was made: the task knows it, the spec tells it."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import TimeLimit
from rollouts import unseen

import vgym
from vgym.core.task import load_task
from vgym.registration import registered

POINT = {"reward": "minigrid", "image_size": 36, "rooms": 4, "worlds": 2}
SMALL = {"image_size": 36}


def walked(env: Any, single: Any) -> tuple[float, bool, bool, int]:
    """The first episode of seed 0 by the oracle: return, both flags, number of steps."""
    env.reset(seed=0)
    total, steps = 0.0, 0
    while True:
        _, reward, terminated, truncated, _ = env.step(single.oracle())
        total, steps = total + float(np.sum(reward)), steps + 1
        if terminated or truncated:
            return round(total, 4), bool(terminated), bool(truncated), steps


def by_make(id: str, **settings: Any) -> tuple[float, bool, bool, int]:
    env = gymnasium.make(id, **settings)
    return walked(env, env.unwrapped)


def by_spec(id: str, **settings: Any) -> tuple[float, bool, bool, int]:
    env = gymnasium.make(gymnasium.make(id, **settings).spec)
    return walked(env, env.unwrapped)


def natively(id: str, **settings: Any) -> tuple[float, bool, bool, int]:
    envs = gymnasium.make_vec(id, num_envs=1, **settings)
    return walked(envs, envs.unwrapped)


def by_sync(id: str, **settings: Any) -> tuple[float, bool, bool, int]:
    envs = gymnasium.make_vec(id, num_envs=1, vectorization_mode="sync", **settings)
    inner: Any = envs.envs[0].unwrapped

    class Batched:
        def oracle(self) -> list[Any]:
            return [inner.oracle()]

    return walked(envs, Batched())


WAYS = pytest.mark.parametrize(
    "way", [by_make, by_spec, by_sync, natively], ids=lambda w: w.__name__
)


@WAYS
def test_a_recipe_pays_by_the_limit(way: Any) -> None:
    assert way("VNavPoint-v0", max_episode_steps=60, **POINT) == (0.355, True, False, 43)


@WAYS
@pytest.mark.parametrize("limit", [42, 43, 600], ids=str)
def test_the_limit_is_lowered_and_raised(way: Any, limit: int) -> None:
    paid, terminated, truncated, steps = way("VNavPoint-v0", max_episode_steps=limit, **POINT)
    assert (terminated, truncated, steps) == (limit >= 43, limit < 43, min(43, limit))
    assert paid == (round(1 - 0.9 * 43 / limit, 4) if limit >= 43 else 0)


@pytest.mark.parametrize(
    "way",
    [by_make, natively, *(pytest.param(way, marks=pytest.mark.slow) for way in (by_spec, by_sync))],
)
def test_a_limit_above_the_default_is_reached(way: Any) -> None:
    settings = {**POINT, "max_episode_steps": 502}
    made: Any = (
        gymnasium.make("VNavPoint-v0", **settings)
        if way in (by_make, by_spec)
        else gymnasium.make_vec(
            "VNavPoint-v0",
            num_envs=1,
            vectorization_mode="sync" if way is by_sync else "vector_entry_point",
            **settings,
        )
    )
    if way is not by_sync:
        unseen(made)
    made.reset(seed=0)
    single = way in (by_make, by_spec)
    for step in range(1, 503):
        _, _, terminated, truncated, _ = made.step(1 if single else [1])  # turn left for ever
        assert (bool(terminated), bool(truncated)) == (False, step == 502), step


@WAYS
@pytest.mark.parametrize("id", ["VGround-v0", "VGui-v0", "VNavActivate-v0"])
def test_an_answer_at_the_limit_ends_by_being_the_answer(way: Any, id: str) -> None:
    assert way(id, max_episode_steps=1, image_size=64)[1:] == (True, False, 1)


def test_a_time_limit_put_on_by_hand_neither_cuts_off_what_is_over() -> None:
    env = TimeLimit(gymnasium.make("VGround-v0", **SMALL), 1)
    for seed in range(3):
        env.reset(seed=seed)
        _, _, terminated, truncated, _ = env.step(env.unwrapped.oracle())
        assert (terminated, truncated) == (True, False)
    env = TimeLimit(gymnasium.make("VGround-v0", attempts=5, **SMALL), 2)
    env.reset(seed=0)
    assert [env.step([0, 0, 0, 0])[2:4] for _ in range(2)] == [(False, False), (False, True)]


@pytest.mark.parametrize("limit", [-1, 0, 2.5, True, "10"], ids=repr)
def test_no_limit_is_taken_that_is_none(limit: Any) -> None:
    with pytest.raises(ValueError, match=f"max_episode_steps={limit!r} must be a positive integer"):
        gymnasium.make("VNavPoint-v0", max_episode_steps=limit, **POINT)
    with pytest.raises(ValueError, match=f"max_episode_steps={limit!r} must be a positive integer"):
        gymnasium.make_vec("VNavPoint-v0", num_envs=2, max_episode_steps=limit, **POINT)


def test_what_a_state_cannot_hold_is_refused_when_made() -> None:
    with pytest.raises(ValueError, match="max_episode_steps=20000 must be 1 to 10000"):
        gymnasium.make("VNavPoint-v0", max_episode_steps=20_000, **POINT)


def test_none_is_the_default() -> None:
    made = gymnasium.make("VMaze-v0", max_episode_steps=None, **SMALL)
    batch = gymnasium.make_vec("VMaze-v0", num_envs=2, max_episode_steps=None, **SMALL)
    assert made.unwrapped.step_limit == batch.unwrapped.step_limit == 1000


@pytest.mark.parametrize("row", registered(), ids=lambda row: row.id)
def test_the_registry_tells_what_the_task_does(row: Any) -> None:
    if not row.made_by:
        assert gymnasium.spec(row.id).max_episode_steps == row.max_episode_steps
    if row.task:
        task = load_task(row.task, dict(row.settings))
        assert task.config.max_episode_steps == row.max_episode_steps


@pytest.mark.parametrize("id", ["VGround-v0", "VMaze-v0", "VNavActivate-v0"])
@pytest.mark.parametrize("limit", [None, 7])
def test_the_limit_stands_in_the_spec(id: str, limit: int | None) -> None:
    given = {} if limit is None else {"max_episode_steps": limit}
    expected = limit or gymnasium.spec(id).max_episode_steps
    env = gymnasium.make(id, **given, **SMALL)
    assert env.spec is not None and env.unwrapped.spec is not None
    assert env.spec.max_episode_steps == env.unwrapped.spec.max_episode_steps == expected
    envs = gymnasium.make_vec(id, num_envs=2, **given, **SMALL)
    assert envs.spec is not None and envs.spec.max_episode_steps == expected


def test_an_own_id_has_a_limit_of_its_own() -> None:
    path = "vgym.envs.navigation.task:NavigationTask"
    vgym.register("VShort-v0", task=path, goal="point", max_episode_steps=9, worlds=2, rooms=4)
    try:
        assert gymnasium.spec("VShort-v0").max_episode_steps == 9
        assert gymnasium.make("VShort-v0").unwrapped.step_limit == 9
        assert gymnasium.make_vec("VShort-v0", num_envs=2).unwrapped.step_limit == 9
        assert gymnasium.make("VShort-v0", max_episode_steps=600).unwrapped.step_limit == 600
        sync = gymnasium.make_vec("VShort-v0", num_envs=1, vectorization_mode="sync")
        assert sync.envs[0].unwrapped.step_limit == 9
    finally:
        vgym.unregister("VShort-v0")


def test_an_environment_within_one_that_is_made_has_its_own_limit() -> None:
    """Only the environment that `make` itself calls for is told."""

    class Outer(gymnasium.Wrapper[Any, Any, Any, Any]):
        def __init__(self, **settings: Any) -> None:
            super().__init__(vgym.core.single_env.Env("vgym.envs.grounding.task:GroundingTask"))

    gymnasium.register("Outer-v0", entry_point=Outer)
    try:
        assert gymnasium.make("Outer-v0", max_episode_steps=4).unwrapped.step_limit is None
    finally:
        gymnasium.registry.pop("Outer-v0")
