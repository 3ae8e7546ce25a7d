"""Wrong use is named, and nothing has moved."""

from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium import spaces
from gymnasium.error import ClosedEnvironmentError, InvalidAction, ResetNeeded
from rollouts import (
    ATTEMPT_IDS,
    FORM_CASES,
    IDS,
    assert_same,
    config_class,
    forms,
    make,
    make_vec,
    middling,
    small,
    unseen,
)

# What replaces one number of a good action, and what the message says of it.
BAD_NUMBERS = {
    "nan": (np.nan, "not finite"),
    "inf": (np.inf, "not finite"),
    "minus inf": (-np.inf, "not finite"),
    "above": (1.5, r"outside"),
    "below": (-1.5, r"outside"),
    "huge": (1e308, "outside"),
}
BAD_INTEGERS = {
    "minus one": (-1, "outside"),
    "max": (np.iinfo(np.int64).max, "outside"),
    "min": (np.iinfo(np.int64).min, "outside"),
}
NO_ACTIONS: tuple[Any, ...] = (
    None, "left", b"1", {"x": 1}, object(), [[1, 2], [3]], 1j, 10**400,
    np.datetime64("2020-01-01"), int,
)  # fmt: skip


def _refused(envs: Any, action: Any, match: str) -> None:
    before = envs.unwrapped.state_dict()
    with pytest.raises(InvalidAction, match=match):
        envs.step(action)
    assert_same(envs.unwrapped.state_dict(), before)


def _started(env_id: str, form: str, num_envs: int = 0) -> tuple[Any, Any]:
    env = make_vec(env_id, num_envs, action=form) if num_envs else make(env_id, action=form)
    env.reset(seed=0)
    space = env.single_action_space if num_envs else env.action_space
    return env, np.asarray(middling(space))


@pytest.mark.parametrize(("env_id", "form"), FORM_CASES)
def test_a_bad_number_names_row_and_value(env_id: str, form: str) -> None:
    env, good = _started(env_id, form)
    envs, _ = _started(env_id, form, 3)
    bad = BAD_NUMBERS if good.dtype.kind == "f" else BAD_INTEGERS
    highest = env.action_space.high.flat[-1] if good.dtype.kind == "f" else 1
    for value, message in bad.values():
        if abs(value) == 1.5:  # times as high as there is
            value *= highest
        wrong = np.array(good, np.float64 if good.dtype.kind == "f" else np.int64)
        wrong.reshape(-1)[-1] = value
        _refused(env, wrong, message)
        batch = np.stack([good, good, wrong]).astype(wrong.dtype)
        _refused(envs, batch, rf"action\[2\] = .*{message}")
    if good.dtype.kind == "i":
        space = env.action_space
        last = space.nvec.flat[-1] if isinstance(space, spaces.MultiDiscrete) else space.n
        wrong = good.copy()
        wrong.reshape(-1)[-1] = last
        _refused(env, wrong, "outside")
        _refused(env, good.astype(np.float64), "integers")
        _refused(env, good.astype(np.bool_), "integers")
    else:
        # Nobody clips a longitude.
        cure = "send [longitude, latitude]" if form == "lonlat" else "ClipAction"
        assert cure in str(_error(env, good + 5 * highest))
        _refused(env, good.astype(np.bool_), "numbers")


def _error(env: Any, action: Any) -> InvalidAction:
    with pytest.raises(InvalidAction) as raised:
        env.step(action)
    return raised.value


@pytest.mark.parametrize(("env_id", "form"), FORM_CASES)
def test_what_is_no_action(env_id: str, form: str) -> None:
    env, _ = _started(env_id, form)
    envs, _ = _started(env_id, form, 2)
    for none in NO_ACTIONS:
        _refused(env, none, "action")
        _refused(envs, none, "action")
        _refused(envs, [none] * 2, "action")


@pytest.mark.parametrize(("env_id", "form"), FORM_CASES)
def test_wrong_shapes(env_id: str, form: str) -> None:
    env, good = _started(env_id, form)
    envs, _ = _started(env_id, form, 3)
    for wrong in (good[None], np.stack([good, good]), np.zeros((0, *good.shape), good.dtype), []):
        _refused(env, wrong, "shape")
    for wrong in (good, [good] * 2, [good] * 4, [[good]] * 3, np.stack([good] * 3)[..., None]):
        _refused(envs, np.array(wrong), "shape")


@pytest.mark.parametrize(("env_id", "form"), FORM_CASES)
def test_sensible_arrays_are_taken(env_id: str, form: str) -> None:
    env, good = _started(env_id, form)
    envs, _ = _started(env_id, form, 2)
    batch = np.stack([good, good])
    envs.step(batch)
    if good.dtype.kind == "f":
        other_types: list[Any] = [np.float16, np.float32, np.float64]
    else:
        other_types = [np.int16, np.int32, np.uint16, np.uint64, np.int64]
    for dtype in other_types:
        envs.step(batch.astype(dtype))
    doubled = np.repeat(batch, 2, axis=0)[::2]
    assert doubled.base is not None
    frozen = batch.copy()
    frozen.flags.writeable = False
    for action in (doubled, np.asfortranarray(batch), frozen, batch.tolist(), list(batch)):
        envs.step(action)
    tensor = torch.from_numpy(batch.copy())
    envs.step(tensor)
    if good.dtype.kind == "f":
        envs.step(tensor.clone().requires_grad_())
        envs.step(tensor.bfloat16())
    copied = batch.copy()
    envs.step(copied)
    np.testing.assert_array_equal(copied, batch)
    env.step(torch.from_numpy(good.copy()) if good.ndim else int(good))


SOME = {"grid": 12, "level": 1, "layer": "night", "labels": True, "pages": 11, "max_boxes": 2}


@pytest.mark.parametrize(
    ("env_id", "name"), [(each, name) for each in IDS for name in config_class(each).only_with]
)
def test_a_setting_that_another_has_no_use_for_is_refused(env_id: str, name: str) -> None:
    cls = config_class(env_id)
    other, having = cls.only_with[name]
    valid = {"action": cls.actions, "source": cls.sources}.get(other) or getattr(cls, f"{other}s")
    for given in valid:
        settings = {other: given, name: SOME[name]}
        if given in having:
            assert getattr(cls(**settings), name) == SOME[name]
            continue
        with pytest.raises(ValueError) as raised:
            cls(**settings)
        said = str(raised.value)
        assert said.startswith(f"{name}={SOME[name]!r}: {other}={given!r} has no {name}")
        assert all(repr(each) in said for each in having)


@pytest.mark.parametrize("env_id", IDS)
def test_order_of_calls(env_id: str) -> None:
    # The limit of one step ends the episode; Gymnasium would keep it for a wrapper of its own.
    env = gymnasium.make(env_id, **small(env_id), render_mode="rgb_array", max_episode_steps=1)
    envs = make_vec(env_id, 2, render_mode="rgb_array")
    bare = make(env_id).unwrapped
    for call in (
        lambda: env.step(middling(env.action_space)),
        lambda: bare.step(middling(env.action_space)),
        env.render,
        lambda: envs.step(envs.action_space.sample()),
        envs.render,
        envs.unwrapped.oracle,
        envs.unwrapped.instructions,
        lambda: envs.reset(options={"reset_mask": np.array([True, False])}),
    ):
        with pytest.raises(ResetNeeded):
            call()
    env.reset(seed=0)
    env.step(env.unwrapped.oracle())
    if env_id in ATTEMPT_IDS:
        with pytest.raises(ResetNeeded):
            env.step(env.action_space.sample())
    envs.reset(seed=0)
    for made in (env, envs):
        made.close()
        made.close()
    for call in (
        lambda: env.unwrapped.step(middling(env.action_space)),
        lambda: env.unwrapped.reset(seed=0),
        env.unwrapped.render,
        lambda: envs.step(envs.action_space.sample()),
        lambda: envs.reset(seed=0),
        envs.render,
        envs.unwrapped.oracle,
    ):
        with pytest.raises(ClosedEnvironmentError):
            call()


BAD_SEEDS: tuple[Any, ...] = (-1, 1.5, "7", [1], [1, 2.5], [1, -2], [1, "2"], [1, 2, 3])


@pytest.mark.parametrize("env_id", IDS)
def test_bad_seeds(env_id: str) -> None:
    env, envs = make(env_id), make_vec(env_id, 2)
    envs.reset(seed=4)
    before = envs.state_dict()
    for seed in BAD_SEEDS:
        with pytest.raises((ValueError, TypeError, gymnasium.error.Error)):
            envs.reset(seed=seed)
        assert_same(envs.state_dict(), before)
        if not isinstance(seed, list):
            with pytest.raises((TypeError, gymnasium.error.Error)):
                env.reset(seed=seed)


BAD_MASKS: tuple[Any, ...] = (
    np.array([False, False]),
    np.array([True]),
    np.array([[True], [True]]),
    np.array([1, 0]),
    [True, False],
    "all",
)


@pytest.mark.parametrize("env_id", IDS)
def test_bad_masks(env_id: str) -> None:
    envs = make_vec(env_id, 2)
    envs.reset(seed=4)
    before = envs.state_dict()
    for mask in BAD_MASKS:
        with pytest.raises((ValueError, TypeError), match="reset_mask"):
            envs.reset(seed=5, options={"reset_mask": mask})
        assert_same(envs.state_dict(), before)


@pytest.mark.parametrize("env_id", IDS)
def test_bad_options(env_id: str) -> None:
    env, envs = make(env_id), make_vec(env_id, 2)
    for made in (env.unwrapped, envs):
        made.reset(seed=4, options={})
        before = made.state_dict()
        with pytest.raises(TypeError, match="options"):
            made.reset(seed=5, options=[1])
        with pytest.raises(ValueError, match="'reset_maks'"):
            made.reset(seed=5, options={"reset_maks": np.array([True, False])})
        assert_same(made.state_dict(), before)
    with pytest.raises(ValueError, match="did you mean 'reset_mask'"):
        envs.reset(options={"reset_maks": np.array([True, False])})


BAD_SETTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "keyword": ({"dificulty": 0.5}, "did you mean 'difficulty'.*image_size"),
    "recipe": ({"reward": "dens"}, "did you mean 'dense'"),
    "split": ({"split": "tests"}, "did you mean 'test'.*train, val, test"),
    "form": ({"action": "pixels"}, "did you mean 'pixel'.*continuous"),
    "instruction": ({"instruction": "token"}, "did you mean 'tokens'.*tokens, bag, text"),
    "source": ({"source": "synthetics"}, "did you mean|synthetic"),
    "no such file": ({"source": "/nowhere/a.jsonl"}, "/nowhere/a.jsonl"),
    "difficulty above": ({"difficulty": 1.1}, r"difficulty=1.1 .*\[0, 1\]"),
    "difficulty nan": ({"difficulty": float("nan")}, "difficulty=nan"),
    "difficulty word": ({"difficulty": "hard"}, "difficulty='hard'"),
    "small": ({"image_size": 35}, "36 to 4096"),
    "large": ({"image_size": 5000}, "36 to 4096"),
    "three sides": ({"image_size": (64, 64, 3)}, "height, width"),
    "fraction": ({"image_size": 64.5}, "whole number"),
    "truth": ({"image_size": True}, "image_size=True"),
    "limit": ({"max_episode_steps": 0}, "max_episode_steps"),
    "device": ({"device": "tpu9"}, "device='tpu9'"),
    "mps": ({"device": "mps"}, "'cpu' or 'cuda'"),
}


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("name", list(BAD_SETTINGS))
def test_bad_settings(env_id: str, name: str) -> None:
    settings, message = BAD_SETTINGS[name]
    if name == "form" and env_id not in ATTEMPT_IDS:
        meant = "did you mean 'discrete'" if "discrete" in forms(env_id) else "Valid: "
        settings, message = {"action": "discreet"}, meant
    if name == "no such file" and not config_class(env_id).reads_files:
        message = "unknown source"
    with pytest.raises(ValueError, match=message):
        make_vec(env_id, 2, **settings)
    if name == "limit":
        return  # gymnasium.make keeps this keyword for its own wrapper
    with pytest.raises(ValueError, match=message):
        make(env_id, **settings)


@pytest.mark.parametrize("env_id", IDS)
def test_a_reward_that_is_none(env_id: str) -> None:
    for reward in (None, 3, ["dense"]):
        with pytest.raises(TypeError, match="reward must be"):
            make(env_id, reward=reward)


@pytest.mark.parametrize("env_id", IDS)
def test_keywords_of_the_batch_alone(env_id: str) -> None:
    for settings in ({"num_envs": 4}, {"autoreset_mode": "SameStep"}):
        with pytest.raises(ValueError, match=f"{next(iter(settings))}.*make_vec"):
            make(env_id, **settings)
    for num_envs in (0, -1, 1.5, True):
        with pytest.raises(ValueError, match="num_envs"):
            make_vec(env_id, num_envs)
    with pytest.raises(ValueError, match="render_mode"):
        make_vec(env_id, 2, render_mode="rgb")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
@pytest.mark.parametrize("env_id", IDS)
def test_no_cuda_here(env_id: str) -> None:
    for device in ("cuda", "cuda:1"):
        with pytest.raises(ValueError, match="no CUDA device here; use device='cpu'"):
            make(env_id, device=device)


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_hint_names_the_convention(env_id: str) -> None:
    """For answers in another order of numbers, over many episodes."""
    env = unseen(make(env_id, difficulty=0, image_size=64))
    name = "VGroundPoint" if env.action_space.shape == (2,) else "boxes"
    heard: dict[str, list[str]] = {"truth": [], "yx": [], "xywh": []}
    for seed in range(40):
        env.reset(seed=seed)
        truth = env.unwrapped.oracle()
        flat = truth.reshape(-1, truth.shape[-1])
        swapped, sized = truth.copy(), truth.copy()
        if name == "VGroundPoint":
            swapped = truth[::-1].copy()
        else:
            swapped.reshape(flat.shape)[:, :4] = flat[:, [1, 0, 3, 2]]
            sized.reshape(flat.shape)[:, 2:4] = flat[:, 2:4] - flat[:, :2]
        for kind, answer in (("truth", truth), ("yx", swapped), ("xywh", sized)):
            env.reset(seed=seed)
            _, _, _, _, info = env.step(answer)
            failed = info["reward_terms"] and not info["success"]
            if kind == "truth":
                assert info["convention_hint"] == ""
            elif failed:
                heard[kind].append(info["convention_hint"])
    named = [hint for hint in heard["yx"] if "yx" in hint]
    assert len(heard["yx"]) >= 20 and len(named) >= 0.7 * len(heard["yx"]), heard["yx"]
    if name == "boxes":
        named = [hint for hint in heard["xywh"] if "xywh" in hint]
        assert len(heard["xywh"]) >= 20 and len(named) >= 0.7 * len(heard["xywh"]), heard["xywh"]


@pytest.mark.parametrize("env_id", ATTEMPT_IDS)
def test_thousandths_sent_as_pixels_are_named(env_id: str) -> None:
    size = (800, 1600)
    env = unseen(make(env_id, difficulty=0, image_size=size, action="pixel"))
    heard = []
    for seed in range(30):
        env.reset(seed=seed)
        answer = np.array(env.unwrapped.oracle())
        assert env.step(answer)[4]["convention_hint"] == ""
        places = answer.reshape(-1, 5 if len(answer) % 5 == 0 else len(answer))
        corners = places[:, : 2 if len(answer) == 2 else 4]
        corners[:, 0::2], corners[:, 1::2] = corners[:, 0::2] / 1.6, corners[:, 1::2] / 0.8
        if not env.action_space.contains(answer):
            continue  # so far down that it is refused
        env.reset(seed=seed)
        info = env.step(answer)[4]
        if not info["success"]:
            heard.append(info["convention_hint"])
    named = [hint for hint in heard if hint.endswith(" as 0-1000")]
    assert len(heard) >= 5 and len(named) >= 0.8 * len(heard), heard


def test_a_misspelled_id_is_answered_by_gymnasium() -> None:
    with pytest.raises(gymnasium.error.NameNotFound, match="Did you mean: `VGround`"):
        gymnasium.make("VGroun-v0")


@pytest.mark.parametrize("env_id", IDS)
def test_an_unknown_keyword_is_what_python_calls_it(env_id: str) -> None:
    """By the `TypeError` libraries find out what can be passed; TorchRL reads its words."""
    words = "unexpected keyword argument 'frameskip'"
    with pytest.raises(TypeError, match=words):
        make(env_id, frameskip=4)
    with pytest.raises(TypeError, match=words):
        make_vec(env_id, 2, frameskip=4)
    with pytest.raises(ValueError, match=words):
        make(env_id, frameskip=4)
