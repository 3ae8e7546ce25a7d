"""Steps a second of every id at 64 px: alone, and in batches of several sizes, by threads.

What `benchmark_step --all` does. Each id is measured in turns with MiniGrid's RGB view, in one
process, so that what else the machine does falls on both. Actions are random ones, drawn before;
episodes that end begin anew within the step that ended them. Seconds are the clock's: of a machine
on which others work, ratios say more than rates.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from rich.progress import track

import vgym
from vgym.baselines.measuring import commit, quartiles
from vgym.evaluation.machine import machine, versions
from vgym.registration import registered
from vgym.row_threads import usable_cores

RESULT = Path(__file__).parent / "results" / "step_rates_cpu.json"
SIZES = (1, 8, 64, 256, 1024)  # environments; 1 is `gymnasium.make`
SIDE = 64  # pixels
_TURN_S = 0.2  # about how long one turn is
_TURNS = 5  # that count, of each number of threads
_WARM_UP_S = 2.0  # pools of places, pages and pictures fill meanwhile
_MINIGRID = "MiniGrid-Empty-8x8-v0"

Run = Callable[[int], None]  # so many steps


def rates_of_all(*, write: bool) -> None:
    """Measure every id that needs nothing but this package, and print the table.

    Args:
        write: whether to keep it under baselines/results, too.
    """
    found: dict[str, Any] = {}
    before = vgym.threads(), torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for id in track(ids(), "measuring"):
            found[id] = rates_of(id)
            print(line(id, found[id]), flush=True)
    finally:
        vgym.threads(before[0])
        torch.set_num_threads(before[1])
    if write:
        content = {
            "side": SIDE,
            "threads": threads(),
            "ids": found,
            "machine": machine(),
            "versions": versions(),
            "commit": commit(),
        }
        RESULT.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        print(f"wrote baselines/results/{RESULT.name}")


def ids() -> list[str]:
    """All that `gymnasium.make` makes without an extra: no browser, and not the team's."""
    return [row.id for row in registered() if not row.made_by and not row.extra]


def threads() -> list[int]:
    """The numbers of threads that are compared: one, and all that this process may use."""
    return sorted({1, usable_cores()})


def rates_of(id: str, sizes: tuple[int, ...] = SIZES, turn_s: float = _TURN_S) -> dict[str, Any]:
    """Of each size and number of threads the steps a second of all its environments together.

    Returns:
        ``rates[size][threads]``: median and quartiles; and MiniGrid's, in the turns of size 1.
    """
    found: dict[str, Any] = {"rates": {}}
    for size in sizes:
        run, close = _stepper(id, size)
        ways: dict[str, tuple[Run, int | None]] = {str(n): (run, n) for n in threads()}
        if size == 1:
            ways = {"1": (run, 1)}
            minigrid = minigrid_steps()
            if minigrid is not None:
                ways["MiniGrid RGB"] = (minigrid, None)
        took = _warmed(run, min(_WARM_UP_S, 12 * turn_s))
        steps = {name: max(1, round(turn_s / took)) for name in ways}
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(_TURNS):
            for name, (way, n) in ways.items():
                vgym.threads(n)
                start = time.perf_counter()
                way(steps[name])
                seconds[name].append(time.perf_counter() - start)
        close()
        rates = {n: quartiles([size * steps[n] / s for s in each]) for n, each in seconds.items()}
        if "MiniGrid RGB" in rates:
            found["MiniGrid RGB"] = rates.pop("MiniGrid RGB")
        found["rates"][str(size)] = rates
    return found


def line(id: str, found: dict[str, Any]) -> str:
    """One id as text: of each size the rate on one thread, and how much more on all."""
    cells = []
    for size, rates in found["rates"].items():
        one = rates["1"]["median"]
        more = [rates[n]["median"] / one for n in rates if n != "1"]
        cells.append(f"{size}: {one:,.0f}" + "".join(f" (x{ratio:.2f})" for ratio in more))
    return f"{id:20} " + "  ".join(cells)


def minigrid_steps(steps: int | None = None) -> Callable[..., None] | None:
    """Steps of one MiniGrid environment with its RGB view, as many as said here or then; None where
    it is not installed."""
    try:
        from minigrid.wrappers import RGBImgPartialObsWrapper
    except ImportError:
        return None
    wrapper: Any = RGBImgPartialObsWrapper  # MiniGrid carries no types
    env = wrapper(gymnasium.make(_MINIGRID))
    env.reset(seed=0)

    def run(wanted: int | None = steps) -> None:
        for i in range(wanted or 0):
            _, _, terminated, truncated, _ = env.step(i % 3)
            if terminated or truncated:
                env.reset()

    return run


def _stepper(id: str, size: int) -> tuple[Run, Callable[[], None]]:
    if size == 1:
        env = gymnasium.make(id, image_size=SIDE)
        env.action_space.seed(0)
        drawn = [env.action_space.sample() for _ in range(16)]
        env.reset(seed=0)

        def alone(steps: int) -> None:
            for i in range(steps):
                _, _, terminated, truncated, _ = env.step(drawn[i % len(drawn)])
                if terminated or truncated:
                    env.reset()

        return alone, env.close
    envs = gymnasium.make_vec(
        id, num_envs=size, vectorization_mode="vector_entry_point", image_size=SIDE
    )
    envs.action_space.seed(0)
    actions = [envs.action_space.sample() for _ in range(16)]
    envs.reset(seed=0)

    def together(steps: int) -> None:
        for i in range(steps):
            envs.step(actions[i % len(actions)])

    return together, envs.close


def _warmed(run: Run, seconds: float) -> float:
    """Seconds of a step, once it has been run for a while: the fastest of many."""
    end, best = time.perf_counter() + seconds, np.inf
    while (start := time.perf_counter()) < end or best == np.inf:
        run(1)
        best = min(best, time.perf_counter() - start)
    return float(best)
