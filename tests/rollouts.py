"""Small environments of every registered id, their variants, and exact comparison of returns."""

import importlib
from collections.abc import Iterator
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium import spaces

from vgym.core.action_forms import FORMS
from vgym.core.config import make_config
from vgym.envs.geolocation.answers import FORMS as ANSWER_FORMS
from vgym.envs.geolocation.moves import FORMS as MOVE_FORMS
from vgym.registration import registered, row_of

IDS = tuple(row.id for row in registered() if row.native)
SMALL = {"image_size": 48}


def small(env_id: str) -> dict[str, Any]:
    """Settings with which an id is quick to make and to step."""
    sizes = {"worlds": 3, "rooms": 4}
    return {**SMALL, **{name: n for name, n in sizes.items() if takes(env_id, name)}}


def make(env_id: str, **settings: Any) -> Any:
    """One small environment."""
    return gymnasium.make(env_id, **{**small(env_id), **settings})


def make_vec(env_id: str, num_envs: int, mode: str | None = None, **settings: Any) -> Any:
    """A small batch: native, "sync" or "async"."""
    return gymnasium.make_vec(
        env_id, num_envs=num_envs, vectorization_mode=mode, **{**small(env_id), **settings}
    )


def config_class(env_id: str) -> Any:
    """The config dataclass of an id's task."""
    module, _, name = row_of(env_id).task.partition(":")
    return getattr(importlib.import_module(module), name).config_class


def takes(env_id: str, knob: str) -> bool:
    """Whether the id has such a keyword."""
    return knob in {field.name for field in fields(config_class(env_id))}


def forms(env_id: str) -> list[str]:
    """The action forms that the id takes, all of numbers; words have tests of their own."""
    found = []
    for form in (*FORMS, "discrete", "cells", *ANSWER_FORMS, *MOVE_FORMS):
        if form == "text":
            continue
        try:
            make_config(config_class(env_id), {**row_of(env_id).settings, "action": form})
        except ValueError:
            continue
        found.append(form)
    return found


FORM_CASES = [(env_id, form) for env_id in IDS for form in forms(env_id)]


def _variants() -> Iterator[tuple[str, dict[str, Any]]]:
    for env_id in IDS:
        yield env_id, {}
        if takes(env_id, "attempts"):
            yield env_id, {"attempts": 3}
            yield env_id, {"attempts": 5, "max_episode_steps": 2}
        elif not takes(env_id, "level"):  # a brief is answered once
            yield env_id, {"max_episode_steps": 2}


# One-step, several-step and truncated episodes.
VARIANTS = list(_variants())
VARIANT_NAMES = ["-".join([i, *(f"{k}={v}" for k, v in s.items())]) for i, s in VARIANTS]
# Ids that answer with a place, in one step; the others walk, many steps an episode.
ATTEMPT_IDS = [env_id for env_id in IDS if takes(env_id, "attempts")]


def in_words(value: Any) -> str | None:
    """Settings in the name of a test, so that ids that take the same ones are known as alike."""
    if not isinstance(value, dict):
        return None  # as pytest names it
    return "-".join(f"{name}={setting}" for name, setting in value.items()) or "usual"


def unseen(envs: Any) -> Any:
    """An environment or batch whose pictures are not drawn, as nobody looks at them."""
    base = envs.unwrapped
    observer = getattr(base, "batch", base)._observer
    drawn = SimpleNamespace(draw=lambda state, images, rows=None: None)
    observer._sources = dict.fromkeys(observer._sources, drawn)
    return envs


def play(envs: Any, policy: Any, steps: int = 500) -> tuple[Any, Any]:
    """Play the first episode of every row of a batch; success (B,) bool and return (B,).

    Args:
        policy: called for the actions of each step.
    """
    done = np.zeros(envs.num_envs, np.bool_)
    success, total = done.copy(), np.zeros(envs.num_envs)
    for _ in range(steps):
        _, reward, terminated, truncated, info = envs.step(policy())
        total += np.where(done, 0, reward)
        ended = terminated | truncated
        success |= ended & ~done & info["success"]
        done |= ended
        if done.all():
            break
    return success, total


def middling(space: spaces.Space[Any]) -> Any:
    """A legal action that depends on no random numbers."""
    if isinstance(space, spaces.Box):
        share = np.resize(np.array([0.25, 0.3, 0.7, 0.8, 0.9], np.float32), space.shape)
        return space.low + share * (space.high - space.low)
    if isinstance(space, spaces.Discrete):
        return int(space.start + space.n // 2)
    assert isinstance(space, spaces.MultiDiscrete)
    return space.start + space.nvec // 2


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Every array of numbers in nested dicts and tuples, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, tuple | list):
        for i, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{i}]")
    elif isinstance(value, np.ndarray):
        if value.dtype != object:
            yield path, value
    elif isinstance(value, torch.Tensor):
        yield path, value.cpu().numpy()


def row(batched: Any, i: int) -> Any:
    """Row i of a batched observation."""
    return {key: value[i] for key, value in batched.items()}


def assert_same(a: Any, b: Any, path: str = "") -> None:
    """Equal in every bit, in type and in dtype."""
    if isinstance(a, dict):
        assert isinstance(b, dict) and list(a) == list(b), f"{path}: {list(a)} != {list(b)}"
        for key in a:
            assert_same(a[key], b[key], f"{path}.{key}")
    elif isinstance(a, tuple | list):
        assert type(a) is type(b) and len(a) == len(b), path
        for i, (left, right) in enumerate(zip(a, b, strict=True)):
            assert_same(left, right, f"{path}[{i}]")
    elif isinstance(a, np.ndarray | torch.Tensor):
        left, right = (x.numpy() if isinstance(x, torch.Tensor) else x for x in (a, b))
        assert left.dtype == right.dtype, f"{path}: {left.dtype} != {right.dtype}"
        np.testing.assert_array_equal(left, right, err_msg=path)
    else:
        assert type(a) is type(b) and a == b, f"{path}: {a!r} != {b!r}"
