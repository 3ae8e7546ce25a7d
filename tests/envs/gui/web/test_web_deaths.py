"""The processes behind a page are killed: episodes end, the next ones are played."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("playwright")

from browser_processes import descendants, kill
from web_pages import page

from vgym.envs.gui.web.vector_env import WebVectorEnv

pytestmark = [
    pytest.mark.web,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc"),
]
CLICK, ASIDE = "click(100, 50)", "wait()"


@pytest.fixture
def envs(tmp_path: Path) -> Iterator[WebVectorEnv]:
    made = WebVectorEnv(2, task=page(tmp_path), image_size=(150, 200), action="text", timeout_s=5.0)
    yield made
    made.close()


@pytest.mark.parametrize("victim", ["driver", "chromium"])
def test_a_killed_process_ends_episodes_and_the_next_are_played(
    envs: WebVectorEnv, victim: str
) -> None:
    first, _ = envs.reset(seed=0)
    envs.step([CLICK] * 2)
    before = kill(victim)
    _, reward, terminated, _, info = envs.step([ASIDE] * 2)
    assert terminated.all() and info["crash"].all() and not reward.any()
    _, _, terminated, _, info = envs.step([CLICK] * 2)
    assert not terminated.any() and not info["crash"].any()
    again, _ = envs.reset(seed=0)
    np.testing.assert_array_equal(first["image"], again["image"])
    until = time.monotonic() + 20
    while (left := before & set(descendants(os.getpid()))) and time.monotonic() < until:
        time.sleep(0.1)
    assert not left


def test_a_driver_killed_between_reset_and_reset_and_before_closing(envs: WebVectorEnv) -> None:
    envs.reset(seed=0)
    kill("driver")
    observation, _ = envs.reset()
    assert observation["instruction"][0].startswith("Click")
    kill("driver")
    envs.close()
