"""Writes the tables of docs/trainers.md: of the adapters from what `baselines/trainers.py` found,
of memory as it is computed.

python docs/build_trainers.py
"""

import json
from pathlib import Path

from vgym.baselines import grpo_memory
from vgym.baselines.trainers import RESULT, table

PAGE = Path(__file__).with_name("trainers.md")
_END = "<!-- end -->\n"


def main() -> None:
    """Put each table between its marks."""
    text = PAGE.read_text(encoding="utf-8")
    made = {
        "table": table(json.loads(RESULT.read_text(encoding="utf-8"))),
        "memory": grpo_memory.table(grpo_memory.ways()),
    }
    for name, lines in made.items():
        head, mark, rest = text.partition(f"<!-- {name} -->\n")
        text = f"{head}{mark}{lines}{_END}{rest.partition(_END)[2]}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
