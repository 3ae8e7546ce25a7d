"""Writes the tables of docs/signal.md from what `baselines/signal_ids.py` found.

python docs/build_signal.py
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vgym.baselines.signal_ids import PLAYED, RESULT, table

PAGE = Path(__file__).with_name("signal.md")
_END = "<!-- end -->\n"


def findings(held: dict[str, Any]) -> Iterator[str]:
    """What the numbers say, counted over all ids."""
    members = held["members"]
    yield f"Groups of {members}; shares of flat groups, `dense` beside `sparse`:\n"
    yield "| id | answers | solved | `dense` flat | `sparse` flat |"
    yield "| --- | --- | --- | --- | --- |"
    for id, found in held["ids"].items():
        for kind, signals in found["answers"].items():
            dense, sparse = (
                next(s for s in signals if s["recipe"] == name) for name in ("dense", "sparse")
            )
            yield (
                f"| {id} | {kind} | {sparse['success']:.0%} | {dense['flat']:.0%} "
                f"| {sparse['flat']:.0%} |"
            )
    wrong = [
        (one["agreement"], one["recipe"], id, kind)
        for id, found in held["ids"].items()
        for kind, signals in found["answers"].items()
        for one in signals
        if one["agreement"] is not None and one["agreement"] < 0.75
    ]
    yield (
        "\nRecipes that hardly tell a solved answer from an unsolved one to the same prompt "
        "(agreement under 0.75; at 0.5 they pay both alike, or one as often more as the other):\n"
    )
    yield "| recipe | id | answers | agreement |\n| --- | --- | --- | --- |"
    for agreement, recipe, id, kind in sorted(wrong):
        yield f"| `{recipe}` | {id} | {kind} | {agreement:.2f} |"


def main() -> None:
    """Put each table between its marks."""
    held = json.loads(RESULT.read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    ids = [id for id in PLAYED if id in held["ids"]]
    made = {
        "findings": "\n".join(findings(held)) + "\n",
        "table": "\n".join(
            f"### {id}\n\n{held['ids'][id]['prompts']} prompts, settings "
            f"`{json.dumps(held['ids'][id]['settings'])}`; flat, effective, agreement.\n\n"
            f"{table(id, held['ids'][id])}"
            for id in ids
        ),
    }
    for name, lines in made.items():
        head, mark, rest = text.partition(f"<!-- {name} -->\n")
        text = f"{head}{mark}{lines}{_END}{rest.partition(_END)[2]}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
