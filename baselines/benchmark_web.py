"""Steps a second in a real browser: WebVectorEnv, and the environment of the package miniwob.

One process, in turns; what is reported is the median over the turns and its quartiles. A step is
one click on a page of MiniWoB++, the page's answer, and a picture of it; every episode has the
same five steps, all of them clicks on the words of the task, where nothing is, and the next one
begins with the sixth. Beside the batch stands a batch of one, which overlaps nothing. MiniWoB++'s
own environment drives its page by Selenium and chromedriver, one page each; it hands out the
page's elements too, which ours does not. It needs a chromedriver beside the browser (Debian: `apt
install chromium-driver`).

    python -m vgym.baselines.benchmark_web --json
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vgym.baselines.measuring import commit, one_thread, quartiles
from vgym.data.capture.chromium import find_chromium
from vgym.envs.gui.web.vector_env import WebVectorEnv
from vgym.evaluation.machine import machine, versions
from vgym.number_options import count

RESULTS = Path(__file__).parent / "results"
TASKS = ("click-test", "click-checkboxes", "email-inbox")
STEPS = 5  # of an episode
ONE = "one environment"
SELENIUM = "miniwob (Selenium), one environment"
_BATCHES = 2 * STEPS  # steps of each contestant in a turn
_CLICK_XY = (80.0, 20.0)  # within the words of the task


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table, and with --json write it under baselines/results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--num-envs", type=count, default=8, help="pages of the batch")
    parser.add_argument("--repeats", type=count, default=9, help="turns of each contestant")
    parser.add_argument("--json", action="store_true", help="write baselines/results/web.json")
    options = parser.parse_args(arguments)
    if options.num_envs < 2:
        parser.error("--num-envs must be at least 2")
    one_thread()
    result = measure(options.num_envs, options.repeats)
    print(table(result))
    if options.json:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "web.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        print("wrote baselines/results/web.json")


def measure(num_envs: int, repeats: int, tasks: tuple[str, ...] = TASKS) -> dict[str, Any]:
    """Time all contestants in turns, task by task.

    Args:
        num_envs: pages of the batch. repeats: turns, after one that warms up. tasks: of MiniWoB++.

    Returns:
        settings, machine, versions, commit; for each task and contestant the median and quartiles
        of its steps a second, or why there are none; and by task how many times faster the batch
        is than each other.
    """
    rates = {task: _measure_task(task, num_envs, repeats) for task in tasks}
    ours = native(num_envs)
    return {
        "id": "VGuiWeb-v0",
        "num_envs": num_envs,
        "episode_steps": STEPS,
        "warm_up": 1,
        "repeats": repeats,
        "steps_per_s": rates,
        "batch_over": {
            task: {
                name: rate[ours]["median"] / other["median"]
                for name, other in rate.items()
                if name != ours and isinstance(other, dict)
            }
            for task, rate in rates.items()
        },
        "machine": machine(),
        "versions": versions() | _browser_versions(),
        "commit": commit(),
    }


def native(num_envs: int) -> str:
    """What the batch of that many pages is called."""
    return f"batch of {num_envs}"


def table(result: dict[str, Any]) -> str:
    """The result as text."""
    lines = []
    for task, rates in result["steps_per_s"].items():
        lines.append(f"{task}, {result['episode_steps']} steps an episode")
        for name, rate in rates.items():
            if isinstance(rate, str):
                lines.append(f"  {name:40s} {rate}")
                continue
            lines.append(
                f"  {name:40s} {rate['median']:9,.1f} steps/s   "
                f"({rate['lower']:,.1f} to {rate['upper']:,.1f})"
            )
        for name, ratio in result["batch_over"][task].items():
            lines.append(f"  {native(result['num_envs'])} over {name}: {ratio:.1f}x")
    return "\n".join(lines)


def _measure_task(task: str, num_envs: int, repeats: int) -> dict[str, Any]:
    batches = {native(num_envs): num_envs, ONE: 1}
    settings: dict[str, Any] = {"task": task, "max_episode_steps": STEPS}
    opened = {name: WebVectorEnv(n, **settings) for name, n in batches.items()}
    running = {name: (_stepper(envs), batches[name]) for name, envs in opened.items()}
    theirs: Any = _selenium(task)
    if not isinstance(theirs, str):
        running[SELENIUM] = (_selenium_stepper(theirs), 1)
    seconds: dict[str, list[float]] = {name: [] for name in running}
    try:
        for turn in range(repeats + 1):
            for name, (run, _) in running.items():
                start = time.perf_counter()
                run()
                if turn:  # the first turn warms up
                    seconds[name].append(time.perf_counter() - start)
    finally:
        for env in (*opened.values(), *([] if isinstance(theirs, str) else [theirs])):
            env.close()
    rates: dict[str, Any] = {SELENIUM: theirs} if isinstance(theirs, str) else {}
    for name, (_, rows) in running.items():
        rates[name] = quartiles([rows * _BATCHES / s for s in seconds[name]])
    return rates


def _stepper(envs: WebVectorEnv) -> Callable[[], None]:
    """Steps of a batch; its episodes end, and begin again, by themselves."""
    envs.reset(seed=0)
    height, width = envs.size_hw
    x, y = _CLICK_XY
    click = np.array([0.0, x / width, y / height, 0.0, 0.0, 0.0], np.float32)
    actions = np.tile(click, (envs.num_envs, 1))

    def run() -> None:
        for step in range(1, _BATCHES + 1):
            _, _, terminated, truncated, info = envs.step(actions)
            if terminated.any() or truncated.any() != (step % STEPS == 0):
                raise RuntimeError(f"an episode of another length: {info}")

    return run


def _selenium(task: str) -> Any:
    """MiniWoB++'s own environment, or why there is none."""
    if importlib.util.find_spec("miniwob") is None:
        return "not installed"
    chromium, driver = find_chromium(), shutil.which("chromedriver")
    if chromium is None or driver is None:
        return "no chromedriver"
    os.environ |= {"MINIWOB_CHROME_BINARY": chromium, "MINIWOB_CHROMEDRIVER": driver}
    from miniwob.action import ActionSpaceConfig, ActionTypes
    from miniwob.environment import MiniWoBEnvironment

    clicks = ActionSpaceConfig(action_types=(ActionTypes.NONE, ActionTypes.CLICK_COORDS))
    return MiniWoBEnvironment(task, action_space_config=clicks)


def _selenium_stepper(env: Any) -> Callable[[], None]:
    """As many steps of the other environment, with a reset where an episode ends."""
    env.reset(seed=0)
    action = env.create_action("CLICK_COORDS", coords=np.array(_CLICK_XY, np.float32))

    def run() -> None:
        for step in range(1, _BATCHES + 1):
            terminated = env.step(action)[2]
            if terminated:
                raise RuntimeError("an episode of another length")
            if step % STEPS == 0:
                env.reset()

    return run


def _browser_versions() -> dict[str, str]:
    known = {}
    for package in ("playwright", "miniwob", "selenium"):
        if importlib.util.find_spec(package) is not None:
            known[package] = importlib.metadata.version(package)
    path = find_chromium()
    if path is not None:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        known["chromium"] = said.stdout.strip().split(" built")[0]
    return known


if __name__ == "__main__":
    main()
