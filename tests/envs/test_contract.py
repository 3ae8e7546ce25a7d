"""What every id promises: checkers pass, batches equal single environments, memory is fresh."""

import copy
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode
from rollouts import (
    ATTEMPT_IDS,
    FORM_CASES,
    IDS,
    SMALL,
    VARIANT_NAMES,
    VARIANTS,
    assert_same,
    leaves,
    make,
    make_vec,
    middling,
    play,
    row,
    takes,
    unseen,
)
from sampling import one_in

import vgym
from vgym import row_threads
from vgym.core.action_check import NoAnswer
from vgym.evaluation.benchmark import Benchmark, Subject
from vgym.evaluation.contract.pictures import badly_drawn
from vgym.registration import registered, row_of
from vgym.rewards import recipe, recipes

SHARED_KEYS = ("success", "reward_terms")


# Places are degrees, which Gymnasium would rather have as fractions: "square" has them so.
DEGREES = pytest.mark.filterwarnings("ignore:.*For Box action spaces, we recommend")


@DEGREES
@pytest.mark.parametrize(("env_id", "form"), FORM_CASES)
def test_gymnasium_checker(env_id: str, form: str) -> None:
    check_env(make(env_id, action=form, instruction="tokens", image_size=36).unwrapped)


@DEGREES
@pytest.mark.parametrize("env_id", IDS)
def test_gymnasium_checker_with_words(env_id: str) -> None:
    check_env(make(env_id, instruction="text", image_size=36).unwrapped)


@pytest.mark.parametrize("env_id", IDS)
def test_every_render_mode(env_id: str) -> None:
    for mode in gymnasium.spec(env_id).make(**SMALL).metadata["render_modes"]:
        env = make(env_id, render_mode=mode)
        env.reset(seed=0)
        before = env.render()
        assert before.dtype == np.uint8 and before.ndim == 3 and before.shape[2] == 3
        envs = make_vec(env_id, 3, render_mode=mode)
        envs.reset(seed=0)
        frames = envs.render()
        assert len(frames) == 3
        np.testing.assert_array_equal(frames[0], before)
        assert not np.array_equal(frames[1], frames[2])
    assert make(env_id).render_mode is None


@pytest.mark.slow
def test_every_id_is_made_by_module_name_in_a_process_that_imports_nothing_of_ours() -> None:
    code = (
        "import sys, gymnasium\n"
        "for env_id in sys.argv[1:]:\n"
        "    env = gymnasium.make(f'vgym:{env_id}', image_size=36)\n"
        "    env.reset(seed=0)\n"
        "    print(env.spec.id)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *IDS], capture_output=True, text=True, timeout=300
    )
    assert done.stdout.split() == list(IDS), done.stderr


@pytest.mark.parametrize(("env_id", "settings"), VARIANTS, ids=VARIANT_NAMES)
@pytest.mark.parametrize("num_envs", [1, 33])
def test_rows_are_single_environments(env_id: str, settings: dict[str, Any], num_envs: int) -> None:
    envs = make_vec(env_id, num_envs, **settings)
    observed, _ = envs.reset(seed=1000)
    envs.action_space.seed(3)
    steps = 7
    played = []
    for _ in range(steps):
        actions = envs.action_space.sample()
        played.append((actions, envs.step(actions)))
    for i in sorted({0, num_envs // 2, num_envs - 1}):
        env = make(env_id, **settings)
        single, info = env.reset(seed=1000 + i)
        assert_same(single, row(observed, i))
        for actions, (observation, reward, terminated, truncated, infos) in played:
            single, value, over, cut, info = env.step(actions[i])
            assert np.float32(value) == reward[i]
            # Gymnasium's own limit around a single environment can set both flags at once.
            assert (over, cut and not over) == (terminated[i], truncated[i])
            assert info["success"] == infos["success"][i]
            if over or cut:
                assert_same(single, row(infos["final_obs"], i))
                single, info = env.reset()
            assert_same(single, row(observation, i))


@pytest.mark.parametrize(("env_id", "settings"), VARIANTS, ids=VARIANT_NAMES)
def test_any_number_of_threads_gives_the_same(
    env_id: str, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_threads, "_PIECE", 1)  # each row is worth a thread
    before, played = vgym.threads(), []
    for n in (1, 5):
        monkeypatch.setattr(row_threads._pool, "wanted", n)
        envs = make_vec(env_id, 33, **settings)
        envs.action_space.seed(3)
        steps = [envs.reset(seed=7), *(envs.step(envs.action_space.sample()) for _ in range(3))]
        played.append(steps)
    monkeypatch.undo()
    assert vgym.threads() == before
    for one, other in zip(*played, strict=True):
        assert_same(one, other)


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("instruction", ["tokens", "text"])
def test_native_and_sync_play_the_same_episodes(env_id: str, instruction: str) -> None:
    native = make_vec(env_id, 3, instruction=instruction, autoreset_mode=AutoresetMode.SAME_STEP)
    sync = make_vec(
        env_id,
        3,
        "sync",
        instruction=instruction,
        vector_kwargs={"autoreset_mode": AutoresetMode.SAME_STEP},
    )
    _play_alike(native, sync)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("env_id", {row_of(i).family.name: i for i in IDS}.values())
def test_async_plays_the_same_episodes(env_id: str) -> None:
    vector_kwargs = {"autoreset_mode": AutoresetMode.SAME_STEP, "context": "spawn"}
    workers = make_vec(env_id, 2, "async", vector_kwargs=vector_kwargs)
    try:
        _play_alike(make_vec(env_id, 2), workers)
    finally:
        workers.close()


def _play_alike(ours: Any, theirs: Any) -> None:
    assert ours.single_observation_space == theirs.single_observation_space
    assert ours.single_action_space == theirs.single_action_space
    assert_same(ours.reset(seed=5)[0], theirs.reset(seed=5)[0])
    ours.action_space.seed(1)
    for _ in range(4):
        actions = ours.action_space.sample()
        a, b = ours.step(actions), theirs.step(actions)
        assert_same(a[0], b[0])
        np.testing.assert_array_equal(a[1], b[1].astype(np.float32))
        np.testing.assert_array_equal(a[2], b[2])
        np.testing.assert_array_equal(a[3], b[3])


@pytest.mark.parametrize(("env_id", "settings"), VARIANTS, ids=VARIANT_NAMES)
def test_types_of_returns(env_id: str, settings: dict[str, Any]) -> None:
    env = make(env_id, **settings)
    _, info = env.reset(seed=0)
    assert isinstance(info["instruction"], str) and info["instruction"]
    told_at_reset = env.unwrapped.task.view_told
    assert ("view" in info) == told_at_reset
    view = info.get("view")
    _, reward, terminated, truncated, info = env.step(middling(env.action_space))
    ended = terminated or truncated
    assert ("view" in info) == (ended and not told_at_reset)
    view = info.get("view", view)
    assert view is None or (view.shape == (4,) and view.dtype == np.float32)
    assert [type(v) for v in (reward, terminated, truncated)] == [float, bool, bool]
    assert type(info["success"]) is type(info["is_success"]) is bool
    assert ("convention_hint" in info) == ended
    assert all(type(term) is float for term in info["reward_terms"].values())

    envs = make_vec(env_id, 3, **settings)
    envs.reset(seed=0)
    _, reward, terminated, truncated, info = envs.step(np.stack([middling(env.action_space)] * 3))
    assert [v.dtype for v in (reward, terminated, truncated)] == [np.float32, np.bool_, np.bool_]
    assert all(v.shape == (3,) for v in (reward, terminated, truncated, info["success"]))
    assert info["success"].dtype == np.bool_
    metrics = {key for key in info if not key.startswith(("_", "final_"))} - {*SHARED_KEYS, "view"}
    assert metrics, "no metric in info"
    told = {key: info[key] for key in metrics if not isinstance(info[key], dict)}
    words = [info[key][name] for key in metrics - told.keys() for name in info[key]]
    assert all(len(each) == 3 for each in (*told.values(), *words))
    assert all(info[f"_{key}"].shape == (3,) for key in metrics)
    assert envs.instructions() and all(isinstance(text, str) for text in envs.instructions())


@pytest.mark.parametrize(
    ("env_id", "difficulty", "split", "instruction"),
    one_in(
        3,
        IDS,
        [(0, "val"), (0.5, "train"), (0.5, "test"), (1, "train"), (1, "test")],
        ["tokens", "text"],
    ),
)
def test_observations_are_in_the_space_and_not_constant(
    env_id: str, difficulty: float, split: str, instruction: str
) -> None:
    if split not in row_of(env_id).family.splits:
        split = row_of(env_id).family.splits[0]
    envs = make_vec(env_id, 16, difficulty=difficulty, split=split, instruction=instruction)
    first, _ = envs.reset(seed=0)
    second, _ = envs.reset()
    for observation in (first, second):
        assert observation in envs.observation_space
        for i in range(16):
            assert row(observation, i) in envs.single_observation_space
    assert not np.array_equal(first["image"], second["image"])
    pictures = first["image"].reshape(16, -1)
    # There are only so many captured screens and photographs: several things are asked of each.
    few = takes(env_id, "pages") or envs.unwrapped.task.records is not None
    asked = [str(words) if few else "" for words in first["instruction"]]
    seen = {(picture.tobytes(), words) for picture, words in zip(pictures, asked, strict=True)}
    assert len(seen) >= (14 if few else 16), "two seeds gave one picture"
    assert (pictures.max(1) > pictures.min(1)).all()
    assert len({str(text) for text in first["instruction"]}) > 1


@pytest.mark.parametrize("env_id", IDS)
def test_the_first_split_of_a_family_is_played_where_none_is_asked_for(env_id: str) -> None:
    splits = row_of(env_id).family.splits
    assert make_vec(env_id, 1).unwrapped.task.config.split == splits[0]
    assert Benchmark([], [], 1, Path("unused")).split_of(Subject(env_id, env_id)) == splits[0]
    assert Benchmark([], [], 1, Path("unused"), split="val").split_of(Subject("", env_id)) == "val"


@pytest.mark.parametrize("env_id", IDS)
def test_splits_play_other_episodes(env_id: str) -> None:
    pictures = [
        make_vec(env_id, 4, split=split).reset(seed=0)[0]["image"]
        for split in row_of(env_id).family.splits
    ]
    for one, other in pairwise(pictures):
        assert not np.array_equal(one, other)


@pytest.mark.parametrize("env_id", IDS)
def test_picture_has_the_height_and_width_asked_for(env_id: str) -> None:
    env = make(env_id, image_size=(40, 72))
    observation, _ = env.reset(seed=0)
    assert observation["image"].shape == (40, 72, 3)
    assert make(env_id, image_size=36).reset(seed=0)[0]["image"].shape == (36, 36, 3)


def told(info: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What an info holds; at an episode's end the rows that ended."""
    for path, values in leaves(info):
        final = path.startswith(".final_") and "_final_info" in info
        yield path, values[info["_final_info"]] if final else values


@pytest.mark.parametrize("env_id", IDS)
def test_every_recipe_that_fits_is_bounded(env_id: str) -> None:
    task = make(env_id).unwrapped.task
    fitting = [name for name in recipes() if recipe(name).fits(task.stated)]
    assert {task.default_reward, "sparse"} <= set(fitting)
    for name in fitting:
        envs = unseen(make_vec(env_id, 8, reward=name, difficulty=0, expose="truth"))
        envs.reset(seed=0)
        envs.action_space.seed(0)
        low, high = envs.unwrapped.task.reward.range
        for sample in (envs.action_space.sample, envs.unwrapped.oracle, envs.action_space.sample):
            _, reward, _, _, info = envs.step(sample())
            assert np.isfinite(reward).all() and reward.dtype == np.float32
            assert (reward >= low - 1e-6).all() and (reward <= high + 1e-6).all(), name
            for path, values in told(info):
                assert np.isfinite(values).all(), f"{name}: {path}"
    other = next(name for name in recipes() if name not in fitting)
    with pytest.raises(ValueError, match=r"cannot be paid here.*Recipes that fit"):
        make(env_id, reward=other)


@pytest.mark.parametrize("env_id", IDS)
def test_dense_pays_most_at_the_truth(env_id: str) -> None:
    envs = unseen(make_vec(env_id, 32))
    envs.reset(seed=0)
    _, best = play(envs, envs.unwrapped.oracle)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    _, random = play(envs, envs.action_space.sample, 60)
    if env_id in ATTEMPT_IDS:
        np.testing.assert_allclose(best, 1.0, atol=1e-4)
    # A walk ends within reach of its goal, not on it.
    assert (best <= 1 + 1e-4).all() and best.mean() > 0.9
    assert (random < best).mean() > 0.9


@pytest.mark.parametrize("env_id", IDS)
def test_oracle_solves_and_random_does_not(env_id: str) -> None:
    one_step = env_id in ATTEMPT_IDS
    # At the settings that users start from, but for the picture's size, which costs time.
    size = 96 if one_step else 36
    envs = unseen(gymnasium.make_vec(env_id, num_envs=128 if one_step else 32, image_size=size))
    envs.reset(seed=0)
    oracle, _ = play(envs, envs.unwrapped.oracle)
    envs.action_space.seed(0)
    envs.reset(seed=1)
    random, _ = play(envs, envs.action_space.sample, 100)
    assert oracle.mean() >= 0.99
    assert random.mean() <= 0.10


@pytest.mark.parametrize(("env_id", "form"), FORM_CASES)
def test_oracle_answers_in_every_form(env_id: str, form: str) -> None:
    size = 96 if env_id in ATTEMPT_IDS else 36
    rows = 64 if env_id in ATTEMPT_IDS else 16
    envs = unseen(make_vec(env_id, rows, action=form, image_size=size))
    envs.reset(seed=0)
    answers = envs.unwrapped.oracle()
    assert all(answer in envs.single_action_space for answer in answers)
    success = play(envs, envs.unwrapped.oracle)[0].mean()
    # VGround's page says that a coarse grid cannot frame every small box; any other form can.
    said = form == "grid" and env_id in ("VGround-v0", "VGroundMany-v0")
    # VGeo's says that the middle of a cell of those that are scored is seldom near enough.
    assert success >= (0.0 if form == "scores" else 0.3 if said else 0.99)
    env = make(env_id, action=form, image_size=96)
    env.reset(seed=0)
    assert env.unwrapped.oracle() in env.action_space


@pytest.mark.parametrize("env_id", IDS)
def test_random_actions_are_finite_in_every_form(env_id: str) -> None:
    for form in [form for i, form in FORM_CASES if i == env_id]:
        envs = make_vec(env_id, 32, action=form, expose="truth")
        envs.reset(seed=0)
        envs.action_space.seed(0)
        for _ in range(3):
            returned = envs.step(envs.action_space.sample())
            for path, values in (*leaves(returned[:4]), *told(returned[4])):
                assert np.isfinite(values).all(), f"{form}: {path}"


@pytest.mark.parametrize(("env_id", "settings"), VARIANTS, ids=VARIANT_NAMES)
def test_returns_are_fresh_memory(env_id: str, settings: dict[str, Any]) -> None:
    _never_overwritten(make_vec(env_id, 3, **settings), 3)
    _never_overwritten(make_vec(env_id, 3, autoreset_mode=AutoresetMode.NEXT_STEP, **settings), 3)


def _never_overwritten(envs: Any, num_envs: int) -> None:
    """No array of one return is touched by, or is part of, a later one."""
    envs.action_space.seed(0)
    kept: list[tuple[Any, Any]] = []
    mask = np.arange(num_envs) == 1

    def keep(returned: Any) -> None:
        kept.append((returned, copy.deepcopy(returned)))

    keep(envs.reset(seed=0))
    keep(envs.step(envs.action_space.sample()))
    keep(envs.reset(options={"reset_mask": mask}))  # from here on the rows are out of step
    for _ in range(5):
        keep(envs.step(envs.action_space.sample()))
    keep(envs.reset(options={"reset_mask": ~mask}))
    keep(envs.reset())
    for returned, as_it_was in kept:
        assert_same(returned, as_it_was)
    for (earlier, _), (later, _) in pairwise(kept):
        for path_a, a in leaves(earlier):
            for path_b, b in leaves(later):
                assert not np.shares_memory(a, b), (path_a, path_b)


@pytest.mark.parametrize("env_id", IDS)
def test_single_returns_are_fresh_memory(env_id: str) -> None:
    env = make(env_id)
    first = env.reset(seed=0)
    as_it_was = copy.deepcopy(first)
    stepped = env.step(env.action_space.sample())
    second = env.reset()
    assert_same(first, as_it_was)
    for a in (first, stepped, second):
        for b in (first, stepped, second):
            for path_a, left in leaves(a):
                for path_b, right in leaves(b):
                    assert a is b or not np.shares_memory(left, right), (path_a, path_b)


@pytest.mark.parametrize(("env_id", "settings"), VARIANTS, ids=VARIANT_NAMES)
def test_writing_into_a_return_changes_nothing(env_id: str, settings: dict[str, Any]) -> None:
    kind, spoilt = make_vec(env_id, 3, **settings), make_vec(env_id, 3, **settings)
    kind.reset(seed=0)
    for _, array in leaves(spoilt.reset(seed=0)):
        array[...] = 1
    kind.action_space.seed(0)
    for _ in range(5):
        actions = kind.action_space.sample()
        returned = spoilt.step(actions)
        assert_same(kind.step(actions), returned)
        for _, array in leaves(returned):
            array[...] = 1


@pytest.mark.parametrize(("env_id", "settings"), VARIANTS, ids=VARIANT_NAMES)
def test_buffers_live_until_the_second_next_step(env_id: str, settings: dict[str, Any]) -> None:
    fresh, ring = make_vec(env_id, 3, **settings), make_vec(env_id, 3, copy=False, **settings)
    want, got = [fresh.reset(seed=0)[0]], [ring.reset(seed=0)[0]]
    fresh.action_space.seed(0)
    for _ in range(6):
        actions = fresh.action_space.sample()
        want.append(fresh.step(actions)[0])
        got.append(ring.step(actions)[0])
        assert_same(got[-1], want[-1])
        assert_same(got[-2], want[-2])  # the one before is still whole
    assert np.shares_memory(got[-1]["image"], got[-3]["image"])
    assert not np.shares_memory(got[-1]["image"], got[-2]["image"])


@pytest.mark.parametrize("env_id", IDS)
def test_an_end_of_its_own_at_the_limit_is_no_truncation(env_id: str) -> None:
    envs = make_vec(env_id, 1)
    envs.reset(seed=0)
    steps = next(n for n in range(1, 1000) if envs.step(envs.unwrapped.oracle())[2][0])
    for limit in {steps, max(steps - 1, 1)}:
        envs = make_vec(env_id, 1, max_episode_steps=limit)
        envs.reset(seed=0)
        for _ in range(limit):
            *_, terminated, truncated, _ = envs.step(envs.unwrapped.oracle())
        assert (terminated[0], truncated[0]) == (limit == steps, limit < steps)


@pytest.mark.parametrize("env_id", IDS)
def test_a_callable_pays(env_id: str) -> None:
    def tiny(facts: dict[str, Any]) -> Any:
        return torch.full_like(facts["format_ok"], 0.25, dtype=torch.float32)

    envs = make_vec(env_id, 3, reward=tiny)
    envs.reset(seed=0)
    assert envs.step(envs.unwrapped.oracle())[1].tolist() == [0.25] * 3
    wrong = make(env_id, reward=lambda facts: facts["format_ok"][:, None])
    wrong.reset(seed=0)
    with pytest.raises(ValueError, match="one number a row"):
        wrong.step(wrong.unwrapped.oracle())


def test_seeds_follow_gymnasium() -> None:
    for env_id in IDS:
        envs = make_vec(env_id, 3)
        by_int = envs.reset(seed=7)[0]
        assert_same(by_int, envs.reset(seed=[7, 8, 9])[0])
        assert_same(by_int, envs.reset(seed=np.array([7, 8, 9]))[0])
        mixed = envs.reset(seed=[None, 8, None])[0]
        assert_same(row(mixed, 1), row(by_int, 1))
        assert not np.array_equal(mixed["image"][0], by_int["image"][0])
        unseeded = [make_vec(env_id, 1).reset()[0]["image"] for _ in range(2)]
        assert not np.array_equal(*unseeded)


@pytest.mark.parametrize("env_id", IDS)
def test_every_pixel_is_written(env_id: str) -> None:
    """And nothing beside; of every source in test_drawing.py."""
    attempts = {"attempts": 2} if takes(env_id, "attempts") else {}
    envs = make_vec(env_id, 4, image_size=(66, 104), **attempts).unwrapped
    envs.reset(seed=0)
    envs.step(envs.oracle())
    for name, picture in envs.task.pictures.items():
        assert not list(badly_drawn(name, picture, envs.state, envs.task.device))


@pytest.mark.web
@pytest.mark.parametrize("env_id", [row.id for row in registered() if row.extra == "web"])
def test_worlds_that_are_other_programs(env_id: str) -> None:
    """What is no task keeps the contract too: checker, one row a single environment, no answer."""
    pytest.importorskip("playwright")
    env = gymnasium.make(env_id)
    check_env(env.unwrapped)
    envs = gymnasium.make_vec(env_id, num_envs=2, autoreset_mode=AutoresetMode.SAME_STEP)
    batched, _ = envs.reset(seed=5)
    for i in range(2):
        single, info = env.reset(seed=5 + i)
        np.testing.assert_array_equal(single["image"], batched["image"][i])
        assert info["instruction"] == envs.unwrapped.instructions()[i]
    info = envs.step([NoAnswer("lost"), envs.unwrapped.oracle()[1]])[4]
    assert info["parse_error"].tolist() == ["lost", ""] and "success" in info
    env.close()
    envs.close()
