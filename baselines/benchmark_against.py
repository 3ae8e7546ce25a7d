"""Steps a second of every id beside an older checkout of vgym, in turns.

python -m vgym.baselines.benchmark_against PATH [--ids VNav-v0,VGui-v0] [--out FILE]

Two processes, one for each checkout, play the same random actions; only one of them runs at a time.
What is compared is processor seconds of a turn, pair by pair, so that a machine busy with other
things slows both alike. A ratio above 1 says that this checkout is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vgym.baselines.measuring import commit, quartiles
from vgym.evaluation.machine import machine, versions
from vgym.registration import registered

RESULTS = Path(__file__).parent / "results" / "steps_against_cpu.json"
TURNS, STEPS, NUM_ENVS = 31, 6, 64

# Makes one id's batch for each line read, then plays a turn for each empty line.
_WORKER = """
import json, sys, time
import gymnasium, torch, vgym
torch.set_num_threads(1)
for line in sys.stdin:
    if line.strip():
        wanted = json.loads(line)
        envs = gymnasium.make_vec(wanted["id"], num_envs=wanted["num_envs"], **wanted["settings"])
        envs.reset(seed=0)
        envs.action_space.seed(0)
        steps = wanted["steps"]
    actions = [envs.action_space.sample() for _ in range(steps)]
    start = time.process_time()
    for action in actions:
        envs.step(action)
    print(time.process_time() - start, flush=True)
"""


class Player:
    """A process that plays turns.

    Args:
        checkout: the folder whose vgym it imports; None for the one that is running.
    """

    def __init__(self, checkout: Path | None) -> None:
        environment = dict(os.environ, OMP_NUM_THREADS="1", VGYM_THREADS="1")
        if checkout is not None:
            environment["PYTHONPATH"] = str(checkout)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=checkout,
        )

    def make(self, id: str, settings: dict[str, Any]) -> float:
        """A batch of that id, and its first turn's processor seconds."""
        wanted = {"id": id, "num_envs": NUM_ENVS, "settings": settings, "steps": STEPS}
        return self._say(json.dumps(wanted))

    def turn(self) -> float:
        """Processor seconds of one more turn."""
        return self._say("")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _say(self, line: str) -> float:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


def compare(id: str, settings: dict[str, Any], now: Player, before: Player) -> dict[str, Any]:
    """Turns of an id by both, one after the other.

    Returns:
        quartiles of before / now, pair by pair, and steps a processor second of each.
    """
    for player in (now, before):
        player.make(id, settings)
        player.turn()
    pairs = []
    for n in range(TURNS):
        order = (now, before) if n % 2 else (before, now)
        spent = {player: player.turn() for player in order}
        pairs.append((spent[now], spent[before]))
    steps = STEPS * NUM_ENVS
    return {
        "settings": settings,
        "ratio": quartiles([b / a for a, b in pairs]),
        "now_steps_per_s": quartiles([steps / a for a, _ in pairs])["median"],
        "before_steps_per_s": quartiles([steps / b for _, b in pairs])["median"],
    }


def main() -> int:
    """Compare, print a table, write the JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", type=Path, help="the older checkout")
    parser.add_argument("--ids", help="comma-separated; default: all that need no extra")
    parser.add_argument("--out", type=Path, default=RESULTS, help="default: %(default)s")
    options = parser.parse_args()
    wanted = options.ids.split(",") if options.ids else None
    found = {}
    console = Console(stderr=True)
    players = Player(None), Player(options.before.resolve())
    with console.status("") as status:
        for row in registered():
            if not row.native or (wanted and row.id not in wanted):
                continue
            status.update(row.id)
            settings = {"image_size": (400, 640) if row.family.name == "gui-click" else 64}
            found[row.id] = compare(row.id, settings, *players)
    for player in players:
        player.close()
    table = Table(box=None)
    for name in ("id", "before steps/s", "now steps/s", "ratio", "quartiles"):
        table.add_column(name, justify="left" if name == "id" else "right")
    for id, cell in found.items():
        ratio = cell["ratio"]
        table.add_row(
            id,
            f"{cell['before_steps_per_s']:,.0f}",
            f"{cell['now_steps_per_s']:,.0f}",
            f"{ratio['median']:.3f}",
            f"{ratio['lower']:.3f} to {ratio['upper']:.3f}",
        )
    Console().print(table)
    result = {
        "machine": machine(),
        "versions": versions(),
        "commit": commit(),
        "turns": TURNS,
        "steps": STEPS,
        "num_envs": NUM_ENVS,
        "ids": found,
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
