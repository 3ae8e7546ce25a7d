"""How fast models' answers are read, in every dialect, how the time grows with hostile text, and
what conversations cost beside: words, pictures, requests in flight.

python -m vgym.baselines.benchmark_chat        prints a table and writes it as JSON

Typical answers: a box or a point with a label behind a short thought, as the dialect writes it;
calls of a tool in the form of its models. Hostile texts repeat one piece up to the most characters
that are read. Seconds of one processor, the median of the rounds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from vgym.baselines.chat_costs import encodings, in_flight, share_of_steps
from vgym.baselines.measuring import commit, quartiles
from vgym.chat import Call, Dialect, dialect, dialects
from vgym.chat.reading.places import MAX_TEXT_CHARACTERS
from vgym.chat.reading.said import Ask
from vgym.evaluation.machine import machine, versions

RESULTS = Path(__file__).parent / "results" / "chat_cpu.json"
SIZE_HW = (800, 1280)
THOUGHT = (
    "<think>The instruction asks for the button to the left of the search field. There are three "
    "buttons in the tool bar; the second one, near the middle, carries the word.</think>\n"
)
ROUNDS = 3
ANSWERS = 200  # a round
# Pieces of which hostile texts are made: what opens and never closes, and what repeats.
PIECES = (
    *("[", "(1", "[1, ", "x=1 ", "1,", " ", "\n", "<", '"', "{", "\\", "]", "1 1 1 ", "a(", "'"),
    *("<think>", "</think>", "<answer>", "<tool_call>", "<|begin_of_box|>", "Thought:", "Action:"),
    *('"bbox_2d": [1, ', '"bbox_2d": [1, 2, 3, 4], ', '"label": "', '{"a":', '"point": [[1, 2], '),
    *(
        "[1,2],",
        "[1, 2, 3, 4] ",
        '"x": 1, "y": 1, ',
        "<loc0001>",
        "<point x=",
        '<points coords="1 ',
    ),
    *("<function=a>", "<parameter=b>", "<arg_key>a</arg_key><arg_value>", "click(x=1, ", "f('a(' "),
    *("<ref>a</ref>", "<patch_index_0001>", '{"name": "a", ', "</tool_call>", "mention='a' ("),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=RESULTS)
    chosen = parser.parse_args(arguments)
    rates = {name: _rates(_ready(name)) for name in dialects()}
    hostile = _hostile()
    result = {
        "machine": machine(),
        "versions": versions(),
        "commit": commit(),
        "protocol": f"{ROUNDS} rounds of {ANSWERS} answers, processor seconds, one thread",
        "answers_per_second": rates,
        "at_the_cap": hostile,
        "share_of_steps": share_of_steps(),
        "encodings": encodings(),
        "in_flight": in_flight(),
    }
    chosen.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    table = Table("dialect", *next(iter(rates.values())), title="answers read a second, median")
    for name, row in rates.items():
        shown = (f"{row[ask]['median']:,.0f}" if ask in row else "" for ask in rates["json"])
        table.add_row(name, *shown)
    console = Console()
    console.print(table)
    console.print(
        f"worst at {MAX_TEXT_CHARACTERS:,} characters: {hostile['worst_ms']:.1f} ms "
        f"({hostile['worst']}); a doubling takes at most {hostile['largest_growth']:.2f} times as "
        f"long ({hostile['grows_most']})"
    )
    for name in ("share_of_steps", "encodings", "in_flight"):
        console.print(name, result[name])


def _ready(name: str) -> Dialect:
    found = dialect(name)
    return dialect(name, resize="qwen2.5-vl") if found.resize.name == "unknown" else found


def _rates(row: Dialect) -> dict[str, dict[str, float]]:
    texts: dict[Ask, str] = {
        "point": row.write([640.0, 400.0], size_hw=SIZE_HW, label="the second button"),
        "calls": row.write_call(Call("click", {"point": [500, 500]})),
    }
    if row.box is not None:
        box = row.write([600.0, 380.0, 680.0, 420.0], size_hw=SIZE_HW, label="the second button")
        texts = {"box": box, **texts}
    return {ask: quartiles(_rate(row, THOUGHT + text, ask)) for ask, text in texts.items()}


def _rate(row: Dialect, text: str, ask: Ask) -> list[float]:
    def work() -> None:
        for _ in range(ANSWERS):
            row.read(text, size_hw=SIZE_HW, ask=ask)

    return [ANSWERS / each for each in _seconds(work)]


def _seconds(work: Callable[[], None], rounds: int = ROUNDS) -> list[float]:
    work()
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return spent


def _hostile() -> dict[str, object]:
    """Milliseconds at the cap, and how they grow from half of it."""
    syntaxes: dict[str, Dialect] = {}
    for name in dialects():
        row = _ready(name)
        syntaxes.setdefault(row.syntax, row)
    worst: tuple[float, str] = (0.0, "")
    growth: tuple[float, str] = (0.0, "")
    for piece in PIECES:
        whole = piece * (MAX_TEXT_CHARACTERS // len(piece))
        for row in syntaxes.values():
            for ask in ("boxes", "calls") if row.name == "json" else ("boxes",):
                named = f"{piece!r} read by {row.name} for {ask}"
                times = [
                    1000 * float(np.min(_seconds(lambda: _read(row, text, ask), 1)))  # noqa: B023
                    for text in (whole[: len(whole) // 2], whole)
                ]
                worst = max(worst, (times[1], named))
                if times[1] > 1:  # below, the clock is too coarse
                    growth = max(growth, (times[1] / times[0], named))
    return {
        "characters": MAX_TEXT_CHARACTERS,
        "pieces": len(PIECES),
        "worst_ms": worst[0],
        "worst": worst[1],
        "largest_growth": growth[0],
        "grows_most": growth[1],
    }


def _read(row: Dialect, text: str, ask: Ask) -> None:
    row.read(text, size_hw=SIZE_HW, ask=ask)


if __name__ == "__main__":
    main()
