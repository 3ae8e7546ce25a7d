"""Frames a second of walking: the native batch, the same environments one by one, and others.

One process, one thread, in turns; what is reported is the median over the turns and its quartiles.
A frame is one step of one environment: moving, collisions, distances, reward, new episodes, and a
first-person picture of a furnished home. Actions are random and never stop, so that robots keep
walking. Beside it, for scale: MiniWorld's FourRooms and MiniGrid's RGB view, if they are installed
(`pip install vgym[miniworld]`; MiniWorld draws with OpenGL, so without a GPU in software, and needs
a screen: put `xvfb-run -a` in front where there is none), as many steps each as take about as long.

    python -m vgym.baselines.benchmark_navigation --json
    python -m vgym.baselines.benchmark_navigation --device cuda --num-envs 4096 --json
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import gymnasium
import numpy as np
import torch

import vgym  # noqa: F401  registers the ids
from vgym.baselines.measuring import commit, one_thread, quartiles
from vgym.evaluation.machine import machine, versions
from vgym.number_options import count

RESULTS = Path(__file__).parent / "results"
SIDES = (64, 84)  # pixels
MISSING = "not installed"
_ID = "VNav-v0"

# A turn of it, and how many frames that makes; or why it cannot run.
Contestant: TypeAlias = tuple[Callable[[], Any], int] | str

_ACTIONS = 16  # batches of actions, drawn beforehand
_BATCHES = 4  # steps of the native batch a turn
_SYNC_ENVS = 64  # how many are stepped one by one: more would be no faster, each


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table, and with --json write it under baselines/results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--num-envs", type=count, default=None, help="1024; on a GPU 4096")
    parser.add_argument("--rooms", type=count, default=8, help="rooms of each home")
    parser.add_argument("--worlds", type=count, default=256, help="homes")
    parser.add_argument("--device", default="cpu", help='"cpu" or "cuda"')
    parser.add_argument("--repeats", type=count, default=9, help="turns of each contestant")
    parser.add_argument("--json", action="store_true", help="write baselines/results/*.json")
    options = parser.parse_args(arguments)
    one_thread()
    on_gpu = options.device.startswith("cuda")
    result = measure(
        options.num_envs or (4096 if on_gpu else 1024),
        options.repeats,
        options.device,
        rooms=options.rooms,
        worlds=options.worlds,
    )
    print(table(result))
    if options.json:
        name = f"navigation_{'cuda' if on_gpu else 'cpu'}.json"
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / name).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        print(f"wrote baselines/results/{name}")


def measure(num_envs: int, repeats: int, device: str = "cpu", **settings: Any) -> dict[str, Any]:
    """Time all contestants in turns.

    Args:
        num_envs: the size of the native batch. repeats: turns, after one that warms up.
        device: of the native batch. settings: further keywords of `VNav-v0`.

    Returns:
        settings, machine, versions, commit; for each contestant the median and quartiles of its
        frames a second, or why there are none; and how many times faster the native batch of 64
        pixels a side is than each other.
    """
    contestants: dict[str, Contestant] = {}
    for side in SIDES:
        batch = gymnasium.make_vec(
            _ID, num_envs=num_envs, device=device, image_size=side, **settings
        )
        contestants[native(side)] = (_stepper(batch, _BATCHES), num_envs * _BATCHES)
    rows = min(num_envs, _SYNC_ENVS)
    one_by_one = gymnasium.make_vec(
        _ID,
        num_envs=rows,
        vectorization_mode="sync",
        vector_kwargs={"autoreset_mode": gymnasium.vector.AutoresetMode.SAME_STEP},
        image_size=SIDES[0],
        **settings,
    )
    contestants["sync, 64 px"] = (_stepper(one_by_one, 1), rows)
    contestants["MiniWorld FourRooms, one environment"] = _miniworld()
    contestants["MiniGrid RGB partial, one environment"] = _minigrid()
    running = {name: known for name, known in contestants.items() if not isinstance(known, str)}
    seconds: dict[str, list[float]] = {name: [] for name in running}
    for turn in range(repeats + 1):
        for name, (run, _) in running.items():
            start = time.perf_counter()
            run()
            if turn:  # the first turn warms up
                seconds[name].append(time.perf_counter() - start)
    rates: dict[str, Any] = dict(contestants)
    for name, (_, frames) in running.items():
        rates[name] = quartiles([frames / s for s in seconds[name]])
    ours = rates[native(SIDES[0])]["median"]
    return {
        "id": _ID,
        "num_envs": num_envs,
        "num_envs_one_by_one": rows,
        "settings": settings,
        "device": device,
        "threads": 1,
        "warm_up": 1,
        "repeats": repeats,
        "frames_per_s": rates,
        "native_64_over": {
            name: ours / rate["median"]
            for name, rate in rates.items()
            if isinstance(rate, dict) and not name.startswith("native")
        },
        "machine": machine(),
        "versions": versions(),
        "commit": commit(),
    }


def native(side: int) -> str:
    """What the native batch with pictures of that many pixels a side is called."""
    return f"native, {side} px"


def table(result: dict[str, Any]) -> str:
    """The result as text."""
    lines = [
        f"{result['id']}, {result['num_envs']} environments on {result['device']}, "
        f"{result['settings']}"
    ]
    for name, rate in result["frames_per_s"].items():
        if isinstance(rate, str):
            lines.append(f"  {name:40s} {rate}")
            continue
        lines.append(
            f"  {name:40s} {rate['median']:12,.0f} frames/s   "
            f"({rate['lower']:,.0f} to {rate['upper']:,.0f})"
        )
    for name, ratio in result["native_64_over"].items():
        lines.append(f"  native, 64 px, over {name}: {ratio:.1f}x")
    return "\n".join(lines)


def _stepper(envs: Any, batches: int) -> Callable[[], Any]:
    """Batched steps with random actions, drawn beforehand, that never stop."""
    envs.reset(seed=0)
    draws = np.random.default_rng(0)
    known = int(envs.single_action_space.n)
    actions = [draws.integers(1, known, envs.num_envs) for _ in range(_ACTIONS)]
    count = iter(range(1 << 60))

    def step() -> None:
        for _ in range(batches):
            envs.step(actions[next(count) % _ACTIONS])
        if torch.cuda.is_available():
            torch.cuda.synchronize()

    return step


def _miniworld() -> Contestant:
    """64 steps of FourRooms, whose pictures are 80 by 60; or why there are none."""
    if importlib.util.find_spec("miniworld") is None:
        return MISSING
    os.environ["LP_NUM_THREADS"] = "0"  # Mesa's software OpenGL draws in this thread, as we do
    try:
        if not os.environ.get("DISPLAY"):
            importlib.import_module("pyglet").options["headless"] = True  # off screen, through EGL
        importlib.import_module("miniworld")  # registers its ids
        env = gymnasium.make("MiniWorld-FourRooms-v0")
    except (ImportError, OSError) as error:  # how a missing OpenGL shows
        return f"cannot draw here: {error}"
    return _walker(env), 64


def _minigrid() -> Contestant:
    """64 steps of FourRooms with RGB partial pictures; or why there are none."""
    try:
        from minigrid.wrappers import RGBImgPartialObsWrapper
    except ImportError:
        return MISSING
    wrapper: Any = RGBImgPartialObsWrapper  # MiniGrid carries no types
    return _walker(wrapper(gymnasium.make("MiniGrid-FourRooms-v0"))), 64


def _walker(env: Any) -> Callable[[], Any]:
    """64 steps of one environment: left, right, forward."""
    env.reset(seed=0)
    actions = np.random.default_rng(0).integers(0, 3, 64).tolist()

    def run() -> None:
        for action in actions:
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()

    return run


if __name__ == "__main__":
    main()
