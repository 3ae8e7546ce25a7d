"""How often agents click what is asked for in free words: 60 instructions on screens that ship.

    python -m vgym.baselines.measure_reader --json             all agents
    python -m vgym.baselines.measure_reader --json reader      that one alone, beside the others

They were written by hand, in other words than those on the screens, before the agent `reader` was.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import vgym
from vgym.baselines.agents import make_agent
from vgym.baselines.consumers import versions
from vgym.baselines.measuring import commit
from vgym.evaluation.metrics import estimate_mean
from vgym.evaluation.runner import run

RESULT = Path(__file__).parent / "results" / "reader.json"
AGENTS = ("random", "saliency", "ocr", "reader", "oracle")
PACKAGES = {"ocr": ("rapidocr-onnxruntime",), "reader": ("rapidocr-onnxruntime", "wordllama")}
INSTRUCTIONS = Path(vgym.__file__).parent / "assets" / "screens" / "free_instructions.jsonl"


def asked(name: str, most: int = 1000) -> dict[str, Any]:
    """What an agent hits of the instructions.

    Args:
        name: of the agent. most: how many are asked at most, the first ones.
    """
    played = run(
        "VGui-v0",
        make_agent(name),
        most,
        num_envs=60,  # all at once: a screen is read once for all that is asked about it
        settings={"source": str(INSTRUCTIONS)},
        warm_up=False,
    ).played
    hits = [episode.success for episode in played]
    found = estimate_mean(hits)
    return {
        "instructions": len(hits),
        "hit": found.mean,
        "low": found.low,
        "high": found.high,
        "hits": [episode.instruction for episode in played if episode.success],
        "versions": versions(PACKAGES.get(name, ())),
        "commit": commit(),
    }


def table(results: dict[str, Any]) -> str:
    """The results as a table in Markdown."""
    lines = ["| agent | hits of the free instructions |", "| --- | --- |"]
    for name in AGENTS:
        found = results[name]
        share, low, high = (f"{100 * found[each]:.0f}" for each in ("hit", "low", "high"))
        lines.append(f"| `{name}` | {share} % ({low} to {high}) of {found['instructions']} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Play and print; with ``--json`` keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("agents", nargs="*", metavar="AGENT", help=", ".join(AGENTS))
    parser.add_argument("--json", action="store_true", help=f"write results/{RESULT.name}")
    options = parser.parse_args(arguments)
    for name in options.agents:
        if name not in AGENTS:
            parser.error(f"unknown agent {name!r}; there are {', '.join(AGENTS)}")
    kept = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    for name in options.agents or AGENTS:
        kept[name] = asked(name)
        print(name, {each: kept[name][each] for each in ("hit", "low", "high")}, flush=True)
        if options.json:
            RESULT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
