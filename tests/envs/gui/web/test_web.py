"""VGuiWeb in a real Chromium: the contract of every environment, and pages that can be solved."""

import copy
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

pytest.importorskip("playwright")

from gymnasium.utils.env_checker import check_env
from web_pages import page

from vgym.core.action_check import NoAnswer
from vgym.data.capture.chromium import BrowserError
from vgym.envs.gui.web import browser
from vgym.envs.gui.web.env import WebEnv
from vgym.envs.gui.web.miniwob import MINIWOB, ORACLES
from vgym.envs.gui.web.tasks import FLOWS
from vgym.envs.gui.web.vector_env import WebVectorEnv

pytestmark = [pytest.mark.web, pytest.mark.usefixtures("one_browser")]
MODES = ("SameStep", "NextStep", "Disabled")
CENTRE = (0.05, 0.5, 0.5, 0.5, 0.5, 0.0)


@pytest.fixture
def make() -> Iterator[Any]:
    made: list[Any] = []

    def make(num_envs: int = 2, **settings: Any) -> WebVectorEnv:
        made.append(WebVectorEnv(num_envs, **settings))
        return made[-1]

    yield make
    for envs in made:
        envs.close()


@pytest.fixture
def single() -> Iterator[Any]:
    made: list[Any] = []

    def single(**settings: Any) -> WebEnv:
        made.append(WebEnv(**settings))
        return made[-1]

    yield single
    for env in made:
        env.close()


def same(a: dict[str, Any], b: dict[str, Any], row: int | None = None) -> None:
    """Whether two observations are equal; ``b`` a batch where a row is given."""
    words = b["instruction"] if row is None else b["instruction"][row]
    assert a["instruction"] == words
    np.testing.assert_array_equal(a["image"], b["image"] if row is None else b["image"][row])


def centre(envs: WebVectorEnv) -> np.ndarray:
    return np.tile(np.array(CENTRE, np.float32), (envs.num_envs, 1))


@pytest.mark.filterwarnings("ignore:.*alternative render modes:UserWarning")
@pytest.mark.parametrize("form", ["continuous", "pixel", "text"])
def test_gymnasium_checker(single: Any, form: str) -> None:
    check_env(single(task="settings", action=form, render_mode="rgb_array"))


@pytest.mark.parametrize("task", [*FLOWS, "click-test", "enter-text", "drag-box"])
def test_observations_are_in_the_space_and_vary(make: Any, task: str) -> None:
    if task not in FLOWS:
        pytest.importorskip("miniwob")
    envs = make(3, task=task)
    first, info = envs.reset(seed=0)
    assert first in envs.observation_space and info["task"].tolist() == [task] * 3
    assert first["image"].shape == (3, *((400, 640) if task in FLOWS else (210, 160)), 3)
    assert all(envs.instructions()) and list(first["instruction"]) == envs.instructions()
    again, _ = envs.reset(seed=0)
    same(first, again)
    other, _ = envs.reset()
    assert not np.array_equal(first["image"], other["image"])
    assert first["image"].std() > 10
    envs.action_space.seed(0)
    for _ in range(4):
        observation, reward, terminated, truncated, _ = envs.step(envs.action_space.sample())
        assert observation in envs.observation_space
        assert [v.dtype for v in (reward, terminated, truncated)] == [np.float32, bool, bool]
        assert (reward >= -1).all() and (reward <= 1.5).all()


@pytest.mark.parametrize("task", ["settings", "click-checkboxes"])
def test_rows_are_single_environments(make: Any, single: Any, task: str) -> None:
    if task not in FLOWS:
        pytest.importorskip("miniwob")
    envs = make(2, task=task, max_episode_steps=6)
    observed, _ = envs.reset(seed=40)
    played = []
    for step in range(9):
        actions = envs.oracle() if step % 3 else centre(envs)
        played.append((actions, envs.step(actions)))
    env = single(task=task, max_episode_steps=6)
    observation, info = env.reset(seed=41)
    same(observation, observed, 1)
    assert info["instruction"] == observed["instruction"][1]
    for actions, (batch, reward, terminated, truncated, infos) in played:
        observation, value, over, cut, info = env.step(actions[1])
        assert (np.float32(value), over, cut) == (reward[1], terminated[1], truncated[1])
        assert info["success"] == infos["success"][1] and type(info["success"]) is bool
        assert [type(v) for v in (value, over, cut)] == [float, bool, bool]
        if over or cut:
            same(observation, infos["final_obs"], 1)
            observation, _ = env.reset()
        same(observation, batch, 1)


def test_what_happened_before_does_not_matter(make: Any) -> None:
    envs = make(2, task=["settings", "mail"])
    first, _ = envs.reset(seed=[5, 6])
    envs.action_space.seed(0)
    for _ in range(5):
        envs.step(envs.action_space.sample())
    swapped, _ = envs.reset(seed=[6, 5])
    for name in ("image", "instruction"):
        np.testing.assert_array_equal(np.asarray(first[name])[::-1], np.asarray(swapped[name]))


@pytest.mark.parametrize("mode", MODES)
def test_autoreset(make: Any, mode: str) -> None:
    envs = make(2, task="contact", max_episode_steps=3, autoreset_mode=mode)
    assert envs.metadata["autoreset_mode"].value == mode
    envs.reset(seed=0)
    words = envs.instructions()
    for _ in range(2):
        _, _, terminated, truncated, info = envs.step(centre(envs))
        assert not (terminated | truncated).any() and "final_obs" not in info
    observation, _, _, truncated, info = envs.step(centre(envs))
    assert truncated.all()
    if mode == "SameStep":
        assert list(info["final_obs"]["instruction"]) == words and info["_final_obs"].all()
        assert info["final_info"]["success"].tolist() == [False, False]
        assert "reward_terms" in info["final_info"]
        assert list(observation["instruction"]) != words
        return
    assert list(observation["instruction"]) == words and "final_obs" not in info
    if mode == "Disabled":
        with pytest.raises(gymnasium.error.ResetNeeded, match="have ended"):
            envs.step(centre(envs))
        envs.reset(options={"reset_mask": np.array([True, False])})
        assert envs.instructions()[0] != words[0] and envs.instructions()[1] == words[1]
        with pytest.raises(gymnasium.error.ResetNeeded, match=r"\[1\]"):
            envs.step(centre(envs))
        return
    wrong = centre(envs) * np.nan  # rows that are about to be reset may hold anything
    observation, reward, terminated, truncated, info = envs.step(wrong)
    assert list(observation["instruction"]) != words and not reward.any()
    assert not (terminated | truncated).any() and not info["_success"].any()


def test_reset_masks_and_seeds(make: Any) -> None:
    envs = make(3, task="settings")
    with pytest.raises(gymnasium.error.ResetNeeded, match="first reset"):
        envs.reset(options={"reset_mask": np.array([True, False, True])})
    with pytest.raises(gymnasium.error.ResetNeeded, match="reset"):
        envs.step(centre(envs))
    by_int, _ = envs.reset(seed=7)
    by_list, _ = envs.reset(seed=[7, 8, 9])
    same(by_int, by_list)
    options = {"reset_mask": np.array([False, True, False])}
    some, info = envs.reset(seed=[None, 7, None], options=options)
    assert "reset_mask" in options and info["_task"].tolist() == [False, True, False]
    np.testing.assert_array_equal(some["image"][0], by_int["image"][0])
    np.testing.assert_array_equal(some["image"][1], by_int["image"][0])
    for mask, kind in [
        (np.zeros(3, bool), ValueError),
        (np.ones(2, bool), ValueError),
        ([True] * 3, TypeError),
    ]:
        with pytest.raises(kind, match="reset_mask"):
            envs.reset(options={"reset_mask": mask})
    with pytest.raises(ValueError, match="option"):
        envs.reset(options={"mask": 1})
    with pytest.raises(ValueError, match="2 seeds"):
        envs.reset(seed=[1, 2])


def test_memory_handed_out_is_never_written_to(make: Any) -> None:
    envs = make(2, task="settings")
    first, _ = envs.reset(seed=0)
    kept = first["image"].copy()
    second, *_ = envs.step(envs.oracle())
    assert not np.shares_memory(first["image"], second["image"])
    np.testing.assert_array_equal(first["image"], kept)
    second["image"][:] = 0
    third, *_ = envs.step(centre(envs))
    assert third["image"].any()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.full((2, 6), np.nan), "finite"),
        (np.full((2, 6), 1.5), "outside"),
        (np.zeros((3, 6)), "shape"),
        (np.zeros(6), "shape"),
        ("click", "numeric"),
        (None, "numeric"),
    ],
)
def test_bad_actions_move_nothing(make: Any, bad: Any, message: str) -> None:
    envs = make(2, task="settings")
    before, _ = envs.reset(seed=0)
    with pytest.raises(gymnasium.error.InvalidAction, match=message):
        envs.step(bad)
    after, *_ = envs.step(np.tile(np.array([0.99, 0, 0, 0, 0, 0], np.float32), (2, 1)))
    same(before, after)


@pytest.mark.parametrize("form", ["continuous", "text"])
def test_no_answer_waits_and_says_why(make: Any, single: Any, form: str) -> None:
    envs = make(2, action=form)
    envs.reset(seed=0)
    other = envs.oracle()[0]
    info = envs.step([NoAnswer("lost"), other])[4]
    assert info["parse_error"].tolist() == ["lost", ""]
    assert info["_parse_error"].tolist() == [True, False]
    assert info["format_ok"].tolist() == [False, True]
    assert "parse_error" not in envs.step([other, other])[4]
    env = single(action=form)
    env.reset(seed=0)
    assert env.step(NoAnswer("lost"))[4]["parse_error"] == "lost"
    assert "parse_error" not in env.step(env.oracle())[4]
    if form == "text":
        assert "no action" in env.step("please click there")[4]["parse_error"]


def test_smaller_pictures_are_a_wrapper(single: Any, tmp_path: Path) -> None:
    env = single(task="settings")
    seen = env.observation_space
    small = gymnasium.spaces.Box(0, 255, (200, 320, 3), np.uint8)
    smaller = gymnasium.wrappers.TransformObservation(
        env,
        lambda shown: {**shown, "image": shown["image"][::2, ::2]},
        gymnasium.spaces.Dict({**seen, "image": small}),
    )
    assert smaller.reset(seed=0)[0] in smaller.observation_space
    square = single(task=page(tmp_path), image_size=90)
    assert square.reset(seed=0)[0]["image"].shape == (90, 90, 3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"task": "setings"}, "did you mean 'settings'"),
        ({"reward": "dens"}, "did you mean 'dense'"),
        ({"action": "voice"}, "action"),
        ({"split": "dev"}, "split"),
        ({"autoreset_mode": "Never"}, "autoreset_mode"),
        ({"render_mode": "human"}, "render_mode"),
        ({"num_envs": 0}, "num_envs"),
        ({"max_episode_steps": 0}, "max_episode_steps"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"image_size": 36}, "pages given by their address"),
        ({"difficulty": 0.5}, "keyword argument 'difficulty'"),
        ({"tasks": "mail"}, "did you mean 'task'"),
        ({"image_size": (36, 36)}, "pages given by their address"),
        ({"task": "file:///a.html", "image_size": (3, 9)}, "16 to 4096"),
        ({"task": "file:///a.html", "image_size": "big"}, "a whole number or"),
    ],
)
def test_bad_settings_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WebVectorEnv(**settings)


@pytest.mark.parametrize(
    ("task", "split"), [*((task, "train") for task in FLOWS), ("mail", "test")]
)
def test_own_pages_are_solved_by_their_plan_alone(make: Any, task: str, split: str) -> None:
    envs = make(4, task=task, split=split)
    envs.reset(seed=0)
    seen: set[str] = set()
    ended, returns, total = [], [], np.zeros(4)
    while len(ended) < 6:
        seen |= set(envs.instructions())
        _, reward, terminated, truncated, info = envs.step(envs.oracle())
        total += reward
        for i in np.flatnonzero(terminated | truncated):
            ended.append(bool(info["success"][i]))
            returns.append(float(total[i]))
            total[i] = 0
    assert all(ended) and len(seen) >= 6
    # The page's one, and half of what the plan is worth: nothing is paid twice.
    np.testing.assert_allclose(returns, 1.5, atol=1e-5)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    wins = sum(envs.step(envs.action_space.sample())[4]["success"].sum() for _ in range(10))
    assert wins <= 1


def test_splits_play_other_episodes(make: Any) -> None:
    words = [make(1, task="shop", split=s).reset(seed=0)[0] for s in ("train", "val", "test")]
    assert len({observation["instruction"] for observation in words}) == 3


@pytest.mark.parametrize("task", ["click-test", "click-dialog-2", "login-user", "drag-box"])
def test_pages_of_miniwob_are_solved(make: Any, task: str) -> None:
    solve(make, task, 6)


@pytest.mark.slow
@pytest.mark.parametrize("task", ORACLES)
def test_every_listed_page_of_miniwob_is_solved(make: Any, task: str) -> None:
    solve(make, task, 1, rows=1)


def solve(make: Any, task: str, episodes: int, rows: int = 3) -> None:
    """Play a page by its plan, in words, and expect it never to fail."""
    pytest.importorskip("miniwob")
    envs = make(rows, task=task, action="text", max_episode_steps=30)
    envs.reset(seed=0)
    ended: list[bool] = []
    while len(ended) < episodes:
        _, _, terminated, truncated, info = envs.step(envs.oracle())
        ended += info["success"][terminated | truncated].tolist()
    assert all(ended)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_every_page_of_miniwob_starts_and_can_be_stepped(make: Any, part: int) -> None:
    """Those that no plan solves; the others are solved above."""
    pytest.importorskip("miniwob")
    for task in [task for task in MINIWOB if task not in ORACLES][part::8]:
        envs = make(1, task=task)
        first, _ = envs.reset(seed=3)
        assert first["instruction"][0] and first["image"].std() > 5, task
        envs.action_space.seed(1)
        for _ in range(2):
            assert not envs.step(envs.action_space.sample())[4]["crash"].any(), task
        again, _ = envs.reset(seed=3)
        np.testing.assert_array_equal(first["image"], again["image"], err_msg=task)
        assert first["instruction"] == again["instruction"], task
        envs.close()


def test_time_passes_by_actions(make: Any, tmp_path: Path) -> None:
    script = """let beats = 0; const opened = Date.now();
      setInterval(() => beats++, 100); const gone = setTimeout(() => { beats += 1000; }, 200);
      clearTimeout(gone); setTimeout('beats += 0.5', 450);
      window.vgym.read = () => ({instruction: `${beats} ${Date.now() - opened}`, done: false});"""
    envs = make(1, task=page(tmp_path, script=script), image_size=(100, 100))
    said = [envs.reset(seed=0)[0]["instruction"][0]]
    time.sleep(0.3)
    said += [envs.step(centre(envs))[0]["instruction"][0] for _ in range(2)]
    assert said == ["0 0", "5.5 500", "10.5 1000"]


def test_render_shows_the_page(make: Any) -> None:
    envs = make(2, task="settings", render_mode="rgb_array")
    observation, _ = envs.reset(seed=0)
    frames = envs.render()
    assert frames is not None and len(frames) == 2
    np.testing.assert_array_equal(frames[1], observation["image"][1])
    assert make(1, task="settings").render() is None


def test_closing(make: Any) -> None:
    envs = make(1, task="settings")
    envs.close()  # before anything was opened
    envs.close()
    envs = make(2, task="settings")
    envs.reset(seed=0)
    with pytest.raises(TypeError, match="make the environment anew"):
        copy.deepcopy(envs)
    envs.close()
    envs.close()
    with pytest.raises(gymnasium.error.ClosedEnvironmentError, match="closed"):
        envs.reset()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc")
@pytest.mark.parametrize("leave", ["envs.close()", "pass", "raise SystemExit(0)"])
def test_no_browser_is_left_behind(leave: str) -> None:
    code = f"""
from vgym.envs.gui.web.vector_env import WebVectorEnv
envs = WebVectorEnv(2, task="settings")
envs.reset(seed=0)
import os, pathlib
parents = {{}}
for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
    try:
        parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        pass  # it has ended meanwhile
below = {{os.getpid()}}
while more := {{pid for pid, parent in parents.items() if parent in below}} - below:
    below |= more
print(*(below - {{os.getpid()}}))
{leave}
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    children = [int(pid) for pid in done.stdout.split()]
    assert len(children) > 3  # the driver, the browser, and its own processes
    until = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_what_is_missing_is_named_with_its_install_line(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_browsers", {})
    monkeypatch.setenv("VGYM_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(BrowserError, match=r"pip install .vgym\[web\].*apt install chromium"):
        make(1, task="settings").reset(seed=0)
    monkeypatch.setitem(sys.modules, "playwright", None)
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    with pytest.raises(BrowserError, match=r"package playwright.*pip install .vgym\[web\]"):
        make(1, task="settings").reset(seed=0)


def test_environments_share_one_browser(make: Any) -> None:
    make(1, task="settings"), make(1, task="mail")
    assert list(browser._browsers) == [(os.getpid(), False)]
