"""Steps a second: the native batch against ``vectorization_mode="sync"`` of the same id.

Both run in this process, on one thread, in turns, with the same actions; what is reported is the
median over the turns and the ratio of the medians. Beside them, for scale: MiniGrid's RGB
observation (if it is installed) and a plain copy of as many pictures.

    python -m vgym.baselines.benchmark_step --id VGround-v0 --num-envs 256 --image-size 128 --json
    python -m vgym.baselines.benchmark_step --id VGui-v0 --num-envs 64 --image-size 400x640 --json
    python -m vgym.baselines.benchmark_step --all --json   (every id, by threads)
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch

import vgym  # noqa: F401  registers the ids
from vgym.baselines.measuring import one_thread, quartiles
from vgym.baselines.step_rates import minigrid_steps, rates_of_all
from vgym.evaluation.machine import machine, versions
from vgym.number_options import count, number
from vgym.plain_numbers import brief
from vgym.registration import row_of

RESULTS = Path(__file__).parent / "results"
STEPS = 4  # of a batch in each turn, as a learner takes several before it learns
WARM_UP = 8  # turns: kernels compile, pictures are read when they are first shown


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table, and with --json write it under baselines/results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--id", default="VGround-v0")
    parser.add_argument("--num-envs", type=count, default=256)
    parser.add_argument(
        "--image-size", type=_size, default=128, metavar="SIDE", help="or HEIGHTxWIDTH"
    )
    parser.add_argument("--source", help="of the pictures; default: the id's own")
    parser.add_argument("--difficulty", type=number, default=0.5)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--repeats", type=count, default=9, help="turns of each contestant")
    parser.add_argument("--all", action="store_true", help="every id; other options do not count")
    parser.add_argument("--json", action="store_true", help="write baselines/results/*.json")
    options = parser.parse_args(arguments)
    if options.all:
        rates_of_all(write=options.json)
        return
    row_of(options.id)
    one_thread()
    result = measure(
        options.id,
        options.num_envs,
        options.repeats,
        options.device,
        image_size=options.image_size,
        difficulty=options.difficulty,
        **({} if options.source is None else {"source": options.source}),
    )
    print(table(result))
    if options.json:
        size = "x".join(map(str, np.atleast_1d(options.image_size)))
        what = options.id if options.source is None else f"{options.id}_{options.source}"
        name = f"step_{what}_{options.num_envs}x{size}_{options.device}.json"
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / name).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
        print(f"wrote baselines/results/{name}")


def _size(text: str) -> int | tuple[int, int]:
    """``128``, or ``400x640``: height and width."""
    sides = [count(side) for side in text.split("x")]
    if len(sides) > 2:
        raise argparse.ArgumentTypeError(f"{brief(text)} is no SIDE and no HEIGHTxWIDTH")
    return sides[0] if len(sides) == 1 else (sides[0], sides[1])


def measure(
    id: str, num_envs: int, repeats: int, device: str = "cpu", **settings: Any
) -> dict[str, Any]:
    """Time all contestants in turns.

    Returns:
        settings, machine, versions, and for each contestant the median and quartiles of its
        environment steps a second.
    """
    native = gymnasium.make_vec(id, num_envs=num_envs, device=device, **settings)
    contestants: dict[str, tuple[Callable[[], Any], int]] = {
        "native": (_stepper(native), STEPS * num_envs),
        "native, copy=False": (
            _stepper(
                gymnasium.make_vec(id, num_envs=num_envs, device=device, copy=False, **settings)
            ),
            STEPS * num_envs,
        ),
        "sync": (
            _stepper(
                gymnasium.make_vec(
                    id,
                    num_envs=num_envs,
                    vectorization_mode="sync",
                    vector_kwargs={"autoreset_mode": gymnasium.vector.AutoresetMode.SAME_STEP},
                    **settings,
                )
            ),
            STEPS * num_envs,
        ),
    }
    height, width = np.broadcast_to(settings["image_size"], 2)
    pictures = np.zeros((num_envs, height, width, 3), np.uint8)
    target = np.empty_like(pictures)
    contestants["memory copy"] = (lambda: np.copyto(target, pictures), num_envs)
    minigrid = minigrid_steps(64)
    if minigrid is not None:
        contestants["MiniGrid RGB, one environment"] = (minigrid, 64)
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(WARM_UP + repeats):
        for name, (run, _) in contestants.items():
            start = time.perf_counter()
            run()
            if turn >= WARM_UP:
                seconds[name].append(time.perf_counter() - start)
    rates = {
        name: quartiles([steps / s for s in seconds[name]])
        for name, (_, steps) in contestants.items()
    }
    return {
        "id": id,
        "num_envs": num_envs,
        "settings": settings,
        "device": device,
        "threads": 1,
        "steps_a_turn": STEPS,
        "warm_up": WARM_UP,
        "repeats": repeats,
        "steps_per_s": rates,
        "native_over_sync": rates["native"]["median"] / rates["sync"]["median"],
        "native_no_copy_over_sync": (
            rates["native, copy=False"]["median"] / rates["sync"]["median"]
        ),
        "where_the_time_goes_ms": where_time_goes(native) if device == "cpu" else {},
        "machine": machine(),
        "versions": versions(),
    }


def where_time_goes(envs: Any, repeats: int = 5) -> dict[str, float]:
    """Median milliseconds of the parts of one batched step that moves on to new scenes."""
    batch = envs.unwrapped
    task, state = batch.task, batch.state
    keys = np.arange(batch.num_envs, dtype=np.uint64)
    pictures = torch.zeros(batch.num_envs, *task.config.size_hw, 3, dtype=torch.uint8)
    action = torch.as_tensor(envs.action_space.sample())
    parts: dict[str, Callable[[], Any]] = {
        "new scenes and phrases": lambda: task.reset(keys),
        "drawing": lambda: task.draw(state, pictures),
        "facts, reward, metrics": lambda: task.step(state, action),
        "copy for the caller": lambda: pictures.clone(),
        "whole step": lambda: envs.step(envs.action_space.sample()),
    }
    median = {}
    for name, part in parts.items():
        times = []
        for _ in range(repeats + 1):
            start = time.perf_counter()
            part()
            times.append(time.perf_counter() - start)
        median[name] = 1000 * statistics.median(times[1:])
    return median


def table(result: dict[str, Any]) -> str:
    """The result as text."""
    lines = [f"{result['id']}, {result['num_envs']} environments, {result['settings']}"]
    for name, rate in result["steps_per_s"].items():
        lines.append(
            f"  {name:32s} {rate['median']:12,.0f} steps/s   "
            f"({rate['lower']:,.0f} to {rate['upper']:,.0f})"
        )
    lines.append(f"  native over sync: {result['native_over_sync']:.1f}x")
    lines.append(f"  native without copies over sync: {result['native_no_copy_over_sync']:.1f}x")
    for name, ms in result["where_the_time_goes_ms"].items():
        lines.append(f"  {name:32s} {ms:8.2f} ms a batch")
    return "\n".join(lines)


def _stepper(envs: Any) -> Callable[[], Any]:
    """A turn of batched steps with actions drawn beforehand."""
    envs.reset(seed=0)
    envs.action_space.seed(0)
    actions = [envs.action_space.sample() for _ in range(STEPS)]

    def turn() -> None:
        for action in actions:
            envs.step(action)
        if torch.cuda.is_available():
            torch.cuda.synchronize()

    return turn


if __name__ == "__main__":
    main()
