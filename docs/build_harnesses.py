"""Writes the table of docs/harnesses.md from what `baselines/harnesses.py` found.

python docs/build_harnesses.py
"""

import json
from pathlib import Path

from vgym.baselines.harnesses import RESULT, table

PAGE = Path(__file__).with_name("harnesses.md")
_MARKS = ("<!-- table -->\n", "<!-- end -->\n")


def main() -> None:
    """Put the table between its marks."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(_MARKS[0])
    tail = rest.partition(_MARKS[1])[2]
    made = table(json.loads(RESULT.read_text(encoding="utf-8")))
    PAGE.write_text(f"{head}{_MARKS[0]}{made}{_MARKS[1]}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
